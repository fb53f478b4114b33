//! TLS with authorities of our own, and the mix-ups of TLS and plain text.

#![allow(clippy::unwrap_used, clippy::panic)]

mod http_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use http_support::{STALL, Server, Step, TOKEN, answer, clean_text, content, reply};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};
use tempfile::TempDir;
use trueroom::http::{
    HttpClient, HttpError, HttpTarget, Upload, UploadSource, client_config, discover, upload,
};

const CONFIG: &str = r#"{"config":{"websocket":{"port":9001},"http":{"port":9002}}}"#;

/// An authority with its certificate as a file.
struct Authority {
    folder: TempDir,
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

impl Authority {
    fn new() -> Self {
        Self::named("ours")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        Self {
            folder,
            issuer: Issuer::new(params, key),
            certificate,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn issue(&self, params: &CertificateParams) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        server_config(certificate.der().clone(), &key)
    }

    fn server(&self) -> ServerConfig {
        self.issue(&params(&["127.0.0.1", "localhost"]))
    }
}

fn params(names: &[&str]) -> CertificateParams {
    CertificateParams::new(
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>(),
    )
    .unwrap()
}

fn server_config(certificate: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    server_config_of(&[&TLS13, &TLS12], certificate, key)
}

fn server_config_of(
    versions: &[&'static rustls::SupportedProtocolVersion],
    certificate: CertificateDer<'static>,
    key: &KeyPair,
) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap()
}

fn trusting(ca_file: &Path) -> HttpClient {
    HttpClient::new(Some(client_config(Some(ca_file)).unwrap()), STALL)
}

fn target(server: &Server) -> HttpTarget {
    HttpTarget::new(true, "127.0.0.1", server.port).unwrap()
}

async fn send(client: &HttpClient, target: &HttpTarget) -> Result<i64, HttpError> {
    let source = UploadSource::Bytes(content(300_000).into());
    let request = Upload {
        target,
        token: TOKEN,
        name: "x",
        source: &source,
        stall: STALL,
        progress: None,
    };
    upload(client, &request).await
}

fn taking() -> Vec<Step> {
    vec![
        Step::Head,
        Step::Body,
        Step::Send(answer("200 OK", "FileId: 5\r\n", "")),
    ]
}

/// The text of an upload that fails on TLS.
async fn refused(client: &HttpClient, server: &Server) -> String {
    let error = send(client, &target(server)).await.unwrap_err();
    assert!(matches!(error, HttpError::Tls { .. }), "{error:?}");
    clean_text(&error).replace(&target(server).origin(), "ORIGIN")
}

#[tokio::test]
async fn a_private_authority_is_trusted_without_a_process_wide_provider() {
    let authority = Authority::new();
    let scripts = vec![reply("200 OK", "", CONFIG), taking()];
    let server = Server::start_tls(authority.server(), scripts);
    let client = trusting(&authority.file());
    let found = discover(&client, &target(&server), "default", STALL)
        .await
        .unwrap();
    assert_eq!(found.ports.websocket, 9001, "{:?}", found.tried);
    assert!(
        found.tried[0].starts_with("GET https://127.0.0.1:"),
        "{:?}",
        found.tried
    );
    assert_eq!(send(&client, &target(&server)).await.unwrap(), 5);
    assert!(CryptoProvider::get_default().is_none());
}

#[tokio::test]
async fn a_server_with_tls_1_2_only_is_reached() {
    let authority = Authority::new();
    let key = KeyPair::generate().unwrap();
    let certificate = params(&["127.0.0.1"])
        .signed_by(&key, &authority.issuer)
        .unwrap();
    let config = server_config_of(&[&TLS12], certificate.der().clone(), &key);
    let server = Server::start_tls(config, vec![taking()]);
    assert_eq!(
        send(&trusting(&authority.file()), &target(&server))
            .await
            .unwrap(),
        5
    );
}

#[tokio::test]
async fn one_file_may_hold_several_authorities() {
    let (one, two) = (Authority::new(), Authority::new());
    let both = format!(
        "a comment\n{}\n{}",
        two.certificate.pem(),
        one.certificate.pem()
    );
    fs::write(one.file(), both).unwrap();
    let client = trusting(&one.file());
    for authority in [&one, &two] {
        let server = Server::start_tls(authority.server(), vec![taking()]);
        assert_eq!(send(&client, &target(&server)).await.unwrap(), 5);
    }
}

#[tokio::test]
async fn certificates_that_do_not_fit_are_refused() {
    let (ours, theirs) = (Authority::new(), Authority::named("theirs"));
    let client = trusting(&ours.file());

    let server = Server::start_tls(theirs.server(), vec![taking()]);
    assert_eq!(
        refused(&client, &server).await,
        "the certificate of ORIGIN was issued by nobody who is trusted here; give the certificate \
         of its authority as CA file"
    );

    let server = Server::start_tls(Authority::new().server(), vec![taking()]);
    let text = refused(&client, &server).await;
    assert!(
        text.ends_with("trusted here; is the CA file an older one?"),
        "{text}"
    );

    let server = Server::start_tls(ours.issue(&params(&["other.local"])), vec![taking()]);
    let text = refused(&client, &server).await;
    assert!(
        text.starts_with("the certificate of ORIGIN is not accepted: "),
        "{text}"
    );
    assert!(text.contains("other.local"), "{text}");

    let mut expired = params(&["127.0.0.1"]);
    expired.not_before = rcgen::date_time_ymd(2020, 1, 1);
    expired.not_after = rcgen::date_time_ymd(2020, 1, 2);
    let server = Server::start_tls(ours.issue(&expired), vec![taking()]);
    let text = refused(&client, &server).await;
    assert!(text.contains("expired"), "{text}");
}

/// What the usual one-line recipes for certificates make: the server's own certificate is also
/// the one in the file.
#[tokio::test]
async fn a_self_signed_certificate_works_unless_it_claims_to_be_an_authority() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("self.pem");
    for (is_ca, works) in [
        (IsCa::NoCa, true),
        (IsCa::Ca(BasicConstraints::Unconstrained), false),
    ] {
        let mut params = params(&["127.0.0.1"]);
        params.is_ca = is_ca;
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        fs::write(&file, certificate.pem()).unwrap();
        let config = server_config(certificate.der().clone(), &key);
        let server = Server::start_tls(config, vec![taking()]);
        let client = trusting(&file);
        if works {
            assert_eq!(send(&client, &target(&server)).await.unwrap(), 5);
        } else {
            let text = refused(&client, &server).await;
            assert!(
                text.contains("shows the certificate of an authority as its own"),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn a_plain_server_is_told_from_one_with_tls() {
    let client = trusting(&Authority::new().file());
    let plain = || vec![Step::Send(answer("400 Bad Request", "", "what?"))];

    let server = Server::start(vec![plain()]);
    let text = refused(&client, &server).await;
    assert!(text.starts_with("ORIGIN does not speak TLS ("), "{text}");
    assert!(
        text.ends_with("switch TLS off or use the port that speaks it"),
        "{text}"
    );

    let server = Server::start(vec![plain()]);
    let found = discover(&client, &target(&server), "default", STALL)
        .await
        .unwrap();
    assert!(
        found.tried[0].contains(" does not speak TLS "),
        "{:?}",
        found.tried
    );

    // A server that closes without a word.
    let server = Server::start(vec![Vec::new()]);
    let error = send(&client, &target(&server)).await.unwrap_err();
    assert!(matches!(error, HttpError::Connect { .. }), "{error:?}");
    assert!(
        clean_text(&error).ends_with("(does this port speak TLS?)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_with_tls_is_told_from_a_plain_one() {
    let authority = Authority::new();
    let client = HttpClient::new(None, STALL);
    let server = Server::start_tls(authority.server(), vec![taking(), taking()]);
    let error = send(&client, &server.target()).await.unwrap_err();
    let hint = "the port speaks something else than HTTP, perhaps TLS";
    assert!(clean_text(&error).ends_with(hint), "{error}");
    let found = discover(&client, &server.target(), "default", STALL)
        .await
        .unwrap();
    assert!(found.tried[0].ends_with(hint), "{:?}", found.tried);
}

#[tokio::test]
async fn a_client_without_tls_trusts_nobody() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.server(), vec![taking()]);
    let text = refused(&HttpClient::new(None, STALL), &server).await;
    assert!(text.contains("no authority is trusted"), "{text}");
}

#[test]
fn a_useless_ca_file_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let problem = || clean_text(&client_config(Some(&file)).unwrap_err());
    let shown = file.display().to_string();

    assert_eq!(problem(), format!("{shown}: no such file or folder"));
    let nothing =
        format!("{shown}: holds no certificate (a PEM block BEGIN CERTIFICATE is needed)");
    for text in ["", "hello", &KeyPair::generate().unwrap().serialize_pem()] {
        fs::write(&file, text).unwrap();
        assert_eq!(problem(), nothing);
    }
    fs::write(&file, Authority::new().certificate.der()).unwrap();
    assert_eq!(problem(), nothing);
    fs::write(
        &file,
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    assert!(problem().starts_with(&format!("{shown}: is not a usable PEM file: ")));
    fs::write(
        &file,
        "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    assert!(
        problem().starts_with(&format!("the CA file {shown}: ")),
        "{}",
        problem()
    );
    let error = client_config(Some(folder.path())).unwrap_err();
    assert!(matches!(error, HttpError::Io { .. }), "{error:?}");
}

/// Runs only as a child process, with an empty system store.
#[tokio::test]
#[ignore = "run by its parent below"]
async fn child_with_an_empty_store() {
    let error = client_config(None).unwrap_err();
    let text = clean_text(&error);
    assert!(
        text.starts_with("the system's certificate authorities cannot be used: "),
        "{text}"
    );
    // Plain HTTP needs no authorities.
    HttpClient::new(None, STALL);
    let authority = Authority::new();
    let server = Server::start_tls(authority.server(), vec![taking()]);
    assert_eq!(
        send(&trusting(&authority.file()), &target(&server))
            .await
            .unwrap(),
        5
    );
}

/// On other systems the store cannot be replaced by a variable.
#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn an_empty_system_store_does_not_matter_with_a_ca_file() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, "").unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_with_an_empty_store", "--ignored"])
        .env("SSL_CERT_FILE", &empty)
        .env("SSL_CERT_DIR", folder.path())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && output.contains("1 passed"),
        "{output}"
    );
}
