"""Kiwi Bubbles: every purchase of a new drink by the panellists who tried it in its first year, two test markets.

The name is made up, the panel is real. Since the product was new, the first purchase in the file is the first one there
could be.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import load_once, public, read_csv, require_fact
from analysis.sources.purchase_log import built, opened

NAME = "kiwi_bubbles"
LAUNCH = "2000-01-01"
"""A day to count from: the file numbers weeks and days since the launch, whose date is not known."""
END_OF_OBSERVATION = "2000-12-29"
"""Day 364 from the launch: the end of week 52."""
N_WEEKS, DAYS_PER_WEEK = 52, 7

CONTEXT = Context.public(
    source="Kiwi Bubbles panel",
    population="344 households of two test markets who tried a new drink",
    period="the 52 weeks after its launch, 1990s",
    indirect="purchases of one new product, not of a firm's whole range",
)


files = partial(public_files, NAME, "kiwibubbles_tran.csv")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert rows, panellists by market, and the weeks and days of the launch year."""
    require_fact(NAME, "purchases", 857, len(raw))
    panellists = raw.groupby("Market")["Panelist ID"].nunique().to_dict()
    require_fact(NAME, "panellists by market", {1: 205, 2: 139}, panellists)
    require_fact(NAME, "weeks", (1, N_WEEKS), (int(raw["Week"].min()), int(raw["Week"].max())))
    require_fact(NAME, "days", set(range(1, DAYS_PER_WEEK + 1)), set(raw["Day"]))


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """One row a purchase: customer_id, at, amount. The file has units and no prices; amount is units here."""
    days = (raw["Week"] - 1) * DAYS_PER_WEEK + raw["Day"] - 1
    return pd.DataFrame(
        {
            "customer_id": raw["Panelist ID"],
            "at": pd.Timestamp(LAUNCH) + pd.to_timedelta(days, unit="D"),
            "amount": raw["Units"].astype(float),
        }
    )


load = load_once(files, read_csv, check_facts, process)


open_log = opened(CONTEXT, END_OF_OBSERVATION, lambda: {"transactions": load()})


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="344 households in two test markets who tried a new drink in the 1990s",
        publisher="Peter Fader, Bruce Hardie and Robert Zeithammer, from a panel of Information Resources",
        citation="Fader, Hardie & Zeithammer (2003), Journal of Forecasting 22(5), 391-410",
        licence="academic use",
        accessed="November 2026",
        row="one purchase: panellist, market, week and day since the launch, units",
        defects=("brand and dates are masked", "no prices", "only panellists who tried are in it"),
        not_for=("growth: in its first year a product's buyers are all new", "money"),
    ),
    files=files,
    tables=open_log,
    builders={
        "repeat_trials": built("repeat_trials", open_log, CONTEXT),
        "customer_summary": built("customer_summary", open_log, CONTEXT),  # from trial to the end of the year
    },
    answers={"repeat-momentum": (Answer("repeat_trials"),)},
    not_identified={
        "retention-drives-growth": NotIdentified(
            reason="The first year of a new product: nobody could have been lost before it began, so wins lead by "
            "construction, as losses do in a closed cohort.",
        ),
        "retention-profit-leverage": NotIdentified(
            reason="One new product in its first year: who stops buying it need not leave the shop, and prices are not in "
            "the file.",
        ),
    },
)
