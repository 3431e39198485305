"""Messages at random, with symbols erased, and memories of them."""

from typing import Any

import numpy as np

from neurosparse.memory import CliqueMemory


def drawn(m: int, clusters: int, l: int, rng: Any = 0) -> Any:
    return np.random.default_rng(rng).integers(0, l, (m, clusters), np.int32)


def erased(messages: Any, e: int, rng: Any = 1) -> Any:
    """Messages with e of their symbols unknown, at random places."""
    order = np.random.default_rng(rng).random(messages.shape)
    order[messages < 0] = np.inf
    return np.where(np.argsort(np.argsort(order, axis=1), axis=1) < e, -1, messages)


def filled(m: int, clusters: int, l: int, rng: Any = 0) -> tuple[CliqueMemory, Any]:
    memory = CliqueMemory(clusters * l, clusters)
    messages = drawn(m, clusters, l, rng)
    memory.store(messages)
    return memory, messages
