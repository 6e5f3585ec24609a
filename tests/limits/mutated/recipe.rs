//! Recipes of the box, damaged: as bytes, as lines, and with words that mean something.

use super::random::Random;

/// Words that a reader of recipes looks at, and some that it must not trip over.
const WORDS: &[&str] = &[
    "${",
    "}",
    "${inputs.",
    "${ 'a' * 99999 }",
    "${ steps.a.b | join(',') }",
    "\"\"\"",
    "'''",
    "[[steps]]\n",
    "[steps]\n",
    "[[",
    "{ a = ",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "{a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a=",
    "= inf",
    "= nan",
    "= -0.0",
    "= 99999999999999999999",
    "= 1979-05-27T07:32:00Z",
    "\\u0000",
    "\\U0010FFFF",
    "\u{202e}",
    "\r\n",
    "\0",
    "when = \"${true}\"\n",
    "use = \"./plugin.wasm\"\n",
    "format = 2\n",
];

/// A damaged recipe, and how.
pub(super) fn mutated(random: &mut Random) -> (Vec<u8>, String) {
    let recipes: Vec<(&str, &str)> = usher_packs::packs()
        .iter()
        .flat_map(|pack| pack.files.iter().copied())
        .filter(|(name, _)| name.ends_with(".toml"))
        .collect();
    let (name, text) = *random.one(&recipes);
    let mut bytes = text.as_bytes().to_vec();
    let mut how = name.to_owned();
    for _ in 0..=random.below(3) {
        let kind = random.below(7);
        match kind {
            0 => random.flip(&mut bytes, 20),
            1 => bytes.truncate(random.below(bytes.len())),
            2 => repeat(random, &mut bytes),
            3 => swap(random, &mut bytes),
            4 => {
                let (_, other) = *random.one(&recipes);
                bytes.truncate(random.below(bytes.len()));
                let other = other.as_bytes();
                bytes.extend_from_slice(&other[random.below(other.len())..]);
            }
            _ => {
                let word = random.one(WORDS).repeat(*random.one(&[1, 1, 1, 500]));
                let at = random.below(bytes.len());
                bytes.splice(at..at, word.bytes());
            }
        }
        how.push_str(
            [
                ", flipped",
                ", cut",
                ", repeated",
                ", swapped",
                ", spliced",
                ", with a word",
                ", with a word",
            ][kind],
        );
    }
    (bytes, how)
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines.map(<[u8]>::to_vec).collect()
}

fn repeat(random: &mut Random, bytes: &mut Vec<u8>) {
    let mut lines = lines(bytes);
    if lines.is_empty() {
        return;
    }
    let (from, count) = (random.below(lines.len()), 1 + random.below(8));
    let to = (from + count).min(lines.len());
    let copy = lines[from..to].to_vec();
    let times = *random.one(&[1, 20, 2_000]);
    let copies = std::iter::repeat_n(copy, times).flatten();
    lines.splice(to..to, copies.collect::<Vec<_>>());
    *bytes = lines.concat();
    // The whole stays below the largest recipe that is taken.
    bytes.truncate(1_000_000);
}

fn swap(random: &mut Random, bytes: &mut Vec<u8>) {
    let mut lines = lines(bytes);
    let (a, b) = (random.below(lines.len()), random.below(lines.len()));
    if a < lines.len() && b < lines.len() {
        lines.swap(a, b);
    }
    *bytes = lines.concat();
}
