"""Prepares the org of one client: two apps, a password for the users, and a key for JWTs."""

import json
import socket
import subprocess

from checks import ADMIN, CONSUMER, FOLDER, JWT_CONSUMER, PASSWORD, SECRET, plain

subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=clients"]
    + ["-keyout", f"{FOLDER}/jwt.key", "-out", f"{FOLDER}/jwt.crt"],
    check=True,
    stderr=subprocess.DEVNULL,
)
# The port where `cci org connect` waits for the code.
with socket.socket() as free:
    free.bind(("localhost", 0))
    callback = f"http://localhost:{free.getsockname()[1]}/callback"
with open(f"{FOLDER}/callback.json", "w") as file:
    json.dump(callback, file)
plain("PATCH", "/practice/settings", {"practice.password": PASSWORD, "practice.soapLogin": True})
plain(
    "POST",
    "/practice/apps",
    {
        "name": "Clients",
        "client_id": CONSUMER,
        "secret": SECRET,
        "secret_required": False,
        "callback_urls": ["http://localhost:1717/OauthRedirect", callback],
        "client_credentials": True,
        "run_as": ADMIN,
        "scopes": ["api", "full", "refresh_token", "web", "openid", "id"],
    },
)
# JWTs need an app that an administrator approved for the user.
plain(
    "POST",
    "/practice/apps",
    {
        "name": "Clients by JWT",
        "client_id": JWT_CONSUMER,
        "callback_urls": ["http://localhost:1717/OauthRedirect"],
        "certificate": open(f"{FOLDER}/jwt.crt").read(),
        "permitted": "approved",
        "profiles": ["System Administrator"],
        "scopes": ["api", "refresh_token", "web"],
    },
)
