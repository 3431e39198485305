# data sets: their cards and files
from ._fetch import fetch as fetch
from .catalogue import DATASETS as DATASETS
from .catalogue import card_named as card_named
from .catalogue import dataset_named as dataset_named
from .descriptor import DataFile as DataFile
from .descriptor import Dataset as Dataset
from .descriptor import Published as Published
from .locate import find as find
from .locate import is_available as is_available

# brains
from .adult_fly import PUBLISHED as PUBLISHED
from .adult_fly import banc as banc
from .adult_fly import flywire as flywire
from .adult_fly import hemibrain as hemibrain
from .adult_fly import male_cns as male_cns
from .celegans import Worm as Worm
from .celegans import c_elegans as c_elegans
from .larva import LarvaBrain as LarvaBrain
from .larva import larva_brain as larva_brain

# pictures and signals
from .digits import mnist as mnist
from .fashion import fashion_mnist as fashion_mnist
from .fsdd import SpokenDigits as SpokenDigits
from .fsdd import spoken_digits as spoken_digits
from .idx import ImageSet as ImageSet
from .idx import read_idx as read_idx
from .mnist1d import SignalSet as SignalSet
from .mnist1d import mnist_1d as mnist_1d
from .natural_patches import grey_images as grey_images
from .natural_patches import image_patches as image_patches
from .natural_patches import normalise_contrast as normalise_contrast
from .natural_patches import whiten_images as whiten_images
from .optdigits import digits_8x8 as digits_8x8

# samples of a dictionary that is known
from .synthetic_features import FeatureSet as FeatureSet
from .synthetic_features import SparseFeatures as SparseFeatures

# recordings of event cameras
from .bs2 import EVENT as EVENT
from .bs2 import EventSet as EventSet
from .bs2 import read_bs2 as read_bs2
from .bs2 import write_bs2 as write_bs2
from .dvs128 import dvs_gesture as dvs_gesture
from .nmnist import n_mnist as n_mnist

# time series, and forecasting tasks on them
from .forecasting import FORECAST_TASKS as FORECAST_TASKS
from .forecasting import ForecastSplit as ForecastSplit
from .forecasting import ForecastTask as ForecastTask
from .forecasting import ForecastWindows as ForecastWindows
from .forecasting import forecast_split as forecast_split
from .forecasting import forecast_task as forecast_task
from .forecasting import forecast_windows as forecast_windows
from .series import SeriesParts as SeriesParts
from .series import TimeSeries as TimeSeries
from .series import ett_h1 as ett_h1
from .series import exchange_rate as exchange_rate
from .series import illness as illness
from .series import split_series as split_series

# chaotic series, generated
from .chaos import lorenz63 as lorenz63
from .chaos import mackey_glass as mackey_glass
from .chaos import rossler as rossler
