//! A panic is a bug of Usher, and still an answer: exit 70, and one document for `--json`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use usher::{Console, Desk, Lines, Look, World};
use usher_engine::port::{Boxed, Clock};
use usher_engine::stop::StopFlag;

use crate::conformance::component;
use crate::world::Product;

#[test]
fn a_panic_is_reported_as_a_bug() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("home").display().to_string();
    let out = BreaksOnce::default();
    let nowhere = Lines::to(std::io::sink(), Look::default());
    let mut desk = Desk {
        console: Console {
            out: Box::new(out.clone()),
            err: nowhere.clone(),
            input: Box::new(std::io::empty()),
            person: None,
            look: Look::default(),
            width: 100,
        },
        world: World {
            variables: BTreeMap::from([("USHER_HOME".to_owned(), home)]),
            folder: folder.path().to_owned(),
            program: env!("CARGO_BIN_EXE_usher").into(),
            clock: Arc::new(Stopped),
            stop: StopFlag::default(),
            log: nowhere,
            client: usher::ClientWishes::default(),
            calls: usher::Calls::default(),
        },
        signals: false,
    };
    let words = ["usher", "recipe", "list", "--json"].map(OsString::from);
    assert_eq!(usher::run(words, &mut desk).code(), 70);
    let bytes = out.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let document: Value = serde_json::from_slice(&bytes).expect("one document");
    assert_eq!(document["error"]["code"], "bug");
    assert_eq!(document["error"]["exit"], 70);
    assert_eq!(
        document["error"]["message"],
        "Usher stopped: the paper is out"
    );
}

/// A manifest whose defaults refer to values that its plugin never got. Every refusal of it says that it is the
/// plugin's mistake.
#[test]
fn a_default_that_refers_to_something_is_the_plugins_mistake() {
    for default in [
        json!({"$ref": "inputs:pw"}),
        json!(["a", {"$ref": "inputs:pw"}]),
        json!({"a": {"$join": ["a", {"$ref": "inputs:pw"}]}}),
    ] {
        let manifest = json!({
            "format": 1, "name": "conformance", "version": "1.0.0", "summary": "", "kind": "changing",
            "input": {"type": "object", "properties": {"script": {"type": "object"}, "more": {"default": default}}},
            "output": {"type": "object"}
        });
        let product = Product::new();
        let plugin = component::under(&manifest.to_string());
        product.write("plugin.wasm", plugin);
        product.write(
            "mine.toml",
            "title = \"x\"\n\n[[steps]]\nid = \"s\"\nuse = \"./plugin.wasm\"\nwith = { script = {} }\n",
        );
        let ran = product.run("plan mine.toml --org practice --json");
        assert!([10, 20, 30, 60].contains(&ran.exit), "{}", ran.text());
        assert!(ran.json().is_object());
    }
}

/// Panics at the first writing, and works from then on.
#[derive(Clone, Default)]
struct BreaksOnce(Arc<Mutex<Vec<u8>>>, Arc<Mutex<bool>>);

impl Write for BreaksOnce {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let broken = std::mem::replace(
            &mut *self.1.lock().unwrap_or_else(PoisonError::into_inner),
            true,
        );
        assert!(broken, "the paper is out");
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A clock that does not move.
struct Stopped;

impl Clock for Stopped {
    fn now_ms(&self) -> i64 {
        1_795_341_600_000
    }

    fn ticks_ms(&self) -> u64 {
        0
    }

    fn sleep(&self, _ms: u64) -> Boxed<'_, ()> {
        Box::pin(async {})
    }
}
