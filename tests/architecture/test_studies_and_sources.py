"""What studies, sources and register say of one another: every name that one of them uses is one that another defines."""

from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

import analysis.sources
from analysis.core.vocabulary import OnFailure
from analysis.frames import NAMES
from analysis.register.claims import load_register
from analysis.register.evidence import load_evidence
from analysis.register.studies import CHECKS, STUDIES
from analysis.sources.base import Answer
from analysis.sources.catalogue import MODULES, all_sources, find_sources
from analysis.verdicts.collecting import estimator_of

REGISTER = load_register()
IDS = [claim.id for claim in REGISTER.claims]
SOURCES = all_sources()
ANSWERS = [
    pytest.param(source, claim, answer, id=f"{source.name}-{claim}-{answer.frame}")
    for source in SOURCES
    for claim, ways in (
        *source.answers.items(),
        *((claim, (entry.naive,)) for claim, entry in source.not_identified.items() if entry.naive),
    )
    for answer in ways
]
BUILDERS = [pytest.param(source, key, id=f"{source.name}-{key}") for source in SOURCES for key in source.builders]


@pytest.mark.parametrize(("claim", "frame"), STUDIES)
def test_study_names_a_claim_a_frame_and_an_estimator(claim, frame):
    assert claim in IDS
    assert frame in NAMES
    assert list(signature(estimator_of(claim, frame)).parameters)[:2] == ["frame", "claim"]


@pytest.mark.parametrize(("claim", "frame"), STUDIES)
def test_study_is_from_a_frame_that_the_register_names(claim, frame):
    assert frame in REGISTER[claim].frames


@pytest.mark.parametrize(("claim", "frame"), STUDIES)
def test_options_of_an_estimator_are_keyword_only(claim, frame):
    options = list(signature(estimator_of(claim, frame)).parameters.values())[2:]
    assert [o.name for o in options if o.kind is not o.KEYWORD_ONLY] == []


@pytest.mark.parametrize(("claim", "check"), CHECKS)
def test_check_names_a_claim_a_frame_and_a_function(claim, check):
    frame, target, on_failure = CHECKS[claim, check]
    module, function = target.split(":")
    assert claim in IDS
    assert on_failure in OnFailure
    assert (claim, frame) in STUDIES, "a check runs on sources that answer the claim from its frame"
    found = getattr(import_module(f"analysis.estimators.checks.{module}"), function)
    assert list(signature(found).parameters)[:2] == ["frame", "claim"]


@pytest.mark.parametrize(("source", "claim", "answer"), ANSWERS)
def test_answer_can_be_run(source, claim, answer: Answer):
    assert claim in IDS
    assert answer.frame in source.builders
    frame = answer.frame.split("/")[0]
    assert (claim, frame) in STUDIES
    takes = set(signature(estimator_of(claim, frame)).parameters)
    assert set(answer.options) <= takes, "an option that the estimator does not take would be left out in silence"


@pytest.mark.parametrize(("source", "claim", "answer"), ANSWERS)
def test_answer_measures_a_registered_quantity(source, claim, answer: Answer):
    quantity = answer.options.get("quantity")
    assert quantity is None or quantity in [q.name for q in REGISTER[claim].quantities]


@pytest.mark.parametrize(("source", "key"), BUILDERS)
def test_builder_key_is_a_frame_with_or_without_a_variant(source, key):
    name, _, variant = key.partition("/")
    assert name in NAMES
    assert "/" not in key or variant


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_source_says_only_of_registered_claims_that_it_cannot_answer_them(source):
    assert set(source.not_identified) <= set(IDS)
    assert all(entry.reason.strip() for entry in source.not_identified.values())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_source_is_named_as_its_module_and_carries_its_data_card(source):
    assert source.name in MODULES
    assert source.title.strip()
    assert source.delivery in ("package", "download")
    assert all(
        getattr(source.data_card, field).strip() for field in ("publisher", "citation", "licence", "accessed", "row")
    )


def test_titles_and_names_are_unique():
    assert len({source.name for source in SOURCES}) == len({source.title for source in SOURCES}) == len(SOURCES)


def test_every_module_with_a_source_is_in_the_catalogue():
    folder = Path(analysis.sources.__file__).parent
    written = {path.stem for path in folder.glob("*.py") if "\nSOURCE = " in path.read_text(encoding="utf-8")}
    assert written == set(MODULES)


@pytest.mark.parametrize("source", find_sources("package"), ids=lambda source: source.name)
def test_source_from_a_package_is_there_and_builds_every_frame_it_names(source):
    assert source.absence() is None
    for key in source.builders:
        frame = source.frame(key)
        assert frame.name == key.split("/")[0]
        assert (frame.context.source, frame.context.kind) == (source.title, source.kind), key


@pytest.mark.parametrize("claim", REGISTER.claims, ids=lambda claim: claim.id)
def test_register_names_frames_that_exist(claim):
    assert set(claim.frames) <= set(NAMES)


def test_published_figures_are_on_registered_claims():
    assert set(load_evidence()) <= set(IDS)
