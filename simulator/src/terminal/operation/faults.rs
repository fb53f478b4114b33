//! Faults of the answers to come.

use std::time::Duration;

use serde_json::Value;

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Request};
use crate::terminal::rules::Fault;

impl Terminal {
    pub(super) fn fault_operation(
        &mut self,
        operation: &Request<'_>,
    ) -> Option<Result<Value, Refusal>> {
        if operation.method == "clearFaults" {
            self.rules.clear();
            return Some(Ok(Value::Null));
        }
        let fault = match operation.method {
            "refuse" => refusal(operation).map(Fault::Refuse),
            "dropNextAnswer" => Ok(Fault::Drop),
            "delayAnswer" => operation
                .count("ms")
                .map(|ms| Fault::Delay(Duration::from_millis(ms.unwrap_or_default()))),
            "answerWithoutRequestId" => Ok(Fault::WithoutRequestId),
            "answerWith" => match operation.body["answer"].as_object() {
                Some(answer) => Ok(Fault::Answer(answer.clone())),
                None => Err(Refusal::new("invalid type: answer must be an object")),
            },
            _ => return None,
        };
        Some(fault.and_then(|fault| self.add_fault(operation, fault)))
    }

    fn add_fault(&mut self, operation: &Request<'_>, fault: Fault) -> Result<Value, Refusal> {
        let method = operation.optional_text("method").map(str::to_owned);
        // 0 stands for "until clearFaults".
        let times = operation.count("times")?.unwrap_or(1);
        self.rules
            .add(method, Some(times).filter(|times| *times > 0), fault);
        Ok(Value::Null)
    }
}

fn refusal(operation: &Request<'_>) -> Result<Refusal, Refusal> {
    let text = operation
        .optional_text("error")
        .unwrap_or("refused by the test");
    let code = match operation.body.get("code") {
        Some(_) => Some(operation.number(&["code"])?),
        None => None,
    };
    Ok(Refusal {
        code,
        ..Refusal::new(text)
    })
}
