"""The Metadata API through zeep with Salesforce's WSDL, deploy and retrieve."""

import io
import zipfile

from checks import equal, holds, raises, rows, wait_for
from org import checks, connected, sf
from zeep.exceptions import Fault

api = sf.mdapi
PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<Package xmlns="http://soap.sforce.com/2006/04/metadata">
<types><members>{member}</members><name>{kind}</name></types><version>62.0</version></Package>"""
SET = """<?xml version="1.0" encoding="UTF-8"?>
<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"><label>{label}</label></PermissionSet>"""


def zipped(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/", 1) if name.startswith("permissionsets__") else name, text)
    made.seek(0)
    return made


def deployed(files, **options):
    job = sf.deploy(zipped(**files), False, **options)
    equal(job["state"] in ("Queued", "Pending", "InProgress", "Completed"), True)
    state = lambda: sf.checkDeployStatus(job["asyncId"])
    wait_for("the deployment", lambda: state()["state"] in ("Succeeded", "Failed"))
    return state()


@checks.check("metadata: list")
def _():
    query = api._client.get_type("ns0:ListMetadataQuery")
    found = api.list_metadata([query(type="Profile"), query(type="PermissionSet")])
    names = {(one.type, one.fullName) for one in found}
    equal(("Profile", "Admin") in names, True)
    equal(("PermissionSet", "CLMRuntimeUser") in names, True)
    profile = [one for one in found if one.fullName == "Admin"][0]
    equal((profile.fileName, len(profile.id)), ("profiles/Admin.profile", 18))


@checks.check("metadata: list of a type of which the org has nothing")
def _():
    query = api._client.get_type("ns0:ListMetadataQuery")
    equal(api.list_metadata([query(type="ApexClass")]) or [], [])


@checks.check("metadata: describe")
def _():
    told = api.describe_metadata()
    kinds = {one.xmlName: one for one in told.metadataObjects}
    equal((kinds["Profile"].directoryName, kinds["Profile"].suffix), ("profiles", "profile"))
    equal((kinds["PermissionSet"].directoryName, told.partialSaveAllowed, told.testRequired), ("permissionsets", True, False))


@checks.check("metadata: read settings")
def _():
    equal(api.CommunitiesSettings.read(["Communities"]).enableNetworksEnabled, True)


@checks.check("metadata: read a profile")
def _():
    admin = api.Profile.read(["Admin"])
    equal((admin.fullName, admin.userLicense, admin.custom), ("Admin", "Salesforce", False))
    equal({it.name: it.enabled for it in admin.userPermissions}["ApiEnabled"], True)


@checks.check("metadata: read permission sets, roles, networks, groups")
def _():
    equal(api.PermissionSet.read(["CLMRuntimeUser"]).label, "CLM Runtime User")
    equal(api.Role.read(["CEO"]).name, "CEO")
    site = api.Network.read(["Client Portal"])
    equal((site.urlPathPrefix, site.status), ("clients", "UnderConstruction"))


@checks.check("metadata: create, update, rename, upsert, delete a permission set")
def _():
    api.PermissionSet.create([api.PermissionSet(fullName="MadeByZeep", label="Made", hasActivationRequired=False)])
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'MadeByZeep'"), [{"Label": "Made"}])
    api.PermissionSet.update([api.PermissionSet(fullName="MadeByZeep", label="Updated", hasActivationRequired=False)])
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'MadeByZeep'"), [{"Label": "Updated"}])
    api.PermissionSet.upsert([api.PermissionSet(fullName="MadeByZeep", label="Upserted", hasActivationRequired=False)])
    equal(api.PermissionSet.read(["MadeByZeep"]).label, "Upserted")
    api.PermissionSet.rename("MadeByZeep", "NamedByZeep")
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'NamedByZeep'"), [{"Label": "Upserted"}])
    api.PermissionSet.delete(["NamedByZeep"])
    equal(rows("SELECT Id FROM PermissionSet WHERE Name = 'NamedByZeep'"), [])


@checks.check("metadata: a custom field with an external id, and upsert by it")
def _():
    api.CustomField.create(
        [
            api.CustomField(
                fullName="Account.Number__c", label="Number", type="Text", length=20, externalId=True, unique=True
            )
        ]
    )
    field = {it["name"]: it for it in sf.Account.describe()["fields"]}["Number__c"]
    equal((field["externalId"], field["idLookup"], field["unique"], field["length"]), (True, True, True, 20))
    equal(sf.Account.upsert("Number__c/4711", {"Name": "By number"}), 201)
    equal(sf.Account.upsert("Number__c/4711", {"Name": "Renamed"}) in (200, 204), True)
    equal(rows("SELECT Name FROM Account WHERE Number__c = '4711'"), [{"Name": "Renamed"}])
    equal(sf.Account.get_by_custom_id("Number__c", "4711")["Name"], "Renamed")


@checks.refused("metadata: update of what is not there", "a SaveResult with Salesforce's code")
def _():
    error = raises(
        Exception,
        lambda: api.Profile.update([api.Profile(fullName="Nope", custom=True)]),
    )
    equal("Nope" in str(error) or "INVALID" in str(error), True)


@checks.refused("metadata: a session that is not there", "Salesforce's fault sf:INVALID_SESSION_ID")
def _():
    other = connected(token="00Dxx!nothing").mdapi
    error = raises(Fault, lambda: other.Profile.read(["Admin"]))
    holds(error.code, "INVALID_SESSION_ID")


@checks.check("deploy: a permission set")
def _():
    done = deployed(
        {
            "package.xml": PACKAGE.format(kind="PermissionSet", member="Deployed"),
            "permissionsets__Deployed.permissionset": SET.format(label="Deployed by zip"),
        }
    )
    equal((done["state"], done["deployment_detail"]["deployed_count"]), ("Succeeded", "1"))
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'Deployed'"), [{"Label": "Deployed by zip"}])


@checks.check("deploy: a check changes nothing")
def _():
    done = deployed(
        {
            "package.xml": PACKAGE.format(kind="PermissionSet", member="OnlyChecked"),
            "permissionsets__OnlyChecked.permissionset": SET.format(label="Checked"),
        },
        checkOnly=True,
    )
    equal(done["state"], "Succeeded")
    equal(rows("SELECT Id FROM PermissionSet WHERE Name = 'OnlyChecked'"), [])


@checks.refused("deploy: a file that is not XML", "the deployment fails and names the file")
def _():
    done = deployed(
        {
            "package.xml": PACKAGE.format(kind="PermissionSet", member="Broken"),
            "permissionsets__Broken.permissionset": "<PermissionSet",
        }
    )
    equal((done["state"], done["deployment_detail"]["failed_count"]), ("Failed", "1"))
    holds(done["deployment_detail"]["errors"][0]["file"], "Broken.permissionset")


@checks.check("retrieve: what it brings is deployed again")
def _():
    # The first argument is part of the address only.
    job, _state = api.retrieve("", unpackaged={"PermissionSet": ["CLMRuntimeUser"], "Profile": ["Admin"]})
    wait_for("the retrieval", lambda: api.check_retrieve_status(job)[0] == "Succeeded")
    state, error, messages, content = api.retrieve_zip(job)
    equal((state, error, messages), ("Succeeded", None, []))
    archive = zipfile.ZipFile(io.BytesIO(content))
    equal(
        sorted(name for name in archive.namelist()),
        ["package.xml", "permissionsets/CLMRuntimeUser.permissionset", "profiles/Admin.profile"],
    )
    holds(archive.read("permissionsets/CLMRuntimeUser.permissionset").decode(), "<label>CLM Runtime User</label>")
    job = sf.deploy(io.BytesIO(content), False)
    state = lambda: sf.checkDeployStatus(job["asyncId"])
    wait_for("the deployment", lambda: state()["state"] in ("Succeeded", "Failed"))
    equal((state()["state"], state()["deployment_detail"]["errors"]), ("Succeeded", []))
