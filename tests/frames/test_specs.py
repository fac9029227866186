"""Every frame's schema in the codebook: documented, and with rules that can be kept."""

import pytest

import analysis.frames
from analysis.core.errors import ParameterMistake
from analysis.frames import NAMES, spec


def test_spec_of_an_unknown_frame_lists_those_there_are():
    with pytest.raises(ParameterMistake, match=r"`frame` must be one of 'purchases', .*; got 'visits'"):
        spec("visits")


def test_spec_says_what_a_row_is_and_has_its_key_among_its_columns():
    for name in NAMES:
        found = spec(name)
        assert found.row.strip()
        assert set(found.key) <= set(found.columns)


def test_key_columns_are_always_there():
    for name in NAMES:
        found = spec(name)
        assert not [column for column in found.key if found.columns[column].optional or found.columns[column].nullable]


def test_columns_have_a_meaning_a_kind_and_rules_that_can_be_kept():
    for name in NAMES:
        for label, column in spec(name).columns.items():
            assert column.meaning.strip(), label
            assert column.kind in ("int", "float", "text", "time"), label
            assert column.low is None or column.high is None or column.low <= column.high, label
            assert not label.startswith(analysis.frames.COVARIATE_PREFIX), label
            if column.kind in ("text", "time"):
                assert column.low is None and column.high is None, label
