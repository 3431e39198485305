"""Real time series: transformer load by the hour, exchange rates by the day, influenza by week."""

import gzip
import io
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from neurosparse.datasets.descriptor import DataFile, Dataset
from neurosparse.datasets.locate import find
from neurosparse.typing import Float64

ETT_COLUMNS = ("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT")
ILLNESS_COLUMNS = (
    "% WEIGHTED ILI",
    "%UNWEIGHTED ILI",
    "AGE 0-4",
    "AGE 5-24",
    "ILITOTAL",
    "NUM. OF PROVIDERS",
    "OT",
)
COUNTRIES = (
    "Australia",
    "Britain",
    "Canada",
    "Switzerland",
    "China",
    "Japan",
    "New Zealand",
    "Singapore",
)

ETT = Dataset(
    name="ett",
    title="ETTh1: load and oil temperature of an electricity transformer, hourly, 17,420 hours x 7",
    arrays="values float64 [17420, 7]; columns",
    files=(
        DataFile(
            "ETTh1.csv",
            "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066",
            2_589_657,
            "https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small/ETTh1.csv",
        ),
    ),
    licence="CC BY-ND 4.0 (LICENSE of the repository): share unchanged only",
    citation="Zhou et al. (2021), arXiv:2012.07436",
    homepage="https://github.com/zhouhaoyi/ETDataset",
    loader="neurosparse.datasets.ett_h1()",
)

EXCHANGE = Dataset(
    name="timeseries_small",
    title=(
        "Exchange rates of eight countries, daily, 7,588 days from 1990; "
        "influenza-like illness, 966 weeks from 2002"
    ),
    arrays="values float64 [7588, 8] or [966, 7]; columns",
    files=(
        DataFile(
            "exchange_rate.txt.gz",
            "6a4fbb561dcdee43f071a83badbeec9223a335552278348656738b556f1c2e9d",
            177_142,
            "https://raw.githubusercontent.com/laiguokun/multivariate-time-series-data/"
            "7f402f185cc2435b5e66aed13a3b560ed142e023/exchange_rate/exchange_rate.txt.gz",
        ),
        DataFile(
            "national_illness.csv",
            "8594cecb98c6f2f9dc014eca11c4d5d1e38ad5ce6ed0592d4abe65b146fce395",
            66_653,
            "https://raw.githubusercontent.com/junwoopark92/"
            "Self-Supervised-Contrastive-Forecsating/"
            "f394705adbf5217811276f5e59576c6e7ea7586c/dataset/national_illness.csv",
        ),
    ),
    licence="rates: none stated, check before you pass them on; illness: US CDC, public domain",
    citation=(
        "Lai et al. (2018), SIGIR, arXiv:1703.07015; "
        "US CDC ILINet, as in Wu et al. (2021), arXiv:2106.13008"
    ),
    homepage="https://github.com/laiguokun/multivariate-time-series-data",
    loader="neurosparse.datasets.exchange_rate(), neurosparse.datasets.illness()",
)


class TimeSeries(NamedTuple):
    """A multivariate series: values float64 `[time, columns]` and the names of its columns."""

    values: Float64
    columns: tuple[str, ...]


class SeriesParts(NamedTuple):
    """A series in three consecutive parts, scaled by mean and deviation of the first."""

    train: Float64
    valid: Float64
    test: Float64


def ett_h1() -> TimeSeries:
    """Load ETTh1 (Zhou et al. 2021, arXiv:2012.07436).

    The usual parts are 8640, 2880 and 2880 hours.

    Raises:
        FileNotFoundError: the file is not on this machine; the message has the command that fetches
            it.
        ValueError: it has other content.
    """
    text = find(ETT, ETT.files[0]).read_text(encoding="ascii")
    values = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1, usecols=range(1, 8))
    return TimeSeries(values, ETT_COLUMNS)


def exchange_rate() -> TimeSeries:
    """Load the exchange rates (Lai et al. 2018, arXiv:1703.07015).

    The usual parts are 70, 10 and 20 %.

    Raises:
        FileNotFoundError: the file is not on this machine; the message has the command that fetches
            it.
        ValueError: it has other content.
    """
    text = _unzipped(find(EXCHANGE, EXCHANGE.files[0]))
    return TimeSeries(np.loadtxt(io.StringIO(text), delimiter=","), COUNTRIES)


def illness() -> TimeSeries:
    """Load influenza-like illness in the USA by the week (CDC).

    The usual parts are 70, 10 and 20 %.

    Raises:
        FileNotFoundError: the file is not on this machine; the message has the command that fetches
            it.
        ValueError: it has other content.
    """
    text = find(EXCHANGE, EXCHANGE.files[1]).read_text(encoding="ascii")
    values = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1, usecols=range(1, 8))
    return TimeSeries(values, ILLNESS_COLUMNS)


def _unzipped(path: Path) -> str:
    try:
        return gzip.decompress(path.read_bytes()).decode("ascii")
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: not gzip: {error}; fetch it again") from error


def split_series(values: Float64, train: int, valid: int, test: int) -> SeriesParts:
    """Cut a series into consecutive parts and scale all by the training part alone.

    Args:
        values: `[time, columns]`.
        train, valid, test: lengths of the parts, in steps.

    Raises:
        ValueError: parts longer than the series, or an empty training part.

    >>> split_series(np.array([[0.0], [2.0], [3.0], [9.0]]), 2, 1, 1).valid.tolist()
    [[2.0]]
    """
    if min(train - 1, valid, test) < 0 or train + valid + test > len(values):
        raise ValueError(
            f"parts: got {train} + {valid} + {test}, wants at most {len(values)} and train >= 1"
        )
    mean = values[:train].mean(0)
    deviation = values[:train].std(0)
    scaled = (values - mean) / np.where(deviation == 0, 1.0, deviation)
    return SeriesParts(*np.split(scaled[: train + valid + test], [train, train + valid]))
