//! Numbers by value, in decimal: a binary fraction would call two long ones the same.

/// Says whether both texts are the same number: `1`, `1.0`, `10e-1`.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || Decimal::read(a).is_some_and(|a| Decimal::read(b) == Some(a))
}

/// Returns the one text for all that are the same number; `None` when it is not a number.
pub fn canonical(text: &str) -> Option<String> {
    let number = Decimal::read(text)?;
    let sign = if number.negative { "-" } else { "" };
    Some(format!("{sign}{}e{}", number.digits, number.power))
}

/// `digits` × 10^`power`; the digits neither begin nor end with a zero.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    power: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(positive) => (true, positive),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        if whole.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0');
        let noughts = count(significant) - count(digits);
        Some(match digits.is_empty() {
            true => Self {
                negative: false,
                digits: String::new(),
                power: 0,
            },
            false => Self {
                negative,
                digits: digits.to_owned(),
                power: i64::from(exponent) + noughts - count(fraction),
            },
        })
    }
}

fn count(digits: &str) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}
