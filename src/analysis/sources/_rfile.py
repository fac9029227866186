"""R data files as plain pandas tables: no nullable integers, no categories, dates as days since 1970."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def read_r_table(path: Path, name: str) -> pd.DataFrame:
    """Read the data frame `name` of an ``.rda`` / ``.RData`` file.

    Whole numbers come as float64 (R's missing integers stay missing), factors and strings as str, and columns of R's
    class Date as days since 1970-01-01, for the caller to convert.

    Raises
    ------
    DataFault
        If the file holds no object of this name; lists those it holds.
    """
    import rdata
    from rdata.conversion import DEFAULT_CLASS_MAP

    from analysis.core.errors import DataFault

    objects = rdata.read_rda(path, constructor_dict={**DEFAULT_CLASS_MAP, "Date": _keep_days})
    if name not in objects:
        raise DataFault(f"The R file {path.name} must hold an object named {name!r}; it holds {sorted(objects)}.")
    return _plain(objects[name].reset_index(drop=True))


def _keep_days(days: Any, _attributes: Any) -> Any:
    return days


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Turn nullable and categorical columns into float64 and str."""
    import pandas as pd

    columns = {}
    for name, column in table.items():
        numeric = pd.api.types.is_numeric_dtype(column) and not isinstance(column.dtype, pd.CategoricalDtype)
        columns[str(name)] = column.astype(float) if numeric else column.astype(object).where(column.notna(), None)
    return pd.DataFrame(columns)
