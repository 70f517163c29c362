#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Connections that end after every k-th byte, or stall there, in both directions."""

import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults, either  # noqa: E402
from circle import main  # noqa: E402
from manager import Manager  # noqa: E402
from proxy import Cut, Harm, Proxy, Stall  # noqa: E402
from servers import WATCH  # noqa: E402

N = 5


def places(total, count):
    """Bytes at which to cut: dense where the dialogue is, the rest spread."""
    step = max(1, total // count)
    return sorted({*range(1, total + 1, step), total})


class Cuts(Faults):
    def total_bytes(self, agent, direction, port_option, port):
        """How many bytes an undisturbed run passes in one direction."""
        with Proxy(port) as proxy:
            agent.configure(**{port_option: proxy.port})
            self.finish(agent)
            return proxy.passed[direction]

    def cut_everywhere(self, port_option, port, direction, harm=Cut):
        agent = self.gather(N)
        self.servers.put(WATCH, self.crowd.mails)
        total = self.total_bytes(agent, direction, port_option, port)
        self.assertGreater(total, 200)
        for place in places(total, either(2, 150)):
            with self.subTest(place=place):
                self.setUp()
                agent = self.gather(N)
                self.servers.put(WATCH, self.crowd.mails)
                with Proxy(port, lambda n, at=place: harm(at, direction) if n == 0 else Harm()) as proxy:
                    agent.configure(**{port_option: proxy.port})
                    result = agent.once(check=None)
                    self.assertIn(result.returncode, (0, 1), result.stderr[-2000:])
                    self.finish(agent)
                self.assert_nothing_lost_nothing_twice(repeated_max=1)

    def test_imap_is_cut_on_the_way_down(self):
        self.cut_everywhere("imap_port", self.servers.imaps_port, "down")

    def test_imap_is_cut_on_the_way_up(self):
        self.cut_everywhere("imap_port", self.servers.imaps_port, "up")

    def test_smtp_is_cut_on_the_way_down(self):
        self.cut_everywhere("smtp_port", self.servers.smtps_port, "down")

    def test_smtp_is_cut_on_the_way_up(self):
        self.cut_everywhere("smtp_port", self.servers.smtps_port, "up")

    def test_sigterm_ends_an_agent_whose_server_stalls(self):
        agent = self.gather(N)
        self.servers.put(WATCH, self.crowd.mails)
        for place in either((10, 3000), (1, 10, 100, 1000, 2000, 3000, 5000)):
            with self.subTest(place=place), Proxy(self.servers.imaps_port, lambda n, at=place: Stall(at)) as proxy:
                agent.configure(imap_port=proxy.port)
                agent.start()
                agent.wait_until(lambda: proxy.connections, 20, "connection")
                self.assertEqual(agent.stop(seconds=5), 0, agent.log()[-2000:])
        agent.configure(imap_port=self.servers.imaps_port)
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice()

    def test_sigterm_in_a_reload_ends_an_agent_whose_servers_stall(self):
        agent = self.gather(N)
        self.servers.put(WATCH, self.crowd.mails)
        manager = Manager(agent.work)
        self.addCleanup(manager.socket.close)
        agent.environment = dict(os.environ, NOTIFY_SOCKET=manager.path)
        with Proxy(self.servers.smtps_port, lambda n: Stall(0)) as smtp, \
                Proxy(self.servers.imaps_port, lambda n: Stall(0) if n else Harm()) as imap:
            agent.configure(imap_port=imap.port, smtp_port=smtp.port)
            agent.start()
            agent.wait_until(lambda: smtp.connections, 20, "an alert on its way")
            agent.process.send_signal(signal.SIGHUP)
            manager.wait_for("RELOADING=1")
            self.assertEqual(agent.stop(seconds=5), 0, agent.log()[-2000:])
        agent.configure(imap_port=self.servers.imaps_port, smtp_port=self.servers.smtps_port)
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice()


if __name__ == "__main__":
    main()
