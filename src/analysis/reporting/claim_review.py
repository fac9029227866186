"""``claims.jsonld``: every claim with its verdict as a ClaimReview of schema.org, one line a claim in a graph."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.core.claim import Claim
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Outcome
from analysis.reporting.history import first_said
from analysis.verdicts.bottom_line import bottom_line
from analysis.verdicts.words import headline_of

RATING: Mapping[Outcome, int] = {Outcome.HOLDS: 5, Outcome.DIRECTION_ONLY: 4, Outcome.OVERSTATED: 2, Outcome.FAILS: 1}
"""From 1 (fails) to 5 (holds), as ClaimReview asks; a claim without a verdict has no number."""


def claim_reviews(claims: Sequence[Claim], verdicts: Mapping[str, Verdict]) -> str:
    """Return the text of ``claims.jsonld``.

    Parameters
    ----------
    claims : sequence of Claim
    verdicts : mapping
        Claim to its public verdict.
    """
    graph = [_review(claim, verdicts[claim.id]) for claim in claims]
    return json.dumps({"@context": "https://schema.org", "@graph": graph}, indent=1, ensure_ascii=False) + "\n"


def _review(claim: Claim, verdict: Verdict) -> dict[str, Any]:
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": headline_of(verdict)}
    if verdict.outcome in RATING:
        rating |= {"ratingValue": RATING[verdict.outcome], "worstRating": 1, "bestRating": 5}
        rating["ratingExplanation"] = f"{verdict.confidence} certainty; rule {verdict.register_hash}"
    return {
        "@type": "ClaimReview",
        "@id": f"index.html#{claim.id}",
        "url": f"index.html#{claim.id}",
        "name": claim.title,
        "claimReviewed": claim.statement,
        "reviewBody": bottom_line(claim, verdict).text,
        "reviewRating": rating,
        "itemReviewed": {"@type": "Claim", "name": claim.title} | _first(claim),
        "author": {"@type": "Organization", "name": "The retention-folklore contributors"},
    }


def _first(claim: Claim) -> dict[str, str]:
    told = first_said(claim)
    return {"description": told} if told else {}
