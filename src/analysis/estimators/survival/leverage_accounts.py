"""What a firm's totals can say of the leverage of retention: the constant-rate annuity, which is always the naive number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role
from analysis.estimators.common.blocks import block_jackknife, block_length
from analysis.estimators.common.building import make_estimate
from analysis.estimators.survival.leverage_arithmetic import DISCOUNT_RATE, leverage, per_period
from analysis.estimators.survival.leverage_bases import base_of_chances
from analysis.frames import Frame


def estimate_leverage_accounts(
    frame: Frame, claim: Claim, *, discount_rate: float = DISCOUNT_RATE
) -> tuple[Estimate, ...]:
    """Leverage from a firm's totals, where nothing tells its customers apart: the constant-rate annuity, always naive.

    Churn a period is all losses over all customers at the starts of the periods. The interval is that of the churn rate
    over the periods seen, a year left out at a time. With customers who differ the leverage is smaller, by how much totals
    cannot say; so these numbers stand beside answers and are none.

    Parameters
    ----------
    frame : Frame
        ``account_periods`` of a contract business, equal lengths.
    claim : Claim
    discount_rate : float
        A year, above 0.

    Raises
    ------
    FrameMistake
        If the periods cover less than two years, or nobody was lost.
    """
    table = frame.table.sort_values("period_start", ignore_index=True)
    per_year = round(1 / float(table["years"].median()))
    lost, start = table["n_lost"].to_numpy(float), table["n_start"].to_numpy(float)
    block = block_length(len(table), per_year)
    if block is None or not lost.sum() > 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: two years of periods with losses are needed for a churn rate "
            f"with an interval; got {len(table)} periods with {lost.sum():g} lost. Give a longer account."
        )
    rate = per_period(discount_rate, per_year)

    def quantities(retained: NDArray[np.int64]) -> dict[str, float]:
        churn = np.array([lost[retained].sum() / start[retained].sum()])
        return leverage(base_of_chances(churn, np.ones(1), rate, per_year))

    at_best = quantities(np.arange(len(table)))
    found = []
    for quantity in at_best:

        def statistic(retained: NDArray[np.int64], name: str = quantity) -> float:
            return quantities(retained)[name]

        low, high = block_jackknife(statistic, len(table), block)
        found.append(
            make_estimate(
                frame,
                claim,
                quantity,
                value=at_best[quantity],
                low=low,
                high=high,
                n=len(table),
                method=f"annuity with one rate of leaving for all, the firm's own over {len(table)} periods",
                role=Role.NAIVE,
                assumptions=(
                    "every customer leaves with the same chance (where chances differ, the leverage is smaller)",
                    "raising retention costs nothing and changes nothing else",
                ),
            )
        )
    return tuple(replace(estimate, design=Design.MODEL) for estimate in found)
