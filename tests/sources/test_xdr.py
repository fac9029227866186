"""The quick reader of plain R tables gives what `rdata` gives, on files that `rdata` wrote and on a real one."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources._xdr import read_large_r_table
from analysis.sources.manifest import public_file

TABLE = pd.DataFrame(
    {
        "price": [2.55, float("nan"), -1.0],
        "code": ["85123A", "é", "85123A"],
        "kind": pd.Categorical(["b", "a", "b"]),
        "pieces": pd.array([6, None, -3], dtype="Int32"),
    }
)


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz"])
def test_reads_what_rdata_wrote(tmp_path, compression):
    path = tmp_path / "table.rda"
    rdata.write_rda(path, {"table": TABLE, "other": [1.0]}, compression=compression)
    found = read_large_r_table(path, "table")
    assert found["code"].tolist() == ["85123A", "é", "85123A"]
    assert found["kind"].tolist() == ["b", "a", "b"]
    assert found["price"].fillna(99).tolist() == [2.55, 99, -1.0]
    assert found["pieces"].fillna(99).tolist() == [6, 99, -3]


def test_names_the_objects_that_are_there(tmp_path):
    rdata.write_rda(tmp_path / "table.rda", {"table": TABLE})
    with pytest.raises(DataFault, match=r"must hold an object named 'sales'; it holds \['table'\]"):
        read_large_r_table(tmp_path / "table.rda", "sales")


def test_refuses_what_is_no_r_file(tmp_path):
    (tmp_path / "table.rda").write_bytes(b"customer;amount\n")
    with pytest.raises(DataFault, match="no R data file in XDR"):
        read_large_r_table(tmp_path / "table.rda", "table")


@pytest.mark.real_data
def test_agrees_with_rdata_on_a_real_file():
    try:
        path = public_file("insurance_lapse", "eudirectlapse.rda")
    except FrameUnavailable as fault:
        pytest.skip(str(fault))
    theirs = rdata.read_rda(path)["eudirectlapse"]
    ours = read_large_r_table(path, "eudirectlapse")
    assert list(ours.columns) == list(theirs.columns)
    numbers = theirs.select_dtypes("number").columns
    assert len(numbers) > 5
    assert ours[numbers].to_numpy(float).tolist() == theirs[numbers].to_numpy(float).tolist()
