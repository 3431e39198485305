from . import sparse_regression as sparse_regression
from . import spike_intervals as spike_intervals
from . import spike_windows as spike_windows
from . import transfer_entropy as transfer_entropy
