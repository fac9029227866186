"""The table of studies against everything else that names an estimator for a claim: as text, in other places."""

from __future__ import annotations

from importlib import import_module

from analysis.calibration.scenarios import all_scenarios
from analysis.core import paths
from analysis.sources.own_claims import ANSWERS
from analysis.verdicts.calibration_record import read_calibration
from analysis.verdicts.stored_results import CHECK, load
from analysis.verdicts.studies import CHECKS, STUDIES

STORED = [
    line
    for path in sorted(paths.RESULTS.glob("*.jsonl"))
    if path.stem != "verdicts"
    for lines in load(path.stem).values()
    for line in lines
]


def resolved(target: str, room: str) -> object:
    module, function = target.split(":")
    return getattr(import_module(f"{room}.{module}"), function)


def test_text_of_a_function_leads_back_to_it():
    for study in STUDIES.values():
        assert resolved(study.target, "analysis.estimators") is study.estimator
    for check in CHECKS.values():
        assert resolved(check.target, "analysis.estimators.checks") is check.function


def test_scenarios_and_stored_calibration_ask_functions_of_the_tables_claims_and_frames():
    scenarios = {scenario.name: scenario for scenario in all_scenarios()}
    asked = [(s.name, s.claim, s.frame, s.estimator) for s in scenarios.values()]
    asked += [
        (row.scenario, row.claim, row.frame, row.estimator) for row in read_calibration() if row.scenario in scenarios
    ]
    assert asked
    assert [one for one in asked if one[1:3] not in STUDIES] == []
    assert [one for one in asked if not callable(resolved(one[3], "analysis.estimators"))] == []
    assert [one for one in asked if one[3] != scenarios[one[0]].estimator] == []


def test_stored_results_were_made_by_the_tables_functions():
    made = {(line["claim"], line["frame"].split("/")[0], line["target"]) for line in STORED if line["kind"] != CHECK}
    checked = {(line["claim"], line["check"], line["target"]) for line in STORED if line["kind"] == CHECK}
    assert made and checked
    assert [one for one in made if one[1] and STUDIES[one[:2]].target != one[2]] == []
    assert [one for one in checked if CHECKS[one[:2]].target != one[2]] == []


def test_own_tables_answer_from_frames_that_the_table_knows():
    asked = [(claim, answer.frame.split("/")[0]) for claim, answers in ANSWERS.items() for answer in answers]
    assert asked
    assert [one for one in asked if one not in STUDIES] == []
