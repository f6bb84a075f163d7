"""Runs the failed tests again, each alone, and prints as FLAKY those that pass.

    python .ci/flaky.py

Reads pytest's cache of its last run. Exit status 0 means that every failed test passed alone; a run without a cache
(a crash, a failed start) or with more than `MAX_FAILURES` stays failed.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAST_FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
MAX_FAILURES = 10


def main() -> int:
    failed = sorted(json.loads(LAST_FAILED.read_text("utf-8"))) if LAST_FAILED.exists() else []
    if not 0 < len(failed) <= MAX_FAILURES:
        print(f"Not run once more: {len(failed)} tests failed, and 1 to {MAX_FAILURES} may.")
        return 1
    flaky = [test for test in failed if passes_alone(test)]
    if flaky:
        print("\nFLAKY: failed among the others and passed alone; each has to be fixed")
        print("\n".join(f"FLAKY {test}" for test in flaky))
    return 0 if flaky == failed else 1


def passes_alone(test: str) -> bool:
    print(f"\nOnce more, alone: {test}", flush=True)
    # Without the cache, which is of the whole run.
    alone = ["./test", test, "-n0", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(alone, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
