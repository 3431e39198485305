"""Forward-Forward: each layer learns alone to tell good samples from bad ones."""

import math
from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor, nn

from neurosparse.checks import function_like, truth, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.local.goodness import (
    Goodness,
    SquaredSum,
    check_goodness,
    goodness_loss,
)
from neurosparse.models.local.pairs import LabelPixels, Pairs
from neurosparse.models.local.stack import check_inputs, stacked

Activation = Callable[[Tensor], Tensor]


class ForwardForward(nn.Module):
    """Linear layers that learn one by one, without an error that travels back.

        h_l = f(W_l h_{l−1}/‖h_{l−1}‖ + b_l)
        loss_l = ½ mean[softplus(θ − g_good) + softplus(g_bad − θ)]

    with goodness g(h_l), the input of each layer cut from the graph and brought to length 1, so
    that the goodness of one layer tells the next nothing. `fit` trains it, `Rewirer`, `prune` and
    checkpoints treat its `SparseLinear` layers as any others; the gradient of a synapse is a sum of
    products of its two ends.

    Args:
        layers: `nn.Linear`, `SparseLinear` or `CondensedLinear`, in the order of the data.
        pairs: how good and bad samples are made, such as `LabelPixels(10)`.
        goodness: g and its threshold θ.
        activation: f, element by element or `KWinners`; ReLU by default.
        local: False lets errors travel back through all layers, on the same sum of losses.
        skip: layers from the first that have no say in a prediction.

    Raises:
        TypeError: a part of another kind.
        ValueError: layers whose widths differ, or samples or layers too narrow for a part.

    Source: Hinton 2022, arXiv 2212.13345.

    >>> from neurosparse.models import LabelPixels, SparseLinear
    >>> net = ForwardForward([SparseLinear(6, 8, 0.5, rng=0)], LabelPixels(2))
    >>> x = torch.rand(4, 6)
    >>> y = torch.tensor([0, 1, 0, 1])
    >>> net.learning_loss(x, y).backward()
    >>> net.layers[0].values.grad.shape, net(x).shape
    (torch.Size([24]), torch.Size([4, 2]))
    """

    def __init__(
        self,
        layers: Iterable[nn.Module],
        pairs: Pairs,
        goodness: Goodness = SquaredSum(),  # noqa: B008 - a frozen value
        *,
        activation: Activation = torch.relu,
        local: bool = True,
        skip: int = 0,
    ) -> None:
        super().__init__()
        parts = stacked(layers)
        function_like("pairs", pairs, "an object such as LabelPixels(10)")
        function_like("activation", activation, "a function such as torch.relu")
        check_goodness(goodness, [layer.out_features for layer in parts])
        self.in_features = parts[0].in_features
        pairs.check(self.in_features)
        self.layers = nn.ModuleList(parts)
        self.pairs = pairs
        self.goodness = goodness
        self.activation = activation
        self.local = truth("local", local)
        self.skip = whole_number("skip", skip, 0, len(parts) - 1)

    def learning_loss(self, x: Tensor, y: Tensor) -> Tensor:
        """Compute the sum of the losses of all layers, whose gradient is what each learns.

        Args:
            x: inputs `[batch, in_features]`.
            y: labels `[batch]`, whole numbers.

        Raises:
            TypeError: inputs or labels of another kind.
            ValueError: inputs of another width or not finite, or labels there are none of.
        """
        check_inputs(x, self.in_features)
        # both go through a layer together: one call is one look at its synapses
        rows = torch.cat(self.pairs(x, y))
        total = x.new_zeros(())
        for h in self._activities(rows):
            g = self.goodness(h)
            good, bad = g[: len(x)], g[len(x) :]
            total = total + goodness_loss(good, bad, self.goodness.threshold)
        return total

    def goodnesses(self, x: Tensor) -> Tensor:
        """Compute the goodness of samples as they are, in every layer, `[layers, batch]`."""
        check_inputs(x, self.in_features)
        return torch.stack([self.goodness(h) for h in self._activities(x)])

    def activities(self, x: Tensor, y: Tensor | None = None) -> list[Tensor]:
        """Compute what each layer gives, `[batch, units]`; labels are written into `x` first."""
        check_inputs(x, self.in_features)
        return list(self._activities(x if y is None else self._writer().write(x, y)))

    def forward(self, x: Tensor) -> Tensor:
        """Compute the logarithm of the chance of each label, `[batch, classes]`.

            p_c = mean over layers of softmax_c g_l(x with label c)

        Raises:
            ValueError: the pairs know no labels; train a read-out on `activities(x)`.
        """
        check_inputs(x, self.in_features)
        pairs = self._writer()
        labels = range(pairs.classes)
        every = [self.goodnesses(pairs.write(x, _all(label, x))) for label in labels]
        logs = torch.stack(every).log_softmax(0)[:, self.skip :]
        return (logs.logsumexp(1) - math.log(logs.shape[1])).T

    def _activities(self, x: Tensor) -> Iterator[Tensor]:
        h = x
        for layer in self.layers:
            before = h.detach() if self.local else h
            length = torch.linalg.vector_norm(before, dim=1, keepdim=True)
            # a sample in which nothing is on stays so
            tiny = torch.finfo(before.dtype).tiny
            h = self.activation(layer(before / length.clamp_min(tiny)))
            yield h

    def _writer(self) -> LabelPixels:
        if not hasattr(self.pairs, "write"):
            received = Said(type(self.pairs).__name__)
            remedy = "train a read-out on activities(x)"
            raise bad_argument("pairs", received, "pairs that write labels", remedy)
        return self.pairs  # type: ignore[return-value]

    def extra_repr(self) -> str:
        """What print shows beside the layers."""
        return f"{self.pairs}, {self.goodness}, local={self.local}"


def _all(label: int, x: Tensor) -> Tensor:
    return torch.full((len(x),), label, dtype=torch.int64, device=x.device)
