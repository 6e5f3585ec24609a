//! The end of a run that went on although rows failed while they were sent.

use expect_test::expect;

use super::people::product;

#[test]
fn the_end_of_a_run_that_went_on_counts_what_failed() {
    let product = product();
    let long = "x".repeat(100);
    product.write(
        "people.csv",
        format!(
            "email,last_name,account\n\
             a@example.com,Rivera,Brightwater\n\
             b@example.com,{long},Brightwater\n\
             c@example.com,Sato,Brightwater\n\
             not an email,Ueda,Brightwater\n"
        ),
    );
    let ran = product.run(
        "apply people.toml --org practice --rows people.csv --yes --continue-on-error --results results.csv",
    );
    expect![[r#"
        exit 20
        --- out
        People  (people)
          org     practice (practice org), as admin@practice.usher.example
          input   people = 4 rows of people.csv

        person  ensure-record 0.1.0
          for each of 4 rows of people.csv: 1 without a plan, 3 create Contact
          person["a@example.com"]
            + "Make the contact with Email `a@example.com`"
                create Contact { Email: a@example.com, Department: Floor 0, LastName: Rivera, Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[a@example.com]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)
          person["b@example.com"]
            ! `LastName` holds 80 characters at most, and this has 100
          person["c@example.com"]
            + "Make the contact with Email `c@example.com`"
                create Contact { Email: c@example.com, Department: Floor 0, LastName: Sato, Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[c@example.com]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)
          person["not an email"]
            + "Make the contact with Email `not an email`"
                create Contact { Email: not an email, Department: Floor 0, LastName: Ueda, Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[not an email]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)

        Plan: 3 to create, 0 to change, 0 to delete, 1 item without a plan; 1 request to send. Only `--continue-on-error` applies it.

        Gone on to the end: 2 of 3 changes done; 1 failed, 1 item without a plan. Run RUN.
        Next: correct the rows that failed in the file that `usher show RUN --results FILE` writes, then apply with `--rows FILE`. Completed changes are not repeated. `usher undo RUN` undoes them.
        --- err
          done  person[a@example.com]  "Make the contact with Email `a@example.com`"
          done  person[c@example.com]  "Make the contact with Email `c@example.com`"
          FAILED  person[not an email]  "Make the contact with Email `not an email`": INVALID_EMAIL_ADDRESS Email: invalid email address: not an email
          seen  person[a@example.com]  "admin@practice.usher.example owns it"
          seen  person[c@example.com]  "admin@practice.usher.example owns it"
        error: step `person[not an email]`: `record` failed with INVALID_EMAIL_ADDRESS
        help: put right what the message names, in the org or in the inputs, then apply again
        code: run/failed

        email,last_name,account,usher.outcome,usher.step,usher.code,usher.message,usher.person.record_id
        a@example.com,Rivera,Brightwater,done,,,,003Jca00000000CIAQ
        b@example.com,<long>,Brightwater,failed,person,too-long,"`LastName` holds 80 characters at most, and this has 100",
        c@example.com,Sato,Brightwater,done,,,,003Jca00000000DIAQ
        not an email,Ueda,Brightwater,failed,person,INVALID_EMAIL_ADDRESS,Email: invalid email address: not an email,
    "#]].assert_eq(
        &format!("{}\n{}", ran.text(), product.read("results.csv")).replace(&long, "<long>"),
    );
    let results = product.read("results.csv").replace(&long, "Tan");
    let results = results.replace("not an email", "d@example.com");
    product.write("corrected.csv", results);
    let ran = product.run(
        "apply people.toml --org practice --rows corrected.csv --yes --continue-on-error --results again.csv",
    );
    assert_eq!(ran.exit, 0, "{}", ran.text());
}
