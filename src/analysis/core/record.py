"""What all results share: frozen dataclasses that go to JSON and come back, and enumerations checked by name."""

from __future__ import annotations

import math
from dataclasses import asdict, fields
from typing import Any, Self

from analysis.core.errors import ParameterMistake

STABLE_DIGITS = 5
"""Significant digits that optimisers and linear algebra reproduce on any processor."""


class Record:
    """JSON in and out for frozen dataclasses; those that hold others say in `_nested` which."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain lists, strings, numbers and None: what ``json.dumps`` takes without help.

        JSON has no infinity: an interval without a bound is written as the text "inf" or "-inf".
        """
        return _plain(asdict(self))  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`'s form.

        Raises
        ------
        ParameterMistake
            If the record has a field this type does not know.
        """
        kinds = {field.name: str(field.type) for field in fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(set(record) - set(kinds))
        if unknown:
            raise ParameterMistake(f"`{cls.__name__}` has no field {unknown[0]!r}; its fields are {sorted(kinds)}.")
        unbounded = {
            name: float(value) for name, value in record.items() if "float" in kinds[name] and value in ("inf", "-inf")
        }
        return cls(**cls._nested({**record, **unbounded}))

    @classmethod
    def _nested(cls, record: dict[str, Any]) -> dict[str, Any]:
        """Return `record` with the records inside it rebuilt."""
        return record


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    return str(value) if isinstance(value, str) else value


def member(name: str, value: Any, kind: Any) -> Any:
    """Return `value` as a member of the enumeration `kind`, or raise naming the field."""
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(repr(str(member)) for member in kind)
        raise ParameterMistake(f"`{name}` must be one of {allowed}; got {value!r}.") from None


def rounded(value: Any, digits: int = STABLE_DIGITS) -> Any:
    """Round every float in a JSON-like value to `digits` significant digits.

    Examples
    --------
    >>> rounded({"a": [0.123456789, 1234567.0], "b": None, "c": True})
    {'a': [0.12346, 1234600.0], 'b': None, 'c': True}
    """
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, dict):
        return {key: rounded(item, digits) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(rounded(item, digits) for item in value)
    return value
