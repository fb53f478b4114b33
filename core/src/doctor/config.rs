//! The form of config.json, the file with the ports.

use serde_json::Value;

use super::variants::Variants;

/// Notes what was found there: the body, or why there is none.
pub(super) fn note(variants: &mut Variants, fetched: Result<&[u8], &str>) {
    let Ok(body) = fetched else {
        return variants.count("config.json", "not found");
    };
    let Ok(file) = serde_json::from_slice::<Value>(body) else {
        return variants.count("config.json", "not JSON");
    };
    let form = if file.get("config").is_some() {
        "as documented"
    } else {
        "without config"
    };
    variants.count("config.json", form);
    let config = file.get("config").unwrap_or(&file);
    for server in ["websocket", "http"] {
        let part = config.get(server);
        let kind = |key: &str| match part.and_then(|part| part.get(key)) {
            None => "missing",
            Some(value) => super::compare::kind_of(value),
        };
        variants.count(&format!("config.json {server}.port"), kind("port"));
        variants.count(&format!("config.json {server}.hostname"), kind("hostname"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(body: &str) -> String {
        let mut variants = Variants::default();
        note(&mut variants, Ok(body.as_bytes()));
        let forms = variants.0.into_iter();
        let lines: Vec<String> = forms
            .map(|(thing, forms)| {
                let form = forms.into_keys().next().unwrap_or_default();
                format!("{thing}={form} ")
            })
            .collect();
        lines.concat()
    }

    #[test]
    fn forms_are_told_without_values() {
        assert_eq!(
            noted(
                r#"{"config":{"websocket":{"hostname":null,"port":8765},"http":{"port":"8766"}}}"#
            ),
            "config.json=as documented config.json http.hostname=missing config.json http.port=string \
             config.json websocket.hostname=null config.json websocket.port=int "
        );
        assert!(noted(r#"{"http":{"hostname":"secret.local"}}"#).contains("without config"));
        assert_eq!(noted("<html>"), "config.json=not JSON ");
    }
}
