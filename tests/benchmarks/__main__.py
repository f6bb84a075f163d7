"""`python -m tests.benchmarks [SUBJECT…]`: ratios against named peers, measured in one run.

Prints tables and saves nothing. Nothing here is part of the test suite: a figure is not an assertion.
"""

from __future__ import annotations

import importlib
import os
import sys

SUBJECTS = ("reads", "pages", "lists", "webhooks", "imports", "names", "search", "tracks", "hostile", "million")


def main(asked: list[str]) -> int:
    if set(asked) - set(SUBJECTS):
        print(f"Usage: python -m tests.benchmarks [{'] ['.join(SUBJECTS)}]", file=sys.stderr)
        return 2
    os.environ.setdefault("TRACKER_ENV", "local")
    os.environ.setdefault("SECRET_KEY", "a benchmark keeps no secrets, and this is long enough to be accepted as one")
    for subject in asked or SUBJECTS:
        importlib.import_module(f"tests.benchmarks.{subject}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
