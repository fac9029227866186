"""Whether the kinds differ: the kind that was best among one half of the customers, measured among the other half."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.claim import Claim, Quantity
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.randomised.two_arms import Contrast, contrast
from analysis.frames import Frame

FEWEST_IN_KIND = 20
"""Customers of a kind; half of them choose and half measure."""


def estimate_best_arm(
    frame: Frame, claim: Claim, *, quantity: str = "lead_of_best_type", seed: int = 1
) -> tuple[Estimate, ...]:
    """Lead of the best kind over all others, chosen on one random half of the units and measured on the other.

    Both ways round, and the two leads averaged; so are their bounds, as if both went wrong together: the halves' errors
    are not independent where the kinds are alike. Where the halves choose different kinds, one of them may have chosen
    wrongly, and the interval reaches from the lower bound of the one to the upper of the other: averaged bounds held the
    truth in nine simulations of ten where one kind led by two standard errors.

    Equal kinds give a lead of nought on average, which the difference
    between the best and the others on the same customers does not: some kind always comes out best.

    Parameters
    ----------
    frame : Frame
        ``experiment`` with two or more treated arms (the kinds) drawn at random; the arm left alone is no kind.
    claim : Claim
    quantity : str
        Registered quantity in percentage points or a difference.
    seed : int
        Seed of the halves.

    Returns
    -------
    tuple of Estimate
        The lead, and the naive one: chosen and measured on the same units.

    Raises
    ------
    FrameMistake
        If fewer than two kinds hold 20 units or more.
    """
    registered = claim.quantity(quantity)
    table = _kinds(frame)
    half = _halves(table, seed)
    chosen, leads = [], []
    for measuring in (0, 1):
        best = _best(frame, table[half != measuring], registered)
        chosen.append(best)
        leads.append(_lead(frame, table[half == measuring], best, registered))
    disagree = chosen[0] != chosen[1]
    lows, highs = [lead.low for lead in leads], [lead.high for lead in leads]
    answer = make_estimate(
        frame,
        claim,
        quantity,
        value=sum(lead.value for lead in leads) / 2,
        low=min(lows) if disagree else sum(lows) / 2,
        high=max(highs) if disagree else sum(highs) / 2,
        n=_n(table),
        method=f"{' and '.join(sorted(set(chosen)))}, the best of {table['arm'].nunique()} kinds in one random half, against the "
        "others in the other half; both ways round",
        assumptions=("units were assigned to a kind at random and do not affect one another",),
    )
    best = _best(frame, table, registered)
    same = _lead(frame, table, best, registered)
    naive = make_estimate(
        frame,
        claim,
        quantity,
        value=same.value,
        low=same.low,
        high=same.high,
        n=_n(table),
        method=f"{best}, the best of {table['arm'].nunique()} kinds, against the others among the same units (some kind always "
        "comes out best)",
        role=Role.NAIVE,
    )
    return answer, naive


def _kinds(frame: Frame) -> pd.DataFrame:
    """Units of the treated arms that hold enough of them."""
    treated = frame.table[frame.table["assigned"] == 1]
    sizes = treated["arm"].value_counts()
    kinds = sorted(sizes[sizes >= FEWEST_IN_KIND].index)
    if len(kinds) < 2:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `arm` must hold two kinds or more besides control, with "
            f"at least {FEWEST_IN_KIND} units each; got {', '.join(f'{k} ({n})' for k, n in sizes.items()) or 'none'}."
        )
    return treated[treated["arm"].isin(kinds)]


def _halves(table: pd.DataFrame, seed: int) -> np.ndarray:
    """0 or 1 for each row, as many of each within every arm and stratum; clusters stay whole."""
    rng = np.random.default_rng(seed)
    unit = "cluster" if "cluster" in table else "unit_id"
    drawn = table.drop_duplicates(unit)
    groups = drawn.groupby([c for c in ("stratum", "arm") if c in drawn]).ngroup().to_numpy()
    order = np.lexsort((rng.random(len(drawn)), groups))
    half = np.empty(len(drawn), dtype=int)
    half[order] = np.arange(len(drawn)) % 2
    found: np.ndarray = table[unit].map(dict(zip(drawn[unit], half, strict=True))).to_numpy()
    return found


def _best(frame: Frame, table: pd.DataFrame, quantity: Quantity) -> str:
    kinds = sorted(table["arm"].unique())
    return str(max(kinds, key=lambda kind: _lead(frame, table, kind, quantity).value))


def _lead(frame: Frame, table: pd.DataFrame, kind: str, quantity: Quantity) -> Contrast:
    """One kind against all others."""
    return contrast(frame, table.assign(assigned=(table["arm"] == kind).astype(int)), quantity)


def _n(table: pd.DataFrame) -> int:
    return int(table["cluster"].nunique()) if "cluster" in table else len(table)
