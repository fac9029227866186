"""Which of a source's answers take part in a verdict."""

from __future__ import annotations

from dataclasses import replace

from analysis.core.claim import Claim
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.sources.base import Answer
from analysis.verdicts.studies import STUDIES


def may_decide(claim: Claim, answer: Answer) -> bool:
    """True if what comes out of this answer takes part in the verdict."""
    name = answer.options.get("quantity")
    counts = answer.options.get("role", Role.ANSWER) == Role.ANSWER and answer.options.get("adjusted", True)
    study = STUDIES.get((claim.id, answer.frame.split("/")[0]))
    beside = study is not None and study.beside_only
    return bool(counts) and not beside and not answer.doubt and (name is None or claim.quantity(str(name)).decides)


def without_a_vote(found: tuple[Estimate, ...], doubt: str) -> tuple[Estimate, ...]:
    """Estimates of an answer in doubt as context, with the doubt in words."""
    if not doubt:
        return found
    return tuple(
        replace(e, role=Role.CONTEXT, method=f"{e.method}; shown without a vote: {doubt}")
        if e.role is Role.ANSWER
        else e
        for e in found
    )
