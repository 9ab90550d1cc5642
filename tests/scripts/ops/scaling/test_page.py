import pytest

from scripts.ops.scaling.page import with_tables

PAGE = """# Page

<!-- begin of one: made by a command, do not edit -->
<!-- end of one -->

Between.

<!-- begin of two: made by a command, do not edit -->

old

<!-- end of two -->
"""


def test_each_table_goes_between_its_marks() -> None:
    """Tables are put in their places, what was there is gone, and the rest stays."""
    page = with_tables(PAGE, {"one": "| 1 |", "two": "| 2 |"})
    assert "do not edit -->\n\n| 1 |\n\n<!-- end of one -->\n\nBetween." in page
    assert "do not edit -->\n\n| 2 |\n\n<!-- end of two -->\n" in page
    assert "old" not in page


def test_a_second_time_changes_nothing() -> None:
    """A page that has its tables stays as it is."""
    page = with_tables(PAGE, {"one": "1", "two": "2"})
    assert with_tables(page, {"one": "1", "two": "2"}) == page


@pytest.mark.parametrize(
    ("tables", "odd"), [({"one": ""}, "two"), ({"one": "", "two": "", "six": ""}, "six")]
)
def test_marks_and_tables_agree(tables: dict[str, str], odd: str) -> None:
    """A table without marks, or marks without a table, is an error that names them."""
    with pytest.raises(ValueError, match=odd):
        with_tables(PAGE, tables)
