"""Sites through Connect."""

from checks import equal, holds, raises, wait_for
from org import checks, sf
from simple_salesforce.exceptions import SalesforceError


@checks.check("connect: sites and templates")
def _():
    found = sf.restful("connect/communities")
    equal((found["total"], found["communities"][0]["name"]), (1, "Client Portal"))
    equal(found["communities"][0]["siteUrl"].endswith("/clients"), True)
    holds(sf.restful("connect/communities/templates")["templates"], "Customer Service")


@checks.check("connect: create and publish a site")
def _():
    job = sf.restful(
        "connect/communities",
        method="POST",
        json={
            "name": "Made by Python",
            "urlPathPrefix": "python",
            "templateName": "Customer Service",
            "description": "A site",
        },
    )
    equal(job["jobId"][:3], "08P")
    site = wait_for(
        "the site",
        lambda: sf.query("SELECT Id, UrlPathPrefix, Status FROM Network WHERE Name = 'Made by Python'")["records"],
    )[0]
    equal((site["UrlPathPrefix"], site["Status"]), ("python", "UnderConstruction"))
    status = f"SELECT Status FROM BackgroundOperation WHERE Id = '{job['jobId']}'"
    wait_for("the job", lambda: sf.query(status)["records"][0]["Status"] == "Complete")
    published = sf.restful(f"connect/communities/{site['Id']}/publish", method="POST", json={})
    equal((published["id"], published["name"]), (site["Id"], "Made by Python"))
    one = sf.restful(f"connect/communities/{site['Id']}")
    equal((one["name"], one["urlPathPrefix"]), ("Made by Python", "python"))


@checks.refused("connect: a name that is taken", "Salesforce: Enter a different name. That one already exists.")
def _():
    error = raises(
        SalesforceError,
        lambda: sf.restful(
            "connect/communities",
            method="POST",
            json={"name": "Client Portal", "urlPathPrefix": "again", "templateName": "Customer Service"},
        ),
    )
    holds(error.content, "Enter a different name. That one already exists.")
