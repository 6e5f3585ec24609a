//! The objects and the fields that free SOQL names, found without understanding it: a select belongs to the object
//! after its `FROM`, and every word in it that is not syntax is a field of that object. Relationship names of inner
//! selects count as objects too, so a manifest lists them as well.
//!
//! This is a gate and not a parser. It refuses what it cannot follow.

/// Longest alias of an object. A relationship has a longer name, so that `a.Name` cannot be the field of a parent.
const ALIAS_BYTES_MAX: usize = 2;

/// Words between clauses, in the part after `FROM`.
const SYNTAX: &[&str] = &[
    "AND", "ASC", "BY", "DESC", "FALSE", "GROUP", "HAVING", "IN", "LIKE", "LIMIT", "NOT", "NULL",
    "NULLS", "OFFSET", "OR", "ORDER", "TRUE", "WHERE",
];

/// Words that are syntax only after `NULLS`.
const BEHIND_NULLS: &[&str] = &["FIRST", "LAST"];

/// Functions over fields.
const FUNCTIONS: &[&str] = &["AVG", "COUNT", "COUNT_DISTINCT", "MAX", "MIN", "SUM"];

/// Dates by name; those with `_N_` have a number after a colon.
const DATES: &[&str] = &[
    "LAST_90_DAYS",
    "LAST_FISCAL_QUARTER",
    "LAST_FISCAL_YEAR",
    "LAST_MONTH",
    "LAST_N_DAYS",
    "LAST_N_FISCAL_QUARTERS",
    "LAST_N_FISCAL_YEARS",
    "LAST_N_MONTHS",
    "LAST_N_QUARTERS",
    "LAST_N_WEEKS",
    "LAST_N_YEARS",
    "LAST_QUARTER",
    "LAST_WEEK",
    "LAST_YEAR",
    "NEXT_90_DAYS",
    "NEXT_FISCAL_QUARTER",
    "NEXT_FISCAL_YEAR",
    "NEXT_MONTH",
    "NEXT_N_DAYS",
    "NEXT_N_FISCAL_QUARTERS",
    "NEXT_N_FISCAL_YEARS",
    "NEXT_N_MONTHS",
    "NEXT_N_QUARTERS",
    "NEXT_N_WEEKS",
    "NEXT_N_YEARS",
    "NEXT_QUARTER",
    "NEXT_WEEK",
    "NEXT_YEAR",
    "N_DAYS_AGO",
    "N_FISCAL_QUARTERS_AGO",
    "N_FISCAL_YEARS_AGO",
    "N_MONTHS_AGO",
    "N_QUARTERS_AGO",
    "N_WEEKS_AGO",
    "N_YEARS_AGO",
    "THIS_FISCAL_QUARTER",
    "THIS_FISCAL_YEAR",
    "THIS_MONTH",
    "THIS_QUARTER",
    "THIS_WEEK",
    "THIS_YEAR",
    "TODAY",
    "TOMORROW",
    "YESTERDAY",
];

/// One select: the object after its `FROM`, and every field that it names, paths of parents included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected<'a> {
    pub object: &'a str,
    pub fields: Vec<&'a str>,
}

/// A select that is being read.
#[derive(Default)]
struct Select<'a> {
    object: Option<&'a str>,
    alias: Option<&'a str>,
    fields: Vec<&'a str>,
    /// Its place among the selects, by its `FROM`.
    place: usize,
}

/// Returns the names of all binds (`:name`) in a query, outside of its quotes.
pub fn binds(soql: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_quoted = false;
    let mut rest = soql;
    while let Some(at) = rest.find(['\\', '\'', ':']) {
        let (sign, behind) = rest[at..].split_at(1);
        rest = behind;
        match sign {
            "\\" if is_quoted => {
                rest = rest
                    .get(rest.chars().next().map_or(0, char::len_utf8)..)
                    .unwrap_or_default();
            }
            "'" => is_quoted = !is_quoted,
            ":" if !is_quoted && rest.starts_with(|it: char| it.is_ascii_alphabetic()) => {
                let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
                let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
                found.push(name);
                rest = behind;
            }
            _ => {}
        }
    }
    found
}

/// Returns everything that the selects of a query name, in the order of their `FROM`s.
pub fn selected(soql: &str) -> Result<Vec<Selected<'_>>, &'static str> {
    let tokens = tokens(soql)?;
    let mut found: Vec<(usize, Selected<'_>)> = Vec::new();
    // Brackets that are open: those of a select, and others.
    let mut open: Vec<Option<Select<'_>>> = Vec::new();
    let mut places = 0;
    let mut at = 0;
    if !tokens.first().is_some_and(|first| is(first, "SELECT")) {
        return Err("SOQL begins with `SELECT`");
    }
    while let Some(&token) = tokens.get(at) {
        let before = at.checked_sub(1).map(|before| tokens[before]);
        at += 1;
        match token {
            "(" if !tokens.get(at).is_some_and(|next| is(next, "SELECT")) => open.push(None),
            ")" => match open.pop() {
                None => return Err("SOQL closes a bracket that is not open"),
                Some(None) => {}
                Some(Some(_)) if open.is_empty() => {
                    return Err("SOQL closes a bracket that is not open");
                }
                Some(Some(select)) => found.push(select.finished()?),
            },
            select if is(select, "SELECT") => {
                if before.is_some_and(|before| before != "(") {
                    return Err("SOQL has a `SELECT` where none may be");
                }
                open.push(Some(Select::default()));
            }
            word if is_word(word.as_bytes()[0]) => {
                let next = tokens.get(at).copied();
                let select = open.iter_mut().rev().find_map(Option::as_mut);
                let select = select.ok_or("SOQL goes on behind its end")?;
                if is(word, "FROM") {
                    at = select.from(&tokens, at)?;
                    select.place = places;
                    places += 1;
                } else {
                    select.word(word, before, next)?;
                }
            }
            _ => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(Some(select)), true) => found.push(select.finished()?),
        _ => return Err("SOQL leaves a bracket open"),
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, selected)| selected).collect())
}

/// Returns the names after every `FROM`, in the order of the text, without aliases.
pub fn objects(soql: &str) -> Result<Vec<&str>, &'static str> {
    let selected = selected(soql)?.into_iter();
    Ok(selected.map(|select| select.object).collect())
}

impl<'a> Select<'a> {
    /// Reads the object and its alias after a `FROM`. Returns the place of the next token.
    fn from(&mut self, tokens: &[&'a str], at: usize) -> Result<usize, &'static str> {
        const NO_OBJECT: &str = "SOQL names no object behind `FROM`";
        if self.object.is_some() {
            return Err("SOQL has two `FROM`s in one select");
        }
        let name = tokens.get(at).copied().unwrap_or("");
        if !is_name(name) {
            return Err(NO_OBJECT);
        }
        self.object = Some(name.rsplit('.').next().unwrap_or(name));
        let mut at = at + 1;
        let is_as = tokens.get(at).is_some_and(|word| is(word, "AS"));
        at += usize::from(is_as);
        if let Some(alias) = tokens.get(at).filter(|word| is_name(word))
            && (is_as || !is_one_of(SYNTAX, alias))
        {
            if alias.len() > ALIAS_BYTES_MAX {
                return Err("SOQL gives an object an alias of more than two letters");
            }
            self.alias = Some(alias);
            at += 1;
        }
        if tokens.get(at) == Some(&",") {
            return Err("SOQL names several objects behind one `FROM`");
        }
        Ok(at)
    }

    /// Takes a word that is neither `SELECT` nor `FROM`.
    fn word(
        &mut self,
        word: &'a str,
        before: Option<&str>,
        next: Option<&str>,
    ) -> Result<(), &'static str> {
        // Numbers, dates, and the names of binds.
        if word.starts_with(|first: char| first.is_ascii_digit()) || before == Some(":") {
            return Ok(());
        }
        if !is_name(word) || word.ends_with('.') || word.contains("..") {
            return Err("SOQL has a word that Usher cannot follow");
        }
        if next == Some("(") && is_one_of(FUNCTIONS, word) {
            return Ok(());
        }
        if self.object.is_none() {
            // A word that follows a field or a bracket without a comma is a name for the result.
            let names_result = before.is_some_and(|before| {
                before == ")" || (is_word(before.as_bytes()[0]) && !is(before, "SELECT"))
            });
            if names_result {
                return Ok(());
            }
        } else if is_one_of(SYNTAX, word)
            || is_one_of(DATES, word)
            || (is_one_of(BEHIND_NULLS, word) && before.is_some_and(|it| is(it, "NULLS")))
        {
            return Ok(());
        }
        if next == Some("(") {
            return Err("SOQL calls a function that Usher does not know");
        }
        self.fields.push(word);
        Ok(())
    }

    fn finished(self) -> Result<(usize, Selected<'a>), &'static str> {
        let object = self.object.ok_or("SOQL without `FROM`")?;
        let alias = self.alias;
        let fields = self.fields.into_iter().map(|field| {
            let below = field.split_once('.');
            match below.filter(|(first, _)| alias.is_some_and(|alias| is(first, alias))) {
                Some((_, below)) => below,
                None => field,
            }
        });
        let selected = Selected {
            object,
            fields: fields.collect(),
        };
        Ok((self.place, selected))
    }
}

/// Words (with dots) and single signs. Literals are left out.
fn tokens(soql: &str) -> Result<Vec<&str>, &'static str> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let bytes = soql.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let begin = at;
        at += 1;
        if is_word(byte) {
            while bytes.get(at).is_some_and(|&byte| is_word(byte)) {
                at += 1;
            }
            tokens.push(&soql[begin..at]);
        } else if byte == b'\'' {
            loop {
                match bytes.get(at) {
                    None => return Err("SOQL ends inside a text"),
                    Some(b'\'') => break,
                    Some(b'\\') => at += 2,
                    Some(_) => at += 1,
                }
            }
            at += 1;
            tokens.push("'");
        } else if !byte.is_ascii() {
            return Err("SOQL has letters beyond ASCII outside a text; bind the value instead");
        } else if !byte.is_ascii_whitespace() {
            tokens.push(&soql[begin..at]);
        }
    }
    Ok(tokens)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn is(token: &str, keyword: &str) -> bool {
    token.eq_ignore_ascii_case(keyword)
}

fn is_one_of(words: &[&str], token: &str) -> bool {
    words.iter().any(|word| is(token, word))
}

#[cfg(test)]
mod tests;
