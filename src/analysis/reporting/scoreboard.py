"""All claims on one page, and the same for machines: ``index.html`` and ``verdicts.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.core import paths
from analysis.core.claim import Claim
from analysis.core.results import Assessment, Estimate
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import CONCLUSIVE, SIMULATED_MARK, Confidence, Design, Outcome
from analysis.core.wording import estimate_in_words, number, with_unit
from analysis.notebook.figures.strip import legend, strip_svg
from analysis.notebook.verdict_card import SIGNS, slug
from analysis.register.claims import FAMILIES, Register, load_register
from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.provenance import in_words, kinds_of, parameters_of, versions
from analysis.reporting.published_defaults import departures
from analysis.reporting.render import write_whole
from analysis.reporting.verdict_outputs import verdicts_of
from analysis.reporting.verdict_records import machine_form
from analysis.verdicts.decide import PUBLIC_SCOPE, carrying, decide
from analysis.verdicts.implications import what_to_do, what_would_change
from analysis.verdicts.multiplicity import holm_sentence
from analysis.verdicts.words import headline_of

PRACTICES: Mapping[str, str] = {
    "Continuous improvement as a process": "a way of working, without a stated consequence to measure",
    "A customer-centric culture": "no measurable definition is given",
    "CRM systems, automation, chatbots and AI as such": "their measurable effects are claims above: personalisation, "
    "risk prediction, proactive contact, queue order",
    "Ethics and privacy of customer data": "a norm; these reports practise it",
    "Case studies of single programmes (The North Face, Sephora)": "no figures are given",
}
"""Practices that the articles recommend without a consequence that a number could test, and why each is not tested."""


def prepare_scoreboard() -> None:
    """Import what a scoreboard takes long to import."""
    import jinja2  # noqa: F401
    import statsmodels.stats.multitest  # noqa: F401

    notebook_format()


def write_scoreboard(output: Path, executed: Sequence[Path], failed: Mapping[str, str]) -> list[Verdict]:
    """Read the verdicts out of executed notebooks and write ``index.html`` and ``verdicts.json``.

    Parameters
    ----------
    output : Path
        Folder of the reports.
    executed : sequence of Path
        Executed notebooks, in order.
    failed : mapping
        Stem of each notebook that failed, and its error.
    """
    notebooks = {path.stem: _as_written(path) for path in executed}
    verdicts = [verdict for notebook in notebooks.values() for verdict in verdicts_of(notebook)]
    register = load_register()
    made_with = {name: departures(name, parameters_of(notebook)) for name, notebook in notebooks.items()}
    changed = {name: found for name, found in made_with.items() if found}
    write_whole(
        output / "verdicts.json",
        json.dumps(machine_form(verdicts, register, changed), indent=1, ensure_ascii=False) + "\n",
    )
    write_whole(
        output / "index.html",
        _page(verdicts, register, failed, set(notebooks), _without_claims(notebooks, register), changed),
    )
    return verdicts


def _as_written(path: Path) -> Any:
    """An executed notebook as it was written a moment ago: its form is not checked a second time."""
    return notebook_format().from_dict(json.loads(path.read_text(encoding="utf-8")))


def _without_claims(notebooks: Mapping[str, Any], register: Register) -> list[dict[str, str]]:
    """Address and title of the pages that report no claim: no claim leads to them, so the index does."""
    told = {claim.notebook for claim in register.claims}
    found = []
    for name, notebook in notebooks.items():
        if name not in told:
            first = notebook.cells[0]
            title = "".join(first.source).splitlines()[0] if first.cell_type == "markdown" else name
            found.append({"page": f"{name}.html", "title": title.lstrip("# ")})
    return found


def _page(
    verdicts: Sequence[Verdict],
    register: Register,
    failed: Mapping[str, str],
    pages: set[str],
    without_claims: Sequence[Mapping[str, str]] = (),
    changed: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> str:
    from jinja2 import Environment, FileSystemLoader

    public = {v.claim: v for v in verdicts if v.scope == PUBLIC_SCOPE}
    own = {v.claim: v for v in verdicts if v.scope != PUBLIC_SCOPE}
    environment = Environment(
        loader=FileSystemLoader(paths.TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    families = [
        {
            "key": key,
            "name": name,
            "claims": [
                _entry(claim, public.get(claim.id), own.get(claim.id), pages)
                for claim in register.claims
                if claim.family == key
            ],
        }
        for key, name in FAMILIES.items()
    ]
    counts = [
        {"outcome": slug(outcome), "sign": sign, "word": word, "n": _count(register, public, outcome)}
        for outcome, (sign, word) in SIGNS.items()
    ]
    return environment.get_template("scoreboard.html.j2").render(
        style=(paths.TEMPLATES / "style.css").read_text(encoding="utf-8")
        + (paths.TEMPLATES / "scoreboard.css").read_text(encoding="utf-8"),
        families=[family for family in families if family["claims"]],
        counts=counts,
        designs=[str(d) for d in Design] + ["none"],
        n_claims=len(register.claims),
        register_hash=register.hash,
        failed=dict(failed),
        practices=PRACTICES,
        company=next(iter(own.values())).scope if own else None,
        simulated=any(SIMULATED_MARK in verdict.scope for verdict in own.values()),
        multiplicity=holm_sentence(tuple(public.values())),
        lead=lead_of(Counter(told_as(str(v.outcome), str(v.confidence)) for v in _public(register, public))),
        without_claims=without_claims,
        departures=[{"page": f"{n}.html", "name": n, "changed": in_words(found)} for n, found in changed.items()],
        made={"kinds": kinds_of(verdicts), **versions()},
    )


ENDINGS: Mapping[str, tuple[str, str]] = {
    "holds": ("holds", "hold"),
    "overstated": ("is overstated", "are overstated"),
    "direction-only": ("points the right way, with its size open", "point the right way, with their size open"),
    "fails": ("fails", "fail"),
    "very-uncertain": ("has very uncertain evidence", "have very uncertain evidence"),
    "mixed": ("is mixed", "are mixed"),
    "open": ("is unclear", "are unclear"),
    "hints-for": ("has hints for it only", "have hints for them only"),
    "hints-against": ("has hints against it only", "have hints against them only"),
    "hints-conflict": ("has hints that conflict", "have hints that conflict"),
    "one-study-only": ("rests on one study without a margin of error", "rest on one study without a margin of error"),
    "data-elsewhere": ("needs data that are not on this machine", "need data that are not on this machine"),
    "nothing-found": ("has nothing checked behind it", "have nothing checked behind them"),
}
"""How the sentence on the state of the folklore ends, for one claim and for several."""


VERY_UNCERTAIN = "very-uncertain"


def told_as(outcome: str, confidence: str) -> str:
    """The key of `ENDINGS` under which a verdict is told: very low confidence is never told as a plain outcome.

    Examples
    --------
    >>> told_as("holds", "low"), told_as("holds", "very low"), told_as("hints for", "none")
    ('holds', 'very-uncertain', 'hints-for')
    """
    if confidence == str(Confidence.VERY_LOW) and outcome in CONCLUSIVE:
        return VERY_UNCERTAIN
    return outcome.replace(" ", "-")


def lead_of(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the parts of the sentence on the state of the folklore, outcomes without a claim left out."""
    return [{"n": counts[key], "word": words[counts[key] != 1]} for key, words in ENDINGS.items() if counts.get(key)]


def _public(register: Register, public: Mapping[str, Verdict]) -> list[Verdict]:
    """The public verdicts, one without evidence for a claim that no notebook reports yet."""
    return [public.get(claim.id) or decide(claim, []) for claim in register.claims]


def _evidence(verdict: Verdict | None) -> str:
    """In a few words, what a verdict rests on."""
    if verdict is None:
        return "no report yet"
    if not verdict.deciding:
        n_for, n_against = verdict.tally or (0, 0)
        return f"published signs: {n_for} for, {n_against} against" if n_for + n_against else "no figure found"
    n = len({r.estimate.source for r in verdict.deciding})
    if verdict.pooled:
        return str(verdict.design)
    return f"{verdict.design}, {n} source{'s' if n > 1 else ''}"


def _all_estimates(verdict: Verdict) -> list[Estimate]:
    return [r.estimate for r in verdict.assessments] + list(verdict.beside)


def _count(register: Register, public: Mapping[str, Verdict], outcome: Outcome) -> int:
    return sum(
        (public[claim.id].outcome if claim.id in public else Outcome.NOTHING_FOUND) is outcome
        for claim in register.claims
    )


def _entry(claim: Claim, verdict: Verdict | None, own: Verdict | None, pages: set[str]) -> dict[str, Any]:
    page = f"{claim.notebook}.html#{claim.id}" if verdict and claim.notebook in pages else None
    sign, word = SIGNS[verdict.outcome if verdict else Outcome.NOTHING_FOUND]
    if verdict:
        word = headline_of(verdict)
    return {
        "id": claim.id,
        "title": claim.title,
        "claimed": claim.claimed,
        "statement": claim.statement,
        "said_by": ", ".join(claim.said_by),
        "sign": sign,
        "word": word,
        "outcome": slug(verdict.outcome if verdict else Outcome.NOTHING_FOUND),
        "confidence": str(verdict.confidence) if verdict else "none",
        "design": str(verdict.design) if verdict and verdict.design else "none",
        "sentence": verdict.sentence if verdict else f"No report tests this yet. What would settle it: {claim.settles}",
        "evidence": _evidence(verdict),
        "best": _best(claim, verdict) if verdict and verdict.deciding else "",
        "picture": _picture(claim, verdict, own),
        "reasons": list(verdict.reasons) if verdict else [],
        "sources": sorted({r.estimate.source for r in verdict.assessments}) if verdict else [],
        "not_identified": [{"source": c.source, "reason": c.reason} for c in verdict.not_identified] if verdict else [],
        "without": SIGNS[verdict.without_strongest][1] if verdict and verdict.without_strongest else "",
        "change": what_would_change(claim, verdict) if verdict and verdict.deciding else "",
        "do": what_to_do(claim, verdict) if verdict else "",
        "settles": claim.settles,
        "page": page,
        "own": _own(own),
    }


def _best(claim: Claim, verdict: Verdict) -> str:
    """The number that carries the verdict, with where it comes from."""
    found = carrying(claim, verdict)
    if isinstance(found, Assessment):
        return f"{found.estimate.source}: {estimate_in_words(found.estimate)}"
    value = with_unit(found.value, claim.quantity(found.quantity).unit)
    interval = f"{number(100 * found.level)} % interval {number(found.low)} to {number(found.high)}"
    return f"{found.k} sources together: {value} ({interval})"


def _own(verdict: Verdict | None) -> dict[str, str] | None:
    if verdict is None:
        return None
    sign, word = SIGNS[verdict.outcome][0], headline_of(verdict)
    return {"sign": sign, "word": word, "outcome": slug(verdict.outcome), "sentence": verdict.sentence}


def _picture(claim: Claim, verdict: Verdict | None, own: Verdict | None) -> dict[str, str] | None:
    """The picture of the claim's numbers: the quantity that decides, its readings, the naive numbers, the company's."""
    if verdict is None:
        return None
    shown = [r.estimate for r in verdict.assessments] + list(verdict.beside)
    shown += [r.estimate for r in own.assessments] if own else []
    decides = verdict.deciding[0].estimate.quantity if verdict.deciding else None
    names = ([decides] if decides else []) + [q.name for q in claim.quantities]
    for name in names:
        quantity = claim.quantity(name)
        svg = strip_svg(claim.title, quantity, shown)
        if svg:
            return {"svg": svg, "legend": legend(quantity)}
    return None
