"""The demonstration shop's exports, from files of any name to tables, frames, ledger, check and a verdict."""

import json

import pandas as pd
import pytest

import analysis
from analysis.core.errors import FrameUnavailable, ParameterMistake
from analysis.demo.exports import ADVERTISING, ORDERS, SURVEY, TICKETS, write_exports
from analysis.reporting.own_data_check import check_company


@pytest.fixture(scope="module")
def exports():
    return analysis.exports()


@pytest.fixture(scope="module")
def company(exports):
    return exports.company()


def written(exports, name):
    from pathlib import Path

    return pd.read_csv(Path(exports.place) / name)


def test_every_export_is_recognised_as_what_it_is(exports):
    told = "\n".join(exports.recognise())
    for name, product in ((ORDERS, "Shopify"), (TICKETS, "Zendesk"), (SURVEY, "Typeform"), (ADVERTISING, "Google Ads")):
        assert any(line.startswith(name) and product in line for line in exports.recognise()), told
    assert exports.recognise() is exports.recognise(), "looked at once"


def test_tables_hold_what_the_files_hold(exports, company):
    orders = written(exports, ORDERS)
    paid = orders[orders["Financial Status"].isin(["paid", "partially_refunded"])]
    table = company.tables["transactions"]
    assert len(table) == len(paid)
    assert table["amount"].sum() == pytest.approx((paid["Total"] - paid["Refunded Amount"]).sum())
    assert set(table["customer_id"]) == set(paid["Email"])
    assert pd.api.types.is_datetime64_any_dtype(table["at"])
    assert table["at"].max() <= pd.Timestamp("2024-12-31")


def test_moments_keep_their_time_of_day(exports, company):
    tickets = written(exports, TICKETS)
    wanted = pd.to_datetime(tickets["Created at"]).dt.tz_localize(None).sort_values().tolist()
    assert company.tables["tickets"]["opened_at"].sort_values().tolist() == wanted


@pytest.mark.slow
def test_ledger_balances_and_check_lists_every_claim(company):
    ledger = company.ledger().to_frame()
    assert (ledger["Rows in"] == ledger["Used"] + ledger["Left out"]).all()
    check = company.check()
    assert len(check.to_frame()) == len(analysis.claims())
    assert "repeat-momentum" in check.testable
    assert "lock-in-retains: lacks the table subscriptions" in repr(check)


def test_frame_and_findings_are_the_companys_own(company):
    frame = company.frame("repeat_trials")
    assert frame.context.source == company.name == "demonstration-shop (simulated)"
    findings = company.findings("repeat-momentum")
    assert findings.company == company.name
    assert company.name in findings.to_frame()["source"].tolist()


def test_an_open_company_is_checked_and_asked_without_reading_its_tables_again(company, monkeypatch):
    from analysis.company import store

    def read(*_):
        raise AssertionError("a table is read again")

    company.ledger()
    monkeypatch.setattr(store, "sort_rows", read)
    assert check_company(company.source).n_testable > 0
    assert company.name in company.session().collect("repeat-momentum").to_frame()["source"].tolist()


def test_cohorts_and_scores_are_those_of_the_functions_on_its_purchases(company):
    purchases = company.tables["transactions"]
    cohorts = analysis.cohort_table(purchases, period="quarter", amount="amount")
    pd.testing.assert_frame_equal(company.cohorts(period="quarter"), cohorts, atol=0.0005, rtol=0)
    spread = company.score_spread(ahead_days=30, margin=0.5, seed=2)
    scores = analysis.customer_scores(purchases, ahead_days=30, margin=0.5, seed=2)
    assert spread.loc["count"].tolist() == [purchases["customer_id"].nunique()] * 3
    assert spread.loc["50%", "expected_value"] == pytest.approx(scores["expected_value"].median(), abs=0.005)
    assert "customer_id" not in spread.reset_index().columns


def test_a_company_without_buyers_says_what_cohorts_and_scores_lack(tmp_path):
    (tmp_path / "subscriptions.csv").write_text(
        "customer_id,started_at,ended_at,price\na,2024-01-01,,9\nb,2024-01-05,2024-03-05,9\n"
    )
    firm = analysis.company(tmp_path)
    for shown in (firm.cohorts(), firm.scores(), firm.score_spread()):
        (line,) = shown
        assert line.endswith("lacks: the table transactions (customer_id).")


def test_what_is_not_there_is_refused_by_name(company, tmp_path):
    with pytest.raises(ParameterMistake, match=r"has no table points; it has .*transactions"):
        company.tables["points"]
    with pytest.raises(ParameterMistake, match=r"`name` must be one of the tables .*got 'orders'"):
        company.tables["orders"]
    with pytest.raises(FrameUnavailable, match="'nothing'"):
        company.frame("nothing")
    with pytest.raises(ParameterMistake, match="`data` must be a folder or file that is there"):
        analysis.exports(str(tmp_path / "none"))


def test_settings_that_are_there_are_used_as_they_are(tmp_path):
    write_exports(tmp_path / "shop", n_customers=100)
    (tmp_path / "shop" / "company.toml").write_text('[company]\nname = "Kept"\n', encoding="utf-8")
    told = analysis.exports(str(tmp_path / "shop")).recognise()
    assert list(told) == ["The settings of Kept are used as they are."]
    assert (tmp_path / "shop" / "company.toml").read_text(encoding="utf-8") == '[company]\nname = "Kept"\n'


def test_equal_seeds_give_equal_files_and_another_another(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_exports(tmp_path / name, n_customers=100, seed=seed)
    files = [
        [(tmp_path / name / file).read_bytes() for file in (ORDERS, TICKETS, SURVEY, ADVERTISING)] for name in "abc"
    ]
    assert files[0] == files[1]
    assert files[0] != files[2]


@pytest.mark.slow
def test_from_exports_to_a_page_and_a_verdict_with_one_init_and_one_run(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from analysis.core import paths
    from analysis.reporting.cli import app

    write_exports(tmp_path / "shop")
    monkeypatch.setattr(paths, "REPORTS", tmp_path / "reports")
    for arguments in (["init", str(tmp_path / "shop")], ["run", "--data", str(tmp_path / "shop"), "--only", "04"]):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
    records = json.loads((tmp_path / "reports" / "shop" / "verdicts.json").read_text(encoding="utf-8"))
    own = [record for record in records if record["scope"] == "shop" and record["claim"] == "repeat-momentum"]
    assert len(own) == 1
    assert own[0]["estimates"]
    assert (tmp_path / "reports" / "shop" / "04_loyal_customers.html").exists()
