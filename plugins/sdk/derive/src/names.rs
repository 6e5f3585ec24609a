//! Names of Rust in the spelling of Salesforce, of constants and of inputs.

use syn::Ident;
use syn::ext::IdentExt;

/// `user_role_id` → `UserRoleId`, as Salesforce spells its fields.
pub(crate) fn field(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    let words = name.split('_').filter(|word| !word.is_empty());
    words.map(capital).collect()
}

/// `user_role_id` → `USER_ROLE_ID`.
pub(crate) fn constant(ident: &Ident) -> Ident {
    let name = ident.unraw().to_string().to_uppercase();
    Ident::new(&name, ident.span())
}

/// `ReadWrite` → `read-write`.
pub(crate) fn word(ident: &Ident) -> String {
    let mut word = String::new();
    for character in ident.unraw().to_string().chars() {
        if character.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(character.to_lowercase());
    }
    word
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::Ident;

    use super::{constant, field, word};

    #[test]
    fn names_are_spelt_as_where_they_go() {
        let ident = |name| Ident::new(name, Span::call_site());
        assert_eq!(field(&ident("user_or_group_id")), "UserOrGroupId");
        assert_eq!(field(&Ident::new_raw("type", Span::call_site())), "Type");
        assert_eq!(constant(&ident("is_active")), "IS_ACTIVE");
        assert_eq!(word(&ident("ReadWrite")), "read-write");
    }
}
