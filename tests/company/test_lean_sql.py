"""What the embedded engine keeps has the columns that Ibis says it has, whatever way it was put there."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import pytest
from ibis import options

from analysis.company.store import Company

ROWS = {"transactions.csv": "customer_id,at,amount\na,2024-01-05,10\na,2024-02-10,20\nb,2024-03-01,30\n"}


def test_kept_sums_of_whole_numbers_are_no_wider_than_ibis_says(company: Callable[..., Company]) -> None:
    opened = company(ROWS)
    days = opened.table("transactions").expression
    kept = opened.engine.keep(days.group_by("customer_id").aggregate(n=days["at"].sum()), "summed")
    ((kind,),) = opened.engine.backend.con.execute("SELECT DISTINCT typeof(n) FROM summed").fetchall()
    assert (kind, str(kept.schema()["n"])) == ("BIGINT", "int64")  # the engine's own sum is a HUGEINT
    assert opened.engine.backend.table("summed").schema() == kept.schema()
    first = 45_294  # days from 1900-01-01 to 2024-01-05
    assert dict(kept.execute().itertuples(index=False)) == {"a": first + first + 36, "b": first + 56}


def test_a_result_may_take_the_name_of_the_table_it_is_made_of(company: Callable[..., Company]) -> None:
    engine = company(ROWS).engine
    once = engine.keep(ibis.memtable({"Has Space": [1, 2]}), 'a "name"')
    twice = engine.keep(once.mutate(**{"Has Space": once["Has Space"] * 10}), 'a "name"')
    assert list(twice.execute()["Has Space"]) == [10, 20]


@pytest.mark.parametrize("fused", [True, False])
def test_the_option_of_ibis_is_left_as_it_was(
    company: Callable[..., Company], monkeypatch: pytest.MonkeyPatch, fused: bool
) -> None:
    monkeypatch.setattr(options.sql, "fuse_selects", fused)
    company(ROWS).table("transactions")
    assert options.sql.fuse_selects is fused
