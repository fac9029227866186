"""A fit asked for twice in a process is made once; whoever runs the process may hand in a store that outlives it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

import pandas as pd

from analysis.models.fit import ModelFit

_IN_THIS_PROCESS: dict[tuple[str, str, str], ModelFit] = {}
MOST = 4096
"""Fits remembered in one process; a resampling makes hundreds of them."""

Store = Callable[[str, str, Callable[[], ModelFit]], ModelFit]
"""(``module:function``, hash of the rows, the fit itself) to the fit, out of the store or computed."""


def _compute(_name: str, _rows: str, compute: Callable[[], ModelFit]) -> ModelFit:
    return compute()


_STORE: list[Store] = [_compute]


def use_store(store: Store | None) -> None:
    """Hand in a store for the fits of this process; None takes it away again."""
    _STORE[1:] = [store] if store else []


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
        found = fit(rows, start=start) if start else _STORE[-1](name, key[1], lambda: fit(rows))
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
