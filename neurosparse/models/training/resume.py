"""The checkpoint of a training run: support, weights, moments, generators, history."""

import pathlib
from typing import Any

import torch
from torch import nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.training._rewire import RewiringMemory
from neurosparse.models.training.plan import TrainingState
from neurosparse.models.training.saving import read, restore, topologies, write
from neurosparse.typing import Path


def write_checkpoint(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: Any,
    seed: int,
    state: TrainingState,
) -> None:
    """Write everything the next epoch depends on."""
    used = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    cuda = torch.cuda.get_rng_state_all() if used else []
    content = {
        "state": model.state_dict(),
        "topology": topologies(model),
        "optimizer": optimizer.state_dict(),
        "scheduler": None if scheduler is None else scheduler.state_dict(),
        "kinds": _kinds(optimizer, scheduler),
        "torch_rng": torch.get_rng_state(),
        "cuda_rng": cuda,
        "seed": seed,
        "epoch": state.epoch,
        "history": state.history,
        "visits": state.memory.state_dict(),
    }
    write(path, content)


def resumed(
    path: Path | None,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: Any,
    seed: int,
) -> TrainingState | None:
    """Take over a checkpoint, or give None where there is none yet.

    Raises:
        ValueError: the checkpoint is damaged, of another seed, network, optimiser or schedule of
            the rate.
    """
    if path is None or not pathlib.Path(path).exists():
        return None
    content = read(path)
    if content.get("seed") != seed:
        expected = f"{content.get('seed')}, that of {path}"
        raise bad_argument("seed", seed, expected, "or name another checkpoint")
    _check_kinds(content, optimizer, scheduler, path)
    restore(model, content)
    try:
        optimizer.load_state_dict(content["optimizer"])
    except ValueError as error:
        expected = "one like that of the checkpoint"
        raise bad_argument("optimizer", Said(str(error)), expected) from error
    _check_moments(optimizer)
    if scheduler is not None:
        scheduler.load_state_dict(content["scheduler"])
    torch.set_rng_state(content["torch_rng"])
    cuda = content.get("cuda_rng", [])
    if cuda and len(cuda) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(cuda)
    memory = RewiringMemory.from_state_dict(content["visits"])
    return TrainingState(content["epoch"], content["history"], memory)


def _kinds(optimizer: torch.optim.Optimizer, scheduler: Any) -> dict[str, str | None]:
    return {
        "optimizer": type(optimizer).__name__,
        "scheduler": None if scheduler is None else type(scheduler).__name__,
    }


def _check_kinds(
    content: dict[str, Any], optimizer: torch.optim.Optimizer, scheduler: Any, path: Path
) -> None:
    """Refuse a state that another kind of optimiser or schedule would misread, or not read."""
    kinds = _kinds(optimizer, scheduler)
    # a checkpoint of an earlier version tells no more than whether there was a schedule
    before = kinds | {
        "scheduler": content["scheduler"] and (kinds["scheduler"] or "a schedule")
    }
    for name, saved in (content.get("kinds") or before).items():
        if kinds[name] != saved:
            expected = f"{saved}, as in {path}"
            raise bad_argument(
                name, Said(kinds[name]), expected, "or name another checkpoint"
            )


def _check_moments(optimizer: torch.optim.Optimizer) -> None:
    """Refuse moments of another shape than their parameter."""
    for parameter, moments in optimizer.state.items():
        for name, moment in moments.items():
            # scalars, such as the step counter of Adam, belong to all shapes
            vector = isinstance(moment, torch.Tensor) and moment.dim()
            if vector and moment.shape != parameter.shape:
                received = Said(f"{name} of shape {list(moment.shape)}")
                expected = f"{list(parameter.shape)}, as its parameter"
                raise bad_argument("optimizer", received, expected)
