//! `derive(Output)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DataEnum, DeriveInput, Result};

use crate::attributes::{description, of_value};
use crate::fields::{all, of_struct};
use crate::input::words;

pub(crate) fn derive(item: &DeriveInput) -> Result<TokenStream> {
    match &item.data {
        Data::Enum(data) => of_words(item, data),
        _ => of_fields(item),
    }
}

fn of_fields(item: &DeriveInput) -> Result<TokenStream> {
    let fields = of_struct(item)?;
    let (mut schemas, mut members) = (vec![], vec![]);
    let said = all(fields
        .iter()
        .map(|one| of_value(&one.field.attrs, "output", false)))?;
    for (field, said) in fields.iter().zip(said) {
        let (ident, kind) = (field.ident, &field.field.ty);
        let name = match said.rename {
            Some(name) => name.value(),
            None => ident.unraw().to_string(),
        };
        let description =
            description(&field.field.attrs).map(|text| quote!(property.set("description", #text);));
        let also = said.also.map(|words| quote!(property.also(#words);));
        schemas.push(quote! {
            let mut property = ::usher_sdk::Schema::default();
            <#kind as ::usher_sdk::IntoOutput>::schema(&mut property);
            #description
            #also
            schema.property(#name, property, <#kind as ::usher_sdk::IntoOutput>::IS_ALWAYS);
        });
        members.push(quote! {
            (
                #name,
                <#kind as ::usher_sdk::IntoOutput>::IS_ALWAYS,
                ::usher_sdk::IntoOutput::json(&self.#ident),
            )
        });
    }
    let ident = &item.ident;
    Ok(quote! {
        impl ::usher_sdk::IntoOutput for #ident {
            fn schema(schema: &mut ::usher_sdk::Schema) {
                schema.set("type", "object");
                schema.set("additionalProperties", false);
                #(#schemas)*
            }

            fn json(&self) -> ::usher_sdk::Json {
                ::usher_sdk::__called::object([#(#members),*])
            }
        }
    })
}

fn of_words(item: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let (words, idents) = words(data, "output")?;
    let ident = &item.ident;
    Ok(quote! {
        impl ::usher_sdk::IntoOutput for #ident {
            fn schema(schema: &mut ::usher_sdk::Schema) {
                schema.set("type", "string");
                schema.set("enum", [#(#words),*].as_slice());
            }

            fn json(&self) -> ::usher_sdk::Json {
                match self {
                    #(Self::#idents => #words.into(),)*
                }
            }
        }
    })
}
