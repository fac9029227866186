"""The smallest effect that a test would find: by hand, and against the power of the test itself."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from analysis.calibration import precision
from analysis.calibration.precision import precision_of, smallest_detectable
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Kind, Scale
from analysis.frames import Frame
from analysis.sources.cdnow import SOURCE

GAP = Estimate(
    claim="repeat-momentum", quantity="q", value=7.0, low=7 - 1.96, high=7 + 1.96, scale=Scale.DIFFERENCE, null=0.0,
    unit="points", design=Design.OBSERVATIONAL, kind=Kind.OWN, source="Acme", method="m",
)  # fmt: skip


def test_a_difference_by_hand() -> None:
    """Half a width of 1.96 is a standard error of 1; 1.96 + 0.84 of them are needed."""
    assert smallest_detectable(GAP) == pytest.approx(2.80, abs=0.005)


def test_the_formula_gives_the_power_it_promises() -> None:
    from scipy.stats import norm

    reach = smallest_detectable(GAP)
    assert reach is not None
    found = norm.sf(norm.ppf(0.975) - reach) + norm.cdf(-norm.ppf(0.975) - reach)
    assert found == pytest.approx(0.8, abs=1e-4)


def test_a_ratio_is_worked_out_on_its_logarithm() -> None:
    """An interval from 1/e^0.196 to e^0.196 is an error of 0.1 on the logarithm: a factor of e^0.28 can be told."""
    ratio = replace(GAP, scale=Scale.HAZARD_RATIO, null=1.0, value=1.0, low=math.exp(-0.196), high=math.exp(0.196))
    assert smallest_detectable(ratio) == pytest.approx(math.exp(0.28016), abs=1e-3)


def test_a_change_in_per_cent_is_a_ratio_less_one() -> None:
    """From -25 % to +33.3 % is an error of ln(4/3) / 1.96 on the logarithm: 2.8 of them are a rise of 50.9 %, not of 41.7."""
    change = replace(GAP, scale=Scale.PERCENT, value=0.0, low=-25.0, high=100 / 3)
    assert smallest_detectable(change) == pytest.approx(100 * ((4 / 3) ** (2.80159 / 1.95996) - 1), abs=1e-2)
    share = replace(GAP, scale=Scale.PERCENT, null=50.0, value=50.0, low=50 - 1.96, high=50 + 1.96)
    assert smallest_detectable(share) == pytest.approx(2.80, abs=0.005)


def test_an_interval_of_another_level_is_of_the_same_error() -> None:
    wide = replace(GAP, level=0.9, low=7 - 1.645, high=7 + 1.645)
    assert smallest_detectable(wide) == pytest.approx(2.80, abs=0.005)


@pytest.mark.parametrize(("low", "high"), [(None, None), (7.0, math.inf), (7.0, 7.0)])
def test_without_a_width_nothing_is_said(low: float | None, high: float | None) -> None:
    assert smallest_detectable(replace(GAP, low=low, high=high)) is None


@pytest.fixture(scope="module")
def frame() -> Frame:
    """CDNOW's purchases: they come with a package, and carry every model."""
    return SOURCE.frame("repeat_trials")


def test_the_line_holds_no_estimate(frame: Frame) -> None:
    """What is printed is the reach and the quantity's name; the estimate's own value stands nowhere in it."""
    from analysis.register.claims import load_register
    from analysis.verdicts.studies import STUDIES

    lines = precision_of("repeat-momentum", frame, {})
    estimates = STUDIES["repeat-momentum", "repeat_trials"].estimator(frame, load_register()["repeat-momentum"])
    assert lines
    assert all(line.split(":")[0].replace(" ", "_") in {e.quantity for e in estimates} for line in lines)
    assert len(lines) <= len([e for e in estimates if e.quantified])


def test_a_long_frame_is_sampled_by_customer_and_scaled_back(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "MOST_ROWS", len(frame.table) // 4)
    taken, share = precision._sample(frame, 1)
    assert share == pytest.approx(0.25, abs=0.01)
    whole = frame.table.groupby("customer_id").size()
    kept = taken.table.groupby("customer_id").size()
    assert (kept == whole.loc[kept.index]).all()
    (line,) = {"scaled up from a sample" in text for text in precision_of("repeat-momentum", frame, {})}
    assert line


def test_a_frame_of_counted_customers_is_thinned_to_a_number_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"frequency": [0, 1, 2], "n_customers": [600, 300, 100]})
    counted = Frame(name="customer_summary", table=table, context=None)  # type: ignore[arg-type]
    monkeypatch.setattr(precision, "MOST_COUNTED", 200)
    taken, share = precision._sample(counted, 1)
    assert share == 0.2
    assert taken.table["n_customers"].sum() == 200
    assert (taken.table["n_customers"] <= table["n_customers"]).all()
    monkeypatch.setattr(precision, "MOST_COUNTED", 1000)
    assert precision._sample(counted, 1) == (counted, 1.0)
