//! Texts of an org for a page: HTML, of which the words are wanted.

/// Tags of HTML that stand in messages of Salesforce and of an org's own flows and rules. Another word in `<…>` is text.
const TAGS: &[&str] = &[
    "a", "b", "br", "code", "div", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "li", "ol", "p", "pre", "s", "small", "span", "strong", "table", "tbody", "td", "th", "thead",
    "tr", "u", "ul",
];

/// Tags that begin or end a line.
const BREAKS: &[&str] = &[
    "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tr",
    "ul",
];

/// Entities that have a name.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("apos", '\''),
    ("gt", '>'),
    ("lt", '<'),
    ("nbsp", ' '),
    ("quot", '"'),
];

/// Characters of an entity between `&` and `;`.
const ENTITY_CHARS_MAX: usize = 8;

/// The text without the tags of HTML, with its entities resolved. A tag that breaks the line becomes a line feed. What is
/// no tag and no entity stays as it is, and so does what an entity has become.
pub fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match tag(from).or_else(|| entity(from)) {
            Some((text, after)) => {
                out.extend(text);
                rest = after;
            }
            None => {
                let (sign, after) = from.split_at(1);
                out.push_str(sign);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The sign for the tag that the text begins with, and the text behind it.
fn tag(text: &str) -> Option<(Option<char>, &str)> {
    let (inner, after) = text.strip_prefix('<')?.split_once('>')?;
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric());
    let (name, attributes) = inner.split_at(end.unwrap_or(inner.len()));
    let name = name.to_ascii_lowercase();
    let is_tag = TAGS.contains(&name.as_str())
        && !attributes.contains('<')
        && (attributes.is_empty() || attributes.starts_with([' ', '/']));
    let sign = BREAKS.contains(&name.as_str()).then_some('\n');
    is_tag.then_some((sign, after))
}

/// The character for the entity that the text begins with, and the text behind it.
fn entity(text: &str) -> Option<(Option<char>, &str)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.find(';').filter(|end| *end <= ENTITY_CHARS_MAX)?;
    let (name, after) = inner.split_at(end);
    let after = after.strip_prefix(';')?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let code = match hexadecimal {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((Some(character), after))
}

#[cfg(test)]
mod tests {
    use super::without_markup;

    #[test]
    fn words_of_a_page_are_words() {
        let page = "An <b>error</b> in your flow &#39;Welcome&#39;.<br/>Ask &quot;IT&quot; &amp; wait<p class=\"x\">now</p>";
        assert_eq!(
            without_markup(page),
            "An error in your flow 'Welcome'.\nAsk \"IT\" & wait\nnow\n"
        );
        assert_eq!(without_markup("&#x27;&nbsp;&gt;"), "' >");
    }

    #[test]
    fn text_that_only_looks_like_it_stays() {
        for text in [
            "a < b && c > d",
            "<Name> is unknown",
            "AT&T; R&D",
            "&#xD800; &#1114112; &; &nosuchname;",
            "<b",
            "<br",
            "<bigger>",
            "",
        ] {
            assert_eq!(without_markup(text), text);
        }
        // An entity that stands for a sign of HTML is that sign.
        assert_eq!(without_markup("&lt;b&gt; &amp;lt;"), "<b> &lt;");
    }

    #[test]
    fn signs_of_control_stay_and_are_shown_written_out() {
        let text = without_markup("a&#27;[2J\u{7}");
        assert_eq!(super::super::sentence(&text), "a\\u{1b}[2J\\u{7}");
    }
}
