//! Flavours of a practice org: overlays in the box, which make of the base an org as others have it. A flavour is given
//! to a new org among its fixtures.

use crate::fixture::Fixture;

/// Every flavour, by name.
pub const FLAVOURS: [Fixture<'static>; 5] = [
    Fixture {
        name: "german",
        text: include_str!("../fixtures/german.toml"),
    },
    Fixture {
        name: "limited",
        text: include_str!("../fixtures/limited.toml"),
    },
    Fixture {
        name: "production",
        text: include_str!("../fixtures/production.toml"),
    },
    Fixture {
        name: "renamed",
        text: include_str!("../fixtures/renamed.toml"),
    },
    Fixture {
        name: "scratch",
        text: include_str!("../fixtures/scratch.toml"),
    },
];

/// The flavour of that name.
pub fn flavour(name: &str) -> Option<Fixture<'static>> {
    FLAVOURS.into_iter().find(|flavour| flavour.name == name)
}

#[cfg(test)]
mod tests;
