"""Each part of the bench runs at tiny sizes, its rows are whole, and what is compared gives the same numbers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import bench
from generate import customers, write_transactions
from timing import Peak, Row, Run, peak_before_each, piece, run


def test_ratio_is_theirs_over_ours_pair_by_pair() -> None:
    ours = tuple(Run(seconds, 1.0, 0.1, {}) for seconds in (1.0, 2.0, 4.0))
    theirs = tuple(Run(seconds, 3.0, 0.5, {}) for seconds in (3.0, 8.0, 8.0))
    row = Row("a", "b", ours, theirs)
    assert row.ratios == (3.0, 4.0, 2.0)
    assert row.markdown() == "| a | b | 2.00 | 8.00 | 3.00 (2.00 to 4.00, n = 3) | 3.00 | 0.10 / 0.50 |"


def test_memory_is_held_against_its_bound() -> None:
    assert Peak("a", 2.5, 3.0).markdown() == "| a | 2.50 | 3.00 | yes |"
    assert Peak("a", 3.5, 3.0).markdown() == "| a | 3.50 | 3.00 | **no** |"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory of other processes is read from /proc")
def test_memory_of_all_processes_is_added_up() -> None:
    """A process and its child hold 100 MB each, at the same time."""
    hold = "import time; held = b'x' * 100_000_000; time.sleep(1.5)"
    both = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; child.wait()"
    assert 0.2 < run([sys.executable, "-c", both], whole_tree=True).gigabytes < 0.3


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="times of other processes are read from /proc")
def test_processor_time_of_all_processes_is_added_up() -> None:
    """A process and its child work for .6 s of the processor each; waiting is no work."""
    work = "import time; [None for _ in iter(lambda: time.process_time() < .6, False)]; time.sleep(.5)"
    both = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {work!r}]); {work}; child.wait()"
    watched = run([sys.executable, "-c", both], whole_tree=True)
    assert 1.1 < watched.cpu < 1.6
    assert watched.seconds > 1.0


def test_peak_of_each_stretch_lies_between_the_lines_that_end_it() -> None:
    looks = ((0.5, 1.0), (1.5, 3.0), (2.5, 2.0), (3.5, 9.0))
    watched = Run(4.0, 1.0, 9.0, {}, looks, ((1.0, "  a: done\n"), (1.2, "a line\n"), (3.0, "  b: done\n")))
    assert peak_before_each(watched, ["a: done", "b: done", "c: done"]) == {"a: done": 1.0, "b: done": 3.0}


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_generated_transactions_are_as_many_as_asked_for(tmp_path: Path, form: str) -> None:
    import duckdb

    file = write_transactions(tmp_path, 20_000, form=form)
    rows, people = duckdb.sql(f"SELECT count(*), count(DISTINCT customer_id) FROM '{file}'").fetchall()[0]
    assert rows == pytest.approx(20_000, rel=0.1)
    assert people == 2_000


def test_generated_histories_are_possible() -> None:
    table = customers(500)
    assert (table["recency"] <= table["T"]).all()
    assert ((table["frequency"] == 0) == (table["recency"] == 0)).all()


@pytest.mark.slow
@pytest.mark.parametrize("by_day", [False, True])
def test_ways_to_a_summary_agree(tmp_path: Path, by_day: bool) -> None:
    write_transactions(tmp_path, 3_000, returns=0.2, by_day=by_day)
    ours, same, sums = (piece(way, tmp_path).said for way in ("summary_ours", "summary_sql_same", "summary_sql"))
    keys = ["customers", "rows", "repeats", "recency_days", "length_days"]
    assert [ours[k] for k in keys] == [same[k] for k in keys]
    assert [ours[k] for k in keys[:-1]] == [sums[k] for k in keys[:-1]]  # it takes 31 December for the last day
    assert ours["left_out"] == same["left_out"]
    assert len(same["left_out"]) == 2
    assert [piece("summary_from_days", tmp_path).said[k] for k in keys] == [ours[k] for k in keys]


@pytest.mark.slow
@pytest.mark.parametrize("other", ["value_pandas", "value_polars"])
def test_ways_to_cohorts_and_values_agree(tmp_path: Path, other: str) -> None:
    if other == "value_polars":
        pytest.importorskip("polars")
    write_transactions(tmp_path, 20_000, returns=0.0)
    ours, theirs = piece("value_ours", tmp_path).said, piece(other, tmp_path).said
    assert [ours[k] for k in ("active", "customers")] == [theirs[k] for k in ("active", "customers")]
    assert ours["value"] == pytest.approx(theirs["value"], rel=1e-3)  # lifetimes stops its search early


@pytest.mark.slow
def test_lifetimes_counts_the_same_customers_where_nothing_comes_back(tmp_path: Path) -> None:
    write_transactions(tmp_path, 3_000, returns=0.0)
    ours, theirs = piece("summary_ours", tmp_path).said, piece("summary_lifetimes", tmp_path).said
    assert ours["customers"] == theirs["customers"] == 300


@pytest.mark.slow
def test_ways_to_a_fit_agree() -> None:
    """To the digits of lifetimes' own tolerance."""
    ours, theirs = piece("fit_ours", "bg_nbd", 2_000), piece("fit_lifetimes", "bg_nbd", 2_000)
    assert ours.said["estimates"] == pytest.approx(theirs.said["estimates"], rel=1e-5)
    assert ours.said["errors"] == pytest.approx(theirs.said["errors"], rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["start", "fits", "summaries", "by_hand"])
def test_part_runs_at_tiny_size(part: str) -> None:
    tiny = ["--parts", part, "--repeats", "1", "--rows", "5000", "--customers", "1000", "--pareto", "1000"]
    rows = bench.main(tiny)
    assert rows
    assert all(run.seconds > 0 and run.gigabytes > 0 for row in rows for run in row.ours + row.theirs)


@pytest.mark.slow
def test_reports_part_runs_on_one_notebook() -> None:
    rows = bench.main(["--parts", "reports", "--repeats", "1", "--only", "02_acquisition_cost"])
    assert [row.what for row in rows][2:] == ["second run, nothing changed", "02_acquisition_cost to be made again"]


@pytest.mark.slow
def test_own_parts_run_on_one_notebook_of_a_small_company() -> None:
    small = ["--companies", "300", "--purchases", "--memory-customers", "300", "--only", "02_acquisition_cost"]
    rows = bench.main(["--parts", "own", "own_memory", "--repeats", "1", *small])
    assert [row.what.split(",")[0] for row in rows] == [
        "check",
        "all pages",
        "check",
        "page 02_acquisition_cost",
        "all 1 pages in one run",
    ]
