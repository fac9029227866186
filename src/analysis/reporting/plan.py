"""What will run and why: every notebook with its parameters and the fingerprint of all that it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis import paths
from analysis.errors import ParameterMistake
from analysis.reporting.parameters import declared_parameters, resolve_parameters
from analysis.sources.catalogue import find_sources

STATE_FOLDER = ".state"


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
    fingerprint : str
        Hash over the notebook, its parameters, the package's source, register, evidence, data files and lock.
    reason : str
        Why it runs; empty if nothing has changed since its page was made.
    """

    name: str
    notebook: Path
    parameters: dict[str, object]
    fingerprint: str
    reason: str

    @property
    def runs(self) -> bool:
        """True if the step has to run."""
        return bool(self.reason)


def make_plan(
    output: Path, *, only: Sequence[str] = (), settings: Mapping[str, object] | None = None, force: bool = False
) -> list[Step]:
    """Check all parameters and decide for every notebook whether it has to run.

    Parameters
    ----------
    output : Path
        Folder of the reports.
    only : sequence of str
        Stems of the notebooks to take; empty takes all.
    settings : mapping
        Parameters for all notebooks that declare them.
    force : bool
        Run even what has not changed.

    Raises
    ------
    ParameterMistake
        If a notebook is not there, a parameter is known to none of them, or a value is of the wrong type.
    """
    settings = dict(settings or {})
    notebooks = {path.stem: path for path in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    for name in only:
        if name not in notebooks:
            raise ParameterMistake(f"`--only` must name notebooks among {', '.join(notebooks)}; got {name!r}.")
    chosen = {name: path for name, path in notebooks.items() if not only or name in only}
    declared = {name: declared_parameters(path) for name, path in chosen.items()}
    for parameter in settings:
        if not any(parameter in known for known in declared.values()):
            known = sorted({name for names in declared.values() for name in names})
            raise ParameterMistake(
                f"`{parameter}` is not a parameter of any notebook chosen; parameters are {', '.join(known)}."
            )
    steps = []
    for name, path in chosen.items():
        mine = {key: value for key, value in settings.items() if key in declared[name]}
        parameters = resolve_parameters(path, mine)
        fingerprint = _fingerprint(path, parameters)
        steps.append(
            Step(
                name=name,
                notebook=path,
                parameters=parameters,
                fingerprint=fingerprint,
                reason="asked for" if force else _reason(output, name, fingerprint),
            )
        )
    return steps


def _reason(output: Path, name: str, fingerprint: str) -> str:
    state = output / STATE_FOLDER / f"{name}.json"
    if not state.exists() or not (output / f"{name}.html").exists():
        return "not made yet"
    kept = json.loads(state.read_text(encoding="utf-8"))
    if kept.get("failed"):
        return "failed last time"
    return "" if kept.get("fingerprint") == fingerprint else "something it depends on has changed"


def _fingerprint(notebook: Path, parameters: Mapping[str, object]) -> str:
    digest = hashlib.sha256()
    digest.update(notebook.read_bytes())
    digest.update(json.dumps(parameters, sort_keys=True).encode())
    digest.update(_house_hash().encode())
    sources = find_sources(str(parameters.get("sources", "package")))
    for source in sources:
        digest.update(source.name.encode())
        digest.update((source.absence() or source.fingerprint()).encode())
    return digest.hexdigest()


@cache
def _house_hash() -> str:
    """Hash over the package's source, the register, the evidence and the lock."""
    digest = hashlib.sha256()
    folders = ((Path(__file__).parents[1], "*"), (paths.CLAIMS, "*.toml"), (paths.EVIDENCE, "*.csv"))
    for folder, pattern in folders:
        for path in sorted(folder.rglob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(folder)).encode())
                digest.update(path.read_bytes())
    lock = paths.ROOT / "requirements.lock"
    digest.update(lock.read_bytes() if lock.exists() else b"")
    return digest.hexdigest()
