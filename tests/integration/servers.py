#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A private Dovecot and a private Exim, for tests, demo and bench.

    with Servers() as servers:
        servers.deliver("someone@customer.example", ["watch@baylinesystems.example"], raw)

Everything lies in one temporary folder and listens on free ports of
127.0.0.1; both run as an unprivileged user (root's runs as `nobody`) and die
with this process.  Customers deliver to `smtp_port` without TLS, as the world
delivers to an MX; the agent sends over `submission_port` (STARTTLS, AUTH) or
`smtps_port` (TLS, AUTH), and reads from `imap_port` (STARTTLS) or
`imaps_port`.  Exim hands mail for DOMAIN to Dovecot by LMTP; mail for any
other domain ends in the mailbox ELSEWHERE, where a test can see it.

Run as a program it starts the servers, prints where they are, and waits.
"""

import contextlib
import ctypes
import glob
import grp
import imaplib
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from certs import Authority  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DOMAIN = "baylinesystems.example"
WATCH = f"renewals-watch@{DOMAIN}"
ELSEWHERE = f"elsewhere@{DOMAIN}"
PASSWORD = "throw-away secret"
START_SECONDS = 20
PATIENCE = 6  # times longer than an idle machine takes
SKIP = 77

DOVECOT_CONF = """
base_dir = {work}/dovecot/run
state_dir = {work}/dovecot/run
log_path = {work}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = yes
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{work}/mail/%u
mail_fsync = {fsync}
mailbox_idle_check_interval = 1s
mail_max_userip_connections = 100
login_greeting = ready
hostname = mail.{domain}
postmaster_address = postmaster@{domain}
{passdb}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={work}/home/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
protocol lmtp {{
  mail_plugins =
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service imap {{
  process_limit = 64
}}
{extra}
"""

PASSDB = """
passdb {{
  driver = passwd-file
  args = {work}/users
}}
"""

EXIM_CONF = """
primary_hostname = mail.{domain}
domainlist ours = {domain}
spool_directory = {work}/exim/spool
log_file_path = {work}/exim/%slog
pid_file_path = {work}/exim/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp_port} : {submission_port} : {smtps_port}
tls_on_connect_ports = {smtps_port}
tls_advertise_hosts = *
tls_certificate = {cert}
tls_privatekey = {key}
tls_dhparam = none
log_selector = +millisec
auth_advertise_hosts = ${{if def:tls_in_cipher{{*}}}}
acl_smtp_rcpt = rcpt
acl_smtp_data = data
message_size_limit = 200M
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
smtp_banner = mail.{domain} ESMTP
smtp_enforce_sync = false
queue_run_max = 2
deliver_drop_privilege = true
never_users =
rfc1413_query_timeout = 0s
host_lookup =
dns_ipv4_lookup = *
disable_ipv6 = true
keep_environment =
add_environment =
prod_requires_admin = false
bounce_return_size_limit = 20K
timeout_frozen_after = 1h
begin acl
rcpt:
  # tests make the server say "not now" and "never" by a file or a name
  defer condition = ${{if exists{{{work}/exim/say-later}}}}
        message = try again later
  deny  condition = ${{if exists{{{work}/exim/say-never}}}}
        message = not wanted here
  deny  local_parts = ^refuse
        message = no such person here
  defer local_parts = ^defer
        message = try again later
  accept domains = +ours
  accept authenticated = *
  deny  message = relaying not permitted
data:
  deny  condition = ${{if exists{{{work}/exim/refuse-large}}}}
        condition = ${{if >{{$message_size}}{{100K}}}}
        message = message too large
  accept
begin routers
ours:
  driver = manualroute
  domains = +ours
  route_list = * 127.0.0.1
  self = send
  transport = lmtp
elsewhere:
  driver = redirect
  data = {elsewhere}
begin transports
lmtp:
  driver = smtp
  protocol = lmtp
  allow_localhost
  hosts_override
  hosts = 127.0.0.1
  port = {lmtp_port}
  hosts_try_prdr =
  hosts_try_chunking =
  hosts_avoid_tls = *
begin retry
* * F,4d,2s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{${{lookup{{$auth2}}lsearch{{{work}/exim/users}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if eq{{$auth2}}{{${{lookup{{$auth1}}lsearch{{{work}/exim/users}}}}}}}}
  server_set_id = $auth1
"""


class Missing(Exception):
    """Something of the machine's is not there; the message says what to do."""


def held_port():
    """A socket bound to a free port that nobody else is given while it is open, be it to listen
    or to call out, not even while the server that uses it is down.  Who listens there sets
    SO_REUSEADDR, as servers do."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def wait_until(condition, seconds, what):
    """The value of condition() once it is true; TimeoutError names what was awaited.
    seconds are what an idle machine may take: a busy one is given more."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds * PATIENCE} s")
        time.sleep(0.02)


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def group_lives(group):
    """Does any process of that group run?  Those that only wait for their parent do not."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                state, _, of = file.read().rsplit(")", 1)[1].split()[:3]
                if int(of) == group and state not in "ZX":
                    return True
    return False


def server_user():
    """(name, uid, gid) of who runs the servers: not root."""
    try:
        entry = pwd.getpwuid(os.getuid()) if os.getuid() != 0 else pwd.getpwnam("nobody")
    except KeyError as error:
        raise Missing(f"the user that runs this has no name ({error})") from None
    return entry.pw_name, entry.pw_uid, entry.pw_gid


def _die_with_parent():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG


def _find(candidates, hint):
    for path in candidates:
        if os.access(path, os.X_OK):
            return path
    raise Missing(f"{hint} is not installed: run ./dev setup")


def missing():
    """Why these servers cannot run here, or None."""
    try:
        _find(["/usr/sbin/dovecot"], "Dovecot")
        _find([os.path.join(ROOT, "build/tools/exim4"), "/usr/sbin/exim4"], "Exim")
        if not os.path.isdir("/usr/lib/dovecot") or not os.path.exists("/usr/lib/dovecot/lmtp"):
            raise Missing("dovecot-lmtpd is not installed: run ./dev setup")
        if not shutil.which("openssl"):
            raise Missing("openssl is not installed: run ./dev setup")
        _nss_wrapper()
        server_user()
    except Missing as reason:
        return str(reason)
    return None


def _nss_wrapper():
    """Exim looks up a user Debian-exim at its start; this gives it one."""
    found = glob.glob("/usr/lib/*/libnss_wrapper.so")
    if not found:
        raise Missing("libnss-wrapper is not installed: run ./dev setup")
    return found[0]


class Servers:
    """See above.  Options: the names in the certificate, the days it lasts,
    Dovecot's fsync ("never" is fast), more Dovecot settings, another passdb."""

    def __init__(self, users=(), names=("DNS:localhost", "IP:127.0.0.1"), days=2, fsync="optimized",
                 dovecot_extra="", passdb=PASSDB, mechanisms="plain login"):
        reason = missing()
        if reason:
            raise Missing(reason)
        self.users = {WATCH: PASSWORD, ELSEWHERE: PASSWORD, f"sales-ops@{DOMAIN}": PASSWORD}
        self.users.update({user: PASSWORD for user in users})
        self._options = {"fsync": fsync, "extra": dovecot_extra, "mechanisms": mechanisms}
        self._passdb = passdb
        self._names, self._days = names, days
        self._dovecot = self._exim = None
        self._held = []
        self.work = None

    # Life -----------------------------------------------------------------

    def __enter__(self):
        self.work = tempfile.mkdtemp(prefix="poachwatch-servers-")
        try:
            self._prepare()
            self._hold_ports()
            self.start_imap()
            self.start_smtp()
        except BaseException:
            sys.stderr.write(self.logs()[-4000:])
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for stop in (self.stop_smtp, self.stop_imap):
            with contextlib.suppress(Exception):
                stop(signal.SIGKILL)
        while self._held:
            self._held.pop().close()
        if self.work:
            shutil.rmtree(self.work, ignore_errors=True)
            self.work = None

    def _prepare(self):
        self.user, self.uid, self.gid = server_user()
        for folder in ("dovecot/run", "mail", "home", "exim/spool", "secrets"):
            os.makedirs(os.path.join(self.work, folder))
        os.chmod(self.work, 0o755)
        self.authority = Authority(os.path.join(self.work, "ca"), days=max(2, self._days))
        self.other_authority = Authority(os.path.join(self.work, "other-ca"), "Some other CA")
        self.ca_file = self.authority.file
        self.cert, self.key = self.authority.issue("server", self._names, self._days)
        self.write_users()
        self._write("passwd", f"root:x:0:0:root:/:/bin/false\n{self.user}:x:{self.uid}:{self.gid}::/:/bin/false\n"
                    f"Debian-exim:x:{self.uid}:{self.gid}::/:/bin/false\n")
        self._write("group", f"root:x:0:\n{self._group()}:x:{self.gid}:\nDebian-exim:x:{self.gid}:\n")
        for base, folders, files in os.walk(self.work):
            for name in [base] + [os.path.join(base, each) for each in folders + files]:
                os.chown(name, self.uid, self.gid)

    def write_users(self):
        """Dovecot's and Exim's lists of who may log in, after a change of self.users."""
        self._write("users", "".join(f"{user}:{{PLAIN}}{secret}\n" for user, secret in self.users.items()))
        self._write("exim/users", "".join(f"{user}: {secret}\n" for user, secret in self.users.items()))

    def _write(self, name, text):
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chown(path, self.uid, self.gid)
        return path

    def _group(self):
        return grp.getgrgid(self.gid).gr_name

    def _hold_ports(self):
        self._held = [held_port() for _ in range(6)]
        (self.imap_port, self.imaps_port, self.lmtp_port, self.smtp_port, self.submission_port,
         self.smtps_port) = [held.getsockname()[1] for held in self._held]

    def _values(self):
        return dict(self._options, passdb=self._passdb.format(work=self.work), work=self.work,
                    cert=self.cert, key=self.key, user=self.user, group=self._group(), uid=self.uid, gid=self.gid, domain=DOMAIN,
                    elsewhere=ELSEWHERE, imap_port=self.imap_port, imaps_port=self.imaps_port,
                    lmtp_port=self.lmtp_port, smtp_port=self.smtp_port,
                    submission_port=self.submission_port, smtps_port=self.smtps_port)

    def _spawn(self, command, environment, ports, name):
        log = open(os.path.join(self.work, name + ".out"), "ab")
        helper = [sys.executable, os.path.abspath(__file__), "--become", str(os.getpid()),
                  str(self.uid), str(self.gid), *command]
        with log:
            process = subprocess.Popen(helper, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       cwd=self.work, env=environment, start_new_session=True)

        def ready():
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}")
            return all(answers(port) for port in ports)
        try:
            wait_until(ready, START_SECONDS, f"start of {name}")
        except BaseException:
            self._stop(process)
            raise
        return process

    # Dovecot --------------------------------------------------------------

    def start_imap(self):
        config = self._write("dovecot.conf", DOVECOT_CONF.format(**self._values()))
        self._dovecot = self._spawn(["/usr/sbin/dovecot", "-F", "-c", config],
                                    {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                                    [self.imap_port, self.imaps_port, self.lmtp_port], "dovecot")

    def stop_imap(self, how=signal.SIGTERM):
        """SIGKILL also takes the sessions with it, as a crash of the machine would."""
        self._stop(self._dovecot, how)
        self._dovecot = None

    def restart_imap(self):
        self.stop_imap()
        self.start_imap()

    # Exim -----------------------------------------------------------------

    def start_smtp(self):
        # hints that a killed Exim left half written would only be in the way
        shutil.rmtree(os.path.join(self.work, "exim/spool/db"), ignore_errors=True)
        config = self._write("exim.conf", EXIM_CONF.format(**self._values()))
        program = _find([os.path.join(ROOT, "build/tools/exim4"), "/usr/sbin/exim4"], "Exim")
        own = os.path.join(self.work, "exim4")
        if not os.path.exists(own):
            shutil.copyfile(program, own)  # a copy has no setuid bit
            os.chmod(own, 0o755)
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LD_PRELOAD": _nss_wrapper(),
                       "NSS_WRAPPER_PASSWD": os.path.join(self.work, "passwd"),
                       "NSS_WRAPPER_GROUP": os.path.join(self.work, "group")}
        self._exim = self._spawn([own, "-C", config, "-bdf", "-q5s"], environment,
                                 [self.smtp_port, self.submission_port, self.smtps_port], "exim")

    def stop_smtp(self, how=signal.SIGTERM):
        self._stop(self._exim, how)
        self._exim = None

    def restart_smtp(self):
        self.stop_smtp()
        self.start_smtp()

    @contextlib.contextmanager
    def smtp_says(self, what):
        """While inside: 'later' (4xx at RCPT), 'never' (5xx at RCPT) or 'too large' (5xx at DATA)."""
        name = {"later": "say-later", "never": "say-never", "too large": "refuse-large"}[what]
        path = self._write(f"exim/{name}", "")
        try:
            yield
        finally:
            os.unlink(path)

    @staticmethod
    def _stop(process, how=signal.SIGTERM):
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if how == signal.SIGKILL:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.send_signal(how)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):  # children that outlive their master
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # A child that is still dying may hold the port that the next server wants.
        wait_until(lambda: not group_lives(process.pid), 10, "end of a server's children")

    # Use ------------------------------------------------------------------

    def tls_context(self):
        return ssl.create_default_context(cafile=self.ca_file)

    def deliver(self, sender, recipients, raw):
        """By SMTP, as the world would; returns when Exim has accepted it."""
        self.deliver_all([(sender, recipients, raw)])

    def deliver_all(self, mails):
        """Many in one connection: (sender, recipients, bytes) each."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=120) as smtp:
            for sender, recipients, raw in mails:
                smtp.sendmail(sender, recipients, to_crlf(raw))

    def put(self, user, raws, folder="INBOX"):
        """Straight into a Maildir, for thousands of mails at once (bench, faults)."""
        sub = "" if folder == "INBOX" else f"/.{folder}"
        base = os.path.join(self.work, "mail", user + sub)
        for each in ("", "cur", "new", "tmp"):
            os.makedirs(os.path.join(base, each), exist_ok=True)
            os.chown(os.path.join(base, each), self.uid, self.gid)
        stamp = int(time.time())
        for number, raw in enumerate(raws):
            name = f"{stamp}.M{time.monotonic_ns()}P{number}.test"
            path = os.path.join(base, "tmp", name)
            with open(path, "wb") as file:
                file.write(raw)
            os.chown(path, self.uid, self.gid)
            os.rename(path, os.path.join(base, "new", name))  # whole, as Dovecot looks on

    def login(self, user):
        """An imaplib connection over verified TLS; close it with logout()."""
        def attempt():
            with contextlib.suppress(ConnectionError):  # a server that was just started anew may hang up once
                return imaplib.IMAP4_SSL("127.0.0.1", self.imaps_port, ssl_context=self.tls_context(),
                                         timeout=120)
        connection = wait_until(attempt, 10, "IMAP server that answers")
        connection.login(user, self.users[user])
        return connection

    def mails(self, user, folder="INBOX"):
        """[(uid, flags, raw bytes)] of a folder, in order of arrival."""
        connection = self.login(user)
        try:
            status, _ = connection.select(f'"{folder}"', readonly=True)
            if status != "OK":
                return []
            _, answer = connection.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
            found = []
            for item in answer:
                if isinstance(item, tuple):
                    head = item[0].decode("ascii", "replace")
                    uid = int(head.split("UID ")[1].split()[0].rstrip(")"))
                    flags = imaplib.ParseFlags(item[0])
                    found.append((uid, [flag.decode() for flag in flags], item[1]))
            return found
        finally:
            connection.logout()

    def counts(self, user, folder="INBOX"):
        """(mails, how many of them the agent has acknowledged), without fetching them."""
        connection = self.login(user)
        try:
            if connection.select(f'"{folder}"', readonly=True)[0] != "OK":
                return 0, 0
            return tuple(len(connection.uid("SEARCH", *what)[1][0].split())
                         for what in (("ALL",), ("KEYWORD", "$Poachwatch")))
        finally:
            connection.logout()

    def wait_for_mails(self, user, n, seconds=20, folder="INBOX"):
        return wait_until(lambda: (lambda got: got if len(got) >= n else None)(self.mails(user, folder)),
                          seconds, f"{n} mail(s) for {user}")

    def wait_for_count(self, user, n, seconds=30):
        wait_until(lambda: self.counts(user)[0] >= n, seconds, f"{n} mail(s) for {user}")

    def accepted(self):
        """The Message-ID of each mail that Exim took over, once for every time it did."""
        with open(os.path.join(self.work, "exim/mainlog"), encoding="utf-8", errors="replace") as log:
            return re.findall(r"^.* <= .* id=(\S+)", log.read(), re.MULTILINE)

    def wait_until_delivered(self, seconds=20):
        """Exim says that it took a mail over before the mailbox has it."""
        wait_until(lambda: not self.queued(), seconds, "empty mail queue")

    def queued(self):
        """The mails that Exim has taken over and not delivered.  Each has a header file and a data
        file; one without the other is what a killed Exim leaves of a mail that it had not taken
        over yet, or had delivered."""
        folder = os.path.join(self.work, "exim/spool/input")
        with contextlib.suppress(FileNotFoundError):
            names = set(os.listdir(folder))
            return [name[:-2] for name in names if name.endswith("-H") and name[:-2] + "-D" in names]
        return []

    def logs(self):
        """What the servers wrote, for the report of a failed test."""
        text = ""
        for name in ("dovecot.out", "dovecot.log", "exim.out", "exim/mainlog", "exim/paniclog"):
            path = os.path.join(self.work or "/nonexistent", name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    text += f"--- {name}\n{file.read()}"
        return text


def to_crlf(raw):
    return b"\r\n".join(raw.replace(b"\r\n", b"\n").split(b"\n"))


def _become(parent, uid, gid, command):
    """Drop root, become command, and get SIGTERM when parent ends, however it ends."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    _die_with_parent()
    if os.getppid() == parent:
        os.execv(command[0], command)
    return 1


def main(argv):
    if len(argv) > 5 and argv[1] == "--become":
        return _become(int(argv[2]), int(argv[3]), int(argv[4]), argv[5:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Servers(users=[address for address in argv[1:]]) as servers:
            print(f"folder     {servers.work}\nca_file    {servers.ca_file}\n"
                  f"imap       {servers.imap_port} (STARTTLS)  imaps {servers.imaps_port}\n"
                  f"smtp       {servers.smtp_port} (delivery)  submission {servers.submission_port}"
                  f" (STARTTLS)  smtps {servers.smtps_port}")
            for user, secret in servers.users.items():
                print(f"user       {user}  password '{secret}'")
            print("Ctrl-C ends them.", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        pass
    except Missing as reason:
        print(f"skipped: {reason}")
        return SKIP
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
