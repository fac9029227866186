"""Several assessments as bodies of evidence: one quantity, one strength each, and which body decides.

Within a body of one quantity: where all assessments agree, that one stands. Where they differ, the pooled assessment decides
from five sources on; below that the body is *mixed* where the claimed side meets *fails*, else it says the cautious
thing: the assessment of the intervals' envelope, those that are *open* left out. Among bodies the strongest that is not
*open* decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Assessment, Estimate
from analysis.core.verdict_results import Body, Pooled
from analysis.core.vocabulary import CLAIMED_SIDE, CONCLUSIVE, Outcome, Rule, Shade
from analysis.verdicts.assess import assess, interval_on_line, on_line, outcome_of, outcome_on_line
from analysis.verdicts.spread import spread_over_firms
from analysis.verdicts.strength import in_words, start_of
from analysis.verdicts.synthesise import FEWEST_TO_POOL, pool

BAR_OF_A_PREDICTOR = "auc_gain_over_recency"
"""Quantity on which a predictor must beat the plain rule that it claims to replace."""

FEWEST_TO_DECIDE_POOLED = 5
"""From so many sources on the pooled assessment decides where single assessments differ."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A body with the assessments it is made of.

    Attributes
    ----------
    body : Body
    assessments : tuple of Assessment
    pooled : Pooled
        Their mean; None below three that can be pooled.
    """

    body: Body
    assessments: tuple[Assessment, ...]
    pooled: Pooled | None = None


def quantity_that_decides(
    claim: Claim, assessments: Sequence[Assessment], answers: Sequence[Estimate]
) -> Quantity | None:
    """The lead, or the first quantity that stands in for it because it has an answer; None if none has."""
    for quantity in claim.in_order():
        has_reading = any(
            r.estimate.quantity == quantity.name and r.outcome not in (Outcome.NO_INTERVAL, Outcome.NO_READING)
            for r in assessments
        )
        if has_reading or spread_over_firms(answers, quantity) is not None:
            return quantity
    return None


def bodies_of(
    claim: Claim, quantity: Quantity, assessments: Sequence[Assessment], answers: Sequence[Estimate]
) -> list[Evidence]:
    """Return the bodies of evidence on one quantity, the strongest first; a spread over firms after assessments as strong."""
    mine = [
        r
        for r in assessments
        if r.estimate.quantity == quantity.name and r.outcome not in (Outcome.NO_INTERVAL, Outcome.NO_READING)
    ]
    starts = sorted({start_of(r.estimate, claim.question) for r in mine}, reverse=True)
    found = [
        _combined(claim, quantity, start, [r for r in mine if start_of(r.estimate, claim.question) == start])
        for start in starts
        if start >= 0
    ]
    spread = spread_over_firms(answers, quantity)
    if spread is not None and start_of(spread, claim.question) >= 0:
        found.append(_of_spread(claim, quantity, spread))
    return sorted(found, key=lambda e: -e.body.start)


def _of_spread(claim: Claim, quantity: Quantity, spread: Estimate) -> Evidence:
    assessment = assess(spread, quantity)
    body = Body(
        quantity=quantity.name,
        start=start_of(spread, claim.question),
        strength=in_words(spread, claim.question),
        outcome=assessment.outcome,
        shade=assessment.shade,
        how="spread over firms",
        sources=tuple(spread.population.split(", ")),
    )
    return Evidence(body, (assessment,))


def _combined(claim: Claim, quantity: Quantity, start: int, assessments: Sequence[Assessment]) -> Evidence:
    poolable = [r for r in assessments if _bounded(r.estimate, quantity)]
    mean = None
    if claim.rule is Rule.POOL and len(poolable) >= FEWEST_TO_POOL:
        mean = pool([r.estimate for r in poolable])
    outcome, shade, how = _agreed(quantity, assessments, mean)
    body = Body(
        quantity=quantity.name,
        start=start,
        strength=in_words(assessments[0].estimate, claim.question),
        outcome=outcome,
        shade=shade,
        how=how,
        sources=tuple(r.estimate.source for r in assessments),
    )
    return Evidence(body, tuple(assessments), mean)


def _agreed(quantity: Quantity, assessments: Sequence[Assessment], mean: Pooled | None) -> tuple[Outcome, Shade, str]:
    outcomes = {r.outcome for r in assessments}
    if len(assessments) == 1:
        return assessments[0].outcome, assessments[0].shade, "one reading"
    if len(outcomes) == 1:
        shades = {r.shade for r in assessments}
        shade = shades.pop() if len(shades) == 1 else _envelope(quantity, assessments)[1]
        return outcomes.pop(), shade, "agreement"
    if mean is not None and mean.k >= FEWEST_TO_DECIDE_POOLED:
        return *outcome_of(mean.low, mean.high, quantity), "pooled"
    if Outcome.FAILS in outcomes and outcomes & CLAIMED_SIDE:
        return Outcome.MIXED, Shade.NONE, "disagreement"
    conclusive = [r for r in assessments if r.outcome in CONCLUSIVE]
    said = {(r.outcome, r.shade) for r in conclusive}
    if len(said) == 1:
        return *said.pop(), "the cautious one"
    return *_envelope(quantity, conclusive), "the cautious one"


def _envelope(quantity: Quantity, assessments: Sequence[Assessment]) -> tuple[Outcome, Shade]:
    """The assessment of the interval that spans all: the least that they say together."""
    ends = [interval_on_line(r.estimate, quantity) for r in assessments]
    size = None if quantity.size is None else on_line(quantity.size, quantity)
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    outcome, shade = outcome_on_line(low, high, on_line(quantity.smallest, quantity), size)
    # A half-open interval reads "direction only" and may start at no effect itself.
    only_open = outcome is Outcome.OPEN and all(r.outcome in CLAIMED_SIDE for r in assessments)
    return (Outcome.DIRECTION_ONLY, Shade.NONE) if only_open else (outcome, shade)


def held_to_the_bar(claim: Claim, evidence: Evidence, bars: Sequence[Estimate]) -> Evidence:
    """Return `evidence`, or what decides in its place where a predictor does not beat the plain rule it would replace.

    A body on the claimed side whose sources also measure `BAR_OF_A_PREDICTOR` holds only if the assessments of that do.

    Parameters
    ----------
    claim : Claim
    evidence : Evidence
    bars : sequence of Estimate
        Of `BAR_OF_A_PREDICTOR`, with intervals.
    """
    judged_on = {(r.estimate.source, r.estimate.frame) for r in evidence.assessments}
    mine = [e for e in bars if (e.source, e.frame) in judged_on]
    if not mine or evidence.body.outcome not in CLAIMED_SIDE:
        return evidence
    quantity = claim.quantity(BAR_OF_A_PREDICTOR)
    assessments = [assess(e, quantity) for e in sorted(mine, key=lambda e: e.source)]
    bar = _combined(
        claim, quantity, evidence.body.start, [r for r in assessments if r.outcome is not Outcome.NO_READING]
    )
    return evidence if bar.body.outcome in CLAIMED_SIDE else bar


def _bounded(estimate: Estimate, quantity: Quantity) -> bool:
    ends = (*interval_on_line(estimate, quantity), on_line(float(estimate.value or 0), quantity))
    return all(math.isfinite(end) for end in ends) and estimate.low != estimate.high


def which_decides(bodies: Sequence[Evidence]) -> int | None:
    """Place of the body that decides: the strongest that is not open, else the strongest; None if there is none."""
    for place, evidence in enumerate(bodies):
        if evidence.body.outcome is not Outcome.OPEN:
            return place
    return 0 if bodies else None


def marked(bodies: Sequence[Evidence], place: int | None) -> tuple[Body, ...]:
    """Bodies for the record, the deciding one marked."""
    return tuple(replace(e.body, decides=number == place) for number, e in enumerate(bodies))
