"""The best estimate behind a verdict in people's units: one sentence, the same on the card, in the table and in the section."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.results import Assessment
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Outcome
from analysis.verdicts.decide import carrying
from analysis.verdicts.implications import deciding_interval
from analysis.verdicts.people_units import how_much, spread_over


def best_of(claim: Claim, verdict: Verdict) -> str:
    """What carries the verdict, in people's units: a mean, one assessment, or the range of assessments that agree.

    Empty where nothing decided or sources disagree.
    """
    if not verdict.deciding or verdict.outcome is Outcome.MIXED:
        return ""
    found = carrying(claim, verdict)
    same = [r.estimate for r in verdict.deciding if r.outcome is verdict.outcome]
    values = [e.value for e in same if e.value is not None]
    if isinstance(found, Assessment) and len(values) > 1 and verdict.outcome is not Outcome.OPEN:
        return spread_over(claim.quantity(found.estimate.quantity), values)
    interval = deciding_interval(claim, verdict)
    return how_much(*interval) if interval else ""
