"""Cookie Cats: invented players of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pytest

from analysis.core.errors import DataFault
from analysis.sources import cookie_cats as source


@pytest.fixture
def raw(tmp_path, monkeypatch):
    path = tmp_path / "cookie_cats.csv"
    path.write_text(
        "userid,version,sum_gamerounds,retention_1,retention_7\n"
        "11,gate_30,3,False,False\n12,gate_30,38,True,True\n13,gate_40,165,True,False\n14,gate_40,1,False,True\n"
    )
    table = source.read_csv(path)
    monkeypatch.setattr(source, "load", lambda: table)
    return table


def test_treated_are_those_whose_gate_was_moved(raw):
    frame = source.SOURCE.frame("experiment/retention_1")
    assert frame.table["assigned"].tolist() == [0, 0, 1, 1]
    assert frame.table["arm"].tolist() == ["control", "control", "gate at level 40", "gate at level 40"]
    assert frame.table["outcome"].tolist() == [0, 1, 1, 0]


def test_days_are_frames_of_their_own_and_say_which(raw):
    frame = source.SOURCE.frame("experiment/retention_7")
    assert frame.table["outcome"].tolist() == [0, 1, 0, 1]
    assert frame.context.outcome == "1 if the player played on day 7"


def test_it_decides_no_claim(raw):
    assert not source.SOURCE.answers
    assert set(source.SOURCE.not_identified) == {"gamification-retains", "easy-consistent-service-retains"}


def test_another_file_is_refused(raw):
    with pytest.raises(DataFault, match="players = 90189"):
        source.check_facts(raw)


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.check_facts(source.read_csv(source.files()[0]))
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > 1_000
