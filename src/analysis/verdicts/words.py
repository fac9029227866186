"""A verdict in words: the verb carries the confidence, as GRADE's informative statements do.

High "does", moderate "probably does", low "may", very low "the evidence is very uncertain" (Santesso et al. 2020, J Clin
Epidemiol 119, 126-135). A verdict of very low confidence is never headlined as plain *holds*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from analysis.core.claim import Claim
from analysis.core.results import Assessment, Estimate
from analysis.core.verdict_results import Pooled, Verdict
from analysis.core.vocabulary import Confidence, Kind, Outcome, QuestionType, Role, Shade
from analysis.core.wording import number, with_unit
from analysis.verdicts.hints import Tally, tally_in_words

Words = tuple[str, str, str, str]
"""For high, moderate, low and very low confidence."""

HEADLINES: Mapping[Outcome, Words] = {
    Outcome.HOLDS: ("holds", "probably holds", "may hold", "very uncertain, leans yes"),
    Outcome.OVERSTATED: (
        "overstated",
        "probably overstated",
        "may be overstated",
        "very uncertain, leans to overstated",
    ),
    Outcome.DIRECTION_ONLY: (
        "right direction, size open",
        "probably the right direction",
        "may be the right direction",
        "very uncertain, leans yes",
    ),
    Outcome.FAILS: ("fails", "probably fails", "may fail", "very uncertain, leans no"),
}
PLAIN: Mapping[Outcome, str] = {
    Outcome.OPEN: "unclear",
    Outcome.MIXED: "mixed",
    Outcome.HINTS_FOR: "no verdict, hints for",
    Outcome.HINTS_AGAINST: "no verdict, hints against",
    Outcome.HINTS_CONFLICT: "no verdict, hints conflict",
    Outcome.ONE_STUDY: "no verdict, one study only",
    Outcome.DATA_ELSEWHERE: "data not on this machine",
    Outcome.NOTHING_FOUND: "nothing found",
    Outcome.NO_INTERVAL: "no interval",
    Outcome.NO_READING: "no reading",
}
_STEP = {Confidence.HIGH: 0, Confidence.MODERATE: 1, Confidence.LOW: 2, Confidence.VERY_LOW: 3}

_UNCERTAIN = "The evidence is very uncertain"


def _true(rest: str, leans: str) -> Words:
    """That a claim is true, with what is to be added, and how very uncertain evidence leans."""
    sure = (f"This is true{rest}", f"This is probably true{rest}", f"This may be true{rest}")
    return *sure, f"{_UNCERTAIN}; it leans towards the claim{leans}"


_HEADS: Mapping[tuple[Outcome, Shade], Words] = {
    (Outcome.HOLDS, Shade.NONE): _true("", ""),
    (Outcome.HOLDS, Shade.IN_FULL): _true(", and as large as claimed", " in full"),
    (Outcome.HOLDS, Shade.SIZE_NOT_SETTLED): _true(
        "; whether it is as large as claimed is not settled", ", at a size that is not settled"
    ),
    (Outcome.OVERSTATED, Shade.NONE): _true(", but smaller than claimed", ", but at a smaller size"),
    (Outcome.DIRECTION_ONLY, Shade.NONE): (
        "The {thing} goes the claimed way; it may be too small to act on",
        "The {thing} probably goes the claimed way; it may be too small to act on",
        "The {thing} may go the claimed way, and may be too small to act on",
        f"{_UNCERTAIN}; it leans the claimed way, and says nothing on the size",
    ),
    (Outcome.FAILS, Shade.OPPOSITE): (
        "The opposite is true",
        "The opposite is probably true",
        "The opposite may be true",
        f"{_UNCERTAIN}; it leans the other way",
    ),
    (Outcome.FAILS, Shade.TOO_SMALL): (
        "There is little to no {thing}",
        "There is probably little to no {thing}",
        "There may be little to no {thing}",
        f"{_UNCERTAIN}; it leans to little or no {{thing}}",
    ),
}


def headline(outcome: Outcome, confidence: Confidence) -> str:
    """The badge of a verdict in a few words.

    Examples
    --------
    >>> headline(Outcome.HOLDS, Confidence.HIGH), headline(Outcome.HOLDS, Confidence.VERY_LOW)
    ('holds', 'very uncertain, leans yes')
    """
    if outcome in PLAIN:
        return PLAIN[outcome]
    return HEADLINES[outcome][_STEP.get(confidence, 3)]


def answer_in_words(outcome: Outcome, shade: Shade, confidence: Confidence, question: QuestionType) -> str:
    """The first half sentence of an answer: outcome and confidence in one verb."""
    if outcome is Outcome.OPEN:
        return "The evidence is too weak to say either way"
    if outcome is Outcome.MIXED:
        return "Sources of the same strength disagree"
    words = _HEADS.get((outcome, shade)) or _HEADS[outcome, Shade.NONE]
    return words[_STEP[confidence]].format(thing="effect" if question is QuestionType.CAUSAL else "difference")


def sentence_without_verdict(
    claim: Claim,
    outcome: Outcome,
    found: Tally,
    elsewhere: tuple[str, ...],
    measured: Assessment | Estimate | None = None,
) -> str:
    """What stands in place of a verdict, and why; `measured` is the number that data give all the same."""
    settles = f"What would settle it: {claim.settles}"
    if outcome is Outcome.DATA_ELSEWHERE:
        return f"No verdict on this machine: {', '.join(elsewhere)} would answer this and is not here. {settles}"
    if outcome is Outcome.NOTHING_FOUND and measured is not None:
        return f"No verdict: {number_in_words(measured)} {settles}"
    if outcome is Outcome.NOTHING_FOUND:
        return f"No verdict: no checked evidence was found. {settles}"
    told = tally_in_words(found)
    if outcome is Outcome.ONE_STUDY:
        (study,) = found.studies_for + found.studies_against
        side = "for" if found.studies_for else "against"
        return f"No verdict: a single study, {study}, speaks {side} the claim, without a margin of error. {settles}"
    answer = {
        Outcome.HINTS_FOR: "what is in print points the claimed way",
        Outcome.HINTS_AGAINST: "what is in print points the other way",
        Outcome.HINTS_CONFLICT: "what is in print disagrees",
    }[outcome]
    return f"No verdict: {answer} ({told}), and no study gives a margin of error that could decide. {settles}"


def number_without_verdict(
    assessments: Sequence[Assessment], beside: Sequence[Estimate]
) -> Assessment | Estimate | None:
    """The number that a company's tables give where nothing decides: an answer before one that is shown without a vote.

    None without any, and of public evidence, whose states say what there is.
    """

    def own(e: Estimate) -> bool:
        return e.value is not None and e.kind in (Kind.OWN, Kind.SIMULATED)

    answers: list[Assessment | Estimate] = [a for a in assessments if own(a.estimate)]
    # A fixed order: how sources were listed changes nothing.
    context = sorted(
        (e for e in beside if own(e) and e.role is Role.CONTEXT), key=lambda e: (e.source, e.quantity, repr(e))
    )
    return next(iter([*answers, *context]), None)


def number_in_words(found: Assessment | Estimate) -> str:
    """Source, number, and why it decides nothing, as a sentence."""
    e = found if isinstance(found, Estimate) else found.estimate
    size = f" (n = {e.n:,})" if e.n else ""
    if e.quantified:
        ends = f" ({number(float(e.low or 0))} to {number(float(e.high or 0))})"
        _, told, why = (
            found.sentence.partition("shown without a vote: ") if isinstance(found, Assessment) else ("", "", "")
        )
        return f"{e.source} comes to {with_unit(e.value, e.unit)}{ends}, shown without a vote" + (
            f": {why}" if told else "."
        )
    return (
        f"{e.source} comes to {with_unit(e.value, e.unit)}{size}, and how far off that may be is not known: "
        f"{why_no_interval(e.method)}."
    )


def why_no_interval(method: str) -> str:
    """The reason that the method of a number without an interval gives for having none.

    Examples
    --------
    >>> why_no_interval("mean change over 3 quarters, seasons left in for want of a second year: no interval, 80 customers")
    'seasons left in for want of a second year'
    >>> why_no_interval("share of growth; no interval below 3 years of periods")
    'no interval below 3 years of periods'
    """
    clause = next((part.strip() for part in re.split(r"[;,()]", method) if "no interval" in part), "")
    before, _, after = (part.strip() for part in clause.partition("no interval"))
    if before:
        return before.rstrip(" :")
    if after.startswith(":"):
        return after.lstrip(": ")
    return clause if after else "the data do not carry one"


def basis_in_words(deciding: tuple[Assessment, ...], strength: str, sources: tuple[str, ...]) -> str:
    """What a verdict rests on: strength and number of sources."""
    n = len(set(sources))
    return f"{strength}, {n} source{'s' if n > 1 else ''}" if deciding else ""


def pooled_in_words(mean: Pooled, claim: Claim) -> str:
    """A pooled mean with its interval and what one more setting would give."""
    quantity = claim.quantity(mean.quantity)
    return (
        f"{quantity.meaning}: {with_unit(mean.value, quantity.unit)} on average over {mean.k} sources "
        f"({number(100 * mean.level)} % interval {number(mean.low)} to {number(mean.high)}; in one more such "
        f"setting between {number(mean.predicted_low)} and {number(mean.predicted_high)})."
    )


def headline_of(verdict: Verdict) -> str:
    """`headline` of a verdict; where data give a number that decides nothing, it was not nothing that was found."""
    if verdict.outcome is Outcome.NOTHING_FOUND:
        measured = number_without_verdict(verdict.assessments, verdict.beside)
        e = measured.estimate if isinstance(measured, Assessment) else measured
        if e is not None:
            return "no verdict, a number without a vote" if e.quantified else "no verdict, margin of error not known"
    return headline(verdict.outcome, verdict.confidence)
