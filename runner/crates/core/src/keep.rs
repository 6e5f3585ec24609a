//! A list that is kept true: the records of the org for which the list has no row, and the brake on letting them go.
//!
//! Serialised with plans; a new field needs a default.

use serde::{Deserialize, Serialize};

/// The code of a plan that would let the signed-in user go.
pub const SIGNED_IN_USER: &str = "keep/signed-in-user";

/// The records that may be let go without a word. The smaller of both counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brake {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<usize>,
    /// Of the set, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<usize>,
}

/// The set of records that the rows of a list stand for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSet {
    pub object: String,
    /// The number of its records. Nothing was counted when rows were left out.
    pub of: usize,
    /// The records for which no row stands, by their ids.
    pub gone: Vec<Gone>,
    pub brake: Brake,
    /// The list has no rows at all.
    #[serde(default)]
    pub is_empty: bool,
    /// Rows that were left out. They may stand for any of the records, so that none is let go.
    #[serde(default)]
    pub left_out: usize,
    /// The number of records that a person has allowed to be let go, in place of the brake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub let_go: Option<usize>,
}

/// A record for which no row stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    pub id: String,
    /// The name by which people know it; empty: it has none.
    pub name: String,
    /// The value by which a row would stand for it.
    pub key: String,
}

/// The reason why the brake stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// More than a person has allowed.
    LetGo(usize),
    /// The list is empty.
    Empty,
    Most(usize),
    Percent(usize),
}

impl Default for Brake {
    /// One in ten: a list loses fewer people from one day to the next, and a file that was cut off more.
    fn default() -> Self {
        Self {
            most: None,
            percent: Some(10),
        }
    }
}

impl Brake {
    /// The number of records that may be let go of a set.
    pub fn allows(&self, of: usize) -> usize {
        let share = self.share(of).unwrap_or(usize::MAX);
        share.min(self.most.unwrap_or(usize::MAX))
    }

    fn share(&self, of: usize) -> Option<usize> {
        // A set has far fewer records than a number has room for.
        self.percent.map(|percent| of.saturating_mul(percent) / 100)
    }
}

impl KeptSet {
    /// The number of records that may be let go.
    pub fn allowed(&self) -> usize {
        match self.let_go {
            Some(most) => most,
            None if self.is_empty => 0,
            None => self.brake.allows(self.of),
        }
    }

    /// The reason why these records are not let go; none: they may be.
    pub fn stopped(&self) -> Option<Stopped> {
        let gone = self.gone.len();
        if gone == 0 {
            return None;
        }
        if let Some(most) = self.let_go {
            return (gone > most).then_some(Stopped::LetGo(most));
        }
        if self.is_empty {
            return Some(Stopped::Empty);
        }
        let percent = self.brake.percent.unwrap_or_default();
        match self.brake.share(self.of) {
            Some(share) if gone > share => Some(Stopped::Percent(percent)),
            _ => {
                let most = self.brake.most.filter(|most| gone > *most);
                most.map(Stopped::Most)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Brake, Gone, KeptSet, Stopped};

    fn set(of: usize, gone: usize, brake: Brake) -> KeptSet {
        let gone = (0..gone).map(|n| Gone {
            id: format!("{n}"),
            name: String::new(),
            key: String::new(),
        });
        KeptSet {
            object: "User".to_owned(),
            of,
            gone: gone.collect(),
            brake,
            is_empty: false,
            left_out: 0,
            let_go: None,
        }
    }

    #[test]
    fn the_smaller_limit_counts() {
        let both = Brake {
            most: Some(50),
            percent: Some(10),
        };
        let cases = [
            (100, 0, None),
            (100, 10, None),
            (100, 11, Some(Stopped::Percent(10))),
            (1_000, 50, None),
            (1_000, 51, Some(Stopped::Most(50))),
            // The share is rounded down.
            (9, 1, Some(Stopped::Percent(10))),
        ];
        for (of, gone, stopped) in cases {
            let set = set(of, gone, both);
            assert_eq!(set.stopped(), stopped, "{gone} of {of}");
            assert_eq!(
                gone <= set.allowed(),
                set.stopped().is_none(),
                "{gone} of {of}"
            );
        }
    }

    #[test]
    fn an_empty_list_is_stopped_whatever_the_brake_says() {
        let wide = Brake {
            most: Some(1_000),
            percent: None,
        };
        let empty = |gone| KeptSet {
            is_empty: true,
            ..set(40, gone, wide)
        };
        assert_eq!(empty(40).stopped(), Some(Stopped::Empty));
        assert_eq!(empty(0).stopped(), None);
    }

    #[test]
    fn a_person_who_names_a_number_has_said_so() {
        let let_go = |most| KeptSet {
            let_go: Some(most),
            is_empty: true,
            ..set(100, 40, Brake::default())
        };
        assert_eq!(let_go(40).stopped(), None);
        assert_eq!(let_go(39).stopped(), Some(Stopped::LetGo(39)));
    }
}
