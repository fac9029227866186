"""Frames that two processes make are those that one makes, whichever of them ends."""

from __future__ import annotations

import gc
import os
import shutil
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.company import handing_on
from analysis.company.settings import load_settings
from analysis.company.store import Company
from analysis.core import paths
from analysis.demo.writing import write_demonstration
from analysis.frames.builders.catalogue import BUILDERS
from analysis.reporting.beside import Give, at_once, beside
from analysis.reporting.frames_by_two import FEW, made_by_two
from analysis.reporting.own_data_check import check_company
from analysis.reporting.own_run import frames_of, kept_while, own_run
from analysis.reporting.plan import Step
from analysis.reporting.progress import LIBRARIES
from analysis.sources.base import Source
from analysis.sources.own_claims import ANSWERS
from analysis.sources.own_tables import company_source

KEYS = tuple(
    f"experiment/{name}" for name in ("access", "game", "message", "community", "risk", "winback", "feedback", "ease")
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration company, small."""
    place = tmp_path_factory.mktemp("by_two") / "shop"
    write_demonstration(place, n_customers=300, seed=2)
    return place


def precision(claim: str, frame: Any, options: Any) -> tuple[str, ...]:
    """Something that hangs on the frame."""
    return (f"{len(frame.table)} rows of {frame.name}",)


@pytest.mark.parametrize("tables", [("transactions", "campaigns", "surveys"), pytest.param((), marks=pytest.mark.slow)])
def test_a_check_by_two_says_what_one_says(shop: Path, tmp_path: Path, tables: tuple[str, ...]) -> None:
    for file in shop.iterdir():
        if not tables or file.stem in tables or file.suffix == ".toml":
            shutil.copy(file, tmp_path)
    alone = check_company(tmp_path, precision=precision)
    steps: list[str] = []
    with beside() as give:
        both = check_company(tmp_path, precision=precision, telling=steps.append, give=give)
    made_here = {step.partition(": ")[2] for step in steps if step.startswith("frame ")}
    wanted = {answer.frame for answers in ANSWERS.values() for answer in answers}
    assert made_here < wanted  # the other process made the rest
    assert alone.queries.n < both.queries.n
    assert alone.queries.seconds > alone.queries.composing > 0
    assert both.ledger.rows() == alone.ledger.rows()
    assert (both.claims, both.unbuilt, both.notes) == (alone.claims, alone.unbuilt, alone.notes)
    assert any(item.precision for item in both.claims)


def make(source: Source, key: str, given: int | None, give: Give) -> tuple[int, int]:
    """Rows of a frame and the process that made it; the process ends instead where its number is not that given."""
    if given is not None and given != os.getpid():
        os._exit(1)
    return len(source.frame(key).table), os.getpid()


@pytest.mark.parametrize("ends", [False, True])
def test_the_ledger_is_that_of_one_process_even_if_the_other_ends(shop: Path, ends: bool) -> None:
    said = []
    for give in (at_once, None):
        source = company_source(shop)
        with beside() as other:
            given = {KEYS[6]: os.getpid()} if ends else {}  # it does the last two at least
            made, hear, first = made_by_two(
                source, str(shop), KEYS, make, given, give or other, lambda step: None, lambda: "first"
            )
            rows = {key: later() for key, later in made.items()}
            hear()
        assert first == "first"
        said.append((list(rows), [n for n, _ in rows.values()], source.ledger().rows()))
    assert said[0] == said[1]
    assert {entry.name for entry in source.ledger().entries} >= set(KEYS)


def test_tables_too_large_to_be_handed_on_are_asked_by_one_process(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_on, "MOST_HANDED", 10)
    source = company_source(shop)
    with beside() as give:
        made, hear, _ = made_by_two(source, str(shop), KEYS, make, {}, give, lambda step: None, lambda: None)
        assert {later()[1] for later in made.values()} == {os.getpid()}
        assert hear().n == 0


def test_large_tables_are_written_down_for_the_pages_and_asked_by_one_process(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_on, "MOST_HANDED", 10)
    with kept_while(str(shop), None), beside() as give:
        source, often = company_source(shop), gc.get_threshold()
        made, hear, seen = made_by_two(source, str(shop), KEYS, make, {}, give, lambda step: None, gc.get_threshold)
        assert {later()[1] for later in made.values()} == {os.getpid()}
        assert hear().n == 0
        assert seen == often
        assert company_source(shop).company.table("campaigns").n > 10


def test_garbage_is_looked_for_less_often_only_while_frames_of_small_tables_are_made(
    shop: Path, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(partial(gc.set_threshold, *gc.get_threshold()))
    often = (700, 10, 10)
    gc.set_threshold(*often)
    with beside() as give:
        _, hear, seen = made_by_two(
            company_source(shop), str(shop), KEYS, make, {}, give, lambda step: None, gc.get_threshold
        )
        hear()
    assert seen[0] > often[0]
    assert gc.get_threshold() == often


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_a_run_finds_the_frames_that_one_or_two_processes_made(shop: Path, tmp_path: Path, jobs: int) -> None:
    page = paths.NOTEBOOKS / "09_personalisation_and_contact.ipynb"
    step = Step(name=page.stem, notebook=page, parameters={"data": str(shop)}, parts={}, reason="new")
    steps: list[str] = []
    with own_run([step], tmp_path, jobs, telling=steps.append):
        source, fresh = company_source(shop), Company(load_settings(shop))
        wanted = frames_of([step], source)
        for key in wanted:
            pd.testing.assert_frame_equal(source.frame(key).table, BUILDERS[key].build(fresh).table)
        assert "engine" not in source.company.__dict__  # nothing was read again
    made_here = [step.partition(": ")[2] for step in steps if step.startswith("frame ")]
    assert len(wanted) >= FEW
    assert (set(made_here) == set(wanted)) == (jobs == 1)


def test_a_database_is_not_read_to_find_that_it_is_not_handed_on(shop: Path) -> None:
    company = Company(load_settings(shop), tables={"surveys": pd.read_csv(shop / "surveys.csv")})
    assert company.handed_on() is None
    assert not company.was_read("surveys")


def test_what_the_other_process_imports_meanwhile_is_there() -> None:
    assert all(find_spec(name) for name in LIBRARIES)
