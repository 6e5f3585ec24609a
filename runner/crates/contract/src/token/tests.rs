use std::sync::Arc;

use super::{PartOf, Token, Unit};

/// A small generator with a seed, so that a failure repeats (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("below a usize")
    }

    fn text(&mut self) -> String {
        const WORDS: [&str; 14] = [
            "\\", ".", ":", "[", "]", "/", "?", "a", "id", "plan", "inputs", "ü", " ", "Ω",
        ];
        (0..self.below(6))
            .map(|_| WORDS[self.below(WORDS.len())])
            .collect()
    }

    fn unit(&mut self) -> Unit {
        let item = (self.below(2) == 0).then(|| self.text());
        Unit {
            step: self.text(),
            item,
        }
    }

    fn token(&mut self) -> Token {
        match self.below(5) {
            0 => Token::Part(Arc::new(PartOf {
                unit: self.unit(),
                address: self.text().into(),
                full_name: self.text().into(),
            })),
            1 => Token::Plan(Arc::new(self.unit())),
            2 => Token::Input(self.text()),
            3 => Token::Loose(self.text()),
            _ => {
                let (address, name) = (self.text(), self.text());
                self.unit().binds(address, name)
            }
        }
    }
}

#[test]
fn every_token_comes_back_from_its_text_and_no_two_share_one() {
    let mut random = Random(0x5eed_0f70_6be2);
    let mut seen = std::collections::HashMap::new();
    for _ in 0..20_000 {
        let token = random.token();
        let text = token.to_string();
        assert_eq!(text.parse().as_ref(), Ok(&token), "{text}");
        let other = seen.entry(text).or_insert_with(|| token.clone());
        assert!(*other == token, "{other:?} {token:?}");
    }
}

#[test]
fn whatever_text_is_read_is_written_again_or_stands_for_itself() {
    let mut random = Random(0x5eed_7e87);
    for _ in 0..20_000 {
        let text: String = (0..3).map(|_| random.text()).collect();
        let token = Token::of_text(&text);
        assert_eq!(Token::of_text(&token.to_string()), token, "{text}");
    }
}

#[track_caller]
fn check(text: &str, expected: Token) {
    assert_eq!(text.parse(), Ok(expected.clone()));
    assert_eq!(expected.to_string(), text);
}

#[test]
fn the_text_of_each_kind() {
    let user = Unit::step("user");
    let row = Unit {
        step: "user".to_owned(),
        item: Some("7".to_owned()),
    };
    check("user:user.id", user.binds("user", "id"));
    check("user[7]:user.id", row.binds("user", "id"));
    check("user:set/A.B: C.id", user.binds("set/A.B: C", "id"));
    check(
        "user:set.id/A\\.B",
        Token::Part(Arc::new(PartOf {
            unit: user.clone(),
            address: "set".into(),
            full_name: "A.B".into(),
        })),
    );
    check("user:plan", Token::Plan(Arc::new(user)));
    check("inputs:password", Token::Input("password".to_owned()));
    check("inputs:plan", Token::Input("plan".to_owned()));
    check("\\inputs:plan", Token::Plan(Arc::new(Unit::step("inputs"))));
    check("?a parent", Token::Loose("a parent".to_owned()));
}

#[test]
fn texts_that_are_no_tokens() {
    for text in [
        "",
        "user",
        "user:user",
        "user[7:user.id",
        "user[7]x:user.id",
        "a:b.c/d",
    ] {
        assert!(text.parse::<Token>().is_err(), "{text}");
        assert_eq!(Token::of_text(text), Token::Loose(text.to_owned()));
    }
}

#[test]
fn a_token_of_an_older_journal_is_the_one_that_is_written_now() {
    // Addresses were never escaped, and a backslash in one stood for itself.
    assert_eq!(
        "s:a\\b:c.d.id".parse(),
        Ok(Unit::step("s").binds("a\\b:c.d", "id"))
    );
}
