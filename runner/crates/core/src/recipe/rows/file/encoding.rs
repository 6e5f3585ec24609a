//! The text of a file of rows: UTF-8, or UTF-16 when its first two bytes say so. Any other encoding would have to be
//! guessed, and a guess writes wrong names into an org.

use std::borrow::Cow;

use super::FileFault;

const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";
const UTF_16_LITTLE: &[u8] = b"\xff\xfe";
const UTF_16_BIG: &[u8] = b"\xfe\xff";
/// Archives: the files of spreadsheet programs are some.
const ZIP: &[u8] = b"PK\x03\x04";
/// Older files of Excel.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

const SAVE_AS: &str = "save it as `CSV UTF-8` in the spreadsheet program";

/// Returns the text without its mark.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, FileFault> {
    if bytes.starts_with(ZIP) || bytes.starts_with(OLE) {
        let message = "the file is a spreadsheet or an archive, not a text";
        return Err(FileFault::new(None, "rows/not-text", message).help(SAVE_AS));
    }
    if let Some(rest) = bytes.strip_prefix(UTF_16_LITTLE) {
        return utf_16(rest, u16::from_le_bytes).map(Cow::Owned);
    }
    if let Some(rest) = bytes.strip_prefix(UTF_16_BIG) {
        return utf_16(rest, u16::from_be_bytes).map(Cow::Owned);
    }
    let bytes = bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes);
    let line = |place: usize| {
        let before = bytes.get(..place).unwrap_or_default();
        Some(before.iter().filter(|byte| **byte == b'\n').count() + 1)
    };
    if let Some(place) = bytes.iter().position(|byte| *byte == 0) {
        let message = "the file has bytes without a meaning in a text";
        return Err(FileFault::new(line(place), "rows/not-text", message).help(SAVE_AS));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let message = "the line is not UTF-8; the file is probably in an older encoding, such as Windows-1252";
            let help = format!("{SAVE_AS}, or convert it: `iconv -f WINDOWS-1252 -t UTF-8`");
            Err(FileFault::new(line(error.valid_up_to()), "rows/bad-encoding", message).help(help))
        }
    }
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
