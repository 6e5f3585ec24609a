"""All checks of CumulusCI. CLIENTS_FOLDER is the folder of a prepared org, CLIENTS_CCI the folder of the program."""

import json

from cci import CALLBACK, PROJECT, call, cci, checks, task, values, write
from checks import ADMIN, CONSUMER, FOLDER, JWT_CONSUMER, SECRET, URL, equal, holds, plain, rows, wait_for

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
# CumulusCI cuts off the line of `<Package`, with all that is in it.
PACKAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<Package {NS}>
{{types}}
<version>62.0</version>
</Package>
"""
TYPES = "<types><members>{0}</members><name>{1}</name></types>"
ADMIN_ID = rows(f"SELECT Id FROM User WHERE Username = '{ADMIN}'")[0]["Id"]


@checks.check("org connect (web code), the person at the browser played by a script")
def _():
    cci(
        *["service", "connect", "connected_app", "practice", "--callback_url", CALLBACK, "--client_id", CONSUMER],
        *["--client_secret", SECRET, "--login_url", URL],
        says="y\n",
    )
    cci("org", "connect", "practice", "--connected-app", "practice", "--login-url", URL, "--default")
    got = json.loads(cci("org", "info", "practice", "--json"))
    equal((got["instance_url"], got["userinfo"]["preferred_username"]), (URL, ADMIN))
    equal((got["is_sandbox"], got["org_type"]), (False, "Usher Practice Org"))


@checks.check("the session is renewed by the refresh token")
def _():
    plain("POST", "/practice/tokens/end", {"username": ADMIN})
    got = json.loads(cci("org", "info", "practice", "--json"))
    equal(got["userinfo"]["user_id"], ADMIN_ID)


@checks.refused("JWT", "CumulusCI writes the moment of signing as `exp`; no source says how much later Salesforce takes it")
def _():
    more = {"SFDX_CLIENT_ID": JWT_CONSUMER, "SFDX_HUB_KEY": open(f"{FOLDER}/jwt.key").read()}
    code, text = call("org", "info", "practice", "--json", more=more)
    equal(code == 0, False)
    holds(text, "expired authorization code")


@checks.check("org list, org browser --url-only")
def _():
    holds(cci("org", "list"), "practice")
    holds(cci("org", "browser", "--org", "practice", "--url-only"), f"{URL}/secur/frontdoor.jsp?sid=00D")


@checks.refused("org connect: the secret is wrong", "Salesforce's invalid_client")
def _():
    cci(
        *["service", "connect", "connected_app", "wrong", "--callback_url", CALLBACK, "--client_id", CONSUMER],
        *["--client_secret", "wrong", "--login_url", URL],
        says="n\n",
    )
    code, text = call("org", "connect", "other", "--connected-app", "wrong", "--login-url", URL)
    equal(code == 0, False)
    holds(text, "invalid_client")


@checks.refused("query", "the task uses Bulk API 1.0, which the practice org does not have")
def _():
    code, text = call(
        *["task", "run", "query", "--org", "practice", "--object", "Contact"],
        *["--query", "SELECT LastName FROM Contact", "--result_file", "found.csv"],
    )
    equal(code == 0, False)
    holds(text, "FeatureNotEnabled")


@checks.check("insert_record")
def _():
    task("insert_record", object="PermissionSet", values="Name:ByCci,Label:By CumulusCI")
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'ByCci'"), [{"Label": "By CumulusCI"}])


@checks.refused("insert_record: a required field is missing", "Salesforce's REQUIRED_FIELD_MISSING")
def _():
    code, text = call("task", "run", "insert_record", "--org", "practice", "--object", "Contact", "--values", "FirstName:A")
    equal(code == 0, False)
    holds(text, "REQUIRED_FIELD_MISSING")


@checks.check("composite_request")
def _():
    body = {
        "allOrNone": True,
        "compositeRequest": [
            {"method": "POST", "url": "/services/data/v62.0/sobjects/Account", "referenceId": "a", "body": {"Name": "Composed"}},
            {
                "method": "POST",
                "url": "/services/data/v62.0/sobjects/Contact",
                "referenceId": "c",
                "body": {"LastName": "Composed", "AccountId": "@{a.id}"},
            },
        ],
    }
    task("composite_request", data_files=write("composite.json", json.dumps(body)))
    equal(rows("SELECT Account.Name FROM Contact WHERE LastName = 'Composed'")[0]["Account"]["Name"], "Composed")


@checks.check("assign_permission_sets")
def _():
    task("assign_permission_sets", api_names="Advisor,FinancialServicesCloudBasic")
    asked = f"SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE AssigneeId = '{ADMIN_ID}' AND PermissionSet.IsOwnedByProfile = false"
    names = sorted(row["PermissionSet"]["Name"] for row in rows(asked))
    equal([name for name in ["Advisor", "FinancialServicesCloudBasic"] if name not in names], [])
    task("assign_permission_sets", api_names="Advisor")


@checks.refused("assign_permission_sets: one that is not there", "the task says which")
def _():
    code, text = call("task", "run", "assign_permission_sets", "--org", "practice", "--api_names", "Nope")
    equal(code == 0, False)
    holds(text, "Nope")


@checks.check("assign_permission_set_licenses")
def _():
    task("assign_permission_set_licenses", api_names="DocGenUserPsl")
    asked = f"SELECT PermissionSetLicense.DeveloperName FROM PermissionSetLicenseAssign WHERE AssigneeId = '{ADMIN_ID}'"
    holds([row["PermissionSetLicense"]["DeveloperName"] for row in rows(asked)], "DocGenUserPsl")

@checks.check("assign_permission_set_groups")
def _():
    plain("POST", "/services/data/v62.0/sobjects/PermissionSetGroup", {"DeveloperName": "OurGroup", "MasterLabel": "Our group"})
    wait_for("the group", lambda: rows("SELECT Status FROM PermissionSetGroup WHERE DeveloperName = 'OurGroup'") == [{"Status": "Updated"}])
    task("assign_permission_set_groups", api_names="OurGroup")
    asked = f"SELECT PermissionSetGroup.DeveloperName FROM PermissionSetAssignment WHERE AssigneeId = '{ADMIN_ID}' AND PermissionSetGroupId != null"
    equal(rows(asked)[0]["PermissionSetGroup"]["DeveloperName"], "OurGroup")


@checks.check("list_communities, list_community_templates")
def _():
    holds(task("list_communities"), "Client Portal")
    holds(task("list_community_templates"), "Customer Service")


@checks.check("create_community, publish_community, create_network_member_groups")
def _():
    task("create_community", name="Made by CumulusCI", template="Customer Service", url_path_prefix="cci")
    equal(rows("SELECT UrlPathPrefix FROM Network WHERE Name = 'Made by CumulusCI'"), [{"UrlPathPrefix": "cci"}])
    task("publish_community", name="Made by CumulusCI")
    # The task looks for the administrator's profile first: no site can do without it.
    task(
        "create_network_member_groups",
        network_name="Made by CumulusCI",
        profile_names="Customer Community User",
        permission_set_names="Advisor",
    )
    asked = "SELECT COUNT(Id) n FROM NetworkMemberGroup WHERE Network.Name = 'Made by CumulusCI'"
    equal(rows(asked)[0]["n"] >= 2, True)


@checks.refused("create_community: a name that is taken", "the task finds it and stops")
def _():
    code, text = call(
        *["task", "run", "create_community", "--org", "practice", "--name", "Client Portal"],
        *["--template", "Customer Service", "--url_path_prefix", "again"],
    )
    equal(code == 0, False)
    holds(text, "already exists")


@checks.check("describe_metadatatypes, get_installed_packages, get_available_licenses, get_assigned_permission_sets")
def _():
    got = values("describe_metadatatypes", "get_installed_packages", "get_available_licenses", "get_assigned_permission_sets")
    kinds = json.dumps(got["describe_metadatatypes"])
    equal([kind for kind in ["Profile", "PermissionSet", "Network"] if kind not in kinds], [])
    equal(got["get_installed_packages"], {})
    licenses = [row["LicenseDefinitionKey"] for row in rows("SELECT LicenseDefinitionKey FROM UserLicense")]
    equal(sorted(got["get_available_licenses"]), sorted(licenses))
    holds(got["get_assigned_permission_sets"], "Advisor")


@checks.check("deploy")
def _():
    write("src/package.xml", PACKAGE.format(types=TYPES.format("Deployed", "PermissionSet")))
    write("src/permissionsets/Deployed.permissionset", f"<PermissionSet {NS}><label>Deployed by CumulusCI</label></PermissionSet>")
    task("deploy", path="src")
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'Deployed'"), [{"Label": "Deployed by CumulusCI"}])


@checks.refused("deploy: a file that is wrong", "the deployment fails and names the component")
def _():
    write("wrong/package.xml", PACKAGE.format(types=TYPES.format("Wrong", "PermissionSet")))
    write("wrong/permissionsets/Wrong.permissionset", f"<PermissionSet {NS}><label>W</label><nope>1</nope></PermissionSet>")
    code, text = call("task", "run", "deploy", "--org", "practice", "--path", "wrong")
    equal(code == 0, False)
    holds(text, "Wrong")


@checks.check("deploy by REST")
def _():
    write("rest/package.xml", PACKAGE.format(types=TYPES.format("ByRest", "PermissionSet")))
    write("rest/permissionsets/ByRest.permissionset", f"<PermissionSet {NS}><label>By REST</label></PermissionSet>")
    task("deploy", path="rest", rest_deploy="True")
    equal(rows("SELECT Label FROM PermissionSet WHERE Name = 'ByRest'"), [{"Label": "By REST"}])


@checks.check("retrieve_unpackaged")
def _():
    write("manifest/package.xml", PACKAGE.format(types=TYPES.format("CLMRuntimeUser", "PermissionSet")))
    write("retrieved/.keep", "")
    task("retrieve_unpackaged", path="retrieved", package_xml="manifest/package.xml", api_version="62.0")
    holds(open(f"{PROJECT}/retrieved/permissionsets/CLMRuntimeUser.permissionset").read(), "<label>CLM Runtime User</label>")


@checks.check("update_admin_profile: a profile retrieved, changed, deployed")
def _():
    holds(task("update_admin_profile"), "Succe")


@checks.check("create_blank_profile")
def _():
    task("create_blank_profile", name="Blank by CumulusCI", license="Salesforce")
    equal(rows("SELECT UserLicense.Name FROM Profile WHERE Name = 'Blank by CumulusCI'")[0]["UserLicense"]["Name"], "Salesforce")


@checks.check("create_permission_set")
def _():
    task("create_permission_set", api_name="WithRights", label="With rights", user_permissions="PermissionsApiEnabled")
    equal(rows("SELECT PermissionsApiEnabled FROM PermissionSet WHERE Name = 'WithRights'"), [{"PermissionsApiEnabled": True}])


@checks.check("set_organization_wide_defaults: deployed, and seen in EntityDefinition")
def _():
    equal(plain("GET", "/practice/settings")["practice.internalAccess.Account"] == "Read", False)
    text = task("owd")
    equal(plain("GET", "/practice/settings")["practice.internalAccess.Account"], "Read")
    holds(text, "Sharing enablement is complete.")


@checks.refused("check_org_settings_value", "the practice org does not know single fields of settings in the Tooling API")
def _():
    code, text = call(
        *["task", "run", "check_org_settings_value", "--org", "practice", "--settings_type", "CommunitiesSettings"],
        *["--settings_field", "enableNetworksEnabled", "--value", "True"],
    )
    equal(code == 0, False)
    holds(text, "No such column 'enableNetworksEnabled'")


@checks.check("load_dataset, extract_dataset (Bulk and REST)")
def _():
    write(
        "mapping.yml",
        """Accounts:
  sf_object: Account
  api: rest
  fields: [Name]
  filters: ["Name LIKE 'Data %'"]
Contacts:
  sf_object: Contact
  api: rest
  fields: [LastName]
  lookups:
    AccountId:
      table: Account
  filters: ["LastName LIKE 'Data %'"]
""",
    )
    write(
        "data.sql",
        """BEGIN TRANSACTION;
CREATE TABLE "Account" (id VARCHAR(255) NOT NULL, "Name" VARCHAR(255), PRIMARY KEY (id));
INSERT INTO "Account" VALUES('Account-1','Data One');
CREATE TABLE "Contact" (id VARCHAR(255) NOT NULL, "LastName" VARCHAR(255), "AccountId" VARCHAR(255), PRIMARY KEY (id));
INSERT INTO "Contact" VALUES('Contact-1','Data Leaf','Account-1');
COMMIT;
""",
    )
    task("load_dataset", mapping="mapping.yml", sql_path="data.sql")
    equal(rows("SELECT Account.Name FROM Contact WHERE LastName = 'Data Leaf'")[0]["Account"]["Name"], "Data One")
    task("extract_dataset", mapping="mapping.yml", sql_path="out.sql")
    holds(open(f"{PROJECT}/out.sql").read(), "Data Leaf")


@checks.refused("delete_data", "it uses Bulk API 1.0, which the practice org does not have")
def _():
    code, text = call("task", "run", "delete_data", "--org", "practice", "--objects", "Contact", "--where", "LastName = 'Data Leaf'", "--api", "bulk")
    equal(code == 0, False)
    holds(text, "FeatureNotEnabled")


@checks.refused("execute_anon", "the practice org runs no Apex, and says so")
def _():
    code, _text = call("task", "run", "execute_anon", "--org", "practice", "--apex", "System.debug(1);")
    equal(code == 0, False)


checks.end()
