//! The address book, servers, the schedule.

use serde_json::{Value, json};

use crate::bench::Bench;

const EVE: &str = "eve@example.test";

fn contacts(bench: &mut Bench) -> Vec<Value> {
    let answer = bench.good(json!({"method": "getAbook"}));
    answer["abook"].as_array().unwrap().clone()
}

#[test]
fn contacts_are_added_renamed_and_removed() {
    let mut bench = Bench::new(json!({}));
    assert_eq!(contacts(&mut bench).len(), 2);
    let add = json!({"method": "addToAbook", "peerId": "eve@example.test/desk"});
    assert_eq!(bench.good(add.clone())["callId"], EVE);
    assert_eq!(bench.event("contactsAdded")["contacts"][0]["peerDn"], "Eve");
    bench.bad(add);
    bench.good(json!({"method": "renameInAbook", "peerId": EVE, "peerDn": "Evelyn"}));
    assert_eq!(
        bench.event("contactsRenamed")["contacts"][0]["peerDn"],
        "Evelyn"
    );
    let name = bench.good(json!({"method": "getDisplayNameById", "peerId": EVE}));
    assert_eq!(name["peerDn"], "Evelyn");
    bench.perform(json!({"op": "setPresence", "from": EVE, "status": 2, "extStatus": 7}));
    assert_eq!(
        bench.event("usersStatusesChanged")["usersStatuses"][0]["extStatus"],
        7
    );
    assert_eq!(contacts(&mut bench)[2]["status"], 2);
    bench.good(json!({"method": "removeFromAbook", "peerId": EVE}));
    bench.event("contactsDeleted");
    bench.bad(json!({"method": "removeFromAbook", "peerId": EVE}));
    bench.bad(json!({"method": "renameInAbook", "peerId": EVE, "peerDn": "x"}));
}

#[test]
fn groups_hold_contacts() {
    let mut bench = Bench::new(json!({}));
    bench.good(json!({"method": "createGroup", "name": "Team"}));
    let id = bench.event("groupsAdded")["groups"][0]["groupId"].clone();
    let member =
        |method: &str, peer: &str| json!({"method": method, "groupId": id, "peerId": peer});
    bench.bad(member("addToGroup", EVE));
    bench.good(member("addToGroup", "bob@example.test"));
    bench.event("usersAddedToGroups");
    bench.good(json!({"method": "renameGroup", "groupId": id, "newName": "Crew"}));
    let groups = bench.good(json!({"method": "getGroups"}));
    assert_eq!(groups["groups"][0]["name"], "Crew");
    assert_eq!(
        groups["groups"][0]["users"][0]["peerId"],
        "bob@example.test"
    );
    bench.good(member("removeFromGroup", "bob@example.test"));
    bench.bad(member("removeFromGroup", "bob@example.test"));
    bench.good(json!({"method": "removeGroup", "groupId": id}));
    bench.event("groupsRemoved");
    bench.bad(json!({"method": "removeGroup", "groupId": id}));
}

#[test]
fn blocked_users_do_not_get_through() {
    let mut bench = Bench::new(json!({}));
    bench.good(json!({"method": "block", "peerId": EVE}));
    bench.event("contactBlocked");
    let list = bench.good(json!({"method": "getBanList"}));
    assert_eq!(list["banList"][0]["peerId"], EVE);
    let call = json!({"op": "call", "from": "eve@example.test/desk"});
    assert!(
        bench
            .try_perform(call.clone())
            .unwrap_err()
            .contains("blocked")
    );
    bench.good(json!({"method": "unblock", "peerId": EVE}));
    bench.bad(json!({"method": "unblock", "peerId": EVE}));
    bench.perform(call);
}

#[test]
fn users_are_searched() {
    let mut bench = Bench::new(json!({}));
    let search = |text: &str, mask: u8| {
        json!({"method": "searchContact", "searchingString": text,
            "searchingTimeoutMsec": 100, "searchingMask": mask})
    };
    let found = bench.good(search("ALI", 2));
    assert_eq!(found["foundContacts"][0]["displayName"], "Alice");
    assert_eq!(bench.good(search("nobody", 3))["searchingResult"], 1);
    bench.bad(search("", 1));
    bench.good(json!({"method": "searchContact2", "searchingString": "bob", "requestId": "s1"}));
    let event = bench.event("contactsSearched");
    assert_eq!(event["requestId"], "s1");
    assert_eq!(event["foundContacts"][0]["isInAbook"], true);
    bench.perform(json!({"op": "setServer", "connected": false}));
    bench.bad(search("ali", 1));
}

#[test]
fn servers_are_remembered() {
    let mut bench = Bench::new(json!({"appState": 0}));
    bench.good(json!({"method": "connectToServer", "server": "new.test"}));
    bench.run();
    bench.good(json!({"method": "getAvailableServersList"}));
    assert_eq!(
        bench.event("availableServersListLoaded")["serverList"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let last = bench.good(json!({"method": "getLastUsedServersList", "count": 1}));
    assert_eq!(last["lastUsedServersList"], json!([{"server": "new.test"}]));
    bench.good(json!({"method": "removeFromServersList", "serverName": "new.test"}));
    bench.bad(json!({"method": "removeFromServersList", "serverName": "new.test"}));
    bench.good(json!({"method": "login", "login": "room", "password": "x"}));
    bench.run();
    bench.event("abReceivedAfterLogin");
    let url = bench.event("currentUserProfileUrlChanged")["url"].clone();
    assert_eq!(
        bench.good(json!({"method": "getCurrentUserProfileUrl"}))["url"],
        url
    );
    bench.perform(json!({"op": "changeUser", "name": "Hall"}));
    assert_eq!(
        bench.event("currentUserDisplayNameChanged")["peerDn"],
        "Hall"
    );
    assert_eq!(bench.good(json!({"method": "getLogin"}))["peerDn"], "Hall");
}

#[test]
fn conferences_are_scheduled() {
    let mut bench = Bench::new(json!({}));
    bench.perform(json!({"op": "schedule", "id": "42", "title": "Weekly"}));
    assert_eq!(
        bench.event("conferenceList")["conferences"][0]["topic"],
        "Weekly"
    );
    let own = |id: &str| {
        json!({"method": "setCustomScheduler", "conferences": [{
            "id": id, "created_at": "2023-02-20T16:54:00Z", "mode": "PxP", "owner": "a@x",
            "topic": "Own", "state": "stopped", "invitations": [], "schedule_type": "once",
            "schedule": {"start_time": "2023-02-20T16:54:00Z", "duration": 60},
        }]})
    };
    assert!(bench.bad(own("42")).contains("42"));
    bench.good(own("43"));
    let all = bench.good(json!({"method": "getScheduler"}));
    assert_eq!(all["cnt"], 2);
    assert_eq!(
        all["conferences"][1]["schedule"]["start_time"],
        1_676_912_040
    );
    bench.good(json!({"method": "eraseCustomScheduler"}));
    assert_eq!(bench.good(json!({"method": "getScheduler"}))["cnt"], 1);
}

#[test]
fn commands_and_chats_of_others() {
    let mut bench = Bench::new(json!({}));
    let command = json!({"op": "sendCommand", "from": EVE, "command": "lights"});
    assert!(bench.try_perform(command.clone()).is_err());
    bench.perform(json!({"op": "call", "from": EVE}));
    bench.good(json!({"method": "accept"}));
    bench.perform(command);
    assert_eq!(bench.event("commandReceived")["command"], "lights");
    bench.perform(json!({"op": "dial", "from": EVE, "symbol": "5"}));
    assert_eq!(bench.event("toneDial")["symbol"], "5");
    assert!(
        bench
            .try_perform(json!({"op": "removeChat", "from": EVE}))
            .is_err()
    );
    bench.perform(json!({"op": "say", "from": EVE, "message": "hi"}));
    bench.perform(json!({"op": "removeChat", "from": EVE}));
    bench.event("chatRemoved");
    assert_eq!(
        bench.good(json!({"method": "getListOfChats"}))["list"],
        json!([])
    );
}
