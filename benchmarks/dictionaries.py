"""Learning of dictionaries and convolutional codes, beside scikit-learn and sporco.

    python benchmarks/dictionaries.py --json OUT.json
    SPORCO_PYTHON=env/bin/python python benchmarks/dictionaries.py --case images

Case `online`: 100,000 patches 8 x 8 of the two photographs that come with scikit-learn, 256 atoms,
lasso of λ .15 (patches scaled to a mean length of 1), batches of 256. The peer is
MiniBatchDictionaryLearning with coordinate descent, the quicker of its two. It goes once through
the patches; we go on until the cost of 2,000 held-out patches is that at which it ended. Gate: one
code is as good by both libraries, and we do get there.

Case `images`: 256 x 256 pixels of a photograph with its contrast evened, 144 log-Gabor kernels
12 x 12, λ .8. The peer is sporco's ConvBPDN after 60 steps, in a Python of its own (sporco 0.2.2
needs NumPy 1). Gate: our cost is at most its cost, by 1e-3. Both on one thread.
"""

import json
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from harness import Gate, Report, arguments, timed
from numpy.typing import NDArray
from sklearn.datasets import load_sample_images
from sklearn.decomposition import MiniBatchDictionaryLearning, sparse_encode

from neurosparse.datasets import image_patches, normalise_contrast
from neurosparse.sparse_coding import (
    SIX_BANDWIDTHS,
    ConvolutionalDescent,
    Dictionary,
    EventLca,
    Lasso,
    LogGabors,
    OnlineDictionary,
    Soft,
    cost,
)

LAM = 0.15
ATOMS = 256
IMAGE_LAM = 0.8
STEPS = 60  # of sporco
Array = NDArray[Any]

SPORCO = """
import json, sys, time
import numpy as np
import sporco.fft
from sporco.admm import cbpdn
folder, lam, steps = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
sporco.fft.pyfftw_threads = 1
image, kernels = np.load(folder + "/image.npy"), np.load(folder + "/kernels.npy")
options = {"Verbose": False, "MaxMainIter": steps, "RelStopTol": 1e-6, "AuxVarObj": True,
           "HighMemSolve": True}
options = cbpdn.ConvBPDN.Options(options)
bank = np.ascontiguousarray(kernels.transpose(1, 2, 0))
cbpdn.ConvBPDN(bank, image, lam, cbpdn.ConvBPDN.Options({"MaxMainIter": 1})).solve()
start = time.perf_counter()
solver = cbpdn.ConvBPDN(bank, image, lam, options)
solver.solve()
seconds = time.perf_counter() - start
y = solver.Y.squeeze()
used = np.fft.fft2(np.moveaxis(y, -1, 0)) * np.fft.fft2(kernels, image.shape)
rest = image - np.fft.ifft2(used).real.sum(0)
total = 0.5 * (rest ** 2).sum() + lam * np.abs(y).sum()
json.dump([seconds, float(total), float((y == 0).mean())], sys.stdout)
"""


def photographs() -> list[Array]:
    """The two photographs inside scikit-learn, 427 x 640."""
    images: list[Array] = load_sample_images().images
    return images


def held_out_cost(dictionary: Dictionary, x: Array) -> float:
    """Mean lasso cost of signals that were not learned from, to a gap of 1e-6."""
    codes = Lasso(LAM).encode(x, dictionary)
    return float(cost(x, codes, dictionary, Soft(LAM)).mean())


def online(gate: Gate, report: Report, samples: int) -> None:
    """SC5: time until the peer's last cost."""
    x = image_patches(photographs(), samples + 2000, 8, rng=0)
    x /= np.linalg.norm(x, axis=1).mean()
    train, test = np.split(x, [samples])
    start = Dictionary(train[:ATOMS], renormalise=True)
    peer = MiniBatchDictionaryLearning(
        ATOMS,
        alpha=LAM,
        batch_size=256,
        max_iter=1,
        tol=0,
        max_no_improvement=None,
        fit_algorithm="cd",
        dict_init=start.atoms,
        random_state=0,
    )
    rule = OnlineDictionary(batch=256)
    coder = EventLca(Soft(LAM), tol=0.01)
    # compiled before the clock starts
    rule.partial_fit(train[:256], rule.begin(start), coder=coder)
    peer_seconds = timed(lambda: peer.fit(train))
    ended = Dictionary(peer.components_, renormalise=True)
    target = held_out_cost(ended, test)
    codes = sparse_encode(
        test[:200], ended.atoms, algorithm="lasso_cd", alpha=LAM, max_iter=5000
    )
    same = ((test[:200] - codes @ ended.atoms) ** 2).sum() / 2 + LAM * np.abs(codes).sum()
    ours_of_it = held_out_cost(ended, test[:200])
    gate.near("lasso cost of one dictionary", ours_of_it, same / 200, rel=1e-3)
    learned = rule.begin(start)
    seconds = 0.0
    used = 0
    reached = held_out_cost(start, test)
    first = reached
    for part in np.split(train, range(2048, samples, 2048)):
        before = time.perf_counter()
        learned = rule.partial_fit(part, learned, coder=coder)
        seconds += time.perf_counter() - before
        used += len(part)
        reached = held_out_cost(learned.dictionary, test)
        if reached <= target:
            break
    gate.true(
        "the peer's cost was reached", reached <= target, f"{reached:.5f}, {target:.5f}"
    )
    print(f"cost {first:.5f} at first, {target:.5f} where the peer ends; ours after {used}")
    before = time.perf_counter()
    learned = rule.partial_fit(train[used:], learned, coder=coder)
    whole = seconds + time.perf_counter() - before
    last = held_out_cost(learned.dictionary, test)
    gate.demand()
    name = "MiniBatchDictionaryLearning"
    case = f"online, {samples} patches 8x8, {ATOMS} atoms"
    report.add(
        case, "time to its last cost", "s", seconds, peer_seconds, peer_name=name, goal=2
    )
    report.add(case, "time of one pass", "s", whole, peer_seconds, peer_name=name)
    report.add(case, "cost after one pass", "", last, target, peer_name=name)


def images(gate: Gate, report: Report, size: int) -> None:
    """SC6: convolutional codes at sporco's cost."""
    python = os.environ.get("SPORCO_PYTHON")
    if python is None:
        print("images: left out; SPORCO_PYTHON names no Python that has sporco 0.2.2")
        return
    corner = photographs()[0][80 : 80 + size, 100 : 100 + size]
    image = normalise_contrast(corner)[0]
    image /= image.std()
    kernels = LogGabors(12, SIX_BANDWIDTHS).kernels()
    coder = ConvolutionalDescent(IMAGE_LAM, passes=2)
    coder.encode(image[:32, :32], kernels)
    with TemporaryDirectory() as folder:
        np.save(Path(folder) / "image.npy", image)
        np.save(Path(folder) / "kernels.npy", kernels)
        call = [python, "-c", SPORCO, folder, str(IMAGE_LAM), str(STEPS)]
        output = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    peer_seconds, peer_cost, peer_zeros = json.loads(output.splitlines()[-1])
    codes = None

    def run() -> None:
        nonlocal codes
        codes = coder.encode(image, kernels)

    seconds = timed(run)
    assert codes is not None
    own = float(codes.cost(image, kernels, IMAGE_LAM)[0])
    gate.true("cost", own <= peer_cost * (1 + 1e-3), f"{own:.1f} against {peer_cost:.1f}")
    zeros = float(codes.sparseness()[0])
    gate.true("zeros", min(zeros, peer_zeros) > 0.99, f"{zeros:.4f} and {peer_zeros:.4f}")
    gate.demand()
    case = f"CBPDN {size}x{size}, 144 kernels 12x12, cost after {STEPS} steps"
    name = "sporco 0.2.2"
    report.add(case, "time", "s", seconds, peer_seconds, peer_name=name, goal=1.5)
    report.add(case, "cost", "", own, peer_cost, peer_name=name)
    report.add(case, "share of zeros", "", zeros, peer_zeros, peer_name=name, higher=True)


def main() -> None:
    """Run the cases that were asked for."""
    cases = ("online", "images")
    args = arguments(__doc__, cases)
    gate = Gate()
    report = Report("scikit-learn", "numpy", "numba", repeats=1)
    if "online" in args.case:
        online(gate, report, 10_000 if args.quick else 100_000)
    if "images" in args.case:
        images(gate, report, 96 if args.quick else 256)
    report.finish(args.json, merge=True)


if __name__ == "__main__":
    main()
