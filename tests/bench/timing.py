"""Runs in processes of their own: seconds, peak memory; and ratios of runs that took turns."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from math import isnan
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
SET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
MEMORY_TURN = 5
"""Every how many looks memory is added up: the kernel walks all pages for it, a quarter of a processor at every tenth of a second."""
UNSET = ("PYTHONDONTWRITEBYTECODE", "RETENTION_DATA_DIR", "RETENTION_CACHE", "RETENTION_CACHE_CODE")


@dataclass(frozen=True)
class Run:
    """One run: seconds on the clock and of the processor, peak resident memory, what it said.

    Memory is that of the largest process, or of all together at one moment where the run was watched (`whole_tree`).

    A process that forks workers through a server of its own does not count their processor time; nan there, unless the run was
    watched. `looks` are moment and gigabytes at each look, `lines` moment and text of each line said, of such a run.
    """

    seconds: float
    cpu: float
    gigabytes: float
    said: Mapping[str, object]
    looks: tuple[tuple[float, float], ...] = ()
    lines: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """One line of the table: the times of what is compared, the baseline first, and the ratios of each pair of runs."""

    what: str
    baseline: str
    ours: tuple[Run, ...]
    theirs: tuple[Run, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Baseline over ours, run by run."""
        return tuple(b.seconds / o.seconds for o, b in zip(self.ours, self.theirs, strict=True))

    @property
    def cpu_ratio(self) -> float:
        """Median of the same for processor time, which a busy machine disturbs less."""
        return median(b.cpu / o.cpu for o, b in zip(self.ours, self.theirs, strict=True))

    def markdown(self) -> str:
        """Return the line: medians, the ratio's median and range, peak memory."""
        ours, theirs = (median(r.seconds for r in runs) for runs in (self.ours, self.theirs))
        memory = " / ".join(f"{max(r.gigabytes for r in runs):.2f}" for runs in (self.ours, self.theirs))
        cpu = "-" if isnan(self.cpu_ratio) else f"{self.cpu_ratio:.2f}"
        low, high = min(self.ratios), max(self.ratios)
        spread = f"{median(self.ratios):.2f} ({low:.2f} to {high:.2f}, n = {len(self.ratios)})"
        return f"| {self.what} | {self.baseline} | {ours:.2f} | {theirs:.2f} | {spread} | {cpu} | {memory} |"


@dataclass(frozen=True)
class Peak:
    """One line of the table of memory: the most that all processes of a command held at once, and what they may hold."""

    what: str
    gigabytes: float
    bound: float

    def markdown(self) -> str:
        """Return the line."""
        held = "yes" if self.gigabytes <= self.bound else "**no**"
        return f"| {self.what} | {self.gigabytes:.2f} | {self.bound:.2f} | {held} |"


PEAK_HEAD = "\n| what | peak GB, all processes | memory limit of the engine + 1 GB | held |\n|---|---|---|---|"
HEAD = (
    "| what | against | ours, s | theirs, s | theirs / ours: median (range) | processor time | peak GB, ours / theirs |\n"
    "|---|---|---|---|---|---|---|"
)


def run(
    command: Sequence[str],
    *,
    cache: Path | None = None,
    timed_inside: bool = False,
    one_thread: bool = True,
    whole_tree: bool = False,
) -> Run:
    """Run a command in the checkout to its end.

    Parameters
    ----------
    cache : Path
        Folder of our batch run's cache; None for none. Workers forked there escape the count of processor time.
    timed_inside : bool
        The command prints a JSON object last, with its own "seconds" and "cpu".
    one_thread : bool
        For linear algebra and for DuckDB, ours and theirs; as many as there are processors otherwise.
    whole_tree : bool
        Add up the processor time of all its processes, every tenth of a second, and their memory, every half.

    Raises
    ------
    RuntimeError
        If it fails: a failed run has no time.
    """
    environment = {name: value for name, value in os.environ.items() if name not in (*UNSET, *ONE_THREAD)} | SET
    environment |= (ONE_THREAD if one_thread else {}) | ({"PYTHONUNBUFFERED": "1"} if whole_tree else {})
    if cache is not None:
        environment["RETENTION_CACHE"] = str(cache)
    before = time.perf_counter()
    with (
        subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as child,
        _watched(child.pid, whole_tree) as (looks, worked),
    ):
        assert child.stdout is not None
        lines = [(time.monotonic(), line.decode(errors="replace")) for line in child.stdout]
        output = "".join(line for _, line in lines)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - before
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {child.returncode}:\n{output[-2000:]}")
    said = json.loads(output.strip().splitlines()[-1]) if timed_inside else {}
    cpu = float("nan") if cache is not None else usage.ru_utime + usage.ru_stime
    cpu = sum(worked.values()) if whole_tree else cpu
    times = float(said.get("seconds", seconds)), float(said.get("cpu", cpu))
    if whole_tree:
        return Run(*times, max(held for _, held in looks), said, tuple(looks), tuple(lines))
    return Run(*times, usage.ru_maxrss * 1024 / 1e9, said)


def peak_before_each(run: Run, ends: Sequence[str]) -> dict[str, float]:
    """Most gigabytes held from one of the lines `ends` to the next, under the text of the line that ends the stretch."""
    found, since = {}, float("-inf")
    for moment, line in run.lines:
        if (end := line.strip()) in ends:
            found[end] = max((held for at, held in run.looks if since < at <= moment), default=0.0)
            since = moment
    return found


@contextmanager
def _watched(session: int, wanted: bool) -> Iterator[tuple[list[tuple[float, float]], dict[str, float]]]:
    """Moment, and gigabytes that the processes of a session held together, at each look; seconds that each has worked."""
    looks, worked, ended = [(time.monotonic(), 0.0)], dict[str, float](), threading.Event()

    def look() -> None:
        for turn in count():
            if ended.wait(0.1):
                return
            members = []
            for entry in os.scandir("/proc"):
                if entry.name.isdigit() and (seconds := _worked(Path(entry.path), session)) is not None:
                    worked[entry.name] = seconds
                    members.append(Path(entry.path))
            if turn % MEMORY_TURN == 0:
                looks.append((time.monotonic(), sum(map(_held, members))))

    if wanted:
        threading.Thread(target=look, daemon=True).start()
    try:
        yield looks, worked
    except BaseException:
        os.killpg(session, signal.SIGTERM)  # a session of its own gets no Ctrl-C
        raise
    finally:
        ended.set()


def _worked(process: Path, session: int) -> float | None:
    """Seconds that a process of the session has worked; None of any other, and of one that ended while we looked."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    if int(fields[3]) != session:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _held(process: Path) -> float:
    """Gigabytes of a process (proportional set size: of a page that forked processes share, each holds its part)."""
    try:
        shares = (process / "smaps_rollup").read_text().partition("\nPss:")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return 0.0
    return int(shares[0]) * 1024 / 1e9 if shares else 0.0


def piece(*arguments: object, one_thread: bool = True) -> Run:
    """Run one piece of `pieces` in a process of its own, timed without its imports."""
    script = Path(__file__).with_name("pieces.py")
    return run([sys.executable, str(script), *map(str, arguments)], timed_inside=True, one_thread=one_thread)


def take_turns(what: str, baseline: str, ours: Callable[[], Run], theirs: Callable[[], Run], repeats: int) -> Row:
    """Run both `repeats` times in turn, so that a busy neighbour on the machine meets both."""
    pairs = [(ours(), theirs()) for _ in range(repeats)]
    return Row(what, baseline, tuple(o for o, _ in pairs), tuple(t for _, t in pairs))
