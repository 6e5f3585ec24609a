//! Booleans, in the words that spreadsheets write for them.

/// The words for true and false, in capitals, of languages in which Excel translates them. No word stands for true in one
/// language and for false in another.
const WORDS: [[&str; 2]; 16] = [
    // English, Japanese, Chinese, Korean.
    ["TRUE", "FALSE"],
    // German.
    ["WAHR", "FALSCH"],
    // French.
    ["VRAI", "FAUX"],
    // Spanish.
    ["VERDADERO", "FALSO"],
    // Italian.
    ["VERO", "FALSO"],
    // Portuguese.
    ["VERDADEIRO", "FALSO"],
    // Dutch.
    ["WAAR", "ONWAAR"],
    // Swedish.
    ["SANT", "FALSKT"],
    // Danish.
    ["SAND", "FALSK"],
    // Norwegian.
    ["SANN", "USANN"],
    // Finnish.
    ["TOSI", "EPÄTOSI"],
    // Polish.
    ["PRAWDA", "FAŁSZ"],
    // Czech.
    ["PRAVDA", "NEPRAVDA"],
    // Hungarian.
    ["IGAZ", "HAMIS"],
    // Turkish.
    ["DOĞRU", "YANLIŞ"],
    // Russian.
    ["ИСТИНА", "ЛОЖЬ"],
];

/// Reads a word; case does not count. `None`: it is not a word for true or false.
pub(super) fn read(text: &str) -> Option<bool> {
    let text = text.to_uppercase();
    let means = |place: usize| WORDS.iter().any(|words| words[place] == text);
    match (means(0), means(1)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{WORDS, read};

    #[test]
    fn each_word_has_one_meaning_in_all_languages() {
        for [yes, no] in WORDS {
            assert_eq!(read(yes), Some(true), "{yes}");
            assert_eq!(read(&no.to_lowercase()), Some(false), "{no}");
        }
        for other in ["yes", "ja", "1", "0", "x", "", "WAHRE"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
