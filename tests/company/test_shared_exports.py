"""The combined exports of a shop, a payment service, a help desk, a mailing tool and a workbook, as they come: one `init`, one `run`.

They lie beside the public files; what is expected is counted from the same files with pandas. They hold no effect.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.company.initialising import Initialised, init_company
from analysis.company.store import Company, open_company
from analysis.core import paths
from analysis.reporting.cli import app

EXPORTS = Path(os.environ.get("RETENTION_DATA_DIR", "no such folder")).parent / "exports" / "beanco"
pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason="the invented exports do not lie beside the public files")


def raw(name: str) -> pd.DataFrame:
    return pd.read_csv(EXPORTS / name)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("together") / "beanco"
    folder.mkdir()
    for file in EXPORTS.iterdir():
        shutil.copyfile(file, folder / file.name)  # not its rights: the folder may be one that nobody may write to
    return folder


@pytest.fixture(scope="module")
def done(place: Path) -> Initialised:
    return init_company(place)


@pytest.fixture(scope="module")
def company(place: Path, done: Initialised) -> Company:
    return open_company(place)


def test_every_file_is_used_or_named_with_a_reason(done: Initialised) -> None:
    seen = {line.partition(":")[0] for line in done.seen}
    assert seen == {"Kunden.xlsx", "orders_export_1.csv", "subscriptions.csv", "zendesk_tickets.csv"}
    unused = {line.partition(":")[0]: line for line in done.unused}
    assert seen | set(unused) == {file.name for file in EXPORTS.iterdir()}
    assert (
        "4,166 rows of Stripe charges in the smallest unit of the currency, 300 customers, EUR, 194 failed"
        in unused["charges.csv"]
    )


def test_orders_by_another_reader(company: Company) -> None:
    orders = raw("orders_export_1.csv").drop_duplicates("Name")
    paid = orders["Financial Status"].isin(["paid", "partially_refunded", "refunded"]) & orders["Cancelled at"].isna()
    left = (orders["Total"] - orders["Refunded Amount"]).round(2)
    used = orders[paid & orders["Email"].notna() & (left > 0)]
    table = company.table("transactions")
    frame = table.expression.execute()
    assert (table.entry.rows_in, table.n) == (len(raw("orders_export_1.csv")), len(used))
    assert frame["amount"].sum() == pytest.approx(left[used.index].sum())
    assert set(frame["customer_id"]) == set(used["Email"].str.lower())


def test_subscriptions_and_tickets_by_another_reader(company: Company) -> None:
    subscriptions, tickets = raw("subscriptions.csv"), raw("zendesk_tickets.csv")
    spells = company.table("subscriptions").expression.execute()
    assert int(spells["ended_at"].notna().sum()) == int(subscriptions["Ended At (UTC)"].notna().sum())
    assert sorted(spells["price"]) == pytest.approx(sorted(subscriptions["Amount"]))
    asked = company.table("tickets").expression.execute()
    assert int(asked["resolved_at"].notna().sum()) == int(tickets["Solved at"].notna().sum())
    once = (tickets["Replies"] <= 1) & (tickets["Reopens"] == 0)
    assert int(asked["resolved_first_contact"].sum()) == int(once.sum())
    assert set(asked["customer_id"]) <= set(company.table("customers").expression.execute()["customer_id"])


@pytest.mark.slow
def test_two_commands_lead_to_own_verdicts_on_an_index_page(
    place: Path, done: Initialised, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(paths, "REPORTS", tmp_path / "reports")
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path / "no downloads"))
    run = CliRunner().invoke(app, ["run", "--data", str(place)])
    assert run.exit_code == 0, run.output
    pages = tmp_path / "reports" / "beanco"
    records = json.loads((pages / "verdicts.json").read_text(encoding="utf-8"))
    own = {record["claim"]: record for record in records if record["scope"] == "beanco"}
    read = {claim for claim, record in own.items() for e in record["estimates"] if e["reading"]}
    assert len(read) >= 6
    index = (pages / "index.html").read_text(encoding="utf-8")
    assert "beanco" in index
    assert "example.org" not in index  # no address of a customer
    # Nothing is built in, so nothing may be found large enough to act on with any confidence.
    assert not [c for c in read if own[c]["verdict"] == "holds" and own[c]["confidence"] in ("high", "moderate")]
