"""Whole files of the sources on a developer's machine, in the folder that `TRACKER_SHARED_DATA` names."""

import os
from pathlib import Path

import pytest


def whole(*parts: str) -> Path:
    """A file or folder of the whole data; skips the test where it is absent, with the reason."""
    folder = os.environ.get("TRACKER_SHARED_DATA")
    if not folder:
        pytest.skip("TRACKER_SHARED_DATA does not name the folder of the whole data")
    path = Path(folder, *parts)
    if not path.exists():
        pytest.skip(f"{path} is absent")
    return path
