//! How a room reaches the terminal's HTTP server.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;
use serde_json::json;

use super::Files;
use crate::error::{Error, Result};
use crate::http::{
    self, Discovery, DownloadUrls, HttpClient, HttpError, HttpTarget, PortSource, Ports,
};
use crate::options::Options;
use crate::secret::Secret;

/// A token lives 5 minutes; one that could end during a request is renewed before.
const RENEW_AFTER: Duration = Duration::from_secs(4 * 60);

/// What is needed beside a token, found once per room.
pub(crate) struct Access {
    pub(crate) client: HttpClient,
    /// None where TLS is not wanted.
    pub(crate) tls: Option<Arc<ClientConfig>>,
    pub(crate) urls: DownloadUrls,
    /// Which form of the download address this terminal knows.
    pub(crate) remembered: AtomicUsize,
    /// None until the ports were looked up.
    target: Mutex<Option<HttpTarget>>,
    /// What config.json said last: it may not be there when the terminal has only just begun again.
    ports: Mutex<Option<Ports>>,
}

impl Access {
    pub(crate) fn new(options: &Options) -> Result<Self> {
        let usage = |error: HttpError| Error::Usage(format!("connect options: {error}"));
        let tls = if options.tls {
            Some(http::client_config(options.ca_file.as_deref()).map_err(usage)?)
        } else {
            None
        };
        let urls = match &options.download_urls {
            Some(templates) => DownloadUrls::from_templates(templates).map_err(usage)?,
            None => DownloadUrls::default(),
        };
        Ok(Self {
            client: HttpClient::new(tls.clone(), options.connect_timeout),
            tls,
            urls,
            remembered: AtomicUsize::new(0),
            target: Mutex::new(None),
            ports: Mutex::new(None),
        })
    }

    /// What a look-up found, or what one before it did.
    pub(crate) fn keep_ports(&self, found: Discovery) -> Discovery {
        let mut known = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
        if found.ports.source == PortSource::ConfigFile {
            *known = Some(found.ports);
        }
        match *known {
            Some(known) => found.or_known(known),
            None => found,
        }
    }

    pub(crate) fn set_target(&self, target: HttpTarget) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = Some(target);
    }

    pub(crate) fn target(&self) -> Option<HttpTarget> {
        self.target
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Files {
    /// The HTTP server and a token for it. `fresh` asks for a new one, after the old was refused.
    pub(crate) async fn http_access(&self, fresh: bool) -> Result<(HttpTarget, Secret)> {
        let shared = self.room.shared();
        let target = shared
            .access
            .target()
            .ok_or_else(|| Error::ConnectionLost {
                method: None,
                request_id: None,
                reason: "not connected yet; wait until the room is ready".into(),
                outcome_unknown: false,
            })?;
        let known = shared.with(|engine, now| engine.http_token(now));
        if let (Some((token, age)), false) = (&known, fresh)
            && *age < RENEW_AFTER
        {
            return Ok((target, token.clone()));
        }
        // The engine keeps the token that the answer brings.
        match (
            self.room.command("getTokenForHttpServer", json!({})).await,
            known,
        ) {
            (Ok(_), known) => {
                let renewed = shared.with(|engine, now| engine.http_token(now)).or(known);
                renewed
                    .map(|(token, _)| (target, token))
                    .ok_or_else(|| Error::Transfer {
                        file: String::new(),
                        message: "the terminal gives no token for its HTTP server".into(),
                    })
            }
            // With PIN protection a token lives until the restart, so the old one may still do.
            (Err(_), Some((token, _))) if !fresh => Ok((target, token)),
            (Err(error), _) => Err(error),
        }
    }
}
