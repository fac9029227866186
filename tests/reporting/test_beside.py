"""A process beside this one does the work, and ends when this one does, or says that it has ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from analysis.reporting import beside as module
from analysis.reporting.beside import at_once, beside
from analysis.reporting.own_data_check import _Told


def test_results_come_back_in_the_order_in_which_they_are_asked_for() -> None:
    with beside("math") as give:
        later = [give(pow, 2, n) for n in range(3 * module.MOST_WAITING)]
        assert give(os.getpid)() != os.getpid()
        assert [take() for take in later] == [2**n for n in range(3 * module.MOST_WAITING)]


def test_with_one_processor_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with beside("math") as give:
        assert give is at_once
        assert give(os.getpid)() == os.getpid()


def test_a_process_that_ended_is_told_and_costs_no_claim() -> None:
    told = _Told()
    with beside("math") as give:
        ended = give(os._exit, 3)
        with pytest.raises(BrokenProcessPool):
            ended()
        told.hear("a claim", "a frame", ended)
        told.hear("another", "a frame", give(pow, 2, 2))
    assert not told.too_little
    assert {line for lines in told.lines.values() for line in lines} == {
        "could not be told: the process that works it out ended without a word, perhaps for want of memory"
    }


def _square_here(key: str) -> tuple[int, int]:
    time.sleep(0.01)
    return int(key) ** 2, os.getpid()


def _square_there(key: str, seconds: float) -> tuple[int, int]:
    time.sleep(seconds)
    return int(key) ** 2, os.getpid()


def _end(key: str) -> None:
    os._exit(3)


def _refuse(key: str) -> None:
    raise ValueError(key)


KEYS = tuple(str(n) for n in range(40))


def test_shared_work_is_begun_at_both_ends() -> None:
    with beside("math") as give:
        other = give(os.getpid)()
        found = {key: later() for key, later in give.share(KEYS, _square_here, _square_there, 0.01)().items()}
    assert {key: square for key, (square, _) in found.items()} == {key: int(key) ** 2 for key in KEYS}
    by = [found[key][1] for key in KEYS]
    assert set(by) == {os.getpid(), other}
    assert by == sorted(by, key=lambda process: process == other)  # all here, then all there


def test_the_slower_process_does_less() -> None:
    with beside("math") as give:
        found = [later() for later in give.share(KEYS, _square_here, _square_there, 1.0)().values()]
    assert 1 <= sum(process != os.getpid() for _, process in found) <= 2 * module.AHEAD


@pytest.mark.parametrize("there", [_end, _refuse])
def test_what_the_other_process_does_not_do_is_done_here(there: Callable[[str], None]) -> None:
    with beside("math") as give:
        found = {key: later() for key, later in give.share(KEYS, _square_here, there)().items()}
    assert found == {key: (int(key) ** 2, os.getpid()) for key in KEYS}


def test_the_other_process_imports_until_there_is_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"slowly_imported_{n}" for n in range(6)]
    for name in names:
        (tmp_path / f"{name}.py").write_text("import time\nopen(__file__ + '.seen', 'w').close()\ntime.sleep(0.5)\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def seen() -> int:
        return len(list(tmp_path.glob("*.seen")))

    with beside(*names) as give:
        assert [give(pow, 2, n)() for n in range(6)] == [1, 2, 4, 8, 16, 32]
        assert seen() <= 2  # one that had begun, and the next where the call came between two
    for mark in tmp_path.glob("*.seen"):
        mark.unlink()
    with beside(*names):
        end = time.monotonic() + 120
        while seen() < len(names) and time.monotonic() < end:
            time.sleep(0.1)
    assert seen() == len(names)


def test_an_import_that_fails_is_no_matter() -> None:
    with beside("no_such_module", "math") as give:
        time.sleep(1)
        assert give(pow, 2, 3)() == 8


LEFT = """
import sys, time
from analysis.reporting.beside import beside
if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    with beside(*sys.argv[2:]) as give:
        time.sleep(WHILE)
    print("left")
"""


@pytest.mark.parametrize("first", ["import time; time.sleep(600)", "import os; os._exit(3)"])
def test_a_process_that_ends_with_imports_to_come_is_not_waited_for(first: str, tmp_path: Path) -> None:
    """Python 3.12 tells of a process that has ended under the lock by which the next import would begin."""
    (tmp_path / "the_first.py").write_text(first)
    script = tmp_path / "left.py"
    script.write_text(LEFT.replace("WHILE", "2"))
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), "the_first", "math", "json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "left\n", done.stderr


def test_ctrl_c_ends_the_other_process() -> None:
    begun, seen = time.monotonic(), []

    def broken_off() -> None:
        with beside("math") as give:
            seen.append(give(os.getpid)())
            give(time.sleep, 600)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    (pid,) = seen
    assert time.monotonic() - begun < 300
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]
