"""Processes that are forked from one that has loaded Django, before any thread is there: to load it takes a second."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

DELIVER = "call_command('deliver')"
_PARENT = """
import json, os, sys, traceback, django
django.setup()
from django.core.management import call_command
from relations.management.commands import deliver
from tracker.launcher.orphans import die_with_parent
for line in sys.stdin:
    asked = json.loads(line)
    if isinstance(asked, int):
        print(os.waitstatus_to_exitcode(os.waitpid(asked, 0)[1]), flush=True)
        continue
    child = os.fork()
    if not child:
        die_with_parent()
        try:
            exec(asked)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    print(child, flush=True)
"""


class Forks:
    """Starts processes that run a piece of code. They are its grandchildren."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent
        self._running: set[int] = set()

    def start(self, code: str = DELIVER) -> int:
        pid = self._ask(code)
        self._running.add(pid)
        return pid

    def end(self, pid: int, how: signal.Signals) -> int:
        os.kill(pid, how)
        return self.wait(pid)

    def wait(self, pid: int) -> int:
        """The exit code; of a killed process the signal's number, negative."""
        self._running.discard(pid)
        return self._ask(pid)

    def kill_all(self) -> None:
        for pid in [*self._running]:
            self.end(pid, signal.SIGKILL)

    def _ask(self, what: str | int) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        print(json.dumps(what), file=self._parent.stdin, flush=True)
        return int(self._parent.stdout.readline())


@contextmanager
def forking(environment: Mapping[str, str], *, folder: Path) -> Iterator[Forks]:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    ) as parent:  # fmt: skip
        yield Forks(parent)
