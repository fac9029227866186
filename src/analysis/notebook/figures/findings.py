"""The finding of a picture in one line: it stands on top, in place of a name of what is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.verdict_results import Pooled
from analysis.core.vocabulary import CLAIMED_SIDE, Outcome, Role
from analysis.core.wording import number, with_unit
from analysis.notebook.plain_words import with_ends
from analysis.verdicts.assess import assess

SPREAD = "Spread over "
_ONE = {
    Outcome.HOLDS: "as claimed",
    Outcome.OVERSTATED: "the claimed way, and smaller than claimed",
    Outcome.DIRECTION_ONLY: "the claimed way, size not settled",
    Outcome.FAILS: "no support for the claim",
    Outcome.OPEN: "too uncertain to say",
}


def finding(claim: Claim, quantity: Quantity, shown: Sequence[Estimate], pooled: Pooled | None = None) -> str:
    """Say what a picture of these estimates shows.

    Parameters
    ----------
    claim : Claim
    quantity : Quantity
        What they all measure.
    shown : sequence of Estimate
        With values.
    pooled : Pooled
        Their mean; None where there is none.
    """
    if pooled is not None:
        return (
            f"On average {with_ends(pooled.value, pooled.low, pooled.high, quantity.unit)} over {pooled.k} sources; the next one "
            f"may lie between {number(pooled.predicted_low)} and {number(pooled.predicted_high)}"
        )
    answers = [e for e in shown if e.role is Role.ANSWER and e.value is not None]
    measured = [e for e in answers if e.quantified]
    bare = [e.value for e in answers if not e.quantified and e.value is not None]
    if not answers:
        return "For comparison only: these numbers do not decide"
    if not measured:
        told = _without_margin(bare, quantity, len({e.votes_as for e in answers}))
        return told + ("; the others are for comparison only" if len(shown) > len(answers) else "")
    spread = [e for e in measured if is_spread(e)]
    if len(measured) == len(spread) == 1 and bare:
        return _single_figures(bare, spread[0], quantity)
    told = _measured(measured, quantity)
    if not bare:
        return told
    return f"{told}; {len(bare)} more figure{'s' if len(bare) > 1 else ''} without a margin of error"


def is_spread(estimate: Estimate) -> bool:
    """Whether an estimate is the mean of figures of single firms, with the interval of their spread."""
    return estimate.source.startswith(SPREAD)


def _single_figures(values: Sequence[float], mean: Estimate, quantity: Quantity) -> str:
    """Figures of single firms with their mean: a measurement of none of them."""
    assert mean.value is not None
    return (
        f"{len(values)} single figures: {span(values, quantity.unit)}; their mean is "
        f"{number(mean.value)} ({number(mean.low)} to {number(mean.high)})"
    )


def _measured(measured: Sequence[Estimate], quantity: Quantity) -> str:
    """What measurements with a margin of error say together."""
    readings = [assess(e, quantity) for e in measured]
    if len(measured) == 1:
        (e,) = measured
        assert e.value is not None
        told = with_ends(e.value, e.low, e.high, quantity.unit)
        return f"Measured once: {told}, {_ONE.get(readings[0].outcome, 'without a vote')}"
    n_for = sum(reading.outcome in CLAIMED_SIDE for reading in readings)
    n_against = sum(reading.outcome is Outcome.FAILS for reading in readings)
    unclear = sum(reading.outcome is Outcome.OPEN for reading in readings)
    n = len(measured)
    if n == n_against:
        return f"{'Neither measurement' if n == 2 else f'None of {n} measurements'} supports the claim"
    if n in (n_for, unclear):
        what = "go the claimed way" if n_for else "are too uncertain to say"
        return f"{'Both' if n == 2 else f'All {n}'} measurements {what}"
    counts = (
        (n_for, "goes the claimed way", "go the claimed way"),
        (n_against, "gives no support", "give no support"),
        (unclear, "is too uncertain to say", "are too uncertain to say"),
        (n - n_for - n_against - unclear, "has no vote", "have no vote"),
    )
    return f"Of {n} measurements, {', '.join(f'{count} {one if count == 1 else many}' for count, one, many in counts if count)}"


def _without_margin(values: Sequence[float], quantity: Quantity, studies: int) -> str:
    """Published figures that no interval belongs to."""
    if len(values) == 1:
        return f"One published figure, {with_ends(values[0], None, None, quantity.unit)}, without a margin of error"
    by = "of one study" if studies == 1 else f"of {studies} studies" if studies < len(values) else ""
    reach = span(values, quantity.unit)
    return f"{len(values)} published figures{f' {by}' if by else ''}, {reach}, none with a margin of error"


def span(values: Sequence[float], unit: str) -> str:
    """Lowest and highest value; a unit in brackets is the name of the measure, which stands below the axis."""
    return f"{number(min(values))} to {with_unit(max(values), '' if unit.startswith('(') else unit)}"
