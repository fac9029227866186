"""A real priority rule at work: what the favoured gain in waiting, and what the others pay, against one shared queue."""

from __future__ import annotations

import math

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.core.wording import number
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, scaled
from analysis.frames import Frame

QUANTITIES = ("favoured_wait_change", "others_wait_change", "giving_up_difference")
FEWEST_DAYS = 10

SAME_WORK = (
    "a call takes as long whichever class it is of, so that order alone cannot change the mean wait of all",
    "nobody calls more or less often because of the order",
)


def estimate_priority_waits(
    frame: Frame, claim: Claim, *, quantity: str = "favoured_wait_change"
) -> tuple[Estimate, ...]:
    """Waiting time of one class over what it would be in one shared queue at the same hour, or the difference in giving up.

    An order of serving that looks at class and not at the length of the work moves waiting from one class to the other
    and leaves the mean of all (Kleinrock's conservation law: Kleinrock 1965, Naval Research Logistics Quarterly 12,
    181-192). The shared queue's wait is therefore the mean of both classes in a stratum; the change is
    100 (Σ w_k / Σ m_s(k) - 1) over the calls k of the class, its error that of a ratio of sums clustered by day (delta
    method), Student's t over days.

    Parameters
    ----------
    frame : Frame
        ``waits``; strata with one class only are left out.
    claim : Claim
    quantity : str
        "favoured_wait_change" and "others_wait_change" in per cent, "giving_up_difference" in percentage points (share who
        give up, favoured less others, strata held equal).

    Returns
    -------
    tuple of Estimate
        The answer, and the naive one: means of the classes without holding the hour.

    Raises
    ------
    FrameMistake
        If fewer than ten days have strata with both classes, or nobody waits.
    """
    require_one_of("quantity", quantity, QUANTITIES)
    table = both_classes(frame)
    days = int(table["cluster"].nunique())
    smallest = int(table["favoured"].value_counts().min())
    events = int(table[table["gave_up"] == 1]["favoured"].value_counts().reindex([0, 1], fill_value=0).min())
    if quantity == "giving_up_difference":
        found, naive = _giving_up(table), _plain_giving_up(table)
        words = "share who give up, favoured less others in the same hour and business"
    else:
        chosen = 1 if quantity == "favoured_wait_change" else 0
        found, naive = change_against_shared(table, chosen), _plain_change(table, chosen)
        who = "the favoured" if chosen else "the others"
        words = f"wait of {who} over the mean wait of all in the same hour and business (one shared queue)"
    return (
        make_estimate(
            frame,
            claim,
            quantity,
            **found,
            n=len(table),
            method=f"{words}; {number(len(table))} calls, clustered by {days} days",
            assumptions=SAME_WORK if quantity != "giving_up_difference" else ("the classes are alike in patience",),
            events=events if quantity == "giving_up_difference" else None,
            smallest_group=smallest,
        ),
        make_estimate(
            frame,
            claim,
            quantity,
            **naive,
            n=len(table),
            method="the same without holding the hour (the favoured call when others do not)",
            role=Role.NAIVE,
        ),
    )


def both_classes(frame: Frame) -> pd.DataFrame:
    """Calls of strata in which both classes called, with `shared`, the mean wait of the stratum."""
    table = frame.table
    table = table[table.groupby("stratum")["favoured"].transform("nunique") == 2]
    where = f"Frame '{frame.name}' from {frame.context.source}"
    if table["cluster"].nunique() < FEWEST_DAYS:
        raise FrameMistake(
            f"{where}: at least {FEWEST_DAYS} days must have hours in which favoured and others queued; got "
            f"{table['cluster'].nunique()}. Give a longer log."
        )
    if table["wait"].sum() == 0:
        raise FrameMistake(f"{where}: column `wait` must be above 0 for someone; nobody waits, so no order matters.")
    return table.assign(shared=table.groupby("stratum")["wait"].transform("mean"))


def change_against_shared(table: pd.DataFrame, favoured: int) -> Interval:
    """Per cent by which one class waits longer than in one shared queue.

    Parameters
    ----------
    table : pandas.DataFrame
        As `both_classes` returns it.
    favoured : int
        1 for the favoured, 0 for the others.
    """
    mine = table[table["favoured"] == favoured]
    return _ratio_less_one(mine.groupby("cluster")[["wait", "shared"]].sum(), "wait", "shared")


def _ratio_less_one(sums: pd.DataFrame, above: str, below: str) -> Interval:
    """100 (Σ above / Σ below - 1) with its interval over clusters."""
    ratio, n = float(sums[above].sum() / sums[below].sum()), len(sums)
    rest = sums[above] - ratio * sums[below]
    error = math.sqrt(n / (n - 1) * float((rest**2).sum())) / float(sums[below].sum())
    return scaled(around(ratio - 1, error, n - 1), 100.0)


def _plain_change(table: pd.DataFrame, favoured: int) -> Interval:
    overall = float(table["wait"].mean())
    mine = table[table["favoured"] == favoured].assign(shared=overall)
    return _ratio_less_one(mine.groupby("cluster")[["wait", "shared"]].sum(), "wait", "shared")


def _giving_up(table: pd.DataFrame) -> Interval:
    import pyfixest as pf

    fit = pf.feols("gave_up ~ favoured | stratum", data=table, vcov={"CRV1": "cluster"})
    df = table["cluster"].nunique() - 1
    return scaled(around(float(fit.coef()["favoured"]), float(fit.se()["favoured"]), df), 100.0)


def _plain_giving_up(table: pd.DataFrame) -> Interval:
    shares = [table[table["favoured"] == k]["gave_up"] for k in (0, 1)]
    error = math.sqrt(sum(float(s.mean() * (1 - s.mean())) / len(s) for s in shares))
    return scaled(around(float(shares[1].mean() - shares[0].mean()), error), 100.0)
