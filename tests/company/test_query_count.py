"""Queries are counted, and the demonstration company's check takes few of them: each costs Ibis more than the engine."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from analysis.company.query_count import VARIABLE, QueryCount
from analysis.demo.writing import write_demonstration
from analysis.reporting.own_data_check import check_company

MOST = 80
"""It was 325 when every frame asked for itself, and 145 when every table was looked at and accounted for by itself."""
PAUSE = 0.05
"""Seconds that the compiler below takes."""


class _Compiler:
    def to_sqlglot(self, expression: str) -> str:
        time.sleep(PAUSE)
        return f"SELECT {expression}"


class _Backend:
    compiler = _Compiler()

    def compile(self, expression: str) -> str:
        return self.compiler.to_sqlglot(expression)

    def execute(self, expression: str) -> str:
        return self.compile(expression).lower()

    def create_table(self, name: str, expression: str) -> str:
        self.compiler.to_sqlglot(expression)
        time.sleep(PAUSE)
        return name


def test_what_a_backend_is_asked_is_counted_and_answered_and_composing_is_timed_once() -> None:
    backend, queries = _Backend(), QueryCount()
    queries.watch(backend)
    assert (backend.execute("A"), backend.create_table("b", "A")) == ("select a", "b")
    assert queries.n == 2
    assert 2 * PAUSE <= queries.composing <= queries.seconds - PAUSE


def test_another_backend_of_the_kind_is_not_counted() -> None:
    queries = QueryCount()
    queries.watch(_Backend())
    _Backend().execute("A")
    assert (queries.n, queries.composing) == (0, 0.0)


def test_the_count_is_told_to_who_asks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    queries = QueryCount(n=3, composing=0.25, seconds=1.5)
    monkeypatch.delenv(VARIABLE, raising=False)
    queries.tell()
    assert capsys.readouterr().err == ""
    monkeypatch.setenv(VARIABLE, "queries")
    queries.tell()
    assert capsys.readouterr().err == "3 queries of own tables: 0.2 s to put together, 1.5 s in all\n"


@pytest.mark.slow
def test_check_of_the_demonstration_company_takes_few_queries(tmp_path: Path) -> None:
    write_demonstration(tmp_path / "shop", n_customers=800, seed=1)
    found = check_company(tmp_path / "shop", precision=lambda *_: ())  # as the command asks, without its fits
    assert not found.unbuilt
    assert found.queries.n <= MOST
