"""Code-selection memory: one trial stores an input, under a code as similar as it is familiar."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple, Self

import numpy as np

from neurosparse.checks import finite, function_like, truth, whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.estimator import Transformer
from neurosparse.models.memory.afferents import Afferents, Fading
from neurosparse.models.memory.expansivity import (
    EXPANSIVITIES,
    PUBLISHED_EXPANSIVITY,
    Expansivity,
)
from neurosparse.sdr import SDR, dense_batch, pack, unpack
from neurosparse.sdr.batch import one_sdr
from neurosparse.store.arrays import loaded_array, loaded_number
from neurosparse.store.one_file import (
    generator_state,
    load_file,
    loaded_generator,
    save_file,
    storable_generator,
)
from neurosparse.typing import Array, Bool, Float64, Int64, Path, Seed


class ChosenCode(NamedTuple):
    """What one step of a code-selection memory gives.

    Attributes:
        code: one unit a module, of shape (Q, K).
        familiarity: mean over modules of the best normalised sum, 0 for the unknown, 1 for the
            stored.
    """

    code: SDR
    familiarity: float


class CodeSelectionMemory(Transformer):
    """Q modules of K binary units; a code has one winner a module, similar inputs share winners.

    u_i = Σ_j w_ij x_j, V_i = u_i / #active, G = mean over modules of max V; a stored input (G = 1)
    finds its code again, a new one (G = 0) draws it at random, and in between they share winners.
    Learning sets weights from active inputs to winners to 1; a unit with more than `saturation` of
    its weights set learns no more. With `temporal`, V is multiplied by that of the previous code
    (horizontal weights), so that an input is stored in its context. Weights are packed bits,
    `[Q·K, words]`. Source: Rinkus, "A cortical sparse distributed coding model linking mini- and
    macrocolumn-scale functionality", Front. Neuroanat. 4:17 (2010),
    doi:10.3389/fnana.2010.00017.

    Args:
        in_features: cells of the input.
        modules: Q.
        units: K.
        temporal: whether codes depend on the code before.
        expansivity: how support and familiarity become chances.
        saturation: share of its weights beyond which a unit learns no more.
        fading: how weights fade that are not used again; None for never.
        rng: draws winners (SPEC 7).

    Raises:
        ValueError: sizes below 1, or a saturation outside (0, 1].

    >>> memory = CodeSelectionMemory(100, modules=10, units=8, rng=0)
    >>> stored = memory.step(SDR(range(20), 100))
    >>> again = memory.step(SDR(range(20), 100), learn=False)
    >>> stored.familiarity, again.familiarity, again.code == stored.code
    (0.0, 1.0, True)
    """

    def __init__(
        self,
        in_features: int,
        modules: int = 33,
        units: int = 60,
        *,
        temporal: bool = False,
        expansivity: Expansivity = PUBLISHED_EXPANSIVITY,
        saturation: float = 0.5,
        fading: Fading | None = None,
        rng: Seed = None,
    ) -> None:
        self.in_features = whole_number("in_features", in_features, 1)
        self.modules = whole_number("modules", modules, 1)
        self.units = whole_number("units", units, 1)
        if not 0 < finite("saturation", saturation) <= 1:
            raise bad_argument("saturation", saturation, "a share above 0, at most 1")
        function_like("expansivity", expansivity, "an expansivity", "PowerExpansivity()")
        if not isinstance(fading, Fading | None):
            raise bad_type("fading", fading, "Fading(...), or None")
        self.temporal = truth("temporal", temporal)
        self.expansivity = expansivity
        self.saturation = saturation
        self.rng = storable_generator(np.random.default_rng(rng))
        n_units = self.modules * self.units
        self.below = Afferents(n_units, self.in_features, fading)
        self.beside = Afferents(n_units, n_units, fading)
        self.previous: SDR | None = None
        self.trials = 0

    def step(self, sdr: SDR, learn: bool = True) -> ChosenCode:
        """Choose the code of one input and, unless `learn` is False, store it.

        Learning draws winners by ψ; without learning the largest V wins each module.
        """
        if one_sdr("sdr", sdr).size != self.in_features:
            raise bad_argument("sdr", sdr.shape, f"{self.in_features} input cells")
        v = self._support(sdr)
        familiarity = float(v.max(axis=1).mean())
        winners = self._draw(v, familiarity) if learn else self._largest(v)
        flat = np.arange(self.modules) * self.units + winners
        code = SDR(flat, (self.modules, self.units))
        if learn:
            self.below.store(flat, sdr, self.saturation, self.trials)
            if self.temporal and self.previous is not None:
                self.beside.store(flat, self.previous, self.saturation, self.trials)
            self.trials += 1
        self.previous = code
        return ChosenCode(code, familiarity)

    def partial_fit(self, X: Any, y: None = None) -> Self:
        """Store the rows of X in order: SDRs, a sparse matrix or dense rows `[n, in_features]`.

        >>> CodeSelectionMemory(16, 4, 4, rng=0).partial_fit(np.eye(3, 16)).trials
        3
        """
        for row in dense_batch(X, self.in_features):
            self.step(SDR.from_dense(row))
        return self

    def transform(self, X: Any) -> Any:
        """Retrieve the codes of the rows of X, each on its own.

        Returns:
            A SciPy CSR array uint8 `[n, Q·K]`.

        >>> CodeSelectionMemory(16, 4, 5, rng=0).transform(np.eye(3, 16)).sum(axis=1).tolist()
        [4, 4, 4]
        """
        rows = dense_batch(X, self.in_features)
        winners = [self.retrieve(rows[a : a + 1000]) for a in range(0, len(rows), 1000)]
        none = np.empty((0, self.modules), np.int64)
        return codes_as_csr(np.concatenate([none, *winners]), self.modules * self.units)

    def retrieve(self, rows: Bool) -> Int64:
        """Find the winner of each module for rows `[n, in_features]`, without context.

        Returns:
            Units, 0 … Q·K − 1, `[n, Q]`.
        """
        v = self.below.sums_of_many(pack(rows), self.trials).reshape(
            -1, self.modules, self.units
        )
        return self._largest(v) + np.arange(self.modules) * self.units

    def reset(self) -> None:
        """Forget the previous code: the next input begins a sequence."""
        self.previous = None

    def save(self, path: Path) -> None:
        """Write everything to an .npz file, whole or not at all, the generator's state included.

        Raises:
            ValueError: an expansivity of one's own, which could not be read back.
        """
        config, arrays = self.content()
        state = {"generator": generator_state(self.rng)}
        save_file(path, "CodeSelectionMemory", config | state, arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a memory that `save` wrote; it continues to the bit as the saved one would."""
        config, arrays = load_file(path, "CodeSelectionMemory")
        return cls.from_content(config, arrays, loaded_generator(config["generator"]))

    def content(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Numbers and arrays of a saved memory, without its generator."""
        sizes = {name: getattr(self, name) for name in _SIZES}
        rule = self.expansivity
        if type(rule) not in EXPANSIVITIES.values():
            expected = f"one of {', '.join(EXPANSIVITIES)}, which can be read back"
            raise bad_argument("expansivity", Said(type(rule).__name__), expected)
        fading = self.below.fading
        config = sizes | {
            "expansivity": [type(rule).__name__, asdict(rule)],  # type: ignore[call-overload]
            "fading": None if fading is None else asdict(fading),
            "trials": self.trials,
            "previous": None if self.previous is None else self.previous.indices.tolist(),
        }
        parts = {"below": self.below, "beside": self.beside}
        arrays = {
            f"{name}_{what}": getattr(part, what)
            for name, part in parts.items()
            for what in ("words", "used")
        }
        return config, arrays

    @classmethod
    def from_content(
        cls,
        config: Mapping[str, Any],
        arrays: Mapping[str, Array],
        rng: np.random.Generator,
    ) -> Self:
        """Make the memory again that `content` told of, drawing from `rng`."""
        kind, rule = config["expansivity"]
        if kind not in EXPANSIVITIES:
            expected = f"one of {', '.join(EXPANSIVITIES)}"
            raise bad_argument("path", Said(f"an expansivity {kind}"), expected)
        fading = None if config["fading"] is None else Fading(**config["fading"])
        sizes = {name: config[name] for name in _SIZES}
        memory = cls(
            **sizes, expansivity=EXPANSIVITIES[kind](**rule), fading=fading, rng=rng
        )
        for name, part in (("below", memory.below), ("beside", memory.beside)):
            part.words = loaded_array(arrays, f"{name}_words", np.uint64, part.words.shape)
            part.used = loaded_array(arrays, f"{name}_used", np.int64, part.used.shape)
        memory.trials = loaded_number(config, "trials")
        if config["previous"] is not None:
            memory.previous = SDR(config["previous"], (memory.modules, memory.units))
        return memory

    @property
    def fill(self) -> float:
        """Share of input weights that are set."""
        return self.below.fill

    def _support(self, sdr: SDR) -> Float64:
        v = self._normalised(self.below, sdr)
        if self.temporal and self.previous is not None:
            v = v * self._normalised(self.beside, self.previous)
        return v

    def _normalised(self, weights: Afferents, sdr: SDR) -> Float64:
        sums = weights.sums_of_many(sdr.packed[None], self.trials)[0]
        return np.asarray(sums.reshape(self.modules, self.units) / max(1, len(sdr)))

    def _draw(self, v: Float64, familiarity: float) -> Int64:
        cumulative = self.expansivity(v, familiarity).cumsum(axis=1)
        mark = self.rng.random((self.modules, 1)) * cumulative[:, -1:]
        return np.asarray((mark >= cumulative).sum(axis=1), np.int64)

    def _largest(self, v: Float64) -> Int64:
        """Best unit of each module; ties at random, or an unknown input always named unit 0."""
        return np.asarray((v + 1e-9 * self.rng.random(v.shape)).argmax(axis=-1), np.int64)


_SIZES = ("in_features", "modules", "units", "temporal", "saturation")


def codes_as_csr(winners: Int64, size: int) -> Any:
    """Winning units of each row `[n, …]`, −1 for none, as a SciPy CSR array uint8 `[n, size]`.

    >>> codes_as_csr(np.array([[0, 3], [-1, 4]]), 5).toarray().tolist()
    [[1, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    """
    from scipy.sparse import csr_array

    named = winners >= 0
    indptr = np.concatenate([[0], np.cumsum(named.sum(axis=1))]).astype(np.int64)
    indices = winners[named].astype(np.int32)
    ones = np.ones(indices.size, np.uint8)
    return csr_array((ones, indices, indptr), shape=(len(winners), size))


def stored_inputs(memory: CodeSelectionMemory, code: SDR) -> Bool:
    """Recall top-down: inputs that at least half of a code's units have weights from.

    Returns:
        Booleans `[in_features]`.

    >>> memory = CodeSelectionMemory(70, modules=9, units=5, rng=0)
    >>> code = memory.step(SDR([3, 5, 69], 70)).code
    >>> np.flatnonzero(stored_inputs(memory, code)).tolist()
    [3, 5, 69]
    """
    votes = unpack(memory.below.words[code.indices], memory.in_features).sum(axis=0)
    return np.asarray(2 * votes >= memory.modules)
