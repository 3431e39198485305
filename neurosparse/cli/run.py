"""`neurosparse run model.toml`: simulate what a file declares and leave a folder behind."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from neurosparse.cli.model_file.schema import Config
    from neurosparse.cli.runfolder import RunFolder
    from neurosparse.engine import Simulator

INTERRUPTED = 130
BAD_INPUT = 2
FIRST_SECONDS = 1.0
PAUSE_SECONDS = 5.0


def run(
    model: Annotated[
        Path, typer.Argument(help="a model in TOML, or the config.toml of an earlier run")
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="replace a value: population.E.n=400"
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="short for --set simulation.seed=")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="short for --set simulation.threads=")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="folder of the run  [default: runs/NAME]")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="go on from the folder's last checkpoint")
    ] = False,
) -> None:
    """Simulate a model file, and leave a run folder behind.

    It holds configuration, versions, recording, checkpoint and summary.
    """
    from neurosparse.cli.model_file.build import (
        build_network,
        build_partition,
        build_requests,
    )
    from neurosparse.cli.model_file.files import load_config
    from neurosparse.cli.runfolder import RunFolder, open_folder

    short = [("seed", seed), ("threads", threads)]
    short_settings = [
        f"simulation.{name}={value}" for name, value in short if value is not None
    ]
    ranks = _ranks()
    path = out or Path("runs") / model.stem
    alike = ranks.together(f"neurosparse run {model}")
    with _coming_again(), _speaking_once(ranks), alike:
        config = load_config(model, [*(settings or []), *short_settings])
        network = build_network(config)
        requests = build_requests(config)
        ranks.partition = build_partition(config, network)
        with ranks.together(f"open {path}"):
            folder = RunFolder(path)
            if ranks.leads:
                folder = open_folder(path, config, resume=resume)
        _run(model, config, (network, requests), folder, resume, ranks)


def _ranks() -> Any:
    """The processes of the job, or this one alone."""
    from neurosparse.distributed import RanksError
    from neurosparse.distributed.mpi import launched

    try:
        return launched()
    except RanksError as error:
        # no job that could say it once
        typer.echo(f"neurosparse: {error}", err=True)
        raise typer.Exit(BAD_INPUT) from None


@contextmanager
def _coming_again() -> Iterator[None]:
    """Let SIGTERM and SIGUSR1 end the body with a code that asks to come again."""
    from neurosparse.console import COME_AGAIN, Terminated, Terminating

    try:
        with Terminating():
            yield
    except Terminated:
        raise typer.Exit(COME_AGAIN) from None


@contextmanager
def _speaking_once(ranks: Any) -> Iterator[None]:
    """Let an error that all ranks raise be said by one."""
    try:
        yield
    except (ValueError, OSError, ImportError, MemoryError) as error:
        if ranks.leads or not getattr(error, "known_to_all", False):
            raise
        raise typer.Exit(BAD_INPUT) from None


def _run(
    model: Path,
    config: "Config",
    parts: tuple[Any, list[Any]],
    folder: "RunFolder",
    resume: bool,
    ranks: Any,
) -> None:
    """Simulate into an open folder."""
    network, requests = parts
    try:
        simulator = start(config, network, requests, folder, ranks)
    except BaseException as error:
        if not resume and ranks.leads:
            folder.discard()
        if isinstance(error, KeyboardInterrupt) and not resume:
            kept = "nothing was simulated, and no run folder is left"
            typer.echo(f"neurosparse: stopped before the first step; {kept}", err=True)
            raise typer.Exit(_code_of(error)) from None
        # a value of a kind that only wiring or recording could tell
        if isinstance(error, TypeError):
            raise ValueError(f"{model}: {error}") from error
        raise
    if resume and ranks.leads:
        folder.describe(config)
    try:
        simulate(simulator, config, folder)
    except KeyboardInterrupt as stop:
        simulator.save(folder.checkpoint)
        if ranks.leads:
            words = f"stopped at {simulator.time:g} ms"
            typer.echo(
                f"neurosparse: {words}; --out {folder.path} --resume goes on", err=True
            )
        raise typer.Exit(_code_of(stop)) from None
    if ranks.leads:
        summarise(simulator, config, folder)
    if ranks.size > 1:
        _report(simulator, ranks)
    simulator.close()


def _code_of(stop: BaseException) -> int:
    """130 after Ctrl-C; after SIGTERM and SIGUSR1 one that asks to come again."""
    from neurosparse.console import COME_AGAIN, Terminated

    return COME_AGAIN if isinstance(stop, Terminated) else INTERRUPTED


def _report(simulator: "Simulator", ranks: Any) -> None:
    """Say what each rank had to do, and which was the slowest."""
    from neurosparse.distributed import rank_report

    table = rank_report(simulator)
    if ranks.leads:
        print(table)


def start(
    config: "Config",
    network: Any,
    requests: list[Any],
    folder: "RunFolder",
    ranks: Any = None,
) -> "Simulator":
    """Make the simulator, recording into the folder; it stands where a checkpoint left it."""
    from neurosparse.cli.model_file.files import to_document
    from neurosparse.engine import Simulator
    from neurosparse.recording import RunStore

    settings = config.simulation
    resumed = folder.started
    store: Any = folder.recording
    if ranks is not None and not ranks.leads:
        pass  # another rank writes
    elif resumed:
        store = RunStore.resume(folder.recording)
    else:
        store = RunStore.create(
            folder.recording,
            dt=settings.dt,
            seed=settings.seed,
            config=to_document(config),
            overwrite=True,
        )
    options: dict[str, Any] = {"threads": settings.threads, "precision": settings.precision}
    options["backend"] = "cpu" if ranks is None else ranks
    try:
        simulator = Simulator(
            network, settings.dt, settings.seed, record=requests, store=store, **options
        )
        if resumed:
            simulator.restore(folder.checkpoint)
            if round(settings.duration / settings.dt) < simulator.now:
                duration = f"past duration = {settings.duration:g} ms"
                raise ValueError(
                    f"{folder.path}: is at {simulator.time:g} ms already, {duration}"
                )
    except BaseException:
        if isinstance(store, RunStore):
            store.give_up()
        raise
    return simulator


def simulate(simulator: "Simulator", config: "Config", folder: "RunFolder") -> None:
    """Run to the end of the configured duration, saving as often as it says and at the end.

    Where it says nothing, a checkpoint is written after a second and then every few seconds, a
    fiftieth of the time at most: a run that is killed goes on from there.
    """
    from neurosparse.console import Progress
    from neurosparse.engine import Every

    settings = config.simulation
    steps = round(settings.duration / settings.dt) - simulator.now
    ranks = simulator.plan.ranks
    bar = Progress(ranks.leads, steps)
    due = time.monotonic() + FIRST_SECONDS

    def show(done: int, total: int) -> None:
        nonlocal due
        bar.show(done)
        begun = time.monotonic()
        if settings.checkpoint is None and ranks.any(begun >= due):
            simulator.save(folder.checkpoint)
            due = time.monotonic() + max(PAUSE_SECONDS, 50 * (time.monotonic() - begun))

    saves = []
    if settings.checkpoint:
        saves.append(Every(settings.checkpoint, lambda s: s.save(folder.checkpoint)))
    try:
        simulator.run(steps * settings.dt, callbacks=saves, progress=show)
    finally:
        bar.close()
    simulator.save(folder.checkpoint)


def summarise(simulator: "Simulator", config: "Config", folder: "RunFolder") -> None:
    """Write summary.json and print it as a table."""
    from neurosparse.cli.runfolder import write_json
    from neurosparse.cli.tables import show, table

    settings = config.simulation
    summary = simulator.summary()
    result = table("population", "neurons", "spikes", "rate (Hz)")
    populations = {}
    for p in summary.populations:
        if p.spikes is not None:
            rate = p.spikes / p.n / settings.duration * 1000
            populations[p.name] = {"n": p.n, "spikes": p.spikes, "rate_hz": rate}
            result.add_row(p.name, f"{p.n:,}", f"{p.spikes:,}", f"{rate:.2f}")
    content = {
        "title": config.title,
        "duration_ms": settings.duration,
        "dt_ms": settings.dt,
        "seed": settings.seed,
        "threads": settings.threads,
        "populations": populations,
        "synapses": {p.name: p.synapses for p in summary.projections},
        "seconds": summary.seconds | summary.phases,
    }
    write_json(folder.summary, content)
    if populations:
        show(result)
    print(
        f"{settings.duration:g} ms in {summary.run_seconds:.2f} s; run folder: {folder.path}"
    )
