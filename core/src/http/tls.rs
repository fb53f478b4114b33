//! TLS as the WebSocket and the HTTP client use it.
//!
//! The crypto provider (ring) is passed explicitly. The process-wide default is neither read
//! nor set, since another library in the same process may own it.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{CertificateError, ClientConfig};
use rustls_platform_verifier::Verifier;

use super::HttpError;

/// A configuration that trusts the system's authorities, and those in `ca_file` as well.
///
/// `ca_file` is a PEM file with one or more certificates of authorities. With it the system's
/// store may be empty. The system's store and the file are read now, and not again.
///
/// # Errors
/// [`HttpError::Io`] when the file cannot be read or holds no certificate, [`HttpError::Tls`]
/// when a certificate in it is broken or when there is no authority to trust at all.
pub fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, HttpError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = match ca_file {
        Some(path) => {
            let roots = read_certificates(path)?;
            Verifier::new_with_extra_roots(roots, Arc::clone(&provider))
                .map_err(|error| tls_error(format!("the CA file {}: {error}", path.display())))?
        }
        None => Verifier::new(Arc::clone(&provider)).map_err(|error| {
            tls_error(format!(
                "the system's certificate authorities cannot be used: {error}; install them \
                 (package ca-certificates) or name a CA file"
            ))
        })?,
    };
    let config = with_provider(provider)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn with_provider(
    provider: Arc<CryptoProvider>,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, HttpError> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls_error(format!("TLS cannot be set up: {error}")))
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, HttpError> {
    let unreadable = |error: pem::Error| match error {
        pem::Error::Io(error) => HttpError::io(path, &error),
        error => HttpError::local(path, format!("is not a usable PEM file: {error}")),
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .map_err(unreadable)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    if certificates.is_empty() {
        let message = "holds no certificate (a PEM block BEGIN CERTIFICATE is needed)";
        return Err(HttpError::local(path, message));
    }
    Ok(certificates)
}

fn tls_error(message: String) -> HttpError {
    HttpError::Tls { message }
}

/// What a TLS failure with a server means and what to do about it.
pub fn explain_tls(error: &rustls::Error, origin: &str) -> String {
    match error {
        rustls::Error::InvalidMessage(_) => format!(
            "{origin} does not speak TLS ({error}); switch TLS off or use the port that speaks it"
        ),
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => format!(
            "the certificate of {origin} was issued by nobody who is trusted here; give the \
             certificate of its authority as CA file"
        ),
        // An authority of the same name with another key: made anew, or somebody else's.
        rustls::Error::InvalidCertificate(CertificateError::BadSignature) => format!(
            "the certificate of {origin} was not signed by the authority of that name that is \
             trusted here; is the CA file an older one?"
        ),
        rustls::Error::InvalidCertificate(_) if is_authority_as_server(error) => format!(
            "{origin} shows the certificate of an authority as its own, which is not accepted \
             even from a CA file; give the server a certificate issued by that authority"
        ),
        rustls::Error::InvalidCertificate(_) => {
            format!("the certificate of {origin} is not accepted: {error}")
        }
        error => format!("TLS with {origin} failed: {error}"),
    }
}

/// The verifier wraps this case in an error without a type of its own.
fn is_authority_as_server(error: &rustls::Error) -> bool {
    error.to_string().contains("CaUsedAsEndEntity")
}
