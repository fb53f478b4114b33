use super::*;

#[test]
fn names_become_safe() {
    let cases = [
        // Ordinary names stay as they are.
        ("report.pdf", "report.pdf"),
        ("Отчёт за май.docx", "Отчёт за май.docx"),
        ("写真 (1).jpg", "写真 (1).jpg"),
        ("a..b.txt", "a..b.txt"),
        ("naïve😀.png", "naïve😀.png"),
        ("archive.tar.gz", "archive.tar.gz"),
        ("-rf", "-rf"),
        ("COM", "COM"),
        ("COM10.txt", "COM10.txt"),
        ("CONSOLE.txt", "CONSOLE.txt"),
        ("AUXILIARY", "AUXILIARY"),
        // Separators and climbing.
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("/etc/shadow", "shadow"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ("C:evil.txt", "C_evil.txt"),
        ("folder/", "folder"),
        ("folder/..", "folder"),
        ("folder/ . /", "folder"),
        ("..", "file"),
        (".", "file"),
        ("...", "file"),
        ("/", "file"),
        ("\\\\server\\share\\x", "x"),
        ("a/\u{200b}", "a"),
        (".\u{200b}.", "file"),
        ("..\u{202e}/x", "x"),
        // Dots and spaces at the ends.
        (".bashrc", "bashrc"),
        ("name.", "name"),
        ("name . .", "name"),
        ("  name  ", "name"),
        ("\u{a0}name\u{3000}", "name"),
        // Control, invisible and turning characters.
        ("a\0b.txt", "a_b.txt"),
        ("a\r\nb.txt", "a__b.txt"),
        ("a\u{7f}b\u{85}c", "a_b_c"),
        ("a\u{1b}[31mb", "a_[31mb"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("in\u{2066}voice\u{2069}.pdf", "invoice.pdf"),
        ("a\u{200d}b\u{feff}c", "abc"),
        ("a\u{2028}b", "a_b"),
        ("a\u{ffff}b", "a_b"),
        ("\u{0}", "file"),
        ("\u{200b}", "file"),
        ("", "file"),
        ("   ", "file"),
        // Characters that Windows forbids, alternate streams among them.
        ("a<b>c:d\"e|f?g*h", "a_b_c_d_e_f_g_h"),
        ("a.txt:evil.exe", "a.txt_evil.exe"),
        ("a.txt::$DATA", "a.txt__$DATA"),
        // Devices.
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("Nul.tar.gz", "_Nul.tar.gz"),
        ("aux .txt", "_aux .txt"),
        ("PRN.", "_PRN"),
        ("com1", "_com1"),
        ("LPT9.log", "_LPT9.log"),
        ("COM\u{b9}.txt", "_COM\u{b9}.txt"),
        ("lpt\u{b3}", "_lpt\u{b3}"),
        ("CONIN$", "_CONIN$"),
        ("x/nul", "_nul"),
    ];
    for (raw, expected) in cases {
        assert_eq!(safe_file_name(raw), expected, "from {raw:?}");
    }
}

#[test]
fn long_names_are_cut_before_the_extension() {
    let name = safe_file_name(&format!("{}.docx", "a".repeat(500)));
    assert_eq!(name, format!("{}.docx", "a".repeat(235)));

    let name = safe_file_name(&format!("{}.docx", "ж".repeat(500)));
    assert_eq!(name, format!("{}.docx", "ж".repeat(117)));

    let name = safe_file_name(&format!("a.{}", "b".repeat(500)));
    assert_eq!(name, format!("a.{}", "b".repeat(238)));

    let name = safe_file_name(&format!("{}{}.txt", "a".repeat(200), ". ".repeat(50)));
    assert_eq!(name, format!("{}.txt", "a".repeat(200)));

    let name = safe_file_name(&format!("{} x", "a".repeat(239)));
    assert_eq!(name, "a".repeat(239));
}

#[test]
fn a_cut_does_not_bare_a_device() {
    let raw = format!("CON{}x.txt", " ".repeat(300));
    assert_eq!(safe_file_name(&raw), "_CON.txt");
    let raw = format!("CON.{}", "x".repeat(236));
    assert_eq!(safe_file_name(&raw).len(), MAX_BYTES);
}

#[test]
fn extensions_are_split_off() {
    let cases = [
        ("a.txt", ("a", ".txt")),
        ("a.tar.gz", ("a.tar", ".gz")),
        ("a", ("a", "")),
        (".a", (".a", "")),
        ("a.", ("a", ".")),
    ];
    for (name, expected) in cases {
        assert_eq!(split_extension(name), expected);
    }
}

/// Names put together at random from what is known to be dangerous, and from anything.
#[test]
fn every_name_is_safe_and_stays() {
    const PIECES: [&str; 30] = [
        "/",
        "\\",
        "..",
        ".",
        " ",
        ":",
        "\0",
        "\u{7f}",
        "\u{202e}",
        "\u{200b}",
        "CON",
        "nul",
        "COM",
        "1",
        "\u{b2}",
        ".txt",
        "a",
        "ж",
        "写",
        "😀",
        "\u{301}",
        "\u{a0}",
        "*",
        "?",
        "\"",
        "|",
        "<",
        "\n",
        "aux",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];
    let mut random = fastrand::Rng::with_seed(20_261_123);
    for _ in 0..50_000 {
        let mut raw = String::new();
        for _ in 0..random.usize(0..24) {
            if random.u8(0..4) == 0 {
                raw.push(random.char(..));
            } else {
                raw.push_str(PIECES[random.usize(0..PIECES.len())]);
            }
        }
        let name = safe_file_name(&raw);
        assert_safe(&name, &raw);
        assert_eq!(safe_file_name(&name), name, "changed again, from {raw:?}");
    }
}

fn assert_safe(name: &str, raw: &str) {
    assert!(
        !name.is_empty() && name.len() <= MAX_BYTES,
        "length of {name:?} from {raw:?}"
    );
    let bad = |c: char| c.is_control() || is_invisible(c) || r#"/\<>:"|?*"#.contains(c);
    assert!(!name.contains(bad), "{name:?} from {raw:?}");
    let edge = |c: char| c == '.' || c.is_whitespace();
    assert!(
        !name.starts_with(edge) && !name.ends_with(edge),
        "{name:?} from {raw:?}"
    );
    assert!(!is_device(name), "{name:?} from {raw:?}");
}
