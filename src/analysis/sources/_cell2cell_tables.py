"""Tables made from Cell2Cell's customers: who met failures, who referred, who was called, who left, as frames need them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sources._holdout_score import score_other_half
from analysis.sources.public_files import one_rate
from analysis.sources.row_ledger import Rule, kept

LEAKING = ("RetentionCalls", "RetentionOffersAccepted", "MadeCallToRetentionTeam")
"""Known only once a customer has talked of leaving: never among the features of a score."""

FEWEST_CALLS = 5
"""Customers with fewer calls a month hardly use the service: a failure rate per call says nothing about them."""


def covariates(customers: pd.DataFrame) -> pd.DataFrame:
    """Usage, contract, handset and household as numbers; none of them is a consequence of a failure or of leaving."""

    def log1p(column: str) -> pd.Series:
        return np.log1p(customers[column].clip(lower=0))

    months = customers["MonthsInService"]
    price = pd.to_numeric(customers["HandsetPrice"], errors="coerce")
    columns = {
        "x_calls": np.log1p(calls(customers)),
        "x_minutes": log1p("MonthlyMinutes"),
        "x_revenue": log1p("MonthlyRevenue"),
        "x_recurring_charge": log1p("TotalRecurringCharge"),
        "x_overage": log1p("OverageMinutes"),
        "x_roaming": log1p("RoamingCalls"),
        "x_months": months / 12,
        "x_months_squared": (months / 12) ** 2,
        "x_near_first_year": months.between(11, 13).astype(float),
        "x_first_year": (months < 11).astype(float),
        "x_equipment_years": customers["CurrentEquipmentDays"] / 365.25,
        "x_equipment_over_300_days": (customers["CurrentEquipmentDays"] > 300).astype(float),
        "x_handsets": log1p("Handsets"),
        "x_subscriptions": log1p("ActiveSubs"),
        "x_web_capable": (customers["HandsetWebCapable"] == "Yes").astype(float),
        "x_refurbished": (customers["HandsetRefurbished"] == "Yes").astype(float),
        "x_handset_price": price.fillna(0) / 100,
        "x_handset_price_known": price.notna().astype(float),
        "x_credit_rating": customers["CreditRating"].str[0].astype(float),
        "x_income_group": customers["IncomeGroup"].astype(float),
        "x_age": customers["AgeHH1"].fillna(0) / 10,
        "x_age_known": (customers["AgeHH1"].fillna(0) > 0).astype(float),
        "x_children": (customers["ChildrenInHH"] == "Yes").astype(float),
        "x_credit_card": (customers["HasCreditCard"] == "Yes").astype(float),
        "x_mail_order": (customers["RespondsToMailOffers"] == "Yes").astype(float),
        "x_suburban": (customers["PrizmCode"] == "Suburban").astype(float),
        "x_town": customers["PrizmCode"].isin(("Town", "Rural")).astype(float),
    }
    return pd.DataFrame(columns)


def calls(customers: pd.DataFrame) -> pd.Series:
    """Calls a month that came through or were tried, as the mean of the last months."""
    return customers["PeakCallsInOut"] + customers["OffPeakCallsInOut"]


def _complete(name: str, customers: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Customers that break no rule, with a service area and all covariates."""
    held = [column for column in customers if str(column).startswith("x_")]
    return kept(
        "cell2cell",
        name,
        "customers",
        customers,
        rule,
        ("no service area", lambda t: t["ServiceArea"].isna()),
        ("a covariate is missing", lambda t: t[held].isna().any(axis=1)),
    )


def failures_table(customers: pd.DataFrame) -> pd.DataFrame:
    """Dropped and blocked calls per call made, above the median or not, against leaving.

    Left out: customers with fewer than five calls a month, and those with a covariate or the service area missing.
    """
    few = (f"fewer than {FEWEST_CALLS} calls a month", lambda t: ~(calls(t) >= FEWEST_CALLS))
    usable = _complete("exposure of failures", customers.join(covariates(customers)), few)
    # A blocked call never became one of the calls made; a dropped one did.
    rate = (usable["DroppedCalls"] + usable["BlockedCalls"]) / (calls(usable) + usable["BlockedCalls"])
    return pd.DataFrame(
        {
            "unit_id": usable["CustomerID"],
            "treated": (rate > rate.median()).astype(int),
            "dose": 100 * rate,
            "outcome": usable["left"].astype(float),
            "cluster": pd.factorize(usable["ServiceArea"])[0],
            **{c: usable[c] for c in usable if str(c).startswith("x_")},
        }
    )


def failure_count_table(customers: pd.DataFrame) -> pd.DataFrame:
    """The same with failures counted and not set against use: what a naive analyst takes."""
    n_failures = customers["DroppedCalls"] + customers["BlockedCalls"]
    return pd.DataFrame(
        {
            "unit_id": customers["CustomerID"],
            "treated": (n_failures > n_failures.median()).astype(int),
            "outcome": customers["left"].astype(float),
        }
    )


def lines_table(customers: pd.DataFrame) -> pd.DataFrame:
    """Two active lines or more in the household, or one, against leaving; without those who have none or lack a covariate."""
    held = covariates(customers).drop(columns="x_subscriptions")
    none = ("no active line", lambda t: ~(t["ActiveSubs"] >= 1))
    usable = _complete("exposure of lines", customers.join(held), none)
    return pd.DataFrame(
        {
            "unit_id": usable["CustomerID"],
            "treated": (usable["ActiveSubs"] >= 2).astype(int),
            "outcome": usable["left"].astype(float),
            "cluster": pd.factorize(usable["ServiceArea"])[0],
            **{c: usable[c] for c in held.columns},
        }
    )


def retention_calls_table(customers: pd.DataFrame) -> pd.DataFrame:
    """Customers who talked to the retention team against all others, and leaving."""
    return pd.DataFrame(
        {
            "unit_id": customers["CustomerID"],
            "treated": (customers["RetentionCalls"] > 0).astype(int),
            "outcome": customers["left"].astype(float),
        }
    )


def referrals_table(customers: pd.DataFrame, *, count: bool) -> pd.DataFrame:
    """Stayers against leavers and the referrals each had made, within bands of time as a customer.

    Parameters
    ----------
    count : bool
        True: the outcome is the number of referrals; False: 1 if there was any.
    """
    referrals = customers["ReferralsMadeBySubscriber"]
    bands = pd.cut(customers["MonthsInService"], [5, 8, 11, 14, 17, 20, 23, 29, 35, 47, 61])
    return pd.DataFrame(
        {
            "unit_id": customers["CustomerID"],
            "treated": 1 - customers["left"],
            "outcome": referrals.astype(float) if count else (referrals > 0).astype(float),
            "stratum": "months in service " + bands.astype(str),
        }
    )


def scores_table(customers: pd.DataFrame) -> pd.DataFrame:
    """A logistic score made on one half of the customers and given to the other; what leaks is not among its features."""
    usable = customers.drop(columns=list(LEAKING)).join(covariates(customers))
    extra = {
        "change_of_minutes": usable["PercChangeMinutes"].clip(-500, 500),
        "change_of_revenue": usable["PercChangeRevenues"].clip(-200, 200),
        "failures": (usable["DroppedBlockedCalls"] + 1).pow(0.5),
        "care_calls": (usable["CustomerCareCalls"] + 1).pow(0.5),
        "unanswered": (usable["UnansweredCalls"] + 1).pow(0.5),
    }
    features = pd.concat([usable[[c for c in usable if str(c).startswith("x_")]], pd.DataFrame(extra)], axis=1)
    lacks = ("a feature is missing", lambda t: t.isna().any(axis=1))
    features = kept("cell2cell", "scores", "customers", features, lacks)
    usable = usable.loc[features.index]
    rows, score = score_other_half(features, usable["left"])
    scored = usable.iloc[rows]
    return pd.DataFrame({"unit_id": scored["CustomerID"], "score": score, "outcome": scored["left"]})


def spells_table(customers: pd.DataFrame) -> pd.DataFrame:
    """The month after the sample was taken as a spell of one month, with the guess that the first year was bound."""
    months = customers["MonthsInService"]
    return pd.DataFrame(
        {
            "unit_id": customers["CustomerID"],
            "entry_years": months / 12,
            "duration_years": (months + 1) / 12,
            "event": customers["left"],
            "x_first_year": (months < 12).astype(float),
        }
    )


def churn_rate_table(customers: pd.DataFrame) -> pd.DataFrame:
    """Share who left in the file, as if it were a year's churn."""
    lost = int(customers["left"].sum())
    return one_rate("mobile", "the operator of the Cell2Cell case", "as in the file", len(customers), lost)
