"""From readings to one verdict a claim: best design first, pooled or by agreement, with a confidence that says why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.core.claim import Claim, Quantity
from analysis.core.errors import ParameterMistake
from analysis.core.results import Assessment, Estimate, NotIdentifiedSource, Pooled, Verdict, WithoutSource
from analysis.core.vocabulary import CONCLUSIVE, SIMULATED_MARK, Confidence, Design, Kind, Outcome, Role, Rule
from analysis.core.wording import number, with_unit
from analysis.verdicts.assess import assess, on_line, outcome_on_line
from analysis.verdicts.confidence import rate_confidence
from analysis.verdicts.synthesise import FEWEST_TO_POOL, pool

PUBLIC_SCOPE = "public"


@dataclass(frozen=True, slots=True)
class _Decision:
    outcome: Outcome
    deciding: tuple[Assessment, ...]
    rest: tuple[Assessment, ...]
    pooled: tuple[Pooled, ...]


def decide(
    claim: Claim,
    estimates: Sequence[Estimate],
    *,
    scope: str = PUBLIC_SCOPE,
    not_identified: Sequence[NotIdentifiedSource] = (),
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
    kinds = {Kind.PUBLIC, Kind.PUBLISHED} if scope == PUBLIC_SCOPE else {Kind.OWN}
    marked = scope != PUBLIC_SCOPE and SIMULATED_MARK in scope
    if marked:
        estimates = [e for e in estimates if e.kind is Kind.SIMULATED and e.source == scope]
        kinds = {Kind.SIMULATED}
    mine = [e for e in estimates if e.kind in kinds]
    counted = [e for e in mine if e.role is Role.ANSWER and claim.quantity(e.quantity).decides]
    beside = tuple(e for e in mine if e not in counted)
    _require_one_answer_each(counted)
    decision = _decide(claim, counted)
    left_out = _leave_one_out(claim, counted, decision)
    confidence, reasons = rate_confidence(
        decision.outcome, decision.deciding, decision.rest, decision.pooled, claim, beside
    )
    return Verdict(
        claim=claim.id,
        scope=scope,
        outcome=decision.outcome,
        confidence=confidence,
        reasons=reasons,
        sentence=("In simulated data, which are no evidence: " if marked else "")
        + _sentence(claim, decision, confidence, sum(e.kind is Kind.PUBLISHED for e in beside)),
        design=decision.deciding[0].estimate.design if decision.deciding else None,
        assessments=decision.deciding + decision.rest,
        n_deciding=len(decision.deciding),
        beside=beside,
        not_identified=tuple(not_identified),
        pooled=decision.pooled,
        without_strongest=_without_strongest(claim, left_out, decision),
        leave_one_out=left_out,
        settles=claim.settles,
        register_hash=register_hash,
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


def _decide(claim: Claim, counted: Sequence[Estimate]) -> _Decision:
    # A fixed order, the estimand proper first: how sources and files were listed changes nothing.
    place = {quantity.name: number for number, quantity in enumerate(claim.quantities)}
    ordered = sorted(counted, key=lambda e: (-e.design.rank, place[e.quantity], e.source, e.value or 0.0, repr(e)))
    assessments = [assess(e, claim.quantity(e.quantity)) for e in ordered]
    quantified = [r for r in assessments if r.outcome is not Outcome.UNQUANTIFIED]
    if not quantified:
        return _Decision(Outcome.UNTESTED, (), tuple(assessments), ())
    best = max(r.estimate.design.rank for r in quantified)
    deciding = tuple(r for r in quantified if r.estimate.design.rank == best)
    rest = tuple(r for r in assessments if r not in deciding)
    pooled, outcomes = _combine(claim, deciding)
    return _Decision(_agree(outcomes), deciding, rest, pooled)


def _combine(claim: Claim, deciding: Sequence[Assessment]) -> tuple[tuple[Pooled, ...], list[Outcome]]:
    """Pool quantity by quantity where the rule and the number of sources allow, else keep the single outcomes."""
    pooled: list[Pooled] = []
    outcomes: list[Outcome] = []
    for quantity in claim.quantities:
        mine = [r for r in deciding if r.estimate.quantity == quantity.name]
        # An interval without a bound has no standard error: it stands for itself beside the mean of the others.
        bounded = [r for r in mine if _bounded(r.estimate)]
        if claim.rule is Rule.POOL and len(bounded) >= FEWEST_TO_POOL:
            mean = pool([r.estimate for r in bounded])
            pooled.append(mean)
            outcomes.append(outcome_of_pooled(mean, quantity))
            outcomes.extend(r.outcome for r in mine if r not in bounded)
        else:
            outcomes.extend(r.outcome for r in mine)
    return tuple(pooled), outcomes


def _bounded(estimate: Estimate) -> bool:
    return all(bound is not None and math.isfinite(bound) for bound in (estimate.low, estimate.high))


def outcome_of_pooled(mean: Pooled, quantity: Quantity) -> Outcome:
    """Read a pooled mean by the registered rule of its quantity."""
    ends = sorted((on_line(mean.low, quantity), on_line(mean.high, quantity)))
    size = None if quantity.size is None else on_line(quantity.size, quantity)
    return outcome_on_line(ends[0], ends[1], on_line(quantity.smallest, quantity), size)


def _agree(outcomes: Sequence[Outcome]) -> Outcome:
    """One conclusive outcome carries; two different ones are mixed; none is inconclusive."""
    conclusive = {outcome for outcome in outcomes if outcome in CONCLUSIVE}
    if not conclusive:
        return Outcome.INCONCLUSIVE
    return conclusive.pop() if len(conclusive) == 1 else Outcome.MIXED


def _leave_one_out(claim: Claim, counted: Sequence[Estimate], decision: _Decision) -> tuple[WithoutSource, ...]:
    """The outcome without each deciding source in turn, by name."""
    sources = sorted({r.estimate.source for r in decision.deciding})
    return tuple(
        WithoutSource(source=source, outcome=_decide(claim, [e for e in counted if e.source != source]).outcome)
        for source in sources
    )


def _without_strongest(claim: Claim, left_out: Sequence[WithoutSource], decision: _Decision) -> Outcome | None:
    """The outcome with the most precise deciding source left out; None where nothing quantified would be left."""
    if not left_out:
        return None

    def width(assessment: Assessment) -> float:
        quantity = claim.quantity(assessment.estimate.quantity)
        low, high = (on_line(end, quantity) for end in (assessment.estimate.low, assessment.estimate.high))  # type: ignore[arg-type]
        return abs(high - low) / on_line(quantity.smallest, quantity)

    strongest = min(decision.deciding, key=lambda r: (width(r), r.estimate.source)).estimate.source
    outcome = next(item.outcome for item in left_out if item.source == strongest)
    return None if outcome is Outcome.UNTESTED else outcome


def _sentence(claim: Claim, decision: _Decision, confidence: Confidence, n_context: int) -> str:
    """The answer in plain words: outcome, on what evidence, the number, the confidence."""
    if decision.outcome is Outcome.UNTESTED:
        found = len(decision.rest) + n_context
        heard = (
            f"{found} published finding{'s' if found != 1 else ''} without an interval on a quantity that decides cannot settle it"
            if found
            else "no checked evidence was found"
        )
        return f"Not tested so far: {heard}. What would settle it: {claim.settles}"
    answer = {
        Outcome.SUPPORTED: "The evidence supports this",
        Outcome.OVERSTATED: "True in direction, overstated in size",
        Outcome.CONTRADICTED: "The evidence contradicts this",
        Outcome.INCONCLUSIVE: "The evidence cannot tell",
        Outcome.MIXED: "The evidence disagrees",
    }[decision.outcome]
    n = len({r.estimate.source for r in decision.deciding})
    design = _DESIGN_WORDS[decision.deciding[0].estimate.design]
    basis = f"{n} {design} source{'s' if n > 1 else ''}"
    return f"{answer}, with {confidence} confidence ({basis}). {_headline(claim, decision)}"


def _headline(claim: Claim, decision: _Decision) -> str:
    if decision.outcome is Outcome.MIXED and not decision.pooled:
        # One voice from each side, so that neither is heard alone.
        first = {r.outcome: r.sentence for r in reversed(decision.deciding) if r.outcome in CONCLUSIVE}
        return " ".join(first[outcome] for outcome in sorted(first))
    found = carrying(claim, decision.outcome, decision.deciding, decision.pooled)
    return _pooled_in_words(found, claim) if isinstance(found, Pooled) else found.sentence


def carrying(
    claim: Claim, outcome: Outcome, deciding: Sequence[Assessment], pooled: Sequence[Pooled]
) -> Pooled | Assessment:
    """Return the pooled mean or the reading that says what the verdict says; the first there is where none does (mixed)."""
    for mean in pooled:
        if outcome_of_pooled(mean, claim.quantity(mean.quantity)) is outcome:
            return mean
    in_means = {mean.quantity for mean in pooled}
    single = (r for r in deciding if r.outcome is outcome and r.estimate.quantity not in in_means)
    return next(single, pooled[0] if pooled else deciding[0])


def _pooled_in_words(mean: Pooled, claim: Claim) -> str:
    quantity = claim.quantity(mean.quantity)
    return (
        f"{quantity.meaning}: {with_unit(mean.value, quantity.unit)} on average over {mean.k} sources "
        f"({number(100 * mean.level)} % interval {number(mean.low)} to {number(mean.high)}; in one more such "
        f"setting between {number(mean.predicted_low)} and {number(mean.predicted_high)})."
    )


_DESIGN_WORDS = {
    Design.RANDOMISED: "randomised",
    Design.QUASI_EXPERIMENTAL: "quasi-experimental",
    Design.OBSERVATIONAL: "observational",
    Design.MODEL: "model-based",
    Design.ASSERTION: "asserted",
}
