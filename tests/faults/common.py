# SPDX-License-Identifier: Apache-2.0
"""What fault tests share: how long they may take, and the oracle."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "integration"))

from circle import Circle, text_of  # noqa: E402
from crowd import crowd  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH, wait_until  # noqa: E402

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

    def finish(self, agent, tries=3):
        """Runs until nothing is left to do, on servers that work again."""
        for _ in range(tries):
            result = agent.once(check=None, timeout=120)
            if result.returncode == 0:
                return
        raise AssertionError(f"run --once ended with {result.returncode}:\n{result.stderr[-3000:]}")

    def assert_nothing_lost_nothing_twice(self, repeated_max=0):
        """Every forward has one alert; a mail in flight at a kill may be sent again,
        with the same Message-ID, so that the reader's mail program shows it once."""
        n = len(self.crowd.contract_ids)
        alerts, by_id = wait_until(lambda: self.alerts_by_id(n), 60, f"{n} different alerts")
        for contract in self.crowd.contract_ids:
            found = [name for name, text in by_id.items() if contract in text]
            self.assertEqual(len(found), 1, f"{contract} has the alerts {found}")
        self.assertEqual(len(by_id), n)
        self.assertLessEqual(len(alerts) - len(by_id), repeated_max)
        mails, acknowledged = wait_until(self.all_acknowledged, 20, "acknowledgements")
        self.assertEqual(acknowledged, mails)

    def all_acknowledged(self):
        mails, acknowledged = self.servers.counts(WATCH)
        return (mails, acknowledged) if mails == acknowledged else None

    def alerts_by_id(self, n):
        """All alerts, and their texts by Message-ID; None while there are fewer than n of those.
        The mail server repeats what it was killed over, so counting mails would not do."""
        if self.servers.counts(MARLOW)[0] < n:
            return None
        alerts = self.alerts(MARLOW)
        by_id = {str(alert["Message-ID"]): text_of(alert) for alert in alerts}
        return (alerts, by_id) if len(by_id) >= n else None
