"""What selections and losses see of a net."""

from typing import Any, Protocol

from torch import Tensor, nn


class Net(Protocol):
    """An autoencoder: sizes, parameters, what its selection keeps, who fired when.

    Attributes:
        d: width of the samples.
        n: latents.
        encoder: rows of the encoder, `[n, d]`.
        decoder: rows of the decoder, `[n, d]`.
        bias: of the latents, `[n]`.
        center: of the samples, `[d]`.
        silent: samples since each latent fired, int64 `[n]`.
        fired: how often each latent fired, int64 `[n]`.
        batches: that were learned from, int64.
        dead_after: samples without firing after which a latent is dead.
        training: whether it learns.
    """

    d: int
    n: int
    encoder: nn.Parameter
    decoder: nn.Parameter
    bias: nn.Parameter
    center: nn.Parameter
    silent: Tensor
    fired: Tensor
    batches: Tensor
    dead_after: int
    training: bool

    @property
    def rule(self) -> Any:
        """Parameters and buffers of the selection, by name."""
        ...

    @property
    def select(self) -> Any:
        """The selection."""
        ...

    def dead(self) -> Tensor:
        """Mark latents that have not fired for `dead_after` samples, boolean `[n]`."""
        ...
