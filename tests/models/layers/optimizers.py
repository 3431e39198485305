"""Optimisers as people write them: around another, or with moments in places of their own."""

import torch
from torch.optim import Optimizer


class SharpnessAware(Optimizer):
    """Around another one, with a state of its own beside that of the inner one."""

    def __init__(self, parameters, base):
        super().__init__(parameters, {})
        self.base = base(self.param_groups)
        self.param_groups = self.base.param_groups

    def step(self, closure=None):
        if closure is not None:
            closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                self.state[parameter]["sharpness"] = parameter.grad.abs()
        self.base.step()


class ProxyOf(Optimizer):
    """Hands on everything, as the wrappers of trainers do."""

    def __init__(self, inner):
        self.inner = inner

    param_groups = property(lambda self: self.inner.param_groups)
    state = property(lambda self: self.inner.state)


class InAList(Optimizer):
    """Speeds in a list beside the parameters."""

    def __init__(self, parameters):
        super().__init__(parameters, {})
        [group] = self.param_groups
        self.speeds = [torch.zeros_like(part) for part in group["params"]]

    def step(self, closure=None):
        [group] = self.param_groups
        if closure is not None:
            closure()
        with torch.no_grad():
            for part, speed in zip(group["params"], self.speeds, strict=True):
                part -= 0.01 * speed.mul_(0.9).add_(part.grad)


class InAGroup(InAList):
    """Slow weights in the group of settings."""

    def __init__(self, parameters):
        super().__init__(parameters)
        del self.speeds
        [group] = self.param_groups
        group["slow"] = [part.detach().clone() for part in group["params"]]

    def step(self, closure=None):
        if closure is not None:
            closure()


class InItsState(InAGroup):
    """Speeds in the state, under a name."""

    def __init__(self, parameters):
        super().__init__(parameters)
        [group] = self.param_groups
        self.state["speeds"] = group.pop("slow")
