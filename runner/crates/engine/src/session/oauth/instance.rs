//! The address of an org, as a token endpoint says it.

use std::net::IpAddr;

use url::Url;

/// The domain below which the orgs of Salesforce are. Others of its domains hold pages and code of its customers, which
/// could read a token. Of the list in the Salesforce CLI: forcedotcom/sfdx-core, `src/util/sfdcUrl.ts`.
const SALESFORCE: &str = ".salesforce.com";

/// Scheme, host and port of an address, in the one way to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    text: String,
    host: String,
}

impl Origin {
    /// The origin of an address: https, or http to this machine, without user, path, query or fragment. None: it is not
    /// such an address.
    pub fn of(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let host = url.host_str()?.to_owned();
        let plain = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let protected = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&host),
            _ => false,
        };
        (plain && protected).then(|| Self {
            text: url.origin().ascii_serialization(),
            host,
        })
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Says whether this is an org of Salesforce, by its host and its port.
    pub(super) fn is_salesforces(&self) -> bool {
        self.text == format!("https://{}", self.host)
            && self.host.len() > SALESFORCE.len()
            && self.host.ends_with(SALESFORCE)
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_address_of_an_org_has_a_host_and_no_more() {
        for (address, expected, salesforces) in [
            (
                "https://acme.my.salesforce.com",
                "https://acme.my.salesforce.com",
                true,
            ),
            (
                "https://ACME.my.salesforce.com:443/",
                "https://acme.my.salesforce.com",
                true,
            ),
            (
                "https://acme.my.salesforce.com:8443",
                "https://acme.my.salesforce.com:8443",
                false,
            ),
            (
                "https://acme.my.salesforce.com.evil.example",
                "https://acme.my.salesforce.com.evil.example",
                false,
            ),
            (
                "https://evilsalesforce.com",
                "https://evilsalesforce.com",
                false,
            ),
            (
                "https://acme.my.site.com",
                "https://acme.my.site.com",
                false,
            ),
            ("https://127.0.0.1:8443", "https://127.0.0.1:8443", false),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", false),
            ("http://[::1]:8080", "http://[::1]:8080", false),
        ] {
            let origin = Origin::of(address).expect(address);
            assert_eq!(
                (origin.as_str(), origin.is_salesforces()),
                (expected, salesforces)
            );
        }
        for address in [
            "http://acme.my.salesforce.com",
            "https://acme.my.salesforce.com/x",
            "https://acme.my.salesforce.com?x",
            "https://acme.my.salesforce.com#x",
            "https://a:b@acme.my.salesforce.com",
            "https://evil.example\\@acme.my.salesforce.com/",
            "https://evil.example%2f.salesforce.com",
            "ftp://acme.my.salesforce.com",
            "javascript:alert(1)",
            "acme.my.salesforce.com",
            "",
        ] {
            assert_eq!(Origin::of(address), None, "{address}");
        }
    }
}
