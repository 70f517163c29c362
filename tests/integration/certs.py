# SPDX-License-Identifier: Apache-2.0
"""Throw-away certificates, made with openssl: a CA, and what it vouches for."""

import os
import subprocess


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)


class Authority:
    """A CA in a folder of its own; `file` is what clients are given as ca_file."""

    def __init__(self, folder, name="Throw-away CA", days=2):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.file = os.path.join(folder, "ca.pem")
        self._key = os.path.join(folder, "ca.key")
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                 "-nodes", "-keyout", self._key, "-out", self.file, "-days", str(days),
                 "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
                 "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, name, alternative_names=("DNS:localhost", "IP:127.0.0.1"), days=2):
        """Returns (certificate, key); days may be negative: expired already."""
        base = os.path.join(self.folder, name)
        _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-keyout", base + ".key", "-out", base + ".csr", "-subj", f"/CN={name}")
        with open(base + ".ext", "w", encoding="ascii") as file:
            file.write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                       "extendedKeyUsage=serverAuth\n"
                       f"subjectAltName={','.join(alternative_names)}\n")
        _openssl("x509", "-req", "-in", base + ".csr", "-CA", self.file, "-CAkey", self._key,
                 "-CAcreateserial", "-days", str(days), "-extfile", base + ".ext",
                 "-out", base + ".pem")
        return base + ".pem", base + ".key"
