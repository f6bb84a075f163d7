"""schemathesis, whole: `python -m tests.api.fuzzing [CASES] [anonymous]` asks a demo of its own so many questions.

Every check and phase, every operation, with a token that may do everything and every fourth time without one, or always
without one. Each run has another seed, which is printed: the command repeats it with `--seed`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from itertools import count
from pathlib import Path

from tests.api.fuzz_checks import OWN_TOKEN
from tests.benchmarks.serving import database, manage, serving

CASES = 20_000
EXCLUDED = "positive_data_acceptance"
"""`tests.api.fuzz_checks` has one in its place, and says why."""
UNLIMITED = dict.fromkeys(("WRITE_LIMIT", "LOGIN_LIMIT", "ACCOUNT_LOGIN_LIMIT"), "1000000/minute")
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


def run(address: str, *, seed: int, token: str | None, report: Path) -> tuple[int, bool]:
    """The number of cases, and whether there were findings; schemathesis itself prints them."""
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run", f"{address}/api/schema/",
        "--checks", "all", "--exclude-checks", EXCLUDED, "--continue-on-failure", "--seed", str(seed),
        "--max-examples", "20", "--suppress-health-check", "all", "--generation-database", "none",
        "--report", "json", "--report-json-path", str(report),
        *(["--header", f"Authorization: Bearer {token}"] if token else []),
    ]  # fmt: skip
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.api.fuzz_checks", "PYTHONPATH": "."}
    if token:
        environment[OWN_TOKEN] = _number(address, token)
    finished = subprocess.run(command, env=environment, check=False)
    return json.loads(report.read_text())["test_cases"]["generated"], finished.returncode != 0


def _number(address: str, token: str) -> str:
    asking = urllib.request.Request(f"{address}/api/me/", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asking) as answer:
        return str(json.load(answer)["token"]["id"])


def main(*words: str) -> int:
    cases = next((int(word) for word in words if word.isdigit()), CASES)
    is_anonymous = "anonymous" in words
    os.environ.setdefault("TRACKER_ENV", "local")
    os.environ.setdefault("SECRET_KEY", "the fuzzing keeps no secrets, and this is long enough to be accepted as one")
    with tempfile.TemporaryDirectory() as folder, database():
        manage("demo")
        token = manage("token", "fuzzer", "--scopes", "read,edit,webhooks").split()[-1]
        done, failed = 0, False
        with serving("tracker.wsgi:application", environment=UNLIMITED) as address:
            for seed in count(1):
                own = token if seed % 4 and not is_anonymous else None
                asked, findings = run(address, seed=seed, token=own, report=Path(folder) / "report.json")
                done, failed = done + asked, failed or findings
                if done >= cases or not asked:
                    break
    sys.stdout.write(f"{done} cases, {'with' if failed else 'no'} findings\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
