"""What editors are told of `analysis.standard`: ``python -m analysis.workbench.stub`` writes ``standard.pyi`` anew."""

from __future__ import annotations

import inspect
import textwrap
from pathlib import Path

from analysis.workbench.calling import catalogue, on_table

FILE = Path(__file__).with_name("standard.pyi")
HEAD = """# Written by `python -m analysis.workbench.stub` from the frames' schemas and the estimators' options; not by hand.
# fmt: off
from collections.abc import Sequence

import pandas as pd

from analysis.workbench.on_tables import Estimates"""
WIDTH = 118
UNBROKEN = "\N{NO-BREAK SPACE}"


def stub() -> str:
    """The text of the file: a signature an estimator, and what it estimates."""
    return "\n\n".join([HEAD, *(_told(name) for name in sorted(catalogue()))]) + "\n"


def _told(name: str) -> str:
    function = on_table(name)
    parts = []
    for parameter in inspect.signature(function).parameters.values():
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        parts.append(f"{parameter.name}: {parameter.annotation}{default}".replace("'", '"').replace(" ", UNBROKEN))
    inside = textwrap.fill(", ".join([parts[0], "/", "*", *parts[1:]]), WIDTH, initial_indent="    ",
                           subsequent_indent="    ", break_long_words=False)  # fmt: skip
    summary = (function.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    inside = inside.replace(UNBROKEN, " ")
    words = textwrap.fill(f'"""{summary}"""', WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f"def {name}(\n{inside}\n) -> Estimates:\n{words}"


if __name__ == "__main__":
    FILE.write_text(stub(), encoding="utf-8")
