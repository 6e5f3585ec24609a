//! An answer of a guest as it is in the guest's memory, encoded by the canonical ABI after the contract's own text.

use serde_json::{Value, json};
use wit_parser::{Resolve, SizeAlign, Type, TypeDefKind, TypeId};

const STEP: &str = include_str!("../../../../../wit/step.wit");

/// Encodes answers of `plan`: a `step-plan` or a `failure`, in the spelling of the conformance suite.
pub(super) struct Encoder {
    resolve: Resolve,
    sizes: SizeAlign,
    answer: Type,
}

impl Encoder {
    pub(super) fn new() -> Self {
        let mut resolve = Resolve::default();
        resolve.push_str("step.wit", STEP).expect("the contract");
        let mut sizes = SizeAlign::default();
        sizes.fill(&resolve);
        let mut interfaces = resolve.interfaces.iter();
        let plan = interfaces.find_map(|(_, interface)| {
            (interface.name.as_deref() == Some("planner")).then(|| &interface.functions["plan"])
        });
        let answer = plan.expect("the function").result.expect("an answer");
        Self {
            resolve,
            sizes,
            answer,
        }
    }

    /// The bytes of an answer that begins at `base`.
    pub(super) fn image(&self, answer: &Value, base: u32) -> Vec<u8> {
        let mut image = Image {
            base,
            bytes: Vec::new(),
        };
        let size = self.sizes.size(&self.answer).size_wasm32();
        let at = image.place(size, 8);
        self.write(&mut image, self.answer, at, answer);
        image.bytes
    }

    fn write(&self, image: &mut Image, ty: Type, at: usize, value: &Value) {
        match ty {
            Type::Bool => image.put(at, &[u8::from(value.as_bool().unwrap_or(false))]),
            Type::U32 => {
                let number = value.as_u64().unwrap_or(0);
                let number = u32::try_from(number).expect("a small number");
                image.put(at, &number.to_le_bytes());
            }
            Type::U64 => image.put(at, &value.as_u64().unwrap_or(0).to_le_bytes()),
            Type::S64 => image.put(at, &value.as_i64().unwrap_or(0).to_le_bytes()),
            Type::String => {
                let text = repeated(value).as_str().unwrap_or_default().to_owned();
                let place = image.place(text.len(), 1);
                image.put(place, text.as_bytes());
                image.put_slice(at, place, text.len());
            }
            Type::Id(id) => self.write_named(image, id, at, value),
            other => panic!("the contract has no {other:?} in a plan"),
        }
    }

    fn write_named(&self, image: &mut Image, id: TypeId, at: usize, value: &Value) {
        match &self.resolve.types[id].kind {
            TypeDefKind::Type(ty) => self.write(image, *ty, at, value),
            TypeDefKind::Record(record) => {
                let types = record.fields.iter().map(|field| &field.ty);
                let offsets = self.sizes.field_offsets(types);
                for (field, (offset, ty)) in record.fields.iter().zip(offsets) {
                    let usual = match field.name.as_str() {
                        "outputs" => json!("{}"),
                        _ => Value::Null,
                    };
                    let given = value.get(&field.name).unwrap_or(&usual);
                    self.write(image, *ty, at + offset.size_wasm32(), given);
                }
            }
            TypeDefKind::List(ty) => {
                let all = repeated(value);
                let all = all.as_array().cloned().unwrap_or_default();
                let size = self.sizes.size(ty).size_wasm32();
                let align = self.sizes.align(ty).align_wasm32();
                let place = image.place(size * all.len(), align);
                for (index, one) in all.iter().enumerate() {
                    self.write(image, *ty, place + index * size, one);
                }
                image.put_slice(at, place, all.len());
            }
            TypeDefKind::Enum(cases) => {
                let name = value.as_str();
                let case = cases.cases.iter().position(|case| name == Some(&case.name));
                image.put(at, &[u8::try_from(case.unwrap_or(0)).expect("few cases")]);
            }
            TypeDefKind::Variant(variant) => {
                let named: Vec<_> = variant
                    .cases
                    .iter()
                    .map(|case| (case.name.as_str(), case.ty))
                    .collect();
                self.write_case(image, &named, at, value);
            }
            TypeDefKind::Option(ty) => {
                let case = match value {
                    Value::Null => json!("none"),
                    value => json!({ "some": value }),
                };
                self.write_case(image, &[("none", None), ("some", Some(*ty))], at, &case);
            }
            TypeDefKind::Result(result) => {
                let cases = [("ok", result.ok), ("err", result.err)];
                self.write_case(image, &cases, at, value);
            }
            other => panic!("the contract has no {other:?} in a plan"),
        }
    }

    fn write_case(
        &self,
        image: &mut Image,
        cases: &[(&str, Option<Type>)],
        at: usize,
        value: &Value,
    ) {
        let (name, payload) = match value {
            Value::String(name) => (name.as_str(), &Value::Null),
            Value::Object(one) => one
                .iter()
                .next()
                .map(|(name, payload)| (name.as_str(), payload))
                .expect("a case"),
            _ => ("nothing", &Value::Null),
        };
        let named = |(_, (case, _)): &(usize, &(&str, Option<Type>))| *case == name;
        let (index, (_, ty)) = cases
            .iter()
            .enumerate()
            .find(named)
            .unwrap_or((0, &cases[0]));
        image.put(at, &[u8::try_from(index).expect("few cases")]);
        if let Some(ty) = ty {
            let payloads = cases.iter().map(|(_, ty)| ty.as_ref());
            let offset = self.sizes.payload_offset(wit_parser::Int::U8, payloads);
            self.write(image, *ty, at + offset.size_wasm32(), payload);
        }
    }
}

/// A list or a text that is written as `{"times": …, "each": …}`, but with few of each.
fn repeated(value: &Value) -> Value {
    let (Some(times), Some(each)) = (value.get("times"), value.get("each")) else {
        return value.clone();
    };
    let times = usize::try_from(times.as_u64().unwrap_or(0))
        .unwrap_or(0)
        .min(50);
    match each.as_str() {
        Some(text) => json!(text.repeat(times)),
        None => Value::Array(vec![each.clone(); times]),
    }
}

struct Image {
    base: u32,
    bytes: Vec<u8>,
}

impl Image {
    fn place(&mut self, size: usize, align: usize) -> usize {
        let at = self.bytes.len().next_multiple_of(align);
        self.bytes.resize(at + size, 0);
        at
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn put_slice(&mut self, at: usize, place: usize, len: usize) {
        let address = self.base + u32::try_from(place).expect("a small image");
        self.put(at, &address.to_le_bytes());
        let len = u32::try_from(len).expect("a short list");
        self.put(at + 4, &len.to_le_bytes());
    }
}
