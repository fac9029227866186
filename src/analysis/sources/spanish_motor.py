"""Spanish motor insurance: three years of renewals of one insurer, with the offers that were accepted and those refused.

Where a policy lapsed on its last day of renewal, the premium of that row is the offer that was refused. With the premium of
the year before, 51,000 renewals have a price change and an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources._holdout_score import score_others
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, one_rate, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "spanish_motor"
MEMBER = "Motor vehicle insurance data.csv"
DATES = ("Date_start_contract", "Date_last_renewal", "Date_birth", "Date_lapse")
LARGEST_CHANGE = 1.28
"""Premiums that rise or fall by more than this factor (one in fifteen) mostly changed with the cover and are left out."""
JUDGED_YEAR = 2018

CONTEXT = Context.public(
    source="Spanish motor insurance",
    population="motor policies of one Spanish insurer, due for renewal",
    period="November 2016 to November 2018",
    outcome="did not take the renewal offer",
    currency="EUR",
)


files = partial(public_files, NAME, "raw.zip")


def read(path: Path) -> pd.DataFrame:
    """One row a policy and year, sorted by both; dates as such."""
    raw = read_csv(path, member=MEMBER, sep=";")
    raw[list(DATES)] = raw[list(DATES)].apply(pd.to_datetime, format="%d/%m/%Y")
    return raw.sort_values(["ID", "Date_last_renewal"], ignore_index=True)


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the article says (policy-years, policies, span) and what the reading of the lapse date rests on."""
    require_fact(NAME, "policy-years", 105_555, len(raw))
    require_fact(NAME, "policies", 53_502, raw["ID"].nunique())
    span = (str(raw["Date_last_renewal"].min().date()), str(raw["Date_last_renewal"].max().date()))
    require_fact(NAME, "first and last renewal", ("2015-11-02", "2018-11-30"), span)
    require_fact(NAME, "two rows of a policy and day", 0, int(raw.duplicated(["ID", "Date_last_renewal"]).sum()))
    refused = raw["Date_lapse"] == raw["Date_last_renewal"]
    go_on = raw["ID"].duplicated(keep="last")
    require_fact(NAME, "policies that go on after a refusal", 0, int((refused & go_on).sum()))


def renewals(raw: pd.DataFrame) -> pd.DataFrame:
    """Renewals with last year's premium: columns of the file, with `before_…` from the policy's row a year earlier.

    Left out: a policy's first row (53,502: no premium before), and rows of policies that had lapsed before the renewal.
    """
    before = raw.groupby("ID")[["Premium", "Policies_in_force", "N_claims_year"]].shift().add_prefix("before_")
    table = raw.join(before)
    table = kept(
        NAME,
        "renewals",
        "policy-years",
        table,
        ("a policy's first: no premium before", lambda t: t["before_Premium"].isna()),
        ("lapsed before the renewal", lambda t: t["Date_lapse"] < t["Date_last_renewal"]),
    ).reset_index(drop=True)
    return table.assign(lapsed=(table["Date_lapse"] == table["Date_last_renewal"]).astype(int))


def features(table: pd.DataFrame) -> pd.DataFrame:
    """Risk, payment and customer as numbers, all known before the answer; claims are those of the year before."""
    day = table["Date_last_renewal"]
    columns = {
        "x_log_last_premium": np.log(table["before_Premium"]),
        "x_claims_year_before": table["before_N_claims_year"].clip(upper=3),
        "x_half_yearly_payment": table["Payment"],
        "x_broker": table["Distribution_channel"],
        "x_urban": table["Area"],
        "x_second_driver": table["Second_driver"],
        "x_age": (day - table["Date_birth"]).dt.days / 3652.5,
        "x_age_squared": ((day - table["Date_birth"]).dt.days / 3652.5) ** 2,
        "x_vehicle_age": (day.dt.year - table["Year_matriculation"]) / 10,
        "x_log_vehicle_value": np.log(table["Value_vehicle"]),
        "x_power": table["Power"] / 100,
        "x_months_since_2015": (day.dt.year - 2015) + day.dt.month / 12,
        **{f"x_risk_{kind}": (table["Type_risk"] == kind).astype(float) for kind in (2, 3, 4)},
    }
    return pd.DataFrame(columns).astype(float)


def tenure(table: pd.DataFrame) -> pd.Series:
    """Years from the start of the contract; the file's `Seniority` is the state at extraction and is not used."""
    return ((table["Date_last_renewal"] - table["Date_start_contract"]).dt.days / 365.25).clip(lower=0)


def price_table(table: pd.DataFrame, *, every_change: bool = False) -> pd.DataFrame:
    """Lapse and price change at each renewal; unless asked, without changes beyond `LARGEST_CHANGE`."""
    change = np.log(table["Premium"] / table["before_Premium"])
    wanted = pd.DataFrame(
        {
            "unit_id": table.index,
            "lapsed": table["lapsed"],
            "price_change": change,
            "tenure_years": tenure(table),
            "cluster": table["ID"],
        }
    ).join(features(table))
    wanted["x_several_policies"] = (table["before_Policies_in_force"] > 1).astype(float)
    if every_change:
        return wanted
    beyond = (
        f"premium changed by a factor of more than {LARGEST_CHANGE}",
        lambda t: ~(t["price_change"].abs() <= np.log(LARGEST_CHANGE)),
    )
    return kept(NAME, "price_exposure", "renewals", wanted, beyond).reset_index(drop=True)


def products_table(table: pd.DataFrame, *, same_row: bool = False) -> pd.DataFrame:
    """Several policies in force a year before the renewal against one, and lapse.

    Parameters
    ----------
    same_row : bool
        True: the number in the row of the renewal itself, which may have been counted after the policy had lapsed.
    """
    number = table["Policies_in_force" if same_row else "before_Policies_in_force"]
    return pd.DataFrame(
        {
            "unit_id": table.index,
            "treated": (number > 1).astype(int),
            "dose": number,
            "outcome": table["lapsed"],
            "cluster": table["ID"],
            "x_tenure": tenure(table),
        }
    ).join(features(table))


def score_table(table: pd.DataFrame) -> pd.DataFrame:
    """Scores of the renewals of 2018, made on renewals up to 2017 of other policies (those with even numbers)."""
    known = price_table(table, every_change=True).drop(columns=["unit_id", "lapsed", "cluster"])
    known["rise"] = known["price_change"].clip(lower=0)
    known["tenure_years"] = np.log1p(known["tenure_years"])
    late = (table["Date_last_renewal"].dt.year == JUDGED_YEAR).to_numpy()
    even = (table["ID"] % 2 == 0).to_numpy()
    first, second = np.flatnonzero(~late & even), np.flatnonzero(late & ~even)
    score = score_others(known, table["lapsed"], first, second)
    return pd.DataFrame({"unit_id": second, "score": score, "outcome": table["lapsed"].to_numpy()[second]})


def churn_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Policies that began or renewed from December 2016 to November 2017, and those lost in the year that followed.

    Lost: lapsed within the year or on the day it ended. Policies that had lapsed by the day itself are not at risk.
    """
    start = kept(
        NAME,
        "churn_rates",
        "policy-years",
        raw,
        ("of another year", lambda t: ~t["Date_last_renewal"].between("2016-12-01", "2017-11-30")),
        ("lapsed by the day", lambda t: t["Date_lapse"] <= t["Date_last_renewal"]),
    )
    lost = start["Date_lapse"] <= start["Date_last_renewal"] + pd.DateOffset(years=1)
    period = "a year from December 2016 to November 2017 on"
    return one_rate("insurance", "a Spanish motor insurer", period, len(start), int(lost.sum()))


load = load_once(files, read, check_facts)


@cache
def load_renewals() -> pd.DataFrame:
    """Renewals with the premium of the year before."""
    return renewals(load())


def _of_renewals(table: Callable[[pd.DataFrame], pd.DataFrame], **words: str) -> Framed:
    return Framed(lambda _: table(load_renewals()), **words)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a Spanish motor insurer, 53,502 policies, 2015 to 2018",
        publisher="Segura-Gisbert, Lledó & Pavía; Mendeley Data 5cxyb5fp4f",
        citation="Segura-Gisbert, Lledó & Pavía (2024), European Actuarial Journal 15, 241-253, "
        "doi 10.1007/s13385-024-00398-0",
        licence="not read (Mendeley Data)",
        accessed="November 2026",
        row="one motor policy in one year, from its renewal",
        defects=(
            "one premium in fifteen rises or falls by more than 28 %, mostly because the cover changed",
            "the year's claims stand in the row of the renewal that opens it: they come after the answer",
            "policies in force may have been counted after leaving; they are taken from the year before",
            "seniority is the state at extraction",
            "a lapse may be a premium that was not paid",
            "no market price",
        ),
        not_for=("what rivals offered", "claims of the same row as a cause of leaving"),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "price_exposure": _of_renewals(price_table, contrast="10 % dearer than last year"),
        "price_exposure/every_change": _of_renewals(
            partial(price_table, every_change=True), contrast="10 % dearer than last year, changes of cover included"
        ),
        "exposure": _of_renewals(
            products_table, contrast="customers with several policies the year before against customers with one"
        ),
        "scores": _of_renewals(score_table, period="2018, trained on 2016 and 2017"),
        "churn_rates": Framed(churn_table, period="December 2016 to November 2018"),
    },
    answers={
        "loyal-customers-tolerate-prices": (
            Answer("price_exposure", {"quantity": "price_tenure_odds_ratio"}),
            Answer("price_exposure", {"quantity": "long_tenure_odds_ratio", "role": "context"}),
            Answer("price_exposure/every_change", {"quantity": "price_tenure_odds_ratio", "role": "context"}),
        ),
        "retained-is-not-loyal": (
            Answer("price_exposure", {"quantity": "own_price_rise"}),
            Answer("price_exposure/every_change", {"quantity": "own_price_rise", "role": "context"}),
        ),
        "lock-in-retains": (
            Answer("exposure", {"quantity": "churn_difference_several_products"}),
            Answer("exposure", {"quantity": "lapse_odds_ratio_several_products", "role": "context"}),
        ),
        "churn-is-predictable": (
            Answer("scores", {"quantity": "auc"}),
            Answer("scores", {"quantity": "top_tenth_lift"}),
        ),
        "industry-churn-gap": (Answer("churn_rates", {"quantity": "finance_churn_rate"}),),
    },
)
