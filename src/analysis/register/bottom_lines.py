"""Bottom lines of the register: what was found, how sure, and what to do, for the verdict that each was written for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from analysis.core.claim import BottomLine
from analysis.core.errors import RegisterMistake
from analysis.core.reading import read

NAME = re.compile(r"\{([^{}]+)\}")
"""A name that a run's results fill in."""

_DIGITS = re.compile(r"\d+")
_DENOMINATORS = re.compile(r"\b(?:1,000|in 100)\b|a coin: 50")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")


def bottom_lines(where: str, entries: Any) -> tuple[BottomLine, ...]:
    """Read and validate the bottom lines of one claim.

    Raises
    ------
    RegisterMistake
        If a field is wrong, a number is typed, or two texts are written for the same verdict.
    """
    where = f"{where}, `bottom_line`"
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RegisterMistake(f"{where} must be a list of tables ([[claim.bottom_line]]); got {entries!r}.")
    lines = tuple(_line(where, entry) for entry in entries)
    written_for = [(line.verdict, line.confidence, line.shade) for line in lines]
    for key in written_for:
        if written_for.count(key) > 1:
            raise RegisterMistake(f"{where}: one text for {' / '.join(str(part) for part in key if part)}; got two.")
    return lines


def _line(where: str, entry: dict[str, Any]) -> BottomLine:
    line = read(BottomLine, entry, f"{where}: field", RegisterMistake)
    typed = [
        digits
        for digits in _DIGITS.findall(_DENOMINATORS.sub("", NAME.sub("", line.text)))
        if not _YEAR.fullmatch(digits)
    ]
    if typed:
        raise RegisterMistake(
            f"{where}: a number in a text must come from a result by its {{name}}, years apart; got {', '.join(typed)} in "
            f"{line.text!r}."
        )
    return replace(line, text=line.text.strip())
