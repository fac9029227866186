"""The evidence map: claims by design, one mark a study or data set, and what an empty row means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from analysis.core.results import Assessment
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import CLAIMED_SIDE, Design, Kind, Outcome
from analysis.reporting.index_entries import strongest_answers

SIDES = ("for", "against", "neither")
MARKS: Mapping[tuple[str, bool], str] = {
    ("for", True): "●",
    ("for", False): "○",
    ("against", True): "◆",
    ("against", False): "◇",
    ("neither", True): "■",
    ("neither", False): "□",
}
"""Mark by side and by whether the numbers come from data (filled) or from print (hollow)."""

_SIDE_OF_READING: Mapping[Outcome, str] = {
    Outcome.HOLDS: "for",
    Outcome.OVERSTATED: "for",
    Outcome.DIRECTION_ONLY: "for",
    Outcome.FAILS: "against",
    Outcome.OPEN: "neither",
}
_SIDE_OF_SIGN: Mapping[int | None, str] = {1: "for", -1: "against"}

MODERATE = 2
"""Start of a body of evidence on the scale of `Body.start`."""

STATES: Mapping[str, str] = {
    "tested": "tested well",
    "no-effect": "tested well, no effect",
    "unclear": "tested well, still unclear",
    "weakly": "tested weakly",
    "badly": "tested badly",
    "nobody": "nobody measured it",
}
RULES: Mapping[str, str] = {
    "tested": "at least one study of the kind that the question needs, with a margin of error",
    "no-effect": "such studies rule out an effect worth having",
    "unclear": "such studies exist, and they disagree or are too few to say",
    "weakly": "there is a margin of error, but customers or firms chose for themselves, or the study speaks only indirectly",
    "badly": "figures without a margin of error, opinions or models only",
    "nobody": "no study of it was found",
}
"""What puts a claim into each state. The kind that a question needs: an experiment, natural or arranged, for what causes what; a
count or a fair sample for how things are; customers who came later for what can be foreseen."""


def side_of(assessment: Assessment) -> str:
    """Where a reading points: by its interval, else by its sign."""
    return _SIDE_OF_READING.get(assessment.outcome) or _SIDE_OF_SIGN.get(assessment.estimate.sign, "neither")


def row_of(verdict: Verdict) -> dict[str, Any]:
    """One row of the map.

    Returns
    -------
    dict
        ``cells``: for each design the marks in order for, against, neither, data first; ``state``: key of `STATES`.
    """
    by_source = strongest_answers(verdict)
    cells = []
    for design in Design:
        marks = sorted(
            (SIDES.index(side_of(r)), r.estimate.kind is not Kind.PUBLIC, name)
            for name, r in by_source.items()
            if r.estimate.design is design
        )
        counts = Counter(SIDES[place] for place, _, _ in marks)
        told = ", ".join(f"{counts[side]} {side}" for side in SIDES if counts[side])
        cells.append(
            {
                "design": str(design),
                "told": told,
                "marks": [
                    {"side": SIDES[place], "source": name, "mark": MARKS[SIDES[place], not printed]}
                    for place, printed, name in marks
                ],
            }
        )
    return {"cells": cells, "state": state_of(verdict, by_source)}


def state_of(verdict: Verdict, by_source: Mapping[str, Assessment]) -> str:
    """The first of `RULES` that fits, from how the bodies of evidence start and what they came to.

    Well is what the rule lets start at moderate or high confidence for the question: an experiment for a cause, a full
    count for a description, people not used for fitting for a prediction.
    """
    if not by_source:
        return "nobody"
    well = [body for body in verdict.bodies if body.start >= MODERATE]
    if not well:
        return "weakly" if verdict.bodies else "badly"
    found = {body.outcome for body in well}
    if found & CLAIMED_SIDE:
        return "tested"
    return "no-effect" if Outcome.FAILS in found else "unclear"
