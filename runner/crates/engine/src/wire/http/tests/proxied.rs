//! A proxy on the way: it leads on, refuses, or is not there.

use crate::wire::http::tests::server::{Say, Server};
use crate::wire::http::tests::tls::{Authority, well};
use crate::wire::http::tests::{TIMES, read, text, wire};
use crate::wire::http::{HttpWire, NoWire, Proxies, Trust, TrustError};

/// No name server knows it: only a proxy leads there.
const ORG: &str = "https://acme.invalid";

fn through(https: &str, except: &str, trust: Trust) -> Trust {
    Trust {
        proxies: Proxies {
            https: Some(https.to_owned()),
            except: Some(except.to_owned()),
        },
        ..trust
    }
}

fn with_password(port: u16) -> String {
    format!("http://user:PASSWORD@127.0.0.1:{port}")
}

#[tokio::test]
async fn a_proxy_leads_to_the_org_and_sees_no_request() {
    let authority = Authority::new();
    let org = Server::tls(authority.server("acme.invalid", [2000, 2100]), well()).await;
    let opened = text("HTTP/1.1 200 Connection established\r\n\r\n");
    let proxy = Server::plain(vec![opened, Say::Tunnel(org.port)]).await;
    let wire = wire(
        ORG,
        &through(&with_password(proxy.port), "", authority.trust()),
    );
    assert_eq!(read(&wire).await, "200 []");
    assert_eq!(read(&wire).await, "200 []");
    assert_eq!(org.handshakes(), 1);
    let heads = proxy.heads();
    let [head] = heads.as_slice() else {
        panic!("one request to the proxy: {heads:?}");
    };
    assert!(
        head.starts_with("CONNECT acme.invalid:443 HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.to_lowercase().contains("proxy-authorization: basic "),
        "{head}"
    );
    assert!(!head.contains("SECRET"), "{head}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_as_the_reason_without_its_password() {
    let refusals = [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
            "Proxy: the proxy makes no connection to https://acme.invalid: it asks for a user and a password, or does not accept them (407)",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
            "Proxy: the proxy makes no connection to https://acme.invalid: it refuses",
        ),
    ];
    for (answer, expected) in refusals {
        let proxy = Server::plain(vec![text(answer)]).await;
        let trust = through(&with_password(proxy.port), "", Trust::default());
        assert_eq!(read(&wire(ORG, &trust)).await, expected);
    }
    let gone = Server::closed().await.replace("http://", "");
    let trust = through(&format!("user:PASSWORD@{gone}"), "", Trust::default());
    assert_eq!(
        read(&wire(ORG, &trust)).await,
        "Proxy: the proxy makes no connection to https://acme.invalid: it does not answer: \
         Connection refused (os error 111)"
    );
    assert!(!format!("{trust:?}").contains("PASSWORD"));
}

#[tokio::test]
async fn no_proxy_is_asked_for_this_machine_or_where_none_is_wanted() {
    let proxy = Server::plain(well()).await;
    let org = Server::plain(well()).await;
    let trust = through(
        &format!("http://127.0.0.1:{}", proxy.port),
        ".invalid",
        Trust::default(),
    );
    assert_eq!(read(&wire(&org.address, &trust)).await, "200 []");
    assert!(read(&wire(ORG, &trust)).await.starts_with("NoHost: "));
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn a_variable_that_names_no_proxy_is_refused() {
    for bad in ["", "http://", "socks5://127.0.0.1:1", "not a proxy"] {
        let made = HttpWire::with_times(ORG, &through(bad, "", Trust::default()), TIMES);
        assert_eq!(
            made.err(),
            Some(NoWire::Trust(TrustError::BadProxy)),
            "{bad}"
        );
    }
}
