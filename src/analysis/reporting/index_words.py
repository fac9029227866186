"""The index in words: where each claim is listed, and the sentence on the state of the folklore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import CONCLUSIVE, Confidence, Outcome
from analysis.notebook.section.headline import DOTS

ENDINGS: Mapping[str, tuple[str, str]] = {
    "holds": ("holds", "hold"),
    "overstated": ("is overstated", "are overstated"),
    "direction-only": ("points the right way, with its size open", "point the right way, with their size open"),
    "fails": ("fails", "fail"),
    "very-uncertain": ("has very uncertain evidence", "have very uncertain evidence"),
    "mixed": ("is mixed", "are mixed"),
    "open": ("is unclear", "are unclear"),
    "hints-for": ("has hints for it only", "have hints for them only"),
    "hints-against": ("has hints against it only", "have hints against them only"),
    "hints-conflict": ("has hints that conflict", "have hints that conflict"),
    "one-study-only": ("rests on one study without a margin of error", "rest on one study without a margin of error"),
    "data-elsewhere": ("needs data that are not on this machine", "need data that are not on this machine"),
    "nothing-found": ("has nothing checked behind it", "have nothing checked behind them"),
}
"""How the sentence on the state of the folklore ends, for one claim and for several."""


VERY_UNCERTAIN = "very-uncertain"


def told_as(outcome: str, confidence: str) -> str:
    """The key of `ENDINGS` under which a verdict is told: very low confidence is never told as a plain outcome.

    Examples
    --------
    >>> told_as("holds", "low"), told_as("holds", "very low"), told_as("hints for", "none")
    ('holds', 'very-uncertain', 'hints-for')
    """
    if confidence == str(Confidence.VERY_LOW) and outcome in CONCLUSIVE:
        return VERY_UNCERTAIN
    return outcome.replace(" ", "-")


HOLD_UP, FALL_SHORT, UNKNOWN = "hold-up", "fall-short", "unknown"
LISTS: Mapping[str, str] = {
    HOLD_UP: "Hold up, or lean that way",
    FALL_SHORT: "Fall short, or lean that way",
    UNKNOWN: "Nobody knows, or hints only",
}
"""The three lists of the first screen."""

_OF: Mapping[Outcome, str] = {
    Outcome.HOLDS: HOLD_UP,
    Outcome.DIRECTION_ONLY: HOLD_UP,
    Outcome.OVERSTATED: FALL_SHORT,
    Outcome.FAILS: FALL_SHORT,
}
NAMED_NARROW, NAMED_WIDE = 9, 18
"""Claims that the first screen names on a phone and on a desk."""


def list_of(outcome: Outcome) -> str:
    """The list of the first screen that a claim stands in.

    Examples
    --------
    >>> list_of(Outcome.DIRECTION_ONLY), list_of(Outcome.OVERSTATED), list_of(Outcome.MIXED)
    ('hold-up', 'fall-short', 'unknown')
    """
    return _OF.get(outcome, UNKNOWN)


def lead_sentence(verdicts: Sequence[Verdict]) -> str:
    """One sentence on all verdicts: how many stand in each list, and how many of the answers are more than very unsure."""
    n = {key: sum(list_of(v.outcome) == key for v in verdicts) for key in LISTS}
    answers = [v for v in verdicts if list_of(v.outcome) != UNKNOWN]
    surer = sum(DOTS[v.confidence] > 1 for v in answers)
    hold = "holds up or leans" if n[HOLD_UP] == 1 else "hold up or lean"
    fall = "falls short or leans" if n[FALL_SHORT] == 1 else "fall short or lean"
    said = f"Of {len(verdicts)} popular claims about keeping customers, {n[HOLD_UP]} {hold} that way, "
    said += f"{n[FALL_SHORT]} {fall} that way, and for {n[UNKNOWN]} nobody knows"
    if not answers:
        return said + "."
    of_all = f"{len(answers)} answer{'s' if len(answers) > 1 else ''}"
    return (
        said
        + f"; {f'only {surer}' if surer else 'none'} of the {of_all} {'is' if surer < 2 else 'are'} better than very unsure."
    )


def in_lists(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The three lists with their claims, the surest first, among equals the most repeated."""
    surest = sorted(entries, key=lambda e: (-e["dots"], -e["n_articles"], -e["n_studies"], e["id"]))
    claims = {key: [e for e in surest if e["list"] == key] for key in LISTS}
    narrow = named_at_once([len(found) for found in claims.values()], NAMED_NARROW)
    wide = named_at_once([len(found) for found in claims.values()], NAMED_WIDE)
    return [
        {"key": key, "name": name, "claims": claims[key], "narrow": narrow[place], "wide": wide[place]}
        for place, (key, name) in enumerate(LISTS.items())
    ]


def named_at_once(lengths: Sequence[int], places: int) -> list[int]:
    """How many claims each list names on the first screen: places go round, and a list that is short leaves its own to others.

    Examples
    --------
    >>> named_at_once([19, 9, 18], 9), named_at_once([1, 0, 45], 9), named_at_once([1, 1, 1], 9)
    ([3, 3, 3], [1, 0, 8], [1, 1, 1])
    """
    named = [0] * len(lengths)
    while sum(named) < min(places, sum(lengths)):
        for place, length in enumerate(lengths):
            if named[place] < length and sum(named) < places:
                named[place] += 1
    return named
