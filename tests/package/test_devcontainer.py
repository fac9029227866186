"""The one-click container says nothing that the repository does not hold: its command, interpreter and port."""

from __future__ import annotations

import json
import re
import tomllib

from packaging.specifiers import SpecifierSet

from analysis.core import paths

TOLD = json.loads((paths.ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
MAKEFILE = (paths.ROOT / "Makefile").read_text(encoding="utf-8")


def test_its_command_is_a_target_of_the_makefile() -> None:
    maker, *targets = TOLD["postCreateCommand"].split()
    assert maker == "make"
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


def test_its_python_is_one_that_the_package_takes() -> None:
    wanted = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    (version,) = re.fullmatch(r"mcr\.microsoft\.com/devcontainers/python:(3\.\d+)-\w+", TOLD["image"]).groups()
    assert version in SpecifierSet(wanted)


def test_its_interpreter_is_the_one_that_set_up_makes() -> None:
    (folder,) = re.findall(r"^BIN := (.+)$", MAKEFILE, re.MULTILINE)
    settings = TOLD["customizations"]["vscode"]["settings"]
    assert settings["python.defaultInterpreterPath"] == "${containerWorkspaceFolder}/" + folder + "/python"


def test_its_port_is_jupyter_s() -> None:
    from jupyter_server.serverapp import DEFAULT_JUPYTER_SERVER_PORT

    assert DEFAULT_JUPYTER_SERVER_PORT in TOLD["forwardPorts"]
