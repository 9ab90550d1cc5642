"""`scripts/monitoring render`."""

import json
from pathlib import Path

import pytest
import yaml

from scripts.ops.monitoring.__main__ import main
from scripts.ops.monitoring.alert import read_alerts


def rendered(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["render", *arguments]) == 0
    return capsys.readouterr().out


def test_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """Without options all of it is one document."""
    document = yaml.safe_load(rendered(capsys))
    assert list(document) == ["rules", "policies", "dashboard", "descriptors"]
    rules = [rule["alert"] for group in document["rules"]["groups"] for rule in group["rules"]]
    assert sorted(rules) == sorted(alert.name for alert in read_alerts())
    assert len(document["policies"]) > len(rules)


def test_one_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """One kind is in its own form: rules in YAML as Prometheus reads them, the rest in JSON."""
    assert list(yaml.safe_load(rendered(capsys, "--rules"))) == ["groups"]
    assert json.loads(rendered(capsys, "--dashboard"))["displayName"] == "conteur"
    assert json.loads(rendered(capsys, "--policies"))[0]["combiner"] == "OR"
    assert json.loads(rendered(capsys, "--descriptors"))[0]["metricKind"] == "CUMULATIVE"


def test_of_an_environment(capsys: pytest.CaptureFixture[str]) -> None:
    """For a project the alerts are there that suit it, with its name in what they say."""
    local, real = rendered(capsys, "-P", "default"), rendered(capsys, "-P", "production")
    assert "sweep_not_run" not in local
    assert "sweep_not_run" in real
    assert "scripts/metrics -P production stories.memory" in real


def test_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are written to a folder, which is made; links go to where runbooks are."""
    monkeypatch.setenv("RUNBOOKS_URL", "https://x.example/docs")
    told = rendered(capsys, "--rules", "--policies", "--to", str(tmp_path / "new"))
    assert told.splitlines() == [
        str(tmp_path / "new" / name) for name in ("rules.yaml", "policies.json")
    ]
    for name in told.splitlines():
        assert "https://x.example/docs/memory.md" in Path(name).read_text()


def test_a_folder_that_cannot_be_made(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Where a file is in the way it is refused in one sentence."""
    (tmp_path / "taken").write_text("")
    assert main(["render", "--to", str(tmp_path / "taken")]) == 2
    assert "taken cannot be written (" in capsys.readouterr().err
