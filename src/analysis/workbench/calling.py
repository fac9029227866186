"""Every registered estimator under its standard name, made to take a plain table: parameters from the frame's schema."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Scale
from analysis.frames import spec
from analysis.verdicts.studies import STUDIES
from analysis.workbench.on_tables import EFFECT, QUESTION, Estimates, frame_of, question, scale_of

if TYPE_CHECKING:
    from analysis.frames.base import Column, FrameSpec

PREFIX = "estimate_"
OWN_SCALE = {
    "discrimination": Scale.AREA_UNDER_CURVE,
    "cause_specific_hazard": Scale.HAZARD_RATIO,
    "panel_effect": Scale.DIFFERENCE,
    "panel_mean": Scale.DIFFERENCE,
    "raw_share": Scale.PERCENTAGE_POINTS,
    "survey_link": Scale.CORRELATION,
    "team_gap": Scale.PERCENTAGE_POINTS,
    "value_ratio": Scale.RATIO,
}
"""Scale of an estimator whose quantity is the caller's own; of one that is not here, the outcome tells it."""
DESIGNS = {"randomised": Design.RANDOMISED, "quasi_experimental": Design.QUASI_EXPERIMENTAL}
NOT_ASKED = ("role",)
"""Options of estimators that only the register sets."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An estimator, the frame that it reads, and the claims whose quantities it knows by name.

    Attributes
    ----------
    name : str
        Standard name: the function's without its prefix.
    path : str
        Module and function, seen from ``analysis.estimators``.
    frame : str
        Name of the frame; the first of the register where there are several.
    claims : tuple of str
        Ids of the claims that it answers.
    """

    name: str
    path: str
    frame: str
    claims: tuple[str, ...]


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every estimator that the register asks, by its standard name, in the register's order."""
    found: dict[str, Entry] = {}
    for (claim, frame), study in STUDIES.items():
        path = study.target
        name = path.partition(":")[2].removeprefix(PREFIX)
        first = found.setdefault(name, Entry(name, path, frame, ()))
        found[name] = replace(first, claims=(*first.claims, claim))
    return found


@cache
def on_table(name: str) -> Callable[..., Estimates]:
    """The estimator `name` as a function of a plain table, its signature and description made from the frame's schema.

    Raises
    ------
    ParameterMistake
        If no estimator has this name.
    """
    entry = catalogue().get(name)
    if entry is None:
        raise ParameterMistake(
            f"`name` must be one of the estimators ({', '.join(sorted(catalogue()))}); got {name!r}."
        )
    described = spec(entry.frame)
    takes = options_of(entry)
    wanted = signature(entry, described, takes)

    def call(df: pd.DataFrame, **given: Any) -> Estimates:
        bound = wanted.bind(df, **given)
        bound.apply_defaults()
        return _asked(entry, described, takes, dict(bound.arguments))

    call.__name__ = call.__qualname__ = name
    call.__signature__ = wanted  # type: ignore[attr-defined]
    call.__doc__ = description(entry, described)
    return call


def options_of(entry: Entry) -> dict[str, inspect.Parameter]:
    """Options of the estimator that a caller may set; a quantity where the register knows the estimator's own."""
    return {
        option.name: option
        for option in _options(entry)
        if option.name not in NOT_ASKED
        and not option.name.startswith("quantity" if _own_quantity(entry) else "quantity_")
    }


def _options(entry: Entry) -> list[inspect.Parameter]:
    given = inspect.signature(_function(entry), eval_str=False).parameters.values()
    return [option for option in given if option.kind is option.KEYWORD_ONLY]


def signature(entry: Entry, described: FrameSpec, takes: Mapping[str, inspect.Parameter]) -> inspect.Signature:
    """One parameter a column of the frame (by default the column of that name; None: the same, if there is one), covariates,
    options."""

    def keyword(name: str, default: object, annotation: str) -> inspect.Parameter:
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)

    parameters = {"df": inspect.Parameter("df", inspect.Parameter.POSITIONAL_ONLY, annotation="pd.DataFrame")}
    for name, column in described.columns.items():
        if column.optional or name in _made_here(described):
            parameters[name] = keyword(name, None, "str | None")
        else:
            parameters[name] = keyword(name, name, "str")
    if "assigned" in described.columns and "arm" in described.columns:
        parameters["control"] = keyword("control", "control", "object")
    if described.covariates:
        parameters["covariates"] = keyword("covariates", (), "Sequence[str]")
    for name, option in takes.items():
        if name == "term":
            parameters["exposed"] = keyword("exposed", inspect.Parameter.empty, "str")
        else:
            parameters[name] = keyword(name, option.default, str(option.annotation))
    if _own_quantity(entry):
        parameters["scale"] = keyword("scale", None, "str | None")
    return inspect.Signature(list(parameters.values()), return_annotation="Estimates")


def description(entry: Entry, described: FrameSpec) -> str:
    """The estimator's own summary, and what each column must hold."""
    summary = inspect.getdoc(_function(entry)) or ""
    lines = [f"{name} : {_rule(column)}" for name, column in described.columns.items()]
    return (
        f"{summary.partition(chr(10) + chr(10))[0]}\n\n"
        f"One row of `df` is {described.row}. A parameter names the table's column that holds:\n\n" + "\n".join(lines)
    )


def _rule(column: Column) -> str:
    bounds = [f"from {column.low:g}"] if column.low is not None else []
    bounds += [f"to {column.high:g}"] if column.high is not None else []
    bounds += [f"one of {', '.join(map(str, column.among))}"] if column.among else []
    bounds += ["may be left out"] if column.optional else []
    return column.meaning + (f" ({'; '.join(bounds)})" if bounds else "")


def _made_here(described: FrameSpec) -> tuple[str, ...]:
    """Required columns that need not be in a plain table: a number a row, who was assigned, entry at the start."""
    made = ["unit_id"] if described.key in ((), ("unit_id",)) and "unit_id" in described.columns else []
    made += [name for name in ("assigned", "entry_years") if name in described.columns]
    return tuple(made)


def _asked(
    entry: Entry, described: FrameSpec, takes: Mapping[str, inspect.Parameter], given: dict[str, Any]
) -> Estimates:
    df = given.pop("df")
    columns = {name: given.pop(name) or (name if name in df.columns else None) for name in described.columns}
    covariates: Sequence[str] = given.pop("covariates", ())
    made: dict[str, Any] = {}
    if "control" in given:
        made |= _arms(df, columns, given.pop("control"))
    if "entry_years" in columns and columns["entry_years"] is None:
        made["entry_years"] = [0.0] * len(df)
    if "exposed" in given:
        exposed = given.pop("exposed")
        covariates = (exposed, *covariates)
        given["term"] = f"x_{exposed}"
    scale = given.pop("scale", None)
    frame = frame_of(
        entry.frame, df, columns, covariates=covariates, made=made,
        design=DESIGNS.get(entry.path.partition(".")[0], Design.OBSERVATIONAL),
    )  # fmt: skip
    if "treated" in frame.table and frame.table["treated"].nunique() < 2:
        raise FrameMistake(
            f"Column `{columns['treated']}` must hold 0 and 1, units with and without; all {len(df):,} rows hold "
            f"{frame.table['treated'].iloc[0]}."
        )
    asked = _quantities(entry)
    if _own_quantity(entry):
        found = OWN_SCALE.get(entry.name) if scale is None else None
        claim = question(found or scale_of(frame.table.get("outcome"), scale), tuple(asked.values()))
    else:
        claim, asked = _registered(entry, given.get("quantity")), {}
    return Estimates(_function(entry)(frame, claim, **asked, **given))


def _arms(df: pd.DataFrame, columns: Mapping[str, str | None], control: object) -> dict[str, Any]:
    """Who was assigned, told from the arm unless a column tells it; the arm left alone goes by the frame's name for it."""
    arm = columns["arm"]
    if arm not in df.columns:
        return {}
    alone = df[arm] == control
    if columns["assigned"] is not None:
        return {}
    if not alone.any():
        raise FrameMistake(
            f"`control` must be a value of the column `{arm}` ({', '.join(map(str, df[arm].unique()[:10]))}); got {control!r}."
        )
    return {"arm": df[arm].astype(str).where(~alone, "control"), "assigned": (~alone).astype(int)}


def _quantities(entry: Entry) -> dict[str, str]:
    """Quantities that an estimator must be told where none of its claims knows one, for a question of one's own."""
    if not _own_quantity(entry):
        return {}
    named = [o for o in _options(entry) if o.name.startswith("quantity")]
    return {
        o.name: f"{EFFECT}{o.name.removeprefix('quantity')}"
        for o in named
        if o.name == "quantity" or o.default is o.empty
    }


def _own_quantity(entry: Entry) -> bool:
    """Whether the estimator takes any quantity: it must be told one, or none of its claims registers its own."""
    own = next((o for o in _options(entry) if o.name == "quantity"), None)
    return own is not None and (own.default is own.empty or not _that_know(entry, own.default))


def _that_know(entry: Entry, quantity: object) -> list[Claim]:
    from analysis.register.claims import load_register

    claims = [load_register()[claim] for claim in entry.claims]
    return [claim for claim in claims if quantity is None or quantity in {q.name for q in claim.quantities}]


def _registered(entry: Entry, quantity: object) -> Claim:
    """Quantities of the first claim that knows the one asked for, without the claim: no verdict follows."""
    known = _that_know(entry, quantity)
    if not known:
        raise ParameterMistake(
            f"`quantity` must be one that {entry.name} gives (see its description); got {quantity!r}."
        )
    return replace(known[0], id=QUESTION)


def _function(entry: Entry) -> Callable[..., tuple[Any, ...]]:
    module, _, function = entry.path.partition(":")
    found: Callable[..., tuple[Any, ...]] = getattr(import_module(f"analysis.estimators.{module}"), function)
    return found
