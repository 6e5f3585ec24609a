//! Manual shares: one record, one user.

use usher_external_users::Kind;
use usher_sdk::{
    Change, CreateRecord, Diagnostic, Failure, Lookup, Org, Problems, Record, StepPlan,
    UpdateRecord, Value,
};

use crate::access::{Place, Present};
use crate::{Input, Share, input};

/// Records that were read in the org.
struct Seen {
    users: Vec<Record>,
    records: Vec<Record>,
    shares: Vec<Record>,
    may_lower: bool,
}

/// One share that is wanted, with the records that were found at its two ends.
struct Wanted<'w> {
    share: &'w Share,
    kind: &'static Kind,
    user: &'w Record,
    record: &'w Record,
}

pub(crate) fn plan(
    input: &Input,
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let shares = &input.shares;
    let mut kinds = vec![];
    for (index, share) in shares.iter().enumerate() {
        kinds.push(kind(share, index, problems)?);
    }
    let seen = Seen::read(input, &kinds, org)?;
    for (index, (share, kind)) in shares.iter().zip(kinds).enumerate() {
        let before = &shares[..index];
        let again = |other: &&Share| {
            other.record.is_same_id(&share.record) && other.user.is_same_id(&share.user)
        };
        if let Some(first) = before.iter().find(again) {
            twice(share, first, index, problems);
            continue;
        }
        let user = seen.user(share, index, problems)?;
        let record = match kind {
            Some(_) => seen.record(share, index, problems)?,
            None => None,
        };
        if let (Some(kind), Some(user), Some(record)) = (kind, user, record) {
            let wanted = Wanted {
                share,
                kind,
                user,
                record,
            };
            wanted.plan(index, &seen, plan)?;
        }
    }
    Ok(())
}

/// The object of the record; a problem when its records cannot be shared.
fn kind(
    share: &Share,
    index: usize,
    problems: &mut Problems,
) -> Result<Option<&'static Kind>, Failure> {
    let kind = match &share.record {
        Value::Unknown(unknown) => match &unknown.object {
            Some(object) => Kind::named(object),
            None => return Err(Failure::deferred(&unknown.token, "the record to be shared")),
        },
        Value::Text(id) => Kind::of(id).filter(|kind| share.record.may_be_id(kind.prefix)),
        _ => None,
    };
    let kind = kind.filter(|kind| kind.share.is_some());
    if kind.is_none() {
        let summary = match share.record.text() {
            Ok(id) => format!("`{id}` is not a record that can be shared"),
            Err(_) => "Records of this object cannot be shared".to_owned(),
        };
        problems.invalid(
            Diagnostic::error("cannot-be-shared", at(index, "record"), summary).remedy(format!(
                "Set {} to the id of an account, case, contact, lead or opportunity",
                input(&at(index, "record"))
            )),
        );
    }
    Ok(kind)
}

fn twice(share: &Share, first: &Share, index: usize, problems: &mut Problems) {
    if share.access != first.access {
        let summary = "The same record is shared with the same user in two ways";
        problems.invalid(
            Diagnostic::error("shared-twice", at(index, "access"), summary)
                .remedy("Take one of the two out of {with.shares}"),
        );
    }
}

impl Seen {
    fn read(
        input: &Input,
        kinds: &[Option<&'static Kind>],
        org: &dyn Org,
    ) -> Result<Self, Failure> {
        let shares = &input.shares;
        let users = || {
            let users = shares.iter().map(|share| &share.user);
            users.filter(|user| user.may_be_id("005"))
        };
        let records = |kind: &'static Kind| {
            let of = shares.iter().zip(kinds);
            let of = of.filter(move |(_, other)| **other == Some(kind));
            of.map(|(share, _)| &share.record)
        };
        let mut lookups = vec![
            Lookup::of("User")
                .read(["Username", "IsActive", "UserType"])
                .whose_any("Id", users()),
        ];
        for kind in Kind::all() {
            if let (Some(owner), Some(_)) = (kind.owner, &kind.share) {
                lookups.push(
                    Lookup::of(kind.object)
                        .read([kind.name, owner])
                        .whose_any("Id", records(kind)),
                );
            }
        }
        let until_shares = lookups.len();
        for kind in Kind::all() {
            if let Some(share) = &kind.share {
                lookups.push(
                    Lookup::of(share.object)
                        .read([share.record, "UserOrGroupId", share.level])
                        .whose_any(share.record, records(kind))
                        .whose_any("UserOrGroupId", users())
                        .whose("RowCause", "Manual"),
                );
            }
        }
        let answers: Result<Vec<_>, _> = org.find_all(&lookups).into_iter().collect();
        let mut answers = answers?;
        let shares = answers.split_off(until_shares).concat();
        let records = answers.split_off(1).concat();
        Ok(Self {
            users: answers.concat(),
            records,
            shares,
            may_lower: input.lower_access,
        })
    }

    fn user(
        &self,
        share: &Share,
        index: usize,
        problems: &mut Problems,
    ) -> Result<Option<&Record>, Failure> {
        let Some(user) = Record::with_id(&self.users, &share.user) else {
            let missing = missing(&share.user, "unknown-user", at(index, "user"))?;
            problems.invalid(missing.remedy(format!(
                "Set {} to the id of a user of this org; it begins with 005",
                input(&at(index, "user"))
            )));
            return Ok(None);
        };
        // The field is not known of every user that is only planned; a plugin that plans an inactive user reports it.
        if user.value("IsActive")? == Value::Truth(false) {
            let summary = format!("{} is inactive", user.text("Username")?);
            problems.unmet(
                Diagnostic::error("user-inactive", at(index, "user"), summary)
                    .remedy("Activate the user first, in Setup > Users"),
            );
        }
        if user.value("UserType")? == Value::Text("CspLitePortal".to_owned()) {
            let summary = format!(
                "{} has a license without roles, and Salesforce shares no single record with such users",
                user.text("Username")?
            );
            problems.unmet(
                Diagnostic::error("user-without-role", at(index, "user"), summary)
                    .remedy("Take it out of {with.shares}, and share with the user's profile by {with.sharing_set}")
                    .rule("docs/salesforce/sharing.md#shares"),
            );
        }
        Ok(Some(user))
    }

    fn record(
        &self,
        share: &Share,
        index: usize,
        problems: &mut Problems,
    ) -> Result<Option<&Record>, Failure> {
        let record = Record::with_id(&self.records, &share.record);
        if record.is_none() {
            let missing = missing(&share.record, "unknown-record", at(index, "record"))?;
            problems.invalid(missing.remedy(format!(
                "Set {} to the id of a record of this org, or sign in as a user who may read it",
                input(&at(index, "record"))
            )));
        }
        Ok(record)
    }
}

impl Wanted<'_> {
    fn plan(&self, index: usize, seen: &Seen, plan: &mut StepPlan) -> Result<(), Failure> {
        let Some(shares) = &self.kind.share else {
            return Ok(());
        };
        let (record, user) = (self.record, self.user);
        let access = self.share.access.name();
        let (noun, name) = (self.kind.noun, shown(record, self.kind.name)?);
        let username = shown(user, "Username")?;
        if let Some(owner) = self.kind.owner
            && record.value(owner)?.is_same_id(&user.id()?)
        {
            let summary = format!("{username} owns the {noun} `{name}` and has all access already");
            plan.note(Diagnostic::info("owned", at(index, "user"), summary));
            return Ok(());
        }
        let present = self.present(&seen.shares)?;
        let mut lowers = false;
        if let Some(present) = present
            && let Value::Text(level) = present.value(shares.level)?
        {
            let place = Place {
                at: at(index, "access"),
                giver: format!("The manual share with {username}"),
                on: format!("on the {noun} `{name}`"),
                present: &level,
                may_lower: seen.may_lower,
            };
            match self.share.access.beside(&place, plan) {
                Present::Stays => return Ok(()),
                Present::Raised => {}
                Present::Lowered => lowers = true,
            }
        }
        let mut address = format!("share/{name}/{username}");
        if plan.has(&address) {
            // Two records of one name get addresses by their place, which is all that is known of planned ones.
            address = format!("{address}/{index}");
        }
        plan.change(match present {
            Some(present) => Change::new(
                address,
                match lowers {
                    true => format!(
                        "Lower the access of {username} to {access} on the {noun} `{name}`"
                    ),
                    false => format!(
                        "Let {username} have {access} on the {noun} `{name}`, which is shared already"
                    ),
                },
                UpdateRecord::of(shares.object, present.id()?).set(shares.level, access),
            ),
            None => Change::new(
                address,
                format!("Share the {noun} `{name}` with {username}: {access}"),
                self.create(shares.object, shares.record, shares.level)?,
            ),
        });
        Ok(())
    }

    fn create(&self, object: &str, record: &str, level: &str) -> Result<CreateRecord, Failure> {
        let mut create = CreateRecord::of(object)
            .set(record, self.record.id()?)
            .set("UserOrGroupId", self.user.id()?)
            .set(level, self.share.access.name());
        if self.kind.object == "Account" {
            // A share of an account also needs levels for what belongs to the account: none of it [inferred].
            create = create
                .set("OpportunityAccessLevel", "None")
                .set("CaseAccessLevel", "None");
        }
        let create = create.set("RowCause", "Manual");
        // No page says that Salesforce refuses a second one.
        Ok(create.recognised([record, "UserOrGroupId", "RowCause"]))
    }

    /// The existing manual share.
    fn present<'s>(&self, shares: &'s [Record]) -> Result<Option<&'s Record>, Failure> {
        let Some(share) = &self.kind.share else {
            return Ok(None);
        };
        for row in shares.iter().filter(|row| row.has(share.record)) {
            if row.value(share.record)?.is_same_id(&self.record.id()?)
                && row.value("UserOrGroupId")?.is_same_id(&self.user.id()?)
            {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

fn at(index: usize, field: &str) -> String {
    format!("/shares/{index}/{field}")
}

/// Returns the message about an id that leads to no record; a record that is only planned is waited for.
fn missing(id: &Value, code: &str, at: String) -> Result<Diagnostic, Failure> {
    let id = id.text()?;
    let noun = match code {
        "unknown-user" => "user",
        _ => "record",
    };
    Ok(Diagnostic::error(
        code,
        at,
        format!("There is no {noun} `{id}`"),
    ))
}

/// A name for people and addresses; a planned record may have none yet.
fn shown(record: &Record, field: &str) -> Result<String, Failure> {
    Ok(match record.value(field)? {
        Value::Text(name) => name,
        _ => "of this plan".to_owned(),
    })
}
