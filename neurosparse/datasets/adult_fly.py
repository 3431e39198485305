"""Connectomes of the adult fly, read from the files that their makers publish.

FlyWire (whole brain of a female), BANC (brain and nerve cord of a female), MaleCNS (brain and nerve
cord of a male), hemibrain (half a brain of a female). Nothing is downloaded: fetch the files named
on the card, then name their folder.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from neurosparse import typing
from neurosparse.connectome import (
    Connectome,
    NeuronTable,
    TransmitterSigns,
    read_connectome,
)
from neurosparse.datasets.descriptor import Published
from neurosparse.errors import bad_argument

CODEX = "https://storage.googleapis.com/flywire-data/codex/data"
SIDES = {"L": "left", "R": "right", "M": "center", "centre": "center"}

FLYWIRE = Published(
    name="flywire",
    title="adult fly, brain of a female (FlyWire)",
    version="783",
    url=f"{CODEX}/fafb/783/",
    files=(
        "connections_princeton.csv.gz",
        "neurons.csv.gz",
        "classification.csv.gz",
        "consolidated_cell_types.csv.gz",
        "coordinates.csv.gz",
    ),
    licence="CC BY-NC 4.0 (codex.flywire.ai)",
    citation=(
        "Dorkenwald et al. (2024), Nature 634, 124, doi:10.1038/s41586-024-07558-y; "
        "Schlegel et al. (2024), Nature 634, 139, doi:10.1038/s41586-024-07686-5; "
        "transmitters: Eckstein et al. (2024), Cell 187, 2574, doi:10.1016/j.cell.2024.03.016"
    ),
)
BANC = Published(
    name="banc",
    title="adult fly, brain and nerve cord of a female (BANC)",
    version="888",
    url=f"{CODEX}/banc/888/",
    files=("connections_princeton.csv.gz", "neurons.csv.gz"),
    licence="CC BY 4.0",
    citation="Bates et al. (2026), Nature 656, 957, doi:10.1038/s41586-026-10735-w",
)
MALE_CNS = Published(
    name="male_cns",
    title="adult fly, brain and nerve cord of a male (MaleCNS)",
    version="1.0",
    url=(
        "https://storage.googleapis.com/flyem-male-cns/v1.0/connectome-data/flat-connectome/"
    ),
    files=(
        "connectome-weights-male-cns-v1.0-minconf-0.5.feather",
        "body-annotations-male-cns-v1.0-minconf-0.5.feather",
        "body-neurotransmitters-male-cns-v1.0.feather",
    ),
    licence="CC BY 4.0",
    citation="Berg et al. (2025), bioRxiv, doi:10.1101/2025.10.09.680999",
)
HEMIBRAIN = Published(
    name="hemibrain",
    title="adult fly, half a brain of a female (hemibrain)",
    version="1.2",
    url="https://storage.googleapis.com/hemibrain/v1.2/exported-traced-adjacencies-v1.2.tar.gz",
    files=("traced-neurons.csv", "traced-total-connections.csv"),
    licence="CC BY 4.0",
    citation="Scheffer et al. (2020), eLife 9, e57443, doi:10.7554/eLife.57443",
)

_ROWS = {"pre": "pre_root_id", "post": "post_root_id", "synapses": "syn_count"}


def flywire(
    folder: typing.Path,
    version: Literal[630, 783] = 783,
    *,
    edges: str = "",
    threshold: int = 5,
    signs: TransmitterSigns | None = None,
    cache: bool = True,
) -> Connectome:
    """Read the brain of a female fly from the files of Codex (FlyWire, 139,255 neurons in v783).

    Columns: `id` (root id), `type`, `region` (the neuropils that Codex groups by, such as
    "AL.LH"), `side`, `transmitter`, `x`, `y`, `z` (nm), `super_class`, `class`, `sub_class`,
    `flow`, `hemilineage`, `nerve` and more, where their files are there. Needed are the connections
    and `neurons.csv.gz`; the others of the card are read where they are in the folder.

    Args:
        folder: with the files as they are published, packed or not.
        version: of the data; files of two versions are refused, as ids differ.
        edges: name of the table of connections; without it `connections_princeton.csv.gz`, or
            `connections.csv.gz` (Buhmann's synapses) where that is not there.
        threshold: fewest synapses of a pair over all neuropils, five as on Codex.
        signs: rule of signs by transmitter.
        cache: whether to keep a form that is read in seconds beside the connections.

    Raises:
        FileNotFoundError: a file that is needed; the message has its address.
        ValueError: files of two versions, columns that are not those of Codex.
    """
    if version not in (630, 783):
        raise bad_argument("version", version, "630 or 783")
    card = FLYWIRE.of_version(version, f"{CODEX}/fafb/{version}/")
    choices = [edges] if edges else [card.files[0], "connections.csv.gz"]
    tables = [NeuronTable(card.find(folder, ["neurons.csv.gz"]), _FLYWIRE_NEURONS)]
    for file, names in _FLYWIRE_MORE.items():
        tables += [NeuronTable(p, names) for p in card.there(folder, file)]
    brain = read_connectome(
        card.find(folder, choices),
        tables,
        _ROWS,
        threshold=threshold,
        signs=signs,
        about=card.about(),
        cache=cache,
    )
    if "type" in brain.table or "cell_type" not in brain.table:
        return brain
    # types of version 630
    types = {"type": brain.table["cell_type"]}
    return Connectome(brain.connectivity, {**brain.table, **types}, brain.about)


_FLYWIRE_NEURONS = {"root_id": "id", "group": "region", "nt_type": "transmitter"}
_FLYWIRE_MORE = {
    "consolidated_cell_types.csv.gz": {"root_id": "id", "primary_type": "type"},
    "classification.csv.gz": {"root_id": "id", "side": "side"},
    "coordinates.csv.gz": {"root_id": "id", "position": "position"},
}


def banc(
    folder: typing.Path,
    version: int = 888,
    *,
    threshold: int = 5,
    signs: TransmitterSigns | None = None,
    cache: bool = True,
) -> Connectome:
    """Read brain and nerve cord of a female fly from the files of Codex (BANC).

    Columns: `id`, `type`, `side`, `transmitter`, `super_class`, `class` and what else the table of
    neurons has. Connections of segments that are no neurons of the table are left out and counted
    in `about`.

    Args:
        folder: with `connections_princeton.csv.gz` and `neurons.csv.gz`.
        version: of the data.
        threshold: fewest synapses of a pair.
        signs: rule of signs by transmitter.
        cache: whether to keep a form that is read in seconds beside the connections.

    Raises:
        FileNotFoundError: a file that is needed; the message has its address.
        ValueError: files of two versions, columns that are not those of Codex.
    """
    card = BANC.of_version(version, f"{CODEX}/banc/{version}/")
    names = {
        "Root ID": "id",
        "Primary Cell Type": "type",
        "Soma side": "side",
        "Predicted NT type": "transmitter",
    }
    neurons = NeuronTable(card.find(folder, ["neurons.csv.gz"]), names, sides=SIDES)
    return read_connectome(
        card.find(folder, [card.files[0]]),
        neurons,
        _ROWS,
        threshold=threshold,
        signs=signs,
        strangers="drop",
        about=card.about(),
        cache=cache,
    )


def male_cns(
    folder: typing.Path,
    version: str = "1.0",
    *,
    threshold: int = 1,
    signs: TransmitterSigns | None = None,
    cache: bool = True,
) -> Connectome:
    """Read brain and nerve cord of a male fly from the flat files of Janelia (MaleCNS).

    Neurons are the bodies that have a `superclass` (166,700 in v1.0). Columns: `id`, `type`,
    `side`, `transmitter` (consensus), `superclass`, `x`, `y`, `z` (nm, of the cell body) and what
    else the annotations have. Connections of other segments are left out and counted in `about`.

    Args:
        folder: with the three Feather files of the card.
        version: of the data.
        threshold: fewest synapses of a pair.
        signs: rule of signs by transmitter.
        cache: whether to keep a form that is read in seconds beside the connections.

    Raises:
        FileNotFoundError: a file that is needed; the message has its address.
        ValueError: files of two versions, columns that are not those of Janelia.
    """
    card = MALE_CNS.of_version(version, MALE_CNS.url.replace("v1.0", f"v{version}"))
    files = [file.replace("v1.0", f"v{version}") for file in card.files]
    names = {
        "bodyId": "id",
        "type": "type",
        "somaSide": "side",
        "superclass": "superclass",
        "somaLocation": "position",
    }
    scale = (8.0, 8.0, 8.0)
    notes = card.find(folder, [files[1]])
    transmitters = {"body": "id", "consensus_nt": "transmitter"}
    return read_connectome(
        card.find(folder, [files[0]]),
        [
            NeuronTable(notes, names, scale=scale, neurons="superclass", sides=SIDES),
            NeuronTable(card.find(folder, [files[2]]), transmitters),
        ],
        {"pre": "body_pre", "post": "body_post", "synapses": "weight"},
        threshold=threshold,
        signs=signs,
        strangers="drop",
        about=card.about(),
        cache=cache,
    )


def hemibrain(
    folder: typing.Path,
    version: str = "1.2",
    *,
    threshold: int = 1,
    cache: bool = True,
) -> Connectome:
    """Read half a fly's brain from the export of traced neurons (hemibrain, 21,739 neurons).

    Columns: `id`, `type`, `instance`, `side` (from the ending _L or _R of `instance`). The export
    has no transmitters: weight is the number of synapses.

    Args:
        folder: the unpacked archive of the card.
        version: of the data.
        threshold: fewest synapses of a pair.
        cache: whether to keep a form that is read in seconds beside the connections.

    Raises:
        FileNotFoundError: a file that is needed; the message has its address.
        ValueError: files of two versions, columns that are not those of the export.
    """
    card = HEMIBRAIN.of_version(version, HEMIBRAIN.url.replace("v1.2", f"v{version}"))
    names = {"bodyId": "id", "type": "type", "instance": "instance"}
    brain = read_connectome(
        card.find(folder, [card.files[1]]),
        NeuronTable(card.find(folder, [card.files[0]]), names),
        {"pre": "bodyId_pre", "post": "bodyId_post", "synapses": "weight"},
        threshold=threshold,
        about=card.about(),
        cache=cache,
    )
    endings = {"_L": "left", "_R": "right"}
    instances = brain.column("instance").tolist()
    sides = np.array([endings.get(name[-2:], "") for name in instances], np.str_)
    return Connectome(brain.connectivity, {**brain.table, "side": sides}, brain.about)


PUBLISHED: Sequence[Published] = (FLYWIRE, BANC, MALE_CNS, HEMIBRAIN)
