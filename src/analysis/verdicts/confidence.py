"""How far a verdict can be leaned on: starts from the design, drops one step for each doubt, and lists why.

Where an interval decides whose estimator does not hold its level in the calibration study, it goes no higher than low.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.claim import Claim
from analysis.core.results import Assessment, Estimate, Pooled
from analysis.core.vocabulary import CONCLUSIVE, Confidence, Design, Grade, Kind, Outcome
from analysis.core.wording import number
from analysis.verdicts.assess import on_line, outcome_on_line
from analysis.verdicts.calibration_record import level_doubt

LADDER = (Confidence.VERY_LOW, Confidence.LOW, Confidence.MODERATE, Confidence.HIGH)
START = {
    Design.RANDOMISED: 3,
    Design.QUASI_EXPERIMENTAL: 2,
    Design.OBSERVATIONAL: 1,
    Design.MODEL: 0,
    Design.ASSERTION: 0,
}
IMPRECISE_FACTOR = 1.5
"""A conclusion that would fall with an interval half as wide again is imprecise."""
MOST_WITHOUT_LEVEL = LADDER.index(Confidence.LOW)
"""Highest step for a verdict on an interval that does not hold its level in simulation."""


def rate_confidence(
    outcome: Outcome,
    deciding: Sequence[Assessment],
    rest: Sequence[Assessment],
    pooled: Sequence[Pooled],
    claim: Claim,
    beside: Sequence[Estimate] = (),
) -> tuple[Confidence, tuple[str, ...]]:
    """Return the confidence in a verdict and the reasons for it, the starting point first.

    Parameters
    ----------
    outcome : Outcome
        The verdict's outcome.
    deciding, rest : sequence of Assessment
        Readings of the strongest design present, and all others.
    pooled : sequence of Pooled
        Pooled means of the deciding readings.
    claim : Claim
    beside : sequence of Estimate
        Context rows; published ones with a sign against the outcome count as disagreement.
    """
    if not deciding:
        return Confidence.NONE, ("Nothing with an interval has been measured.",)
    design = deciding[0].estimate.design
    reasons = [f"Starts at {LADDER[START[design]]}: the strongest design present is {design}."]
    doubts = [
        doubt
        for doubt in (
            _indirect(deciding),
            _one_source(deciding),
            _inconsistent(outcome, deciding, rest, pooled, claim, beside),
            _imprecise(outcome, deciding, pooled, claim),
            _interested(deciding),
            _second_hand(deciding),
        )
        if doubt
    ]
    reasons += [f"One step down: {doubt}" for doubt in doubts]
    step = max(0, START[design] - len(doubts))
    off_level = [doubt for doubt in (level_doubt(r.estimate) for r in deciding) if doubt]
    if off_level:
        reasons.append(
            f"Not above {LADDER[MOST_WITHOUT_LEVEL]}: an interval does not hold its level. {'; '.join(off_level)}."
        )
        step = min(step, MOST_WITHOUT_LEVEL)
    return LADDER[step], tuple(reasons)


def _indirect(deciding: Sequence[Assessment]) -> str | None:
    indirect = [r.estimate for r in deciding if r.estimate.indirect]
    if 2 * len(indirect) <= len(deciding):
        return None
    why = "; ".join(sorted({f"{e.source}: {e.indirect}" for e in indirect}))
    return f"indirect ({why})."


def _one_source(deciding: Sequence[Assessment]) -> str | None:
    sources = {r.estimate.source for r in deciding}
    return f"it rests on one source ({sources.pop()})." if len(sources) == 1 else None


def _inconsistent(
    outcome: Outcome,
    deciding: Sequence[Assessment],
    rest: Sequence[Assessment],
    pooled: Sequence[Pooled],
    claim: Claim,
    beside: Sequence[Estimate],
) -> str | None:
    if outcome is Outcome.MIXED:
        said = sorted({r.outcome for r in deciding if r.outcome in CONCLUSIVE})
        return f"the deciding sources disagree ({', '.join(said)})."
    for mean in pooled:
        quantity = claim.quantity(mean.quantity)
        ends = sorted((on_line(mean.predicted_low, quantity), on_line(mean.predicted_high, quantity)))
        if mean.i2 > 0.5 and ends[0] < 0 < ends[1]:
            return (
                f"sources differ (I² = {number(100 * mean.i2, 2)} %), and in one more such setting the effect could "
                "lie on either side of none."
            )
    against = _other_side(outcome, rest, beside)
    return f"weaker or unquantified evidence points the other way ({', '.join(against)})." if against else None


def _other_side(outcome: Outcome, rest: Sequence[Assessment], beside: Sequence[Estimate]) -> list[str]:
    """Names of the sources outside the deciding ones that point against the verdict."""
    if outcome in (Outcome.SUPPORTED, Outcome.OVERSTATED):
        bad_outcome, bad_sign = {Outcome.CONTRADICTED}, -1
    elif outcome is Outcome.CONTRADICTED:
        bad_outcome, bad_sign = {Outcome.SUPPORTED, Outcome.OVERSTATED}, 1
    else:
        return []
    by_reading = {r.estimate.source for r in rest if r.outcome in bad_outcome}
    signed = [r.estimate for r in rest if r.outcome is Outcome.UNQUANTIFIED] + list(beside)
    by_sign = {
        e.source for e in signed if e.kind is Kind.PUBLISHED and e.sign == bad_sign and e.design is not Design.ASSERTION
    }
    return sorted(by_reading | by_sign)


def _imprecise(outcome: Outcome, deciding: Sequence[Assessment], pooled: Sequence[Pooled], claim: Claim) -> str | None:
    if outcome is Outcome.INCONCLUSIVE:
        return "the intervals are too wide to conclude."
    if outcome is Outcome.MIXED:
        return None
    means = {p.quantity for p in pooled}
    ends: list[tuple[str, float | None, float | None, float | None]] = [
        (p.quantity, p.value, p.low, p.high) for p in pooled
    ] + [
        (r.estimate.quantity, r.estimate.value, r.estimate.low, r.estimate.high)
        for r in deciding
        if r.outcome is outcome and r.estimate.quantity not in means
    ]
    for name, value, low, high in ends:
        quantity = claim.quantity(name)
        centre, *bounds = (on_line(x, quantity) for x in (value, low, high))  # type: ignore[arg-type]
        low_line, high_line = (centre + IMPRECISE_FACTOR * (b - centre) for b in sorted(bounds))
        size = None if quantity.size is None else on_line(quantity.size, quantity)
        if outcome_on_line(low_line, high_line, on_line(quantity.smallest, quantity), size) is outcome:
            return None
    return "no deciding interval would still conclude if it were half as wide again."


def _interested(deciding: Sequence[Assessment]) -> str | None:
    vendor = [r.estimate.source for r in deciding if r.estimate.vendor]
    stated = [r.estimate.source for r in deciding if r.estimate.intention_only]
    if 2 * len(vendor) > len(deciding):
        return f"the publisher sells the conclusion ({', '.join(sorted(set(vendor)))})."
    if 2 * len(stated) > len(deciding):
        return f"the outcome is what people say they would do ({', '.join(sorted(set(stated)))})."
    return None


def _second_hand(deciding: Sequence[Assessment]) -> str | None:
    second = [r.estimate.source for r in deciding if r.estimate.grade is Grade.SECONDARY]
    if 2 * len(second) <= len(deciding):
        return None
    return f"the study itself was not read, only pages that quote it ({', '.join(sorted(set(second)))})."
