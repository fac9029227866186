"""The first line of a claim: one place that says where it comes from."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Confidence, Outcome
from analysis.verdicts.bottom_line import LONGEST, bottom_line
from analysis.verdicts.words import number_without_verdict

DOTS = {
    Confidence.HIGH: 4,
    Confidence.MODERATE: 3,
    Confidence.LOW: 2,
    Confidence.VERY_LOW: 1,
    Confidence.NONE: 0,
}
"""Certainty as dots out of four, in the manner of GRADE."""
_SURE = {
    Confidence.HIGH: "We are very sure: more research is unlikely to change this answer.",
    Confidence.MODERATE: "We are fairly sure: more research may change how large the effect is.",
    Confidence.LOW: "We are not very sure: more research is likely to change this answer.",
    Confidence.VERY_LOW: "We are not at all sure: treat this as a first indication.",
    Confidence.NONE: "There is no verdict: nobody has measured this well enough to give one.",
}
_NO_ANSWER = {
    Confidence.HIGH: "The evidence is sound and does not settle it.",
    Confidence.MODERATE: "The evidence is fairly sound and does not settle it yet.",
    Confidence.LOW: "The evidence is weak and does not settle it.",
    Confidence.VERY_LOW: "The evidence is very weak and does not settle it.",
}
"""Where the evidence gives no answer there is nothing to be sure of: the dots tell how sound it is."""


def how_sure(verdict: Verdict) -> str:
    """How far the answer can be leaned on, or how sound the evidence is that gives none."""
    if verdict.outcome is Outcome.NOTHING_FOUND and number_without_verdict(verdict.assessments, verdict.beside):
        return "There is no verdict: the number alone cannot give one."
    without = verdict.outcome in (Outcome.OPEN, Outcome.MIXED)
    return (without and _NO_ANSWER.get(verdict.confidence)) or _SURE[verdict.confidence]


def headline(verdict: Verdict, claim: Claim) -> str:
    """The answer in a sentence or two: the register's bottom line, or what is generated where none fits."""
    text = bottom_line(claim, verdict).text
    first, stop, _ = text.partition("). ")
    # A generated sentence goes on with its numbers, which stand beside it as the best estimate.
    return f"{first})." if stop and len(text.split()) > LONGEST else text


def dots_html(confidence: Confidence) -> str:
    """Four dots, as many filled as the evidence deserves."""
    n = DOTS[confidence]
    return f'<span class="dots" role="img" aria-label="Certainty {n} of 4">{"●" * n}{"○" * (4 - n)}</span>'
