"""Which numbers of a claim go into which picture."""

from __future__ import annotations

from analysis.core.claim import Quantity
from analysis.core.results import Estimate
from analysis.core.verdict_results import Pooled, Verdict
from analysis.core.vocabulary import CLAIMED_SIDE, Design, Kind, Outcome, Role
from analysis.notebook.figures.forest import first_measured, in_order
from analysis.verdicts.findings import Findings
from analysis.verdicts.hints import tally

MOST_ROWS = 7
"""More figures than this stand on one line of dots."""
MOST_OTHERS = 5


def quantity_of(found: Findings, verdict: Verdict) -> Quantity | None:
    """The quantity of the picture: what decided or would, if it has a number; else the first that has one."""
    everything = found.estimates + found.published
    if verdict.quantity and any(e.quantity == verdict.quantity and e.value is not None for e in everything):
        return found.claim.quantity(verdict.quantity)
    return first_measured(found.claim, everything)


def pictured(found: Findings, verdict: Verdict) -> tuple[Quantity | None, list[Estimate], Pooled | None]:
    """Quantity, estimates and mean of the one picture of a claim: what decided, with the figures that a spread is made of."""
    quantity = quantity_of(found, verdict)
    if quantity is None:
        return None, [], None
    pooled = next((p for p in verdict.pooled if p.quantity == quantity.name), None)
    deciding = [r.estimate for r in verdict.deciding if r.estimate.quantity == quantity.name]
    if deciding:
        voters = {name for body in verdict.bodies if body.decides for name in body.sources}
        # Quick numbers of the same source have a picture of their own.
        behind = [
            e
            for e in of_quantity(found, quantity)
            if e.votes_as in voters and not e.quantified and e.role is Role.ANSWER
        ]
        return quantity, in_order(deciding) + behind, pooled
    return quantity, of_quantity(found, quantity), pooled


def of_quantity(found: Findings, quantity: Quantity) -> list[Estimate]:
    """All numbers of one quantity, data and literature together, guesses last."""
    shown = [e for e in found.estimates + found.published if e.quantity == quantity.name and e.value is not None]
    return sorted(in_order(shown), key=lambda e: (not e.quantified, e.design is Design.ASSERTION))


def voices(found: Findings, verdict: Verdict) -> tuple[dict[str, int], dict[str, int]]:
    """What every data set and every publication says: 1 for the claim, -1 against it, 0 neither; one vote each."""
    data: dict[str, int] = {}
    literature: dict[str, int] = {}
    for reading in verdict.assessments:
        e = reading.estimate
        if e.role is Role.ANSWER and reading.outcome not in (Outcome.NO_INTERVAL, Outcome.NO_READING):
            sign = 1 if reading.outcome in CLAIMED_SIDE else -1 if reading.outcome is Outcome.FAILS else 0
            (literature if e.kind is Kind.PUBLISHED else data).setdefault(e.votes_as, sign)
    votes = _signs(found) if verdict.deciding else _hints(found)
    return data, literature | {name: sign for name, sign in votes.items() if name not in literature}


def _signs(found: Findings) -> dict[str, int]:
    """The sign of every study, as the reasons behind a verdict count them: answers, and context that points some way."""
    named = {"", *(quantity.name for quantity in found.claim.in_order())}
    votes: dict[str, int] = {}
    for e in sorted(found.published, key=lambda e: e.role is not Role.ANSWER):
        speaks = e.sign is not None if e.role is Role.ANSWER else e.role is Role.CONTEXT and e.sign in (-1, 1)
        if speaks and e.quantity in named and e.design is not Design.ASSERTION:
            votes.setdefault(e.votes_as, e.sign or 0)
    return votes


def _hints(found: Findings) -> dict[str, int]:
    """The votes of the tally where nothing decides: whoever sells the conclusion has none."""
    counted = tally(found.claim, found.published)
    neither = {e.votes_as: 0 for e in found.published if e.role is Role.ANSWER and e.sign == 0}
    return neither | dict.fromkeys(counted.studies_for, 1) | dict.fromkeys(counted.studies_against, -1)
