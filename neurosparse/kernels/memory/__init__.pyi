from . import bit_rows as bit_rows
from . import clique_decode as clique_decode
from . import entmax as entmax
from . import overlap as overlap
from . import retrieve as retrieve
from . import spatial_pooler as spatial_pooler
from . import temporal_memory as temporal_memory
