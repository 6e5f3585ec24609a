//! Good answers with wrong bytes in them, thousands: in pointers, lengths, discriminants, texts. The host takes each or
//! refuses it with a text; none breaks the host, or takes long.
//!
//! `USHER_MUTATED` sets how many are tried, `USHER_MUTATED_SEED` which ones.

use std::env;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::limit::Limits;
use crate::tests::guest::Guest;
use crate::tests::image::Encoder;
use crate::tests::{call, object, plugin};

const CASES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../tests/conformance/cases"
);
const MANIFEST: &str = include_str!("../../../../../tests/conformance/guest/manifest.json");

/// The number of answers to try by default: a few seconds.
const ANSWERS: u64 = 3_000;

/// The address of an answer's image in the guest's memory: after the host's data.
const BASE: u32 = 1024 * 1024;

/// The time that one answer may take. A good one takes a millisecond.
const ANSWER_MAX: Duration = Duration::from_secs(2);

/// A guest that answers with the memory that its input holds in hexadecimal: `{"image":"…", …}`.
fn guest(manifest: &str) -> Vec<u8> {
    let plan = format!(
        r"(local $at i32) (local $to i32)
    (drop (memory.grow (i32.const 32)))
    (local.set $at (i32.add (local.get $in) (i32.const 10)))
    (local.set $to (i32.const {BASE}))
    (block $done
      (loop $next
        (br_if $done (i32.eq (i32.load8_u (local.get $at)) (i32.const 34)))
        (i32.store8 (local.get $to) (i32.add
          (i32.mul (call $digit (i32.load8_u (local.get $at))) (i32.const 16))
          (call $digit (i32.load8_u offset=1 (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br $next)))
    (i32.const {BASE})"
    );
    let digit = r"(func $digit (param $letter i32) (result i32)
    (if (result i32) (i32.gt_u (local.get $letter) (i32.const 57))
      (then (i32.sub (local.get $letter) (i32.const 87)))
      (else (i32.sub (local.get $letter) (i32.const 48)))))";
    Guest {
        manifest,
        says: manifest,
        extra: digit,
        plan: &plan,
        ..Guest::default()
    }
    .build()
}

/// The suite's manifest, for a guest whose input is an image.
fn manifest() -> String {
    let mut manifest: Value = serde_json::from_str(MANIFEST).expect("JSON");
    manifest["input"] = json!({
        "type": "object",
        "properties": {
            "image": { "type": "string" },
            "user": { "type": "string", "x-usher-unknown": true },
        },
    });
    manifest.to_string()
}

/// Every answer of the conformance suite that is taken, or refused only because of its contents.
fn answers() -> Vec<Value> {
    let mut files: Vec<_> = std::fs::read_dir(Path::new(CASES))
        .expect("the cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut answers = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).expect("a file");
        let cases: Value = toml::from_str(&text).expect("TOML");
        let cases = cases["case"].as_array().cloned().unwrap_or_default();
        let given = cases.into_iter().map(|mut case| case["answer"].take());
        answers.extend(given.filter(Value::is_object));
    }
    answers
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("a small number")
    }
}

/// Makes one to three places of an image wrong.
fn mutate(image: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(image.len());
        let word = (at & !3).min(image.len().saturating_sub(4));
        match random.below(6) {
            0 => image[at] ^= 1 << random.below(8),
            1 => image[at] = u8::try_from(random.below(256)).expect("a byte"),
            2 => {
                let odd = [0, 1, 2, 0xFFFF_FFFF, 0x7FFF_FFFF, BASE, BASE - 1, 1 << 24];
                let odd: u32 = odd[random.below(odd.len())];
                image[word..word + 4].copy_from_slice(&odd.to_le_bytes());
            }
            3 => {
                let number = u32::from_le_bytes(image[word..word + 4].try_into().expect("four"));
                let near = number.wrapping_add([1, u32::MAX, 4, 8][random.below(4)]);
                image[word..word + 4].copy_from_slice(&near.to_le_bytes());
            }
            4 => {
                let len = [4, 8, 16, 32][random.below(4)].min(image.len() / 2);
                let from = random.below(image.len() - len) & !3;
                let to = random.below(image.len() - len) & !3;
                image.copy_within(from..from + len, to);
            }
            _ => image.truncate(word.max(4)),
        }
    }
}

#[tokio::test]
async fn a_wrong_byte_breaks_nothing() {
    let number = |name: &str, usual| {
        let value = env::var(name).ok();
        value.map_or(usual, |value| value.parse().expect("a number"))
    };
    let (count, seed) = (
        number("USHER_MUTATED", ANSWERS),
        number("USHER_MUTATED_SEED", 1),
    );
    let plugin = plugin(guest(&manifest()), Limits::usual()).await;
    let encoder = Encoder::new();
    let images: Vec<Vec<u8>> = answers()
        .iter()
        .map(|answer| encoder.image(answer, BASE))
        .collect();
    let plan = async |image: &[u8]| {
        let hex: String = image.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut call = call();
        call.input = object(json!({ "image": hex, "user": { "$ref": "user:user.id" } }));
        plugin.plan(call).await
    };
    // The encoder is right: these answers of the suite are good ones.
    let mut good = Vec::new();
    for image in &images {
        if plan(image).await.is_ok() {
            good.push(image.clone());
        }
    }
    assert!(good.len() >= 12, "{} answers are taken", good.len());
    let (mut taken, mut refused) = (0, 0);
    for n in 0..count {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ n);
        // Every second one is good before it is mutated.
        let from = if n % 2 == 0 { &good } else { &images };
        let mut image = from[random.below(from.len())].clone();
        mutate(&mut image, &mut random);
        let began = Instant::now();
        match plan(&image).await {
            Ok(planned) => {
                taken += 1;
                serde_json::to_string(&planned.plan).expect("JSON");
            }
            Err(error) => {
                refused += 1;
                let said = error.to_string();
                let raw = said.chars().find(|said| said.is_control());
                assert_eq!(raw, None, "seed {seed}, answer {n}: {said}");
            }
        }
        let took = began.elapsed();
        assert!(took < ANSWER_MAX, "seed {seed}, answer {n}: {took:?}");
    }
    assert!(
        taken > 0 && refused > 0,
        "{taken} were taken, {refused} refused"
    );
}
