"""`SparseLinear`: a linear layer whose weights are the synapses of a `Connectivity` and nothing
else.
"""

from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.connectivity import Connectivity, Edit
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.csr_matmul.autograd import csr_matmul
from neurosparse.models.layers.initial import ActiveFanIn, Initial
from neurosparse.models.training.keep import positions_to_keep
from neurosparse.wiring import Wiring


class SparseLinear(nn.Module):
    """Compute `y[..., j] = bias[j] + Σ_i W[j, i] x[..., i]` over the synapses that exist.

    Stored are `values [nnz]` and `bias [n_post]`, the parameters any torch optimiser trains, and
    the support as CSR by presynaptic neuron, `indptr [n_pre + 1]` and `indices [nnz]`: 8 bytes a
    synapse. Gradients have the size of the values; no dense matrix is ever formed.

    Args:
        connectivity: the synapses; or the number of inputs, with `n_post` and `wiring` beside it.
        n_post: number of outputs.
        wiring: a rule with `build(n_pre, n_post, rng)`.
        bias: whether outputs have a trained offset.
        initial: rule of the first weights; None takes over the weights of `connectivity`.
        rng: seed or generator of wiring and weights.

    Raises:
        ValueError: a support with repeated synapses, or sizes without a wiring.

    >>> layer = SparseLinear(Connectivity.from_dense([[1, 0], [0, 2], [3, 0]]), initial=None, bias=False)
    >>> layer(torch.tensor([[1.0, 10.0, 100.0]]))
    tensor([[301.,  20.]], grad_fn=<ViewBackward0>)
    >>> layer
    SparseLinear(3 -> 2, 3 synapses, density 50 %, bias=False)
    """

    indptr: Tensor
    indices: Tensor

    def __init__(
        self,
        connectivity: Connectivity | int,
        n_post: int | None = None,
        *,
        wiring: Wiring | None = None,
        bias: bool = True,
        initial: Initial | None = ActiveFanIn(),  # noqa: B008 - a frozen value
        rng: Any = None,
    ) -> None:
        super().__init__()
        rng = np.random.default_rng(rng)
        made = _wired(connectivity, n_post, wiring, rng)
        values = made.weights_array() if initial is None else initial(made, rng)
        self.n_pre, self.n_post = made.shape
        self.values = nn.Parameter(torch.tensor(values))
        self.bias = nn.Parameter(torch.zeros(made.n_post)) if bias else None
        self.register_buffer("indptr", torch.tensor(made.indptr))
        self.register_buffer("indices", torch.tensor(made.indices))

    @classmethod
    def from_dense(
        cls, linear: nn.Linear | Tensor, *, keep: int | None = None, threshold: float | None = None
    ) -> Self:
        """Take over the weights of a dense layer (or of a matrix `[n_post, n_pre]`) that matter.

        Args:
            linear: the dense layer; its bias comes along.
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
        kept = positions_to_keep(np.abs(rows).ravel(), keep, threshold)
        pre, post = (axis.astype(np.int32) for axis in np.unravel_index(kept, rows.shape))
        n_pre, n_post = rows.shape
        made = Connectivity.from_edges(
            pre, post, n_pre=n_pre, n_post=n_post, weight=rows[pre, post]
        )
        layer = cls(made, bias=offset is not None, initial=None).to(weight.device, weight.dtype)
        # a connectivity has float32
        layer.values.data.copy_(torch.from_numpy(rows[pre, post]))
        if isinstance(linear, nn.Linear):
            layer.values.requires_grad_(linear.weight.requires_grad)
        if offset is not None and layer.bias is not None:
            layer.bias.data.copy_(offset.detach())
            layer.bias.requires_grad_(offset.requires_grad)
        return layer

    def forward(self, x: Tensor) -> Tensor:
        """Compute the output `[..., n_post]` of `x [..., n_pre]`."""
        return csr_matmul(x, self.values, self.bias, self.indptr, self.indices, self.n_post)

    @property
    def nnz(self) -> int:
        """Number of synapses."""
        return len(self.indices)

    @property
    def density(self) -> float:
        """nnz / (n_pre n_post)."""
        return self.nnz / max(self.n_pre * self.n_post, 1)

    @property
    def support(self) -> Connectivity:
        """The synapses with weight 1; valid until the support is edited."""
        return Connectivity(self.indptr.cpu().numpy(), self.indices.cpu().numpy(), self.n_post)

    @property
    def connectivity(self) -> Connectivity:
        """The synapses with a copy of their present weights (rows presynaptic)."""
        weights = self.values.detach().cpu().numpy().astype(np.float32, copy=True)
        return Connectivity(
            self.indptr.cpu().numpy().copy(),
            self.indices.cpu().numpy().copy(),
            self.n_post,
            weights,
        )

    def topology_hash(self) -> str:
        """32 hexadecimal digits that say which synapses exist; equal on all ranks or something is wrong."""
        return self.support.topology_hash()

    def to_dense(self) -> nn.Linear:
        """Make the dense layer that computes the same, weight `[n_post, n_pre]`."""
        linear = nn.Linear(self.n_pre, self.n_post, self.bias is not None)
        linear = linear.to(self.values.device, self.values.dtype)
        pre = torch.repeat_interleave(
            torch.arange(self.n_pre, device=self.indptr.device), self.indptr.diff()
        )
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
        """Drop synapses at positions and grow edges `[k]`, in O(nnz); what belongs to a synapse follows it.

        New synapses start at 0 with fresh moments. The parameter stays the same object, so the
        optimiser goes on with it; give the optimiser, or its moments would belong to other
        synapses.

        Raises:
            ValueError: a grown edge exists already, or is named twice.

        >>> layer = SparseLinear(Connectivity.from_dense([[1, 2, 0]]), initial=None)
        >>> layer.edit(drop=[0], pre=[0], post=[2]).moved.tolist(), layer.values.tolist()
        ([-1, 0], [2.0, 0.0])
        """
        edit = self.support.edit(drop, pre, post)
        self._take_support(edit.connectivity)
        carried = _Carried(edit)
        if optimizer is not None:
            for name, moment in optimizer.state.get(self.values, {}).items():
                if isinstance(moment, Tensor) and moment.shape == self.values.shape:
                    optimizer.state[self.values][name] = carried(moment)
        self._take_values(carried(self.values.data))
        return edit

    def _take_values(self, values: Tensor) -> None:
        """Put other numbers into the parameter, which stays the same object, and take its gradient away."""
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

    def _take_support(self, made: Connectivity) -> None:
        refuse_repeated(made)
        device = self.indptr.device
        self.indptr, self.indices = (
            torch.tensor(a, device=device) for a in (made.indptr, made.indices)
        )

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        """Take over a saved support first, whatever its size, once it is known to be whole."""
        names = [prefix + name for name in ("indptr", "indices", "values")]
        if "values" not in self._parameters and names[2] in state_dict:
            found = Said("weights, though a rule such as Grad R stands behind those of this layer")
            raise bad_argument(
                names[2],
                found,
                "its theta",
                "load before rule.attach(layer), or after finish(layer)",
            )
        if all(isinstance(state_dict.get(name), Tensor) for name in names):
            indptr, indices, values = (state_dict[name] for name in names)
            if len(indptr) != self.n_pre + 1:
                found = Said(f"{len(indptr) - 1} inputs")
                raise bad_argument(
                    prefix + "indptr", found, f"{self.n_pre}, the inputs of this layer"
                )
            made = Connectivity(
                indptr.cpu().numpy().copy(), indices.cpu().numpy().copy(), self.n_post
            )
            if values.shape != (made.nnz,):
                found = Said(f"shape {list(values.shape)}")
                raise bad_argument(prefix + "values", found, f"[{made.nnz}], one for each index")
            before = self.support
            slope = self.values.grad
            same = np.array_equal(made.indptr, before.indptr) and np.array_equal(
                made.indices, before.indices
            )
            self._take_support(made)
            self._take_values(self.values.data.new_empty(made.nnz))
            self.values.grad = slope if same else None  # it belongs to the synapses there were
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def __repr__(self) -> str:
        share = f"density {100 * self.density:.3g} %"
        return f"SparseLinear({self.n_pre} -> {self.n_post}, {self.nnz:,} synapses, {share}, bias={self.bias is not None})"


class _Carried:
    """Carry tensors `[nnz]` over an edit, on whatever device they are; new places hold 0."""

    def __init__(self, edit: Edit) -> None:
        self.kept = torch.from_numpy(np.flatnonzero(edit.moved >= 0))
        self.to = torch.from_numpy(np.asarray(edit.moved[edit.moved >= 0]))
        self.nnz = edit.connectivity.nnz

    def __call__(self, values: Tensor) -> Tensor:
        out = values.new_zeros(self.nnz)
        out[self.to.to(values.device)] = values[self.kept.to(values.device)]
        return out


def refuse_repeated(made: Connectivity) -> None:
    """Refuse several synapses between two neurons: a weight matrix has one place for them."""
    pre, post = made.edges()
    again = (pre[1:] == pre[:-1]) & (post[1:] == post[:-1])
    if again.any():
        first = int(np.flatnonzero(again)[0])
        found = Said(f"several synapses {pre[first]} -> {post[first]}")
        remedy = (
            'merge them with from_edges(..., duplicates="sum"), and grow only edges that are absent'
        )
        raise bad_argument("connectivity", found, "at most one between two neurons", remedy)


def _wired(
    connectivity: Connectivity | int,
    n_post: int | None,
    wiring: Wiring | None,
    rng: np.random.Generator,
) -> Connectivity:
    match connectivity:
        case Connectivity():
            if n_post is not None or wiring is not None:
                raise bad_argument("n_post", n_post, "nothing beside a connectivity")
            refuse_repeated(connectivity)
            return connectivity
        case int() | np.integer() if n_post is not None and wiring is not None:
            return _wired(
                as_rule(wiring).build(int(connectivity), int(n_post), rng), None, None, rng
            )
        case int() | np.integer():
            raise bad_argument(
                "wiring",
                wiring,
                "a wiring rule, with both sizes",
                "SparseLinear(784, 100, wiring=…)",
            )
    remedy = (
        "Connectivity.from_dense or from_scipy makes one of a matrix"
        if hasattr(connectivity, "shape")
        else ""
    )
    raise bad_type("connectivity", connectivity, "a Connectivity or a number of inputs", remedy)


def as_rule(wiring: Any) -> Wiring:
    """Give a wiring rule as it is.

    Raises:
        TypeError: it is none, such as a density.

    >>> as_rule(0.1)
    Traceback (most recent call last):
    TypeError: wiring: got 0.1, wants a wiring rule or a Connectivity; RandomEdges(0.1) of neurosparse.wiring is one
    """
    if isinstance(wiring, type) or not callable(getattr(wiring, "build", None)):
        remedy = "RandomEdges(0.1) of neurosparse.wiring is one"
        raise bad_type("wiring", wiring, "a wiring rule or a Connectivity", remedy)
    rule: Wiring = wiring
    return rule
