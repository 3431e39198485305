from . import spike_intervals as spike_intervals
from . import spike_windows as spike_windows
