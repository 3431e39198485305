"""How many atoms each threshold needs for one error at one number of active atoms.

    python benchmarks/beyond_l1.py --penalty soft --atoms 512    # one run, a line of the runs' file
    python benchmarks/beyond_l1.py --json OUT.json               # what is there so far, and a table

After Rentzeperis et al. 2023 (doi:10.1371/journal.pcbi.1011459), who say that l1 needs ten times
the atoms of CEL0. Patches 12 x 12 of the two photographs inside scikit-learn, whitened, scaled to a
mean length of 1: 30,000 to learn from, twice, 3,000 held out. Dictionaries are learned online,
batches of 500, the penalty moving so that 10 atoms are active; then it is set so that 10 ± .2 are
on held-out patches, and FVU is the share of their variance that is missed. Codes are those of
EventLca, from 0; with atoms of length 1 its CEL0 is the hard threshold. `refitted` are the same
supports with least squares in place of the coefficients.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
from harness import machine, print_table, versions, write_json
from numpy.typing import NDArray
from run_file import RESULTS, Runs, runs_option
from sklearn.datasets import load_sample_images

from neurosparse.datasets import image_patches, whiten_images
from neurosparse.sparse_coding import (
    CEL0,
    Dictionary,
    EventLca,
    Half,
    OnlineDictionary,
    Soft,
    SparseCodes,
)

PENALTIES: dict[str, Any] = {"soft": Soft, "half": Half, "cel0": CEL0}
STARTS = {"soft": 0.08, "half": 0.02, "cel0": 0.01}
ACTIVE = 10.0
SIDE = 12
BATCH = 500
FILE = "beyond_l1_runs.jsonl"
Array = NDArray[Any]


def patches(seed: int) -> tuple[Array, Array]:
    """30,000 whitened patches to learn from and 3,000 that are held out."""
    white = whiten_images(load_sample_images().images)
    x = image_patches(white, 33_000, SIDE, rng=seed)
    x /= np.linalg.norm(x, axis=1).mean()
    return x[:30_000], x[30_000:]


def coder(penalty: str, lam: float) -> EventLca:
    """Messages from 0 until none would move a coefficient by .005."""
    return EventLca(PENALTIES[penalty](lam), tol=5e-3)


def learned(penalty: str, atoms: int, x: Array, seed: int) -> tuple[Dictionary, float]:
    """A dictionary, and the penalty at which about ten atoms are active."""
    rule = OnlineDictionary(batch=BATCH)
    run = rule.begin(Dictionary.random(atoms, x.shape[1], rng=seed))
    lam = STARTS[penalty]
    for epoch in range(2):
        order = np.random.default_rng([seed, epoch]).permutation(len(x))
        for rows in np.split(order, range(BATCH, len(x), BATCH)):
            run = rule.partial_fit(x[rows], run, coder=coder(penalty, lam))
            off = run.history[-1].l0 / ACTIVE - 1
            lam *= float(np.exp(np.clip(0.3 * off, -0.2, 0.2)))
    return run.dictionary, lam


def tuned(
    penalty: str, dictionary: Dictionary, lam: float, x: Array
) -> tuple[float, SparseCodes]:
    """The penalty at which 10 ± .2 atoms are active, and the codes."""
    low, high = lam / 10, lam * 10
    for _ in range(30):
        codes = coder(penalty, lam).encode(x, dictionary)
        active = codes.nnz / len(x)
        if abs(active - ACTIVE) <= 0.2:
            break
        low, high = (lam, high) if active > ACTIVE else (low, lam)
        lam = float(np.sqrt(low * high))
    return lam, codes


def missed(x: Array, described: Array) -> float:
    """Share of the variance that is missed."""
    return float(((x - described) ** 2).sum() / ((x - x.mean(0)) ** 2).sum())


def refitted(dictionary: Dictionary, codes: SparseCodes, x: Array) -> Array:
    """What the supports describe with the best coefficients."""
    described = np.zeros_like(x)
    for row, (first, last) in enumerate(zip(codes.indptr, codes.indptr[1:], strict=False)):
        atoms = dictionary.atoms[codes.indices[first:last]]
        described[row] = np.linalg.lstsq(atoms.T, x[row], rcond=None)[0] @ atoms
    return described


def run(penalty: str, atoms: int, seed: int) -> dict[str, Any]:
    """Learn, tune, measure."""
    start = time.perf_counter()
    x, test = patches(seed)
    dictionary, lam = learned(penalty, atoms, x, seed)
    lam, codes = tuned(penalty, dictionary, lam, test)
    return {
        "penalty": penalty,
        "atoms": atoms,
        "seed": seed,
        "lam": lam,
        "l0": codes.nnz / len(test),
        "fvu": missed(test, dictionary.decode(codes)),
        "fvu_refitted": missed(test, refitted(dictionary, codes, test)),
        "unused": int((np.bincount(codes.indices, minlength=atoms) == 0).sum()),
        "seconds": round(time.perf_counter() - start, 1),
        "machine": machine(),
        "versions": versions("neurosparse", "numpy", "scikit-learn"),
    }


def needed(rows: list[dict[str, Any]], column: str, seed: int) -> dict[str, Any]:
    """For each size of CEL0: the smallest l1 dictionary with no larger error, or none."""
    soft = sorted(
        (row for row in rows if row["penalty"] == "soft"), key=lambda row: row["atoms"]
    )
    soft = [row for row in soft if row["seed"] == seed]
    answers = {}
    for row in rows:
        if row["penalty"] != "cel0" or row["seed"] != seed:
            continue
        enough = [other["atoms"] for other in soft if other[column] <= row["fvu"]]
        largest = max((other["atoms"] for other in soft), default=0)
        answers[str(row["atoms"])] = enough[0] if enough else f"above {largest}"
    return answers


def main() -> None:
    """Do one run, or show and write all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--penalty", choices=sorted(PENALTIES))
    parser.add_argument("--atoms", type=int, default=512)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="OUT")
    runs_option(parser, FILE)
    args = parser.parse_args()
    runs = Runs(args.runs or RESULTS / FILE)
    if args.penalty:
        key = f"{args.penalty}, {args.atoms} atoms, seed {args.seed}"
        if key not in runs:
            runs.add(key, run(args.penalty, args.atoms, args.seed))
    rows = sorted(
        runs.values(), key=lambda row: (row["seed"], row["penalty"], row["atoms"])
    )
    head = ("penalty", "atoms", "seed", "L0", "FVU", "refitted", "unused", "seconds")
    names = ("penalty", "atoms", "seed", "l0", "fvu", "fvu_refitted", "unused", "seconds")
    print_table(head, [[_cell(row[name]) for name in names] for row in rows])
    needs = {
        f"{column}, seed {seed}": needed(rows, column, seed)
        for column in ("fvu", "fvu_refitted")
        for seed in sorted({row["seed"] for row in rows})
    }
    print("atoms of l1 for the error of CEL0 with so many:", needs)
    if args.json:
        write_json(args.json, {"runs": rows, "l1_atoms_for_cel0_atoms": needs})


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
