use super::{expect, org};

#[test]
fn the_older_bulk_api_is_refused_in_its_own_shape() {
    let org = org();
    let show = |headers: &[(&str, &str)]| {
        let response = org.bulk("POST /services/async/62.0/job", headers, "<jobInfo/>");
        format!(
            "{} {}\n{}",
            response.status().as_u16(),
            response.headers()["content-type"].to_str().expect("text"),
            String::from_utf8_lossy(response.body())
        )
    };
    let session = ("X-SFDC-Session", org.token.as_str());
    expect![[r#"
        400 application/xml
        <?xml version="1.0" encoding="UTF-8"?><error xmlns="http://www.force.com/2009/06/asyncapi/dataload"><exceptionCode>FeatureNotEnabled</exceptionCode><exceptionMessage>the practice org does not know the older Bulk API: use Bulk API 2.0, /services/data/vNN.0/jobs</exceptionMessage></error>"#]].assert_eq(&show(&[session]));
    expect![[r#"
        400 application/json;charset=UTF-8
        {"exceptionCode":"FeatureNotEnabled","exceptionMessage":"the practice org does not know the older Bulk API: use Bulk API 2.0, /services/data/vNN.0/jobs"}"#]].assert_eq(&show(&[session, ("Content-Type", "application/json")]));
    expect![[r#"
        400 application/xml
        <?xml version="1.0" encoding="UTF-8"?><error xmlns="http://www.force.com/2009/06/asyncapi/dataload"><exceptionCode>InvalidSessionId</exceptionCode><exceptionMessage>Invalid session id</exceptionMessage></error>"#]].assert_eq(&show(&[("X-SFDC-Session", "moo")]));
}
