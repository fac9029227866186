"""A verdict as a notebook output: a card to read, a line to compare, and the record itself under its own media type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.core.claim import Claim
from analysis.core.record import rounded
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Confidence, OnFailure, Outcome
from analysis.notebook.exhibits import escape
from analysis.verdicts.decide import PUBLIC_SCOPE
from analysis.verdicts.implications import what_to_do, what_would_change
from analysis.verdicts.words import headline_of

MEDIA_TYPE = "application/vnd.retention.verdict+json"

SIGNS: dict[Outcome, tuple[str, str]] = {
    Outcome.HOLDS: ("✓", "holds"),
    Outcome.OVERSTATED: ("◐", "overstated"),
    Outcome.DIRECTION_ONLY: ("↗", "right direction"),
    Outcome.FAILS: ("✕", "fails"),
    Outcome.MIXED: ("≠", "mixed"),
    Outcome.OPEN: ("?", "unclear"),
    Outcome.HINTS_FOR: ("⊕", "hints for"),
    Outcome.HINTS_AGAINST: ("⊖", "hints against"),
    Outcome.HINTS_CONFLICT: ("⊗", "hints conflict"),
    Outcome.ONE_STUDY: ("①", "one study only"),
    Outcome.DATA_ELSEWHERE: ("⇣", "data not on this machine"),
    Outcome.NOTHING_FOUND: ("○", "nothing found"),
}
"""Sign and word of each outcome: never colour alone. The word of a verdict itself carries its confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCard:
    """The verdicts of one claim, ready to show: the public one and, with own data, the company's beside it.

    Attributes
    ----------
    claim : Claim
    verdicts : tuple of Verdict
        The public one first.
    """

    claim: Claim
    verdicts: tuple[Verdict, ...]

    def __repr__(self) -> str:
        return "\n".join(
            f"{v.claim} [{v.scope}]: {v.outcome} (confidence: {v.confidence}). {v.sentence}" for v in self.verdicts
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        record = {"verdicts": [rounded(v.to_json()) for v in self.verdicts]}
        return {"text/plain": repr(self), "text/html": self.html(), MEDIA_TYPE: record}

    def html(self) -> str:
        """Return the cards as an HTML fragment; each has an id to link to."""
        return "".join(self._card(v) for v in self.verdicts)

    def _card(self, v: Verdict) -> str:
        scope = "" if v.scope == PUBLIC_SCOPE else f'<p class="scope">For {escape(v.scope)}</p>'
        not_identified = "".join(
            f"<li><b>{escape(c.source)}</b> cannot answer: {escape(c.reason)}</li>" for c in v.not_identified
        )
        without = "".join(f"<li>{escape(line)}</li>" for line in without_each(v))
        reasons = "".join(f"<li>{escape(reason)}</li>" for reason in v.reasons)
        doubts = "".join(f"<li>{escape(doubt)}</li>" for doubt in doubts_of(v))
        return (
            f'<section class="verdict {slug(v.outcome)}" id="{anchor(v)}" aria-label="Verdict: {escape(self.claim.title)}">'
            f"{scope}<p>{badge_html(v)} <b>{escape(self.claim.title)}</b></p><p>{escape(v.sentence)}</p>"
            f"<details><summary>{_how_sure(v)}</summary><ul>{reasons}{without}{not_identified}</ul></details>"
            + (f"<details><summary>What could be wrong</summary><ul>{doubts}</ul></details>" if doubts else "")
            + _paragraph("What would change the verdict", what_would_change(self.claim, v))
            + _paragraph("What to do with it", what_to_do(self.claim, v))
            + (f'<p class="note">What would settle it: {escape(v.settles)}</p>' if v.deciding else "")
            + "</section>"
        )


def _how_sure(verdict: Verdict) -> str:
    if verdict.confidence is Confidence.NONE:
        return "Why there is no verdict"
    return f"How sure: {escape(str(verdict.confidence))} confidence, and why"


def _paragraph(heading: str, text: str) -> str:
    return f"<p><b>{heading}.</b> {escape(text)}</p>" if text else ""


def anchor(verdict: Verdict) -> str:
    """Return the id of a verdict's card on its page."""
    return verdict.claim if verdict.scope == PUBLIC_SCOPE else f"{verdict.claim}-own"


def doubts_of(verdict: Verdict) -> list[str]:
    """Every check that failed, what has to hold for the deciding numbers, and how indirectly they speak; one line each."""
    lines = [
        f"{c.source}: a check failed ({c.name}; {_CONSEQUENCE[c.on_failure]}). {c.sentence}"
        for c in verdict.checks
        if c.passed is False and any(c.is_of(r.estimate) for r in verdict.assessments)
    ]
    lines += [f"{r.estimate.source}: it is assumed that {a}" for r in verdict.deciding for a in r.estimate.assumptions]
    lines += [f"{r.estimate.source}: {r.estimate.indirect}" for r in verdict.deciding if r.estimate.indirect]
    lines += [
        f"{r.estimate.source}: the interval is derived: {r.estimate.derived}"
        for r in verdict.deciding
        if r.estimate.derived
    ]
    return list(dict.fromkeys(lines))


_CONSEQUENCE = {
    OnFailure.VOIDS: "the number is shown and not counted",
    OnFailure.LOWERS: "it costs a step of confidence",
    OnFailure.INFORMS: "for information",
}


def without_each(verdict: Verdict) -> list[str]:
    """How the verdict would read with each deciding source left out in turn: one line if it never changes."""
    if [item.outcome for item in verdict.leave_one_out] == [Outcome.NOTHING_FOUND]:
        return []  # a single source: the confidence says so already
    if len(verdict.leave_one_out) > 1 and all(item.outcome is verdict.outcome for item in verdict.leave_one_out):
        return [f"Whichever of its {len(verdict.leave_one_out)} sources is left out, the verdict stays."]
    return [f"Without {item.source} it would read: {SIGNS[item.outcome][1]}." for item in verdict.leave_one_out]


def slug(outcome: Outcome) -> str:
    """An outcome as the name of a style."""
    return str(outcome).replace(" ", "-")


def badge_html(verdict: Verdict) -> str:
    """Return the verdict's badge: sign, word and colour."""
    sign, _ = SIGNS[verdict.outcome]
    word = headline_of(verdict)
    return f'<span class="badge {slug(verdict.outcome)}"><span aria-hidden="true">{sign}</span> {word}</span>'
