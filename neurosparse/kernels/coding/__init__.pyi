from . import decode_rows as decode_rows
from . import encode_topk as encode_topk
