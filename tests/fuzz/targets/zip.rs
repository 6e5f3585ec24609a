//! Any bytes as the zip of a deployment, or any texts as its files. After `raw:` come the bytes of a zip; else each file
//! is a path, a line break and its text, and a line `---` ends it.

#![no_main]

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use usher_fuzz::Org;

fuzz_target!(|data: &[u8]| {
    let zip = match data.strip_prefix(b"raw:") {
        Some(bytes) => Some(bytes.to_vec()),
        None => zipped(&String::from_utf8_lossy(data)),
    };
    if let Some(zip) = zip {
        usher_fuzz::with_org(|org| deploy(org, &zip));
    }
});

/// Deploys, and looks until the deployment has ended.
fn deploy(org: &Org, zip: &[u8]) {
    let options = "<rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage>";
    let zip = STANDARD.encode(zip);
    let answer = call(
        org,
        &format!("<deploy><ZipFile>{zip}</ZipFile><DeployOptions>{options}</DeployOptions></deploy>"),
    );
    let id = answer.split("<id>").nth(1).and_then(|rest| rest.get(..18));
    for _ in 0..3 {
        if let Some(id) = id {
            call(
                org,
                &format!("<checkDeployStatus><asyncProcessId>{id}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>"),
            );
        }
    }
}

fn call(org: &Org, operation: &str) -> String {
    let session = &org.token;
    let envelope = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader xmlns=\"http://soap.sforce.com/2006/04/metadata\"><sessionId>{session}</sessionId></SessionHeader></e:Header><e:Body xmlns=\"http://soap.sforce.com/2006/04/metadata\">{operation}</e:Body></e:Envelope>"
    );
    let headers = [("Content-Type", "text/xml")];
    let response = org.send("POST /services/Soap/m/66.0", &headers, envelope.as_bytes());
    response.map_or_else(String::new, |response| {
        String::from_utf8_lossy(response.body()).into_owned()
    })
}

/// A zip of those files; none: a path is none that a zip takes.
fn zipped(text: &str) -> Option<Vec<u8>> {
    let mut zip = rawzip::ZipArchiveWriter::new(Vec::new());
    for file in text.split("\n---\n").take(16) {
        let (path, text) = file.split_once('\n').unwrap_or((file, ""));
        let file = zip
            .new_file(path)
            .compression_method(rawzip::CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().ok()?;
        let level = flate2::Compression::fast();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, level);
        let mut writer = config.wrap(encoder);
        writer.write_all(text.as_bytes()).ok()?;
        let (encoder, descriptor) = writer.finish().ok()?;
        encoder.finish().ok()?;
        entry.finish(descriptor).ok()?;
    }
    zip.finish().ok()
}
