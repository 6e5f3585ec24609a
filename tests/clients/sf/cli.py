"""Calls of the Salesforce CLI with `--json` against the practice org: signing in in processes, the rest in one."""

import json
import os
import select
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from checks import ADMIN, AUTHORITY, FOLDER, JWT_CONSUMER, READY, URL, Checks

NODE = os.environ["CLIENTS_NODE"]
HOME = f"{FOLDER}/home"
PROJECT = f"{FOLDER}/project"
PATH_OF_CLI = f"{NODE}/node_modules/@salesforce/cli"
os.makedirs(HOME, exist_ok=True)
os.makedirs(f"{PROJECT}/force-app/main/default", exist_ok=True)
with open(f"{PROJECT}/sfdx-project.json", "w") as file:
    json.dump({"packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": "62.0"}, file)

checks = Checks("sf", json.load(open(f"{PATH_OF_CLI}/package.json"))["version"])
told = {}
checks.last = lambda: told.get("last", "")
checks.forget = told.clear

ENVIRONMENT = {
    "HOME": HOME,
    "PATH": f"{NODE}/node_modules/.bin:{os.environ['PATH']}",
    "NODE_EXTRA_CA_CERTS": AUTHORITY,
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
    "SF_DISABLE_TELEMETRY": "true",
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_DISABLE_AUTOUPDATE": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_DISABLE_LOG_FILE": "true",
    "NODE_COMPILE_CACHE": f"{NODE}/compiled",
    "SF_ACCESS_TOKEN": READY["token"],
    "NO_COLOR": "1",
}


class Many:
    """One process for many commands (`many.mjs`)."""

    process = None

    def __call__(self, words, timeout):
        if self.process is None:
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "many.mjs")
            self.process = subprocess.Popen(
                [f"{NODE}/node_modules/.bin/node", "--no-deprecation", script, PATH_OF_CLI],
                cwd=PROJECT,
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        self.process.stdin.write(json.dumps(list(words)) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], timeout)[0]:
            self.end()
            raise AssertionError(f"no answer within {timeout} s")
        line = self.process.stdout.readline()
        if not line:
            self.end()
            raise AssertionError("the command ended the process")
        answer = json.loads(line)
        return answer["code"], answer["text"]

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


many = Many()


def alone(words, timeout):
    """A command in a process of its own, as people call it."""
    line = [f"{NODE}/node_modules/.bin/node", "--no-deprecation", f"{PATH_OF_CLI}/bin/run.js", *words]
    done = subprocess.run(line, cwd=PROJECT, env=ENVIRONMENT, capture_output=True, text=True, timeout=timeout)
    return done.returncode, done.stdout


def call(*words, json_out=True, timeout=150, way=None):
    """The whole answer: the JSON document, or code and text."""
    if json_out:
        words = (*words, "--json")
    code, text = (way or many)(words, timeout)
    told["last"] = f"sf {' '.join(words)} → exit {code} {text[:900]}"
    if not json_out:
        return code, text
    begin = text.find("{")
    if begin < 0:
        raise AssertionError(f"no JSON: {text[:500]}")
    return json.loads(text[begin:])


def sf(*words, **options):
    """The result of a command that must succeed."""
    answer = call(*words, **options)
    if answer.get("status", 1) != 0:
        raise AssertionError(f"{answer.get('name')}: {answer.get('message') or answer.get('result')}")
    return answer["result"]


def login(alias):
    """Signs the administrator in by JWT, which renews its sessions by itself."""
    return sf(
        *["org", "login", "jwt", "--username", ADMIN, "--jwt-key-file", f"{FOLDER}/jwt.key"],
        *["--client-id", JWT_CONSUMER, "--instance-url", URL, "--alias", alias, "--set-default"],
        way=alone,
    )


def refuses(*words, **options):
    """Name and message of a command that must fail."""
    answer = call(*words, **options)
    if answer.get("status") == 0:
        raise AssertionError(f"it was not refused: {answer['result']}")
    return answer


def write(name, text):
    path = f"{PROJECT}/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    return path
