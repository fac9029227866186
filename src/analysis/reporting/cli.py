"""Claims about keeping customers, tested on public evidence and on your own tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from analysis.core import stopping
from analysis.core.errors import (
    EXIT_DISAGREES,
    EXIT_NOT_FETCHED,
    EXIT_NOTEBOOK_FAILED,
)
from analysis.reporting.endings import said_plainly
from analysis.reporting.unchanged import Answer, LastTime

# Help in plain text: drawing it in boxes takes longer than everything else that a first look needs.
app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help=__doc__
)

Data = Annotated[
    str | None, typer.Option(help="Your own tables: a folder, company.toml, DuckDB file or database address.")
]
Only = Annotated[list[str] | None, typer.Option(help="Notebook to take, by name or number (04); may be repeated.")]
Output = Annotated[Path | None, typer.Option(help="Folder of the reports; reports/ if not given.")]
Keep = Annotated[
    Path | None,
    typer.Option(
        help="Folder in which what is read of own tables stays for the next command; without it, nothing stays."
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"retention-folklore {version('retention-folklore')}")
        raise typer.Exit


@app.callback(help=__doc__)
def _options(
    shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options of the command as a whole."""


@app.command(short_help="Make the reports that are not up to date.")
def run(
    context: typer.Context,
    data: Data = None,
    only: Only = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Parameter for the notebooks, as name=value; may be repeated.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Notebooks run at the same time.")] = 2,
    force: Annotated[bool, typer.Option(help="Run even what has not changed.")] = False,
    output: Output = None,
    keep: Keep = None,
) -> None:
    """Run all notebooks that are not up to date and write the reports."""
    from analysis.reporting.warm import begin_imports_early

    folder, wanted = _wanted(data, settings, output)
    begin_imports_early(folder, only or ())
    # Imported late: the server imports meanwhile.
    from analysis.reporting.progress import run_with_progress, where_nothing_changed
    from analysis.reporting.run import settled

    last_time: LastTime | None = context.obj
    place = wanted.get("data", "")
    if last_time and isinstance(place, str):
        from analysis.reporting.dependencies import places_of_plan

        last_time.look(places_of_plan(place))
    result = run_with_progress(folder, only=tuple(only or ()), settings=wanted, jobs=jobs, force=force, keep=keep)
    if result.failed:
        raise typer.Exit(EXIT_NOTEBOOK_FAILED)
    status = EXIT_DISAGREES if result.disagreements else 0
    named = {step.parameters.get("data", "") for step in result.steps}  # a notebook may name own tables by itself
    if last_time and named <= {"", place} and not result.unused:  # which is said at every run
        said = where_nothing_changed(len(result.steps), folder)
        answer = Answer(lines=(*said, *result.disagreements), status=status)
        last_time.keep(folder, answer, settled=lambda: settled(folder, result.steps))
    raise typer.Exit(status)


@app.command(short_help="Show what run would do, and why.")
def plan(
    data: Data = None,
    only: Only = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Parameter, as name=value.")] = None,
    output: Output = None,
) -> None:
    """Show what `run` would do and why, without doing it."""
    from analysis.cache import store
    from analysis.reporting.plan import make_plan
    from analysis.reporting.renewing import due_in_words

    folder, wanted = _wanted(data, settings, output)
    stored = store.chosen_folder()
    for step in make_plan(folder, only=tuple(only or ()), settings=wanted, cache=stored):
        print(f"  {step.in_words}")
    due = due_in_words()
    if due:
        print(f"  {due}")


@app.command(short_help="Store what all public files say.")
def results(
    force: Annotated[bool, typer.Option(help="Compute everything, and take nothing out of the cache.")] = False,
) -> None:
    """Compute every public result with all files and write it to data/results/, for machines that do not have them.

    What the demonstration company shows is simulated and asked once more if code behind it changed.
    """
    from analysis.cache import store
    from analysis.reporting.demonstrating import is_due, renew_demonstration
    from analysis.reporting.renewing import renew, renew_left_out

    store.begin(None if force else store.chosen_folder(), store.code_at_first())
    changed = renew(lambda claim: print(f"  {claim}: done", flush=True))
    print(f"  changed in data/results/: {', '.join(changed) or 'nothing'}")
    print(f"  data/left_out.jsonl: {renew_left_out()} reasons why rows are left out", flush=True)
    if force or is_due():
        n = renew_demonstration(lambda claim: print(f"  demonstration, {claim}: done", flush=True))
        print(f"  data/demonstration.jsonl: {n} numbers beside their truth")


@app.command(short_help="Count what the verdicts rest on.")
def count(
    verdicts: Annotated[Path | None, typer.Argument(help="A verdicts.json; that of the reports if not given.")] = None,
) -> None:
    """Count from verdicts.json: claims with an interval that decides or supports, from raw data, and sources that answer."""
    from analysis.core import paths
    from analysis.reporting.counting import count_in_words

    print(count_in_words(verdicts or paths.REPORTS / "verdicts.json"))


@app.command(short_help="Download public files into the data folder.")
def fetch(
    names: Annotated[list[str] | None, typer.Argument(help="Names of sources; all if not given.")] = None,
) -> None:
    """Download public files into the data folder; what is there stays, what cannot be had is said with its reason."""
    from analysis.reporting.progress import fetch_with_progress

    if not fetch_with_progress(tuple(names or ())):
        raise typer.Exit(EXIT_NOT_FETCHED)


@app.command(short_help="Put the reports into a folder for the web.")
def site(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder to write; site/ inside the reports if not given.")
    ] = None,
    reports: Annotated[Path | None, typer.Option(help="Folder of the reports; reports/ if not given.")] = None,
    address: Annotated[str, typer.Option(help="Where the site will be reached, for links from social networks.")] = "",
) -> None:
    """Put index and reports into one folder fit for static hosting, with a 404 page and a picture for links to it."""
    from analysis.core import paths
    from analysis.reporting.site import make_site

    files = make_site(reports or paths.REPORTS, folder, address=address)
    print(f"  {len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB. Open index.html in it.")


@app.command(short_help="Execute notebooks in place.")
def notebooks(
    names: Annotated[list[str] | None, typer.Argument(help="Stems of notebooks; all if not given.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Notebooks run at the same time.")] = 2,
    publish: Annotated[
        bool, typer.Option("--publish", help="Write all parameters down as the published defaults.")
    ] = False,
    execute: Annotated[
        bool,
        typer.Option("--execute/--no-execute", help="Without: text forms are written, nothing is run."),
    ] = True,
) -> None:
    """Execute notebooks in place on their default data: their stored outputs are what `make test` compares."""
    from analysis.reporting.store_outputs import store_outputs

    for name in store_outputs(tuple(names or ()), jobs, execute=execute, publish=publish):
        print(f"  {name}: stored")


@app.command(short_help="Recognise exports and write company.toml.")
def init(
    exports: Annotated[
        list[str],
        typer.Argument(
            help="Export files of any name, or folders of them; a DuckDB file or database; a new folder to begin with."
        ),
    ],
    into: Annotated[
        Path | None, typer.Option(help="Folder for company.toml; that of the exports if not given.")
    ] = None,
    crosswalk: Annotated[
        Path | None, typer.Option(help="File with two columns: an id, and the customer it stands for.")
    ] = None,
    hash_ids: Annotated[bool, typer.Option("--hash-ids", help="Replace customers' ids by a hash when read.")] = False,
) -> None:
    """Say what the exports are and write a company.toml with every assumption as a line; nothing is overwritten."""
    from analysis.company.initialising import init_company

    done = init_company(*exports, into=into, crosswalk=crosswalk, hashed=hash_ids)
    for line in (*done.seen, *done.unused, *done.told):
        print(f"  {line}")
    for path in done.written:
        print(f"  wrote {path}")
    if done.proposed:
        print(f"  {done.proposed} is no layout that is known: look at the mapping proposed in company.toml.")
    print(f"Next: python -m analysis check {done.folder}")


@app.command(short_help="Write the tables of an invented company.")
def demo(
    folder: Annotated[
        Path, typer.Argument(help="Folder to write into; made if it is not there, else it must be empty.")
    ],
    customers: Annotated[int, typer.Option(min=200, help="Customers to simulate.")] = 8_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the simulation.")] = 1,
    exports: Annotated[
        bool, typer.Option("--exports", help="Write a small shop's exports instead, as products write them.")
    ] = False,
) -> None:
    """Write the tables of a company that does not exist, to see a full report on own data before your own are ready."""
    from analysis.demo.writing import write_demonstration

    if exports:
        from analysis.demo.exports import write_exports

        for name, n_rows in write_exports(folder, seed=seed).items():
            print(f"  {name}: {n_rows:,} rows")
        print(f'Everything in it is invented. Next: python -m analysis init "{folder}"')
        return
    for name, n_rows in write_demonstration(folder, n_customers=customers, seed=seed).items():
        print(f"  {name}: {n_rows:,} rows")
    print(f'Everything in it is simulated. Next: make reports DATA="{folder}"')


@app.command(short_help="Read a company's tables: what can be tested?")
def check(
    data: Annotated[str, typer.Argument(help="A folder, company.toml, DuckDB file or database address.")],
    keep: Keep = None,
) -> None:
    """Read a company's tables: what became of every row, and which claims can be tested with what is there."""
    from analysis.reporting.progress import show_company_check

    show_company_check(data, keep=keep)


@app.command(short_help="Try the estimators on scenarios of known truth.")
def calibrate(
    only: Annotated[
        list[str] | None, typer.Option(help="Name of a simulated scenario to take; may be repeated.")
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=1, help="Draws at each effect; each scenario's own number if not given.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    force: Annotated[bool, typer.Option(help="Run even what has not changed.")] = False,
) -> None:
    """Draw scenarios with a known truth, run every estimator on them, and keep how often its interval held the truth."""
    from analysis.reporting.calibration_progress import calibrate_with_progress

    calibrate_with_progress(only=tuple(only or ()), replications=replications, jobs=jobs, force=force)


@app.command(short_help="List the register of claims.")
def claims() -> None:
    """List the register: every claim, its rule in one line, and the notebook that reports it."""
    from rich.console import Console
    from rich.table import Table

    from analysis.core.wording import with_unit
    from analysis.register.claims import load_register

    register = load_register()
    table = Table(title=f"Register {register.hash}", box=None)
    for heading in ("claim", "counts for it", "claimed size", "notebook"):
        table.add_column(heading, no_wrap=True)
    for claim in register.claims:
        quantity = claim.quantities[0]
        size = with_unit(quantity.size, quantity.unit) if quantity.size is not None else "-"
        table.add_row(claim.id, f"{quantity.direction} {with_unit(quantity.null, quantity.unit)}", size, claim.notebook)
    # As wide as it needs to be: an id that is cut off cannot be copied.
    Console(width=200).print(table)


def _wanted(data: str | None, settings: list[str] | None, output: Path | None) -> tuple[Path, dict[str, object]]:
    """Folder of the reports and the parameters of the notebooks that options ask for."""
    from analysis.core import paths
    from analysis.reporting.parameters import parse_settings

    wanted: dict[str, object] = {"sources": "all"} | parse_settings(settings or [])
    if not data:
        return output or paths.REPORTS, wanted
    return output or company_folder(data), wanted | {"data": data}


def company_folder(data: str) -> Path:
    """Folder of a company's reports: ``reports/<name>``, the name in small letters, digits and hyphens."""
    import re

    from analysis.core import paths
    from analysis.sources.own_tables import company_source

    slug = re.sub(r"[^a-z0-9]+", "-", company_source(data).title.lower()).strip("-")
    return paths.REPORTS / (slug or "company")


def main() -> None:
    """Run the command line; exit codes are those of `endings`."""
    with stopping.heard(), said_plainly():
        # Before the command line is read: what reads it takes longer than to see that nothing has changed.
        last_time = LastTime(sys.argv[1:]) if sys.argv[1:2] == ["run"] else None
        if last_time and (answer := last_time.answer()):
            print("\n".join(answer.lines))
            raise SystemExit(answer.status)
        app(obj=last_time)
