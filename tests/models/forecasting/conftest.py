"""The same weights in every run."""

import pytest
import torch


@pytest.fixture(autouse=True)
def one_seed() -> None:
    """The same weights in every run."""
    torch.manual_seed(0)
