"""Where a page comes from, read off its executed notebook: what is real, published, own or simulated, and every parameter."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Kind
from analysis.notebook.disclosure import shown_place
from analysis.notebook.exhibits import ROWS_TYPE
from analysis.notebook.verdict_card import MEDIA_TYPE
from analysis.register.claims import load_register
from analysis.reporting.parameters import assigned
from analysis.reporting.published_defaults import departures

PACKAGE = "retention-folklore"


def verdicts_of(notebook: Any) -> list[Verdict]:
    """Return the verdicts that an executed notebook holds as outputs of their own media type, in the order of its cells."""
    return [
        Verdict.from_json(record)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        for record in output.get("data", {}).get(MEDIA_TYPE, {}).get("verdicts", ())
    ]


def provenance_of(notebook: Any, name: str = "") -> dict[str, Any]:
    """Return what a page says of its making: `kinds`, `parameters` (name and value), `register`, `version`, `seed`.

    `departures` are the parameters that are not the published defaults of the notebook with the stem `name`, in words.
    """
    parameters = parameters_of(notebook)
    return {
        "kinds": kinds_of(verdicts_of(notebook), _listed(notebook)),
        "parameters": [{"name": name, "value": repr(value)} for name, value in parameters.items()],
        "seed": parameters.get("seed"),
        "departures": in_words(departures(name, parameters)),
        **versions(),
    }


def in_words(changed: Mapping[str, object]) -> str:
    """Parameters and values as a sentence names them; empty without any.

    Examples
    --------
    >>> in_words({"seed": 2, "margin": 0.4})
    'seed = 2, margin = 0.4'
    """
    return ", ".join(f"{name} = {value!r}" for name, value in changed.items())


def versions() -> dict[str, str]:
    """Hash of the register and version of the package."""
    return {"register": load_register().hash, "version": _version()}


@cache
def _version() -> str:
    return version(PACKAGE)


def parameters_of(notebook: Any) -> dict[str, object]:
    """Return all parameters of a run, defaults replaced by what was set; of the place of own data only its last part.

    The folder above it differs from machine to machine and is nobody's business.
    """
    found: dict[str, object] = {}
    for tag in ("parameters", "injected-parameters"):
        for cell in notebook.cells:
            if cell.cell_type == "code" and tag in cell.metadata.get("tags", ()):
                for name, value in assigned("".join(cell.source)):  # lines, where the file was only parsed
                    with contextlib.suppress(ValueError, TypeError):  # no literal: left out
                        found[name] = ast.literal_eval(value)
    if "data" in found:
        found["data"] = shown_place(str(found["data"]))
    return found


def kinds_of(verdicts: Sequence[Verdict], listed: Iterable[tuple[str, str]] = ()) -> list[dict[str, str]]:
    """Say what is real, published, own and simulated behind verdicts, one entry a kind.

    Parameters
    ----------
    listed : iterable of (str, str)
        Kind and name of further sources that were read.
    """
    named: dict[str, set[str]] = {kind: set() for kind in Kind}
    for verdict in verdicts:
        for estimate in (*(r.estimate for r in verdict.assessments), *verdict.beside):
            mark = f" (stored, from the run of {estimate.stored})" if estimate.stored else ""
            named[estimate.kind].add(f"{estimate.source}{mark}")
    for kind, name in listed:
        named.setdefault(kind, set()).add(name)
    published = len(named[Kind.PUBLISHED])
    return [
        {"kind": "Real and public", "what": _names(named[Kind.PUBLIC]) or "no data set"},
        {
            "kind": "Published",
            "what": f"figures from {published} publications, as printed" if published else "no figure",
        },
        {"kind": "Own", "what": _names(named[Kind.OWN]) or "none"},
        {
            "kind": "Simulated",
            "what": _names(named[Kind.SIMULATED]) or "nothing behind a verdict; a figure that shows some says so",
        },
    ]


def _names(names: Iterable[str]) -> str:
    return "; ".join(sorted(names))


def _listed(notebook: Any) -> list[tuple[str, str]]:
    """Kind and title of the sources that the notebook lists as read."""
    records = [
        row
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        for row in output.get("data", {}).get(ROWS_TYPE, {}).get("rows", ())
    ]
    return [
        (row["Kind"], row["Source"]) for row in records if row.get("State", "").startswith("read") and "Kind" in row
    ]
