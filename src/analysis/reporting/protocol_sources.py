"""What the protocol says of every public data set: how it came about, what may bias it, which version, of which time."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.core import paths
from analysis.core.results import Estimate
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Grade, Kind
from analysis.notebook.figures.findings import is_spread
from analysis.notebook.plain_words import in_plain_words
from analysis.register.claims import load_register
from analysis.register.evidence import load_evidence
from analysis.sources.base import Source
from analysis.sources.catalogue import all_sources

FILES = paths.ROOT / "data" / "sources.csv"


def data_sets(verdicts: Mapping[str, Verdict]) -> list[dict[str, Any]]:
    """Every public data set with its design, what may bias it, and its version, by title.

    Parameters
    ----------
    verdicts : mapping
        Claim to its public verdict: designs, periods and failed checks are what the run found.
    """
    versions = _versions()
    return [
        _data_set(source, verdicts, versions.get(source.name, ""))
        for source in sorted(all_sources(), key=lambda s: s.title)
    ]


def _data_set(source: Source, verdicts: Mapping[str, Verdict], version: str) -> dict[str, Any]:
    given = [r.estimate for v in verdicts.values() for r in v.assessments]
    mine = [e for e in given if is_given_by(e, source)]
    failed = {
        f"{check.name}: {check.sentence}"
        for verdict in verdicts.values()
        for check in verdict.checks
        if check.passed is False and (check.source == source.title or check.source in {e.source for e in mine})
    }
    card = source.data_card
    register = load_register()
    return {
        "title": source.title,
        "publisher": card.publisher,
        "citation": card.citation,
        "licence": card.licence,
        "accessed": card.accessed,
        "row": card.row,
        "period": _periods(mine),
        "version": version or "comes with a package of the locked environment",
        "designs": sorted({str(e.design) for e in mine}) or ["none of its numbers answers a claim"],
        "answers": [register[claim].title for claim in source.answers],
        "risks": [
            *card.defects,
            *sorted({f"Indirect: {e.indirect}" for e in mine if e.indirect}),
            *sorted(f"A check failed: {told}" for told in failed),
        ],
        "not_for": list(card.not_for),
        "cannot": [
            {"claim": register[claim].title, "why": in_plain_words(fact.reason)}
            for claim, fact in source.not_identified.items()
        ],
    }


def is_given_by(estimate: Estimate, source: Source) -> bool:
    """Whether a number comes from a source: by its title, or by claim and frame where the source's parts carry own names."""
    if estimate.source in {each.title for each in all_sources()}:
        return estimate.source == source.title
    own_name = estimate.kind is Kind.PUBLIC and estimate.frame in source.builders
    return own_name and estimate.claim in source.answers


def _periods(estimates: Sequence[Estimate]) -> str:
    return "; ".join(dict.fromkeys(e.period for e in estimates if e.period)) or "see the citation"


def _versions() -> dict[str, str]:
    """Source to repository and commit of its files, and the first digits of their checksums."""
    if not FILES.exists():
        return {}
    with FILES.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["source"], []).append(
            f"{row['repository']} at {row['commit'][:10]}, {row['path']}, sha256 {row['sha256'][:12]}"
        )
    return {
        name: f"{files[0]}{f' and {len(files) - 1} more files' if files[1:] else ''}" for name, files in found.items()
    }


HOW_READ: tuple[tuple[str, str], ...] = (
    ("paper", "in the paper: text, table or scanned copy"),
    ("abstract", "in the paper's abstract only"),
    ("page", "on a public page of the study or its publisher"),
    ("recomputed", "derived here from inputs that the study printed"),
    ("secondary", "quoted by somebody else"),
    ("public_test", "in the public test of another project's code"),
)
"""Where figures were read, and its words."""


def where_read(estimate: Estimate) -> str:
    """Key of `HOW_READ`: an abstract is told from a paper by the place that the row names."""
    if estimate.grade is Grade.PAPER and "abstract" in (estimate.where or "").lower():
        return "abstract"
    names = {Grade.PAPER: "paper", Grade.PAGE: "page", Grade.RECOMPUTED: "recomputed", Grade.SECONDARY: "secondary"}
    return names.get(estimate.grade, "public_test") if estimate.grade else "public_test"


def what_was_read() -> dict[str, Any]:
    """How many published figures, and studies, were read where, and what may bias them."""
    rows = [e for of_claim in load_evidence().values() for e in of_claim]
    figures = Counter(where_read(e) for e in rows)
    order = [key for key, _ in HOW_READ]
    best: dict[str, str] = {}
    for e in rows:
        now = where_read(e)
        best[e.votes_as] = min(best.get(e.votes_as, now), now, key=order.index)
    studies = Counter(best.values())
    n, m = max(len(rows), 1), max(len(best), 1)
    risks = (
        ("the publisher sells what the figure recommends", sum(e.vendor for e in rows)),
        ("what people say they would do, not what they did", sum(e.intention_only for e in rows)),
        ("read only where somebody else quotes it", figures["secondary"]),
        ("no margin of error", sum(not e.quantified for e in rows)),
        ("speaks only indirectly to the claim", sum(bool(e.indirect) for e in rows)),
        ("an opinion or a model, no measurement", sum(str(e.design) in ("assertion", "model") for e in rows)),
    )
    return {
        "n": len(rows),
        "studies": len(best),
        "with_interval": sum(e.quantified for e in rows),
        "where": [
            {
                "how": how,
                "n": figures[key],
                "share": f"{100 * figures[key] / n:.0f}",
                "studies": studies[key],
                "studies_share": f"{100 * studies[key] / m:.0f}",
            }
            for key, how in HOW_READ
            if figures[key]
        ],
        "risks": [{"what": what, "n": count, "share": f"{100 * count / n:.0f}"} for what, count in risks],
        "sellers": sorted({e.votes_as for e in rows if e.vendor}),
        "vendor": sum(e.vendor for e in rows),
    }


def kinds_used(verdicts: Mapping[str, Verdict]) -> int:
    """Number of public data sets whose numbers decide a verdict."""
    return len(
        {
            r.estimate.source
            for verdict in verdicts.values()
            for r in verdict.deciding
            if r.estimate.kind is Kind.PUBLIC and not is_spread(r.estimate)
        }
    )
