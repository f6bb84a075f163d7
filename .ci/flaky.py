"""Runs the tests that have just failed once more, each alone: what passes then is flaky, and printed so.

    python .ci/flaky.py

Reads what pytest noted of its last run. Exit status 0 means that every failed test passed alone; a run without a note
(a crash, a failed start) and a run with more than `MOST` failures are never forgiven.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
MOST = 10


def main() -> int:
    failed = sorted(json.loads(NOTED.read_text("utf-8"))) if NOTED.exists() else []
    if not 0 < len(failed) <= MOST:
        print(f"Not run once more: {len(failed)} tests failed, and 1 to {MOST} may.")
        return 1
    flaky = [test for test in failed if passes_alone(test)]
    if flaky:
        print("\nFLAKY: failed among the others and passed alone; each has to be mended")
        print("\n".join(f"FLAKY {test}" for test in flaky))
    return 0 if flaky == failed else 1


def passes_alone(test: str) -> bool:
    print(f"\nOnce more, alone: {test}", flush=True)
    # Without its cache: the note is of the whole run.
    alone = ["./test", test, "-n0", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(alone, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
