from . import convolutional_descent as convolutional_descent
from . import decode_rows as decode_rows
from . import encode_topk as encode_topk
from . import lasso_descent as lasso_descent
from . import lca_events as lca_events
from . import pursuit as pursuit
