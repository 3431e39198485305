"""Training steps that visit only winners: with 5 % of units active, 0.25 % of the products of a
layer are needed.

Weights are float32 rows by presynaptic unit (`w[pre, post]`), those of the input layer rows by unit
(`w1[post, pre]`). `idx` int32 [batch, k] names the winners of each sample, `val` [batch, k] what
they send.
"""

import numpy as np
from numba import njit

FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def adam(w, g, m, v, mask, rate, step):
    """One step of Adam (β 0.9, 0.999, ε 1e-8) on flat arrays; the gradient is emptied, absent
    weights stay 0.
    """
    pace = np.float32(rate / (1 - 0.9**step))
    root = np.float32(1 / np.sqrt(1 - 0.999**step))
    keep1 = np.float32(0.9)
    new1 = np.float32(0.1)
    keep2 = np.float32(0.999)
    new2 = np.float32(0.001)
    small, none = np.float32(1e-8), np.float32(0)
    for i in range(w.size):
        m[i] = keep1 * m[i] + new1 * g[i]
        v[i] = keep2 * v[i] + new2 * g[i] * g[i]
        moved = w[i] - pace * m[i] / (np.sqrt(v[i]) * root + small)
        w[i] = moved if mask[i] else none
        g[i] = none


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def forward_rows(idx, val, w, bias, out):
    """out[b] = bias + Σ_k val[b, k] w[idx[b, k]]."""
    for b in range(idx.shape[0]):
        line = out[b]
        for j in range(line.size):
            line[j] = bias[j]
        for k in range(idx.shape[1]):
            row = w[idx[b, k]]
            v = val[b, k]
            for j in range(line.size):
                line[j] += v * row[j]


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def backward_head(idx, val, g_out, w, g_w, g_val):
    """Gradients of a dense readout: into w[idx] and back to the winners."""
    for b in range(idx.shape[0]):
        for k in range(idx.shape[1]):
            i = idx[b, k]
            total = np.float32(0)
            for j in range(g_out.shape[1]):
                g_w[i, j] += val[b, k] * g_out[b, j]
                total += w[i, j] * g_out[b, j]
            g_val[b, k] = total


@njit(cache=True, nogil=True)
def by_unit(idx, n):
    """Where each unit won: (bounds [n + 1], flat positions b·k + place, by unit and then by
    sample).
    """
    bounds = np.zeros(n + 1, np.int64)
    for i in idx.ravel():
        bounds[i + 1] += 1
    bounds = np.cumsum(bounds)
    place = np.empty(idx.size, np.int64)
    fill = bounds[:-1].copy()
    flat = idx.ravel()
    for q in range(flat.size):
        place[fill[flat[q]]] = q
        fill[flat[q]] += 1
    return bounds, place


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def train_between(idx, val, idx_post, g_post, w, m, v, mask, g_val, rate, step):
    """Back from one layer of winners to the one below, and Adam on the weights between, row by row.

    Only pairs that were active in a sample have a gradient; a row's gradient lives in the cache
    alone.
    """
    bounds, place = by_unit(idx, w.shape[0])
    flat_val, flat_g = val.ravel(), g_val.ravel()
    g = np.zeros(w.shape[1], np.float32)
    for i in range(w.shape[0]):
        row = w[i]
        for q in range(bounds[i], bounds[i + 1]):
            b = place[q] // idx.shape[1]
            post = idx_post[b]
            back = g_post[b]
            total = np.float32(0)
            sent = flat_val[place[q]]
            for j in range(post.size):
                total += row[post[j]] * back[j]
                g[post[j]] += sent * back[j]
            flat_g[place[q]] = total
        adam(row, g, m[i], v[i], mask[i], rate, step)


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def train_input(idx, g_val, x, w1, m, v, mask, rate, step):
    """Gradient of the input layer's rows (winners only) and Adam on them, row by row."""
    bounds, place = by_unit(idx, w1.shape[0])
    flat_g = g_val.ravel()
    g = np.zeros(w1.shape[1], np.float32)
    for i in range(w1.shape[0]):
        for q in range(bounds[i], bounds[i + 1]):
            line = x[place[q] // idx.shape[1]]
            back = flat_g[place[q]]
            for j in range(line.size):
                g[j] += back * line[j]
        adam(w1[i], g, m[i], v[i], mask[i], rate, step)


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def through_gate(idx, g_val, z, gate, g_bias, g_d):
    """Turn gradients at winners of y = z·gate into those of z (in place), of the bias and of the
    dendrite.
    """
    for b in range(idx.shape[0]):
        for k in range(idx.shape[1]):
            i = idx[b, k]
            g_d[i] += g_val[b, k] * z[b, i] * gate[i] * (np.float32(1) - gate[i])
            g_val[b, k] *= gate[i]
            g_bias[i] += g_val[b, k]


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def adam_segments(u, d, chosen, g_d, m, v, c, rate, step):
    """One step of Adam on segments u [units, segments, context] that all saw one context c.

    A segment's gradient is g·c, so its moments are m·c and v·c² with one m and one v a segment;
    those without moments stand still. `d` [units, segments] = u·c is kept up to date.
    """
    pace = np.float32(rate / (1 - 0.9**step))
    root = np.float32(1 / np.sqrt(1 - 0.999**step))
    for i in range(u.shape[0]):
        for s in range(u.shape[1]):
            g = g_d[i] if s == chosen[i] else np.float32(0)
            if g == 0 and v[i, s] == 0:
                continue
            m[i, s] = np.float32(0.9) * m[i, s] + np.float32(0.1) * g
            v[i, s] = np.float32(0.999) * v[i, s] + np.float32(0.001) * g * g
            top = pace * m[i, s]
            bottom = np.sqrt(v[i, s]) * root
            row = u[i, s]
            total = np.float32(0)
            for k in range(c.size):
                row[k] -= top * c[k] / (bottom * abs(c[k]) + np.float32(1e-8))
                total += row[k] * c[k]
            d[i, s] = total
