# numbers, categories, places and dates as SDRs
from .base import Encoder as Encoder
from .base import encode_batch as encode_batch
from .scalar import ScalarEncoder as ScalarEncoder
from .random_scalar import RandomScalarEncoder as RandomScalarEncoder
from .category import CategoryEncoder as CategoryEncoder
from .coordinate import CoordinateEncoder as CoordinateEncoder
from .date import DateEncoder as DateEncoder
from .murmur import murmur3_32 as murmur3_32

# signals and frames as spikes
from .spikes import DeltaEncoder as DeltaEncoder
from .spikes import LatencyEncoder as LatencyEncoder
from .rate import RateEncoder as RateEncoder
from .rate import integrate as integrate
from .rate import raster as raster
from .speech import MelEncoder as MelEncoder
