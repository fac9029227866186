"""A survey of firms at work, on firms that are made up: some drawn at random, others who answer because the matter interests them.

For the one claim that only a survey of many firms can answer. The truth is known; no number here takes part in a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.core.claim import Claim, Quantity
from analysis.core.record import rounded
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.core.wording import number, with_unit
from analysis.notebook.exhibits import SvgExhibit
from analysis.notebook.figures import style
from analysis.notebook.figures.shapes import Group, plot_groups

if TYPE_CHECKING:
    import numpy as np

SURVEYED = {"retention-is-under-planned": "share_planning"}
"""Claim to the share that a survey of firms gives."""

FIRMS, ASKED = 20_000, 800
SIZES = (50, 100, 200, 400, ASKED)
KEENER = 3.0
"""How many times likelier a firm that plans is to answer an invitation to a survey about planning."""
TRAP = "firms that plan are likelier to answer a survey about planning"
POINTS = ("null", "size")


def survey(share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Answers (1: plans) of firms drawn at random and of as many that answered an open invitation.

    Each of `FIRMS` plans with the chance `share`, in per cent; the invitation is answered `KEENER` times as often by those who
    plan. Truth: `share`. Of those who answer 3 s / (3 s + 1 - s) plan: 66 where 39 in a hundred do.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    plans = (rng.random(FIRMS) < share / 100).astype(int)
    weights = np.where(plans == 1, KEENER, 1.0)
    drawn = rng.choice(FIRMS, ASKED, replace=False)
    willing = rng.choice(FIRMS, ASKED, replace=False, p=weights / weights.sum())
    return plans[drawn], plans[willing]


def share_of(answers: np.ndarray) -> tuple[float, float, float]:
    """Share in per cent with Wilson's interval."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(int(answers.sum()), len(answers), alpha=1 - INTERVAL_LEVEL, method="wilson")
    return 100 * float(answers.mean()), 100 * float(low), 100 * float(high)


def survey_lines(claim: Claim, seed: int) -> list[dict[str, Any]]:
    """Lines of the demonstration: half of all firms plan, and as few as the articles say."""
    quantity = claim.quantity(SURVEYED[claim.id])
    return [_line(claim, quantity, point, seed) for point in POINTS]


def _line(claim: Claim, quantity: Quantity, point: str, seed: int) -> dict[str, Any]:
    truth = _truth(quantity, point)
    drawn, willing = survey(truth, seed)
    return {
        "claim": claim.id,
        "quantity": quantity.name,
        "drawn": f"{number(truth)} in a hundred firms plan",
        "truth": rounded(truth),
        "truth_error": 0.0,
        "sound": [rounded(end) for end in share_of(drawn)],
        "naive": [rounded(end) for end in share_of(willing)],
        "gated": False,
        "n": ASKED,
        "method": "share of firms drawn at random, Wilson's interval",
        "fools": TRAP,
    }


def _truth(quantity: Quantity, point: str) -> float:
    return quantity.null if point == "null" else float(quantity.size or quantity.smallest)


def survey_shape(claim: Claim, seed: int = 1) -> SvgExhibit:
    """Both kinds of survey by how many firms are asked: one closes in on the truth, the other on another number."""
    quantity = claim.quantity(SURVEYED[claim.id])
    truth = _truth(quantity, "size")
    drawn, willing = survey(truth, seed)
    groups = [
        _group("firms drawn at random", drawn, style.ANSWER, -1),
        _group("firms that chose to answer", willing, style.NAIVE, 1),
    ]
    with style.report_style():
        axes = plot_groups(groups, xlabel="firms asked", ylabel="per cent that plan", level=truth)
        axes.set(xscale="log", xticks=SIZES, xticklabels=[str(size) for size in SIZES], ylim=(0, 100))
        axes.minorticks_off()
        ends = [number(group.y[-1], 2) for group in groups]
        told = f"Of {ASKED} firms drawn at random {ends[0]} % plan, of {ASKED} that chose to answer {ends[1]} %"
        return style.to_exhibit(
            axes,
            told=f"Simulated: {told}",
            alt=f"Simulated firms, where the truth is {with_unit(truth, quantity.unit)}: {told}.",
            caption="Points: share that plan, with Wilson's interval of 95 %. The level line is the truth. Asking more firms makes "
            f"a wrong number surer, where {TRAP}. The truth here is {with_unit(truth, quantity.unit)}.",
            rows=tuple(
                {"firms asked": str(size)} | {g.label: f"{number(g.y[k])} ± {number(g.half[k])}" for g in groups}
                for k, size in enumerate(SIZES)
            ),
        )


def _group(label: str, answers: np.ndarray, colour: str, side: int) -> Group:
    """Shares of the first so many answers, a little to one side so that both can be seen."""
    found = [share_of(answers[:size]) for size in SIZES]
    return Group(
        label=label,
        x=[size * (1 + 0.03 * side) for size in SIZES],
        y=[value for value, _, _ in found],
        half=[(high - low) / 2 for _, low, high in found],
        colour=colour,
    )
