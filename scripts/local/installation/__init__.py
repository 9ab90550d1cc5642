"""What the project needs on a machine: which tools, which packages, and what is there already.

Standard library only: `scripts/setup` runs it before anything is installed.
"""
