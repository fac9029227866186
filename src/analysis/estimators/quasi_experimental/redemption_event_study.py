"""Purchases in the weeks round a redemption against the same member's ordinary weeks."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role, Scale
from analysis.core.wording import number
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.estimators.common.percent import in_percent
from analysis.estimators.common.scales import require_scale
from analysis.frames import Frame

WEEKS = 4
"""Weeks after (and before) a redemption that count as after (and as run-up)."""
FEWEST_MEMBERS = 30


def estimate_redemption_event_study(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str = "purchase_change_after",
    quantity_before: str | None = "purchase_change_before",
    weeks: int = WEEKS,
) -> tuple[Estimate, ...]:
    """Percentage change of the purchase rate after a redemption, and in the run-up to it, over ordinary weeks.

    Poisson fixed-effects regression of the week's purchases on "after" and "before", within the window of one
    redemption, clustered by member; the estimate is 100 (exp(b) - 1). The week of the redemption and the redeeming
    purchase are left out. Where the frame holds windows round the member's ordinary purchases (placebo), the answer is
    net of what these show: people buy in bursts, and the weeks round any purchase are busier than others.

    Parameters
    ----------
    frame : Frame
        ``redemption_windows``.
    claim : Claim
    quantity : str
        Registered quantity for the weeks after.
    quantity_before : str
        Registered quantity for the run-up, shown as context; None leaves it out.
    weeks : int
        Weeks that count as after and as run-up, 1 or more; all further ones but week 0 are ordinary.

    Returns
    -------
    tuple of Estimate
        After; run-up (context); after without the ordinary purchases taken off, where they are (context); and the naive
        ratio of the weeks after to the weeks before.

    Raises
    ------
    FrameMistake
        If fewer than 30 members have weeks after a redemption and ordinary weeks.
    ParameterMistake
        If a quantity is on another scale, or `weeks` is out of range.
    """
    if isinstance(weeks, bool) or not isinstance(weeks, int) or weeks < 1:
        raise ParameterMistake(f"`weeks` must be a whole number, 1 or more; got {weeks!r}.")
    for name in (quantity, *(() if quantity_before is None else (quantity_before,))):
        require_scale(claim, name, Scale.PERCENT)
    table = _phases(frame.table, weeks)
    n = _require_members(frame, table, weeks)
    net = bool((table["placebo"] == 1).any())
    columns = "before + after + before_redeemed + after_redeemed" if net else "before_redeemed + after_redeemed"
    found = _changes(table, f"n_purchases ~ {columns} | redemption_id", ("before_redeemed", "after_redeemed"))
    against = "the same round ordinary purchases of the members" if net else "ordinary weeks of the same members"
    words = f"{weeks} weeks {{}} a redemption over {against}, within window, clustered by member"
    bursts = () if net else ("members do not buy in bursts: any purchase has busier weeks round it",)
    assumptions = ("nothing else that moves purchases came with the redemption", *bursts)
    estimates = [
        make_estimate(
            frame,
            claim,
            quantity,
            **found["after_redeemed"],
            n=n,
            method=words.format("after"),
            assumptions=assumptions,
        )
    ]
    if quantity_before is not None:
        estimates.append(
            make_estimate(
                frame,
                claim,
                quantity_before,
                **found["before_redeemed"],
                n=n,
                method=words.format("before"),
                role=Role.CONTEXT,
                assumptions=assumptions,
            )
        )
    if net:
        estimates.append(_over_ordinary_weeks(frame, claim, quantity, table, n))
    return (*estimates, _naive(frame, claim, quantity, table, n))


def _phases(table: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """The windows without week 0, each week marked as before, after or neither, and whether round a redemption."""
    placebo = table["placebo"] if "placebo" in table else table["unit_id"] * 0
    retained = table.assign(placebo=placebo)[table["relative_week"] != 0]
    before = retained["relative_week"].between(-weeks, -1).astype(int)
    after = retained["relative_week"].between(1, weeks).astype(int)
    redeemed = 1 - retained["placebo"]
    return retained.assign(
        before=before, after=after, before_redeemed=before * redeemed, after_redeemed=after * redeemed
    )


def _require_members(frame: Frame, table: pd.DataFrame, weeks: int) -> int:
    real = table[table["placebo"] == 0]
    ordinary = set(real.loc[(real["before"] == 0) & (real["after"] == 0), "redemption_id"])
    after = set(real.loc[real["after"] == 1, "redemption_id"])
    n = real.loc[real["redemption_id"].isin(ordinary & after), "unit_id"].nunique()
    if n < FEWEST_MEMBERS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_MEMBERS} members must have redeemed with "
            f"weeks 1 to {weeks} and ordinary weeks beyond them in the data; got {n}. Give a longer history or fewer `weeks`."
        )
    return int(n)


def _changes(table: pd.DataFrame, formula: str, terms: tuple[str, ...]) -> dict[str, Interval]:
    """Percentage change of the purchase rate for each term, clustered by member, Student's t over members."""
    import pyfixest as pf

    # Windows without any purchase tell nothing about a change of rate; the package would drop them with a warning.
    if "|" in formula:
        table = table[table.groupby("redemption_id")["n_purchases"].transform("sum") > 0]
    # The table is a copy already, and nothing is asked of the fit but its numbers: by itself it would hold the data thrice.
    fit = pf.fepois(formula, data=table, vcov={"CRV1": "unit_id"}, copy_data=False, store_data=False, lean=True)
    values, errors, members = fit.coef(), fit.se(), table["unit_id"].nunique()
    return {term: in_percent(around(float(values[term]), float(errors[term]), members - 1)) for term in terms}


def _over_ordinary_weeks(frame: Frame, claim: Claim, quantity: str, table: pd.DataFrame, n: int) -> Estimate:
    real = table[table["placebo"] == 0]
    gross = _changes(real, "n_purchases ~ before + after | redemption_id", ("after",))["after"]
    bursts = _changes(table[table["placebo"] == 1], "n_purchases ~ before + after | redemption_id", ("after",))["after"]
    return make_estimate(
        frame,
        claim,
        quantity,
        **gross,
        n=n,
        method="weeks after a redemption over ordinary weeks, bursts of buying not taken off (after an ordinary purchase it "
        f"is {number(bursts['value'])} %)",
        role=Role.CONTEXT,
    )


def _naive(frame: Frame, claim: Claim, quantity: str, table: pd.DataFrame, n: int) -> Estimate:
    near = table[(table["placebo"] == 0) & ((table["before"] == 1) | (table["after"] == 1))]
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **_changes(near, "n_purchases ~ after", ("after",))["after"],
        n=n,
        method="weeks after a redemption against the weeks before it (members save up, or shop more, before they redeem)",
        role=Role.NAIVE,
    )
    return replace(naive, design=Design.OBSERVATIONAL)
