"""Loopback stand-ins for Google Cloud services that have no emulator.

    standin = MonitoringStandIn()
    with standin.serve() as address:  # "127.0.0.1:port"
        ...

Each one is a gRPC server made of the real service's message types, so the real client library
talks to it and only the endpoint differs. It refuses what the real service refuses, can fail on
purpose, and keeps a journal. `python -m scripts.local.standins --help` runs one as a process.
"""
