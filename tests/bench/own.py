"""A company's tables through `check` and all pages: time beside the default cold run, and memory of all processes."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from generate import write_transactions
from timing import ROOT, Peak, Row, Run, peak_before_each, run

LIMIT = 2.0
"""Gigabytes: `memory_limit` without settings."""


def analysis(*words: str, cache: Path | None = None, whole_tree: bool = False) -> Run:
    """Run the command line in a process of its own."""
    return run([sys.executable, "-m", "analysis", *words], cache=cache, whole_tree=whole_tree)


def reports_of(
    output: Path, cache: Path, *, data: Path | None = None, only: Sequence[str] = (), jobs: int = 2, tree: bool = False
) -> Run:
    """Make pages on what comes with the packages, and on a company's tables if there is one."""
    given = ["--data", str(data)] if data else []
    chosen = [word for stem in only for word in ("--only", stem)]
    words = ["--set", "sources=package", "--jobs", str(jobs), "--output", str(output), *given, *chosen]
    return analysis("run", *words, cache=cache, whole_tree=tree)


def companies(args: argparse.Namespace, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Each company in words, and the folder of its tables, which goes when the next is made."""
    for n in args.companies:
        folder = scratch / f"demonstration_{n}"
        analysis("demo", str(folder), "--customers", str(n))
        yield f"demonstration company of {n:,} customers", folder
        shutil.rmtree(folder)
    for rows in args.purchases:
        folder = scratch / f"purchases_{rows}"
        write_transactions(folder, rows)
        yield f"{rows:,} purchases", folder
        shutil.rmtree(folder)


def own(args: argparse.Namespace, scratch: Path) -> Iterator[Row]:
    """Check and all pages of each company, in turn with the default reports from nothing."""

    def pages(data: Path | None) -> Run:
        with tempfile.TemporaryDirectory(dir=scratch) as place:
            return reports_of(Path(place) / "reports", Path(place) / "cache", data=data, only=args.only, tree=True)

    for words, folder in companies(args, scratch):
        rounds = [
            (pages(None), analysis("check", str(folder), whole_tree=True), pages(folder)) for _ in range(args.repeats)
        ]
        cold, *ours = zip(*rounds, strict=True)  # one run of the default reports beside both
        for what, runs in zip(("check", "all pages"), ours, strict=True):
            yield Row(f"{what}, {words}", "default reports, cold", runs, cold)


def own_memory(args: argparse.Namespace, scratch: Path) -> Iterator[Peak]:
    """Most memory that all processes of `check`, and of one run of all pages, hold together on a company in ten tables.

    Pages are made one after the other: the peak of each is that of the time from the page before to its own end, with what
    the command holds all the while (the first has the reading of the tables too).
    """
    n = args.memory_customers
    folder = scratch / f"demonstration_{n}"
    analysis("demo", str(folder), "--customers", str(n))
    bound = LIMIT + 1
    words = f"{n:,} customers in ten tables"
    yield Peak(f"check, {words}", analysis("check", str(folder), whole_tree=True).gigabytes, bound)
    pages = args.only or sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    made = reports_of(scratch / "reports", scratch / "cache", data=folder, only=args.only, jobs=1, tree=True)
    peaks = peak_before_each(made, [f"{page}: done" for page in pages])
    for end, peak in peaks.items():
        yield Peak(f"page {end.removesuffix(': done')}, {words}", peak, bound)
    yield Peak(f"all {len(peaks)} pages in one run, {words}", made.gigabytes, bound)
