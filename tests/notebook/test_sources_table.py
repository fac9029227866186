"""The table of a page's sources says what was read, and does not make up a checksum."""

from __future__ import annotations

import dataclasses
import hashlib

from analysis.notebook.tables import sources_table
from analysis.sources import cdnow


def test_a_file_has_a_checksum_and_a_database_has_none():
    shipped = cdnow.SOURCE
    database = dataclasses.replace(shipped, files=lambda: ())
    states = [row["State"] for row in sources_table([shipped, database]).rows]
    of_file = hashlib.sha256()
    for path in shipped.files():
        of_file.update(hashlib.sha256(path.read_bytes()).hexdigest().encode())
    assert states == [
        f"read, sha256 {of_file.hexdigest()[:16]}…",
        "read from a database, of which there is no checksum",
    ]
