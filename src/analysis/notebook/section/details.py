"""What is folded: rule, checks, all numbers with their way here, other pictures, data that cannot answer, publications."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.results import CheckResult
from analysis.core.verdict_results import Verdict
from analysis.notebook import tables
from analysis.notebook.exhibits import PartExhibit, SvgExhibit, TableExhibit, TextExhibit
from analysis.notebook.figures.forest import forest
from analysis.notebook.section.at_work import at_work
from analysis.verdicts.findings import Findings

Part = TableExhibit | SvgExhibit | TextExhibit | PartExhibit


def details_of(
    found: Findings, verdict: Verdict, checks: Sequence[tuple[str, CheckResult]], register_hash: str
) -> PartExhibit:
    """Everything a sceptic asks for, folded; what there is nothing of is left out."""
    claim = found.claim
    parts: list[Part] = [tables.rules_table((claim,), register_hash)]
    if checks:
        parts.append(tables.checks_table(checks))
    if found.estimates:
        parts.append(tables.estimates_table(claim, found.estimates))
    parts += _pictures(found, verdict)
    if found.not_identified:
        parts.append(tables.not_identified_table(claim, found.not_identified))
    if found.published:
        parts.append(tables.published_table(claim, found.published))
    demonstration = at_work(found)
    if demonstration is not None:
        parts.append(demonstration)
    lines = [f"What would settle it: {claim.settles}"] if claim.settles else []
    lines += [
        f"{title} gives no answer: {why}" if title == found.company else f"Not on this machine: {title} ({why})."
        for title, why in found.absent
    ]
    return PartExhibit(
        heading="Rule, checks, all numbers, publications",
        kind="details",
        lines=tuple(lines),
        parts=tuple(parts),
        folded=True,
    )


def _pictures(found: Findings, verdict: Verdict) -> list[Part]:
    """A forest of every other quantity that is measured more than once."""
    pooled = {p.quantity: p for p in verdict.pooled}
    everything = found.estimates + found.published
    shown = [
        forest(found.claim, everything, quantity, pooled.get(quantity.name)) for quantity in found.claim.quantities
    ]
    return [picture for picture in shown if picture is not None]
