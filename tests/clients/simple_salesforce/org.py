"""Connections of simple-salesforce to the practice org."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import requests
import simple_salesforce
from simple_salesforce import Salesforce
from simple_salesforce.__version__ import __version__

from checks import AUTHORITY, TOKEN, URL, VERSION, Checks

checks = Checks("simple-salesforce", __version__)
exchange = {}


def kept(answer, *_, **__):
    body = answer.request.body or ""
    body = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    sent, got = (text[max(text.find("Body>"), 0) :][:600] for text in (body, answer.text))
    exchange["last"] = f"{answer.request.method} {answer.request.path_url[:300]} {sent!r} → {answer.status_code} {got!r}"


checks.last = lambda: exchange.get("last", "")
checks.forget = exchange.clear


class ToPractice(requests.adapters.HTTPAdapter):
    """The library signs in at `https://<domain>.salesforce.com` only: this adapter sends that to the practice org."""

    def send(self, request, **options):
        host = request.url.split("/")[2]
        request.url = request.url.replace(f"https://{host}", URL, 1)
        return super().send(request, **options)


def session():
    made = requests.Session()
    made.verify = AUTHORITY
    made.hooks["response"].append(kept)
    for host in ["https://login.salesforce.com", "https://test.salesforce.com", "https://usher-practice.my.salesforce.com"]:
        made.mount(host, ToPractice())
    return made


def connected(version=VERSION, token=TOKEN):
    return Salesforce(instance_url=URL, session_id=token, version=version, session=session())


sf = connected()
__all__ = ["checks", "session", "connected", "sf", "simple_salesforce", "Salesforce"]
