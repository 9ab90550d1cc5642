"""The log of a project, or of the local stack: read, followed, printed.

    line.py       one line
    query.py      which lines
    filters.py    the same in the language of Cloud Logging
    moments.py    what people write for a moment: 15m, 2026-11-22T14:00
    functions.py  the deployed functions, by their names
    source.py     whose log: a project's in Cloud Logging, the local stack's, a file's
    json_text.py  JSON of anyone's making
    requests.py   what Cloud Run itself logs of a request
    entries.py    a line of what Cloud Logging kept, or a function printed
    log_errors.py what can go wrong, and what to do then
    cloud_log.py  the log of a project: read
    tail.py       the log of a project: as it comes
    seen.py       which lines have come already
    listening.py  one connection over which it comes
    log_file.py   the log in a file, or on standard input
    reader.py     opens one of them
    printing.py   a line for people, and for programs

It imports down: reader > cloud_log > tail > listening; all of them > entries,
filters > query > line. Commands are above it.
"""
