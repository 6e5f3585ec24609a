//! Components of the box, damaged: as bytes, as sections, and in the manifest.

use super::random::Random;

/// One section: where it begins, where its content does, where it ends.
#[derive(Clone, Copy)]
struct Section {
    from: usize,
    content: usize,
    to: usize,
}

/// A damaged component, and how.
pub(super) fn mutated(random: &mut Random) -> (Vec<u8>, String) {
    let plugins = usher_packs::plugins();
    let plugin = random.one(plugins);
    let mut bytes = plugin.component.to_vec();
    let mut how = plugin.name.to_owned();
    for _ in 0..=random.below(2) {
        let sections = sections(&bytes);
        let kind = random.below(9);
        match kind {
            0 => random.flip(&mut bytes, 40),
            1 => bytes.truncate(random.below(bytes.len())),
            2 => repeat(random, &mut bytes, &sections),
            3 => swap(random, &mut bytes, &sections),
            4 => lengthen(random, &mut bytes, &sections),
            5 => count(random, &mut bytes, &sections),
            6 => {
                let other = random.one(plugins).component;
                bytes.truncate(random.below(bytes.len()));
                bytes.extend_from_slice(&other[random.below(other.len())..]);
            }
            7 => manifest(random, &mut bytes),
            _ => nest(random, &mut bytes),
        }
        how.push_str(
            [
                ", flipped",
                ", cut",
                ", repeated",
                ", swapped",
                ", lengthened",
                ", counted",
                ", spliced",
                ", manifest",
                ", nested",
            ][kind],
        );
    }
    (bytes, how)
}

/// The sections as far as the lengths go.
fn sections(bytes: &[u8]) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut from = 8;
    while let Some((length, content)) = bytes.get(from + 1..).and_then(|_| leb(bytes, from + 1)) {
        let Some(to) = content.checked_add(length).filter(|to| *to <= bytes.len()) else {
            break;
        };
        sections.push(Section { from, content, to });
        from = to;
    }
    sections
}

/// A number and where it ends.
fn leb(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some((number, at));
        }
    }
    None
}

fn repeat(random: &mut Random, bytes: &mut Vec<u8>, sections: &[Section]) {
    let Some(section) = sections.get(random.below(sections.len())) else {
        return;
    };
    let copy = bytes[section.from..section.to].to_vec();
    let times = *random.one(&[1, 2, 50]);
    // The whole stays below the largest component that is taken.
    for _ in 0..times.min(32 * 1024 * 1024 / copy.len().max(1)) {
        let at = section.to;
        bytes.splice(at..at, copy.iter().copied());
    }
}

fn swap(random: &mut Random, bytes: &mut Vec<u8>, sections: &[Section]) {
    let (a, b) = (random.below(sections.len()), random.below(sections.len()));
    let (Some(first), Some(second)) = (sections.get(a.min(b)), sections.get(a.max(b))) else {
        return;
    };
    if first.from == second.from {
        return;
    }
    let swapped = [
        &bytes[..first.from],
        &bytes[second.from..second.to],
        &bytes[first.to..second.from],
        &bytes[first.from..first.to],
        &bytes[second.to..],
    ]
    .concat();
    *bytes = swapped;
}

/// Another length than the content has.
fn lengthen(random: &mut Random, bytes: &mut Vec<u8>, sections: &[Section]) {
    let Some(section) = sections.get(random.below(sections.len())) else {
        return;
    };
    let length = *random.one::<&[u8]>(&[
        &[0x00],
        &[0x01],
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        &[0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x80, 0x80, 0x80, 0x80, 0x01],
        &[0xff, 0x7f],
    ]);
    bytes.splice(section.from + 1..section.content, length.iter().copied());
}

/// A count that promises more than there is.
fn count(random: &mut Random, bytes: &mut Vec<u8>, sections: &[Section]) {
    let Some(section) = sections.get(random.below(sections.len())) else {
        return;
    };
    let within = section.content + random.below((section.to - section.content).min(64));
    let count = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let to = (within + count.len()).min(section.to);
    bytes.splice(within..to, count.into_iter().take(to - within));
}

/// Something else somewhere in the manifest.
fn manifest(random: &mut Random, bytes: &mut Vec<u8>) {
    const NAME: &[u8] = b"usher:manifest";
    let places = bytes.windows(NAME.len()).enumerate();
    let Some((at, _)) = places.rev().find(|(_, text)| *text == NAME) else {
        return;
    };
    let from = at + NAME.len();
    let end = (from + 4096).min(bytes.len());
    let place = from + random.below(end - from);
    let other = *random.one::<&[u8]>(&[
        b"\"",
        b"{",
        b"]",
        b"[[[[[[[[",
        b"1e999",
        b"null",
        b"\\u0000",
        b"\"$ref\":\"#\",",
        b"\"anyOf\":[{\"$ref\":\"#\"}],",
        b"\xff",
        b"99999999999999999999",
    ]);
    let to = (place + other.len()).min(bytes.len());
    bytes.splice(place..to, other.iter().copied().take(to - place));
}

/// A component in a component in a component.
fn nest(random: &mut Random, bytes: &mut Vec<u8>) {
    let levels = *random.one(&[1, 10, 200]);
    if bytes.len() > 4 * 1024 * 1024 {
        return;
    }
    for _ in 0..levels {
        let mut outer = bytes.get(..8).unwrap_or_default().to_vec();
        outer.push(4);
        let mut length = bytes.len();
        while length >= 0x80 {
            outer.push(u8::try_from(length & 0x7f).unwrap_or(0) | 0x80);
            length >>= 7;
        }
        outer.push(u8::try_from(length).unwrap_or(0));
        outer.append(bytes);
        *bytes = outer;
    }
}
