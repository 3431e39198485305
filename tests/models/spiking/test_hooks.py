"""Forward hooks of a module that is not called."""

from typing import Any

import torch
from torch import nn

from neurosparse.models.spiking.hooks import call_forward_hooks, has_hooks


def test_hooks_are_seen_and_called() -> None:
    module = nn.Linear(2, 1)
    assert not has_hooks(module)
    calls: list[Any] = []
    handle = module.register_forward_hook(lambda *parts: calls.append(parts))
    assert has_hooks(module)
    x = torch.ones(1, 2)
    y = torch.zeros(1, 1)
    call_forward_hooks(module, (x,), y)
    ((seen, (entered,), left),) = calls
    assert seen is module
    assert entered is x
    assert left is y
    handle.remove()
    assert not has_hooks(module)
    module.register_forward_pre_hook(lambda *parts: None)
    assert has_hooks(module)
