"""Stack Exchange: invented comments of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import stackexchange_badges as source


def comments(n: int, member: str = "7") -> pd.DataFrame:
    """One comment a day, from the 1st of March 2015, and one without a member."""
    days = pd.date_range("2015-03-01", periods=n).strftime("%Y-%m-%dT00:00:00.000")
    rows = [{"UserId": member, "CreationDate": day} for day in days]
    return pd.DataFrame([*rows, {"UserId": None, "CreationDate": "2015-01-01T00:00:00.000"}])


def test_each_number_of_comments_that_was_reached_is_a_run_and_only_ten_is_real():
    table = source.approach_table({"beer": comments(12)})
    assert sorted(table["cycle"].unique()) == [6, 7, 8, 9, 10, 11, 12]
    assert sorted(table.loc[table["placebo"] == 0, "cycle"].unique()) == [10]
    real = table[table["placebo"] == 0]
    assert len(real) == 9, "nine waits lie between ten comments"
    assert real["progress"].tolist() == pytest.approx([k / 10 for k in range(1, 10)])
    assert real["gap_days"].tolist() == [1.0] * 9
    assert set(real["month"]) == {14}, "March 2015, counted from January 2014"


def test_first_comment_answered_within_a_day_and_a_comment_elsewhere_after():
    rows = [
        ("a", "1", "2015-03-01T10:00:00.000"),
        ("b", "1", "2015-03-01T20:00:00.000"),  # answers a; nobody writes after it within a day
        ("a", "1", "2015-03-02T09:00:00.000"),
        ("b", "1", "2015-03-03T20:00:01.000"),  # the same post: not elsewhere
        ("a", "2", "2015-03-05T10:00:00.000"),
        ("c", "3", "2016-03-05T10:00:00.000"),  # within the last 90 days: left out
    ]
    log = pd.DataFrame(rows, columns=["UserId", "PostId", "CreationDate"]).assign(Text="text")
    table = source.answered_table({"beer": log})
    # a wrote again on post 1 within a day of b's first comment, so b is answered too.
    assert table[["treated", "outcome"]].to_numpy().tolist() == [[1, 1], [1, 0]]
    assert table["x_before"].tolist() == pytest.approx([0.0, 0.6931471805599453])
    assert table["cluster"].nunique() == 1


def test_members_of_two_sites_are_two_members():
    table = source.approach_table({"beer": comments(10), "quantumcomputing": comments(10)})
    assert table["unit_id"].nunique() == 2


def test_reads_attributes_of_rows(tmp_path):
    path = tmp_path / "Comments.xml"
    path.write_text('<?xml version="1.0"?>\n<comments>\n  <row Id="1" UserId="2" CreationDate="x" />\n</comments>\n')
    assert source.read(path).to_dict("records") == [{"Id": "1", "UserId": "2", "CreationDate": "x"}]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="comments on beer = 3943"):
        source.check_facts("beer", comments(12), pd.DataFrame({"Name": [source.BADGE], "UserId": ["7"]}))


@pytest.mark.real_data
def test_the_real_files_are_the_documented_ones_and_nothing_here_has_a_vote():
    from analysis.verdicts.collecting import collect

    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    found = collect("tiers-accelerate-spend", [source.SOURCE]).estimates
    assert found and not [e for e in found if e.role == "answer"]
    assert "thresholds that do not exist" in found[0].method
