//! The objects that free SOQL names, found without understanding it: whatever follows a `FROM`, at any
//! depth. Relationship names of inner selects count as objects too, so a manifest lists them as well.
//!
//! This is a gate, no parser. What it cannot follow, it refuses.

/// Names behind every `FROM`, in the order of the text, without aliases.
pub fn objects(soql: &str) -> Result<Vec<&str>, &'static str> {
    let tokens = tokens(soql)?;
    let mut found = Vec::new();
    let mut rest = tokens.as_slice();
    while let [first, after @ ..] = rest {
        rest = after;
        if !first.eq_ignore_ascii_case("FROM") {
            continue;
        }
        // `FROM Account a, a.Contacts c`: names and aliases up to the next clause.
        loop {
            let [name, after @ ..] = rest else {
                return Err("SOQL names no object behind `FROM`");
            };
            if !is_name(name) {
                return Err("SOQL names no object behind `FROM`");
            }
            found.push(name.rsplit('.').next().unwrap_or(name));
            let comma = after.iter().take(3).position(|token| *token == ",");
            match comma {
                // Another name follows, with nothing or an alias (`a`, `AS a`) between.
                Some(at) => rest = &after[at + 1..],
                None => {
                    rest = after;
                    break;
                }
            }
        }
    }
    if found.is_empty() {
        return Err("SOQL without `FROM`");
    }
    Ok(found)
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

#[cfg(test)]
mod tests {
    use super::objects;

    #[test]
    fn every_from_counts() {
        let check = |soql, expected: Result<&[&str], &str>| {
            assert_eq!(objects(soql), expected.map(<[&str]>::to_vec), "{soql}");
        };
        check("SELECT Id FROM User", Ok(&["User"]));
        check(
            "select Id from User where Name = 'FROM Profile'",
            Ok(&["User"]),
        );
        check(
            r"SELECT Id FROM User WHERE Name = 'a\' FROM Profile'",
            Ok(&["User"]),
        );
        check(
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Id IN (SELECT AccountId FROM User)",
            Ok(&["Contacts", "Account", "User"]),
        );
        check(
            "SELECT c.Id FROM Account a, a.Contacts c",
            Ok(&["Account", "Contacts"]),
        );
        check(
            "SELECT Id FROM Account AS a, Contact LIMIT 1",
            Ok(&["Account", "Contact"]),
        );
        check("SELECT Id\nFROM\tUser", Ok(&["User"]));
        check("SELECT Id", Err("SOQL without `FROM`"));
        check("SELECT Id FROM", Err("SOQL names no object behind `FROM`"));
        check(
            "SELECT Id FROM 'x'",
            Err("SOQL names no object behind `FROM`"),
        );
        check(
            "SELECT Id FROM User WHERE Name = 'x",
            Err("SOQL ends inside a text"),
        );
    }
}
