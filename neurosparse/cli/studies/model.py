"""The trial of a study of a model file: simulate it, measure its spikes."""

from dataclasses import replace
from typing import Any

from neurosparse.studies import Trial


def run_model(trial: Trial) -> dict[str, float]:
    """Simulate the model of a trial and return its measures by name.

    The seed is that of the trial, unless `simulation.seed` is varied. Spikes are kept in memory, or
    in the folder of the trial where its recording is to be kept.
    """
    from neurosparse.analysis import SpikeTrains
    from neurosparse.cli.model_file.build import build_network, build_requests
    from neurosparse.cli.model_file.files import parse_config, to_document
    from neurosparse.cli.studies.measures import measure
    from neurosparse.engine import Simulator, Spikes
    from neurosparse.network.tables.strict import Kind
    from neurosparse.recording import RunStore

    config = parse_config(trial.configuration["model"])
    if not trial.configuration["seeded"]:
        seeded = replace(config.simulation, seed=trial.seed)
        config = replace(config, simulation=seeded)
    settings = config.simulation
    measures = {
        name: measure(name, Kind(table["kind"], _without_kind(table)))
        for name, table in trial.configuration["measure"].items()
    }
    looked_at = {one.population for one in measures.values()}
    kept = "recording" in trial.configuration["keep"]
    requests = build_requests(config) if kept else []
    recorded = {one.population for one in requests if isinstance(one, Spikes)}
    requests += [Spikes(name) for name in sorted(looked_at - recorded)]
    store = None
    if kept and trial.folder is not None:
        store = RunStore.create(
            trial.folder / "recording.zarr",
            dt=settings.dt,
            seed=settings.seed,
            config=to_document(config),
        )
    simulator = Simulator(
        build_network(config),
        settings.dt,
        settings.seed,
        record=requests,
        store=store,
        threads=settings.threads,
        precision=settings.precision,
    )
    simulator.run(settings.duration)
    numbers = {}
    for name, one in measures.items():
        spikes = simulator.spikes(one.population)
        trains = SpikeTrains.from_record(spikes, stop=simulator.time)
        numbers[name] = one.of(trains.window(one.start, simulator.time))
    simulator.close()
    return numbers


def _without_kind(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != "kind"}
