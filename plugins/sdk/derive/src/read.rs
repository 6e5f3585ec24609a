//! `derive(ReadRecord)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result, Type};

use crate::{names, record};

pub(crate) fn derive(item: &DeriveInput) -> Result<TokenStream> {
    let (object, is_object) = record::object(item)?;
    let fields = record::fields(item, false)?;
    let (ident, visibility) = (&item.ident, &item.vis);
    let declared = fields.iter().map(|field| {
        let (name, kind) = (&field.name, field.kind());
        quote!((#name, <#kind as ::usher_sdk::ReadField>::IS_READ))
    });
    let read = fields.iter().map(|field| {
        let (of, name, kind) = (field.named.ident, &field.name, field.kind());
        quote!(#of: <#kind as ::usher_sdk::ReadField>::from_field(record, #name)?)
    });
    let columns = fields.iter().map(|field| {
        let (constant, name, kind) = (names::constant(field.named.ident), &field.name, field.kind());
        let comment = format!("The field `{}`.", name.value());
        quote! {
            #[doc = #comment]
            #visibility const #constant: ::usher_sdk::Column<Self, <#kind as ::usher_sdk::ReadField>::Kind> =
                ::usher_sdk::Column::of(#name);
        }
    });
    // Lookups name these fields by their constants only, and the compiler would say that nothing reads them.
    let compared = fields.iter().filter(|field| is_compared(field.kind()));
    let compared: Vec<_> = compared.map(|field| field.named.ident).collect();
    let compared = (!compared.is_empty()).then(|| {
        quote! {
            fn compared_only(&self) {
                let _ = (#(&self.#compared,)*);
            }
        }
    });
    Ok(quote! {
        #is_object

        impl ::usher_sdk::ReadRecord for #ident {
            type Object = #object;

            const FIELDS: &'static [(&'static str, bool)] = &[#(#declared),*];

            fn from_record(
                record: &::usher_sdk::Record,
            ) -> ::std::result::Result<Self, ::usher_sdk::Failure> {
                ::std::result::Result::Ok(Self { #(#read),* })
            }
        }

        #[allow(dead_code)]
        impl #ident {
            #(#columns)*
            #compared
        }
    })
}

fn is_compared(kind: &Type) -> bool {
    match kind {
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| last.ident == "Compared")
        }
        _ => false,
    }
}
