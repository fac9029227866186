"""What others found, and what a quick analysis gets wrong."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.results import Estimate
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Bias, Role
from analysis.notebook.exhibits import PartExhibit, SvgExhibit, TextExhibit
from analysis.notebook.figures.dots import tally_exhibit
from analysis.notebook.figures.forest import draw_forest, told_of
from analysis.notebook.figures.naive_sound import Pair, pairs_of
from analysis.notebook.plain_words import in_plain_words, sentence, with_ends
from analysis.notebook.section.choice import MOST_OTHERS, of_quantity, pictured, voices
from analysis.verdicts.findings import Findings

BIAS = {
    Bias.TOWARDS: "The quick analysis is usually biased in favour of the claim.",
    Bias.AGAINST: "The quick analysis usually makes the claim look worse than it is.",
    Bias.EITHER: "The quick analysis can err either way.",
    Bias.NONE: "",
}
MOST_PAIRS = 2
"""Data sets whose quick and sound numbers are drawn; the tables have all."""
OTHERWISE = {
    Bias.TOWARDS: "Here it did the opposite: the sound number is the better one for the claim.",
    Bias.AGAINST: "Here it did the opposite: the sound number is the worse one for the claim.",
}


def others_of(found: Findings, verdict: Verdict) -> PartExhibit | None:
    """Tally of data and literature, and a forest of what the first picture did not show; None if there is nobody."""
    quantity, drawn, _ = pictured(found, verdict)
    parts: list[SvgExhibit | TextExhibit] = []
    counted = "Background figures are counted too." if verdict.deciding else ""
    tally = tally_exhibit(found.claim, *voices(found, verdict), counted)
    if tally is not None and drawn:
        parts.append(tally)
    more = _rest(found, drawn, quantity.name if quantity else "")
    if len(more) == 1:
        parts.append(TextExhibit(f"One more number: {told_of(more[0])}."))
    elif more and quantity is not None:
        parts.append(draw_forest(found.claim, more[:MOST_OTHERS], quantity))
    if not parts:
        return None
    left = len(more) - MOST_OTHERS
    if left > 0:
        parts.append(TextExhibit(f"{left} more figure{'s are' if left > 1 else ' is'} in the tables below."))
    return PartExhibit(heading="What others found", kind="others", parts=tuple(parts))


def _rest(found: Findings, drawn: list[Estimate], quantity: str) -> list[Estimate]:
    """Numbers of the pictured quantity that the picture left out, those with an interval first."""
    if not quantity:
        return []
    # What decided may have been widened for its conventions: it is known by its value.
    seen = {(e.source, e.value) for e in drawn}
    everything = of_quantity(found, found.claim.quantity(quantity))
    return [e for e in everything if e.role is not Role.NAIVE and (e.source, e.value) not in seen]


def trap_of(found: Findings) -> PartExhibit | None:
    """The quick analysis beside the sound one; None where no quick number is known."""
    # First those of the quantity that the answer is in: two numbers for "sound" on one page would need explaining.
    answered = found.verdict().quantity
    pairs = sorted(pairs_of(found.claim, found.estimates), key=lambda pair: pair.quantity.name != answered)
    alone = [c for c in found.not_identified if c.naive is not None and c.naive.value is not None]
    if not pairs and not alone:
        return None
    lines = [f"{sentence(found.claim.trap)} {BIAS[found.claim.naive_bias]}".strip()]
    parts: list[SvgExhibit] = []
    if pairs:
        quantity = pairs[0].quantity
        same = [pair for pair in pairs if pair.quantity.name == quantity.name][:MOST_PAIRS]
        drawn = [e for pair in same for e in (pair.naive, pair.sound)]
        parts.append(_titled(found.claim, drawn, same[0].naive, same[0].sound))
        lines = [f"{lines[0]} {_here(found.claim.naive_bias, same)}".strip()]
    else:
        cannot = alone[0]
        assert cannot.naive is not None
        assert cannot.naive.value is not None
        lines.append(
            f"{cannot.source} would give {with_ends(cannot.naive.value, None, None, cannot.naive.unit)}, and cannot answer "
            f"the question. {in_plain_words(sentence(cannot.reason))}"
        )
    return PartExhibit(
        heading="What a quick analysis gets wrong",
        kind="trap",
        lines=tuple(line for line in lines if line),
        parts=tuple(parts),
    )


def _here(expected: Bias, pairs: list[Pair]) -> str:
    """What to add where the pictured pairs all go against the expected bias; empty where one goes along with it."""
    flattered = [quick > sound for quick, sound in (pair.placed() for pair in pairs)]
    against = (expected is Bias.TOWARDS and not any(flattered)) or (expected is Bias.AGAINST and all(flattered))
    return OTHERWISE.get(expected, "") if against else ""


def _titled(claim: Claim, drawn: list[Estimate], naive: Estimate, sound: Estimate) -> SvgExhibit:
    assert naive.value is not None
    assert sound.value is not None
    quick = with_ends(naive.value, None, None, naive.unit)
    told = f"Quick: {quick}. Sound: {with_ends(sound.value, sound.low, sound.high, sound.unit)}"
    return draw_forest(claim, drawn, claim.quantity(naive.quantity), told=told)
