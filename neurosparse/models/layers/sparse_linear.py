"""`SparseLinear`: a linear layer whose weights are the synapses of a `Connectivity`."""

from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.connectivity import Connectivity, Edit
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.csr_matmul.autograd import csr_matmul
from neurosparse.models.layers.initial import ActiveFanIn, Initial, first_weights
from neurosparse.models.layers.moments import (
    Carried,
    carry_moments,
    check_moments,
    refuse_old_moments,
)
from neurosparse.models.layers.provenance import OwnSynapses
from neurosparse.models.layers.support import (
    refuse_dropped_twice,
    refuse_part_of,
    refuse_repeated,
    rule_of,
    same_numbers,
    wired,
)
from neurosparse.selection import highest
from neurosparse.typing import Array, Int64, Seed
from neurosparse.wiring import Wiring


class SparseLinear(OwnSynapses):
    """Compute `y[..., j] = bias[j] + Σ_i W[j, i] x[..., i]` over the synapses that exist.

    Stored are `values [nnz]` and `bias [out_features]`, the parameters any torch optimiser trains,
    and the support as CSR by presynaptic neuron, `indptr [in_features + 1]` and `indices [nnz]`: 8
    bytes a synapse. Gradients have the size of the values; no dense matrix is ever formed.

    Args:
        connectivity: the synapses; or in_features, with `out_features` and `wiring` beside it.
        out_features: number of outputs.
        density: share of the places that hold a synapse, drawn by `RandomEdges`; or
        sparsity: share of those that do not; or
        wiring: a rule with `build(n_pre, n_post, rng)`.
        bias: whether outputs have a trained offset.
        initial: rule of the first weights; None takes over the weights of `connectivity`.
        rng: seed or generator of wiring and weights.

    Raises:
        ValueError: a support with repeated synapses, or sizes without a wiring.

    >>> synapses = Connectivity.from_dense([[1, 0], [0, 2], [3, 0]])
    >>> layer = SparseLinear(synapses, initial=None, bias=False)
    >>> layer(torch.tensor([[1.0, 10.0, 100.0]]))
    tensor([[301.,  20.]], grad_fn=<CsrMatmulBackward>)
    >>> layer
    SparseLinear(3 -> 2, 3 synapses, density 50 %, bias=False)
    """

    SUPPORT: tuple[str, ...] = ("indptr", "indices")
    indptr: Tensor
    indices: Tensor

    def __init__(
        self,
        connectivity: Connectivity | int,
        out_features: int | None = None,
        density: float | None = None,
        *,
        sparsity: float | None = None,
        wiring: Wiring | None = None,
        bias: bool = True,
        initial: Initial | None = ActiveFanIn(),  # noqa: B008 - a frozen value
        rng: Seed = None,
    ) -> None:
        super().__init__()
        generator = np.random.default_rng(rng)
        rule = rule_of(density, sparsity, wiring)
        synapses = wired(connectivity, out_features, rule, generator)
        values = first_weights(initial, synapses, generator)
        self.initial = initial
        self.in_features, self.out_features = synapses.shape
        self.values = nn.Parameter(torch.tensor(values))
        self.bias = nn.Parameter(torch.zeros(self.out_features)) if bias else None
        self.register_buffer("indptr", torch.tensor(synapses.indptr))
        self.register_buffer("indices", torch.tensor(synapses.indices))
        self._own()

    @classmethod
    def from_dense(
        cls,
        linear: nn.Linear | Tensor,
        *,
        keep: int | None = None,
        threshold: float | None = None,
    ) -> Self:
        """Take over the weights of a dense layer that matter.

        Args:
            linear: the dense layer, whose bias comes along; or a matrix
                `[out_features, in_features]`.
            keep: so many of the largest |weight| stay, exactly; or
            threshold: all with |weight| above it stay. With neither, all that are not 0.

        >>> dense = torch.tensor([[3.0, 0.1], [-2.0, 0.0]])
        >>> SparseLinear.from_dense(dense, keep=2).to_dense().weight.tolist()
        [[3.0, 0.0], [-2.0, 0.0]]
        """
        weight = (linear.weight if isinstance(linear, nn.Linear) else linear).detach()
        offset = linear.bias if isinstance(linear, nn.Linear) else None
        # NumPy has no bfloat16
        wide = weight if weight.dtype == torch.float64 else weight.float()
        rows = wide.cpu().T.contiguous().numpy()
        kept = _kept(np.abs(rows).ravel(), keep, threshold)
        pre, post = np.unravel_index(kept, rows.shape)
        n_pre, n_post = rows.shape
        synapses = Connectivity.from_edges(
            pre, post, n_pre=n_pre, n_post=n_post, weight=rows[pre, post]
        )
        layer = cls(synapses, bias=offset is not None, initial=None)
        layer = layer.to(weight.device, weight.dtype)
        # a connectivity has float32
        layer.values.data.copy_(torch.from_numpy(rows[pre, post]))
        layer._own()
        if isinstance(linear, nn.Linear):
            layer.values.requires_grad_(linear.weight.requires_grad)
        if offset is not None and layer.bias is not None:
            layer.bias.data.copy_(offset.detach())
            layer.bias.requires_grad_(offset.requires_grad)
        return layer

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw weights anew by the rule of the start (`ActiveFanIn()` if they were taken over).

        Offsets become 0, the synapses stay. Without `rng`, `torch.manual_seed` governs the draw.

        >>> layer = SparseLinear(4, 3, 0.5, rng=0)
        >>> before = layer.values.tolist()
        >>> layer.reset_parameters(rng=1)
        >>> layer.nnz, layer.values.tolist() == before
        (6, False)
        """
        self.check_own()
        seed = int(torch.randint(2**62, ())) if rng is None else rng
        weights = first_weights(self.initial or ActiveFanIn(), self.support, seed)
        self._provenance.forget()
        with torch.no_grad():
            self.values.copy_(torch.from_numpy(weights))
            if self.bias is not None:
                self.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Compute the output `[..., out_features]` of `x [..., in_features]`."""
        if isinstance(x, Tensor) and x.is_meta and self.values.is_meta:
            # shapes alone, as torch's own layers give them
            return x.new_empty(*x.shape[:-1], self.out_features)
        self.check_own()
        return csr_matmul(
            x, self.values, self.bias, self.indptr, self.indices, self.out_features
        )

    @property
    def nnz(self) -> int:
        """Number of synapses."""
        return len(self.indices)

    @property
    def density(self) -> float:
        """Share of places that hold a synapse, nnz / (in_features out_features)."""
        return self.nnz / max(self.in_features * self.out_features, 1)

    @property
    def support(self) -> Connectivity:
        """The synapses with weight 1; valid until the support is edited."""
        self.check_own()
        rows = self.indptr.cpu().numpy(), self.indices.cpu().numpy()
        return Connectivity(*rows, self.out_features)

    @property
    def connectivity(self) -> Connectivity:
        """The synapses with a copy of their present weights (rows presynaptic)."""
        self.check_own()
        weights = self.values.detach().cpu().numpy().astype(np.float32, copy=True)
        rows = self.indptr.cpu().numpy().copy(), self.indices.cpu().numpy().copy()
        return Connectivity(*rows, self.out_features, weights)

    def topology_hash(self) -> str:
        """Name the set of synapses in 32 hexadecimal digits, which must be equal on all ranks."""
        return self.support.topology_hash()

    def to_dense(self) -> nn.Linear:
        """Make the dense layer that computes the same, weight `[out_features, in_features]`."""
        self.check_own()
        linear = nn.Linear(self.in_features, self.out_features, self.bias is not None)
        linear = linear.to(self.values.device, self.values.dtype)
        inputs = torch.arange(self.in_features, device=self.indptr.device)
        pre = torch.repeat_interleave(inputs, self.indptr.diff())
        with torch.no_grad():
            linear.weight.zero_()[self.indices.long(), pre] = self.values
            if self.bias is not None:
                linear.bias.copy_(self.bias)
                linear.bias.requires_grad_(self.bias.requires_grad)
        linear.weight.requires_grad_(self.values.requires_grad)
        return linear.train(self.training)

    def edit(
        self,
        drop: Any = (),
        pre: Any = (),
        post: Any = (),
        optimizer: torch.optim.Optimizer | None = None,
    ) -> Edit:
        """Drop synapses at positions and grow edges `[k]`, in O(nnz).

        What belongs to a synapse follows it; new ones start at 0 with fresh moments. The parameter
        stays the same object, so the optimiser goes on with it. The history of LBFGS is dropped.

        Raises:
            ValueError: a grown edge exists already, or is named twice; a synapse is dropped twice;
                an optimiser holds moments of these synapses and is not given.

        >>> layer = SparseLinear(Connectivity.from_dense([[1, 2, 0]]), initial=None)
        >>> layer.edit(drop=[0], pre=[0], post=[2]).moved.tolist(), layer.values.tolist()
        ([-1, 0], [2.0, 0.0])
        """
        refuse_dropped_twice(drop)
        edit = self.support.edit(drop, pre, post)
        refuse_repeated(edit.connectivity)
        # all that may be refused before all that changes
        self.check_edit(optimizer)
        nobody_learned = self._provenance.is_untouched(self)
        self._take_support(edit.connectivity)
        carried = Carried(edit)
        if optimizer is not None:
            carry_moments(self.values, optimizer, carried)
        if len(edit.added) or (edit.moved < 0).any():
            self._provenance.part(self)
        self._take_values(carried(self.values.data))
        self._provenance.know(self)
        if nobody_learned:
            self._provenance.begin(self)
        return edit

    def check_edit(self, optimizer: torch.optim.Optimizer | None = None) -> None:
        """Check what `edit` asks before it changes anything.

        Raises:
            ValueError: something stands behind the weights, or an optimiser holds moments of these
                synapses and is not given.
        """
        if "values" not in self._parameters:
            received = Said("a layer whose values are parametrised")
            remedy = 'torch.nn.utils.parametrize.remove_parametrizations(layer, "values")'
            raise bad_argument("layer", received, "its values as a parameter", remedy)
        self.check_own()
        if optimizer is None and self._provenance.is_untouched(self):
            return
        check_moments(self.values, optimizer)

    def _take_values(self, values: Tensor) -> None:
        """Put other numbers into the parameter, the same object, and take its gradient away."""
        self.values.grad = None
        # DistributedDataParallel listens to what would be forgotten here, and allows no other
        # number of synapses
        ranks = torch.distributed.is_available() and torch.distributed.is_initialized()
        if values.shape != self.values.shape and not ranks:
            # a graph somebody still holds (that of the last loss) keeps the old shape for the next
            # gradient as well, unless the parameter is of another type for a moment
            other = torch.float32 if values.dtype == torch.float64 else torch.float64
            self.values.data = values.new_empty(0, dtype=other)
        self.values.data = values
        # a graph of before has the indices of before: its backward is to fail, not to mix them
        torch.autograd.graph.increment_version(self.values)

    def _take_support(self, support: Connectivity) -> None:
        refuse_repeated(support)
        device = self.indptr.device
        self.indptr = torch.tensor(support.indptr, device=device)
        self.indices = torch.tensor(support.indices, device=device)

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *rest: Any
    ) -> None:
        """Take over a saved support first, whatever its size, once it is known to be whole."""
        name = prefix + "values"
        if "values" not in self._parameters and name in state_dict:
            weights = Said(
                "weights, though a rule such as Grad R stands behind those of this layer"
            )
            remedy = "load before rule.attach(layer), or after finish(layer)"
            raise bad_argument(name, weights, "its theta", remedy)
        self._check_load(state_dict, prefix, rest)
        names = [prefix + part for part in ("indptr", "indices", "values")]
        if all(isinstance(state_dict.get(name), Tensor) for name in names):
            saved = self._saved_support(state_dict, prefix)
            pairs = [
                (state_dict[prefix + name], self.get_buffer(name)) for name in self.SUPPORT
            ]
            same = not self.indptr.is_meta and all(same_numbers(*pair) for pair in pairs)
            slope = self.values.grad
            if not same:
                if not self._provenance.is_untouched(self):
                    refuse_old_moments(self.values, prefix + "values")
                self._provenance.part(self)
            self._provenance.forget()
            self._take_support(saved)
            self._take_values(self.values.data.new_empty(saved.nnz))
            # a gradient belongs to the synapses it was made for
            self.values.grad = slope if same else None
        elif "values" in self._parameters:
            refuse_part_of(names, state_dict)
        super()._load_from_state_dict(state_dict, prefix, *rest)
        if prefix + "indices" in state_dict:
            self._provenance.know(self)

    def _saved_support(self, state_dict: dict[str, Any], prefix: str) -> Connectivity:
        """Read a support for this layer off a state, and check it against the values there."""
        indptr = state_dict[prefix + "indptr"].cpu().numpy().copy()
        indices = state_dict[prefix + "indices"].cpu().numpy().copy()
        values = state_dict[prefix + "values"]
        if len(indptr) != self.in_features + 1:
            inputs = Said(f"{len(indptr) - 1} inputs")
            expected = f"{self.in_features}, the inputs of this layer"
            raise bad_argument(prefix + "indptr", inputs, expected)
        support = Connectivity(indptr, indices, self.out_features)
        if values.shape != (support.nnz,):
            shape = Said(f"shape {list(values.shape)}")
            raise bad_argument(
                prefix + "values", shape, f"[{support.nnz}], one for each index"
            )
        return support

    def __repr__(self) -> str:
        sizes = f"{self.in_features} -> {self.out_features}, {self.nnz:,} synapses"
        density = f"density {100 * self.density:.3g} %"
        return f"SparseLinear({sizes}, {density}, bias={self.bias is not None})"


def _kept(sizes: Array, keep: int | None, threshold: float | None) -> Int64:
    """Positions of the `keep` largest, of those above `threshold`, or of those not 0."""
    if keep is not None and threshold is not None:
        raise bad_argument("threshold", threshold, "None where keep is given")
    if keep is not None:
        return highest(sizes, keep)
    if np.isnan(sizes).any():
        remedy = "look for the step at which training diverged"
        raise bad_argument("weight", Said("NaN"), "numbers", remedy)
    return np.flatnonzero(sizes > (0 if threshold is None else threshold))
