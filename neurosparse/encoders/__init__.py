"""Encoders: numbers, dates, categories and places as SDRs or spikes, and back."""

from neurosparse.encoders.base import Encoder as Encoder
from neurosparse.encoders.base import encode_batch as encode_batch
from neurosparse.encoders.category import CategoryEncoder as CategoryEncoder
from neurosparse.encoders.coordinate import CoordinateEncoder as CoordinateEncoder
from neurosparse.encoders.date import DateEncoder as DateEncoder
from neurosparse.encoders.murmur import murmur3_32 as murmur3_32
from neurosparse.encoders.random_scalar import RandomScalarEncoder as RandomScalarEncoder
from neurosparse.encoders.rate import RateEncoder as RateEncoder
from neurosparse.encoders.rate import integrate as integrate
from neurosparse.encoders.rate import raster as raster
from neurosparse.encoders.scalar import ScalarEncoder as ScalarEncoder
from neurosparse.encoders.speech import MelEncoder as MelEncoder
from neurosparse.encoders.spikes import DeltaEncoder as DeltaEncoder
from neurosparse.encoders.spikes import LatencyEncoder as LatencyEncoder

__all__ = [
    "CategoryEncoder",
    "CoordinateEncoder",
    "DateEncoder",
    "DeltaEncoder",
    "Encoder",
    "LatencyEncoder",
    "MelEncoder",
    "RandomScalarEncoder",
    "RateEncoder",
    "ScalarEncoder",
    "encode_batch",
    "integrate",
    "murmur3_32",
    "raster",
]
