"""A fit of the same numbers is made once; other numbers, another start or another model are another fit."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.cache import source_code, store
from analysis.models import once
from analysis.models.fit import ModelFit, ModelNotIdentified
from analysis.models.once import fit_once, use_store
from analysis.verdicts import stored

CALLS = []


def fit_invented(rows, *, start=None):
    CALLS.append(start)
    if (rows["x"] < 0).any():
        raise ModelNotIdentified("no")
    return ModelFit(
        model="invented",
        names=("a", "b"),
        estimates=(float(rows["x"].sum()), 0.1 + 0.2),
        log_covariance=((1.0, 0.0), (0.0, 1 / 3)),
        log_likelihood=-1e-17,
        n_customers=len(rows),
        n_rows=len(rows),
    )


def fit_other(rows, *, start=None):
    return fit_invented(rows, start=start)


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    CALLS.clear()
    monkeypatch.setattr(once, "_IN_THIS_PROCESS", {})
    yield
    use_store(None)


ROWS = pd.DataFrame({"x": [1.0, 2.0], "n_customers": [3, 4]})


def test_same_numbers_are_fitted_once():
    assert fit_once(fit_invented, ROWS) is fit_once(fit_invented, ROWS.copy())
    assert len(CALLS) == 1


@pytest.mark.parametrize(
    "other",
    [
        ROWS.assign(x=[1.0, 2.5]),
        ROWS.assign(x=[1, 2]),
        ROWS.iloc[::-1],
        ROWS[["n_customers", "x"]],
        ROWS.rename(columns={"n_customers": "weight"}),
        ROWS.iloc[:1],
    ],
    ids=["a value", "a type", "the order of rows", "the order of columns", "a name", "a row less"],
)
def test_other_numbers_are_another_fit(other):
    fit_once(fit_invented, ROWS)
    fit_once(fit_invented, other)
    assert len(CALLS) == 2


def test_another_start_and_another_model_are_other_fits():
    fit_once(fit_invented, ROWS)
    fit_once(fit_invented, ROWS, start={"a": 1.0})
    fit_once(fit_invented, ROWS, start={"a": 2.0})
    fit_once(fit_other, ROWS)
    assert CALLS == [None, {"a": 1.0}, {"a": 2.0}, None]


def test_texts_are_not_remembered():
    """The bytes of a column of texts are addresses, which say nothing about the texts."""
    named = ROWS.assign(name=["u", "v"])
    fit_once(fit_invented, named)
    fit_once(fit_invented, named)
    assert len(CALLS) == 2


def test_failure_is_not_remembered():
    for _ in range(2):
        with pytest.raises(ModelNotIdentified):
            fit_once(fit_invented, ROWS.assign(x=-1.0))
    assert len(CALLS) == 2


def test_next_process_finds_the_fit_to_the_last_digit_and_resamples_are_not_written(tmp_path, monkeypatch):
    for name in (store.FOLDER_VARIABLE, store.CODE_VARIABLE):
        monkeypatch.setenv(name, "")
    store.begin(tmp_path, source_code.whole_hash())
    use_store(stored.fit)
    first = fit_once(fit_invented, ROWS)
    fit_once(fit_invented, ROWS, start={"a": 1.0})
    monkeypatch.setattr(once, "_IN_THIS_PROCESS", {})
    assert fit_once(fit_invented, ROWS) == first
    assert len(CALLS) == 2
    fit_once(fit_invented, ROWS, start={"a": 1.0})
    assert len(CALLS) == 3
