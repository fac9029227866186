"""A fit asked for twice is made once: in this process, and in the batch run's cache for the next one.

The key is the numbers themselves and the model's source, so own tables may use it too: parameters are kept, no rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from analysis.cache import source_code, store
from analysis.models.fit import ModelFit

if TYPE_CHECKING:
    import pandas as pd

_IN_THIS_PROCESS: dict[tuple[str, str, str], ModelFit] = {}
MOST = 4096
"""Fits remembered in one process; a resampling makes hundreds of them."""


def fit_once(fit: Callable[..., ModelFit], rows: pd.DataFrame, *, start: Mapping[str, float] | None = None) -> ModelFit:
    """Return ``fit(rows, start=start)``, out of memory if these very numbers were fitted before.

    Parameters
    ----------
    fit : callable
        One of the package's functions ``fit_…``.
    rows : DataFrame
        With a column that is not of numbers, nothing is remembered.
    start : mapping
        Where the search begins. A fit that begins from another's answer is one of many resamples: it is remembered in
        this process only.

    Raises
    ------
    ModelNotIdentified
        As `fit` does; nothing is remembered then.
    """
    if any(rows[column].dtype.kind not in "iufb" for column in rows.columns):
        return fit(rows, start=start)
    name = f"{fit.__module__}:{fit.__name__}"
    key = (name, content_hash(rows), json.dumps(start, sort_keys=True))
    if key not in _IN_THIS_PROCESS:
        if len(_IN_THIS_PROCESS) >= MOST:
            _IN_THIS_PROCESS.clear()
        found = fit(rows, start=start) if start else _stored(fit, rows, name, key[1])
        _IN_THIS_PROCESS[key] = found
    return _IN_THIS_PROCESS[key]


def content_hash(rows: pd.DataFrame) -> str:
    """Hash over names, types and values of the columns, in their order.

    Examples
    --------
    >>> import pandas as pd
    >>> one, other = pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [1.0, 2.0]})
    >>> content_hash(one) == content_hash(one.copy()), content_hash(one) == content_hash(other)
    (True, False)
    """
    digest = hashlib.sha256()
    for name in rows.columns:
        values = rows[name].to_numpy()
        digest.update(f"{name} {values.dtype} {len(values)}\n".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()


def _stored(fit: Callable[..., ModelFit], rows: pd.DataFrame, name: str, content: str) -> ModelFit:
    parts = {"fit": name, "rows": content}
    if store.folder_in_use() is not None:
        module = fit.__module__.removeprefix("analysis.")
        parts["code"] = source_code.code_hash(module, "models.once")
    return store.remembered("fits", parts, lambda: fit(rows), _to_bytes, _from_bytes)


def _to_bytes(fit: ModelFit) -> bytes:
    return json.dumps(asdict(fit), allow_nan=False).encode()


def _from_bytes(content: bytes) -> ModelFit:
    record: dict[str, Any] = json.loads(content)
    covariance = tuple(tuple(row) for row in record["log_covariance"])
    lists = {"names": tuple(record["names"]), "estimates": tuple(record["estimates"]), "log_covariance": covariance}
    return ModelFit(**{**record, **lists})
