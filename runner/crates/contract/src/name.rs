//! Rules for names: steps, inputs and outputs are written in `snake_case`, plugins, packs and recipes in
//! kebab-case, objects and fields by their API names.

/// Longest name of anything; a plan shows them side by side.
const NAME_BYTES_MAX: usize = 64;

/// Longest API name of an object: 40 characters and a suffix, with room for a namespace.
const OBJECT_BYTES_MAX: usize = 80;

/// Lower-case letters and digits, single hyphens between them.
pub fn is_kebab(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX && name.split('-').all(is_word)
}

/// Lower-case letters and digits, single underscores between them, a letter first.
pub fn is_snake(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('_').all(is_word)
}

/// An API name of an object: a letter first, then letters, digits and underscores.
pub fn is_object(name: &str) -> bool {
    name.len() <= OBJECT_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A field's API name, or a path to a field of a parent: `Account.Owner.UserRoleId`.
pub fn is_field(name: &str) -> bool {
    name.split('.').all(is_object)
}

/// The name as a key: Salesforce compares names of objects and fields without regard to ASCII case.
pub fn fold(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn is_word(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}
