"""The repository as it is committed: what lies at its top, what no file may hold, and that three lists agree on packages."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from analysis.core import paths

ROOT = paths.ROOT
TOP = {
    ".ci",
    ".devcontainer",
    ".gitattributes",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "Makefile",
    "README.md",
    "data",
    "docs",
    "environment.yml",
    "notebooks",
    "pyproject.toml",
    "reports",
    "requirements.lock",
    "src",
    "tests",
}
PYTHONS = ("3.11", "3.12", "3.13")


def committed() -> list[Path]:
    """Return the files under version control; outside of it (an export) every file but hidden and generated ones."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this copy is not under version control")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


# --- what lies where ----------------------------------------------------------------------------------------------


def test_top_of_the_repository_holds_only_what_the_plan_names():
    assert {path.relative_to(ROOT).parts[0] for path in committed()} - TOP == set()


def test_generated_and_downloaded_files_are_not_committed():
    held = [path.relative_to(ROOT).as_posix() for path in committed()]
    assert [
        name for name in held if name.startswith(("reports/", "data/raw/")) and not name.endswith("README.md")
    ] == []


# --- what no file may hold ----------------------------------------------------------------------------------------

# Put together here, so that this file does not hold them itself.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
INDEX = re.compile("--(extra-)?index" + "-url|--find" + "-links|--trusted" + "-host|pypi" + r"\.org/simple")


def places_of_this_machine() -> list[str]:
    """Return the folder of this checkout and the user's, if they are long enough to mean this machine and no other."""
    places = [path for path in (ROOT, Path.home()) if len(path.parts) > 2]
    return [f"{path}/" for path in places]


def holding(pattern: re.Pattern[str]) -> list[str]:
    # Pictures are left out: among their letters any word turns up sooner or later.
    found = []
    for path in committed():
        if pattern.search(re.sub(r"base64,[A-Za-z0-9+/=]+", "", text_of(path))):
            found.append(path.relative_to(ROOT).as_posix())
    return found


def test_no_file_is_marked_as_unfinished():
    assert holding(UNFINISHED) == []


def test_no_file_names_a_folder_of_this_machine():
    for place in places_of_this_machine():
        assert holding(re.compile(re.escape(place))) == []


def test_no_file_names_a_package_index():
    assert holding(INDEX) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (UNFINISHED, "# TO" + "DO: later"),
        (INDEX, "--index" + "-url https://example.org"),
        (INDEX, "--find" + "-links x"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern, text):
    assert pattern.search(text)


# --- packages -----------------------------------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
EXTRAS = PROJECT["optional-dependencies"]
LOCKED_EXTRAS = ("dev", "lab", "postgres")
DEPENDENCIES = [Requirement(line) for line in (*PROJECT["dependencies"], *EXTRAS["dev"], *EXTRAS["lab"])]


def normal(name: str) -> str:
    """The name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> list[tuple[str, Version, Marker | None]]:
    """Return name, version and marker of every entry of the lock."""
    found = []
    for line in re.findall(r"^([A-Za-z0-9][^\s#].*?) \\$", LOCK, flags=re.MULTILINE):
        requirement = Requirement(line)
        (pin,) = requirement.specifier
        assert pin.operator == "==", line
        found.append((normal(requirement.name), Version(pin.version), requirement.marker))
    return found


ENTRIES = locked()


def versions_for(name: str, python: str, system: str = "Linux") -> list[Version]:
    """Return the locked versions of a package that apply to a Python on a system."""
    platforms = {"Linux": ("linux", "posix"), "Darwin": ("darwin", "posix"), "Windows": ("win32", "nt")}
    platform, os_name = platforms[system]
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "platform_system": system,
        "os_name": os_name,
        "platform_machine": "x86_64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    return [v for entry, v, marker in ENTRIES if entry == normal(name) and (not marker or marker.evaluate(environment))]


def test_lock_is_not_empty():
    assert len({name for name, _, _ in ENTRIES}) > 100


@pytest.mark.parametrize("python", PYTHONS)
def test_lock_holds_one_version_of_each_dependency_within_its_bounds(python):
    faults = []
    for system in ("Linux", "Darwin", "Windows"):
        for dependency in DEPENDENCIES:
            versions = versions_for(dependency.name, python, system)
            if len(versions) != 1 or not dependency.specifier.contains(versions[0]):
                faults.append(f"{dependency} on {system}: locked at {list(map(str, versions))}")
    assert faults == []


def test_dependencies_state_a_lower_bound():
    bounded = {">=", "==", "~="}
    assert [str(d) for d in DEPENDENCIES if not bounded & {bound.operator for bound in d.specifier}] == []


def test_every_entry_of_the_lock_has_hashes():
    blocks = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)
    entries = [block for block in blocks if "==" in block.split("\n")[0]]
    assert len(entries) == len(ENTRIES)
    assert [block.split()[0] for block in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)] == []


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml", "pyproject.toml"])
def test_no_package_list_holds_an_address_of_an_index(name):
    text = text_of(ROOT / name)
    assert not INDEX.search(text)
    assert "://" not in text


def test_environment_installs_the_lock_through_pip():
    (pip,) = [item["pip"] for item in ENVIRONMENT["dependencies"] if isinstance(item, dict)]
    assert pip == ["-r requirements.lock", "-e ."]
    assert ENVIRONMENT["name"] == PROJECT["name"]


def test_jupyterlab_is_an_extra_of_the_package_and_part_of_the_repositorys_environment():
    assert [Requirement(line).name for line in EXTRAS["lab"]] == ["jupyterlab"]
    assert "jupyterlab" not in {Requirement(line).name for line in PROJECT["dependencies"]}
    assert "jupyterlab" in {name for name, _, _ in ENTRIES}, "environment.yml and `make setup` install the lock"


def test_make_lock_resolves_the_extras_that_the_environment_has():
    (line,) = [line for line in text_of(ROOT / "Makefile").splitlines() if "uv pip compile" in line]
    assert tuple(sorted(re.findall(r"--extra (\w+)", line))) == LOCKED_EXTRAS


def test_uv_takes_the_certificates_of_the_system():
    assert tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["uv"]["system-certs"] is True


def test_devcontainer_sets_the_repository_up_as_a_reader_would():
    container = json.loads(text_of(ROOT / ".devcontainer" / "devcontainer.json"))
    assert container["postCreateCommand"] == "make setup"
    assert re.search(r"python:(\d\.\d+)", container["image"])[1] in PYTHONS


def test_environment_lets_conda_choose_python_and_pip_only():
    names = [re.split(r"[<>=! ]", item)[0] for item in ENVIRONMENT["dependencies"] if isinstance(item, str)]
    assert names == ["python", "pip"], "any other package would come past the lock"


def test_environment_and_project_allow_the_same_pythons():
    (python,) = [item for item in ENVIRONMENT["dependencies"] if isinstance(item, str) and item.startswith("python")]
    conda, project = SpecifierSet(python.removeprefix("python")), SpecifierSet(PROJECT["requires-python"])
    every = [f"3.{minor}.{patch}" for minor in range(8, 20) for patch in (0, 9)]
    assert [v for v in every if conda.contains(v)] == [v for v in every if project.contains(v)]
    assert {v.rsplit(".", 1)[0] for v in every if project.contains(v)} == set(PYTHONS)


# --- make and CI --------------------------------------------------------------------------------------------------

MAKEFILE = text_of(ROOT / "Makefile")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, flags=re.MULTILINE))
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))


def test_ci_calls_make_targets_and_nothing_else():
    runs = [step["run"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "run" in step]
    assert runs
    assert [run for run in runs if not re.fullmatch(r"make [a-z-]+", run) or run.split()[1] not in TARGETS] == []


def test_ci_tries_every_python_the_project_allows():
    (job,) = WORKFLOW["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == list(PYTHONS)


def test_ci_run_script_runs_what_the_workflow_runs():
    script = ROOT / ".ci" / "run"
    (suites,) = re.findall(r"^suites=\((.+)\)$", text_of(script), flags=re.MULTILINE)
    run = re.findall(r'"([^"]+)"', suites)
    assert '"make test"' in suites, "the README's test command"
    listed = [step["run"] for step in WORKFLOW["jobs"]["test"]["steps"] if "run" in step]
    assert run == [step for step in listed if step != "make data"]
    # What one suite leaves out by its markers, another target takes.
    told = " ".join(line for line in MAKEFILE.splitlines() if "-m pytest" in line)
    assert {"slow", "spark", "browser"} <= set(re.findall(r'-m "?(\w+)', told))
    assert script.stat().st_mode & 0o111, "it must be executable"


def test_ci_run_script_goes_on_after_a_failure_and_reports_every_suite(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "make").write_text('#!/bin/sh\necho "$1" >> "$TOLD"\n[ "$1" != check ]\n', encoding="utf-8")
    (programs / "make").chmod(0o755)
    for name in ("bash", "dirname", "timeout", "sh"):
        (programs / name).symlink_to(shutil.which(name) or "")
    told = tmp_path / "told"
    done = subprocess.run(
        [ROOT / ".ci" / "run", "check", "test-spark", "reports"],
        env={"PATH": str(programs), "TOLD": str(told), "RETENTION_DATA_DIR": "-"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, told.read_text(encoding="utf-8").split()) == (1, ["check", "reports"])
    assert [re.sub(r" +\d+ s +", ": ", line) for line in done.stdout.splitlines()[-3:]] == [
        "make check: failed",
        "make test-spark: skipped: Java is not there",
        "make reports: passed",
    ]


def test_every_make_target_is_explained_to_readers():
    shown = set(re.findall(r"^([a-z][a-z-]*):.*?## .+$", MAKEFILE, flags=re.MULTILINE))
    assert {"help", "setup", "reports", "test", "lab", "check", "format", "clean"} <= shown
    assert shown == TARGETS


def test_readme_says_how_much_there_is_to_download():
    from analysis.sources.manifest import load_manifest

    (told,) = re.findall(r"hash; (\d+) MB\)", text_of(ROOT / "README.md"))
    assert int(told) == round(sum(file.bytes for file in load_manifest()) / 1e6)
