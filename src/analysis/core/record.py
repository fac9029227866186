"""What all results share: frozen dataclasses that go to JSON and come back, and enumerations checked by name."""

from __future__ import annotations

import math
from dataclasses import asdict
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

from analysis.core.errors import ParameterMistake

STABLE_DIGITS = 5
"""Significant digits that optimisers and linear algebra reproduce on any processor."""


class Record:
    """JSON in and out for frozen dataclasses, by the types of their fields: enumerations, tuples, and other records."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name, (kind, many, needed) in _kinds(type(self)).items():  # type: ignore[arg-type]
            value = getattr(self, name)
            if many:
                object.__setattr__(self, name, tuple(value))
            elif issubclass(kind, StrEnum) and (needed or value is not None):
                object.__setattr__(self, name, member(name, value, kind))

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
        kinds = _kinds(cls)  # type: ignore[arg-type]
        unknown = sorted(set(record) - set(kinds))
        if unknown:
            raise ParameterMistake(f"`{cls.__name__}` has no field {unknown[0]!r}; its fields are {sorted(kinds)}.")
        return cls(**{name: _rebuilt(value, *kinds[name]) for name, value in record.items()})


@cache
def _kinds(record: Any) -> dict[str, tuple[type, bool, bool]]:
    """Type of each field, or of what its tuple holds; whether it is a tuple; whether it must be given."""
    found = {}
    for name, hint in get_type_hints(record).items():
        choices = [kind for kind in get_args(hint) if kind is not NoneType] if isinstance(hint, UnionType) else [hint]
        many = get_origin(choices[0]) is tuple
        kind = get_args(choices[0])[0] if many else choices[0]
        found[name] = (get_origin(kind) or kind, many, not isinstance(hint, UnionType))
    return found


def _rebuilt(value: Any, kind: type, many: bool, _needed: bool) -> Any:
    if issubclass(kind, Record):
        return tuple(map(kind.from_json, value)) if many else value and kind.from_json(value)
    return float(value) if kind is float and value in ("inf", "-inf") else value


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
