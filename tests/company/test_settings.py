"""``company.toml``: what it means, and one clear paragraph for every mistake in it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from analysis.company.settings import load_settings
from analysis.company.store import open_company
from analysis.core.errors import UserMistake

GOOD = "customer_id,at,amount\n1,2024-01-05,10\n1,2024-02-05,12\n"


def test_every_key_of_the_design_is_read(folder) -> None:
    place = folder(
        {"Umsatz 2010.csv": GOOD},
        """
        [company]
        name = "Acme"
        currency = "EUR"
        timezone = "Europe/Berlin"
        end_of_observation = "2024-12-31"
        margin = 0.3
        discount_rate = 0.1
        [data]
        path = "."
        date_format = "%d/%m/%Y %H:%M"
        separator = ";"
        decimal = ","
        encoding = "latin-1"
        [tables]
        transactions = "Umsatz 2010.csv"
        [columns.transactions]
        customer_id = "Kunde"
        [values.spending.purpose]
        "mktg-acq" = "acquisition"
        """,
    )
    settings = load_settings(place)
    assert (settings.name, settings.currency, settings.timezone) == ("Acme", "EUR", "Europe/Berlin")
    assert settings.end_of_observation == datetime.date(2024, 12, 31)
    assert (settings.margin, settings.discount_rate) == (0.3, 0.1)
    assert (settings.date_format, settings.separator, settings.decimal) == ("%d/%m/%Y %H:%M", ";", ",")
    assert settings.encoding == "iso8859-1"
    assert settings.tables == {"transactions": ("Umsatz 2010.csv",)}
    assert settings.columns == {"transactions": {"customer_id": "Kunde"}}
    assert settings.values == {"spending": {"purpose": {"mktg-acq": "acquisition"}}}


def test_a_folder_with_one_csv_needs_no_file(folder) -> None:
    company = open_company(folder({"whatever.csv": GOOD}))
    assert company.names == ("transactions",)
    assert company.table("transactions").n == 2
    assert company.settings.name == "shop"


def test_a_toml_date_is_as_good_as_a_text(folder) -> None:
    settings = load_settings(folder({}, "[company]\nend_of_observation = 2024-12-31\n"))
    assert settings.end_of_observation == datetime.date(2024, 12, 31)


def test_a_single_file_or_the_toml_itself_may_be_named(folder) -> None:
    place = folder({"sales.csv": GOOD}, '[tables]\ntransactions = "sales.csv"\n')
    assert open_company(place / "sales.csv").table("transactions").n == 2
    assert open_company(place / "company.toml").table("transactions").n == 2


BAD_TOML = [
    ("[compny]\nname = 'x'", ["company.toml", "section 'compny'", "Did you mean 'company'"]),
    ("[company]\nnmae = 'x'", ["[company]", "key 'nmae'", "Did you mean 'name'"]),
    ("[company]\nowner = 'x'", ["key 'owner'", "known are name, currency"]),
    ("company = 3", ["[company]", "section of keys", "3"]),
    ("[company]\nname = 3", ["[company] `name`", "text in double quotes", "3 (a whole number)"]),
    ("[company]\nname = ''", ["[company] `name`", "not empty"]),
    ("[company]\ncurrency = 'euro'", ["`currency`", "three capitals", "'euro'"]),
    ("[company]\ncurrency = 1.5", ["`currency`", "1.5 (a number)"]),
    ("[company]\ntimezone = 'Berlin'", ["`timezone`", "Europe/Berlin", "'Berlin'"]),
    ("[company]\ntimezone = 1", ["`timezone`", "1 (a whole number)"]),
    ("[company]\nend_of_observation = '31.12.2024'", ["`end_of_observation`", "2024-12-31", "'31.12.2024'"]),
    ("[company]\nend_of_observation = '2024-02-30'", ["`end_of_observation`", "day that exists", "'2024-02-30'"]),
    ("[company]\nend_of_observation = 2024", ["`end_of_observation`", "2024 (a whole number)"]),
    ("[company]\nend_of_observation = 2024-12-31T10:00:00", ["`end_of_observation`", "must be a day"]),
    ("[company]\nend_of_observation = '1706659200'", ["`end_of_observation`", "must be a day"]),
    ("[company]\nend_of_observation = '2024-01-31T00:00:00'", ["`end_of_observation`", "must be a day"]),
    ("[company]\nmargin = 30", ["`margin`", "from 0 to 1", "0.3 is 30 %", "30"]),
    ("[company]\nmargin = -0.1", ["`margin`", "from 0 to 1", "-0.1"]),
    ("[company]\nmargin = '0.3'", ["`margin`", "number from 0 to 1", "'0.3'"]),
    ("[company]\nmargin = true", ["`margin`", "True (true or false)"]),
    ("[company]\nmargin = nan", ["`margin`", "from 0 to 1"]),
    ("[company]\nwinback_days = 3", ["`winback_days`", "from 7 to 3650", "3"]),
    ("[company]\nauto_renew_binds = 1", ["`auto_renew_binds`", "true or false"]),
    ("[company]\ndiscount_rate = 10", ["`discount_rate`", "from 0 to 1"]),
    ("[data]\npath = 3", ["[data] `path`", "3 (a whole number)"]),
    ("[data]\npath = 'nowhere'", ["[data]", "`path`", "exists", "'nowhere'"]),
    ("[data]\npath = 'company.toml'", ["`path`", "DuckDB file", "'company.toml'"]),
    ("[data]\npath = 'postgres://me@host/shop'", ["`path`", "Give it as `database`"]),
    ("[data]\ndatabase = 'shop'", ["`database`", "must be an address", "without ://"]),
    ("[data]\ndatabase = 5", ["`database`", "must be an address"]),
    ("[data]\npath = '.'\ndatabase = 'postgres://h/d'", ["`path` and `database`", "Remove one"]),
    ("[data]\ndatabase = 'postgres://u:${MY PW}@h/d'", ["`database`", "${NAME}", "${MY PW}"]),
    ("[data]\ndatabase = 'postgres://u:${PW@h/d'", ["`database`", "never closed"]),
    ("[data]\ndate_format = '%d/%m'", ["`date_format`", "year (%Y or %y)", "'%d/%m'"]),
    ("[data]\ndate_format = 'dd/mm/yyyy'", ["`date_format`", "day (%d)"]),
    ("[data]\ndate_format = '%d/%m/%Y %Q'", ["`date_format`", "%Q"]),
    ("[data]\ndate_format = '%d/%m/%Y %d'", ["`date_format`", "once"]),
    ("[data]\nseparator = ';;'", ["`separator`", "one character", "';;'"]),
    ("[data]\nseparator = 'x'", ["`separator`", "'x'"]),
    ("[data]\nseparator = ','\ndecimal = ','", ["`separator` and `decimal`", "differ"]),
    ("[data]\ndecimal = ';'", ["`decimal`", '"." or ","', "';'"]),
    ("[data]\nencoding = 'klingon'", ["`encoding`", "latin-1", "'klingon'"]),
    ("[tables]\ntransaction = 'x.csv'", ["[tables]", "'transaction'", "Did you mean 'transactions'"]),
    ("[tables]\ntransactions = 3", ["[tables] `transactions`", "3 (a whole number)"]),
    ("[tables]\ntransactions = 'x.csv'\ntransactions = 'y.csv'", ["TOML", "only once"]),
    ("[columns.transaction]\nat = 'x'", ["[columns]", "'transaction'", "Did you mean 'transactions'"]),
    ("[columns.transactions]\nwhen = 'x'", ["[columns.transactions]", "key 'when'", "customer_id"]),
    ("[columns.transactions]\nat = []", ["[columns.transactions] `at`", "list"]),
    ("[rows.transactions]\nkeeps = 1", ["[rows.transactions]", "'keeps'", "Did you mean 'keep'"]),
    ("[rows.transactions.keep]\nStatus = 3", ["[rows.transactions] `keep`", "list of texts"]),
    ("[rows.transactions.scale]\namount = 0", ["[rows.transactions] `scale`", "factor above 0"]),
    ("[rows.transactions.less]\namounts = 'x'", ["column 'amounts'", "Did you mean 'amount'"]),
    ("[rows.transactions.clock]\nat = 'local'", ["clock 'local'", "epoch seconds"]),
    (
        "[rows.transactions.clock]\nat = 5",
        ["[rows.transactions] `clock`", "5 (a whole number)", "The key is clock.at."],
    ),
    ("[rows.transactions.scale]\namount = inf", ["[rows.transactions] `scale`", "factor above 0", "inf"]),
    ("[rows.orders]\nfirst_of = 'x'", ["'orders'", "transactions"]),
    ("[tables]\ncampaigns- = 'x'", ["'campaigns-'"]),
    ("[constants.spending]\npurposes = 'x'", ["'purposes'", "Did you mean 'purpose'"]),
    ("[ids]\ncrosswalk = 'x'", ["[ids] `crosswalk`", "file", "from", "to"]),
    ("[ids.crosswalk]\nfile = 3\nfrom = 'a'\nto = 'b'", ["[ids] `crosswalk`", "3 (a whole number)", "crosswalk.file"]),
    ("[ids]\nhash = true", ["'hash'", "Did you mean 'hashed'"]),
    ("[columns]\ntransactions = 'x'", ["[columns.transactions]", "section of keys", 'customer_id = "Kunde"']),
    ("[values.spending]\npurpose = 'x'", ["[values.spending.purpose]", "section of keys"]),
    ("[values.spending.purpos]\na = 'acquisition'", ["key 'purpos'", "Did you mean 'purpose'"]),
    ("[values.spending.purpose]\na = 'aquisition'", ["[values.spending.purpose] `a`", "'acquisition', 'retention'"]),
    ("[values.spending.purpose]\na = 1", ["[values.spending.purpose] `a`", "double quotes"]),
    ("[company\nname = 'x'", ["company.toml", "TOML", "line 1"]),
]


@pytest.mark.parametrize(("toml", "fragments"), BAD_TOML)
def test_a_mistake_in_the_file_gets_one_paragraph(folder, toml: str, fragments: list[str]) -> None:
    with pytest.raises(UserMistake) as caught:
        load_settings(folder({"transactions.csv": GOOD}, toml))
    message = str(caught.value)
    assert "\n" not in message
    for fragment in fragments:
        assert fragment in message


BAD_FOLDERS = [
    ({"transactions.csv": GOOD, "transactions.parquet": b"PAR1"}, "", ["Two files", "transactions.csv", "Remove one"]),
    ({"transactions.csv": GOOD, "Transactions.CSV": GOOD}, "", ["Two files could be the table transactions"]),
    ({"a.csv": GOOD}, "[tables]\ntransactions = 'b.csv'", ["[tables] `transactions`", "no file 'b.csv'", "a.csv"]),
    ({"a.doc": b"PK"}, "[tables]\ntransactions = 'a.doc'", ["[tables] `transactions`", "ends in .csv", "'a.doc'"]),
    ({"a.xlsx": b"PK"}, "[tables]\ntransactions = 'a.xlsx'", ["workbook a.xlsx", "export it as CSV"]),
    ({"t.csv.gz": b"no gzip"}, "", ["t.csv.gz", "cannot be unpacked"]),
    (
        {"t.csv": GOOD},
        "[values.transactions.channel]\nweb = 'Web'",
        ["[values.transactions.channel]", "no column `channel`"],
    ),
    ({"t.csv": GOOD}, "[rows.transactions.keep]\nState = 'paid'", ["[rows.transactions]", "'State'", "'amount'"]),
    ({"a.csv": GOOD, "b.csv": GOOD}, "", ["holds none of the tables", "a.csv, b.csv", "[tables]"]),
    ({"readme.md": "x"}, "", ["holds none of the tables", "no table file at all"]),
    (
        {"t.csv": GOOD},
        "[columns.transactions]\nat = 'when'",
        ["[columns.transactions] `at`", "'when'", "'at', 'amount'"],
    ),
    ({"t.csv": "kunde,at,amount\n"}, "", ["must have the column `customer_id`", "'kunde'", "[columns.transactions]"]),
    ({"t.csv": "customer_id,at\n"}, "", ["must have the column `amount`", "`quantity` and `unit_price`"]),
    ({"t.csv": "customer_id,at,quantity\n"}, "", ["must have the column `amount`"]),
    (
        {"t.csv": "customer_id,at,amount,Amount,AMOUNT\n"},
        "[columns.transactions]\namount='aMount'",
        ["3 columns", "aMount"],
    ),
    ({"t.csv": "customer_id,at,amount,at\n"}, "", ["2 columns are called 'at'", "Rename"]),
    ({"points.csv": "customer_id,at,points\n1,2024-01-01,5\n"}, "", ["Table points", "`kind`"]),
    ({"t.csv": b""}, "", ["t.csv is empty", "header"]),
    ({"t.csv": "a,b;c\n1,2;3\n"}, "", ["does not tell its separator", "`separator`"]),
    (
        {"t.csv": GOOD.encode() + "2,2024-03-01,5 \xe4\n".encode("latin-1")},
        "",
        ["encoding utf-8", "line 4", "0xe4", "cp1252"],
    ),
    ({"t.csv": GOOD + "2,2024-03-01,\x00\n"}, "", ["line 4", "zero byte"]),
    ({"t.csv": GOOD + '2,"2024-03-01,5\n3,2024-03-01,5\n'}, "", ["line 4", "double quote", "never closed"]),
    ({"transactions.parquet": b"PAR1 no parquet"}, "", ["transactions.parquet", "Parquet"]),
    (
        {"t.csv": "customer_id,at,amount\n1,03/04/2024,5\n2,05/06/2024,5\n"},
        "",
        ["column `at`", "two ways", "none has a number above 12", "date_format"],
    ),
    (
        {"t.csv": "customer_id,at,amount\n1,31/04/2024,5\n2,05/16/2024,5\n"},
        "",
        ["column `at`", "some begin with the day and some with the month"],
    ),
    ({"t.csv": "customer_id,at,amount\n1,yesterday,5\n2,today,5\n"}, "", ["2 of 2 values", "'today'", "date_format"]),
    (
        {"t.csv": "customer_id,at,amount\n1,2024-01-01,many\n2,2024-01-01,few\n"},
        "",
        ["`amount`", "2 of 2 values", "'few'"],
    ),
    (
        {"t.csv": 'customer_id,at,amount\n1,2024-01-01,"12,50"\n2,2024-01-01,"3,00"\n'},
        "",
        ["`amount`", "2 values", "decimal comma", 'decimal = ","'],
    ),
    (
        {"t.csv": 'customer_id,at,amount\n1,2024-01-01,"1,250"\n2,2024-01-01,300\n'},
        "",
        ["`amount`", "1,250 or 1.250", "thousands or decimals"],
    ),
    (
        {"t.csv": "customer_id,at,amount\n1,2024-01-01,$5.00\n2,2024-01-01,€5.00\n"},
        "",
        ["`amount`", "several currencies", "`currency`"],
    ),
    (
        {"t.csv": "customer_id,at,amount\n1,2024-01-01,5\n2,2024-01-09,5\n3,2204-01-09,5\n"},
        "",
        ["2204-01-09", "cannot be trusted", "end_of_observation"],
    ),
    (
        {"t.csv": GOOD, "shop.duckdb": b"no database"},
        "[data]\npath = 'shop.duckdb'",
        ["shop.duckdb", "DuckDB database"],
    ),
]


def read_all(place: Path) -> None:
    company = open_company(place)
    for name in company.names:
        company.table(name)


@pytest.mark.parametrize(("files", "toml", "fragments"), BAD_FOLDERS)
def test_data_that_cannot_be_read_get_one_paragraph(folder, files, toml: str, fragments: list[str]) -> None:
    place = folder(files, toml or None)
    with pytest.raises(UserMistake) as caught:
        read_all(place)
    message = str(caught.value)
    assert "\n" not in message
    for fragment in fragments:
        assert fragment in message


def test_a_memory_limit_that_is_too_small_says_so(folder) -> None:
    lines = "".join(f"{i},2024-01-{i % 28 + 1:02d},{i % 50}\n" for i in range(200_000))
    place = folder({"t.csv": "customer_id,at,amount\n" + lines}, '[data]\nmemory_limit = "1MB"\n')
    with pytest.raises(UserMistake, match=r"room enough for the table file t\.csv.*memory_limit"):
        read_all(place)


def test_a_path_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="`data` must be a folder"):
        load_settings(tmp_path / "nowhere")


def test_a_file_of_another_kind_says_so(folder) -> None:
    with pytest.raises(UserMistake, match=r"`data` must be a folder.*notes\.md"):
        load_settings(folder({"notes.md": "x"}) / "notes.md")
