# Sets `python` to a Python that can run the tracker; sourced by run and test in the root folder.
# Runs each candidate: a pyenv shim can exist and fail, and `python3` may be too old.

# If the caller has no PATH, Python needs the shell's own.
export PATH

right='import sys; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 14))'

for python in "${PYTHON:-}" .venv/bin/python python3.13 python3.14 python3.12 python3 python \
    /usr/bin/python3.1[2-4] /usr/local/bin/python3.1[2-4] /usr/bin/python3 /usr/local/bin/python3 \
    /opt/homebrew/bin/python3.1[2-4] "${HOME:-/}"/.pyenv/versions/3.1[2-4]*/bin/python3; do
    [ -n "$python" ] && "$python" -c "$right" >/dev/null 2>&1 && return 0
done
echo "The tracker needs Python 3.12, 3.13 or 3.14; none was found. PYTHON=/path/to/python names one." >&2
exit 1
