"""From a complaint to its cause: what became of one request, and what was around it.

    case.py        what the log has of a request: its lines, its function, how it ended
    timeline.py    phases, attempts and waits, of its lines
    verdict.py     how it ended, with the catalogue's entry, the next step and the runbook
    quota.py       what the user had left then, as the lines of the claim tell
    around/        what was around it
        figures.py       the metrics then, against the alerts' thresholds
        dependencies.py  what the log says of each service it depends on
        others.py        whether others fared alike
        changes.py       deploys, and knobs that were turned
    report.py      all of it, for people and for programs
    incident.py    all of it, as an incident record in Markdown

It imports down: the command > report, incident > around, verdict, timeline, quota > case.
"""
