"""What a training run is asked to do, what it keeps as it goes on, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.errors import bad_type
from neurosparse.models.training._rewire import RewiringMemory
from neurosparse.typing import Path

Loss = Callable[[Tensor, Tensor], Tensor]
Row = dict[str, Any]


@dataclass(frozen=True)
class TrainingPlan:
    """How long to train and from which seed, and where to keep the state.

    Args:
        epochs: passes over the data.
        seed: of the order of samples and of the rewiring; epoch k always draws from (seed, k).
        checkpoint: file that holds the state after each epoch; a run resumes from it.
        loss: of (output, target), a mean over the batch.

    Raises:
        ValueError: epochs below 0, or no whole number.
        TypeError: epochs that are no number, or a loss that is no function.
    """

    epochs: int = 10
    seed: int = 0
    checkpoint: Path | None = None
    loss: Loss = nn.functional.cross_entropy

    def __post_init__(self) -> None:
        whole_number("epochs", self.epochs)
        if isinstance(self.loss, type) or not callable(self.loss):
            expected = (
                "a function of (output, target), such as torch.nn.functional.mse_loss"
            )
            raise bad_type("loss", self.loss, expected)


@dataclass
class TrainingState:
    """What changes as a run goes on, besides the network and the optimiser.

    Args:
        epoch: epochs that are complete.
        history: one row of figures for each of them.
        memory: what the rewiring rule remembers.
    """

    epoch: int = 0
    history: list[Row] = field(default_factory=list)
    memory: RewiringMemory = field(default_factory=RewiringMemory)


@dataclass(frozen=True)
class TrainingResult:
    """What `fit` gives back.

    Args:
        history: one row of figures for each complete epoch.
        interrupted: whether the run was stopped by hand (Ctrl-C) after the last of them.
    """

    history: list[Row]
    interrupted: bool
