"""The quality ledger: rows in = rows used + rows left out, whatever comes in; the first broken rule names the reason."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.company.ledger import Entry, Ledger, LedgerFault, LeftOut
from analysis.company.schemas import TABLES
from analysis.company.store import open_company
from analysis.core.calendar_days import day_of
from analysis.core.errors import UserMistake

DIRT = ["", " ", "NULL", "abc", "-5", "0", "1.0", "7", "2024-01-05", "2024-01-31", "31.12.2023", "2024-02-30",
        "1900-01-01", "2099-01-01", "2024-01-05T23:30:00Z", "true", "no", "maybe", "control", "nps", "csat", "earn",
        "redeem", "acquisition", "retention", "renewed", "1e3", "ä", "a;b", "two\nlines", 'quo"te', "∞", "0x10"]  # fmt: skip


def reasons(company, name: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.table(name).entry.left_out}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_ledger_balances_for_any_rows(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any table, any cells: the rows that csv counts are the rows that the ledger accounts for."""
    name = data.draw(st.sampled_from(sorted(TABLES)))
    columns = list(TABLES[name].columns)
    kept = [c for c in columns if c in TABLES[name].required or data.draw(st.booleans())]
    # The first row is sound, so that no column looks as if it were the wrong one.
    sound = {"text": "x", "number": "1.5", "whole": "1", "day": "2024-01-05", "moment": "2024-01-05", "flag": "true"}
    first = [
        (TABLES[name].columns[c].among or (sound.get(TABLES[name].columns[c].kind, f"sound {c}"),))[0] for c in kept
    ]
    cells = data.draw(st.lists(st.lists(st.sampled_from(DIRT), min_size=len(kept), max_size=len(kept)), max_size=80))
    rows = [first] * (len(cells) + 1) + cells
    buffer = io.StringIO()
    csv.writer(buffer).writerows([kept, *rows])
    place = Path(tmp_path_factory.mktemp("dirty"))
    (place / f"{name}.csv").write_text(buffer.getvalue(), encoding="utf-8")
    (place / "company.toml").write_text('[company]\nend_of_observation = "2024-12-31"\n[data]\ndecimal = "."\n')
    entry = open_company(place).table(name).entry
    n_blank = sum(1 for row in rows if len(row) == 1 and row[0] == "")
    assert entry.rows_in == len(rows) - n_blank
    assert entry.rows_in == entry.rows_used + sum(item.rows for item in entry.left_out)
    assert entry.rows_used >= 1
    assert all(item.rows > 0 and 1 <= (item.example_row or 0) <= len(rows) for item in entry.left_out)


def test_an_entry_that_does_not_balance_is_our_fault() -> None:
    with pytest.raises(LedgerFault, match="3 rows in, 1 used, 1 left out"):
        Entry(name="x", counted="rows", rows_in=3, rows_used=1, left_out=(LeftOut(reason="r", rows=1),))


def test_the_first_broken_rule_names_the_reason(company) -> None:
    text = "customer_id,at,amount\n,,\n1,,\n1,2024-01-05,\n1,never,x\n1,2024-01-05,x\n1,2025-01-05,5\n1,2024-01-05,5\n1,2024-01-05,5\n1,2024-01-05,5\n1,2024-01-05,5\n"
    opened = company({"u.csv": text}, '[company]\nend_of_observation = "2024-12-31"\n')
    assert reasons(opened, "transactions") == {
        "no customer_id": 1,
        "no at": 1,
        "at not readable": 1,
        "no amount": 1,
        "amount not readable": 1,
        "at after the end of observation": 1,
    }


def test_returns_are_told_by_their_mark(company) -> None:
    text = "customer_id,at,amount,is_return\n1,2024-01-05,5,true\n1,2024-01-05,-5,true\n1,2024-01-05,-5,false\n1,2024-01-05,5,\n"
    opened = company({"u.csv": text})
    table = opened.table("transactions").expression.execute().sort_values("row_in_file")
    assert table["amount"].tolist() == [-5, -5, 5]
    assert table["is_return"].tolist() == [True, True, False]
    assert reasons(opened, "transactions") == {"negative amount that is no return": 1}


def test_returns_are_told_by_their_quantity_where_there_is_no_mark(company) -> None:
    text = "customer_id,at,quantity,unit_price\n1,2024-01-05,-2,5\n1,2024-01-05,1,-11062.06\n1,2024-01-05,3,0\n"
    opened = company({"u.csv": text})
    table = opened.table("transactions").expression.execute().sort_values("row_in_file")
    assert table[["amount", "is_return"]].values.tolist() == [[-10, True], [0, False]]
    assert reasons(opened, "transactions") == {"negative amount that is no return": 1}
    assert any("quantity x unit_price" in note for note in opened.table("transactions").entry.notes)


def test_an_order_twice_is_a_duplicate_but_equal_lines_are_not(company) -> None:
    order = "customer_id,at,amount,order_id\n1,2024-01-05,5,A\n1,2024-01-05,5,A\n1,2024-01-05,6,A\n"
    assert reasons(company({"transactions.csv": order}), "transactions") == {
        "duplicate of an earlier row with the same order_id, customer_id, at, amount": 1
    }
    lines = "customer_id,at,amount,order_id,product_id\n1,2024-01-05,5,A,P\n1,2024-01-05,5,A,P\n"
    assert reasons(company({"transactions.csv": lines}), "transactions") == {}
    bare = "customer_id,at,amount\n1,2024-01-05,5\n1,2024-01-05,5\n"
    assert reasons(company({"transactions.csv": bare}), "transactions") == {}


TABLE_RULES = [
    ("customers", "customer_id,joined_at\n1,2024-01-05\n1,2024-02-05\n", "duplicate of an earlier row with the same customer_id"),
    (
        "subscriptions",
        "customer_id,started_at,ended_at\n1,2024-01-05,2024-01-04\n2,2024-01-05,2024-01-05\n",
        "impossible interval: ended_at before started_at",
    ),
    ("spending", "period_start,purpose,amount\n2024-01-01,brand,5\n2024-01-01,Retention,5\n", "purpose is none of acquisition, retention"),
    ("spending", "period_start,purpose,amount\n2024-01-01,retention,-5\n2024-01-01,retention,5\n", "amount below 0"),
    ("memberships", "customer_id,tier,from_at,to_at\n1,gold,2024-02-01,2024-01-01\n1,gold,2024-02-01,\n", "impossible interval: to_at before from_at"),
    ("points", "customer_id,at,points,kind\n1,2024-01-05,5,redeem\n1,2024-01-05,5,earn\n", "sign of points does not fit kind"),
    ("tickets", "ticket_id,customer_id,opened_at\n1,1,2024-01-05 10:00\n1,1,2024-01-06 10:00\n", "duplicate of an earlier row with the same ticket_id"),
    (
        "tickets",
        "ticket_id,customer_id,opened_at,resolved_at\n1,1,2024-01-05 10:00,2024-01-05 09:59\n2,1,2024-01-06 10:00,\n",
        "impossible interval: resolved_at before opened_at",
    ),
    ("surveys", "customer_id,at,instrument,score\n1,2024-01-05,mood,5\n1,2024-01-05,NPS,5\n", "instrument is none of nps, csat, ces"),
    ("campaigns", "campaign_id,customer_id,at,arm\nc,1,2024-01-05,\nc,1,2024-01-05,control\n", "no arm"),
    ("referrals", "referrer_id,referred_id,at\n1,1,2024-01-05\n1,2,2024-01-05\n", "referrer and referred are one customer"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "reason"), TABLE_RULES)
def test_rules_of_the_tables(company, name: str, text: str, reason: str) -> None:
    opened = company({f"{name}.csv": text})
    assert reasons(opened, name) == {reason: 1}
    assert opened.table(name).n == 1


def test_an_end_that_has_not_been_seen_is_no_end(company) -> None:
    """Observation ends on 31 January: who ends on the 31st is seen to end, who ends on 1 February is not."""
    text = "customer_id,started_at,ended_at\n1,2024-01-01,2024-01-31\n2,2024-01-01,2024-02-01\n3,2024-01-01,\n"
    opened = company({"subscriptions.csv": text}, '[company]\nend_of_observation = "2024-01-31"\n')
    table = opened.table("subscriptions").expression.execute().sort_values("customer_id")
    assert table["ended_at"].isna().tolist() == [False, True, True]
    assert any("1 row, which counts as still running" in note for note in opened.table("subscriptions").entry.notes)


def test_the_end_of_observation_is_the_latest_day_of_all_tables(company) -> None:
    transactions = "customer_id,at,amount\n1,2024-01-05,5\n1,2024-03-05,5\n"
    tickets = "ticket_id,customer_id,opened_at\n1,1,2025-01-05\n"
    opened = company({"transactions.csv": transactions, "tickets.csv": tickets})
    assert day_of(opened.table("transactions").end).isoformat() == "2025-01-05"
    assert any("2025-01-05 (tickets.opened_at)" in note for note in opened.table("transactions").entry.notes)


SUBSCRIPTIONS = "customer_id,started_at,ended_at\n1,2023-01-05,\n2,2023-02-05,2023-04-01\n3,2023-03-01,\n"


def test_an_end_behind_the_last_beginning_is_observed(company) -> None:
    """The last beginning is 1 March; who left on 1 April has left, and is not taken for somebody who stays."""
    table = company({"subscriptions.csv": SUBSCRIPTIONS}).table("subscriptions")
    assert day_of(table.end).isoformat() == "2023-04-01"
    assert table.expression.execute().set_index("customer_id")["ended_at"].notna().to_dict() == {
        "1": False, "2": True, "3": False,
    }  # fmt: skip


def test_the_end_of_observation_is_asked_for_where_it_decides_who_is_still_there(company) -> None:
    later = "customer_id,at,amount\n1,2023-01-05,5\n1,2023-12-05,5\n"
    with pytest.raises(
        UserMistake, match="nothing begins or ends after 2023-04-01, while transactions goes on to 2023-12-05"
    ):
        company({"subscriptions.csv": SUBSCRIPTIONS, "transactions.csv": later}).table("subscriptions")
    toml = '[company]\nend_of_observation = "2023-04-30"\n'
    assert company({"subscriptions.csv": SUBSCRIPTIONS}, toml).table("subscriptions").n == 3


def test_ends_that_may_be_to_come_are_asked_about(company) -> None:
    ahead = SUBSCRIPTIONS.replace("2023-04-01", "2024-02-01")
    with pytest.raises(
        UserMistake, match="2024-02-01, lies 337 days behind the last beginning in any table, 2023-03-01"
    ):
        company({"subscriptions.csv": ahead}).table("subscriptions")


def test_rows_for_showing_hold_every_reason() -> None:
    entry = Entry(
        name="points",
        counted="rows of points",
        rows_in=5,
        rows_used=2,
        left_out=(LeftOut(reason="no at", rows=2, example_row=1), LeftOut(reason="no kind", rows=1, example_row=4)),
        notes=("a note",),
    )
    shown = Ledger(entries=(entry,)).rows()
    assert [(r["Reason"], r["Rows"], r["Example row"]) for r in shown] == [("no at", 2, 1), ("no kind", 1, 4)]
    assert {r["Left out"] for r in shown} == {3}
    assert Ledger(entries=(entry,)).notes() == (("points", "a note"),)
