"""What models say of their workings, read from their source, and what of it may reach a page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import analysis
from analysis.core.failures import reason_of_failure, without_workings
from analysis.models.fit import ModelNotIdentified

ROOMS = ("models", "estimators")
WORKINGS = re.compile(
    r"converge|likelihood is flat|log-parameter|slope|singular|parameter sets|maximum of the likelihood|\bq = |run off|`frequency`"
)


def said(node: ast.expr) -> str:
    """A message as it would be printed, with 7 in place of every value."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(said(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return said(node.left) + said(node.right)
    return "7"


def messages() -> Iterator[tuple[str, str]]:
    root = Path(analysis.__file__).parent
    for file in sorted(path for room in ROOMS for path in (root / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ModelNotIdentified" and node.args:
                yield f"{file.name}:{node.lineno}", said(node.args[0])


MESSAGES = dict(messages())


def test_messages_are_found():
    assert len(MESSAGES) > 15
    assert any(WORKINGS.search(text) for text in MESSAGES.values())


@pytest.mark.parametrize("place", MESSAGES)
def test_no_message_of_a_model_reaches_a_page_with_its_workings(place):
    told = reason_of_failure(ModelNotIdentified(MESSAGES[place]))
    assert not WORKINGS.search(told), told
    assert told.endswith((".", ")"))


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (
            "No Bass curve fits these 12 periods: Optimal parameters not found: The maximum number of function evaluations is "
            "exceeded..",
            "No Bass curve fits these 12 periods.",
        ),
        (
            "Frame 'tier_cutoff' from Shop: no limit can be estimated at the threshold (Matrix is singular (3 of 4)). Give more "
            "members near it.",
            "Frame 'tier_cutoff' from Shop: no limit can be estimated at the threshold. Give more members near it.",
        ),
        (
            "MBG/NBD: no finite expectation for frequency = 4,000, recency = 51, T = 52 at r = 0.2, alpha = 1. Use another "
            "purchase model, or leave out customers who are no single buyers.",
            "MBG/NBD: no forecast can be made for a customer with 4,000 repeat purchases. Look whether that is a single buyer, and "
            "leave out those who are not.",
        ),
    ],
)
def test_what_other_packages_say_is_left_out(raised, told):
    assert without_workings(raised) == told


def test_the_rest_of_a_method_stays():
    method = (
        "raw slope; what sorting alone makes of it is not shown: BG/NBD: the search for the maximum of the likelihood did not "
        "converge from any start. The data may be too few or too uniform for the model."
    )
    told = without_workings(method)
    assert told.startswith(
        "raw slope; what sorting alone makes of it is not shown: BG/NBD: this model cannot be fitted here"
    )
