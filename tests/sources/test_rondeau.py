"""Rondeau and List's letters: invented gifts of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import rondeau as source


@pytest.fixture
def raw(tmp_path, monkeypatch):
    path = tmp_path / "rondeau.csv"
    path.write_text("rownames,treattype,donation\n1,0,25\n2,0,0\n3,1,50\n4,2,0\n5,3,0\n6,3,10\n")
    table = source.read_csv(path)
    monkeypatch.setattr(source, "load", lambda: table)
    return table


def test_both_controls_are_controls_and_both_gifts_are_treated(raw):
    table = source.SOURCE.frame("experiment").table
    assert table["arm"].tolist() == ["control", "control", "challenge gift", "matching gift", "control", "control"]
    assert table["assigned"].tolist() == [0, 0, 1, 1, 0, 0]
    assert table["outcome"].tolist() == [1, 0, 1, 0, 0, 1]


def test_it_cannot_speak_of_win_back_since_nobody_is_known_to_be_dormant():
    assert not source.SOURCE.answers
    assert "dormant" in source.SOURCE.not_identified["reactivation-pays"].reason


def test_arms_of_another_size_are_refused(raw):
    with pytest.raises(DataFault, match="arms"):
        source.check_facts(raw)


def test_four_arms_of_750_pass():
    source.check_facts(pd.DataFrame({"treattype": [0, 1, 2, 3] * 750}))


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.check_facts(source.read_csv(source.files()[0]))
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > 1_000
