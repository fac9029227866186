"""Files as they come: each case either works or is refused in words (see test_settings for the refusals)."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pytest

from analysis.company.store import Company, open_company
from analysis.core.calendar_days import day_number, day_of, month_number

HEAD = "customer_id,at,amount\n"


def rows(company: Company, name: str = "transactions") -> list[tuple[str, str, float]]:
    """Customer, day and amount of the used rows, in the file's order."""
    table = company.table(name).expression.execute().sort_values("row_in_file")
    return [(r.customer_id, day_of(r.at).isoformat(), r.amount) for r in table.itertuples()]


def reasons(company: Company, name: str = "transactions") -> dict[str, int]:
    return {item.reason: item.rows for item in company.table(name).entry.left_out}


def test_byte_order_mark_semicolons_decimal_commas_and_thousands(company) -> None:
    text = "Kunde;Wann;Betrag\r\n7;05.01.2024;1.234,50\r\n8;31.12.2023;12\r\n9;06.01.2024;1.000.000\r\n"
    toml = '[data]\ndecimal = ","\n[columns.transactions]\ncustomer_id = "Kunde"\nat = "Wann"\namount = "Betrag"\n'
    found = rows(company({"u.csv": b"\xef\xbb\xbf" + text.encode()}, toml))
    assert found == [("7", "2024-01-05", 1234.5), ("8", "2023-12-31", 12.0), ("9", "2024-01-06", 1e6)]


def test_latin_1_is_read_when_it_is_named(company) -> None:
    text = "customer_id;at;amount;channel\nM\xfcller;2024-01-05;10;Gesch\xe4ft\n"
    opened = company({"u.csv": text.encode("latin-1")}, '[data]\nencoding = "latin-1"\n')
    table = opened.table("transactions").expression.execute()
    assert table[["customer_id", "channel"]].values.tolist() == [["Müller", "Geschäft"]]


def test_utf_16_tells_itself(company) -> None:
    assert rows(company({"u.csv": (HEAD + "é,2024-01-05,10\n").encode("utf-16")})) == [("é", "2024-01-05", 10.0)]


def test_quoted_newlines_belong_to_their_field(company) -> None:
    text = 'customer_id,at,amount,channel\n1,2024-01-05,10,"two\nlines, one field"\n2,2024-01-06,11,shop\n'
    opened = company({"u.csv": text})
    assert rows(opened) == [("1", "2024-01-05", 10.0), ("2", "2024-01-06", 11.0)]
    assert reasons(opened) == {}


def test_unambiguous_date_forms_mix_freely(company) -> None:
    forms = [
        "2024-02-29",
        "29.02.2024",
        "20240229",
        "2024/02/29",
        "2024-02-29T23:59:59",
        "2024-02-29 8:26",
        "2024.02.29",
    ]
    found = rows(company({"u.csv": HEAD + "".join(f"{i},{form},1\n" for i, form in enumerate(forms))}))
    assert [day for _, day, _ in found] == ["2024-02-29"] * len(forms)


@pytest.mark.parametrize(
    ("given", "day"),
    [("13/02/2024,02/03/2024", "2024-03-02"), ("02/13/2024,02/03/2024", "2024-02-03")],
)
def test_a_column_settles_the_order_of_day_and_month(company, given: str, day: str) -> None:
    first, second = given.split(",")
    assert rows(company({"u.csv": f"{HEAD}1,{first},1\n2,{second},1\n"}))[1][1] == day


def test_date_format_settles_it_too_and_other_forms_are_still_read(company) -> None:
    text = HEAD + "1,03/04/2024 14:30,1\n2,03/04/2024,1\n3,2024-04-03,1\n4,3-Apr-24,1\n"
    opened = company({"u.csv": text}, '[data]\ndate_format = "%d/%m/%Y %H:%M"\n')
    assert [day for _, day, _ in rows(opened)] == ["2024-04-03"] * 3
    assert reasons(opened) == {"at not readable": 1}


def test_a_named_format_leaves_other_forms_readable(company) -> None:
    """The column mixes 3-Apr-24, which needs the format, with forms that are known without."""
    text = HEAD + "1,3-Apr-24,1\n2,2024-04-04,1\n3,05.04.2024,1\n4,6-Foo-24,1\n"
    opened = company({"u.csv": text}, '[data]\ndate_format = "%d-%b-%y"\n')
    assert [day for _, day, _ in rows(opened)] == ["2024-04-03", "2024-04-04", "2024-04-05"]
    assert reasons(opened) == {"at not readable": 1}


def test_named_months_and_short_years_need_a_format(company) -> None:
    opened = company(
        {"u.csv": HEAD + "1,3-Apr-24,1\n2,31-Dec-69,1\n"},
        '[data]\ndate_format = "%d-%b-%y"\n[company]\nend_of_observation = "2024-12-31"\n',
    )
    assert [day for _, day, _ in rows(opened)] == ["2024-04-03", "1969-12-31"]


def test_days_that_do_not_exist_are_left_out(company) -> None:
    text = (
        HEAD
        + "1,2024-02-29,1\n2,2023-02-29,1\n3,31.04.2024,1\n4,2024-13-01,1\n5,1900-01-01,1\n6,2024-01-01 25:00,1\n7,2024-03-01,1\n8,2024-03-01,1\n9,2024-03-01,1\n10,2024-03-01,1\n11,2024-03-01,1\n"
    )
    opened = company({"u.csv": text})
    assert reasons(opened) == {"at not readable": 4, "at before 1900-01-03": 1}
    assert opened.table("transactions").n == 6


def test_an_hour_that_the_clocks_skip_is_read_as_it_stands(company) -> None:
    """On 31 March 2024 there is no 2:30 in Berlin; the day is certain all the same."""
    opened = company({"u.csv": HEAD + "1,2024-03-31 02:30:00,1\n"}, '[company]\ntimezone = "Europe/Berlin"\n')
    assert rows(opened)[0][1] == "2024-03-31"


def test_times_with_an_offset_become_local(company) -> None:
    """23:30 UTC is 0:30 of the next day in Berlin in winter, 1:30 in summer; 22:30 in summer is 0:30."""
    text = (
        HEAD
        + "1,2024-01-31T23:30:00Z,1\n2,2024-07-31T22:30:00Z,1\n3,2024-01-31T22:30:00Z,1\n4,2024-01-31 22:30:00-0500,1\n5,2024-01-31 23:30,1\n"
    )
    opened = company({"u.csv": text}, '[company]\ntimezone = "Europe/Berlin"\n')
    assert [day for _, day, _ in rows(opened)] == ["2024-02-01", "2024-08-01", "2024-01-31", "2024-02-01", "2024-01-31"]
    table = opened.table("transactions").expression.execute().sort_values("row_in_file")
    assert table["at_month"].tolist() == [month_number(datetime.date(2024, m, 1)) for m in (2, 8, 1, 2, 1)]
    assert "4 times with an offset" in " ".join(opened.table("transactions").entry.notes)


def test_currency_signs_and_signs_of_number(company) -> None:
    given = ["€ 5", "5 EUR", "EUR5.50", "-€5", "5-", "(5)", "1 234.50", "1'234.50", "1,234.50", "1e2", "$5", "+3"]
    text = "customer_id;at;amount\n" + "".join(f"{i};2024-01-05;{g}\n" for i, g in enumerate(given))
    opened = company({"u.csv": text}, '[company]\ncurrency = "EUR"\n')
    assert [amount for _, _, amount in rows(opened)] == [5, 5, 5.5, -5, -5, -5, 1234.5, 1234.5, 1234.5, 100, 3]
    assert reasons(opened) == {"amount in another currency": 1}


def test_texts_for_missing_and_mapped_values(company) -> None:
    text = (
        HEAD
        + "guest,2024-01-05,1\nNULL,2024-01-05,1\nnan,2024-01-05,1\n ,2024-01-05,1\n7.0,2024-01-05,1\n 8 ,2024-01-05,NA\n"
    )
    opened = company({"u.csv": text}, '[values.transactions.customer_id]\nguest = ""\n')
    assert rows(opened) == [("7", "2024-01-05", 1.0)]
    assert reasons(opened) == {"no customer_id": 4, "no amount": 1}


def test_rows_that_do_not_fit_the_header_are_counted_and_rows_behind_them_keep_their_number(company) -> None:
    text = HEAD + "1,2024-01-05,1\n2,2024-01-05\n3,2024-01-05,1,9\n,2024-01-05,1\n5,2024-01-06,1\n"
    entry = company({"u.csv": text}).table("transactions").entry
    assert (entry.rows_in, entry.rows_used) == (5, 2)
    assert [(i.reason, i.rows, i.example_row) for i in entry.left_out] == [
        ("too many or too few fields for the header", 2, 2),
        ("no customer_id", 1, 4),
    ]


def test_a_header_without_rows_is_an_empty_table(company) -> None:
    opened = company({"transactions.csv": HEAD, "points.csv": "customer_id,at,points,kind\n"})
    assert opened.table("transactions").entry.rows_in == 0
    assert opened.lacks("transactions") == "a usable row in the table transactions"


def test_a_column_that_is_all_empty_counts_as_absent(company) -> None:
    opened = company({"u.csv": "customer_id,at,amount,channel\n1,2024-01-05,1,\n2,2024-01-05,1,\n"})
    assert opened.lacks("transactions", "channel") == "the column channel in the table transactions"
    assert opened.lacks("transactions", "amount") is None


def test_a_required_column_that_is_all_empty_leaves_every_row_out_with_its_reason(company) -> None:
    opened = company({"u.csv": HEAD + ",2024-01-05,1\n,2024-01-05,1\n"})
    assert reasons(opened) == {"no customer_id": 2}
    assert opened.lacks("transactions") == "a usable row in the table transactions"


def test_an_optional_value_that_cannot_be_read_costs_the_value_and_not_the_row(company) -> None:
    text = "customer_id,at,amount,discount,is_return\n1,2024-01-05,1,oops,false\n2,2024-01-05,1,0.5,maybe\n3,2024-01-05,1,0.5,no\n"
    opened = company({"u.csv": text})
    assert opened.table("transactions").n == 3
    notes = " ".join(opened.table("transactions").entry.notes)
    assert "discount could not be used in 1 row and counts as missing there" in notes
    assert "is_return could not be used in 1 row and counts as missing there" in notes


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "customer_id": [17850.0, 17851.0, None],
            "at": pd.to_datetime(["2024-01-05 10:00", "2024-01-06 00:00", "2024-01-07 00:00"]),
            "amount": [1.5, float("nan"), 2.0],
        }
    )
    frame.to_parquet(tmp_path / "transactions.parquet")
    opened = open_company(tmp_path)
    assert rows(opened) == [("17850", "2024-01-05", 1.5)]
    assert reasons(opened) == {"no customer_id": 1, "no amount": 1}
    assert [i.example_row for i in opened.table("transactions").entry.left_out] == [3, 2]


def test_a_duckdb_file_is_read_and_not_written(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE sales AS SELECT 1 AS who, DATE '2024-01-05' AS \"at\", 10.5::DECIMAL(9,2) AS amount"
        )
        connection.execute(
            "INSERT INTO sales VALUES (2, TIMESTAMP '2024-01-06 23:59:59', 3), (NULL, DATE '2024-01-07', 3)"
        )
        connection.execute(
            "CREATE VIEW points AS SELECT who AS customer_id, \"at\", 5 AS points, 'earn' AS kind FROM sales"
        )
    before = path.read_bytes()
    (tmp_path / "company.toml").write_text(
        '[data]\npath = "shop.duckdb"\n[tables]\ntransactions = "sales"\n[columns.transactions]\ncustomer_id = "who"\n'
    )
    opened = open_company(tmp_path)
    assert opened.names == ("transactions", "points")
    table = opened.table("transactions").expression.execute().sort_values("customer_id")
    assert table["customer_id"].tolist() == ["1", "2"]
    assert [day_of(d).isoformat() for d in table["at"]] == ["2024-01-05", "2024-01-06"]
    assert opened.table("points").n == 2
    assert path.read_bytes() == before


@pytest.mark.parametrize("day", ["1900-01-03", "1999-12-31", "2000-02-29", "2023-12-31", "2100-03-01"])
def test_day_numbers_agree_with_the_calendar(company, day: str) -> None:
    opened = company({"u.csv": f"{HEAD}1,{day},1\n"})
    found = opened.table("transactions").expression.execute().iloc[0]
    assert found["at"] == day_number(datetime.date.fromisoformat(day))
    assert found["at_month"] == month_number(datetime.date.fromisoformat(day))


def test_a_folder_is_left_as_it_was(folder) -> None:
    place = folder({"u.csv": HEAD + "1,2024-01-05,1\n"})
    open_company(place).table("transactions")
    assert [f.name for f in place.iterdir()] == ["u.csv"]


def test_a_time_of_day_keeps_its_minutes_whatever_the_month(company) -> None:
    """16 November 2024 is day 45 610 since 1900; 10:07:09 is second 36 429 of the day. The seventh minute is no month."""
    text = "ticket_id,customer_id,opened_at\n1,1,2024-11-16 10:07:09\n2,1,16.11.2024 10:07:09 pm\n"
    table = company({"tickets.csv": text}).table("tickets").expression.execute().sort_values("row_in_file")
    assert table["opened_at_second"].tolist() == [45_610 * 86_400 + 36_429, 45_610 * 86_400 + 36_429 + 12 * 3600]
