"""From a complaint to its cause: what became of one request, and what was around it.

    search.py      finds its lines in a log
    case.py        what the log has of a request: its lines, its function, how it ended
    calls.py       the calls that were made under its id, each with its lines
    timeline.py    phases, attempts and waits of a call, of its lines
    verdict.py     how it ended, with the catalogue's entry and whose fault it was
    entries.py     the catalogue of errors, by reason
    sentence.py    the cause in one sentence
    runbooks.py    the runbook of each reason, and the commands for this very request
    advice.py      the catalogue's advice, for this place, and once
    quota.py       what the user had left then, as the lines of the claim tell
    around/        what was around it; each module's look() returns `rows`, frozen dataclasses whose
                   str() is their line for people, and `problem`, empty unless it could not look
        figures.py       the metrics then, against the alerts' thresholds
        dependencies.py  what the log says of each service it depends on
        others.py        whether others fared alike
        changes.py       deploys, and knobs that were turned
    surroundings.py  all of around/: what fails there is said, and fails nothing else
    findings.py    all of it, which reports are made of
    lately.py      what was changed just before it
    layout.py      lines that fit on a terminal
    drawing.py     a timeline as text
    report.py      all of it, for people and for programs
    markdown.py    others' texts, made safe
    incident.py    all of it, as an incident record in Markdown

It imports down: the command > report, incident > surroundings > around, findings > advice >
runbooks > verdict, timeline, quota > calls > case.
"""
