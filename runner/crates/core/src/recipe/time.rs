//! Times in a recipe: `timeout`, the longest time for which Usher waits for what Salesforce does after a step's changes;
//! the pause before a change is sent again.

use crate::recipe::keys::Mistakes;
use crate::recipe::syntax::Entry;
use usher_contract::limit;

const HELP: &str = "write a number with its unit, from `1s` to `1h`: `90s`, `10m`";
const PAUSE_HELP: &str = "write a number with its unit, from `1s` to `10m`: `10s`, `2m`";

/// Milliseconds of each unit.
const UNITS: [(char, u64); 3] = [('s', 1_000), ('m', 60_000), ('h', 3_600_000)];

/// Returns milliseconds, or adds a mistake.
pub(super) fn read(entry: &Entry, mistakes: &mut Mistakes) -> Option<u32> {
    let text = mistakes.text("timeout", &entry.value)?;
    let time = milliseconds(&text.value).filter(|ms| (1_000..=limit::WAIT_MS_MAX).contains(ms));
    if time.is_none() {
        let message = format!("`{}` is not a time that a step may take", text.value);
        mistakes.add("bad-time", text.span, message, HELP);
    }
    time
}

/// Returns the milliseconds of a pause, or adds a mistake.
pub(super) fn read_pause(entry: &Entry, mistakes: &mut Mistakes) -> Option<u32> {
    let text = mistakes.text("wait", &entry.value)?;
    let range = 1_000..=limit::RETRY_WAIT_MS_MAX;
    let time = milliseconds(&text.value).filter(|ms| range.contains(ms));
    if time.is_none() {
        let message = format!(
            "`{}` is not a pause before a change is sent again",
            text.value
        );
        mistakes.add("bad-time", text.span, message, PAUSE_HELP);
    }
    time
}

fn milliseconds(text: &str) -> Option<u32> {
    let unit = text.chars().last()?;
    let (_, each) = UNITS.into_iter().find(|(sign, _)| *sign == unit)?;
    let number = text.strip_suffix(unit)?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = number.parse().ok().filter(|_| digits)?;
    u32::try_from(number.checked_mul(each)?).ok()
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(milliseconds("90s"), Some(90_000));
        assert_eq!(milliseconds("10m"), Some(600_000));
        assert_eq!(milliseconds("1h"), Some(3_600_000));
        for text in [
            "",
            "s",
            "10",
            "1.5m",
            "-1s",
            "+1s",
            "1 s",
            "1d",
            "99999999999h",
            "1é",
        ] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
