"""Folders of sae-lens: what they compute, round trips, fields that are refused."""

import json

import numpy as np
import pytest
import torch

from neurosparse.models import (
    AbsTopK,
    BatchTopK,
    FeatureChoice,
    Gated,
    JumpReLU,
    Relu,
    Sae,
    TopK,
    read_sae_lens,
    write_sae_lens,
)
from neurosparse.store.tensor_file import write_tensors

X = np.random.default_rng(3).standard_normal((6, 3)).astype(np.float32)


def folder_of(tmp_path, kind, extra=(), **fields):
    """A folder as sae-lens writes it, and its arrays."""
    rng = np.random.default_rng(0)
    config = {
        "d_in": 3,
        "d_sae": 5,
        "dtype": "float32",
        "device": "cpu",
        "apply_b_dec_to_input": True,
        "normalize_activations": "none",
        "reshape_activations": "none",
        "metadata": {"sae_lens_version": "6.54.12", "model_name": "a"},
        "architecture": kind,
    }
    shapes = {"W_enc": (3, 5), "W_dec": (5, 3), "b_dec": (3,)}
    shapes |= dict.fromkeys(extra, (5,))
    arrays = {n: rng.standard_normal(s).astype(np.float32) for n, s in shapes.items()}
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "cfg.json").write_text(json.dumps(config | fields))
    write_tensors(tmp_path / "sae_weights.safetensors", arrays)
    return arrays


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("scaled", [True, False])
def test_winners_are_those_of_their_formulas(centred, scaled, tmp_path):
    fields = {"apply_b_dec_to_input": centred, "rescale_acts_by_decoder_norm": scaled}
    a = folder_of(tmp_path, "topk", ["b_enc"], k=2, **fields)
    sae = read_sae_lens(tmp_path)
    h = (X - a["b_dec"] * centred) @ a["W_enc"] + a["b_enc"]
    lengths = np.linalg.norm(a["W_dec"], axis=1) if scaled else np.ones(5)
    z = h * lengths
    z[z < np.sort(z, 1)[:, -2:-1]] = 0
    output = (np.maximum(z, 0) / lengths) @ a["W_dec"] + a["b_dec"]
    np.testing.assert_allclose(sae(torch.from_numpy(X)).detach(), output, atol=1e-5)
    assert sae.metadata["model_name"] == "a"


@pytest.mark.parametrize("centred", [True, False])
def test_gates_and_thresholds_are_those_of_their_formulas(centred, tmp_path):
    fields = {"apply_b_dec_to_input": centred}
    a = folder_of(tmp_path / "g", "gated", ["b_gate", "b_mag", "r_mag"], **fields)
    x = X - a["b_dec"] * centred
    gate = x @ a["W_enc"] + a["b_gate"] > 0
    size = np.maximum(x @ (a["W_enc"] * np.exp(a["r_mag"])) + a["b_mag"], 0)
    output = (gate * size) @ a["W_dec"] + a["b_dec"]
    sae = read_sae_lens(tmp_path / "g")
    np.testing.assert_allclose(sae(torch.from_numpy(X)).detach(), output, atol=1e-5)
    a = folder_of(tmp_path / "j", "jumprelu", ["b_enc", "threshold"], **fields)
    h = (X - a["b_dec"] * centred) @ a["W_enc"] + a["b_enc"]
    output = (np.maximum(h, 0) * (h > a["threshold"])) @ a["W_dec"] + a["b_dec"]
    sae = read_sae_lens(tmp_path / "j")
    np.testing.assert_allclose(sae(torch.from_numpy(X)).detach(), output, atol=1e-5)


@pytest.mark.parametrize(
    "select", [TopK(2), AbsTopK(2), BatchTopK(2.0), JumpReLU(0.3), Gated(), Relu()], ids=str
)
def test_what_is_written_is_read(select, tmp_path):
    sae = Sae(3, 5, select=select, rng=0)
    sae.losses_of(torch.from_numpy(X)) if isinstance(select, BatchTopK) else None
    sae.metadata = {"hook_name": "here"}
    write_sae_lens(tmp_path / "sae", sae)
    other = read_sae_lens(tmp_path / "sae")
    x = torch.from_numpy(X)
    assert torch.equal(sae.eval()(x), other(x))
    assert other.metadata["hook_name"] == "here"


def test_what_cannot_be_kept_is_refused(tmp_path):
    folder_of(tmp_path / "a", "topk", ["b_enc"], k=2, l1_warm_up_steps=3)
    with pytest.raises(ValueError, match="l1_warm_up_steps in .*cfg.json"):
        read_sae_lens(tmp_path / "a")
    folder_of(tmp_path / "b", "temporal", ["b_enc"])
    with pytest.raises(ValueError, match="architecture: got 'temporal'"):
        read_sae_lens(tmp_path / "b")
    folder_of(tmp_path / "c", "standard", ["b_enc"], normalize_activations="layer_norm")
    with pytest.raises(ValueError, match="normalize_activations: got 'layer_norm'"):
        read_sae_lens(tmp_path / "c")
    folder_of(tmp_path / "d", "standard", ["b_enc"], d_sae=6)
    with pytest.raises(ValueError, match="as cfg.json says"):
        read_sae_lens(tmp_path / "d")
    (tmp_path / "d" / "cfg.json").write_text("{")
    with pytest.raises(ValueError, match="no JSON"):
        read_sae_lens(tmp_path / "d")
    with pytest.raises(FileNotFoundError):
        read_sae_lens(tmp_path / "none")
    with pytest.raises(ValueError, match="FeatureChoice"):
        write_sae_lens(tmp_path / "e", Sae(3, 5, select=FeatureChoice(2.0)))
