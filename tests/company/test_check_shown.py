"""What `check` and the pages tell of a company reaches the reader letter by letter: no bracket is taken for a mark of style, no id is broken."""

from __future__ import annotations

import pytest

from analysis.company.ledger import Entry, Ledger, LeftOut
from analysis.core.errors import UserMistake
from analysis.notebook.tables import ledger_table
from analysis.reporting import own_data_check
from analysis.reporting.own_data_check import ClaimCheck, CompanyCheck
from analysis.reporting.progress import show_company_check

CLAIM = "people-leave-over-service-not-offers"  # the longest id of the register with its 36 letters
HINT = "[company]"
LEDGER = Ledger(entries=(Entry(name="points", counted="rows of points ([x].csv)", rows_in=1, rows_used=1),))


def test_brackets_and_ids_are_printed_as_they_stand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = ClaimCheck(claim=CLAIM, testable=False, frames=("a" * 60,), missing=HINT, precision=("b" * 90,))
    found = CompanyCheck(company="Shop [/b]", tables=(), ledger=LEDGER, claims=(claim,), unbuilt=())
    monkeypatch.setattr(own_data_check, "check_company", lambda data, precision, telling, give: found)
    with pytest.raises(UserMistake, match="no table was found"):
        show_company_check("anywhere")
    printed = capsys.readouterr().out
    assert "Shop [/b]: Claims" in printed
    assert CLAIM in printed
    assert HINT in printed
    assert "([x].csv)" in printed
    assert "0 of 1 claims" in printed


def test_a_table_is_named_once_and_its_reasons_stand_below_one_another(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reasons = (LeftOut(reason="no amount", rows=3), LeftOut(reason="no customer_id", rows=2))
    entries = tuple(
        Entry(name=name, counted=f"rows of {name}.csv", rows_in=7, rows_used=2, left_out=reasons)
        for name in ("transactions", "customers")
    )
    unbuilt = (("purchases", "The tables leave no row. The ledger says what became of the rows: run `check`."),)
    found = CompanyCheck(
        company="Shop", tables=("customers",), ledger=Ledger(entries=entries), claims=(), unbuilt=unbuilt
    )
    monkeypatch.setattr(own_data_check, "check_company", lambda data, precision, telling, give: found)
    show_company_check("anywhere")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    head = ["rows", "of", "transactions.csv", "7", "2", "5", "no", "amount", "3"]
    assert ["transactions", *head] in lines
    assert lines.count(["no", "customer_id", "2"]) == 2
    assert ["The", "frame", "purchases", "cannot", "be", "made:", "The", "tables", "leave", "no", "row."] in lines


def test_a_page_says_under_its_ledger_what_was_assumed_and_drawn() -> None:
    entry = Entry(
        name="purchases", counted="rows", rows_in=1, rows_used=1, notes=("5 of 9 customers are drawn at random",)
    )
    shown = ledger_table(Ledger(entries=(entry,)).rows(), Ledger(entries=(entry,)).notes())
    assert getattr(shown, "note").endswith("purchases: 5 of 9 customers are drawn at random.")  # noqa: B009
