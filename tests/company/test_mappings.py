"""Every ready-made mapping reads the invented sample beside it: one `init`, no line changed by hand, a ledger that balances.

Expected rows and amounts are worked out by hand from the samples.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import tomllib
from functools import cache
from pathlib import Path

import pytest

from analysis.company.initialising import Initialised, init_company
from analysis.company.mappings import SECTIONS, ProductMapping, load_mappings
from analysis.company.schemas import TABLES
from analysis.company.store import Company, open_company
from analysis.core import paths
from analysis.core.calendar_days import day_of

NAMES = [mapping.name for mapping in load_mappings()]
USABLE = [mapping.name for mapping in load_mappings() if mapping.table]

EXPECTED = {
    # sample: (rows in, [(customer, first day, amount or None)] of the rows used, end of observation)
    "shopify_orders": (8, [("ann@example.org", "2024-01-05", 24.9), ("ann@example.org", "2024-03-01", 40.0),
                           ("bob@example.org", "2024-01-09", 30.0)], "2024-03-01"),
    "stripe_payments": (6, [("cus_1", "2024-01-05", 9.9), ("cus_1", "2024-02-08", 9.9), ("cus_2", "2024-02-09", 30.0)],
                        "2024-02-09"),
    "stripe_charges_api": (6, [("cus_1", "2024-01-05", 9.9), ("cus_1", "2024-02-08", 9.9), ("cus_2", "2024-02-09", 30.0),
                               ("cus_2", "2024-03-10", 19.9)], "2024-03-10"),
    "stripe_subscriptions": (5, [("cus_1", "2024-01-05", 9.9), ("cus_2", "2024-01-10", 20.0),
                                 ("cus_5", "2024-02-11", 9.9)], None),
    "woocommerce_orders": (5, [("ann@example.org", "2024-01-05", 24.9), ("ann@example.org", "2024-03-13", 40.0),
                               ("bob@example.org", "2024-01-09", 50.0)], "2024-03-13"),
    "zendesk_tickets": (3, [("9001", "2024-01-06", None), ("9001", "2024-06-20", None), ("9002", "2024-02-10", None)],
                        "2024-06-21"),
    "recurly_subscriptions": (6, [("a1", "2024-01-05", None), ("a2", "2024-01-10", None), ("a3", "2024-04-10", None),
                                  ("a5", "2024-02-01", None)], "2024-05-20"),
    "chargebee_subscriptions": (4, [("k1", "2024-01-05", None), ("k2", "2024-01-10", None), ("k4", "2024-05-10", None)],
                                "2024-05-10"),
    "hubspot_deals": (5, [("77", "2024-01-05", 1000.0), ("77", "2024-03-05", 1200.0)], "2024-03-05"),
    "typeform_nps": (3, [("ann@example.org", "2024-03-01", 9.0), ("bob@example.org", "2024-03-02", 3.0)], "2024-03-02"),
    "google_ads": (5, [("", "2024-01-01", 79.5), ("", "2024-01-01", 1120.5), ("", "2024-02-01", 900.0),
                       ("", "2024-03-01", 1000.0)], "2024-03-01"),
    "google_ads_german": (4, [("", "2024-01-01", 79.5), ("", "2024-01-01", 1120.5), ("", "2024-02-01", 900.0)],
                          "2024-02-01"),
    "meta_ads": (4, [("", "2024-01-01", 100.0), ("", "2024-02-01", 100.0), ("", "2024-03-01", 110.0)], "2024-03-01"),
    "shopify_order_tables": (5, [("ann@example.org", "2024-01-05", 24.9), ("ann@example.org", "2024-03-01", 40.0),
                                 ("bob@example.org", "2024-01-09", 30.0)], "2024-03-01"),
    "shopify_order_graphql_tables": (5, [("ann@example.org", "2024-01-05", 24.9), ("ann@example.org", "2024-03-01", 40.0),
                                         ("bob@example.org", "2024-01-09", 50.0)], "2024-03-01"),
    "stripe_subscription_tables": (5, [("cus_1", "2024-01-05", None), ("cus_2", "2024-01-10", None),
                                       ("cus_5", "2024-02-20", None)], None),
    "zendesk_ticket_tables": (3, [("9001", "2024-01-06", None), ("9001", "2024-06-20", None)], "2024-06-21"),
}  # fmt: skip
NUMBER = {"transactions": "amount", "subscriptions": "price", "surveys": "score", "spending": "amount"}


@pytest.fixture
def sample(tmp_path: Path):
    def copy(name: str, called: str = "export of today.csv") -> Path:
        place = tmp_path / "co"
        place.mkdir(exist_ok=True)
        return Path(shutil.copy(paths.MAPPINGS / f"{name}.csv", place / called))

    return copy


@pytest.fixture(scope="module")
def as_it_comes(tmp_path_factory: pytest.TempPathFactory):
    """Each sample after one `init`, opened once for all who read it: its file, what `init` said, the company."""

    @cache
    def opened(name: str) -> tuple[Path, Initialised, Company]:
        file = Path(shutil.copy(paths.MAPPINGS / f"{name}.csv", tmp_path_factory.mktemp(name) / "export of today.csv"))
        return file, init_company(file), open_company(file.parent)

    return opened


def rows(company: Company, table: str) -> list[tuple[str, str, float | None]]:
    frame = company.table(table).expression.execute()
    starts, number = TABLES[table].starts, NUMBER.get(table)
    found = []
    for row in frame.to_dict("records"):
        value = row.get(number) if number else None
        found.append((row.get("customer_id", ""), str(day_of(row[starts])), None if value is None else round(value, 2)))
    return sorted(found, key=str)


def test_every_mapping_has_a_sample_and_says_where_its_columns_are_documented() -> None:
    assert set(EXPECTED) == set(USABLE)
    for mapping in load_mappings():
        assert (paths.MAPPINGS / f"{mapping.name}.csv").is_file(), mapping.name
        assert mapping.documented, mapping.name
        assert mapping.missing, mapping.name
        assert mapping.reconciliation, mapping.name
        assert mapping.opinions, mapping.name
        assert bool(mapping.table) != bool(mapping.unusable), mapping.name


def test_the_codebook_lists_every_key() -> None:
    part = (paths.ROOT / "data" / "README.md").read_text(encoding="utf-8").partition("## Mappings")[2]
    listed = {key for row in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}
    known = {item.name for item in dataclasses.fields(ProductMapping)} - {"name", "sections"}
    assert listed == known | set(SECTIONS)


DESK = ("shopify_orders", "recurly_subscriptions", "google_ads_german", "zendesk_ticket_tables")
"""One sample a kind of table that `make test` reads; `make test-long` reads all."""


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in DESK else pytest.mark.slow) for n in USABLE])
def test_a_sample_is_recognised_and_read_as_it_comes(name: str, as_it_comes) -> None:
    mapping = next(item for item in load_mappings() if item.name == name)
    file, done, company = as_it_comes(name)
    assert [line.startswith(f"{file.name}: ") and mapping.rows_are in line for line in done.seen] == [True]
    n_rows, expected, end = EXPECTED[name]
    entry = company.table(mapping.table).entry
    assert rows(company, mapping.table) == sorted(expected, key=str)
    assert (entry.rows_in, entry.rows_used) == (n_rows, len(expected))
    if end:
        assert str(company.settings.end_of_observation) == end


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(USABLE)))
def test_what_cannot_be_a_table_is_named_with_its_reason(name: str, sample) -> None:
    mapping = next(item for item in load_mappings() if item.name == name)
    done = init_company(sample(name))
    assert done.seen == ()
    assert mapping.unusable in done.unused[0]


def test_a_german_report_as_google_ads_writes_it(tmp_path: Path) -> None:
    """A title and a period above the header, commas between columns and in amounts, a row of totals without a currency."""
    (tmp_path / "Kampagnenbericht.csv").write_text(
        'Kampagnenbericht\n"1. September 2026 - 31. Oktober 2026"\nTag,Kampagne,Währungscode,Kosten,Impr.\n'
        '2026-09-01,Dach,USD,"1.234,56","12.345"\n2026-10-02,Dach,USD,"65,44",120\nGesamt: Konto,,--,"1.300,00",\n',
        encoding="utf-8",
    )
    (line,) = init_company(tmp_path).seen
    assert line.endswith("3 rows of a German Google Ads report by day, 1 campaign, USD")
    company = open_company(tmp_path)
    assert rows(company, "spending") == [("", "2026-09-01", 1234.56), ("", "2026-10-01", 65.44)]


def test_init_says_what_it_saw(sample) -> None:
    (line,) = init_company(sample("shopify_orders", "orders_export_1.csv")).seen
    assert line == (
        "orders_export_1.csv: 8 rows of a Shopify order export, 7 orders, EUR, 1 voided, 1 refunded in full, "
        "1 refunded in part, 1 not paid yet"
    )


def test_every_assumption_is_a_line_that_can_be_changed(sample) -> None:
    file = sample("shopify_orders")
    init_company(file)
    toml = file.parent / "company.toml"
    text = toml.read_text(encoding="utf-8")
    assert tomllib.loads(text)["rows"]["transactions"]["keep"]["Financial Status"][-1] == "refunded"
    toml.write_text(text.replace('amount = ["Refunded Amount"]', ""), encoding="utf-8")
    amounts = [amount for *_, amount in rows(open_company(file.parent), "transactions")]
    assert sorted(amounts) == [20.0, 24.9, 40.0, 50.0]


def test_ends_of_subscriptions(as_it_comes) -> None:
    """Ended At, not Canceled At: cus_5 has asked to leave and still pays; cus_2's end is a day that was seen."""
    *_, company = as_it_comes("stripe_subscriptions")
    table = company.table("subscriptions").expression.execute().set_index("customer_id")
    assert table["ended_at"].isna().to_dict() == {"cus_1": True, "cus_2": False, "cus_5": True}
    assert str(day_of(table.loc["cus_2", "ended_at"])) == "2024-06-10"
    assert table["end_reason"].fillna("").to_dict()["cus_2"] == "cancellation_requested"


def test_an_end_that_is_still_to_come_is_none(as_it_comes) -> None:
    """a3 has cancelled and is paid up; a2 and a5 have expired, and a request of 20 May was seen."""
    _, done, company = as_it_comes("recurly_subscriptions")
    table = company.table("subscriptions").expression.execute().set_index("customer_id")
    assert table["ended_at"].isna().to_dict() == {"a1": True, "a2": False, "a3": True, "a5": False}
    assert any("days to come" in line for line in done.told)


def test_tickets_keep_their_meaning(as_it_comes) -> None:
    *_, company = as_it_comes("zendesk_tickets")
    table = company.table("tickets").expression.execute().set_index("ticket_id").sort_index()
    assert table["resolved_first_contact"].tolist() == [True, False, True]
    assert table["category"].fillna("").tolist() == ["failure", "wismo", ""]
    assert table["priority"].fillna(0).tolist() == [2, 0, 1]
