use crate::Build;
use crate::wasm_std::Toolchain;
pub(crate) fn toolchain(_request: &Build) -> Result<Toolchain, String> {
    Err("soon".to_owned())
}
