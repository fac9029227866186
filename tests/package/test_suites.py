"""No test is in no suite: every one that pytest finds is taken by a command that ``.ci/run`` runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.core import paths

ROOT = paths.ROOT
MARKS = ("slow", "postgres", "spark", "browser", "real_data")
WITH_A_VALUE = ("-n", "-p", "--dist", "--nbval-sanitize-with")
Found = list[tuple[str, Path, frozenset[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of pytest: the folders and files it looks at and leaves out, and its expression of marks."""

    places: tuple[Path, ...]
    ignored: tuple[Path, ...]
    marks: str

    @classmethod
    def of(cls, line: str) -> Call:
        words = iter(shlex.split(line))
        places, ignored, marks = [], [], "True"
        for word in words:
            if word == "-m":
                marks = next(words)
            elif word == "-k" or word.startswith("--deselect"):
                raise AssertionError(f"a suite is chosen by marks and places, not by {word}: {line}")
            elif word in WITH_A_VALUE:
                next(words)
            elif word.startswith("--ignore="):
                ignored.append(ROOT / word.partition("=")[2])
            elif not word.startswith("-"):
                places += ROOT.glob(word)
        return cls(places=tuple(places or (ROOT / "tests", ROOT / "src")), ignored=tuple(ignored), marks=marks)

    def takes(self, file: Path, marks: frozenset[str]) -> bool:
        inside = any(file.is_relative_to(place) for place in self.places)
        left_out = any(file.is_relative_to(place) for place in self.ignored)
        return inside and not left_out and bool(eval(self.marks, {"__builtins__": {}}, {m: m in marks for m in MARKS}))


def calls() -> list[Call]:
    """Of the suites of `.ci/run`, as make would run them."""
    if shutil.which("make") is None:
        pytest.skip("make is not there")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^suites=\((.+)\)$", script, flags=re.MULTILINE)
    suites = [name.removeprefix("make ") for name in re.findall(r'"([^"]+)"', listed)]
    known = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(["make", "-n", *suites], cwd=ROOT, env=known, capture_output=True, text=True, check=True)
    return [Call.of(line) for line in re.findall(r"-m pytest ([^;|&\n]*)", done.stdout)]


def test_every_test_that_is_found_belongs_to_a_suite_of_ci(collected: Found, pytestconfig: pytest.Config) -> None:
    suites = calls()
    assert len(suites) >= 8
    homeless = [name for name, file, marks in collected if not any(suite.takes(file, marks) for suite in suites)]
    assert homeless == []
    if {Path(given).name for given in pytestconfig.args} >= {
        "tests",
        "src",
    }:  # a whole suite, not a file that somebody asked for
        files = {path for folder in ("tests", "src") for path in (ROOT / folder).rglob("test_*.py")}
        without = {path for path in files if "node_modules" not in path.parts} - {file for _, file, _ in collected}
        assert without == set(), "a file of tests in which nothing is found"
    notebooks = [place for suite in suites for place in suite.places if place.suffix == ".ipynb"]
    assert set(notebooks) == set((ROOT / "notebooks").glob("*.ipynb"))


def test_a_test_that_no_suite_takes_would_be_found() -> None:
    suites = calls()
    long, page = ROOT / "tests" / "models" / "test_x.py", ROOT / "tests" / "demo" / "test_x.py"
    assert any(suite.takes(long, frozenset({"slow"})) for suite in suites)
    assert not any(suite.takes(page, frozenset({"browser"})) for suite in suites), "browsers are for two folders only"
    assert not any(suite.takes(page, frozenset({"slow", "postgres"})) for suite in suites)
    assert [suite for suite in suites if suite.takes(ROOT / "src" / "analysis" / "x.py", frozenset())]
