"""Data sets are described where a page first names one, and at its foot."""

from __future__ import annotations

import re

import pytest

from analysis.reporting.data_cards import anchor_of, cards_html, named_in
from analysis.reporting.glossary import link_first_uses
from analysis.sources.catalogue import all_sources


@pytest.mark.parametrize("source", all_sources(), ids=lambda source: source.name)
def test_every_public_source_says_in_short_what_it_is(source):
    told = source.data_card.in_short
    assert 20 <= len(told) <= 110
    assert not told.endswith(".") and source.title not in told
    assert re.match(r"(an?|one|two|[1-9][\d,]+|[a-z'’ ]*[A-Z]{2}|[A-Z][a-z]+|[a-z]+)\b", told)


def test_a_text_names_the_longer_of_two_titles_that_begin_alike():
    assert list(named_in("Online Retail, two years (2010)")) == ["Online Retail, two years"]
    assert set(named_in("Online Retail; Online Retail, two years")) == {"Online Retail", "Online Retail, two years"}
    assert named_in("nothing of the kind") == {}


def test_cards_hold_licence_publisher_and_a_link_to_the_version():
    html = cards_html(named_in("CDNOW"))
    assert f'id="{anchor_of("CDNOW")}"' in html
    assert "a US online music shop of 1997, 23,570 customers." in html.lower().replace("a us", "a US")
    assert "Published by" in html and "Licence:" in html and "protocol.html#data" in html
    assert cards_html({}) == ""


def test_first_mention_leads_to_the_card_and_no_other_does():
    named = {
        name: (anchor_of(name), told) for name, told in named_in("Online Retail; Online Retail, two years").items()
    }
    html = "<p>Online Retail, two years fell.</p><p>Online Retail, two years rose.</p><p>Online Retail stood.</p>"
    linked = link_first_uses(html, named)
    assert linked.count('href="#data-online-retail-two-years"') == 1
    assert linked.index('href="#data-online-retail"') > linked.index("rose")
    assert linked.count('href="#data-online-retail"') == 1
    assert link_first_uses("<p>online retail</p>", named) == "<p>online retail</p>"
