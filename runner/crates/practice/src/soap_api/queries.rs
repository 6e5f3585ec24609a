//! `query`, `queryAll`, `queryMore` and `retrieve` (docs/salesforce/soap.md#calls).

use http::Method;
use serde_json::{Value, json};

use crate::query::object_of;
use crate::refusal::{Outcome, Refusal};
use crate::soap_api::face::Face;
use crate::soap_api::order::Order;
use crate::soap_api::shown::Shown;
use crate::soap_api::{Desk, id_of};

/// Ids of one `retrieve`.
const IDS_MAX: usize = 2_000;

/// `resource` is that of REST.
pub(super) fn query(desk: &mut Desk<'_>, resource: &str) -> Outcome<String> {
    let text = desk.text("queryString").to_owned();
    let page = desk.get(&[resource], &[("q", &text)])?;
    result(desk, &page, &Order::of_query(&text))
}

/// The fields of later pages come in the order of their names: the query is not kept with its rest.
pub(super) fn more(desk: &mut Desk<'_>) -> Outcome<String> {
    let locator = desk.text("queryLocator").to_owned();
    let page = desk.get(&["query", &locator], &[])?;
    result(desk, &page, &Order::default())
}

fn result(desk: &Desk<'_>, page: &Value, order: &Order) -> Outcome<String> {
    let kind = match desk.face {
        Face::Enterprise => "",
        _ => " xsi:type=\"QueryResult\"",
    };
    let result = shown(desk).result(page, order)?;
    Ok(format!("<result{kind}>{result}</result>"))
}

fn shown<'a>(desk: &Desk<'a>) -> Shown<'a> {
    Shown {
        face: desk.face,
        org: desk.org,
    }
}

/// The records with these ids, in their order; nil for one that is not there.
pub(super) fn retrieve(desk: &mut Desk<'_>) -> Outcome<String> {
    let object = object_of(desk.org, desk.text("sObjectType"))?;
    let ids = desk.texts("ids");
    if ids.len() > IDS_MAX {
        let message = format!(
            "record limit reached. cannot submit more than {IDS_MAX} records into this call"
        );
        return Err(Refusal::new(500, "EXCEEDED_ID_LIMIT", message));
    }
    let ids = ids.into_iter().map(|id| id_of(object, id));
    let ids: Vec<String> = ids.collect::<Outcome<_>>()?;
    let list = desk.text("fieldList").to_owned();
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    let body = json!({ "ids": ids, "fields": names });
    let path = ["composite", "sobjects", object.name];
    let found = desk.ask(Method::POST, &path, &[], Some(body))?;
    let order = Order::of_list(&list);
    let asks_for_id = names.iter().any(|name| name.eq_ignore_ascii_case("Id"));
    let mut text = String::new();
    for record in found.as_array().into_iter().flatten() {
        let mut record = record.clone();
        if let (false, Some(fields)) = (asks_for_id, record.as_object_mut()) {
            fields.remove("Id");
        }
        text.push_str(&shown(desk).record("result", &record, &order)?);
    }
    Ok(text)
}
