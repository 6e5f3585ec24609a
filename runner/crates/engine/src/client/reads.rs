//! Reads that leave together: queries, and descriptions of objects. A composite carries several of them (REST API
//! Developer Guide, Composite), and the composites are in flight together.

use http::Method;
use serde_json::{Value, json};
use usher_core::limit;

use crate::client::{Client, OrgError, Purpose, answer, unreadable};
use crate::port::Boxed;
use crate::together::together;

/// Queries in one composite request (REST API Guide, Composite: five of its 25).
const QUERIES_PER_COMPOSITE_MAX: usize = 5;

/// Requests in one composite request (REST API Guide, Composite).
const PARTS_PER_COMPOSITE_MAX: usize = 25;

/// A read that a composite can carry.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    path: String,
    is_query: bool,
}

impl Part {
    fn is_too_long(&self) -> bool {
        self.path.len() > limit::QUERY_BYTES_MAX
    }
}

impl Client {
    /// The part that asks for the first page of a query.
    pub(crate) fn query_part(&self, soql: &str) -> Part {
        Part {
            path: self.query_path(soql),
            is_query: true,
        }
    }

    /// The part that asks for a resource of objects, below `sobjects`.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]: Usher sends no such request.
    pub(crate) fn object_part(
        &self,
        segments: &[String],
        query: &[(String, String)],
    ) -> Result<Part, OrgError> {
        Ok(Part {
            path: self.resource_path(segments, query)?,
            is_query: false,
        })
    }

    /// The answers to several reads, in few requests: a read alone as itself, unless its target is too long; else up to
    /// five queries and some descriptions in a composite. The answer to a query is its first page.
    pub(crate) async fn answers(&self, parts: &[Part]) -> Vec<Result<Value, OrgError>> {
        let composites = composites(parts);
        let requests = composites.iter().map(|places| -> Boxed<'_, Vec<_>> {
            let parts: Vec<&Part> = places.iter().map(|place| &parts[*place]).collect();
            Box::pin(self.together_in_one(parts))
        });
        let answers = together(requests.collect()).await;
        let places = composites.iter().flatten();
        let mut answers: Vec<_> = places.zip(answers.into_iter().flatten()).collect();
        answers.sort_by_key(|(place, _)| **place);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    /// All records of a query, of which this is the answer with the first page.
    pub(crate) async fn records(
        &self,
        first: Result<Value, OrgError>,
        rows_max: usize,
    ) -> Result<Vec<Value>, OrgError> {
        self.rest_of_pages(first?, rows_max).await
    }

    /// Several queries in few requests, as [`Client::answers`] makes them. Each query may bring `rows_max` records.
    pub async fn queries(
        &self,
        soqls: &[String],
        rows_max: usize,
    ) -> Vec<Result<Vec<Value>, OrgError>> {
        let parts: Vec<Part> = soqls.iter().map(|soql| self.query_part(soql)).collect();
        let firsts = self.answers(&parts).await.into_iter();
        let whole = firsts.map(|first| -> Boxed<'_, _> { Box::pin(self.records(first, rows_max)) });
        together(whole.collect()).await
    }

    /// The answers to the parts of one request.
    async fn together_in_one(&self, parts: Vec<&Part>) -> Vec<Result<Value, OrgError>> {
        if let [part] = parts.as_slice() {
            return vec![self.alone(part).await];
        }
        let composed = self.composed(&parts).await;
        let answers = match composed {
            Ok(answers) => answers,
            // Each answer may be small enough by itself.
            Err(error @ OrgError::TooMuch(_)) => parts.iter().map(|_| Err(error.clone())).collect(),
            Err(error) => return parts.iter().map(|_| Err(error.clone())).collect(),
        };
        let answers = parts.iter().zip(answers);
        let answers = answers.map(|(part, answer)| -> Boxed<'_, _> {
            Box::pin(async move {
                match answer {
                    Ok(answer) => Ok(answer),
                    // A read of its own is asked more than once.
                    Err(error) if error.passes() => self.alone(part).await,
                    Err(OrgError::TooMuch(_)) => self.alone(part).await,
                    Err(error) => Err(unreadable(error)),
                }
            })
        });
        together(answers.collect()).await
    }

    async fn alone(&self, part: &Part) -> Result<Value, OrgError> {
        if part.path.len() <= limit::QUERY_TARGET_BYTES_MAX {
            return self
                .send(Purpose::Read, Method::GET, &part.path, None)
                .await;
        }
        if part.is_too_long() {
            return Err(OrgError::TooMuch(format!(
                "a read of {} bytes cannot be cut; one may have {}",
                part.path.len(),
                limit::QUERY_BYTES_MAX
            )));
        }
        // The bound of a target is none of a composite's body (Salesforce Help, 000386264).
        let mut answers = self.composed(&[part]).await?;
        answers.pop().unwrap_or(Ok(Value::Null)).map_err(unreadable)
    }

    async fn composed(&self, parts: &[&Part]) -> Result<Vec<Result<Value, OrgError>>, OrgError> {
        let requests = parts.iter().enumerate().map(|(index, part)| {
            json!({
                "method": "GET",
                "url": part.path,
                "referenceId": format!("q{index}"),
            })
        });
        let body = json!({ "compositeRequest": requests.collect::<Vec<_>>() });
        let path = self.data_path("composite");
        let reply = self
            .send(Purpose::Read, Method::POST, &path, Some(&body))
            .await?;
        answer::composite(reply, parts.len()).map_err(unreadable)
    }
}

/// The number that the answer to a `SELECT COUNT()` has.
pub(crate) fn number(page: &Value) -> Result<u64, OrgError> {
    let number = page.get("totalSize").and_then(Value::as_u64);
    number.ok_or_else(|| {
        unreadable(OrgError::Malformed(
            "the answer to a count has no `totalSize`".to_owned(),
        ))
    })
}

/// The places of the parts of each composite: neighbouring queries, five at most, and the other parts spread over them, so
/// that no composite takes much longer than another.
fn composites(parts: &[Part]) -> Vec<Vec<usize>> {
    let of_kind = |is_query| {
        let places = 0..parts.len();
        places.filter(move |place| parts[*place].is_query == is_query)
    };
    let (long, queries): (Vec<usize>, Vec<usize>) =
        of_kind(true).partition(|place| parts[*place].is_too_long());
    let queries = queries.chunks(QUERIES_PER_COMPOSITE_MAX);
    let mut composites: Vec<Vec<usize>> = queries.map(<[usize]>::to_vec).collect();
    for place in of_kind(false) {
        let smallest = composites
            .iter_mut()
            .min_by_key(|composite| composite.len());
        match smallest.filter(|composite| composite.len() < PARTS_PER_COMPOSITE_MAX) {
            Some(composite) => composite.push(place),
            None => composites.push(vec![place]),
        }
    }
    // The place of a part that is not sent is none for others.
    composites.extend(long.into_iter().map(|place| vec![place]));
    composites
}

#[cfg(test)]
mod tests {
    use super::{Part, composites};

    fn part(bytes: usize, is_query: bool) -> Part {
        Part {
            path: "x".repeat(bytes),
            is_query,
        }
    }

    fn sizes(parts: &[Part]) -> Vec<usize> {
        composites(parts).iter().map(Vec::len).collect()
    }

    #[test]
    fn five_queries_share_a_request() {
        assert_eq!(sizes(&[]), Vec::<usize>::new());
        assert_eq!(sizes(&vec![part(40_000, true); 12]), [5, 5, 2]);
        assert_eq!(
            composites(&[part(1, true), part(50_000, true), part(1, true)]),
            [vec![0, 2], vec![1]]
        );
    }

    #[test]
    fn descriptions_go_with_the_queries() {
        let (query, description) = (part(9, true), part(9, false));
        let mixed = [&query, &description, &query, &query, &query, &query, &query];
        let mixed: Vec<Part> = mixed.into_iter().cloned().collect();
        assert_eq!(composites(&mixed), [vec![0, 2, 3, 4, 5], vec![6, 1]]);
        assert_eq!(sizes(&vec![description; 30]), [25, 5]);
    }
}
