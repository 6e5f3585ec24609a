//! The trust of a connection: the authorities of the platform, those of a file beside them, and a proxy.

use std::sync::Arc;

use reqwest::{NoProxy, Proxy, Url};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::Verifier;

/// The authorities that the connections to an org trust, and the way they take.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Certificates of authorities beside those of the platform, in PEM.
    pub authorities: Option<Authorities>,
    pub proxies: Proxies,
}

/// The text of a file with certificates.
#[derive(Clone, Debug)]
pub struct Authorities {
    /// The file, as a person knows it.
    pub file: String,
    pub pem: String,
}

/// The proxies that the environment names. Its variables are given: the engine reads no environment.
#[derive(Clone, Default)]
pub struct Proxies {
    /// `HTTPS_PROXY`, which may hold a password.
    pub https: Option<String>,
    /// `NO_PROXY`.
    pub except: Option<String>,
}

impl std::fmt::Debug for Proxies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxies").finish_non_exhaustive()
    }
}

/// The reason why there can be no connection at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    #[error(
        "`{0}` does not hold certificates in PEM: it begins with `-----BEGIN CERTIFICATE-----`"
    )]
    NoCertificate(String),
    #[error("a certificate in `{file}` cannot be used: {why}")]
    BadCertificate { file: String, why: String },
    #[error("HTTPS_PROXY does not hold the address of a proxy: it is `http://HOST:PORT`")]
    BadProxy,
    #[error("this machine has no certificates of authorities: {0}")]
    NoAuthority(String),
}

/// The TLS of a connection: certificates as the platform judges them, and no certificate is pinned, as Salesforce
/// changes its own every few months.
pub(super) fn tls(trust: &Trust) -> Result<ClientConfig, TrustError> {
    let provider = Arc::new(ring::default_provider());
    let extra = match &trust.authorities {
        Some(authorities) => certificates(authorities)?,
        None => Vec::new(),
    };
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider));
    let verifier = verifier.map_err(|error| match &trust.authorities {
        Some(authorities) => TrustError::BadCertificate {
            file: authorities.file.clone(),
            why: error.to_string(),
        },
        None => TrustError::NoAuthority(error.to_string()),
    })?;
    let mut config = config(provider)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The TLS of a connection that has none: it trusts no certificate, and no file is read for it.
pub(super) fn none() -> Result<ClientConfig, TrustError> {
    let config = config(Arc::new(ring::default_provider()))?;
    Ok(config
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

fn config(
    provider: Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, TrustError> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TrustError::NoAuthority(error.to_string()))
}

/// The proxy that leads to hosts which are not on this machine.
pub(super) fn proxy(proxies: &Proxies) -> Result<Option<Proxy>, TrustError> {
    let Some(https) = &proxies.https else {
        return Ok(None);
    };
    let spelled = match https.contains("://") {
        true => https.clone(),
        false => format!("http://{https}"),
    };
    let url = Url::parse(&spelled).map_err(|_| TrustError::BadProxy)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(TrustError::BadProxy);
    }
    let proxy = Proxy::https(url).map_err(|_| TrustError::BadProxy)?;
    let except = proxies.except.as_deref().unwrap_or_default();
    Ok(Some(proxy.no_proxy(NoProxy::from_string(except))))
}

fn certificates(authorities: &Authorities) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let found = CertificateDer::pem_slice_iter(authorities.pem.as_bytes());
    let found: Result<Vec<_>, _> = found.collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) | Err(_) => Err(TrustError::NoCertificate(authorities.file.clone())),
    }
}
