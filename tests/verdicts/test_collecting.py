"""Asking sources about a claim: who is asked, with which options, and what becomes of the answers."""

from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, FrameUnavailable, ParameterMistake
from analysis.core.results import CheckResult
from analysis.core.vocabulary import Design, Kind, OnFailure, Outcome, QuestionType, Role, Sampling
from analysis.estimators.common.building import make_estimate
from analysis.frames import Context, spec
from analysis.register.claims import Register
from analysis.sources.base import Answer, DataCard, NotIdentified, Source
from analysis.verdicts import collecting, findings
from analysis.verdicts.collecting import collect, run_check, specifications
from analysis.verdicts.strength import start_of
from analysis.verdicts.studies import Check, Study
from tests.helpers import CLAIM, a_claim, an_estimate

FROM_REASONS = (Answer("reasons"),)
PUBLISHED = an_estimate(4.0, 3.0, 5.0, kind=Kind.PUBLISHED, source="Study X")


def estimate_reasons(frame, claim, *, quantity="effect", horizon=1, seed=None):
    """Return the number of reasons times the horizon, and the same as a naive number; how it was asked is its method."""
    value = float(frame.table["n"].sum()) * horizon
    asked = f"horizon {horizon}, seed {seed}"
    answer = make_estimate(frame, claim, quantity, value=value, low=value - 1, high=value + 1, n=9, method=asked)
    naive = make_estimate(frame, claim, quantity, value=value, low=None, high=None, n=9, method=asked, role=Role.NAIVE)
    return answer, naive


def check_reasons(frame, claim, *, horizon=1):
    return CheckResult(name="reasons", passed=horizon < 5, sentence=f"{len(frame.table)} reasons over {horizon}.")


REGISTER = Register(claims=(a_claim(),))


def put_estimator(monkeypatch, function):
    monkeypatch.setattr(collecting, "STUDIES", MappingProxyType({(CLAIM, "reasons"): Study(function)}))


def put_check(monkeypatch, function):
    registered = {(CLAIM, "reasons"): Check("reasons", function, OnFailure.INFORMS)}
    monkeypatch.setattr(collecting, "CHECKS", MappingProxyType(registered))


@pytest.fixture(autouse=True)
def invented(monkeypatch):
    """Put an invented claim, estimator, check and publication in the place of the registered ones."""
    put_estimator(monkeypatch, estimate_reasons)
    put_check(monkeypatch, check_reasons)
    for module in (collecting, findings):
        monkeypatch.setattr(module, "load_register", lambda: REGISTER)
    monkeypatch.setattr(collecting, "load_evidence", lambda: {CLAIM: (PUBLISHED,)})


def a_source(title="Shop A", n=3, kind=Kind.PUBLIC, files=lambda: (), answers=FROM_REASONS, **changes):
    context = Context(source=title, kind=kind, design=Design.OBSERVATIONAL, population="buyers", period="1999")

    def build():
        return spec("reasons").check(pd.DataFrame({"reason": ["price"], "group": ["price"], "n": [n]}), context)

    fields = {
        "name": title.lower(),
        "title": title,
        "kind": kind,
        "delivery": "package",
        "data_card": DataCard(publisher="p", citation="c", licence="l", accessed="a", row="r"),
        "files": files,
        "builders": {"reasons": build, "reasons/late": build},
        "answers": {CLAIM: answers} if answers else {},
    }
    return Source(**fields | changes)


class ConvergenceError(ValueError):
    """As lifelines raises it."""


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ZeroDivisionError("x"), "a group in it is empty, or does not vary"),
        (ConvergenceError("delta contains nan value(s)"), "the model does not converge"),
        (np.linalg.LinAlgError("Singular matrix"), "columns of the model say the same thing"),
        (KeyError("segment"), "it broke off (KeyError)"),
    ],
)
def test_what_fails_on_own_tables_is_that_answers_line_and_nothing_more(monkeypatch, fault, said):
    def broken(frame, claim, *, horizon=1):
        raise fault

    put_estimator(monkeypatch, broken)
    put_check(monkeypatch, broken)
    own = a_source("Acme", kind=Kind.OWN, delivery="tables")
    ((title, reason),) = collect(CLAIM, [own]).absent
    assert title == "Acme" and said in reason
    ((_, result),) = run_check(CLAIM, "reasons", [own])
    assert result.passed is None and said in result.sentence
    with pytest.raises(type(fault)):
        collect(CLAIM, [a_source("Shop A")])  # public data that break an estimator are our bug


def test_an_estimate_that_is_no_number_is_a_line_too(monkeypatch):
    def undefined(frame, claim):
        return (make_estimate(frame, claim, "effect", value=float("nan"), low=None, high=None, n=9, method="m"),)

    put_estimator(monkeypatch, undefined)
    ((_, reason),) = collect(CLAIM, [a_source("Acme", kind=Kind.OWN, delivery="tables")]).absent
    assert "they give none (nan)" in reason


def test_a_parameter_out_of_range_is_no_matter_of_the_data(monkeypatch):
    def refuses(frame, claim):
        raise ParameterMistake("`weeks` must be 1 or more; got 0.")

    put_estimator(monkeypatch, refuses)
    with pytest.raises(ParameterMistake, match="`weeks`"):
        collect(CLAIM, [a_source("Acme", kind=Kind.OWN, delivery="tables")])


def not_there():
    raise FrameUnavailable("shop.csv is not there.")


def test_collect_asks_sources_in_their_order_and_sets_publications_beside():
    findings = collect(CLAIM, [a_source("Shop B", n=2), a_source("Shop A", n=3)])
    assert [(e.source, e.role, e.value) for e in findings.estimates] == [
        ("Shop B", Role.ANSWER, 2.0),
        ("Shop B", Role.NAIVE, 2.0),
        ("Shop A", Role.ANSWER, 3.0),
        ("Shop A", Role.NAIVE, 3.0),
    ]
    assert findings.published == (PUBLISHED,)
    assert (findings.not_identified, findings.absent) == ((), ())


def test_collect_passes_over_sources_that_do_not_speak_to_the_claim():
    def trap():
        raise AssertionError("a source that has nothing to say was asked for its files")

    findings = collect(CLAIM, [a_source(answers=(), files=trap)])
    assert findings.estimates == findings.absent == ()


def test_collect_lists_sources_that_are_not_there_with_the_reason():
    findings = collect(CLAIM, [a_source("Shop B", files=not_there), a_source()])
    assert findings.absent == (("Shop B", "shop.csv is not there."),)
    assert {e.source for e in findings.estimates} == {"Shop A"}


def test_collect_gives_options_of_the_answer_precedence_over_those_of_the_call():
    answers = (Answer("reasons"), Answer("reasons/late", {"horizon": 5}))
    findings = collect(CLAIM, [a_source(answers=answers)], horizon=2, seed=7)
    methods = [e.method for e in findings.estimates if e.role is Role.ANSWER]
    assert methods == ["horizon 2, seed 7", "horizon 5, seed 7"]


def test_collect_with_a_misspelt_option_is_refused():
    with pytest.raises(ParameterMistake, match=r"`options` must be one of 'horizon', 'quantity', 'seed'; got 'horizn'"):
        collect(CLAIM, [a_source()], horizn=2)


def test_collect_of_an_unknown_claim_is_refused():
    with pytest.raises(ParameterMistake, match="must be an id of the register; got 'unheard-of'"):
        collect("unheard-of", [a_source()])


def test_collect_records_who_cannot_answer_and_marks_its_number_as_naive():
    not_identified = {CLAIM: NotIdentified(reason="One closed cohort.", naive=Answer("reasons", {"horizon": 2}))}
    findings = collect(CLAIM, [a_source(answers=(), not_identified=not_identified)])
    (entry,) = findings.not_identified
    assert (entry.claim, entry.source, entry.reason) == (CLAIM, "Shop A", "One closed cohort.")
    assert (entry.naive.role, entry.naive.value) == (Role.NAIVE, 6.0)
    assert findings.estimates == ()
    assert (
        collect(CLAIM, [a_source(answers=(), not_identified={CLAIM: NotIdentified(reason="r")})])
        .not_identified[0]
        .naive
        is None
    )


def test_collect_marks_everything_from_a_simulated_frame_as_simulated():
    findings = collect(CLAIM, [a_source("Scenario", kind=Kind.SIMULATED)])
    assert {e.kind for e in findings.estimates} == {Kind.SIMULATED}


def test_collect_marks_as_simulated_what_an_estimator_calls_public(monkeypatch):
    def liar(frame, claim):
        return (an_estimate(900.0, 899.0, 901.0, source="Scenario", kind=Kind.PUBLIC, design=Design.RANDOMISED),)

    put_estimator(monkeypatch, liar)
    findings = collect(CLAIM, [a_source("Scenario", kind=Kind.SIMULATED)])
    assert [e.kind for e in findings.estimates] == [Kind.SIMULATED]
    assert [r.estimate.source for r in findings.verdict().assessments] == ["Study X"]


def test_verdict_is_that_of_sources_and_publications_under_this_register():
    not_identified = {CLAIM: NotIdentified(reason="One closed cohort.")}
    findings = collect(CLAIM, [a_source(n=3), a_source("Shop B", answers=(), not_identified=not_identified)])
    verdict = findings.verdict()
    assert {r.estimate.source for r in verdict.assessments} == {"Shop A", "Study X"}
    assert [e.role for e in verdict.beside] == [Role.NAIVE]
    assert [c.source for c in verdict.not_identified] == ["Shop B"]
    assert (verdict.scope, verdict.register_hash) == ("public", REGISTER.hash)


def test_verdict_on_own_data_takes_own_numbers_only():
    findings = collect(CLAIM, [a_source(n=3), a_source("Acme", n=6, kind=Kind.OWN)])
    own = findings.verdict("Acme")
    assert [r.estimate.source for r in own.assessments] == ["Acme"]
    assert own.outcome is Outcome.HOLDS


@pytest.mark.parametrize(("sampling", "start"), [(Sampling.VOLUNTEERS, 1), (Sampling.UNKNOWN, 3)])
def test_a_source_says_how_those_it_counts_were_chosen(sampling, start):
    """A survey of volunteers is no count in full, though the project counted its answers itself."""
    found, *_ = collect(CLAIM, [a_source(answers=(Answer("reasons", sampling=sampling),))]).estimates
    assert found.sampling is sampling
    assert start_of(found, QuestionType.DESCRIPTIVE) == start


def test_an_answer_in_doubt_is_shown_without_a_vote_and_says_why():
    doubtful = (Answer("reasons", doubt="it missed the truth in simulated shops"),)
    findings = collect(CLAIM, [a_source("Shop A", n=3, answers=doubtful)])
    assert Role.ANSWER not in {estimate.role for estimate in findings.estimates}
    shown = [estimate for estimate in findings.estimates if estimate.role is Role.CONTEXT]
    assert len(shown) == 1
    assert shown[0].method.endswith("shown without a vote: it missed the truth in simulated shops")
    assert [assessment.estimate.source for assessment in findings.verdict().deciding] == ["Study X"]


def test_run_check_runs_on_every_source_that_is_there_and_answers_from_that_frame():
    sources = [a_source("Shop B", files=not_there), a_source("Shop C", answers=()), a_source("Shop A")]
    ((title, result),) = run_check(CLAIM, "reasons", sources, horizon=5, seed=1)
    assert title == "Shop A"
    assert (result.passed, result.sentence) == (False, "1 reasons over 5.")


def check_nothing(frame, claim):
    raise FrameMistake(f"Frame '{frame.name}' must hold something else.")


@pytest.mark.parametrize("kind", [Kind.OWN, Kind.SIMULATED])
def test_check_that_own_tables_cannot_feed_says_so_and_judges_nothing(kind, monkeypatch):
    """The demonstration company's tables are simulated, and own tables all the same."""
    put_check(monkeypatch, check_nothing)
    ((title, result),) = run_check(CLAIM, "reasons", [a_source(kind=kind, delivery="tables")])
    assert (title, result.passed) == ("Shop A", None)
    assert result.sentence == "It could not be run on Shop A: Frame 'reasons' must hold something else."


def check_few(frame, claim):
    return CheckResult(name="few", passed=len(frame.table) > 1, sentence=f"{len(frame.table)} reason.")


@pytest.mark.parametrize("origin", ["Shop A", "Branch 7 of Shop A"])
def test_a_check_bites_on_the_estimate_of_a_source_that_holds_several(origin, monkeypatch):
    """A panel carries a name of its own in its estimates: a check that knows the source's title only would pass it by."""
    checks = {(CLAIM, "reasons"): Check("reasons", check_few, OnFailure.VOIDS)}
    monkeypatch.setattr(collecting, "CHECKS", MappingProxyType(checks))
    branch = a_source(origin).builders["reasons"]
    found = collect(CLAIM, [a_source("Shop A", builders={"reasons": branch, "reasons/late": branch})])
    answer = next(e for e in found.estimates if e.role is Role.ANSWER)
    assert answer.source == origin
    assert [c.is_of(answer) for c in found.checks] == [True]
    assert not [r for r in found.verdict().assessments if r.outcome is not Outcome.NO_READING and r.estimate == answer]


def test_check_that_a_public_file_cannot_feed_is_our_mistake(monkeypatch):
    put_check(monkeypatch, check_nothing)
    with pytest.raises(FrameMistake, match="something else"):
        run_check(CLAIM, "reasons", [a_source()])


def test_run_check_of_an_unknown_check_is_refused():
    with pytest.raises(ParameterMistake, match="`check` must be one of 'reasons'; got 'balance'"):
        run_check(CLAIM, "balance", [a_source()])


def test_specifications_try_every_combination_in_order_and_keep_the_answers():
    specs = specifications(CLAIM, [a_source(n=2)], {"horizon": [1, 3], "quantity": ["effect"]})
    assert [s.label for s in specs] == ["horizon 1", "horizon 3"]  # what does not vary tells nothing apart
    assert [[e.value for e in s.estimates] for s in specs] == [[2.0], [6.0]]


def test_specifications_over_an_argument_that_no_estimator_takes_are_refused():
    with pytest.raises(ParameterMistake, match="`grid` must be one of 'horizon', 'quantity', 'seed'; got 'window'"):
        specifications(CLAIM, [a_source()], {"window": [1]})
