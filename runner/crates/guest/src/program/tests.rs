use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, MemorySection, MemoryType, Module,
};
use wasmparser::{DataKind, Operator, Parser, Payload};

use super::{MARK, with_program};
use crate::{MANIFEST_SECTION, wrap};

/// A module with so many places for a program.
fn module(places: usize) -> Vec<u8> {
    let mut module = Module::new();
    let mut memory = MemorySection::new();
    memory.memory(MemoryType {
        minimum: 2,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    module.section(&memory);
    module.section(&CodeSection::new());
    let mut data = DataSection::new();
    for at in 0..places {
        let place = [MARK.as_slice(), &[0; 16]].concat();
        let at = i32::try_from(at).expect("few") * 64;
        data.active(0, &ConstExpr::i32_const(at), place);
    }
    module.section(&data);
    module.section(&CustomSection {
        name: MANIFEST_SECTION.into(),
        data: b"{}".as_slice().into(),
    });
    module.finish()
}

/// The segments of the core module: address and bytes. The manifest in the component's section comes first.
fn inside(component: &[u8]) -> (Vec<u8>, Vec<(i32, Vec<u8>)>) {
    let (mut manifest, mut segments) = (vec![], vec![]);
    for payload in Parser::new(0).parse_all(component) {
        match payload.expect("the component parses") {
            Payload::CustomSection(section) if section.name() == MANIFEST_SECTION => {
                manifest = section.data().to_vec();
            }
            Payload::DataSection(data) => {
                for segment in data {
                    let segment = segment.expect("a segment");
                    let DataKind::Active { offset_expr, .. } = segment.kind else {
                        panic!("an active segment");
                    };
                    let offset = offset_expr
                        .get_operators_reader()
                        .read()
                        .expect("an offset");
                    let Operator::I32Const { value } = offset else {
                        panic!("a constant");
                    };
                    segments.push((value, segment.data.to_vec()));
                }
            }
            _ => {}
        }
    }
    (manifest, segments)
}

#[test]
fn manifest_and_program_lie_behind_the_memory_and_the_mark_points_at_them() {
    let component = wrap(&module(1)).expect("it wraps");
    let written = with_program(&component, "{\"a\":1}", "program").expect("one place");
    let again = with_program(&component, "{\"a\":1}", "program").expect("one place");
    assert_eq!(written, again);
    let (manifest, segments) = inside(&written);
    assert_eq!(manifest, b"{\"a\":1}");
    let [(0, place), (131_072, texts)] = segments.as_slice() else {
        panic!("{segments:?}");
    };
    assert_eq!(texts, b"{\"a\":1}program");
    let numbers: Vec<u32> = place[MARK.len()..]
        .chunks(4)
        .map(|bytes| u32::from_le_bytes(bytes.try_into().expect("four bytes")))
        .collect();
    assert_eq!(numbers, [131_072, 7, 131_079, 7]);
}

#[test]
fn a_program_of_a_megabyte_fits() {
    let component = wrap(&module(1)).expect("it wraps");
    let program = "x".repeat(1024 * 1024);
    let written = with_program(&component, "{}", &program).expect("it fits");
    let (_, segments) = inside(&written);
    assert_eq!(segments[1].1.len(), 2 + program.len());
}

#[test]
fn a_component_needs_exactly_one_place() {
    let refused = |bytes: &[u8]| {
        with_program(bytes, "{}", "x")
            .expect_err("refused")
            .to_string()
    };
    let none = wrap(&module(0)).expect("it wraps");
    assert_eq!(
        refused(&none),
        "it has 0 places for a program, where one is right"
    );
    let two = wrap(&module(2)).expect("it wraps");
    assert_eq!(
        refused(&two),
        "it has 2 places for a program, where one is right"
    );
    let module = module(1);
    assert_eq!(
        refused(&module),
        "it is not a WASM module: it is not a component"
    );
    assert_eq!(refused(b"x"), "it is not a WASM module: it is too short");
}
