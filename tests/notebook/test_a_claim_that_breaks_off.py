"""Whatever breaks on a company's tables, of whatever claim: that claim's section stands, and says why in plain words."""

from dataclasses import replace
from functools import wraps

import numpy as np
import pandas as pd
import pytest

from analysis.core.vocabulary import Design, Kind
from analysis.estimators.common.building import make_estimate
from analysis.frames import Context, Frame
from analysis.notebook.session import Session
from analysis.register.claims import load_register
from analysis.sources.base import DataCard, Source
from analysis.sources.own_claims import ANSWERS
from analysis.verdicts import collecting

CONTEXT = Context(source="Acme", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers", period="2024")


def raising(fault):
    def put_in_place_of(function):
        @wraps(function)
        def broken(*_, **__):
            raise fault

        return broken

    return put_in_place_of


def undefined(function):
    @wraps(function)
    def nan(frame, claim, **options):
        name = options.get("quantity", load_register()[claim.id].lead)
        return (make_estimate(frame, claim, name, value=float("nan"), low=None, high=None, n=9, method="m"),)

    return nan


def an_empty_frame(key):
    return Frame(name=key.split("/")[0], table=pd.DataFrame(), context=CONTEXT)


def no_frame(key):
    raise IndexError("index 0 is out of bounds for axis 0 with size 0")


def acme(claim, build=an_empty_frame):
    return Source(
        name="company",
        title="Acme",
        kind=Kind.OWN,
        delivery="tables",
        data_card=DataCard(publisher="Acme", citation="c", licence="l", accessed="a", row="r"),
        files=lambda: (),
        builders={answer.frame: lambda key=answer.frame: build(key) for answer in ANSWERS[claim]},
        answers={claim: ANSWERS[claim]},
    )


def section(claim, source):
    """All parts of a claim's section as the page has them, on this source alone."""
    session = Session(notebook="", sources=(source,), company="Acme", parameters={"seed": 1})
    parts = (session.answer, session.picture, session.certainty, session.others, session.trap, session.details)
    shown = [part(claim) for part in parts]
    return " ".join(part._repr_mimebundle_()["text/html"] for part in shown if part is not None)


@pytest.mark.parametrize("claim", ANSWERS)
@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (raising(ZeroDivisionError("division by zero")), "a group in it is empty, or does not vary"),
        (raising(np.linalg.LinAlgError("Singular matrix")), "columns of the model say the same thing"),
        (raising(KeyError("segment")), "it broke off (KeyError)"),
        (undefined, "they give none (nan)"),
    ],
    ids=["nothing to divide by", "singular", "our bug", "no number"],
)
def test_an_estimator_that_breaks_off_is_a_line_of_its_claim(monkeypatch, claim, break_it, said):
    studies = {key: replace(study, estimator=break_it(study.estimator)) for key, study in collecting.STUDIES.items()}
    monkeypatch.setattr(collecting, "STUDIES", studies)
    shown = section(claim, acme(claim))
    assert "Acme gives no answer: " in shown and said in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("claim", ANSWERS)
def test_a_frame_that_cannot_be_made_is_a_line_of_its_claim(claim):
    assert "it broke off (IndexError)" in section(claim, acme(claim, build=no_frame))


@pytest.mark.parametrize("claim", sorted({claim for claim, _ in collecting.CHECKS} & set(ANSWERS)))
def test_a_check_that_breaks_off_is_a_line_too(monkeypatch, claim):
    broken = raising(ZeroDivisionError("division by zero"))
    monkeypatch.setattr(
        collecting, "STUDIES", {k: replace(s, estimator=undefined(s.estimator)) for k, s in collecting.STUDIES.items()}
    )
    monkeypatch.setattr(
        collecting, "CHECKS", {k: c._replace(function=broken(c.function)) for k, c in collecting.CHECKS.items()}
    )
    names = [name for of_claim, name in collecting.CHECKS if of_claim == claim]
    for name in names:
        for _, result in collecting.run_check(claim, name, [acme(claim)]):
            assert result.passed is None and "It could not be run on Acme" in result.sentence
    assert "It could not be run on Acme" in section(claim, acme(claim)) or not any(
        collecting.run_check(claim, name, [acme(claim)]) for name in names
    )
