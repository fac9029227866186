"""The mean of z / (z + g) over gamma-mixed rates g, against another quadrature, wherever scipy's own function is."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import exp1
from scipy.stats import gamma

from analysis.models._tricomi import scaled_tricomi


@pytest.mark.parametrize("shape", [0.4, 3.0, 5.000000000000001, 7.9, 12.0, 20.0, 45.0])
@pytest.mark.parametrize("part", [0.02, 0.19, 1.0, 7.0, 300.0])
def test_it_is_the_mean_over_quantiles_at_every_shape(shape, part):
    """scipy's hyperu makes a hundredfold of it at shape 20, and tenfold at a shape a rounding error above 5."""
    z = part * shape
    expected = quad(lambda p: z / (z + gamma.ppf(p, shape)), 0, 1, limit=400, epsabs=1e-11)[0]
    assert float(scaled_tricomi(shape, z)) == pytest.approx(expected, rel=1e-6)


def test_at_whole_shapes_it_is_the_exponential_integral():
    """U(1, 1, z) = e^z E1(z), and E2(z) = e^-z - z E1(z)."""
    z = np.array([0.001, 0.1, 1.0, 20.0])
    assert scaled_tricomi(1.0, z) == pytest.approx(z * np.exp(z) * exp1(z), rel=1e-12)
    assert scaled_tricomi(2.0, z) == pytest.approx(z * (1 - z * np.exp(z) * exp1(z)), rel=1e-10)


def test_who_are_all_alike_leave_at_one_rate():
    assert scaled_tricomi(1e8, 3e8) == pytest.approx(0.75, rel=1e-7)
