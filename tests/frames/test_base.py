"""The gate of every frame: what a table must be, and what a reader is told about the first rule it breaks."""

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind
from analysis.frames import Column, Context, FrameSpec

CONTEXT = Context(source="Shop A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="1999")
SPEC = FrameSpec(
    name="visits",
    row="a customer's visit",
    columns={
        "customer_id": Column(kind="int", meaning="code of the customer"),
        "at": Column(kind="time", meaning="day"),
        "channel": Column(kind="text", meaning="shop or web", among=("shop", "web")),
        "spend": Column(kind="float", meaning="spend in euro", low=0, high=100),
        "bought": Column(kind="int", meaning="1 if bought", among=(0, 1), optional=True, nullable=True),
        "score": Column(kind="float", meaning="score", optional=True, nullable=True),
    },
    key=("customer_id", "at"),
    covariates=True,
)
DAYS = ["1999-01-01", "1999-01-02", "1999-01-03"]


def a_table(**changes):
    """Return a valid table of three visits; a column given as None is left out."""
    columns = {
        "spend": [0.0, 50.0, 100.0],
        "channel": ["shop", "web", "web"],
        "customer_id": [1, 1, 2],
        "at": DAYS,
    } | changes
    return pd.DataFrame({name: values for name, values in columns.items() if values is not None})


def test_check_returns_the_columns_in_the_order_of_the_spec_then_covariates_by_name():
    frame = SPEC.check(a_table(x_b=[1, 2, 3], bought=[0, 1, 1], x_a=[3, 2, 1]), CONTEXT)
    assert list(frame.table) == ["customer_id", "at", "channel", "spend", "bought", "x_a", "x_b"]
    assert frame.covariates == ["x_a", "x_b"]
    assert (frame.name, frame.context) == ("visits", CONTEXT)


def test_check_keeps_values_and_gives_them_their_types():
    table = SPEC.check(a_table(spend=[0, 50, 100], bought=[0, np.nan, 1]), CONTEXT).table
    assert table["customer_id"].tolist() == [1, 1, 2] and table["customer_id"].dtype == "int64"
    assert table["spend"].tolist() == [0.0, 50.0, 100.0] and table["spend"].dtype == "float64"
    assert table["at"].tolist() == [pd.Timestamp(day) for day in DAYS]
    assert table["bought"].isna().tolist() == [False, True, False]


def test_check_leaves_the_callers_table_alone_and_counts_rows_from_zero():
    table = a_table().set_index(pd.Index([7, 8, 9]))
    before = table.copy()
    assert SPEC.check(table, CONTEXT).table.index.tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(table, before)


def test_check_keeps_large_codes_exact():
    # Beyond 2^53 a float cannot tell neighbours apart; two customers must not become one.
    codes = [2**53, 2**53 + 1, 2**62 + 1]
    assert SPEC.check(a_table(customer_id=codes), CONTEXT).table["customer_id"].tolist() == codes


def test_check_takes_a_table_without_its_optional_columns():
    assert "bought" not in SPEC.check(a_table(), CONTEXT).table


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"spend": None}, r"column `spend` is missing \(spend in euro\)"),
        (
            {"colour": ["r", "g", "b"]},
            r"column `colour` is not in the schema; it has customer_id, .* and covariates x_",
        ),
        ({"spend": [0.0, -0.01, 1.0]}, r"column `spend` must be at least 0; 1 row\(s\) are not, first row 1: -0\.01"),
        (
            {"spend": [0.0, 100.01, 101]},
            r"column `spend` must be at most 100; 2 row\(s\) are not, first row 1: 100\.01",
        ),
        ({"spend": [0.0, np.nan, 1.0]}, r"column `spend` must be given; 1 row\(s\) are not, first row 1: nan"),
        ({"spend": [0.0, np.inf, 1.0]}, r"column `spend` must be finite; .* first row 1: inf"),
        ({"spend": ["1", "many", "2"]}, r"column `spend` must be a number; .* first row 1: 'many'"),
        ({"score": [0.0, -np.inf, np.nan]}, r"column `score` must be finite; 1 row\(s\) are not, first row 1: -inf"),
        (
            {"channel": ["shop", "mail", "web"]},
            r"column `channel` must be one of 'shop', 'web'; .* first row 1: 'mail'",
        ),
        ({"channel": ["shop", None, "web"]}, r"column `channel` must be given; .* first row 1: None"),
        (
            {"customer_id": [1, 1.5, 2]},
            r"column `customer_id` must hold whole numbers; 1 row\(s\) do not, first row 1: 1\.5",
        ),
        ({"customer_id": [1, "x", 2]}, r"column `customer_id` must be a whole number; .* first row 1: 'x'"),
        ({"customer_id": [1, np.nan, 2]}, r"column `customer_id` must be a whole number; .* first row 1: nan"),
        (
            {"bought": [0, 0.5, np.nan]},
            r"column `bought` must hold whole numbers; 1 row\(s\) do not, first row 1: 0\.5",
        ),
        ({"bought": [0, 2, np.nan]}, r"column `bought` must be one of 0, 1; .* first row 1: 2"),
        ({"at": ["1999-01-01", "soon", "1999-01-03"]}, r"column `at` must be a time; .* first row 1: 'soon'"),
        (
            {"at": [DAYS[0], DAYS[0], DAYS[2]]},
            r"columns `customer_id`, `at` must be unique together; 2 row\(s\) are not",
        ),
        ({"x_age": [30, np.nan, 40]}, r"column `x_age` must be given; .* first row 1: nan"),
        ({"x_age": [30, np.inf, 40]}, r"column `x_age` must be finite; .* first row 1: inf"),
    ],
    ids=str,
)
def test_check_refuses_a_table_with_the_column_the_rule_and_the_first_row(changes, fragment):
    with pytest.raises(FrameMistake, match=rf"^Frame 'visits' from Shop A: {fragment}"):
        SPEC.check(a_table(**changes), CONTEXT)


def test_check_of_an_empty_table_says_what_a_row_would_be():
    with pytest.raises(FrameMistake, match=r"from Shop A must hold at least one row \(a customer's visit\); got none"):
        SPEC.check(a_table().head(0), CONTEXT)


def test_check_names_the_row_as_the_table_does():
    table = a_table(spend=[0.0, 101.0, 1.0]).set_index(pd.Index(["a", "b", "c"]))
    with pytest.raises(FrameMistake, match=r"first row b: 101\.0"):
        SPEC.check(table, CONTEXT)


def test_check_without_covariates_refuses_them():
    plain = FrameSpec(name="plain", row="a row", columns={"n": Column(kind="int", meaning="count")})
    with pytest.raises(FrameMistake, match=r"column `x_age` is not in the schema; it has n\."):
        plain.check(pd.DataFrame({"n": [1], "x_age": [2.0]}), CONTEXT)


def test_check_without_a_key_lets_rows_repeat():
    plain = FrameSpec(name="plain", row="a row", columns={"n": Column(kind="int", meaning="count", low=1)})
    assert len(plain.check(pd.DataFrame({"n": [1, 1]}), CONTEXT).table) == 2
