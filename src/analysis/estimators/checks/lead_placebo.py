"""Whether what is measured after the outcome seems to move it: then something else moves both."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.checks._judging import in_words, judge, span, tolerated
from analysis.estimators.observational.panel_effects import estimate_panel_effect, lead_placebo
from analysis.frames import Frame

NAME = "the same after the outcome as placebo"


def check_lead_placebo(frame: Frame, claim: Claim, *, quantity: str, unit_effects: bool = True) -> CheckResult:
    """Coefficient of the exposure measured after the outcome; a failure voids the answer.

    Parameters
    ----------
    frame : Frame
        ``panel`` with `exposure_lead`.
    claim : Claim
    quantity : str
        Registered quantity on a scale of differences.
    unit_effects : bool
        As for the estimator.
    """
    placebo = lead_placebo(frame, unit_effects=unit_effects)
    if placebo is None:
        return CheckResult(
            name=NAME, passed=None, sentence="Nothing was measured after the outcome: there is no placebo to look at."
        )
    answer = estimate_panel_effect(frame, claim, quantity=quantity, unit_effects=unit_effects)[0]
    assert answer.value is not None
    found = placebo.interval
    passed = judge(found["low"], found["high"], tolerated(claim.quantity(quantity), answer.value))
    if placebo.as_large_as(answer.value):
        passed = False
    return CheckResult(
        name=NAME,
        passed=passed,
        sentence=f"Measured after the outcome, which it cannot have caused, the same shows {number(found['value'])} "
        f"({span(found['low'], found['high'])}; {number(placebo.n_units)} units), {in_words(passed)} "
        f"({number(answer.value)}).",
        table=(
            {"exposure": "before", "effect": answer.value, "low": answer.low, "high": answer.high, "units": answer.n},
            {
                "exposure": "after (placebo)",
                "effect": found["value"],
                "low": found["low"],
                "high": found["high"],
                "units": placebo.n_units,
            },
        ),
    )
