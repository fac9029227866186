"""Warnings of libraries become notes in plain words, without a path of the machine, on estimates and checks."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest

from analysis.core import library_notes
from analysis.core.results import CheckResult
from analysis.sources.catalogue import find_sources
from analysis.verdicts import collecting


@pytest.mark.parametrize(
    ("message", "note"),
    [
        ("3 singleton fixed effect(s) detected. These observations are dropped", "units or groups seen only once"),
        ("Maximum Likelihood optimization failed to converge. Check mle_retvals", "a fit had not settled"),
        (
            "something else at C:\\Users\\ann\\tool.py now\nsecond line",
            "a library noted: something else at (a file) now",
        ),
    ],
)
def test_what_a_library_warns_of_is_said_in_plain_words(message, note):
    with library_notes.collected() as notes:
        for _ in range(2):
            warnings.warn(message, UserWarning, stacklevel=1)
    assert len(notes) == 1
    assert notes[0].startswith(note)


def test_what_speaks_to_programmers_is_no_note():
    with library_notes.collected() as notes:
        warnings.warn("soon to be removed", FutureWarning, stacklevel=1)
    assert notes == []


def test_an_error_passes_through():
    with pytest.raises(ValueError, match="broken"), library_notes.collected():
        raise ValueError("broken")


def test_an_estimators_warning_stands_in_the_method_and_is_not_printed(monkeypatch, recwarn):
    asked = ("spend-grows-with-tenure", "customer_periods")
    study = collecting.STUDIES[asked]

    def warning(frame, claim):
        warnings.warn("2 singletons dropped in /home/ann/site-packages/x.py", UserWarning, stacklevel=1)
        return tuple(replace(e, method="slope") for e in study.estimator(frame, claim))

    monkeypatch.setattr(collecting, "STUDIES", {**collecting.STUDIES, asked: replace(study, estimator=warning)})
    found = collecting.collect("spend-grows-with-tenure", find_sources("cdnow")).estimates
    assert {e.method for e in found} == {"slope; note: units or groups seen only once took no part"}
    assert not [w for w in recwarn if "singleton" in str(w.message)]


def test_a_checks_warning_stands_in_its_sentence():
    def check(frame, claim):
        warnings.warn("overflow encountered in exp", RuntimeWarning, stacklevel=1)
        return CheckResult(name="x", passed=True, sentence="All is well.")

    found = collecting._quietly(check, None, None, {})
    assert found.sentence == "All is well. Note: some numbers ran out of range on the way."
