"""What company.toml can say of rows: each verb on a few invented rows, right values worked out by hand."""

from __future__ import annotations

import gzip

import pytest

from analysis.company.store import Company
from analysis.core.calendar_days import day_of
from analysis.core.errors import UserMistake
from tests.company.workbooks import workbook

ORDERS = (
    "Order,Mail,When,Total,Refunded,State,Curr\n"
    "1,Ann@x.org,2024-01-05,10,0,paid,EUR\n"
    "1,,,,,,\n"
    "2,bob@x.org,2024-01-06,20,5,part,EUR\n"
    "3,ann@x.org,2024-01-07,30,30,back,EUR\n"
    "4,ann@x.org,2024-01-08,40,0,failed,EUR\n"
    "5,eve@x.org,2024-01-09,50,0,paid,USD\n"
)
RULES = """
[company]
currency = "EUR"
[columns.transactions]
customer_id = "Mail"
at = "When"
amount = "Total"
order_id = "Order"
[rows.transactions]
first_of = "Order"
currency = "Curr"
[rows.transactions.keep]
State = ["paid", "part", "back"]
[rows.transactions.less]
amount = "Refunded"
[ids]
small_letters = true
"""


def used(company: Company, table: str = "transactions") -> list[tuple[str, str, float]]:
    frame = company.table(table).expression.execute()
    return sorted((r.customer_id, day_of(r.at).isoformat(), round(r.amount, 4)) for r in frame.itertuples())


def left_out(company: Company, table: str = "transactions") -> dict[str, int]:
    return {item.reason: item.rows for item in company.table(table).entry.left_out}


def test_lines_states_refunds_and_currencies(company) -> None:
    opened = company({"orders.csv": ORDERS}, RULES)
    assert used(opened) == [("ann@x.org", "2024-01-05", 10.0), ("bob@x.org", "2024-01-06", 15.0)]
    assert left_out(opened) == {
        "further line of the same 'Order'; what counts stands on the first": 1,
        "'State' is none of paid, part, back": 1,
        "in another currency than EUR ('Curr')": 1,
        "refunded in full: nothing is left of amount": 1,
    }


def test_several_currencies_are_asked_about(company) -> None:
    with pytest.raises(UserMistake, match=r"several currencies \(EUR, USD\)"):
        company({"orders.csv": ORDERS}, RULES.replace('currency = "EUR"\n', "", 1)).table("transactions")


def test_files_by_a_star_keep_their_row_numbers_and_an_order_exported_twice_counts_once(company) -> None:
    head, *rows = ORDERS.splitlines(keepends=True)
    toml = RULES.replace("[columns", '[tables]\ntransactions = "orders*.csv"\n[columns', 1)
    opened = company({"orders1.csv": head + "".join(rows[:3]), "orders2.csv": head + "".join(rows[2:])}, toml)
    assert used(opened) == [("ann@x.org", "2024-01-05", 10.0), ("bob@x.org", "2024-01-06", 15.0)]
    entry = opened.table("transactions").entry
    assert left_out(opened)["duplicate of an earlier row with the same order_id, customer_id, at, amount"] == 1
    assert (entry.rows_in, entry.rows_used) == (7, 2)
    assert "row numbers: 1 to 3 are orders1.csv, 4 to 7 are orders2.csv" in entry.notes


def test_a_header_that_grew_over_the_years(company) -> None:
    old = "Mail,When,Total\nann@x.org,2023-01-05,10\n"
    new = "Mail,When,Total,Refunded\nbob@x.org,2024-01-06,20,5\n"
    toml = (
        '[tables]\ntransactions = ["a.csv", "b.csv"]\n[columns.transactions]\ncustomer_id = "Mail"\nat = "When"\n'
        'amount = "Total"\n[rows.transactions.less]\namount = "Refunded"\n'
    )
    opened = company({"a.csv": old, "b.csv": new}, toml)
    assert used(opened) == [("ann@x.org", "2023-01-05", 10.0), ("bob@x.org", "2024-01-06", 15.0)]
    assert "a.csv has no column 'Refunded'; empty there" in opened.table("transactions").entry.notes


@pytest.mark.parametrize(
    ("currency", "expected"), [("eur", 12.34), ("JPY", 1234.0), ("kwd", 1.234)], ids=["cents", "yen", "fils"]
)
def test_minor_units(company, currency: str, expected: float) -> None:
    """ISO 4217: the euro has two decimals, the yen none, the dinar three."""
    text = f"customer_id,at,amount,cur\n1,2024-01-05,1234,{currency}\n"
    toml = '[rows.transactions]\ncurrency = "cur"\nscale = { amount = "minor units" }\n'
    assert used(company({"t.csv": text}, toml)) == [("1", "2024-01-05", expected)]


def test_lines_are_added_up_to_orders(company) -> None:
    text = (
        "customer_id,at,order_id,product_id,quantity,unit_price\n"
        "1,2024-01-05,A,x,2,3.50\n1,2024-01-05,A,y,1,1.25\n1,2024-01-05,A,POST,1,4\n2,2024-01-06,B,x,-1,3.50\n2,2024-01-06,B,y,2,5\n"
    )
    toml = '[rows.transactions]\nsum_lines = true\ndrop = { product_id = ["POST"] }\n'
    opened = company({"t.csv": text}, toml)
    assert used(opened) == [("1", "2024-01-05", 8.25), ("2", "2024-01-06", 6.5)]
    assert left_out(opened) == {
        "'product_id' is POST": 1,
        "further line of an order: its amount is added to the order's first line": 2,
    }
    assert not opened.table("transactions").returns


def test_epoch_seconds_and_utc_become_days_of_the_company(company) -> None:
    """1704497400 is 2024-01-05 23:30:00 UTC, half past midnight of the sixth in Berlin."""
    toml = '[company]\ntimezone = "Europe/Berlin"\n[rows.transactions.clock]\nat = "{}"\n'
    seconds = "customer_id,at,amount\n1,1704497400,5\n"
    assert used(company({"t.csv": seconds}, toml.format("epoch seconds"))) == [("1", "2024-01-06", 5.0)]
    milliseconds = "customer_id,at,amount\n1,1704497400000,5\n"
    assert used(company({"t.csv": milliseconds}, toml.format("epoch milliseconds"))) == [("1", "2024-01-06", 5.0)]
    written = "customer_id,at,amount\n1,2024-01-05 23:30,5\n"
    assert used(company({"t.csv": written}, toml.format("UTC"))) == [("1", "2024-01-06", 5.0)]


def test_a_part_has_its_own_dates_and_decimal_mark(company) -> None:
    toml = (
        '[tables]\ntransactions = "a.csv"\ntransactions-more = "b.csv"\n[columns.transactions-more]\ncustomer_id = "Kunde"\n'
        'at = "Datum"\namount = "Betrag"\n[rows.transactions-more]\ndecimal = ","\nclock = { at = "%m/%d/%Y" }\n'
    )
    files = {
        "a.csv": "customer_id,at,amount\n1,2024-01-05,1.5\n",
        "b.csv": "Kunde;Datum;Betrag\n2;02/03/2024;1.234,50\n",
    }
    assert used(company(files, toml)) == [("1", "2024-01-05", 1.5), ("2", "2024-02-03", 1234.5)]


def test_constants_tags_flags_and_prices_a_month(company) -> None:
    tickets = 'ticket_id,customer_id,opened_at,Tags,Replies,Reopens\n1,1,2024-01-05,"wismo, defect",1,0\n2,1,2024-01-06,vip,2,0\n3,1,2024-01-07,,,0\n'
    toml = (
        '[rows.tickets]\nsplit = { category = "," }\n[rows.tickets.true_where.resolved_first_contact]\nReplies = ["0", "1"]\n'
        'Reopens = ["0"]\n[columns.tickets]\ncategory = "Tags"\n[values.tickets.category]\ndefect = "failure"\n'
        '[constants.tickets]\nseverity = "2"\n'
    )
    table = company({"tickets.csv": tickets}, toml).table("tickets").expression.execute().sort_values("ticket_id")
    assert table["category"].fillna("").tolist() == ["failure", "vip", ""]
    assert table["resolved_first_contact"].astype(object).where(
        table["resolved_first_contact"].notna(), None
    ).tolist() == [True, False, None]
    assert table["severity"].tolist() == [2.0, 2.0, 2.0]


def test_a_price_of_a_year_is_a_twelfth_a_month(company) -> None:
    text = "customer_id,started_at,ended_at,price,per,n\n1,2024-01-05,,120,year,1\n2,2024-01-06,,30,months,3\n3,2024-01-07,,5,fortnight,1\n"
    toml = '[rows.subscriptions.a_month]\nprice = ["per", "n"]\n'
    opened = company({"subscriptions.csv": text}, toml)
    table = opened.table("subscriptions").expression.execute().sort_values("customer_id")
    assert [None if price != price else price for price in table["price"]] == [10.0, 10.0, None]
    assert any(
        "price could not be used in 1 row and counts" in note for note in opened.table("subscriptions").entry.notes
    )


def test_workbooks(company) -> None:
    head, rows = ["customer_id", "at", "amount"], [["a", "2024-01-05", 1.5], ["b", "2024-01-06", 2]]
    book = workbook({"2024": [head, *rows], "old": [head, rows[0]]})
    opened = company({"transactions.xlsx": book})
    assert used(opened) == [("a", "2024-01-05", 1.5), ("b", "2024-01-06", 2.0)]
    assert any("not from 'old'" in note for note in opened.table("transactions").entry.notes)


def test_a_sheet_is_named_behind_a_hash_sign(company) -> None:
    head, rows = ["customer_id", "at", "amount"], [["a", "2024-01-05", 1.5], ["b", "2024-01-06", 2]]
    files = {"t.xlsx": workbook({"2024": [head, *rows], "old": [head, rows[0]]})}
    assert used(company(files, '[tables]\ntransactions = "t.xlsx#old"\n')) == [("a", "2024-01-05", 1.5)]


def test_a_packed_file(company) -> None:
    packed = gzip.compress(b"customer_id,at,amount\na,2024-01-05,1.5\n")
    assert used(company({"transactions.csv.gz": packed})) == [("a", "2024-01-05", 1.5)]


def test_a_crosswalk_joins_ids_and_doubtful_ones_are_left_out(company) -> None:
    files = {
        "transactions.csv": "customer_id,at,amount\nc1,2024-01-05,5\nc2,2024-01-06,6\nc3,2024-01-07,7\n",
        "ids.csv": "product,mail\nc1,Ann@x.org\nc3,bob@x.org\nc3,eve@x.org\n",
    }
    toml = '[ids]\nsmall_letters = true\ncrosswalk = { file = "ids.csv", from = "product", to = "mail" }\n'
    opened = company(files, toml)
    assert used(opened) == [("ann@x.org", "2024-01-05", 5.0), ("c2", "2024-01-06", 6.0)]
    assert left_out(opened) == {"customer_id stands for several customers in the crosswalk": 1}


def test_hashed_ids_join_and_stand_nowhere_in_the_clear(company, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib

    monkeypatch.setenv("RETENTION_ID_KEY", "pepper")
    files = {
        "transactions.csv": "customer_id,at,amount\nAnn@x.org,2024-01-05,5\n",
        "customers.csv": "customer_id,joined_at\nann@x.org ,2024-01-05\n",
    }
    opened = company(files, "[ids]\nsmall_letters = true\nhashed = true\n")
    code = hashlib.sha256(b"pepperann@x.org").hexdigest()
    assert [row[0] for row in used(opened)] == [code]
    assert opened.table("customers").expression.execute()["customer_id"].tolist() == [code]
