"""Noise of membranes: the normal numbers that a model with `noise` finds in its state."""

from collections.abc import Iterator
from typing import Any

from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program

STREAMS = 1 << 16  # of populations, and of stimuli; the streams of noise come after both


def noise_streams(model: Any, stream: int) -> Iterator[tuple[str, int]]:
    """The states of a model that hold noise, and the stream of each.

    >>> from types import SimpleNamespace
    >>> list(noise_streams(SimpleNamespace(noise=("xi_v", "xi_w")), 3))
    [('xi_v', 131075), ('xi_w', 196611)]
    """
    for k, field in enumerate(getattr(model, "noise", ()), 2):
        yield field, k * STREAMS + stream


def add_draws(program: Program, group: Group, seed: int, stream: int) -> None:
    """Append what fills the states that hold noise, before the population moves."""
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.current.membrane import DrawWords, draw_normals

    real = group.rows.dtype.type
    for field, own in noise_streams(group.model, stream):
        words = DrawWords(
            row=group.row(field),
            n_alloc=group.n_alloc,
            bounds=group.bounds,
            seed=seed,
            stream=own,
        )
        compiled = operation(draw_normals, real.__name__, REAL=real)
        program.add(compiled, words, "update", group.population.name, before=True)
