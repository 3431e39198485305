"""Whose weights and synapses a layer has: averages over other synapses are refused.

Nothing of torch is changed for it. Averages (`AveragedModel`, or written by hand) write into the
weights of a deep copy, or into the buffers of its synapses, which the layer itself never does.
"""

import hashlib
import weakref
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument

_BITS = {2: torch.int16, 4: torch.int32, 8: torch.int64}
_TWIN = "average dense_twin(model), or copy the model again behind the last rewiring"


class Provenance:
    """What a layer knows of its own synapses, and of the layers that are copies of it.

    A layer and its deep copies are relatives. Once one of them gets other synapses, weights of the
    others that are written to are those of an average over two sets of synapses, unless a gradient
    reached them (they learn) or both have come to have the same synapses again.
    """

    def __init__(
        self,
        relatives: "weakref.WeakSet[Any] | None" = None,
        topology: str = "",
        editors: Iterable[Any] = (),
        before: int | None = None,
    ) -> None:
        self.relatives = weakref.WeakSet() if relatives is None else relatives
        self.topology = topology
        # of the buffers when they were last known to be the synapses; a copy does not know yet
        self.versions = -1
        self.editors: weakref.WeakSet[Any] = weakref.WeakSet(editors)
        # the weights when a relative first got other synapses
        self.before = before
        self.listener: Any = None
        self.untouched: tuple[int, int] | None = None

    def __deepcopy__(self, memo: Any) -> "Provenance":
        return Provenance(self.relatives, self.topology, self.editors, self.before)

    def __reduce__(self) -> Any:
        # a layer from a file is nobody's relative
        return Provenance, (None, self.topology, (), self.before)

    def belong_to(self, layer: Any) -> None:
        """Say whose record this is."""
        alone = not self.relatives
        self.relatives.add(layer)
        if alone and self.before is not None and self.before == _weights(layer):
            self.forget()

    def know(self, layer: Any) -> None:
        """Remember the synapses and weights that the layer has given itself."""
        self.topology = topology_of(layer)
        self.versions = versions_of(layer)
        values = layer._parameters.get("values")
        if values is not None:
            # for whoever has the same parameter
            values.synapses_of = self.topology
        if self.before is not None:
            self.before = _weights(layer)

    def begin(self, layer: Any) -> None:
        """Remember that nobody has learned these weights: no optimiser has moments of them."""
        values = layer._parameters.get("values")
        if values is not None and not values.is_inference():
            self.untouched = values._version, _weights(layer)

    def is_untouched(self, layer: Any) -> bool:
        """Whether nobody has written to the weights since they were drawn."""
        values = layer._parameters.get("values")
        if values is None or values.is_inference() or self.untouched is None:
            return False
        return self.untouched == (values._version, _weights(layer))

    def part(self, layer: Any) -> None:
        """Remember how the weights of all relatives are when a layer gets other synapses."""
        for relative in list(self.relatives):
            record = relative._provenance
            if record is self:
                continue
            record.editors.add(layer)
            if record.before is None:
                record.before = _weights(relative)
                record.listen(relative)

    def listen(self, layer: Any) -> None:
        """Have a gradient that reaches the weights say that they learn by themselves."""
        values = layer._parameters.get("values")
        if self.listener is not None or values is None or not values.requires_grad:
            return
        mine = weakref.ref(self)

        def learn(_: Tensor) -> None:
            record = mine()
            if record is not None:
                record.forget()

        # torch would warn of it in every file
        learn.__torch_unserializable__ = True  # type: ignore[attr-defined]
        self.listener = values.register_hook(learn)

    def forget(self) -> None:
        """Weights and synapses belong together again."""
        self.before = None
        self.editors.clear()
        if self.listener is not None:
            self.listener.remove()
            self.listener = None

    def check(self, layer: Any) -> None:
        """Refuse weights and synapses that another hand has written.

        Raises:
            ValueError: they were.
        """
        if versions_of(layer) != self.versions:
            present = topology_of(layer)
            if "" not in (present, self.topology) and present != self.topology:
                received = Said("synapses that were written over from outside the layer")
                expected = "its own"
                remedy = f"{_TWIN}; load_state_dict takes over weights and synapses"
                raise bad_argument("indices", received, expected, remedy)
            self.versions = versions_of(layer)
        values = layer._parameters.get("values")
        if shares_weights_of_others(layer):
            received = Said("weights that another layer has as well, on other synapses")
            remedy = "untie them, or give both the same synapses"
            raise bad_argument("values", received, "weights of its own synapses", remedy)
        if self.before is None or not isinstance(values, nn.Parameter):
            return
        if values.grad is not None or self._is_like_an_editor(layer):
            self.forget()
        elif _weights(layer) == self.before:
            self.listen(layer)
        else:
            received = Said(
                "weights written to after a layer that these are a copy of got other synapses"
            )
            raise bad_argument("values", received, "weights of its own synapses", _TWIN)

    def _is_like_an_editor(self, layer: Any) -> bool:
        return any(
            editor is not layer and editor._provenance.topology == self.topology
            for editor in self.editors
        )


def _weights(layer: Any) -> int:
    """The sum of the bits of all weights: any average changes it."""
    values = layer._parameters.get("values")
    if values is None or not _has_numbers(values):
        return 0
    values = values.detach()
    return int(values.view(_BITS[values.element_size()]).sum())


def _support(layer: Any) -> list[Tensor]:
    # not all of them while the layer is made
    return [layer._buffers[name] for name in layer.SUPPORT if name in layer._buffers]


def _has_numbers(tensor: Tensor) -> bool:
    """Whether a tensor is one of numbers, not of shapes alone (meta, fake)."""
    return type(tensor) in (Tensor, nn.Parameter) and not tensor.is_meta


def _is_same_memory(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors are one array."""
    real = _has_numbers(one) and _has_numbers(other)
    return real and one.data_ptr() == other.data_ptr() != 0


def versions_of(layer: Any) -> int:
    """How often anybody has written into the buffers of the synapses.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.models import SparseLinear
    >>> layer = SparseLinear(Connectivity.from_dense([[1.0]]))
    >>> layer.indices[0] = 0
    >>> versions_of(layer)
    1
    """
    total = 0
    try:
        for name in layer.SUPPORT:
            total += layer._buffers[name]._version
    except (KeyError, RuntimeError):
        # not all of them while the layer is made; those of inference mode count nothing
        return 0
    return total


def shares_weights_of_others(layer: Any) -> bool:
    """Whether a layer that has the same parameter has come to have other synapses.

    >>> from neurosparse.models import SparseLinear
    >>> one, other = SparseLinear(4, 4, 0.5, rng=0), SparseLinear(4, 4, 0.5, rng=1)
    >>> other.values = one.values
    >>> shares_weights_of_others(one), shares_weights_of_others(other)
    (False, True)
    """
    values = layer._parameters.get("values")
    topology = layer._provenance.topology
    return bool(getattr(values, "synapses_of", topology) != topology)


def topology_of(layer: Any) -> str:
    """Name the synapses of a layer, and their delays; "" where there are no numbers (meta, fake).

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.models import SparseLinear
    >>> len(topology_of(SparseLinear(Connectivity.from_dense([[1.0]]))))
    32
    """
    support = _support(layer)
    if not all(map(_has_numbers, support)):
        return ""
    digest = hashlib.blake2b(digest_size=16)
    for part in support:
        digest.update(part.cpu().numpy().tobytes())
    return digest.hexdigest()


class OwnSynapses(nn.Module):
    """A layer whose synapses are its own affair: the base of sparse layers."""

    SUPPORT: tuple[str, ...] = ("indices",)
    _provenance: Provenance

    def _own(self) -> None:
        """Take the present synapses for its own, in a layer just made."""
        if "_provenance" not in vars(self):
            self._provenance = Provenance()
            self._provenance.belong_to(self)
        self._provenance.know(self)
        self._provenance.begin(self)

    def check_own(self) -> None:
        """Refuse to go on with weights or synapses that another hand has written.

        Raises:
            ValueError: an average over other synapses did, or a layer with the same parameter.
        """
        own = self._provenance
        written = not torch.compiler.is_compiling() and (
            versions_of(self) != own.versions or shares_weights_of_others(self)
        )
        if written or own.before is not None:
            own.check(self)

    def _check_load(self, state_dict: dict[str, Any], prefix: str, rest: Any) -> None:
        """Refuse a state that is made of this layer's own tensors, written to by an average.

        Of a dense layer say what to do: a strict load names all that it cannot take.
        """
        _, strict, _, _, errors = rest
        dense = prefix + "weight"
        if strict and dense in state_dict and prefix + "values" not in state_dict:
            remedy = "load it into a dense model, then prune(...) or sparsified(...)"
            errors.append(f"{dense}: got a dense layer, wants a sparse one; {remedy}")
        for name in ("values", "indices"):
            saved = state_dict.get(prefix + name)
            mine = self._parameters.get(name, self._buffers.get(name))
            if saved is None or mine is None or not _is_same_memory(saved, mine):
                return
        self._provenance.check(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        # a copy, or a layer from a pickle
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self.__dict__.setdefault("_provenance", Provenance())
        self._provenance.belong_to(self)

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        self._provenance.check(self)
        answer = super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        # the same weights, on another device or of another type
        if self._provenance.before is not None:
            self._provenance.before = _weights(self)
        return answer

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        self._provenance.check(self)
        super()._save_to_state_dict(destination, prefix, keep_vars)
