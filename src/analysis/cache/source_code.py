"""The package's own source: which module imports which, and a hash over all that one of them runs through.

Imports are read off the text, inside functions too. A module put together by name (``import_module(f"analysis.x.{name}")``)
counts as all modules that the name could mean, but for those that look it up in a table of the house: there the one who
asks knows what the table gives, and names it. So it is with the estimators that the table of studies imports. A package
whose names lazy_loader reads from its stub counts as all its modules.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

TABLES = ("", "company", "verdicts.studies", "sources.catalogue", "reporting.preload")
"""Modules that hold a table, or import by a name out of one: claims, frames, sources and front names decide which."""

BESIDE = (".pyi", ".toml")
"""Endings of what a module may have beside it under its own name: the stub of a front, the table that it reads."""

STUDY = "calibration"
"""The room that studies all estimators: who draws from its scenarios runs none of them, or names those that it runs."""

_FROM = re.compile(r"from[ \t]+analysis(?:\.([\w.]+))?[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)")
_PLAIN = re.compile(r"^[ \t]*import[ \t]+analysis\.([\w.]+)", re.MULTILINE)
_BY_NAME = re.compile(r"import_module\(\s*f?\"(analysis\.|\{__name__\}\.)([\w.]*)")


@cache
def modules() -> Mapping[str, Path]:
    """Return dotted name below ``analysis`` to file of every module; packages under their own name, the front as ""."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(name: str) -> frozenset[str]:
    """Return the modules, below ``analysis``, that the module `name` imports, and the packages they lie in."""
    text = content(modules()[name]).decode()
    found: set[str] = set()
    for match in _FROM.finditer(text):
        if not _begins_a_line(text, match.start()):
            continue
        below, names = match.group(1) or "", match.group(2)
        imported = re.findall(r"(\w+)(?:[ \t]+as[ \t]+\w+)?", re.sub(r"#[^\n]*", "", names))
        found |= {below, *(f"{below}.{one}".lstrip(".") for one in imported)}
    found |= set(_PLAIN.findall(text)) if "import analysis." in text else set()
    if names_estimators(name):
        found = {one for one in found if not one.startswith("estimators.")}
    else:
        found |= set(_named(name, text))
    found |= {package for one in tuple(found) for package in _packages(one)}
    return frozenset(found & modules().keys())


def names_estimators(name: str) -> bool:
    """Whether the module `name` only names estimators, so that who looks one up there depends on that one and not on all."""
    return name in TABLES or name.split(".")[0] == STUDY


def _begins_a_line(text: str, place: int) -> bool:
    """Whether nothing but blanks stands before it. A pattern that says so would try every line: five times as slow."""
    return not text[text.rfind("\n", 0, place) + 1 : place].strip(" \t")


def _named(name: str, text: str) -> Iterator[str]:
    """Modules that `name` imports by a name put together."""
    # Looking for a word is much faster than for a pattern, and hardly any module holds one.
    for start, rest in _BY_NAME.findall(text) if "import_module(" in text else ():
        prefix = f"{name}.{rest}" if start.startswith("{") else rest
        yield from (one for one in modules() if one.startswith(prefix))
    if "attach_stub(" in text:
        yield from (one for one in modules() if one.startswith(f"{name}."))


@cache
def _packages(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:n]) for n in range(len(parts))]


def closure(start: Iterable[str]) -> dict[str, Path]:
    """Return the modules of `start` and all that they import, directly or through others; unknown names are left out."""
    found: dict[str, Path] = {}
    waiting = [name for name in start if name in modules()]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = modules()[name]
            waiting.extend(imports(name))
    return dict(sorted(found.items()))


@cache
def content(path: Path) -> bytes:
    """Content of a file of the package, and of its stub or table beside it, as it was when this process first asked."""
    beside = (path.with_suffix(ending) for ending in BESIDE)
    return b"".join(one.read_bytes() for one in (path, *beside) if one.exists())


@cache
def file_hash(path: Path) -> str:
    """First 16 hex digits of the sha256 of a file, as it was when this process first asked; empty if it is not there."""
    return short_hash(content(path)) if path.exists() else ""


def short_hash(content: bytes) -> str:
    """First 16 hex digits of the sha256 of `content`."""
    return hashlib.sha256(content).hexdigest()[:16]


@cache
def code_hash(*start: str) -> str:
    """Hash of all source that the modules of `start` run through, as it was when this process first read it."""
    return short_hash("\n".join(f"{name} {file_hash(path)}" for name, path in closure(start).items()).encode())


def whole_hash() -> str:
    """Hash of all source of the package as it is on disk now."""
    return short_hash(b"".join(Path(path).read_bytes() for path, _, _ in files_state()))


def files_state() -> tuple[tuple[str, int, int], ...]:
    """Path, time and size of every file of the package: if none of it has moved, nothing was edited."""
    # One walk, for this is asked whenever a value is cached: to glob for each ending takes five times as long.
    files = [os.path.join(place, name) for place, _, names in os.walk(PACKAGE) for name in names]
    states = [(path, os.stat(path)) for path in sorted(files) if path.endswith((".py", *BESIDE))]
    return tuple((path, state.st_mtime_ns, state.st_size) for path, state in states)
