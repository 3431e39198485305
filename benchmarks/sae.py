"""Sparse autoencoders beside dictionary-learning's, and beside coders where the atoms are known.

Cases: `equal` (one hundred steps from one start; also the gate of the others), `step` (a training
step, d 768, n 24,576, k 32, batch 4,096), `memory` (of two such steps, each in a process of its
own), `decode` (alone, beside torch's dense product), `nested` (memory of every budget up to 128
beside TopK's), `budgets` (one net for four budgets beside four nets, five seeds), and the
ground-truth table: `true` (what coders do with the true atoms) and `learned-NAME` for one way of
learning them each (256 atoms in 64 dimensions, 8 on, 2 million samples seen, five seeds).

The peer is read from its package without its face, which wants a language model's hooks:
pip install --no-deps dictionary-learning==0.1.0 einops
"""

import importlib
import importlib.util
import os
import subprocess
import sys
import time
import types

import numpy as np
import torch
from harness import (
    Gate,
    Report,
    arguments,
    interleave,
    median,
    peak_rss_mib,
    timed,
)

from neurosparse.analysis import (
    dead_share,
    match_atoms,
    match_supports,
    unexplained_variance,
)
from neurosparse.datasets import SparseFeatures
from neurosparse.models import (
    AbsTopK,
    AuxK,
    BatchTopK,
    Hierarchical,
    Pursuit,
    Reconstruction,
    Sae,
    SaeTraining,
    TopK,
    train_sae,
)
from neurosparse.sparse_coding import (
    Dictionary,
    Lasso,
    Omp,
    OnlineDictionary,
    SparseCodes,
)

PEER = "dictionary-learning"
SIZE = {"d": 768, "n": 24_576, "k": 32, "batch": 4096}
QUICK = {"d": 256, "n": 4096, "k": 32, "batch": 1024}
SEEDS = range(5)
FEATURES = SparseFeatures(256, 64, 8)
LEARNERS = ("topk", "batchtopk", "abstopk", "pursuit", "online-omp", "peer-topk")
CASES = ("equal", "step", "memory", "decode", "nested", "budgets", "true")


def peer_trainer(d, n, k, **settings):
    """The peer's trainer, without the face of its package."""
    if "dictionary_learning" not in sys.modules:
        folder = importlib.util.find_spec("dictionary_learning").submodule_search_locations[
            0
        ]
        for name in ("dictionary_learning", "dictionary_learning.trainers"):
            package = types.ModuleType(name)
            package.__path__ = [os.path.join(folder, *name.split(".")[1:])]
            sys.modules[name] = package
    module = importlib.import_module("dictionary_learning.trainers.top_k")
    settings = {"steps": 10**6, "warmup_steps": 10, "lr": 1e-3, "device": "cpu"} | settings
    return module.TopKTrainer(
        activation_dim=d, dict_size=n, k=k, layer=0, lm_name="none", **settings
    )


def from_peer(trainer, d, n, k):
    """Our net with the peer's weights."""
    sae = Sae(d, n, select=TopK(k))
    sae.decoder.data.copy_(trainer.ae.decoder.weight.data.T)
    sae.encoder.data.copy_(trainer.ae.encoder.weight.data)
    return sae


def gate_equal(report):
    """The same losses from the same start."""
    d, n, k, batch, steps = 64, 1024, 8, 256, 100
    trainer = peer_trainer(d, n, k, seed=0)
    sae = from_peer(trainer, d, n, k)
    x = np.random.default_rng(0).standard_normal((batch * steps, d)).astype(np.float32)
    ours = []
    whole = Sae.losses_of

    def losses_of(self, part):
        values, seen = whole(self, part)
        ours.append((part.clone(), float(sum(values.values()).detach())))
        return values, seen

    Sae.losses_of = losses_of
    plan = SaeTraining(epochs=1, batch=batch, lr=1e-3, warmup=10, dead_after=10**7)
    train_sae(sae, x, plan)
    Sae.losses_of = whole
    theirs = [trainer.update(step, part) for step, (part, _) in enumerate(ours)]
    worst = max(abs(mine - t) / t for (_, mine), t in zip(ours, theirs, strict=True))
    gate = Gate()
    gate.true("losses of 100 steps", worst < 1e-4, f"{worst:.3g} apart")
    gate.true("it learns", theirs[-1] < theirs[0], "the loss falls")
    gate.demand()
    report.add(
        "TopK, 100 steps", "largest relative difference of a loss", "", worst, goal=1e-4
    )
    return worst


def step_of_ours(size):
    """Seconds of the second step of a run, when Adam's moments stand, as the peer's always do."""
    sae = Sae(size["d"], size["n"], select=TopK(size["k"]), rng=0)
    x = torch.randn(size["batch"], size["d"])
    plan = SaeTraining(epochs=2, batch=size["batch"], lr=1e-3, warmup=0, center=False)

    def step():
        ends = []
        train_sae(sae, x, plan, callbacks=[lambda _: ends.append(time.perf_counter())])
        return ends[1] - ends[0]

    return step


def step_of_peer(size):
    trainer = peer_trainer(size["d"], size["n"], size["k"], seed=0)
    x = torch.randn(size["batch"], size["d"])
    return lambda: trainer.update(1, x)


def case_step(report, args):
    size = QUICK if args.quick else SIZE
    ours = step_of_ours(size)
    peer = step_of_peer(size)
    ours()
    peer()
    times = interleave({"ours": ours, "peer": lambda: timed(peer)}, args.repeats)
    case = f"TopK step, {size['n']:,} latents"
    mine, theirs = map(median, times.values())
    report.add(case, "time", "s", mine, theirs, peer_name=PEER, goal=2.5, threads=2)


def child(kind, quick):
    """Print how far memory rose above parameters in two steps."""
    size = QUICK if quick else SIZE
    torch.set_num_threads(2)
    # what both sides import at their first step is no memory of a step; moments are
    small = {"d": 16, "n": 64, "k": 4, "batch": 32}
    (step_of_peer if kind == "peer" else step_of_ours)(small)()
    if kind == "peer":
        step = step_of_peer(size)
    elif kind == "ours":
        step = step_of_ours(size)
    else:
        k = 128
        losses = [Hierarchical()] if kind == "hierarchical" else [Reconstruction()]
        sae = Sae(512, 8192, select=TopK(k), losses=losses, rng=0)
        x = torch.randn(2048, 512)
        plan = SaeTraining(epochs=1, batch=2048, lr=1e-3, warmup=0, center=False)

        def step():
            return train_sae(sae, x, plan)

    with open("/proc/self/statm") as file:
        before = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    step()
    if kind == "peer":
        step()
    print(peak_rss_mib() - before)


def memory_of(kind, quick):
    command = [sys.executable, __file__, "--child", kind, *(["--quick"] if quick else [])]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(output.split()[-1])


def case_memory(report, args):
    size = QUICK if args.quick else SIZE
    case = f"TopK step, {size['n']:,} latents"
    figures = memory_of("ours", args.quick), memory_of("peer", args.quick)
    name = "peak memory above parameters"
    report.add(case, name, "MiB", *figures, peer_name=PEER, goal=4.0, threads=2)


def case_nested(report, args):
    figures = memory_of("hierarchical", False), memory_of("topk", False)
    case = "every budget to 128, 8,192 latents"
    name = "peak memory above parameters"
    report.add(case, name, "MiB", *figures, peer_name="our TopK", goal=1 / 1.05, threads=2)


def case_decode(report, args):
    from neurosparse.kernels.coding.decode_rows.autograd import decode_rows

    size = QUICK if args.quick else SIZE
    torch.manual_seed(0)
    rows = torch.randn(size["n"], size["d"])
    dense = torch.zeros(size["batch"], size["n"])
    indices = torch.rand(size["batch"], size["n"]).topk(size["k"]).indices.sort(1).values
    values = torch.rand(size["batch"], size["k"])
    dense.scatter_(1, indices, values)
    indptr = torch.arange(size["batch"] + 1) * size["k"]
    code = indptr, indices.flatten().int(), values.flatten()
    gate = Gate()
    far = float((decode_rows(*code, rows) - dense @ rows).abs().max())
    gate.true("decoding", far < 1e-3, f"{far:.3g} apart")
    gate.demand()
    sides = {
        "ours": lambda: timed(lambda: decode_rows(*code, rows)),
        "peer": lambda: timed(lambda: dense @ rows),
    }
    mine, theirs = map(median, interleave(sides, args.repeats).values())
    case = f"decode, {size['n']:,} latents, k {size['k']}"
    report.add(
        case, "time", "s", mine, theirs, peer_name="torch, dense", goal=10, threads=2
    )


def seen_samples(seed, count):
    rng = np.random.default_rng(seed)
    return FEATURES.draw(count, rng)


def plan_of(args, seed):
    return SaeTraining(
        epochs=1 if args.quick else 10, batch=2048, lr=3e-3, warmup=50, decay=0.3, seed=seed
    )


def case_budgets(report, args):
    """One net for all budgets beside a net for each."""
    budgets = (4, 8, 16, 32)
    ratios = {k: [] for k in budgets}
    for seed in SEEDS:
        data = seen_samples(seed, 100_000)
        test = FEATURES.draw(5000, np.random.default_rng(100 + seed), data.dictionary)
        x = data.x.astype(np.float32)
        plan = plan_of(args, seed)
        whole = Sae(
            64, 256, select=TopK(32), losses=[Hierarchical(budgets), AuxK()], rng=seed
        )
        train_sae(whole, x, plan)
        for k in budgets:
            alone = Sae(64, 256, select=TopK(k), rng=seed)
            train_sae(alone, x, plan)
            one = unexplained_variance(test.x, whole.decode(whole.encode(test.x).top(k)))
            other = unexplained_variance(test.x, alone.decode(alone.encode(test.x)))
            ratios[k].append((one, other))
    for k, pairs in ratios.items():
        one, other = (float(np.median(side)) for side in zip(*pairs, strict=True))
        case = f"known atoms, budget {k} of one net"
        report.add(case, "FVU", "", one, other, peer_name=f"TopK({k})", goal=1 / 1.05)


def judged(report, case, figures):
    """Medians over seeds of one line of the table."""
    names = ("MCC", "recall of active atoms", "samples with exact support", "FVU", "dead")
    for name, values in zip(names, zip(*figures, strict=True), strict=True):
        report.add(f"known atoms, {case}", name, "", float(np.median(values)))


def line_of(data, codes, atoms, output):
    match = match_atoms(data.dictionary, atoms)
    support = match_supports(data.codes, codes, match)
    fvu = unexplained_variance(data.x, output)
    return match.mcc, support.recall, support.exact, fvu, dead_share(codes)


def case_true(report, args):
    figures = {"omp": [], "lasso": [], "one shot": [], "pca": []}
    for seed in SEEDS:
        data = FEATURES.draw(5000, rng=seed)
        d = data.dictionary
        for name, coder in (("omp", Omp(8)), ("lasso", Lasso(0.1, nonnegative=True))):
            codes = coder.encode(data.x, d)
            figures[name].append(line_of(data, codes, d, d.decode(codes)))
        sae = Sae(64, 256, select=TopK(8), atoms=d.atoms).eval()
        codes = sae.encode(data.x)
        figures["one shot"].append(line_of(data, codes, d, sae.decode(codes)))
        centred = data.x - data.x.mean(0)
        axes = np.linalg.svd(centred, full_matrices=False)[2]
        output = centred @ axes[:8].T @ axes[:8] + data.x.mean(0)
        codes = SparseCodes.from_dense(centred @ axes[:8].T)
        figures["pca"].append(line_of(data, codes, axes[:8], output))
    for name, lines in figures.items():
        judged(
            report, f"{name} with {'8 axes' if name == 'pca' else 'the true atoms'}", lines
        )


def learned(name, data, args, seed):
    """Atoms and a coder, learned from samples."""
    x = data.x.astype(np.float32)
    if name == "online-omp":
        rows = np.random.default_rng(seed).permutation(len(x))[:256]
        start = Dictionary(data.x[rows], renormalise=True)
        rule = OnlineDictionary(batch=1024)
        for turn in range(1 if args.quick else 3):
            fitted = rule.fit(data.x, dictionary=start, coder=Omp(8), rng=turn)
            start = fitted.dictionary
        atoms = start
        return lambda y: ((codes := Omp(8).encode(y, atoms)), atoms.decode(codes)), atoms
    if name == "peer-topk":
        trainer = peer_trainer(64, 256, 8, seed=seed, lr=3e-3, warmup_steps=50, steps=980)
        rng = np.random.default_rng(seed)
        step = 0
        for _ in range(1 if args.quick else 10):
            order = rng.permutation(len(x))
            for first in range(0, len(x), 2048):
                part = torch.from_numpy(x[order[first : first + 2048]])
                trainer.update(step, part)
                step += 1
        sae = from_peer(trainer, 64, 256, 8).eval()
        sae.bias.data.copy_(trainer.ae.encoder.bias.data)
        sae.center.data.copy_(trainer.ae.b_dec.data)
    else:
        select = {
            "topk": TopK(8),
            "batchtopk": BatchTopK(8.0),
            "abstopk": AbsTopK(8),
            "pursuit": Pursuit(8),
        }[name]
        sae = Sae(64, 256, select=select, rng=seed)
        train_sae(sae, x, plan_of(args, seed))
    return lambda y: ((codes := sae.encode(y)), sae.decode(codes)), sae.dictionary()


def case_learned(report, args, name):
    figures, refined = [], []
    for seed in SEEDS:
        data = seen_samples(seed, 200_000)
        test = FEATURES.draw(5000, np.random.default_rng(100 + seed), data.dictionary)
        code, atoms = learned(name, data, args, seed)
        codes, output = code(test.x)
        figures.append(line_of(test, codes, atoms, output))
        pursued = Omp(8).encode(test.x, atoms)
        refined.append(line_of(test, pursued, atoms, atoms.decode(pursued)))
    judged(report, name, figures)
    judged(report, f"{name}, codes by OMP", refined)


def main():
    if "--child" in sys.argv:
        child(sys.argv[sys.argv.index("--child") + 1], "--quick" in sys.argv)
        return
    cases = (*CASES, *(f"learned-{name}" for name in LEARNERS))
    args = arguments(__doc__, cases, ("equal", "step", "decode"))
    torch.set_num_threads(2)
    report = Report("torch", "numba", PEER, "scikit-learn", repeats=args.repeats)
    for case in args.case:
        if case == "equal":
            gate_equal(report)
        elif case.startswith("learned-"):
            case_learned(report, args, case.removeprefix("learned-"))
        else:
            globals()[f"case_{case}"](report, args)
    report.finish(args.json, merge=True)


if __name__ == "__main__":
    main()
