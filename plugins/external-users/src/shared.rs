//! The objects whose records have owners and shares: `share-records` gives access to them, `verify-access` reports
//! who has it and why. The manifest of a plugin says which of these fields it reads.

/// An object whose records have owners, shares, or both.
#[derive(Debug, PartialEq)]
pub struct Kind {
    pub object: &'static str,
    /// The first three characters of its records' ids (Object Reference).
    pub prefix: &'static str,
    /// The noun for people.
    pub noun: &'static str,
    /// The field by which people know a record.
    pub name: &'static str,
    /// None: its records have no owner.
    pub owner: Option<&'static str>,
    /// None: its records are not shared one by one by these plugins.
    pub share: Option<Share>,
    /// Fields by which a sharing set may find its records, as far as they are followed.
    pub fields: &'static [&'static str],
}

/// The object that holds the shares of another.
#[derive(Debug, PartialEq)]
pub struct Share {
    pub object: &'static str,
    /// The field with the record's id.
    pub record: &'static str,
    /// The field with the level of the access.
    pub level: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        object: "Account",
        prefix: "001",
        noun: "account",
        name: "Name",
        owner: Some("OwnerId"),
        share: Some(Share {
            object: "AccountShare",
            record: "AccountId",
            level: "AccountAccessLevel",
        }),
        fields: &["Id", "ParentId", "Owner.AccountId"],
    },
    Kind {
        object: "Contact",
        prefix: "003",
        noun: "contact",
        name: "Name",
        owner: Some("OwnerId"),
        share: Some(Share {
            object: "ContactShare",
            record: "ContactId",
            level: "ContactAccessLevel",
        }),
        fields: &["Id", "AccountId", "Owner.AccountId"],
    },
    Kind {
        object: "Case",
        prefix: "500",
        noun: "case",
        name: "CaseNumber",
        owner: Some("OwnerId"),
        share: Some(Share {
            object: "CaseShare",
            record: "CaseId",
            level: "CaseAccessLevel",
        }),
        fields: &["Id", "AccountId", "ContactId", "Owner.AccountId"],
    },
    Kind {
        object: "Lead",
        prefix: "00Q",
        noun: "lead",
        name: "Name",
        owner: Some("OwnerId"),
        share: Some(Share {
            object: "LeadShare",
            record: "LeadId",
            level: "LeadAccessLevel",
        }),
        // Sharing sets do not share leads (Metadata API, SharingSet).
        fields: &[],
    },
    Kind {
        object: "Opportunity",
        prefix: "006",
        noun: "opportunity",
        name: "Name",
        owner: Some("OwnerId"),
        share: Some(Share {
            object: "OpportunityShare",
            record: "OpportunityId",
            level: "OpportunityAccessLevel",
        }),
        fields: &["Id", "AccountId", "Owner.AccountId"],
    },
    Kind {
        object: "User",
        prefix: "005",
        noun: "user",
        name: "Username",
        owner: None,
        share: None,
        fields: &["Id", "AccountId", "ContactId"],
    },
];

impl Kind {
    /// Returns the kind of the record with this id; none when its object is not known here.
    pub fn of(id: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| id.starts_with(kind.prefix))
    }

    /// The object of that name.
    pub fn named(object: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.object == object)
    }

    /// All that are known.
    pub fn all() -> &'static [Self] {
        KINDS
    }
}
