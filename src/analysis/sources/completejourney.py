"""Complete Journey: grocery baskets of about 2,400 households in 2017, with the coupons they were sent and redeemed.

Of the baskets only a sample is at hand: 75,000 lines drawn from about one and a half million. A basket is seen if one of its
lines was drawn, so what is counted per household is mostly the drawing. The panel was chosen among frequent shoppers and
nobody joins it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, Frame, spec
from analysis.frames.derive import customer_periods_from_purchases, repeat_trials_from_purchases
from analysis.frames.derive_periods import (
    account_periods_from_purchases,
    redemption_windows_from_purchases,
    segment_revenue_from_purchases,
)
from analysis.sources._xdr import read_large_r_table
from analysis.sources.base import Answer, DataCard, NotIdentified, Source, require_fact
from analysis.sources.manifest import public_file

if TYPE_CHECKING:
    import pandas as pd

NAME = "completejourney"
FIRST_DAY, END_OF_OBSERVATION = "2017-01-01", "2017-12-31"
TIMEZONE = "America/New_York"
SILENT_MONTHS = 3
FILES = ("transactions_sample", "coupon_redemptions", "campaigns", "campaign_descriptions")

CONTEXT = Context(
    source="Complete Journey",
    kind=Kind.PUBLIC,
    design=Design.OBSERVATIONAL,
    population="frequent shoppers of a US grocery chain, a twentieth of their lines",
    period="2017",
    currency="USD",
)


def files() -> tuple[Path, ...]:
    """Paths of the files in the data folder, in the order of `FILES`."""
    return tuple(public_file(NAME, f"{name}.rda") for name in FILES)


def check_facts(lines: pd.DataFrame, redemptions: pd.DataFrame, mailed: pd.DataFrame, campaigns: pd.DataFrame) -> None:
    """Assert what the package documents: sample size, weeks, redemptions, mailings, campaigns by type."""
    require_fact(NAME, "lines of the sample", 75_000, len(lines))
    require_fact(NAME, "households in the sample", 2_377, lines["household_id"].nunique())
    require_fact(NAME, "weeks", (1, 53), (int(lines["week"].min()), int(lines["week"].max())))
    require_fact(NAME, "redemptions", 2_102, len(redemptions))
    require_fact(NAME, "households that redeemed", 410, redemptions["household_id"].nunique())
    require_fact(NAME, "mailings", 6_589, len(mailed))
    types = {name: int(n) for name, n in campaigns["campaign_type"].value_counts().sort_index().items()}
    require_fact(NAME, "campaigns by type", {"Type A": 4, "Type B": 17, "Type C": 6}, types)


def process_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Sampled lines to sampled occasions: customer_id, at (day at the shop), amount (USD of the lines drawn)."""
    import pandas as pd

    at = pd.to_datetime(lines["transaction_timestamp"], unit="s", utc=True).dt.tz_convert(TIMEZONE).dt.tz_localize(None)
    log = pd.DataFrame(
        {"customer_id": lines["household_id"].astype(int), "at": at.dt.normalize(), "amount": lines["sales_value"]}
    )
    return log.groupby(["customer_id", "at"], as_index=False)["amount"].sum()


def process_redemptions(redemptions: pd.DataFrame) -> pd.DataFrame:
    """One row a redeemed coupon: customer_id, at."""
    import pandas as pd

    return pd.DataFrame(
        {
            "customer_id": redemptions["household_id"].astype(int),
            "at": pd.to_datetime(redemptions["redemption_date"], unit="D"),
        }
    )


def process_mailings(mailed: pd.DataFrame, campaigns: pd.DataFrame, redemptions: pd.DataFrame) -> pd.DataFrame:
    """One row a household and campaign: unit_id, treated (1: not type A), outcome (1: redeemed), cluster (household)."""
    import pandas as pd

    sent = mailed.merge(campaigns[["campaign_id", "campaign_type"]], on="campaign_id")
    used = redemptions[["household_id", "campaign_id"]].drop_duplicates().assign(outcome=1.0)
    sent = sent.merge(used, how="left", on=["household_id", "campaign_id"]).fillna({"outcome": 0.0})
    return pd.DataFrame(
        {
            "unit_id": range(len(sent)),
            "treated": (sent["campaign_type"] != "Type A").astype(int),
            "outcome": sent["outcome"],
            "cluster": sent["household_id"].astype(int),
        }
    )


@cache
def load() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read, check and process the files: sampled occasions, redemptions, mailings."""
    tables = [read_large_r_table(path, name) for path, name in zip(files(), FILES, strict=True)]
    check_facts(*tables)
    lines, redemptions, mailed, campaigns = tables
    return process_lines(lines), process_redemptions(redemptions), process_mailings(mailed, campaigns, redemptions)


@cache
def build_customer_periods() -> Frame:
    """Quarters of 2017 after the one in which a household is first drawn."""
    table = customer_periods_from_purchases(load()[0], END_OF_OBSERVATION, first_day=FIRST_DAY)
    return spec("customer_periods").check(table, CONTEXT)


@cache
def build_repeat_trials() -> Frame:
    """Sampled occasions numbered as if they were all of a household's purchases."""
    return spec("repeat_trials").check(repeat_trials_from_purchases(load()[0], END_OF_OBSERVATION), CONTEXT)


@cache
def build_segment_revenue() -> Frame:
    """Months of 2017; new is which household is drawn for the first time."""
    return spec("segment_revenue").check(
        segment_revenue_from_purchases(load()[0], FIRST_DAY, END_OF_OBSERVATION), CONTEXT
    )


@cache
def build_account_periods() -> Frame:
    """Months from April on; lost is which household was not drawn for three months."""
    table = account_periods_from_purchases(
        load()[0], FIRST_DAY, END_OF_OBSERVATION, freq="M", window_periods=SILENT_MONTHS, newcomers_known=False
    )
    return spec("account_periods").check(table, CONTEXT)


@cache
def build_redemption_windows() -> Frame:
    """Sampled occasions in the eight weeks round each day with a redemption."""
    occasions, redemptions, _ = load()
    table = redemption_windows_from_purchases(occasions, redemptions, FIRST_DAY, END_OF_OBSERVATION)
    return spec("redemption_windows").check(table, CONTEXT)


@cache
def build_campaign_types() -> Frame:
    """Mailings by type: A lets every household have coupons picked for it, B and C send one set to all."""
    context = replace(
        CONTEXT,
        population="households of a US grocery chain to whom coupons were sent",
        outcome="1 if the household redeemed a coupon of the campaign",
        contrast="coupons in one set for all against coupons picked for the household",
    )
    return spec("exposure").check(load()[2], context)


SAMPLED = (
    "Only one line in twenty is at hand. A basket is seen if one of its lines was drawn, so large baskets are seen oftener than "
    "small ones, and most of a household's purchases are not seen at all."
)

SOURCE = Source(
    name=NAME,
    title=CONTEXT.source,
    kind=Kind.PUBLIC,
    delivery="download",
    data_card=DataCard(
        publisher="84.51°, Complete Journey 2.0; R package completejourney (Bradley Boehmke)",
        citation="84.51° (2018), The Complete Journey 2.0; Boehmke & Mooney, R package completejourney",
        licence="CC0 (package)",
        accessed="November 2026",
        row="one line of a basket; one redeemed coupon; one mailing",
        defects=(
            "only a sample of 75,000 lines of the baskets",
            "one year, households chosen as frequent shoppers, none joins or leaves",
            "who was sent which campaign was chosen by the chain",
        ),
        not_for=("purchases and spend of a household", "first purchases, new customers, leavers"),
    ),
    files=files,
    builders={
        "customer_periods": build_customer_periods,
        "repeat_trials": build_repeat_trials,
        "segment_revenue": build_segment_revenue,
        "account_periods": build_account_periods,
        "redemption_windows": build_redemption_windows,
        "exposure/campaign_type": build_campaign_types,
    },
    not_identified={
        "spend-grows-with-tenure": NotIdentified(
            reason=f"{SAMPLED} When the households became customers is not known either, and one year cannot tell a season "
            "from tenure.",
            naive=Answer("customer_periods"),
        ),
        "repeat-momentum": NotIdentified(
            reason=f"{SAMPLED} The number of a purchase and the wait for the next are therefore not known.",
            naive=Answer("repeat_trials", {"naive_only": True}),
        ),
        "repeat-revenue-is-steadier": NotIdentified(
            reason="A panel of established households: nobody in it is a new customer. Which household is drawn for the first "
            "time in a month is an accident of the sample.",
            naive=Answer("segment_revenue"),
        ),
        "retention-drives-growth": NotIdentified(
            reason="A panel that nobody joins or leaves: which household appears or disappears for months is an accident of "
            "the sample.",
            naive=Answer("account_periods"),
        ),
        "redemption-lifts-purchases": NotIdentified(
            reason=f"{SAMPLED} So more lines after a redemption may be larger baskets and not more purchases; the redeeming one "
            "can rarely be told apart, and coupons come with the chain's campaigns, which move purchases too.",
            naive=Answer("redemption_windows"),
        ),
        "redemption-friction-deters": NotIdentified(
            reason="The campaign types differ in whom they were sent to and in how many coupons they held; how hard a coupon "
            "was to use is not recorded.",
            naive=Answer("exposure/campaign_type", {"quantity": "redemption_difference", "adjusted": False}),
        ),
    },
)
