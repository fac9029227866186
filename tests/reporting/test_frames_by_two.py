"""Frames that two processes make are those that one makes, whichever of them ends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from analysis.company import handing_on
from analysis.demo.writing import write_demonstration
from analysis.reporting.beside import Give, at_once, beside
from analysis.reporting.frames_by_two import made_by_two
from analysis.reporting.own_data_check import check_company
from analysis.sources.base import Source
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


def test_a_check_by_two_says_what_one_says(shop: Path) -> None:
    alone = check_company(shop, precision=precision)
    steps: list[str] = []
    with beside() as give:
        both = check_company(shop, precision=precision, telling=steps.append, give=give)
    made_here = sum(step.startswith("frame ") for step in steps)
    assert 0 < made_here < 83  # the other process did the rest
    assert both.ledger.rows() == alone.ledger.rows()
    assert (both.claims, both.unbuilt, both.notes) == (alone.claims, alone.unbuilt, alone.notes)
    assert any(item.precision for item in both.claims)


def make(source: Source, key: str, given: int | None, give: Give) -> tuple[int, int]:
    """Rows of a frame and the process that made it; the process ends instead where its number is not that given."""
    if given is not None and given != os.getpid():
        os._exit(1)
    return len(source.frame(key).table), os.getpid()


def test_a_process_that_ends_leaves_no_hole_in_the_ledger(shop: Path) -> None:
    said = []
    for give in (at_once, None):
        source = company_source(shop)
        with beside() as other:
            made, hear, first = made_by_two(
                source, str(shop), KEYS, make, {KEYS[6]: os.getpid()}, give or other, lambda step: None, lambda: "first"
            )
            rows = {key: later() for key, later in made.items()}
            hear()
        assert first == "first"
        said.append((list(rows), [n for n, _ in rows.values()], source.ledger().rows()))
    assert said[0] == said[1]
    assert {row["Table"] if "Table" in row else next(iter(row.values())) for row in said[1][2]} >= set(KEYS)


def test_tables_too_large_to_be_handed_on_are_asked_by_one_process(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_on, "MOST_HANDED", 10)
    source = company_source(shop)
    with beside() as give:
        made, hear, _ = made_by_two(source, str(shop), KEYS, make, {}, give, lambda step: None, lambda: None)
        assert {later()[1] for later in made.values()} == {os.getpid()}
        assert hear() == 0
