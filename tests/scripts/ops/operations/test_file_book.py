"""The book of operations as files."""

import json
from pathlib import Path

import pytest

from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.record import Kind, UnreadableError
from tests.scripts.ops.operations.made_up import a_record


@pytest.mark.parametrize(
    "newer",
    [{"kind": "drill"}, {"steps": None}, {"began": "soon"}],
    ids=lambda each: next(iter(each)),
)
def test_what_another_version_wrote(tmp_path: Path, newer: dict[str, object]) -> None:
    """A record that cannot be read is passed by, and said to be one where it is asked for."""
    book = FileBook(tmp_path)
    book.save(a_record(1))
    book.save(a_record(2))
    path = tmp_path / f"{a_record(2).id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | newer))
    assert book.newest() == book.newest(Kind.DEPLOY) == [a_record(1)]
    with pytest.raises(UnreadableError, match="not of this version"):
        book.find(a_record(2).id)
