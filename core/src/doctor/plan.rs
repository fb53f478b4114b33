//! Which queries are asked, and with what. Nothing but queries is ever asked, and a parameter is
//! either a number that limits a list or something that the terminal itself named before.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::catalogue::{self, Command, Kind};

/// Where a safe value of a parameter comes from.
enum Source {
    Number(i64),
    /// The first of these that an answer has: the query, and the place in its answer.
    Answers(&'static [(&'static str, &'static str)]),
}

use Source::{Answers, Number};

const SELF: Source = Answers(&[
    ("getLogin", "/peerId"),
    ("getSystemInfo", "/authInfo/peerId"),
]);

/// The queries that need parameters, but for those without a safe value.
const PARAMETERS: [(&str, &[(&str, Source)]); 10] = [
    (
        "getAudioReceivingLevel",
        &[(
            "peerId",
            Answers(&[("getConferenceParticipants", "/participants/0/peerId")]),
        )],
    ),
    ("getCallHistory", &[("count", Number(10))]),
    (
        "getChatLastMessages",
        &[
            ("chatId", Answers(&[("getListOfChats", "/list/0/chatId")])),
            ("beginNumber", Number(0)),
            ("count", Number(10)),
        ],
    ),
    (
        "getContactDetails",
        &[("peerId", Answers(&[("getAbook", "/abook/0/peerId")]))],
    ),
    ("getDisplayNameById", &[("peerId", SELF)]),
    (
        "getFileInfo",
        &[(
            "id",
            Answers(&[
                ("getFileRequests", "/files/0/id"),
                ("getFileUploads", "/files/0/id"),
                ("getFileTransferInfo", "/files/0/id"),
            ]),
        )],
    ),
    (
        "getFileRequestInfo",
        &[(
            "fileRequestId",
            Answers(&[
                (
                    "getIncomingFilesRequests",
                    "/incomingFilesRequests/0/fileRequestId",
                ),
                (
                    "getOutgoingFilesRequests",
                    "/outgoingFilesRequests/0/fileRequestId",
                ),
                ("getFileTransferHistory", "/filesRequests/0/fileRequestId"),
            ]),
        )],
    ),
    ("getLastUsedServersList", &[("count", Number(10))]),
    (
        "loadData",
        &[(
            "containerName",
            Answers(&[("getAllUserContainersNames", "/containersNames/0")]),
        )],
    ),
    ("prepareCallIdForCall", &[("callId", SELF)]),
];

/// Why a query is not asked.
pub(super) type Reason = String;

/// The queries that need no parameters.
pub(super) fn without_parameters() -> impl Iterator<Item = &'static str> {
    queries()
        .filter(|query| query.params.iter().all(|param| !param.required))
        .map(|query| query.name)
}

/// The queries that need parameters, with what the answers so far have for them.
pub(super) fn with_parameters(
    answers: &HashMap<&'static str, Value>,
) -> Vec<(&'static str, Result<Value, Reason>)> {
    queries()
        .filter(|query| query.params.iter().any(|param| param.required))
        .map(|query| (query.name, parameters(query.name, answers)))
        .collect()
}

fn queries() -> impl Iterator<Item = &'static Command> {
    catalogue::commands()
        .iter()
        .filter(|command| command.kind == Kind::Query)
}

fn parameters(method: &str, answers: &HashMap<&'static str, Value>) -> Result<Value, Reason> {
    let known = PARAMETERS.iter().find(|(name, _)| *name == method);
    let Some((_, sources)) = known else {
        return Err("no value for its parameters is known to be safe".to_owned());
    };
    let mut params = Map::new();
    for (name, source) in *sources {
        let value = match source {
            Number(number) => Some((*number).into()),
            Answers(places) => places.iter().find_map(|(query, place)| {
                let value = answers.get(query)?.pointer(place)?;
                let usable = value.is_i64() || value.as_str().is_some_and(|text| !text.is_empty());
                usable.then(|| value.clone())
            }),
        };
        let Some(value) = value else {
            return Err(format!("no answer had a value for {name}"));
        };
        params.insert((*name).to_owned(), value);
    }
    Ok(Value::Object(params))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_but_queries_is_asked() {
        let names: Vec<_> = without_parameters()
            .chain(
                with_parameters(&HashMap::new())
                    .iter()
                    .map(|(name, _)| *name),
            )
            .collect();
        assert!(names.len() > 80);
        for name in names {
            assert_eq!(
                catalogue::command(name).unwrap().kind,
                Kind::Query,
                "{name}"
            );
        }
    }

    #[test]
    fn the_table_fits_the_catalogue() {
        for (name, sources) in PARAMETERS {
            let command = catalogue::command(name).unwrap();
            let mut wanted: Vec<_> = command
                .params
                .iter()
                .filter(|p| p.required)
                .map(|p| p.name)
                .collect();
            let mut given: Vec<_> = sources.iter().map(|(name, _)| *name).collect();
            wanted.sort_unstable();
            given.sort_unstable();
            assert_eq!(wanted, given, "{name}");
            for (_, source) in sources {
                let Answers(places) = source else { continue };
                assert!(
                    places
                        .iter()
                        .all(|(query, _)| without_parameters().any(|q| q == *query))
                );
            }
        }
    }

    #[test]
    fn values_come_from_answers() {
        let chats = json!({"list": [{"chatId": "c1"}, {"chatId": "c2"}]});
        let answers = HashMap::from([
            ("getListOfChats", chats),
            ("getAbook", json!({"abook": []})),
        ]);
        let plan: HashMap<_, _> = with_parameters(&answers).into_iter().collect();
        assert_eq!(
            plan["getChatLastMessages"],
            Ok(json!({"chatId": "c1", "beginNumber": 0, "count": 10}))
        );
        assert_eq!(
            plan["getContactDetails"],
            Err("no answer had a value for peerId".to_owned())
        );
        assert!(plan["searchContact"].is_err());
    }
}
