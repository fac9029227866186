"""A further table joined to a table of ours: a few invented rows, right values and counts worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.company.store import Company, open_company
from analysis.core.calendar_days import day_of
from analysis.core.errors import UserMistake

ORDERS = "id,mail,at,total,state\n1,ann,2024-01-05,10,paid\n2,bob,2024-01-06,20,paid\n3,ann,2024-01-07,30,paid\n4,eve,2024-01-08,40,void\n5,eve,2024-01-09,50,paid\n"
PAID_BACK = (
    "order_id,kind,status,amount,currency\n"
    "1,sale,success,10,EUR\n"  # no refund
    "2,refund,success,4,EUR\n"
    "2.0,refund,success,1.5,EUR\n"  # a spreadsheet's way to write 2
    "2,refund,failure,9,EUR\n"
    "3,refund,success,30,EUR\n"  # in full
    "5,refund,success,5,USD\n"  # not known in euros
    ",refund,success,7,EUR\n"
    "9,refund,success,7,EUR\n"  # of an order that is not there
)
TOML = """
[company]
currency = "EUR"
[tables]
transactions = "orders.csv"
[columns.transactions]
customer_id = "mail"
at = "at"
amount = "total"
order_id = "id"
[rows.transactions]
keep = { state = ["paid"] }
less = { amount = ["back.amount"] }
[joins.transactions.back]
table = "paid back.csv"
on = { id = "order_id" }
sum = { amount = "amount" }
keep = { kind = ["refund"], status = ["success"] }
currency = "currency"
"""


def used(company: Company) -> list[tuple[str, str, float]]:
    frame = company.table("transactions").expression.execute()
    return sorted((r.customer_id, day_of(r.at).isoformat(), round(r.amount, 4)) for r in frame.itertuples())


def test_sums_are_taken_off_and_every_row_of_both_tables_is_accounted_for(company) -> None:
    opened = company({"orders.csv": ORDERS, "paid back.csv": PAID_BACK}, TOML)
    assert used(opened) == [("ann", "2024-01-05", 10.0), ("bob", "2024-01-06", 14.5)]
    entry = opened.table("transactions").entry
    assert (entry.rows_in, entry.rows_used) == (5, 2)
    assert {item.reason.partition(":")[0]: item.rows for item in entry.left_out} == {
        "'state' is none of paid": 1,
        "refunded in full": 1,
        "what back adds up is not known": 1,
    }
    entry = opened.ledger()["transactions: back"]
    assert (entry.rows_in, entry.rows_used) == (8, 3)
    assert [(item.reason, item.rows, item.example_row) for item in entry.left_out] == [
        ("'kind' is none of refund", 1, 1),
        ("'status' is none of success", 1, 4),
        ("no 'order_id'", 1, 7),
        ("no row of transactions takes it by its 'order_id'", 1, 8),
        ("in another currency than EUR ('currency')", 1, 6),
    ]
    assert entry.notes == ("3 of 5 rows of transactions that ask for it find back.amount",)


def test_an_amount_that_cannot_be_read_makes_its_order_unusable(company) -> None:
    opened = company({"orders.csv": ORDERS, "paid back.csv": PAID_BACK.replace("1.5", "1.5x")}, TOML)
    assert used(opened) == [("ann", "2024-01-05", 10.0)]
    assert "'amount' is no number" in [item.reason for item in opened.ledger()["transactions: back"].left_out]


SPELLS = "id,who,begun,gone\ns1,ann,2024-01-05,\ns2,bob,2024-01-06,2024-05-01\ns3,eve,2024-01-07,\n"
ITEMS = "sub,plan,n\ns1,p1,2\ns2,p1,1\ns2,p2,1\ns3,p3,1\n"
PLANS = "id,cents,per,times\np1,990,month,1\np2,12000,year,1\n"
CHAIN = """
[company]
end_of_observation = "2024-06-01"
[tables]
subscriptions = "spells.csv"
[columns.subscriptions]
customer_id = "who"
started_at = "begun"
ended_at = "gone"
price = "plan.cents"
[rows.subscriptions]
scale = { price = 0.01 }
times = { price = "item.n" }
a_month = { price = ["plan.per", "plan.times"] }
[joins.subscriptions.item]
table = "items.csv"
on = { id = "sub" }
one = { plan = "plan", n = "n" }
[joins.subscriptions.plan]
table = "plans.csv"
on = { "item.plan" = "id" }
one = { cents = "cents", per = "per", times = "times" }
"""


def test_a_join_goes_on_from_a_join_and_takes_no_row_of_several(company) -> None:
    """s1: 2 x 9.90 a month. s2 has two items, so that none is taken; s3's plan is not there: both have no price."""
    opened = company({"spells.csv": SPELLS, "items.csv": ITEMS, "plans.csv": PLANS}, CHAIN)
    table = opened.table("subscriptions").expression.execute().set_index("customer_id")
    assert table["price"].fillna(-1).round(4).to_dict() == {"ann": 19.8, "bob": -1, "eve": -1}
    ledger = opened.ledger()
    (several,) = ledger["subscriptions: item"].left_out
    assert (several.reason, several.rows) == ("one of several rows for the same 'sub', of which none is taken", 2)
    assert ledger["subscriptions: item"].rows_used == 2
    (unasked,) = ledger["subscriptions: plan"].left_out
    assert (unasked.rows, ledger["subscriptions: plan"].rows_used) == (1, 1)
    assert ledger["subscriptions: plan"].notes == (
        "1 of 2 rows of subscriptions that ask for it find plan.cents, plan.per, plan.times",
    )


TICKETS = (
    "id,who,opened,state\n1,ann,2024-01-05 09:00,closed\n2,bob,2024-01-06 09:00,open\n3,eve,2024-01-07 09:00,solved\n"
)
HISTORY = (
    "ticket,field,value,when\n1,status,solved,2024-01-06 09:00\n1,status,solved,2024-01-09 10:30\n1,status,open,2024-01-08 08:00\n"
    "1,priority,solved,2024-02-01 08:00\n2,status,solved,2024-01-06 10:00\n3,status,solved,soon\n"
)
LATEST = """
[company]
end_of_observation = "2024-03-01"
[columns.tickets]
ticket_id = "id"
customer_id = "who"
opened_at = "opened"
resolved_at = "history.solved"
[joins.tickets.history]
table = "history.csv"
on = { id = "ticket" }
latest = { solved = "when" }
keep = { field = ["status"], value = ["solved"] }
only = { state = ["solved", "closed"] }
"""


def test_the_latest_time_and_only_where_it_is_asked_for(company) -> None:
    """Ticket 2 was solved once and is open again; what is no time is none."""
    opened = company({"tickets.csv": TICKETS, "history.csv": HISTORY}, LATEST)
    table = opened.table("tickets").expression.execute().set_index("ticket_id")
    assert table["resolved_at"].isna().to_dict() == {"1": False, "2": True, "3": True}
    assert str(day_of(table.loc["1", "resolved_at"])) == "2024-01-09"
    assert {item.reason: item.rows for item in opened.ledger()["tickets: history"].left_out} == {
        "'field' is none of status": 1,
        "'value' is none of solved": 1,
        "no row of tickets takes it by its 'ticket'": 1,
        "'when' is no time that begins with year-month-day": 1,
    }


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ('table = "paid back.csv"', 'table = "no.csv"', r"\[joins.transactions.back\] `table`: there is no file 'no.csv'"),
        ('{ id = "order_id" }', '{ id = "order" }', "the column 'order' is not in paid back.csv; its columns are 'order_id'"),
        ('{ id = "order_id" }', '{ number = "order_id" }', r"\[joins.transactions\]: the column 'number' is not in table"),
        ('{ id = "order_id" }', "{ }", r'`on` must be \{ "column here" = "column there" \}'),
        ('sum = { amount = "amount" }', "", "must say which columns are taken"),
        ('sum = { amount = "amount" }', 'sums = { amount = "amount" }', "key 'sums' is not known.*Did you mean 'sum'"),
        ('keep = { kind = ["refund"]', 'keep = { kind = [3]', r"\[joins.transactions.back\] `keep` must be a text or a list"),
        ('["back.amount"]', '["back.amounts"]', "the column 'back.amounts' is not in table"),
        ("[rows.transactions]", "[rows.transactions]\nsum_lines = true", "`sum` is one number an order"),
    ],
)  # fmt: skip
def test_mistakes_name_the_section_and_the_next_step(company, was: str, becomes: str, message: str) -> None:
    assert was in TOML
    with pytest.raises(UserMistake, match=message):
        company({"orders.csv": ORDERS, "paid back.csv": PAID_BACK}, TOML.replace(was, becomes)).table("transactions")


def test_a_joined_table_that_is_not_in_the_database(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE orders AS SELECT 1 AS id, 'ann' AS mail, DATE '2024-01-05' AS at, 9 AS total, 'paid' AS state"
        )
    toml = TOML.replace("[tables]", '[data]\npath = "shop.duckdb"\n[tables]').replace("orders.csv", "orders")
    (tmp_path / "company.toml").write_text(toml.replace("paid back.csv", "paid_back"), encoding="utf-8")
    with pytest.raises(UserMistake, match=r"\[joins.transactions.back\] `table`: the table 'paid_back' cannot be read"):
        open_company(tmp_path).table("transactions")


def test_a_joined_file_is_not_called_unread(company) -> None:
    from analysis.company.finding import not_read

    opened = company({"orders.csv": ORDERS, "paid back.csv": PAID_BACK, "notes.csv": "a\n1\n"}, TOML)
    (line,) = not_read(opened.settings, opened.engine.found)
    assert line.startswith("notes.csv")
