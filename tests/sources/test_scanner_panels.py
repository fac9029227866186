"""Scanner panels: invented purchases of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import scanner_panels as source


def purchases(hid, choices, **more):
    return pd.DataFrame(
        {"hid": hid, "choice": list(choices), "price.a": 2.0, "price.b": 3.0, "feat.a": 1, "feat.b": 0, **more}
    )


def test_loyalty_is_of_the_first_half_and_choices_of_the_second():
    raw = pd.concat([purchases(1, "aaaabbab"), purchases(2, "abababaa"), purchases(3, "aaa")], ignore_index=True)
    table = source.process(raw)
    assert table["unit_id"].nunique() == 8, "four of each of two households; the third bought too seldom"
    of_a = (
        table[table["brand"] == 0].groupby("cluster").agg({"earlier_share": "first", "loyal": "first", "chosen": list})
    )
    assert of_a["earlier_share"].to_dict() == {1: 1.0, 2: 0.5}
    assert of_a["loyal"].to_dict() == {1: 1, 2: 0}
    assert of_a["chosen"].to_dict() == {1: [0, 0, 1, 0], 2: [1, 0, 1, 1]}
    assert table.groupby("brand")["x_feature"].first().to_dict() == {0: 1.0, 1: 0.0}


def test_a_purchase_without_a_price_counts_for_loyalty_only():
    raw = purchases(1, "aaaabbab")
    raw.loc[[0, 5], "price.b"] = 0.0
    table = source.process(raw)
    assert table["unit_id"].nunique() == 3
    assert table["earlier_share"].max() == 1.0


def test_both_ways_of_naming_columns_are_read(tmp_path):
    (tmp_path / "Tuna.csv").write_text("rownames,Tuna.hid,Tuna.id,Tuna.choice,price.a\n1,7,1,a,2.5\n")
    (tmp_path / "Catsup.csv").write_text("rownames,id,price.a,choice\n1,7,2.5,a\n")
    for name in ("Tuna", "Catsup"):
        assert sorted(source.read(tmp_path / f"{name}.csv")) == ["choice", "hid", "price.a"]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="purchases of Yogurt = 2412"):
        source.check_facts("Yogurt", purchases(1, "aaaabbab"))


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch scanner_panels" in source.SOURCE.absence()


@pytest.mark.real_data
def test_the_real_panels_leave_thirty_households_on_either_side():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    for key in source.SOURCE.builders:
        loyal = source.SOURCE.frame(key).table.groupby("cluster")["loyal"].first()
        assert min((loyal == 1).sum(), (loyal == 0).sum()) >= 30, key
