//! `derive(Input)`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Data, DataEnum, DeriveInput, LitStr, Result};

use crate::attributes::{description, of_value};
use crate::fields::{all, of_enum, of_struct};
use crate::names;

pub(crate) fn derive(item: &DeriveInput) -> Result<TokenStream> {
    match &item.data {
        Data::Enum(data) => of_words(item, data),
        _ => of_fields(item),
    }
}

fn of_fields(item: &DeriveInput) -> Result<TokenStream> {
    let fields = of_struct(item)?;
    let (mut schemas, mut values, mut members) = (vec![], vec![], vec![]);
    let said = all(fields
        .iter()
        .map(|one| of_value(&one.field.attrs, "input", true)))?;
    for (index, (field, said)) in fields.iter().zip(said).enumerate() {
        let (ident, kind) = (field.ident, &field.field.ty);
        let name = match said.rename {
            Some(name) => name.value(),
            None => ident.unraw().to_string(),
        };
        let description =
            description(&field.field.attrs).map(|text| quote!(property.set("description", #text);));
        let default_word = said.default.as_ref().map(|json| {
            let words = format!("{{\"default\":{json}}}");
            quote!(property.also(#words);)
        });
        let also = said.also.map(|words| quote!(property.also(#words);));
        let known = said.known.map(|()| quote!(property.known();));
        let has_default = said.default.is_some();
        schemas.push(quote! {
            let mut property = ::usher_sdk::Schema::default();
            <#kind as ::usher_sdk::FromInput>::schema(&mut property);
            #known
            #description
            #default_word
            #also
            let is_required = !#has_default && <#kind as ::usher_sdk::FromInput>::left_out().is_none();
            schema.property(#name, property, is_required);
        });
        let default = match &said.default {
            Some(json) => quote!(::std::option::Option::Some(#json)),
            None => quote!(::std::option::Option::None),
        };
        let value = format_ident!("value_{index}");
        values.push(quote! {
            let #value = ::usher_sdk::__called::field::<#kind>(json, #name, #default, at, problems);
        });
        members.push(quote!(#ident: #value?));
    }
    let ident = &item.ident;
    Ok(quote! {
        impl ::usher_sdk::FromInput for #ident {
            fn schema(schema: &mut ::usher_sdk::Schema) {
                schema.set("type", "object");
                schema.set("additionalProperties", false);
                #(#schemas)*
            }

            #[allow(unused_variables)]
            fn from_input(
                json: &::usher_sdk::Json,
                at: &::usher_sdk::Place<'_>,
                problems: &mut ::usher_sdk::Problems,
            ) -> ::std::option::Option<Self> {
                #(#values)*
                ::std::option::Option::Some(Self { #(#members),* })
            }
        }
    })
}

fn of_words(item: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let (words, idents) = words(data, "input")?;
    let ident = &item.ident;
    let places = 0..words.len();
    Ok(quote! {
        impl ::usher_sdk::FromInput for #ident {
            fn schema(schema: &mut ::usher_sdk::Schema) {
                schema.set("type", "string");
                schema.set("enum", [#(#words),*].as_slice());
            }

            fn from_input(
                json: &::usher_sdk::Json,
                at: &::usher_sdk::Place<'_>,
                problems: &mut ::usher_sdk::Problems,
            ) -> ::std::option::Option<Self> {
                let words = [#(#words),*];
                match ::usher_sdk::__called::variant(json, &words, at, problems)? {
                    #(#places => ::std::option::Option::Some(Self::#idents),)*
                    _ => ::std::option::Option::None,
                }
            }
        }
    })
}

/// The words of an enum, and its variants.
pub(crate) fn words<'d>(
    data: &'d DataEnum,
    attribute: &str,
) -> Result<(Vec<LitStr>, Vec<&'d syn::Ident>)> {
    let variants = of_enum(&data.variants)?;
    let words = all(variants.iter().map(|variant| {
        let said = of_value(&variant.attrs, attribute, false)?;
        let word = || LitStr::new(&names::word(&variant.ident), variant.ident.span());
        Ok(said.rename.unwrap_or_else(word))
    }))?;
    let idents = variants.iter().map(|variant| &variant.ident).collect();
    Ok((words, idents))
}
