"""Tables of a TOML file read into frozen records: pydantic holds the types, and a mistake is said in the house's words.

A record is a plain dataclass whose fields are ``Annotated`` with rules. Reading one from a file holds them; making one in
code does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import AllowInfNan, Strict, StringConstraints, TypeAdapter, ValidationError, WrapValidator
from pydantic_core import PydanticCustomError

from analysis.core.errors import UserMistake

T = TypeVar("T")


def broken(rule: str, value: Any, next_step: str = "") -> PydanticCustomError:
    """The error of a value that breaks `rule`: "must {rule}; got {value}." and what to do."""
    said = {"rule": rule, "given": given(value), "next": f" {next_step}" if next_step else ""}
    return PydanticCustomError("rule", "must {rule}; got {given}.{next}", said)


def given(value: Any) -> str:
    """A value as a message quotes it, with its kind in words; an address, which may hold a password, is not shown.

    Examples
    --------
    >>> given(3), given("euro")
    ('3 (a whole number)', "'euro'")
    """
    if "://" in repr(value):
        return "an address, which is not shown here"
    kind = {bool: "true or false", int: "a whole number", float: "a number", dict: "a section", list: "a list"}
    words = kind.get(type(value), "")
    return f"{value!r}" + (f" ({words})" if words else "")


def must(rule: str) -> Any:
    """Say `rule` of a value that the type before it refuses."""

    def held(value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            return handler(value)
        except ValidationError as fault:
            if any(error["type"] == "rule" for error in fault.errors()):
                raise  # a rule that says more than this one
            raise broken(rule, value) from None

    return WrapValidator(held)


def one_of(kind: type[StrEnum]) -> Any:
    """Say the members of the enumeration `kind` of a value that is none of them."""
    return must(f"be one of {', '.join(repr(str(member)) for member in kind)}")


Text = Annotated[str, Strict(), StringConstraints(pattern=r"\S"), must("be a text that is not empty")]
AnyText = Annotated[str, Strict(), must("be a text")]
Texts = Annotated[tuple[Annotated[str, Strict()], ...], must("be a list of texts")]
Number = Annotated[float, Strict(), AllowInfNan(False), must("be a number")]
Flag = Annotated[bool, Strict(), must("be true or false")]


def read(
    kind: type[T],
    entry: Mapping[str, Any],
    at: str,
    mistake: type[UserMistake],
    *,
    unknown_at: str = "",
    needed: tuple[str, ...] = (),
    context: Any = None,
) -> T:
    """Read one table into a record.

    Parameters
    ----------
    kind : type
        A frozen dataclass with rules at its fields. A field without a default must be given.
    entry : mapping
        Key to value, as the file has them.
    at : str
        The place in words, with which a message begins; the key follows.
    mistake : type
        What is raised.
    unknown_at : str
        The same before a key that is not known; empty: as `at`.
    needed : tuple of str
        Fields that the file must give although the record has a default for them.
    context
        What validators of fields may ask for.

    Raises
    ------
    UserMistake
        Of the type `mistake`: names the key, the rule it breaks and what was given; for a key that is not known, the nearest.
    """
    known, without = keys(kind), _without_default(kind)  # type: ignore[arg-type]
    for name in entry:
        require_known(unknown_at or at, name, known, mistake)
    adapter: TypeAdapter[T] = _adapter(kind)  # type: ignore[arg-type]
    try:
        return adapter.validate_python({**dict.fromkeys((*without, *needed)), **entry}, context=context)
    except ValidationError as fault:
        first = fault.errors()[0]
        raise mistake(f"{at} `{first['loc'][0]}` {first['msg']}{_within(first['loc'], entry)}") from None


def _within(place: tuple[int | str, ...], entry: Any) -> str:
    """Which key it is, where it lies below one of the record's."""
    named = []
    for part in place:
        if isinstance(part, int):  # one may stand without the brackets of a list
            entry = entry[part] if isinstance(entry, list) else entry
        elif isinstance(entry, Mapping) and part in entry:
            named.append(part)
            entry = entry[part]
        else:
            break
    return f" The key is {'.'.join(named)}." if len(named) > 1 else ""


def value(kind: Any, entry: Any, where: str, mistake: type[UserMistake]) -> Any:
    """Read one value of the type `kind`.

    Raises
    ------
    UserMistake
        Of the type `mistake`, if it breaks the type's rule.
    """
    try:
        return _adapter(kind).validate_python(entry)
    except ValidationError as fault:
        raise mistake(f"{where} {fault.errors()[0]['msg']}") from None


@cache
def keys(kind: type[Any]) -> tuple[str, ...]:
    """Names of a record's fields."""
    return tuple(field.name for field in fields(kind))


@cache
def _without_default(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)


def require_known(where: str, name: str, known: tuple[str, ...], mistake: type[UserMistake]) -> None:
    """Raise `mistake` unless `name` is one of `known`; suggests the nearest."""
    if name not in known:
        raise mistake(f"{where} {name!r} is not known; known are {', '.join(known)}.{_hint(name, known)}")


def unknown(what: str, name: str, known: tuple[str, ...]) -> PydanticCustomError:
    """The error of a value that names something that there is not; suggests the nearest."""
    said = {"what": what, "name": repr(name), "known": ", ".join(known), "hint": _hint(name, known)}
    return PydanticCustomError("rule", "names the {what} {name}, which is not known; known are {known}.{hint}", said)


def _hint(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]!r}?" if near else " Remove it or correct its name."


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
