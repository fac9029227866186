"""The bottom line of a verdict: the register's text for this verdict and confidence, with the run's numbers in it.

A text belongs to the verdict and the confidence that it was written for. Where a run comes to another one, or holds no
result of a name in it, the generated sentence of the verdict stands in and the text counts as stale.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.core.claim import BottomLine, Claim
from analysis.core.results import Estimate
from analysis.core.verdict_results import Pooled, Verdict
from analysis.core.vocabulary import Kind, Role
from analysis.register.bottom_lines import NAME
from analysis.verdicts.decide import carrying
from analysis.verdicts.people_units import for_people, in_words, per_1000, plain_range, thousand_range

LONGEST = 35
"""Words."""

_AFTER_STOP = re.compile(r"(?<=[.!?] )[a-z]")
_COUNTS = ("n_sources", "n_firms", "n_studies", "for", "against")
_PARTS = ("value", "low", "high", "size", "range", "per_1000", "per_1000_range", "per_cent", "n")


@dataclass(frozen=True, slots=True)
class Told:
    """A bottom line as it is shown.

    Attributes
    ----------
    text : str
    stale : str
        Why the register's text could not be used, as the end of a sentence; empty if it was, or if there is none for any
        verdict.
    """

    text: str
    stale: str = ""


def bottom_line(claim: Claim, verdict: Verdict) -> Told:
    """Return the bottom line of a verdict.

    Returns
    -------
    Told
        The register's text, or the generated sentence with the reason why.
    """
    generated = verdict.sentence.split(" What would settle it:")[0]
    entry = entry_for(claim, verdict)
    if entry is None:
        written_for = "; ".join(f"{line.verdict}, {line.confidence}" for line in claim.bottom_lines)
        now = f"{verdict.outcome}, {verdict.confidence}"
        return Told(generated, f"written for {written_for}; the verdict is {now}" if written_for else "")
    try:
        return Told(filled(entry.text, claim, verdict))
    except LookupError as fault:
        return Told(generated, f"{fault.args[0]} is not among the results of this run")


def entry_for(claim: Claim, verdict: Verdict) -> BottomLine | None:
    """Return the text written for this verdict, confidence and shade; one that names the shade goes first."""
    fitting = [
        line
        for line in claim.bottom_lines
        if (line.verdict, line.confidence) == (verdict.outcome, verdict.confidence)
        and line.shade in (None, verdict.shade)
    ]
    return min(fitting, key=lambda line: line.shade is None, default=None)


def stale_lines(claims: Sequence[Claim], verdicts: Mapping[str, Verdict]) -> list[str]:
    """List the texts that a run did not use, one line each, by claim."""
    found = ((claim.id, bottom_line(claim, verdicts[claim.id])) for claim in claims if claim.id in verdicts)
    return [f"{name}: the bottom line is stale ({told.stale})." for name, told in found if told.stale]


def filled(text: str, claim: Claim, verdict: Verdict) -> str:
    """Fill the names of a text in.

    Raises
    ------
    LookupError
        With the first name that the verdict has no result for.
    """
    full = NAME.sub(lambda found: _named(found.group(1), claim, verdict), text)
    return full[:1].upper() + _AFTER_STOP.sub(lambda found: found.group().upper(), full[1:])


def _named(name: str, claim: Claim, verdict: Verdict) -> str:
    if "|" in name:
        source, quantity, part = (piece.strip() for piece in name.split("|"))
        return _part(part, _estimate(source, quantity, verdict), name)
    if name in _PARTS:
        if not verdict.deciding:
            raise LookupError(f"{{{name}}}")
        found = carrying(claim, verdict)
        if isinstance(found, Pooled):
            return _part(name, found, name)
        if len({r.estimate.source for r in verdict.deciding}) > 1:
            raise LookupError(f"{{{name}}} of one source, where several decide,")
        return _part(name, found.estimate, name)
    values: dict[str, float | None] = {"n_studies": len({e.source for e in _answers(verdict)})}
    if len(verdict.tally) == 2:
        values |= {"for": verdict.tally[0], "against": verdict.tally[1]}
    if verdict.deciding:
        values["n_sources"] = len({r.estimate.source for r in verdict.deciding})
        deciding = next((body for body in verdict.bodies if body.decides), None)
        values["n_firms"] = len(deciding.sources) if deciding else None
        quantity = verdict.deciding[0].estimate.quantity
        single = [
            e.value for e in _answers(verdict) if e.quantity == quantity and e.value is not None and not _is_spread(e)
        ]
        values |= {"spread_low": min(single, default=None), "spread_high": max(single, default=None)}
        claimed = claim.quantity(quantity).size
        values["claimed"] = claimed
    if verdict.pooled:
        values |= {"predicted_low": verdict.pooled[0].predicted_low, "predicted_high": verdict.pooled[0].predicted_high}
    found_value = values.get(name)
    if found_value is None:
        raise LookupError(f"{{{name}}}")
    return in_words(found_value) if name in _COUNTS else for_people(found_value)


def _is_spread(estimate: Estimate) -> bool:
    return estimate.source.startswith("Spread over ")


def _answers(verdict: Verdict) -> list[Estimate]:
    return [r.estimate for r in verdict.assessments if r.estimate.kind in (Kind.PUBLIC, Kind.PUBLISHED)]


def _estimate(source: str, quantity: str, verdict: Verdict) -> Estimate:
    """The first estimate of this source and quantity: assessments first, an answer before a naive number."""
    named = [r.estimate for r in verdict.assessments] + list(verdict.beside)
    fitting = [e for e in named if e.source == source and e.quantity == quantity and e.value is not None]
    if not fitting:
        raise LookupError(f"{{{source}|{quantity}}}")
    return min(fitting, key=lambda e: e.role is not Role.ANSWER)


def _part(part: str, found: Estimate | Pooled, name: str) -> str:
    value, low, high = found.value, found.low, found.high
    numbers = {"value": value, "low": low, "high": high, "size": None if value is None else abs(value)}
    if part == "n" and isinstance(found, Estimate) and found.n is not None:
        return for_people(found.n)
    told = numbers.get(part)
    if told is not None:
        return for_people(told)
    if part == "per_1000" and value is not None:
        return per_1000(value)
    if part == "per_cent" and value is not None:
        return for_people(100 * value)
    if low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
        if part == "range":
            return plain_range(low, high)
        if part == "per_1000_range":
            return thousand_range(low, high)
    raise LookupError(f"{{{name}}}")
