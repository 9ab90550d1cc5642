"""The dashboard on one's own machine: a page on 127.0.0.1, live from the Monitoring stand-in.

`scripts/dev` runs it (`running.py`): a server of the page and, where it is installed, a real
Prometheus, which scrapes the stand-in's series from the server and decides which alerts fire.
"""
