"""What was found, as an incident record in Markdown, with the headings of the template.

docs/incident-template.md is the same record for an incident that no request shows.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from scripts.ops.diagnosis.advice import for_record
from scripts.ops.diagnosis.findings import Findings
from scripts.ops.diagnosis.lately import changed_lately
from scripts.ops.diagnosis.markdown import code, fenced, file_name, plain
from scripts.ops.diagnosis.report import TITLES, looked_lines, moment, quota_lines
from scripts.ops.diagnosis.sentence import cause
from scripts.ops.diagnosis.verdict import Ending, Fault
from scripts.ops.logbook.line import Line

FOLDER = "incidents"
MOST_EVIDENCE = 40
"""Lines of the log that are quoted: the last ones, which tell the end."""
SEVERITIES: Mapping[str, str] = {
    "P1": "users cannot be served, or soon will not be",
    "P2": "some are served badly; nothing is lost",
    "P3": "something drifts",
}
"""What each means: docs/on-call.md has them, with what is to be done."""
_P2 = f"P2: {SEVERITIES['P2']}. P1 if the surroundings show that {SEVERITIES['P1']}."
_SUGGESTED: Mapping[Fault, str] = {
    Fault.SERVICE: _P2,
    Fault.UNKNOWN: _P2,
    Fault.CALLER: "none: a refusal, as it should be.",
    Fault.NOBODY: "none: nothing failed.",
}
_ASIDE = ("docs/incident-template.md says what belongs under each heading.",)


def record(findings: Findings) -> str:
    """Return the record. The log's lines are others' texts: they are scrubbed and quoted."""
    verdict = findings.verdict
    title = f"# Incident of {verdict.call.began:%Y-%m-%d}: {plain(_title(findings))}"
    sections = [f"## {heading}\n\n{write(findings)}" for heading, write in _SECTIONS.items()]
    return "\n\n".join([title, *_ASIDE, *sections]) + "\n"


def write_record(findings: Findings, folder: Path, named: str = "") -> Path:
    """Write the record beside those that are there, and return where it is.

    `named` is the file that was asked for; else it is called after the day and the id, in
    `incidents` below `folder`. Raises OSError.
    """
    wanted = Path(named) if named else folder / FOLDER / _default_name(findings)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    text = record(findings)
    for path in _free(wanted):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise AssertionError("there is always a higher number")


def headings(text: str) -> tuple[str, ...]:
    """Return a record's headings of the second level, in their order."""
    return tuple(re.findall(r"^## (.+)$", text, re.MULTILINE))


def _free(wanted: Path) -> Iterator[Path]:
    yield wanted
    number = 1
    while True:
        number += 1
        yield wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")


def _default_name(findings: Findings) -> str:
    began = findings.verdict.call.began
    return f"{began:%Y-%m-%d}-{file_name(findings.named)}.md"


def _title(findings: Findings) -> str:
    verdict = findings.verdict
    return f"{findings.function} {verdict.facts or verdict.ending.value}, {findings.named}"


def _summary(findings: Findings) -> str:
    return (
        f"{plain(cause(findings))}\n\n"
        f"- Request: {code(findings.named)}\n"
        f"- Function: {code(findings.function)}\n"
        f"- Place: {code(findings.place)}"
    )


def _when(findings: Findings) -> str:
    case = findings.case
    return (
        f"- Began: {moment(findings.verdict.call.began)}\n"
        f"- Last line: {moment(case.ended)}\n"
        f"- Diagnosed: {moment(findings.at)}\n"
        "- Reported: (when, and by whom)\n"
        "- Over: (when)"
    )


def _severity(findings: Findings) -> str:
    return f"Suggested: {_SUGGESTED[findings.verdict.fault]}"


def _seen(findings: Findings) -> str:
    advice = findings.verdict.advice
    if findings.verdict.ending is Ending.KILLED and advice:
        return f"A broken connection. Where the app looked at its document: {_texts(findings)}"
    return _texts(findings) if advice else "What was asked for, or what the complaint says."


def _texts(findings: Findings) -> str:
    advice = findings.verdict.advice
    return f"\n- {plain(advice.en)}\n- {plain(advice.fr)}".lstrip() if advice else ""


def _timeline(findings: Findings) -> str:
    parts = []
    for told in findings.told:
        rows = [
            f"| {step.at_ms} | {'' if step.ms is None else step.ms} | {step.kind.value} "
            f"| {plain(step.name)} | {plain(step.told)} |"
            for step in told.timeline.steps
        ]
        began, outcome = moment(told.timeline.began), plain(told.outcome)
        head = f"{code(told.call.request_id)} from {began}: {outcome}"
        table = ["| at (ms) | took (ms) | what | step | told |", "|---|---|---|---|---|", *rows]
        parts.append("\n".join([head, "", *table]))
    return "\n\n".join(parts)


def _cause(findings: Findings) -> str:
    verdict = findings.verdict
    told = [f"- Error: {code(verdict.facts)}"] if verdict.reason else []
    told += [f"- Log: {code(verdict.said)}"] if verdict.said else []
    told += [f"- {text}" for text in verdict.means]  # the catalogue's own Markdown, as below
    told += [f"- Whose fault: {verdict.fault.value}"]
    told += [f"- Just before it: {plain(text)}" for text in changed_lately(findings)]
    told += [f"- {for_record(text)}" for text in findings.mends]
    return "\n".join(told)


def _evidence(findings: Findings) -> str:
    lines = findings.case.lines
    left_out = len(lines) - MOST_EVIDENCE
    more = f"The {left_out} lines before these are left out.\n\n" if left_out > 0 else ""
    quoted = [*lines[-MOST_EVIDENCE:], *findings.verdict.deaths]
    return more + fenced("\n".join(map(_quoted, quoted)))


def _quoted(line: Line) -> str:
    message = " ".join(line.message.splitlines())
    return f"{line.time.isoformat()} {line.severity} {line.service}: {message}"


def _surroundings(findings: Findings) -> str:
    told = [("The user's quota", quota_lines(findings))]
    told += [(TITLES[name], looked_lines(looked)) for name, looked in findings.around.items()]
    parts = (f"{title}:\n\n{fenced(chr(10).join(lines))}" for title, lines in told)
    return "\n\n".join(parts)


def _to_do(findings: Findings) -> str:
    runbook = f"- [ ] Follow {code(findings.runbook)}" if findings.runbook else ""
    tasks = [f"- [ ] {plain(task.why)}: {code(task.command)}" for task in findings.tasks]
    last = ["- [ ] See that the same call works again", "- [ ] Answer whoever complained"]
    return "\n".join(filter(None, [runbook, *tasks, *last]))


def _follow_ups(_: Findings) -> str:
    return "- [ ] What keeps it from happening again, who does it, until when"


_SECTIONS: Mapping[str, Callable[[Findings], str]] = {
    "Summary": _summary,
    "When": _when,
    "Severity": _severity,
    "What users saw": _seen,
    "Timeline": _timeline,
    "Cause": _cause,
    "Evidence": _evidence,
    "Surroundings": _surroundings,
    "Done and to do": _to_do,
    "Follow-ups": _follow_ups,
}
