"""`fit`: train a network, rewire it as it learns, stop and resume without losing a bit."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.console import Interruptible, Progress
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.training._rewire import (
    Memory,
    RewiringRule,
    check_rule,
    check_same_topology,
    rewire,
)
from neurosparse.models.training.checks import check_parts, check_whole
from neurosparse.models.training.recorder import Recorder
from neurosparse.models.training.report import Callback, Row, topology_row
from neurosparse.models.training.resume import resumed, write_checkpoint
from neurosparse.rewiring import Sampling

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Data:
    """Samples to learn from and samples to test on, all in memory.

    Args:
        x, y: training inputs `[samples, ...]` and targets `[samples, ...]`.
        test_x, test_y: test samples, never trained on.
        batch: samples a step.
        samples: how many an epoch, drawn anew for each; all unless told otherwise.

    Raises:
        ValueError: numbers of inputs and targets differ, no sample at all (to test on, neither), or
            inputs that are not finite.
        TypeError: samples that are no tensors, or a batch that is no whole number.

    >>> data = Data(torch.arange(5.0)[:, None], torch.arange(5), batch=2)
    >>> [len(x) for x, y in data.batches(np.random.default_rng(0))]
    [2, 2, 1]
    """

    x: Tensor
    y: Tensor
    test_x: Tensor | None = None
    test_y: Tensor | None = None
    batch: int = 128
    samples: int | None = None

    def __post_init__(self) -> None:
        for name in ("x", "y", "test_x", "test_y"):
            value = getattr(self, name)
            if not isinstance(value, Tensor) and not (value is None and name.startswith("test")):
                raise bad_type(
                    name,
                    Said(type(value).__name__),
                    "a tensor",
                    "torch.as_tensor makes one of an array",
                )
        for name in ("batch", "samples"):
            check_whole(name, getattr(self, name), none=name == "samples")
        if len(self.x) != len(self.y) or len(self.x) == 0:
            raise bad_argument(
                "y",
                Said(f"{len(self.y)} targets"),
                f"one for each of {len(self.x)} samples, above 0",
            )
        if self.batch < 1:
            raise bad_argument("batch", self.batch, "at least 1 sample")
        if self.samples is not None and not 1 <= self.samples <= len(self.x):
            raise bad_argument(
                "samples", self.samples, f"1 to {len(self.x)}, the samples there are"
            )
        if (self.test_x is None) != (self.test_y is None):
            raise bad_argument("test_y", Said("only one of test_x and test_y"), "both or neither")
        if self.test_x is not None and self.test_y is not None:
            tests = len(self.test_x)
            if len(self.test_y) != tests or tests == 0:
                found = Said(f"{len(self.test_y)} targets")
                raise bad_argument(
                    "test_y", found, f"one for each of {tests} test samples, above 0"
                )
        for name, values in (("x", self.x), ("test_x", self.test_x)):
            if (
                values is not None
                and values.is_floating_point()
                and not bool(torch.isfinite(values).all())
            ):
                raise bad_argument(name, Said("NaN or infinite values"), "finite inputs")

    @property
    def seen(self) -> int:
        """Samples an epoch."""
        return len(self.x) if self.samples is None else self.samples

    @property
    def steps(self) -> int:
        """Batches an epoch."""
        return -(-self.seen // self.batch)

    def batches(self, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        """Go through the samples of an epoch once in an order drawn from `rng`."""
        order = torch.from_numpy(rng.permutation(len(self.x)))[: self.seen]
        for start in range(0, len(order), self.batch):
            chosen = order[start : start + self.batch]
            yield self.x[chosen], self.y[chosen]


@dataclass(frozen=True)
class TrainingPlan:
    """How long to train and from which seed, and where to keep the state.

    Args:
        epochs: passes over the data.
        seed: of the order of samples and of the rewiring; epoch k always draws from (seed, k).
        checkpoint: file that holds the state after each epoch; a run resumes from it.
        loss: of (output, target), a mean over the batch.
    """

    epochs: int = 10
    seed: int = 0
    checkpoint: str | Path | None = None
    loss: Loss = nn.functional.cross_entropy

    def __post_init__(self) -> None:
        check_whole("epochs", self.epochs)
        if self.epochs < 0:
            raise bad_argument("epochs", self.epochs, "0 or more")
        if isinstance(self.loss, type) or not callable(self.loss):
            raise bad_type(
                "loss",
                self.loss,
                "a function of (output, target), such as torch.nn.functional.mse_loss",
            )


@dataclass
class TrainingState:
    """What changes as a run goes on, besides the network and the optimiser."""

    epoch: int = 0
    history: list[Row] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True)
class TrainingResult:
    """Rows of all epochs, and whether the run was stopped by hand (Ctrl-C) after the last of
    them.
    """

    history: list[Row]
    interrupted: bool


def fit(
    model: nn.Module,
    data: Data,
    optimizer: torch.optim.Optimizer,
    plan: TrainingPlan = TrainingPlan(),
    *,
    rewiring: RewiringRule | None = None,
    scheduler: torch.optim.lr_scheduler.LRScheduler | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool = False,
) -> TrainingResult:
    """Train for the planned epochs, rewiring on the way, and test after each.

    A run that was stopped, or killed, goes on from the checkpoint of its last complete epoch and
    ends with the very bits of one that was never stopped (same machine, versions and thread count).
    Ctrl-C ends it after the batch at hand, weights and support whole; a second one ends it at once.
    A run stopped within its
    first epoch has no checkpoint yet: begin it again with a network made anew.

    Args:
        model: the network, trained in place.
        data: what to learn; with test samples, callbacks and the caller get the model in evaluation
            mode.
        optimizer: over the parameters of the model.
        plan: epochs, seed, checkpoint, loss.
        rewiring: a rule that edits the supports, such as `neurosparse.rewiring.rigl()`.
        scheduler: of the learning rate, stepped once a batch.
        callbacks: called after every epoch with the history.
        progress: show a bar on a terminal.

    Raises:
        ValueError: the loss stops being a number, the checkpoint belongs to another run, the
            optimiser trains nothing of this network, or the rule cannot work on it.
        TypeError: an argument of another kind, or an optimiser or schedule whose step wants more
            than its turn.
        RuntimeError: ranks of a distributed run have come to have different synapses.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.models import SparseLinear
    >>> model = SparseLinear(Connectivity.from_dense([[1, 0], [0, 1.0]]), rng=0)
    >>> data = Data(torch.eye(2), torch.arange(2))
    >>> result = fit(model, data, torch.optim.SGD(model.parameters(), 1.0), TrainingPlan(epochs=20))
    >>> len(result.history), result.history[-1]["loss"] < result.history[0]["loss"]
    (20, True)
    """
    check_parts(model, data, optimizer, plan, scheduler)
    check_same_topology(model)
    state = resumed(plan.checkpoint, model, optimizer, scheduler, plan.seed) or TrainingState()
    if rewiring is not None:
        check_rule(model, rewiring)
    run = _Run(model, data, optimizer, plan, rewiring, scheduler)
    bar = Progress(progress, plan.epochs * data.steps, "training")
    with (
        Recorder(model, rewiring.sampling if rewiring else Sampling()) as recorder,
        Interruptible() as stop,
    ):
        try:
            while state.epoch < plan.epochs:
                row = run.epoch(state, recorder, lambda done: _moment(bar, stop, done))
                check_same_topology(model)
                state.epoch += 1
                state.history.append(row)
                if plan.checkpoint is not None:
                    write_checkpoint(plan.checkpoint, model, optimizer, scheduler, plan.seed, state)
                for callback in callbacks:
                    callback(state.history)
        except KeyboardInterrupt:
            return TrainingResult(state.history, True)
        finally:
            bar.close()
    return TrainingResult(state.history, False)


def _moment(bar: Progress, stop: Interruptible, done: int) -> None:
    """Between two batches: show how far the run is, leave if somebody asked for it."""
    bar.show(done)
    if stop.asked:
        raise KeyboardInterrupt


@dataclass(frozen=True)
class _Run:
    """The parts of a run that do not change."""

    model: nn.Module
    data: Data
    optimizer: torch.optim.Optimizer
    plan: TrainingPlan
    rule: RewiringRule | None
    scheduler: torch.optim.lr_scheduler.LRScheduler | None

    def epoch(
        self, state: TrainingState, recorder: Recorder, between: Callable[[int], None]
    ) -> Row:
        """Train one epoch, rewire when it is time, test; `between` hears the steps done after each batch."""
        rng = np.random.default_rng([self.plan.seed, state.epoch])
        recorder.clear()
        self.model.train()
        start = time.perf_counter()
        total = 0.0
        moved = 0
        updates = 0
        rewiring_s = 0.0
        held = self._synapses()
        worked = 0
        for step, (x, y) in enumerate(self.data.batches(rng)):
            total += self._step(x, y, state.epoch * self.data.steps + step + 1) * len(x)
            worked += held * len(x)
            if self.rule is not None and self._due(state.epoch, step):
                began = time.perf_counter()
                progress = (state.epoch * self.data.steps + step + 1) / (
                    self.plan.epochs * self.data.steps
                )
                moved += rewire(
                    self.model,
                    self.rule,
                    progress,
                    recorder=recorder,
                    optimizer=self.optimizer,
                    memory=state.memory,
                    rng=rng,
                )
                updates = updates + 1
                held = self._synapses()
                rewiring_s += time.perf_counter() - began
            between(state.epoch * self.data.steps + step + 1)
        row: Row = {
            "epoch": state.epoch + 1,
            "epochs": self.plan.epochs,
            "loss": total / self.data.seen,
        }
        row["seconds"] = time.perf_counter() - start
        topology = topology_row(self.model)
        if self.rule is not None:
            row |= {"moved": moved, "turnover": moved / max(topology.get("nnz", 0), 1)}
            # where density falls, samples of this epoch met more synapses than are left at its end
            row |= {
                "updates": updates,
                "rewiring_seconds": rewiring_s,
                "mean_nnz": worked / self.data.seen,
            }
        if self.data.test_x is not None and self.data.test_y is not None:
            # callbacks, and who trained it, get the model as it was tested
            row |= evaluate(self.model.eval(), self.data.test_x, self.data.test_y, self.plan.loss)
        return row | topology

    def _synapses(self) -> int:
        return sum(layer.nnz for layer in sparse_layers(self.model).values())

    def _step(self, x: Tensor, y: Tensor, number: int) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.plan.loss(self.model(x), y)
        if loss.dim():
            raise bad_argument(
                "loss",
                Said(f"a tensor of shape {list(loss.shape)}"),
                "one number, the mean of a batch",
            )
        value = loss.item()
        if not np.isfinite(value):
            raise bad_argument(
                "loss", value, "a finite number", "lower the learning rate or clip gradients"
            )
        loss.backward()  # type: ignore[no-untyped-call]
        slopes = (p.grad for p in self.model.parameters() if p.grad is not None)
        if not all(np.isfinite(slope.sum().item()) for slope in slopes):
            from neurosparse.models.spiking.truncated import require_finite

            require_finite(self.model, number)
        self.optimizer.step()
        if self.scheduler is not None:
            self.scheduler.step()
        return value

    def _due(self, epoch: int, step: int) -> bool:
        """Whether to rewire after this step; never after the last of the run, whose weights would be unfit."""
        assert self.rule is not None
        done = epoch * self.data.steps + step + 1
        if done >= self.plan.epochs * self.data.steps:
            return False
        return done % (self.rule.every or self.data.steps) == 0


@torch.no_grad()
def evaluate(
    model: nn.Module, x: Tensor, y: Tensor, loss: Loss = nn.functional.cross_entropy
) -> Row:
    """Mean loss and, where targets are class numbers, accuracy on samples, 1,024 at a time, in evaluation mode.

    Every part of the model is in the mode it was in afterwards.

    >>> evaluate(nn.Identity(), torch.tensor([[0.0, 9.0], [9.0, 0.0]]), torch.tensor([1, 1]))["accuracy"]
    0.5
    """
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    total, right = 0.0, 0
    try:
        for start in range(0, len(x), 1024):
            target = y[start : start + 1024]
            out = model(x[start : start + 1024])
            total += loss(out, target).item() * len(target)
            if not target.is_floating_point():
                right += int((out.argmax(-1) == target).sum())
    finally:
        for part, training in modes:
            part.training = training
    row: Row = {"test_loss": total / max(len(x), 1)}
    return row if y.is_floating_point() else row | {"accuracy": right / max(len(x), 1)}
