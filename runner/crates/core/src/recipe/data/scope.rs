//! The names that expressions of the file may use, and the fields that they read.

use std::collections::BTreeSet;
use std::ops::Range;

use usher_contract::name::{is_api, is_field};

use crate::diagnostic::did_you_mean;
use crate::recipe::Input;
use crate::recipe::expression::Path;
use crate::recipe::keys::{Mistakes, Spanned};
use crate::recipe::names;

/// Words that an expression takes for something else.
const TAKEN: &[&str] = &[
    "inputs", "and", "or", "not", "in", "is", "if", "else", "true", "false", "none",
];

/// Everything that has a name.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Every input, also one that is itself a mistake.
    pub(super) input_names: Vec<String>,
    pub(super) inputs: Vec<Input>,
    /// Inputs that something is computed from: they must be known before the plugin is called.
    pub(super) computed: BTreeSet<String>,
    /// Inputs whose values have been passed on, for the value with a name that is being read.
    pub(super) passed: BTreeSet<String>,
    pub(super) finds: Vec<Found>,
    pub(super) values: Vec<NamedValue>,
    made: Vec<Made>,
    /// The name of the record at hand, and the find that it comes from.
    pub(super) item: Option<(String, usize)>,
    /// Names of all changes so far.
    pub(super) changes: Vec<String>,
}

/// A find, as far as expressions use it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) what: What,
    /// The fields that are read, in the order in which they are met.
    pub(super) fields: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// One record of this object.
    One(String),
    /// At most one record of this object.
    AtMostOne(String),
    Many(String),
    Settings,
    /// The find is itself a mistake.
    NotKnown,
}

/// A value with a name of its own.
#[derive(Debug)]
pub(super) struct NamedValue {
    pub(super) name: String,
    /// The inputs that it passes on: what is computed from the value is computed from them.
    pub(super) passed: BTreeSet<String>,
}

/// The record of an `ensure`.
#[derive(Debug)]
struct Made {
    name: String,
    object: String,
    /// One for each record of a list: its name stands for no single record.
    is_each: bool,
}

/// The thing that a path stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Input(String),
    /// The field of one record; its id, when the field is `Id`.
    Field {
        object: String,
        field: String,
    },
    /// The same of a record that may not be there.
    MaybeField {
        object: String,
        field: String,
    },
    /// The same of each record of a list.
    Column {
        object: String,
        field: String,
    },
    Setting,
    /// A value with a name of its own.
    Value {
        name: String,
    },
    /// The id of a record that the plugin makes.
    Made {
        object: String,
    },
    NotKnown,
}

impl Scope {
    /// The place of a find.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.finds.iter().position(|find| find.name == name)
    }

    /// Adds the record of an `ensure`.
    pub(super) fn make(&mut self, name: &str, object: &str, is_each: bool) {
        self.made.push(Made {
            name: name.to_owned(),
            object: object.to_owned(),
            is_each,
        });
    }

    /// Notes that a field of a find is read.
    pub(super) fn read(&mut self, find: usize, field: &str) {
        let fields = &mut self.finds[find].fields;
        let is_known = fields.iter().any(|known| known.eq_ignore_ascii_case(field));
        if !field.eq_ignore_ascii_case("Id") && !is_known {
            fields.push(field.to_owned());
        }
    }

    /// Adds a mistake unless a find, a change or a record at hand may have this name.
    pub(super) fn is_free(
        &self,
        what: &str,
        name: &Spanned<String>,
        mistakes: &mut Mistakes,
    ) -> bool {
        if !names::check_snake(what, &name.value, &name.span, mistakes) {
            return false;
        }
        let text = name.value.as_str();
        let is_taken = TAKEN.contains(&text)
            || self.find(text).is_some()
            || self.values.iter().any(|value| value.name == text)
            || self.changes.iter().any(|change| change == text);
        if is_taken {
            let message = format!("the name `{text}` is taken");
            let help = "give each find, each change and each record of a `for` a name of its own";
            mistakes.add("bad-name", name.span.clone(), message, help);
        }
        !is_taken
    }

    /// Returns the meaning of a path, and notes the field that it reads.
    pub(super) fn meaning(&mut self, path: &Path, mistakes: &mut Mistakes) -> Meaning {
        let Some((root, rest)) = path.segments.split_first() else {
            return Meaning::NotKnown;
        };
        if root == "inputs" {
            return self.input(path, mistakes);
        }
        if let Some((item, find)) = self.item.clone()
            && item == *root
        {
            return self.field(find, rest, false, path, mistakes);
        }
        if let Some(find) = self.find(root) {
            let is_list = matches!(self.finds[find].what, What::Many(_));
            return self.field(find, rest, is_list, path, mistakes);
        }
        if self.values.iter().any(|value| value.name == *root) {
            return named_value(root, rest, path, mistakes);
        }
        if let Some(made) = self.made.iter().find(|made| made.name == *root) {
            return made_id(made, rest, path, mistakes);
        }
        let message = format!("`{root}` is not known here");
        mistakes.add("unknown-name", path.span.clone(), message, self.near(root));
        Meaning::NotKnown
    }

    fn near(&self, root: &str) -> String {
        if self.input_names.iter().any(|input| input == root) {
            return format!("write `inputs.{root}`");
        }
        let names = self.finds.iter().map(|find| find.name.as_str());
        let names = names.chain(self.item.iter().map(|(item, _)| item.as_str()));
        let names = names.chain(self.values.iter().map(|value| value.name.as_str()));
        let names = names.chain(self.made.iter().map(|made| made.name.as_str()));
        did_you_mean(root, names.chain(["inputs"]))
    }

    fn input(&mut self, path: &Path, mistakes: &mut Mistakes) -> Meaning {
        let span = path.span.clone();
        let (name, part) = match path.segments.as_slice() {
            [_, name] => (name, None),
            [_, name, part, ..] => (name, Some(part)),
            _ => {
                let help = "write `inputs.<name>`";
                mistakes.add("unknown-input", span, "`inputs` needs a name", help);
                return Meaning::NotKnown;
            }
        };
        if !self.input_names.contains(name) {
            let names = self.input_names.iter().map(String::as_str);
            let message = format!("there is no input `{name}`");
            mistakes.add("unknown-input", span, message, did_you_mean(name, names));
            return Meaning::NotKnown;
        }
        if let Some(part) = part {
            let message = format!("input `{name}` has no part `{part}`");
            let help = format!("write `inputs.{name}`, or look for the record with `[[find]]`");
            mistakes.add("unknown-input", span, message, help);
            return Meaning::NotKnown;
        }
        Meaning::Input(name.clone())
    }

    fn field(
        &mut self,
        find: usize,
        rest: &[String],
        is_list: bool,
        path: &Path,
        mistakes: &mut Mistakes,
    ) -> Meaning {
        let root = path.root().unwrap_or_default().to_owned();
        let object = match self.finds[find].what.clone() {
            What::NotKnown => return Meaning::NotKnown,
            What::Settings => return self.setting(find, rest, path, mistakes),
            What::One(object) | What::AtMostOne(object) | What::Many(object) => object,
        };
        let field = match rest {
            [] => "Id".to_owned(),
            rest => rest.join("."),
        };
        if !is_field(&field) {
            let message = format!("`{field}` is not a valid field");
            let help = format!("write its API name: `{root}.Name`, `{root}.Owner.Name`");
            mistakes.add("bad-name", path.span.clone(), message, help);
            return Meaning::NotKnown;
        }
        self.read(find, &field);
        match (is_list, &self.finds[find].what) {
            (true, _) => Meaning::Column { object, field },
            (false, What::AtMostOne(_)) => Meaning::MaybeField { object, field },
            (false, _) => Meaning::Field { object, field },
        }
    }

    fn setting(
        &mut self,
        find: usize,
        rest: &[String],
        path: &Path,
        mistakes: &mut Mistakes,
    ) -> Meaning {
        let [field] = rest else {
            let root = path.root().unwrap_or_default();
            let message = format!("`{}` names no setting", path.text());
            let help = format!("write `{root}.<field>`, with the name as in the metadata type");
            mistakes.add("unknown-name", path.span.clone(), message, help);
            return Meaning::NotKnown;
        };
        if is_api(field) {
            self.read(find, field);
        }
        Meaning::Setting
    }

    /// The find of a list that a `for` goes through.
    pub(super) fn list(
        &self,
        name: &str,
        span: &Range<usize>,
        mistakes: &mut Mistakes,
    ) -> Option<usize> {
        let lists = || {
            let many = |find: &&Found| matches!(find.what, What::Many(_));
            let finds = self.finds.iter().filter(many);
            finds.map(|find| find.name.as_str())
        };
        let Some(find) = self.find(name) else {
            let message = format!("there is no find `{name}`");
            let help = did_you_mean(name, lists());
            mistakes.add("unknown-name", span.clone(), message, help);
            return None;
        };
        match self.finds[find].what {
            What::Many(_) => Some(find),
            What::NotKnown => None,
            What::One(_) | What::AtMostOne(_) | What::Settings => {
                let message = format!("`{name}` is not a list");
                let help = format!("leave out `for`, and write `{name}` itself");
                mistakes.add("wrong-type", span.clone(), message, help);
                None
            }
        }
    }
}

fn named_value(name: &str, rest: &[String], path: &Path, mistakes: &mut Mistakes) -> Meaning {
    if let Some(part) = rest.first() {
        let message = format!("the value `{name}` has no part `{part}`");
        let help = format!("write `{name}`");
        mistakes.add("unknown-name", path.span.clone(), message, help);
        return Meaning::NotKnown;
    }
    Meaning::Value {
        name: name.to_owned(),
    }
}

fn made_id(made: &Made, rest: &[String], path: &Path, mistakes: &mut Mistakes) -> Meaning {
    let name = &made.name;
    if made.is_each {
        let message = format!("`{name}` makes a record for each of a list");
        let help = "only the record of a change without `for` has a name";
        mistakes.add("unknown-name", path.span.clone(), message, help);
        return Meaning::NotKnown;
    }
    match rest {
        [] => {}
        [id] if id == "Id" => {}
        _ => {
            let message = format!("only the id of `{name}` is known");
            let help = format!("write `{name}`, or the value itself that the change sets");
            mistakes.add("unknown-name", path.span.clone(), message, help);
            return Meaning::NotKnown;
        }
    }
    Meaning::Made {
        object: made.object.clone(),
    }
}
