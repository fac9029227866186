"""From assessments to one verdict a claim: one lead quantity, the strongest body that can tell, a confidence that says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.core.claim import Claim
from analysis.core.errors import ParameterMistake
from analysis.core.results import Assessment, CheckResult, Estimate, NotIdentifiedSource
from analysis.core.verdict_results import Pooled, Verdict, WithoutSource
from analysis.core.vocabulary import CONCLUSIVE, SIMULATED_MARK, Confidence, Kind, Outcome, Role
from analysis.verdicts.assess import assess, outcome_of, width_on_line
from analysis.verdicts.bodies import (
    BAR_OF_A_PREDICTOR,
    Evidence,
    bodies_of,
    held_to_the_bar,
    marked,
    quantity_that_decides,
    which_decides,
)
from analysis.verdicts.confidence import Grounds, rate_confidence
from analysis.verdicts.conventions import with_envelopes
from analysis.verdicts.hints import state_without_verdict, tally
from analysis.verdicts.words import (
    answer_in_words,
    basis_in_words,
    number_without_verdict,
    pooled_in_words,
    sentence_without_verdict,
)

PUBLIC_SCOPE = "public"


@dataclass(frozen=True, slots=True)
class _Decision:
    assessments: tuple[Assessment, ...]
    bodies: tuple[Evidence, ...] = ()
    place: int | None = None
    replaced: tuple[Evidence, ...] = ()

    @property
    def deciding(self) -> Evidence | None:
        return None if self.place is None else self.bodies[self.place]

    @property
    def rest(self) -> tuple[Assessment, ...]:
        decided = self.deciding.assessments if self.deciding else ()
        return tuple(r for r in self.assessments if r not in decided)


def decide(
    claim: Claim,
    estimates: Sequence[Estimate],
    *,
    scope: str = PUBLIC_SCOPE,
    not_identified: Sequence[NotIdentifiedSource] = (),
    checks: Sequence[CheckResult] = (),
    elsewhere: Sequence[str] = (),
    register_hash: str = "",
) -> Verdict:
    """Return the verdict of one claim in one scope.

    Parameters
    ----------
    claim : Claim
    estimates : sequence of Estimate
        Everything at hand; which of it counts is decided here. In the public scope, public and published answers; in
        a company's, that company's own. Simulated numbers never count, whatever their role, but in the scope of the
        simulated company they come from, whose verdict says so.
    scope : str
        "public", or the company's name.
    not_identified : sequence of NotIdentifiedSource
        Sources that were asked and cannot answer; recorded, never counted.
    checks : sequence of CheckResult
        With source and frame; what a failed one does to its estimate is registered in it.
    elsewhere : sequence of str
        Public sources that would answer and are not on this machine.
    register_hash : str
        Hash of the register under which this was read.

    Raises
    ------
    ParameterMistake
        If an Estimate is of another claim, or one source gives two answers for one quantity.
    """
    for estimate in estimates:
        if estimate.claim != claim.id:
            raise ParameterMistake(f"`estimates` must be of claim '{claim.id}'; got one of '{estimate.claim}'.")
    public, simulated = scope == PUBLIC_SCOPE, SIMULATED_MARK in scope
    kinds = {Kind.PUBLIC, Kind.PUBLISHED} if public else {Kind.SIMULATED} if simulated else {Kind.OWN}
    mine = [e for e in estimates if e.kind in kinds and (not simulated or e.source == scope)]
    counted = [e for e in mine if e.role is Role.ANSWER and claim.quantity(e.quantity).decides]
    beside = tuple(e for e in mine if e not in counted)
    _require_one_answer_each(counted)
    bars = [e for e in mine if e.role is Role.ANSWER and e.quantity == BAR_OF_A_PREDICTOR and e.quantified]
    widened = {id(e): w for e, w in zip(mine, with_envelopes(claim, mine), strict=True)}
    decision = _decide(claim, [widened[id(e)] for e in counted], checks, bars)
    # A check speaks of an estimate; what was run on another scope's sources is that scope's.
    checks = tuple(c for c in checks if any(c.is_of(e) for e in mine))
    shared: dict[str, object] = {
        "claim": claim.id,
        "scope": scope,
        "beside": beside,
        "not_identified": tuple(not_identified),
        "settles": claim.settles,
        "register_hash": register_hash,
        "question": claim.question,
        "checks": tuple(replace(c, table=()) for c in checks),
        "elsewhere": tuple(elsewhere) if public else (),
    }
    before = "Simulated data say nothing about real customers. " if simulated else ""
    if decision.deciding is None:
        return _without_verdict(claim, mine, decision, tuple(elsewhere) if public else (), before, shared)
    evidence = decision.deciding
    grounds = Grounds(
        claim=claim,
        deciding=evidence,
        bodies=decision.bodies,
        rest=decision.rest,
        beside=beside,
        checks=checks,
    )
    confidence, reasons = rate_confidence(grounds)
    body = evidence.body
    left_out = _leave_one_out(claim, [widened[id(e)] for e in counted], checks, bars, evidence)
    found = Verdict(
        outcome=body.outcome,
        shade=body.shade,
        confidence=confidence,
        reasons=reasons,
        sentence="",
        design=evidence.assessments[0].estimate.design,
        assessments=evidence.assessments + decision.rest,
        n_deciding=len(evidence.assessments),
        pooled=(evidence.pooled,) if evidence.pooled else (),
        without_strongest=_without_strongest(claim, left_out, evidence),
        leave_one_out=left_out,
        quantity=body.quantity,
        bodies=marked(decision.bodies, decision.place) + tuple(e.body for e in decision.replaced),
        **shared,  # type: ignore[arg-type]
    )
    answer = answer_in_words(body.outcome, body.shade, confidence, claim.question)
    basis = basis_in_words(found.deciding, body.strength, body.sources)
    return replace(found, sentence=f"{before}{answer} ({basis}). {_number_in_words(claim, found)}")


def _without_verdict(
    claim: Claim,
    mine: Sequence[Estimate],
    decision: _Decision,
    elsewhere: tuple[str, ...],
    before: str,
    shared: dict[str, object],
) -> Verdict:
    found = tally(claim, mine)
    outcome = state_without_verdict(found, elsewhere)
    unread = [r.sentence for r in decision.assessments if r.outcome is Outcome.NO_READING]
    measured = number_without_verdict(decision.assessments, shared["beside"])  # type: ignore[arg-type]
    return Verdict(
        outcome=outcome,
        confidence=Confidence.NONE,
        reasons=("Nothing that was measured can decide.", *unread),
        sentence=before + sentence_without_verdict(claim, outcome, found, elsewhere, measured),
        design=None,
        assessments=decision.assessments,
        n_deciding=0,
        tally=found.counts,
        **shared,  # type: ignore[arg-type]
    )


def _require_one_answer_each(counted: Sequence[Estimate]) -> None:
    seen: set[tuple[str, str]] = set()
    for estimate in counted:
        key = (estimate.source, estimate.quantity)
        if key in seen and estimate.quantified:
            raise ParameterMistake(
                f"`estimates` must hold one answer a source and quantity; {estimate.source} gives two for "
                f"'{estimate.quantity}' of claim '{estimate.claim}'. Pool them first or give one the role 'context'."
            )
        if estimate.quantified:
            seen.add(key)


def _decide(
    claim: Claim, counted: Sequence[Estimate], checks: Sequence[CheckResult], bars: Sequence[Estimate]
) -> _Decision:
    # A fixed order, the lead first: how sources and files were listed changes nothing.
    place = {quantity.name: number for number, quantity in enumerate(claim.in_order())}
    ordered = sorted(counted, key=lambda e: (place[e.quantity], -e.design.rank, e.source, e.value or 0.0, repr(e)))
    assessments = tuple(assess(e, claim.quantity(e.quantity), checks) for e in ordered)
    quantity = quantity_that_decides(claim, assessments, ordered)
    if quantity is None:
        return _Decision(assessments)
    found = tuple(bodies_of(claim, quantity, assessments, ordered))
    bodies = tuple(held_to_the_bar(claim, evidence, bars) for evidence in found)
    replaced = tuple(evidence for evidence in found if evidence not in bodies)
    return _Decision(assessments, bodies, which_decides(bodies), replaced)


def _leave_one_out(
    claim: Claim,
    counted: Sequence[Estimate],
    checks: Sequence[CheckResult],
    bars: Sequence[Estimate],
    evidence: Evidence,
) -> tuple[WithoutSource, ...]:
    """The outcome without each deciding source in turn, by name."""
    found = []
    for source in sorted(set(evidence.body.sources)):
        left = _decide(claim, [e for e in counted if source not in (e.source, e.votes_as)], checks, bars)
        outcome = left.deciding.body.outcome if left.deciding else Outcome.NOTHING_FOUND
        found.append(WithoutSource(source=source, outcome=outcome))
    return tuple(found)


def _without_strongest(claim: Claim, left_out: Sequence[WithoutSource], evidence: Evidence) -> Outcome | None:
    """The outcome with the most precise deciding source left out; None where no assessment would be left."""
    quantity = claim.quantity(evidence.body.quantity)
    widths = {
        r.estimate.source: width_on_line(float(r.estimate.low or 0), float(r.estimate.high or 0), quantity)
        for r in evidence.assessments
    }
    strongest = min(widths, key=lambda source: (widths[source], source))
    outcome = next((item.outcome for item in left_out if item.source == strongest), Outcome.NOTHING_FOUND)
    return None if outcome is Outcome.NOTHING_FOUND else outcome


def _number_in_words(claim: Claim, verdict: Verdict) -> str:
    if verdict.outcome is Outcome.MIXED:
        # One voice from each side, so that neither is heard alone.
        first = {r.outcome: r.sentence for r in reversed(verdict.deciding) if r.outcome in CONCLUSIVE}
        return " ".join(first[outcome] for outcome in sorted(first))
    found = carrying(claim, verdict)
    return pooled_in_words(found, claim) if isinstance(found, Pooled) else found.sentence


def carrying(claim: Claim, verdict: Verdict) -> Pooled | Assessment:
    """Return the pooled mean or the assessment that says what the verdict says; the first there is where none does (mixed)."""
    for mean in verdict.pooled:
        if outcome_of(mean.low, mean.high, claim.quantity(mean.quantity))[0] is verdict.outcome:
            return mean
    same = [r for r in verdict.deciding if r.outcome is verdict.outcome]
    return next((r for r in same if r.shade is verdict.shade), (same or verdict.deciding)[0])
