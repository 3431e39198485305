"""`Sae`: codes out, codes in, refinement, what is refused."""

import numpy as np
import pytest
import scipy.sparse
import torch
import zarr

from neurosparse.models import BatchTopK, Pursuit, Reconstruction, Sae, TopK, load, save
from neurosparse.models.autoencoders.stream import Samples
from neurosparse.sparse_coding import Omp, Soft, SparseCodes
from tests.models.autoencoders.helpers import X, worked_example


def test_codes_are_sparse_and_decode_to_the_output():
    sae = worked_example().eval()
    codes = sae.encode(X)
    assert codes.indices.tolist() == [1, 2, 3]
    np.testing.assert_allclose(codes.values, [1.6, 1.9, 0.5])
    np.testing.assert_allclose(sae.decode(codes), sae(X).detach())
    assert codes.counts.mean() == 1.5
    blocks = sae(X.reshape(2, 1, 2))
    np.testing.assert_allclose(blocks.detach()[:, 0], sae(X).detach())


def test_encoding_reads_arrays_in_blocks(monkeypatch):
    from neurosparse.models.autoencoders import sae as module

    sae = Sae(4, 9, select=TopK(2), rng=0).eval()
    x = np.random.default_rng(0).standard_normal((7, 4)).astype(np.float32)
    whole = sae.encode(x)
    monkeypatch.setattr(module, "SAMPLES", 3)
    parts = sae.encode(x)
    np.testing.assert_array_equal(whole.indices, parts.indices)
    np.testing.assert_array_equal(whole.values, parts.values)
    assert len(sae.encode(x[:0])) == 0
    stored = zarr.create_array({}, data=x, chunks=(2, 4))
    np.testing.assert_array_equal(whole.values, sae.encode(stored).values)


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (scipy.sparse.eye_array(4), "csr_array|dia_array"),
        (np.eye(4) * 1j, "complex128"),
        (torch.eye(4) * 1j, "complex64"),
        (np.eye(4).astype(str), "<U32"),
        (None, "object"),
    ],
)
def test_samples_are_real_numbers(x, said):
    sae = Sae(4, 9, select=TopK(2), rng=0)
    with pytest.raises(TypeError, match=f"x: got .*({said}).* wants"):
        sae.encode(x)
    if x is not None:
        with pytest.raises(TypeError, match=f"x: got .*({said}).* wants"):
            Samples(x)


def test_refinement_fits_values_or_pursues():
    rng = np.random.default_rng(1)
    sae = Sae(8, 20, select=TopK(3), rng=0).eval()
    x = rng.standard_normal((6, 8)).astype(np.float32)

    def error(codes):
        return ((x - sae.decode(codes)) ** 2).sum()

    plain = sae.encode(x)
    fitted = sae.encode(x, refine="values")
    pursued = sae.encode(x, refine=Omp(3))
    np.testing.assert_array_equal(plain.indices, fitted.indices)
    assert error(pursued) < error(fitted) < error(plain)
    assert pursued.counts.max() == 3
    with pytest.raises(TypeError, match="refine"):
        sae.encode(x, refine="more")


def test_a_tied_relu_encoder_is_one_step_of_ista():
    """One proximal step from 0 with unit step is relu(x Dᵀ − λ)."""
    from neurosparse.models import Relu

    sae = Sae(3, 5, select=Relu(), losses=[Reconstruction()], rng=0).eval()
    sae.bias.data -= 0.1
    x = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    drive = x @ sae.decoder.detach().numpy().T
    expected = np.maximum(Soft(0.1)(drive), 0)
    np.testing.assert_allclose(sae.encode(x).to_dense(), expected, atol=1e-6)


def test_files_keep_nets_whole(tmp_path):
    sae = Sae(3, 5, select=BatchTopK(2.0), rng=0)
    sae.losses_of(torch.ones(4, 3))
    other = Sae(3, 5, select=BatchTopK(2.0), rng=1)
    save(tmp_path / "net.pt", sae)
    load(tmp_path / "net.pt", other)
    for name, value in sae.state_dict().items():
        assert torch.equal(value, other.state_dict()[name]), name
    assert int(other.batches) == 1


def test_what_cannot_be_meant_is_refused():
    sae = Sae(3, 5, select=TopK(2), rng=0)
    with pytest.raises(ValueError, match=r"x: got .*\[batch, 3\]"):
        sae.encode(np.ones((2, 4)))
    with pytest.raises(ValueError, match="x: got NaN"):
        sae.encode(np.full((2, 3), np.nan))
    with pytest.raises(ValueError, match="x: got"):
        sae(torch.ones(2, 4))
    with pytest.raises(ValueError, match="codes of 4, wants codes of 5"):
        sae.decode(SparseCodes([0], [], [], 4))
    with pytest.raises(TypeError, match="codes"):
        sae.decode(np.ones((2, 5)))
    with pytest.raises(TypeError, match="select"):
        Sae(3, 5, select=32)
    with pytest.raises(ValueError, match="atoms"):
        Sae(3, 5, select=TopK(1), atoms=np.ones((4, 3)))
    sae.encoder.data[0, 0] = np.nan
    with pytest.raises(ValueError, match="weights that are NaN"):
        sae.encode(np.ones((1, 3)))


def test_atoms_are_a_dictionary():
    sae = Sae(3, 5, select=Pursuit(2), rng=0)
    assert sae.dictionary().atoms.shape == (5, 3)
