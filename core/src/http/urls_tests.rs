use super::*;

fn target() -> HttpTarget {
    HttpTarget::new(false, "room.local", 8766).unwrap()
}

#[test]
fn hosts_become_authorities() {
    let cases = [
        ("192.168.1.20", "192.168.1.20:80"),
        ("room.local", "room.local:80"),
        ("::1", "[::1]:80"),
        ("[::1]", "[::1]:80"),
        ("2001:db8::20", "[2001:db8::20]:80"),
    ];
    for (host, expected) in cases {
        assert_eq!(
            HttpTarget::new(false, host, 80).unwrap().authority(),
            expected
        );
    }
    assert_eq!(
        HttpTarget::new(true, "::1", 443).unwrap().origin(),
        "https://[::1]:443"
    );
    assert_eq!(
        target().with_port(8765).unwrap().origin(),
        "http://room.local:8765"
    );
}

#[test]
fn a_name_beyond_ascii_is_explained() {
    let error = HttpTarget::new(false, "комната.рф", 80).unwrap_err();
    assert!(error.to_string().contains("xn--"), "{error}");
    assert!(HttpTarget::new(false, "xn--80aaucsnw.xn--p1ai", 80).is_ok());
}

#[test]
fn what_is_not_a_host_is_refused() {
    let hosts = [
        "",
        " ",
        "a b",
        "http://room",
        "room:80",
        "room/path",
        "user@room",
        "room?x",
        "room#x",
        "room\\x",
        "[room]",
        "[::1",
        "::1]",
        "fe80::1%eth0",
        "room\r\n",
        "a%2fb",
        "1.2.3.4.5",
    ];
    for host in hosts {
        let error = HttpTarget::new(false, host, 80).unwrap_err();
        assert!(
            matches!(error, HttpError::Invalid { .. }),
            "{host:?} gave {error}"
        );
    }
    assert!(HttpTarget::new(false, "room", 0).is_err());
}

#[test]
fn a_twin_stays_one_segment() {
    let config = |twin: &str| target().config_url(twin).map(|url| url.to_string());
    assert_eq!(
        config("default").unwrap(),
        "http://room.local:8766/public/default/config.json"
    );
    assert_eq!(
        config("a/../b ?#é").unwrap(),
        "http://room.local:8766/public/a%2F..%2Fb%20%3F%23%C3%A9/config.json"
    );
    for twin in ["", ".", ".."] {
        assert!(config(twin).is_err());
    }
}

#[test]
fn the_upload_address_has_the_token_with_its_star() {
    assert_eq!(
        target().upload_url("4*Ab/c+d&e").unwrap().to_string(),
        "http://room.local:8766/files/?token=4*Ab%2Fc%2Bd%26e"
    );
}

#[test]
fn download_addresses_are_filled_in() {
    let urls = DownloadUrls::default();
    let filled: Vec<String> = urls
        .templates()
        .iter()
        .map(|template| {
            DownloadUrls::url(template, &target(), "26 0", "4*a&b")
                .unwrap()
                .to_string()
        })
        .collect();
    assert_eq!(
        filled,
        [
            "http://room.local:8766/files/?fileId=26%200&token=4*a%26b",
            "http://room.local:8766/files/?id=26%200&token=4*a%26b",
            "http://room.local:8766/files/26%200?token=4*a%26b",
        ]
    );
}

#[test]
fn an_id_or_token_cannot_change_the_address() {
    let template = "/files/{id}?token={token}";
    let url = DownloadUrls::url(template, &target(), "../{token}", "T#?{id}").unwrap();
    assert_eq!(
        url.to_string(),
        "http://room.local:8766/files/..%2F%7Btoken%7D?token=T%23%3F%7Bid%7D"
    );
    for id in ["", ".", ".."] {
        assert!(DownloadUrls::url(template, &target(), id, "T").is_err());
    }
}

#[test]
fn a_label_has_no_token() {
    let label = DownloadUrls::label("/files/{id}?token={token}", "5");
    assert_eq!(label, "/files/5?token=[redacted]");
}

#[test]
fn templates_are_checked() {
    let good = ["/x/{token}/{id}", "/f?i={id}&t={token}&copy={id}"];
    assert_eq!(
        DownloadUrls::from_templates(&good).unwrap().templates(),
        good
    );
    let bad = [
        "",
        "files/{id}?token={token}",
        "http://evil/{id}?t={token}",
        "//evil/{id}?t={token}",
        "/\\evil/{id}?t={token}",
        "/{id}",
        "/{token}",
        "/{id}/{token}#x",
        "/{id} {token}",
        "/{id}/{token}/{name}",
        "/{id}/{token}\n",
        "/{id}/{token}/<x>",
    ];
    for template in bad {
        let error = DownloadUrls::from_templates(&[template]).unwrap_err();
        assert!(error.to_string().contains("cannot be used"), "{error}");
    }
    assert!(DownloadUrls::from_templates::<&str>(&[]).is_err());
}
