"""Run a program and note its peak memory and whole wall time in `usage.json` beside it."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    start = time.perf_counter()
    code = subprocess.call(sys.argv[1:])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
    usage = {"peak_rss_mib": peak, "process_s": time.perf_counter() - start}
    Path("usage.json").write_text(json.dumps(usage))
    raise SystemExit(code)
