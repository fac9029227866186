"""What studies, sources and register say of one another: every name that one of them uses is one that another defines."""

from inspect import signature
from pathlib import Path

import pytest

import analysis.sources
from analysis.core.vocabulary import OnFailure
from analysis.frames import NAMES
from analysis.register.claims import load_register
from analysis.register.evidence import load_evidence
from analysis.sources.catalogue import MODULES, all_sources, find_sources
from analysis.verdicts.studies import CHECKS, STUDIES

REGISTER = load_register()
IDS = [claim.id for claim in REGISTER.claims]
SOURCES = all_sources()
ANSWERS = [
    (source, claim, answer)
    for source in SOURCES
    for claim, ways in (
        *source.answers.items(),
        *((claim, (entry.naive,)) for claim, entry in source.not_identified.items() if entry.naive),
    )
    for answer in ways
]


def test_studies_name_a_claim_a_frame_and_an_estimator_whose_options_are_keyword_only():
    faults = []
    for (claim, frame), study in STUDIES.items():
        first, second, *options = signature(study.estimator).parameters.values()
        good = (
            claim in IDS
            and frame in NAMES
            and [first.name, second.name] == ["frame", "claim"]
            and all(option.kind is option.KEYWORD_ONLY for option in options)
        )
        faults += [] if good else [(claim, frame)]
    assert STUDIES
    assert faults == []


def test_checks_name_a_claim_a_frame_and_a_function():
    faults = []
    for (claim, check), (frame, function, on_failure) in CHECKS.items():
        good = (
            on_failure in OnFailure
            and (claim, frame) in STUDIES  # a check runs on sources that answer the claim from its frame
            and list(signature(function).parameters)[:2] == ["frame", "claim"]
        )
        faults += [] if good else [(claim, check)]
    assert CHECKS
    assert faults == []


def test_answers_can_be_run_and_measure_a_registered_quantity():
    faults = []
    for source, claim, answer in ANSWERS:
        frame = answer.frame.split("/")[0]
        quantity = answer.options.get("quantity")
        good = (
            claim in IDS
            and answer.frame in source.builders
            and (claim, frame) in STUDIES
            # An option that the estimator does not take would be left out in silence.
            and set(answer.options) <= set(signature(STUDIES[claim, frame].estimator).parameters)
            and (quantity is None or quantity in [q.name for q in REGISTER[claim].quantities])
        )
        faults += [] if good else [(source.name, claim, answer.frame)]
    assert len(ANSWERS) > len(IDS)
    assert faults == []


def test_builders_keys_are_frames_with_or_without_a_variant():
    keys = [(source.name, *key.partition("/")) for source in SOURCES for key in source.builders]
    assert [key for key in keys if key[1] not in NAMES or (key[2] and not key[3])] == []


def test_sources_say_of_registered_claims_only_that_they_cannot_answer_them_and_why():
    said = [(source.name, claim, entry) for source in SOURCES for claim, entry in source.not_identified.items()]
    assert said
    assert [line[:2] for line in said if line[1] not in IDS or not line[2].reason.strip()] == []


def test_sources_are_named_as_their_modules_and_carry_their_data_cards():
    fields = ("publisher", "citation", "licence", "accessed", "row")
    assert [
        source.name
        for source in SOURCES
        if source.name not in MODULES
        or not source.title.strip()
        or source.delivery not in ("package", "download")
        or not all(getattr(source.data_card, field).strip() for field in fields)
    ] == []


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


def test_published_figures_are_on_registered_claims():
    assert set(load_evidence()) <= set(IDS)
