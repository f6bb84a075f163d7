"""Processes must not outlive the one that looks after them."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Linux sends this process `how` when its parent ends in whatever way; other systems have no such thing.

    Called in the child, after the fork: subprocess's `preexec_fn`, or the first line of a worker.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() == 1 and os.getpid() != 1 and "TRACKER_SUPERVISOR" in os.environ:
        # The parent went before the request was made. Under a container's own init, 1 is the parent to have.
        os.kill(os.getpid(), how)
