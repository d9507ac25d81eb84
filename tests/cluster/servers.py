"""sqld: a primary and its replicas, with the unchanged lore.so, spoken to over HTTP."""
import hashlib
import http.client
import json
import shutil
import signal
import subprocess
import threading
import time

from client import Insistent, Lost, Refused
from support import LORE, ROOT


def fetch():
    """(path of sqld, None), or (None, why there is none)."""
    found = subprocess.run([ROOT / "tests" / "cluster" / "fetch_sqld"], capture_output=True, text=True)
    said = found.stdout.strip()
    return (said, None) if found.returncode == 0 else (None, said)


def extensions(folder):
    """A folder that sqld trusts: each library with its checksum."""
    folder.mkdir()
    shutil.copy(LORE, folder / "lore.so")
    checksum = hashlib.sha256((folder / "lore.so").read_bytes()).hexdigest()
    (folder / "trusted.lst").write_text(f"{checksum}  lore.so\n")
    return folder


class Server(Insistent):
    def __init__(self, program, folder, port, trusted, primary=None):
        """Serves HTTP at port and, a primary, its replicas at port + 1."""
        self.folder, self.port = folder, port
        self.command = [program, "--db-path", folder, "--extensions-path", trusted, "--no-welcome",
                        "--http-listen-addr", f"127.0.0.1:{port}"]
        if primary:
            self.command += ["--primary-grpc-url", f"http://127.0.0.1:{primary.port + 1}"]
        else:
            self.command += ["--grpc-listen-addr", f"127.0.0.1:{port + 1}"]
        self.start()

    def start(self):
        with open(f"{self.folder}.log", "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        end = time.monotonic() + 30
        while True:
            try:
                return self.query("SELECT 1")
            except Lost:
                assert self.process.poll() is None and time.monotonic() < end, "sqld does not answer"
                time.sleep(0.05)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return time.monotonic()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def run(self, *statements):
        """One session for these statements, each a text or (text, value…): the answer of each."""
        session = Session(self.port)
        asked = [(one,) if isinstance(one, str) else one for one in statements]
        return [session.run(*one, is_last=number == len(asked)) for number, one in enumerate(asked, 1)]

    def query(self, sql, *values):
        return self.run((sql, *values))[0]

    exec = query

    def close(self):
        """There is nothing to close: a session ends with its last statement."""


class Session:
    """One connection on the server: the baton that each answer brings is handed back with the next request."""

    kept = threading.local()  # a connection of HTTP for each thread and server

    def __init__(self, port):
        self.port, self.baton = port, None

    def _post(self, requests):
        if not hasattr(self.kept, "connections"):
            self.kept.connections = {}
        connection = self.kept.connections.pop(self.port, None) or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/v2/pipeline", json.dumps({"baton": self.baton, "requests": requests}),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Lost(str(error)) from error
        self.kept.connections[self.port] = connection
        if answer.status != 200:
            raise Lost(body.decode())
        return json.loads(body)

    def run(self, sql, *values, is_last=False):
        execute = {"type": "execute", "stmt": {"sql": sql, "args": [argument(value) for value in values]}}
        said = self._post([execute, {"type": "close"}] if is_last else [execute])
        self.baton, result = said["baton"], said["results"][0]
        if result["type"] == "error":
            message = result["error"]["message"]
            raise Refused(message, is_busy="database is locked" in message)
        return [tuple(plain(value) for value in row) for row in result["response"]["result"]["rows"]]


def argument(value):
    if isinstance(value, int):
        return {"type": "integer", "value": str(value)}
    return {"type": "float", "value": value} if isinstance(value, float) else {"type": "text", "value": value}


def plain(value):
    kind = value["type"]
    return None if kind == "null" else int(value["value"]) if kind == "integer" else value.get("value", value.get("base64"))
