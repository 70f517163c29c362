# SPDX-License-Identifier: Apache-2.0
"""A private rspamd with its default rules and one worker, and how fast it is.

Unpacked by `.ci/setup bench` and started from a folder of its own: nothing is
installed, enabled or left behind.  What needs a network (DNS lists, SPF, DKIM,
fuzzy storage, Redis) is off, because there is none: time-outs would count as
slowness, so it does less than it would in service.
"""

import glob
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

NETWORK = ("arc antivirus asn clickhouse dcc dkim dkim_signing dmarc elastic external_services fuzzy_check greylist "
           "history_redis metadata_exporter metric_exporter mx_check neural p0f ratelimit rbl replies reputation "
           "rspamd_update spf surbl url_redirector bimi aws_s3 milter_headers").split()
CONNECTIONS = 4


class Unavailable(Exception):
    """Why rspamd cannot be measured here."""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Rspamd:
    """with Rspamd(folder of the unpacked package, core) as server: server.rate(mails, rounds)"""

    def __init__(self, root, core):
        self.root, self.core = root, core
        self.port, self.process = free_port(), None
        self.work = tempfile.mkdtemp(prefix="pw-rspamd-")

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.work, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def configure(self):
        self.write("override.d/worker-normal.inc", f'bind_socket = "127.0.0.1:{self.port}"; count = 1;\n')
        for worker in ("controller", "proxy"):
            self.write(f"override.d/worker-{worker}.inc", "enabled = false;\n")
        self.write("override.d/logging.inc", f'type = "file"; filename = "{self.work}/log"; level = "warning";\n')
        self.write("override.d/options.inc", 'dns { nameserver = "127.0.0.1:9"; timeout = 0.1s; retransmits = 1; }\n'
                   f'lang_detection {{ languages = "{self.root}/usr/share/rspamd/languages"; }}\n'
                   'filters = "chartable,regexp";\n')
        for module in NETWORK:
            self.write(f"override.d/{module}.conf", "enabled = false;\n")
        self.write("override.d/classifier-bayes.conf", "enabled = false;\n")

    def start(self):
        program = os.path.join(self.root, "usr/bin/rspamd")
        if not os.access(program, os.X_OK):
            raise Unavailable("rspamd is not unpacked (`./dev setup bench`)")
        self.configure()
        share, libraries = os.path.join(self.root, "usr/share/rspamd"), glob.glob(
            os.path.join(self.root, "usr/lib*/**/librspamd-server.so"), recursive=True)
        variables = {"CONFDIR": os.path.join(self.root, "etc/rspamd"), "LOCAL_CONFDIR": self.work,
                     "SHAREDIR": share, "RULESDIR": f"{share}/rules", "LUALIBDIR": f"{share}/lualib",
                     "PLUGINSDIR": f"{share}/plugins", "WWWDIR": f"{share}/www", "DBDIR": self.work,
                     "RUNDIR": self.work, "LOGDIR": self.work, "EXAMPLESDIR": share,
                     "LIBDIR": os.path.dirname(libraries[0]) if libraries else ""}
        command = ["taskset", "-c", str(self.core), program, "-f", "-i", "-c",
                   os.path.join(variables["CONFDIR"], "rspamd.conf")]
        command += [f"--var={name}={value}" for name, value in variables.items()]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE,
                                        env={"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": variables["LIBDIR"]})
        self.wait()

    def log(self):
        try:
            with open(os.path.join(self.work, "log"), encoding="utf-8", errors="replace") as file:
                return file.read()[-400:]
        except OSError:
            return ""

    def wait(self):
        for _ in range(1800):
            if self.process.poll() is not None:
                raise Unavailable("rspamd does not start: "
                                  + (self.process.stderr.read().decode(errors="replace")[-300:] + self.log()))
            try:
                self.check(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5), b"From: a@b.example\n\nx\n")
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        raise Unavailable("rspamd does not answer: " + self.log())

    @staticmethod
    def check(connection, raw):
        connection.request("POST", "/checkv2", body=raw, headers={"Connection": "keep-alive"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200 or b'"symbols"' not in text:
            raise http.client.HTTPException(f"rspamd says {answer.status}: {text[:200]!r}")
        return text

    def feed(self, mails, failures):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            for raw in mails:
                self.check(connection, raw)
        except (OSError, http.client.HTTPException) as reason:
            failures.append(reason)
        finally:
            connection.close()

    def cpu_seconds(self):
        """Of the worker alone."""
        total = 0
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            children = file.read().split()
        for child in children:
            with open(f"/proc/{child}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def rate(self, mails):
        """Messages a second of the worker's processor time; what it waits for does not count."""
        failures, before = [], self.cpu_seconds()
        threads = [threading.Thread(target=self.feed, args=(mails[i::CONNECTIONS], failures))
                   for i in range(CONNECTIONS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        if failures:
            raise Unavailable(f"rspamd fails: {failures[0]}")
        return len(mails) / (self.cpu_seconds() - before)
