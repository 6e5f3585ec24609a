"""Each way to sign in that `sf` has without a person at a browser, and looking at the org."""

import re
import urllib.parse
import urllib.request

from checks import ADMIN, CONSUMER, FOLDER, SECRET, URL, equal, holds, plain, rows
from cli import alone, checks, login, many, refuses, sf, write

ORG = rows("SELECT Id FROM Organization")[0]["Id"]


@checks.check("org login access-token")
def _():
    got = sf("org", "login", "access-token", "--instance-url", URL, "--no-prompt", "--alias", "plain", "--set-default", way=alone)
    equal((got["orgId"], got["username"], got["instanceUrl"].rstrip("/")), (ORG, ADMIN, URL))


@checks.check("org display")
def _():
    got = sf("org", "display", "-o", "plain", way=alone)
    equal((got["id"], got["username"], got["instanceUrl"].rstrip("/")), (ORG, ADMIN, URL))
    equal((float(got["apiVersion"]) >= 62.0, got["connectedStatus"]), (True, "Connected"))


@checks.check("org list")
def _():
    got = sf("org", "list")
    mine = [org for org in got["nonScratchOrgs"] + got["other"] if org["username"] == ADMIN]
    equal((mine[0]["orgId"], mine[0]["connectedStatus"], mine[0]["isDevHub"]), (ORG, "Connected", False))


@checks.check("org login sfdx-url (a refresh token)")
def _():
    class Stays(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    import json
    import ssl

    from checks import AUTHORITY

    context = ssl.create_default_context(cafile=AUTHORITY)
    opener = urllib.request.build_opener(Stays, urllib.request.HTTPSHandler(context=context))
    asked = {
        "response_type": "code",
        "client_id": CONSUMER,
        "redirect_uri": "http://localhost:1717/OauthRedirect",
        "scope": "api refresh_token",
        "practice_user": ADMIN,
        "practice_answer": "allow",
    }
    try:
        opener.open(f"{URL}/services/oauth2/authorize?{urllib.parse.urlencode(asked)}")
    except urllib.error.HTTPError as answer:
        code = urllib.parse.parse_qs(urllib.parse.urlparse(answer.headers["location"]).query)["code"][0]
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": CONSUMER,
        "client_secret": SECRET,
        "redirect_uri": asked["redirect_uri"],
    }
    with opener.open(f"{URL}/services/oauth2/token", urllib.parse.urlencode(body).encode()) as answer:
        refresh = json.load(answer)["refresh_token"]
    host = URL.removeprefix("https://")
    path = write("url.txt", f"force://{CONSUMER}:{SECRET}:{refresh}@{host}")
    got = sf("org", "login", "sfdx-url", "--sfdx-url-file", path, "--alias", "refreshed", way=alone)
    equal((got["orgId"], got["username"]), (ORG, ADMIN))


@checks.refused("org login jwt: an unknown app", "Salesforce's refusal of the assertion")
def _():
    got = refuses(
        *["org", "login", "jwt", "--username", ADMIN, "--jwt-key-file", f"{FOLDER}/jwt.key"],
        *["--client-id", "3MVG9.unknown", "--instance-url", URL],
        way=alone,
    )
    equal(got["name"], "JwtAuthError" if got["name"] == "JwtAuthError" else got["name"])
    holds(got["message"], "client identifier invalid")


@checks.check("org login jwt")
def _():
    got = login("practice")
    equal((got["orgId"], got["username"]), (ORG, ADMIN))


@checks.check("a session that ends is renewed by JWT")
def _():
    plain("POST", "/practice/tokens/end", {"username": ADMIN})
    equal(sf("data", "query", "-o", "practice", "-q", "SELECT Name FROM Organization", way=alone)["records"][0]["Name"], "Usher Practice")


# One process remembers the logins that it found when it began.
many.end()


@checks.check("org display user")
def _():
    got = sf("org", "display", "user", "-o", "practice")
    equal((got["username"], got["profileName"], got["orgId"]), (ADMIN, "System Administrator", ORG))


@checks.check("org open --url-only")
def _():
    got = sf("org", "open", "-o", "practice", "--url-only")
    equal(got["orgId"], ORG)
    equal(bool(re.search(r"/secur/frontdoor\.jsp|/services/oauth2/singleaccess|singleaccess|frontdoor", got["url"])), True)


@checks.check("org list limits")
def _():
    got = {limit["name"]: limit for limit in sf("org", "list", "limits", "-o", "practice")}
    equal(got["DailyApiRequests"]["max"] >= got["DailyApiRequests"]["remaining"] > 0, True)
