"""Users, permission sets, sites, metadata."""

import json
import os

from checks import equal, holds, plain, rows, wait_for
from cli import PROJECT, call, checks, login, many, refuses, sf, write

O = ["-o", "practice"]
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
ADVISOR = "SELECT Assignee.Username FROM PermissionSetAssignment WHERE PermissionSet.Name = 'Advisor'"


@checks.check("org assign permset")
def _():
    user = rows("SELECT Username FROM User WHERE Profile.Name = 'Standard User' AND IsActive = true ORDER BY Username LIMIT 1")[0]
    sf("alias", "set", f"first={user['Username']}")
    got = sf("org", "assign", "permset", *O, "-n", "Advisor", "-b", user["Username"])
    equal((got["successes"], got["failures"]), ([{"name": user["Username"], "value": "Advisor"}], []))
    equal([row["Assignee"]["Username"] for row in rows(ADVISOR)], [user["Username"]])


@checks.refused("org assign permset: one that is not there", "the command fails")
def _():
    got = call("org", "assign", "permset", *O, "-n", "Nope")
    equal(got["status"] == 0, False)
    holds(json.dumps(got), "Nope")


@checks.check("org assign permsetlicense")
def _():
    got = sf("org", "assign", "permsetlicense", *O, "-n", "DocGenUserPsl")
    equal(got["failures"], [])
    equal(rows("SELECT Assignee.Name FROM PermissionSetLicenseAssign WHERE PermissionSetLicense.DeveloperName = 'DocGenUserPsl'") != [], True)


@checks.check("org generate password")
def _():
    got = sf("org", "generate", "password", *O)
    equal((got["username"], len(got["password"]) >= 8), ("admin@practice.usher.example", True))


@checks.refused("org create user in an org that is no scratch org", "the command is for scratch orgs only")
def _():
    equal(refuses("org", "create", "user", *O)["name"], "NonScratchOrgError")


@checks.check("org create user in a scratch org")
def _():
    org = rows("SELECT Id FROM Organization")[0]["Id"]
    plain("PATCH", f"/practice/records/Organization/{org}", {"IsSandbox": True, "TrialExpirationDate": "2027-01-31T00:00:00.000Z"})
    many.end()
    login("scratch")
    path = write(
        "user.json",
        json.dumps(
            {
                "Username": "made.by.sf@practice.usher.example",
                "LastName": "Sf",
                "Email": "made.by.sf@example.com",
                "Alias": "sf",
                "TimeZoneSidKey": "America/New_York",
                "LocaleSidKey": "en_US",
                "EmailEncodingKey": "UTF-8",
                "LanguageLocaleKey": "en_US",
                "profileName": "Standard User",
            }
        ),
    )
    got = sf("org", "create", "user", "-o", "scratch", "-f", path)
    equal(got["fields"]["username"] if "fields" in got else got["username"], "made.by.sf@practice.usher.example")
    equal(rows("SELECT LastName FROM User WHERE Username = 'made.by.sf@practice.usher.example'"), [{"LastName": "Sf"}])
    plain("PATCH", f"/practice/records/Organization/{org}", {"IsSandbox": False, "TrialExpirationDate": None})
    many.end()
    login("practice")


@checks.check("community list template, create, publish")
def _():
    templates = sf("community", "list", "template", *O)
    holds(json.dumps(templates), "Customer Service")
    made = sf("community", "create", *O, "-n", "Made by sf", "-t", "Customer Service", "-p", "sfsite", "-d", "A site")
    holds(json.dumps(made), "08P")
    found = lambda: rows("SELECT Status, UrlPathPrefix FROM Network WHERE Name = 'Made by sf'")
    equal(wait_for("the site", found), [{"Status": "UnderConstruction", "UrlPathPrefix": "sfsite"}])
    published = sf("community", "publish", *O, "-n", "Made by sf")
    equal(published["name"], "Made by sf")


@checks.refused("community create: a name that is taken", "Salesforce: Enter a different name. That one already exists.")
def _():
    got = refuses("community", "create", *O, "-n", "Client Portal", "-t", "Customer Service", "-p", "again")
    holds(got["message"], "Enter a different name. That one already exists.")


@checks.check("org list metadata-types, org list metadata")
def _():
    kinds = [it["xmlName"] for it in sf("org", "list", "metadata-types", *O)["metadataObjects"]]
    equal([kind for kind in ["Profile", "PermissionSet", "Network", "SharingSet"] if kind not in kinds], [])
    names = [it["fullName"] for it in sf("org", "list", "metadata", *O, "-m", "PermissionSet")]
    holds(names, "CLMRuntimeUser")


@checks.check("project deploy start")
def _():
    write("force-app/main/default/permissionsets/BySf.permissionset-meta.xml", f"<PermissionSet {NS}><label>By sf</label></PermissionSet>")
    got = sf("project", "deploy", "start", *O, "-m", "PermissionSet:BySf", "-w", "2")
    equal((got["status"], got["numberComponentsDeployed"], got["success"]), ("Succeeded", 1, True))
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'BySf'"), [{"Label": "By sf"}])


@checks.check("project deploy validate, quick")
def _():
    write("force-app/main/default/permissionsets/Quick.permissionset-meta.xml", f"<PermissionSet {NS}><label>Quick</label></PermissionSet>")
    got = sf("project", "deploy", "validate", *O, "-m", "PermissionSet:Quick", "-w", "2")
    equal((got["status"], got["checkOnly"]), ("Succeeded", True))
    equal(rows("SELECT Id FROM PermissionSet WHERE Name = 'Quick'"), [])
    done = sf("project", "deploy", "quick", *O, "-i", got["id"], "-w", "2")
    equal(done["status"], "Succeeded")
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'Quick'"), [{"Label": "Quick"}])


@checks.check("project retrieve start, and deploy again")
def _():
    got = sf("project", "retrieve", "start", *O, "-m", "Profile:Admin", "-m", "PermissionSet:CLMRuntimeUser", "-w", "2")
    files = sorted(os.path.basename(it["filePath"]) for it in got["files"])
    equal(files, ["Admin.profile-meta.xml", "CLMRuntimeUser.permissionset-meta.xml"])
    text = open(f"{PROJECT}/force-app/main/default/permissionsets/CLMRuntimeUser.permissionset-meta.xml").read()
    holds(text, "<label>CLM Runtime User</label>")
    done = sf("project", "deploy", "start", *O, "-m", "Profile:Admin", "-m", "PermissionSet:CLMRuntimeUser", "-w", "2")
    equal((done["status"], done["numberComponentErrors"]), ("Succeeded", 0))


@checks.refused("project deploy start: a file that is wrong", "the deployment fails and names the component")
def _():
    write(
        "force-app/main/default/permissionsets/Wrong.permissionset-meta.xml",
        f"<PermissionSet {NS}><label>Wrong</label><userPermissions><enabled>true</enabled><name>Nope</name></userPermissions></PermissionSet>",
    )
    got = call("project", "deploy", "start", *O, "-m", "PermissionSet:Wrong", "-w", "2")
    result = got.get("result") or {}
    equal((got["status"], result.get("status"), result.get("numberComponentErrors")), (1, "Failed", 1))
    os.remove(f"{PROJECT}/force-app/main/default/permissionsets/Wrong.permissionset-meta.xml")


@checks.check("project generate manifest --from-org")
def _():
    sf("project", "generate", "manifest", "--from-org", "practice", "-n", "all", timeout=200)
    text = open(f"{PROJECT}/all.xml").read()
    holds(text, "<members>CLMRuntimeUser</members>")
    holds(text, "<name>Profile</name>")


@checks.refused("apex run", "the practice org runs no Apex, and says so")
def _():
    got = call("apex", "run", *O, "-f", write("a.apex", "System.debug(1);"))
    equal(got["status"] == 0 and got["result"].get("success") is True, False)


@checks.check("org logout")
def _():
    equal(sf("org", "logout", "-o", "practice", "--no-prompt"), ["admin@practice.usher.example"])
