"""The wheel in an empty environment and an empty folder, away from the checkout, on every Python that is here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from analysis.core import paths
from tests.draws import in_full

pytestmark = pytest.mark.slow

PYTHONS = ("3.11", "3.12", "3.13")
UV = shutil.which("uv", path=os.path.dirname(sys.executable)) or shutil.which("uv") or ""
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def called(*command, cwd, code=0, **more):
    """Run a command without the checkout in its way and return what it printed."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")} | more
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    if not UV:
        pytest.skip("uv is not there")
    folder = tmp_path_factory.mktemp("dist")
    command = [UV, "build", "--quiet", "--wheel", "--out-dir", folder, paths.ROOT]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if "Failed to fetch" in done.stderr:  # uv has settings of its own for the index and its certificates
        pytest.skip(
            "uv does not reach a package index: set UV_DEFAULT_INDEX, and UV_SYSTEM_CERTS=1 for certificates of your own"
        )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def interpreter(version):
    """The path of an interpreter that runs: uv's, else one that pyenv has installed and not switched on."""
    found = subprocess.run([UV, "python", "find", "--no-project", version], capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return found.stdout.strip()
    installed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return next((str(path) for path in sorted(installed.glob(f"{version}.*/bin/python"))), None)


@pytest.fixture(scope="module", params=PYTHONS)
def installed(request, wheel, tmp_path_factory):
    """Folder of the programs of an environment that holds the wheel and what it asks for, in the locked versions."""
    found = interpreter(request.param)
    if not found:
        pytest.skip(f"Python {request.param} is not there")
    folder = tmp_path_factory.mktemp(f"python{request.param}")
    called(UV, "venv", "--quiet", "--python", found, folder / "env", cwd=folder)
    python = folder / "env" / "bin" / "python"
    called(UV, "pip", "install", "--quiet", "--python", python, "-c", paths.LOCK, wheel, cwd=folder)
    return folder / "env" / "bin"


def test_wheel_holds_what_the_repository_holds_beside_the_package(wheel):
    listed = subprocess.run(
        ["git", "ls-files", "data", "notebooks"], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this copy is not under version control")
    # The texts paired with the notebooks are for reading changes; the wheel leaves them out.
    paired = {f"notebooks/{path.name}" for path in paths.NOTEBOOKS.glob("*.py")}
    wanted = {f"analysis/shipped/{name}" for name in listed.stdout.split("\n") if name and name not in paired}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in wanted - held if not name.startswith("analysis/shipped/data/raw/")} == set()
    downloads = {name for name in held if name.startswith("analysis/shipped/data/raw/")}
    assert downloads <= {"analysis/shipped/data/raw/README.md"}


def test_jupyterlab_comes_only_when_it_is_asked_for(installed):
    assert not (installed / "jupyter-lab").exists()


def test_run_init_and_check_work_in_an_empty_folder(installed, tmp_path):
    retention = installed / "retention"
    away = {"RETENTION_DATA_DIR": str(tmp_path / "no-downloads")}
    all_pages = in_full() and installed.parent.parent.name.startswith(f"python{HERE}")
    whole = [] if all_pages else ["--only", "02", "--only", "90"]
    called(retention, "run", *whole, cwd=tmp_path, **away)
    pages = {path.stem for path in (tmp_path / "reports").glob("*.html")}
    notebooks = {path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    made = {"02_acquisition_cost", "90_calibration"} if whole else notebooks
    assert pages == {"index", "protocol", *made}
    verdicts = json.loads((tmp_path / "reports" / "verdicts.json").read_text(encoding="utf-8"))
    assert verdicts
    assert "up to date" in called(retention, "plan", *whole, cwd=tmp_path, **away)

    exports = tmp_path / "exports"
    exports.mkdir()
    shutil.copy(paths.MAPPINGS / "shopify_orders.csv", exports / "anything.csv")
    assert "Shopify" in called(retention, "init", "exports", cwd=tmp_path, **away)
    assert "transactions" in called(retention, "check", "exports", cwd=tmp_path, **away)
    assert (exports / "company.toml").exists()

    # Said at once, while a second process is still at its imports: on Python 3.12 and 3.13 the command did not end.
    assert "no-such-shop" in called(retention, "check", "no-such-shop", cwd=tmp_path, code=2, **away)


@pytest.mark.parametrize("command", ["notebooks", "results", "calibrate"])
def test_nothing_is_written_into_the_installed_package(installed, tmp_path, command):
    retention = installed / "retention"
    message = called(retention, command, cwd=tmp_path, code=2)
    assert "Clone the repository" in message
    assert list(tmp_path.iterdir()) == []
