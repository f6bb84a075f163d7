"""Installs exactly the packages of a lock file into `.venv`, then becomes a program in it.

    python -m tracker.launcher.install LOCK [MODULE [ARGUMENT…]]

Standard library only, since nothing is installed yet. Uses `uv` if it is installed or can be fetched (about 5 s), else
`venv` and pip (about 30 s). A stamp makes the next start immediate, without network.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tracker.launcher.orphans import die_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
EPOCH = VENV / "stamp"
TOOLS = ROOT / ".tools"
# New enough, and a whole virtual environment: half of one, of a killed start, would install into the system.
FITS = "import sys; sys.exit(sys.version_info < (3, 12) or sys.prefix == sys.base_prefix)"
WITH_TESTS = "requirements-dev.lock"
PIP_INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
# Only built packages, with the lock file's hashes.
VERIFIED = ("--require-hashes", "--only-binary", ":all:")


def main(lock: str, module: str = "", *arguments: str) -> None:
    install(lock)
    if module:
        sys.stdout.flush()
        os.chdir(ROOT)
        os.execv(PYTHON, [str(PYTHON), "-m", module, *arguments])  # noqa: S606


def install(lock: str) -> None:
    if is_done(wanted(lock)):
        return  # before anything is written: the checkout may belong to another account
    with (ROOT / ".venv.lock").open("ab") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)  # two first starts of one checkout at a time
        lock = wanted(lock)
        if is_done(lock):
            return
        say(f"installing what {lock} names …")
        uv = find_uv()
        if not usable(PYTHON):
            shutil.rmtree(VENV, ignore_errors=True)
            make_venv(uv)
        EPOCH.unlink(missing_ok=True)
        if uv:
            # Removes packages that are not in the lock file.
            run(uv, "pip", "sync", "--quiet", "--compile-bytecode", "--python", str(PYTHON), *VERIFIED, lock)
        else:
            run(str(PYTHON), *PIP_INSTALL, *VERIFIED, "-r", lock)
        EPOCH.write_text(stamp(lock))


def wanted(lock: str) -> str:
    """The tests' lock file if it is installed, which includes the runtime's: ./run removes no developer's tools."""
    return WITH_TESTS if stamped().startswith(WITH_TESTS) else lock


def is_done(lock: str) -> bool:
    return stamped() == stamp(lock) and usable(PYTHON)


def stamp(lock: str) -> str:
    return f"{lock} {hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()}"


def stamped() -> str:
    return EPOCH.read_text(errors="replace") if EPOCH.exists() else ""


def usable(python: Path) -> bool:
    """Runs it, since the Python of a virtual environment may be removed or replaced, if it is not running here."""
    runs_here = str(python) == sys.executable and sys.prefix != sys.base_prefix
    return runs_here or subprocess_works(str(python), "-c", FITS)


def find_uv() -> str | None:
    fetched = TOOLS / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(fetched)):
        if candidate and subprocess_works(candidate, "--version"):
            return candidate
    # Any Python with pip, even one too old for the tracker: Debian's newest often has no pip.
    for python in (sys.executable, "python3", "/usr/bin/python3"):
        fetch = (*PIP_INSTALL, *VERIFIED, "--target", str(TOOLS), "--upgrade", "-r", "requirements-uv.lock")
        if subprocess_works(python, *fetch) and subprocess_works(str(fetched), "--version"):
            return str(fetched)
    say("uv cannot be fetched; continuing with pip")
    return None


def make_venv(uv: str | None) -> None:
    if uv:
        run(uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(VENV))
    elif not subprocess_works(sys.executable, "-m", "venv", str(VENV)):
        sys.exit(f"{sys.executable} can neither fetch uv nor make a virtual environment. Install pip or venv for it "
                 "(Debian: apt-get install python3-pip python3-venv), or uv, and start again.")  # fmt: skip


def subprocess_works(*command: str) -> bool:
    try:
        return subprocess.run(
            command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, preexec_fn=die_with_parent,
        ).returncode == 0  # fmt: skip
    except OSError:
        return False


def run(*command: str) -> None:
    environment = os.environ | {"UV_SYSTEM_CERTS": os.environ.get("UV_SYSTEM_CERTS", "1")}
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                          preexec_fn=die_with_parent)  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"Installing failed: {' '.join(command)}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("Stopped; the next start continues from here.")
    except OSError as error:
        sys.exit(f"Cannot install into {ROOT}: {error}. Start it as whoever owns the checkout, or clone one.")
