//! The order of fields in records: that of the query (docs/salesforce/soap.md#records). It is read off the words of a
//! query that was understood before.

use std::collections::BTreeMap;

/// The places of fields, by their paths in lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    places: BTreeMap<String, usize>,
    /// The orders of sub-selects, by the names of their relationships in lower case.
    children: BTreeMap<String, Order>,
}

impl Order {
    /// The order of a list of fields.
    pub(super) fn of_list(names: &str) -> Self {
        let mut order = Self::default();
        for name in names.split(',') {
            order.add(name.trim());
        }
        order
    }

    /// The order of the fields of a query.
    pub(super) fn of_query(text: &str) -> Self {
        let words = words(text);
        let mut words = words.iter().map(String::as_str);
        words.next();
        Self::read(&mut words)
    }

    /// Reads up to `FROM`.
    fn read(words: &mut dyn Iterator<Item = &str>) -> Self {
        let mut order = Self::default();
        let mut opened = false;
        while let Some(word) = words.next() {
            match word {
                "from" => break,
                "select" if opened => {
                    // Each sub-select costs the parser of queries a level, and it allows few.
                    let child = Self::read(words);
                    let name = words.next().unwrap_or_default();
                    order.add(name);
                    order.children.insert(name.to_owned(), child);
                    skip(words);
                }
                word => order.add(word),
            }
            opened = word == "(";
        }
        order
    }

    fn add(&mut self, name: &str) {
        let name = name.to_lowercase();
        let place = self.places.len();
        let ends = name.match_indices('.').map(|(end, _)| end);
        for end in ends.chain([name.len()]) {
            self.places.entry(name[..end].to_owned()).or_insert(place);
        }
    }

    /// The place of the field at a path; fields that the query does not name come last.
    pub(super) fn place(&self, path: &str) -> usize {
        let place = self.places.get(&path.to_lowercase());
        place.copied().unwrap_or(usize::MAX)
    }

    /// The order in the sub-select of a relationship.
    pub(super) fn below(&self, name: &str) -> Option<&Order> {
        self.children.get(&name.to_lowercase())
    }
}

/// Skips the rest of a sub-select.
fn skip(words: &mut dyn Iterator<Item = &str>) {
    let mut open = 1;
    for word in words {
        match word {
            "(" => open += 1,
            ")" => open -= 1,
            _ => {}
        }
        if open == 0 {
            break;
        }
    }
}

/// Names and parentheses, in lower case, without texts in quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    let mut escaped = false;
    for c in text.chars().chain([' ']) {
        if quoted {
            quoted = escaped || c != '\'';
            escaped = !escaped && c == '\\';
            continue;
        }
        if c.is_alphanumeric() || c == '_' || c == '.' {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match c {
            '\'' => quoted = true,
            '(' | ')' => words.push(c.to_string()),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn fields_stand_as_the_query_names_them() {
        let order = Order::of_query(
            "select Name, (SELECT LastName, Id FROM Contacts WHERE LastName = 'a) from, Zip' AND Id IN (SELECT Id FROM X)), Owner.Profile.Name, Id FROM Account WHERE Phone = ''",
        );
        let mut names = ["Phone", "Owner", "Id", "contacts", "NAME"];
        names.sort_by_key(|name| order.place(name));
        assert_eq!(names, ["NAME", "contacts", "Owner", "Id", "Phone"]);
        assert_eq!(
            order.place("Owner.Profile"),
            order.place("owner.profile.name")
        );
        let below = order.below("Contacts").expect("a sub-select");
        assert!(below.place("LastName") < below.place("Id"));
        assert!(order.below("Owner").is_none());
        assert_eq!(order.place("Zip"), usize::MAX);
    }
}
