//! The text of a file of rows: UTF-8, or UTF-16 when its first two bytes say so. Any other encoding would have to be
//! guessed, and a guess writes wrong names into an org.

use std::borrow::Cow;

use super::FileFault;
use crate::csv_form::Encoding;

const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";
const UTF_16_LITTLE: &[u8] = b"\xff\xfe";
const UTF_16_BIG: &[u8] = b"\xfe\xff";
/// Archives: the files of spreadsheet programs are some.
const ZIP: &[u8] = b"PK\x03\x04";
/// Older files of Excel.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

const SAVE_AS: &str = "save it as `CSV UTF-8` in the spreadsheet program";

/// Returns the text without its mark.
pub(super) fn text(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), FileFault> {
    if bytes.starts_with(ZIP) || bytes.starts_with(OLE) {
        let message = "the file is a spreadsheet or an archive, not a text";
        return Err(FileFault::new(None, "rows/not-text", message).help(SAVE_AS));
    }
    if let Some(rest) = bytes.strip_prefix(UTF_16_LITTLE) {
        let text = utf_16(rest, u16::from_le_bytes)?;
        return Ok((Cow::Owned(text), Encoding::Utf16Little));
    }
    if let Some(rest) = bytes.strip_prefix(UTF_16_BIG) {
        let text = utf_16(rest, u16::from_be_bytes)?;
        return Ok((Cow::Owned(text), Encoding::Utf16Big));
    }
    let marked = bytes.strip_prefix(UTF_8_MARK);
    let bytes = marked.unwrap_or(bytes);
    let line = |place: usize| Some(line_of(bytes.get(..place).unwrap_or_default()));
    if let Some(place) = bytes.iter().position(|byte| *byte == 0) {
        let message = "the file has bytes without a meaning in a text";
        return Err(FileFault::new(line(place), "rows/not-text", message).help(SAVE_AS));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let encoding = match marked {
                Some(_) => Encoding::Utf8Marked,
                None if text.is_ascii() => Encoding::Ascii,
                None => Encoding::Utf8,
            };
            Ok((Cow::Borrowed(text), encoding))
        }
        Err(error) => {
            let message = "the line is not UTF-8; the file is probably in an older encoding, such as Windows-1252";
            let help = format!("{SAVE_AS}, or convert it: `iconv -f WINDOWS-1252 -t UTF-8`");
            Err(FileFault::new(line(error.valid_up_to()), "rows/bad-encoding", message).help(help))
        }
    }
}

/// The line behind these bytes, from 1. A line ends with a line feed, a carriage return, or both.
fn line_of(before: &[u8]) -> usize {
    let mut line = 1;
    for (place, byte) in before.iter().enumerate() {
        let is_end = match byte {
            b'\n' => true,
            b'\r' => before.get(place + 1) != Some(&b'\n'),
            _ => false,
        };
        line += usize::from(is_end);
    }
    line
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, FileFault> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().copied().map(unit)).collect::<Result<String, _>>();
    match text {
        Ok(text) if rest.is_empty() && !text.contains('\0') => Ok(text),
        _ => {
            let message = "the file begins as UTF-16, and is not";
            Err(FileFault::new(None, "rows/not-text", message).help(SAVE_AS))
        }
    }
}
