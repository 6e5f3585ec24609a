"""Usher over the real `sf`: it takes over the orgs that `sf` is signed in to, and asks it for tokens."""

import json
import os
import subprocess

from checks import ADMIN, AUTHORITY, FOLDER, URL, equal, rows
from cli import ENVIRONMENT, NODE, PATH_OF_CLI, PROJECT, checks, sf

ORG = rows("SELECT Id FROM Organization")[0]["Id"]
PROGRAMS = f"{FOLDER}/programs"


def usher(*words):
    """Exit code, standard output and standard error of a command of Usher."""
    os.makedirs(PROGRAMS, exist_ok=True)
    program = f"{PROGRAMS}/sf"
    with open(program, "w") as file:
        file.write(f'#!/bin/sh\nexec {NODE}/node_modules/.bin/node --no-deprecation {PATH_OF_CLI}/bin/run.js "$@"\n')
    os.chmod(program, 0o700)
    environment = {
        **ENVIRONMENT,
        "PATH": f"{PROGRAMS}:/usr/bin:/bin",
        "USHER_HOME": f"{FOLDER}/importing",
        # The authority of the practice org is that of the machine, for Usher.
        "SSL_CERT_FILE": AUTHORITY,
    }
    line = [os.environ["CLIENTS_USHER"], *words]
    done = subprocess.run(line, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=150)
    return done.returncode, done.stdout, done.stderr


@checks.check("usher org import-sf")
def _():
    sf("alias", "set", f"imported={ADMIN}")
    code, out, err = usher("org", "import-sf", ADMIN, "--json")
    equal((code, err if code else ""), (0, ""))
    added = json.loads(out)["added"]
    equal([(org["name"], org["address"], org["org_id"]) for org in added], [("imported", URL, ORG)])


@checks.check("usher plan over the token of sf")
def _():
    code, out, err = usher("plan", "fsc/assign-permissions", "--org", "imported", "--json")
    equal((code, err if code else ""), (0, ""))
    identity = json.loads(out)["org"]
    equal((identity["id"], identity["username"]), (ORG, ADMIN))
    kept = subprocess.run(["grep", "-rlE", "00D[A-Za-z0-9]{12,15}!", f"{FOLDER}/importing"], capture_output=True, text=True)
    equal(kept.stdout, "")
