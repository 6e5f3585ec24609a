"""`sf data`, `sf sobject`, `sf api`."""

import csv
import io
import json

from checks import equal, holds, rows
from cli import call, checks, refuses, sf, write

O = ["-o", "practice"]


@checks.check("data create, get, update, delete record")
def _():
    made = sf("data", "create", "record", *O, "-s", "Account", "-v", "Name='Northwind Ltd' BillingCity=Bergen")["id"]
    equal(made[:3], "001")
    got = sf("data", "get", "record", *O, "-s", "Account", "-i", made)
    equal((got["Name"], got["BillingCity"]), ("Northwind Ltd", "Bergen"))
    sf("data", "update", "record", *O, "-s", "Account", "-w", "Name='Northwind Ltd'", "-v", "BillingCity=Oslo")
    equal(rows(f"SELECT BillingCity FROM Account WHERE Id = '{made}'"), [{"BillingCity": "Oslo"}])
    sf("data", "delete", "record", *O, "-s", "Account", "-i", made)
    equal(rows(f"SELECT Id FROM Account WHERE Id = '{made}'"), [])


@checks.check("data query: parents and children, as JSON")
def _():
    got = sf("data", "query", *O, "-q", "SELECT Name, (SELECT Name FROM Contacts ORDER BY Name) FROM Account WHERE Name = 'Bergheim Trading'")
    equal((got["totalSize"], got["done"]), (1, True))
    equal([row["Name"] for row in got["records"][0]["Contacts"]["records"]], ["Fanny First", "Selma Second"])


@checks.check("data query: as CSV and as a table")
def _():
    asked = "SELECT Name, Profile.Name FROM User WHERE Username = 'admin@practice.usher.example'"
    code, text = call("data", "query", *O, "-q", asked, "-r", "csv", json_out=False)
    equal((code, text.splitlines()[0], text.splitlines()[1].endswith("System Administrator")), (0, "Name,Profile.Name", True))
    code, text = call("data", "query", *O, "-q", asked, json_out=False)
    equal((code, "PROFILE.NAME" in text and "System Administrator" in text), (0, True))


@checks.check("data query: count, aggregates")
def _():
    equal(sf("data", "query", *O, "-q", "SELECT COUNT() FROM Contact")["totalSize"], rows("SELECT COUNT(Id) n FROM Contact")[0]["n"])
    got = sf("data", "query", *O, "-q", "SELECT Profile.Name p, COUNT(Id) n FROM User GROUP BY Profile.Name ORDER BY COUNT(Id) DESC")
    equal(got["records"][0]["p"], "Standard User")


@checks.check("data query: deleted records, and tooling")
def _():
    gone = sf("data", "create", "record", *O, "-s", "Account", "-v", "Name=GoneBySf")["id"]
    sf("data", "delete", "record", *O, "-s", "Account", "-i", gone)
    equal(sf("data", "query", *O, "--all-rows", "-q", "SELECT Id FROM Account WHERE Name = 'GoneBySf'")["records"][0]["Id"], gone)
    equal(sf("data", "query", *O, "-t", "-q", "SELECT Id FROM ApexClass")["totalSize"], 0)


@checks.refused("data query: a field that is not there", "Salesforce's INVALID_FIELD")
def _():
    got = refuses("data", "query", *O, "-q", "SELECT Nope FROM User")
    holds(got["name"] + got["message"], "INVALID_FIELD")


@checks.refused("data create record: a required field is missing", "Salesforce's REQUIRED_FIELD_MISSING")
def _():
    holds(refuses("data", "create", "record", *O, "-s", "Contact", "-v", "FirstName=A"), "Required fields are missing: [LastName]")


@checks.check("data import bulk")
def _():
    path = write("contacts.csv", "LastName,Email\n" + "".join(f"Bulk {n:03},sfb{n}@example.com\n" for n in range(250)))
    got = sf("data", "import", "bulk", *O, "-s", "Contact", "-f", path, "-w", "2", "--line-ending", "LF")
    equal((got["processedRecords"], got["successfulRecords"], got["failedRecords"]), (250, 250, 0))
    equal(rows("SELECT COUNT(Id) n FROM Contact WHERE LastName LIKE 'Bulk %'"), [{"n": 250}])


@checks.check("data upsert bulk")
def _():
    path = write("upsert.csv", "Email,LastName\nsfb1@example.com,Bulk 001 again\nsfb.new@example.com,Bulk new\n")
    got = sf("data", "upsert", "bulk", *O, "-s", "Contact", "-f", path, "-i", "Email", "-w", "2", "--line-ending", "LF")
    info = got["jobInfo"]
    equal((info["state"], info["numberRecordsProcessed"], info["numberRecordsFailed"]), ("JobComplete", 2, 0))
    equal(rows("SELECT LastName FROM Contact WHERE Email = 'sfb1@example.com'"), [{"LastName": "Bulk 001 again"}])


@checks.check("data export bulk")
def _():
    path = write("exported.csv", "")
    got = sf(
        *["data", "export", "bulk", *O, "-q", "SELECT LastName FROM Contact WHERE LastName LIKE 'Bulk 0%'"],
        *["--output-file", path, "-r", "csv", "-w", "2"],
    )
    found = list(csv.DictReader(io.StringIO(open(path).read())))
    equal((got["totalSize"], len(found), found[0]["LastName"][:5]), (100, 100, "Bulk "))


@checks.check("data delete bulk")
def _():
    ids = [row["Id"] for row in rows("SELECT Id FROM Contact WHERE LastName LIKE 'Bulk %'")]
    path = write("gone.csv", "Id\n" + "\n".join(ids) + "\n")
    got = sf("data", "delete", "bulk", *O, "-s", "Contact", "-f", path, "-w", "2", "--line-ending", "LF")
    equal((got["jobInfo"]["numberRecordsProcessed"], got["jobInfo"]["numberRecordsFailed"]), (251, 0))
    equal(rows("SELECT Id FROM Contact WHERE LastName LIKE 'Bulk %'"), [])


@checks.check("data import tree, export tree")
def _():
    tree = {
        "records": [
            {
                "attributes": {"type": "Account", "referenceId": "a"},
                "Name": "Tree",
                "Contacts": {"records": [{"attributes": {"type": "Contact", "referenceId": "c"}, "LastName": "Leaf"}]},
            }
        ]
    }
    got = sf("data", "import", "tree", *O, "-f", write("tree.json", json.dumps(tree)))
    equal([(row["refId"], row["type"]) for row in got], [("a", "Account"), ("c", "Contact")])
    equal(rows("SELECT Account.Name FROM Contact WHERE LastName = 'Leaf'")[0]["Account"]["Name"], "Tree")
    out = sf(
        *["data", "export", "tree", *O, "-d", "exported"],
        *["-q", "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Tree'"],
    )
    holds(json.dumps(out), "Leaf")


@checks.check("sobject list, sobject describe")
def _():
    listed = sf("sobject", "list", *O, "-s", "all")
    equal([name for name in ["Account", "Network", "User"] if name not in listed], [])
    contact = sf("sobject", "describe", *O, "-s", "Contact")
    equal((contact["keyPrefix"], len(contact["fields"]) > 20), ("003", True))


@checks.check("api request rest")
def _():
    code, text = call("api", "request", "rest", "/services/data/v62.0/limits", *O, json_out=False)
    equal((code, "DailyApiRequests" in json.loads(text)), (0, True))


@checks.refused("data search", "the practice org has no search index, and says so")
def _():
    equal(len(refuses("data", "search", *O, "-q", "FIND {Doe} IN ALL FIELDS RETURNING Contact(Id)")["message"]) > 10, True)
