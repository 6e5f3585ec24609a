//! The fields of a struct and the words of an enum.

use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Error, Field, Fields, Ident, Result, Token, Variant};

/// A named field.
pub(crate) struct Named<'f> {
    pub(crate) ident: &'f Ident,
    pub(crate) field: &'f Field,
}

/// The fields of a struct; none when it has no braces.
pub(crate) fn of_struct(item: &DeriveInput) -> Result<Vec<Named<'_>>> {
    match &item.data {
        Data::Struct(data) if !matches!(data.fields, Fields::Unnamed(_)) => {
            let fields = data.fields.iter();
            let named = fields.filter_map(|field| {
                let ident = field.ident.as_ref()?;
                Some(Named { ident, field })
            });
            Ok(named.collect())
        }
        _ => Err(Error::new_spanned(
            &item.ident,
            "this must be a struct with named fields",
        )),
    }
}

/// The variants of an enum, which have no fields.
pub(crate) fn of_enum(variants: &Punctuated<Variant, Token![,]>) -> Result<Vec<&Variant>> {
    let mut wrong = variants
        .iter()
        .filter(|one| !matches!(one.fields, Fields::Unit));
    match wrong.next() {
        None => Ok(variants.iter().collect()),
        Some(variant) => Err(Error::new_spanned(
            variant,
            "a variant is one word of the input or output; it has no fields",
        )),
    }
}

/// Results of all, or all mistakes at once.
pub(crate) fn all<T>(results: impl Iterator<Item = Result<T>>) -> Result<Vec<T>> {
    let (mut good, mut wrong) = (vec![], None::<Error>);
    for result in results {
        match (result, &mut wrong) {
            (Ok(one), _) => good.push(one),
            (Err(error), Some(wrong)) => wrong.combine(error),
            (Err(error), None) => wrong = Some(error),
        }
    }
    match wrong {
        None => Ok(good),
        Some(wrong) => Err(wrong),
    }
}
