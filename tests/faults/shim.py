# SPDX-License-Identifier: Apache-2.0
"""Steers shim.c, which stands between an agent and its system."""

import errno
import mmap
import os
import struct

FIELDS = ("wall_ms", "monotonic_ms", "n_writes", "fail_from", "error", "is_nameless")
FULL, BROKEN = errno.ENOSPC, errno.EIO


class Shim:
    """Each field is an attribute that the running agent sees at once."""

    def __init__(self, agent):
        path = agent.write("shim", "\0" * 8 * len(FIELDS))
        with open(path, "r+b") as file:
            self.__dict__["_map"] = mmap.mmap(file.fileno(), 0)
        agent.environment = dict(os.environ, LD_PRELOAD=library(), PW_SHIM=path, PW_SHIM_FOLDER=agent.work)

    def __getattr__(self, name):
        return struct.unpack_from("q", self._map, 8 * FIELDS.index(name))[0]

    def __setattr__(self, name, value):
        struct.pack_into("q", self._map, 8 * FIELDS.index(name), value)

    def pass_time(self, seconds):
        """Both clocks go on, as when so much time had passed."""
        self.monotonic_ms += seconds * 1000
        self.wall_ms += seconds * 1000

    def fail(self, error, place=1):
        """The place-th write from now on fails, and all that follow."""
        self.n_writes = 0
        self.error = error
        self.fail_from = place

    def heal(self):
        self.fail_from = 0


def library():
    """Given by CTest; else what the debug build made."""
    here = os.path.dirname(os.path.abspath(__file__))
    return os.environ.get("PW_SHIM_LIBRARY",
                          os.path.join(here, "../../build/debug/tests/faults/libfaults_shim.so"))
