//! The licence, and what the server lets the logged-in user do.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done, fields};

/// Seconds.
const YEAR: u64 = 365 * 24 * 60 * 60;

/// The licence, and the tariff of the server.
#[derive(Debug, Clone)]
pub(super) struct License {
    pro: bool,
    key: String,
    tariff: Value,
}

impl Default for License {
    fn default() -> Self {
        Self {
            pro: true,
            key: "AAAA-BBBB-CCCC-DDDD".into(),
            tariff: json!({
                "tariffName": "pro", "p2p": true, "createMulti": true, "symMaxNumber": 36,
                "asymMaxNumber": 120, "roleMaxNumber": 120, "rlMaxNumber": 6,
                "canUseSlideShow": true, "canUseDesktopSharing": true,
                "canChangeAddressBook": true, "canEditGroups": true, "canUseDialer": true,
            }),
        }
    }
}

impl Terminal {
    pub(super) fn license_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let license = &self.machine.license;
        let reply = match request.method {
            "getLicenseType" => {
                let kind = if license.pro { 2 } else { 0 };
                let mut answer = self.license_term();
                answer["value"] = kind.into();
                answer["product_id"] = "virtual".into();
                self.reply(request.method, "", answer)
            }
            "getTrueConfRoomProKey" => {
                let key = json!({"trueconfRoomKey": license.key});
                self.reply(request.method, "", key)
            }
            "getHardwareKey" => self.reply(request.method, "", json!({"key": "VIRTUAL-0000"})),
            // Its values are not known.
            "getLicenseServerStatus" => self.reply(request.method, "", json!({"status": 0})),
            "getTariffRestrictions" => self.reply(request.method, "", self.restrictions()),
            "activateLicense" => self.activate(request),
            "productRegistrationOffline" => self.stored_name(request).and_then(|_| {
                self.activated();
                self.reply(request.method, "", json!({}))
            }),
            _ => return None,
        };
        Some(reply)
    }

    /// From the start of the terminal on, for a year.
    fn license_term(&self) -> Value {
        let start = self.options.start_time / 1000;
        json!({"start_date": start, "end_date": start + YEAR})
    }

    /// The tariff; empty while nobody is logged in.
    pub(in crate::terminal) fn restrictions(&self) -> Value {
        if self.link.logged_in() {
            self.machine.license.tariff.clone()
        } else {
            json!({})
        }
    }

    /// A key is groups of four letters or digits, joined by hyphens; the refusal is documented.
    fn activate(&mut self, request: &Request<'_>) -> Reply {
        let key = request.text(&["key"])?;
        let group = |part: &str| part.len() == 4 && part.chars().all(|c| c.is_ascii_alphanumeric());
        if !key.split('-').all(group) {
            return Err(Refusal {
                status: Some("invalid"),
                ..Refusal::new("Wrong key format")
            });
        }
        key.clone_into(&mut self.machine.license.key);
        self.activated();
        self.reply(request.method, "", json!({"status": "valid"}))
    }

    fn activated(&mut self) {
        self.machine.license.pro = true;
        let mut event = self.license_term();
        event["status"] = "valid".into();
        event["tariff"] = "pro".into();
        event["pro"] = true.into();
        self.tell("licenseActivation", "", event.clone());
        self.tell("licenseStatusChanged", "", event);
    }

    /// The server lets the user do something else.
    pub(in crate::terminal) fn set_tariff(&mut self, changes: &Value) -> Reply {
        for (name, value) in fields(changes.clone()) {
            self.machine.license.tariff[name] = value;
        }
        let tariff = self.machine.license.tariff.clone();
        self.tell("tariffRestrictionsChanged", "", tariff);
        done()
    }
}
