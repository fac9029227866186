"""The models' front: names that come late, settings that stay as they were."""

import subprocess
import sys
import warnings

import pandas as pd
import pytest

from analysis import models
from analysis.models.fit import PURCHASE_MODELS, purchase_module


@pytest.mark.parametrize("name", models.CONTENTS)
def test_every_name_of_the_contents_is_there(name):
    assert callable(getattr(models, name))
    assert name in dir(models)


def test_no_public_name_is_hidden_by_a_module_of_the_same_name():
    assert not set(models.CONTENTS) & set(models.CONTENTS.values())


def test_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'fit_everything'"):
        _ = models.fit_everything


def test_importing_the_room_loads_no_heavy_library():
    """In a fresh interpreter, since this one has loaded them for other tests."""
    heavy = "('lifetimes', 'statsmodels', 'autograd', 'matplotlib', 'scipy')"
    code = f"import sys, analysis.models; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_fitting_leaves_warning_filters_and_pandas_options_alone(weighted_rows):
    """lifetimes adds a filter on import and in its likelihoods, and switches off pandas' chained-assignment warning."""
    pd.set_option("mode.chained_assignment", "warn")
    before = list(warnings.filters)
    models.fit_bg_nbd(weighted_rows["BG/NBD"])
    assert warnings.filters == before
    assert pd.get_option("mode.chained_assignment") == "warn"


@pytest.mark.parametrize("model", PURCHASE_MODELS)
def test_purchase_models_share_one_interface(model):
    module = purchase_module(model)
    for function in ("expected_purchases", "conditional_expected_purchases", "probability_alive", "log_likelihood"):
        assert callable(getattr(module, function))
    assert callable(getattr(module, f"fit_{PURCHASE_MODELS[model]}"))
    assert model == module.MODEL
