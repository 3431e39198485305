"""`train_sae`: train an autoencoder from any array, stop and resume without losing a bit."""

import pathlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.checks import fraction, positive, probability, truth, whole_number
from neurosparse.console import Interruptible, Progress, Terminated
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.autoencoders.resampling import Resample
from neurosparse.models.autoencoders.sae import DEAD_AFTER, Sae
from neurosparse.models.autoencoders.start import geometric_median
from neurosparse.models.autoencoders.stream import Samples
from neurosparse.models.training.plan import Row, TrainingResult
from neurosparse.models.training.report import Callback
from neurosparse.models.training.saving import read, restore, write
from neurosparse.typing import Path

# numbers of a block of decoder rows, 1 MB of float32
HELD = 1 << 18


@dataclass(frozen=True)
class SaeTraining:
    """How to train an autoencoder: Adam, gradients clipped, decoder rows of length 1.

    Args:
        epochs: passes over the samples.
        batch: samples a step.
        lr: rate of Adam; `2e-4 / sqrt(n / 2^14)` by default.
        betas: of Adam.
        warmup: steps over which the rate rises.
        decay: share of all steps, the last ones, over which it falls to 0.
        clip: largest length of all gradients together; None leaves them.
        unit_rows: whether decoder rows are kept at length 1, and gradients along them dropped.
        center: whether the center starts at the geometric median of the first batch.
        dead_after: samples without firing after which a latent is dead; ten epochs by default, at
            most 10,000,000.
        resample: how dead latents begin again; None leaves them to the losses.
        seed: of the order of the samples; epoch k always draws from (seed, k).
        checkpoint: file from which a run resumes, at the very step.
        every: steps between two checkpoints; also one after each epoch.

    Raises:
        ValueError: a number out of range.

    Source: Gao et al. 2024, arXiv:2406.04093, appendix A.
    """

    epochs: int = 10
    batch: int = 4096
    lr: float | None = None
    betas: tuple[float, float] = (0.9, 0.999)
    warmup: int = 1000
    decay: float = 0.0
    clip: float | None = 1.0
    unit_rows: bool = True
    center: bool = True
    dead_after: int | None = None
    resample: Resample | None = None
    seed: int = 0
    checkpoint: Path | None = None
    every: int = 1000

    def __post_init__(self) -> None:
        for name in ("epochs", "warmup", "seed"):
            whole_number(name, getattr(self, name))
        for name in ("batch", "every"):
            whole_number(name, getattr(self, name), 1)
        for name in ("lr", "clip"):
            if getattr(self, name) is not None:
                positive(name, getattr(self, name))
        if self.dead_after is not None:
            whole_number("dead_after", self.dead_after, 1)
        probability("decay", self.decay)
        for beta in self.betas:
            fraction("betas", beta)
        truth("unit_rows", self.unit_rows)
        truth("center", self.center)

    def rate(self, step: int, steps: int, n: int) -> float:
        """The rate of a step, the first is 0.

        >>> SaeTraining(lr=1.0, warmup=4, decay=0.5).rate(7, 10, 1)
        0.6
        """
        whole = 2e-4 / (n / 2**14) ** 0.5 if self.lr is None else self.lr
        rising = min(1.0, step / self.warmup) if self.warmup else 1.0
        falling = steps * self.decay
        left = min(1.0, (steps - step) / falling) if falling else 1.0
        return whole * rising * left


@dataclass
class _State:
    """Where a run is."""

    epoch: int = 0
    step: int = 0
    history: list[Row] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)


def train_sae(
    sae: Sae,
    x: Any,
    plan: SaeTraining = SaeTraining(),
    *,
    test_x: Any = None,
    callbacks: Sequence[Callback] = (),
    progress: bool = False,
) -> TrainingResult:
    """Train an autoencoder on samples, in place; the net is in evaluation mode afterwards.

    A run that was stopped or killed goes on from its checkpoint, also in the middle of an epoch,
    and ends with the very bits of one that was never stopped (same machine, versions, threads).
    Ctrl-C ends it after the batch at hand.

    Each row of the history has `epoch`, `loss`, every loss by its name, `l0`, the share of `dead`
    latents, `seconds`, and `test_fvu` where samples to test on are handed in.

    Args:
        sae: the net.
        x: samples `[samples, d]`: array, tensor, memory map or Zarr array.
        plan: how long and how.
        test_x: samples never trained on.
        callbacks: called after every epoch with the history, such as `CsvLog`, `Lines`, `ZarrLog`.
        progress: show a bar on a terminal.

    Raises:
        ValueError: samples of another width, NaN, a loss that is no number, a checkpoint of another
            run.
        TypeError: an argument of another kind.

    >>> from neurosparse.models import TopK
    >>> x = np.random.default_rng(0).standard_normal((256, 4)).astype(np.float32)
    >>> sae = Sae(4, 8, select=TopK(2), rng=0)
    >>> plan = SaeTraining(epochs=5, batch=32, lr=0.01, warmup=0)
    >>> history = train_sae(sae, x, plan).history
    >>> history[-1]["loss"] < history[0]["loss"]
    True
    """
    if not isinstance(sae, Sae):
        raise bad_type("sae", Said(type(sae).__name__), "an Sae")
    if not isinstance(plan, SaeTraining):
        raise bad_type("plan", plan, "an SaeTraining")
    samples = Samples(x, plan.batch)
    if samples.width != sae.d:
        raise bad_argument("x", x, f"[samples, {sae.d}], as wide as the net")
    run = _Run(sae, samples, plan, Samples(test_x) if test_x is not None else None)
    state = run.begun()
    total = plan.epochs * samples.steps
    bar = Progress(progress, total, "training")
    with Interruptible() as stop:
        try:
            while state.epoch < plan.epochs:
                for batch in samples.epoch([plan.seed, state.epoch], state.step):
                    run.step(batch, state)
                    bar.show(state.epoch * samples.steps + state.step)
                    if state.step % plan.every == 0 or stop.asked:
                        run.save(state)
                    if stop.asked:
                        raise stop.reason()
                run.finish_epoch(state)
                for callback in callbacks:
                    callback(state.history)
        except Terminated:
            raise
        except KeyboardInterrupt:
            return TrainingResult(state.history, True)
        finally:
            bar.close()
            sae.eval()
    return TrainingResult(state.history, False)


class _Run:
    """The parts of a run."""

    def __init__(
        self, sae: Sae, samples: Samples, plan: SaeTraining, test: Samples | None
    ) -> None:
        self.sae = sae
        self.samples = samples
        self.plan = plan
        self.test = test
        learning = [p for p in sae.parameters() if p.requires_grad]
        # one pass over parameter, slope and moments
        self.optimizer = torch.optim.Adam(learning, betas=plan.betas, fused=True)
        self.steps = plan.epochs * samples.steps
        sae.dead_after = plan.dead_after or min(DEAD_AFTER, 10 * len(samples))

    def begun(self) -> _State:
        """Where the checkpoint left the run, or its beginning."""
        path = self.plan.checkpoint
        if path is not None and pathlib.Path(path).exists():
            return self._resumed(path)
        if self.plan.center:
            first = next(self.samples.epoch([self.plan.seed, 0]))
            center = geometric_median(first.to(self.sae.center))
            self.sae.center.data.copy_(center)
        if self.plan.unit_rows:
            self.sae.renormalise()
        return _State()

    def step(self, x: Tensor, state: _State) -> None:
        """Learn from one batch."""
        sae = self.sae.train()
        start = time.perf_counter()
        number = state.epoch * self.samples.steps + state.step
        values, seen = sae.losses_of(x.to(sae.decoder))
        loss = torch.stack(list(values.values())).sum()
        if not np.isfinite(float(loss.detach())):
            remedy = "lower lr, or take an earlier checkpoint"
            raise bad_argument("loss", float(loss.detach()), "a finite number", remedy)
        loss.backward()  # type: ignore[no-untyped-call]
        if self.plan.unit_rows:
            _drop_along_rows(sae)
        self._clip()
        rate = self.plan.rate(number, self.steps, sae.n)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.plan.unit_rows:
            sae.renormalise()
        sae.select.stepped(sae)
        if self.plan.resample is not None:
            rng = np.random.default_rng([self.plan.seed, number, 1])
            self.plan.resample.apply(seen, self.optimizer, number + 1, rng)
        state.step += 1
        figures = {name: float(value.detach()) for name, value in values.items()}
        figures["loss"] = float(loss.detach())
        figures["l0"] = float((seen.code.values != 0).sum()) / len(x)
        for name, value in figures.items():
            state.totals[name] = state.totals.get(name, 0.0) + value * len(x)
        passed = time.perf_counter() - start
        state.totals["seconds"] = state.totals.get("seconds", 0.0) + passed

    def finish_epoch(self, state: _State) -> None:
        """Write the row of an epoch."""
        totals = state.totals
        seconds = totals.pop("seconds")
        row: Row = {"epoch": state.epoch + 1, "epochs": self.plan.epochs}
        row["loss"] = totals.pop("loss") / len(self.samples)
        row |= {name: value / len(self.samples) for name, value in totals.items()}
        row["dead"] = float(self.sae.dead().double().mean())
        row["seconds"] = seconds
        if self.test is not None:
            row["test_fvu"] = unexplained(self.sae, self.test)
        state.history.append(row)
        state.epoch += 1
        state.step = 0
        state.totals = {}
        self.save(state)

    def save(self, state: _State) -> None:
        """Write everything the next step depends on."""
        if self.plan.checkpoint is None:
            return
        content = {
            "state": self.sae.state_dict(),
            "topology": {},
            "optimizer": self.optimizer.state_dict(),
            "run": self._identity(),
            "epoch": state.epoch,
            "step": state.step,
            "history": state.history,
            "totals": state.totals,
        }
        write(self.plan.checkpoint, content)

    def _identity(self) -> dict[str, Any]:
        """What a run has to share with its checkpoint."""
        return {
            "seed": self.plan.seed,
            "batch": self.plan.batch,
            "samples": len(self.samples),
            "select": repr(type(self.sae.select).__name__),
        }

    def _resumed(self, path: Path) -> _State:
        content = read(path)
        for name, mine in self._identity().items():
            saved = content.get("run", {}).get(name)
            if saved != mine:
                expected = f"{saved}, as in {path}"
                raise bad_argument(name, mine, expected, "or name another checkpoint")
        restore(self.sae, content)
        self.optimizer.load_state_dict(content["optimizer"])
        state = _State(content["epoch"], content["step"], content["history"])
        state.totals = content["totals"]
        return state

    def _clip(self) -> None:
        """Refuse slopes that are no numbers, shorten those that are too long."""
        slopes = [p for p in self.sae.parameters() if p.grad is not None]
        most = self.plan.clip if self.plan.clip is not None else float("inf")
        length = torch.nn.utils.clip_grad_norm_(slopes, most)
        if not bool(torch.isfinite(length)):
            remedy = "lower lr, or scale the samples down"
            raise bad_argument("gradient", float(length), "finite numbers", remedy)


@torch.no_grad()
def _drop_along_rows(sae: Sae) -> None:
    """Leave of the decoder's slopes what turns its rows."""
    slopes = sae.decoder.grad
    if slopes is None:
        return
    # on the CPU some rows at a time: what is held beside them stays in the cache
    size = len(slopes) if slopes.is_cuda else max(1, HELD // max(sae.d, 1))
    parts = (torch.split(whole, size) for whole in (slopes, sae.decoder))
    for slope, rows in zip(*parts, strict=True):
        lengths = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
        units = rows / lengths.clamp(min=torch.finfo(lengths.dtype).tiny)
        slope -= (slope * units).sum(1, keepdim=True) * units


@torch.no_grad()
def unexplained(sae: Sae, samples: Samples) -> float:
    """`Σ‖x − x̂‖² / Σ‖x − mean x‖²` over all samples, in evaluation mode.

    >>> from neurosparse.models import TopK
    >>> sae = Sae(2, 4, select=TopK(1), atoms=[[1, 0], [0, 1], [-1, 0], [0, -1]])
    >>> unexplained(sae, Samples(np.array([[2.0, 0.0], [0.0, -3.0]])))
    0.0
    """
    training = sae.training
    sae.eval()
    total = torch.zeros(samples.width, dtype=torch.float64)
    squares = 0.0
    errors = 0.0
    for start in range(0, len(samples), samples.batch):
        # a copy: what is mapped from a file may not be written to
        x = torch.tensor(np.asarray(samples.x[start : start + samples.batch]))
        x = x.to(sae.decoder)
        errors += float((x - sae(x)).double().square().sum())
        total += x.double().sum(0).cpu()
        squares += float(x.double().square().sum())
    sae.train(training)
    spread = squares - float(total.square().sum()) / len(samples)
    return errors / spread if spread > 0 else float("nan")
