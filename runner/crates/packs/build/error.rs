//! The reasons why nothing can be embedded.

use std::path::PathBuf;

use usher_guest::GuestError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum EmbedError {
    #[error(transparent)]
    Guest(#[from] GuestError),
    #[error("`{0}` is not set, as cargo sets it")]
    NoVariable(&'static str),
    #[error("`{}` is in no workspace", .0.display())]
    Outside(PathBuf),
    #[error("`{}` cannot be read", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{}` has a name that is not a text", .0.display())]
    Name(PathBuf),
    #[error("`{}`: `{line}` is not a line `from -> to`", list.display())]
    ListLine { list: PathBuf, line: String },
    #[error("`USHER_COMPONENTS`: `{}` has no `{name}.wasm`", folder.display())]
    NoComponent { name: String, folder: PathBuf },
    #[error("`USHER_COMPONENTS`: `{}` does not list `{file}`", list.display())]
    NotListed { file: String, list: PathBuf },
    #[error("`USHER_COMPONENTS`: `{file}` is not the file that `{}` lists", list.display())]
    OtherDigest { file: String, list: PathBuf },
}
