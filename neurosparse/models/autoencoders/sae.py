"""`Sae`: a sparse autoencoder, its selection and losses handed in as objects."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.autoencoders.code import Code, Scores
from neurosparse.models.autoencoders.dead import AuxK
from neurosparse.models.autoencoders.losses import Loss, Pass, Reconstruction
from neurosparse.models.autoencoders.selection import Selection, TopK
from neurosparse.models.autoencoders.start import as_tensor, random_atoms
from neurosparse.models.autoencoders.stream import check_numbers
from neurosparse.sparse_coding import Coder, Dictionary, SparseCodes
from neurosparse.typing import Array, Seed

DEAD_AFTER = 10_000_000
# samples encoded at a time
SAMPLES = 4096


class Sae(nn.Module):
    """Compute `h = (x − center) encoderᵀ + bias`, `z = select(h)`, `x̂ = z decoder + center`.

    Scores h are never formed for a whole batch; decoding, and all gradients but that of encoding,
    touch only the rows of latents that are on. Parameters are `encoder` and `decoder [n, d]`, one
    latent a row in both, `bias [n]` and `center [d]`; what a selection learns or keeps stands in
    `rule`.

    Args:
        d: width of the samples.
        n: latents.
        select: which latents are on, such as `TopK(32)`.
        losses: what is added up in training.
        atoms: first decoder rows, `[n, d]`; random directions by default.
        rng: seed or generator of these.

    Raises:
        ValueError: more winners than latents, atoms of another shape, or losses that the selection
            does not serve.
        TypeError: a selection or loss of another kind.

    >>> sae = Sae(8, 32, select=TopK(3), rng=0)
    >>> codes = sae.encode(np.random.default_rng(0).standard_normal((5, 8)))
    >>> codes.shape, codes.counts.max() <= 3, sae.decode(codes).shape
    ((5, 32), np.True_, (5, 8))
    """

    silent: Tensor
    fired: Tensor
    batches: Tensor

    def __init__(
        self,
        d: int,
        n: int,
        *,
        select: Selection = TopK(),  # noqa: B008 - a frozen value
        losses: Sequence[Loss] = (Reconstruction(), AuxK()),
        atoms: Any = None,
        rng: Seed = None,
    ) -> None:
        super().__init__()
        self.d = whole_number("d", d, 1)
        self.n = whole_number("n", n, 1)
        if not isinstance(select, Selection):
            raise bad_type("select", select, "a selection, such as TopK(32)")
        select.check(self.d, self.n)
        self.select = select
        first = as_tensor(random_atoms(self.n, self.d, rng) if atoms is None else atoms)
        if first.shape != (self.n, self.d):
            raise bad_argument("atoms", atoms, f"[{self.n}, {self.d}]")
        self.decoder = nn.Parameter(first)
        self.encoder = self.decoder if select.tied else nn.Parameter(first.clone())
        self.bias = nn.Parameter(torch.zeros(self.n), requires_grad=select.bias_learns)
        self.center = nn.Parameter(torch.zeros(self.d))
        self.rule = _Rule(select.learns(self.n), select.keeps(self.n))
        self.register_buffer("silent", torch.zeros(self.n, dtype=torch.int64))
        self.register_buffer("fired", torch.zeros(self.n, dtype=torch.int64))
        self.register_buffer("batches", torch.zeros((), dtype=torch.int64))
        self.dead_after = DEAD_AFTER
        self.metadata: dict[str, Any] = {}
        self.losses = _checked_losses(losses, self)

    def dead(self) -> Tensor:
        """Mark latents that have not fired for `dead_after` samples, boolean `[n]`."""
        return self.silent >= self.dead_after

    def forward(self, x: Tensor) -> Tensor:
        """Reconstruct `x [..., d]`; in evaluation mode by the selection's rule for looking."""
        flat = self._flat(x)
        code = self._code(flat)
        output = code.decode(self.decoder) + self.center
        return output.reshape(x.shape)

    def pass_on(self, x: Tensor) -> Pass:
        """Send a batch `[batch, d]` through the net as in training, counting who fires."""
        scores = self._scores(self._flat(x))
        code, beside = self.select.select(scores, self)
        if self.training:
            self._count(code)
            self.select.looked(code, self)
        return Pass(scores.x, self, scores, code, beside)

    def losses_of(self, x: Tensor) -> tuple[dict[str, Tensor], Pass]:
        """Compute every loss of a batch, by name; their sum is what training makes small."""
        seen = self.pass_on(x)
        values: dict[str, Tensor] = {}
        for loss in self.losses:
            value = loss(seen)
            values[loss.name] = values[loss.name] + value if loss.name in values else value
        return values, seen

    @torch.no_grad()
    def encode(self, x: Any, *, refine: Coder | str | None = None) -> SparseCodes:
        """Give codes of samples, by the selection's rule for looking.

        Args:
            x: array or tensor `[batch, d]`; also a memory map or Zarr array, read in blocks.
            refine: None takes the encoder's word; "values" fits the coefficients of the latents
                that are on by least squares; a coder, such as
                `neurosparse.sparse_coding.Omp(32)`, pursues the samples with the decoder's rows in
                the place of the encoder.

        Raises:
            ValueError: NaN, or another width.
            TypeError: no numbers.

        >>> from neurosparse.sparse_coding import Omp
        >>> sae = Sae(4, 6, select=TopK(1), rng=0)
        >>> x = 3 * sae.decoder.detach().numpy()[2:3]
        >>> sae.encode(x, refine=Omp(1)).values.round(3).tolist()
        [3.0]
        """
        rows = x if hasattr(x, "dtype") else np.asarray(x)
        check_numbers(rows)
        if len(rows.shape) != 2 or rows.shape[1] != self.d:
            raise bad_argument("x", rows, f"[batch, {self.d}]")
        starts = range(0, rows.shape[0], SAMPLES)
        parts = [self._encode(rows[lo : lo + SAMPLES], refine) for lo in starts]
        if not parts:
            return SparseCodes.from_dense(np.zeros((0, self.n), _kind(self.decoder)))
        return SparseCodes.concatenate(parts)

    @torch.no_grad()
    def decode(self, codes: SparseCodes) -> Array:
        """Give `z decoder + center`, `[batch, d]`."""
        if not isinstance(codes, SparseCodes):
            raise bad_type("codes", codes, "SparseCodes", "sae.encode(x) gives them")
        if codes.n != self.n:
            expected = f"codes of {self.n} latents"
            raise bad_argument("codes", Said(f"codes of {codes.n}"), expected)
        values = torch.from_numpy(codes.values.astype(_kind(self.decoder)))
        device = self.decoder.device
        starts = torch.tensor(codes.indptr, device=device)
        latents = torch.tensor(codes.indices, device=device)
        code = Code(starts, latents, values.to(device), self.n)
        output = code.decode(self.decoder) + self.center
        return np.asarray(output.cpu().numpy())

    def dictionary(self) -> Dictionary:
        """The decoder's rows as atoms of length 1."""
        atoms = self.decoder.detach().cpu().numpy()
        return Dictionary(atoms, renormalise=True)

    @torch.no_grad()
    def renormalise(self) -> None:
        """Bring every decoder row to length 1; what a latent means stays only if values follow."""
        lengths = torch.linalg.vector_norm(self.decoder, dim=1, keepdim=True)
        self.decoder.div_(lengths.clamp(min=torch.finfo(lengths.dtype).tiny))

    def extra_repr(self) -> str:
        """Numbers shown by print."""
        losses = ", ".join(type(loss).__name__ for loss in self.losses)
        return f"{self.d} -> {self.n}, {self.select}, losses {losses}"

    def _flat(self, x: Tensor) -> Tensor:
        if not isinstance(x, Tensor) or x.shape[-1:] != (self.d,):
            raise bad_argument("x", x, f"a tensor [..., {self.d}]")
        flat = x.reshape(-1, self.d).to(self.decoder.dtype).contiguous()
        if not bool(torch.isfinite(flat).all()):
            raise bad_argument("x", Said("NaN or infinity"), "finite numbers")
        return flat

    def _scores(self, x: Tensor) -> Scores:
        # a sum is enough to see one bad number, and winners among NaN mean nothing
        if not bool(
            torch.isfinite(self.encoder.sum() + self.bias.sum() + self.center.sum())
        ):
            received = Said("weights that are NaN or infinite")
            raise bad_argument(
                "sae", received, "finite weights", "take an earlier checkpoint"
            )
        return Scores(x, self.center, self.encoder, self.bias)

    def _code(self, x: Tensor) -> Code:
        scores = self._scores(x)
        if self.training:
            return self.select.select(scores, self).code
        return self.select.infer(scores, self)

    def _count(self, code: Code) -> None:
        """Take note of who fired."""
        on = code.values.detach() != 0
        counts = torch.bincount(code.indices[on].long(), minlength=self.n)
        self.silent += len(code.indptr) - 1
        self.silent[counts > 0] = 0
        self.fired += counts
        self.batches += 1

    def _encode(self, x: Any, refine: Coder | str | None) -> SparseCodes:
        block = torch.tensor(np.asarray(x.detach().cpu() if isinstance(x, Tensor) else x))
        flat = self._flat(block.to(self.decoder.device))
        if refine is None or refine == "values":
            code = self.select.infer(self._scores(flat), self)
            codes = _numpy_codes(code)
            return codes if refine is None else self._fitted(flat, codes)
        if isinstance(refine, str) or not hasattr(refine, "encode"):
            remedy = "such as neurosparse.sparse_coding.Omp(32)"
            raise bad_type("refine", refine, "None, 'values' or a coder", remedy)
        centred = (flat - self.center).cpu().numpy()
        return refine.encode(centred, self.dictionary())

    def _fitted(self, x: Tensor, codes: SparseCodes) -> SparseCodes:
        """The same latents with the coefficients of least squares."""
        centred = (x - self.center).cpu().numpy().astype(np.float64)
        rows = self.decoder.detach().cpu().numpy().astype(np.float64)
        values = np.empty(codes.nnz)
        for b in range(len(codes)):
            on = slice(codes.indptr[b], codes.indptr[b + 1])
            atoms = rows[codes.indices[on]]
            values[on] = np.linalg.lstsq(atoms.T, centred[b], rcond=None)[0]
        values = values.astype(codes.dtype)
        return SparseCodes(codes.indptr, codes.indices, values, codes.n)


class _Rule(nn.Module):
    """What a selection learns (parameters) and keeps (buffers), by name."""

    def __init__(self, learns: dict[str, Tensor], keeps: dict[str, Tensor]) -> None:
        super().__init__()
        for name, value in learns.items():
            self.register_parameter(name, nn.Parameter(value))
        for name, value in keeps.items():
            self.register_buffer(name, value)

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


def _checked_losses(losses: Sequence[Loss], net: Sae) -> tuple[Loss, ...]:
    if isinstance(losses, Loss):
        raise bad_type("losses", losses, "several losses", "write them in [ ]")
    several = tuple(losses)
    for loss in several:
        if not isinstance(loss, Loss):
            raise bad_type("losses", loss, "losses, such as [Reconstruction(), AuxK()]")
        loss.check(net)
    if not several:
        raise bad_argument("losses", losses, "one loss or more, such as [Reconstruction()]")
    return several


def _kind(tensor: Tensor) -> str:
    return "float64" if tensor.dtype == torch.float64 else "float32"


def _numpy_codes(code: Code) -> SparseCodes:
    """The same code outside torch: zeros left out, a latent named twice added up."""
    samples = code.samples.cpu().numpy()
    values = code.values.detach().cpu().numpy()
    latents = code.indices.cpu().numpy()
    batch = len(code.indptr) - 1
    on = values != 0
    order = np.lexsort((latents[on], samples[on]))
    samples, latents, values = (part[on][order] for part in (samples, latents, values))
    fresh = np.ones(len(values), np.bool_)
    fresh[1:] = (np.diff(samples) != 0) | (np.diff(latents) != 0)
    first = np.flatnonzero(fresh)
    sums = np.add.reduceat(values, first) if len(first) else values
    counts = np.bincount(samples[first], minlength=batch)
    indptr = np.concatenate([[0], np.cumsum(counts)])
    return SparseCodes(indptr, latents[first], sums, code.n)
