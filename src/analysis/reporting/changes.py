"""Verdicts that changed, as the changelog tells it: under which heading, and in whose words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEADING = re.compile(r"^#{2,3} (.+)$")
_CLAIMS = re.compile(r"`([a-z0-9-]+)`")


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the changelog on one claim: the heading it stands under, and its text."""

    heading: str
    text: str


def changes_of(changelog: str, claims: Iterable[str]) -> dict[str, list[Change]]:
    """Return what a changelog says of each claim, in its order.

    Parameters
    ----------
    changelog : str
        Markdown: headings of two or three signs, entries as list items that name claims in backticks.
    claims : iterable of str
        Identifiers to look for.

    Examples
    --------
    >>> changes_of("### Rule (May)\\n- `a-b`: open, now *holds*.\\n  Because.\\n", ["a-b", "c"])
    {'a-b': [Change(heading='Rule (May)', text='open, now holds. Because.')], 'c': []}
    """
    found: dict[str, list[Change]] = {claim: [] for claim in claims}
    for heading, item in _items(changelog):
        text = " ".join(item.split())
        for claim in dict.fromkeys(_CLAIMS.findall(text)):
            if claim in found:
                told = text.removeprefix(f"`{claim}`:").strip()
                found[claim].append(Change(heading, told.replace("*", "").replace("`", "")))
    return found


def _items(changelog: str) -> Iterable[tuple[str, str]]:
    heading, item = "", ""
    for line in [*changelog.splitlines(), "## "]:
        new = _HEADING.match(line)
        if item and (new or line.startswith("- ") or not line.strip() or line == "## "):
            yield heading, item
            item = ""
        if new:
            heading = new.group(1)
        elif line.startswith("- "):
            item = line[2:]
        elif item:
            item += f" {line}"
