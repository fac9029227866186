"""Queries are counted, and the demonstration company's check takes few of them: each costs Ibis more than the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.company.query_count import VARIABLE, QueryCount
from analysis.demo.writing import write_demonstration
from analysis.reporting.own_data_check import check_company

MOST = 88
"""It was 325 when every frame asked for itself, and 145 when every table was looked at and accounted for by itself."""


class _Backend:
    def compile(self, expression: str) -> str:
        return f"SELECT {expression}"

    def execute(self, expression: str) -> str:
        return self.compile(expression).lower()

    def create_table(self, name: str) -> str:
        return name


def test_what_a_backend_is_asked_is_counted_and_answered() -> None:
    backend, queries = _Backend(), QueryCount()
    queries.watch(backend)
    assert (backend.execute("A"), backend.create_table("b")) == ("select a", "b")
    assert queries.n == 2
    assert 0 <= queries.composing <= queries.seconds


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
    assert check_company(tmp_path / "shop").queries.n <= MOST
