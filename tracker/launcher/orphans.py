"""Ends processes with their parent."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Has Linux send this process `how` when its parent ends in any way; other systems cannot.

    Called in the child, after the fork: subprocess's `preexec_fn`, or the first line of a worker.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() == 1 and os.getpid() != 1 and "TRACKER_SUPERVISOR" in os.environ:
        # The parent ended before the call. In a container the parent may be process 1.
        os.kill(os.getpid(), how)
