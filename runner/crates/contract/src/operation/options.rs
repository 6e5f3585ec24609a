//! Options of an operation: they change how it is carried out.

use crate::fault::Fault;
use crate::form;
use crate::probe::Field;
use crate::text::shown;
use crate::value::Scalar;

/// Checks the form of options and tidies their names. [`known`] decides whether an option is known.
pub(super) fn form(options: &mut [Field]) -> Result<(), Fault> {
    for option in options {
        option.name = shown(&option.name);
        form::scalar(&option.value)?;
    }
    Ok(())
}

/// Refuses an option that is not known: without it the change might be wrong.
pub(super) fn known(given: &[Field], known: &[&str]) -> Result<(), Fault> {
    let unknown = given.iter().find(|option| {
        !known.contains(&option.name.as_str()) || !matches!(option.value, Scalar::Truth(_))
    });
    match unknown {
        Some(option) => Err(Fault::Option {
            name: option.name.clone(),
        }),
        None => Ok(()),
    }
}
