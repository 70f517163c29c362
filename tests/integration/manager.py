# SPDX-License-Identifier: Apache-2.0
"""The service manager that an agent under test tells how it is."""

import os
import socket
import time


class Manager:
    """What systemd does with NOTIFY_SOCKET."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(60)
        self.said = []

    def wait_for(self, word):
        while not any(word in line for line in self.said):
            self.said += self.socket.recv(4096).decode().splitlines()

    def seconds_of(self, word, times):
        """In how many seconds it is said so often."""
        begin = time.monotonic()
        while times > 0:
            times -= word in self.socket.recv(4096).decode().splitlines()
        return time.monotonic() - begin
