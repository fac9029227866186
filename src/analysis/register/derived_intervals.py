"""Intervals derived from what a publication prints instead of one: r and n, t, p, or counts of events.

One function, `derive_interval`, so that no interval is typed. What was assumed is said in words beside every result.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from analysis.core.correlation import correlation_interval, slope_t, smallest_n
from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL, RATIO_SCALES, Scale

SIGNIFICANT = "significant"
"""What stands for p where a study says no more than that: a side of no effect, and no size."""

_ARM = re.compile(r"^(\d+)/(\d+)$")
_ONE_SAMPLE = re.compile(r"^(\d+)-(\d+)/(\d+)$")
_P = re.compile(r"^(<?)\s*(0?\.\d+)$")


@dataclass(frozen=True, slots=True)
class DerivedInterval:
    """What follows from the printed statistics.

    Attributes
    ----------
    value, low, high : float
        On the scale asked for; a bound is infinite where only significance was printed.
    n : int
        Independent units behind it; None if neither printed nor implied.
    events, smallest_group : int
        Fewest events in any arm, and units of the smallest; None unless derived from counts of two arms.
    formula : str
        By what it was derived.
    """

    value: float
    low: float
    high: float
    n: int | None
    events: int | None
    smallest_group: int | None
    formula: str


def derive_interval(
    *,
    scale: Scale,
    value: float | None = None,
    r: float | None = None,
    t: float | None = None,
    p: str = "",
    counts: str = "",
    n: int | None = None,
    level: float = INTERVAL_LEVEL,
) -> DerivedInterval:
    """Derive an interval from one printed statistic: `counts`, `r`, `t`, or `p`, looked for in that order.

    Parameters
    ----------
    scale : Scale
        Of the figure. Ratios are read on their logarithm; shares in percentage points and per cent are times 100.
    value : float
        The printed figure; needed with `t` and `p`, and to be left out with `counts` and `r`, which give it.
    r : float
        Correlation, in (-1, 1); with `n`, or with `p` and then with the units that `p` implies (the fewest, where it is a bound).
    t : float
        The figure (its logarithm for ratios) over its standard error; same sign as the figure.
    p : str
        Two-sided: "0.004" as printed; "<0.01", which gives the widest interval it allows; "significant", a half-open one.
    counts : str
        "51/150 29/150": events and units of two arms, first against second; "109/129": one share; "396-144/900":
        two answers of one sample that exclude each other, first less second.
    n : int
        Independent units, if printed.
    level : float
        Level of the interval, in (0, 1).

    Raises
    ------
    ParameterMistake
        If the statistics given do not make an interval on this scale; names the parameter, the rule and the value.

    Notes
    -----
    Correlations: tanh(artanh r ± z / sqrt(n - 3)). Two shares: Newcombe (1998); their ratio: log ± z sqrt(1/a - 1/m +
    1/b - 1/n) (Katz); odds: log ± z sqrt(sum of one over each cell) (Woolf); one share: Wilson. Two answers of one
    sample: variance (p + q - (p - q)²) / n. From t the standard error is figure / t, from p it is figure / z(1 - p/2);
    both take the normal quantile, as for a printed standard error.

    Examples
    --------
    >>> found = derive_interval(scale=Scale.DIFFERENCE, value=2.0, t=2.0)  # standard error 1
    >>> round(found.low, 2), round(found.high, 2)
    (0.04, 3.96)
    >>> found = derive_interval(scale=Scale.CORRELATION, r=0.0, n=103)  # tanh(1.96 / 10)
    >>> round(found.high, 3)
    0.194
    """
    if not 0 < level < 1:
        raise ParameterMistake(f"`level` must lie between 0 and 1; got {level!r}.")
    if counts:
        if value is not None:
            raise ParameterMistake(f"`value` must be left out with `counts`, which give it; got {value!r}.")
        return _from_counts(scale, counts.strip(), level)
    if r is not None:
        return _from_correlation(scale, value, r, p, n, level)
    if t is None and not p:
        raise ParameterMistake("one of `counts`, `r`, `t` and `p` must be given; got none.")
    if value is None:
        raise ParameterMistake("`value` must be given with `t` or `p`; got None.")
    if t is not None:
        return _from_t(scale, value, t, n, level)
    return _from_p(scale, value, p.strip(), n, level)


def _from_counts(scale: Scale, counts: str, level: float) -> DerivedInterval:
    one_sample = _ONE_SAMPLE.match(counts)
    if one_sample:
        return _two_answers(scale, *(int(number) for number in one_sample.groups()), level=level)
    parts = [_ARM.match(part) for part in counts.split()]
    if not all(parts) or len(parts) not in (1, 2):
        raise ParameterMistake(f"`counts` must read like '51/150 29/150', '109/129' or '396-144/900'; got {counts!r}.")
    arms = [(int(part[1]), int(part[2])) for part in parts if part]
    for events, units in arms:
        if events > units or units == 0:
            raise ParameterMistake(f"`counts` must hold no more events than units; got {events}/{units}.")
    return _one_share(scale, *arms[0], level=level) if len(arms) == 1 else _two_arms(scale, arms, level)


def _one_share(scale: Scale, events: int, units: int, *, level: float) -> DerivedInterval:
    from statsmodels.stats.proportion import proportion_confint

    times = {Scale.SHARE: 1, Scale.PERCENT: 100}.get(scale)
    if times is None:
        raise ParameterMistake(f"`counts` of one group give a share or per cent; got the scale '{scale}'.")
    low, high = proportion_confint(events, units, alpha=1 - level, method="wilson")
    return DerivedInterval(
        times * events / units, times * float(low), times * float(high), units, None, None,
        f"Wilson's interval of {events} out of {units}",
    )  # fmt: skip


def _two_answers(scale: Scale, first: int, second: int, units: int, *, level: float) -> DerivedInterval:
    times = {Scale.DIFFERENCE: 1, Scale.PERCENTAGE_POINTS: 100}.get(scale)
    if times is None or first + second > units:
        raise ParameterMistake(
            f"`counts` of two answers in one sample give a difference of shares that sum to 1 at most; got "
            f"{first}-{second}/{units} on the scale '{scale}'."
        )
    p, q = first / units, second / units
    half = _z(level) * math.sqrt((p + q - (p - q) ** 2) / units)
    return DerivedInterval(
        times * (p - q), times * (p - q - half), times * (p - q + half), units, min(first, second), units,
        f"difference of two answers of one sample, {first} and {second} out of {units} (multinomial variance)",
    )  # fmt: skip


def _two_arms(scale: Scale, arms: list[tuple[int, int]], level: float) -> DerivedInterval:
    from statsmodels.stats.proportion import confint_proportions_2indep

    (a, m), (b, n) = arms
    ways = {
        Scale.DIFFERENCE: ("diff", "newcomb", "Newcombe's interval"),
        Scale.PERCENTAGE_POINTS: ("diff", "newcomb", "Newcombe's interval"),
        Scale.RATIO: ("ratio", "log", "log ratio of shares (Katz)"),
        Scale.ODDS_RATIO: ("odds-ratio", "logit", "log odds ratio (Woolf)"),
    }
    if scale not in ways:
        raise ParameterMistake(f"`counts` of two arms give a difference, a ratio or an odds ratio; got '{scale}'.")
    compare, method, formula = ways[scale]
    if compare != "diff" and 0 in (a, b, m - a, n - b):
        raise ParameterMistake(f"`counts` must hold no empty cell on the scale '{scale}'; got {a}/{m} {b}/{n}.")
    low, high = confint_proportions_2indep(a, m, b, n, method=method, compare=compare, alpha=1 - level)
    p, q = a / m, b / n
    value = {"diff": p - q, "ratio": p / q if q else 0.0, "odds-ratio": p * (1 - q) / (q * (1 - p)) if q else 0.0}
    times = 100 if scale is Scale.PERCENTAGE_POINTS else 1
    return DerivedInterval(
        times * value[compare], times * float(low), times * float(high), m + n, min(a, b), min(m, n),
        f"{formula} of {a} out of {m} against {b} out of {n}",
    )  # fmt: skip


def _from_correlation(
    scale: Scale, value: float | None, r: float, p: str, n: int | None, level: float
) -> DerivedInterval:
    if scale is not Scale.CORRELATION or not -1 < r < 1:
        raise ParameterMistake(f"`r` must lie between -1 and 1 on the scale 'correlation'; got {r!r} on '{scale}'.")
    if value is not None and value != r:
        raise ParameterMistake(f"`value` must be left out with `r`, which gives it; got {value!r}.")
    source = "printed"
    if n is None:
        if not p:
            raise ParameterMistake("`n` or `p` must be given with `r`; got neither.")
        if r == 0:
            raise ParameterMistake("`r` must not be 0 where n is to follow from p; got 0.")
        bound, exact = _read_p(p)
        n = _nearest_n(abs(r), bound) if exact else smallest_n(abs(r), bound)
        source = f"the {'nearest' if exact else 'fewest'} units at which {r:g} has p {'=' if exact else '<'} {bound:g}"
    if n < 4:
        raise ParameterMistake(f"`n` must be 4 or more for Fisher's z; got {n!r}.")
    low, high = correlation_interval(r, n, level)
    return DerivedInterval(r, low, high, n, None, None, f"Fisher's z from r = {r:g} and n = {n} ({source})")


def _nearest_n(r: float, p: float) -> int:
    """Units at which the two-sided p of a correlation comes nearest to the printed one."""
    from scipy.stats import t

    n = smallest_n(r, p)
    return min((max(n - 1, 3), n), key=lambda k: abs(2 * float(t.sf(slope_t(r, k), k - 2)) - p))


def _from_t(scale: Scale, value: float, t: float, n: int | None, level: float) -> DerivedInterval:
    distance = _distance(scale, value)
    if t * distance <= 0:
        raise ParameterMistake(f"`t` must not be 0 and must have the sign of the figure; got {t!r} for {value!r}.")
    return _symmetric(scale, value, abs(distance / t), n, level, f"standard error from t = {t:g}")


def _from_p(scale: Scale, value: float, p: str, n: int | None, level: float) -> DerivedInterval:
    from scipy.stats import norm

    distance = _distance(scale, value)
    if distance == 0:
        raise ParameterMistake(f"`value` must not be no effect where an interval is to follow from p; got {value!r}.")
    if p == SIGNIFICANT:
        none = 1.0 if scale in RATIO_SCALES else 0.0
        # Significant means beyond no effect, and touching is not beyond: the next number there is.
        near, far = math.nextafter(none, math.copysign(math.inf, distance)), math.copysign(math.inf, distance)
        if scale in RATIO_SCALES and far < 0:
            far = 0.0
        low, high = sorted((near, far))
        return DerivedInterval(
            value, low, high, n, None, None, "half-open, as only 'significant' is printed: the side and no size"
        )
    bound, exact = _read_p(p)
    error = abs(distance) / float(norm.isf(bound / 2))
    words = f"standard error from p = {bound:g}" if exact else f"widest interval that p < {bound:g} allows"
    return _symmetric(scale, value, error, n, level, words)


def _read_p(text: str) -> tuple[float, bool]:
    """The number in a printed p, and whether it is exact."""
    found = _P.match(text)
    if not found or not 0 < float(found[2]) < 1:
        raise ParameterMistake(f"`p` must read like '0.004', '<0.01' or '{SIGNIFICANT}'; got {text!r}.")
    return float(found[2]), not found[1]


def _distance(scale: Scale, value: float) -> float:
    """From no effect to the figure, on the scale on which it is symmetric."""
    if scale is Scale.CORRELATION:
        raise ParameterMistake("`r` must be given on the scale 'correlation', not `t` or `p` alone.")
    if scale not in RATIO_SCALES:
        return value
    if value <= 0:
        raise ParameterMistake(f"`value` must be above 0 on the scale '{scale}'; got {value!r}.")
    return math.log(value)


def _symmetric(scale: Scale, value: float, error: float, n: int | None, level: float, words: str) -> DerivedInterval:
    half = _z(level) * error
    if scale in RATIO_SCALES:
        return DerivedInterval(
            value, value * math.exp(-half), value * math.exp(half), n, None, None, f"{words}, on the logarithm"
        )
    return DerivedInterval(value, value - half, value + half, n, None, None, words)


def _z(level: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf(0.5 + level / 2))
