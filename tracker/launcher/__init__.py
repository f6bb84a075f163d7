"""Installs, starts and supervises the tracker on a bare machine: `./run` and `./test`."""
