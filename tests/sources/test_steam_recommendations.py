"""Owners of a game who recommend it or not: invented reviews of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from analysis.core.errors import DataFault
from analysis.sources import steam_recommendations as source
from analysis.verdicts.collecting import collect

ROWS = [
    # recommended, created, updated, last played, for nothing
    (True, "2024-01-01", "2024-01-01", "2024-03-31", False),
    (True, "2024-01-01", "2024-01-01", "2024-03-30", False),
    (False, "2024-01-01", "2024-06-01", "2024-04-30", False),
    (True, "2024-01-01", "2024-01-01", "2025-01-01", True),
    (False, "2026-01-13", "2026-01-13", "2026-04-12", False),
]


@pytest.fixture
def raw(tmp_path) -> pd.DataFrame:
    table = pd.DataFrame(ROWS, columns=["voted_up", *source.TIMES, "received_for_free"])
    seconds = {
        name: (pd.to_datetime(table[name]) - pd.Timestamp("1970-01-01")).dt.total_seconds().astype(int)
        for name in source.TIMES
    }
    table = table.assign(**seconds, steamid=range(len(table)), review="what people wrote")
    table.to_csv(tmp_path / "reviews.csv", index=False, encoding="utf-8-sig")
    return source.read(tmp_path / "reviews.csv")


def test_coming_back_is_playing_90_days_after_the_answer_was_last_changed(raw):
    """The third changed the answer in June and had played last in April; the fourth paid nothing; the fifth is too late."""
    table = source.score_table(raw)
    assert table["score"].tolist() == [1.0, 1.0, 0.0]
    assert table["outcome"].tolist() == [1, 0, 0]


def test_what_people_wrote_is_not_read_on(raw):
    assert "review" not in raw


def test_another_file_is_refused(raw):
    with pytest.raises(DataFault, match="reviews and owners"):
        source.check_facts(raw)


@pytest.fixture
def real():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    return source.load()


@pytest.mark.real_data
def test_reviews_as_their_collector_counts_them(real):
    """His tables of this game: 1,141 recommend it and 682 do not, 352 answers were changed."""
    assert real["voted_up"].value_counts().to_dict() == {True: 1_141, False: 682}
    assert int((real["timestamp_updated"] > real["timestamp_created"]).sum()) == 352


@pytest.mark.real_data
def test_the_area_is_that_of_the_rank_test(real):
    """The share of pairs in the right order, ties halved: Mann and Whitney's U over the number of pairs."""
    table = source.score_table(real)
    came, stayed_away = (table.loc[table["outcome"] == value, "score"] for value in (1, 0))
    area = mannwhitneyu(came, stayed_away).statistic / (len(came) * len(stayed_away))
    (found,) = collect("nps-marks-loyalty", (source.SOURCE,)).estimates
    assert found.value == pytest.approx(area, rel=1e-4)
    assert (found.n, found.quantity) == (len(table), "reuse_auc")
