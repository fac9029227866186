"""What `make bench` runs: our way and another, in turn, as seconds and ratios. ``python tests/bench/bench.py --help``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generate import write_transactions
from own import own, own_memory, reports_of
from timing import HEAD, PEAK_HEAD, ROOT, Peak, Row, Run, piece, run, take_turns

LIFETIMES_FITS_MILLIONS = 10
"""Beyond this, lifetimes' summary of transactions does not fit into the memory of the machine."""

SQL_FITS_MILLIONS = 10
"""Beyond this, the SQL that does the same work runs out of our engine's memory cap: it is given four times as much."""


def say(line: str) -> None:
    """Print at once: a bench takes long."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def reports(args: argparse.Namespace, scratch: Path) -> Iterator[Row]:
    """(1) to (3): default reports cold against plain loops, a second run, one notebook touched."""
    notebooks = sorted(
        p for p in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb") if not args.only or p.stem in args.only
    )

    def ours(output: Path, cache: Path) -> Run:
        return reports_of(output, cache, only=args.only)

    def cold() -> Run:
        place = Path(tempfile.mkdtemp(dir=scratch))
        return ours(place / "reports", place / "cache")

    def loop(jobs: int) -> Run:
        place = Path(tempfile.mkdtemp(dir=scratch))
        tools = Path(sys.executable).parent
        one = (
            f'"{tools}/papermill" --no-progress-bar "$0" "{place}/$(basename "$0")" && '
            f'"{tools}/jupyter" nbconvert --to html "{place}/$(basename "$0")"'
        )
        listed = place / "notebooks.txt"
        listed.write_text("".join(f"{path}\0" for path in notebooks))
        return run(["xargs", "-0", "-a", str(listed), "-P", str(jobs), "-n", "1", "sh", "-c", one])

    kept = Path(tempfile.mkdtemp(dir=scratch))

    def again() -> Run:
        return ours(kept / "reports", kept / "cache")

    def touched() -> Run:
        (kept / "reports" / f"{notebooks[-1].stem}.html").unlink()
        return again()

    n = f"{len(notebooks)} notebooks"
    yield take_turns(
        f"default reports, cold ({n})", "papermill and nbconvert, one at a time", cold, lambda: loop(1), args.repeats
    )
    yield take_turns(f"default reports, cold ({n})", "the same in two processes", cold, lambda: loop(2), args.repeats)
    first = again()
    yield take_turns("second run, nothing changed", "our cold run", again, lambda: first, args.repeats)
    yield take_turns(f"{notebooks[-1].stem} to be made again", "our cold run", touched, lambda: first, args.repeats)


def summaries(args: argparse.Namespace, scratch: Path) -> Iterator[Row]:
    """(4): transactions to customer summary, all customers; both sides on every processor but where it says so."""
    if find_spec("polars") is None:
        say("Polars is not there: `pip install polars` puts it beside the others.")
    for rows in args.rows:
        for by_day in (False, True):
            folder = scratch / f"rows_{rows}_{by_day}"
            file = write_transactions(folder, rows, by_day=by_day)
            (folder / "company.toml").write_text(f"[data]\nlargest_sample = {rows}\n")
            words = f"{rows:,} transactions in the order of {'days' if by_day else 'customers'}"
            for partner, name, one_thread, options in _partners(rows):
                threads = ", one thread each" if one_thread else ""
                yield take_turns(
                    f"summary of {words}",
                    partner + threads,
                    _of("summary_ours", folder, one_thread=one_thread),
                    _of(name, folder, *options, one_thread=one_thread),
                    args.repeats,
                )
            ours = {
                "customers drawn as without settings": _of("summary_ours", file, one_thread=False),
                "customer days there already": _of("summary_from_days", folder, one_thread=False),
                "customer days made for all frames": _of("days_ours", folder, one_thread=False),
            }
            for what, way in ours.items():
                same = _of("summary_sql_same", folder, one_thread=False)
                yield take_turns(f"{words}: {what}", "DuckDB SQL by hand, same work", way, same, args.repeats)


def _partners(rows: int) -> list[tuple[str, str, bool, tuple[str, ...]]]:
    """Words, piece, whether both have one thread only, and the piece's options, of the ways that ours is held against."""
    roomy = ("8GB",) if rows > 1_000_000 * SQL_FITS_MILLIONS else ()
    found: list[tuple[str, str, bool, tuple[str, ...]]] = [
        (words + "".join(f", {memory}" for memory in roomy), name, one_thread, roomy)
        for one_thread in (False, True)
        for words, name in (
            ("DuckDB SQL by hand, same work", "summary_sql_same"),
            ("DuckDB SQL by hand, sums only", "summary_sql"),
        )
    ]
    if find_spec("polars") is not None:
        found.append(("Polars, sums only", "summary_polars", False, ()))
    if rows <= 1_000_000 * LIFETIMES_FITS_MILLIONS:
        found.append(("lifetimes' summary", "summary_lifetimes", False, ()))
    return found


def fits(args: argparse.Namespace, scratch: Path) -> Iterator[Row]:
    """(5): model fits with standard errors against lifetimes on all rows."""
    for n in args.customers:
        for model, words in (("bg_nbd", "BG/NBD"), ("gamma_gamma", "gamma-gamma"), ("pareto_nbd", "Pareto/NBD")):
            if model == "pareto_nbd" and n > args.pareto:
                continue
            yield take_turns(
                f"{words}, {n:,} customers",
                "lifetimes, all rows" + (", no errors" if model == "pareto_nbd" else ""),
                _of("fit_ours", model, n),
                _of("fit_lifetimes", model, n),
                args.repeats,
            )

    if args.pymc:
        yield from _beside_pymc(args)


def _beside_pymc(args: argparse.Namespace) -> Iterator[Row]:
    """MAP fits of pymc-marketing, which the interpreter in `args.pymc` has; it knows no errors of a MAP fit."""
    script = str(Path(__file__).with_name("pieces.py"))
    for n in args.customers:
        for model, words in (("bg_nbd", "BG/NBD"), ("gamma_gamma", "gamma-gamma")):
            yield take_turns(
                f"{words}, {n:,} customers",
                "pymc-marketing, MAP, no errors",
                _of("fit_ours", model, n),
                lambda m=model, k=n: run([args.pymc, script, "fit_pymc", m, str(k)], timed_inside=True),
                args.repeats,
            )


def by_hand(args: argparse.Namespace, scratch: Path) -> Iterator[Row]:
    """From purchases to a table of cohorts and every customer's value, as an analyst does it by hand."""
    for rows in args.rows:
        folder = scratch / f"by_hand_{rows}"
        write_transactions(folder, rows, returns=0.0)
        for name, words in (("value_pandas", "pandas and lifetimes"), ("value_polars", "Polars and lifetimes")):
            if name == "value_polars" and find_spec("polars") is None:
                continue
            yield take_turns(
                f"{rows:,} purchases to cohorts and values with intervals",
                f"{words}, no intervals",
                _of("value_ours", folder, one_thread=False),
                _of(name, folder, one_thread=False),
                args.repeats,
            )


def start(args: argparse.Namespace, scratch: Path) -> Iterator[Row]:
    """(7): what it takes to get going."""
    bare = [sys.executable, "-c", "pass"]
    for words in (["-c", "import analysis"], ["-m", "analysis", "--help"]):
        command = [sys.executable, *words]
        yield take_turns(
            f"python {' '.join(words)}", "bare python", lambda c=command: run(c), lambda: run(bare), 5 * args.repeats
        )


PARTS: dict[str, Callable[[argparse.Namespace, Path], Iterator[Row | Peak]]] = {
    "start": start,
    "fits": fits,
    "summaries": summaries,
    "by_hand": by_hand,
    "reports": reports,
    "own": own,
    "own_memory": own_memory,
}
LONG = ("own", "own_memory")
"""Parts that run only where they are asked for: an hour and more at their default sizes."""


def _of(*arguments: object, one_thread: bool = True) -> Callable[[], Run]:
    return lambda: piece(*arguments, one_thread=one_thread)


def main(words: Sequence[str] | None = None) -> list[Row | Peak]:
    """Run the parts asked for and print a line as each is ready; peak memory (6) stands in every line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=[n for n in PARTS if n not in LONG])
    parser.add_argument("--repeats", type=int, default=3, help="pairs of runs that take turns")
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[1_000_000, 10_000_000], help="transactions; 100000000 too"
    )
    parser.add_argument("--customers", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument(
        "--pareto", type=int, default=10_000, help="most customers for lifetimes' Pareto/NBD, a slow one"
    )
    parser.add_argument("--pymc", default="", help="python that has pymc-marketing; its fits are left out if not given")
    parser.add_argument(
        "--companies",
        type=int,
        nargs="*",
        default=[3_000, 30_000, 300_000],
        help="customers of the demonstration company",
    )
    parser.add_argument("--purchases", type=int, nargs="*", default=[1_000_000, 10_000_000], help="100000000 too")
    parser.add_argument("--memory-customers", type=int, default=100_000, help="the same for the peak of memory")
    parser.add_argument("--only", nargs="+", default=[], help="stems of notebooks; all if not given")
    args = parser.parse_args(words)
    made: list[Row | Peak] = []
    with tempfile.TemporaryDirectory(prefix="retention-bench-") as folder:
        for name in args.parts:
            say(PEAK_HEAD if name == "own_memory" else HEAD)
            for row in PARTS[name](args, Path(folder)):
                say(row.markdown())
                made.append(row)
    return made


if __name__ == "__main__":
    main()
