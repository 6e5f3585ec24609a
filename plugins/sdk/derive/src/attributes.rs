//! The attributes of the derives.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, Error, Expr, ExprLit, Lit, LitStr, Meta, Path, Result, Token};

/// `#[record(…)]` on a struct.
#[derive(Default)]
pub(crate) struct OfRecord {
    /// The object by its API name.
    pub(crate) object: Option<LitStr>,
    /// The struct that is the object.
    pub(crate) of: Option<Path>,
}

/// `#[record(…)]` on a field.
#[derive(Default)]
pub(crate) struct OfField {
    /// Another name than that of the field.
    pub(crate) field: Option<LitStr>,
    /// The field is part of the key, which Salesforce enforces, or does not.
    pub(crate) key: Option<Key>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Unique,
    Recognised,
}

/// `#[input(…)]` or `#[output(…)]` on a field or a variant.
#[derive(Default)]
pub(crate) struct OfValue {
    pub(crate) rename: Option<LitStr>,
    /// As JSON.
    pub(crate) default: Option<String>,
    /// Further words of the schema, as JSON.
    pub(crate) also: Option<LitStr>,
    /// The step is planned only when the value is known.
    pub(crate) known: Option<()>,
}

pub(crate) fn of_record(attributes: &[Attribute]) -> Result<OfRecord> {
    let mut found = OfRecord::default();
    each(attributes, "record", |meta| {
        if meta.path.is_ident("object") {
            once(&mut found.object, meta.value()?.parse()?, &meta)
        } else if meta.path.is_ident("of") {
            once(&mut found.of, meta.value()?.parse()?, &meta)
        } else {
            Err(meta.error("expected `object = \"User\"` or `of = User`"))
        }
    })?;
    Ok(found)
}

pub(crate) fn of_field(attributes: &[Attribute], may_be_key: bool) -> Result<OfField> {
    let mut found = OfField::default();
    each(attributes, "record", |meta| {
        if meta.path.is_ident("field") {
            once(&mut found.field, meta.value()?.parse()?, &meta)
        } else if may_be_key && meta.path.is_ident("unique") {
            once(&mut found.key, Key::Unique, &meta)
        } else if may_be_key && meta.path.is_ident("recognised") {
            once(&mut found.key, Key::Recognised, &meta)
        } else if may_be_key {
            Err(meta.error("expected `field = \"Name\"`, `unique` or `recognised`"))
        } else {
            Err(meta.error("expected `field = \"Name\"`"))
        }
    })?;
    Ok(found)
}

/// `name` is that of the attribute.
pub(crate) fn of_value(attributes: &[Attribute], name: &str, is_input: bool) -> Result<OfValue> {
    let mut found = OfValue::default();
    each(attributes, name, |meta| {
        if meta.path.is_ident("rename") {
            once(&mut found.rename, meta.value()?.parse()?, &meta)
        } else if meta.path.is_ident("also") {
            once(&mut found.also, meta.value()?.parse()?, &meta)
        } else if is_input && meta.path.is_ident("default") {
            once(&mut found.default, json(meta.value()?)?, &meta)
        } else if is_input && meta.path.is_ident("known") {
            once(&mut found.known, (), &meta)
        } else if is_input {
            Err(meta.error("expected `rename = \"…\"`, `default = …`, `known` or `also = \"{…}\"`"))
        } else {
            Err(meta.error("expected `rename = \"…\"` or `also = \"{…}\"`"))
        }
    })?;
    Ok(found)
}

/// The first paragraph of the comment, on one line.
pub(crate) fn description(attributes: &[Attribute]) -> Option<String> {
    let mut lines = vec![];
    for attribute in attributes {
        if let Meta::NameValue(meta) = &attribute.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &meta.value
        {
            let text = text.value();
            lines.extend(text.split('\n').map(|line| line.trim().to_owned()));
        }
    }
    let paragraph: Vec<String> = lines
        .into_iter()
        .skip_while(String::is_empty)
        .take_while(|line| !line.is_empty())
        .collect();
    (!paragraph.is_empty()).then(|| paragraph.join(" "))
}

fn each(
    attributes: &[Attribute],
    name: &str,
    mut entry: impl FnMut(ParseNestedMeta) -> Result<()>,
) -> Result<()> {
    let mut own = attributes.iter().filter(|one| one.path().is_ident(name));
    own.try_for_each(|attribute| attribute.parse_nested_meta(&mut entry))
}

fn once<T>(place: &mut Option<T>, value: T, meta: &ParseNestedMeta) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(meta.error("this is said already")),
    }
}

/// The text of a value of JSON that is written as Rust: a literal, a list or an object.
fn json(tokens: ParseStream) -> Result<String> {
    if tokens.peek(LitStr) {
        return Ok(quoted(&tokens.parse::<LitStr>()?.value()));
    }
    let mut json = TokenStream::new();
    if tokens.peek(Token![-]) {
        tokens.parse::<Token![-]>()?.to_tokens(&mut json);
    }
    let value: TokenTree = tokens.parse()?;
    if let TokenTree::Ident(word) = &value
        && !["true", "false"].contains(&word.to_string().as_str())
    {
        return Err(Error::new_spanned(
            word,
            "expected a value as in JSON; leave the default out where there is none",
        ));
    }
    value.to_tokens(&mut json);
    Ok(json.to_string().replace("- ", "-"))
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            character if u32::from(character) < 0x20 => {
                json += &format!("\\u{:04x}", u32::from(character));
            }
            character => json.push(character),
        }
    }
    json + "\""
}
