# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy that stands between a client and a server and does harm.

    with Proxy(port, Cut(after=100)) as proxy:      # connect to proxy.port

A harm gets each chunk with its direction ("up": to the server, "down": to the
client) and returns the bytes to pass on; it may raise Hangup, or wait.
"""

import contextlib
import re
import socket
import threading


class Hangup(Exception):
    """Both sides are to be closed now."""


class Harm:
    """Passes everything on; one object serves one connection (see Proxy)."""

    def chunk(self, _direction, data):
        return data


class Cut(Harm):
    """Hangs up after so many bytes of one direction."""

    def __init__(self, after, direction="down"):
        self.left, self.direction = after, direction

    def chunk(self, direction, data):
        if direction != self.direction:
            return data
        if len(data) >= self.left:
            raise Hangup(data[:self.left])
        self.left -= len(data)
        return data


class Strip(Harm):
    """Takes words out of what the server says: STARTTLS, for instance."""

    def __init__(self, *words):
        self.pattern = re.compile(b"|".join(re.escape(word.encode()) for word in words), re.IGNORECASE)

    def chunk(self, direction, data):
        return self.pattern.sub(b"X-NONE", data) if direction == "down" else data


class Stall(Harm):
    """Passes so many bytes of one direction and then no more, without closing."""

    def __init__(self, after, direction="down"):
        self.left, self.direction = after, direction

    def chunk(self, direction, data):
        if direction != self.direction:
            return data
        passed, self.left = data[:self.left], max(0, self.left - len(data))
        return passed


class Proxy:
    """harm: a function that makes the Harm of connection number n (from 0)."""

    def __init__(self, port, harm=lambda n: Harm()):
        self._target, self._make = port, harm
        self._sockets, self._lock = set(), threading.Lock()
        self.connections = 0
        self.seen = {"up": b"", "down": b""}  # the first bytes of each direction
        self.passed = {"up": 0, "down": 0}    # how many there were

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def hang_up(self):
        """Cuts every connection that is open now."""
        with self._lock:
            sockets, self._sockets = self._sockets, set()
        for sock in sockets:
            _close(sock)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            harm, self.connections = self._make(self.connections), self.connections + 1
            try:
                server = socket.create_connection(("127.0.0.1", self._target), 10)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._sockets |= {client, server}
            for source, sink, direction in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self._pump, args=(source, sink, direction, harm),
                                 daemon=True).start()

    def _pump(self, source, sink, direction, harm):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.passed[direction] += len(data)
                if len(self.seen[direction]) < 65536:
                    self.seen[direction] += data
                try:
                    sink.sendall(harm.chunk(direction, data))
                except Hangup as last:
                    sink.sendall(last.args[0] if last.args else b"")
                    break
        for sock in (source, sink):
            _close(sock)
        with self._lock:
            self._sockets -= {source, sink}


def _close(sock):
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        sock.close()
