"""Autoencoders to and from folders of sae-lens: `cfg.json` beside `sae_weights.safetensors`.

Only the files are read and written; nothing is fetched. Their encoder is `W_enc [d_in, d_sae]`,
ours its transpose.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse import typing
from neurosparse.checks import truth, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.autoencoders.gates import Gated, JumpReLU, Relu
from neurosparse.models.autoencoders.losses import Reconstruction
from neurosparse.models.autoencoders.sae import Sae
from neurosparse.models.autoencoders.selection import (
    AbsTopK,
    BatchTopK,
    Selection,
    TopK,
)
from neurosparse.store.atomic import new_folder
from neurosparse.store.single import old_file
from neurosparse.store.tensor_file import read_tensors, write_tensors
from neurosparse.typing import Array

CONFIG = "cfg.json"
WEIGHTS = "sae_weights.safetensors"
# what every configuration has; a loader of ours lays everything on the CPU in float32
COMMON = {
    "architecture",
    "d_in",
    "d_sae",
    "dtype",
    "device",
    "apply_b_dec_to_input",
    "normalize_activations",
    "reshape_activations",
    "metadata",
}
EXTRA: dict[str, set[str]] = {
    "standard": set(),
    "jumprelu": set(),
    "gated": set(),
    "topk": {"k", "rescale_acts_by_decoder_norm"},
    "abstopk": {"k", "rescale_acts_by_decoder_norm"},
}
ARRAYS: dict[str, set[str]] = {
    "standard": {"b_enc"},
    "topk": {"b_enc"},
    "abstopk": {"b_enc"},
    "jumprelu": {"b_enc", "threshold"},
    "gated": {"b_gate", "b_mag", "r_mag"},
}


def read_sae_lens(folder: typing.Path) -> Sae:
    """Read an autoencoder that sae-lens saved for inference (version 6).

    Architectures `standard`, `topk`, `abstopk`, `jumprelu` and `gated` are read; what they compute
    is kept exactly: `apply_b_dec_to_input: false` and `rescale_acts_by_decoder_norm: true` are
    folded into the weights. `metadata` is kept as `sae.metadata`. Weights are float32 on the CPU.

    Raises:
        FileNotFoundError: a file is not there.
        ValueError: a field or value that is not known here, or weights that do not fit it.

    >>> import tempfile
    >>> sae = Sae(4, 8, select=TopK(2), rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_sae_lens(folder + "/sae", sae)
    ...     other = read_sae_lens(folder + "/sae")
    >>> other.select, bool((other.decoder == sae.decoder).all())
    (TopK(k=2), True)
    """
    place = Path(folder)
    path = old_file(place / CONFIG, "the configuration of an autoencoder")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise bad_argument(
            "folder", Said(f"{path}, no JSON"), "a whole cfg.json"
        ) from error
    kind = _architecture(config, path)
    arrays = read_tensors(place / WEIGHTS)
    _check_arrays(config, kind, arrays, place / WEIGHTS)
    sae = Sae(
        config["d_in"],
        config["d_sae"],
        select=_selection(config, kind),
        losses=[Reconstruction()],
        atoms=np.zeros((config["d_sae"], config["d_in"]), np.float32),
    )
    with torch.no_grad():
        _fill(sae, config, kind, {name: torch.from_numpy(a) for name, a in arrays.items()})
    sae.metadata = dict(config.get("metadata") or {})
    return sae.eval()


def write_sae_lens(folder: typing.Path, sae: Sae) -> None:
    """Write an autoencoder as sae-lens reads it; `BatchTopK` as `jumprelu` with its threshold.

    Raises:
        ValueError: a selection that sae-lens does not have.
    """
    select = sae.select
    arrays: dict[str, Tensor] = {"W_enc": sae.encoder.T, "W_dec": sae.decoder}
    arrays |= {"b_dec": sae.center, "b_enc": sae.bias}
    config: dict[str, Any] = {"d_in": sae.d, "d_sae": sae.n, "dtype": "float32"}
    config |= {"device": "cpu", "apply_b_dec_to_input": True}
    config |= {"normalize_activations": "none", "reshape_activations": "none"}
    config["metadata"] = {"sae_lens_version": "6.0.0"} | sae.metadata
    if isinstance(select, Relu):
        config["architecture"] = "standard"
    elif isinstance(select, TopK | AbsTopK):
        config["architecture"] = "topk" if isinstance(select, TopK) else "abstopk"
        config |= {"k": select.k, "rescale_acts_by_decoder_norm": False}
    elif isinstance(select, JumpReLU | BatchTopK):
        config["architecture"] = "jumprelu"
        jump = isinstance(select, JumpReLU)
        level = sae.rule["theta" if jump else "threshold"].clamp(min=0.0)
        arrays["threshold"] = level.expand(sae.n)
    elif isinstance(select, Gated):
        config["architecture"] = "gated"
        arrays["b_gate"] = arrays.pop("b_enc")
        arrays |= {"r_mag": sae.rule["log_scale"], "b_mag": sae.rule["shift"]}
    else:
        expected = "Relu, TopK, AbsTopK, BatchTopK, JumpReLU or Gated"
        remedy = "save(path, sae) keeps every net"
        raise bad_argument("sae", Said(type(select).__name__), expected, remedy)
    with new_folder(Path(folder)) as temporary:
        numbers = {name: _numpy(array) for name, array in arrays.items()}
        write_tensors(temporary / WEIGHTS, numbers)
        (temporary / CONFIG).write_text(json.dumps(config), encoding="utf-8")


def _numpy(tensor: Tensor) -> Array:
    return np.ascontiguousarray(tensor.detach().float().cpu().numpy())


def _architecture(config: Any, path: Path) -> str:
    """Check every field of a configuration, and give its architecture."""
    if not isinstance(config, dict):
        raise bad_argument("folder", Said(f"{path}, no object"), "fields and values")
    kind = config.get("architecture")
    if kind not in EXTRA:
        known = ", ".join(sorted(EXTRA))
        raise bad_argument("architecture", Said(f"{kind!r} in {path}"), f"one of {known}")
    unknown = sorted(set(config) - COMMON - EXTRA[kind])
    if unknown:
        received = Said(f"{', '.join(unknown)} in {path}")
        expected = "only fields that are known here, of sae-lens 6"
        raise bad_argument("folder", received, expected)
    for name in ("d_in", "d_sae", *({"k"} & EXTRA[kind])):
        whole_number(name, config.get(name), 1)
    for name in ("normalize_activations", "reshape_activations"):
        if config.get(name, "none") != "none":
            remedy = "fold it into the weights before saving, or do it to the samples"
            received = Said(f"{config[name]!r} in {path}")
            raise bad_argument(name, received, "'none'", remedy)
    for name in ("apply_b_dec_to_input", "rescale_acts_by_decoder_norm"):
        truth(name, config.get(name, True))
    return str(kind)


def _check_arrays(
    config: dict[str, Any], kind: str, arrays: dict[str, Array], path: Path
) -> None:
    d = config["d_in"]
    n = config["d_sae"]
    shapes = {"W_enc": (d, n), "W_dec": (n, d), "b_dec": (d,)}
    shapes |= dict.fromkeys(ARRAYS[kind], (n,))
    shapes_there = {name: array.shape for name, array in arrays.items()}
    if shapes_there != shapes:
        received = Said(f"{shapes_there} in {path}")
        raise bad_argument("folder", received, f"{shapes}, as cfg.json says")
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            received = Said(f"{name} with NaN, infinity or no floats in {path}")
            raise bad_argument("folder", received, "finite floats")


def _selection(config: dict[str, Any], kind: str) -> Selection:
    if kind == "topk":
        return TopK(config["k"])
    if kind == "abstopk":
        return AbsTopK(config["k"])
    if kind == "jumprelu":
        return JumpReLU()
    return Gated() if kind == "gated" else Relu()


def _fill(sae: Sae, config: dict[str, Any], kind: str, arrays: dict[str, Tensor]) -> None:
    gate = "b_gate" if kind == "gated" else "b_enc"
    rows = arrays["W_enc"].float().T
    bias = arrays[gate].float()
    atoms = arrays["W_dec"].float()
    center = arrays["b_dec"].float()
    if kind == "gated":
        sae.rule["log_scale"].copy_(arrays["r_mag"])
        sae.rule["shift"].copy_(arrays["b_mag"])
    if kind == "jumprelu":
        # they rectify as well, so that a threshold below 0 means 0
        sae.rule["theta"].copy_(arrays["threshold"].clamp(min=0.0))
    if not config.get("apply_b_dec_to_input", True):
        # W x + b = W (x − c) + (b + W c)
        moved = rows @ center
        bias = bias + moved
        if kind == "gated":
            # the magnitude is scaled after the same product
            sae.rule["shift"].add_(moved * sae.rule["log_scale"].exp())
    if config.get("rescale_acts_by_decoder_norm", False):
        lengths = torch.linalg.vector_norm(atoms, dim=1, keepdim=True)
        rows = rows * lengths
        bias = bias * lengths[:, 0]
        atoms = atoms / lengths
    sae.encoder.copy_(rows)
    sae.bias.copy_(bias)
    sae.decoder.copy_(atoms)
    sae.center.copy_(center)
