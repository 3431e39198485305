"""`Rewirer`: rewiring in anybody's own training loop."""

import time
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
from torch import nn

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.models.training._rewire import (
    RewiringMemory,
    check_rule,
    check_same_topology,
    rewire,
)
from neurosparse.models.training.parameters import check_optimizer, learning_layers
from neurosparse.models.training.recorder import ActivityRecorder
from neurosparse.rewiring import RewiringRule
from neurosparse.typing import Seed


class Rewirer:
    """Rewire a network from any loop: made once, `step()` after every `optimizer.step()`.

    It keeps what a rule needs beside the network: recorded activity, the memory of pairs, the
    generator, and how far the training is. Use it as a context manager, or call `close()` at the
    end; either takes the hooks of the recorder off.

    Args:
        model: the network; its `SparseLinear` layers that learn are rewired (not those that are
            frozen, or not of this optimiser), parameters stay the same objects.
        rule: for example `neurosparse.rewiring.rigl()`.
        optimizer: whose moments follow their synapses.
        steps: optimiser steps of the whole training.
        steps_per_epoch: needed by rules that act once an epoch (`every=0`) and by no other.
        rng: seed or generator; ranks of one run must give the same.

    Attributes:
        done: optimiser steps so far.
        updates: how often the rule acted since the epoch began, or since the start.
        moved: how many synapses it moved in that time; one that was dropped and grown again at
            once did not move, so they may be fewer than the fraction says.
        seconds: how long it took.

    Raises:
        TypeError: a model, rule or optimiser that is none.
        ValueError: steps below 0, a rule that cannot work on this network, or one that acts once an
            epoch where steps_per_epoch is not given.
        RuntimeError: ranks of a distributed run have different synapses.

    >>> from neurosparse.models import sparse_mlp
    >>> from neurosparse.rewiring import rigl
    >>> from neurosparse.wiring import RandomEdges
    >>> model = sparse_mlp([8, 16, 2], RandomEdges(0.5), rng=0)
    >>> optimizer = torch.optim.SGD(model.parameters(), 0.1)
    >>> with Rewirer(model, rigl(every=2), optimizer, steps=10, rng=0) as rewirer:
    ...     for _ in range(10):
    ...         model(torch.ones(4, 8)).square().mean().backward()
    ...         optimizer.step()
    ...         moved = rewirer.step()
    >>> rewirer.updates, model[0].nnz
    (4, 64)
    """

    def __init__(
        self,
        model: nn.Module,
        rule: RewiringRule,
        optimizer: torch.optim.Optimizer,
        *,
        steps: int,
        steps_per_epoch: int | None = None,
        rng: Seed = None,
    ) -> None:
        check_rule(model, rule, optimizer)
        check_optimizer(model, optimizer)
        check_same_topology(model)
        self.model = model
        self.rule = rule
        self.optimizer = optimizer
        self.steps = whole_number("steps", steps)
        self.every = rule.every or _epoch(steps_per_epoch, rule)
        self.rng = np.random.default_rng(rng)
        self.memory = RewiringMemory()
        layers = learning_layers(model, optimizer).values()
        follow = getattr(rule, "chains", None) is not None
        self.recorder = ActivityRecorder(model, rule.sampling, layers=layers, follow=follow)
        self.done = 0
        self._reset_tallies()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the hooks of the recorder off the network."""
        self.recorder.close()

    @property
    def due(self) -> bool:
        """Whether the network is rewired after the step just done.

        Never after the last of all: its new weights would be left untrained.
        """
        return self.done < self.steps and self.done % self.every == 0

    def step(self) -> int:
        """Count one optimiser step, rewire if it is time, return how many synapses moved."""
        self.done += 1
        if not self.due:
            return 0
        began = time.perf_counter()
        moved = rewire(
            self.model,
            self.rule,
            self.done / self.steps,
            recorder=self.recorder,
            optimizer=self.optimizer,
            memory=self.memory,
            rng=self.rng,
        )
        self.updates += 1
        self.moved += moved
        self.seconds += time.perf_counter() - began
        return moved

    def start_epoch(self, rng: Seed = None) -> None:
        """Forget recorded activity and tallies, and draw from `rng` from now on if it is given.

        A loop need not call this. One that does, with a generator made of its seed and the epoch,
        depends on nothing of earlier epochs but `memory` and `done`, as `fit` does.
        """
        self.recorder.clear()
        self._reset_tallies()
        if rng is not None:
            self.rng = np.random.default_rng(rng)

    def _reset_tallies(self) -> None:
        self.updates = 0
        self.moved = 0
        self.seconds = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Give what a checkpoint must hold beside the network and the optimiser.

        Recorded activity is not part of it: write checkpoints just after an update, or at the start
        of an epoch.
        """
        return {
            "done": self.done,
            "visits": self.memory.state_dict(),
            "rng": self.rng.bit_generator.state,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        self.done = state["done"]
        self.memory = RewiringMemory.from_state_dict(state["visits"])
        self.rng.bit_generator.state = state["rng"]


def _epoch(steps_per_epoch: int | None, rule: RewiringRule) -> int:
    if steps_per_epoch is None:
        expected = f"the steps of an epoch, after which {type(rule).__name__} acts"
        raise bad_argument("steps_per_epoch", None, expected, "or give the rule every=…")
    return whole_number("steps_per_epoch", steps_per_epoch, 1)
