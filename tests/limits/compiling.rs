//! Components that are small and take gigabytes or minutes to compile. Usher compiles them before a person has granted
//! them anything, because they ask for nothing.

use std::time::{Duration, Instant};

use wasm_encoder::{
    BlockType, CodeSection, Function, FunctionSection, Instruction, MemorySection, MemoryType,
    Module, TypeSection, ValType,
};

use crate::world::Product;

/// The time for a component that is refused: fifteen seconds of computing, times three on a machine that others use,
/// too.
const REFUSED_MAX: Duration = Duration::from_secs(45);

/// A module of these functions, with one memory.
pub(crate) fn module(functions: &[Function]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut declared = FunctionSection::new();
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut code = CodeSection::new();
    for function in functions {
        declared.function(0);
        code.function(function);
    }
    let mut module = Module::new();
    module
        .section(&types)
        .section(&declared)
        .section(&memories)
        .section(&code);
    module.finish()
}

/// A plugin of the box that has another module inside, which it never uses.
pub(crate) fn with_module(module: &[u8]) -> Vec<u8> {
    let plugins = usher_packs::plugins();
    let found = plugins
        .iter()
        .find(|plugin| plugin.name == "assign-permission-sets");
    let mut component = found.expect("it is in the box").component.to_vec();
    let mut size = module.len();
    component.push(1);
    while size >= 0x80 {
        component.push(u8::try_from(size & 0x7f).expect("seven bits") | 0x80);
        size >>= 7;
    }
    component.push(u8::try_from(size).expect("seven bits"));
    component.extend_from_slice(module);
    component
}

/// Each local is set in some branch, so that every branch has to know of every local.
pub(crate) fn locals_and_branches(locals: u32, branches: u32) -> Function {
    let mut function = Function::new([(locals, ValType::I32)]);
    for branch in 0..branches {
        function
            .instruction(&Instruction::LocalGet(branch % locals))
            .instruction(&Instruction::If(BlockType::Empty))
            .instruction(&Instruction::LocalGet(branch * 7 % locals))
            .instruction(&Instruction::LocalSet((branch * 13 + 1) % locals))
            .instruction(&Instruction::End);
    }
    for local in 0..locals {
        function
            .instruction(&Instruction::LocalGet(local))
            .instruction(&Instruction::Drop);
    }
    function.instruction(&Instruction::End);
    function
}

/// Every growing of the memory is a call of the host, which the compiler spells out.
pub(crate) fn growing(times: u32) -> Function {
    let mut function = Function::new([]);
    for _ in 0..times {
        function
            .instruction(&Instruction::MemorySize(0))
            .instruction(&Instruction::MemoryGrow(0))
            .instruction(&Instruction::Drop);
    }
    function.instruction(&Instruction::End);
    function
}

pub(crate) fn empty() -> Function {
    let mut function = Function::new([]);
    function.instruction(&Instruction::End);
    function
}

pub(super) const PLAN: &str = "plan mine.toml --org practice --set user=jane.doe@example.com";

fn check(module: &[u8], exit: u8) {
    let product = Product::new();
    product.write("plugin.wasm", with_module(module));
    product.write("mine.toml", RECIPE);
    product.allow(PLAN);
    let begun = Instant::now();
    let ran = product.run(PLAN);
    let took = begun.elapsed();
    assert_eq!(ran.exit, exit, "{}", ran.text());
    if exit != 0 {
        assert!(
            ran.err.contains("code: plugin/too-costly"),
            "{}",
            ran.text()
        );
    }
    assert!(took < REFUSED_MAX, "{took:?}");
}

pub(super) const RECIPE: &str = r#"
title = "A plugin from a file"

[inputs.user]
type = "record"
object = "User"

[[steps]]
id = "set"
use = "./plugin.wasm"
with = { user = "${inputs.user}", permission_sets = ["Customer Community Read Only"] }
"#;

#[test]
fn what_compiles_quickly_is_compiled() {
    check(
        &module(&[locals_and_branches(100, 100), growing(10), empty()]),
        0,
    );
}

#[test]
fn many_locals_and_branches_end() {
    check(&module(&[locals_and_branches(50_000, 10_000)]), 31);
}

#[test]
fn many_calls_of_the_host_end() {
    check(&module(&vec![growing(20_000); 20]), 31);
}

#[test]
fn a_million_functions_end() {
    check(&module(&vec![empty(); 900_000]), 31);
}
