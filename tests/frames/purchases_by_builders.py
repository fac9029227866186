"""Frames of a purchase log by a company's builders, called as `purchases_in_pandas` is, so that one test asks both."""

from __future__ import annotations

import datetime
from dataclasses import replace
from unittest import mock

import pandas as pd

from analysis.company.settings import Settings
from analysis.company.store import Company
from analysis.core.calendar_days import day_number
from analysis.frames.builders import accounts, points, purchases
from analysis.sources.purchase_log import occasions_of


def opened(log: pd.DataFrame, end: str, first_day: str | None = None, **more: pd.DataFrame) -> Company:
    """A company with these tables, observed from `first_day` on, whether anybody bought on it or not."""
    tables = {
        name: table.assign(customer_id=table["customer_id"].astype(str).str.zfill(6))
        for name, table in {"transactions": log, **more}.items()
    }
    company = Company(Settings(name="Invented", end_of_observation=datetime.date.fromisoformat(end)), tables=tables)
    if first_day:
        day = day_number(datetime.date.fromisoformat(first_day))
        company._clean["transactions"] = replace(company.read("transactions"), first=day)
    return company


def _named(table: pd.DataFrame, log: pd.DataFrame, column: str = "customer_id") -> pd.DataFrame:
    names = sorted(log["customer_id"].unique())
    return table.assign(**{column: table[column].map(dict(enumerate(names)))})


def occasions_from_lines(lines):
    return occasions_of(opened(lines, str(lines["at"].max().date())))


def customer_periods_from_purchases(log, end, *, first_day=None):
    return _named(purchases.build_customer_periods(opened(log, end, first_day)).table, log)


def customer_summary_from_purchases(log, end, *, with_amounts=False):
    return purchases.build_customer_summary(opened(log, end), with_amounts=with_amounts).table


def customer_holdout_from_purchases(log, split, end):
    day = datetime.date.fromisoformat(split)
    return purchases.build_customer_holdout(opened(log, end), split_day=day).table


def repeat_trials_from_purchases(log, end):
    return _named(purchases.build_repeat_trials(opened(log, end)).table, log)


def account_periods_from_purchases(log, first_day, end, *, freq="Q", window_periods=1, newcomers_known=True):
    company = opened(log, end, first_day)
    months = 3 if freq == "Q" else 1
    return accounts.build_account_periods(
        company, months_each=months, window=window_periods, newcomers_known=newcomers_known, run_in_months=0
    ).table


def segment_revenue_from_purchases(log, first_day, end, *, burn_in_months=0):
    return accounts.build_segment_revenue(opened(log, end, first_day), run_in_months=burn_in_months).table


def cohort_activity_from_purchases(log, first_day, end):
    return accounts.build_cohort_activity(opened(log, end, first_day)).table


def redemption_windows_from_purchases(log, redeemed, first_day, end, *, weeks):
    company = opened(log, end, first_day, points=redeemed.assign(points=-1, kind="redeem"))
    with mock.patch.object(points, "WEEKS", weeks):
        table = points.build_redemption_windows(company, placebos=False).table
    return _named(table, redeemed, "unit_id")
