"""The checkpoint of a training run: support, weights, moments, generators, history."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.training._rewire import Memory
from neurosparse.models.training.save import read, restore, topologies, write
from neurosparse.rewiring import Visits

if TYPE_CHECKING:
    from neurosparse.models.training._fit import TrainingState


def write_checkpoint(
    path: str | Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: Any,
    seed: int,
    state: "TrainingState",
) -> None:
    """Write everything the next epoch depends on."""
    visits = {
        name: (torch.from_numpy(v.keys), torch.from_numpy(v.rounds), v.time)
        for name, v in state.memory.visits.items()
    }
    content = {
        "state": model.state_dict(),
        "topology": topologies(model),
        "optimizer": optimizer.state_dict(),
        "scheduler": None if scheduler is None else scheduler.state_dict(),
        "kinds": _kinds(optimizer, scheduler),
        "torch_rng": torch.get_rng_state(),
        "cuda_rng": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],  # type: ignore[no-untyped-call]
        "seed": seed,
        "epoch": state.epoch,
        "history": state.history,
        "visits": visits,
    }
    write(path, content)


def resumed(
    path: str | Path | None,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: Any,
    seed: int,
) -> "TrainingState | None":
    """Take over a checkpoint, or give None where there is none yet.

    Raises:
        ValueError: the checkpoint is damaged, of another seed, network, optimiser or schedule of
            the rate.
    """
    from neurosparse.models.training._fit import TrainingState

    if path is None or not Path(path).exists():
        return None
    content = read(path)
    if content.get("seed") != seed:
        raise bad_argument(
            "seed", seed, f"{content.get('seed')}, that of {path}", "or name another checkpoint"
        )
    _same_kinds(content, optimizer, scheduler, path)
    restore(model, content)
    try:
        optimizer.load_state_dict(content["optimizer"])
    except ValueError as error:
        raise bad_argument(
            "optimizer", Said(str(error)), "one like that of the checkpoint"
        ) from error
    _moments_fit(optimizer)
    if scheduler is not None:
        scheduler.load_state_dict(content["scheduler"])
    torch.set_rng_state(content["torch_rng"])
    cuda = content.get("cuda_rng", [])
    if cuda and len(cuda) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(cuda)
    visits = {
        name: Visits(k.numpy(), r.numpy(), t) for name, (k, r, t) in content["visits"].items()
    }
    return TrainingState(content["epoch"], content["history"], Memory(visits))


def _kinds(optimizer: torch.optim.Optimizer, scheduler: Any) -> dict[str, str | None]:
    return {
        "optimizer": type(optimizer).__name__,
        "scheduler": None if scheduler is None else type(scheduler).__name__,
    }


def _same_kinds(
    content: dict[str, Any], optimizer: torch.optim.Optimizer, scheduler: Any, path: str | Path
) -> None:
    """Refuse a state that another kind of optimiser or schedule would misread, or not read at
    all.
    """
    kinds = _kinds(optimizer, scheduler)
    # a checkpoint of an earlier version tells no more than whether there was a schedule
    before = kinds | {"scheduler": content["scheduler"] and (kinds["scheduler"] or "a schedule")}
    for name, saved in (content.get("kinds") or before).items():
        if kinds[name] != saved:
            raise bad_argument(
                name, Said(kinds[name]), f"{saved}, as in {path}", "or name another checkpoint"
            )


def _moments_fit(optimizer: torch.optim.Optimizer) -> None:
    for parameter, moments in optimizer.state.items():
        for name, moment in moments.items():
            if (
                isinstance(moment, torch.Tensor)
                and moment.dim()
                and moment.shape != parameter.shape
            ):
                found = Said(f"{name} of shape {list(moment.shape)}")
                raise bad_argument("optimizer", found, f"{list(parameter.shape)}, as its parameter")
