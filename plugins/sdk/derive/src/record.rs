//! The things that reading and writing have in common: the object, and the names of the fields.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, LitStr, Result, Type};

use crate::attributes::{Key, of_field, of_record};
use crate::fields::{Named, all, of_struct};
use crate::names;

/// A field of a record.
pub(crate) struct Field<'f> {
    pub(crate) named: Named<'f>,
    pub(crate) name: LitStr,
    pub(crate) key: Option<Key>,
}

impl Field<'_> {
    pub(crate) fn kind(&self) -> &Type {
        &self.named.field.ty
    }
}

/// The object of a struct: its type, and the code that makes the struct an object itself.
pub(crate) fn object(item: &DeriveInput) -> Result<(TokenStream, TokenStream)> {
    let said = of_record(&item.attrs)?;
    match (said.object, said.of) {
        (Some(name), None) => {
            check(&name, false)?;
            let ident = &item.ident;
            let object = quote! {
                impl ::usher_sdk::Object for #ident {
                    const NAME: &'static str = #name;
                }
            };
            Ok((quote!(Self), object))
        }
        (None, Some(of)) => Ok((quote!(#of), quote!())),
        (None, None) => Err(Error::new_spanned(
            &item.ident,
            "say the object: `#[record(object = \"User\")]`, or `#[record(of = User)]` where `User` is the struct of the object",
        )),
        (Some(_), Some(of)) => Err(Error::new_spanned(
            of,
            "`object` and `of` both say the object; leave one of them out",
        )),
    }
}

/// The fields of a struct with their names in Salesforce.
pub(crate) fn fields(item: &DeriveInput, is_written: bool) -> Result<Vec<Field<'_>>> {
    let named = of_struct(item)?.into_iter();
    let fields = all(named.map(|named| {
        let said = of_field(&named.field.attrs, is_written)?;
        let name = match said.field {
            Some(name) => name,
            None => LitStr::new(&names::field(named.ident), named.ident.span()),
        };
        check(&name, !is_written)?;
        let key = said.key;
        Ok(Field { named, name, key })
    }))?;
    let mut seen = BTreeSet::new();
    let twice = fields.iter().map(
        |field| match seen.insert(field.name.value().to_lowercase()) {
            true => Ok(()),
            false => Err(Error::new_spanned(
                &field.name,
                format!("the field `{}` is there already", field.name.value()),
            )),
        },
    );
    all(twice)?;
    Ok(fields)
}

/// An API name; a path of them where a parent may be read.
fn check(name: &LitStr, may_be_path: bool) -> Result<()> {
    let text = name.value();
    let is_name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let wrong = match (text.split('.').all(is_name), text.contains('.')) {
        (true, false) => return Ok(()),
        (true, true) if may_be_path => return Ok(()),
        (true, true) => "is a path to a parent; a change sends fields of the record itself",
        (false, _) => "is not an API name of Salesforce",
    };
    Err(Error::new_spanned(name, format!("`{text}` {wrong}")))
}
