//! Names that the platform makes by itself, told apart by a number.

use crate::refusal::Outcome;

/// Returns `wanted`, or `wanted` with a number behind it that makes it free: the first one, where no smaller number has
/// become free again. It looks at as many names as the number of taken ones has bits: ten thousand accounts may have one
/// name.
pub(super) fn first_free(wanted: &str, taken: impl Fn(&str) -> Outcome<bool>) -> Outcome<String> {
    if !taken(wanted)? {
        return Ok(wanted.to_owned());
    }
    let numbered = |number: u64| format!("{wanted}{number}");
    let (mut last_taken, mut free) = (0, 1);
    while taken(&numbered(free))? {
        (last_taken, free) = (free, free * 2);
    }
    while free - last_taken > 1 {
        let between = last_taken + (free - last_taken) / 2;
        match taken(&numbered(between))? {
            true => last_taken = between,
            false => free = between,
        }
    }
    Ok(numbered(free))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use crate::rules::first_free::first_free;

    #[test]
    fn the_first_free_number_is_found_with_few_looks() {
        for count in [0_u64, 1, 2, 3, 7, 8, 9, 10_000] {
            let looks = Cell::new(0);
            let found = first_free("Ada", |name| {
                looks.set(looks.get() + 1);
                let number = name.strip_prefix("Ada").unwrap_or_default();
                Ok(number.parse().unwrap_or(0_u64) < count)
            });
            let expected = match count {
                0 => "Ada".to_owned(),
                count => format!("Ada{count}"),
            };
            assert_eq!(found.ok(), Some(expected));
            assert!(looks.get() <= 30, "{count} names: {} looks", looks.get());
        }
    }
}
