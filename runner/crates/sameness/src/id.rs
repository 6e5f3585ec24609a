//! Record ids in 15 and 18 characters. The last three of 18 are a checksum over the case of the first
//! fifteen: three blocks of five, one bit for each upper-case letter.

const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The 18-character form, when `text` looks like a record id: 15 letters and digits, or 18 with the
/// right checksum (in any case, as the platform accepts it).
pub fn canonical(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if !matches!(bytes.len(), 15 | 18) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    // Every key prefix begins with a digit or a lower-case letter, and ids hold digits. Fifteen letters without a digit
    // are a word.
    if !bytes[..15].iter().any(u8::is_ascii_digit) {
        return None;
    }
    let full = format!("{}{}", &text[..15], checksum(&text[..15]));
    let given = &text[15..];
    (given.is_empty() || given.eq_ignore_ascii_case(&full[15..])).then_some(full)
}

/// The three characters after the first fifteen.
///
/// # Panics
///
/// `short` is not fifteen bytes of ASCII.
pub fn checksum(short: &str) -> String {
    assert!(
        short.len() == 15 && short.is_ascii(),
        "an id has fifteen characters"
    );
    short
        .as_bytes()
        .chunks(5)
        .map(|block| {
            let bits = block
                .iter()
                .enumerate()
                .filter(|(_, byte)| byte.is_ascii_uppercase())
                .fold(0, |bits, (place, _)| bits | (1 << place));
            char::from(CHECK[bits])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn ids_get_their_checksum() {
        assert_eq!(
            canonical("001D000000IRFma").as_deref(),
            Some("001D000000IRFmaIAH")
        );
        assert_eq!(
            canonical("001D000000IRFmaIAH").as_deref(),
            Some("001D000000IRFmaIAH")
        );
        assert_eq!(
            canonical("001D000000IRFmaiah").as_deref(),
            Some("001D000000IRFmaIAH")
        );
        assert_eq!(canonical("001D000000IRFmaAAA"), None);
        assert_eq!(canonical("CustomerService"), None);
        assert_eq!(canonical("001D"), None);
    }
}
