"""What will run and why: every notebook with its parameters and all that it depends on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache as cache_calls
from pathlib import Path
from typing import Any

from analysis.core import paths
from analysis.core.addresses import sheltered
from analysis.core.errors import ParameterMistake
from analysis.register.claims import load_register
from analysis.reporting import unchanged
from analysis.reporting.dependencies import UNKNOWN, own_tables, parts_of
from analysis.reporting.parameters import declared_parameters, resolve_parameters
from analysis.sources.catalogue import find_sources

STATE_FOLDER = unchanged.STATE_FOLDER
SCRATCH = "scratch-"
"""Beginning of the names of folders in which notebooks are written before they are whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One notebook to run, or to leave as it is.

    Attributes
    ----------
    name : str
        Stem of the notebook.
    notebook : Path
    parameters : dict
        All of them, resolved and checked.
    parts : dict
        Name and hash of everything that its page depends on.
    reason : str
        Why it runs; empty if nothing has changed since its page was made.
    numbers : str
        How many of its numbers come out of the cache and which are computed anew; empty if that cannot be foretold.
    """

    name: str
    notebook: Path
    parameters: dict[str, object]
    parts: dict[str, str]
    reason: str
    numbers: str = ""

    @property
    def in_words(self) -> str:
        """What becomes of it and why, in one line."""
        if not self.runs:
            return f"{self.name}: up to date"
        return f"{self.name}: runs, {self.reason}" + (f"; {self.numbers}" if self.numbers else "")

    @property
    def runs(self) -> bool:
        """True if the step has to run."""
        return bool(self.reason)


def make_plan(
    output: Path,
    *,
    only: Sequence[str] = (),
    settings: Mapping[str, object] | None = None,
    force: bool = False,
    cache: Path | None = None,
) -> list[Step]:
    """Check all parameters and decide for every notebook whether it has to run.

    Parameters
    ----------
    output : Path
        Folder of the reports.
    only : sequence of str
        Stems of the notebooks to take, or their beginnings ("04"); empty takes all.
    settings : mapping
        Parameters for all notebooks that declare them.
    force : bool
        Run even what has not changed.
    cache : Path
        Folder of what is cached between runs; None for none.

    Raises
    ------
    ParameterMistake
        If a notebook is not there, a parameter is known to none of them, or a value is of the wrong type.
    """
    # What goes into parameters goes into notebooks and pages: a secret in an address does not.
    settings = dict(settings or {})
    if isinstance(data := settings.get("data"), str):
        settings["data"] = sheltered(data)
    notebooks = {path.stem: path for path in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    wanted = {name_among(name, tuple(notebooks), "--only") for name in only}
    chosen = {name: path for name, path in notebooks.items() if not wanted or name in wanted}
    declared = {name: declared_parameters(path) for name, path in chosen.items()}
    for parameter in settings:
        if not any(parameter in known for known in declared.values()):
            known = sorted({name for names in declared.values() for name in names})
            raise ParameterMistake(
                f"`{parameter}` is not a parameter of any notebook chosen; parameters are {', '.join(known)}."
            )
    steps = []
    own = cache_calls(own_tables)
    for name, path in chosen.items():
        mine = {key: value for key, value in settings.items() if key in declared[name]}
        parameters = resolve_parameters(path, mine, declared[name])
        parts = parts_of(path, parameters, own)
        reason = "asked for" if force else reason_to_run(output, name, parts)
        steps.append(
            Step(
                name=name,
                notebook=path,
                parameters=parameters,
                parts=parts,
                reason=reason,
                numbers=_numbers(output, name, parts, parameters, cache) if reason and cache else "",
            )
        )
    return steps


def name_among(given: str, names: Sequence[str], option: str) -> str:
    """Return the one of `names` that `given` is, or begins.

    Raises
    ------
    ParameterMistake
        If it begins none of them, or several.

    Examples
    --------
    >>> name_among("04", ("03_value", "04_loyal_customers"), "--only")
    '04_loyal_customers'
    """
    found = [name for name in names if name == given] or [name for name in names if given and name.startswith(given)]
    if len(found) != 1:
        several = f", with which {len(found)} of them begin" if found else ""
        among = ", ".join(names) or f"(the folder {paths.NOTEBOOKS.name} holds no notebook)"
        raise ParameterMistake(
            f"`{option}` must name a notebook, or begin the name of one, among {among}; got {given!r}{several}."
        )
    return found[0]


def read_state(output: Path, name: str) -> dict[str, Any]:
    """Return what the last run left on record about a notebook; empty if there is none that can be read."""
    state = output / STATE_FOLDER / f"{name}.json"
    try:
        found = json.loads(state.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _numbers(output: Path, name: str, parts: Mapping[str, str], parameters: Mapping[str, object], cache: Path) -> str:
    """Say what of the numbers that the notebook asked for last time is in the cache for this time."""
    before = read_state(output, name)
    if not before.get("asked") or before.get("parts", {}).get("parameters") != parts["parameters"]:
        return ""
    from analysis.verdicts.stored import Question

    register = load_register()
    sources = {s.name: s for s in find_sources(str(parameters.get("sources", "package")))}
    known = {claim.id for claim in register.claims}
    stored, computed = 0, []
    for record in before["asked"]:
        question = Question(**record)
        if question.source not in sources or question.claim not in known or sources[question.source].absence():
            continue
        if question.is_stored(cache, sources[question.source], register[question.claim]):
            stored += 1
        else:
            computed.append(f"{question.claim} from {sources[question.source].title}")
    if not stored and not computed:
        return ""
    if not computed:
        return f"all {stored} numbers are stored" if stored > 1 else "its one number is stored"
    anew = list(dict.fromkeys(computed))
    more = f" and {len(anew) - 2} more" if len(anew) > 2 else ""
    return f"{stored} of {stored + len(computed)} numbers are stored; computed anew: {', '.join(anew[:2])}{more}"


def reason_to_run(output: Path, name: str, parts: Mapping[str, str]) -> str:
    """Why a notebook that depends on `parts` runs: what is not as on record about its page; empty if nothing."""
    stored = read_state(output, name)
    if not stored or not (output / f"{name}.html").exists():
        return "not made yet"
    if stored.get("failed"):
        return "failed last time"
    before = stored.get("parts", {})
    if parts.get("own tables") == UNKNOWN:
        return "own tables are in a database, which cannot be asked whether it has changed"
    changed = sorted(part for part in before.keys() | parts.keys() if before.get(part) != parts.get(part))
    if not changed:
        return ""
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return f"changed: {', '.join(changed[:3])}{more}"
