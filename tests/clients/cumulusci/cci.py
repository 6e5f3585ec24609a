"""Calls of CumulusCI, each a process, in a project of its own."""

import json
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from checks import AUTHORITY, FOLDER, Checks

BIN = os.environ["CLIENTS_CCI"]
HOME = f"{FOLDER}/home"
PROJECT = f"{FOLDER}/project"
CALLBACK = json.load(open(f"{FOLDER}/callback.json"))
os.makedirs(HOME, exist_ok=True)
os.makedirs(PROJECT, exist_ok=True)

ENVIRONMENT = {
    "HOME": HOME,
    "PATH": f"{BIN}:{os.environ['PATH']}",
    "REQUESTS_CA_BUNDLE": AUTHORITY,
    "CUMULUSCI_KEY": "0123456789abcdef",
    "BROWSER": f"{sys.executable} {HERE}/browser.py %s &",
    "PYTHONPATH": os.path.dirname(HERE),
    "PYTHONDONTWRITEBYTECODE": "1",
    "CLIENTS_FOLDER": FOLDER,
    "COLUMNS": "200",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "LANG": "C.UTF-8",
}
told = {}


def call(*words, more=None, says=""):
    done = subprocess.run(
        [f"{BIN}/cci", *words],
        cwd=PROJECT,
        env={**ENVIRONMENT, **(more or {})},
        input=says,
        capture_output=True,
        text=True,
        timeout=150,
    )
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    told["last"] = f"cci {' '.join(words)} → exit {done.returncode} {text[-900:]}"
    return done.returncode, text


def cci(*words, **options):
    """The text of a command that must succeed."""
    code, text = call(*words, **options)
    if code != 0:
        raise AssertionError(f"exit {code}: {text[-700:]}")
    return text


def task(name, /, **options):
    """A task in the practice org."""
    return cci("task", "run", name, "--org", "practice", *[word for key, value in options.items() for word in (f"--{key}", value)])


def values(*names):
    """The values that tasks return."""
    line = [f"{BIN}/python", f"{HERE}/values.py", *names]
    done = subprocess.run(line, cwd=PROJECT, env=ENVIRONMENT, capture_output=True, text=True, timeout=150)
    told["last"] = f"tasks {' '.join(names)} → exit {done.returncode} {(done.stdout + done.stderr)[-900:]}"
    if done.returncode != 0:
        raise AssertionError(f"exit {done.returncode}: {done.stderr[-700:]}")
    return json.loads(done.stdout.splitlines()[-1])


def write(name, text):
    path = f"{PROJECT}/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    return path


told_version = subprocess.run(
    [f"{BIN}/python", "-c", "import importlib.metadata as m; print(m.version('cumulusci'))"], capture_output=True, text=True
)
checks = Checks("CumulusCI", told_version.stdout.strip())
checks.last = lambda: told.get("last", "")
checks.forget = told.clear

# CumulusCI asks PyPI for a newer version once an hour: it has just done so.
os.makedirs(f"{HOME}/.cumulusci", exist_ok=True)
with open(f"{HOME}/.cumulusci/cumulus_timestamp", "w") as file:
    file.write(str(time.time()))

subprocess.run(["git", "init", "-q", PROJECT], env=ENVIRONMENT, check=True)
subprocess.run(
    ["git", "-C", PROJECT, "-c", "user.name=c", "-c", "user.email=c@example.com", "commit", "-q", "--allow-empty", "-m", "begin"],
    env=ENVIRONMENT,
    check=True,
)
subprocess.run(["git", "-C", PROJECT, "remote", "add", "origin", "https://github.com/example/clients.git"], env=ENVIRONMENT, check=True)
write(
    "cumulusci.yml",
    """minimum_cumulusci_version: '4.0.0'
project:
  name: clients
  package:
    name: clients
    api_version: '62.0'
  git:
    default_branch: main
tasks:
  owd:
    class_path: cumulusci.tasks.metadata_etl.SetOrgWideDefaults
    options:
      org_wide_defaults:
        - api_name: Account
          internal_sharing_model: Read
          external_sharing_model: Private
""",
)
