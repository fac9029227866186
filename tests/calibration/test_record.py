"""What the verdict rule does with a table: an interval off its level caps the confidence, and the reason is printed."""

import re
from dataclasses import replace

import pytest

from analysis.calibration.table import write_calibration
from analysis.core import paths
from analysis.core.vocabulary import Confidence, Design
from analysis.verdicts import confidence
from analysis.verdicts.calibration_record import CalibrationRow, level_doubt, read_calibration
from analysis.verdicts.decide import decide
from tests.helpers import a_claim, a_quantity, an_estimate

ESTIMATOR = "invented:estimate"


def a_row(**changes):
    fields = {
        "scenario": "an_invented_scenario", "point": "size", "claim": "invented-claim", "quantity": "effect",
        "scale": "difference", "frame": "experiment", "estimator": ESTIMATOR, "broken": "",
        "effect": 1.0, "truth": 1.0, "n": 100, "replications": 1000, "without_interval": 0, "refused": 0, "crashed": 0,
        "coverage": 0.95, "coverage_low": 0.9347, "coverage_high": 0.9619, "bias": 0.0, "spread": 1.0, "width": 3.92,
        "claimed_side": 0.02, "claimed_side_low": 0.013, "claimed_side_high": 0.031, "holds_share": 0.02,
        "direction_only": 0.0, "overstated": 0.0,
        "fails": 0.0, "naive_replications": 0, "naive_coverage": None, "naive_coverage_low": None,
        "naive_coverage_high": None, "naive_bias": None, "inputs": "abc", "rule": "def",
    }  # fmt: skip
    return CalibrationRow(**fields | changes)


LOW = {"coverage": 0.80, "coverage_low": 0.774, "coverage_high": 0.824}
ESTIMATE = an_estimate(value=5.0, low=4.0, high=6.0, estimator=ESTIMATOR, design=Design.RANDOMISED)


def test_a_row_on_its_level_is_no_doubt():
    assert a_row().holds
    assert level_doubt(ESTIMATE, [a_row()]) is None


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        (LOW, False),
        # 33 of 40 draws: of three hundred rows one would come to that by chance.
        ({"replications": 40, "coverage": 0.825, "coverage_low": 0.680, "coverage_high": 0.913}, True),
        # 93 % lies within the Monte Carlo interval: it may be 93 or more.
        ({"coverage": 0.92, "coverage_low": 0.902, "coverage_high": 0.935}, True),
        # 5 % claimed of 1,000 is 25 / 4.94 = 5.1 errors above 2.5 %; 3.5 % is 2.0 errors.
        ({"point": "null", "claimed_side": 0.05}, False),
        ({"point": "null", "claimed_side": 0.035}, True),
        # Where there is an effect, it is to be found.
        ({"point": "size", "claimed_side": 0.9}, True),
        ({"coverage": None, "coverage_low": None, "coverage_high": None}, True),
    ],
)
def test_what_holds_and_what_does_not(changes, holds):
    assert a_row(**changes).holds is holds


def test_the_doubt_names_the_scenario_and_the_figure():
    doubt = level_doubt(ESTIMATE, [a_row(), a_row(**LOW)])
    assert "80 % of 1000 simulations" in doubt and "an invented scenario" in doubt


def test_a_scenario_that_breaks_an_assumption_is_no_doubt():
    assert level_doubt(ESTIMATE, [a_row(broken="something", **LOW)]) is None


def test_scenarios_of_the_same_quantity_go_before_those_of_the_same_scale():
    other = a_row(claim="another-claim", **LOW)
    assert level_doubt(ESTIMATE, [other]) is not None
    assert level_doubt(ESTIMATE, [other, a_row()]) is None
    assert level_doubt(ESTIMATE, [a_row(claim="another-claim", scale="ratio", **LOW)]) is None
    assert "was not studied" in str(level_doubt(replace(ESTIMATE, estimator="another:one"), [other]))
    assert level_doubt(replace(ESTIMATE, estimator=""), [other]) is None


def verdict_of(*names, **changes):
    return decide(a_claim(a_quantity(size=None)), [replace(ESTIMATE, source=name, **changes) for name in names])


def test_an_interval_off_its_level_keeps_the_verdict_at_low_and_says_why(monkeypatch):
    monkeypatch.setattr(confidence, "level_doubt", lambda estimate: None)
    assert verdict_of("Shop A", "Shop B").confidence is Confidence.HIGH
    monkeypatch.setattr(confidence, "level_doubt", lambda estimate: level_doubt(estimate, [a_row(**LOW)]))
    capped = verdict_of("Shop A", "Shop B")
    assert capped.confidence is Confidence.LOW
    assert capped.reasons[-1].startswith("Not above low: an interval may not hold its level. Shop A")


def test_the_cap_raises_nothing(monkeypatch):
    monkeypatch.setattr(confidence, "level_doubt", lambda estimate: level_doubt(estimate, [a_row(**LOW)]))
    assert verdict_of("Shop A", design=Design.MODEL).confidence is Confidence.VERY_LOW


def test_a_source_that_declares_the_fault_of_a_broken_scenario_is_capped_by_it():
    """First edition: broken scenarios were never asked, though the market's price was declared to be a proxy."""
    rows = [a_row(), a_row(scenario="misread", broken="the price is read with error", **LOW)]
    assert level_doubt(ESTIMATE, rows) is None
    doubt = level_doubt(replace(ESTIMATE, fault="misread"), rows)
    assert (
        doubt is not None and "which breaks what these data are known to break: the price is read with error" in doubt
    )


def test_the_declared_faults_of_sources_are_names_of_broken_scenarios():
    from analysis.calibration.scenarios import all_scenarios

    broken = {scenario.name for scenario in all_scenarios() if scenario.broken}
    text = "".join(path.read_text(encoding="utf-8") for path in (paths.ROOT / "src/analysis/sources").glob("*.py"))
    declared = set(re.findall(r'fault="(\w+)"', text))
    assert declared and declared <= broken


def test_a_table_written_is_read_back(tmp_path):
    rows = (a_row(point="null", effect=0.0, coverage=None, coverage_low=None, coverage_high=None), a_row())
    write_calibration(rows, tmp_path / "calibration.csv", seed=3)
    assert read_calibration(tmp_path / "calibration.csv") == rows
    assert "seed = 3" in (tmp_path / "calibration.toml").read_text()


def test_no_table_is_no_doubt(tmp_path):
    assert read_calibration(tmp_path / "none.csv") == ()


def test_what_is_written_by_hand_on_comparisons_stays_in_the_settings(tmp_path):
    settings = tmp_path / "calibration.toml"
    listed = '# By hand,\n# in two lines.\ncompared_with_older_code = [\n    "one",\n{}]\n'
    settings.write_text("# How it was made\nseed = 1\n" + listed.format('    "two",\n'))
    write_calibration([], tmp_path / "calibration.csv", seed=1, redrawn={"two"})
    assert "]\n" + listed.format("") in settings.read_text()
