"""Charles Book Club: invented members of the same layout, and the file that the package brings."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import book_club as source


def members(n: int = 4, **changes) -> pd.DataFrame:
    table = {
        "F": [1, 3, 2, 5],
        "R": [2, 12, 20, 8],
        "Related Purchase": [0, 2, 0, 1],
        "Florence": [0, 1, 0, 0],
    } | changes
    frame = pd.DataFrame(table).assign(Yes_Florence=lambda t: t["Florence"])
    return pd.concat([frame] * (n // 4), ignore_index=True)


@pytest.fixture
def raw(tmp_path, monkeypatch):
    path = tmp_path / "CharlesBookClub.csv.gz"
    members().to_csv(path, index=False)
    table = source.read_csv(path)
    monkeypatch.setattr(source, "load", lambda: table)
    return table


def test_members_without_a_related_purchase_are_what_a_naive_analyst_calls_strangers(raw):
    table = source.SOURCE.frame("offers").table
    assert table["earlier"].tolist() == ["never", "bought", "never", "bought"]
    assert table["responded"].tolist() == [0, 1, 0, 0]


def test_dormant_members_bought_nothing_for_a_year_or_more(raw):
    assert source.SOURCE.frame("offers/dormant").table["responded"].tolist() == [1, 0]


def test_a_member_who_never_bought_would_change_what_it_can_answer_and_is_refused():
    with pytest.raises(DataFault, match="never bought"):
        source.check_facts(members(4_000, F=[0, 3, 2, 5]))


def test_the_packages_file_is_the_documented_one():
    source.check_facts(source.read_csv(source.files()[0]))
    assert not source.SOURCE.answers
