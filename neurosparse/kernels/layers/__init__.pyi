from . import condensed_matmul as condensed_matmul
from . import csr_matmul as csr_matmul
from . import hebbian as hebbian
from . import k_winners as k_winners
from . import recurrent_scan as recurrent_scan
from . import sampled_outer as sampled_outer
