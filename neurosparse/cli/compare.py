"""`neurosparse compare`: sparse training against dense and against pruning, by the same measure."""

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from neurosparse.analysis import ComparisonSettings, OwnSamples

INTERRUPTED = 130
OWN = ("label", "test_share", "scaling")
QUICK: dict[str, Any] = {
    "hidden": (64, 64),
    "methods": ("SET", "RigL"),
    "seeds": 1,
    "epochs": 5,
    "batch": 32,
}


def compare(
    file: Annotated[
        Path | None, typer.Argument(help="settings in TOML; the options below replace them")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            help="digits, mnist, fashion_mnist, or a .npz, .csv or .tsv file  [default: digits]"
        ),
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="column of the table that holds the class")
    ] = None,
    test_share: Annotated[
        float | None, typer.Option(help="of the samples of a file, if it has no test_x")
    ] = None,
    scaling: Annotated[
        str | None,
        typer.Option(
            help="of the inputs of a file: columns, whole or none  [default: columns]"
        ),
    ] = None,
    hidden: Annotated[
        str | None, typer.Option(metavar="N,N", help="hidden layers  [default: 256,256]")
    ] = None,
    sparsities: Annotated[
        str | None,
        typer.Option(
            metavar="S,S", help="of the hidden layers  [default: 0.5,0.8,0.9,0.95,0.99]"
        ),
    ] = None,
    methods: Annotated[
        str | None,
        typer.Option(
            metavar="M,M", help="rewiring methods  [default: SET,RigL,CHTs,Hebbian]"
        ),
    ] = None,
    seeds: Annotated[int | None, typer.Option(help="how many  [default: 5]")] = None,
    epochs: Annotated[int | None, typer.Option(help="[default: 20]")] = None,
    batch: Annotated[int | None, typer.Option(help="samples a step  [default: 64]")] = None,
    rate: Annotated[
        float | None, typer.Option(help="of SGD, the same for all  [default: 0.05]")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="folder of runs and report; a second call goes on there")
    ] = Path("runs/compare"),
    minutes: Annotated[
        float | None, typer.Option(help="begin no run after so many minutes")
    ] = None,
    workers: Annotated[int, typer.Option(help="runs at a time, on this machine")] = 1,
    scheduler: Annotated[
        str, typer.Option(metavar="URL", help="of a dask scheduler: tcp://login1:8786")
    ] = "",
    quick: Annotated[
        bool,
        typer.Option("--quick", help="a small comparison on digits, in under a minute"),
    ] = False,
) -> None:
    """Train dense, pruned, static and rewired networks on one budget, and compare.

    Compared are accuracy, bytes, memory, time and operations.
    """
    from neurosparse import analysis

    texts = {
        "hidden": (hidden, int),
        "sparsities": (sparsities, float),
        "methods": (methods, str),
    }
    options: dict[str, Any] = {
        name: parts(name, text, kind)
        for name, (text, kind) in texts.items()
        if text is not None
    }
    plain = {
        "dataset": dataset,
        "label": label,
        "test_share": test_share,
        "scaling": scaling,
        "seeds": seeds,
        "epochs": epochs,
        "batch": batch,
        "rate": rate,
    }
    options |= {name: value for name, value in plain.items() if value is not None}
    settings = chosen(file, quick, options)
    if out.exists() and not out.is_dir():
        raise FileExistsError(f"{out}: is a file; choose another --out")
    try:
        records = analysis.compare(
            settings, out, minutes=minutes, progress=say, cluster=place(workers, scheduler)
        )
    except KeyboardInterrupt as stop:
        typer.echo(f"neurosparse: stopped; the same command goes on in {out}", err=True)
        raise typer.Exit(getattr(stop, "code", INTERRUPTED)) from None
    show(records)
    for kind, path in analysis.comparison_report(settings, records, out).items():
        print(f"{kind:7} {path}")


def place(workers: int, scheduler: str) -> Any:
    """Where more than one run at a time is, or None.

    >>> place(1, ""), place(2, "")
    (None, Local(workers=2, memory=None, threads=1))
    """
    from neurosparse.studies import Address, Local

    if scheduler:
        return Address(scheduler)
    return None if workers == 1 else Local(workers)


def chosen(file: Path | None, quick: bool, options: dict[str, Any]) -> "ComparisonSettings":
    """ComparisonSettings from the file or the quick ones, with the options given in their place.

    >>> chosen(None, True, {"epochs": 3}).epochs
    3
    """
    from neurosparse.analysis import ComparisonSettings

    start = ComparisonSettings(**QUICK) if quick else ComparisonSettings()
    table = {} if file is None else read_toml(file)
    # what is said of a file of samples, by the options or else by the settings
    about = {key: table.pop(key) for key in OWN if key in table}
    about |= {key: options.pop(key) for key in OWN if key in options}
    if table and file is not None:
        from neurosparse.network.tables.strict import from_table

        known = {field.name: getattr(start, field.name) for field in fields(start)}
        # TOML has lists where settings have tuples
        known = {key: list(v) if isinstance(v, tuple) else v for key, v in known.items()}
        name = table.pop("dataset", start.dataset)
        options = {"dataset": name} | options
        start = from_table(ComparisonSettings, known | table, file.name)
    if "dataset" in options or about:
        options["dataset"] = samples(options.get("dataset", start.dataset), about)
    return replace(start, **options)


def read_toml(file: Path) -> dict[str, Any]:
    """The settings of a file, or an error with its name."""
    import tomllib

    try:
        return tomllib.loads(file.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: not TOML: {error}; samples go to --dataset") from error


def samples(name: Any, about: dict[str, Any]) -> "str | OwnSamples":
    """The name of a known set as it is, a file of samples read.

    >>> samples("digits", {})
    'digits'
    """
    from neurosparse.analysis import own_samples
    from neurosparse.errors import Said, bad_argument

    if Path(str(name)).suffix:
        return own_samples(name, **about)
    if about:
        fault = Said(f"{', '.join(about)} for {name!r}")
        raise bad_argument(
            "dataset", fault, "a .npz, .csv or .tsv file that they are about"
        )
    return str(name)


def parts(name: str, text: str, kind: type[Any]) -> tuple[Any, ...]:
    """Split an option at its commas.

    >>> parts("hidden", "32,16", int)
    (32, 16)
    """
    from neurosparse.errors import bad_argument

    try:
        return tuple(kind(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise bad_argument(f"--{name}", text, "numbers divided by commas") from None


def say(done: int, total: int, record: dict[str, Any]) -> None:
    """Print one line a run, at once."""
    run = f"{100 * (1 - record['density']):g} % sparse, seed {record['seed']}"
    accuracy = f"accuracy {100 * record['accuracy']:.2f} %"
    print(f"{done:4d}/{total}  {record['name']:24} {run:22} {accuracy}", flush=True)


def show(records: list[dict[str, Any]]) -> None:
    """Print the rows of the report as a table."""
    from neurosparse.analysis import comparison_summary
    from neurosparse.cli.tables import show as print_table
    from neurosparse.cli.tables import table

    result = table("sparsity", "method", "computed by", "accuracy %", "state kB", "train s")
    for row in comparison_summary(records):
        figures = (100 * row["accuracy"], row["bytes"] / 1e3, row["train_seconds"])
        sparsity = f"{100 * (1 - row['density']):.4g} %"
        result.add_row(
            sparsity, row["method"], row["kernel"], *(f"{x:.4g}" for x in figures)
        )
    print_table(result)
