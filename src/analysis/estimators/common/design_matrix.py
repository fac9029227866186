"""Design matrices that a regression can solve: columns that are sums of earlier ones are left out."""

from __future__ import annotations

import numpy as np

TOLERANCE = 1e-8


def independent_columns(matrix: np.ndarray) -> np.ndarray:
    """Tell which columns are no linear combination of the columns before them.

    What comes first is kept: put the intercept and the column that is asked about in front.

    Parameters
    ----------
    matrix : numpy.ndarray
        With fewer rows than columns, at most as many columns are independent as there are rows.

    Examples
    --------
    The third column is the first less the second:

    >>> import numpy as np
    >>> independent_columns(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]])).tolist()
    [True, True, False]
    >>> independent_columns(np.array([[2.0, 0.0, 1.0]])).tolist()
    [True, False, False]
    """
    length = np.linalg.norm(matrix, axis=0)
    scaled = matrix / np.where(length > 0, length, 1.0)
    rows, columns = scaled.shape
    if rows < columns:  # rows of zeros change no column's dependence, and give every column its place on the diagonal
        scaled = np.vstack([scaled, np.zeros((columns - rows, columns))])
    triangle = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    retained: np.ndarray = triangle > TOLERANCE
    return retained
