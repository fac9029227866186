"""The demonstration company: written by one command, marked wherever it goes, and without a vote on anything public."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.company.schemas import TABLES
from analysis.company.settings import load_settings
from analysis.core.errors import UserMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import SIMULATED_MARK, Design, Kind, Outcome, Role
from analysis.demo import SIMULATED_NAME
from analysis.demo.writing import write_demonstration
from analysis.notebook.session import start
from analysis.register.claims import load_register
from analysis.reporting.cli import app
from analysis.sources.catalogue import find_sources
from analysis.sources.own_tables import company_source
from analysis.verdicts.collecting import collect
from analysis.verdicts.decide import PUBLIC_SCOPE, decide
from tests.helpers import a_claim, an_estimate, markdown, notebook, shown

CLAIM = "spend-grows-with-tenure"
"""Public data in a package and the demonstration's transactions both answer it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("shop") / "demo"
    write_demonstration(place, n_customers=600, seed=5)
    return place


def test_the_command_writes_ten_tables_and_says_what_comes_next(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", str(tmp_path / "new"), "--customers", "200", "--seed", "3"])
    assert result.exit_code == 0
    assert f'make reports DATA="{tmp_path / "new"}"' in result.output.replace("\n", "")
    assert {f.name for f in (tmp_path / "new").iterdir()} == {"company.toml", *(f"{name}.csv" for name in TABLES)}


def test_equal_seeds_write_equal_files(folder: Path, tmp_path: Path) -> None:
    write_demonstration(tmp_path / "again", n_customers=600, seed=5)
    for file in sorted(folder.iterdir()):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "transactions.csv").write_text("mine\n")
    with pytest.raises(UserMistake, match="is not empty") as fault:
        write_demonstration(tmp_path, n_customers=200, seed=1)
    assert "\n" not in str(fault.value)
    assert [f.name for f in tmp_path.iterdir()] == ["transactions.csv"]
    with pytest.raises(UserMistake, match="must be a folder"):
        write_demonstration(tmp_path / "transactions.csv", n_customers=200, seed=1)


def test_what_comes_from_it_is_marked_simulated(folder: Path) -> None:
    source = company_source(folder)
    assert (source.title, source.kind) == (SIMULATED_NAME, Kind.SIMULATED)
    assert source.data_card.licence == "none: simulated"
    for key in ("customer_summary", "spells/subscriptions", "experiment/message"):
        context = source.frame(key).context
        assert (context.kind, context.source) == (Kind.SIMULATED, SIMULATED_NAME)
    found = collect(CLAIM, [source], seed=1)
    assert found.estimates and {e.kind for e in found.estimates} == {Kind.SIMULATED}
    assert found.company == SIMULATED_NAME


def test_no_row_of_it_is_left_out_for_being_broken(folder: Path) -> None:
    """Only a purchase of the same customer and the like may be doubled; no value may be unreadable."""
    company = company_source(folder).company
    for name in TABLES:
        entry = company.table(name).entry
        assert entry.rows_in == entry.rows_used > 0, (name, entry.left_out)


def test_the_mark_stays_in_the_name_whatever_the_name_is(folder: Path, tmp_path: Path) -> None:
    toml = (folder / "company.toml").read_text()
    for file in folder.glob("*.csv"):
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "company.toml").write_text(toml.replace(SIMULATED_NAME, "Acme"))
    assert load_settings(tmp_path).name == f"Acme {SIMULATED_MARK}"
    (tmp_path / "company.toml").write_text(toml.replace("simulated = true", 'simulated = "yes"'))
    with pytest.raises(UserMistake, match="`simulated` must be true or false"):
        load_settings(tmp_path)


def test_it_cannot_move_a_public_verdict_of_the_session(folder: Path) -> None:
    """The public verdict is the same byte for byte with and without it, and its own says what it is."""
    claim = load_register()[CLAIM]
    alone = start(claim.notebook, sources="package")
    beside = start(claim.notebook, sources="package", data=str(folder))
    public = alone.answer(CLAIM).verdicts
    both = beside.answer(CLAIM).verdicts
    assert json.dumps(public[0].to_json(), sort_keys=True) == json.dumps(both[0].to_json(), sort_keys=True)
    assert (len(public), len(both)) == (1, 2)
    own = both[1]
    assert own.scope == SIMULATED_NAME
    assert own.outcome is not Outcome.NOTHING_FOUND
    assert own.sentence.startswith("Simulated data say nothing about real customers. ")
    assert {r.estimate.kind for r in own.assessments} == {Kind.SIMULATED}


def test_as_a_public_source_it_has_no_vote_either(folder: Path) -> None:
    """Put among the public sources as if it were one, it changes nothing in the public scope."""
    public = find_sources("package")
    without = collect(CLAIM, public, seed=1).verdict()
    among = collect(CLAIM, (company_source(folder), *public), seed=1).verdict()
    assert without.to_json() == among.to_json()


CERTAIN = (9.0, 8.9, 9.1)


@pytest.mark.parametrize("design", list(Design))
def test_no_simulated_estimate_counts_in_any_scope_but_its_own(design: Design) -> None:
    public = [an_estimate(2.0, -1.0, 5.0)]
    simulated = an_estimate(*CERTAIN, kind=Kind.SIMULATED, source=SIMULATED_NAME, design=design)
    assert decide(a_claim(), [*public, simulated]).to_json() == decide(a_claim(), public).to_json()
    own = an_estimate(2.0, -1.0, 5.0, kind=Kind.OWN, source="Acme")
    assert (
        decide(a_claim(), [own, simulated], scope="Acme").to_json() == decide(a_claim(), [own], scope="Acme").to_json()
    )
    mine = decide(a_claim(), [*public, own, simulated], scope=SIMULATED_NAME)
    assert [r.estimate for r in mine.assessments] == [simulated]
    assert mine.beside == ()


def test_a_simulated_estimate_that_borrows_a_public_name_does_not_count() -> None:
    public = an_estimate(2.0, -1.0, 5.0)
    forged = dataclasses.replace(an_estimate(*CERTAIN, kind=Kind.SIMULATED), source=public.source)
    assert decide(a_claim(), [public, forged]).to_json() == decide(a_claim(), [public]).to_json()
    role = dataclasses.replace(forged, role=Role.NAIVE)
    assert decide(a_claim(), [public, role], scope=PUBLIC_SCOPE).beside == ()


def test_the_mark_survives_a_round_trip_through_a_notebook() -> None:
    estimate = an_estimate(*CERTAIN, kind=Kind.SIMULATED, source=SIMULATED_NAME)
    assert Estimate.from_json(json.loads(json.dumps(estimate.to_json()))).kind is Kind.SIMULATED


def test_a_page_that_names_it_carries_the_banner_and_others_do_not(tmp_path: Path) -> None:
    import nbformat

    from analysis.reporting.render import render

    for name, words in (("with", f"company: {SIMULATED_NAME}"), ("without", "company: Acme")):
        cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": "x", "execution_count": 1}
        made = notebook(markdown("# A page", "title"), {**cell, "outputs": [shown({"text/plain": words})]})
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(nbformat.from_dict(made) if isinstance(made, dict) else made, path)
        render(path, tmp_path / f"{name}.html")
    assert '<p class="simulated" role="note">' in (tmp_path / "with.html").read_text()
    assert '<p class="simulated" role="note">' not in (tmp_path / "without.html").read_text()


def test_the_index_carries_the_banner_with_it_and_not_without(tmp_path: Path) -> None:
    from analysis.reporting.scoreboard import _page

    register = load_register()
    claim = register[CLAIM]
    quantity = claim.quantities[0]
    made = {"claim": CLAIM, "quantity": quantity, "value": 3.0, "low": 2.0, "high": 4.0}
    estimate = dataclasses.replace(
        an_estimate(3.0, 2.0, 4.0, source=SIMULATED_NAME, kind=Kind.SIMULATED),
        claim=CLAIM, quantity=made["quantity"].name, scale=quantity.scale, null=quantity.null, unit=quantity.unit,
    )  # fmt: skip
    own = decide(claim, [estimate], scope=SIMULATED_NAME)
    public = decide(claim, [])
    assert "does not exist" in _page([public, own], register, {}, {})
    assert "does not exist" not in _page([public], register, {}, {})
