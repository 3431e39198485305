"""Calls of the rooms that describe and measure, and what each of their arguments refuses.

What an argument refuses follows from its name; what a room means otherwise is said beside it.
"""

import numpy as np

from neurosparse import (
    analysis,
    connectome,
    distributed,
    experiment,
    oscillators,
    sparse_coding,
    studies,
)
from neurosparse.analysis import SpikeTrains
from neurosparse.experiment import Silence, Stimulate
from neurosparse.network import Network, Population
from neurosparse.neurons import LIF
from neurosparse.oscillators import Kuramoto, LorentzianFrequencies
from neurosparse.sparse_coding import Dictionary, Omp, Soft, SparseCodes
from neurosparse.studies import Study
from neurosparse.wiring import Bernoulli
from tests.experiment.small import BRAIN
from tests.laws.test_bad_values import (
    COUNT,
    COUNTS,
    ENDLESS,
    FLAG,
    NAME,
    NO_NUMBERS,
    NUMBER,
    without,
)
from tests.studies.trials import double

N = 12
GRAPH = Bernoulli(0.4, allow_self=False).build(N, N, 1)
HALVES = np.arange(N) % 2
RANDOM = np.random.default_rng(3)
SAMPLES = RANDOM.random((20, N))
FEW = SAMPLES[:, :3]
SPIKES = SpikeTrains.from_times(
    np.sort(RANDOM.uniform(0.0, 100.0, 80)), RANDOM.integers(0, N, 80), N, stop=100.0
)
ATOMS = Dictionary(np.eye(4))
CODES = SparseCodes.from_dense(np.eye(4))
RELAYS = BRAIN.split("type")["relay"]
STUDY = Study(double, vary={"x": [1, 2]})
NETWORK = Network(Population("E", N, LIF()))

OTHERS = without(NO_NUMBERS, "none") | {"matrix": np.eye(3)}
OBJECT = NO_NUMBERS | {"matrix": np.eye(3)}
TABLE = NO_NUMBERS | {"list of NaN": [[np.nan] * N] * 20, "cube": np.ones((2, 2, 2))}
LABELS = without(NO_NUMBERS, "nan", "inf", "-inf") | {"short": [1, 2], "matrix": np.eye(N)}
RNG = {k: COUNT[k] for k in ("nan", "bool", "word", "complex", "half", "negative")}
OTHER_SHAPES = without(TABLE, "list of NaN")
# of one number, the axis is what it lacks
WORDS = {k: NO_NUMBERS[k] for k in ("word", "none", "complex")}
# what arguments of a name refuse wherever they stand
BY_NAME = {
    "connectivity": OBJECT,
    "spikes": OBJECT,
    "rng": RNG,
    "threads": without(COUNT, "none"),
    "nulls": COUNT,
    "sources": without(COUNTS, "none"),
    "rounds": without(COUNT, "none"),
    "width": NUMBER,
    "directed": FLAG,
    "weighted": FLAG,
    "nonnegative": FLAG,
    "groups": LABELS,
    "labels": LABELS,
    "activity": TABLE,
    "lag": COUNT,
    "lam": NUMBER,
    "k": without(COUNT, "none"),
    "tol": NUMBER,
    "steps": COUNT,
    "step": without(NUMBER, "none"),
    "batch": without(COUNT, "none"),
    "patience": COUNT,
    "threshold": OBJECT,
    "codes": OBJECT,
    "neurons": OBJECT,
    "start": ENDLESS,
    "stop": without(NUMBER, "inf"),
    "jobs": COUNT,
    "cores": COUNT,
    "walltime": NAME | {"word": "a"},
    "dictionary": OBJECT,
    "coder": without(OBJECT, "word"),
}


def case(room, name, good=None, /, also="", **refused):
    """A call that is accepted, and what its arguments refuse."""
    good = good or {}
    known = [one for one in (*good, *also.split()) if one in BY_NAME]
    table = {one: BY_NAME[one] for one in known} | refused
    return name, (getattr(room, name), good, {k: v for k, v in table.items() if v})


PHASES = NO_NUMBERS
OSCILLATORS = [
    case(oscillators, "Adaptation", {"rate": 0.1}, rate=NUMBER, shift=NUMBER),
    case(
        oscillators,
        "Kuramoto",
        {"connectivity": GRAPH, "omega": 0.1},
        omega=NO_NUMBERS | {"short": [1.0, 2.0]},
        coupling=NUMBER,
        lag=NUMBER,
        inertia=NUMBER,
        noise=NUMBER,
        adaptation=OTHERS,
    ),
    case(
        oscillators,
        "SphereOscillators",
        {"connectivity": GRAPH, "dims": 3},
        dims=COUNT,
        rotation=OTHERS | {"matrix": np.ones((3, 3))},
        coupling=NUMBER,
        stimulus=OTHERS,
    ),
    case(
        oscillators,
        "KuramotoMap",
        {"system": Kuramoto(GRAPH, 0.1)},
        system=OBJECT,
        dt=NUMBER,
    ),
    case(oscillators, "GaussianFrequencies", {"sd": 1.0}, sd=NUMBER, centre=NUMBER),
    case(oscillators, "LorentzianFrequencies", {"width": 1.0}, centre=NUMBER),
    case(oscillators, "UniformFrequencies", {"width": 1.0}, centre=NUMBER),
    case(
        oscillators,
        "critical_coupling",
        {"frequencies": LorentzianFrequencies(1.0), "connectivity": GRAPH},
        frequencies=OBJECT,
    ),
    case(
        oscillators,
        "oscillate",
        {"system": Kuramoto(GRAPH, 0.1), "duration": 1.0},
        also="rng threads",
        system=OBJECT,
        duration=NUMBER,
        dt=NUMBER,
        start=OTHERS,
        interval=without(NUMBER, "none"),
        tolerance=without(NUMBER, "none"),
    ),
    case(
        oscillators, "order_parameter", {"theta": [0.0, 1.0]}, theta=PHASES, harmonic=COUNT
    ),
    case(
        oscillators,
        "local_order",
        {"connectivity": GRAPH, "theta": np.zeros(N)},
        theta=PHASES,
    ),
    *(
        case(
            oscillators,
            name,
            {"theta": SAMPLES, "labels": HALVES},
            theta=PHASES,
        )
        for name in ("group_order", "chimera_index", "metastability")
    ),
]
LCA = {"threshold": Soft(0.1)}
CODING = [
    *(case(sparse_coding, name, {"lam": 0.1}) for name in ("CEL0", "Half", "Hard", "Soft")),
    case(sparse_coding, "Firm", {"lam": 0.1}, theta=ENDLESS),
    case(sparse_coding, "Rozell", {"lam": 0.1}, shrinkage=NUMBER, gain=ENDLESS),
    case(sparse_coding, "NonNegative", {"of": Soft(0.1)}, of=OBJECT),
    case(sparse_coding, "Ista", LCA, also="steps tol step"),
    case(sparse_coding, "Fista", LCA, also="steps tol step", restart=FLAG),
    case(sparse_coding, "Lca", LCA, also="steps tol step", anneal=without(NUMBER, "none")),
    case(sparse_coding, "EventLca", LCA, also="tol threads", messages=COUNT),
    case(
        sparse_coding,
        "Lasso",
        {"lam": 0.1},
        also="nonnegative threads",
        gap=NUMBER,
        sweeps=COUNT,
    ),
    case(
        sparse_coding,
        "LassoPath",
        {},
        also="nonnegative threads",
        shares=without(NO_NUMBERS, "none"),
        gap=NUMBER,
        sweeps=COUNT,
    ),
    case(sparse_coding, "MatchingPursuit", {"steps": 3}, also="k tol nonnegative threads"),
    case(sparse_coding, "Omp", {"k": 2}, also="tol threads", recursive=FLAG),
    case(
        sparse_coding,
        "SpikingLca",
        {"lam": 0.1},
        period=NUMBER,
        tau_syn=NUMBER,
        signed=FLAG,
        cut=NUMBER,
    ),
    case(
        sparse_coding,
        "ConvolutionalAdmm",
        {"lam": 0.1},
        also="tol steps nonnegative",
        relaxation=NUMBER,
        rho=without(NUMBER, "none"),
    ),
    case(
        sparse_coding,
        "ConvolutionalDescent",
        {"lam": 0.1},
        also="tol nonnegative",
        passes=COUNT,
        levels=COUNT,
    ),
    case(sparse_coding, "KSvd", {}, also="batch patience", exact=FLAG),
    case(sparse_coding, "Mod", {}, also="batch patience"),
    case(sparse_coding, "OlshausenField", {}, also="batch patience", rate=NUMBER),
    case(
        sparse_coding,
        "OnlineDictionary",
        {},
        also="batch patience",
        fading=NUMBER,
        sweeps=COUNT,
    ),
    case(sparse_coding, "SupervisedDictionary", {}, xi=NUMBER, filters=FLAG, ridge=NUMBER),
    case(
        sparse_coding,
        "LogGabors",
        {},
        orientations=COUNT,
        bandwidths=without(NO_NUMBERS, "bool"),
        phases=COUNT,
        size=COUNT,
        frequency=NUMBER,
        spread=NUMBER,
    ),
    case(sparse_coding, "Dictionary", {"atoms": np.eye(4)}, atoms=TABLE, renormalise=FLAG),
    case(sparse_coding, "CodeTransformer", {"dictionary": ATOMS, "coder": Omp(k=2)}),
    case(
        sparse_coding,
        "SparseCodes",
        {"indptr": [0, 1], "indices": [0], "values": [1.0], "n": 4},
        indptr=NO_NUMBERS,
        indices=NO_NUMBERS,
        values=NO_NUMBERS,
        n=COUNT,
    ),
    case(
        sparse_coding,
        "cost",
        {"x": np.eye(4), "codes": CODES, "dictionary": ATOMS, "threshold": Soft(0.1)},
        x=NO_NUMBERS,
    ),
]
READING = [
    case(
        connectome,
        "Connectome",
        {"connectivity": GRAPH, "table": {"type": np.array(["a"] * N)}},
        table=NO_NUMBERS | {"short": {"type": np.array(["a"])}},
        about=NO_NUMBERS,
    ),
    case(
        connectome,
        "NeuronTable",
        {"path": "neurons.csv", "names": {"id": "id"}},
        path=without(NO_NUMBERS, "word"),
        names=NO_NUMBERS,
        scale=NO_NUMBERS,
        neurons=NAME,
        sides=NO_NUMBERS,
    ),
    case(
        connectome,
        "TransmitterSigns",
        {},
        signs=NO_NUMBERS | {"words": {"gaba": "a"}, "nan in": {"gaba": np.nan}},
        unknown=NUMBER,
    ),
]
EXPERIMENT = [
    case(
        experiment,
        "Silence",
        {"neurons": RELAYS},
        also="start stop",
        of=NAME | {"word": "a"},
    ),
    case(
        experiment,
        "Inject",
        {"neurons": RELAYS, "amplitude": 1.0},
        also="start stop",
        amplitude=NUMBER,
    ),
    case(
        experiment,
        "Stimulate",
        {"neurons": RELAYS, "rate": 5.0, "weight": 1.0},
        rate=NUMBER,
        weight=NUMBER,
        on=NO_NUMBERS,
        receptor=without(NAME, "none"),
    ),
    case(experiment, "Lesion", {"pre": RELAYS, "post": RELAYS}, pre=OBJECT, post=OBJECT),
    case(experiment, "Rewired", {}, keep=NAME | {"word": "a"}, graphs=COUNT, column=NAME),
    case(
        experiment,
        "Experiment",
        {
            "connectome": BRAIN,
            "model": LIF(),
            "drive": [Stimulate(RELAYS, 5.0, 1.0)],
            "interventions": [Silence(RELAYS)],
            "readouts": BRAIN.split("type"),
        },
        connectome=OBJECT,
        model=OBJECT,
        drive=NO_NUMBERS,
        interventions=NO_NUMBERS,
        readouts=NO_NUMBERS,
        trials=COUNT,
        duration=NUMBER,
        weight=NUMBER,
    ),
]
STUDIES = [
    case(studies, "Range", {"low": 1.0, "high": 2.0}, low=NUMBER, high=NUMBER, log=FLAG),
    case(
        studies,
        "Local",
        {"workers": 1},
        also="threads",
        workers=COUNT,
        memory=without(NUMBER, "none"),
    ),
    case(
        studies,
        "Address",
        {"url": "tcp://127.0.0.1:1"},
        url=NAME,
        seconds=NUMBER,
    ),
    case(
        studies, "Slurm", {"jobs": 1}, also="cores walltime", memory=NAME, more=NO_NUMBERS
    ),
    case(
        studies,
        "SlurmArray",
        {"jobs": 1},
        also="cores walltime",
        memory=NUMBER,
        more=NO_NUMBERS,
        kind=NAME | {"word": "a"},
    ),
    case(
        studies,
        "Study",
        {"function": double, "vary": {"x": [1]}},
        function=NO_NUMBERS,
        vary=NO_NUMBERS,
        together=NO_NUMBERS,
        base=NO_NUMBERS,
        repeats=COUNT,
    ),
]
DISTRIBUTED = [
    case(distributed, "Contiguous", {}, synapse=NUMBER),
    case(distributed, "Placed", {"ranks": {"E": 0}}, ranks=NO_NUMBERS, synapse=NUMBER),
    case(distributed, "order_by_metis", {"connectivity": GRAPH, "parts": 2}, parts=COUNT),
    case(
        distributed, "order_by_positions", {"positions": np.ones((N, 2))}, positions=TABLE
    ),
    case(distributed, "rank_report", {}, simulator=OBJECT),
    case(
        distributed,
        "measure",
        {"network": NETWORK, "size": 2, "partition": distributed.Contiguous()},
        network=OBJECT,
        size=COUNT,
        partition=OBJECT,
        dt=NUMBER,
        rate=NUMBER,
    ),
    case(
        distributed,
        "rehearse",
        {"size": 1, "function": lambda ranks: None},
        size=COUNT,
        function=NO_NUMBERS,
        partition=OTHERS,
        timeout=NUMBER,
    ),
]
OF_GRAPH = [
    "assortativity",
    "betweenness,sources,rng",
    "block_matrix,groups",
    "block_model,groups",
    "centrality,weighted",
    "clustering,directed,weighted",
    "communicability",
    "communities,weighted,rng",
    "components",
    "core_numbers",
    "core_periphery",
    "degree_preserving_null,rng,rounds",
    "degrees",
    "describe,sources,rng,threads,rounds,nulls",
    "directed_simplices",
    "effective_connectivity,sources,threads",
    "effective_rank",
    "eigenvalues",
    "feedback_arcs",
    "four_neuron_motifs,rng",
    "group_routes,groups",
    "match_sides",
    "matched_null,rng,rounds",
    "modularity,labels,directed,weighted",
    "node_roles,labels",
    "path_lengths,sources,rng",
    "random_graph,rng",
    "reciprocity",
    "rich_club,nulls,rng,rounds",
    "ring_lattice",
    "shortest_route",
    "small_world,nulls,sources,rng,rounds",
    "spectral_abscissa",
    "spectral_embedding,weighted,rng",
    "spectral_radius",
    "square_clustering",
    "square_count",
    "stable_rank",
    "strongest_route",
    "transitivity,directed",
    "triad_census",
    "triad_participation",
    "trophic_levels",
    "weighted_path_lengths,sources,rng",
    "wiring_cost",
    "synaptic_operations",
]
MORE_OF_GRAPH = {
    "centrality": ({"kind": "pagerank"}, {"kind": NAME | {"word": "a"}, "damping": NUMBER}),
    "communicability": ({}, {"normalised": FLAG}),
    "communities": ({}, {"resolution": NUMBER, "runs": COUNT}),
    "components": ({}, {"strong": FLAG}),
    "degree_preserving_null": ({}, {"undirected": FLAG}),
    "describe": ({"nulls": 2}, {"name": NAME}),
    "directed_simplices": ({}, {"dimension": COUNT}),
    "effective_connectivity": ({}, {"steps": COUNT, "least": NUMBER}),
    "four_neuron_motifs": ({"samples": 100}, {"samples": COUNT}),
    "match_sides": (
        {"left": range(6), "right": range(6, 12)},
        {"left": NO_NUMBERS, "right": NO_NUMBERS, "restarts": COUNT, "rng": RNG},
    ),
    "matched_null": ({}, {"strengths": FLAG, "bins": COUNT, "positions": OTHERS}),
    "modularity": ({}, {"resolution": NUMBER}),
    "rich_club": ({"nulls": 2}, {}),
    "shortest_route": (
        {"sources": [0], "targets": [1]},
        {"sources": NO_NUMBERS, "targets": NO_NUMBERS},
    ),
    "strongest_route": (
        {"sources": [0], "targets": [1]},
        {"sources": NO_NUMBERS, "targets": NO_NUMBERS},
    ),
    "small_world": ({"nulls": 2}, {}),
    "spectral_embedding": ({}, {"dimensions": without(COUNT, "none")}),
    "weighted_path_lengths": ({}, {"lengths": OTHERS}),
    "wiring_cost": (
        {"positions": np.ones((N, 2))},
        {"positions": TABLE, "shuffles": COUNT, "rng": RNG},
    ),
    "synaptic_operations": ({"inputs": SAMPLES}, {"inputs": TABLE}),
}


def of_graphs():
    for words in OF_GRAPH:
        name, *others = words.split(",")
        good, refused = MORE_OF_GRAPH.get(name, ({}, {}))
        filled = {k: HALVES for k in ("groups", "labels") if k in others}
        begun = {"connectivity": GRAPH} | filled | good
        yield case(analysis, name, begun, also=" ".join(others), **refused)


OF_SPIKES = {
    "autocorrelogram": (
        {"neuron": 0, "width": 1.0, "longest": 5.0},
        {"neuron": COUNT, "longest": NUMBER},
    ),
    "cross_correlogram": (
        {"neuron": 0, "other": 1, "width": 1.0, "longest": 5.0},
        {"neuron": COUNT, "other": COUNT, "longest": NUMBER},
    ),
    "avalanches": ({}, {"width": without(NUMBER, "none")}),
    "correlation_matrix": ({"width": 5.0}, {"neurons": OTHERS}),
    "cv2": ({}, {}),
    "ensembles": ({"width": 5.0}, {"least": COUNT, "p": NUMBER, "rng": RNG}),
    "fano_factor": ({"width": 5.0}, {}),
    "firing_rates": ({}, {"stop": without(NUMBER, "none")}),
    "interspike_intervals": ({}, {}),
    "interval_histogram": (
        {"width": 1.0, "longest": 5.0},
        {"longest": NUMBER, "neurons": OTHERS},
    ),
    "mean_correlation": ({"width": 5.0}, {}),
    "mean_population_interval": ({}, {}),
    "participation_ratio": ({"width": 5.0}, {}),
    "population_rate": ({"width": 5.0}, {}),
    "power_spectrum": ({"width": 1.0}, {"segment": without(NUMBER, "none")}),
    "psth": (
        {"events": [50.0], "width": 1.0, "after": 5.0},
        {"events": NO_NUMBERS, "before": NUMBER, "after": NUMBER, "neurons": OTHERS},
    ),
    "spike_count_matrix": ({"width": 5.0}, {}),
    "spike_summary": ({}, {}),
    "synchrony": ({"width": 5.0}, {}),
}
X = {"x": SAMPLES, "y": SAMPLES}
ESTIMATE = RANDOM.random((N, N))
OF_ARRAYS = [
    case(analysis, "activity_correlation", {"activity": SAMPLES}),
    case(analysis, "lagged_correlation", {"activity": SAMPLES}, also="lag"),
    case(analysis, "lagged_moments", {"activity": SAMPLES}, also="lag"),
    case(
        analysis,
        "lagged_regression",
        {"activity": SAMPLES},
        also="lag",
        ridge=NUMBER,
        penalty=NUMBER,
    ),
    case(analysis, "partial_correlation", {"activity": SAMPLES}, ridge=NUMBER),
    case(
        analysis,
        "binned_transfer_entropy",
        {"activity": SAMPLES},
        also="lag threads",
        levels=COUNT,
    ),
    case(
        analysis,
        "score_wiring",
        {"estimate": ESTIMATE, "connectivity": GRAPH},
        estimate=TABLE,
    ),
    case(
        analysis,
        "strongest_edges",
        {"estimate": ESTIMATE, "density": 0.2},
        estimate=TABLE,
        density=NUMBER,
    ),
    case(
        analysis,
        "bootstrap_interval",
        {"values": [1.0, 2.0]},
        values=NO_NUMBERS,
        draws=COUNT,
        seed=COUNT,
    ),
    case(analysis, "cca", X, x=TABLE, y=TABLE, keep=NUMBER),
    case(analysis, "cka", X, x=TABLE, y=TABLE),
    case(analysis, "match_neurons", X, x=TABLE, y=TABLE),
    case(
        analysis,
        "selectivity",
        {"x": SAMPLES, "classes": np.arange(20) % 2},
        x=TABLE,
        classes=LABELS,
    ),
    case(
        analysis,
        "class_ensembles",
        {"activity": SAMPLES, "labels": np.arange(20) % 2},
        level=NUMBER,
    ),
    case(analysis, "hoyer_sparseness", {"x": SAMPLES}, x=WORDS),
    case(analysis, "treves_rolls_sparseness", {"x": SAMPLES}, x=WORDS),
    case(
        analysis,
        "local_rank",
        {"jacobians": np.ones((2, 3, 3))},
        jacobians=NO_NUMBERS,
        eps=NUMBER,
    ),
    case(analysis, "error_parts", {"x": FEW, "output": FEW}, x=OTHER_SHAPES, output=TABLE),
    case(analysis, "shrinkage", {"x": FEW, "output": FEW}, x=OTHER_SHAPES, output=TABLE),
    case(
        analysis,
        "unexplained_variance",
        {"x": FEW, "output": FEW},
        x=OTHER_SHAPES,
        output=TABLE,
    ),
    case(
        analysis,
        "match_atoms",
        {"true": np.eye(4), "learned": np.eye(4)},
        true=TABLE,
        learned=TABLE,
        signed=FLAG,
    ),
    case(analysis, "description_length", {"codes": CODES}, bits=NUMBER),
    case(analysis, "dead_share", {"codes": CODES}),
    case(analysis, "welch_bound", {"n": 5, "d": 3}, n=COUNT, d=COUNT),
    case(
        analysis,
        "loss_recovered",
        {"without": 2.0, "through": 1.0, "model": 0.5},
        without=NUMBER,
        through=NUMBER,
        model=NUMBER,
    ),
    case(analysis, "elbow", {"values": [3.0, 1.0, 0.5]}, values=NO_NUMBERS, which=COUNT),
    case(
        analysis,
        "fit_power_law",
        {"values": np.arange(1, 40)},
        values=NO_NUMBERS,
        xmin=without(NUMBER, "none"),
    ),
    case(
        analysis,
        "normalised_mutual_information",
        {"x": HALVES, "y": HALVES},
        x=without(LABELS, "short"),
        y=LABELS,
    ),
    case(
        analysis,
        "kmeans_groups",
        {"points": SAMPLES, "groups": 2},
        also="rng",
        points=TABLE,
        groups=COUNT,
    ),
    case(
        analysis,
        "EnergyModel",
        {"name": "a", "mac": 1.0, "ac": 1.0},
        name=NAME,
        mac=NUMBER,
        ac=NUMBER,
        update=NUMBER,
        source=NAME,
    ),
    case(analysis, "NabProfile", {}, hit=NUMBER, false_alarm=NUMBER, miss=NUMBER),
    case(analysis, "RandomDetector", {"seed": 1}, seed=COUNT),
    case(analysis, "WindowedGaussian", {}, window=COUNT, step=COUNT),
    case(
        analysis,
        "graph_evolution",
        {"snapshots": [(0.0, GRAPH)]},
        also="rng",
        snapshots=NO_NUMBERS,
    ),
    case(analysis, "layer_chain", {"layers": [GRAPH]}, layers=NO_NUMBERS),
    case(analysis, "activation_sparsity", {"activations": SAMPLES}, activations=NO_NUMBERS),
]


def of_spikes():
    for name, (good, refused) in OF_SPIKES.items():
        yield case(analysis, name, {"spikes": SPIKES} | good, **refused)


LISTED = [
    *OSCILLATORS,
    *CODING,
    *READING,
    *EXPERIMENT,
    *STUDIES,
    *DISTRIBUTED,
    *of_graphs(),
    *of_spikes(),
    *OF_ARRAYS,
]
# name -> (what is called, what it accepts, what each argument refuses)
CASES = dict(LISTED)
