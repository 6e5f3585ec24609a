//! One field of an object, and the short words by which the schema's tables are written.

/// The digits of a number with a fraction, and how many of them are behind the point \[inferred\].
const DOUBLE_DIGITS: (u32, u32) = (18, 2);

/// The digits of a whole number \[inferred\].
pub(crate) const WHOLE_DIGITS: u32 = 9;

/// Characters of the values of a multi-select picklist together (docs/salesforce/records.md#multi-select-picklists).
const SELECTION_LENGTH: u32 = 4_099;

/// One field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) nillable: bool,
    pub(crate) createable: bool,
    pub(crate) updateable: bool,
    pub(crate) preset: Preset,
    pub(crate) unique: bool,
    pub(crate) id_lookup: bool,
    /// A custom field by which records are found and upserted.
    pub(crate) external_id: bool,
    /// An SQL expression instead of a column; `{t}` stands for the row's table.
    pub(crate) computed: Option<&'static str>,
    /// The digits of a number, and how many of them are behind the point; none: those of every double.
    pub(crate) digits: Option<(u32, u32)>,
    /// The lines of a multi-select picklist on a page, which describes show as its precision.
    pub(crate) lines: u32,
    /// From this API version on it may not stand in a `WHERE`.
    pub(crate) unfilterable_since: Option<u32>,
    pub(crate) shown: Shown,
}

/// The kind of a field's values.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FieldKind {
    Id,
    Reference {
        to: &'static [&'static str],
        /// The name of the relationship to the parent; empty: none.
        parent: &'static str,
        /// The name of the relationship from the parent; empty: none.
        children: &'static str,
    },
    Text(u32),
    LongText(u32),
    Email(u32),
    Phone(u32),
    Url(u32),
    Picklist(Picklist),
    /// Several values of a list: `A;B`.
    Selection(Picklist),
    Truth,
    Integer,
    Double,
    Date,
    DateTime,
}

/// Says whether texts of that kind are too long for filters, orders and groups
/// (docs/salesforce/queries.md#fields-that-do-not-fit).
pub(crate) fn is_long(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::LongText(length) if length > 255)
}

/// Says whether values of that kind can be ordered, grouped and counted
/// (docs/salesforce/queries.md#fields-that-do-not-fit).
pub(crate) fn is_comparable(kind: FieldKind) -> bool {
    !is_long(kind) && !matches!(kind, FieldKind::Selection(_))
}

/// The values of a picklist.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picklist {
    /// Value and label.
    pub(crate) values: &'static [(&'static str, &'static str)],
    /// Says whether a value outside the list is refused.
    pub(crate) restricted: bool,
}

/// The value of a field of a new record that a create does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    Nothing,
    Truth(bool),
    Number(i64),
    Text(&'static str),
    /// A rule of the object sets it.
    Rule,
}

/// The condition under which a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Always,
    /// Once digital experiences are on (docs/salesforce/settings.md#what-digital-experiences-open).
    Experiences,
    /// Once partners can be enabled (docs/salesforce/accounts.md#partner-accounts).
    Partners,
    /// While the org has person accounts (docs/salesforce/accounts.md#person-accounts).
    Persons,
    /// Once that object has record types (docs/salesforce/accounts.md#record-types).
    RecordTypes(&'static str),
    /// Ours: no Salesforce face knows it.
    Hidden,
}

pub(crate) const ID: Field = Field::new("Id", "Record ID", FieldKind::Id)
    .read_only()
    .required();

const AUTHOR: FieldKind = FieldKind::Reference {
    to: &["User"],
    parent: "CreatedBy",
    children: "",
};
const EDITOR: FieldKind = FieldKind::Reference {
    to: &["User"],
    parent: "LastModifiedBy",
    children: "",
};

/// The users and times of creation and change: every object here has all five fields.
pub(crate) static STAMPS: &[Field] = &[
    Field::new("CreatedDate", "Created Date", FieldKind::DateTime)
        .read_only()
        .required(),
    Field::new("CreatedById", "Created By ID", AUTHOR)
        .read_only()
        .required(),
    Field::new(
        "LastModifiedDate",
        "Last Modified Date",
        FieldKind::DateTime,
    )
    .read_only()
    .required(),
    Field::new("LastModifiedById", "Last Modified By ID", EDITOR)
        .read_only()
        .required(),
    Field::new("SystemModstamp", "System Modstamp", FieldKind::DateTime)
        .read_only()
        .required(),
];

impl Field {
    /// A field that may be written and may be empty.
    pub(crate) const fn new(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            label,
            kind,
            nillable: true,
            createable: true,
            updateable: true,
            preset: Preset::Nothing,
            unique: false,
            id_lookup: false,
            external_id: false,
            computed: None,
            digits: None,
            lines: 0,
            unfilterable_since: None,
            shown: Shown::Always,
        }
    }

    pub(crate) const fn text(name: &'static str, label: &'static str, length: u32) -> Self {
        Self::new(name, label, FieldKind::Text(length))
    }

    /// A checkbox: never empty, off where nothing was said.
    pub(crate) const fn truth(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, FieldKind::Truth)
            .required()
            .preset(Preset::Truth(false))
    }

    /// A picklist that takes only its values.
    pub(crate) const fn pick(
        name: &'static str,
        label: &'static str,
        values: &'static [(&'static str, &'static str)],
    ) -> Self {
        let restricted = true;
        Self::new(
            name,
            label,
            FieldKind::Picklist(Picklist { values, restricted }),
        )
    }

    /// A picklist that suggests values and takes others.
    pub(crate) const fn suggestion(
        name: &'static str,
        label: &'static str,
        values: &'static [(&'static str, &'static str)],
    ) -> Self {
        let restricted = false;
        Self::new(
            name,
            label,
            FieldKind::Picklist(Picklist { values, restricted }),
        )
    }

    /// A field that holds the id of a parent.
    pub(crate) const fn reference(
        name: &'static str,
        label: &'static str,
        to: &'static [&'static str],
        parent: &'static str,
        children: &'static str,
    ) -> Self {
        Self::new(
            name,
            label,
            FieldKind::Reference {
                to,
                parent,
                children,
            },
        )
    }

    pub(crate) const fn required(mut self) -> Self {
        self.nillable = false;
        self
    }

    pub(crate) const fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    pub(crate) const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    pub(crate) const fn id_lookup(mut self) -> Self {
        self.id_lookup = true;
        self
    }

    pub(crate) const fn read_only(mut self) -> Self {
        self.createable = false;
        self.updateable = false;
        self
    }

    pub(crate) const fn create_only(mut self) -> Self {
        self.updateable = false;
        self
    }

    pub(crate) const fn update_only(mut self) -> Self {
        self.createable = false;
        self
    }

    pub(crate) const fn computed(mut self, sql: &'static str) -> Self {
        self.computed = Some(sql);
        self.read_only()
    }

    pub(crate) const fn unfilterable_since(mut self, version: u32) -> Self {
        self.unfilterable_since = Some(version);
        self
    }

    pub(crate) const fn hidden(mut self) -> Self {
        self.shown = Shown::Hidden;
        self.read_only()
    }

    /// Shown only while the org has the feature.
    pub(crate) const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// Says whether a create must bring a value.
    pub(crate) fn must_come(&self) -> bool {
        !self.nillable && self.createable && self.preset == Preset::Nothing
    }

    /// The digits of a number, and how many of them are behind the point.
    pub(crate) fn digits(&self) -> (u32, u32) {
        match self.kind {
            FieldKind::Integer => (WHOLE_DIGITS, 0),
            _ => self.digits.unwrap_or(DOUBLE_DIGITS),
        }
    }

    /// Says whether its texts are too long for filters, orders and groups
    /// (docs/salesforce/queries.md#fields-that-do-not-fit).
    pub(crate) fn is_long(&self) -> bool {
        is_long(self.kind)
    }

    /// The bound of a text, in characters.
    pub(crate) fn length(&self) -> Option<u32> {
        match self.kind {
            FieldKind::Text(length)
            | FieldKind::LongText(length)
            | FieldKind::Email(length)
            | FieldKind::Phone(length)
            | FieldKind::Url(length) => Some(length),
            FieldKind::Selection(_) => Some(SELECTION_LENGTH),
            _ => None,
        }
    }
}
