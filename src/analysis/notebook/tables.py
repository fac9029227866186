"""Results as tables: they show numbers and make none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.core.claim import Claim, Quantity
from analysis.core.results import CheckResult, Estimate, NotIdentifiedSource, interval
from analysis.core.vocabulary import Bias, Role
from analysis.core.wording import number, with_unit
from analysis.notebook.exhibits import TableExhibit, TextExhibit
from analysis.notebook.plain_words import in_plain_words, meaning_of
from analysis.notebook.stored_mark import named, origin, state_without_files
from analysis.notebook.tidy import tidy_row, with_doi
from analysis.sources.base import Source

_BIAS_WORDS = {
    Bias.TOWARDS: "in favour of the claim",
    Bias.AGAINST: "works against the claim",
    Bias.EITHER: "may err either way",
    Bias.NONE: "none expected",
}
FOLDED_AFTER = 8
"""Rows of estimates and of published evidence that stand open; the rest is one click away."""
_ROLE_WORDS = {Role.ANSWER: "answer", Role.NAIVE: "quick, for comparison", Role.CONTEXT: "context"}


def rules_table(claims: Sequence[Claim], register_hash: str) -> TableExhibit:
    """The registered rule of each claim, as it stood before the data were read."""
    rows = tuple(
        {
            "Claim": claim.title,
            "What is measured": meaning_of(quantity),
            "Counts for it": f"{quantity.direction} {with_unit(quantity.null, quantity.unit)}",
            "Smallest difference worth acting on": with_unit(quantity.smallest, quantity.unit),
            "Claimed size": with_unit(quantity.size, quantity.unit) if quantity.size is not None else "none named",
            "What a quick analysis gets wrong": f"{_BIAS_WORDS[claim.naive_bias]}: {claim.trap}",
        }
        for claim in claims
        for quantity in claim.quantities[:1]
    )
    return TableExhibit(caption="The rules, from the register", rows=rows, note=f"Register {register_hash}.")


def estimates_table(claim: Claim, estimates: Sequence[Estimate]) -> TableExhibit:
    """All estimates of one claim, answers first."""
    order = {Role.ANSWER: 0, Role.NAIVE: 1, Role.CONTEXT: 2}
    ranked = sorted(estimates, key=lambda e: (order[e.role], -e.design.rank))
    several = len({e.quantity for e in ranked}) > 1
    meaning = _quantity_of(claim, ranked[0]) if ranked else None
    return TableExhibit(
        caption=f"Estimates: {claim.title}",
        rows=tuple(_estimate_row(e, _quantity_of(claim, e) if several else None) for e in ranked),
        note="" if several or meaning is None else f"Every number is this: {meaning_of(meaning)} ({meaning.unit}).",
        folded_after=FOLDED_AFTER,
        record=tuple(tidy_row(e) for e in ranked),
    )


def _estimate_row(estimate: Estimate, quantity: Quantity | None) -> dict[str, str]:
    value = with_unit(estimate.value, estimate.unit) if estimate.value is not None else _sign(estimate)
    row = {"Source": named(estimate)}
    if quantity:
        row["What"] = meaning_of(quantity)
    return row | {
        "Estimate": f"{value} ({interval(estimate)})",
        "n": number(estimate.n, 12) if estimate.n else "not given",
        "Design": str(estimate.design),
        "Part": _ROLE_WORDS[estimate.role],
        "Method": f"{estimate.method.rstrip('.')}. {origin(estimate)}" if estimate.estimator else estimate.method,
    }


def published_table(claim: Claim, published: Sequence[Estimate]) -> TableExhibit:
    """The published figures on one claim, for and against, with their grades; those that measure the claim first."""
    ranked = sorted(published, key=lambda e: (e.role is not Role.ANSWER, not e.quantified, -e.design.rank))
    return TableExhibit(
        caption=f"Published evidence: {claim.title}",
        rows=tuple(
            {
                "Study": with_doi(e),
                "Finding": in_plain_words(e.method),
                "Figure": _figure(e),
                "Direction": _sign(e),
                "Design and check": f"{e.design}; {e.grade}, {e.where}" + _reservations(e),
            }
            for e in ranked
        ),
        folded_after=FOLDED_AFTER,
        record=tuple(tidy_row(e) for e in ranked),
    )


def _figure(estimate: Estimate) -> str:
    if estimate.value is None:
        return "direction reported, size not"
    value = with_unit(estimate.value, estimate.unit)
    return f"{value} ({interval(estimate)})" if estimate.quantified else f"{value}, no interval"


def _reservations(estimate: Estimate) -> str:
    notes = [
        *(["Conflict of interest: the publisher sells the remedy"] if estimate.vendor else []),
        *(["Stated intention only"] if estimate.intention_only else []),
        *([f"Indirect: {in_plain_words(estimate.indirect)}"] if estimate.indirect else []),
    ]
    return "".join(f". {note}" for note in notes)


def not_identified_table(claim: Claim, not_identified: Sequence[NotIdentifiedSource]) -> TableExhibit:
    """Sources that cannot answer, why, and the number a naive analyst would have printed."""
    return TableExhibit(
        caption=f"Sources that cannot answer: {claim.title}",
        rows=tuple(
            {
                "Source": named(c.naive) if c.naive else c.source,
                "Why not": in_plain_words(c.reason),
                "What a quick analysis would have reported": (
                    f"{with_unit(c.naive.value, c.naive.unit)} ({interval(c.naive)})" if c.naive else "nothing"
                ),
            }
            for c in not_identified
        ),
    )


def checks_table(found: Sequence[tuple[str, CheckResult]]) -> TableExhibit:
    """What checks found on each source; one that only informs says so."""
    words = {True: "✓ passed", False: "✕ failed", None: "for information"}
    return TableExhibit(
        caption="Checks",
        rows=tuple(
            {"Source": named(check), "Result": words[check.passed], "What came out": check.sentence}
            for _, check in found
        ),
    )


def sources_table(sources: Sequence[Source]) -> TableExhibit | TextExhibit:
    """Which sources there are, which are not and why, with the hashes of their files."""
    if not sources:
        return TextExhibit(
            "No public data set speaks to these claims: the page rests on publications and on own tables."
        )
    rows = []
    for source in sources:
        why_not = source.absence()
        rows.append(
            {
                "Source": source.title,
                "Kind": str(source.kind),
                "State": state_without_files(source, why_not) if why_not else _read(source),
                "Publisher": source.data_card.publisher,
                "Licence": source.data_card.licence,
            }
        )
    return TableExhibit(caption="Sources", rows=tuple(rows))


def _read(source: Source) -> str:
    if not source.files():
        return "read from a database, of which there is no checksum"
    return f"read, sha256 {source.fingerprint()}…"


def ledger_table(
    rows: Sequence[Mapping[str, object]], notes: Sequence[tuple[str, str]] = ()
) -> TableExhibit | TextExhibit:
    """What became of every row of the company's tables: used, or left out for one named reason.

    The notes, name of the table or frame and what was assumed of it or drawn from it, stand under the table.
    """
    if not rows:
        return TextExhibit("No table of the company was read.")
    shown = tuple(
        {str(k): number(v, 12) if isinstance(v, int) else "" if v is None else str(v) for k, v in row.items()}
        for row in rows
    )
    balance = "Rows in = rows used + rows left out, in every line."
    assumed = (f"{name}: {note}." for name, note in notes)
    return TableExhibit(caption="Quality ledger", rows=shown, note=" ".join((balance, *assumed)))


def _quantity_of(claim: Claim, estimate: Estimate) -> Quantity | None:
    return next((q for q in claim.quantities if q.name == estimate.quantity), None)


def _sign(estimate: Estimate) -> str:
    return {1: "for the claim", -1: "against it", 0: "background figure", None: "not given"}[estimate.sign]
