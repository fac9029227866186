"""What the tests of one source share."""

import pytest

from analysis.sources import base


@pytest.fixture(autouse=True)
def _no_frame_of_an_invented_file_outlives_its_test(request):
    """Frames of public files are built once a process; a test that puts another file in their place wants its own."""
    invents = "monkeypatch" in request.fixturenames
    if invents:
        base._built.cache_clear()
    yield
    if invents:
        base._built.cache_clear()
