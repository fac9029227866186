"""The company as a source: it answers what its tables allow, says what is missing, and writes a new folder."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.company.initialising import init_company
from analysis.company.schemas import TABLES
from analysis.core.errors import FrameMistake, FrameUnavailable, ParameterMistake, UserMistake
from analysis.core.vocabulary import Kind
from analysis.frames import NAMES, Frame
from analysis.frames.builders.catalogue import BUILDERS
from analysis.register.claims import load_register
from analysis.reporting.own_data_check import check_company
from analysis.sources.own_claims import ANSWERS, NOT_IDENTIFIED, OUT_OF_REACH
from analysis.sources.own_tables import company_source

LOG = "customer_id,at,amount\n" + "".join(
    f"{i % 9},{2022 + i % 3}-{i % 12 + 1:02d}-{i % 28 + 1:02d},{i % 50}\n" for i in range(600)
)


def test_every_claim_of_the_register_has_an_answer_or_a_reason() -> None:
    ids = {claim.id for claim in load_register().claims}
    assert set(ANSWERS) | set(OUT_OF_REACH) == ids
    assert not set(ANSWERS) & set(OUT_OF_REACH)
    assert set(NOT_IDENTIFIED) <= ids


def test_every_way_has_a_recipe_and_a_frame_with_a_schema() -> None:
    for ways in ANSWERS.values():
        for way in ways:
            assert way.frame in BUILDERS
    assert {key.split("/")[0] for key in BUILDERS} <= set(NAMES)


def test_options_name_quantities_that_the_claim_registers() -> None:
    register = load_register()
    for claim, ways in ANSWERS.items():
        for way in ways:
            for name, value in way.options.items():
                if name.startswith("quantity"):
                    register[claim].quantity(str(value))


def test_a_company_with_transactions_answers_what_transactions_can(folder: Callable[..., Path]) -> None:
    source = company_source(
        folder({"t.csv": LOG}, '[company]\nname = "Acme"\ncurrency = "EUR"\ndiscount_rate = 0.08\n')
    )
    assert (source.title, source.kind, source.delivery, source.absence()) == ("Acme", Kind.OWN, "tables", None)
    assert "repeat-momentum" in source.answers
    assert "acquisition-cost-multiple" not in source.answers
    assert source.answers.get("acquisition-cost-multiple", ()) == ()
    assert source.missing("repeat-momentum") == ""
    assert "the table spending" in source.missing("acquisition-cost-multiple")
    (answer,) = source.answers["retention-profit-leverage"][:1]
    assert answer.options == {"discount_rate": 0.08}
    context = source.frame("customer_summary").context
    assert (context.source, context.kind, context.currency) == ("Acme", Kind.OWN, "EUR")
    assert context.period == "2022-01-01 to 2024-12-28"


def test_a_frame_that_lacks_a_table_says_which(folder: Callable[..., Path]) -> None:
    source = company_source(folder({"points.csv": "customer_id,at,points,kind\n1,2024-01-01,5,earn\n"}))
    with pytest.raises(FrameUnavailable, match="it lacks the table transactions"):
        source.frame("customer_summary")
    with pytest.raises(FrameUnavailable, match="cannot build the frame 'nonsense'"):
        source.frame("nonsense")


def test_a_claim_that_does_not_exist_is_refused(folder: Callable[..., Path]) -> None:
    with pytest.raises(ParameterMistake, match="`claim_id`"):
        company_source(folder({"t.csv": LOG})).missing("no-such-claim")


def test_a_table_that_cannot_be_read_spoils_only_the_claims_that_need_it(folder: Callable[..., Path]) -> None:
    source = company_source(folder({"transactions.csv": LOG, "points.csv": "nonsense\n1\n"}))
    assert source.frame("customer_summary").table["n_customers"].sum() == 9


def test_check_lists_all_claims_and_balances(folder: Callable[..., Path]) -> None:
    check = check_company(folder({"t.csv": LOG}))
    assert {item.claim for item in check.claims} == {claim.id for claim in load_register().claims}
    assert all(bool(item.missing) != item.testable for item in check.claims)
    assert check.n_testable == sum(item.testable for item in check.claims) >= 6
    assert check.ledger["transactions"].rows_in == 600
    assert {row["Claim"] for row in check.claim_rows()} == {item.claim for item in check.claims}


def test_a_frame_for_which_the_history_is_too_short_is_named(folder: Callable[..., Path]) -> None:
    check = check_company(folder({"t.csv": "customer_id,at,amount\n1,2024-01-05,5\n2,2024-01-06,5\n"}))
    by_claim = {item.claim: item for item in check.claims}
    assert not by_claim["retention-drives-growth"].testable
    assert "at least two whole periods" in by_claim["retention-drives-growth"].missing
    assert by_claim["repeat-momentum"].testable


def test_a_frame_that_breaks_off_is_one_line_of_the_check(folder: Callable[..., Path], monkeypatch) -> None:
    from analysis.reporting import own_data_check

    def broken(company):
        raise ZeroDivisionError("division by zero")

    recipe = replace(own_data_check.BUILDERS["repeat_trials"], build=broken)
    monkeypatch.setattr(own_data_check, "BUILDERS", {**own_data_check.BUILDERS, "repeat_trials": recipe})
    found = check_company(folder({"transactions.csv": "customer_id,at,amount\na,2023-01-01,1\na,2024-01-01,1\n"}))
    assert dict(found.unbuilt)["repeat_trials"].startswith("This could not be computed from the tables")
    assert len(found.claims) > 40


def test_a_check_of_which_every_frame_breaks_off_still_lists_every_claim(
    folder: Callable[..., Path], monkeypatch
) -> None:
    from analysis.reporting import own_data_check

    def broken(company):
        raise KeyError("at")

    recipes = {key: replace(recipe, build=broken) for key, recipe in own_data_check.BUILDERS.items()}
    monkeypatch.setattr(own_data_check, "BUILDERS", recipes)
    check = check_company(folder({"transactions.csv": LOG}))
    assert {item.claim for item in check.claims} == {claim.id for claim in load_register().claims}
    assert check.n_testable == 0
    broke_off = [item for item in check.claims if "it broke off (KeyError)" in item.missing]
    assert len(broke_off) >= 6


def test_a_claim_whose_precision_breaks_off_is_one_line_of_the_check(folder: Callable[..., Path]) -> None:
    def broken(claim, frame, options):
        raise ZeroDivisionError("division by zero")

    check = check_company(folder({"transactions.csv": LOG}), precision=broken)
    assert len(check.claims) == len(load_register().claims)
    assert any("a group in it is empty" in item.missing for item in check.claims)


def test_init_writes_a_folder_that_check_accepts_once_there_is_data(tmp_path: Path) -> None:
    done = init_company(tmp_path / "new")
    assert {f.name for f in done.written} == {"company.toml", *(f"{name}.csv" for name in TABLES)}
    assert tomllib.loads((tmp_path / "new" / "company.toml").read_text())["company"] == {"name": "new"}
    for name, spec in TABLES.items():
        assert (tmp_path / "new" / f"{name}.csv").read_text() == ",".join(spec.columns) + "\n"
    check = check_company(tmp_path / "new")
    assert check.n_testable == 0
    assert all(entry.rows_in == 0 for entry in check.ledger.entries)


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("customer_id,at,points,kind\n1,2024-01-01,5,earn\n")
    init_company(tmp_path)
    assert "earn" in (tmp_path / "points.csv").read_text()
    with pytest.raises(UserMistake, match=r"has a company\.toml already"):
        init_company(tmp_path)
    (tmp_path / "a file").write_text("")
    with pytest.raises(UserMistake, match="must be a folder"):
        init_company(tmp_path / "a file")


def test_every_key_that_init_shows_is_one_that_is_known(tmp_path: Path) -> None:
    """With the # taken away from the keys, the file still breaks no rule but that path and database exclude each other."""
    from analysis.company.settings import load_settings

    init_company(tmp_path / "x")
    file = tmp_path / "x" / "company.toml"
    text = file.read_text().split("# The tables\n")[0]
    lines = [line[2:] if line.startswith(("# [",)) or " = " in line else line for line in text.splitlines()]
    lines = [line if not line.startswith("me = ") else 'name = "x"' for line in lines]
    file.write_text("\n".join(line for line in lines if not line.startswith(("path", "database"))))
    settings = load_settings(file)
    assert (settings.currency, settings.margin, settings.separator) == ("EUR", 0.3, ";")
    assert settings.values["spending"]["purpose"] == {"mktg-acq": "acquisition"}


def test_init_proposes_a_mapping_for_a_file_under_other_names(tmp_path: Path) -> None:
    (tmp_path / "Orders.csv").write_text("Kunde;Datum;Betrag;Filiale\n1;05.01.2024;5,50;B\n2;06.01.2024;6,50;B\n")
    assert init_company(tmp_path).proposed == "Orders.csv"
    mapping = tomllib.loads((tmp_path / "company.toml").read_text())
    assert mapping["columns"]["transactions"] == {"customer_id": "Kunde", "at": "Datum", "amount": "Betrag"}
    assert not (tmp_path / "transactions.csv").exists()


def test_a_claim_whose_frame_holds_too_little_is_not_called_testable(folder: Callable[..., Path]) -> None:
    """The hook stands for the estimators, which are not of this room; it refuses one frame and speaks of another."""

    def precision(claim: str, frame: Frame, options: object) -> tuple[str, ...]:
        if frame.name == "repeat_trials":
            raise FrameMistake("at least 50 customers are needed")
        return (f"{frame.name}: 3 points",)

    check = check_company(folder({"t.csv": LOG}), precision=precision)
    by_claim = {item.claim: item for item in check.claims}
    assert not by_claim["repeat-momentum"].testable
    assert by_claim["repeat-momentum"].missing == "more data: at least 50 customers are needed"
    assert by_claim["spend-grows-with-tenure"].precision == ("customer_periods: 3 points",)
    assert {row["How precise"] for row in check.claim_rows("How precise")} >= {"customer_periods: 3 points", ""}


def test_removing_a_table_changes_nothing_but_the_claims_that_need_it(folder: Callable[..., Path]) -> None:
    """Without customers, every other frame is the same to the last digit."""
    customers = "customer_id,joined_at\n" + "".join(f"{i},2021-12-{i + 1:02d}\n" for i in range(9))
    both = company_source(folder({"transactions.csv": LOG, "customers.csv": customers}))
    frames = ["customer_summary", "account_periods", "segment_revenue", "repeat_trials"]
    with_customers = [both.frame(key).table for key in frames]
    (folder({}) / "customers.csv").unlink()
    alone = company_source(folder({}))
    for key, table in zip(frames, with_customers, strict=True):
        assert table.equals(alone.frame(key).table)
