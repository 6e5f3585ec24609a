"""Queries, their pages, Bulk 2.0."""

import csv
import io

from checks import equal, holds, raises, rows
from org import checks, sf
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceOperationError


def code(error):
    return error.content[0]["errorCode"]


@checks.check("query: pages of 2,000")
def _():
    for start in range(0, 2200, 200):
        body = [{"attributes": {"type": "Contact"}, "LastName": f"Page {start + n:04}"} for n in range(200)]
        made = sf.restful("composite/sobjects", method="POST", json={"allOrNone": True, "records": body})
        equal(all(row["success"] for row in made), True)
    asked = "SELECT LastName FROM Contact WHERE LastName LIKE 'Page %' ORDER BY LastName"
    first = sf.query(asked)
    equal((first["totalSize"], first["done"], len(first["records"])), (2200, False, 2000))
    rest = sf.query_more(first["nextRecordsUrl"], True)
    equal((rest["totalSize"], rest["done"], len(rest["records"])), (2200, True, 200))
    names = [row["LastName"] for row in sf.query_all_iter(asked)]
    equal((names[0], names[-1], len(set(names))), ("Page 0000", "Page 2199", 2200))
    equal(len(sf.query_all(asked)["records"]), 2200)


@checks.check("query: counts and aggregates")
def _():
    equal(sf.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Page %'")["totalSize"], 2200)
    counted = sf.query("SELECT COUNT(Id) n FROM Contact WHERE LastName LIKE 'Page %'")["records"][0]
    equal((counted["n"], counted["attributes"]["type"]), (2200, "AggregateResult"))
    grouped = sf.query(
        "SELECT ProfileId, COUNT(Id) n FROM User GROUP BY ProfileId HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC"
    )["records"]
    equal([row["n"] for row in grouped] == sorted((row["n"] for row in grouped), reverse=True), True)
    equal(all(row["n"] > 1 for row in grouped) and len(grouped) > 0, True)


@checks.check("query: parents, children, semi-joins")
def _():
    sets = sf.query("SELECT Name, (SELECT PermissionSet.Name FROM PermissionSetAssignments) FROM User WHERE Name = 'Nobody'")
    equal(sets["totalSize"], 0)
    made = sf.query(
        "SELECT Name, (SELECT Name FROM Contacts ORDER BY Name) FROM Account WHERE Name = 'Bergheim Trading'"
    )["records"][0]
    equal([row["Name"] for row in made["Contacts"]["records"]], ["Fanny First", "Selma Second"])
    inner = sf.query("SELECT Name FROM Profile WHERE Id IN (SELECT ProfileId FROM User WHERE ContactId != null) ORDER BY Name")
    equal([row["Name"] for row in inner["records"]], ["Channel Partner User", "Client Customer Community Plus"])


@checks.check("query: FIELDS(), toLabel(), date functions, WITH, FOR VIEW")
def _():
    standard = sf.query("SELECT FIELDS(STANDARD) FROM Account LIMIT 1")["records"][0]
    holds(standard, "BillingCity")
    equal(sf.query("SELECT toLabel(UserType) t FROM User LIMIT 1")["totalSize"], 1)
    years = sf.query("SELECT CALENDAR_YEAR(CreatedDate) y, COUNT(Id) n FROM Contact GROUP BY CALENDAR_YEAR(CreatedDate)")
    equal(sum(row["n"] for row in years["records"]), sf.query("SELECT COUNT() FROM Contact")["totalSize"])
    equal(sf.query("SELECT Id FROM Account WITH USER_MODE")["totalSize"], sf.query("SELECT COUNT() FROM Account")["totalSize"])
    equal(sf.query("SELECT Id FROM Account LIMIT 1 FOR VIEW")["totalSize"], 1)


@checks.check("queryAll: deleted records")
def _():
    gone = sf.Account.create({"Name": "Deleted one"})["id"]
    sf.Account.delete(gone)
    asked = "SELECT Id, IsDeleted FROM Account WHERE Name = 'Deleted one'"
    equal(sf.query(asked)["totalSize"], 0)
    found = sf.query_all(asked, include_deleted=True)["records"]
    equal([(row["Id"], row["IsDeleted"]) for row in found], [(gone, True)])


for bad, wanted in [
    ("SELECT FROM User", "MALFORMED_QUERY"),
    ("SELECT Nope FROM User", "INVALID_FIELD"),
    ("SELECT Id FROM Nope", "INVALID_TYPE"),
    ("SELECT Id FROM User WHERE Id = 'x", "MALFORMED_QUERY"),
]:

    @checks.refused(f"query: {bad}", f"Salesforce's {wanted}")
    def _(bad=bad, wanted=wanted):
        equal(code(raises(SalesforceMalformedRequest, lambda: sf.query(bad))), wanted)


@checks.refused("query: a locator that is not there", "Salesforce's INVALID_QUERY_LOCATOR")
def _():
    error = raises(SalesforceMalformedRequest, lambda: sf.query_more("01g000000000000AAA-2000"))
    equal(code(error), "INVALID_QUERY_LOCATOR")


@checks.check("tooling: query and execute")
def _():
    equal(sf.toolingexecute("query?q=SELECT+Id+FROM+ApexClass")["totalSize"], 0)


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


@checks.check("bulk 2: insert, and rows that fail")
def _():
    body = [{"LastName": f"Bulk {n:03}", "Email": f"bulk{n}@example.com"} for n in range(300)]
    body[5]["Email"] = "not an address"
    [job] = sf.bulk2.Contact.insert(records=body, wait=0.1)
    equal((job["numberRecordsProcessed"], job["numberRecordsFailed"]), (300, 1))
    good = table(sf.bulk2.Contact.get_successful_records(job["job_id"]))
    equal((len(good), good[0]["sf__Created"], good[0]["sf__Id"][:3], good[0]["LastName"]), (299, "true", "003", "Bulk 000"))
    [bad] = table(sf.bulk2.Contact.get_failed_records(job["job_id"]))
    holds(bad["sf__Error"], "INVALID_EMAIL_ADDRESS:")
    equal(table(sf.bulk2.Contact.get_unprocessed_records(job["job_id"])), [])
    equal(sf.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Bulk %'")["totalSize"], 299)


@checks.check("bulk 2: update, upsert, delete")
def _():
    found = rows("SELECT Id, Email FROM Contact WHERE LastName LIKE 'Bulk %' ORDER BY LastName LIMIT 10")
    [job] = sf.bulk2.Contact.update(records=[{"Id": row["Id"], "FirstName": "Up"} for row in found], wait=0.1)
    equal(job["numberRecordsFailed"], 0)
    equal(sf.query("SELECT COUNT() FROM Contact WHERE FirstName = 'Up'")["totalSize"], 10)
    [job] = sf.bulk2.Contact.upsert(
        records=[{"Email": found[0]["Email"], "LastName": "Bulk 000"}, {"Email": "bulk.new@example.com", "LastName": "Bulk new"}],
        external_id_field="Email",
        wait=0.1,
    )
    made = table(sf.bulk2.Contact.get_successful_records(job["job_id"]))
    equal([row["sf__Created"] for row in made], ["false", "true"])
    [job] = sf.bulk2.Contact.delete(records=[{"Id": row["Id"]} for row in found], wait=0.1)
    equal(job["numberRecordsFailed"], 0)
    equal(sf.query("SELECT COUNT() FROM Contact WHERE FirstName = 'Up'")["totalSize"], 0)


@checks.check("bulk 2: query in pages")
def _():
    pages = list(sf.bulk2.Contact.query("SELECT LastName FROM Contact WHERE LastName LIKE 'Page %'", max_records=1000, wait=0.1))
    equal([len(table(page)) for page in pages], [1000, 1000, 200])


@checks.refused("bulk 2: a query that is wrong", "the job fails, or its creation does")
def _():
    error = raises(Exception, lambda: list(sf.bulk2.Contact.query("SELECT Nope FROM Contact", wait=0.1)))
    holds(error, "INVALID_FIELD" if not isinstance(error, SalesforceOperationError) else "Nope")


@checks.refused("bulk 1", "Bulk API 1.0 is not here, and the answer says so in its own shape")
def _():
    error = raises(Exception, lambda: sf.bulk.Contact.insert([{"LastName": "One"}]))
    equal("AttributeError" in type(error).__name__ or "KeyError" in type(error).__name__, False)
