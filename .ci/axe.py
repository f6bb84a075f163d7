"""Fetches axe-core by npm and lets it look at the pages: `python .ci/axe.py`.

Skipped, with the reason, where there is no npm or Chromium, or where the registry cannot be reached: they are not part
of the change.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "axe-core@4.14.1"
TESTS = "tests/web/test_accessibility.py"


def fetched(folder: Path) -> Path | None:
    """The script; None where it cannot be had."""
    npm = shutil.which("npm")
    browsers = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    if npm is None or not any(map(shutil.which, browsers)):
        print("skipped: there is no npm or no Chromium here")
        return None
    try:
        packed = subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=folder, capture_output=True, text=True,
                                check=False, timeout=120)  # fmt: skip
    except subprocess.TimeoutExpired:
        print("skipped: the registry of npm does not answer")
        return None
    archives = list(folder.glob("*.tgz"))
    if packed.returncode != 0 or not archives:
        print(f"skipped: npm has no {PACKAGE} here: {packed.stderr.strip()[-300:]}")
        return None
    with tarfile.open(archives[0]) as archive:
        archive.extract("package/axe.min.js", folder, filter="data")
    return folder / "package" / "axe.min.js"


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        script = fetched(Path(place))
        if script is None:
            return 0
        command = [ROOT / "test", TESTS, "-n0", "-q"]
        return subprocess.run(command, env=os.environ | {"AXE_CORE": str(script)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
