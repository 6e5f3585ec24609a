//! Metadata as tests send it: one call over SOAP, one deployment.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use expect_test::Expect;
use http::Request;

use crate::testing::{TestOrg, zip};

impl TestOrg {
    /// Sends an operation and returns the status and the inner of the answer, an element a line.
    pub(crate) fn soap(&self, operation: &str) -> String {
        let token = &self.token;
        let envelope = format!(
            "<env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><env:Header><SessionHeader xmlns=\"http://soap.sforce.com/2006/04/metadata\"><sessionId>{token}</sessionId></SessionHeader></env:Header><env:Body xmlns=\"http://soap.sforce.com/2006/04/metadata\">{operation}</env:Body></env:Envelope>"
        );
        let request = Request::post("/services/Soap/m/66.0")
            .body(Bytes::from(envelope))
            .expect("a request");
        let response = self.practice.exchange(request, self.now_ms);
        let body = String::from_utf8_lossy(response.body()).into_owned();
        let inner = body.split("<soapenv:Body>").nth(1);
        let inner = inner.and_then(|rest| rest.split("</soapenv:Body>").next());
        let text = format!("{} {}", response.status().as_u16(), inner.unwrap_or(&body));
        text.replace("><", ">\n<")
    }

    /// Compares the records of a `readMetadata` of one component.
    #[track_caller]
    pub(crate) fn component(&self, kind: &str, full_name: &str, expected: Expect) {
        let answer = self.soap(&format!(
            "<readMetadata><type>{kind}</type><fullNames>{full_name}</fullNames></readMetadata>"
        ));
        let lines = answer
            .lines()
            .filter(|line| !line.contains("readMetadataResponse") && !line.contains("result>"));
        let lines: Vec<&str> = lines.collect();
        expected.assert_eq(&format!("{}\n", lines.join("\n")));
    }

    /// Compares the full names that `listMetadata` lists.
    #[track_caller]
    pub(crate) fn listed(&self, kind: &str, expected: Expect) {
        let answer = self.soap(&format!(
            "<listMetadata><queries><type>{kind}</type></queries></listMetadata>"
        ));
        let names = answer.lines().filter_map(|line| {
            let rest = line.strip_prefix("<fullName>")?;
            rest.strip_suffix("</fullName>")
        });
        let names: Vec<&str> = names.collect();
        expected.assert_eq(&names.join(", "));
    }

    /// Deploys files as one package, all or nothing, and compares the problems and what was done, one a line.
    #[track_caller]
    pub(crate) fn deployed(&self, files: &[(&str, &str)], expected: Expect) {
        let zip = STANDARD.encode(zip(files));
        let answer = self.soap(&format!(
            "<deploy><ZipFile>{zip}</ZipFile><DeployOptions><ignoreWarnings>true</ignoreWarnings><rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage></DeployOptions></deploy>"
        ));
        let id = answer.lines().find_map(|line| {
            let rest = line.strip_prefix("<id>")?;
            rest.strip_suffix("</id>")
        });
        let id = id.expect("a deployment").to_owned();
        let look = format!(
            "<checkDeployStatus><asyncProcessId>{id}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>"
        );
        let mut answer = self.soap(&look);
        for _ in 0..10 {
            if answer.contains("<done>true</done>") {
                break;
            }
            answer = self.soap(&look);
        }
        let wanted = [
            "<status>",
            "<fullName>",
            "<problem>",
            "<created>true",
            "<deleted>true",
            "<changed>true",
        ];
        let lines = answer
            .lines()
            .filter(|line| wanted.iter().any(|start| line.starts_with(start)));
        let lines: Vec<&str> = lines.collect();
        expected.assert_eq(&format!("{}\n", lines.join("\n")));
    }
}
