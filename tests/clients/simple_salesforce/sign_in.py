"""Each way to sign in that simple-salesforce has."""

from checks import ADMIN, CONSUMER, FOLDER, JWT_CONSUMER, PASSWORD, SECRET, TOKEN, equal, holds, raises
from org import Salesforce, checks, connected, session, sf
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceExpiredSession


def works(signed_in):
    """The session is the administrator's."""
    me = signed_in.oauth2("userinfo")
    equal(me["preferred_username"], ADMIN)
    equal(signed_in.query("SELECT COUNT() FROM Organization")["totalSize"], 1)


@checks.check("sign-in: access token")
def _():
    equal(sf.auth_type, "direct")
    works(sf)


@checks.check("sign-in: username, password, security token (SOAP login)")
def _():
    signed = Salesforce(username=ADMIN, password=PASSWORD, security_token="", session=session(), version="62.0")
    equal(signed.session_id.startswith("00D"), True)
    equal(signed.session_id != TOKEN, True)
    works(signed)


@checks.check("sign-in: username, password, organization (SOAP login)")
def _():
    org = TOKEN.split("!")[0]
    works(Salesforce(username=ADMIN, password=PASSWORD, organizationId=org, session=session(), version="62.0"))


@checks.check("sign-in: username, password, app (OAuth password)")
def _():
    works(Salesforce(username=ADMIN, password=PASSWORD, consumer_key=CONSUMER, consumer_secret=SECRET, session=session()))


@checks.check("sign-in: JWT")
def _():
    works(Salesforce(username=ADMIN, consumer_key=JWT_CONSUMER, privatekey_file=f"{FOLDER}/jwt.key", session=session()))


@checks.check("sign-in: client credentials")
def _():
    works(
        Salesforce(consumer_key=CONSUMER, consumer_secret=SECRET, domain="usher-practice.my", session=session())
    )


@checks.refused("sign-in: wrong password by SOAP", "Salesforce's INVALID_LOGIN")
def _():
    error = raises(
        SalesforceAuthenticationFailed,
        lambda: Salesforce(username=ADMIN, password="wrong", security_token="", session=session(), version="62.0"),
    )
    equal(error.code, "INVALID_LOGIN")
    holds(checks.last(), "Invalid username, password, security token; or user locked out.")


@checks.refused("sign-in: wrong password by OAuth", "Salesforce's invalid_grant")
def _():
    error = raises(
        SalesforceAuthenticationFailed,
        lambda: Salesforce(
            username=ADMIN, password="wrong", consumer_key=CONSUMER, consumer_secret=SECRET, session=session()
        ),
    )
    # The library forgets to put the answer into its message.
    equal(error.code, "invalid_grant")


@checks.refused("sign-in: JWT of an unknown app", "Salesforce's invalid_client_id")
def _():
    error = raises(
        SalesforceAuthenticationFailed,
        lambda: Salesforce(username=ADMIN, consumer_key="3MVG9.x", privatekey_file=f"{FOLDER}/jwt.key", session=session()),
    )
    equal(error.code in ("invalid_client_id", "invalid_client"), True)


@checks.refused("sign-in: a session that is not there", "Salesforce's INVALID_SESSION_ID")
def _():
    error = raises(SalesforceExpiredSession, lambda: connected(token="00Dxx!nothing").query("SELECT Id FROM User"))
    equal(error.content[0]["errorCode"], "INVALID_SESSION_ID")


@checks.check("oauth2: userinfo names org and user")
def _():
    me = sf.oauth2("userinfo")
    equal(me["organization_id"], sf.query("SELECT Id FROM Organization")["records"][0]["Id"])
    equal(me["user_id"], sf.query(f"SELECT Id FROM User WHERE Username = '{ADMIN}'")["records"][0]["Id"])
