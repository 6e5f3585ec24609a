//! The trust of a connection, and the proxy that it takes: from files and the environment.

use std::path::Path;

use usher_engine::wire::{Authorities, Proxies, Trust};

use crate::error::Error;
use crate::text_file::read_text;
use crate::world::World;

/// Bytes of a file with certificates. The authorities of a whole platform take half a megabyte.
const CERTIFICATES_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The trust for a connection. `authorities`: a file with certificates beside those of the platform.
pub(crate) fn of(authorities: Option<&Path>, world: &World) -> Result<Trust, Error> {
    let authorities = match authorities {
        None => None,
        Some(file) => Some(Authorities {
            pem: read_text(&world.folder.join(file), CERTIFICATES_BYTES_MAX)?,
            file: file.display().to_string(),
        }),
    };
    // Both spellings are in use; the small one is the older.
    let variable = |names: [&str; 2]| {
        let mut set = names.iter().filter_map(|name| world.variable(name));
        set.next().map(str::to_owned)
    };
    Ok(Trust {
        authorities,
        proxies: Proxies {
            https: variable(["https_proxy", "HTTPS_PROXY"]),
            except: variable(["no_proxy", "NO_PROXY"]),
        },
    })
}
