"""Which linear layer reads what another one gave, by autograd's graph and not by call order."""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import get_gradient_edge

from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.condensed_linear import CondensedLinear
from neurosparse.models.layers.sparse_linear import SparseLinear

# nodes behind which a column is no longer the same unit, or a row the same sample
_MIXES: tuple[str, ...] = (
    *("Mm", "Conv", "Dot", "Transpose", "Permute", "TBackward", "Cat", "Stack", "Index"),
    *(
        "Gather",
        "Select",
        "Slice",
        "Flip",
        "Roll",
        "Sum",
        "Mean",
        "Scatter",
        "Expand",
        "Cum",
    ),
)
# layers of one element-wise step or a few, such as norm, activation and dropout, lie between
_FARTHEST = 64


class DataFlow:
    """Follow the output of layers through whatever acts on each unit alone.

    >>> flow = DataFlow()
    >>> layer = nn.Linear(2, 3)
    >>> out = layer(torch.ones(1, 2))
    >>> flow.called(layer, out, "this call")
    >>> flow.before(out.relu()), flow.before(out * layer(torch.ones(1, 2)))
    ('this call', None)
    """

    def __init__(self) -> None:
        self.order: list[nn.Module] = []
        self.joined: set[tuple[nn.Module, nn.Module]] = set()

    def called(self, layer: nn.Module, out: Tensor, call: Any) -> None:
        """Remember a call at the node of the graph that made its output."""
        if layer not in self.order:
            self.order.append(layer)
        if out.requires_grad:
            node: Any = get_gradient_edge(out).node
            node.metadata[self] = call

    def before(self, x: Tensor) -> Any:
        """The call whose output, and nothing else, became `x`; None if there is none such."""
        node: Any = get_gradient_edge(x).node if x.requires_grad else None
        for _ in range(_FARTHEST):
            if node is None:
                return None
            if self in node.metadata:
                return node.metadata[self]
            if any(part in node.name() for part in _MIXES):
                return None
            node = self._only_source(node)
        return None

    def _only_source(self, node: Any) -> Any:
        """The node this one got its data of; None if there are several."""
        sources = [source for source, _ in node.next_functions if source is not None]
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            # a function of somebody's own takes data first, parameters and states behind them
            return node.next_functions[0][0]
        # leaves are parameters, such as the scale of a norm
        computed = [
            source for source in sources if source.next_functions or self in source.metadata
        ]
        return computed[0] if len(computed) == 1 else None


def along_the_data(
    model: nn.Module, layers: dict[str, SparseLinear], flow: DataFlow | None
) -> dict[str, SparseLinear]:
    """Put layers in the order in which data goes through them, for rules that follow chains.

    Raises:
        ValueError: two that would be taken for a chain are none, or nobody knows.
    """
    if flow is None or not flow.order:
        for first, second in pairwise(layers):
            if _fit(layers[first], layers[second]) and not _in_sequence(model):
                received = Said(f"{first} and {second}, defined but not seen at work")
                remedy = "give recorder=ActivityRecorder(model, rule.sampling, follow=True)"
                raise bad_argument("model", received, "layers whose order is known", remedy)
        return layers
    places = {layer: place for place, layer in enumerate(flow.order)}
    ordered = dict(
        sorted(layers.items(), key=lambda pair: places.get(pair[1], len(places)))
    )
    for first, second in pairwise(ordered):
        if not _fit(ordered[first], ordered[second]):
            continue
        if (ordered[first], ordered[second]) not in flow.joined:
            received = Said(f"{first}, which is not all that {second} reads")
            expected = "layers in a chain, whose dead ends this rule removes"
            raise bad_argument("model", received, expected, "choose another rule")
    return ordered


def _fit(first: SparseLinear, second: SparseLinear) -> bool:
    return first.out_features == second.in_features


def _in_sequence(model: nn.Module) -> bool:
    """Whether a network calls its layers in the order in which they are named, all of them sparse
    but the last ones.
    """
    kinds = (nn.Linear, CondensedLinear, SparseLinear)
    linear = [module for module in model.modules() if isinstance(module, kinds)]
    sparse = [isinstance(module, SparseLinear) for module in linear]
    return sparse == sorted(sparse, reverse=True) and all(
        module in linear
        or isinstance(module, nn.parallel.DistributedDataParallel | nn.DataParallel)
        or type(module).forward is nn.Sequential.forward
        for module in model.modules()
        if any(part in linear for part in module.modules())
    )
