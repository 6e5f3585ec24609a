//! Texts of plugins are data: before a person sees one, it is made a single line without control
//! characters, terminal sequences and direction marks, and cut to a bearable length.
//!
//! Values that go to the org are no such texts; they are left as they are.

use crate::limit;

/// The text as one line of at most [`limit::SHOWN_TEXT_BYTES_MAX`] bytes.
pub fn shown(text: &str) -> String {
    line(text, limit::SHOWN_TEXT_BYTES_MAX)
}

/// The text as one line of at most `bytes_max` bytes; `…` stands for what was cut off.
pub fn line(text: &str, bytes_max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(bytes_max));
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let c = match c {
            '\u{1b}' => {
                skip_sequence(&mut rest);
                continue;
            }
            '\u{9b}' => {
                skip_until_final(&mut rest);
                continue;
            }
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() || turns_direction(c) => continue,
            c => c,
        };
        if out.len() + c.len_utf8() + '…'.len_utf8() > bytes_max {
            out.push('…');
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out
}

/// The first few of what may be thousands, as one text. Whoever needs all has the list itself.
pub fn some<T>(all: &[T], text: impl Fn(&T) -> String) -> String {
    const SHOWN_MAX: usize = 10;
    let mut texts: Vec<String> = all.iter().take(SHOWN_MAX).map(text).collect();
    if all.len() > SHOWN_MAX {
        texts.push(format!("and {} more", all.len() - SHOWN_MAX));
    }
    texts.join("; ")
}

/// "`a`, `b` and `c`".
pub fn list(names: &[&str]) -> String {
    let ticked: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match ticked.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Whether the text is one line that shows as it is.
pub fn is_plain(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() || turns_direction(c) || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// What follows an escape character: a control sequence, a string up to its end, or one character.
fn skip_sequence(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('[') => skip_until_final(rest),
        // Titles, links, device strings: up to BEL or the string terminator.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(c) = rest.next() {
                if matches!(c, '\u{7}' | '\u{9c}') {
                    break;
                }
                if c == '\u{1b}' {
                    rest.next();
                    break;
                }
            }
        }
        _ => {}
    }
}

fn skip_until_final(rest: &mut std::str::Chars<'_>) {
    for c in rest {
        if matches!(c, '\u{40}'..='\u{7e}') {
            break;
        }
    }
}

/// Marks that make a text read otherwise than it is.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn terminal_sequences_and_control_characters_go() {
        assert_eq!(line("a\u{1b}[31mred\u{1b}[0m b", 100), "ared b");
        assert_eq!(
            line("\u{1b}]0;title\u{7}x\u{1b}]8;;http://x\u{1b}\\y", 100),
            "xy"
        );
        assert_eq!(line("\u{9b}2Jx\u{0}\u{8}\u{7f}y", 100), "xy");
        assert_eq!(line("one\ntwo\tthree\n", 100), "one two three");
        assert_eq!(line("abc\u{202e}def", 100), "abcdef");
        assert_eq!(line("\u{1b}[999", 100), "");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(line("äöüß", 8), "äö…");
        assert_eq!(line(&"x".repeat(9), 8), "xxxxx…");
        assert_eq!(line("äö", 8), "äö");
    }
}
