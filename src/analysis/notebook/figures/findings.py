"""The finding of a picture in one line: it stands on top, in place of a name of what is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.verdict_results import Pooled
from analysis.core.vocabulary import CLAIMED_SIDE, Outcome, Role
from analysis.core.wording import number, with_unit
from analysis.verdicts.assess import assess

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
            f"On average {with_unit(pooled.value, quantity.unit)} ({number(pooled.low)} to {number(pooled.high)}) over "
            f"{pooled.k} sources; the next one may lie between {number(pooled.predicted_low)} and "
            f"{number(pooled.predicted_high)}"
        )
    measured = [e for e in shown if e.role is Role.ANSWER and e.quantified]
    readings = [assess(e, quantity) for e in measured]
    if len(measured) == 1 and readings[0].outcome in _ONE:
        (e,) = measured
        told = f"{with_unit(e.value, e.unit)} ({number(e.low)} to {number(e.high)})"
        return f"Measured once: {told}, {_ONE[readings[0].outcome]}"
    if len(measured) > 1:
        n_for = sum(reading.outcome in CLAIMED_SIDE for reading in readings)
        n_against = sum(reading.outcome is Outcome.FAILS for reading in readings)
        rest = len(measured) - n_for - n_against
        unclear = f", {rest} unclear" if rest else ""
        if len(measured) == n_against:
            return f"{'Neither measurement' if len(measured) == 2 else f'None of {len(measured)} measurements'} supports the claim"
        if len(measured) in (n_for, rest):
            what = "go the claimed way" if n_for else "are too uncertain to say"
            return f"{'Both' if len(measured) == 2 else f'All {len(measured)}'} measurements {what}"
        return f"Of {len(measured)} measurements, {n_for} go the claimed way, {n_against} do not{unclear}"
    values = [e.value for e in shown if e.role is Role.ANSWER and e.value is not None]
    if len(values) > 1:
        return (
            f"{len(values)} published figures, from {number(min(values))} to {with_unit(max(values), quantity.unit)}, none "
            "with a margin of error"
        )
    if len(values) == 1:
        return f"One published figure, {with_unit(values[0], quantity.unit)}, without a margin of error"
    return "Shown for context: these numbers do not measure the claim itself"
