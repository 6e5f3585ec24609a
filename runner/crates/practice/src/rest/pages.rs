//! `query`, page by page (salesforce-api.md §9.3). What is left of a query is kept in memory until it
//! was fetched; a process that ends forgets it, as the platform does after a while.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::org::Org;
use crate::query;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call};

/// Records of one page at most.
const PAGE: usize = 2_000;

/// Records of one page at least, when a client asks for small ones.
const PAGE_MIN: usize = 200;

/// Queries whose rest is kept: Salesforce keeps ten for each user.
const OPEN_MAX: usize = 10;

/// What was found and not fetched.
#[derive(Default)]
pub(crate) struct Pages {
    open: VecDeque<Open>,
    last: u64,
}

struct Open {
    locator: String,
    user_id: String,
    total: usize,
    size: usize,
    records: Vec<Value>,
}

/// `GET …/query?q=…`, or its columns.
pub(crate) fn query(org: &Org<'_>, pages: &mut Pages, call: &Call) -> Outcome<Answer> {
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
    if found.records.len() <= size {
        return Ok(Answer::ok(page(found.total, found.records, None)));
    }
    pages.last += 1;
    let open = Open {
        locator: format!("01g{:012}AAA", pages.last),
        user_id: org.user_id.clone(),
        total: found.total,
        size,
        records: found.records,
    };
    let answer = open.answer(org, 0);
    if pages.open.len() == OPEN_MAX {
        pages.open.pop_front();
    }
    pages.open.push_back(open);
    Ok(answer)
}

/// `GET …/query/01g…-2000`
pub(crate) fn more(org: &Org<'_>, pages: &Pages, locator: &str) -> Outcome<Answer> {
    let (locator, from) = locator.rsplit_once('-').unwrap_or((locator, ""));
    let open = pages
        .open
        .iter()
        .find(|open| open.locator == locator && open.user_id == org.user_id);
    match (open, from.parse::<usize>()) {
        (Some(open), Ok(from)) if from < open.total => Ok(open.answer(org, from)),
        _ => Err(Refusal::new(
            400,
            "INVALID_QUERY_LOCATOR",
            "invalid query locator",
        )),
    }
}

impl Open {
    fn answer(&self, org: &Org<'_>, from: usize) -> Answer {
        let to = (from + self.size).min(self.total);
        let next = (to < self.total).then(|| {
            format!(
                "/services/data/v{}.0/query/{}-{to}",
                org.version, self.locator
            )
        });
        Answer::ok(page(self.total, self.records[from..to].to_vec(), next))
    }
}

fn page(total: usize, records: Vec<Value>, next: Option<String>) -> Value {
    let mut page = json!({ "totalSize": total, "done": next.is_none(), "records": records });
    if let Some(next) = next {
        page["nextRecordsUrl"] = Value::from(next);
    }
    page
}
