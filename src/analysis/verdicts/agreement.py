"""Whether two records say the same, to the last digit that any processor reproduces; numbers within texts too."""

from __future__ import annotations

import math
import re
from typing import Any

from analysis.core.record import STABLE_DIGITS

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")


def first_difference(stored: Any, computed: Any, place: str = "") -> str:
    """Return where two JSON-like values first differ, in words; empty if they agree.

    Whole numbers must be equal, others within one unit of the last stable digit, numbers in a text within one unit of the
    last digit that is printed.

    Examples
    --------
    >>> first_difference([{"value": 1.2345, "n": 10}], [{"value": 1.2346, "n": 10}])
    ''
    >>> first_difference([{"value": 1.2345, "n": 10}], [{"value": 1.2365, "n": 10}])
    'value of number 1 is stored as 1.2345 and computed as 1.2365'
    >>> first_difference({"method": "AUC 0.81 of 9"}, {"method": "AUC 0.80 of 9"})
    ''
    """
    if isinstance(stored, dict) and isinstance(computed, dict):
        names = sorted(stored.keys() | computed.keys())
        found = (first_difference(stored.get(n), computed.get(n), f"{n}{' of ' * bool(place)}{place}") for n in names)
        return next((words for words in found if words), "")
    if isinstance(stored, list) and isinstance(computed, list):
        if len(stored) != len(computed):
            return f"{place or 'the answer'} has {len(stored)} entries stored and {len(computed)} computed"
        pairs = enumerate(zip(stored, computed, strict=True), start=1)
        found = (first_difference(a, b, f"{place}{' of ' * bool(place)}number {k}") for k, (a, b) in pairs)
        return next((words for words in found if words), "")
    if _same(stored, computed):
        return ""
    return f"{place or 'the value'} is stored as {stored!r} and computed as {computed!r}"


def _same(stored: Any, computed: Any) -> bool:
    if isinstance(stored, str) and isinstance(computed, str):
        return _same_text(stored, computed)
    numbers = (int, float)
    if isinstance(stored, bool) or isinstance(computed, bool):
        return stored is computed
    if not (isinstance(stored, numbers) and isinstance(computed, numbers)):
        return bool(stored == computed)
    if stored == computed or (math.isnan(stored) and math.isnan(computed)):
        return True
    if isinstance(stored, int) and isinstance(computed, int):
        return False
    if not (math.isfinite(stored) and math.isfinite(computed)):
        return False
    largest = max(abs(stored), abs(computed))
    unit = 10.0 ** (math.floor(math.log10(largest)) - STABLE_DIGITS + 1)
    return abs(stored - computed) <= 1.001 * unit


def _same_text(stored: str, computed: str) -> bool:
    if stored == computed:
        return True
    ours, theirs = _NUMBER.findall(stored), _NUMBER.findall(computed)
    if _NUMBER.split(stored) != _NUMBER.split(computed) or len(ours) != len(theirs):
        return False
    return all(_close(a.replace(",", ""), b.replace(",", "")) for a, b in zip(ours, theirs, strict=True))


def _close(stored: str, computed: str) -> bool:
    """True for equal numbers, and for decimals one unit of the last printed digit apart."""
    decimals = len(stored.partition("e")[0].partition(".")[2])
    if not decimals or "e" in stored:
        return stored == computed
    return abs(float(stored) - float(computed)) <= 1.001 * 10.0**-decimals
