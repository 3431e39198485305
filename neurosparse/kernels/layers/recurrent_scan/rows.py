"""What one neuron does to a row of lanes, one number a sample: said in Python, compiled for LLVM.

LLVM gives up on loops over so many arrays, because any two might overlap. Spikes of a row are the
bits of one word: a comparison of vectors is that word, and the word is a vector of 0 and 1.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.extending import overload

from neurosparse.kernels.base.vector.lanes import _compile, _Rows
from neurosparse.typing import Array

_FLAGS = ("nsz", "contract")


def unpack_bits(word: Any, lanes: int, dtype: Any) -> Array:
    """Give the bits of a word as 0 and 1.

    >>> unpack_bits(5, 4, np.float32).tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    return (int(word) >> np.arange(lanes) & 1).astype(dtype)


def spikes_row(words: Array, j: int, out: Array) -> None:
    """Write the spikes `words[j]` as a row of 0 and 1."""
    out[:] = unpack_bits(words[j], len(out), out.dtype)


def gated_row(kept: Array, words: Array, j: int, gate: Any, out: Array) -> None:
    """Compute `out = kept (1 - gate z)`, z = words[j]."""
    out[:] = kept * (1 - gate * unpack_bits(words[j], len(out), out.dtype))


def charge_row(
    v: Array,
    i: Array,
    drive: Array,
    arriving: Array,
    kept: Array,
    before: Array,
    after: Array,
    j: int,
    numbers: Any,
    reset: Any,
) -> None:
    """Advance one neuron by one step, v and i in place.

    Its membrane goes to `kept`, its spikes to `after[j]`.
    """
    alpha, beta, threshold = numbers
    membrane, gate, level = reset
    z = unpack_bits(before[j], len(v), v.dtype)
    i[:] = alpha * i + drive + arriving
    kept[:] = beta * v * (1 - membrane * z) + i - level * threshold * z
    v[:] = kept * (1 - gate * z)
    after[j] = sum(1 << k for k in range(len(v)) if v[k] > threshold)


def release_row(
    through: Array,
    on_v: Array,
    on_i: Array,
    delta: Array,
    earlier: Array,
    words: Array,
    j: int,
    numbers: Any,
    reset: Any,
    totals: Array,
) -> None:
    """Go back one step of one neuron, z = words[j] being the spikes of the step before.

    through: gradient that comes through the spike; on_v, on_i: from the step after, in place;
    delta: that of the synaptic current; earlier: membrane of the step before. totals `[2]`:
    gradients of beta and threshold, added to.
    """
    alpha, beta, _ = numbers
    membrane, gate, level = reset
    z = unpack_bits(words[j], len(delta), delta.dtype)
    on = (on_v + through) * (1 - gate * z)
    left = 1 - membrane * z
    totals[0] += (on * left * earlier).sum()
    totals[1] -= (through + level * z * on).sum()
    delta[:] = on + on_i
    on_v[:] = on * beta * left
    on_i[:] = alpha * delta


def current_row(
    delta: Array,
    kept: Array,
    earlier: Array,
    words: Array,
    j: int,
    numbers: Any,
    reset: Any,
    total: Array,
) -> None:
    """Add `<delta, i>` to total[0], i computed back from the membrane `kept`.

    With z = words[j], the spikes before it,
    i = kept - beta earlier (1 - membrane z) + level threshold z.
    """
    _, beta, threshold = numbers
    membrane, _, level = reset
    z = unpack_bits(words[j], len(delta), delta.dtype)
    total[0] += (
        delta * (kept - beta * earlier * (1 - membrane * z) + level * threshold * z)
    ).sum()


class _Words(_Rows):
    """Rows, and the words that hold their spikes."""

    def numbers(self, packed: Any) -> list[Any]:
        """Take a tuple of numbers apart, each spread over a row."""
        return [
            self.spread(self.b.extract_value(packed, k))
            for k in range(len(packed.type.elements))
        ]

    def mul(self, x: Any, y: Any) -> Any:
        return self.b.fmul(x, y, flags=_FLAGS)

    def add(self, x: Any, y: Any) -> Any:
        return self.b.fadd(x, y, flags=_FLAGS)

    def sub(self, x: Any, y: Any) -> Any:
        return self.b.fsub(x, y, flags=_FLAGS)

    def rest(self, share: Any, z: Any) -> Any:
        """1 - share z."""
        ones = ir.Constant(self.type, [1.0] * self.lanes)
        return self.sub(ones, self.mul(share, z))

    def spikes(self, words: Any, j: Any) -> Any:
        """The word as a row of 0 and 1."""
        word = self.b.load(self.b.gep(words, [j]))
        bits = word if self.lanes == 32 else self.b.trunc(word, ir.IntType(self.lanes))
        return self.b.uitofp(
            self.b.bitcast(bits, ir.VectorType(ir.IntType(1), self.lanes)), self.type
        )

    def fired(self, v: Any, threshold: Any) -> Any:
        """The word that says where v is above the threshold."""
        bits = self.b.bitcast(
            self.b.fcmp_ordered(">", v, threshold), ir.IntType(self.lanes)
        )
        return bits if self.lanes == 32 else self.b.zext(bits, ir.IntType(32))

    def accumulate(self, row: Any, numbers: Any, k: int) -> None:
        """Add the sum of a row to numbers[k]."""
        address = self.b.gep(numbers, [ir.Constant(ir.IntType(64), k)])
        self.b.store(self.b.fadd(self.b.load(address), self.sum(row)), address)


def _words(rows: _Rows) -> _Words:
    # the instructions of `_compile` are those of plain rows: give them the words of this file
    rows.__class__ = _Words
    assert isinstance(rows, _Words)
    return rows


def _spikes(rows: _Rows, out: Any, words: Any, j: Any) -> None:
    r = _words(rows)
    r.store(r.spikes(words, j), r.at(out))


def _gated(rows: _Rows, kept: Any, out: Any, words: Any, j: Any, gate: Any) -> None:
    r = _words(rows)
    r.store(
        r.mul(r.load(r.at(kept)), r.rest(r.spread(gate), r.spikes(words, j))), r.at(out)
    )


def _charge(
    rows: _Rows,
    v: Any,
    i: Any,
    drive: Any,
    arriving: Any,
    kept: Any,
    before: Any,
    after: Any,
    j: Any,
    numbers: Any,
    reset: Any,
) -> None:
    r = _words(rows)
    alpha, beta, threshold = r.numbers(numbers)
    membrane, gate, level = r.numbers(reset)
    z = r.spikes(before, j)
    current = r.add(
        r.add(r.mul(alpha, r.load(r.at(i))), r.load(r.at(drive))), r.load(r.at(arriving))
    )
    left = r.mul(r.mul(beta, r.load(r.at(v))), r.rest(membrane, z))
    charged = r.sub(r.add(left, current), r.mul(r.mul(level, threshold), z))
    now = r.mul(charged, r.rest(gate, z))
    r.store(current, r.at(i))
    r.store(charged, r.at(kept))
    r.store(now, r.at(v))
    r.b.store(r.fired(now, threshold), r.b.gep(after, [j]))


def _release(
    rows: _Rows,
    through: Any,
    on_v: Any,
    on_i: Any,
    delta: Any,
    earlier: Any,
    words: Any,
    j: Any,
    numbers: Any,
    reset: Any,
    totals: Any,
) -> None:
    r = _words(rows)
    alpha, beta, _ = r.numbers(numbers)
    membrane, gate, level = r.numbers(reset)
    z = r.spikes(words, j)
    passed = r.load(r.at(through))
    on = r.mul(r.add(r.load(r.at(on_v)), passed), r.rest(gate, z))
    left = r.mul(on, r.rest(membrane, z))
    r.accumulate(r.mul(left, r.load(r.at(earlier))), totals, 0)
    zero = ir.Constant(r.type, [0.0] * r.lanes)
    r.accumulate(r.sub(zero, r.add(passed, r.mul(level, r.mul(z, on)))), totals, 1)
    arrived = r.add(on, r.load(r.at(on_i)))
    r.store(arrived, r.at(delta))
    r.store(r.mul(left, beta), r.at(on_v))
    r.store(r.mul(alpha, arrived), r.at(on_i))


def _current(
    rows: _Rows,
    delta: Any,
    kept: Any,
    earlier: Any,
    words: Any,
    j: Any,
    numbers: Any,
    reset: Any,
    total: Any,
) -> None:
    r = _words(rows)
    _, beta, threshold = r.numbers(numbers)
    membrane, _, level = r.numbers(reset)
    z = r.spikes(words, j)
    left = r.mul(r.mul(beta, r.load(r.at(earlier))), r.rest(membrane, z))
    current = r.add(r.sub(r.load(r.at(kept)), left), r.mul(r.mul(level, threshold), z))
    r.accumulate(r.mul(r.load(r.at(delta)), current), total, 0)


_spikes_row = _compile(_spikes)
_gated_row = _compile(_gated)
_charge_row = _compile(_charge)
_release_row = _compile(_release)
_current_row = _compile(_current)


@overload(spikes_row, inline="always")
def _(words, j, out):  # type: ignore[no-untyped-def]
    return lambda words, j, out: _spikes_row((out, words, j))


@overload(gated_row, inline="always")
def _(kept, words, j, gate, out):  # type: ignore[no-untyped-def]
    return lambda kept, words, j, gate, out: _gated_row((kept, out, words, j, gate))


@overload(charge_row, inline="always")
def _(  # type: ignore[no-untyped-def]
    v, i, drive, arriving, kept, before, after, j, numbers, reset
):
    return lambda v, i, drive, arriving, kept, before, after, j, numbers, reset: (
        _charge_row((v, i, drive, arriving, kept, before, after, j, numbers, reset))
    )


@overload(release_row, inline="always")
def _(  # type: ignore[no-untyped-def]
    through, on_v, on_i, delta, earlier, words, j, numbers, reset, totals
):
    return lambda through, on_v, on_i, delta, earlier, words, j, numbers, reset, totals: (
        _release_row(
            (through, on_v, on_i, delta, earlier, words, j, numbers, reset, totals)
        )
    )


@overload(current_row, inline="always")
def _(delta, kept, earlier, words, j, numbers, reset, total):  # type: ignore[no-untyped-def]
    return lambda delta, kept, earlier, words, j, numbers, reset, total: _current_row(
        (delta, kept, earlier, words, j, numbers, reset, total)
    )
