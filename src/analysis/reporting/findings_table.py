"""The summary of findings as a file: one row a claim, in the order of the columns of the table on the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.core.claim import Claim
from analysis.core.results import Assessment, Estimate
from analysis.core.verdict_results import Pooled, Verdict
from analysis.notebook.tidy import digits, doi_of
from analysis.verdicts.bottom_line import bottom_line
from analysis.verdicts.decide import carrying
from analysis.verdicts.words import headline_of

FILE = "summary-of-findings.csv"


def findings_rows(claims: Sequence[Claim], verdicts: Mapping[str, Verdict]) -> list[dict[str, str]]:
    """Rows of texts: numbers with five digits, empty where nothing decided."""
    return [_row(claim, verdicts[claim.id]) for claim in claims]


def _row(claim: Claim, verdict: Verdict) -> dict[str, str]:
    found = carrying(claim, verdict) if verdict.deciding else None
    mean: Estimate | Pooled | None = found.estimate if isinstance(found, Assessment) else found
    single = mean if isinstance(mean, Estimate) else None
    behind = [reading.estimate for reading in verdict.deciding]
    return {
        "claim": claim.id,
        "title": claim.title,
        "verdict": headline_of(verdict),
        "certainty": str(verdict.confidence),
        "estimate": digits(mean.value) if mean else "",
        "low": digits(mean.low) if mean else "",
        "high": digits(mean.high) if mean else "",
        "unit": claim.quantity(mean.quantity).unit if mean else "",
        "n": str(single.n) if single and single.n else "",
        "source": "; ".join(sorted({e.source for e in behind})),
        "doi": "; ".join(sorted({doi for e in behind if (doi := doi_of(e))})),
        "quantity": mean.quantity if mean else "",
        "costs": claim.costs,
        "bottom_line": bottom_line(claim, verdict).text,
    }
