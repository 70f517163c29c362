# SPDX-License-Identifier: Apache-2.0
"""What fault tests share: how long they may take, and the oracle."""

import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "integration"))

from circle import Circle, text_of  # noqa: E402
from crowd import crowd  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH  # noqa: E402

LONG = os.environ.get("PW_FAULTS") == "long"
MANY = "  max_per_hour: 100000\n"


def either(short, long):
    return long if LONG else short


class Faults(Circle):
    """A crowd of customers, each with a contract and a forward of its own."""

    def gather(self, n, **options):
        """An agent that knows n contracts; the n forwards are not delivered yet."""
        self.crowd = crowd(n, self.dates, MARLOW)
        self.mailbox = self.agent(self.crowd.contracts, alerts_extra=MANY, **options)
        return self.mailbox

    def plain_imap(self, agent, port):
        """The configuration with an IMAP server on loopback without TLS."""
        with open(agent.config, encoding="utf-8") as file:
            lines = [line for line in file.read().split("\n") if line != "    tls: none"]
        for number, line in enumerate(lines):
            if "server: imap" in line:
                lines[number] = f"    server: imap://127.0.0.1:{port}\n    tls: none"
        agent.write("poachwatch.yaml", "\n".join(lines))

    def shares(self, n):
        """The forwards in n parts of about the same size."""
        mails = self.crowd.mails
        return [mails[len(mails) * i // n:len(mails) * (i + 1) // n] for i in range(n)]

    def finish(self, agent, tries=3):
        """Runs until nothing is left to do, on servers that work again."""
        for _ in range(tries):
            result = agent.once(check=None)
            if result.returncode == 0:
                return
        raise AssertionError(f"run --once ended with {result.returncode}:\n{result.stderr[-3000:]}")

    def wait_for_count(self, user, n, seconds=30):
        """n mails in a mailbox, sent by an agent that runs."""
        self.mailbox.wait_until(lambda: self.servers.counts(user)[0] >= n, seconds, f"{n} mail(s) for {user}")

    def wake(self, agent):
        """Another process writes to the store: the agent looks at what time brought.  That process
        has the system's own clock and disk."""
        environment, agent.environment = agent.environment, None
        agent.run("contracts", "touch", "CR-00000", "--note", "wakes the agent", check=0)
        agent.environment = environment

    def assert_nothing_lost_nothing_twice(self, repeated_max=0):
        """Every forward has one alert; a mail in flight at a kill may be sent again,
        with the same Message-ID, so that the reader's mail program shows it once."""
        n = len(self.crowd.contract_ids)
        by_id = self.mailbox.wait_until(lambda: self.alerts_by_id(n), 60, f"{n} different alerts")
        for contract in self.crowd.contract_ids:
            found = [name for name, text in by_id.items() if contract in text]
            self.assertEqual(len(found), 1, f"{contract} has the alerts {found}")
        self.assertEqual(len(by_id), n)
        self.assertLessEqual(self.repeated(by_id), repeated_max)
        mails, acknowledged = self.mailbox.wait_until(self.all_acknowledged, 20, "acknowledgements")
        self.assertEqual(acknowledged, mails)

    def all_acknowledged(self):
        mails, acknowledged = self.servers.counts(WATCH)
        return (mails, acknowledged) if mails == acknowledged else None

    def repeated(self, identities):
        """How often the agent sent what it had sent before, by what the SMTP server took over.  In
        the mailbox the same mail may lie twice for another reason: where either server was killed
        between the two, Exim hands a mail over again."""
        taken = collections.Counter(self.servers.accepted())
        return sum(max(0, taken[identity.strip("<>")] - 1) for identity in identities)

    def alerts_by_id(self, n):
        """The texts of all alerts by Message-ID; None while there are fewer than n."""
        if self.servers.counts(MARLOW)[0] < n:
            return None
        by_id = {str(alert["Message-ID"]): text_of(alert) for alert in self.alerts(MARLOW)}
        return by_id if len(by_id) >= n else None
