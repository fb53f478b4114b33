//! One terminal, or many in one process.

use futures_util::future::{join_all, try_join_all};
use serde_json::{Value, json};
use trueroom_simulator::{Simulator, SimulatorOptions};

pub(super) struct Terminals {
    simulators: Vec<Simulator>,
    /// Several were asked for, so everything is told in lists.
    several: bool,
}

impl Terminals {
    /// Starts one terminal, or `count` of them, whose seeds and ports follow each other.
    pub(super) async fn start(options: Value, count: Option<u32>) -> Result<Self, String> {
        let mut simulators = Vec::new();
        for number in 0..count.unwrap_or(1) {
            let options = SimulatorOptions::from_json(nth(&options, number));
            let simulator = Simulator::start(options.map_err(|error| error.to_string())?);
            simulators.push(simulator.await.map_err(|error| error.to_string())?);
        }
        Ok(Self {
            simulators,
            several: count.is_some(),
        })
    }

    /// Where they listen.
    pub(super) fn info(&self) -> Value {
        let infos = self.simulators.iter().map(Simulator::info);
        let mut infos: Vec<Value> = infos.map(|info| json!(info)).collect();
        if self.several {
            infos.into()
        } else {
            infos.pop().unwrap_or_default()
        }
    }

    /// Carries out an operation on the terminal that it names, or on all at the same time.
    pub(super) async fn perform(&self, mut operation: Value) -> Result<Value, String> {
        let named = match operation.as_object_mut() {
            Some(fields) if self.several => fields.remove("terminal"),
            _ => None,
        };
        if let (true, None) = (self.several, &named) {
            let simulators = self.simulators.iter();
            let all = simulators.map(|simulator| simulator.perform(operation.clone()));
            let values = try_join_all(all).await;
            return values.map(Value::from).map_err(|error| error.to_string());
        }
        let index = named.map_or(Some(0), |number| number.as_u64());
        let simulator = index
            .and_then(|index| self.simulators.get(usize::try_from(index).ok()?))
            .ok_or("there is no such terminal")?;
        let value = simulator.perform(operation).await;
        value.map_err(|error| error.to_string())
    }

    pub(super) async fn close(self) {
        join_all(self.simulators.into_iter().map(Simulator::close)).await;
    }
}

/// The options of one of several terminals. Port 0, any port, stays as it is.
fn nth(options: &Value, number: u32) -> Value {
    let mut options = options.clone();
    for name in ["seed", "port", "websocketPort", "httpPort"] {
        let first = options.get(name).and_then(Value::as_u64).unwrap_or(0);
        if name == "seed" || first > 0 {
            options[name] = json!(first.wrapping_add(number.into()));
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_and_ports_follow_each_other() {
        let options = json!({"port": 8000, "httpPort": 0, "pin": "1"});
        let third = json!({"port": 8002, "httpPort": 0, "pin": "1", "seed": 2});
        assert_eq!(nth(&options, 2), third);
    }
}
