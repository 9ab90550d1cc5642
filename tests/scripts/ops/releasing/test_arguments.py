import re

import pytest

from scripts.ops.releasing.arguments import parse


@pytest.mark.parametrize("verb", [[], ["prepare"], ["finish"]])
def test_help_names_the_exit_codes_of_a_release(
    verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each code that a release ends with is explained, and none that it never ends with."""
    with pytest.raises(SystemExit, match="0"):
        parse([*verb, "--help"])
    told = capsys.readouterr().out.split("exit codes: ")[1]
    assert re.findall(r"(?:^|; |;\n)(\d+) ", told) == ["0", "1", "2", "3", "4", "130"]
