"""Deep copies of layers whose original got other synapses: averages by hand would mix the two."""

import weakref
from typing import Any

import torch
from torch import nn

from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.averages import same_synapses
from neurosparse.models.layers.moments import is_trained


class Copies:
    """What a layer knows of its deep copies, and of the layer it is a copy of.

    A copy is parted once its original gets other synapses. If its weights are written to after
    that, by no optimiser and without ever learning itself, they are those of an average over other
    synapses, and it refuses to compute with them.
    """

    def __init__(self, origin: "weakref.ref[Any] | None" = None) -> None:
        self.layer: weakref.ref[Any] | None = None
        self.origin = origin
        self.copies: weakref.WeakSet[Any] = weakref.WeakSet()
        self.parted: int | None = None

    def __deepcopy__(self, memo: Any) -> "Copies":
        return Copies(self.layer)

    def __reduce__(self) -> Any:
        # a layer from a file is nobody's copy
        return Copies, ()

    def belong_to(self, layer: nn.Module) -> None:
        """Say whose record this is."""
        self.layer = weakref.ref(layer)
        original = None if self.origin is None else self.origin()
        if original is not None:
            original._copies.copies.add(layer)

    def part(self) -> None:
        """Remember how the weights of all copies are now that the synapses have changed."""
        self.parted = None
        for copy in self.copies:
            if "values" in copy._parameters:
                copy._copies.parted = copy.values._version

    def check(self, layer: Any) -> None:
        """Refuse weights that were written to since the original got other synapses.

        Raises:
            ValueError: they were.
        """
        if layer.training and torch.is_grad_enabled() and layer.values.requires_grad:
            # it learns by itself
            self.parted = None
        if self.parted is None or layer.values._version == self.parted:
            return
        original = None if self.origin is None else self.origin()
        if original is None or same_synapses(original, layer) or is_trained(layer.values):
            self.parted = None
            return
        received = Said(
            "weights written to after the layer it is a copy of got other synapses"
        )
        remedy = "average dense_twin(model), or copy the model again behind the last rewiring"
        raise bad_argument("values", received, "weights of its own synapses", remedy)
