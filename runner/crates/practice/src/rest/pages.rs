//! `query`, page by page (docs/salesforce/queries.md#pages).

use serde_json::{Map, Value, json};

use crate::pages::{Cursor, Pages};
use crate::query;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call};
use crate::tenant::Tenant;

/// Records of one page at most.
const PAGE: usize = 2_000;

/// Records of one page at least, when a client asks for small ones.
const PAGE_MIN: usize = 200;

/// Records of a nested result and its parent together, where a client asks for no size \[inferred\]
/// (docs/salesforce/queries.md#sub-selects).
const NESTED: usize = 500;

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
    let most = most(org)?;
    let sized = |unasked: usize| {
        let size = call.page_size.unwrap_or(unasked).clamp(PAGE_MIN, PAGE);
        size.min(most)
    };
    let size = sized(PAGE);
    if found.grouped && found.records.len() > size {
        // The rule and the code are documented, the words are [inferred].
        let message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch";
        return Err(Refusal::new(400, "EXCEEDED_ID_LIMIT", message));
    }
    let mut cursors = Vec::new();
    let mut nested = Nested {
        version: org.version,
        size: (sized(NESTED) - 1).max(1),
        pages,
        cursors: &mut cursors,
    };
    let mut records = found.records;
    records.iter_mut().for_each(|record| nested.cut(record));
    let answer = match records.len() > size {
        false => Answer::ok(page(found.total, records, None)),
        true => {
            let cursor = Cursor {
                locator: pages.locator(),
                total: found.total,
                size,
                records,
            };
            let first = Answer::ok(page_of(org.version, &cursor, 0));
            cursors.push(cursor);
            first
        }
    };
    pages.keep(&org.user_id, cursors);
    Ok(answer)
}

/// Cuts the nested results of records.
struct Nested<'n> {
    version: u32,
    size: usize,
    pages: &'n mut Pages,
    cursors: &'n mut Vec<Cursor>,
}

impl Nested<'_> {
    /// Leaves of each nested result of a record the first page, and keeps the whole.
    fn cut(&mut self, record: &mut Value) {
        for found in record.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let Some(records) = found.get_mut("records").and_then(Value::as_array_mut) else {
                continue;
            };
            records.iter_mut().for_each(|record| self.cut(record));
            if records.len() > self.size {
                let cursor = Cursor {
                    locator: self.pages.locator(),
                    total: records.len(),
                    size: self.size,
                    records: std::mem::take(records),
                };
                *found = page_of(self.version, &cursor, 0);
                self.cursors.push(cursor);
            }
        }
    }
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
        (Some(open), Ok(from)) if from < open.total => {
            Ok(Answer::ok(page_of(org.version, open, from)))
        }
        _ => Err(Refusal::new(
            400,
            "INVALID_QUERY_LOCATOR",
            "invalid query locator",
        )),
    }
}

fn page_of(version: u32, cursor: &Cursor, from: usize) -> Value {
    let to = (from + cursor.size).min(cursor.total);
    let next = (to < cursor.total)
        .then(|| format!("/services/data/v{version}.0/query/{}-{to}", cursor.locator));
    page(cursor.total, cursor.records[from..to].to_vec(), next)
}

fn page(total: usize, records: Vec<Value>, next: Option<String>) -> Value {
    let mut page = json!({ "totalSize": total, "done": next.is_none(), "records": records });
    if let Some(next) = next {
        page["nextRecordsUrl"] = Value::from(next);
    }
    page
}
