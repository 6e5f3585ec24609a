//! Paths as a faults file writes them: `*` is any one part of a path, `**` any number of them.

/// A pattern over the decoded parts of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Exactly(String),
    One,
    Any,
}

impl Pattern {
    /// The pattern in a text that begins with `/`; none where it does not.
    pub(super) fn read(text: &str) -> Option<Self> {
        let parts = text.strip_prefix('/')?.split('/');
        let parts = parts
            .filter(|part| !part.is_empty())
            .map(|part| match part {
                "*" => Part::One,
                "**" => Part::Any,
                exactly => Part::Exactly(exactly.to_owned()),
            });
        Some(Self(parts.collect()))
    }

    /// Says whether the whole path fits the pattern.
    pub(super) fn fits(&self, path: &[String]) -> bool {
        fits(&self.0, path)
    }
}

fn fits(parts: &[Part], path: &[String]) -> bool {
    match (parts, path) {
        ([], []) => true,
        ([Part::Any, rest @ ..], _) => (0..=path.len()).any(|skip| fits(rest, &path[skip..])),
        ([Part::One, rest @ ..], [_, behind @ ..]) => fits(rest, behind),
        ([Part::Exactly(name), rest @ ..], [first, behind @ ..]) => {
            name == first && fits(rest, behind)
        }
        _ => false,
    }
}
