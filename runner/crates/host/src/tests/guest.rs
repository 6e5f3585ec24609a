//! Guests by hand: a core module in WebAssembly text around a few helpers, wrapped into a component like real ones.
//! Strings are in the first page; the host's data is after it.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const STEP: &str = include_str!("../../../../../wit/step.wit");

/// A manifest that declares little: records of `User` to read, assignments to create.
pub(super) const MANIFEST: &str = r#"{
  "format": 1, "name": "by-hand", "version": "1.2.0", "summary": "For tests", "kind": "changing",
  "input": {"type": "object", "additionalProperties": false, "properties": {
    "user": {"type": "string", "x-usher-unknown": true},
    "times": {"type": "integer", "default": 1}}},
  "output": {"type": "object", "additionalProperties": false, "properties": {
    "user_id": {"type": "string", "x-usher-record": "User"},
    "name": {"type": "string"}}},
  "reads": {"records": {"User": ["Username"]}},
  "writes": {"create": {"PermissionSetAssignment": ["AssigneeId", "PermissionSetId"]}}
}"#;

/// A guest: the body of `plan` (`$in`, `$in_len` → address of the answer) and the rest of its module.
pub(super) struct Guest<'a> {
    pub(super) manifest: &'a str,
    /// The answer of `describe`.
    pub(super) says: &'a str,
    /// Says whether the component carries the manifest as a section.
    pub(super) section: bool,
    /// WIT packages besides the contract's.
    pub(super) packages: &'a str,
    /// Functions of the interface `org` besides those of the contract.
    pub(super) org: &'a str,
    /// WIT of the world, after the contract's world.
    pub(super) world: &'a str,
    /// Imports of the core module besides `find`, `emit` and `now`.
    pub(super) imports: &'a str,
    /// Functions, data and exports besides the planner's.
    pub(super) extra: &'a str,
    /// Code that runs before `describe` answers.
    pub(super) describe: &'a str,
    pub(super) plan: &'a str,
}

impl Default for Guest<'_> {
    fn default() -> Self {
        Self {
            manifest: MANIFEST,
            says: MANIFEST,
            section: true,
            packages: "",
            org: "",
            world: "",
            imports: "",
            extra: "",
            describe: "",
            plan: NOTHING,
        }
    }
}

/// Answers with an empty plan.
pub(super) const NOTHING: &str = "(call $empty (i32.const 512) (i32.const 2))";

impl Guest<'_> {
    pub(super) fn build(&self) -> Vec<u8> {
        self.build_for("1.0.0-rc")
    }

    /// The same for another version of the contract.
    pub(super) fn build_for(&self, version: &str) -> Vec<u8> {
        self.built(version, "")
    }

    /// The same for a contract with one interface more, which the module calls as `$more`.
    pub(super) fn build_beside(&self, interface: &str) -> Vec<u8> {
        self.built("1.0.0-rc", interface)
    }

    fn built(&self, version: &str, interface: &str) -> Vec<u8> {
        let mut module = wat::parse_str(self.text().replace("@1.0.0-rc", &format!("@{version}")))
            .unwrap_or_else(|error| panic!("{error}\n{}", self.text()));
        let more = format!("interface org {{\n{}", self.org);
        let step = STEP.replace("1.0.0-rc", version);
        let step = step.replace("interface org {", &more);
        let step = step.replace(
            "interface context {",
            &format!("{interface}\ninterface context {{"),
        );
        let mut resolve = Resolve::default();
        resolve.push_str("step.wit", &step).expect("the contract");
        let world = format!(
            "package test:guest; {} world guest {{ include usher:step/step@{version}; {} }}",
            self.packages, self.world
        );
        let package = resolve.push_str("guest.wit", &world).expect("the world");
        let world = resolve
            .select_world(&[package], Some("guest"))
            .expect("one world");
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
            .expect("metadata");
        let mut component = ComponentEncoder::default()
            .module(&module)
            .expect("a module of that world")
            .encode()
            .expect("a component");
        if self.section {
            add_section(&mut component, "usher:manifest", self.manifest.as_bytes());
        }
        component
    }

    fn text(&self) -> String {
        let Self {
            imports,
            extra,
            describe,
            plan,
            ..
        } = self;
        let says = escape(self.says);
        let says_len = self.says.len();
        format!(
            r#"(module
  (import "usher:step/org@1.0.0-rc" "find"
    (func $find (param i32 i32 i32 i32 i32 i32 i32)))
  (import "usher:step/log@1.0.0-rc" "emit" (func $emit (param i32 i32 i32)))
  (import "usher:step/context@1.0.0-rc" "now" (func $now (param i32)))
  {imports}
  (memory (export "memory") 4)
  (global $top (mut i32) (i32.const 131072))
  (data (i32.const 512) "{{}}")
  (data (i32.const 65536) "{says}")

  (func $grown (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (block $enough
      (br_if $enough (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
      (drop (memory.grow (i32.add (i32.const 1) (i32.shr_u (local.get $size) (i32.const 16))))))
    (local.get $at))

  ;; A plan without changes and with outputs.
  (func $empty (param $outputs i32) (param $len i32) (result i32)
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 64))
    (i32.store (i32.const 20) (local.get $outputs))
    (i32.store (i32.const 24) (local.get $len))
    (i32.const 0))

  ;; The failure `broken` with a reason.
  (func $broken (param $reason i32) (param $len i32) (result i32)
    (i32.store (i32.const 0) (i32.const 1))
    (i32.store (i32.const 4) (i32.const 4))
    (i32.store (i32.const 8) (local.get $reason))
    (i32.store (i32.const 12) (local.get $len))
    (i32.const 0))

  {extra}

  (func (export "usher:step/planner@1.0.0-rc#describe") (result i32)
    {describe}
    (i32.store (i32.const 0) (i32.const 65536))
    (i32.store (i32.const 4) (i32.const {says_len}))
    (i32.const 0))

  (func (export "usher:step/planner@1.0.0-rc#plan") (param $in i32) (param $in_len i32) (result i32)
    {plan}))"#
        )
    }
}

/// Text as it is written in a data segment.
pub(super) fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

/// Adds a custom section at the end.
pub(super) fn add_section(bytes: &mut Vec<u8>, name: &str, data: &[u8]) {
    let mut section = Vec::new();
    section.extend(leb(name.len()));
    section.extend(name.as_bytes());
    section.extend(data);
    bytes.push(0);
    bytes.extend(leb(section.len()));
    bytes.extend(section);
}

fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).expect("seven bits");
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// Reads: `$look` finds records of an object by `Username`. `$told` answers with the records, or with the reason why
/// there are none, as the reason of a failure.
pub(super) const READS: &str = r#"
  (data (i32.const 1024) "User")
  (data (i32.const 1032) "Profile")
  (data (i32.const 1048) "Username")
  (data (i32.const 1064) "ada@example.com")
  (data (i32.const 1088) "new@example.com")
  (data (i32.const 1112) "later")
  (data (i32.const 1120) "user:user.id")

  ;; One condition: `Username` is the text at $value.
  (func $look (param $object i32) (param $object_len i32) (param $value i32) (param $value_len i32)
    (i32.store (i32.const 256) (i32.const 1048))
    (i32.store (i32.const 260) (i32.const 8))
    (i32.store (i32.const 264) (i32.const 272))
    (i32.store (i32.const 268) (i32.const 1))
    (i32.store (i32.const 272) (i32.const 3))
    (i32.store (i32.const 276) (local.get $value))
    (i32.store (i32.const 280) (local.get $value_len))
    (call $ask (local.get $object) (local.get $object_len)))

  ;; The same with a reference as the value.
  (func $look_ref (param $object i32) (param $object_len i32) (param $token i32) (param $token_len i32)
    (i32.store (i32.const 256) (i32.const 1048))
    (i32.store (i32.const 260) (i32.const 8))
    (i32.store (i32.const 264) (i32.const 272))
    (i32.store (i32.const 268) (i32.const 1))
    (i32.store (i32.const 272) (i32.const 6))
    (i32.store (i32.const 276) (i32.const 0))
    (i32.store (i32.const 280) (local.get $token))
    (i32.store (i32.const 284) (local.get $token_len))
    (call $ask (local.get $object) (local.get $object_len)))

  (func $ask (param $object i32) (param $object_len i32)
    (call $find (local.get $object) (local.get $object_len) (i32.const 0) (i32.const 0)
      (i32.const 256) (i32.const 1) (i32.const 128)))

  (func $told (result i32)
    (if (result i32) (i32.load8_u (i32.const 128))
      (then (call $broken (i32.load (i32.const 136)) (i32.load (i32.const 140))))
      (else (call $broken (i32.load (i32.const 132)) (i32.load (i32.const 136))))))
"#;
