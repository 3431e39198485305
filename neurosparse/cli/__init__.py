"""The command `neurosparse`.

Ends with 0 when all went well, 2 for input that cannot be meant (one message on standard error),
130 after Ctrl-C, 143 after SIGTERM, 75 where the same command with `--resume` goes on. Anything
else is a fault of the program and shows where it happened.
"""

import atexit
import os
import sys
from typing import Annotated

import typer

from neurosparse import __version__
from neurosparse.cli.analyze import analyze
from neurosparse.cli.anomaly import anomaly
from neurosparse.cli.compare import compare
from neurosparse.cli.convert import convert
from neurosparse.cli.datasets import datasets
from neurosparse.cli.demo.demo import demo
from neurosparse.cli.experiment import experiment
from neurosparse.cli.info import info
from neurosparse.cli.memory import memory
from neurosparse.cli.models import models
from neurosparse.cli.partition import partition
from neurosparse.cli.report import report
from neurosparse.cli.run import run
from neurosparse.cli.sweep import sweep
from neurosparse.cli.versions import extra_of
from neurosparse.cli.warmup import warmup
from neurosparse.console import COME_AGAIN
from neurosparse.errors import missing_extra

BAD_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    name="neurosparse",
    help=(
        "Brain-inspired sparse computing: "
        "simulate, train and measure networks that are truly sparse."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(asked_for: bool) -> None:
    if asked_for:
        print(f"neurosparse {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="show the version and exit",
        ),
    ] = False,
) -> None:
    """Brain-inspired sparse computing."""


# each fits a line of 80 columns: a longer one would end in dots
SUMMARIES = (
    (demo, "Simulate the brain of a fruit fly larva for one second."),
    (run, "Simulate a model file, and leave a run folder behind."),
    (partition, "Say what each of many processes would have to do."),
    (sweep, "Run a model at every point of a grid, or a search."),
    (experiment, "Silence and drive a connectome beside rewired controls."),
    (compare, "Train dense, pruned and rewired networks on one budget."),
    (analyze, "Measure graphs against random ones of the same degrees."),
    (convert, "Convert a graph to another format, or a run to NWB."),
    (report, "Write one HTML page of a run or result."),
    (models, "List models and rules, their parameters and units."),
    (info, "Show versions, machine, caches and optional parts."),
    (warmup, "Compile the time loop and every neuron model."),
    (anomaly, "Find anomalies in a stream of numbers."),
)
for command, summary in SUMMARIES:
    app.command(short_help=summary)(command)
app.add_typer(datasets, name="datasets", short_help="Real data sets: list, show, fetch.")
app.add_typer(memory, name="memory", short_help="Sparse associative memory of vectors.")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    `NEUROSPARSE_TRACEBACK=1` in the environment shows where an error came from.
    """
    code = status(arguments)
    if code in (COME_AGAIN, INTERRUPTED):
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End at once who was interrupted: taking compiled code apart takes half a second."""
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(code)


def status(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    >>> status(["datasets", "info", "larva_brain"])  # doctest: +ELLIPSIS
    name      larva_brain
    ...
    0
    """
    try:
        app(args=arguments, prog_name="neurosparse")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (ValueError, OSError, ImportError, MemoryError) as error:
        if os.environ.get("NEUROSPARSE_TRACEBACK"):
            raise
        print(f"neurosparse: {_words(error)}", file=sys.stderr)
        return BAD_INPUT
    return 0


def _words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return f"not enough memory: {error}"
    if not isinstance(error, ModuleNotFoundError):
        return str(error)
    extra = extra_of(error.name)
    if error.name and extra:
        return str(missing_extra(error.name.partition(".")[0], extra))
    return str(error)
