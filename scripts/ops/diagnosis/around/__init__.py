"""What was around a request: metrics, dependencies, other requests, changes.

    where.py         which project is looked at, or which local stack
    span.py          when the request was, and how far from it something is
    figures.py       the metrics then, against the alerts' thresholds
    events.py        which dependency each event of the log tells of
    dependencies.py  what the log says of each service it depends on
    trouble.py       what it says of one
    others.py        whether others fared alike
    endings.py       how calls ended, as their lines tell
    changes.py       deploys, and knobs that were turned
    revisions.py     the revisions of a function, as Cloud Run has them

Each `look` reads, and raises for no place that does not answer: its `problem` says why then.
"""
