"""`neurosparse partition model.toml --ranks 16`: what ranks would have to do."""

from pathlib import Path
from typing import Annotated

import typer


def partition(
    model: Annotated[Path, typer.Argument(help="a model in TOML")],
    ranks: Annotated[int, typer.Option(min=1, help="processes that share the network")],
    rate: Annotated[float, typer.Option(help="of all neurons, in Hz")] = 5.0,
) -> None:
    """Say what each rank would have to do, without simulating anything."""
    from neurosparse.cli.model_file.build import build_network, build_partition
    from neurosparse.cli.model_file.files import load_config
    from neurosparse.distributed import measure

    config = load_config(model, [])
    network = build_network(config)
    owned = build_partition(config, network)
    print(measure(network, ranks, owned, dt=config.simulation.dt, rate=rate))
