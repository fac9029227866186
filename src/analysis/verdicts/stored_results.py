"""Results of the last run with all public files, as `make results` left them in ``data/results/``: read, checked, found.

One file a source, one line an estimate, a check or a source that cannot answer. A source that is not on this machine
enters with its stored result; one that is there is computed, and told where it disagrees. A line carries the hashes of the
files and of the code behind it and of its own content: one that no run could have written is refused.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any, TypeVar

from analysis.cache import source_code
from analysis.core import paths
from analysis.core.errors import DataFault, UserMistake
from analysis.core.record import Record, rounded
from analysis.sources.base import Source, fingerprint_of
from analysis.sources.manifest import load_manifest
from analysis.verdicts.agreement import first_difference

Found = TypeVar("Found", bound=Record)

ESTIMATE, CHECK, NOT_IDENTIFIED = "estimate", "check", "not identified"
KINDS = (ESTIMATE, CHECK, NOT_IDENTIFIED)
_FIELDS = frozenset(
    {
        "kind",
        "claim",
        "source",
        "frame",
        "target",
        "check",
        "options",
        "files",
        "data",
        "code",
        "date",
        "record",
        "hash",
    }
)
_NEXT = (
    "It was not written by a run: take the file back to what the repository has, or run `make results` with all files."
)


class NotStored(UserMistake):
    """Nothing is stored for what was asked of a source that is not on this machine."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a source.

    Attributes
    ----------
    kind : str
        "estimate", "check" or "not identified".
    claim, source, frame : str
        Id of the claim, name of the source, key of its frame (empty where a source that cannot answer has no naive number).
    target : str
        ``module:function`` below `analysis.estimators` or its checks.
    check : str
        Name of the check; empty for what is none.
    options : mapping
        Arguments that are not the function's defaults.
    """

    kind: str
    claim: str
    source: str
    frame: str
    target: str
    check: str
    options: Mapping[str, object]

    @property
    def key(self) -> tuple[str, ...]:
        """What a stored line is found by. The function may have moved since: that is for `needs_renewal` to say."""
        return (self.kind, self.claim, self.frame, self.check, options_text(self.options))

    def code(self, module: str) -> str:
        """Hash of all code behind the answer of the source in `module`."""
        room = "estimators.checks" if self.kind == CHECK else "estimators"
        start = [f"sources.{module}"]
        start += [f"{room}.{self.target.split(':')[0]}"] if self.target else []
        return source_code.code_hash(*start)


RECORDED: list[tuple[Asked, tuple[Record, ...]]] | None = None
"""What sources answered since `recording` began; None where nobody records."""

DISAGREE: list[str] = []
"""Where what was computed in this process is not what is stored, one sentence each."""


def options_text(options: Mapping[str, object]) -> str:
    """Options as one text, in the order of their names."""
    return json.dumps({name: options[name] for name in sorted(options)}, default=plain)


def plain(value: Any) -> Any:
    """A value that JSON does not know as one that it knows: numbers of other libraries, else the text."""
    return value.item() if hasattr(value, "item") else str(value)


def other_than_default(function: Callable[..., object], given: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments that differ from the function's defaults.

    Examples
    --------
    >>> other_than_default(lambda frame, *, seed=1, horizon=30: None, {"seed": 1, "horizon": 60})
    {'horizon': 60}
    """
    known = signature(function).parameters
    return {name: value for name, value in given.items() if name not in known or known[name].default != value}


def answered(
    source: Source, asked: Asked, kind: type[Found], compute: Callable[[], tuple[Found, ...]]
) -> tuple[Found, ...]:
    """Return what a source answers: computed where it is there, else as stored.

    Numbers of public sources have as many digits as any processor reproduces, whether they are computed or stored.

    Raises
    ------
    NotStored
        If the source is not there and nothing is stored for these options.
    DataFault
        If what is stored was not written by a run.
    """
    if source.own:
        return compute()
    why_not = source.absence()
    if why_not:
        lines = load(source.name).get(asked.key) if source.module else None
        if lines is None:
            raise NotStored(why_not)
        return tuple(kind.from_json(_dated(line)) for line in lines if line["record"])
    found = tuple(kind.from_json(rounded(one.to_json())) for one in compute())
    if RECORDED is not None:
        RECORDED.append((asked, found))
    elif source.module:
        compare(source, asked, found)
    return found


@contextmanager
def recording() -> Iterator[list[tuple[Asked, tuple[Record, ...]]]]:
    """Collect what sources answer meanwhile, and compare nothing."""
    global RECORDED
    RECORDED = []
    try:
        yield RECORDED
    finally:
        RECORDED = None


def _dated(line: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a line with the date of its run, in it and in what it holds."""
    record, date = dict(line["record"]), in_words(line["date"])
    if line["kind"] == NOT_IDENTIFIED:
        return {**record, "naive": {**record["naive"], "stored": date} if record.get("naive") else None}
    return {**record, "stored": date}


def in_words(date: str) -> str:
    """Return an ISO date as it is printed.

    Examples
    --------
    >>> in_words("2026-11-29")
    '29 November 2026'
    """
    day = datetime.date.fromisoformat(date)
    return f"{day.day} {day:%B} {day.year}"


def compare(source: Source, asked: Asked, found: tuple[Record, ...]) -> None:
    """Put into `DISAGREE` where an answer computed here is not the stored one; nothing if none is stored."""
    try:
        lines = load(source.name).get(asked.key)
    except DataFault as fault:
        DISAGREE.append(str(fault))
        return
    if lines is None:
        return  # other options than those that are stored, or not stored yet, which `make plan` says
    stored = [line["record"] for line in lines if line["record"]]
    computed = json.loads(json.dumps([one.to_json() for one in found], default=plain))
    difference = first_difference(stored, computed)
    if difference:
        about = f"{asked.claim} from {source.title}" + (f", check '{asked.check}'" if asked.check else "")
        DISAGREE.append(f"{about}: {difference}")


def files_of(name: str) -> tuple[str, ...]:
    """Names of the files behind the stored results of a source; empty if nothing is stored."""
    lines = [line for found in load(name).values() for line in found]
    return tuple(dict.fromkeys(file for line in lines for file in line["files"]))


def date_of(name: str) -> str:
    """Date in words of the last run that wrote a result of a source; empty if nothing is stored."""
    dates = [line["date"] for found in load(name).values() for line in found]
    return in_words(max(dates)) if dates else ""


def path_of(name: str) -> Path:
    """File with the stored results of a source."""
    return paths.RESULTS / f"{name}.jsonl"


def load(name: str) -> Mapping[tuple[str, ...], tuple[dict[str, Any], ...]]:
    """Return the stored lines of a source by what was asked, in the order of the file; empty if there is no file.

    Raises
    ------
    DataFault
        Names file, line, what is wrong and the next step.
    """
    path = path_of(name)
    return _load(path, name, path.stat().st_mtime_ns) if path.exists() else {}


@cache
def _load(path: Path, name: str, _changed_at: int) -> Mapping[tuple[str, ...], tuple[dict[str, Any], ...]]:
    head, *lines = read_lines(path)
    if head.get("lines") != len(lines) or head.get("seal") != seal_of(lines):
        raise DataFault(f"data/results/{path.name}, line 1, does not fit the {len(lines)} lines below it. {_NEXT}")
    listed = {f"{f.source}/{f.file}": f.sha256 for f in load_manifest()}
    found: dict[tuple[str, ...], tuple[dict[str, Any], ...]] = {}
    for number, line in enumerate(lines, start=2):
        fault = _fault_of(line, name, listed)
        if fault:
            raise DataFault(f"data/results/{path.name}, line {number}: {fault}. {_NEXT}")
        key = (line["kind"], line["claim"], line["frame"], line["check"], options_text(line["options"]))
        found[key] = (*found.get(key, ()), line)
    return found


def _fault_of(line: Mapping[str, Any], name: str, listed: Mapping[str, str]) -> str:
    """What is wrong with a line, or nothing."""
    if set(line) != _FIELDS or line["kind"] not in KINDS:
        return f"`kind` must be one of {', '.join(KINDS)} and the fields {', '.join(sorted(_FIELDS))}"
    if line["hash"] != content_hash(line):
        return f"its content has the hash {content_hash(line)}, but it names {line['hash']!r}"
    if line["source"] != name:
        return f"it is of the source {line['source']!r}, in the file of {name!r}"
    if line["data"] != fingerprint_of(line["files"].values()):
        return f"`data` must be the hash over its files, {fingerprint_of(line['files'].values())}; got {line['data']!r}"
    other = [file for file, sha256 in line["files"].items() if "/" in file and listed.get(file) != sha256]
    if other:
        return f"its file {other[0]} has not the sha256 that data/sources.csv lists"
    return ""


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a file of ``data/results/``, the head first.

    Raises
    ------
    DataFault
        If a line is no JSON object.
    """
    found: list[dict[str, Any]] = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if not isinstance(line, dict):
            raise DataFault(f"data/results/{path.name}, line {number}, is no JSON object. {_NEXT}")
        found.append(line)
    return found or [{}]


def content_hash(line: Mapping[str, Any]) -> str:
    """Hash over everything in a line but the hash itself."""
    rest = {name: line[name] for name in sorted(line) if name != "hash"}
    return source_code.short_hash(json.dumps(rest, sort_keys=True).encode())


def seal_of(lines: list[dict[str, Any]]) -> str:
    """Hash over the hashes of all lines: a line that was taken out or put in is noticed."""
    return source_code.short_hash(" ".join(str(line.get("hash")) for line in lines).encode())
