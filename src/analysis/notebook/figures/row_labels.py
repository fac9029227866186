"""Labels at the left of a forest's rows: short enough for a phone, and never two alike."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.results import Estimate
from analysis.core.vocabulary import SIMULATED_MARK, Role
from analysis.core.wording import number, plain, shortened

LONGEST_LABEL = 46
ROOM = 60
"""Characters of a label and its number together."""
SHORTEST = 8
LONGEST_GROUP = 48
"""A method's words before its colon name a group if they are no longer than this."""


def labels_of(estimates: Sequence[Estimate]) -> list[str]:
    """One label a row; where several are the same, or would be once cut, with what tells them apart in front of the cut."""
    told = [plain(_label(e)) for e in estimates]
    shown = [_cut(label, ROOM - len(numbers_of(e))) for label, e in zip(told, estimates, strict=True)]
    for label in {label for label in shown if shown.count(label) > 1}:
        places = [place for place, found in enumerate(shown) if found == label]
        names = _names_apart([told[place] for place in places], [estimates[place] for place in places])
        rooms = [ROOM - len(numbers_of(estimates[place])) for place in places]
        cut = _cut_apart(names, rooms, [estimates[place].period for place in places])
        for place, name in zip(places, cut, strict=True):
            shown[place] = name
    return shown


def _cut_apart(names: Sequence[str], rooms: Sequence[int], periods: Sequence[str]) -> list[str]:
    """Names of two parts, cut to their rooms; those that would read alike by their time, else by the words that differ.

    Examples
    --------
    >>> names = ["A long name: customers, per cent of those at the start", "A long name: customers, per cent of all"]
    >>> _cut_apart(names, [28, 28], ["2004", "2005"])
    ['A long name: 2004', 'A long name: 2005']
    >>> _cut_apart(names, [28, 28], ["2004", "2004"])
    ['A long …: … those at the …', 'A long name: … all']
    """
    cut = [_cut_before(name, room) for name, room in zip(names, rooms, strict=True)]
    for same in {name for name in cut if cut.count(name) > 1}:
        places = [place for place, name in enumerate(cut) if name == same]
        first, times = names[places[0]].partition(": ")[0], [periods[place] for place in places]
        words = [f"… {own}" for own in _apart([names[place].partition(": ")[2] for place in places])]
        for place, own in zip(places, times if len(set(times)) == len(times) else words, strict=True):
            cut[place] = _cut_before(f"{first}: {own}", rooms[place])
    return cut


def _names_apart(labels: Sequence[str], estimates: Sequence[Estimate]) -> list[str]:
    """Labels that begin alike as what they share and, behind a colon, what tells them apart: their own words, else their time,
    else all that is known of them."""
    own, periods = _apart(labels), [e.period for e in estimates]
    alike = own == list(labels)
    shared = labels[0][: len(labels[0]) - len(own[0])].strip(" :(").replace(": ", ", ")
    own = _with_times(["" if alike else words.strip("()") for words in own], periods)
    if all(own) and len(set(own)) == len(own) and (alike or shared):
        return [
            f"{label.replace(': ', ', ') if alike else shared}: {words}"
            for label, words in zip(labels, own, strict=True)
        ]
    known = _apart([f"{e.population} {e.method}" for e in estimates])
    return [f"{label.replace(': ', ', ')}: {words}" for label, words in zip(labels, known, strict=True)]


def _with_times(names: Sequence[str], periods: Sequence[str]) -> list[str]:
    """Names with the time in front where the time tells apart those that are alike.

    Examples
    --------
    >>> _with_times(["per cent", "per cent", "less"], ["2004", "2005", "2004"])
    ['2004, per cent', '2005, per cent', '2004, less']
    >>> _with_times(["per cent", "per cent"], ["2004", "2004"])
    ['per cent', 'per cent']
    """
    pairs = list(zip(names, periods, strict=True))
    if len(set(names)) == len(names) or len(set(pairs)) < len(pairs):
        return list(names)
    return [f"{period}, {name}" if name else period for name, period in pairs]


def numbers_of(e: Estimate) -> str:
    """The numbers at the right end of a row."""
    assert e.value is not None
    return number(e.value) + (f" ({number(e.low)} to {number(e.high)})" if e.quantified else "")


def _apart(texts: Sequence[str]) -> list[str]:
    """Texts without the words with which all of them begin.

    Examples
    --------
    >>> _apart(["clients of a bank, called late", "clients of a bank, called early"])
    ['late', 'early']
    >>> _apart(["the same", "the same"])
    ['the same', 'the same']
    """
    words = [text.split() for text in texts]
    shared = 0
    while all(len(own) > shared for own in words) and len({own[shared] for own in words}) == 1:
        shared += 1
    if any(len(own) == shared for own in words):
        return list(texts)
    return [" ".join(own[shared:]) for own in words]


def _cut(label: str, room: int) -> str:
    mark = f" {SIMULATED_MARK}" if SIMULATED_MARK in label else ""
    room = min(room, LONGEST_LABEL)
    return label if len(label) <= room else shortened(label, max(room - len(mark), SHORTEST)) + mark


def _cut_before(name: str, room: int) -> str:
    """A name of two parts, shortened in the first one: the second tells rows apart."""
    first, colon, own = name.partition(": ")
    if len(name) <= room or not colon:
        return _cut(name, room)
    left = max(room - min(len(own), room * 2 // 3) - 2, 8)
    kept = _cut(first, left)
    return f"{kept}: {_cut(own, room - len(kept) - 2)}"


def _label(estimate: Estimate) -> str:
    if estimate.role is Role.NAIVE:
        return f"{shortened(estimate.source, LONGEST_LABEL - 16)}, quick analysis"
    group, colon, _ = estimate.method.partition(":")
    if estimate.role is Role.CONTEXT and colon and len(group) <= LONGEST_GROUP:
        return f"{estimate.source}: {group}"
    return estimate.source
