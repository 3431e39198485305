"""Seconds by device events, and the bandwidth of a copy."""

import torch
from harness import median


def device_seconds(call, repeats):
    """Median seconds of a call by device events, after one call to warm up; the cache is cold."""
    call()
    times = []
    stale = torch.empty(
        4 * torch.cuda.get_device_properties(0).L2_cache_size,
        dtype=torch.int8,
        device="cuda",
    )
    for _ in range(max(repeats, 10)):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        stale.zero_()
        # the device waits a millisecond, so that the host's launches do not count
        torch.cuda._sleep(2_000_000)
        begin.record()
        call()
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end) / 1000)
    return median(times)


def copy_bandwidth(repeats):
    """Bytes a second, read and written, of a copy of 1 GiB on this card."""
    a = torch.empty(2**28, dtype=torch.float32, device="cuda")
    b = torch.empty_like(a)
    return 2 * a.nbytes / device_seconds(lambda: b.copy_(a), repeats)
