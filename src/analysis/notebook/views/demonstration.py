"""The test of a claim at work where no real data answer it: simulated customers, the estimate beside the known truth.

Nothing here takes part in a verdict. A reader sees what an answer would look like, and the number that would have fooled
anyone who took the short way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from analysis.calibration.scenario import Scenario
from analysis.calibration.scenarios import all_scenarios
from analysis.calibration.scenarios.tier_heaps import DEMONSTRATIONS
from analysis.calibration.trials import draw_seed, effect_at, estimator_named, truth_of
from analysis.core.claim import Quantity
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import SIMULATED_MARK, Role
from analysis.core.wording import with_unit
from analysis.notebook.exhibits import Row, SvgExhibit, TableExhibit, TextExhibit
from analysis.notebook.figures.truth import Ends, TruthMark, ends_of, holds, in_words, truth_figure
from analysis.notebook.plain_words import meaning_of
from analysis.notebook.section.shapes import LARGER
from analysis.register.claims import load_register

__all__ = ["Demonstration", "demonstrate", "show_demonstration", "show_demonstration_figure"]

POINTS = {"null": "no effect", "size": "an effect"}
"""Each scenario is drawn twice: where there is nothing to find, and where there is."""
NO_SCENARIO = "No simulated scenario of this claim has been written: its test cannot be shown at work."


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """One draw of one simulated scenario.

    Attributes
    ----------
    scenario : Scenario
    quantity : Quantity
        What is measured, as registered.
    point : str
        "null" or "size".
    truth : float
        True value of the quantity, in its unit.
    sound, naive : Estimate
        What the estimator of the claim found, and the naive number; None where there is none.
    """

    scenario: Scenario
    quantity: Quantity
    point: str
    truth: float
    sound: Estimate | None
    naive: Ends | None

    @property
    def label(self) -> str:
        """Name of the scenario and whether there is an effect in it, in words."""
        return f"{self.scenario.name.replace('_', ' ').capitalize()}: {POINTS[self.point]}"


@cache
def demonstrate(claim_id: str, seed: int = 1) -> tuple[Demonstration, ...]:
    """Draw every scenario of a claim in which all assumptions hold, without and with an effect, and run its estimator.

    Parameters
    ----------
    claim_id : str
        Id in the register.
    seed : int
        Of the draws; equal seeds give equal numbers.

    Returns
    -------
    tuple of Demonstration
        In catalogue order; empty if no scenario of the claim has been written.
    """
    claim = load_register()[claim_id]
    found = []
    for scenario in (*all_scenarios(), *DEMONSTRATIONS):
        if scenario.claim != claim.id or scenario.broken:
            continue
        for point in POINTS:
            effect = effect_at(scenario, point)
            frame = scenario.draw(effect, LARGER * scenario.n, draw_seed(seed, scenario.name, point, 0))
            try:
                estimates = estimator_named(scenario.estimator)(frame, claim, **scenario.options)
            except FrameMistake:  # a draw with too few events for the test: it has no number, and the others stand
                estimates = ()
            mine = [e for e in estimates if e.quantity == scenario.quantity]
            quick = next((e for e in mine if e.role is Role.NAIVE), None)
            found.append(
                Demonstration(
                    scenario=scenario,
                    quantity=claim.quantity(scenario.quantity),
                    point=point,
                    truth=truth_of(scenario, effect),
                    sound=next((e for e in mine if e.role is not Role.NAIVE), None),
                    naive=scenario.naive(frame) if scenario.naive else _ends(quick),
                )
            )
    return tuple(found)


def show_demonstration(claim_id: str, seed: int = 1) -> TableExhibit | TextExhibit:
    """The test of a claim on simulated customers: truth, sound estimate and naive number side by side.

    Parameters
    ----------
    claim_id : str
        Id in the register.
    seed : int
        Of the draws.
    """
    found = demonstrate(claim_id, seed)
    if not found:
        return TextExhibit(NO_SCENARIO)
    return TableExhibit(
        caption=f"The test at work {SIMULATED_MARK}",
        rows=_rows(found),
        note="Every customer here is made up, so that the truth is known. These numbers show what the test can find; they say "
        "nothing about the claim and do not count towards its verdict.",
    )


def show_demonstration_figure(claim_id: str, quantity: str | None = None, seed: int = 1) -> SvgExhibit | TextExhibit:
    """The same as a picture: black bars the truth, full marks the sound analysis, hollow ones the naive number.

    Parameters
    ----------
    claim_id : str
        Id in the register.
    quantity : str
        Which registered quantity to draw; None takes the first that has a scenario.
    seed : int
        Of the draws.
    """
    everything = demonstrate(claim_id, seed)
    chosen = quantity or (everything[0].quantity.name if everything else "")
    found = [d for d in everything if d.quantity.name == chosen]
    if not found:
        return TextExhibit(NO_SCENARIO)
    about = found[0].quantity
    marks = [TruthMark(label=d.label, truth=d.truth, sound=_ends(d.sound), naive=d.naive) for d in found]
    held = sum(holds(m.sound, m.truth) for m in marks)
    fooled = sum(m.naive is not None and not holds(m.naive, m.truth) for m in marks)
    told = f"the sound interval holds the truth in {held} of {len(marks)} draws, the quick one misses it in {fooled}"
    return truth_figure(
        marks,
        about,
        told=f"The test at work {SIMULATED_MARK}: {told}",
        alt=f"Simulated customers: {told}.",
        caption=f"{meaning_of(about)}. Upright bars: the truth. Full marks: the sound analysis. Hollow ones: the quick number. "
        "It says nothing about the claim and has no vote.",
        rows=_rows(found),
        room=0.8,
    )


def _rows(found: Sequence[Demonstration]) -> tuple[Row, ...]:
    return tuple(
        {
            "Simulated customers": d.label,
            "Measured": meaning_of(d.quantity),
            "Truth": with_unit(d.truth, d.quantity.unit),
            "Sound analysis": in_words(_ends(d.sound))
            + (", without a vote" if d.sound and d.sound.role is Role.CONTEXT else ""),
            "Quick number": in_words(d.naive),
            "What fools the quick analysis": d.scenario.trap or "nothing is built in",
        }
        for d in found
    )


def _ends(estimate: Estimate | None) -> Ends | None:
    return ends_of((estimate.value, estimate.low, estimate.high)) if estimate else None
