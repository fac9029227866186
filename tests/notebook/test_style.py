"""A drawn picture: the same bytes on every processor, and names that no other picture of the page has."""

import re

from analysis.notebook.figures import style


def drawn(jitter: float = 0.0, top: float = 3.0) -> str:
    with style.report_style():
        ax = style.new_axes()
        ax.plot([1.0, 2.0, 3.0], [value * (1 + jitter) for value in (1.123456789, 2.23456789, top)])
        ax.fill_between([1.0, 3.0], [0.9, 0.9], [1.1 * (1 + jitter), top])
        ax.set(ylabel="Share", ylim=(0.8 * (1 + jitter), 3.5 * (1 - jitter)))
        exhibit = style.to_exhibit(ax, told="A finding", alt="A line", caption="How to read it", rows=())
    return exhibit.svg


def test_the_last_digits_of_a_processor_are_not_seen():
    assert drawn(jitter=3e-13) == drawn()


def test_a_change_that_can_be_seen_is_drawn():
    assert drawn(jitter=1e-3) != drawn()


def test_what_is_referred_to_is_there_and_other_pictures_name_it_otherwise():
    one, other = drawn(), drawn(top=2.5)
    names = re.findall(r'\bid="([^"]*)"', one)
    used = re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', one)
    assert len(names) == len(set(names)) > 0
    assert {a or b for a, b in used} <= set(names)
    assert any(b for _, b in used)  # the curve is clipped to its axes
    assert not set(names) & set(re.findall(r'\bid="([^"]*)"', other))
