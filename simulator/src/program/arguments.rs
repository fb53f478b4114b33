//! Arguments: every option of the simulator by its name, in words joined by dashes.

use serde_json::{Map, Value};

pub(super) const HELP: &str = "\
A virtual TrueConf Room terminal.

Usage: trueroom-simulator [--OPTION VALUE]...

  --port N              port of the web server with config.json (0: any)
  --websocket-port N    port of the WebSocket (0: any)
  --http-port N         port of the HTTP server for files (0: any)
  --pin PIN             PIN that protects the terminal
  --password PASSWORD   password that protects it
  --generation NAME     file commands: current, legacy or both
  --api N               API version of connections that choose none
  --seed N              what all ids and tokens come from
  --tls                 speak TLS with a private certificate
  --count N             so many terminals, with seeds and ports from those given on
  --options FILE        read options from a JSON file first
  --stdin               end when standard input ends
  --help, --version

Every other option of docs/simulator.md works in the same way: httpTokenLife is --http-token-life.
The first line on standard output tells the ports; of several terminals it is a list. Then each line on standard input is an
operation such as {\"op\": \"offerFile\", \"text\": \"hello\"}, answered by one line. With --count
it goes to all terminals, and the answer is a list, or to one: {\"terminal\": 0, \"op\": ...}.";

/// Options whose values stay texts even when they look like numbers.
const TEXTS: [&str; 9] = [
    "pin",
    "password",
    "userPin",
    "userPassword",
    "host",
    "twin",
    "defaultApiVersion",
    "peerId",
    "displayName",
];

/// What the program was asked for.
#[derive(Debug, PartialEq)]
pub(super) enum Arguments {
    Help,
    Version,
    Run(Run),
}

/// What it shall run with.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    pub(super) options: Value,
    /// End with standard input.
    pub(super) stdin: bool,
    /// How many terminals, if that was said.
    pub(super) count: Option<u32>,
}

impl Arguments {
    pub(super) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.peekable();
        let mut given = Map::new();
        let mut file = Map::new();
        let mut stdin = false;
        let mut count = None;
        while let Some(argument) = arguments.next() {
            let Some(name) = argument.strip_prefix("--").filter(|name| !name.is_empty()) else {
                return Err(format!("what is {argument}? try --help"));
            };
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            match name {
                "help" => return Ok(Self::Help),
                "version" => return Ok(Self::Version),
                "stdin" => {
                    stdin = true;
                    continue;
                }
                _ => {}
            }
            let value = value.or_else(|| arguments.next_if(|next| !next.starts_with("--")));
            if name == "options" {
                file = read(&value.ok_or("--options needs a file")?)?;
                continue;
            }
            if name == "count" {
                let number = value.and_then(|value| value.parse().ok());
                count = Some(
                    number
                        .filter(|number| *number > 0)
                        .ok_or("--count needs a number")?,
                );
                continue;
            }
            let name = if name == "api" {
                "defaultApiVersion".into()
            } else {
                camel(name)
            };
            let value = option(&name, value);
            given.insert(name, value);
        }
        // What stands on the command line wins.
        file.extend(given);
        Ok(Self::Run(Run {
            options: file.into(),
            stdin,
            count,
        }))
    }
}

/// No value is a yes; what reads as JSON is taken as such.
fn option(name: &str, value: Option<String>) -> Value {
    match value {
        None => true.into(),
        Some(text) if TEXTS.contains(&name) => text.into(),
        Some(text) => serde_json::from_str(&text).unwrap_or_else(|_| text.into()),
    }
}

fn read(path: &str) -> Result<Map<String, Value>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
}

/// `http-port` to `httpPort`.
fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.extend(letters);
    }
    camel
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_become_json() {
        let run = Run {
            options: json!({
                "port": 8080, "pin": "1234", "tls": true, "defaultApiVersion": "2",
                "generation": "legacy",
            }),
            stdin: true,
            count: Some(3),
        };
        let line = "--port 8080 --pin=1234 --tls --api 2 --stdin --generation legacy --count 3";
        assert_eq!(parse(line), Ok(Arguments::Run(run)));
        assert_eq!(parse("--help"), Ok(Arguments::Help));
    }

    #[test]
    fn what_is_no_option_is_refused() {
        assert!(parse("port").is_err_and(|error| error.contains("port")));
        assert!(parse("--options").is_err());
        assert!(parse("--count 0").is_err_and(|error| error.contains("--count")));
        assert!(parse("--options no-such-file").is_err());
    }
}
