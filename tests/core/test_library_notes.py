"""Warnings of libraries: on a page they are notes, once each, that name no file; in a notebook of one's own they stay."""

import warnings

import pytest

import analysis
from analysis.core import library_notes


def _warn(*given):
    """As a library does, from a file that stands on this machine."""
    warnings.warn_explicit(*given, "/opt/tool/site-packages/fit/solver.py", 12)


@pytest.fixture(autouse=True)
def _as_without_pytest():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        yield


def test_what_nobody_collects_is_printed_as_a_note_once(capsys):
    library_notes.shown_plainly()
    for _ in range(2):
        _warn("Maximum Likelihood optimization failed to converge.", UserWarning)
    _warn("overflow encountered in exp", RuntimeWarning)
    _warn("use the other name in /opt/tool/site-packages/fit", FutureWarning)
    shown = capsys.readouterr()
    assert shown.out == "Note: a fit had not settled.\nNote: some numbers ran out of range on the way.\n"
    assert shown.err == ""


def test_what_is_collected_is_not_printed(capsys):
    library_notes.shown_plainly()
    with library_notes.collected() as notes:
        _warn("2 singleton fixed effects dropped", UserWarning)
    _warn("2 singleton fixed effects dropped", UserWarning)
    assert notes == ["units or groups seen only once took no part"]
    assert capsys.readouterr().out == "Note: units or groups seen only once took no part.\n"


@pytest.mark.parametrize(("notebook", "as_ever"), [("07_tiered_programmes", False), ("", True)])
def test_a_page_has_its_own_way_to_show_warnings_and_a_notebook_of_ones_own_has_pythons(notebook, as_ever):
    before = warnings.showwarning
    analysis.start(notebook)
    assert (warnings.showwarning is before) is as_ever
