//! The source of a query's values: a table, and the parents joined to it.

use usher_core::soql::Path;

use crate::language;
use crate::query::syntax::unknown_here;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Field, FieldKind, Object};
use crate::store;
use crate::tenant::{Tenant, expression};

/// The number of parents that a path may climb: Salesforce's own bound.
const PARENTS_MAX: usize = 5;

/// The parents of one query, each way counted once: Salesforce's own bound.
const JOINS_MAX: usize = 55;

/// Fields of `Name` that an object here has, and `Type`, the name of the object (docs/salesforce/queries.md#names).
const NAME_FIELDS: [&str; 11] = [
    "Alias",
    "Email",
    "FirstName",
    "Id",
    "LastName",
    "Name",
    "Phone",
    "ProfileId",
    "Title",
    "UserRoleId",
    "Username",
];

static TYPE: Field = Field::text("Type", "Type", 40);

/// A table with the parents that were asked for.
pub(super) struct From<'a> {
    pub(super) org: &'a Tenant<'a>,
    pub(super) object: &'static Object,
    /// Aliases are this and a number, so that sub-selects have their own.
    pub(super) prefix: String,
    pub(super) joins: Vec<Join>,
}

#[derive(Clone)]
pub(super) struct Join {
    /// Relationship names from the root, canonical.
    path: Vec<String>,
    pub(super) alias: String,
    /// The table of deleted records, which is joined beside: no index finds a row in both tables at once.
    bin: Option<String>,
    pub(super) object: &'static Object,
    /// The SQL of the parent's id.
    key: String,
}

impl Join {
    /// The SQL of the id of the record that is joined.
    pub(super) fn id(&self) -> String {
        match &self.bin {
            Some(bin) => format!("IFNULL({}.\"Id\", {bin}.\"Id\")", self.alias),
            None => format!("{}.\"Id\"", self.alias),
        }
    }

    /// SQL over the record that is joined, made by `of` for an alias.
    fn over(&self, field: &Field, of: impl Fn(&str) -> Outcome<String>) -> Outcome<String> {
        let Some(bin) = &self.bin else {
            return of(&self.alias);
        };
        let collation = match store::collation(field) {
            "" => String::new(),
            name => format!(" COLLATE {name}"),
        };
        Ok(format!(
            "(IIF({}.\"Id\" IS NULL, {}, {}){collation})",
            self.alias,
            of(bin)?,
            of(&self.alias)?
        ))
    }
}

impl From<'_> {
    pub(super) fn sql(&self) -> String {
        let root = store::source(self.object, self.org.deleted_too);
        let mut sql = format!("{root} {}0", self.prefix);
        for join in &self.joins {
            let live = Some((join.object.name.to_owned(), &join.alias));
            let deleted = store::bin(join.object).zip(join.bin.as_ref());
            for (table, alias) in live.into_iter().chain(deleted) {
                let key = &join.key;
                sql.push_str(&format!(
                    " LEFT JOIN \"{table}\" {alias} ON {alias}.\"Id\" = {key}"
                ));
            }
        }
        sql
    }

    /// Canonical names, SQL and field behind a path.
    pub(super) fn path(&mut self, path: &Path) -> Outcome<(Vec<String>, String, &'static Field)> {
        let (parents, name) = path.split();
        // `Account.Name` in a query over accounts is the account's own name.
        let own = parents.len() == 1
            && parents[0].eq_ignore_ascii_case(self.object.name)
            && self.object.parent(&parents[0]).is_none();
        let parents = if own { &[] } else { parents };
        if parents.len() > PARENTS_MAX {
            let message =
                format!("SELECT relationships can't go more than {PARENTS_MAX} levels up");
            return Err(Refusal::new(400, "MALFORMED_QUERY", message));
        }
        if let [relationship] = parents
            && let Some(field) = self.object.parent(relationship)
            && self.leads_to_names(field, name)
            && self.org.shows_field(self.object, field)?
        {
            return self.of_name(field, name);
        }
        let mut names: Vec<String> = Vec::new();
        let root = format!("{}0", self.prefix);
        let (mut at, mut object): (Option<Join>, _) = (None, self.object);
        for relationship in parents {
            let field = match object.parent(relationship) {
                Some(field) if self.org.shows_field(object, field)? => Some(field),
                _ => None,
            };
            if let Some(field) = field.filter(|field| is_owner(object, field)) {
                let relationship = relationship_name(field);
                if at.is_some() {
                    return Err(unknown_here(&format!(
                        "owners behind a parent: {relationship} of {}",
                        object.name
                    )));
                }
                names.push(relationship.to_owned());
                at = Some(self.user_who_owns(field, &expression(field, &root)));
                object = schema::object("User").unwrap_or(object);
                continue;
            }
            let Some((field, target)) =
                field.and_then(|field| target_of(field).map(|to| (field, to)))
            else {
                let message = format!(
                    "Didn't understand relationship '{relationship}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names."
                );
                return Err(Refusal::new(400, "INVALID_FIELD", message));
            };
            names.push(relationship_name(field).to_owned());
            if !self.joins.iter().any(|join| join.path == names) {
                if self.joins.len() == JOINS_MAX {
                    let message =
                        format!("a query has at most {JOINS_MAX} relationships to parents");
                    return Err(Refusal::new(400, "MALFORMED_QUERY", message));
                }
                let of = |alias: &str| Ok(expression(field, alias));
                let key = match &at {
                    Some(join) => join.over(field, of)?,
                    None => of(&root)?,
                };
                self.put(names.clone(), target, key);
            }
            let join = self.join(&names);
            object = join.object;
            at = Some(join);
        }
        let Some(field) = self.org.field(object, name)? else {
            return Err(no_such_column(name, object));
        };
        names.push(field.name.to_owned());
        let of = |alias: &str| language::expression_shown(self.org, object, field, alias);
        let sql = match &at {
            None => of(&root)?,
            // Nothing is computed of no parent.
            Some(join) if field.computed.is_some() => {
                format!(
                    "IIF({} IS NULL, NULL, {})",
                    join.id(),
                    join.over(field, of)?
                )
            }
            Some(join) => join.over(field, of)?,
        };
        Ok((names, sql, field))
    }

    pub(super) fn join(&self, path: &[String]) -> Join {
        let join = self.joined(path);
        join.expect("a path is joined before it is looked up")
            .clone()
    }

    /// The join of a path; none where its reference leads to several objects, each of which is joined by itself.
    pub(super) fn joined(&self, path: &[String]) -> Option<&Join> {
        self.joins.iter().find(|join| join.path == path)
    }

    /// The joins of a reference that leads to several objects.
    pub(super) fn joined_typed(&self, relationship: &str) -> impl Iterator<Item = &Join> {
        let start = format!("{relationship}:");
        let joins = self.joins.iter();
        joins.filter(move |join| {
            join.path
                .first()
                .is_some_and(|name| name.starts_with(&start))
        })
    }

    /// Says whether a field behind a reference is one of `Name`, which stands for the objects that it leads to
    /// (docs/salesforce/queries.md#names).
    fn leads_to_names(&self, field: &Field, name: &str) -> bool {
        let several = self.object.leads_to(field).len() > 1;
        several && (target_of(field).is_none() || name.eq_ignore_ascii_case(TYPE.name))
    }

    /// A field of `Name` behind a reference that leads to several objects.
    fn of_name(
        &mut self,
        field: &'static Field,
        name: &str,
    ) -> Outcome<(Vec<String>, String, &'static Field)> {
        let parent = relationship_name(field);
        let reference = expression(field, &format!("{}0", self.prefix));
        let (mut types, mut values) = (Vec::new(), Vec::new());
        let mut found = None;
        let objects = self.object.leads_to(field).iter();
        for object in objects.filter_map(|name| schema::object(name)) {
            let alias = self.join_typed(parent, object, &reference);
            types.push(format!(
                "WHEN {alias}.\"Id\" IS NOT NULL THEN '{}'",
                object.name
            ));
            if let Some(own) = self.org.field(object, name)? {
                let value = language::expression_shown(self.org, object, own, &alias)?;
                // Nothing is computed of no parent.
                values.push(match own.computed {
                    Some(_) => format!("IIF({alias}.\"Id\" IS NULL, NULL, {value})"),
                    None => value,
                });
                found = found.or(Some(own));
            }
        }
        let of = |name: &str| vec![parent.to_owned(), name.to_owned()];
        if name.eq_ignore_ascii_case(TYPE.name) {
            let sql = format!("(CASE {} END COLLATE platform)", types.join(" "));
            return Ok((of(TYPE.name), sql, &TYPE));
        }
        let Some(own) = found.filter(|own| NAME_FIELDS.contains(&own.name)) else {
            let message = format!(
                "No such column '{name}' on entity 'Name'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
            );
            return Err(Refusal::new(400, "INVALID_FIELD", message));
        };
        // A result of `COALESCE` has lost its collation.
        let collation = match store::collation(own) {
            "" => String::new(),
            name => format!(" COLLATE {name}"),
        };
        let sql = match values.as_slice() {
            [one] => one.clone(),
            several => format!("(COALESCE({}){collation})", several.join(", ")),
        };
        Ok((of(own.name), sql, own))
    }

    /// Joins the parents of one object behind a reference that leads to several; returns their alias.
    pub(super) fn join_typed(
        &mut self,
        relationship: &str,
        object: &'static Object,
        reference: &str,
    ) -> String {
        let path = vec![format!("{relationship}:{}", object.name)];
        if !self.joins.iter().any(|join| join.path == path) {
            self.put(path.clone(), object, reference.to_owned());
        }
        self.join(&path).alias
    }

    /// The user behind an owner, who may be a queue as well: each object that it may be is joined, so that an answer says
    /// what it is.
    fn user_who_owns(&mut self, field: &Field, reference: &str) -> Join {
        let relationship = relationship_name(field);
        for object in self.object.leads_to(field) {
            if let Some(object) = schema::object(object) {
                self.join_typed(relationship, object, reference);
            }
        }
        self.join(&[format!("{relationship}:User")])
    }

    /// Joins the records of an object by their id.
    fn put(&mut self, path: Vec<String>, object: &'static Object, key: String) {
        let alias = format!("{}{}", self.prefix, self.joins.len() + 1);
        let binned = self.org.deleted_too && object.keeps_deleted();
        self.joins.push(Join {
            path,
            bin: binned.then(|| format!("{alias}b")),
            alias,
            object,
            key,
        });
    }

    /// Canonical name, SQL and field of an object that is joined under `alias`.
    pub(super) fn path_from(
        &mut self,
        object: &'static Object,
        alias: &str,
        path: &Path,
    ) -> Outcome<(Vec<String>, String, &'static Field)> {
        let field = match path.0.as_slice() {
            [name] => self.org.field(object, name)?,
            _ => None,
        };
        let Some(field) = field else {
            return Err(no_such_column(&path.to_string(), object));
        };
        let sql = language::expression_shown(self.org, object, field, alias)?;
        Ok((vec![field.name.to_owned()], sql, field))
    }
}

fn no_such_column(name: &str, object: &Object) -> Refusal {
    let message = format!(
        "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
        object.name
    );
    Refusal::new(400, "INVALID_FIELD", message)
}

/// Says whether a field names an owner who is a user or a queue. Behind one there are the parents of users
/// (docs/salesforce/queries.md#names).
fn is_owner(object: &Object, field: &Field) -> bool {
    field.name == "OwnerId" && object.leads_to(field).len() > 1
}

/// The one object a reference leads to; those that lead to several have no parent path here.
fn target_of(field: &Field) -> Option<&'static Object> {
    match field.kind {
        FieldKind::Reference { to: [one], .. } => schema::object(one),
        _ => None,
    }
}

fn relationship_name(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::Reference { parent, .. } => parent,
        _ => "",
    }
}
