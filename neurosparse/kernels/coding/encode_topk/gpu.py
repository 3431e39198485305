"""The k best rows of each sample on a GPU: blocks of scores, the best so far among them (Triton).

A block of scores stands behind the best so far, whose indices are lower, so that ties go to the
higher index here too. Scores are float32, as those of k_winners.
"""

import torch
from torch import Tensor

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.k_winners.gpu import LONGEST, winners_of_tensor

# rows scored at a time
ROWS = 8192


def encode(
    x: Tensor, rows: Tensor, bias: Tensor, k: int, magnitude: bool
) -> tuple[Tensor, Tensor]:
    """Take the k largest of `h = x rowsᵀ + bias`, or of |h|: indices int32 and h, `[batch, k]`."""
    if k + ROWS > LONGEST:
        expected = f"at most {LONGEST - ROWS} on a GPU"
        raise bad_argument("k", k, expected, "use the CPU for more")
    if x.dtype not in (torch.float32, torch.float16, torch.bfloat16):
        received = Said(str(x.dtype))
        raise bad_argument("x", received, "float32 or narrower on a GPU")
    scores = torch.empty((len(x), 0), dtype=torch.float32, device=x.device)
    best = torch.empty((len(x), 0), dtype=torch.int32, device=x.device)
    for first in range(0, len(rows), ROWS):
        block = rows[first : first + ROWS]
        fresh = (x @ block.T).float() + bias[first : first + ROWS].float()
        numbers = torch.arange(first, first + len(block), device=x.device)
        scores = torch.cat([scores, fresh], 1)
        best = torch.cat([best, numbers.to(torch.int32).expand(len(x), -1)], 1)
        ranked = scores.abs() if magnitude else scores
        kept = winners_of_tensor(ranked, min(k, ranked.shape[1])).long()
        scores = scores.gather(1, kept)
        best = best.gather(1, kept)
    return best, scores.to(x.dtype)
