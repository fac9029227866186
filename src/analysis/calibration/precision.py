"""How precise an answer a company's data can give: the smallest effect that a test of a claim would find, by formula.

It is worked out from the standard error: by formula where there is one for the claim's estimator (`error_formulas`), else
read off the interval that the estimator puts round the company's number. The number itself is not shown, so that nobody
decides by it before the rule is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from inspect import signature
from statistics import NormalDist
from typing import Any

import numpy as np

from analysis.calibration.error_formulas import error_of
from analysis.core.claim import Quantity
from analysis.core.results import Estimate
from analysis.core.vocabulary import RATIO_SCALES, Role, Scale
from analysis.core.wording import number, with_unit
from analysis.estimators.survival.state_dependence import estimate_state_dependence
from analysis.frames import Frame
from analysis.register.claims import load_register
from analysis.verdicts.studies import STUDIES

HEADING = "Smallest effect it would find (by formula, from the interval of your own data)"
POWER = 0.8
TEST_LEVEL = 0.05
NOTHING_DECIDED = "gives no interval, so nothing is decided by it"
MOST_ROWS = 200_000
"""From a longer frame a random sample of customers is taken, and the error is scaled to all of them."""

MOST_COUNTED = 20_000
"""The same for frames of distinct rows with a count of customers: models are fitted on them a hundred times."""

_ANSWER_ALONE: Mapping[object, Mapping[str, object]] = {estimate_state_dependence: {"population": None}}
"""Options with which an estimator leaves out what stands beside its answer: here twenty fits of a population."""

_COUNTED = ("customer_summary", "customer_holdout", "opportunities")
_UNITS = ("cluster", "customer_id", "unit_id")


def smallest_detectable(estimate: Estimate, *, share: float = 1.0) -> float | None:
    """Smallest true distance from no effect that a two-sided test at 5 % finds four times in five.

    (z of .975 + z of .8) standard errors (Bloom 1995, Evaluation Review 19(5), 547-556), with the standard error read off
    the interval; on scales of ratios, on the logarithm. A change in per cent is a ratio too: read off the interval in per
    cent itself, effects that were said to be found four times in five were found seven in ten.

    Parameters
    ----------
    estimate : Estimate
    share : float
        Share of the customers that the estimate is of; errors shrink with the root of their number.

    Returns
    -------
    float
        Distance from the null in the estimate's unit; on scales of ratios, the factor above 1. None where there is no
        interval with two bounds, or one of no width.

    Examples
    --------
    An interval of plus and minus 1.96 is one standard error of 1.

    >>> from analysis.core.vocabulary import Design, Kind, Scale
    >>> e = Estimate(claim="c", quantity="q", value=5.0, low=5 - 1.96, high=5 + 1.96, scale=Scale.DIFFERENCE, null=0.0,
    ...              unit="", design=Design.RANDOMISED, kind=Kind.OWN, source="Acme", method="m")
    >>> round(smallest_detectable(e), 2)
    2.8
    """
    error = _standard_error(estimate)
    return None if error is None else _reach(error * math.sqrt(share), estimate.scale, estimate.null)


def _reach(error: float, scale: Scale, null: float) -> float:
    """The smallest distance from a standard error, which on scales of ratios and changes is that of the logarithm."""
    reach = (_z(1 - TEST_LEVEL / 2) + _z(POWER)) * error
    if scale in RATIO_SCALES:
        return math.exp(reach)
    return 100 * math.expm1(reach) if _is_change(scale, null) else reach


def _is_change(scale: Scale, null: float) -> bool:
    """Whether the number is 100 (ratio - 1): a change in per cent, not a share in per cent."""
    return scale is Scale.PERCENT and null == 0


def _z(share: float) -> float:
    return NormalDist().inv_cdf(share)


def _standard_error(estimate: Estimate) -> float | None:
    low, high = estimate.low, estimate.high
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return None
    change = _is_change(estimate.scale, estimate.null)
    if change:
        low, high = 1 + low / 100, 1 + high / 100
    if estimate.scale in RATIO_SCALES or change:
        if low <= 0:
            return None
        low, high = math.log(low), math.log(high)
    width = high - low
    return width / (2 * _z(0.5 + estimate.level / 2)) if width > 0 else None


def precision_of(claim_id: str, frame: Frame, options: Mapping[str, object], *, seed: int = 1) -> tuple[str, ...]:
    """How small an effect a claim's estimator would find on this frame, one line a quantity, without its estimates.

    Parameters
    ----------
    claim_id : str
    frame : Frame
    options : mapping
        For the estimator, as the source's answer gives them.
    seed : int
        Of the sample of a long frame, and of estimators that draw.

    Returns
    -------
    tuple of str
        One that says so where the estimator gives no interval.

    Raises
    ------
    FrameMistake, FrameUnavailable
        If the estimator finds too little data; says how much it needs.
    """
    claim = load_register()[claim_id]
    estimator = STUDIES[claim_id, frame.name].estimator
    known = signature(estimator).parameters
    given = {key: value for key, value in {"seed": seed, **options}.items() if key in known}
    given |= {key: value for key, value in _ANSWER_ALONE.get(estimator, {}).items() if key not in options}
    taken, share = _sample(frame, seed)
    reaches: Iterable[tuple[str, float | None, Quantity | Estimate]]
    by_formula = error_of(estimator, taken, claim, given)
    if by_formula is None:
        answers = (e for e in estimator(taken, claim, **given) if e.role is Role.ANSWER)
        reaches = ((e.quantity, smallest_detectable(e, share=share), e) for e in answers)
    elif given.get("role", Role.ANSWER) != Role.ANSWER:
        reaches = ()
    else:
        of = claim.quantity(by_formula.quantity)
        reaches = ((of.name, _reach(by_formula.error * math.sqrt(share), of.scale, of.null), of),)
    told = (_line(name, reach, of) for name, reach, of in reaches if reach is not None)
    lines = tuple(dict.fromkeys(told))
    if not lines:
        return (NOTHING_DECIDED,)
    return lines if share == 1 else (*lines[:-1], f"{lines[-1]} (scaled up from a sample of customers)")


def _line(name: str, reach: float, measured: Estimate | Quantity) -> str:
    size = f"a factor of {number(reach)}" if measured.scale in RATIO_SCALES else with_unit(reach, measured.unit)
    return f"{name.replace('_', ' ')}: {size}"


def _sample(frame: Frame, seed: int) -> tuple[Frame, float]:
    """The frame, or whole customers drawn from it so that about MOST_ROWS rows are left, and their share."""
    table = frame.table
    if frame.name in _COUNTED:
        return _thinned(frame, seed)
    unit = next((name for name in _UNITS if name in table.columns), None)
    if unit is None or len(table) <= MOST_ROWS:
        return frame, 1.0
    units = table[unit].unique()
    wanted = max(1, round(len(units) * MOST_ROWS / len(table)))
    drawn = _draw(units, wanted, seed)
    retained = table[table[unit].isin(drawn)].reset_index(drop=True)
    return replace(frame, table=retained), wanted / len(units)


def _thinned(frame: Frame, seed: int) -> tuple[Frame, float]:
    """A frame of distinct rows with customers left out at random, and the share of them that is left."""
    counts = frame.table["n_customers"].to_numpy()
    total = int(counts.sum())
    if total <= MOST_COUNTED:
        return frame, 1.0
    drawn = np.random.default_rng(seed).multivariate_hypergeometric(counts, MOST_COUNTED, method="marginals")
    left = frame.table.assign(n_customers=drawn)
    return replace(frame, table=left[left["n_customers"] > 0].reset_index(drop=True)), MOST_COUNTED / total


def _draw(units: Any, wanted: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(np.sort(np.asarray(units)), size=wanted, replace=False)
