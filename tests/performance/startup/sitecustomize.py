"""Hides the packages that only a developer's machine has: others import some that are there.

Python imports this module before anything else of a process that has its folder on the path.
"""

import os
import sys
from importlib.abc import MetaPathFinder

HIDDEN = frozenset(os.environ.get("HIDDEN_PACKAGES", "").split())


class _Hiding(MetaPathFinder):
    def find_spec(self, fullname: str, *_where: object) -> None:
        if fullname.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


sys.meta_path.insert(0, _Hiding())
