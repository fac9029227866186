"""The frozen results: what they refuse, and that nothing is lost on the way through JSON."""

import dataclasses
import json
import math

import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.results import Assessment, CheckResult, Estimate, NotIdentifiedSource
from analysis.core.verdict_results import Pooled, Verdict, WithoutSource
from analysis.core.vocabulary import Confidence, Design, Grade, Kind, Outcome, Role, Scale
from tests.helpers import a_ratio, an_estimate

ESTIMATE = Estimate(
    claim="a-claim",
    quantity="effect",
    value=1.5,
    low=-0.5,
    high=3.25,
    level=0.9,
    scale=Scale.PERCENTAGE_POINTS,
    null=0.0,
    unit="percentage points",
    n=1200,
    design=Design.RANDOMISED,
    kind=Kind.PUBLISHED,
    role=Role.CONTEXT,
    source="Someone (1999)",
    population="readers",
    period="1998",
    method="difference of shares",
    assumptions=("no spill-over", "no drop-out"),
    indirect="donors, not buyers",
    vendor=True,
    intention_only=True,
    sign=-1,
    citation="Someone (1999), Journal",
    grade=Grade.PAPER,
    where="Table 2",
)
READING = Assessment(estimate=ESTIMATE, outcome=Outcome.OPEN, sentence="It cannot tell.")
NOT_IDENTIFIED = NotIdentifiedSource(claim="a-claim", source="Shop", reason="One closed cohort.", naive=ESTIMATE)
CHECK = CheckResult(
    name="balance", passed=None, sentence="Informs.", table=({"arm": "a", "n": 3}, {"arm": "b", "n": 4})
)
POOLED = Pooled(
    quantity="effect",
    value=1.0,
    low=0.5,
    high=1.5,
    level=0.95,
    predicted_low=-1.0,
    predicted_high=3.0,
    tau2=0.25,
    i2=0.5,
    k=3,
)
VERDICT = Verdict(
    claim="a-claim",
    scope="public",
    outcome=Outcome.MIXED,
    confidence=Confidence.VERY_LOW,
    reasons=("Starts at low.", "One step down."),
    sentence="The evidence disagrees.",
    design=Design.MODEL,
    assessments=(READING,),
    n_deciding=1,
    beside=(ESTIMATE,),
    not_identified=(NOT_IDENTIFIED,),
    pooled=(POOLED,),
    without_strongest=Outcome.HOLDS,
    leave_one_out=(WithoutSource(source="Shop A", outcome=Outcome.HOLDS),),
    settles="An experiment.",
    register_hash="0123456789abcdef",
)
UNTESTED = Verdict(
    claim="a-claim",
    scope="Acme",
    outcome=Outcome.NOTHING_FOUND,
    confidence=Confidence.NONE,
    reasons=(),
    sentence="Not tested.",
    design=None,
    assessments=(),
    n_deciding=0,
)
SIGN_ONLY = an_estimate(None, sign=1)
NO_NAIVE = NotIdentifiedSource(claim="a-claim", source="Shop", reason="One closed cohort.")
ONE_SIDED = an_estimate(2.0, 1.5, math.inf, quantity=a_ratio())
ALL = [ESTIMATE, SIGN_ONLY, ONE_SIDED, READING, NOT_IDENTIFIED, NO_NAIVE, CHECK, POOLED, VERDICT, UNTESTED]


@pytest.mark.parametrize("result", ALL, ids=lambda result: type(result).__name__)
def test_json_round_trip_gives_the_same_result(result):
    # `allow_nan=False`: what comes out must be JSON for every reader, so no Infinity and no NaN.
    text = json.dumps(result.to_json(), allow_nan=False)
    assert type(result).from_json(json.loads(text)) == result


def test_json_holds_plain_values_under_the_field_names():
    record = ESTIMATE.to_json()
    assert set(record) == {field.name for field in dataclasses.fields(Estimate)}
    assert record["scale"] == "percentage points" and type(record["scale"]) is str
    assert record["assumptions"] == ["no spill-over", "no drop-out"]
    assert record["grade"] == "paper"
    assert VERDICT.to_json()["assessments"][0]["estimate"] == record


def test_json_writes_a_missing_bound_as_text():
    assert ONE_SIDED.to_json()["high"] == "inf"


@pytest.mark.parametrize(
    "result", [ESTIMATE, READING, NOT_IDENTIFIED, CHECK, POOLED, VERDICT], ids=lambda r: type(r).__name__
)
def test_from_json_with_an_unknown_field_names_it(result):
    with pytest.raises(ParameterMistake, match=f"`{type(result).__name__}` has no field 'colour'"):
        type(result).from_json({**result.to_json(), "colour": "red"})


@pytest.mark.parametrize("result", ALL, ids=lambda result: type(result).__name__)
def test_results_are_frozen(result):
    name = dataclasses.fields(result)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, name, "other")


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"scale": "ration"}, r"`scale` must be one of 'difference', .*; got 'ration'"),
        ({"design": "survey"}, r"`design` must be one of 'randomised', .*; got 'survey'"),
        ({"kind": "private"}, r"`kind` must be one of 'public', .*; got 'private'"),
        ({"role": "main"}, r"`role` must be one of 'answer', .*; got 'main'"),
        ({"grade": "memory"}, r"`grade` must be one of 'paper', .*; got 'memory'"),
        ({"level": 0.0}, r"`level` must lie between 0 and 1; got 0\.0"),
        ({"level": 1.0}, r"`level` must lie between 0 and 1; got 1\.0"),
        ({"level": 95}, r"`level` must lie between 0 and 1; got 95"),
        ({"low": None}, r"`low` and `high` must be given together or not at all; got None and 3\.25"),
        ({"high": None}, r"`low` and `high` must be given together or not at all; got -0\.5 and None"),
        ({"value": math.nan}, r"`value` must be a number or None; got nan for a-claim from Someone"),
        ({"low": math.nan}, r"`low` must be a number or None; got nan"),
        ({"high": math.nan}, r"`high` must be a number or None; got nan"),
        ({"value": None}, r"`value` must lie between `low` and `high`; got None in \[-0\.5, 3\.25\]"),
        ({"value": -0.75}, r"`value` must lie between `low` and `high`; got -0\.75"),
        ({"value": 3.5}, r"`value` must lie between `low` and `high`; got 3\.5"),
        ({"scale": "odds ratio"}, r"`low` must not be negative on the scale 'odds ratio'"),
        ({"scale": "hazard ratio"}, r"`low` must not be negative on the scale 'hazard ratio'"),
    ],
)
def test_estimate_that_breaks_a_rule_is_refused_with_the_rule(changes, fragment):
    with pytest.raises(ParameterMistake, match=fragment):
        dataclasses.replace(ESTIMATE, **changes)


@pytest.mark.parametrize("value", [-0.5, 3.25])
def test_estimate_may_lie_on_a_bound_of_its_interval(value):
    assert dataclasses.replace(ESTIMATE, value=value).value == value


def test_estimate_takes_words_for_enumerations_and_lists_for_tuples():
    estimate = dataclasses.replace(ESTIMATE, scale="ratio", low=0.0, design="model", assumptions=["one"])
    assert (estimate.scale, estimate.design, estimate.assumptions) == (Scale.RATIO, Design.MODEL, ("one",))


def test_estimate_is_quantified_only_with_an_interval():
    assert ESTIMATE.quantified
    assert not an_estimate(1.0).quantified
    assert not SIGN_ONLY.quantified


@pytest.mark.parametrize(
    ("result", "changes", "fragment"),
    [
        (READING, {"outcome": "won"}, r"`outcome` must be one of 'holds', .*; got 'won'"),
        (VERDICT, {"outcome": "won"}, r"`outcome` must be one of 'holds', .*; got 'won'"),
        (VERDICT, {"confidence": "total"}, r"`confidence` must be one of 'high', .*; got 'total'"),
        (VERDICT, {"design": "survey"}, r"`design` must be one of 'randomised', .*; got 'survey'"),
        (VERDICT, {"without_strongest": "won"}, r"`without_strongest` must be one of .*; got 'won'"),
    ],
)
def test_reading_and_verdict_refuse_unknown_words(result, changes, fragment):
    with pytest.raises(ParameterMistake, match=fragment):
        dataclasses.replace(result, **changes)


def test_verdict_knows_which_readings_decided():
    other = dataclasses.replace(READING, sentence="It stands beside.")
    verdict = dataclasses.replace(VERDICT, assessments=[READING, other], n_deciding=1)
    assert verdict.deciding == (READING,)
    assert verdict.assessments == (READING, other)


def test_check_result_keeps_its_table_as_a_tuple():
    assert dataclasses.replace(CHECK, table=[{"n": 1}]).table == ({"n": 1},)
