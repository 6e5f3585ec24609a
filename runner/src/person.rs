//! The person at the console, who answers questions, and types texts that must not be visible.

use std::io::{BufRead, IsTerminal};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// A person who can be asked.
pub trait Person: Send + Sync {
    /// The line that the person types; none: the input has ended.
    fn line(&self) -> Option<String>;
    /// A line that is not shown while it is typed.
    fn hidden_line(&self) -> Typed;
}

/// The text that a person has typed unseen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    Line(String),
    /// The input has ended, or nothing can be hidden.
    Nothing,
    /// Ctrl-C.
    Interrupted,
}

/// The person at the terminal of this process.
pub(crate) struct AtTerminal;

impl AtTerminal {
    /// The person, if standard input is a terminal.
    pub(crate) fn find() -> Option<Self> {
        std::io::stdin().is_terminal().then_some(Self)
    }
}

impl Person for AtTerminal {
    fn line(&self) -> Option<String> {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        read.is_ok_and(|bytes| bytes > 0).then_some(line)
    }

    fn hidden_line(&self) -> Typed {
        match Hidden::begin() {
            Some(_shown_again) => typed(std::io::stdin().lock()),
            None => Typed::Nothing,
        }
    }
}

/// A terminal that shows no typed character and leaves every key to us, so that Ctrl-C cannot end the process before
/// the terminal shows again. Dropping this makes it show characters again.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> Option<Self> {
        let before = tcgetattr(std::io::stdin()).ok()?;
        let mut hidden = before.clone();
        hidden.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        let set = tcsetattr(std::io::stdin(), OptionalActions::Flush, &hidden);
        set.is_ok().then_some(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _gone_with_its_terminal = tcsetattr(std::io::stdin(), OptionalActions::Drain, &self.0);
    }
}

/// Returns the text that is typed until the end of the line. Backspace and Ctrl-U correct it. Ctrl-D ends the input.
fn typed(keys: impl BufRead) -> Typed {
    const CTRL_C: u8 = 3;
    const CTRL_D: u8 = 4;
    const BACKSPACE: u8 = 8;
    const CTRL_U: u8 = 21;
    const DELETE: u8 = 127;
    let mut line = Vec::new();
    for key in keys.bytes() {
        let Ok(key) = key else {
            return Typed::Nothing;
        };
        match key {
            b'\n' | b'\r' => return String::from_utf8(line).map_or(Typed::Nothing, Typed::Line),
            CTRL_C => return Typed::Interrupted,
            CTRL_D => return Typed::Nothing,
            CTRL_U => line.clear(),
            BACKSPACE | DELETE => {
                let text = String::from_utf8_lossy(&line);
                let last = text.chars().next_back().map_or(0, char::len_utf8);
                line.truncate(line.len().saturating_sub(last));
            }
            key => line.push(key),
        }
    }
    Typed::Nothing
}

#[cfg(test)]
mod tests;
