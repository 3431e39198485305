"""`fit`: train a network, rewire it as it learns, stop and resume without losing a bit."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.console import Interruptible, Progress, Terminated
from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.spiking.truncated import require_finite_gradients
from neurosparse.models.training._evaluate import evaluate_together
from neurosparse.models.training._rewire import check_same_topology
from neurosparse.models.training.checks import check_parts, check_smallest_batch
from neurosparse.models.training.data import Data
from neurosparse.models.training.plan import (
    Row,
    TrainingPlan,
    TrainingResult,
    TrainingState,
)
from neurosparse.models.training.ranks import Ranks, ranks_of
from neurosparse.models.training.report import Callback, topology_row
from neurosparse.models.training.resume import resumed, write_checkpoint
from neurosparse.models.training.rewirer import Rewirer
from neurosparse.rewiring import RewiringRule


def fit(
    model: nn.Module,
    data: Data,
    optimizer: torch.optim.Optimizer,
    plan: TrainingPlan = TrainingPlan(),  # noqa: B008 - a frozen value
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
    A run stopped within its first epoch has no checkpoint yet: begin it again with a network made
    anew.

    Where `torchrun` or the like has started several processes (`torch.distributed` is initialised,
    the model is bare), they train together: `data.batch` is the batch of all, each takes every n-th
    sample of it, gradients are added, rank 0 rewires for all and writes the checkpoint, which any
    number of processes takes up. Results are those of one process up to the order of additions.

    Args:
        model: the network, trained in place; one with `learning_loss(x, y)`, such as
            `ForwardForward`, learns by the gradient of that, and is tested by the loss of the plan.
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
            optimiser trains nothing of this network, the rule cannot work on it, or the last batch
            is one sample, of which a norm over batches cannot learn.
        TypeError: an argument of another kind, or an optimiser or schedule whose step wants more
            than its turn.
        RuntimeError: ranks of a distributed run have come to have different synapses.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.models import SparseLinear
    >>> model = SparseLinear(Connectivity.from_dense([[1, 0], [0, 1.0]]), rng=0)
    >>> optimizer = torch.optim.SGD(model.parameters(), 1.0)
    >>> data = Data(torch.eye(2), torch.arange(2))
    >>> history = fit(model, data, optimizer, TrainingPlan(epochs=20)).history
    >>> len(history), history[-1]["loss"] < history[0]["loss"]
    (20, True)
    """
    check_parts(model, data, optimizer, plan, scheduler)
    check_smallest_batch(model, data)
    ranks = ranks_of(model)
    if ranks is not None:
        ranks.bring_in_line(model)
    check_same_topology(model)
    state = (
        resumed(plan.checkpoint, model, optimizer, scheduler, plan.seed) or TrainingState()
    )
    total = plan.epochs * data.steps
    rewirer = None
    if rewiring is not None:
        rewirer = Rewirer(
            model, rewiring, optimizer, steps=total, steps_per_epoch=data.steps
        )
        rewirer.done = state.epoch * data.steps
        rewirer.memory = state.memory
    run = _Run(model, data, optimizer, plan, rewirer, scheduler, ranks)
    bar = Progress(progress and (ranks is None or ranks.rank == 0), total, "training")
    with rewirer or nullcontext(), Interruptible() as stop:
        try:
            while state.epoch < plan.epochs:
                row = run.epoch(
                    state.epoch, lambda done: _between_batches(bar, stop, done, ranks)
                )
                check_same_topology(model)
                state.epoch += 1
                state.history.append(row)
                if plan.checkpoint is not None and (ranks is None or ranks.rank == 0):
                    write_checkpoint(
                        plan.checkpoint, model, optimizer, scheduler, plan.seed, state
                    )
                if ranks is not None:
                    # nobody is an epoch ahead of the checkpoint
                    torch.distributed.barrier()
                for callback in callbacks:
                    callback(state.history)
        except Terminated:
            raise
        except KeyboardInterrupt:
            return TrainingResult(state.history, True)
        finally:
            bar.close()
    return TrainingResult(state.history, False)


def _between_batches(
    bar: Progress, stop: Interruptible, done: int, ranks: Ranks | None
) -> None:
    """Show how far the run is; leave if somebody asked for it."""
    bar.show(done)
    if ranks is not None:
        ranks.stop_together(stop)
    elif stop.asked:
        raise stop.reason()


@dataclass(frozen=True)
class _Run:
    """The parts of a run that do not change."""

    model: nn.Module
    data: Data
    optimizer: torch.optim.Optimizer
    plan: TrainingPlan
    rewirer: Rewirer | None
    scheduler: torch.optim.lr_scheduler.LRScheduler | None
    ranks: Ranks | None

    def epoch(self, epoch: int, between: Callable[[int], None]) -> Row:
        """Train one epoch, rewire when it is time, test.

        Args:
            epoch: epochs before this one.
            between: called after each batch with the steps done so far.
        """
        rng = np.random.default_rng([self.plan.seed, epoch])
        if self.rewirer is not None:
            self.rewirer.start_epoch(rng)
        self.model.train()
        start = time.perf_counter()
        total_loss = 0.0
        # of all samples together, since rewiring may change the number between two batches
        total_synapses = 0
        synapses = self._synapses()
        for step, (x, y) in enumerate(self.data.batches(rng), 1):
            done = epoch * self.data.steps + step
            total_loss += self._step(x, y, done) * len(x)
            total_synapses += synapses * len(x)
            if self.rewirer is not None:
                self.rewirer.step()
                synapses = self._synapses() if self.rewirer.due else synapses
            between(done)
        row: Row = {
            "epoch": epoch + 1,
            "epochs": self.plan.epochs,
            "loss": total_loss / self.data.seen,
            "seconds": time.perf_counter() - start,
        }
        row |= self._rewiring_row(total_synapses)
        if self.ranks is not None:
            self.ranks.share_buffers(self.model)
        if self.data.test_x is not None and self.data.test_y is not None:
            # callbacks, and who trained it, get the model as it was tested
            row |= evaluate_together(
                self.model.eval(),
                self.data.test_x,
                self.data.test_y,
                self.plan.loss,
                self.ranks,
            )
        return row | topology_row(self.model)

    def _synapses(self) -> int:
        return sum(layer.nnz for layer in sparse_layers(self.model).values())

    def _rewiring_row(self, total_synapses: int) -> Row:
        """What the rule did in this epoch."""
        rewirer = self.rewirer
        if rewirer is None:
            return {}
        return {
            "moved": rewirer.moved,
            "turnover": rewirer.moved / max(self._synapses(), 1),
            "updates": rewirer.updates,
            "rewiring_seconds": rewirer.seconds,
            # where density falls, samples of this epoch met more synapses than are left at its end
            "mean_nnz": total_synapses / self.data.seen,
        }

    def _step(self, x: Tensor, y: Tensor, number: int) -> float:
        """Learn from one batch and return its loss."""
        self.optimizer.zero_grad(set_to_none=True)
        if self.ranks is None:
            loss = self._loss(x, y)
            value = _checked_loss(loss)
            loss.backward()  # type: ignore[no-untyped-call]
        else:
            value = self._together(self.ranks, x, y)
        slopes = (p.grad for p in self.model.parameters() if p.grad is not None)
        # a sum is enough to see one bad number; which it was is asked only then
        if not all(np.isfinite(slope.sum().item()) for slope in slopes):
            require_finite_gradients(self.model, number)
        self.optimizer.step()
        if self.scheduler is not None:
            self.scheduler.step()
        return value

    def _loss(self, x: Tensor, y: Tensor) -> Tensor:
        """What a network learns from: its own loss where it has one, else that of the plan."""
        own = getattr(self.model, "learning_loss", None)
        return self.plan.loss(self.model(x), y) if own is None else own(x, y)

    def _together(self, ranks: Ranks, x: Tensor, y: Tensor) -> float:
        """The gradients and the mean loss of a batch of which each rank takes its samples."""
        mine = ranks.part(x)
        # of a last batch with fewer samples than ranks some see none, which is recorded too
        loss = self._loss(mine, ranks.part(y)) if len(mine) else self.model(mine).sum()
        _refuse_several(loss)
        share = loss * (len(mine) / len(x))
        share.backward()
        value = share.item()
        ranks.add_gradients(self.model)
        return _finite_loss(ranks.sums(value)[0])


def _checked_loss(loss: Tensor) -> float:
    """Refuse a loss that is no number."""
    _refuse_several(loss)
    return _finite_loss(loss.item())


def _refuse_several(loss: Tensor) -> None:
    if loss.dim():
        received = Said(f"a tensor of shape {list(loss.shape)}")
        raise bad_argument("loss", received, "one number, the mean of a batch")


def _finite_loss(value: float) -> float:
    if not np.isfinite(value):
        remedy = "lower the learning rate or clip gradients"
        raise bad_argument("loss", value, "a finite number", remedy)
    return value
