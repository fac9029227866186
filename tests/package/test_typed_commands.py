"""Commands that the README and the pages on own data print can be typed as they stand: targets, subcommands, options."""

from __future__ import annotations

import re

import pytest
import typer.main

from analysis.core import paths
from analysis.reporting.cli import app

PAGES = (
    "README.md",
    "docs/own-data.md",
    "docs/reports.md",
    "docs/scale.md",
    "docs/adding-a-claim.md",
    "docs/benchmarks.md",
)
TARGETS = set(re.findall(r"^([a-z-]+):", (paths.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
COMMANDS = typer.main.get_command(app).commands


def typed(page: str) -> list[str]:
    """What stands in code on a page: blocks line by line, without the comment behind, and spans."""
    text = (paths.ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.partition(" #")[0] for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return [" ".join(item.split()) for item in (*lines, *spans)]


@pytest.mark.parametrize("page", PAGES)
def test_targets_are_those_of_the_makefile(page: str) -> None:
    named = {match for item in typed(page) for match in re.findall(r"^make ([a-z][a-z-]*)", item)}
    assert named <= TARGETS


@pytest.mark.parametrize("page", PAGES)
def test_subcommands_and_their_options_are_those_of_the_command_line(page: str) -> None:
    for item in typed(page):
        found = re.match(r"(?:(?:\S*/)?python -m analysis|retention) ([a-z]+)(.*)", item)
        if not found:
            continue
        name, rest = found.groups()
        assert name in COMMANDS, item
        options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", rest)) <= options | {"--help"}, item


def test_commands_are_found_on_the_pages() -> None:
    """Else the tests above hold nothing."""
    every = [item for page in PAGES for item in typed(page)]
    assert sum(item.startswith("make ") for item in every) > 10
    assert sum("-m analysis " in item for item in every) > 10
