"""Free Spoken Digit Dataset: digits from zero to nine, spoken by several people."""

import io
import re
import wave
import zipfile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.datasets.descriptor import DataFile, Dataset
from neurosparse.datasets.locate import find
from neurosparse.typing import Int64

RATE = 8000
SPEAKERS = ("george", "jackson", "lucas", "nicolas")
_NAME = re.compile(r"(?:.*/)?([0-9])_([a-z]+)_([0-9]{1,2})\.wav")

CARD = Dataset(
    name="fsdd",
    title="Free Spoken Digit Dataset: 2,000 spoken digits of four speakers, 8 kHz",
    arrays=(
        "sounds: 2000 arrays of int16; digit int64 [2000]; speaker int64 [2000]; take int64 [2000]"
    ),
    files=(
        DataFile(
            name="fsdd_recordings.zip",
            sha256="f3e761b28fe6317fba40067385de3932585adaa7bfb9ad5b0c826529d0c64bb7",
            size=15_140_610,
            zipped=True,
        ),
    ),
    licence="CC BY-SA 4.0 (its README)",
    citation="Jackson et al. (2018), Free Spoken Digit Dataset, doi:10.5281/zenodo.1342401",
    homepage="https://github.com/Jakobovski/free-spoken-digit-dataset",
    loader="neurosparse.datasets.spoken_digits()",
    fetch=(
        "git clone --no-checkout https://github.com/Jakobovski/free-spoken-digit-dataset\n"
        "git -C free-spoken-digit-dataset checkout "
        "26eb9aaf76e81b692f806f9140c2d2777410d7a1 -- recordings\n"
        "mkdir -p '{folder}'\n"
        "(cd free-spoken-digit-dataset/recordings && \\\n"
        "  python3 -m zipfile -c '{folder}/fsdd_recordings.zip' \\\n"
        "  *_george_*.wav *_jackson_*.wav *_lucas_*.wav *_nicolas_*.wav)"
    ),
)


class SpokenDigits(NamedTuple):
    """Recordings in the order of (speaker, digit, take).

    Attributes:
        sounds: samples of each recording at 8 kHz, int16.
        digit, speaker, take: int64 `[2000]`; speaker counts in `SPEAKERS`, take from 0 to 49.
    """

    sounds: tuple[NDArray[np.int16], ...]
    digit: Int64
    speaker: Int64
    take: Int64


def spoken_digits() -> SpokenDigits:
    """Load recordings of the four first speakers (Jackson et al. 2018, doi:10.5281/zenodo.1342401).

    The published split takes the takes 0 to 4 of everyone as test set; leaving a speaker out is the
    hard one.

    Raises:
        FileNotFoundError: the file is not on this machine; the message has the commands that make
            it.
        ValueError: it has other content.
    """
    path = find(CARD, CARD.files[0])
    sounds = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if match := _NAME.fullmatch(name):
                digit, speaker, take = match.groups()
                key = SPEAKERS.index(speaker), int(digit), int(take)
                sounds[key] = _samples(archive.read(name))
    keys = sorted(sounds)
    speakers, digits, takes = np.array(keys, np.int64).T
    return SpokenDigits(tuple(sounds[key] for key in keys), digits, speakers, takes)


def _samples(content: bytes) -> NDArray[np.int16]:
    with wave.open(io.BytesIO(content)) as sound:
        rate = sound.getframerate()
        channels = sound.getnchannels()
        width = sound.getsampwidth()
        if (rate, channels, width) != (RATE, 1, 2):
            fault = f"a recording of {rate} Hz, {channels} channels, {width} bytes"
            raise ValueError(f"{fault}; wants 8000, 1, 2")
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.int16)
