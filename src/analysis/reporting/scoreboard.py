"""All claims on one page, and the same for machines: ``index.html``, ``verdicts.json``, ``claims.jsonld``, the protocol."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.core import paths
from analysis.core.claim import FAMILIES, Claim
from analysis.core.results import Assessment
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import SIMULATED_MARK, Design, Outcome
from analysis.core.whole_files import write_text
from analysis.notebook.exhibits import SvgExhibit
from analysis.notebook.figures.claimed_found import Held, claimed_against_found
from analysis.notebook.figures.naive_sound import naive_against_sound, strongest_pair, widest_gaps
from analysis.notebook.verdict_card import SIGNS, slug
from analysis.register.claims import Register, load_register
from analysis.reporting.claim_review import claim_reviews
from analysis.reporting.downloads import csv_address, with_downloads
from analysis.reporting.evidence_map import RULES, STATES, row_of
from analysis.reporting.findings_table import FILE, findings_rows
from analysis.reporting.history import changes_on_record
from analysis.reporting.index_entries import entry_of
from analysis.reporting.index_words import in_lists, lead_sentence
from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.protocol import PAGE, protocol_page
from analysis.reporting.provenance import in_words, kinds_of, parameters_of, verdicts_of, versions
from analysis.reporting.published_defaults import departures
from analysis.reporting.render import house_page, script_hash
from analysis.reporting.verdict_records import machine_form
from analysis.verdicts.decide import PUBLIC_SCOPE, carrying, decide
from analysis.verdicts.multiplicity import holm_sentence

PRACTICES: Mapping[str, str] = {
    "Continuous improvement as a process": "a way of working, without a stated consequence to measure",
    "A customer-centric culture": "no measurable definition is given",
    "CRM systems, automation, chatbots and AI as such": "their measurable effects are claims above: personalisation, "
    "risk prediction, proactive contact, queue order",
    "Ethics and privacy of customer data": "a norm; these reports practise it",
    "Case studies of single programmes (The North Face, Sephora)": "no figures are given",
}
"""Practices that the articles recommend without a consequence that a number could test, and why each is not tested."""

REVIEWS = "claims.jsonld"


def prepare_scoreboard() -> None:
    """Import what a scoreboard takes long to import."""
    import jinja2  # noqa: F401
    import mistune  # noqa: F401
    import statsmodels.stats.multitest  # noqa: F401

    notebook_format()


def write_scoreboard(output: Path, executed: Sequence[Path], failed: Mapping[str, str]) -> list[Verdict]:
    """Read the verdicts out of executed notebooks and write the index, the protocol and both files for machines.

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
    public = public_of(verdicts, register)
    pages = {claim.id: f"{claim.notebook}.html#{claim.id}" for claim in _reported(verdicts, register)}
    records = json.dumps(machine_form(verdicts, register, changed), indent=1, ensure_ascii=False)
    write_text(output / "verdicts.json", f"{records}\n")
    write_text(output / REVIEWS, claim_reviews(register.claims, public))
    write_text(output / PAGE, protocol_page(register, public, _style(), pages))
    write_text(
        output / "index.html",
        _page(verdicts, register, failed, pages, _without_claims(notebooks, register), changed),
    )
    return verdicts


def public_of(verdicts: Sequence[Verdict], register: Register) -> dict[str, Verdict]:
    """The public verdict of every claim, one without evidence for a claim that no notebook reports yet."""
    found = {v.claim: v for v in verdicts if v.scope == PUBLIC_SCOPE}
    return {claim.id: found.get(claim.id) or decide(claim, []) for claim in register.claims}


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


def _style() -> str:
    return "".join((paths.TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "scoreboard.css"))


def _page(
    verdicts: Sequence[Verdict],
    register: Register,
    failed: Mapping[str, str],
    pages: Mapping[str, str],
    without_claims: Sequence[Mapping[str, str]] = (),
    changed: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> str:
    public = public_of(verdicts, register)
    own = {v.claim: v for v in verdicts if v.scope != PUBLIC_SCOPE}
    changes = changes_on_record(claim.id for claim in register.claims)
    entries = [
        entry_of(claim, public[claim.id], own.get(claim.id), pages.get(claim.id), changes[claim.id])
        for claim in register.claims
    ]
    families = [
        {"key": key, "name": name, "claims": [e for e in entries if e["family"] == key]}
        for key, name in FAMILIES.items()
    ]
    script = "".join((paths.TEMPLATES / name).read_text(encoding="utf-8") for name in ("pictures.js", "scoreboard.js"))
    counts = Counter(v.outcome for v in public.values())
    designs = Counter(e["design"] for e in entries)
    return house_page(
        "scoreboard.html.j2",
        style=_style(),
        script=script,
        script_hash=script_hash(script),
        lead=lead_sentence(list(public.values())),
        lists=in_lists(entries),
        families=[family for family in families if family["claims"]],
        verdicts=[
            {"outcome": slug(outcome), "word": word, "n": counts[outcome]}
            for outcome, (_, word) in SIGNS.items()
            if counts[outcome]
        ],
        designs=[{"design": d, "n": designs[d]} for d in [*map(str, Design), "none"] if designs[d]],
        map={claim_id: row_of(verdict) for claim_id, verdict in public.items()},
        map_designs=[str(design) for design in Design],
        states=STATES,
        rules=RULES,
        findings={"file": FILE, "link": csv_address(findings_rows(register.claims, public))},
        n_claims=len(register.claims),
        failed=dict(failed),
        practices=PRACTICES,
        company=next(iter(own.values())).scope if own else None,
        simulated=any(SIMULATED_MARK in verdict.scope for verdict in own.values()),
        multiplicity=holm_sentence(tuple(v for v in verdicts if v.scope == PUBLIC_SCOPE)),
        without_claims=without_claims,
        departures=[{"page": f"{n}.html", "name": n, "changed": in_words(found)} for n, found in changed.items()],
        quick=quick_analyses(register.claims, public),
        made={"kinds": kinds_of(verdicts), **versions()},
    )


def quick_analyses(claims: Sequence[Claim], public: Mapping[str, Verdict]) -> dict[str, Any] | None:
    """Quick against sound analyses, and claimed sizes against what was found, over all claims; None where there is neither."""
    told = [strongest_pair(claim, public[claim.id]) for claim in claims if claim.id in public]
    pairs = [pair for pair in told if pair is not None]
    picture = naive_against_sound(pairs)
    sizes = claimed_against_found([held for claim in claims if (held := _held(claim, public[claim.id])) is not None])
    if picture is None and sizes is None:
        return None
    return {
        "picture": _saved(picture, "quick-against-sound-analyses"),
        "gaps": widest_gaps(pairs),
        "sizes": _saved(sizes, "claimed-against-found"),
    }


def _held(claim: Claim, verdict: Verdict) -> Held | None:
    """The number that carries a verdict, where the articles state a size of the same quantity."""
    if not verdict.deciding or verdict.outcome is Outcome.MIXED:
        return None
    carrier = carrying(claim, verdict)
    found = carrier.estimate if isinstance(carrier, Assessment) else carrier
    quantity = claim.quantity(found.quantity)
    return None if quantity.size is None else Held(claim=claim, quantity=quantity, found=found)


def _saved(picture: SvgExhibit | None, name: str) -> str:
    return with_downloads(picture._repr_mimebundle_(), name) if picture else ""


def _reported(verdicts: Sequence[Verdict], register: Register) -> list[Claim]:
    """Claims that a page reports: their card on it has an address."""
    told = {v.claim for v in verdicts}
    return [claim for claim in register.claims if claim.id in told]
