"""How a check judges a bias that it estimates: harmless, there, or not to be told from these data."""

from __future__ import annotations

from analysis.core.claim import Quantity
from analysis.core.wording import number


def judge(low: float, high: float, tolerance: float) -> bool | None:
    """True if the interval lies wholly within ± tolerance, False if it excludes 0 otherwise, None if neither.

    A check that merely finds nothing significant has not passed: with few data it never finds anything.

    Examples
    --------
    >>> judge(-0.5, 0.5, tolerance=1.0), judge(2.0, 3.0, tolerance=1.0), judge(-2.0, 3.0, tolerance=1.0)
    (True, False, None)
    >>> judge(0.1, 0.2, tolerance=1.0)  # there, but too small to matter
    True
    """
    if -tolerance < low and high < tolerance:
        return True
    return False if low > 0 or high < 0 else None


def tolerated(quantity: Quantity, answer: float) -> float:
    """Bias that could not turn the answer: half of it, or the smallest effect that matters, whichever is larger.

    Parameters
    ----------
    quantity : Quantity
        On a scale of differences (not of ratios).
    answer : float
        The estimate whose bias is checked.
    """
    return max(abs(quantity.smallest - quantity.null), abs(answer - quantity.null) / 2)


def span(low: float, high: float) -> str:
    """An interval in words."""
    return f"{number(low)} to {number(high)}"


def in_words(passed: bool | None) -> str:
    """What a judgement means, as the end of a sentence."""
    return {
        True: "which is too little to turn the answer",
        False: "which the answer does not allow for",
        None: "which these data cannot tell from nothing, nor from enough to turn the answer",
    }[passed]
