//! The languages in which a plugin outside of this workspace is written.

use std::fmt;

/// One language. The folder of a plugin says it by the file with the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Rust,
    JavaScript,
    Python,
    C,
    /// A plugin without code: `plugin.toml` is interpreted.
    Data,
}

impl Language {
    /// Every language, in the order in which people see them.
    pub const ALL: [Self; 5] = [
        Self::Rust,
        Self::JavaScript,
        Self::Python,
        Self::C,
        Self::Data,
    ];

    /// The word for a command line, and the name of the folder of its template.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "js",
            Self::Python => "python",
            Self::C => "c",
            Self::Data => "data",
        }
    }

    /// The file by which a folder is one of a plugin in this language.
    pub fn source(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::JavaScript => "plugin.js",
            Self::Python => "plugin.py",
            Self::C => "plugin.c",
            Self::Data => "plugin.toml",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::C => "C",
            Self::Data => "data",
        })
    }
}
