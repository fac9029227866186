"""How often a test of coverage draws, and between which counts an interval of that level lies.

`make test-long` draws as often as fits into its minutes, with RETENTION_DRAWS=full two to three times as often, and tests that go
through all notebooks then take all of them; bounds follow the number of draws. The table of calibration draws a thousand times and is another study (`make test-calibration` draws a slice of it).
"""

from __future__ import annotations

import os

VARIABLE = "RETENTION_DRAWS"
CHANCE = 0.001
"""At most so often a sound interval falls out on one side of the bounds."""


def draws(full: int, few: int) -> int:
    """`few`, or `full` where the environment asks for them."""
    return full if in_full() else few


def in_full() -> bool:
    """Whether the environment asks for all of them."""
    return os.environ.get(VARIABLE) == "full"


def fewest(n: int, level: float = 0.95) -> int:
    """The least count of hits among `n` that an interval of this level gives, but for one time in a thousand.

    Examples
    --------
    P(X < 179 | 200, .95) = .0005 and P(X < 180) = .0012; of ten at .5, P(X < 1) = .00098 and P(X < 2) = .011.

    >>> fewest(200), fewest(10, 0.5)
    (179, 1)
    """
    from scipy.stats import binom

    return int(binom.ppf(CHANCE, n, level))


def most(n: int, level: float = 0.95) -> int:
    """The largest count, likewise: of few draws it is all of them."""
    from scipy.stats import binom

    return int(binom.isf(CHANCE, n, level))
