"""The reader of R tables gives what `rdata` gives, on files that `rdata` wrote and on the public ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import rdata
from rdata.conversion import DEFAULT_CLASS_MAP

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources._rfile import read_r_table
from analysis.sources.manifest import load_manifest, public_file

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
    found = read_r_table(path, "table")
    assert found["code"].tolist() == ["85123A", "é", "85123A"]
    assert found["kind"].tolist() == ["b", "a", "b"]
    assert found["price"].fillna(99).tolist() == [2.55, 99, -1.0]
    assert found["pieces"].fillna(99).tolist() == [6, 99, -3]


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz"])
def test_reads_a_file_of_one_object_that_has_no_name(tmp_path, compression):
    rdata.write_rds(tmp_path / "table.rds", TABLE, compression=compression)
    found = read_r_table(tmp_path / "table.rds")
    assert found["code"].tolist() == ["85123A", "é", "85123A"]
    assert found["pieces"].fillna(99).tolist() == [6, 99, -3]
    with pytest.raises(DataFault, match="must hold an object named 'table'"):
        read_r_table(tmp_path / "table.rds", "table")


def test_names_the_objects_that_are_there(tmp_path):
    rdata.write_rda(tmp_path / "table.rda", {"table": TABLE})
    with pytest.raises(DataFault, match=r"must hold an object named 'sales'; it holds \['table'\]"):
        read_r_table(tmp_path / "table.rda", "sales")


def test_refuses_what_is_no_r_file(tmp_path):
    (tmp_path / "table.rda").write_bytes(b"customer;amount\n")
    with pytest.raises(DataFault, match="no R data file in XDR"):
        read_r_table(tmp_path / "table.rda", "table")


SLOW = 1_000_000  # bytes from which `rdata` takes more than a few seconds
R_FILES = [file for file in load_manifest() if Path(file.file).suffix.lower() in (".rda", ".rdata")]
STRINGS_BY_THE_MILLION = ("measure_score_df.rda", "transactions.rda")
LARGE = 2_000_000  # bytes from which `rdata` takes minutes or the table is read in parts elsewhere


@pytest.mark.real_data
@pytest.mark.filterwarnings("ignore:Missing constructor for R class:UserWarning")
@pytest.mark.parametrize(
    "file", [pytest.param(file, id=file.file, marks=[pytest.mark.slow] * (file.bytes > SLOW)) for file in R_FILES]
)
def test_agrees_with_rdata_on_every_public_file(file):
    try:
        path = public_file(file.source, file.file)
    except FrameUnavailable as fault:
        pytest.skip(str(fault))
    if file.bytes > LARGE or file.file in STRINGS_BY_THE_MILLION:
        pytest.skip("rdata takes minutes over it")
    keep_days = {"Date": lambda days, _: days, "POSIXct": lambda seconds, _: seconds}
    for name, theirs in rdata.read_rda(
        path, default_encoding="utf-8", constructor_dict={**DEFAULT_CLASS_MAP, **keep_days}
    ).items():
        ours = read_r_table(path, name)
        assert list(ours.columns) == list(map(str, theirs.columns))
        for label, column in theirs.items():
            if column.dtype.kind in "ifb" or str(column.dtype) in ("Int32", "boolean"):
                expected, found = column.astype(float).to_numpy(), ours[str(label)].to_numpy(float)
                assert ((found == expected) | (found != found) & (expected != expected)).all(), label
            else:
                assert ours[str(label)].tolist() == column.astype(object).where(column.notna(), None).tolist(), label
