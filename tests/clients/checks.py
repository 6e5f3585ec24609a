"""Checks of one client: each has a name and asserts values. The report says what passed, failed and was refused."""

import json
import os
import ssl
import time
import traceback
import urllib.request

FOLDER = os.environ["CLIENTS_FOLDER"]
READY = json.load(open(f"{FOLDER}/ready.json"))
URL, TOKEN, AUTHORITY = READY["url"], READY["token"], READY["authority"]
ADMIN = "admin@practice.usher.example"
PASSWORD = "correct horse 1"
CONSUMER, SECRET, JWT_CONSUMER = "3MVG9.clients", "clients-secret", "3MVG9.jwt"
VERSION = "62.0"


class Checks:
    def __init__(self, client, version):
        self.report = {"client": client, "version": version, "passed": [], "failed": [], "refused": []}
        # The last request and its answer, and forgetting them: a client sets both where it shows them.
        self.last = lambda: ""
        self.forget = lambda: None

    def check(self, name):
        """Runs the function at once. An exception is a failure; the next check goes on."""

        def run(function):
            begin = time.monotonic()
            self.forget()
            try:
                function()
                self.report["passed"].append(name)
                print(f"  ok      {name} ({time.monotonic() - begin:.1f} s)", flush=True)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                place = traceback.extract_tb(error.__traceback__)[-1]
                at = [f for f in traceback.extract_tb(error.__traceback__) if "tests/clients" in f.filename]
                line = at[-1].lineno if at else place.lineno
                why = f"{type(error).__name__}: {error}"[:1500]
                self.report["failed"].append({"name": name, "line": line, "why": why, "exchange": self.last()})
                print(f"  FAILED  {name} (line {line}): {why}\n          {self.last()}", flush=True)
            return function

        return run

    def refused(self, name, reason):
        """A refusal that is right: the function asserts its code. It counts apart, with the reason."""

        def run(function):
            before = len(self.report["passed"])
            self.check(name)(function)
            if len(self.report["passed"]) > before:
                self.report["passed"].pop()
                self.report["refused"].append({"name": name, "reason": reason})
            return function

        return run

    def end(self):
        with open(f"{FOLDER}/report.json", "w") as file:
            json.dump(self.report, file, indent=1)


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r}, wanted {wanted!r}")


def holds(text, part):
    if part not in str(text):
        raise AssertionError(f"{part!r} is not in {str(text)[:800]!r}")


def raises(kind, function):
    """The exception that the function must raise."""
    try:
        got = function()
    except kind as error:
        return error
    raise AssertionError(f"it was not refused: {got!r}")


def wait_for(what, function, seconds=30):
    """The first true answer of the function."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = function()
        if got:
            return got
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds} s")


def plain(method, path, body=None, token=TOKEN):
    """A request without any client, for what no client has: the practice face, and looking afterwards."""
    request = urllib.request.Request(URL + path, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", "application/json")
    context = ssl.create_default_context(cafile=AUTHORITY)
    with urllib.request.urlopen(request, context=context, timeout=60) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def rows(soql):
    from urllib.parse import quote

    found = plain("GET", f"/services/data/v{VERSION}/query?q={quote(soql)}")["records"]
    return [{k: v for k, v in row.items() if k != "attributes"} for row in found]
