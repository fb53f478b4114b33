//! Named containers of text, for programs.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

impl Terminal {
    pub(super) fn storage_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "saveData" => self.save_data(request),
            "loadData" => request.text(&["containerName"]).and_then(|name| {
                let data = self
                    .machine
                    .containers
                    .get(name)
                    .ok_or_else(|| unknown(name))?;
                let answer = json!({"data": data, "containerName": name});
                self.reply(request.method, "", answer)
            }),
            "deleteData" => request.text(&["containerName"]).and_then(|name| {
                let data = self.machine.containers.remove(name);
                data.ok_or_else(|| unknown(name))?;
                self.tell("dataDeleted", "", json!({"containerName": name}));
                done()
            }),
            "getAllUserContainersNames" => {
                let names: Value = self.machine.containers.keys().cloned().collect();
                self.reply(request.method, "", json!({"containersNames": names}))
            }
            _ => return None,
        };
        Some(reply)
    }

    fn save_data(&mut self, request: &Request<'_>) -> Reply {
        let name = request.text(&["containerName"])?;
        let data = request.text(&["data"])?;
        let flag = request.text(&["flags"])?;
        let container = self.machine.containers.get(name);
        let old = container.map_or("", String::as_str);
        let text = match flag {
            "def" => data.to_owned(),
            "ate" => format!("{old}{data}"),
            "beg" => format!("{data}{old}"),
            _ => return Err(Refusal::new("flags must be def, ate or beg")),
        };
        self.machine.containers.insert(name.to_owned(), text);
        let event = json!({"containerName": name, "data": data, "flag": flag});
        self.tell("dataSaved", "", event);
        done()
    }
}

fn unknown(name: &str) -> Refusal {
    Refusal::new(format!("there is no container {name}"))
}
