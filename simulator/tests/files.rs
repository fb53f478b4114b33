//! Files from offer to bytes, over real sockets, in both generations.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::json;
use support::{Client, get, start, upload};

#[tokio::test]
async fn an_offered_file_is_accepted_and_downloaded() {
    let simulator = start(json!({"pin": "1234"})).await;
    let mut client = Client::connect(&simulator, Some("1234")).await;
    let offer = json!({"op": "offerFile", "name": "a.txt", "text": "hello"});
    let id = simulator.perform(offer).await.unwrap()["id"].clone();

    let event = client.event("receivedFileRequest").await;
    assert_eq!(event["fileRequestId"], id);
    assert_eq!(event["fileSize"], 5);
    let accept = json!({"method": "acceptIncomingFileRequest", "fileRequestId": id});
    assert_eq!(client.call(accept).await["result"], true);
    client.event("incomingFileRequestAccepted").await;
    assert_eq!(client.event("fileRequestStatusChanged").await["status"], 2);
    for percent in [20, 40, 60, 80, 100] {
        let progress = client.event("incomingFileRequestDownloadingProgress").await;
        assert_eq!(progress["processedPercents"], percent);
    }
    let done = client.event("fileRequestStatusChanged").await;
    assert_eq!(done["status"], 3);

    let path = format!(
        "/files/?fileId={}&token={}",
        done["fileId"], client.http_token
    );
    let reply = get(simulator.info().http_port, &path).await;
    assert_eq!(
        (reply.status, reply.body.as_slice()),
        (200, b"hello".as_slice())
    );
    assert_eq!(reply.header("content-length"), Some("5"));
}

#[tokio::test]
async fn an_uploaded_file_is_sent_and_taken() {
    let simulator = start(json!({})).await;
    let mut client = Client::connect(&simulator, None).await;
    let reply = upload(
        simulator.info().http_port,
        &client.http_token,
        "b.txt",
        b"bytes",
    )
    .await;
    assert_eq!(reply.status, 200);
    let file_id: i64 = reply.header("FileId").unwrap().parse().unwrap();

    let send = json!({"method": "sendFile", "fileId": file_id, "callId": "bob@example.test"});
    let id = client.call(send).await["sentFileRequestId"].clone();
    let sent = client.event("outgoingFileRequestSent").await;
    assert_eq!(
        (&sent["fileRequestId"], &sent["fileName"]),
        (&id, &json!("b.txt"))
    );
    // Seconds outgoing, milliseconds incoming.
    assert_eq!(sent["timestamp"].to_string().len(), 10);
    assert_eq!(client.event("fileRequestStatusChanged").await["status"], 3);
    let read = json!({"op": "readFile", "fileId": file_id});
    let stored = simulator.perform(read).await.unwrap();
    assert_eq!(stored, json!({"name": "b.txt", "base64": "Ynl0ZXM="}));
}

#[tokio::test]
async fn legacy_files_have_numbers_and_every_key() {
    let simulator = start(json!({"generation": "legacy"})).await;
    let mut client = Client::connect(&simulator, None).await;
    simulator
        .perform(json!({"op": "offerFile", "name": "a.txt", "text": "hi"}))
        .await
        .unwrap();
    let event = client.event("receivedFileRequest").await;
    assert_eq!(event["id"], 1);
    assert_eq!(event["confId"], "");
    assert!(event.get("fileRequestId").is_none());
    assert_eq!(
        client.call(json!({"method": "acceptFile", "id": 1})).await["result"],
        true
    );
    client.event("fileAccepted").await;
    let progress = client.event("fileDownloadingProgress").await;
    assert_eq!(progress["totalSize"], 2);
    simulator
        .perform(json!({"op": "waitFile", "id": "1", "status": "processed"}))
        .await
        .unwrap();
    let info = client.call(json!({"method": "getFileInfo", "id": 1})).await;
    assert_eq!(info["status"], 3);
    let unknown = client
        .call(json!({"method": "getIncomingFilesRequests"}))
        .await;
    assert_eq!(unknown["result"], false);
}

const ADDRESSES: [(&str, &str); 3] = [
    ("fileId", "/files/?fileId=<id>&token=<token>"),
    ("id", "/files/?id=<id>&token=<token>"),
    ("path", "/files/<id>?token=<token>"),
];

#[tokio::test]
async fn each_download_address_can_be_the_only_one() {
    for (option, _) in ADDRESSES {
        let simulator = start(json!({"downloadUrl": option, "chunked": true})).await;
        let client = Client::connect(&simulator, None).await;
        let put = json!({"op": "putFile", "pattern": {"size": 200_000, "seed": 4}});
        let id = simulator.perform(put).await.unwrap()["fileId"].to_string();
        for (name, address) in ADDRESSES {
            let address = address
                .replace("<id>", &id)
                .replace("<token>", &client.http_token);
            let reply = get(simulator.info().http_port, &address).await;
            if name == option {
                assert_eq!(reply.status, 200, "{address}");
                assert_eq!(reply.header("transfer-encoding"), Some("chunked"));
            } else {
                assert_eq!(reply.status, 404, "{address}");
            }
        }
    }
}
