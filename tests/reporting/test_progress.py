"""What a run says: the plan before it runs, each notebook as it finishes, and what its reader should know."""

import pytest

from analysis.reporting import progress
from analysis.reporting.plan import Step
from analysis.reporting.run import RunResult


def a_step(name, reason, numbers=""):
    return Step(name=name, notebook=None, parameters={}, parts={}, reason=reason, numbers=numbers)


@pytest.fixture
def said(monkeypatch, tmp_path, capsys):
    """Return a function that runs an invented plan and returns the lines."""

    def lines(steps, result, errors):
        def run(output, *, planned, finished, **_):
            planned(steps)
            for name, error in errors.items():
                finished(name, error)
            return result

        monkeypatch.setattr(progress, "run", run)
        progress.run_with_progress(tmp_path, only=(), settings={}, jobs=1, force=False)
        return [line.strip() for line in capsys.readouterr().out.splitlines()]

    return lines


def test_run_shows_plan_results_and_notes(said):
    steps = [
        a_step("01_a", "changed: lock", "all 3 numbers are stored"),
        a_step("02_b", ""),
        a_step("03_c", "asked for"),
    ]
    result = RunResult(ran=("01_a", "03_c"), unchanged=("02_b",), failed={"03_c": "E: [no]"}, notes=("Cannot fork.",))
    lines = said(steps, result, {"01_a": None, "03_c": "E: [no]"})
    wanted = [
        "01_a: runs, changed: lock; all 3 numbers are stored",
        "03_c: runs, asked for",
        "01_a: done",
        "03_c: FAILED, E: [no]",
        "Cannot fork.",
        "1 of 2 notebooks failed: 03_c.",
    ]
    assert [line for line in lines if line in wanted] == wanted
    assert not [line for line in lines if "02_b" in line]


def test_run_with_nothing_to_do_says_so(said):
    lines = said([a_step("01_a", "")], RunResult(ran=(), unchanged=("01_a",), failed={}), {})
    assert lines[0] == "Nothing to do: all 1 reports are up to date."
    assert lines[1].startswith("Open ")
