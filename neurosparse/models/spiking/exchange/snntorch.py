"""To and from the layers of snnTorch: resets, weights, time constants, surrogates.

| reset_mechanism, reset_delay of snnTorch     | here       | v_t                                 |
|----------------------------------------------|------------|-------------------------------------|
| "subtract", True                             | `SUBTRACT` | beta v + i - threshold z            |
| "zero", True, of Synaptic, RLeaky, RSynaptic | `GATE`     | (1 - z) (beta v + i): input is lost |
| "zero", True, of Leaky, unlike these         | `ZERO`     | (1 - z) beta v + i                  |
| "zero", False (its membranes come out reset) | `ZERO`     | (1 - z) beta v + i                  |
| either, False, of RSynaptic                  | as if True | snnTorch 1.0 forgets the reset      |
| "none"                                       | `NONE`     | beta v + i                          |

with v = v_(t-1) and z = z_(t-1). "subtract" with reset_delay=False has no counterpart: it takes
beta times the threshold off, and takes it off again in steps in which the membrane is still above
it.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type, missing_extra
from neurosparse.kernels.layers.recurrent_scan.parts import (
    GATE,
    NONE,
    SUBTRACT,
    ZERO,
    Reset,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import (
    ATan,
    FastSigmoid,
    LogisticSigmoid,
    Surrogate,
)
from neurosparse.models.spiking.recurrent_lif import Dynamics, RecurrentLIF

_LEAST = 1e-38  # a share of 0 as a time constant: its logarithm must be finite
_RESETS = {("subtract", True): SUBTRACT, ("zero", True): GATE, ("zero", False): ZERO}


def _snntorch() -> Any:
    try:
        import snntorch
        import snntorch.surrogate
    except ImportError as error:
        raise missing_extra("snntorch", "torch") from error
    return snntorch


_DEFAULT = ATan(2.0)


def from_snntorch(
    layer: nn.Module, hidden_size: int | None = None, *, surrogate: Surrogate = _DEFAULT
) -> RecurrentLIF:
    """Make the population that spikes as a `Leaky`, `Synaptic`, `RLeaky` or `RSynaptic` does.

    Recurrent weights that are 0 become no synapse; offsets of the recurrent layer become `bias`.
    The step is 1 ms, so `tau_mem` is -1 / ln beta steps. What the layer does not learn
    (`learn_beta=False`) does not ask for a gradient.

    Args:
        layer: the snnTorch layer.
        hidden_size: number of neurons, where the layer does not know it.
        surrogate: derivative of the spike; snnTorch's default is atan, and a layer does not tell
            which it has.

    Raises:
        TypeError: another layer.
        ValueError: a property without counterpart, all of them named; or sizes that do not fit each
            other.

    >>> import snntorch
    >>> from_snntorch(snntorch.Leaky(beta=0.5), hidden_size=3).neurons.beta.tolist()
    [0.5, 0.5, 0.5]
    """
    snn = _snntorch()
    if not isinstance(layer, (snn.Leaky, snn.Synaptic, snn.RLeaky, snn.RSynaptic)):
        expected = "a Leaky, Synaptic, RLeaky or RSynaptic of snnTorch"
        raise bad_type("layer", type(layer).__name__, expected)
    dynamics = Dynamics(_reset(layer), surrogate)
    weight, bias = _recurrent_weights(layer, hidden_size)
    size = len(weight)
    synapses = Connectivity.from_dense(weight.T.cpu().numpy())
    tau_syn = 1.0 if hasattr(layer, "alpha") else None
    cell = RecurrentLIF(synapses, 1.0, tau_syn, dynamics=dynamics)
    cell.to(weight.dtype)
    for parameter, theirs in (
        (cell.log_tau_mem, layer.beta),
        (cell.threshold, layer.threshold),
    ):
        parameter.requires_grad_(isinstance(theirs, nn.Parameter))
    if cell.log_tau_syn is not None:
        cell.log_tau_syn.requires_grad_(isinstance(layer.alpha, nn.Parameter))
    cell.synapses.values.requires_grad_(_learns_recurrent(layer))
    with torch.no_grad():
        _set_share(cell.log_tau_mem, layer.beta, "beta")
        if cell.log_tau_syn is not None:
            _set_share(cell.log_tau_syn, layer.alpha, "alpha")
        cell.threshold.copy_(torch.as_tensor(layer.threshold))
        pre, post = [torch.from_numpy(ends.astype(np.int64)) for ends in synapses.edges()]
        cell.synapses.values.copy_(weight[post, pre])
    if bias is not None and bool(bias.any()):
        offset = bias.detach().clone().expand(size).contiguous()
        cell.bias = nn.Parameter(offset, _learns_recurrent(layer))
    return cell


def _reset(layer: Any) -> Reset:
    """The reset of a layer; everything that has no counterpart is named at once."""
    kind = layer.reset_mechanism
    # RSynaptic of snnTorch 1.0 resets a copy at once, which it throws away
    forgets = isinstance(layer, _snntorch().RSynaptic)
    delayed = forgets or bool(getattr(layer, "reset_delay", True))
    refused = []
    if kind != "none" and (kind, delayed) not in _RESETS:
        refused.append(f"reset_mechanism={kind!r} with reset_delay={delayed}")
    if layer.inhibition:
        refused.append("inhibition=True")
    if layer.state_quant:
        refused.append("state_quant")
    if not bool((torch.as_tensor(layer.graded_spikes_factor) == 1).all()):
        refused.append("graded_spikes_factor other than 1")
    if isinstance(getattr(layer, "recurrent", None), nn.Conv2d):
        refused.append("a convolution as recurrent layer")
    if refused:
        remedy = "they have no counterpart"
        raise bad_argument(
            "layer", Said("; ".join(refused)), "a layer without these", remedy
        )
    if kind == "zero" and isinstance(layer, _snntorch().Leaky):
        return ZERO
    return NONE if kind == "none" else _RESETS[kind, delayed]


def _learns_recurrent(layer: Any) -> bool:
    inner = getattr(layer, "recurrent", None)
    return isinstance(inner, nn.Module) and any(
        part.requires_grad for part in inner.parameters()
    )


def _size(layer: Any, hidden_size: int | None) -> int:
    """Number of neurons of a layer; every vector of it must have as many numbers."""
    sizes = {}
    for name in ("beta", "alpha", "threshold", "V"):
        count = torch.as_tensor(getattr(layer, name, 0.0)).numel()
        if count > 1:
            sizes[name] = count
    inner = getattr(layer, "recurrent", None)
    if isinstance(inner, nn.Linear):
        sizes["recurrent"] = len(inner.weight)
    size = hidden_size if hidden_size is not None else next(iter(sizes.values()), None)
    if size is None:
        expected = "the number of neurons, which this layer does not know"
        raise bad_argument("hidden_size", hidden_size, expected)
    odd = [f"{name} for {count}" for name, count in sizes.items() if count != size]
    if odd:
        expected = f"numbers for {size} neurons, as hidden_size or its first vector says"
        raise bad_argument("layer", Said(", ".join(odd)), expected)
    return size


def _recurrent_weights(layer: Any, hidden_size: int | None) -> tuple[Tensor, Tensor | None]:
    """Recurrent weights `[hidden_size, hidden_size]`, rows postsynaptic, and offsets of a layer."""
    inner = getattr(layer, "recurrent", None)
    size = _size(layer, hidden_size)
    if isinstance(inner, nn.Linear):
        return inner.weight.detach(), inner.bias
    like = torch.as_tensor(layer.beta)
    dtype = like.dtype if like.is_floating_point() else torch.float32
    if inner is None:
        return torch.zeros(size, size, dtype=dtype), None
    return torch.diag(torch.as_tensor(layer.V, dtype=dtype).detach().expand(size)), None


def _set_share(logarithm: nn.Parameter, share: Any, name: str) -> None:
    """Set the logarithm of a time constant tau in steps so that e^(-1/tau) is `share`.

    The share is cut to 0..1, as snnTorch does.
    """
    shares = torch.as_tensor(share).detach().double().clamp(_LEAST, 1)
    if bool(torch.isnan(shares).any()):
        raise bad_argument(name, Said("NaN"), "shares from 0 to 1")
    logarithm.copy_((-1 / shares.log()).abs().log().expand(logarithm.shape))


def to_snntorch(cell: RecurrentLIF) -> nn.Module:
    """Make the `RLeaky`, or with tau_syn the `RSynaptic`, that spikes alike.

    Its recurrent matrix is dense.

    Raises:
        ValueError: delays, or a reset that snnTorch has not.

    >>> layer = to_snntorch(RecurrentLIF(Connectivity.from_dense([[0, 1], [0, 0]])))
    >>> type(layer).__name__, layer.recurrent.weight.tolist()
    ('RLeaky', [[0.0, 0.0], [1.0, 0.0]])
    """
    snn = _snntorch()
    kind, delayed = _reset_names(cell)
    neurons = cell.neurons
    common = {
        "beta": neurons.beta.detach().clone(),
        "linear_features": cell.hidden_size,
        "threshold": neurons.threshold.detach().clone(),
        "learn_beta": cell.log_tau_mem.requires_grad,
        "learn_threshold": cell.threshold.requires_grad,
        "reset_mechanism": kind,
        "reset_delay": delayed,
        "spike_grad": _spike_grad(snn, cell.dynamics.surrogate),
    }
    if cell.log_tau_syn is None:
        layer: nn.Module = snn.RLeaky(**common)
    else:
        learns = cell.log_tau_syn.requires_grad
        layer = snn.RSynaptic(
            alpha=neurons.alpha.detach().clone(), learn_alpha=learns, **common
        )
    layer.to(cell.threshold.dtype)
    with torch.no_grad():
        inner: Any = layer.recurrent
        inner.weight.copy_(cell.synapses.to_dense().weight)
        inner.bias.copy_(torch.zeros(cell.hidden_size) if cell.bias is None else cell.bias)
    inner.weight.requires_grad_(cell.synapses.values.requires_grad)
    inner.bias.requires_grad_(cell.bias is not None and cell.bias.requires_grad)
    return layer


def _reset_names(cell: RecurrentLIF) -> tuple[str, bool]:
    """reset_mechanism and reset_delay of a population; what has no counterpart is refused."""
    latest = int(cell.synapses.delay_steps.max()) if cell.synapses.nnz else 0
    if latest > 0:
        delays = Said(f"delays up to {latest} steps")
        remedy = "snnTorch 1.0 has no delays between neurons"
        raise bad_argument("cell", delays, "delays of 0", remedy)
    names = {
        SUBTRACT: ("subtract", True),
        GATE: ("zero", True),
        ZERO: ("zero", False),
        NONE: ("none", True),
    }
    reset = cell.dynamics.reset
    filtered = cell.log_tau_syn is not None
    if reset not in names or (reset == ZERO and filtered):
        kind = Said(f"reset {tuple(reset)}, tau_syn {'set' if filtered else 'None'}")
        expected = "SUBTRACT, GATE or NONE, or ZERO without tau_syn"
        raise bad_argument("cell", kind, expected, "snnTorch has no other")
    return names[reset]


def _spike_grad(snn: Any, surrogate: Surrogate) -> Any:
    match surrogate:
        case FastSigmoid(slope):
            return snn.surrogate.fast_sigmoid(slope)
        case ATan(slope):
            return snn.surrogate.atan(slope)
        case LogisticSigmoid(slope):
            return snn.surrogate.sigmoid(slope)
    return snn.surrogate.custom_surrogate(
        lambda u, grad, spikes: grad * torch.as_tensor(surrogate(u))
    )
