"""Outvote: invented contacts of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import outvote as source


@pytest.fixture
def raw(tmp_path, monkeypatch):
    path = tmp_path / "outvote_data.csv"
    pd.DataFrame(
        [(1, 1, 1, 1, 5), (1, 0, 0, 1, 103), (0, 0, 1, 1, 12), (0, 1, 1, 1, 104), (1, 1, 0, 0, 3), (1, 0, 0, 1, None)],
        columns=["Z", "D", "Y", "M", "Q"],
    ).to_csv(path, index=False)
    table = source.read_csv(path)
    monkeypatch.setattr(source, "load", lambda: table)
    return table


def test_study_population_is_matched_and_in_the_first_103_places(raw):
    assert source.in_study(raw).tolist() == [True, True, True, False, False, False]


def test_assignment_receipt_and_vote_are_kept_apart(raw):
    table = source.SOURCE.frame("experiment").table
    assert table["assigned"].tolist() == [1, 1, 0]
    assert table["received"].tolist() == [1, 0, 0]
    assert table["outcome"].tolist() == [1, 0, 1]
    assert table["arm"].tolist() == ["message", "message", "control"]


def test_all_eligible_stand_beside_the_authors_choice_as_context(raw):
    assert len(source.SOURCE.frame("experiment/eligible").table) == 6
    study, eligible = source.SOURCE.answers["word-of-mouth-brings-customers"]
    assert "role" not in study.options and eligible.options["role"] == "context"


def test_another_file_is_refused(raw):
    with pytest.raises(DataFault, match="eligible people = 195118"):
        source.check_facts(raw)


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.check_facts(source.read_csv(source.files()[0]))
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > 1_000
