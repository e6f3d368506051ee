//! The messenger as people use it: the program, against a server in a process of its own. All of it holds with AI compiled
//! out too (R3).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use common::{FLATSHARE, Person, Server, file, finish, folder, run, snug, text, two_in_a_chat};
use serde_json::{Value, json};

fn pair(author: &str, text: &str) -> (String, String) {
    (author.to_owned(), text.to_owned())
}

/// The value has these fields and no other.
fn has_fields(value: &Value, names: &[&str]) {
    let there: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(there, names.iter().copied().collect(), "{value}");
}

#[test]
fn who_follows_sees_what_comes() {
    let place = folder("follow");
    let server = Server::start(&place);
    let (priya, dex) = two_in_a_chat(&place, &server);
    let mut following = priya.command(&["chat", "read", "flat", "--follow"]);
    let mut child = following.stdout(Stdio::piped()).spawn().unwrap();
    let (found, seen) = std::sync::mpsc::channel();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        let mut row = String::new();
        while std::io::BufRead::read_line(&mut out, &mut row).is_ok_and(|bytes| bytes > 0) {
            if row.contains("The kettle is on") && found.send(()).is_err() {
                return;
            }
            row.clear();
        }
    });
    dex.well(&["chat", "send", "flat", "The kettle is on"]);
    let is_seen = seen.recv_timeout(std::time::Duration::from_secs(60)).is_ok();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(is_seen);
}

#[test]
fn two_people_talk() {
    let place = folder("talk");
    let server = Server::start(&place);
    let (priya, dex) = two_in_a_chat(&place, &server);
    assert!(
        dex.well(&["chat", "send", "flat", "Who has the key?"])
            .contains("sent")
    );
    assert_eq!(priya.reads(&["flat"]), [pair("Dex", "Who has the key?")]);
    assert_eq!(priya.reads(&["flat"]), [], "what was read is not unread any more");

    let question = priya
        .does(&["chat", "read", "flat", "--last", "1", "--json"])
        .json();
    let n = question["messages"][0]["n"].to_string();
    priya.well(&["chat", "send", "flat", "I have", "--reply", &n]);
    dex.well(&["sync"]);
    let kept = [pair("Priya", "I have")];
    assert_eq!(dex.reads(&["1", "--keep-unread"]), kept);
    assert_eq!(dex.reads(&["FLAT 4B", "--keep-unread"]), kept, "still unread");
    let answer = dex.does(&["chat", "read", "flat", "--json"]).json();
    let answer = answer["messages"].as_array().unwrap().last().unwrap();
    let asked = dex
        .does(&["chat", "read", "flat", "--last", "2", "--json"])
        .json()["messages"][0]
        .clone();
    assert_eq!(
        (&answer["reply_to"], &asked["text"]),
        (&asked["n"], &json!("Who has the key?"))
    );

    let mut from_a_pipe = priya.command(&["chat", "send", "flat", "-"]);
    let mut child = from_a_pipe
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all("two\nlines\n".as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(dex.reads(&["flat"]), [pair("Priya", "two\nlines")]);
    let shown = dex.well(&["chat", "read", "flat", "--last", "3"]);
    assert!(shown.contains("Priya") && shown.contains("two lines"), "{shown}");
}

#[test]
fn the_list_and_the_members() {
    let place = folder("members");
    let server = Server::start(&place);
    let priya = Person::with_account(&place, "Priya", &server);
    let dex = Person::with_account(&place, "Dex", &server);
    assert!(priya.well(&["chat", "list"]).contains("snug chat new"));
    let made = priya
        .does(&["chat", "new", "Flat 4B", &dex.address(), "--json"])
        .json();
    assert_eq!(made, json!({"chat": 1, "title": "Flat 4B"}));
    let list = dex.does(&["chat", "list", "--json"]).json();
    assert_eq!(
        (&list[0]["title"], &list[0]["state"]),
        (&json!("Flat 4B"), &json!("invited"))
    );
    dex.does(&["chat", "send", "flat", "too early"]).refused(2);
    dex.well(&["chat", "join", "flat"]);
    dex.does(&["chat", "join", "flat"]).refused(2);
    dex.well(&["chat", "send", "flat", "Hello"]);

    let list = priya.does(&["chat", "list", "--json"]).json();
    let keys = ["chat", "title", "state", "unread", "queued", "ceiling", "last_at"];
    has_fields(&list[0], &keys);
    assert_eq!(
        (&list[0]["state"], &list[0]["unread"]),
        (&json!("live"), &json!(1))
    );
    assert!(priya.well(&["chat", "list"]).contains("1 unread"));

    let of = |person: &Person| person.does(&["chat", "members", "flat", "--json"]).json();
    let (hers, his) = (of(&priya), of(&dex));
    has_fields(&hers, &["chat", "suite", "safety_number", "consent", "members"]);
    assert_eq!(hers["suite"], "x-wing");
    assert_eq!(
        hers["safety_number"], his["safety_number"],
        "both compare the same"
    );
    let digits = text(&hers["safety_number"]);
    assert_eq!(
        digits.chars().filter(char::is_ascii_digit).count(),
        60,
        "{digits}"
    );
    has_fields(
        &hers["members"][0],
        &["name", "address", "me", "counts", "until", "spoke"],
    );
    let names = |who: &Value| -> Vec<String> {
        let mut names: Vec<_> = who["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|member| text(&member["name"]))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&hers), ["Dex", "Priya"]);
    assert!(priya.well(&["chat", "members", "flat"]).contains(&dex.address()));

    let mags = Person::with_account(&place, "Mags", &server);
    priya.well(&["chat", "invite", "flat", &mags.address()]);
    mags.well(&["chat", "join", "flat"]);
    mags.well(&["chat", "send", "flat", "I am here"]);
    assert_eq!(dex.reads(&["flat"]), [pair("Mags", "I am here")]);
    assert_eq!(
        of(&dex)["safety_number"],
        Value::Null,
        "there is none between three"
    );
    priya
        .does(&["chat", "invite", "flat", &mags.address()])
        .refused(2);
    priya.does(&["chat", "remove", "flat", "Nobody"]).refused(2);
    priya.well(&["chat", "remove", "flat", "Mags"]);
    priya.well(&["chat", "send", "flat", "Mags cannot read this"]);
    assert_eq!(dex.reads(&["flat"]), [pair("Priya", "Mags cannot read this")]);
    assert!(
        !mags
            .well(&["chat", "read", "flat", "--last", "5"])
            .contains("cannot read")
    );
    assert_eq!(
        mags.does(&["chat", "list", "--json"]).json()[0]["state"],
        "removed"
    );
    mags.does(&["chat", "send", "flat", "still here?"]).refused(2);
    dex.well(&["chat", "leave", "flat"]);
    priya.well(&["sync"]);
    assert_eq!(names(&of(&priya)), ["Priya"]);
}

#[test]
fn anybody_lowers_and_the_one_who_did_raises() {
    let place = folder("consent");
    let server = Server::start(&place);
    let (priya, dex) = two_in_a_chat(&place, &server);
    let of = |person: &Person, words: &[&str]| {
        let words = [&["consent", "flat"], words, &["--json"]].concat();
        person.does(&words).json()
    };
    let before = of(&priya, &[]);
    let keys = [
        "chat",
        "ceiling",
        "until",
        "mine",
        "mine_until",
        "held_by",
        "pending",
    ];
    has_fields(&before, &keys);
    assert_eq!(before["ceiling"], "on-device");
    let off = of(&dex, &["off"]);
    assert_eq!((&off["ceiling"], &off["mine"]), (&json!("off"), &json!("off")));
    let seen = of(&priya, &[]);
    assert_eq!(
        (&seen["ceiling"], &seen["mine"]),
        (&json!("off"), &json!("on-device"))
    );
    assert_eq!(seen["held_by"], json!(["Dex"]));
    let words = priya.well(&["consent", "flat"]);
    assert!(
        words.contains("AI is off") && words.contains("Held there by: Dex"),
        "{words}"
    );
    // Nobody else raises it.
    assert_eq!(of(&priya, &["on-device"])["ceiling"], "off");
    of(&dex, &["on-device"]);
    assert_eq!(of(&priya, &[])["ceiling"], "on-device");
    let lease = of(&dex, &["confidential", "--days", "3"]);
    assert_eq!(
        (&lease["ceiling"], &lease["mine"]),
        (&json!("on-device"), &json!("confidential"))
    );
    assert!(text(&lease["mine_until"]).ends_with('Z'), "{lease}");
    assert_eq!(of(&priya, &["confidential"])["ceiling"], "confidential");
    for words in [
        &["consent", "flat", "perhaps"][..],
        &["consent", "flat", "off", "--days", "3"],
        &["consent", "flat", "--days", "3"],
        &["consent", "flat", "confidential", "--until", "2020-01-01"],
        &[
            "consent",
            "flat",
            "confidential",
            "--days",
            "3",
            "--until",
            "2999-01-01",
        ],
        &["consent", "attic"],
    ] {
        priya.does(words).refused(2);
    }
}

#[test]
fn what_is_written_without_a_network_is_sent_later() {
    let place = folder("offline");
    let mut server = Server::start(&place);
    let (priya, dex) = two_in_a_chat(&place, &server);
    let said = priya.well(&["chat", "send", "flat", "on the train", "--offline"]);
    assert!(
        said.contains("waits to be sent") && said.contains("snug sync"),
        "{said}"
    );
    let list = priya.does(&["chat", "list", "--json", "--offline"]).json();
    assert_eq!(list[0]["queued"], 1);
    let read = priya
        .does(&["chat", "read", "flat", "--last", "1", "--json", "--offline"])
        .json();
    assert_eq!(read["messages"][0]["delivery"], "queued");
    assert_eq!(dex.reads(&["flat"]), [], "nothing arrived");

    assert_eq!(server.stop(), Some(0), "it ends when it is asked to");
    let sent = priya
        .does(&["chat", "send", "flat", "no server", "--json"])
        .json();
    has_fields(&sent, &["chat", "n", "delivery"]);
    assert_eq!(sent["delivery"], "queued");
    let without = priya.does(&["sync"]).refused(5).err.clone();
    assert!(without.contains("cannot reach the server"), "{without}");
    let report = priya.does(&["sync", "--json"]);
    let report: Value = (report.code == Some(5))
        .then(|| serde_json::from_str(&report.out).unwrap())
        .unwrap();
    has_fields(
        &report,
        &["offline", "received", "sent", "invitations", "warnings"],
    );
    assert!(report["offline"].is_string());
    // What is here can still be read, and it says that it may be old.
    let read = priya.does(&["chat", "read", "flat", "--last", "2"]);
    assert_eq!(read.code, Some(0), "{read:?}");
    assert!(
        read.out.contains("no server") && read.err.contains("not up to date"),
        "{read:?}"
    );
    priya.does(&["sync", "--offline"]).refused(2);

    server.start_again();
    assert_eq!(priya.does(&["sync", "--json"]).json()["sent"], 2);
    assert_eq!(
        dex.reads(&["flat"]),
        [pair("Priya", "on the train"), pair("Priya", "no server")]
    );
    let list = priya.does(&["chat", "list", "--json"]).json();
    assert_eq!(list[0]["queued"], 0);
}

#[test]
fn an_export_is_kept_and_read_like_a_chat() {
    let place = folder("archive");
    let reader = Person::new(&place, "Priya");
    let kept = reader
        .does(&[
            "import",
            FLATSHARE,
            "--title",
            "The old flat",
            "--me",
            "Priya",
            "--json",
        ])
        .json();
    has_fields(&kept, &["chats", "summary"]);
    assert_eq!(
        kept["chats"],
        json!([{"chat": 1, "title": "The old flat", "unread": 50}])
    );
    assert_eq!(kept["summary"]["messages"], 294);
    let list = reader.does(&["chat", "list", "--json"]).json();
    assert_eq!(
        (&list[0]["state"], &list[0]["ceiling"]),
        (&json!("archive"), &json!("on-device"))
    );
    assert_eq!(
        reader.reads(&["the old", "--keep-unread"]).len(),
        50,
        "what follows her last message is unread"
    );
    assert!(
        reader
            .does(&["chat", "read", "the old"])
            .out
            .contains("50 unread messages")
    );
    let first = reader
        .does(&["chat", "read", "the old", "--from", "7", "--json"])
        .json()["messages"][0]
        .clone();
    let keys = [
        "n",
        "at",
        "author",
        "mine",
        "text",
        "reply_to",
        "never_ai",
        "drafted_with_ai",
        "delivery",
    ];
    has_fields(&first, &keys);
    assert_eq!(first["n"], 7, "numbers are those of the file");
    assert_eq!(
        first["at"], "2026-03-02T08:05:00",
        "the times of the file, whose zone nobody knows"
    );
    let found = reader.does(&["chat", "search", "gruyère", "--json"]).json();
    has_fields(&found[0], &["chat", "title", "message"]);
    assert!(
        found
            .as_array()
            .unwrap()
            .iter()
            .any(|hit| text(&hit["message"]["text"]).contains("Gruyère"))
    );
    assert!(
        reader
            .well(&["chat", "search", "gruyere", "--chat", "the old"])
            .contains("The old flat")
    );
    let nothing = reader.does(&["chat", "search", "zeppelin"]);
    assert_eq!(
        (nothing.code, nothing.out.as_str()),
        (Some(1), "Nothing found.\n")
    );
    // A store without an account is asked for one where one is needed.
    assert!(
        reader
            .does(&["account", "show"])
            .refused(4)
            .err
            .contains("account create")
    );
    assert!(reader.well(&["journal"]).contains("not used"));
    assert_eq!(reader.does(&["journal", "--json"]).json(), json!([]));
    reader.does(&["chat", "send", "the old", "hello"]).refused(4);
    // The same store can have an account too; an archive stays one.
    let server = Server::start(&place);
    reader.well(&[
        "account",
        "create",
        "--name",
        "Priya",
        "--server",
        &server.address,
    ]);
    for words in [
        &["chat", "send", "the old", "hello"][..],
        &["chat", "leave", "the old"],
        &["chat", "invite", "the old", "snug:x"],
        &["consent", "the old", "off"],
        &["import", FLATSHARE, "--title", "x", "--dry-run"],
    ] {
        reader.does(words).refused(2);
    }
}

#[test]
fn stores_that_do_not_open() {
    let place = folder("store");
    let reader = Person::new(&place, "Priya");
    assert!(reader.does(&["chat", "list"]).refused(4).err.contains("no store"));
    let export = file(
        "short.txt",
        "02/03/2026, 08:05 - Ann: hello\n13/03/2026, 08:06 - Bob: hi\n",
    );
    reader.well(&["import", &export]);

    let stranger = Person {
        store: reader.store.clone(),
        ..Person::new(&place, "Dex")
    };
    let wrong = stranger.does(&["chat", "list"]).refused(3).err.clone();
    assert!(wrong.contains("passphrase"), "{wrong}");
    assert!(!wrong.contains("the words of"), "{wrong}");
    fs::write(&stranger.passphrase, "\n").unwrap();
    stranger.does(&["chat", "list"]).refused(2);
    fs::remove_file(&stranger.passphrase).unwrap();
    stranger.does(&["chat", "list"]).refused(4);

    // There is no terminal here to ask on, so nothing waits for ever.
    let mut without = snug(&["chat", "list", "--store", reader.store.to_str().unwrap()]);
    #[cfg(unix)]
    let without = {
        use std::os::unix::process::CommandExt as _;
        without.process_group(0)
    };
    if !fs::exists("/dev/tty").unwrap() || fs::File::open("/dev/tty").is_err() {
        assert!(finish(without).refused(4).err.contains("--passphrase-file"));
    }

    // Another process has it.
    let unlock = client::store::Unlock::passphrase("the words of Priya");
    let held = client::store::Store::open(&reader.store, &unlock).unwrap();
    assert!(reader.does(&["chat", "list"]).refused(4).err.contains("in use"));
    drop(held);
    reader.well(&["chat", "list"]);

    let database = reader.store.join("store.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[4096..].fill(0);
    fs::write(&database, bytes).unwrap();
    reader.does(&["chat", "read", "short", "--last", "9"]).refused(3);
}

#[test]
fn accounts_that_cannot_be() {
    let place = folder("accounts");
    let server = Server::start(&place);
    let priya = Person::with_account(&place, "Priya", &server);
    priya
        .does(&[
            "account",
            "create",
            "--name",
            "Again",
            "--server",
            &server.address,
        ])
        .refused(2);
    for server in ["http://example.org", "ws://example.org:80", "", "127.0.0.1:port"] {
        let nobody = Person::new(&place, "Nobody");
        nobody
            .does(&["account", "create", "--name", "Nobody", "--server", server])
            .refused(2);
        assert!(!nobody.store.exists(), "no store is left behind: {server}");
    }
    priya.does(&["chat", "new", "Flat", "not-an-address"]).refused(2);
    priya.does(&["chat", "new", "Flat", &priya.address()]).refused(2);
    assert_eq!(
        priya.does(&["chat", "list", "--json"]).json(),
        json!([]),
        "no half-made chat"
    );
}

#[test]
fn the_server_says_what_it_cannot() {
    let place = folder("server");
    let database = place.join("other.db");
    let database = database.to_str().unwrap();
    let server = Server::start(&place);
    let taken = run(&["server", "--listen", &server.address, "--store", database]);
    assert!(taken.refused(4).err.contains("cannot be listened on"));
    let open = run(&["server", "--listen", "0.0.0.0:0", "--store", database]);
    assert!(open.refused(4).err.contains("TLS"));
    let busy = place.join("server.db");
    run(&[
        "server",
        "--listen",
        "127.0.0.1:0",
        "--store",
        busy.to_str().unwrap(),
    ])
    .refused(4);
    let no_certificate = [
        "server", "--cert", "none.pem", "--key", "none.pem", "--store", database,
    ];
    run(&no_certificate).refused(4);
    run(&["server", "--cert", "none.pem"]).refused(2);
    run(&["server", "--listen", "localhost"]).refused(2);
}

/// A server with TLS and an authority of its own: known to who names the authority, and to nobody else.
#[test]
fn a_server_with_an_authority_of_its_own() {
    let place = folder("tls");
    let pki = |name: &str| format!("crates/client/tests/link/{name}");
    let (cert, key, authority) = (pki("server.pem"), pki("server.key"), pki("ca.pem"));
    let server = Server::start_with(
        &place,
        &["--listen", "127.0.0.1:0", "--cert", &cert, "--key", &key],
    );
    let port = server.address.rsplit(':').next().unwrap();
    let localhost = format!("wss://localhost:{port}");
    let create = ["account", "create", "--name", "Priya", "--server", &localhost];
    let stranger = Person::new(&place, "Stranger").does(&create);
    assert!(stranger.err.contains("not vouched for"), "{stranger:?}");
    let plain = Person::new(&place, "Plain");
    let without_tls = plain.does(&[
        "account",
        "create",
        "--name",
        "Priya",
        "--server",
        &server.address,
    ]);
    assert!(without_tls.err.contains("not up to date"), "{without_tls:?}");
    let with = |person: &Person, words: &[&str]| person.well(&[words, &["--authority", &authority]].concat());
    let (priya, dex) = (Person::new(&place, "Priya"), Person::new(&place, "Dex"));
    with(&priya, &create);
    with(
        &dex,
        &["account", "create", "--name", "Dex", "--server", &localhost],
    );
    with(&priya, &["chat", "new", "Flat 4B", &dex.address()]);
    with(&dex, &["chat", "join", "flat"]);
    with(&dex, &["chat", "send", "flat", "over TLS"]);
    assert!(with(&priya, &["chat", "read", "flat"]).contains("over TLS"));
    priya.does(&["chat", "list", "--authority", FLATSHARE]).refused(2);
}

/// Names, titles and messages of others do not steer the terminal (R12, A30).
#[test]
fn text_of_others_is_harmless_on_the_terminal() {
    let place = folder("hostile");
    let server = Server::start(&place);
    let (priya, dex) = two_in_a_chat(&place, &server);
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}hidden\u{9b}31m";
    dex.well(&["chat", "send", "flat", hostile]);
    for words in [
        &["chat", "read", "flat", "--last", "3"][..],
        &["chat", "search", "hidden"],
    ] {
        let shown = priya.well(words);
        assert!(shown.contains("hidden"), "{shown:?}");
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!shown.contains(steers), "{shown:?}");
    }
    let read = priya.does(&["chat", "read", "flat", "--last", "1", "--json"]);
    assert!(read.out.is_ascii(), "{read:?}");
    assert_eq!(
        read.json()["messages"][0]["text"],
        hostile,
        "JSON has it as it is"
    );
}

/// A passphrase is typed on the terminal: twice where a store is made, and never shown.
#[test]
#[cfg(unix)]
fn a_passphrase_is_typed_on_the_terminal() {
    let Ok(there) = std::process::Command::new("script").arg("--version").output() else {
        return eprintln!("skipped: `script` of util-linux is not here");
    };
    assert!(there.status.success());
    let place = folder("terminal");
    let store = place.join("typed");
    let export = file(
        "typed.txt",
        "02/03/2026, 08:05 - Ann: hello\n13/03/2026, 08:06 - Bob: hi\n",
    );
    // The prompts come after the program has read the file, so what is typed waits in the terminal.
    let on_a_terminal = |words: &str, typed: &str| {
        let line = format!(
            "{} {words} --store {}",
            env!("CARGO_BIN_EXE_snug"),
            store.to_str().unwrap()
        );
        let mut script = std::process::Command::new("script");
        script
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env_remove("SNUG_PASSPHRASE_FILE");
        let mut child = script
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        for line in typed.split_inclusive('\r') {
            std::thread::sleep(std::time::Duration::from_millis(1500));
            stdin.write_all(line.as_bytes()).unwrap();
        }
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let import = format!("import '{export}'");
    let (code, said) = on_a_terminal(&import, "open sesame\rclose sesame\r");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("differ") && !said.contains("sesame"), "{said}");
    let (code, said) = on_a_terminal(&import, "open sesamm\u{7f}e\ropen sesame\r");
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("kept as chat 1") && !said.contains("sesam"),
        "{said}"
    );
    let (code, said) = on_a_terminal("chat list", "open sesame\r");
    assert!(code == Some(0) && said.contains("typed"), "{said}");
    let (code, said) = on_a_terminal("chat list", "something else\r");
    assert_eq!(code, Some(3), "{said}");
    let (code, said) = on_a_terminal("chat list", "half\u{3}");
    assert!(code == Some(2) && said.contains("nothing was done"), "{said}");
}
