"""The log of a project, or of the local stack: read, followed, printed.

    line.py      one line
    query.py     which lines, and how Cloud Logging is asked for them
    source.py    whose log: a project's in Cloud Logging, the local stack's, a file's
    reader.py    reads and follows one
    printing.py  a line for people, and for programs

It imports down: reader > source, query > line. Commands are above it.
"""
