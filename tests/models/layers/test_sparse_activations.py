"""Hard ASH and Elephant: published values and gradients."""

import pytest
import torch

from neurosparse.models import Elephant, HardAsh, ash, elephant, hard_ash

X = torch.tensor([-1.0, 0, 1, 2, 3, 10], dtype=torch.float64)


def test_ash() -> None:
    expected = [-5.7e-10, 0, 2.3075e-07, 9.2694e-06, 2.79248e-04, 9.99991855]
    assert ash(X, z=1.0).tolist() == pytest.approx(expected, rel=1e-2, abs=1e-12)
    assert hard_ash(X, z=1.0).tolist() == [0, 0, 0, 0, 0, 2]
    assert HardAsh()(X)[-1].item() == pytest.approx(0.23385418, abs=1e-8)


@pytest.mark.parametrize(
    ("x", "a", "d", "y"),
    [
        (0, 1, 4, 1),
        (1, 1, 4, 0.5),
        (0.5, 1, 4, 0.9411764706),
        (2, 1, 4, 0.0588235294),
        (2, 1, 8, 0.0038910506),
        (0.04, 0.08, 4, 0.9411764706),
    ],
)
def test_elephant(x: float, a: float, d: float, y: float) -> None:
    assert elephant(torch.tensor(x, dtype=torch.float64), a, d).item() == pytest.approx(
        y, abs=1e-9
    )


def test_gradients() -> None:
    x = torch.linspace(-3, 3, 12, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(ash, x)
    assert torch.autograd.gradcheck(Elephant(), x)
    elephant(x, 0.1, 8.0).sum().backward()
    assert x.grad is not None
    assert (x.grad[x.abs() > 1].abs() < 1e-5).all()


def test_refusals() -> None:
    for call, words in [
        (lambda: HardAsh(0), "alpha"),
        (lambda: Elephant(0), "a, d"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
