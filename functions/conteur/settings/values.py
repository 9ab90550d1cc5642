"""Reads settings out of texts, and collects everything that is wrong with them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from conteur.domain.ranges import Range

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class SettingValues:
    """The texts by name, and a sentence for each one that cannot be used."""

    texts: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, name: str, default: str) -> str:
        """Return a setting as it stands."""
        return self.texts.get(name, default)

    def number(self, name: str, default: float, allowed: Range) -> float:
        """Return a number; the default where none, or an impossible one, is given."""
        text = self.texts.get(name, "")
        try:
            value = float(text or default)
        except ValueError:
            value = math.nan
        if allowed.holds(value):
            return value
        self.problems.append(f"{name}={text!r} is no {allowed}")
        return default

    def choice(self, name: str, kind: type[_Choice], default: _Choice) -> _Choice:
        """Return one of the choices; the default where none, or an unknown one, is given."""
        text = self.texts.get(name, default)
        try:
            return kind(text)
        except ValueError:
            self.problems.append(f"{name}={text!r} is none of {', '.join(kind)}")
            return default
