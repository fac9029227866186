"""How strong something nobody measured would have to be to explain a hazard ratio away (E-value)."""

from __future__ import annotations

import math

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.vocabulary import Role
from analysis.core.wording import number
from analysis.estimators.checks.adjustment import e_value
from analysis.estimators.survival.cause_specific_hazard import LEFT, estimate_cause_specific_hazard
from analysis.frames import Frame

NAME = "strength of an unmeasured confounder"
RARE = 0.15
"""Where fewer have left by the end, a hazard ratio is read as a risk ratio; else it is translated."""


def check_unmeasured_hazard(
    frame: Frame, claim: Claim, *, quantity: str, term: str = "x_exposed", adjusted: bool = True
) -> CheckResult:
    """E-value of a hazard ratio and of its interval's end nearer to no effect.

    VanderWeele & Ding (2017), Annals of Internal Medicine 167, 268-274; a hazard ratio of a common outcome counts as the
    risk ratio (1 - 0.5^√HR) / (1 - 0.5^√(1/HR)). Passed if the E-value of the limit exceeds what the strongest measured
    covariate (split at its median) has with both exposure and leaving; informs only where nothing was measured.

    Parameters
    ----------
    frame : Frame
        ``spells``.
    claim : Claim
    quantity, term, adjusted
        As of the answer.
    """
    if not adjusted:
        return CheckResult(name=NAME, passed=None, sentence="Shown as naive: nothing to check.")
    found = estimate_cause_specific_hazard(frame, claim, quantity=quantity, term=term)
    answer = next(estimate for estimate in found if estimate.role is not Role.NAIVE)
    assert answer.value is not None and answer.low is not None and answer.high is not None
    rare = float((frame.table["event"] == LEFT).mean()) < RARE
    value, low, high = (x if rare else risk_ratio_of(x) for x in (answer.value, answer.low, answer.high))
    reaches_none = low <= 1 <= high
    limit = 1.0 if reaches_none else min(e_value(low), e_value(high))
    strongest, name = _strongest_measured(frame, term)
    beside = f"; the strongest measured covariate ({name}) goes with both by {number(strongest)}" if name else ""
    words = (
        "the interval reaches no effect already" if reaches_none else f"to move the interval there, by {number(limit)}"
    )
    return CheckResult(
        name=NAME,
        passed=limit > strongest if name else None,
        sentence="To explain the hazard ratio away, something nobody measured would have to go with both exposure and leaving "
        f"by a risk ratio of {number(e_value(value))}; {words}{beside}.",
        table=({"E-value": e_value(value), "E-value of the limit": limit, "strongest measured": strongest},),
    )


def risk_ratio_of(hazard_ratio: float) -> float:
    """Risk ratio that a hazard ratio of a common outcome stands for: (1 - 0.5^√HR) / (1 - 0.5^√(1/HR)).

    Examples
    --------
    No effect stays none, and turning the groups round turns the ratio round:

    >>> risk_ratio_of(1.0), round(risk_ratio_of(2.0) * risk_ratio_of(0.5), 12)
    (1.0, 1.0)
    >>> round(risk_ratio_of(4.0), 3)  # (1 - 1/4) / (1 - 0.5^(1/2))
    2.561
    """
    return (1 - math.pow(0.5, math.sqrt(hazard_ratio))) / (1 - math.pow(0.5, math.sqrt(1 / hazard_ratio)))


def _strongest_measured(frame: Frame, term: str) -> tuple[float, str]:
    """The covariate whose weaker tie, to exposure or to leaving, is the strongest: its risk ratio and name."""
    table = frame.table
    exposed = table[term] > table[term].median() if table[term].nunique() > 2 else table[term] == table[term].max()
    years = table["duration_years"] - table["entry_years"]
    found = [(1.0, "")]
    for name in frame.covariates:
        middle = table[name].median()
        split = table[name] > middle if (table[name] > middle).any() else table[name] == middle  # a yes of the majority
        if name == term or not 0 < split.mean() < 1:
            continue
        rates = [float((table["event"] == LEFT)[s].sum() / years[s].sum()) for s in (split, ~split)]
        shares = [float(exposed[s].mean()) for s in (split, ~split)]
        found.append((min(_fold(*rates), _fold(*shares)), name.removeprefix("x_")))
    return max(found)


def _fold(one: float, other: float) -> float:
    return max(one / other, other / one) if min(one, other) > 0 else 1.0
