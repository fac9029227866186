"""From the export of every product to a first verdict of one's own: one `init`, one `run`, nothing edited between them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.company.mappings import load_mappings
from analysis.core import paths
from analysis.reporting.cli import app
from tests.company.product_exports import write

pytestmark = pytest.mark.slow

READINGS = {"holds", "fails", "overstated", "direction only", "open"}
ORDERS = "shopify_orders"
WITH_ORDERS = {
    "zendesk_tickets": "10",
    "zendesk_ticket_tables": "10",
    "typeform_nps": "06",
    "google_ads": "04",
    "google_ads_german": "04",
    "meta_ads": "04",
}
"""Products that hold no purchase and no contract: what they tell of customers takes orders beside them. What is spent on
winning customers answers no claim without what is spent on keeping them."""
OF_THE_PRODUCT = {
    "zendesk_tickets": {"first-contact-resolution-retains", "prompt-response-retains"},
    "zendesk_ticket_tables": {"first-contact-resolution-retains"},
    "typeform_nps": {"nps-marks-loyalty"},
}
"""Claims of which one must have a reading; of any, where nothing is said."""
ALONE = {"transactions": "04", "subscriptions": "03"}
"""Table of ours to the notebook that is run."""


def commands() -> dict[str, str]:
    usable = {m.name: m.table for m in load_mappings() if m.table}
    return {name: WITH_ORDERS.get(name) or ALONE[table] for name, table in usable.items()}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setattr(paths, "REPORTS", tmp_path / "reports")
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path / "no downloads"))

    def typed(*arguments: str) -> None:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == 0, done.output

    return typed


def own_readings(place: Path) -> set[str]:
    """Claims of which the company's own numbers have a reading."""
    records = json.loads((place / "reports" / "shop" / "verdicts.json").read_text(encoding="utf-8"))
    own = [record for record in records if record["scope"] == "shop"]
    return {record["claim"] for record in own for e in record["estimates"] if e["reading"] in READINGS}


@pytest.mark.parametrize("layout", commands())
def test_one_init_and_one_run_give_a_verdict(layout: str, tmp_path: Path, run: Callable[..., None]) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    write(layout, shop / "export of today.csv")
    if layout in WITH_ORDERS:
        write(ORDERS, shop / "orders.csv")
    run("init", str(shop))
    run("run", "--data", str(shop), "--only", commands()[layout])
    readings = own_readings(tmp_path)
    assert readings & OF_THE_PRODUCT.get(layout, readings)


def test_a_company_of_four_products_takes_two_commands(tmp_path: Path, run: Callable[..., None]) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    for layout in ("shopify_orders", "stripe_subscriptions", "zendesk_tickets", "google_ads"):
        write(layout, shop / f"{layout} export.csv")
    run("init", str(shop))
    run("run", "--data", str(shop), "--only", "02", "--only", "03", "--only", "04", "--only", "10")
    readings = own_readings(tmp_path)
    assert {"repeat-momentum", "retention-drives-growth"} <= readings
    assert readings & OF_THE_PRODUCT["zendesk_tickets"]
