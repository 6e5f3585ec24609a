//! Requests that are not deployment requests.

use expect_test::{Expect, expect};

use crate::testing::{org, zip};

const LINE: &str = "POST /services/data/v66.0/metadata/deployRequest";

#[track_caller]
fn refused(body: &[u8], expected: Expect) {
    let (status, answer) = org().send_bytes(LINE, body);
    let message = answer[0]["message"].as_str().unwrap_or_default();
    expected.assert_eq(&format!("{status} {}: {message}", answer[0]["errorCode"]));
}

fn part(name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

#[test]
fn bodies_that_cannot_be_read() {
    refused(
        b"",
        expect![[
            r#"400 "INVALID_MULTIPART_REQUEST": The request body can't be read: it is not multipart/form-data"#
        ]],
    );
    refused(
        b"{}\r\n",
        expect![[
            r#"400 "INVALID_MULTIPART_REQUEST": The request body can't be read: it is not multipart/form-data"#
        ]],
    );
    refused(
        b"--b\r\nno headers",
        expect![[
            r#"400 "INVALID_MULTIPART_REQUEST": The request body can't be read: a part has no end of its headers"#
        ]],
    );
    refused(
        b"--b\r\n\r\n\r\nno end",
        expect![[
            r#"400 "INVALID_MULTIPART_REQUEST": The request body can't be read: a part has no end"#
        ]],
    );
    let end = b"--b--".as_slice();
    let file = part("file", &zip(&[]));
    refused(
        &[part("other", b"{}").as_slice(), end].concat(),
        expect![[
            r#"400 "INVALID_MULTIPART_REQUEST": The request body can't be read: the part `json` is missing"#
        ]],
    );
    refused(
        &[part("json", b"{}").as_slice(), end].concat(),
        expect![[
            r#"400 "INVALID_MULTIPART_REQUEST": The request body can't be read: the part `file` is missing"#
        ]],
    );
    refused(
        &[file.as_slice(), &part("json", b"no"), end].concat(),
        expect![[
            r#"400 "JSON_PARSER_ERROR": the body is no JSON: expected ident at line 1 column 2"#
        ]],
    );
    refused(
        &[
            part("file", b"no zip").as_slice(),
            &part("entity_content", b"{}"),
            end,
        ]
        .concat(),
        expect![[
            r#"400 "INVALID_INPUT": The zip file can't be read: Missing end of central directory"#
        ]],
    );
}

/// Every cut of a right request is answered.
#[test]
fn no_cut_makes_it_panic() {
    let zip = zip(&[("package.xml", "<Package/>")]);
    let whole = [
        part("json", b"{}"),
        part("file", &zip),
        b"--b--\r\n".to_vec(),
    ]
    .concat();
    let org = org();
    for end in 0..whole.len() {
        let (status, _) = org.send_bytes(LINE, &whole[..end]);
        assert!(matches!(status, 201 | 400), "{end}: {status}");
    }
}
