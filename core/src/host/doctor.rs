//! The doctor, as a host calls it.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::tasks::Tasks;
use super::{Mailbox, Payload, Token};
use crate::doctor::{DoctorOptions, examine};
use crate::error::{Error, Result};
use crate::options::Options;
use crate::text::Text;

/// An examination under way. Dropping it lets it go on.
pub struct HostDoctor(Tasks);

/// What a host asks for: connect options, milliseconds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request<'a> {
    #[serde(borrow)]
    connect: &'a RawValue,
    watch: Option<f64>,
    downloads: Option<bool>,
}

impl HostDoctor {
    /// Examines a terminal as the JSON text tells: `{"connect": {...}, "watch": ms, "downloads":
    /// true}`. `token` completes with `{"report": {...}, "text": "..."}`.
    ///
    /// # Errors
    /// [`Error::Usage`] for options that cannot work, and after a fork.
    pub fn start(mailbox: &Arc<Mailbox>, token: Token, request_json: &str) -> Result<Self> {
        let (options, how) = read(request_json)?;
        let tasks = Tasks::new(mailbox)?;
        tasks.spawn(token, async move {
            let report = examine(options, how).await?;
            let text = serde_json::Value::from(report.to_string());
            let json = format!(r#"{{"report":{},"text":{text}}}"#, report.to_json());
            Ok(Payload::Json(Text::from(json)))
        });
        Ok(Self(tasks))
    }

    /// Gives it up, and closes the connection.
    pub fn cancel(&self, token: Token) {
        self.0.cancel(token);
    }
}

fn read(json: &str) -> Result<(Options, DoctorOptions)> {
    let request: Request<'_> =
        serde_json::from_str(json).map_err(|error| Error::Usage(format!("doctor: {error}")))?;
    let options = Options::from_json(request.connect.get())?;
    let defaults = DoctorOptions::default();
    let watch = match request.watch {
        None => defaults.watch,
        Some(ms) => Duration::try_from_secs_f64(ms / 1000.0)
            .ok()
            .filter(|time| *time <= LONGEST)
            .ok_or_else(|| Error::Usage("doctor: watch must be a time of at most a year".into()))?,
    };
    let downloads = request.downloads.unwrap_or(defaults.downloads);
    Ok((options, DoctorOptions { watch, downloads }))
}

/// Longer ones could not be added to a time.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_and_mistakes_are_named() {
        let (options, how) = read(r#"{"connect":{"host":"room"},"watch":1500}"#).unwrap();
        assert_eq!(
            (options.host.as_str(), how.watch),
            ("room", Duration::from_millis(1500))
        );
        assert!(how.downloads);
        for (json, part) in [
            (r#"{"connect":{"hots":1}}"#, "hots"),
            (r#"{"connect":{},"watch":-1}"#, "watch"),
            (r#"{"connect":{},"watch":1e300}"#, "watch"),
            (r#"{"connect":{},"what":1}"#, "what"),
        ] {
            let error = read(json).unwrap_err().to_string();
            assert!(error.contains(part), "{json}: {error}");
        }
    }
}
