"""Compare one process with ranks for many random combinations: `python -m` with how many.

Each runs on 2 to 4 ranks with 1 or 2 threads, is saved, and goes on with another number of ranks.
"""

import random
import sys
import time

from tests.distributed.test_ranks import check
from tests.laws import combinations


def drawn(rng):
    """A combination of everything that the law of combinations draws."""

    def either():
        return rng.random() < 0.5

    return combinations.Drawn(
        rng.choice(sorted(combinations.RULES)),
        either(),
        rng.choice(["clock", "event", "auto"]),
        1,
        either(),
        alike=either(),
        rewired=either(),
        reweighed=either(),
        tied=either(),
        seed=rng.randrange(2**16),
    )


def main(how_many, seed=0):
    """Stop at the first that differs, after saying what it was."""
    rng = random.Random(seed)
    begun = time.monotonic()
    for k in range(how_many):
        one, size, threads = drawn(rng), rng.choice([2, 3, 4]), rng.choice([1, 2])
        try:
            check(one, size, threads)
        except BaseException:
            print(f"number {k}: {one} on {size} ranks, {threads} threads", file=sys.stderr)
            raise
    print(f"{how_many} networks alike, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
