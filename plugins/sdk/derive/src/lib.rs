//! Derives for plugins in Rust. `usher-sdk` gives them out again, with the traits that they implement, and explains
//! them there.

mod attributes;
mod fields;
mod input;
mod names;
mod output;
mod read;
mod record;
mod write;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, Result, parse_macro_input};

/// A struct whose fields are the fields of records that are read. See the trait `ReadRecord`.
#[proc_macro_derive(ReadRecord, attributes(record))]
pub fn read_record(item: TokenStream) -> TokenStream {
    derived(read::derive, &parse_macro_input!(item as DeriveInput))
}

/// A struct whose fields are sent to records. See the trait `WriteRecord`.
#[proc_macro_derive(WriteRecord, attributes(record))]
pub fn write_record(item: TokenStream) -> TokenStream {
    derived(write::derive, &parse_macro_input!(item as DeriveInput))
}

/// A struct of inputs, or an enum of words. See the trait `FromInput`.
#[proc_macro_derive(Input, attributes(input))]
pub fn input(item: TokenStream) -> TokenStream {
    derived(input::derive, &parse_macro_input!(item as DeriveInput))
}

/// A struct of outputs, or an enum of words. See the trait `IntoOutput`.
#[proc_macro_derive(Output, attributes(output))]
pub fn output(item: TokenStream) -> TokenStream {
    derived(output::derive, &parse_macro_input!(item as DeriveInput))
}

fn derived(
    derive: fn(&DeriveInput) -> Result<proc_macro2::TokenStream>,
    item: &DeriveInput,
) -> TokenStream {
    let generics = match item.generics.params.is_empty() {
        true => Ok(()),
        false => Err(Error::new_spanned(
            &item.generics,
            "a type with parameters has no fixed place in the manifest; leave them out",
        )),
    };
    let code = generics.and_then(|()| derive(item));
    code.unwrap_or_else(Error::into_compile_error).into()
}

#[cfg(test)]
mod tests;
