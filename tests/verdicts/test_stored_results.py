"""Stored results: what no run could have written is refused, other options never take them, a fresh machine says the same."""

import json
import re
from dataclasses import replace
from hashlib import sha256
from importlib import import_module

import pytest

from analysis.core import paths
from analysis.core.errors import DataFault
from analysis.core.results import Estimate
from analysis.core.vocabulary import Kind, OnFailure, Outcome
from analysis.register.claims import load_register
from analysis.reporting import renewing
from analysis.reporting.renewing import defaults_for, due, renew
from analysis.reporting.verdict_records import machine_form
from analysis.sources.catalogue import all_sources
from analysis.sources.manifest import load_manifest
from analysis.verdicts import stored_results, stored_verdicts
from analysis.verdicts.bottom_line import stale_lines
from analysis.verdicts.collecting import collect, specifications
from tests.helpers import an_estimate

SOURCES = all_sources()
BY_NAME = {source.name: source for source in SOURCES}
REGISTER = load_register()
STORED = [path.stem for path in sorted(paths.RESULTS.glob("*.jsonl")) if path.stem != stored_verdicts.NAME]


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A machine without a downloaded file."""
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path / "empty"))


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Return a function that lets an edit loose on the lines of a stored file, in a copy that stands in its place."""

    def edit(name, change):
        path = paths.RESULTS / f"{name}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines()
        monkeypatch.setattr(paths, "RESULTS", tmp_path)
        (tmp_path / path.name).write_text("\n".join(change(lines)) + "\n", encoding="utf-8")

    return edit


def resealed(lines):
    """Lines with the hashes that they would have, had a run written them: what a careful forger would do."""
    head, *rest = (json.loads(line) for line in lines)
    rest = [{**line, "hash": stored_results.content_hash(line)} for line in rest]
    head |= {"lines": len(rest), "seal": stored_results.seal_of(rest)}
    return [json.dumps(line) for line in (head, *rest)]


# --- refused --------------------------------------------------------------------------------------------------------


def typed(lines):
    return [lines[0], re.sub(r'"value": -?[0-9.]+', '"value": 9.5', lines[1], count=1), *lines[2:]]


def other_file(lines):
    changed = [json.loads(line) for line in lines]
    for line in changed[1:]:
        line["files"] = dict.fromkeys(line["files"], "0" * 64)
        line["data"] = stored_results.fingerprint_of(line["files"].values())
    return resealed([json.dumps(line) for line in changed])


def of_another_source(lines):
    return resealed(
        [lines[0], *(line.replace('"source": "hillstrom"', '"source": "outvote"', 1) for line in lines[1:])]
    )


@pytest.mark.parametrize(
    ("change", "line", "rule"),
    [
        (typed, "line 2", "its content has the hash"),
        (lambda lines: [*lines[:2], *lines[3:]], "line 1", "does not fit"),
        (lambda lines: [*lines, lines[-1]], "line 1", "does not fit"),
        (lambda lines: [lines[0], "{not json", *lines[2:]], "line 2", "no JSON object"),
        (other_file, "line 2", "has not the sha256 that data/sources.csv lists"),
        (of_another_source, "line 2", "in the file of 'hillstrom'"),
    ],
    ids=["a number typed", "a line taken out", "a line put in", "not JSON", "another file", "another source"],
)
def test_a_line_that_no_run_wrote_is_refused(copied, change, line, rule):
    copied("hillstrom", change)
    with pytest.raises(DataFault) as refused:
        stored_results.load("hillstrom")
    said = str(refused.value)
    assert "data/results/hillstrom.jsonl" in said and line in said and rule in said and "make results" in said


def test_the_copy_itself_is_taken(copied):
    copied("hillstrom", lambda lines: lines)
    assert stored_results.load("hillstrom")


def test_refused_on_the_page_too(fresh, copied):
    copied("cookie_cats", typed)
    with pytest.raises(DataFault, match=r"cookie_cats\.jsonl, line 2"):
        collect("gamification-retains", SOURCES, seed=1)


def test_a_verdict_that_no_run_wrote_is_refused(copied):
    copied(stored_verdicts.NAME, lambda lines: [lines[0], lines[1].replace("claim", "Claim", 1), *lines[2:]])
    with pytest.raises(DataFault, match="make results"):
        stored_verdicts.load_verdicts()


# --- what is taken, and what is not -------------------------------------------------------------------------------


def test_a_source_that_is_not_there_enters_with_its_stored_result(fresh):
    found = collect("exclusive-access-retains", SOURCES, seed=1)
    stored = [e for e in found.estimates if e.stored]
    assert stored and not found.elsewhere
    assert all(re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}", e.stored) for e in stored)
    assert all(e.data and e.frame and e.estimator for e in stored)
    assert not {e.source for e in stored} & {title for title, _ in found.absent}


def test_a_source_of_which_nothing_is_stored_stays_elsewhere(fresh, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "RESULTS", tmp_path)
    found = collect("targeting-risk-pays", SOURCES, seed=1)
    assert found.elsewhere and not any(e.stored for e in found.estimates)


def test_other_options_never_take_stored_results(fresh):
    as_published = defaults_for("retention-profit-leverage", REGISTER["retention-profit-leverage"].notebook)
    given = collect("retention-profit-leverage", SOURCES, **as_published)
    other = collect("retention-profit-leverage", SOURCES, **as_published | {"discount_rate": 0.2})
    by_rate = {e.source for e in given.estimates if e.stored} - {e.source for e in other.estimates if e.stored}
    assert by_rate, "at another rate of discount nothing stored may stand in"
    assert by_rate <= {title for title, _ in other.absent}


def test_specifications_other_than_the_default_take_nothing_stored(fresh):
    default, other = specifications("retention-profit-leverage", SOURCES, {"discount_rate": [0.1, 0.3]}, seed=1)
    assert any(e.stored for e in default.estimates)
    assert len([e for e in other.estimates if e.stored]) < len([e for e in default.estimates if e.stored])


def test_a_voided_answer_stays_voided_on_a_fresh_machine(fresh):
    """Stars of health plans and leaving: the placebo of the year after is there too, and takes the reading with it."""
    claim = "satisfaction-keeps-customers"
    found = collect(claim, SOURCES, **defaults_for(claim, REGISTER[claim].notebook))
    failed = [c for c in found.checks if c.stored and c.passed is False and c.on_failure is OnFailure.VOIDS]
    hit = [r for r in found.verdict().assessments if any(check.is_of(r.estimate) for check in failed)]
    assert failed and hit, "one that failed with all files is found among the stored ones"
    assert all(r.estimate.stored and r.estimate.low is not None for r in hit)
    assert {r.outcome for r in hit} == {Outcome.NO_READING}


def test_results_are_written_only_with_all_files(fresh, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "RESULTS", tmp_path)
    with pytest.raises(Exception, match=r"not on this machine.*make data"):
        renew()
    assert not list(tmp_path.iterdir())


def test_every_digit_that_is_stored_is_one_that_any_processor_reproduces():
    for name in STORED:
        for lines in stored_results.load(name).values():
            for line in lines:
                if line["kind"] == stored_results.ESTIMATE and line["record"]:
                    for number in (line["record"][part] for part in ("value", "low", "high")):
                        assert not isinstance(number, float) or float(f"{number:.5g}") == number


# --- names resolve ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STORED)
def test_every_name_in_a_stored_line_resolves(name):
    from importlib import import_module

    source = BY_NAME[name]
    for lines in stored_results.load(name).values():
        for line in lines:
            assert line["claim"] in [claim.id for claim in REGISTER.claims]
            if line["frame"]:
                assert line["frame"] in source.builders
                module, function = line["target"].split(":")
                room = "estimators.checks" if line["kind"] == stored_results.CHECK else "estimators"
                assert callable(getattr(import_module(f"analysis.{room}.{module}"), function))
            if line["kind"] == stored_results.ESTIMATE and line["record"]:
                found = Estimate.from_json(line["record"])
                assert (found.frame, found.data) == (line["frame"], line["data"])
                assert (found.estimator, found.claim) == (line["target"], line["claim"])
                assert found.quantity in [q.name for q in REGISTER[found.claim].quantities]


# --- the same scoreboard ------------------------------------------------------------------------------------------


def test_every_row_of_the_record_leads_to_its_estimator_its_frame_and_its_files(verdicts):
    """Three hops: function, builder of the frame in the source's module, bytes of the files behind it."""
    listed = {file.sha256 for file in load_manifest()}
    listed |= {
        sha256(file.read_bytes()).hexdigest() for file in paths.EVIDENCE.glob("*.csv")
    }  # in the repository itself
    behind = {}
    for source in SOURCES:
        for line in (line for lines in stored_results.load(source.name).values() for line in lines):
            shown = (line["record"] or {}).get("source"), line["target"], line["frame"], line["data"]
            behind[shown] = source, line["files"]
    rows = [e for r in machine_form(verdicts, REGISTER) for e in r["estimates"] if e["kind"] == Kind.PUBLIC]
    assert len(rows) > 100
    for row in rows:
        source, files = behind[row["source"], row["estimator"], row["frame"], row["data"]]
        module, function = row["estimator"].split(":")
        assert callable(getattr(import_module(f"analysis.estimators.{module}"), function))
        assert row["frame"] in import_module(f"analysis.sources.{source.module}").SOURCE.builders
        assert stored_results.fingerprint_of(files.values()) == row["data"]
        if source.delivery == "package":
            assert source.fingerprint() == row["data"]
        else:
            assert set(files.values()) <= listed


def test_verdicts_without_a_download_are_those_of_the_run_with_all_files(verdicts):
    assert {v.claim for v in verdicts} == set(stored_verdicts.load_verdicts()) and len(verdicts) == 46
    assert stored_verdicts.differing(verdicts) == (), "renew them on a machine with all files: make results"


def test_no_bottom_line_of_the_full_run_is_stale(verdicts):
    """Each was written for the verdict that stands now, and every number in it is among the results."""
    told = stale_lines(REGISTER.claims, {v.claim: v for v in verdicts})
    assert len(verdicts) == 46
    assert told == []


def test_a_verdict_that_differs_is_told():
    claim = "targeting-risk-pays"
    line = stored_verdicts.load_verdicts()[claim]
    verdict = collect(claim, [], seed=1).verdict()
    assert stored_verdicts.said_by(verdict) != line["said"]
    assert stored_verdicts.differing([verdict])[0].startswith(f"{claim}: ")
    assert stored_verdicts.differing([replace(verdict, scope="Acme")]) == ()


def test_changed_code_is_due_and_not_refused(monkeypatch):
    monkeypatch.setattr(stored_results.source_code, "code_hash", lambda *start: "another")
    assert any("code changed" in line for line in due())
    assert stored_results.load("hillstrom")
    assert "make results" in renewing.due_in_words()


def test_a_line_that_comes_out_as_it_was_keeps_its_date(tmp_path, monkeypatch):
    """Two runs on two days, with one of two numbers changed between them."""
    monkeypatch.setattr(paths, "RESULTS", tmp_path)
    source = BY_NAME["cdnow"]
    claim = REGISTER["repeat-momentum"]

    def lines(second, today):
        asked = [
            stored_results.Asked("estimate", claim.id, "cdnow", "repeat_trials", "survival.state_dependence:f", "", o)
            for o in ({}, {"horizon_days": 9})
        ]
        answers = [(asked[0], (an_estimate(1.0),)), (asked[1], (an_estimate(second),))]
        found = renewing._lines_of(source, answers, REGISTER, today)
        renewing._write("cdnow", found)
        return {line["record"]["value"]: line["date"] for line in found}

    assert lines(2.0, "2026-01-01") == {1.0: "2026-01-01", 2.0: "2026-01-01"}
    assert lines(3.0, "2026-02-01") == {1.0: "2026-01-01", 3.0: "2026-02-01"}
