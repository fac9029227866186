"""A process beside this one does the work, and ends when this one does, or says that it has ended."""

from __future__ import annotations

import os
import time
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
        told.later.append(("a claim", "a frame", give(os._exit, 3)))
        with pytest.raises(BrokenProcessPool):
            told.later[0][2]()
        told.later.append(("another", "a frame", give(pow, 2, 2)))
        told.hear()
    assert not told.too_little
    assert {line for lines in told.lines.values() for line in lines} == {
        "could not be told: the process that works it out ended without a word, perhaps for want of memory"
    }


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
