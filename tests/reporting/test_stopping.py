"""Ctrl-C in the middle, to a process of its own: it ends soon, says so, and leaves nothing half written or lying about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.core import stopping
from analysis.core.errors import EXIT_STOPPED
from analysis.reporting.whereabouts import Whereabouts

SOON = 30
"""Seconds, on a machine that others use too."""

posix = pytest.mark.skipif(os.name != "posix", reason="the signal of Ctrl-C is sent")


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """Half a million purchases: reading them takes a while."""
    import duckdb

    folder = tmp_path_factory.mktemp("shop")
    duckdb.execute(
        f"""COPY (SELECT 'C' || (n % 60000) AS customer_id, DATE '2023-01-01' + CAST(hash(n) % 700 AS INTEGER) AS "at",
        5 + n % 40 AS amount FROM range(500000) AS rows(n)) TO '{folder}/transactions.csv' (HEADER)"""
    )
    return folder


def stopped(words, place: Path, when, sent: int = signal.SIGINT) -> tuple[int, str]:
    """Exit code and standard error of the command, which gets the signal as soon as `when` of its lines is true."""
    (place / "tmp").mkdir()
    # Who was started in the background ignores the signal, and so do those whom he starts.
    reset = f"import signal, os, sys; signal.signal(signal.SIGINT, signal.default_int_handler); os.execv(sys.executable, {[sys.executable, '-m', 'analysis', *words]!r})"
    with (
        open(place / "out", "w") as out,
        open(place / "err", "w") as err,
        subprocess.Popen(
            [sys.executable, "-c", reset],
            stdout=out,
            stderr=err,
            env=os.environ
            | {"TMPDIR": str(place / "tmp"), "RETENTION_CACHE": str(place / "cache"), "PYTHONUNBUFFERED": "1"},
        ) as child,
    ):
        deadline = time.monotonic() + 240
        while not when() and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert child.poll() is None, (place / "err").read_text()
        child.send_signal(sent)
        try:
            child.wait(SOON)
        finally:
            child.kill()
    return child.returncode, (place / "err").read_text()


def left_in(place: Path) -> list[str]:
    """What lies about in the folder for temporary files, of ours."""
    return [path.name for path in (place / "tmp").iterdir() if path.name.startswith("retention-")]


@posix
@pytest.mark.slow
@pytest.mark.parametrize("sent", stopping.SIGNALS)
def test_check_stops_in_the_middle_and_leaves_nothing(shop, tmp_path, sent):
    """The tables are being read when its private folder is there."""
    before = sorted(path.name for path in shop.iterdir())
    code, said = stopped(["check", str(shop)], tmp_path, lambda: left_in(tmp_path), sent)
    assert code == EXIT_STOPPED
    assert said.splitlines()[-1] == "Stopped. What is written is whole; the same command goes on from there."
    assert "Traceback" not in said
    assert left_in(tmp_path) == []
    assert sorted(path.name for path in shop.iterdir()) == before


@posix
@pytest.mark.slow
def test_run_stops_among_notebooks_and_what_it_wrote_is_whole(shop, tmp_path):
    """One notebook without own data is done, others run."""
    pages = tmp_path / "pages"
    words = ["run", "--data", str(shop), "--output", str(pages), "--set", "sources=package"]
    only = ["--only", "02_acquisition_cost", "--only", "01_retention_metrics", "--only", "04_loyal_customers"]
    code, said = stopped([*words, *only], tmp_path, lambda: list(pages.glob("0*.html")))
    assert code == EXIT_STOPPED
    assert "Stopped." in said and "Traceback" not in said
    assert left_in(tmp_path) == []
    written = [path for path in pages.rglob("*") if path.is_file()]
    assert not [path.name for path in written if path.name.endswith(".part") or "scratch-" in str(path)]
    assert all(path.read_text().rstrip().endswith("</html>") for path in written if path.suffix == ".html")
    # What failed for want of time would stay failed: nothing says so.
    assert not [path for path in pages.rglob("*.json") if '"failed": "Keyboard' in path.read_text()]


@posix
@pytest.mark.parametrize("sent", stopping.SIGNALS)
def test_query_that_does_not_look_for_signals_is_broken_off(sent):
    """DuckDB counts for hours; without us it does not hear Ctrl-C while it does."""
    script = """
import duckdb, signal, sys
from analysis.core import stopping
signal.signal(signal.SIGINT, signal.default_int_handler)
class Held: con = duckdb.connect()
held = Held()
with stopping.heard():
    stopping.interrupt_on_stop(held)
    print("ready", flush=True)
    try:
        held.con.execute("SELECT count(*) FROM range(100000000000) AS t(a) WHERE hash(a) % 7 = 3").fetchall()
    except BaseException:
        print(stopping.asked(), flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.5)
        child.send_signal(sent)
        try:
            assert child.communicate(timeout=SOON)[0] == "True\n"
        finally:
            child.kill()


def test_steps_that_take_long_are_told_in_lines(capsys):
    with Whereabouts(patience=0.2) as where:
        where("frame 1 of 3: offers")
        where("frame 2 of 3: spells")
        time.sleep(0.6)
        where("frame 3 of 3: waits")
    assert capsys.readouterr().err == "  frame 2 of 3: spells\n"


def test_on_a_terminal_each_step_is_told_in_one_line_that_changes(capsys, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Whereabouts() as where:
        where("frame 1 of 2: offers")
        where("frame 2 of 2: spells")
        time.sleep(0.3)
    assert "frame 2 of 2: spells" in capsys.readouterr().err


def test_next_step_ends_the_work_where_another_error_was_taken_for_one_of_the_data():
    stopping._asked.set()
    try:
        with pytest.raises(KeyboardInterrupt), Whereabouts() as where:
            where("frame 1 of 2: offers")
    finally:
        stopping._asked.clear()


def test_what_is_put_off_is_raised_at_the_end(monkeypatch):
    """In the middle of importing the engine an exception would abort the process and leave its folder lying about."""
    monkeypatch.setattr(signal, "getsignal", lambda _: signal.default_int_handler)
    steps = []

    def imports(sent):
        with stopping.heard(), stopping.put_off():
            if sent:
                signal.raise_signal(signal.SIGINT)
            steps.append("goes on")

    with pytest.raises(KeyboardInterrupt):
        imports(sent=True)
    imports(sent=False)
    assert steps == ["goes on", "goes on"]
