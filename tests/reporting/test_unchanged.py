"""A run with nothing to do is answered without a plan, and never where a plan would find something to do."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import analysis
from analysis.core import paths
from analysis.reporting import cli, making, progress, run, unchanged, workers
from analysis.reporting.dependencies import places_of_plan
from analysis.reporting.plan import STATE_FOLDER
from analysis.reporting.unchanged import Answer, LastTime, Places
from analysis.sources.cdnow import files as cdnow_files
from tests.helpers import code, markdown, write_notebook

PARAMETERS = code('sources = "package"  # which\nseed = 1  # seed of draws\ndata = ""  # own tables', "parameters")
NOTHING = "Nothing to do: all 1 reports are up to date."


def wait_for_the_clock():
    """Until what was just written is older than whatever begins now: clocks of files tick a hundred times a second."""
    time.sleep(0.05)


@pytest.fixture
def shell(tmp_path, monkeypatch, capsys):
    """Return a function that calls the command and returns status, output and whether a plan was made.

    Its notebook is invented and runs through at once; data and code are those of the repository.
    """
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(paths, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(unchanged, "TICK_NS", 0)  # these tests know their file system's clock, and wait for it
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path / "raw"))
    write_notebook(tmp_path / "notebooks" / "01_fine.ipynb", markdown("# A", "title"), PARAMETERS)
    planned = []
    make_plan = run.make_plan
    monkeypatch.setattr(run, "make_plan", lambda *given, **named: planned.append(1) or make_plan(*given, **named))

    def instantly(steps, output, jobs, stored):
        for step in steps:
            path = output / STATE_FOLDER / f"{step.name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(step.notebook.read_bytes())
            disagree = ["CDNOW: value is 2, stored is 3"] if "other" in step.name else []
            yield workers.Executed(name=step.name, path=path, error=None, disagree=disagree)

    monkeypatch.setattr(workers, "_in_workers", instantly)

    def call(*arguments):
        wait_for_the_clock()
        planned.clear()
        monkeypatch.setattr(sys, "argv", ["analysis", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, capsys.readouterr().out, bool(planned)

    return call


@pytest.fixture
def made(shell, tmp_path):
    """The same after a run that made everything, and a second one that said so without a plan."""
    assert shell("run")[::2] == (0, True)
    assert shell("run") == (0, f"{NOTHING}\nOpen {tmp_path / 'reports' / 'index.html'}\n", False)
    return shell


# --- what makes it plan again -------------------------------------------------------------------------------------


def grow(path):
    path.write_bytes(path.read_bytes() + b"\n")


def same_size(path):
    path.write_bytes(path.read_bytes().replace(b"# A", b"# B"))


CHANGES = {
    "a notebook grows": lambda folder: grow(folder / "notebooks" / "01_fine.ipynb"),
    "a notebook of the same size": lambda folder: same_size(folder / "notebooks" / "01_fine.ipynb"),
    "a new notebook": lambda folder: shutil.copy(
        folder / "notebooks" / "01_fine.ipynb", folder / "notebooks" / "02_new.ipynb"
    ),
    "a page goes": lambda folder: (folder / "reports" / "01_fine.html").unlink(),
    "a page grows": lambda folder: grow(folder / "reports" / "01_fine.html"),
    "the index goes": lambda folder: (folder / "reports" / "index.html").unlink(),
    "a record goes": lambda folder: (folder / "reports" / STATE_FOLDER / "01_fine.json").unlink(),
    "the index is of other code": lambda folder: (folder / "reports" / STATE_FOLDER / "index.code").write_text(
        "0" * 16
    ),
    "something half written": lambda folder: (folder / "reports" / STATE_FOLDER / "scratch-left").mkdir(),
    "what was written down is half an object": lambda folder: [s.write_text("{") for s in stamps(folder / "reports")],
    "what was written down is empty": lambda folder: [s.write_text("{}") for s in stamps(folder / "reports")],
    "what was written down is a list": lambda folder: [s.write_text("[]") for s in stamps(folder / "reports")],
    "a disagreement": lambda folder: (folder / "reports" / STATE_FOLDER / "agreement.txt").write_text("a line"),
    "a public file comes, and is a wrong one": lambda folder: (
        (folder / "raw" / "hillstrom").mkdir(parents=True)
        or (folder / "raw" / "hillstrom" / "hillstrom_data.csv").write_bytes(b"")
    ),
}


def test_a_change_of_a_file_is_planned(made, tmp_path):
    """One after the other: each is planned, and what was made then is answered until the next."""
    unplanned = []
    for what, change in CHANGES.items():
        assert made("run")[2] is False, f"before: {what}"
        wait_for_the_clock()
        change(tmp_path)
        unplanned += [] if made("run")[2] else [what]
    assert unplanned == []


def stamps(reports):
    found = list((reports / STATE_FOLDER).glob("unchanged-*.json"))
    assert found
    return found


def test_a_public_file_that_is_not_the_documented_one_is_said_at_every_run(shell, tmp_path):
    """It is not used, and takes nothing else down."""
    wrong = tmp_path / "raw" / "hillstrom" / "hillstrom_data.csv"
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(b"damaged")
    for _ in range(2):
        status, told, planned = shell("run")
        assert (status, planned) == (0, True)
        assert "hillstrom/hillstrom_data.csv has sha256" in told
        assert "is not used. `python -m analysis fetch hillstrom` replaces it." in told
    assert "hillstrom" not in shell("run", "--set", "sources=package")[1]  # which takes no downloaded file
    wrong.unlink()
    assert shell("run")[::2] == (0, True)
    assert shell("run")[::2] == (0, False)


def test_a_note_of_the_run_that_made_everything_is_said_once(shell, monkeypatch):
    monkeypatch.setattr(making, "_notes", lambda *_: ("A note.",))
    assert "A note." in shell("run")[1]
    status, told, planned = shell("run")
    assert (status, planned) == (0, False)
    assert "A note." not in told


@pytest.mark.parametrize("options", [("--only", "01"), ("--set", "seed=1"), ("--force",), ("--set", "sources=package")])
def test_another_command_is_planned(made, options):
    assert made("run", *options)[::2] == (0, True)


def test_another_environment_is_planned(made, tmp_path, monkeypatch):
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path / "elsewhere"))
    assert made("run")[::2] == (0, True)
    assert made("run")[::2] == (0, False)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert made("run")[::2] == (0, True)
    assert made("run")[::2] == (0, False)
    monkeypatch.setattr(unchanged, "environment", lambda: "other packages")
    assert made("run")[::2] == (0, True)


# What a page hangs on in the repository; an edit of it is not made, it is said by the system.
WATCHED = {
    "a module": Path(analysis.__file__).parent / "estimators" / "survival" / "state_dependence.py",
    "a stub": Path(analysis.__file__).with_suffix(".pyi"),
    "a table of the package": Path(analysis.__file__).parent / "frames" / "codebook.toml",
    "a template": sorted(paths.TEMPLATES.glob("*.*"))[0],
    "the register": sorted(paths.CLAIMS.glob("*.toml"))[0],
    "evidence": sorted(paths.EVIDENCE.glob("*.csv"))[0],
    "stored results": sorted(paths.RESULTS.glob("*.jsonl"))[0],
    "published defaults": paths.PUBLISHED_DEFAULTS,
    "the calibration table": paths.CALIBRATION,
    "the list of public files": paths.ROOT / "data" / "sources.csv",
    "the changelog": paths.ROOT / "CHANGELOG.md",
    "the lock": paths.LOCK,
    "the page of evidence": paths.ROOT / "docs" / "evidence.md",
    "data of a package": cdnow_files()[0],
}


def test_a_change_of_a_file_of_the_repository_is_planned(made, monkeypatch):
    real = os.stat
    command = LastTime(["run"])
    unseen = []
    for what, watched in WATCHED.items():
        for field in ("st_size", "st_mtime_ns", "gone"):

            def edited(path, field=field, watched=watched, **given):
                found = real(path, **given)
                if str(path) != str(watched):
                    return found
                if field == "gone":
                    raise FileNotFoundError(path)
                as_it_is = {key: getattr(found, key) for key in dir(found) if key.startswith("st_")}
                return SimpleNamespace(**as_it_is | {field: getattr(found, field) + 1})

            assert command.answer() is not None
            with monkeypatch.context() as patch:
                patch.setattr(os, "stat", edited)
                unseen += [(what, field)] if command.answer() is not None else []
    assert unseen == []


def test_a_file_that_came_into_a_folder_of_the_repository_is_planned():
    there = {str(path) for path in (*places_of_plan("").trees, *places_of_plan("").folders)}
    for path in (Path(analysis.__file__), *(WATCHED[w] for w in ("the register", "evidence", "stored results"))):
        assert str(path.parent) in there


@pytest.fixture
def own(tmp_path):
    """A folder with one table of a company."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "transactions.csv").write_text("customer_id,at,amount\n1,2024-01-01,5\n2,2024-02-01,6\n")
    return folder


def test_own_tables_are_answered_and_a_new_one_is_planned(shell, own, tmp_path):
    command = ("run", "--data", str(own))
    assert shell(*command)[::2] == (0, True)
    assert shell(*command)[::2] == (0, False)
    assert (tmp_path / "reports" / "shop" / "01_fine.html").exists()
    (own / "customers.csv").write_text("customer_id,joined_at\n1,2024-01-01\n")
    assert shell(*command)[::2] == (0, True)


@pytest.mark.parametrize("aim", [lambda own: own, lambda own: own / "company.toml"])
@pytest.mark.parametrize(
    "change",
    [
        lambda own: grow(own / "company.toml"),
        lambda own: (own / "company.toml").unlink(),
        lambda own: grow(own / "tables" / "transactions.csv"),
        lambda own: (own / "tables" / "transactions.csv").unlink(),
        lambda own: (own / "tables" / "customers.csv").write_text("customer_id\n1\n"),
        lambda own: grow(own / "tables" / "who.csv"),
    ],
)
def test_whatever_own_tables_consist_of_is_watched(own, aim, change):
    (own / "tables").mkdir()
    shutil.move(own / "transactions.csv", own / "tables" / "transactions.csv")
    (own / "tables" / "who.csv").write_text("card,customer\n1,2\n")
    (own / "company.toml").write_text(
        '[data]\npath = "tables"\n[ids]\ncrosswalk = {file = "who.csv", from = "card", to = "customer"}\n'
    )
    places = places_of_plan(str(aim(own)))
    before = places.seen()
    assert places.seen() == before
    change(own)
    assert places.seen() != before


@pytest.mark.parametrize(
    "settings",
    [
        '[tables]\ntransactions = "*/sold.csv"\n',
        '[data]\ndatabase = "postgres://nobody@nowhere.invalid/shop"\n',
    ],
)
def test_own_tables_that_cannot_be_watched_are_not_remembered(tmp_path, settings):
    (tmp_path / "company.toml").write_text(settings)
    assert places_of_plan(str(tmp_path)) is None
    assert places_of_plan("") is not None


def test_own_tables_that_only_a_notebook_names_are_planned(shell, tmp_path):
    (tmp_path / "transactions.csv").write_text("customer_id,at,amount\n1,2024-01-01,5\n")
    named = PARAMETERS["source"].replace('data = ""', f'data = "{tmp_path}"')
    write_notebook(tmp_path / "notebooks" / "01_fine.ipynb", markdown("# A", "title"), code(named, "parameters"))
    for _ in range(3):
        assert shell("run")[::2] == (0, True)


# --- what it says -------------------------------------------------------------------------------------------------


def test_disagreements_are_said_again_with_their_status(shell, tmp_path):
    shutil.move(tmp_path / "notebooks" / "01_fine.ipynb", tmp_path / "notebooks" / "01_other.ipynb")
    shell("run")
    status, told, planned = shell("run")
    assert (status, planned) == (5, False)
    assert "CDNOW: value is 2, stored is 3" in told
    for stamp in stamps(tmp_path / "reports"):
        stamp.unlink()
    assert shell("run") == (5, told, True)


def test_failed_notebook_is_planned(shell, monkeypatch):
    wrong = lambda steps, output, jobs, stored: iter(  # noqa: E731
        workers.Executed(name=s.name, path=s.notebook, error="ValueError: no") for s in steps
    )
    monkeypatch.setattr(workers, "_in_workers", wrong)
    for _ in range(2):
        assert shell("run")[::2] == (3, True)


def test_a_forced_run_leaves_the_plain_one_nothing_to_do(shell):
    assert shell("run", "--force")[::2] == (0, True)
    assert shell("run")[::2] == (0, False)


# --- what is not trusted ------------------------------------------------------------------------------------------


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """A folder of reports and one of files, a function that begins a run, and one that ends it."""
    monkeypatch.setattr(paths, "REPORTS", tmp_path / "reports")
    (tmp_path / "reports" / STATE_FOLDER).mkdir(parents=True)
    (tmp_path / "files").mkdir()
    file = tmp_path / "files" / "one"
    file.write_text("1")
    places = Places(trees=(str(tmp_path / "files"),))
    runs = []

    def begin():
        runs.append(LastTime(["run"]))
        runs[-1].look(places)

    def end(settled=lambda: True):
        runs[-1].keep(tmp_path / "reports", Answer(lines=("nothing",), status=0), settled=settled)
        return LastTime(["run"]).answer()

    return file, begin, end


def test_file_edited_just_before_the_run_began_is_not_trusted(watched, monkeypatch):
    _, begin, end = watched
    begin()
    assert end() is None  # written less than two seconds ago
    monkeypatch.setattr(unchanged, "TICK_NS", 0)
    wait_for_the_clock()
    begin()
    assert end() == Answer(lines=("nothing",), status=0)


def test_file_of_the_future_is_not_trusted(watched, monkeypatch):
    file, begin, end = watched
    monkeypatch.setattr(unchanged, "TICK_NS", 0)
    os.utime(file, (time.time() + 1000, time.time() + 1000))
    wait_for_the_clock()
    begin()
    assert end() is None


@pytest.mark.parametrize("change", [Path.unlink, grow, lambda file: file.with_name("two").write_text("2")])
def test_what_changes_while_the_run_goes_on_is_not_trusted(watched, monkeypatch, change):
    file, begin, end = watched
    monkeypatch.setattr(unchanged, "TICK_NS", 0)
    wait_for_the_clock()
    begin()
    change(file)
    assert end() is None


def test_file_put_back_with_its_old_time_is_seen(watched, monkeypatch):
    file, begin, end = watched
    monkeypatch.setattr(unchanged, "TICK_NS", 0)
    wait_for_the_clock()
    begin()
    assert end() is not None
    before = file.stat()
    file.write_text("2")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns and file.stat().st_size == before.st_size
    assert LastTime(["run"]).answer() is None


def test_file_that_came_and_went_is_planned(made, tmp_path):
    command = LastTime(["run"])
    assert command.answer() is not None
    passing = tmp_path / "notebooks" / "02_passing.ipynb"
    passing.write_text("{}")
    passing.unlink()
    assert command.answer() is None


def test_record_of_another_content_is_seen_whatever_the_system_says_of_its_file(watched, monkeypatch, tmp_path):
    _, begin, end = watched
    monkeypatch.setattr(unchanged, "_looked_at", lambda path: (path,))
    for name in ("01_fine.json", "index.code", "agreement.txt"):
        record = tmp_path / "reports" / STATE_FOLDER / name
        record.write_text("1")
        begin()
        assert end() is not None
        record.write_text("2")
        assert LastTime(["run"]).answer() is None


def test_nothing_is_kept_where_another_run_has_written_meanwhile(watched, monkeypatch, tmp_path):
    _, begin, end = watched
    monkeypatch.setattr(unchanged, "TICK_NS", 0)
    wait_for_the_clock()
    begin()
    assert end(lambda: False) is None
    record = tmp_path / "reports" / STATE_FOLDER / "01_fine.json"
    begin()
    assert end(lambda: bool(record.write_text("of the other run"))) is None


# --- in a process of its own: what is imported, and what a plan opens ---------------------------------------------

SCRIPT = """
import json, sys
from pathlib import Path
opened = []
sys.addaudithook(lambda event, given: event == "open" and opened.append(str(given[0])))
from analysis.core import paths
from analysis.reporting import unchanged
folder = Path(sys.argv[1])
paths.NOTEBOOKS, unchanged.TICK_NS = folder / "notebooks", 0
sys.argv[1:] = ["run", "--output", str(folder / "reports"), *sys.argv[2:]]
from analysis.reporting.cli import main
if "--force" in sys.argv:  # its notebook is not executed
    from analysis.reporting import workers
    def instantly(steps, output, jobs, stored):
        for step in steps:
            path = output / ".state" / f"{step.name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(step.notebook.read_bytes())
            yield workers.Executed(name=step.name, path=path, error=None)
    workers._in_workers = instantly
try:
    main()
except SystemExit as ended:
    print(json.dumps([ended.code, sorted(sys.modules), opened]))
"""


@pytest.mark.slow
def test_nothing_heavy_is_imported_and_whatever_a_plan_opens_is_watched(tmp_path):
    write_notebook(tmp_path / "notebooks" / "04_loyal_customers.ipynb", markdown("# A", "title"), PARAMETERS)
    wait_for_the_clock()

    def called(*options):
        command = [sys.executable, "-c", SCRIPT, str(tmp_path), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
        *told, last = done.stdout.splitlines()
        return told, *json.loads(last)

    assert called("--force")[1] == 0
    told, status, modules, _ = called()
    assert (told, status) == ([NOTHING, "Open reports/index.html"], 0)
    assert not {"pandas", "numpy", "pydantic", "analysis.reporting.plan"} & set(modules)
    (stamp,) = stamps(tmp_path / "reports")
    places = json.loads(stamp.read_text())["places"]
    stamp.unlink()
    told_by_plan, status, modules, opened = called()
    assert (told_by_plan, status) == (told, 0)
    assert "analysis.reporting.plan" in modules

    files, folders, trees = set(places["files"]), set(places["folders"]), places["trees"]
    looked_at = [path for path in map(Path, opened) if is_data(path) and not path.is_relative_to(tmp_path / "reports")]
    missed = [
        path
        for path in looked_at
        if str(path) not in files
        and str(path.parent) not in folders
        and not any(path.is_relative_to(tree) for tree in trees)
    ]
    assert missed == []
    assert {WATCHED["data of a package"], WATCHED["evidence"], WATCHED["a module"], WATCHED["the lock"]} <= set(
        looked_at
    )


def is_data(path):
    """Whether a path is no code of Python or of another package, and nothing of the system."""
    if path.is_relative_to(Path(analysis.__file__).parent):
        return path.suffix != ".pyc"
    code_of = (sys.base_prefix, "/proc", "/dev", "/etc", "/sys", "/usr")
    return (
        path.is_absolute()
        and path.suffix not in (".py", ".pyc", ".so", ".pth", ".cfg")
        and not any(part.endswith((".dist-info", ".egg-info")) for part in path.parts)
        and not any(path.is_relative_to(place) for place in code_of)
    )


def test_words_are_those_of_the_run(made, tmp_path, monkeypatch, capsys):
    """Said by the plan or without it, from wherever it is called."""
    monkeypatch.chdir(tmp_path)
    assert made("run")[::2] == (0, True)
    _, told, planned = made("run")
    assert told == f"{NOTHING}\nOpen {Path('reports') / 'index.html'}\n" and not planned
    progress.run_with_progress(paths.REPORTS, only=(), settings={"sources": "all"}, jobs=1, force=False)
    assert capsys.readouterr().out == told
