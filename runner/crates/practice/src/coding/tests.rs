//! Compressed bodies in both directions.

use std::io::{Read, Write};

use expect_test::expect;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::{GzEncoder, ZlibEncoder};

use crate::testing::{org, shown};

const ACCOUNTS: &str = "/services/data/v66.0/sobjects/Account";

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).expect("memory takes it");
    encoder.finish().expect("it ends")
}

#[test]
fn a_compressed_request() {
    let org = org();
    let body = br#"{"Name": "Lakeside"}"#;
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(body).expect("memory takes it");
    let deflate = deflate.finish().expect("it ends");
    for (coding, body) in [
        ("gzip", gzip(body)),
        ("GZIP", gzip(body)),
        ("deflate", deflate),
        ("identity", body.to_vec()),
    ] {
        let line = format!("POST {ACCOUNTS}");
        let response = org.answer(&line, &[("Content-Encoding", coding)], &body);
        assert_eq!(response.status(), 201, "{coding}");
    }
    assert_eq!(
        org.records("SELECT Id FROM Account WHERE Name = 'Lakeside'")
            .len(),
        4
    );
}

#[test]
fn a_body_that_does_not_decompress() {
    let org = org();
    let line = format!("POST {ACCOUNTS}");
    let broken = org.answer(&line, &[("Content-Encoding", "gzip")], b"{}");
    expect![[r#"
        400
        [{"errorCode":"BAD_REQUEST","message":"the body does not decompress: unexpected end of file"}]
    "#]].assert_eq(&shown(&broken));
    let unknown = org.answer(&line, &[("Content-Encoding", "br")], b"{}");
    expect![[r#"
        415
        [{"errorCode":"UNSUPPORTED_MEDIA_TYPE","message":"Content-Encoding 'br' is not supported by this resource"}]
    "#]].assert_eq(&shown(&unknown));
    // The same on the SOAP face is a fault.
    let line = "POST /services/Soap/m/66.0";
    let fault = org.answer(line, &[("Content-Encoding", "gzip")], b"<a/>");
    assert_eq!(fault.status(), 500);
}

#[test]
fn a_small_body_that_becomes_huge_is_refused() {
    let body = gzip(&vec![b' '; 51 * 1024 * 1024]);
    let line = format!("POST {ACCOUNTS}");
    let response = org().answer(&line, &[("Content-Encoding", "gzip")], &body);
    expect![[r#"
        413
        [{"errorCode":"REQUEST_ENTITY_TOO_LARGE","message":"the decompressed body has more than 50 MB"}]
    "#]].assert_eq(&shown(&response));
}

#[test]
fn answers_are_compressed_for_clients_that_take_it() {
    let org = org();
    let line = "GET /services/data/v66.0/sobjects/User/describe";
    let plain = org.answer(line, &[], b"");
    assert_eq!(plain.headers().get("Content-Encoding"), None);
    for accept in ["gzip", "deflate, gzip;q=0.5", "*"] {
        let packed = org.answer(line, &[("Accept-Encoding", accept)], b"");
        assert_eq!(packed.headers()["Content-Encoding"], "gzip", "{accept}");
        assert!(packed.body().len() < plain.body().len() / 4);
        let mut unpacked = Vec::new();
        GzDecoder::new(packed.body().as_ref())
            .read_to_end(&mut unpacked)
            .expect("gzip");
        assert_eq!(&unpacked, plain.body());
    }
    for accept in ["gzip;q=0", "br", "identity", "deflate"] {
        let answer = org.answer(line, &[("Accept-Encoding", accept)], b"");
        assert_eq!(answer.body(), plain.body(), "{accept}");
    }
    // Small ones stay as they are.
    let small = org.answer(
        "GET /services/data/v66.0/recent",
        &[("Accept-Encoding", "gzip")],
        b"",
    );
    assert_eq!(small.headers().get("Content-Encoding"), None);
}
