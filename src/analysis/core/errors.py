"""Exceptions: the user's mistake (printed plainly, own exit code) apart from our own bugs (crash loudly)."""

from collections.abc import Sequence

EXIT_USER_MISTAKE = 2
EXIT_NOTEBOOK_FAILED = 3
EXIT_NOT_FETCHED = 4
EXIT_STOPPED = 130  # as shells have it for Ctrl-C
EXIT_DISAGREES = 5


class AnalysisError(Exception):
    """Base of everything this package raises on purpose."""


class UserMistake(AnalysisError, ValueError):
    """The input is wrong: the command line prints the message as one paragraph and ends with exit code 2."""


class ParameterMistake(UserMistake):
    """A notebook or command parameter is unknown, ill-typed or out of range."""


class RegisterMistake(UserMistake):
    """An entry of ``data/claims/`` breaks the register's form; names file, claim and field."""


class EvidenceMistake(UserMistake):
    """A row of ``data/evidence/`` breaks the table's form; names file, row and column."""


class FrameMistake(UserMistake):
    """A table does not have the columns, units or ranges of the frame it claims to be."""


class DataFault(AnalysisError):
    """A data file is not what its documentation says: wrong hash, row count, span or levels."""


class FrameUnavailable(UserMistake):
    """A source was asked for a frame it cannot build; says which table or file is missing."""


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
        return str(fault)
    if isinstance(fault, AnalysisError):
        raise fault
    names = [kind.__name__ for kind in type(fault).__mro__]
    why = next((_FAILURES[name] for name in names if name in _FAILURES), f"it broke off ({names[0]})")
    return f"This could not be computed from the tables: {why}."


def require_one_of(name: str, value: object, allowed: Sequence[object]) -> None:
    """Raise ParameterMistake unless `value` is one of `allowed`.

    Examples
    --------
    >>> require_one_of("scale", "ratio", ("ratio", "difference"))
    >>> require_one_of("scale", "ration", ("ratio", "difference"))
    Traceback (most recent call last):
        ...
    analysis.core.errors.ParameterMistake: `scale` must be one of 'ratio', 'difference'; got 'ration'.
    """
    if value not in allowed:
        choices = ", ".join(repr(str(choice)) for choice in allowed)
        raise ParameterMistake(f"`{name}` must be one of {choices}; got {str(value)!r}.")
