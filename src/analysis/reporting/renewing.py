"""`make results`: everything that the public sources answer, computed here and written to ``data/results/``; what is due."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from typing import Any

from analysis.company.ledger import Entry
from analysis.core import paths
from analysis.core.errors import FrameUnavailable
from analysis.core.record import STABLE_DIGITS, Record
from analysis.core.verdict_results import Verdict
from analysis.core.whole_files import write_text
from analysis.register.claims import Register, load_register
from analysis.reporting import left_out
from analysis.reporting.parameters import declared_parameters
from analysis.sources.base import Source
from analysis.sources.catalogue import all_sources
from analysis.verdicts import stored_results, stored_verdicts
from analysis.verdicts.collecting import collect, options_of, run_check
from analysis.verdicts.stored_results import Asked
from analysis.verdicts.studies import CHECKS, STUDIES

Answers = list[tuple[Asked, tuple[Record, ...]]]


def renew(told: Callable[[str], None] = lambda line: None) -> tuple[str, ...]:
    """Compute what every public source answers and write it; a line that comes out as it was keeps its date.

    Parameters
    ----------
    told : callable
        Called with the id of each claim as it is done.

    Returns
    -------
    tuple of str
        Names of the files of ``data/results/`` that changed.

    Raises
    ------
    FrameUnavailable
        If a public file is not on this machine: results are those of a run with all of them.
    ParameterMistake
        If the package is no checkout.
    """
    paths.require_checkout("results")
    sources, register = all_sources(), load_register()
    away = [source.title for source in sources if source.absence()]
    if away:
        raise FrameUnavailable(
            f"`make results` writes what a run with all public files finds, and these are not on this machine as documented: "
            f"{', '.join(away)}. Fetch them first: `make data`, or set {paths.DATA_DIR_VARIABLE} to a folder that has them."
        )
    verdicts, answers = _everything(register, sources, told)
    today = datetime.date.today().isoformat()
    changed = [name for source in sources if (name := _write(source.name, _lines_of(source, answers, register, today)))]
    lines = [
        _sealed({"claim": v.claim, "said": stored_verdicts.said_by(v), "register": v.register_hash}) for v in verdicts
    ]
    if name := _write(stored_verdicts.NAME, lines):
        changed.append(name)
    known = {f"{source.name}.jsonl" for source in sources} | {f"{stored_verdicts.NAME}.jsonl"}
    for path in sorted(paths.RESULTS.glob("*.jsonl")):
        if path.name not in known:
            path.unlink()
            changed.append(path.name)
    return tuple(changed)


def _everything(
    register: Register, sources: Sequence[Source], told: Callable[[str], None]
) -> tuple[list[Verdict], Answers]:
    """Ask for what the pages ask for: estimates and all checks under the defaults of the claim's notebook."""
    verdicts = []
    with stored_results.recording() as answers:
        for claim in register.claims:
            options = defaults_for(claim.id, claim.notebook)
            verdicts.append(collect(claim.id, sources, **options).verdict())
            for claim_of, check in CHECKS:
                if claim_of == claim.id:
                    run_check(claim.id, check, sources, **options)
            told(claim.id)
    return verdicts, answers


def defaults_for(claim_id: str, notebook: str) -> dict[str, object]:
    """Return the defaults of the notebook's parameters that the claim's estimators take, and its seed."""
    declared = declared_parameters(paths.NOTEBOOKS / f"{notebook}.ipynb")
    known = options_of(claim_id) | {"seed"}
    return {name: value for name, value in declared.items() if name in known}


def _lines_of(source: Source, answers: Answers, register: Register, today: str) -> list[dict[str, Any]]:
    files, data = source.file_hashes(), source.fingerprint()
    before = _dates_of(source.name)
    order = {claim.id: place for place, claim in enumerate(register.claims)}
    mine = {asked.key: (asked, found) for asked, found in answers if asked.source == source.name}
    lines = []
    for key in sorted(mine, key=lambda key: (order[key[1]], *key)):
        asked, found = mine[key]
        for record in found or (None,):
            line: dict[str, Any] = {
                "kind": asked.kind,
                "claim": asked.claim,
                "source": asked.source,
                "frame": asked.frame,
                "target": asked.target,
                "check": asked.check,
                "options": json.loads(stored_results.options_text(asked.options)),
                "files": files,
                "data": data,
                "code": asked.code(source.module),
                "record": json.loads(json.dumps(record.to_json(), default=stored_results.plain)) if record else None,
            }
            lines.append(_sealed({**line, "date": before.get(_without_date(line), today)}))
    return lines


def _without_date(line: dict[str, Any]) -> str:
    return json.dumps({k: v for k, v in line.items() if k not in ("date", "hash")}, sort_keys=True)


def _dates_of(name: str) -> dict[str, str]:
    """Date of every stored line by all else that it holds; a file that no run wrote gives none."""
    path = stored_results.path_of(name)
    lines = stored_results.read_lines(path)[1:] if path.exists() else []
    return {
        _without_date(line): line["date"] for line in lines if line.get("hash") == stored_results.content_hash(line)
    }


def _sealed(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "hash": stored_results.content_hash(line)}


def _write(name: str, lines: list[dict[str, Any]]) -> str:
    """Write a file of ``data/results/``, none where there is nothing to store; return its name if it changed."""
    path = stored_results.path_of(name)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    head = {"of": name, "digits": STABLE_DIGITS, "lines": len(lines), "seal": stored_results.seal_of(lines)}
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (head, *lines)) if lines else ""
    if text == before:
        return ""
    paths.RESULTS.mkdir(parents=True, exist_ok=True)
    if text:
        write_text(path, text)
    else:
        path.unlink()
    return path.name


def renew_left_out() -> int:
    """Build every frame of every public source, write what each leaves out, and return how many lines of reasons that is.

    Raises
    ------
    FrameUnavailable
        If a public file is not on this machine.
    """
    lines = []
    for source in all_sources():
        entries = counted_by(source)
        if entries:
            line = {
                "source": source.name,
                "data": source.fingerprint(),
                "entries": [left_out.plain(e) for e in entries],
            }
            lines.append(_sealed(line))
    head = {"of": "left out", "lines": len(lines), "seal": stored_results.seal_of(lines)}
    write_text(left_out.STORED, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (head, *lines)))
    return sum(len(entry["left_out"]) for line in lines for entry in line["entries"])


def counted_by(source: Source) -> tuple[Entry, ...]:
    """Build every frame of a source; entries of its ledger from which something is left out, those that count most first.

    The ledger has them in the order in which they were built, which hangs on what the cache held.
    """
    for key in source.builders:
        source.frame(key)
    try:
        entries = source.ledger().entries
    except FrameUnavailable:  # no tables of a company, and nothing left out in pandas
        return ()
    return tuple(sorted((entry for entry in entries if entry.left_out), key=lambda entry: (-entry.rows_in, entry.name)))


def due() -> tuple[str, ...]:
    """Return which stored results have to be renewed and why, one line a source; empty if none.

    Another code or other files behind a result do not make it wrong: it is used where the files are not, until renewed.
    """
    found = []
    for source in all_sources():
        lines = [line for each in stored_results.load(source.name).values() for line in each]
        reasons = []
        if source.absence() is None and any(line["data"] != source.fingerprint() for line in lines):
            reasons.append("other files")
        if any(_code_now(line, source) != line["code"] or not _is_registered(line) for line in lines):
            reasons.append("code changed")
        if not lines and (source.answers or source.not_identified):
            reasons.append("nothing stored")
        if reasons:
            found.append(f"{source.title}: {', '.join(reasons)}")
    if not left_out.stored_left_out():
        found.append("rows left out: nothing stored")
    register = load_register().hash
    if any(line["register"] != register for line in stored_verdicts.load_verdicts().values()):
        found.append("verdicts: the register changed")
    return tuple(found)


def _code_now(line: dict[str, Any], source: Source) -> str:
    names = ("kind", "claim", "source", "frame", "target", "check", "options")
    return Asked(*(line[name] for name in names)).code(source.module)


def _is_registered(line: dict[str, Any]) -> bool:
    """Whether the study or check of a line is still made by the same function."""
    if line["kind"] == stored_results.CHECK:
        check = CHECKS.get((line["claim"], line["check"]))
        return check is not None and check.target == line["target"]
    study = STUDIES.get((line["claim"], line["frame"].split("/")[0]))
    return not line["frame"] or (study is not None and study.target == line["target"])


def due_in_words() -> str:
    """One line for `plan`: what is due, or nothing."""
    waiting = due()
    more = f" and {len(waiting) - 4} more" if len(waiting) > 4 else ""
    return f"stored results to renew (`make results`): {'; '.join(waiting[:4])}{more}" if waiting else ""
