"""Whether joiners went their own way already before they joined."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import CheckResult
from analysis.core.vocabulary import INTERVAL_LEVEL, Scale
from analysis.core.wording import number
from analysis.estimators.checks._judging import in_words, judge, span, tolerated
from analysis.estimators.quasi_experimental.event_path import event_path, panel_of
from analysis.estimators.quasi_experimental.staggered_adoption import estimate_staggered_adoption, interval_of
from analysis.frames import Frame

NAME = "paths before joining"


def check_pre_trends(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str,
    n_leads: int = 2,
    last: int = 4,
    n_before: int = 2,
    comparison: str = "later",
) -> CheckResult:
    """The same comparison as the answer's, read in periods before the yardstick: it should find nothing there.

    Event times -(n_before + 1) to -(n_before + n_leads) against the mean of the `n_before` periods before joining, over
    customers who join later. What is found is carried on in a straight line to the periods after joining: that much of
    the answer the path before would make. Intervals hold jointly (Bonferroni). Failed if one excludes nought and reaches
    beyond half the answer (or beyond the smallest effect that matters); passed if all lie within that.

    Parameters
    ----------
    frame : Frame
        ``staggered``.
    claim : Claim
    quantity, last, n_before, comparison
        As of the answer.
    n_leads : int
        Earlier periods to look at, 1 or more.
    """
    if isinstance(n_leads, bool) or not isinstance(n_leads, int) or n_leads < 1:
        raise ParameterMistake(f"`n_leads` must be a whole number of periods, 1 or more; got {n_leads!r}.")
    chosen = claim.quantity(quantity)
    answer = estimate_staggered_adoption(
        frame, claim, quantity=quantity, last=last, n_before=n_before, comparison=comparison
    )[0]
    assert answer.value is not None
    leads = tuple((-(n_before + k),) for k in range(1, n_leads + 1))
    try:
        path = event_path(
            frame,
            panel_of(frame),
            leads,
            ratio=chosen.scale is Scale.PERCENT,
            n_before=n_before,
            comparison=comparison,
        )
    except FrameMistake:
        return CheckResult(
            name=NAME,
            passed=None,
            sentence=f"Too few joiners were seen {n_before + n_leads} periods before joining to look at their paths then.",
        )
    level = 1 - (1 - INTERVAL_LEVEL) / n_leads
    found = [interval_of(path, place, chosen.scale, level) for place in range(n_leads)]
    carried = [
        interval_of(path, place, chosen.scale, level, carried_on(lead[0], n_before, last))
        for place, lead in enumerate(leads)
    ]
    tolerance = tolerated(chosen, answer.value)
    judged = [judge(one["low"], one["high"], tolerance) for one in carried]
    passed = False if False in judged else (True if all(judged) else None)
    worst = max(carried, key=lambda one: abs(one["value"]))
    return CheckResult(
        name=NAME,
        passed=passed,
        sentence=f"The way joiners went {n_before + 1} to {n_before + n_leads} periods before joining, over those who had not "
        f"joined yet, would if carried on make {number(worst['value'])} {chosen.unit} of the answer of "
        f"{number(answer.value)} ({span(worst['low'], worst['high'])}), {in_words(passed)}.",
        table=tuple(
            {
                "period": lead[0],
                "effect": one["value"],
                "low": one["low"],
                "high": one["high"],
                "carried on": on["value"],
                "joiners": n,
            }
            for lead, one, on, n in zip(leads, found, carried, path.n_joiners, strict=True)
        ),
    )


def carried_on(lead: int, n_before: int, last: int) -> float:
    """What turns the effect in a period before joining into that of its straight line after joining.

    From the middle of the yardstick, -(n_before + 1) / 2, it is so far back to `lead`, and so far on to the middle of the
    periods 1 to `last`.

    Examples
    --------
    >>> carried_on(-3, n_before=1, last=1)  # two periods back, two on
    -1.0
    >>> carried_on(-2, n_before=1, last=3)  # one back, three on
    -3.0
    """
    middle = -(n_before + 1) / 2
    return -((1 + last) / 2 - middle) / (middle - lead)
