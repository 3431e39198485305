"""To and from the layers of snnTorch: what their resets mean here, weights, time constants,
surrogates.

| reset_mechanism, reset_delay of snnTorch 1.0        | here       | v_t                                    |
|-----------------------------------------------------|------------|----------------------------------------|
| "subtract", True                                    | `SUBTRACT` | beta v + i - threshold z               |
| "zero", True, of Synaptic, RLeaky, RSynaptic        | `GATE`     | (1 - z) (beta v + i): input is lost    |
| "zero", True, of Leaky, which differs from these    | `ZERO`     | (1 - z) beta v + i                     |
| "zero", False (its membranes come out reset)        | `ZERO`     | (1 - z) beta v + i                     |
| "none"                                              | `NONE`     | beta v + i                             |

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
from neurosparse.kernels.layers.recurrent_scan.parts import GATE, NONE, SUBTRACT, ZERO, Reset
from neurosparse.kernels.layers.recurrent_scan.surrogates import (
    ATan,
    FastSigmoid,
    Sigmoid,
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


def from_snntorch(
    layer: nn.Module, n: int | None = None, *, surrogate: Surrogate = ATan(2.0)
) -> RecurrentLIF:  # noqa: B008 - a frozen value
    """Make of a `Leaky`, `Synaptic`, `RLeaky` or `RSynaptic` the population that spikes alike,
    spike for spike.

    Recurrent weights that are 0 become no synapse; offsets of the recurrent layer become `bias`.
    The step is 1 ms, so `tau_mem` is -1 / ln beta steps. What the layer does not learn
    (`learn_beta=False`) does not ask for a gradient.

    Args:
        layer: the snnTorch layer.
        n: number of neurons, where the layer does not know it.
        surrogate: derivative of the spike; snnTorch's default is atan, and a layer does not tell
            which it has.

    Raises:
        TypeError: another layer.
        ValueError: a property without counterpart, all of them named; or sizes that do not fit each
            other.

    >>> import snntorch
    >>> from_snntorch(snntorch.Leaky(beta=0.5), n=3).neurons.beta.tolist()
    [0.5, 0.5, 0.5]
    """
    snn = _snntorch()
    if not isinstance(layer, (snn.Leaky, snn.Synaptic, snn.RLeaky, snn.RSynaptic)):
        raise bad_type(
            "layer", type(layer).__name__, "a Leaky, Synaptic, RLeaky or RSynaptic of snnTorch"
        )
    reset = _reset(layer)
    weight, bias = _recurrent_weights(layer, n)
    size = len(weight)
    made = Connectivity.from_dense(weight.T.cpu().numpy())
    cell = RecurrentLIF(
        made, 1.0, 1.0 if hasattr(layer, "alpha") else None, dynamics=Dynamics(reset, surrogate)
    )
    cell.to(weight.dtype)
    for parameter, theirs in ((cell.log_tau_mem, layer.beta), (cell.threshold, layer.threshold)):
        parameter.requires_grad_(isinstance(theirs, nn.Parameter))
    if cell.log_tau_syn is not None:
        cell.log_tau_syn.requires_grad_(isinstance(layer.alpha, nn.Parameter))
    cell.synapses.values.requires_grad_(_learns_recurrent(layer))
    with torch.no_grad():
        _set_share(cell.log_tau_mem, layer.beta, "beta")
        if cell.log_tau_syn is not None:
            _set_share(cell.log_tau_syn, layer.alpha, "alpha")
        cell.threshold.copy_(torch.as_tensor(layer.threshold))
        pre, post = (torch.from_numpy(k.astype(np.int64)) for k in made.edges())
        cell.synapses.values.copy_(weight[post, pre])
    if bias is not None and bool(bias.any()):
        cell.bias = nn.Parameter(
            bias.detach().clone().expand(size).contiguous(), _learns_recurrent(layer)
        )
    return cell


def _reset(layer: Any) -> Reset:
    """The reset of a layer; everything that has no counterpart is named at once."""
    kind = layer.reset_mechanism
    delayed = bool(getattr(layer, "reset_delay", True))
    refused = []
    if kind != "none" and (kind, delayed) not in _RESETS:
        refused.append(f"reset_mechanism={kind!r} with reset_delay={delayed}")
    if layer.inhibition:
        refused.append("inhibition=True")
    if layer.state_quant:
        refused.append("state_quant")
    if float(torch.as_tensor(layer.graded_spikes_factor).min()) != 1 or bool(
        torch.as_tensor(layer.graded_spikes_factor).max() != 1
    ):
        refused.append("graded_spikes_factor other than 1")
    if isinstance(getattr(layer, "recurrent", None), nn.Conv2d):
        refused.append("a convolution as recurrent layer")
    if refused:
        raise bad_argument(
            "layer", Said("; ".join(refused)), "a layer without these", "they have no counterpart"
        )
    if kind == "zero" and isinstance(layer, _snntorch().Leaky):
        return ZERO
    return NONE if kind == "none" else _RESETS[kind, delayed]


def _learns_recurrent(layer: Any) -> bool:
    inner = getattr(layer, "recurrent", None)
    return isinstance(inner, nn.Module) and any(part.requires_grad for part in inner.parameters())


def _recurrent_weights(layer: Any, n: int | None) -> tuple[Tensor, Tensor | None]:
    """Recurrent weights `[n_post, n_pre]` and offsets `[n]` of a layer."""
    inner = getattr(layer, "recurrent", None)
    parts = {name: getattr(layer, name, 0.0) for name in ("beta", "alpha", "threshold", "V")}
    given = {
        name: torch.as_tensor(p).numel()
        for name, p in parts.items()
        if torch.as_tensor(p).numel() > 1
    }
    given |= {"recurrent": len(inner.weight)} if isinstance(inner, nn.Linear) else {}
    size = n if n is not None else next(iter(given.values()), None)
    if size is None:
        raise bad_argument("n", n, "the number of neurons, which this layer does not know")
    if odd := [f"{name} for {count}" for name, count in given.items() if count != size]:
        raise bad_argument(
            "layer",
            Said(", ".join(odd)),
            f"numbers for {size} neurons, as n or its first vector says",
        )
    if isinstance(inner, nn.Linear):
        return inner.weight.detach(), inner.bias
    like = torch.as_tensor(layer.beta)
    dtype = like.dtype if like.is_floating_point() else torch.float32
    if inner is None:
        return torch.zeros(size, size, dtype=dtype), None
    return torch.diag(torch.as_tensor(layer.V, dtype=dtype).detach().expand(size)), None


def _set_share(logarithm: nn.Parameter, share: Any, name: str) -> None:
    """Set a logarithm of a time constant in steps so that e^(-1/tau) is `share`, cut to 0..1 as snnTorch does."""
    shares = torch.as_tensor(share).detach().double().clamp(_LEAST, 1)
    if bool(torch.isnan(shares).any()):
        raise bad_argument(name, Said("NaN"), "shares from 0 to 1")
    logarithm.copy_((-1 / shares.log()).abs().log().expand(logarithm.shape))


def to_snntorch(cell: RecurrentLIF) -> nn.Module:
    """Make the `RLeaky` (or with tau_syn `RSynaptic`) that spikes alike; its recurrent matrix is dense.

    Raises:
        ValueError: delays, or a reset that snnTorch has not.

    >>> layer = to_snntorch(RecurrentLIF(Connectivity.from_dense([[0, 1], [0, 0]])))
    >>> type(layer).__name__, layer.recurrent.weight.tolist()
    ('RLeaky', [[0.0, 0.0], [1.0, 0.0]])
    """
    snn = _snntorch()
    if cell.synapses.nnz and int(cell.synapses.delay_steps.max()) > 0:
        found = Said(f"delays up to {int(cell.synapses.delay_steps.max())} steps")
        raise bad_argument(
            "cell", found, "delays of 0", "snnTorch 1.0 has no delays between neurons"
        )
    names = {
        SUBTRACT: ("subtract", True),
        GATE: ("zero", True),
        ZERO: ("zero", False),
        NONE: ("none", True),
    }
    if cell.dynamics.reset not in names or (
        cell.dynamics.reset == ZERO and cell.log_tau_syn is not None
    ):
        found = Said(
            f"reset {tuple(cell.dynamics.reset)}, tau_syn {'set' if cell.log_tau_syn is not None else 'None'}"
        )
        raise bad_argument(
            "cell",
            found,
            "SUBTRACT, GATE or NONE, or ZERO without tau_syn",
            "snnTorch has no other",
        )
    kind, delayed = names[cell.dynamics.reset]
    neurons = cell.neurons
    common = {
        "beta": neurons.beta.detach().clone(),
        "linear_features": cell.n,
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
        layer = snn.RSynaptic(alpha=neurons.alpha.detach().clone(), learn_alpha=learns, **common)
    layer.to(cell.threshold.dtype)
    with torch.no_grad():
        inner: Any = layer.recurrent
        inner.weight.copy_(cell.synapses.to_dense().weight)
        inner.bias.copy_(torch.zeros(cell.n) if cell.bias is None else cell.bias)
    inner.weight.requires_grad_(cell.synapses.values.requires_grad)
    inner.bias.requires_grad_(cell.bias is not None and cell.bias.requires_grad)
    return layer


def _spike_grad(snn: Any, surrogate: Surrogate) -> Any:
    match surrogate:
        case FastSigmoid(slope):
            return snn.surrogate.fast_sigmoid(slope)
        case ATan(slope):
            return snn.surrogate.atan(slope)
        case Sigmoid(slope):
            return snn.surrogate.sigmoid(slope)
    return snn.surrogate.custom_surrogate(
        lambda u, grad, spikes: grad * torch.as_tensor(surrogate(u))
    )
