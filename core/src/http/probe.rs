//! Finds out which form of the download address a terminal has, without fetching a file.

use std::time::Duration;

use hyper::StatusCode;

use super::{DownloadUrls, HttpClient, HttpError, HttpTarget};

/// Asks for the file by each form of the address and drops the answer when its head is there.
/// Returns a line for each form, without host, id and token.
pub(crate) async fn probe_downloads(
    client: &HttpClient,
    target: &HttpTarget,
    urls: &DownloadUrls,
    token: &str,
    file_id: &str,
    limit: Duration,
) -> Vec<String> {
    let mut lines = Vec::new();
    for template in urls.templates() {
        let outcome = match DownloadUrls::url(template, target, file_id, token) {
            Ok(url) => match tokio::time::timeout(limit, client.get(target, &url)).await {
                Ok(Ok(response)) if response.status() == StatusCode::OK => "200, it works".into(),
                Ok(Ok(response)) => response.status().as_u16().to_string(),
                Ok(Err(error)) => failure(&error).to_owned(),
                Err(_) => "no answer".to_owned(),
            },
            Err(_) => "no address".to_owned(),
        };
        lines.push(format!("{template}: {outcome}"));
    }
    lines
}

fn failure(error: &HttpError) -> &'static str {
    match error {
        HttpError::Connect { .. } => "no connection",
        HttpError::Tls { .. } => "TLS failed",
        _ => "no proper answer",
    }
}
