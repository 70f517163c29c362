# SPDX-License-Identifier: Apache-2.0
"""Servers that misbehave on purpose, without TLS on loopback."""

import contextlib
import socket
import threading


class Fake:
    """Serves each connection in a thread of its own with serve(connection, number)."""

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            number, self.connections = self.connections, self.connections + 1
            threading.Thread(target=self._run, args=(sock, number), daemon=True).start()

    def _run(self, sock, number):
        with contextlib.suppress(OSError, EOFError), sock:
            self.serve(Line(sock), number)


class Line:
    """A connection by lines."""

    def __init__(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb")

    def read(self):
        line = self.file.readline(1 << 20)
        if not line:
            raise EOFError
        return line.rstrip(b"\r\n")

    def say(self, *lines):
        self.sock.sendall(b"".join((line if isinstance(line, bytes) else line.encode()) + b"\r\n"
                                   for line in lines))


class FakeSmtp(Fake):
    """Accepts mail, except that `trouble` decides: {command: reply}, the command being one of
    greeting EHLO MAIL RCPT DATA body QUIT.  A reply of None hangs up; for body, "drop" accepts
    the mail and hangs up without saying so.  It happens the first `times` times."""

    def __init__(self, trouble=None, times=1):
        self.trouble, self.times = trouble or {}, times
        self.accepted = []

    def answer(self, command, usual):
        """The trouble while there is some left to make, else what is usual."""
        if command not in self.trouble or self.times == 0:
            return usual
        self.times -= 1
        return self.trouble[command]

    def reply(self, line, command, usual):
        answer = self.answer(command, usual)
        if answer is None:
            raise EOFError
        line.say(answer)
        return answer

    def serve(self, line, _number):
        self.reply(line, "greeting", "220 fake ESMTP")
        while True:
            command = line.read().split(b" ", 1)[0].split(b":", 1)[0].upper().decode()
            if command in ("EHLO", "HELO"):
                self.reply(line, "EHLO", "250 fake")
            elif command == "DATA":
                if self.reply(line, "DATA", "354 go on").startswith("3"):
                    self.body(line)
            elif command == "QUIT":
                self.reply(line, "QUIT", "221 bye")
                return
            else:
                self.reply(line, command, "250 ok")

    def body(self, line):
        lines = []
        while (text := line.read()) != b".":
            lines.append(text[1:] if text.startswith(b".") else text)
        answer = self.answer("body", "250 accepted")
        if answer == "drop" or (answer or "").startswith("2"):
            self.accepted.append(b"\r\n".join(lines))
        if answer in (None, "drop"):
            raise EOFError
        line.say(answer)


class FakeImap(Fake):
    """A mailbox of `mails`; hooks may put bytes before the answer to a command, or replace it.
    hook(command, arguments, connection number) gives None (as usual), bytes to say first, or
    a Replace; it may raise EOFError to hang up."""

    def __init__(self, mails=(), hook=lambda command, arguments, number: None, uidvalidity=1):
        self.mails = {uid: [raw, set()] for uid, raw in enumerate(mails, 1)}
        self.hook, self.uidvalidity = hook, uidvalidity
        self.commands = []

    def serve(self, line, number):
        first = self.hook("greeting", "", number)
        line.say(first if isinstance(first, bytes) else b"* OK ready")
        while True:
            tag, _, rest = line.read().partition(b" ")
            command, _, arguments = rest.decode("latin-1").partition(" ")
            if command.upper() == "UID":
                command, _, arguments = arguments.partition(" ")
            command = command.upper()
            self.commands.append(command)
            extra = self.hook(command, arguments, number)
            if isinstance(extra, Replace):
                line.sock.sendall(extra.raw.replace(b"TAG", tag))
                continue
            if extra:
                line.sock.sendall(extra)
            answer = getattr(self, "do_" + command.lower(), self.do_other)(line, arguments)
            line.say(tag + b" " + (answer or b"OK done"))
            if command == "LOGOUT":
                return

    def do_other(self, line, arguments):
        return b"OK done"

    def do_capability(self, line, _):
        line.say("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN UIDPLUS")

    def do_authenticate(self, line, arguments):
        if " " not in arguments:
            line.say("+ ")
            line.read()

    def do_select(self, line, _):
        line.say("* FLAGS (\\Seen \\Deleted $Poachwatch)",
                 "* OK [PERMANENTFLAGS (\\Seen \\Deleted $Poachwatch \\*)] ok", f"* {len(self.mails)} EXISTS",
                 "* 0 RECENT", f"* OK [UIDVALIDITY {self.uidvalidity}] ok",
                 f"* OK [UIDNEXT {max(self.mails, default=0) + 1}] ok")
        return b"OK [READ-WRITE] selected"

    def chosen(self, text):
        top, found = max(self.mails, default=0), []
        for part in text.split(","):
            low, _, high = part.partition(":")
            ends = sorted(top if end == "*" else int(end) for end in (low, high or low))
            found += [uid for uid in self.mails if ends[0] <= uid <= ends[1]]
        return sorted(set(found))

    def do_search(self, line, _):
        line.say("* SEARCH" + "".join(f" {uid}" for uid in self.mails))

    def do_fetch(self, line, arguments):
        uids, _, items = arguments.partition(" ")
        for number, uid in enumerate(sorted(self.mails), 1):
            if uid not in self.chosen(uids):
                continue
            raw, flags = self.mails[uid]
            head = (f"* {number} FETCH (UID {uid} FLAGS ({' '.join(sorted(flags))}) RFC822.SIZE {len(raw)} "
                    'INTERNALDATE "' + self.today() + '"')
            if "BODY" in items:
                line.sock.sendall(f"{head} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
            else:
                line.say(head + ")")

    @staticmethod
    def today():
        import time
        return time.strftime("%d-%b-%Y %H:%M:%S +0000", time.gmtime())

    def do_store(self, line, arguments):
        uids, _, rest = arguments.partition(" ")
        flags = rest[rest.index("(") + 1:rest.index(")")].split()
        for uid in self.chosen(uids):
            self.mails[uid][1].update(flags)


class Replace:
    """Bytes that stand for the whole answer; TAG in them becomes the command's tag."""

    def __init__(self, raw):
        self.raw = raw
