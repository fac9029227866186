"""What the protocol says of data sets: numbers belong to their source also where its parts carry names of their own."""

from __future__ import annotations

from analysis.core.vocabulary import Kind
from analysis.reporting.protocol_sources import is_given_by
from analysis.sources.catalogue import all_sources
from tests.helpers import an_estimate

PANELS = next(source for source in all_sources() if source.name == "scanner_panels")
CDNOW = next(source for source in all_sources() if source.name == "cdnow")
CLAIM, FRAME = next(iter(PANELS.answers)), next(iter(PANELS.builders))


def test_a_part_with_its_own_name_belongs_to_the_source_that_builds_its_frame():
    part = an_estimate(1.0, claim=CLAIM, frame=FRAME, source="Crackers of one town", kind=Kind.PUBLIC)
    assert is_given_by(part, PANELS)
    assert not is_given_by(part, CDNOW)


def test_a_number_under_a_title_belongs_to_that_title_alone_and_print_to_no_data_set():
    titled = an_estimate(1.0, claim=CLAIM, frame=FRAME, source=CDNOW.title, kind=Kind.PUBLIC)
    assert is_given_by(titled, CDNOW) and not is_given_by(titled, PANELS)
    printed = an_estimate(1.0, claim=CLAIM, frame=FRAME, source="Author 2001", kind=Kind.PUBLISHED)
    assert not is_given_by(printed, PANELS)
