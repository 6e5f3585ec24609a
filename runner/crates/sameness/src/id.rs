//! Record ids in 15 and 18 characters. The last three of 18 are a checksum over the case of the first
//! fifteen: three blocks of five, one bit for each upper-case letter.

const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The 18-character form, when `text` looks like a record id: 15 letters and digits, or 18 with the
/// right checksum (in any case, as the platform accepts it).
pub fn canonical(text: &str) -> Option<String> {
    is_id(text).then(|| format!("{}{}", &text[..15], checksum(&text[..15])))
}

/// Says whether two texts are the same id; `None` when one of them is not an id.
pub fn same(a: &str, b: &str) -> Option<bool> {
    (is_id(a) && is_id(b)).then(|| a.as_bytes()[..15] == b.as_bytes()[..15])
}

/// Says whether `text` looks like a record id, as [`canonical`] does.
fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !matches!(bytes.len(), 15 | 18) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let (short, given) = bytes.split_at(15);
    // Every key prefix begins with a digit or a lower-case letter, and ids hold digits. Fifteen letters without a digit
    // are a word.
    short.iter().any(u8::is_ascii_digit)
        && (given.is_empty() || given.eq_ignore_ascii_case(&check(short)))
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
    check(short.as_bytes()).map(char::from).iter().collect()
}

/// The same for bytes.
fn check(short: &[u8]) -> [u8; 3] {
    let mut check = [0; 3];
    for (sign, block) in check.iter_mut().zip(short.chunks(5)) {
        let upper = block.iter().enumerate();
        let upper = upper.filter(|(_, byte)| byte.is_ascii_uppercase());
        *sign = CHECK[upper.fold(0, |bits, (place, _)| bits | (1 << place))];
    }
    check
}

#[cfg(test)]
mod tests {
    use super::{canonical, same};

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

    #[test]
    fn two_are_the_same_when_their_whole_forms_are() {
        let texts = [
            "001D000000IRFma",
            "001D000000IRFmaIAH",
            "001D000000IRFmaiah",
            "001D000000IRFmaAAA",
            "001d000000irfma",
            "001D000000IRFmb",
            "CustomerService",
            "001D",
            "001D000000IRFé",
            "001D000000IRFmaéA",
        ];
        for a in texts {
            for b in texts {
                let both = canonical(a).zip(canonical(b));
                assert_eq!(same(a, b), both.map(|(a, b)| a == b), "{a} {b}");
            }
        }
    }
}
