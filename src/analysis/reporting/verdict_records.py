"""The verdicts for machines: one record each, with everything that the rule used, so that it can be derived again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from analysis.core.claim import Claim, Quantity
from analysis.core.record import rounded
from analysis.core.results import Assessment, Estimate
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Outcome, Role
from analysis.register.claims import Register, load_register
from analysis.verdicts.assess import assess
from analysis.verdicts.bodies import BAR_OF_A_PREDICTOR
from analysis.verdicts.bottom_line import Told, bottom_line
from analysis.verdicts.decide import PUBLIC_SCOPE, decide
from analysis.verdicts.strength import start_of


def machine_form(
    verdicts: Sequence[Verdict], register: Register, changed: Mapping[str, Mapping[str, object]] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """Return one record a verdict, and one without a verdict for a claim that no notebook has reported yet.

    `changed` holds the parameters of each notebook that are not the published defaults; every record says which it was
    made with.
    """
    reported = {v.claim for v in verdicts}
    records = [
        _record(v) | {"not_published_defaults": dict(changed.get(register[v.claim].notebook, {}))} for v in verdicts
    ]
    unread = {
        "reasons": ["No notebook reports this claim yet."],
        "register_hash": register.hash,
        "not_published_defaults": {},
    }
    records += [_record(decide(claim, [])) | unread for claim in register.claims if claim.id not in reported]
    order = {claim.id: place for place, claim in enumerate(register.claims)}
    return sorted(records, key=lambda r: (order[r["claim"]], r["scope"] != PUBLIC_SCOPE, r["scope"]))


def _record(verdict: Verdict) -> dict[str, Any]:
    """Everything that the rule used, so that the verdict can be derived from this record alone."""
    decided = {id(r) for r in verdict.deciding}
    claim = load_register()[verdict.claim]
    told = bottom_line(claim, verdict) if verdict.scope == PUBLIC_SCOPE else Told(verdict.sentence)
    return {
        "claim": verdict.claim,
        "scope": verdict.scope,
        "verdict": str(verdict.outcome),
        "bottom_line": told.text,
        "bottom_line_stale": told.stale,
        "shade": str(verdict.shade),
        "confidence": str(verdict.confidence),
        "reasons": list(verdict.reasons),
        "design": str(verdict.design) if verdict.design else None,
        "question": str(claim.question),
        "rule": str(claim.rule),
        "lead": claim.lead,
        "quantity": verdict.quantity,
        "quantities": [_quantity(q) for q in claim.in_order()],
        "bar": [_quantity(q) for q in claim.quantities if q.name == BAR_OF_A_PREDICTOR],
        "bodies": [body.to_json() for body in verdict.bodies],
        "tally": list(verdict.tally),
        "pooled": [rounded(mean.to_json()) for mean in verdict.pooled],
        "checks": [rounded(check.to_json()) for check in verdict.checks],
        "elsewhere": list(verdict.elsewhere),
        "estimates": [rounded(_estimate(claim, r.estimate, r, id(r) in decided)) for r in verdict.assessments]
        + [rounded(_estimate(claim, e, _on_the_bar(claim, e), False)) for e in verdict.beside],
        "not_identified": [{"source": c.source, "reason": c.reason} for c in verdict.not_identified],
        "settles": verdict.settles,
        "register_hash": verdict.register_hash,
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "name": quantity.name,
        "scale": str(quantity.scale),
        "null": quantity.null,
        "direction": str(quantity.direction),
        "smallest": quantity.smallest,
        "size": quantity.size,
    }


def _on_the_bar(claim: Claim, estimate: Estimate) -> Assessment | None:
    """How an answer on what a predictor must beat is read; None for anything else."""
    of_it = estimate.quantity == BAR_OF_A_PREDICTOR and estimate.role is Role.ANSWER
    return assess(estimate, claim.quantity(estimate.quantity)) if of_it else None


def _estimate(claim: Claim, estimate: Estimate, assessment: Assessment | None, decided: bool) -> dict[str, Any]:
    """`start` is the strength of its kind for such a question, `votes` whether it was read at all."""
    fields = (
        "source",
        "firm",
        "kind",
        "role",
        "quantity",
        "value",
        "low",
        "high",
        "level",
        "scale",
        "null",
        "unit",
        "n",
        "events",
        "smallest_group",
        "design",
        "validation",
        "sampling",
        "vendor",
        "intention_only",
        "sign",
        "derived",
        "estimator",
        "frame",
        "data",
        "stored",
    )
    record = estimate.to_json()
    return {
        **{name: record[name] for name in fields},
        "start": start_of(estimate, claim.question),
        "votes": assessment is not None and assessment.outcome not in (Outcome.NO_INTERVAL, Outcome.NO_READING),
        "reading": str(assessment.outcome) if assessment else None,
        "shade": str(assessment.shade) if assessment else "",
        "decided": decided,
    }
