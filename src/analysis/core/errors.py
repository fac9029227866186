"""Exceptions: the user's mistake (printed plainly, own exit code) apart from our own bugs (crash loudly)."""

from collections.abc import Sequence

EXIT_USER_MISTAKE = 2
EXIT_NOTEBOOK_FAILED = 3
EXIT_NOT_FETCHED = 4
EXIT_STOPPED = 130  # as shells have it for Ctrl-C
EXIT_DISAGREES = 5
EXIT_DATA_FAULT = 6
EXIT_NOT_WRITTEN = 7


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
    """A data file is not what its documentation says: wrong hash, row count, span or levels. Exit code 6."""


class FrameUnavailable(UserMistake):
    """A source was asked for a frame it cannot build; says which table or file is missing."""


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
