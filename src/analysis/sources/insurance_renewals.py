"""Motor insurance renewals: 23,060 renewal quotes of one European direct insurer in one year, with who lapsed.

Most price changes are not the insurer's choice: they follow the customer's bonus-malus class, which moves with claims and
which other insurers read as well. Only where the class stood still can a price change be asked what it does.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources._holdout_score import score_other_half
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, answers_on, load_once, one_rate, public, require_fact
from analysis.sources.row_ledger import kept

FOLDER = "insurance_lapse"
NAME = "insurance_renewals"

CONTEXT = Context.public(
    source="Motor insurance renewals",
    population="private motor policies of one European direct insurer, due for renewal",
    period="one year, which is not known",
    outcome="did not renew",
)


files = partial(public_files, FOLDER, "eudirectlapse.rda")


def check_facts(renewals: pd.DataFrame) -> None:
    """Assert what the package's manual says: 23,060 policies, 19 columns, three movements of the bonus."""
    require_fact(NAME, "policies", 23_060, len(renewals))
    require_fact(NAME, "columns", 19, len(renewals.columns))
    require_fact(NAME, "movements of the bonus", {"down", "stable", "up"}, set(renewals["polholder_BMCevol"]))
    require_fact(NAME, "lapses other than 0 and 1", 0, int((~renewals["lapse"].isin((0, 1))).sum()))


load_renewals = load_once(files, partial(read_r_table, name="eudirectlapse"), check_facts)


def risk(renewals: pd.DataFrame) -> pd.DataFrame:
    """Risk, vehicle, driver and payment as numbers: what an insurer prices by, and what it was told."""
    drivers = renewals["polholder_diffdriver"]
    power = renewals["vehicl_powerkw"].str.extract(r"(\d+) kW$")[0].astype(float)
    columns = {
        "x_log_pure_premium": np.log(renewals["prem_pure"]),
        "x_bonus_down": (renewals["polholder_BMCevol"] == "down").astype(float),
        "x_bonus_up": (renewals["polholder_BMCevol"] == "up").astype(float),
        "x_age": renewals["polholder_age"] / 10,
        "x_age_squared": (renewals["polholder_age"] / 10) ** 2,
        "x_female": (renewals["polholder_gender"] == "Female").astype(float),
        "x_medical": (renewals["polholder_job"] == "medical").astype(float),
        "x_young_drivers": drivers.isin(("young drivers", "learner 17")).astype(float),
        "x_partner_drives": (drivers == "only partner").astype(float),
        "x_other_drivers": (drivers == "all drivers > 24").astype(float),
        "x_use_unknown": (renewals["policy_caruse"] == "unknown").astype(float),
        "x_log_payments_a_year": np.log(renewals["prem_freqperyear"].str.extract(r"^(\d+)")[0].astype(float)),
        "x_vehicle_age": renewals["vehicl_age"] / 10,
        "x_vehicle_age_bought": renewals["vehicl_agepurchase"] / 10,
        "x_power": power / 100,
        "x_private_garage": (renewals["vehicl_garage"] == "private garage").astype(float),
        "x_street": (renewals["vehicl_garage"] == "street").astype(float),
        **{
            f"x_{region.lower()}": (renewals["vehicl_region"] == region).astype(float)
            for region in sorted(renewals["vehicl_region"].unique())[1:]
        },
    }
    return pd.DataFrame(columns)


def price_table(renewals: pd.DataFrame, *, market: bool) -> pd.DataFrame:
    """Lapse, price change and market gap at each renewal.

    Parameters
    ----------
    market : bool
        False: how far last year's premium lay above the market is a covariate (it was there before the price changed).
        True: it is left out, because the gap itself is the question.
    """
    table = pd.DataFrame(
        {
            "unit_id": renewals.index,
            "lapsed": renewals["lapse"].astype(int),
            "price_change": np.log(renewals["prem_final"] / renewals["prem_last"]),
            "market_gap": np.log(renewals["prem_final"] / renewals["prem_market"]),
            "tenure_years": renewals["policy_age"],
        }
    ).join(risk(renewals))
    table["x_policies"] = np.log(renewals["policy_nbcontract"])
    if not market:
        table["x_last_premium_over_market"] = np.log(renewals["prem_last"] / renewals["prem_market"])
    return table


def products_table(renewals: pd.DataFrame) -> pd.DataFrame:
    """Several policies with this insurer against one, and lapse; prices are left out, being part of what several bring."""
    return pd.DataFrame(
        {
            "unit_id": renewals.index,
            "treated": (renewals["policy_nbcontract"] > 1).astype(int),
            "dose": renewals["policy_nbcontract"],
            "outcome": renewals["lapse"],
            "x_tenure": renewals["policy_age"],
            "x_new": (renewals["policy_age"] == 0).astype(float),
        }
    ).join(risk(renewals))


def scores_table(renewals: pd.DataFrame) -> pd.DataFrame:
    """A logistic score of lapse made on one half of the policies and given to the other."""
    # The market variant: with last year's premium over the market, gap and change would be one column too many.
    features = price_table(renewals, market=True).drop(columns=["unit_id", "lapsed"])
    features["new"] = (features["tenure_years"] == 0).astype(float)
    rows, score = score_other_half(features, renewals["lapse"])
    return pd.DataFrame(
        {"unit_id": renewals.index[rows], "score": score, "outcome": renewals["lapse"].to_numpy()[rows].astype(int)}
    )


def churn_rate_table(renewals: pd.DataFrame) -> pd.DataFrame:
    """Lapses of one renewal round."""
    lost = int(renewals["lapse"].sum())
    return one_rate("insurance", "a European direct motor insurer", "one renewal round", len(renewals), lost)


def class_stood_still(renewals: pd.DataFrame) -> pd.DataFrame:
    """Renewals whose bonus-malus class did not move: their price changed, if it did, for other reasons than claims."""
    moved = ("bonus class moved", lambda t: t["polholder_BMCevol"] != "stable")
    return kept(NAME, "price_exposure/increase", "policies", renewals, moved)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a European motor insurer, 23,060 policies due for renewal",
        publisher="R package CASdatasets (Christophe Dutang, Arthur Charpentier); insurer not named",
        citation="Dutang & Charpentier, CASdatasets: Insurance datasets, data set eudirectlapse",
        licence="GPL (2 or later), of the package",
        accessed="package file as of the listed commit",
        row="one policy at its yearly renewal",
        defects=(
            "insurer, country and year are not known",
            "price changes follow the bonus-malus class: every fall comes with a better class, every rise of 10 % or more "
            "with a worse one; only 817 policies got dearer without such a movement",
            "the market premium is a proxy",
        ),
        not_for=(
            "large price increases: those of 10 % or more follow a claim, and the worse class follows the customer",
        ),
    ),
    files=files,
    load=lambda: load_renewals(),
    builders={
        "price_exposure/increase": Framed(
            lambda renewals: price_table(class_stood_still(renewals), market=False),
            contrast="10 % dearer than last year, bonus class unchanged",
        ),
        "price_exposure/any_change": Framed(
            partial(price_table, market=False), contrast="10 % dearer than last year, whatever the reason"
        ),
        "price_exposure/market": Framed(
            partial(price_table, market=True),
            contrast="10 % dearer than the market",
            indirect="the market price is a proxy, not an offer that the customer had; its error pulls the estimate toward none",
            fault="market_misread",
        ),
        "exposure": Framed(products_table, contrast="customers with several policies against customers with one"),
        "scores": Framed(
            scores_table, indirect="judged on other policies of the same renewal round, not on a later one"
        ),
        "churn_rates": Framed(churn_rate_table),
    },
    answers={
        "loyal-customers-tolerate-prices": (
            Answer("price_exposure/increase", {"quantity": "price_tenure_odds_ratio"}),
            Answer("price_exposure/increase", {"quantity": "long_tenure_odds_ratio", "role": "context"}),
            Answer("price_exposure/any_change", {"quantity": "price_tenure_odds_ratio", "adjusted": False}),
        ),
        "retained-is-not-loyal": (
            Answer("price_exposure/market", {"quantity": "lapse_per_market_gap"}),
            Answer("price_exposure/market", {"quantity": "lapse_odds_ratio_market_gap", "role": "context"}),
        ),
        "lock-in-retains": (
            Answer("exposure", {"quantity": "churn_difference_several_products"}),
            Answer("exposure", {"quantity": "lapse_odds_ratio_several_products", "role": "context"}),
        ),
        "churn-is-predictable": answers_on("scores", "auc", "top_tenth_lift"),
        "industry-churn-gap": (Answer("churn_rates", {"quantity": "finance_churn_rate"}),),
    },
)
