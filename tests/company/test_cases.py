"""Small companies after public bug reports, with what is right of each: accounts, cohorts, effects, and what is said.

The first half is written here and right by construction; the second reads the eleven companies that lie beside the public
files, and skips where they are not there.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis import measures
from analysis.company.initialising import init_company
from analysis.company.looking import notes
from analysis.measures.growth import growth_accounting
from analysis.notebook.views.measures.asking import observed_to
from analysis.reporting.own_data_check import check_company
from analysis.sources.base import Source
from analysis.sources.own_tables import company_source

END = '[company]\nend_of_observation = "2023-12-31"\n'
FROM_START = f'{END}losses_seen_from = "start"\n'
HEAD = "customer_id,started_at,ended_at,end_reason\n"


def text(rows: list[tuple[str, ...]]) -> str:
    return HEAD + "".join(",".join(row) + "\n" for row in rows)


def account(source: Source) -> dict[str, dict[str, int]]:
    table = source.frame("account_periods/subscriptions").table
    return {
        str(row["period_start"])[:10]: {
            k: int(row[k]) for k in ("n_start", "n_won", "n_resurrected", "n_lost", "n_end")
        }
        for row in table.to_dict("records")
    }


def balanced(source: Source) -> None:
    for entry in source.ledger().entries:
        assert entry.rows_in == entry.rows_used + sum(item.rows for item in entry.left_out), entry.name


def test_all_lapse_and_some_return_within_a_quarter(folder: Callable[..., Path]) -> None:
    rows = [(f"c{i}", "2022-02-01", "2023-08-05", "left") for i in range(40)]
    rows += [(f"c{i}", "2023-09-01", "", "") for i in range(15)]
    found = account(company_source(folder({"subscriptions.csv": text(rows)}, END)))
    assert found["2023-07-01"] == {"n_start": 40, "n_won": 0, "n_resurrected": 15, "n_lost": 40, "n_end": 15}


def test_who_comes_and_goes_inside_a_quarter_is_lost_of_nobody(folder: Callable[..., Path]) -> None:
    """Forty at the start of July, ten of them leave; twelve come in July, nine of whom leave: 30 of 40 stay."""
    rows = [(f"a{i}", "2023-01-10", "2023-08-01" if i < 10 else "", "") for i in range(40)]
    rows += [(f"b{i}", "2023-07-01", "2023-08-20" if i < 9 else "", "") for i in range(12)]
    source = company_source(folder({"subscriptions.csv": text(rows)}, END))
    assert account(source)["2023-07-01"] == {"n_start": 40, "n_won": 3, "n_resurrected": 0, "n_lost": 10, "n_end": 33}
    frame = source.frame("account_periods/subscriptions")
    (quarter,) = [p for p in growth_accounting(frame.table) if str(p.period_start).startswith("2023-07")]
    assert quarter.retention.value == pytest.approx(30 / 40)
    ours, baremetrics, stripe = measures.churn_by_tool(frame.table[frame.table["period_start"] <= "2023-07-01"])
    assert (ours.numerator, ours.denominator) == (10, 40)
    assert (baremetrics.numerator, baremetrics.denominator) == (19, 40)
    assert (stripe.numerator, stripe.denominator) == (19, 52)


def test_two_subscriptions_restarts_and_ends_to_come(folder: Callable[..., Path]) -> None:
    """One of two ends: nobody is lost. Both end: lost on the second. An end after the last day seen has not happened."""
    rows = [(f"two{i}", "2022-01-05", "2023-02-10" if one else "", "") for i in range(30) for one in (True, False)]
    rows += [(f"both{i}", "2022-01-05", end, "") for i in range(10) for end in ("2023-02-10", "2023-08-20")]
    rows += [(f"back{i}", "2022-01-05", "2023-02-10", "") for i in range(5)]
    rows += [(f"back{i}", "2023-06-10", "", "") for i in range(5)]
    rows += [(f"paid{i}", "2022-01-05", "2024-02-01", "") for i in range(3)]
    rows += [(f"trial{i}", "2023-08-01", "2023-08-15", "trial") for i in range(4)]
    rows += [(f"trial{i}", "2023-08-15", "", "") for i in range(4)]
    toml = f'{FROM_START}[values.subscriptions.end_reason]\n"trial" = "renewed"\n'
    found = account(company_source(folder({"subscriptions.csv": text(rows)}, toml)))
    moved = {day: (q["n_lost"], q["n_resurrected"], q["n_won"]) for day, q in found.items() if day >= "2023"}
    assert moved == {
        "2023-01-01": (5, 0, 0), "2023-04-01": (0, 5, 0), "2023-07-01": (10, 0, 4), "2023-10-01": (0, 0, 0)
    }  # fmt: skip


def test_cohorts_by_month_count_the_day_of_the_month(folder: Callable[..., Path]) -> None:
    """Ten begin in January 2023, on the 31st: four leave on 1 March, the day that a month later would be, two a day after."""
    ends = ["2023-03-01"] * 4 + ["2023-03-02"] * 2 + [""] * 4
    rows = [(f"j{i}", "2023-01-31", end, "") for i, end in enumerate(ends)]
    rows += [(f"m{i}", "2023-03-05", "2023-12-31" if i == 0 else "", "") for i in range(3)]
    source = company_source(folder({"subscriptions.csv": text(rows)}, FROM_START))
    table = source.frame("cohort_survival/subscription_months").table
    found = {(r.cohort, int(r.period)): (int(r.n_start), int(r.n_surviving)) for r in table.itertuples()}
    assert [found["2023-01", age] for age in (0, 1, 2, 11)] == [(10, 10), (10, 6), (10, 4), (10, 4)]
    assert found["2023-03", 9] == (3, 3)
    assert max(age for cohort, age in found if cohort == "2023-01") == 11
    pooled, mean = measures.kept_at(table, 1)
    assert (pooled.numerator, pooled.denominator) == (9, 13)
    assert mean.value == pytest.approx((0.6 + 1.0) / 2)
    balanced(source)


CASES = Path(os.environ.get("RETENTION_DATA_DIR", "no such folder")).parent / "cases"
there = pytest.mark.skipif(not CASES.is_dir(), reason="the small companies do not lie beside the public files")


@pytest.fixture
def case(tmp_path: Path) -> Callable[[str], Source]:
    def opened(name: str, more: str = "") -> Source:
        place = Path(shutil.copytree(CASES / name, tmp_path / name))
        if more:
            toml = place / "company.toml"
            toml.chmod(0o644)
            place.chmod(0o755)
            toml.write_text(toml.read_text(encoding="utf-8").replace("[company]\n", f"[company]\n{more}", 1))
        return company_source(place)

    return opened


SAID = {
    "customers_alive_only": "1,030 of its 1,500 customers are not in `customers`",
    "nps_1to5": "none of 400 answers to nps is above 5",
    "olist_order_ids": "every customer_id occurs in one order only (4,754 rows); the column 'customer_unique_id' repeats",
    "plans_beside": "plans.csv is named after none of the tables, and was not read",
    "retail_fees": "80 lines are of products whose code has no digit in it",
    "stripe_two_subscriptions": "40 rows begin on the day on which the row before them ended",
}  # fmt: skip


@there
@pytest.mark.parametrize("name", SAID)
def test_what_is_said(case: Callable[[str], Source], name: str) -> None:
    assert any(SAID[name] in note for note in notes(case(name).company))


@there
@pytest.mark.parametrize(
    ("name", "more", "quarters"),
    [
        # quarter: (at the start, lost, back, at the end)
        ("lapse_return", "", {"2023-07-01": (200, 200, 80, 80)}),
        ("won_and_lost", "", {"2023-07-01": (400, 100, 0, 320)}),
        (
            "saas_plans", "",
            {"2023-01-01": (570, 115, 0, 455), "2023-04-01": (455, 96, 0, 359), "2023-07-01": (359, 70, 0, 289),
             "2023-10-01": (289, 59, 0, 230)},
        ),
        (
            "stripe_two_subscriptions", 'losses_seen_from = "start"\n',
            {"2023-01-01": (480, 50, 0, 430), "2023-04-01": (430, 0, 50, 480), "2023-10-01": (420, 0, 0, 420)},
        ),
    ],
)  # fmt: skip
def test_accounts(
    case: Callable[..., Source], name: str, more: str, quarters: dict[str, tuple[int, int, int, int]]
) -> None:
    source = case(name, more)
    found = account(source)
    wanted = ("n_start", "n_lost", "n_resurrected", "n_end")
    assert {day: tuple(found[day][k] for k in wanted) for day in quarters} == quarters
    balanced(source)


@there
def test_a_year_of_plans(case: Callable[[str], Source]) -> None:
    """599 began in 2021; 263 are there after 366 days, one more on the day of the year on which it began."""
    table = case("saas_plans").frame("cohort_survival/subscriptions").table
    row = table[(table["cohort"] == "2021") & (table["period"] == 1)].iloc[0]
    assert int(row["n_start"]) == 599
    assert 0 <= int(row["n_surviving"]) - 263 <= 1


@there
def test_a_quiet_end_was_observed(case: Callable[[str], Source]) -> None:
    frame = case("quiet_end").frame("purchases")
    end = observed_to(frame)
    assert end == "2023-12-31"
    within = measures.repeat_rate_within(frame.table, days=180, end_of_observation=end)
    assert (within.numerator, within.denominator) == (150, 300)
    sixth = measures.retention_at(measures.cohort_activity(frame.table, end_of_observation=end), 6).pooled
    assert (sixth.numerator, sixth.denominator) == (0, 300)


@there
def test_a_reminder_is_no_arm(case: Callable[[str], Source]) -> None:
    """Assignment is the first row; the share that bought was drawn alike in both arms."""
    source = case("resend_nonbuyers")
    key = next(key for key in source.builders if key.startswith("experiment/") and _builds(source, key))
    table = source.frame(key).table
    assert table["assigned"].value_counts().to_dict() == {0: 5038, 1: 4962}
    balanced(source)


def _builds(source: Source, key: str) -> bool:
    try:
        return len(source.frame(key).table) == 10_000
    except Exception:
        return False


@there
def test_fees_make_no_repeater(case: Callable[..., Source], tmp_path: Path) -> None:
    source = case("retail_fees")
    toml = tmp_path / "retail_fees" / "company.toml"
    toml.write_text(
        f'{toml.read_text(encoding="utf-8")}[rows.transactions.drop]\n"StockCode" = ["BANK CHARGES", "POST"]\n'
    )
    frame = company_source(toml.parent).frame("purchases")
    days = frame.table[frame.table["amount"] > 0].groupby("customer_id")["at"].nunique()
    assert (int((days > 1).sum()), len(days)) == (609, 700)
    assert source.company.table("transactions").n > 0


@there
def test_init_sees_plans(tmp_path: Path) -> None:
    for name in ("plans_beside", "saas_plans"):
        place = tmp_path / name
        place.mkdir()
        shutil.copy(CASES / name / "plans.csv", place / "plans.csv")
        done = init_company(place)
        assert any("subscriptions" in line for line in (*done.seen, *done.unused)), name


@there
@pytest.mark.parametrize("name", sorted(place.name for place in CASES.iterdir()) if CASES.is_dir() else [])
def test_every_row_of_every_file_is_accounted_for(name: str, tmp_path: Path) -> None:
    """Rows in are the rows of the file by another reader, rows used those of the clean table, and what a frame counts is
    what its table used; a file that is no table of ours is named."""
    place = Path(shutil.copytree(CASES / name, tmp_path / name))
    found = check_company(place)
    company = company_source(place).company
    files = {file.name for file in place.glob("*.csv")}
    for table in found.tables:
        entry, (at,) = found.ledger[table], company.engine.found[table]
        with (place / at.name).open(encoding="utf-8", newline="") as file:
            assert entry.rows_in == sum(1 for row in csv.reader(file) if row) - 1
        assert entry.rows_used == int(company.table(table).expression.count().execute())
        assert entry.n_left_out == sum(item.rows for item in entry.left_out)
        files.remove(at.name)
    of_tables = [entry for entry in found.ledger.entries if entry.counted.startswith("used rows of ")]
    assert of_tables
    for entry in of_tables:
        assert entry.rows_in == found.ledger[entry.counted.removeprefix("used rows of ")].rows_used, entry.name
    for left in files:
        assert any(note.startswith(left) for note in found.notes), left
