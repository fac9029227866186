"""What it means for a reader that something could not be computed: never the workings of an optimiser or of a package."""

from __future__ import annotations

import re

from analysis.core.errors import AnalysisError, FrameMistake, FrameUnavailable

_FAILURES = {
    "ConvergenceError": "the model does not converge on them",
    "PerfectSeparationError": "a covariate decides the outcome by itself, so that the model has no answer",
    "LinAlgError": "columns of the model say the same thing, or do not vary",
    "ZeroDivisionError": "a group in it is empty, or does not vary",
    "FloatingPointError": "numbers in it grow beyond all bounds",
    "MemoryError": "it needs more memory than there is",
}
"""Exceptions of other packages, by name, and what they mean for the data."""


def reason_of_failure(fault: Exception) -> str:
    """Why a company's tables gave one answer not, in plain words: that answer's line, and nothing that ends a page.

    Parameters
    ----------
    fault : Exception
        What the builder of a frame, an estimator or a check raised.

    Raises
    ------
    AnalysisError
        `fault` itself where it is no matter of the data: a parameter out of range, a broken register.

    Examples
    --------
    >>> reason_of_failure(ZeroDivisionError("division by zero"))
    'This could not be computed from the tables: a group in it is empty, or does not vary.'
    """
    if isinstance(fault, FrameMistake | FrameUnavailable):
        return without_workings(str(fault))
    if isinstance(fault, AnalysisError):
        raise fault
    names = [kind.__name__ for kind in type(fault).__mro__]
    why = next((_FAILURES[name] for name in names if name in _FAILURES), f"it broke off ({names[0]})")
    return f"This could not be computed from the tables: {why}."


_TOO_FEW = "the customers are too few or too alike for it. Use a longer history or more customers."
_PLAIN = tuple(
    (re.compile(pattern, re.DOTALL), plain)
    for pattern, plain in (
        (
            r"(?P<model>[\w/ -]+): the search for the maximum of the likelihood did not converge"
            r".*?too few or too uniform( customers)? for the model\.",
            rf"\g<model>: this model cannot be fitted here; {_TOO_FEW}",
        ),
        (
            r"(?P<model>[\w/ -]+) on (?P<n>\d+) customers: the likelihood is flat at its maximum \(.*?\), so the parameters "
            r"have no interval\. Use a simpler model or more data\.",
            r"\g<model>: \g<n> customers do not settle this model, so that nothing said by it would have an interval. "
            "Use a longer history or more customers.",
        ),
        (
            r"(?P<model>[\w/ -]+): q = \S+ is not above 1, so the mean spend of the population is infinite\. "
            r"Look for outliers in `monetary`, or state spend without this model\.",
            r"\g<model>: a few very large amounts leave the mean spend without bounds. Look at the largest amounts.",
        ),
        (
            r"(?P<model>[\w/ -]+): no finite expectation for frequency = (?P<n>\S+), recency = .*?"
            r"leave out customers who are no single buyers\.",
            r"\g<model>: no forecast can be made for a customer with \g<n> repeat purchases. Look whether that is a single "
            "buyer, and leave out those who are not.",
        ),
        (
            r"(?P<model>[\w/ -]+ with [\w/ -]+): \d+ of \d+ drawn parameter sets have no finite value; the data do not pin the "
            r"parameters\. Use more customers or a longer observation\.",
            rf"\g<model>: the two models together give no finite value; {_TOO_FEW}",
        ),
        (
            r"The model of leaving is hardly identified: .*?or nobody leaves\. The customers are too few or too uniform for it; "
            r"use a longer history or more customers\.",
            f"These data do not settle the model of leaving; {_TOO_FEW}",
        ),
        (
            r"no maximum of the likelihood where customers differ in leaving by \S+ \(squared coefficient of variation\)\.",
            "these histories do not show how much customers differ in leaving. Use longer ones.",
        ),
        (
            r"(?P<failed>\d+) of (?P<n>\d+) resamples of (?P<who>\d+) customers could not be fitted; the customers are too few or "
            r"too uniform to tell sorting from state dependence\.",
            r"in \g<failed> of \g<n> samples drawn again from \g<who> customers the model cannot be fitted; they are too few or "
            "too alike to tell whether buying makes buying likelier or the steady ones are left over.",
        ),
        (
            r"needs customers who bought again; `frequency` is 0 in all (?P<n>\d+) customers\.",
            r"needs customers who bought again, and none of \g<n> did.",
        ),
        (r"(?P<what>No Bass curve fits these \d+ periods): .+?\.(?=$|\s)", r"\g<what>."),
        (
            r"(?P<what>no limit can be estimated at the threshold) \(.*\)\. Give more members near it\.",
            r"\g<what>. Give more members near it.",
        ),
    )
)
"""What models, and estimators on behalf of other packages, say of their workings, and what a reader can use of it."""


def without_workings(text: str) -> str:
    """A reason without slopes, parameters and iterations of a search; any other text as it is.

    Examples
    --------
    >>> without_workings("BG/NBD needs customers who bought again; `frequency` is 0 in all 40 customers.")
    'BG/NBD needs customers who bought again, and none of 40 did.'
    """
    for pattern, plain in _PLAIN:
        text = pattern.sub(plain, text)
    return text
