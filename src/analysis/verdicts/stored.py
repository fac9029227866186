"""What each stored value depends on, and how it is written: frames and estimates of public sources, checks, fits.

A frame depends on its source's data and code; an estimate on its frame, on the estimator's code and arguments, and on
what the estimator can see of the claim. That is names and scales, never the rule: a rule can be changed without a fit.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from analysis.cache import source_code, store
from analysis.core.claim import Claim
from analysis.core.results import CheckResult, Estimate
from analysis.core.vocabulary import Scale
from analysis.frames import Context, Frame
from analysis.models.fit import ModelFit

if TYPE_CHECKING:
    from analysis.sources.base import Source

_FINGERPRINTS: dict[str, str] = {}
"""Hash of every source's data when this process first asked: what it has read since is no older."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a notebook asked for: enough to say, in another run, whether its answer is cached.

    Attributes
    ----------
    kind : str
        "estimates" or "checks".
    source, frame, target, claim : str
        Name of the source, key of its frame, ``module:function``, and id of the claim.
    options : mapping
        Arguments given.
    """

    kind: str
    source: str
    frame: str
    target: str
    claim: str
    options: Mapping[str, object]

    def is_stored(self, folder: Path, source: Source, claim: Claim) -> bool:
        """Say whether the answer to this question, asked now, is in the cache."""
        parts = parts_of(self.kind, source, self.frame, self.target, claim, self.options)
        key = store.key_of(parts) if parts else None
        return key is not None and store.entry(folder, self.kind, key).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenQuantity:
    """What an estimator sees of a registered quantity: what is measured and how well, not how it will be read."""

    name: str
    scale: Scale
    unit: str
    null: float
    reliability: float | None


@dataclass(frozen=True, slots=True)
class SeenClaim:
    """What an estimator sees of a claim.

    Attributes
    ----------
    id : str
    quantities : tuple of SeenQuantity
    """

    id: str
    quantities: tuple[SeenQuantity, ...]

    quantity = Claim.quantity


ASKED: list[Question] = []
"""The numbers that were asked for in this process, whether they were stored or computed."""


def seen_by_estimators(claim: Claim) -> Claim:
    """Return what estimators may see of `claim`: anything else they ask of it is an AttributeError."""
    seen = tuple(
        SeenQuantity(name=q.name, scale=q.scale, unit=q.unit, null=q.null, reliability=q.reliability)
        for q in claim.quantities
    )
    return cast(Claim, SeenClaim(claim.id, seen))


def frame(source: Source, key: str) -> Frame:
    """Return the frame behind `key` of a source, stored or built."""
    return store.remembered(
        "frames",
        _of_frame(source, key),
        lambda: source.frame(key),
        _frame_to_bytes,
        _frame_from_bytes,
        unchanged=lambda: _same_data(source),
    )


def estimates(
    source: Source,
    key: str,
    target: str,
    claim: Claim,
    options: Mapping[str, object],
    compute: Callable[[Claim], tuple[Estimate, ...]],
) -> tuple[Estimate, ...]:
    """Return the estimates of one claim from one frame, stored or computed.

    Parameters
    ----------
    source : Source
    key : str
        Of the frame.
    target : str
        ``module:function`` of the estimator, below `analysis.estimators`.
    claim : Claim
    options : mapping
        Arguments that the estimator is given.
    compute : callable
        Takes what the estimator may see of the claim.
    """
    return store.remembered(
        "estimates",
        _asked("estimates", source, key, target, claim, options),
        lambda: compute(seen_by_estimators(claim)),
        lambda found: _to_bytes([e.to_json() for e in found]),
        lambda content: tuple(Estimate.from_json(record) for record in json.loads(content)),
        unchanged=lambda: _same_data(source),
    )


def parts_of(
    kind: str, source: Source, key: str, target: str, claim: Claim, options: Mapping[str, object]
) -> dict[str, object] | None:
    """Return everything that "estimates" or "checks" depend on; None for a source of which nothing is cached.

    A check sees the whole entry of the register: what it judges by stands there.
    """
    of_frame = _of_frame(source, key)
    if of_frame is None:
        return None
    room, seen = ("estimators", seen_by_estimators(claim)) if kind == "estimates" else ("estimators.checks", claim)
    return {
        "frame": of_frame,
        kind: target,
        "code": source_code.code_hash(f"{room}.{target.split(':')[0]}", "verdicts.stored"),
        "claim": asdict(seen),
        "options": dict(options),
    }


def _asked(
    kind: str, source: Source, key: str, target: str, claim: Claim, options: Mapping[str, object]
) -> dict[str, object] | None:
    """`parts_of` a question, which is noted."""
    parts = parts_of(kind, source, key, target, claim, options)
    if parts is not None:
        ASKED.append(Question(kind, source.name, key, target, claim.id, dict(options)))
    return parts


def check(
    source: Source,
    key: str,
    target: str,
    claim: Claim,
    options: Mapping[str, object],
    compute: Callable[[], CheckResult],
) -> CheckResult:
    """Return what a check found on one frame, stored or computed; arguments as for `estimates`."""
    return store.remembered(
        "checks",
        _asked("checks", source, key, target, claim, options),
        compute,
        lambda found: _to_bytes(found.to_json()),
        lambda content: CheckResult.from_json(json.loads(content)),
        unchanged=lambda: _same_data(source),
    )


def fit(name: str, rows: str, compute: Callable[[], ModelFit]) -> ModelFit:
    """Return a fitted model, stored or computed; own tables may use it too: parameters are stored, no rows.

    Parameters
    ----------
    name : str
        ``module:function`` of the fit.
    rows : str
        Hash over the numbers that are fitted.
    compute : callable
    """
    parts = {"fit": name, "rows": rows}
    if store.folder_in_use() is not None:
        module = name.split(":")[0].removeprefix("analysis.")
        parts["code"] = source_code.code_hash(module, "models.once")
    return store.remembered("fits", parts, compute, lambda found: _to_bytes(_lists(asdict(found))), _fit_from_bytes)


def _fit_from_bytes(content: bytes) -> ModelFit:
    record: dict[str, Any] = json.loads(content)
    covariance = tuple(tuple(row) for row in record["log_covariance"])
    lists = {"names": tuple(record["names"]), "estimates": tuple(record["estimates"]), "log_covariance": covariance}
    return ModelFit(**{**record, **lists})


def _lists(record: Any) -> Any:
    """Tuples as lists, which is how JSON gives them back."""
    if isinstance(record, dict):
        return {key: _lists(value) for key, value in record.items()}
    return [_lists(value) for value in record] if isinstance(record, (list, tuple)) else record


def _of_frame(source: Source, key: str) -> dict[str, object] | None:
    """What a frame depends on; None for a source that is not of the catalogue, own tables above all."""
    if not source.module:
        return None
    data = _FINGERPRINTS.setdefault(source.name, source.fingerprint())
    return {
        "source": source.name,
        "frame": key,
        "data": data,
        "code": source_code.code_hash(f"sources.{source.module}", "verdicts.stored"),
    }


def _same_data(source: Source) -> bool:
    return _FINGERPRINTS.get(source.name) == source.fingerprint()


def _to_bytes(record: Any) -> bytes:
    """JSON that gives back what went in, or TypeError or ValueError."""
    text = json.dumps(record, allow_nan=False)
    if json.loads(text) != record:
        raise ValueError("the record does not come back as it went")
    return text.encode()


def _frame_to_bytes(built: Frame) -> bytes:
    """A line of JSON (name and context), then the table as Parquet."""
    table = io.BytesIO()
    built.table.to_parquet(table, index=None)
    head = json.dumps({"name": built.name, "context": asdict(built.context)}).encode()
    content = head + b"\n" + table.getvalue()
    again = _frame_from_bytes(content)
    # `equals` looks at the types of columns too; what a file cannot carry is not cached.
    if again.context != built.context or not again.table.equals(built.table):
        raise ValueError("the frame does not come back as it went")
    return content


def _frame_from_bytes(content: bytes) -> Frame:
    import pandas as pd

    from analysis.core.vocabulary import Design, Kind

    head, _, table = content.partition(b"\n")
    record = json.loads(head)
    about = record["context"]
    context = Context(**{**about, "kind": Kind(about["kind"]), "design": Design(about["design"])})
    return Frame(name=record["name"], table=pd.read_parquet(io.BytesIO(table)), context=context)
