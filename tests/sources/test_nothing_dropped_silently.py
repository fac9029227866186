"""Every source's code that takes rows out of a table does it through the ledger, where they are counted by reason."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.reporting.left_out import plain, stored_left_out
from analysis.sources.catalogue import all_sources
from tests.sources.row_watch import Taken, watched

NOT_LEFT_OUT = {
    ("customer_base_audit", "with_earlier_customers"): "customers from before 2016 are given one more row",
    ("insurance_surrender", "spells_table"): "the later part of a policy cut in two; the earlier part has all policies",
    ("medicare_stars", "_of_measure"): "one of the measures that stand one below the other",
    (
        "online_retail_two_years",
        "returns_table",
    ): "half-years of one log: the one looked at, the year before, the one after",
    ("scanner_panels", "_early_shares"): "what a household bought first, beside its later purchases",
    ("stackexchange_badges", "approach_table"): "comments before each threshold of members who reached it",
    ("stackexchange_badges", "answered_table"): "comments before and after each first comment",
}
"""Where code of a source looks at a part of a table of which no row is lost to the frame, and why."""

RAW = pd.DataFrame({"who": [1, 1, 2, 3], "score": [9.0, 9.0, None, 4.0]})
WAYS = {
    "[mask]": "raw[raw['score'] > 5]",
    "[list]": "raw[[True, False, True, True]]",
    "loc": "raw.loc[raw['score'] > 5]",
    "loc column": "raw.loc[raw['score'] > 5, 'who']",
    "series": "raw['score'][raw['score'] > 5]",
    "dropna": "raw.dropna()",
    "drop_duplicates": "raw.drop_duplicates()",
    "query": "raw.query('score > 5')",
    "merge": "raw.merge(raw.iloc[:1])",
    "merge, other side": "raw.iloc[:1].merge(raw, on='who')",
}


def ran(folder: Path, text: str) -> tuple[list[Taken], object]:
    """What is taken by a source's module of this text, and what its `table` returns."""
    path = folder / "invented.py"
    path.write_text(text)
    spec = spec_from_file_location("invented", path)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with watched(folder) as taken:
        found = module.table(RAW)
    return taken, found


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_source_that_filters_silently_is_seen(way: str, tmp_path: Path) -> None:
    taken, found = ran(tmp_path, f"def table(raw):\n    return {way}\n")
    (one,) = taken
    assert (one.module, one.function) == ("invented", "table")
    assert one.after == len(found) < one.before == len(RAW)  # type: ignore[arg-type]


def test_rows_that_stand_in_the_ledger_and_checks_of_facts_are_not(tmp_path: Path) -> None:
    text = (
        "from analysis.sources.row_ledger import kept\n"
        "def check_facts(raw):\n    assert len(raw[raw['score'] > 5]) == 2\n"
        "def table(raw):\n"
        "    check_facts(raw)\n"
        "    return kept('watched', 'scores', 'answers', raw, ('none', lambda t: ~t.index.isin(t.dropna().index)))\n"
    )
    with pytest.raises(AttributeError):  # a mask of numpy is no mask of the table: the ledger needs its index
        ran(tmp_path, text)
    taken, found = ran(tmp_path, text.replace("~t.index.isin(t.dropna().index)", "t['score'].isna()"))
    assert taken == [] and len(found) == 3  # type: ignore[arg-type]


def test_nothing_is_watched_afterwards() -> None:
    before = pd.DataFrame.dropna
    with watched():
        assert pd.DataFrame.dropna is not before
    assert pd.DataFrame.dropna is before


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """In a process of its own: what another test has read already would not be read again."""
    if any(source.absence() for source in all_sources()):
        pytest.skip("not all public files are on this machine")
    asked = [sys.executable, "-m", "tests.sources.row_watch"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.slow
@pytest.mark.real_data
def test_no_source_leaves_out_rows_that_its_ledger_does_not_count(seen: dict[str, Any]) -> None:
    taken = [Taken(*one) for one in seen["taken"]]
    silent = [one for one in taken if (one.module, one.function) not in NOT_LEFT_OUT]
    assert silent == [], "count them by reason: analysis.sources.row_ledger.kept"
    idle = set(NOT_LEFT_OUT) - {(one.module, one.function) for one in taken}
    assert idle == set(), "nothing is taken there any more: strike them out of NOT_LEFT_OUT"


@pytest.mark.slow
@pytest.mark.real_data
def test_what_pages_tell_of_left_out_rows_is_what_the_files_give(seen: dict[str, Any]) -> None:
    stored = {name: [plain(entry) for entry in entries] for name, entries in stored_left_out().items()}
    if not stored:
        pytest.skip("nothing is stored yet: make results")
    assert stored == {name: entries for name, entries in seen["counted"].items() if entries}, "renew them: make results"


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize(
    ("source", "name", "reason", "rows"),
    [
        ("online_retail", "lines", "no customer number", 135_080),
        ("goodreads_panel", "earlier snapshot", "not in the later one", 10_000 - 1_807),
        ("outvote", "experiment", None, 195_118 - 26_010 - 1_454),
        ("status_goods", "experiment", "not reached", 1_260 - 835),
        ("voter_letters", "experiment", "later member of a household", 344_084 - 180_002),
        ("spanish_motor", "renewals", "a policy's first: no premium before", 53_502),
    ],
)
def test_what_is_left_out_is_what_the_files_documentation_leaves(
    seen: dict[str, Any], source: str, name: str, reason: str | None, rows: int
) -> None:
    entry = next(entry for entry in seen["counted"][source] if entry["name"] == name)
    assert sum(n for why, n in entry["left_out"] if reason in (None, why)) == rows
