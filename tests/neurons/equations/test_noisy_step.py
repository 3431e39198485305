"""What noise adds in a step: exact covariances for linear equations, Euler and Maruyama's else."""

import numpy as np
import pytest
from scipy.integrate import quad_vec
from scipy.linalg import expm

from neurosparse.neurons import from_equations, linear_noise

FREE = 1000
COUPLED = """
dv/dt = (y - v - w) / tau + s * xi_v
dy/dt = -y / 5 + 2 * s * xi_y - s * xi_v
dw/dt = (v - w) / 30
"""
A = np.array([[-0.1, 0.1, -0.1], [0.0, -0.2, 0.0], [1 / 30, 0.0, -1 / 30]])
C = 0.7 * np.array([[1.0, 0.0], [-1.0, 2.0], [0.0, 0.0]])


def covariance(a, c, dt):
    return quad_vec(lambda s: expm(a * s) @ c @ c.T @ expm(a * s).T, 0.0, dt)[0]


@pytest.mark.parametrize("dt", [0.1, 2.0, 20.0])
def test_a_triangle_has_the_covariance_of_the_noise(dt):
    triangle = linear_noise(dt, A.tolist(), C.tolist())
    assert np.allclose(triangle @ triangle.T, covariance(A, C, dt), rtol=1e-9, atol=1e-15)
    assert np.allclose(triangle, np.tril(triangle))


def steps_of(kind, dt, since=FREE):
    """What each normal number alone adds to each variable in a step, [n, numbers]."""
    model = kind()
    p = model.coefficients(dt)
    zero = kind.State(**dict.fromkeys(kind.State._fields, 0.0))
    columns = []
    for field in kind.noise:
        after, _ = kind.update(zero._replace(**{field: 1.0}), p, since)
        columns.append(after[: len(kind.State._fields) - len(kind.noise)])
    return np.array(columns).T


@pytest.mark.parametrize("dt", [0.1, 3.0])
def test_a_step_has_the_covariance_of_its_equations(dt):
    kind = from_equations(
        COUPLED, threshold="False", receptors={}, parameters={"tau": 10.0, "s": 0.7}
    )
    step = steps_of(kind, dt)
    assert np.allclose(step @ step.T, covariance(A, C, dt), rtol=1e-9, atol=1e-14)


def test_what_rests_has_no_noise_and_hands_none_on():
    kind = from_equations(
        COUPLED,
        threshold="v > 100",
        reset="v = 0",
        receptors={},
        parameters={"tau": 10.0, "s": 0.7, "t_ref": 5.0},
    )
    step = steps_of(kind, 0.5, since=-3)
    still = np.diag([0.0, 1.0, 1.0])
    expected = covariance(still @ A * [[1], [1], [1]], still @ C, 0.5)
    assert np.allclose(step @ step.T, expected, rtol=1e-9, atol=1e-14)
    assert not step[0].any()
    assert step[1].any()


def test_other_equations_take_the_step_of_euler_and_maruyama():
    kind = from_equations(
        "dv/dt = -v**3 + 3 * v * xi + 2 * xi_b",
        threshold="False",
        receptors={},
        parameters={},
        method="euler",
    )
    p = kind().coefficients(0.25)
    after, _ = kind.update(kind.State(2.0, 1.0, 0.0), p, FREE)
    assert after.v == pytest.approx(2.0 - 0.25 * 8.0 + 0.5 * 6.0)
    after, _ = kind.update(kind.State(2.0, 0.0, 1.0), p, FREE)
    assert after.v == pytest.approx(2.0 - 0.25 * 8.0 + 0.5 * 2.0)
