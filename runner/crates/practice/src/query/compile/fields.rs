//! `FIELDS()`: the fields of an object without their names (docs/salesforce/queries.md#fields).

use crate::query::syntax::{FieldSet, Path, Query, Term, malformed};
use crate::refusal::Outcome;
use crate::schema::Object;
use crate::tenant::Tenant;

/// Salesforce's own bound of a query whose fields are not known beforehand.
const RECORDS_MAX: u64 = 200;

/// The first version that knows `FIELDS()`.
const SINCE: u32 = 51;

/// The fields of that set which the user sees.
pub(super) fn terms(
    org: &Tenant<'_>,
    object: &Object,
    set: FieldSet,
    query: &Query,
) -> Outcome<Vec<Term>> {
    if org.version < SINCE {
        return Err(malformed(format!(
            "FIELDS() is known from version {SINCE}.0 on"
        )));
    }
    let bounded = query.limit.is_some_and(|limit| limit <= RECORDS_MAX);
    if set != FieldSet::Standard && !bounded {
        // The rule is documented, the words are [inferred].
        return Err(malformed(format!(
            "The SOQL FIELDS function must have a LIMIT of at most {RECORDS_MAX}"
        )));
    }
    let shown = org.fields(object)?.into_iter().filter(|field| {
        let custom = field.name.ends_with("__c");
        match set {
            FieldSet::All => true,
            FieldSet::Standard => !custom,
            FieldSet::Custom => custom,
        }
    });
    Ok(shown
        .map(|field| Term::Field(Path(vec![field.name.to_owned()])))
        .collect())
}
