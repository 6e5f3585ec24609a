//! Lines of two texts that differ, in their order.

/// Lines of a text beyond which the two are shown one after the other: the comparison takes their product.
const LINES_MAX: usize = 1_000;

/// The text that a line is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Both,
    /// In the first text only.
    Before,
    /// In the second text only.
    After,
}

/// Returns the lines of both texts, each once where both have it.
pub(crate) fn differing<'t>(before: &'t str, after: &'t str) -> Vec<(Side, &'t str)> {
    let (one, two): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let only = |side, lines: &[&'t str]| lines.iter().map(|line| (side, *line)).collect::<Vec<_>>();
    if one.len().max(two.len()) > LINES_MAX {
        return [only(Side::Before, &one), only(Side::After, &two)].concat();
    }
    // The number of lines that both share, from each pair of places on.
    let mut shared = vec![vec![0_usize; two.len() + 1]; one.len() + 1];
    for a in (0..one.len()).rev() {
        for b in (0..two.len()).rev() {
            shared[a][b] = match one[a] == two[b] {
                true => shared[a + 1][b + 1] + 1,
                false => shared[a + 1][b].max(shared[a][b + 1]),
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut lines = Vec::new();
    while a < one.len() && b < two.len() {
        if one[a] == two[b] {
            lines.push((Side::Both, one[a]));
            (a, b) = (a + 1, b + 1);
        } else if shared[a + 1][b] >= shared[a][b + 1] {
            lines.push((Side::Before, one[a]));
            a += 1;
        } else {
            lines.push((Side::After, two[b]));
            b += 1;
        }
    }
    lines.extend(only(Side::Before, &one[a..]));
    lines.extend(only(Side::After, &two[b..]));
    lines
}
