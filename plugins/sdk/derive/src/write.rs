//! `derive(WriteRecord)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Result};

use crate::attributes::Key;
use crate::record;

pub(crate) fn derive(item: &DeriveInput) -> Result<TokenStream> {
    let (object, is_object) = record::object(item)?;
    let fields = record::fields(item, true)?;
    let ident = &item.ident;
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let sent = fields.iter().map(|field| {
        let (of, name) = (field.named.ident, &field.name);
        quote!((#name, ::usher_sdk::SentField::sent(self.#of)))
    });
    let new = new(item, &fields)?;
    Ok(quote! {
        #is_object

        impl ::usher_sdk::WriteRecord for #ident {
            type Object = #object;

            const FIELDS: &'static [&'static str] = &[#(#names),*];

            fn fields(self) -> ::std::vec::Vec<::usher_sdk::Field> {
                ::usher_sdk::__called::sent([#(#sent),*])
            }
        }

        #new
    })
}

/// The key, when fields say that they are part of one.
fn new(item: &DeriveInput, fields: &[record::Field<'_>]) -> Result<TokenStream> {
    let of = |key| fields.iter().filter(move |field| field.key == Some(key));
    let (unique, recognised) = (of(Key::Unique).count(), of(Key::Recognised).count());
    let key = match (unique, recognised) {
        (0, 0) => return Ok(quote!()),
        (_, 0) => Key::Unique,
        (0, _) => Key::Recognised,
        _ => {
            return Err(Error::new_spanned(
                &item.ident,
                "a record has one key: its fields are all `unique`, or all `recognised`",
            ));
        }
    };
    let (ident, is_enforced) = (&item.ident, key == Key::Unique);
    let names = of(key).map(|field| &field.name);
    let always = of(key).map(|field| {
        let kind = field.kind();
        let wrong = format!(
            "`{}` is part of the key, so it is always sent and not an `Option`",
            field.name.value()
        );
        quote!(
            const _: () = ::std::assert!(<#kind as ::usher_sdk::SentField>::IS_ALWAYS, #wrong);
        )
    });
    Ok(quote! {
        #(#always)*

        impl ::usher_sdk::NewRecord for #ident {
            const KEY: &'static [&'static str] = &[#(#names),*];
            const ENFORCED: bool = #is_enforced;
        }
    })
}
