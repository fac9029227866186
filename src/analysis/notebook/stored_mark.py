"""How a page says that a number was stored by an earlier run, where a number comes from, and what the data would add."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.results import CheckResult, Estimate
from analysis.core.wording import number
from analysis.sources.base import Source
from analysis.sources.manifest import load_manifest
from analysis.verdicts import stored_results


def named(result: Estimate | CheckResult) -> str:
    """Return the name of a result's source, with the date of the run where it is a stored one."""
    return f"{result.source} (stored, from the run of {result.stored})" if result.stored else result.source


def origin(estimate: Estimate) -> str:
    """Say by what an Estimate was computed, from which frame and which files; empty for published figures.

    Each name leads one step further: the function to the estimator, the frame and the source to what was read, the hash to
    the files that ``data/sources.csv`` lists.
    """
    if not estimate.estimator:
        return ""
    files = f", files {estimate.data}" if estimate.data else ""
    return f"Computed by {estimate.estimator} from the frame {estimate.frame}{files}."


def with_the_data(sources: Sequence[Source], *, by_name: bool = True) -> str:
    """Say how to get the files of sources that are not on this machine, and how large the download is.

    Parameters
    ----------
    by_name : bool
        Name the sources; False where the sentence stands behind the name.

    Returns
    -------
    str
        For example "With the data: `make data` (Hillstrom, 3.9 MB)".
    """
    sizes = {f"{file.source}/{file.file}": file.bytes for file in load_manifest()}
    told = []
    for source in sources:
        files = stored_results.files_of(source.name) or [name for name in sizes if name.startswith(f"{source.name}/")]
        size = sum(sizes.get(name, 0) for name in files)
        told += [source.title] if by_name else []
        told += [f"{number(max(size / 1e6, 0.1), 2)} MB"] if size else []
    return f"With the data: `make data` ({', '.join(told)})"


def state_without_files(source: Source, why_not: str) -> str:
    """Say what stands in for a source that is not on this machine."""
    date = stored_results.date_of(source.name) if source.module else ""
    if not date:
        return f"not there: {why_not}"
    here = "; a file of it that is here is not the documented one and is not used" if source.unused() else ""
    return f"stored, from the run of {date}{here}. {with_the_data([source], by_name=False)}."
