"""Records: one by one, by external id, in collections; errors; describes."""

from datetime import datetime, timedelta, timezone

from checks import equal, holds, raises, rows
from org import checks, connected, sf
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)


def code(error):
    return error.content[0]["errorCode"]


@checks.check("records: create, read, update, delete")
def _():
    made = sf.Account.create({"Name": "Northwind", "BillingCity": "Bergen"})
    equal((made["success"], made["errors"], made["id"][:3], len(made["id"])), (True, [], "001", 18))
    read = sf.Account.get(made["id"])
    equal((read["Name"], read["BillingCity"], read["attributes"]["type"]), ("Northwind", "Bergen", "Account"))
    equal(sf.Account.update(made["id"], {"BillingCity": "Oslo"}), 204)
    equal(rows(f"SELECT BillingCity FROM Account WHERE Id = '{made['id']}'"), [{"BillingCity": "Oslo"}])
    equal(sf.Account.delete(made["id"]), 204)
    error = raises(SalesforceResourceNotFound, lambda: sf.Account.get(made["id"]))
    equal(code(error) in ("NOT_FOUND", "ENTITY_IS_DELETED"), True)


@checks.refused("records: a second delete", "Salesforce's ENTITY_IS_DELETED")
def _():
    made = sf.Account.create({"Name": "Twice"})
    sf.Account.delete(made["id"])
    error = raises(SalesforceResourceNotFound, lambda: sf.Account.delete(made["id"]))
    equal(code(error), "ENTITY_IS_DELETED")


@checks.refused("records: a required field is missing", "Salesforce's REQUIRED_FIELD_MISSING")
def _():
    error = raises(SalesforceMalformedRequest, lambda: sf.Contact.create({"FirstName": "Nemo"}))
    equal(code(error), "REQUIRED_FIELD_MISSING")
    equal(error.content[0]["fields"], ["LastName"])


@checks.refused("records: an unknown field", "Salesforce's INVALID_FIELD")
def _():
    error = raises(SalesforceMalformedRequest, lambda: sf.Contact.create({"LastName": "A", "Nope__c": 1}))
    equal(code(error), "INVALID_FIELD")


@checks.refused("records: an unknown object", "Salesforce's NOT_FOUND")
def _():
    error = raises(SalesforceResourceNotFound, lambda: sf.Nope__c.create({"Name": "A"}))
    equal(code(error), "NOT_FOUND")


@checks.check("records: upsert by an idLookup field, new and known")
def _():
    # 201 for a new record, 204 for a known one (200 from version 46.0 on).
    equal(sf.Contact.upsert("Email/upsert.one@example.com", {"LastName": "One"}), 201)
    equal(sf.Contact.upsert("Email/upsert.one@example.com", {"LastName": "Two"}) in (200, 204), True)
    equal(rows("SELECT LastName FROM Contact WHERE Email = 'upsert.one@example.com'"), [{"LastName": "Two"}])


@checks.check("records: get by an idLookup field")
def _():
    equal(sf.Contact.get_by_custom_id("Email", "jane.doe@example.com")["LastName"], "Doe")


@checks.refused("records: an ambiguous value of an idLookup field", "Salesforce's 300 with the records")
def _():
    for first in ["A", "B"]:
        sf.Contact.create({"FirstName": first, "LastName": "Same", "Email": "same@example.com"})
    error = raises(SalesforceMoreThanOneRecord, lambda: sf.Contact.get_by_custom_id("Email", "same@example.com"))
    equal((len(error.content), error.status), (2, 300))


@checks.check("records: updated and deleted since")
def _():
    made = sf.Account.create({"Name": "Seen"})["id"]
    gone = sf.Account.create({"Name": "Gone"})["id"]
    sf.Account.delete(gone)
    now = datetime.now(timezone.utc)
    begin, end = now - timedelta(minutes=10), now + timedelta(minutes=10)
    holds(sf.Account.updated(begin, end)["ids"], made)
    holds([row["id"] for row in sf.Account.deleted(begin, end)["deletedRecords"]], gone)


@checks.check("records: collections of 200, in part and all or none")
def _():
    body = [{"attributes": {"type": "Contact"}, "LastName": f"Row {n}"} for n in range(200)]
    body[7]["LastName"] = ""
    some = sf.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": body})
    equal((len(some), sum(row["success"] for row in some)), (200, 199))
    equal(some[7]["errors"][0]["statusCode"], "REQUIRED_FIELD_MISSING")
    none = sf.restful("composite/sobjects", method="POST", json={"allOrNone": True, "records": body})
    equal({row["errors"][0]["statusCode"] for row in none}, {"ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"})
    equal(sf.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Row %'")["totalSize"], 199)


@checks.refused("records: collections of 201", "Salesforce's EXCEEDED_ID_LIMIT: a request may have 200 records")
def _():
    body = [{"attributes": {"type": "Contact"}, "LastName": f"Row {n}"} for n in range(201)]
    error = raises(
        SalesforceMalformedRequest,
        lambda: sf.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": body}),
    )
    equal(code(error), "EXCEEDED_ID_LIMIT")


@checks.check("records: upsert of a collection by an idLookup field")
def _():
    body = [{"attributes": {"type": "Contact"}, "LastName": f"L{n}", "Email": f"many{n}@example.com"} for n in range(3)]
    send = lambda: sf.restful("composite/sobjects/Contact/Email", method="PATCH", json={"allOrNone": False, "records": body})
    equal([row["created"] for row in send()], [True, True, True])
    equal([row["created"] for row in send()], [False, False, False])
    equal(sf.query("SELECT COUNT() FROM Contact WHERE Email LIKE 'many%'")["totalSize"], 3)


@checks.check("records: composite with references, and its roll-back")
def _():
    def send(last):
        return sf.restful(
            "composite",
            method="POST",
            json={
                "allOrNone": True,
                "compositeRequest": [
                    {
                        "method": "POST",
                        "url": "/services/data/v62.0/sobjects/Account",
                        "referenceId": "account",
                        "body": {"Name": "Composite"},
                    },
                    {
                        "method": "POST",
                        "url": "/services/data/v62.0/sobjects/Contact",
                        "referenceId": "contact",
                        "body": {"LastName": last, "AccountId": "@{account.id}"},
                    },
                ],
            },
        )["compositeResponse"]

    good = send("Composed")
    equal([part["httpStatusCode"] for part in good], [201, 201])
    equal(rows("SELECT Account.Name FROM Contact WHERE LastName = 'Composed'")[0]["Account"]["Name"], "Composite")
    bad = send("")
    equal([part["httpStatusCode"] for part in bad], [400, 400])
    equal(bad[0]["body"][0]["errorCode"], "PROCESSING_HALTED")
    equal(sf.query("SELECT COUNT() FROM Account WHERE Name = 'Composite'")["totalSize"], 1)


@checks.check("records: a tree")
def _():
    tree = sf.restful(
        "composite/tree/Account",
        method="POST",
        json={
            "records": [
                {
                    "attributes": {"type": "Account", "referenceId": "a"},
                    "Name": "Tree",
                    "Contacts": {
                        "records": [{"attributes": {"type": "Contact", "referenceId": "c"}, "LastName": "Leaf"}]
                    },
                }
            ]
        },
    )
    equal((tree["hasErrors"], [row["referenceId"] for row in tree["results"]]), (False, ["a", "c"]))
    equal(rows("SELECT Account.Name FROM Contact WHERE LastName = 'Leaf'")[0]["Account"]["Name"], "Tree")


@checks.check("records: a graph")
def _():
    graph = sf.restful(
        "composite/graph",
        method="POST",
        json={
            "graphs": [
                {
                    "graphId": "g1",
                    "compositeRequest": [
                        {
                            "method": "POST",
                            "url": "/services/data/v62.0/sobjects/Account",
                            "referenceId": "a",
                            "body": {"Name": "Graph"},
                        }
                    ],
                }
            ]
        },
    )["graphs"][0]
    equal((graph["graphId"], graph["isSuccessful"]), ("g1", True))
    equal(graph["graphResponse"]["compositeResponse"][0]["httpStatusCode"], 201)
    equal(sf.query("SELECT COUNT() FROM Account WHERE Name = 'Graph'")["totalSize"], 1)


@checks.check("describe: an object")
def _():
    contact = sf.Contact.describe()
    equal((contact["name"], contact["keyPrefix"], contact["createable"]), ("Contact", "003", True))
    fields = {field["name"]: field for field in contact["fields"]}
    equal((fields["Email"]["type"], fields["Email"]["idLookup"]), ("email", True))
    equal((fields["AccountId"]["type"], fields["AccountId"]["referenceTo"]), ("reference", ["Account"]))
    equal((fields["Email"]["soapType"], fields["Id"]["soapType"]), ("xsd:string", "tns:ID"))
    equal((fields["LastName"]["byteLength"], fields["LastName"]["length"]), (240, 80))
    equal(contact["undeletable"], True)


@checks.check("describe: all objects")
def _():
    every = {it["name"]: it for it in sf.describe()["sobjects"]}
    equal(every["User"]["keyPrefix"], "005")
    equal(every["PermissionSetAssignment"]["deletable"], True)
    equal(len(every) > 30, True)


@checks.check("describe: layouts of an object")
def _():
    equal(sf.restful("sobjects/Contact/describe/layouts")["layouts"], [])


@checks.refused("describe: the layout of a record type", "the practice org has no layouts")
def _():
    error = raises(SalesforceResourceNotFound, lambda: sf.Contact.describe_layout("012000000000000AAA"))
    equal(code(error), "NOT_FOUND")


@checks.check("limits, versions, resources")
def _():
    limits = sf.limits()
    equal(limits["DailyApiRequests"]["Max"] >= limits["DailyApiRequests"]["Remaining"] > 0, True)
    equal(sf.api_usage["api-usage"].total, limits["DailyApiRequests"]["Max"])
    resources = sf.restful("")
    equal(resources["sobjects"], "/services/data/v62.0/sobjects")
    holds(resources, "identity")


@checks.check("is_sandbox")
def _():
    equal(sf.is_sandbox(), False)


@checks.check("users: set and reset a password")
def _():
    user = rows("SELECT Id FROM User WHERE Profile.Name = 'Standard User' AND IsActive = true LIMIT 1")[0]["Id"]
    equal(sf.set_password(user, "Another horse 2"), None)
    given = sf.restful(f"sobjects/User/{user}/password", method="DELETE")
    equal(len(given["NewPassword"]) >= 8, True)


@checks.check("permission sets: assign, find, take back")
def _():
    user = rows("SELECT Id FROM User WHERE Profile.Name = 'Standard User' AND IsActive = true LIMIT 1")[0]["Id"]
    wanted = rows("SELECT Id FROM PermissionSet WHERE Name = 'Advisor'")[0]["Id"]
    body = {"AssigneeId": user, "PermissionSetId": wanted}
    made = sf.PermissionSetAssignment.create(body)
    equal(made["id"][:3], "0Pa")
    asked = f"SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE AssigneeId = '{user}' AND PermissionSetId = '{wanted}'"
    equal(sf.query(asked)["records"][0]["PermissionSet"]["Name"], "Advisor")
    error = raises(SalesforceMalformedRequest, lambda: sf.PermissionSetAssignment.create(body))
    equal(code(error), "DUPLICATE_VALUE")
    equal(sf.PermissionSetAssignment.delete(made["id"]), 204)
    equal(sf.query(asked)["totalSize"], 0)


@checks.refused("users: a user is not deleted", "Salesforce's INSUFFICIENT_ACCESS_OR_READONLY or CANNOT_DELETE")
def _():
    user = rows("SELECT Id FROM User WHERE Profile.Name = 'Standard User' LIMIT 1")[0]["Id"]
    error = raises(SalesforceGeneralError.__mro__[1], lambda: sf.User.delete(user))
    equal(error.status in (400, 403, 405), True)


@checks.refused("search", "the practice org has no search index, and says so")
def _():
    error = raises(SalesforceGeneralError.__mro__[1], lambda: sf.quick_search("Doe"))
    equal((error.status, code(error)), (403, "FUNCTIONALITY_NOT_ENABLED"))


@checks.refused("versions: one that Salesforce has retired", "Salesforce's 410 below 31.0")
def _():
    error = raises(SalesforceGeneralError.__mro__[1], lambda: connected("20.0").query("SELECT Id FROM User"))
    equal((error.status, code(error)), (410, "GONE"))
