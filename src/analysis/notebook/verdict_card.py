"""Parts of a verdict on a page: badge, anchor, doubts, and the media type under which its record travels."""

from __future__ import annotations

from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import OnFailure, Outcome
from analysis.verdicts.decide import PUBLIC_SCOPE
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
