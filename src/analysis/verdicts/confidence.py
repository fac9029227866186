"""How far a verdict can be leaned on: starts from the strength of what decides, drops one step for each doubt, lists why.

Where an interval decides whose estimator does not hold its level in the calibration study, it goes no higher than low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.core.claim import Claim
from analysis.core.results import Assessment, CheckResult, Estimate
from analysis.core.vocabulary import CLAIMED_SIDE, CONCLUSIVE, Confidence, Design, Grade, Kind, OnFailure, Outcome
from analysis.core.wording import number
from analysis.verdicts.assess import on_line, outcome_on_line
from analysis.verdicts.bodies import Evidence
from analysis.verdicts.calibration_record import level_doubt
from analysis.verdicts.hints import TIMES_AS_MANY
from analysis.verdicts.publication_bias import publication_bias_in_words
from analysis.verdicts.strength import LADDER

IMPRECISE_FACTOR = 1.5
"""A conclusion that would fall with an interval half as wide again is imprecise."""

MOST_HETEROGENEOUS = 0.5
"""Share of the variation that differences between sources may make (I²) before it costs a step."""

MOST_WITHOUT_LEVEL = LADDER.index(Confidence.LOW)
"""Highest step for a verdict on an interval that does not hold its level in simulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a confidence is rated from.

    Attributes
    ----------
    claim : Claim
    deciding : Evidence
        The body that decides.
    bodies : sequence of Evidence
        All on its quantity, the strongest first.
    rest : sequence of Assessment
        Assessments that did not decide.
    beside : sequence of Estimate
        Context rows; published ones with a sign against the outcome count as disagreement.
    checks : sequence of CheckResult
    """

    claim: Claim
    deciding: Evidence
    bodies: Sequence[Evidence] = field(default_factory=tuple)
    rest: Sequence[Assessment] = ()
    beside: Sequence[Estimate] = ()
    checks: Sequence[CheckResult] = ()

    @property
    def outcome(self) -> Outcome:
        """What the deciding body says."""
        return self.deciding.body.outcome

    @property
    def estimates(self) -> list[Estimate]:
        """Estimates of the deciding assessments."""
        return [r.estimate for r in self.deciding.assessments]


def rate_confidence(grounds: Grounds) -> tuple[Confidence, tuple[str, ...]]:
    """Return the confidence in a verdict and the reasons for it, the starting point first."""
    body = grounds.deciding.body
    reasons = [f"Starts at {LADDER[body.start]}: {grounds.claim.question} question, {body.strength}."]
    single = (_fallen(grounds), _indirect(grounds), _one_source(grounds), _differing(grounds))
    contrary = _other_side(grounds)
    others = (_imprecise(grounds), _interested(grounds), _second_hand(grounds))
    doubts = [doubt for doubt in (*single, *others, _published_only(grounds)) if doubt]
    if contrary and contrary[1]:
        doubts.append(contrary[0])
    doubts += [
        f"a check failed ({check.name}). {check.sentence}"
        for check in failed_checks(grounds)
        if check.on_failure is OnFailure.LOWERS
    ]
    told = _publication_bias(grounds)
    if told and told[1]:
        doubts.append(told[0])
    reasons += [f"One step down: {doubt}" for doubt in doubts]
    if contrary and not contrary[1]:
        reasons.append(f"No step down, since three times as many agree: {contrary[0]}")
    if told and not told[1]:
        reasons.append(told[0])
    step = max(0, body.start - len(doubts))
    off_level = list(dict.fromkeys(doubt for doubt in map(level_doubt, grounds.estimates) if doubt))
    if off_level:
        reasons.append(
            f"Not above {LADDER[MOST_WITHOUT_LEVEL]}: an interval may not hold its level. {'; '.join(off_level)}."
        )
        step = min(step, MOST_WITHOUT_LEVEL)
    reasons += [f"Not judged: {c.name}. {c.sentence}" for c in _not_judged(grounds)]
    return LADDER[step], tuple(reasons)


def failed_checks(grounds: Grounds) -> list[CheckResult]:
    """Checks of the deciding estimates that failed, each name once."""
    mine = [c for c in grounds.checks if c.passed is False and any(c.is_of(e) for e in grounds.estimates)]
    return list({c.name: c for c in mine}.values())


def _not_judged(grounds: Grounds) -> list[CheckResult]:
    """Checks that the deciding estimates rest on and that could not judge: no plan of the arms is known, or it broke off."""
    bites = [c for c in grounds.checks if c.passed is None and c.on_failure is not OnFailure.INFORMS]
    mine = [c for c in bites if any(c.is_of(e) for e in grounds.estimates)]
    return list({(c.name, c.sentence): c for c in mine}.values())


def _fallen(grounds: Grounds) -> str | None:
    stronger = [e.body for e in grounds.bodies if e.body.start >= grounds.deciding.body.start]
    passed_over = [b for b in stronger[: _place(grounds)] if b.outcome is Outcome.OPEN]
    if not passed_over or grounds.outcome is Outcome.OPEN:
        return None
    told = "; ".join(f"{b.strength}: {', '.join(b.sources)}" for b in passed_over)
    return f"the stronger evidence cannot tell ({told}), and what decides is weaker."


def _place(grounds: Grounds) -> int:
    return next((n for n, e in enumerate(grounds.bodies) if e is grounds.deciding), 0)


def _indirect(grounds: Grounds) -> str | None:
    indirect = [e for e in grounds.estimates if e.indirect]
    if 2 * len(indirect) <= len(grounds.estimates):
        return None
    why = "; ".join(sorted({f"{e.source}: {e.indirect}" for e in indirect}))
    return f"indirect ({why})."


def _one_source(grounds: Grounds) -> str | None:
    sources = set(grounds.deciding.body.sources)
    return f"it rests on one source ({sources.pop()})." if len(sources) == 1 else None


def _differing(grounds: Grounds) -> str | None:
    how, mean = grounds.deciding.body.how, grounds.deciding.pooled
    if how == "disagreement":
        said = sorted({str(r.outcome) for r in grounds.deciding.assessments if r.outcome in CONCLUSIVE})
        return f"sources of the same strength disagree ({', '.join(said)})."
    if how == "the cautious one":
        said = [f"{r.estimate.source}: {r.outcome}" for r in grounds.deciding.assessments]
        return f"sources differ ({'; '.join(said)})."
    if mean is not None and mean.i2 > MOST_HETEROGENEOUS:
        return (
            f"sources differ in size (I² = {number(100 * mean.i2, 2)} %; in one more such setting between "
            f"{number(mean.predicted_low)} and {number(mean.predicted_high)})."
        )
    return None


def _other_side(grounds: Grounds) -> tuple[str, bool] | None:
    """The studies outside the deciding ones that point against the verdict, and whether they cost a step.

    An assessment that concludes the other way costs a step. Signs without an interval do by the tally's own measure, because a
    long literature always holds somebody who differs and the claims searched best would look the least sure: not where the
    studies that agree, the deciding ones included, are three times as many.
    """
    if grounds.outcome in CLAIMED_SIDE:
        good, bad, bad_sign = CLAIMED_SIDE, frozenset({Outcome.FAILS}), -1
    elif grounds.outcome is Outcome.FAILS:
        good, bad, bad_sign = frozenset({Outcome.FAILS}), CLAIMED_SIDE, 1
    else:
        return None
    voted = set(grounds.deciding.body.sources)
    against = _on_side(grounds, bad, bad_sign) - voted
    if not against:
        return None
    agreeing = (_on_side(grounds, good, -bad_sign) | voted) - against
    concluded = any(r.outcome in bad and r.estimate.votes_as in against for r in grounds.rest)
    told = f"other evidence points the other way ({', '.join(sorted(against))}); {number(len(agreeing))} agree."
    return told, concluded or TIMES_AS_MANY * len(against) > len(agreeing)


def _on_side(grounds: Grounds, outcomes: frozenset[Outcome], sign: int) -> set[str]:
    """Studies outside the deciding ones that read so, or whose published sign is this one."""
    named = {"", *(quantity.name for quantity in grounds.claim.in_order())}
    voted = set(grounds.deciding.body.sources)
    signed = [r.estimate for r in grounds.rest if r.outcome is Outcome.NO_INTERVAL]
    signed += [e for e in grounds.beside if e.quantity in named]
    by_sign = {
        e.votes_as
        for e in signed
        if e.kind is Kind.PUBLISHED and e.sign == sign and e.design is not Design.ASSERTION and e.votes_as not in voted
    }
    return by_sign | {r.estimate.votes_as for r in grounds.rest if r.outcome in outcomes}


def _imprecise(grounds: Grounds) -> str | None:
    if grounds.outcome is Outcome.OPEN:
        return "the intervals are too wide to conclude."
    if grounds.outcome is Outcome.MIXED:
        return None
    quantity = grounds.claim.quantity(grounds.deciding.body.quantity)
    mean = grounds.deciding.pooled
    ends: list[tuple[float | None, float | None, float | None]] = [
        (r.estimate.value, r.estimate.low, r.estimate.high)
        for r in grounds.deciding.assessments
        if r.outcome is grounds.outcome
    ]
    if mean is not None:
        ends.append((mean.value, mean.low, mean.high))
    size = None if quantity.size is None else on_line(quantity.size, quantity)
    for numbers in ends:
        centre, *bounds = (on_line(x, quantity) for x in numbers)  # type: ignore[arg-type]
        low, high = (
            bound if abs(centre) == float("inf") else centre + IMPRECISE_FACTOR * (bound - centre)
            for bound in sorted(bounds)
        )
        if outcome_on_line(low, high, on_line(quantity.smallest, quantity), size)[0] is grounds.outcome:
            return None
    return "no deciding interval would still say so if it were half as wide again."


def _interested(grounds: Grounds) -> str | None:
    vendor = [e.source for e in grounds.estimates if e.vendor]
    stated = [e.source for e in grounds.estimates if e.intention_only]
    if 2 * len(vendor) > len(grounds.estimates):
        return f"the publisher sells the conclusion ({', '.join(sorted(set(vendor)))})."
    if 2 * len(stated) > len(grounds.estimates):
        return f"the outcome is what people say they would do ({', '.join(sorted(set(stated)))})."
    return None


def _second_hand(grounds: Grounds) -> str | None:
    second = [e.source for e in grounds.estimates if e.grade is Grade.SECONDARY]
    if 2 * len(second) <= len(grounds.estimates):
        return None
    return f"the study itself was not read, only pages that quote it ({', '.join(sorted(set(second)))})."


def _published_only(grounds: Grounds) -> str | None:
    readable = [e for e in grounds.estimates if e.kind is not Kind.PUBLISHED]
    return None if readable else "published figures only; there were no data to compute it from."


def _publication_bias(grounds: Grounds) -> tuple[str, bool] | None:
    published = [e for e in grounds.estimates if e.kind is Kind.PUBLISHED]
    if not published or grounds.deciding.body.how == "spread over firms":
        return None
    bounded = [e for e in published if abs(e.low or 0) != float("inf") and abs(e.high or 0) != float("inf")]
    return publication_bias_in_words(bounded)
