"""Frames from purchases: counted by hand on eight rows, and equal to a second derivation on invented data and CDNOW."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.company.store import Company, open_company
from analysis.core.calendar_days import day_of
from analysis.frames.builders import accounts, purchases
from analysis.frames.builders.occasions import observation, whole_months
from tests.frames import purchases_in_pandas as derive

# Customer a: 1 January and 15 January (twice that day), back in June. b: once, and sent all of it back the same day; then
# again on 1 February, of which part went back the same day. c: a return that no purchase goes with.
LOG = """customer_id,at,amount
a,2024-01-01,10
a,2024-01-15,20
a,2024-01-15,5
a,2024-06-10,40
b,2024-01-20,30
b,2024-01-20,-30
b,2024-02-01,8
b,2024-02-01,-3
c,2024-06-29,-4
"""
TOML = '[company]\nend_of_observation = "2024-06-30"\n'


@pytest.fixture
def shop(company: Callable[..., Company]) -> Company:
    return company({"transactions.csv": LOG}, TOML)


def left_out(company: Company, key: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.ledger()[key].left_out}


def test_occasions_are_days_net_of_same_day_returns(shop: Company) -> None:
    table = purchases.build_purchases(shop).table
    assert [(int(r.customer_id), str(r.at.date()), r.amount) for r in table.itertuples()] == [
        (0, "2024-01-01", 10.0),
        (0, "2024-01-15", 25.0),
        (0, "2024-06-10", 40.0),
        (1, "2024-02-01", 5.0),
    ]
    assert left_out(shop, "purchases") == {
        "order undone by returns on the same day": 2,
        "return on a day without a purchase: changes no occasion": 1,
    }


def test_summary_by_hand(shop: Company) -> None:
    """a: 2 repeats, 161 days from first to last, 181 days to 30 June; b: none, 150 days."""
    table = purchases.build_customer_summary(shop, with_amounts=True).table
    assert table.to_dict("records") == [
        {"frequency": 0, "recency_weeks": 0.0, "T_weeks": 150 / 7, "monetary": 0.0, "n_customers": 1},
        {"frequency": 2, "recency_weeks": 161 / 7, "T_weeks": 181 / 7, "monetary": 32.5, "n_customers": 1},
    ]


def test_summary_counts_customers_of_equal_history_together(company) -> None:
    log = "customer_id,at,amount\n1,2024-01-01,5\n2,2024-01-01,7\n3,2024-01-08,1\n"
    table = purchases.build_customer_summary(company({"t.csv": log})).table
    assert table[["frequency", "T_weeks", "n_customers"]].values.tolist() == [[0, 0, 1], [0, 1, 2]]


def test_holdout_by_hand(shop: Company) -> None:
    """1 January to 30 June are 181 days: history ends on 31 March. After it, a bought once and b not at all."""
    table = purchases.build_customer_holdout(shop).table
    assert table.to_dict("records") == [
        {
            "frequency": 0,
            "recency_weeks": 0.0,
            "T_weeks": 59 / 7,
            "holdout_frequency": 0,
            "holdout_weeks": 13.0,
            "n_customers": 1,
        },
        {
            "frequency": 1,
            "recency_weeks": 2.0,
            "T_weeks": 90 / 7,
            "holdout_frequency": 1,
            "holdout_weeks": 13.0,
            "n_customers": 1,
        },
    ]


def test_repeat_trials_by_hand(shop: Company) -> None:
    table = purchases.build_repeat_trials(shop).table
    assert table.fillna(-1).values.tolist() == [[0, 1, 14, 181], [0, 2, 147, 167], [0, 3, -1, 20], [1, 1, -1, 150]]


def test_customer_periods_by_hand(shop: Company) -> None:
    """Only June remains: the first quarter is the joining quarter of both. Tenure of a on 10 June is 161 days."""
    table = purchases.build_customer_periods(shop).table
    assert table.to_dict("records") == [
        {"customer_id": 0, "period": 1, "tenure_years": pytest.approx(161 / 365.25), "n_purchases": 1, "spend": 40.0}
    ]
    assert left_out(shop, "customer_periods")["quarter of joining: a part quarter for this customer"] == 5


def test_account_by_hand(shop: Company) -> None:
    """Two whole quarters: a and b buy in the first, a in the second; 40 in place of a's 35, b's 5 are lost."""
    row = accounts.build_account_periods(shop).table.iloc[0].to_dict()
    assert row.pop("years") == pytest.approx(91 / 365.25)
    assert str(row.pop("period_start").date()) == "2024-04-01"
    assert row == {
        "n_start": 2,
        "n_won": 0,
        "n_resurrected": 0,
        "n_lost": 1,
        "n_end": 1,
        "n_passing": 0,
        "revenue_start": 40.0,
        "revenue_won": 0.0,
        "revenue_resurrected": 0.0,
        "revenue_lost": 5.0,
        "revenue_expansion": 5.0,
        "revenue_contraction": 0.0,
        "revenue_end": 40.0,
    }


def test_cohorts_by_hand(shop: Company) -> None:
    table = accounts.build_cohort_activity(shop).table
    january = table[table["cohort"] == "2024-01"]
    assert january["n_surviving"].tolist() == [1, 0, 0, 0, 0, 1]
    assert january["revenue"].tolist() == [35, 0, 0, 0, 0, 40]
    assert table[table["cohort"] == "2024-02"]["n_surviving"].tolist() == [1, 0, 0, 0, 0]


def test_a_log_that_ends_within_a_month_has_no_part_month_in_it(company) -> None:
    log = LOG + "d,2024-07-05,9\n"
    opened = company({"t.csv": log}, '[company]\nend_of_observation = "2024-07-30"\n')
    first, last = whole_months(opened)
    assert (first % 12 + 1, last % 12 + 1) == (1, 6)
    assert accounts.build_segment_revenue(opened).table["period_start"].max() == pd.Timestamp("2024-06-01")


def invented(seed: int, n: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2021-02-10") + pd.to_timedelta(rng.integers(0, 1000, n), unit="D")
    return pd.DataFrame(
        {"customer_id": rng.integers(1000, 1250, n), "at": days, "amount": rng.integers(-300, 2000, n) / 100}
    )


def same(found: pd.DataFrame, expected: pd.DataFrame, key: list[str]) -> None:
    found = found.sort_values(key, ignore_index=True)[sorted(found.columns)]
    expected = expected.sort_values(key, ignore_index=True)[sorted(expected.columns)]
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-6)


def against_pandas(company: Company, log: pd.DataFrame, run_in: int) -> None:
    """Every frame from the engine equals the one that pandas makes of the same occasions."""
    first, last = (str(day_of(d)) for d in observation(company))
    summary = ["frequency", "recency_weeks", "T_weeks"]
    split = str(day_of(observation(company)[0] + (observation(company)[1] - observation(company)[0]) // 2))
    same(purchases.build_purchases(company).table, log, ["customer_id", "at"])
    same(purchases.build_customer_summary(company).table, derive.customer_summary_from_purchases(log, last), summary)
    with_amounts = purchases.build_customer_summary(company, with_amounts=True).table
    same(
        with_amounts.loc[with_amounts.index.repeat(with_amounts["n_customers"])].drop(columns="n_customers"),
        derive.customer_summary_from_purchases(log, last, with_amounts=True)
        .pipe(lambda t: t.loc[t.index.repeat(t["n_customers"])])
        .drop(columns="n_customers"),
        [*summary, "monetary"],
    )
    same(
        purchases.build_customer_holdout(company).table,
        derive.customer_holdout_from_purchases(log, split, last),
        [*summary, "holdout_frequency"],
    )
    same(
        purchases.build_repeat_trials(company).table,
        derive.repeat_trials_from_purchases(log, last),
        ["customer_id", "purchase_number"],
    )
    same(
        purchases.build_customer_periods(company).table,
        derive.customer_periods_from_purchases(log, last, first_day=first),
        ["customer_id", "period"],
    )
    account = derive.account_periods_from_purchases(log, first, last)
    same(accounts.build_account_periods(company).table, account.iloc[run_in // 3 :], ["period_start"])
    same(
        accounts.build_segment_revenue(company).table,
        derive.segment_revenue_from_purchases(log, first, last, burn_in_months=run_in),
        ["period_start", "segment"],
    )
    same(
        accounts.build_cohort_activity(company).table,
        derive.cohort_activity_from_purchases(log, first, last),
        ["cohort", "period"],
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_frames_equal_those_of_pandas_on_invented_data(tmp_path: Path, seed: int) -> None:
    lines = invented(seed)
    lines.to_csv(tmp_path / "transactions.csv", index=False)
    log = derive.occasions_from_lines(lines.assign(is_return=lines["amount"] < 0))
    codes = {customer: code for code, customer in enumerate(sorted(log["customer_id"].unique()))}
    against_pandas(
        open_company(tmp_path), log.assign(customer_id=log["customer_id"].map(codes)), accounts.RUN_IN_MONTHS
    )


def test_frames_equal_those_of_pandas_on_cdnow(tmp_path: Path) -> None:
    from analysis.sources.cdnow import files, read

    raw = read(files()[0]).assign(at=lambda t: pd.to_datetime(t["at"], format="%Y%m%d"))
    log = raw.groupby(["customer_id", "at"], as_index=False)["amount"].sum()
    log.to_csv(tmp_path / "transactions.csv", index=False)
    codes = {c: i for i, c in enumerate(sorted(log["customer_id"].unique(), key=str))}
    # 18 months are too short to spare a run-in.
    against_pandas(open_company(tmp_path), log.assign(customer_id=log["customer_id"].map(codes)), 0)


def test_one_customer_with_very_many_purchases_and_many_with_one(tmp_path: Path) -> None:
    n = 50_000
    many = pd.DataFrame({"customer_id": "guest", "at": pd.Timestamp("2023-01-01"), "amount": 1.0}, index=range(n))
    many["at"] += pd.to_timedelta(np.arange(n) % 700, unit="D")
    one = pd.DataFrame({"customer_id": np.arange(n), "at": pd.Timestamp("2024-06-01"), "amount": 2.0})
    pd.concat([many, one]).to_csv(tmp_path / "transactions.csv", index=False)
    summary = purchases.build_customer_summary(open_company(tmp_path)).table
    assert summary[["frequency", "n_customers"]].values.tolist() == [[0, n], [699, 1]]


def test_no_row_is_lost_on_the_way_into_any_frame(tmp_path: Path) -> None:
    lines = invented(3)
    lines.to_csv(tmp_path / "transactions.csv", index=False)
    opened = open_company(tmp_path)
    accounts.build_account_periods(opened)
    accounts.build_account_periods(opened, months_each=1)
    accounts.build_segment_revenue(opened)
    accounts.build_cohort_activity(opened)
    purchases.build_customer_periods(opened)
    purchases.build_customer_holdout(opened)
    entries = opened.ledger().entries
    assert len(entries) == 7
    assert {entry.rows_in for entry in entries} == {len(lines)}
