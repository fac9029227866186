"""The command line as users meet it: what it prints and what it ends with."""

import errno
import re
import subprocess
import sys

import pytest

from analysis.core import paths
from analysis.core.errors import EXIT_DISAGREES, EXIT_NOTEBOOK_FAILED, EXIT_USER_MISTAKE, DataFault
from analysis.register.claims import load_register
from analysis.reporting import cli, warm, workers
from analysis.reporting import run as run_module
from analysis.reporting.plan import STATE_FOLDER
from tests.helpers import code, markdown, write_notebook


def called(*arguments):
    """Run ``python -m analysis`` in a process of its own."""
    return subprocess.run([sys.executable, "-m", "analysis", *arguments], capture_output=True, text=True, check=False)


def assert_one_paragraph(text):
    """A mistake is said in one plain paragraph: one line, no traceback."""
    assert re.fullmatch(r"Error: [^\n]+\n", text), text
    assert "Traceback" not in text


# --- in a process of its own: what a shell sees -------------------------------------------------------------------


def test_unknown_parameter_is_refused_before_anything_runs(tmp_path):
    output = tmp_path / "reports"
    done = called("run", "--set", "sed=3", "--output", str(output))
    assert done.returncode == EXIT_USER_MISTAKE == 2
    assert_one_paragraph(done.stderr)
    assert "`sed` is not a parameter of any notebook chosen; parameters are" in done.stderr
    assert "seed" in done.stderr
    assert not output.exists()


def test_claims_lists_every_id_whole():
    done = called("claims")
    assert done.returncode == 0
    words = done.stdout.split()
    assert [claim.id for claim in load_register().claims if claim.id not in words] == []
    assert load_register().hash in words


def test_without_a_command_it_explains_itself():
    done = called()
    assert "Usage:" in done.stdout + done.stderr
    assert all(command in done.stdout + done.stderr for command in ("run", "claims", "notebooks", "fetch"))


# --- in this process: with invented notebooks ---------------------------------------------------------------------

PARAMETERS = code('sources = "package"  # which\nseed = 1  # seed of draws', "parameters")


@pytest.fixture
def shell(tmp_path, monkeypatch, capsys):
    """Return a function that calls the command line with invented notebooks and returns exit code, output and errors."""
    folder = tmp_path / "notebooks"
    monkeypatch.setattr(paths, "NOTEBOOKS", folder)
    monkeypatch.setattr(paths, "REPORTS", tmp_path / "reports")
    for name in ("01_fine", "02_fails"):
        write_notebook(folder / f"{name}.ipynb", markdown("# A", "title"), PARAMETERS)

    def instantly(steps, output, jobs, stored):
        for step in steps:
            path = output / STATE_FOLDER / f"{step.name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(step.notebook.read_bytes())
            error = "ValueError: no [red]such[/red] thing" if "fails" in step.name else None
            disagree = ["CDNOW: value is 2, stored is 3"] if "other" in step.name else []
            yield workers.Executed(name=step.name, path=path, error=error, disagree=disagree)

    monkeypatch.setattr(workers, "_in_workers", instantly)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["analysis", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return call


def test_run_ends_with_success_and_says_where_the_result_lies(shell, tmp_path):
    status, out, _ = shell("run", "--only", "01_fine")
    assert status == 0
    assert "01_fine: runs, not made yet" in out
    assert "01_fine: done" in out
    assert "index.html" in out
    assert (tmp_path / "reports" / "01_fine.html").exists()
    assert not (tmp_path / "reports" / "02_fails.html").exists()


def test_fault_in_a_file_is_one_paragraph_and_has_its_own_code(shell, monkeypatch):
    def refuse(*_given, **_named):
        raise DataFault("data/results/x.jsonl, line 2: its content has another hash.")

    monkeypatch.setattr("analysis.reporting.run.make_plan", refuse)
    status, _, errors = shell("run")
    assert (status, errors) == (6, "Error: data/results/x.jsonl, line 2: its content has another hash.\n")


def test_full_disk_is_one_line_and_has_its_own_code(shell, monkeypatch):
    def no_room(*_given, **_named):
        raise OSError(errno.ENOSPC, "No space left on device", "reports/01_fine.html")

    monkeypatch.setattr("analysis.reporting.run.make_plan", no_room)
    status, _, errors = shell("run")
    assert (status, errors) == (
        7,
        "Error: No space left on device: reports/01_fine.html. Make room, or take another place.\n",
    )


def test_fault_of_the_code_is_not_taken_for_the_disks(shell, monkeypatch):
    def missing(*_given, **_named):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "x")

    monkeypatch.setattr("analysis.reporting.run.make_plan", missing)
    with pytest.raises(FileNotFoundError):
        shell("run")


def test_folder_that_cannot_be_written_is_named(shell, tmp_path):
    (tmp_path / "a file").write_text("")
    status, _, errors = shell("run", "--output", str(tmp_path / "a file"))
    assert status == EXIT_USER_MISTAKE
    assert errors.startswith("Error: `--output` must be a folder in which files can be written; ")
    assert "a file is none (Not a directory). Name another one." in errors


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"cells": [', "01_fine.ipynb is no notebook that can be read (Expecting value: line 1 column 12 (char 11))"),
        ("[1]", "01_fine.ipynb is no notebook that can be read"),
        ("", "01_fine.ipynb is no notebook that can be read"),
    ],
)
def test_notebook_that_cannot_be_read_is_named(shell, tmp_path, content, said):
    (tmp_path / "notebooks" / "01_fine.ipynb").write_text(content)
    status, _, errors = shell("plan")
    assert status == EXIT_USER_MISTAKE
    assert said in errors and "git checkout notebooks/01_fine.ipynb" in errors


def test_parameters_cell_that_is_no_python_is_named_with_its_line(shell, tmp_path):
    cell = code('sources = "package"\nseed = ', "parameters")
    write_notebook(tmp_path / "notebooks" / "01_fine.ipynb", markdown("# A", "title"), cell)
    status, _, errors = shell("plan")
    assert status == EXIT_USER_MISTAKE
    assert "01_fine.ipynb: line 2 of the parameters cell is no Python (invalid syntax); got 'seed ='" in errors


@pytest.mark.parametrize("record", ["{", "[]", ""])
def test_page_whose_record_is_damaged_is_made_again_and_no_other(shell, tmp_path, record):
    assert shell("run")[0] == EXIT_NOTEBOOK_FAILED
    (tmp_path / "reports" / STATE_FOLDER / "01_fine.json").write_text(record)
    _, out, _ = shell("plan")
    assert [line for line in out.splitlines() if "01_fine" in line and "not made yet" in line]
    assert shell("run", "--only", "02")[0] == EXIT_NOTEBOOK_FAILED  # what another page's record says stops nothing
    assert "01_fine: done" in shell("run")[1]


def test_run_with_a_failing_notebook_finishes_the_others_and_ends_with_its_own_code(shell, tmp_path):
    status, out, _ = shell("run")
    assert status == EXIT_NOTEBOOK_FAILED == 3
    assert "02_fails: FAILED, ValueError: no [red]such[/red] thing" in out
    assert "01_fine: done" in out
    assert "1 of 2 notebooks failed: 02_fails." in out
    assert (tmp_path / "reports" / "01_fine.html").exists()


def test_run_whose_numbers_are_not_the_stored_ones_ends_with_its_own_code_until_they_are(shell, tmp_path):
    """A second run with nothing to do does not make the disagreement go away; numbers that agree do."""
    notebook = tmp_path / "notebooks" / "03_other.ipynb"
    write_notebook(notebook, markdown("# A", "title"), PARAMETERS)
    for _ in range(2):
        status, out, _ = shell("run", "--only", "03_other")
        assert status == EXIT_DISAGREES == 5
        assert "CDNOW: value is 2, stored is 3" in out
        assert "`make results` renews them" in out
    assert (tmp_path / "reports" / "03_other.html").exists(), "the page is made all the same"
    for path in (
        notebook,
        tmp_path / "reports" / "03_other.html",
        tmp_path / "reports" / STATE_FOLDER / "03_other.json",
    ):
        path.unlink()
    (tmp_path / "reports" / STATE_FOLDER / "03_other.ipynb").unlink()
    assert shell("run", "--only", "01_fine")[0] == 0


def test_second_run_does_nothing_and_says_so(shell):
    shell("run", "--only", "01_fine")
    status, out, _ = shell("run", "--only", "01_fine")
    assert status == 0
    assert "Nothing to do: all 1 reports are up to date." in out
    assert "done" not in out


def test_run_again_by_force_does_it_again(shell):
    shell("run", "--only", "01_fine")
    status, out, _ = shell("run", "--only", "01_fine", "--force")
    assert status == 0
    assert "01_fine: runs, asked for" in out


def test_plan_shows_what_would_run_and_does_nothing(shell, tmp_path):
    status, out, _ = shell("plan")
    assert status == 0
    pages = [
        line for line in out.splitlines() if "`make results`" not in line
    ]  # due as soon as a source's code changed
    assert pages == ["  01_fine: runs, not made yet", "  02_fails: runs, not made yet"]
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (("run", "--set", "seed=two"), "`seed` of 01_fine.ipynb must be of type int"),
        (("run", "--set", "seed"), "`--set` takes name=value; got 'seed'"),
        (("run", "--set", "sources=cdnov"), "`sources` must be 'package', 'all' or names among"),
        (
            ("run", "--only", "03_none"),
            "`--only` must name a notebook, or begin the name of one, among 01_fine, 02_fails; got '03_none'",
        ),
        (("plan", "--set", "sed=1"), "`sed` is not a parameter of any notebook chosen"),
        (
            ("notebooks", "03_none"),
            "must name a notebook, or begin the name of one, among 01_fine, 02_fails; got '03_none'",
        ),
    ],
)
def test_mistakes_are_one_paragraph_and_exit_code_two(shell, tmp_path, arguments, fragment):
    status, _, err = shell(*arguments)
    assert status == EXIT_USER_MISTAKE
    assert_one_paragraph(err)
    assert fragment in err
    assert not (tmp_path / "reports").exists()


def test_our_own_bugs_are_not_dressed_up_as_mistakes(shell, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("our bug")

    monkeypatch.setattr(run_module, "make_plan", broken)
    monkeypatch.setattr(sys, "argv", ["analysis", "run"])
    with pytest.raises(ZeroDivisionError, match="our bug"):
        cli.main()


def test_imports_begin_before_the_plan_is_made(shell, monkeypatch):
    seen, make_plan = [], run_module.make_plan
    monkeypatch.setattr(warm, "begin_imports", lambda n: seen.append(f"imports for {n}"))
    monkeypatch.setattr(
        run_module, "make_plan", lambda *given, **named: (seen.append("plan"), make_plan(*given, **named))[1]
    )
    shell("run")
    assert seen[:2] == ["imports for 2", "plan"]
