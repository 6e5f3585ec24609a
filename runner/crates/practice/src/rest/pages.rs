//! `query`, page by page (docs/salesforce/queries.md#pages).

use serde_json::{Value, json};

use crate::pages::{Open, Pages};
use crate::query;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call};
use crate::tenant::Tenant;

/// Records of one page at most.
const PAGE: usize = 2_000;

/// Records of one page at least, when a client asks for small ones.
const PAGE_MIN: usize = 200;

/// `GET …/query?q=…`, or its columns.
pub(crate) fn query(org: &Tenant<'_>, pages: &mut Pages, call: &Call) -> Outcome<Answer> {
    if call.parameter("explain").is_some() {
        // Salesforce answers with its plans, which depend on its own indexes and numbers of rows.
        return Err(query::syntax::unknown_here("plans of queries: explain"));
    }
    let Some(text) = call.parameter("q") else {
        return Err(Refusal::new(
            400,
            "MALFORMED_QUERY",
            "A query string has to be specified",
        ));
    };
    if call
        .parameter("columns")
        .is_some_and(|columns| columns.eq_ignore_ascii_case("true"))
    {
        return Ok(Answer::ok(query::columns::describe(org, text)?));
    }
    let found = query::run(org, text)?;
    let size = call.page_size.unwrap_or(PAGE).clamp(PAGE_MIN, PAGE);
    let size = size.min(most(org)?);
    if found.records.len() <= size {
        return Ok(Answer::ok(page(found.total, found.records, None)));
    }
    if found.grouped {
        // The rule and the code are documented, the words are [inferred].
        let message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch";
        return Err(Refusal::new(400, "EXCEEDED_ID_LIMIT", message));
    }
    let open = pages.keep(&org.user_id, found.total, size, found.records);
    Ok(answer(org, open, 0))
}

/// A page may be shorter than the client asks for (docs/salesforce/queries.md#pages).
fn most(org: &Tenant<'_>) -> Outcome<usize> {
    let most = org.setting("practice.pageSize")?;
    let most = most.and_then(|most| usize::try_from(most.as_u64()?).ok());
    Ok(most.unwrap_or(PAGE))
}

/// `GET …/query/01g…-2000`
pub(crate) fn more(org: &Tenant<'_>, pages: &Pages, locator: &str) -> Outcome<Answer> {
    let (locator, from) = locator.rsplit_once('-').unwrap_or((locator, ""));
    let open = pages.find(locator, &org.user_id);
    match (open, from.parse::<usize>()) {
        (Some(open), Ok(from)) if from < open.total => Ok(answer(org, open, from)),
        _ => Err(Refusal::new(
            400,
            "INVALID_QUERY_LOCATOR",
            "invalid query locator",
        )),
    }
}

fn answer(org: &Tenant<'_>, open: &Open, from: usize) -> Answer {
    let to = (from + open.size).min(open.total);
    let next = (to < open.total).then(|| {
        format!(
            "/services/data/v{}.0/query/{}-{to}",
            org.version, open.locator
        )
    });
    Answer::ok(page(open.total, open.records[from..to].to_vec(), next))
}

fn page(total: usize, records: Vec<Value>, next: Option<String>) -> Value {
    let mut page = json!({ "totalSize": total, "done": next.is_none(), "records": records });
    if let Some(next) = next {
        page["nextRecordsUrl"] = Value::from(next);
    }
    page
}
