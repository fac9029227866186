"""Input that breaks a rule is refused with column, row and rule."""

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.models import fit_bg_bb, fit_bg_nbd, fit_gamma_gamma, fit_mbg_nbd, fit_pareto_nbd
from analysis.models.rows import opportunity_rows, purchase_rows, spend_rows, tenure_rows

GOOD = {"frequency": [0, 2], "recency": [0.0, 5.0], "T": [9.0, 9.0], "n_customers": [4, 1]}
CONTINUOUS = [fit_bg_nbd, fit_mbg_nbd, fit_pareto_nbd]


def _frame(good, label="b", **changes):
    """The good frame with one value of its second row changed."""
    frame = pd.DataFrame({name: pd.Series(values, dtype=float) for name, values in good.items()})
    frame.index = ["a", label]
    for name, value in changes.items():
        frame.loc[label, name] = value
    return frame


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"recency": 9.5}, r"`recency` must not exceed `T`; row b has recency = 9.5, T = 9"),
        ({"recency": -1.0}, r"`recency` must not be negative; row b has recency = -1"),
        ({"frequency": -1.0}, r"`frequency` must not be negative; row b has frequency = -1"),
        ({"frequency": 1.5}, r"`frequency` must be a whole number; row b has frequency = 1.5"),
        ({"frequency": 0.0}, r"`recency` must be 0 where `frequency` is 0; row b has frequency = 0, recency = 5"),
        ({"recency": 0.0}, r"`recency` must be above 0 where `frequency` is above 0; row b has"),
        ({"T": np.nan}, r"`T` must be a finite number; row b has none"),
        ({"T": np.inf}, r"`T` must be a finite number; row b has none"),
        ({"n_customers": 0.0}, r"`n_customers` must be a whole number above 0; row b has n_customers = 0"),
        ({"n_customers": 1.5}, r"`n_customers` must be a whole number above 0; row b has n_customers = 1.5"),
    ],
)
@pytest.mark.parametrize("fit", CONTINUOUS)
def test_continuous_models_refuse(fit, changes, fragment):
    with pytest.raises(FrameMistake, match=fragment):
        fit(_frame(GOOD, **changes))


@pytest.mark.parametrize("fit", CONTINUOUS)
def test_continuous_models_refuse_a_missing_column(fit):
    with pytest.raises(
        FrameMistake, match=r"`recency` is missing; the columns are \['T', 'frequency', 'n_customers'\]"
    ):
        fit(pd.DataFrame(GOOD).drop(columns="recency"))


def test_text_is_refused():
    with pytest.raises(FrameMistake, match="`T` must be numeric; its type is object"):
        purchase_rows(pd.DataFrame(GOOD).assign(T=["9", "9"]))


def test_an_empty_frame_is_refused():
    with pytest.raises(FrameMistake, match="the frame has no rows"):
        purchase_rows(pd.DataFrame(GOOD).iloc[:0])


def test_the_number_of_broken_rows_is_told():
    frame = pd.DataFrame({"frequency": [1, 1, 1], "recency": [5, 6, 1], "T": [4, 4, 4]})
    with pytest.raises(FrameMistake, match=r"row 0 has recency = 5, T = 4 \(2 rows break the rule\)"):
        purchase_rows(frame)


OPPORTUNITIES = {"frequency": [0, 2], "recency": [0, 3], "n_opportunities": [6, 6], "n_customers": [4, 1]}


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"recency": 7}, "`recency` must not exceed `n_opportunities`; row b has recency = 7, n_opportunities = 6"),
        ({"frequency": 4}, "`frequency` must not exceed `recency`; row b has frequency = 4, recency = 3"),
        ({"frequency": 0}, "`recency` must be 0 where `frequency` is 0; row b has"),
        ({"recency": 2.5}, "`recency` must be a whole number; row b has recency = 2.5"),
    ],
)
def test_discrete_model_refuses(changes, fragment):
    with pytest.raises(FrameMistake, match=fragment):
        fit_bg_bb(_frame(OPPORTUNITIES, **changes))


@pytest.mark.parametrize(
    ("frame", "fragment"),
    [
        ({"frequency": [1, 2], "monetary": [5.0, 0.0]}, "`monetary` must be positive where `frequency` is above 0"),
        ({"frequency": [1, 2], "monetary": [5.0, np.nan]}, "`monetary` must be a finite number; row 1 has none"),
        ({"frequency": [0, 0], "monetary": [0.0, 0.0]}, "nobody bought again"),
        ({"frequency": [1, 2]}, "`monetary` is missing"),
    ],
)
def test_spend_model_refuses(frame, fragment):
    with pytest.raises(FrameMistake, match=fragment):
        fit_gamma_gamma(pd.DataFrame(frame))


@pytest.mark.parametrize(
    ("frame", "fragment"),
    [
        ({"periods": [0, 2], "lost": [1, 0]}, "`periods` must be 1 or more; row 0 has periods = 0"),
        ({"periods": [1, 2], "lost": [2, 0]}, "`lost` must be 0 or 1; row 0 has lost = 2"),
    ],
)
def test_tenure_rows_refuse(frame, fragment):
    with pytest.raises(FrameMistake, match=fragment):
        tenure_rows(pd.DataFrame(frame))


def test_rows_collapse_to_patterns_in_order_and_keep_every_customer():
    frame = pd.DataFrame(
        {"frequency": [2, 0, 2, 0], "recency": [3, 0, 3, 0], "T": [9, 9, 9, 8], "n_customers": [1, 2, 4, 8]}
    )
    rows = purchase_rows(frame)
    assert rows.to_dict("list") == {
        "frequency": [0, 0, 2], "recency": [0, 0, 3], "T": [8, 9, 9], "n_customers": [8, 2, 5]
    }  # fmt: skip


def test_without_weights_every_row_is_one_customer():
    frame = pd.DataFrame({"frequency": [1, 1, 3], "recency": [1, 1, 3], "n_opportunities": [3, 3, 3]})
    assert opportunity_rows(frame)["n_customers"].tolist() == [2, 1]


def test_spend_of_who_never_came_back_takes_no_part():
    frame = pd.DataFrame({"frequency": [0, 1, 0], "monetary": [np.nan, 8.0, 0.0], "n_customers": [5, 2, 9]})
    assert spend_rows(frame).to_dict("list") == {"frequency": [1], "monetary": [8], "n_customers": [2]}


def test_a_customer_of_the_last_day_is_allowed():
    """T = 0 says nothing about anybody, and is no mistake."""
    assert len(purchase_rows(pd.DataFrame({"frequency": [0], "recency": [0], "T": [0]}))) == 1
