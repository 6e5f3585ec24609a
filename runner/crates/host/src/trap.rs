//! A plugin that broke off: the functions that were open then, and the usual reasons, for its author.

use usher_contract::text;
use wasmtime::WasmBacktrace;

/// Functions that are shown. The innermost ones say most.
const FUNCTIONS_MAX: usize = 12;

/// Bytes of a function's name. Names of generic functions have no end.
const NAME_BYTES_MAX: usize = 120;

/// The usual reasons. The engine knows no more: the plugin's own code that builds the answer breaks off, and its words
/// are lost.
const REASONS: &str = "a plugin breaks off like this when its answer lacks a field of the contract, when a text is not \
                       Unicode, or when an exception leaves it: fill in every field of `step-plan` that `step.wit` \
                       names, catch every exception, and answer `broken` with its message";

/// The names of the plugin's functions that were open, the innermost first; those without a name that a person can read
/// are left out.
pub(crate) fn stack(error: &wasmtime::Error) -> Vec<String> {
    let frames = error.downcast_ref::<WasmBacktrace>();
    let frames = frames.map(WasmBacktrace::frames).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    let named = frames.iter().filter_map(|frame| frame.func_name());
    // The newer encoding of Rust, which its own library has, is no text for people.
    for name in named.filter(|name| !name.starts_with("_R")) {
        let name = text::line(&plain(name), NAME_BYTES_MAX);
        if names.len() < FUNCTIONS_MAX && names.last() != Some(&name) {
            names.push(name);
        }
    }
    names
}

/// The usual reasons for which a plugin breaks off, and its own functions. For its author.
pub fn help(stack: &[String]) -> String {
    match stack {
        [] => REASONS.to_owned(),
        stack => {
            let stack: Vec<String> = stack.iter().map(|name| format!("`{name}`")).collect();
            format!("{REASONS}. It was in {}", stack.join(", called by "))
        }
    }
}

/// The path in a name that a compiler of Rust or C++ has encoded: `_ZN4core9panicking9panic_fmt17h…E`; else the name.
fn plain(name: &str) -> String {
    let Some(mut rest) = name.strip_prefix("_ZN") else {
        return name.to_owned();
    };
    let mut parts: Vec<&str> = Vec::new();
    while !rest.starts_with('E') {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length: Option<usize> = rest[..digits].parse().ok();
        let part = length.and_then(|length| rest.get(digits..digits + length));
        let Some(part) = part else {
            return name.to_owned();
        };
        rest = &rest[digits + part.len()..];
        parts.push(part);
    }
    // The last part of a name of Rust is a hash.
    let is_hash = |part: &&str| part.len() == 17 && part.starts_with('h');
    if parts.last().is_some_and(is_hash) {
        parts.pop();
    }
    let signs = [("$LT$", "<"), ("$GT$", ">"), ("$u20$", " "), ("..", "::")];
    let path = parts.join("::");
    signs
        .iter()
        .fold(path, |path, (code, sign)| path.replace(code, sign))
}

#[cfg(test)]
mod tests {
    use super::{help, plain};

    #[test]
    fn names_are_shown_as_their_sources_have_them() {
        assert_eq!(
            plain("_ZN4core9panicking9panic_fmt17h0123456789abcdefE"),
            "core::panicking::panic_fmt"
        );
        for name in [
            "plan",
            "_ZN",
            "_ZN9",
            "_ZN99999999999999999999aE",
            "_ZN4coreé",
        ] {
            assert_eq!(plain(name), name);
        }
    }

    #[test]
    fn the_help_names_the_functions_if_there_are_any() {
        assert!(!help(&[]).contains("It was in"));
        let stack = ["abort".to_owned(), "plan".to_owned()];
        assert!(help(&stack).ends_with("It was in `abort`, called by `plan`"));
    }
}
