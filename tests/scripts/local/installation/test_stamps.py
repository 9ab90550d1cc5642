"""A stamp tells whether a part is whole and made from what is there now."""

from pathlib import Path

from scripts.local.installation.stamps import Stamp, digest


def test_a_written_stamp_is_current(tmp_path: Path) -> None:
    """A part is current once its stamp is written."""
    stamp = Stamp(tmp_path / "stamp", "digest")
    assert not stamp.is_current()
    stamp.write()
    assert stamp.is_current()


def test_a_removed_stamp_is_not_current(tmp_path: Path) -> None:
    """A part whose stamp was removed is not current, and removing it twice is no error."""
    stamp = Stamp(tmp_path / "stamp", "digest")
    stamp.write()
    stamp.remove()
    stamp.remove()
    assert not stamp.is_current()


def test_another_digest_is_not_current(tmp_path: Path) -> None:
    """A stamp that was written for other things is not current."""
    Stamp(tmp_path / "stamp", "old").write()
    assert not Stamp(tmp_path / "stamp", "new").is_current()


def test_the_digest_depends_on_contents_and_facts(tmp_path: Path) -> None:
    """A digest changes with a file's contents and with a fact, and with nothing else."""
    file = tmp_path / "pins"
    file.write_text("one")
    before = digest([file], "3.11")
    assert digest([file], "3.11") == before
    assert digest([file], "3.12") != before
    file.write_text("two")
    assert digest([file], "3.11") != before
