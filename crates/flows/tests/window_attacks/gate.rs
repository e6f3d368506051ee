//! The rules of the gate over plain HTTP, one request at a time, and floods. The attacker reaches the port and knows more than they should;
//! the control is the same request as the window's own page makes it.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use crate::window::{FLAT, Window, flat};
use flows::browser::{Answer, read_head};
use flows::{Person, Town};

/// What is asked for by reading.
const READS: [&str; 20] = [
    "/",
    "/assets/snug.js",
    "/assets/snug.css",
    "/assets/htmx.min.js",
    "/assets/icon.svg",
    "/app",
    "/live",
    "/news",
    "/new",
    "/chat/1",
    "/chat/1/rows",
    "/chat/1/people",
    "/chat/1/consent",
    "/chat/1/catchup",
    "/search?q=plumber",
    "/journal",
    "/account",
    "/export",
    "/export/progress",
    "/help",
];

/// What changes something.
const WRITES: [&str; 17] = [
    "/store",
    "/unlock",
    "/alive",
    "/account",
    "/new",
    "/chat/1/send",
    "/chat/1/read",
    "/chat/1/join",
    "/chat/1/leave",
    "/chat/1/invite",
    "/chat/1/remove",
    "/chat/1/consent",
    "/chat/1/catchup",
    "/chat/1/catchup/cancel",
    "/export/file",
    "/export/cancel",
    "/lock",
];

/// Ana's window on her flat.
struct House {
    window: Window,
    token: String,
    people: [Person; 3],
    _town: Town,
}

impl House {
    fn new() -> Self {
        let town = Town::new();
        let people = flat(&town);
        let window = Window::of(&town, &people[0]);
        let token = window.session();
        Self {
            window,
            token,
            people,
            _town: town,
        }
    }

    /// The head of the answer to a request, whatever it is.
    fn head(&self, request: &str) -> Answer {
        self.try_head(request)
            .unwrap_or_else(|| panic!("no answer to {request:?}"))
    }

    fn try_head(&self, request: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.window.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
        let _ = stream.write_all(request.as_bytes());
        read_head(BufReader::new(stream)).ok()
    }

    /// A request of Ana's own page, but for the lines that are given.
    fn request(&self, method: &str, target: &str, lines: &[(&str, &str)]) -> String {
        let lines: String = lines
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        format!("{method} {target} HTTP/1.1\r\n{lines}Content-Length: 0\r\nConnection: close\r\n\r\n")
    }

    /// That Ana's chat is still there, open and as it was.
    #[track_caller]
    fn assert_untouched(&self) {
        let rows = self.window.get("/chat/1/rows", &self.token);
        assert_eq!(rows.status, 200, "the window was locked");
        let ana = &self.people[0];
        assert_eq!(
            ana.heard(ana.chat("Flat 3B")).len(),
            FLAT.len(),
            "something was said"
        );
        assert!(rows.text().contains("The plumber comes on Monday"));
    }
}

#[test]
fn only_its_own_name_is_answered() {
    let house = House::new();
    let (host, port) = (house.window.host(), house.window.address().port());
    let ours = [("Host", host.as_str()), ("Snug-Session", &house.token)];
    for target in ["/app", &format!("http://{host}/app")] {
        let answer = house.window.say(&house.request("GET", target, &ours));
        assert_eq!(answer.status, 200, "control: {target}");
        assert!(answer.text().contains("Flat 3B"), "control");
    }
    let name = host.split(':').next().unwrap();
    let foreign = [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        format!("evil.example:{port}"),
        format!("evil.{host}"),
        host.to_uppercase(),
        name.to_owned(),
        format!("{name}.:{port}"),
        format!("{name}:0{port}"),
        format!("ana@{host}"),
        format!("{host}, {host}"),
        String::new(),
    ];
    for path in ["/", "/app", "/assets/snug.js", "/chat/1/rows", "/nothing"] {
        for foreign in &foreign {
            let answer = house
                .window
                .say(&house.request("GET", path, &[("Host", foreign), ours[1]]));
            assert!(
                matches!(answer.status, 400 | 421),
                "{path} of {foreign:?}: {}",
                answer.status
            );
            assert!(answer.body.is_empty(), "{foreign:?}");
        }
    }
    let sent: [(&str, &[(&str, &str)]); 6] = [
        ("/app", &[ours[1]]),
        ("/app", &[ours[0], ours[0], ours[1]]),
        ("/app", &[ours[0], ("Host", "evil.example"), ours[1]]),
        ("http://evil.example/app", &ours),
        (&format!("http://localhost:{port}/app"), &ours),
        (
            &format!("http://{host}/app"),
            &[("Host", "evil.example"), ours[1]],
        ),
    ];
    for (target, lines) in sent {
        let answer = house.window.say(&house.request("GET", target, lines));
        assert!(
            matches!(answer.status, 400 | 421),
            "{target} {lines:?}: {}",
            answer.status
        );
        assert!(answer.body.is_empty());
    }
    let old = house.try_head(&format!(
        "GET /app HTTP/1.0\r\nSnug-Session: {}\r\n\r\n",
        house.token
    ));
    assert!(
        old.is_none_or(|answer| matches!(answer.status, 400 | 421)),
        "HTTP/1.0 names nobody"
    );
    let ticket = house.window.ticket();
    let (_, ticket) = ticket.split_once("#t=").unwrap();
    let rebound = format!(
        "POST /session HTTP/1.1\r\nHost: evil.example:{port}\r\nOrigin: http://evil.example:{port}\r\nContent-Length: {}\r\n\r\n{ticket}",
        ticket.len()
    );
    assert_eq!(
        house.window.say(&rebound).status,
        421,
        "a name that was bound to this address later"
    );
    assert_eq!(
        house.window.post("/session", "", ticket).status,
        200,
        "control: and the ticket is still good"
    );
}

#[test]
fn only_its_own_page_changes_anything() {
    let house = House::new();
    let (host, port) = (house.window.host(), house.window.address().port());
    let (ours, token) = (format!("http://{host}"), ("Snug-Session", house.token.as_str()));
    let foreign = [
        "null".to_owned(),
        String::new(),
        "http://evil.example".into(),
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
        format!("http://evil.{host}"),
        format!("https://{host}"),
        format!("http://{host}/"),
        ours.to_uppercase(),
        ours.trim_end_matches(char::is_numeric).to_owned() + "1",
        format!("{ours} {ours}"),
    ];
    for path in WRITES.iter().chain(&["/session"]) {
        for foreign in &foreign {
            let lines = [("Host", host.as_str()), ("Origin", foreign), token];
            let answer = house.window.say(&house.request("POST", path, &lines));
            assert_eq!(answer.status, 403, "{path} from {foreign:?}");
            assert!(answer.body.is_empty());
        }
        let without = [("Host", host.as_str()), token];
        assert_eq!(
            house.window.say(&house.request("POST", path, &without)).status,
            403,
            "{path} from nobody"
        );
        let twice = [
            ("Host", host.as_str()),
            ("Origin", &ours),
            ("Origin", &ours),
            token,
        ];
        assert_eq!(
            house.window.say(&house.request("POST", path, &twice)).status,
            403,
            "{path} from two"
        );
    }
    house.assert_untouched();
    assert_eq!(
        house.window.post("/lock", &house.token, "").status,
        200,
        "control"
    );
    assert_eq!(
        house.window.get("/chat/1/rows", &house.token).status,
        423,
        "control: it was locked"
    );
}

#[test]
fn nothing_but_a_session_opens_anything() {
    let house = House::new();
    let (host, token) = (house.window.host(), house.token.clone());
    assert_eq!(house.window.get("/app", &token).status, 200, "control");
    let ticket = house.window.ticket().split_once("#t=").unwrap().1.to_owned();
    let guesses = [
        String::new(),
        "0".repeat(64),
        token.chars().skip(1).collect(),
        format!("{token}0"),
        token.to_uppercase(),
        format!("{token}, {token}"),
        ticket,
        "null".into(),
        "*".into(),
        "A".repeat(9000),
    ];
    let random = (0..200_u64).map(|n| format!("{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).repeat(4));
    for guess in guesses.into_iter().chain(random) {
        let answer = house.window.get("/app", &guess);
        assert_eq!(answer.status, 401, "{guess}");
        assert!(answer.body.is_empty());
    }
    let elsewhere = [
        (
            "/app".to_owned(),
            format!("Cookie: Snug-Session={token}; session={token}\r\n"),
        ),
        ("/app".to_owned(), format!("Authorization: Bearer {token}\r\n")),
        (
            "/app".to_owned(),
            format!("Snug-Session: {token}\r\nSnug-Session: {token}\r\n"),
        ),
        (
            format!("/app?snug-session={token}&session={token}&token={token}"),
            String::new(),
        ),
        (format!("/app#{token}"), String::new()),
    ];
    for (target, lines) in elsewhere {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{lines}Connection: close\r\n\r\n");
        assert!(
            matches!(house.head(&request).status, 400 | 401),
            "{target} {lines}"
        );
    }
    for path in READS
        .iter()
        .filter(|path| **path != "/" && !path.starts_with("/assets/"))
    {
        assert_eq!(house.window.get(path, "").status, 401, "{path}");
    }
    for path in WRITES {
        assert_eq!(house.window.post(path, "", "").status, 401, "{path}");
    }
    for path in [
        "/assets/../app",
        "//app",
        "/assets/..%2fapp",
        "/./app",
        "/APP",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
    ] {
        assert!(
            matches!(house.window.get(path, "").status, 400 | 401 | 404),
            "{path}"
        );
    }
    let shell = house.window.get("/", "");
    assert_eq!(shell.status, 200);
    assert!(
        !shell.text().contains("Ana") && !shell.text().contains("Flat"),
        "nothing of a person is in the shell"
    );
    house.assert_untouched();
}

#[test]
fn a_ticket_opens_once_and_not_for_long() {
    let house = House::new();
    let ticket = |house: &House| house.window.ticket().split_once("#t=").unwrap().1.to_owned();
    let late = ticket(&house);
    let once = ticket(&house);
    assert_eq!(
        house.window.post("/session", "", &once).status,
        200,
        "control: it opens"
    );
    assert_eq!(house.window.post("/session", "", &once).status, 403, "replayed");
    for guess in [
        "",
        "0",
        &"0".repeat(64),
        &house.token,
        &once.to_uppercase(),
        &"x".repeat(100),
    ] {
        assert_eq!(house.window.post("/session", "", guess).status, 403, "{guess}");
    }
    // Who floods the exchange with guesses does not use up the ticket of the person.
    let in_time = ticket(&house);
    for n in 0..100 {
        assert_eq!(
            house.window.post("/session", "", &format!("{n:064x}")).status,
            403
        );
    }
    assert_eq!(house.window.post("/session", "", &in_time).status, 200);
    std::thread::sleep(Duration::from_secs(61));
    assert_eq!(house.window.post("/session", "", &late).status, 403, "expired");
}

#[test]
fn a_stolen_token_is_no_use_to_another_user_of_the_machine() {
    let house = House::new();
    let ask = |uid: Option<u32>| {
        let script = format!(
            "exec 3<>/dev/tcp/127.0.0.1/{} && printf 'GET /app HTTP/1.1\\r\\nHost: {}\\r\\nSnug-Session: {}\\r\\nConnection: close\\r\\n\\r\\n' >&3 && cat <&3",
            house.window.address().port(),
            house.window.host(),
            house.token
        );
        let mut shell = Command::new("/bin/bash");
        shell.args(["-c", &script]).current_dir("/");
        if let Some(uid) = uid {
            shell.uid(uid);
        }
        let output = shell.output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let own = ask(None);
    assert!(
        own.starts_with("HTTP/1.1 200") && own.contains("Flat 3B"),
        "control: {own}"
    );
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: only root can become another user, to steal a token as one"
        );
        return;
    }
    assert_eq!(ask(Some(65_534)), "", "not a byte for another user");
    house.assert_untouched();
}

#[test]
fn every_answer_forbids_what_the_window_does_not_need() {
    let house = House::new();
    let host = house.window.host();
    let (ours, session) = (format!("http://{host}"), ("Snug-Session", house.token.as_str()));
    let named = ("Host", host.as_str());
    let mut answers = Vec::new();
    for path in READS.iter().chain(&[
        "/nothing",
        "/assets/nothing",
        "/chat/99",
        "/chat/x",
        "/chat/1/rows?count=x",
    ]) {
        for lines in [&[named, session][..], &[named], &[("Host", "evil.example")]] {
            answers.push((
                format!("GET {path} {lines:?}"),
                house.head(&house.request("GET", path, lines)),
            ));
        }
    }
    for path in WRITES
        .iter()
        .chain(&["/session", "/nothing"])
        .filter(|path| !path.contains("leave"))
    {
        for lines in [
            &[named, ("Origin", ours.as_str()), session][..],
            &[named, ("Origin", "null"), session],
            &[named],
        ] {
            answers.push((
                format!("POST {path} {lines:?}"),
                house.head(&house.request("POST", path, lines)),
            ));
        }
    }
    for method in ["DELETE", "OPTIONS", "TRACE", "HEAD", "GET"] {
        let lines = [named, ("Origin", ours.as_str()), session];
        answers.push((
            format!("{method} /news"),
            house.head(&house.request(method, "/news", &lines)),
        ));
    }
    let statuses: BTreeSet<u16> = answers.iter().map(|(_, answer)| answer.status).collect();
    for status in [200, 400, 401, 403, 404, 405, 421, 423] {
        assert!(
            statuses.contains(&status),
            "control: no {status} among {statuses:?}"
        );
    }
    for (what, answer) in answers {
        assert_protected(&what, &answer);
    }
}

fn assert_protected(what: &str, answer: &Answer) {
    let exactly = [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
    ];
    for (name, value) in exactly {
        assert_eq!(answer.header(name), Some(value), "{what}: {name}");
    }
    let policy = answer
        .header("content-security-policy")
        .unwrap_or_else(|| panic!("{what}: no policy"));
    let policy: BTreeSet<&str> = policy.split(';').map(str::trim).collect();
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(rule), "{what}: {rule} is not in {policy:?}");
    }
    assert!(
        !policy
            .iter()
            .any(|rule| rule.contains("unsafe") || rule.contains('*')),
        "{what}: {policy:?}"
    );
    for (name, _) in &answer.headers {
        let is_loose = name.starts_with("access-control-")
            || ["set-cookie", "server", "etag", "last-modified"].contains(&name.as_str());
        assert!(!is_loose, "{what}: {name}");
    }
}

#[test]
fn other_methods_do_nothing() {
    let house = House::new();
    let host = house.window.host();
    let ours = format!("http://{host}");
    let lines = [
        ("Host", host.as_str()),
        ("Origin", ours.as_str()),
        ("Snug-Session", house.token.as_str()),
    ];
    for path in READS.iter().chain(&WRITES) {
        for method in [
            "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "NONSENSE",
        ] {
            let status = house
                .try_head(&house.request(method, path, &lines))
                .map(|answer| answer.status);
            assert!(
                status.is_none_or(|status| (400..500).contains(&status)),
                "{method} {path}: {status:?}"
            );
        }
    }
    for path in READS
        .iter()
        .filter(|path| !WRITES.contains(path) && !path.contains("catchup"))
    {
        let answer = house.window.say(&house.request("POST", path, &lines));
        assert_eq!(answer.status, 405, "POST {path}");
    }
    for path in WRITES.iter().filter(|path| !READS.contains(path)) {
        assert_eq!(
            house.window.get(path, &house.token).status,
            405,
            "GET {path}: reading changes nothing"
        );
    }
    house.assert_untouched();
}

#[test]
fn what_is_too_large_is_refused_and_costs_nobody_else() {
    let house = House::new();
    let (host, token) = (house.window.host(), house.token.clone());
    let form = |length: usize| format!("text={}", "a".repeat(length));
    assert_eq!(
        house.window.post("/chat/1/send", &token, &form(50_000)).status,
        200,
        "control"
    );
    for (path, length) in [
        ("/chat/1/send", 300 << 10),
        ("/new", 1 << 20),
        ("/search", 1 << 20),
        ("/unlock", 1 << 20),
    ] {
        let status = house.window.post(path, &token, &form(length)).status;
        assert!(matches!(status, 405 | 413), "{path}: {status}");
    }
    let begun = |path: &str, lines: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSnug-Session: {token}\r\nContent-Type: application/x-www-form-urlencoded\r\n{lines}\r\n"
        )
    };
    for (path, length) in [
        ("/chat/1/send", 1_u64 << 40),
        ("/export/file", 70 << 20),
        ("/export/file", u64::MAX),
        ("/session", 1 << 20),
    ] {
        let status = house
            .try_head(&begun(path, &format!("Content-Length: {length}\r\n")))
            .map(|answer| answer.status);
        assert!(
            matches!(status, Some(413 | 431)),
            "{path}, {length}: before a byte of it is sent: {status:?}"
        );
    }
    let most = 64 << 20;
    let file = begun("/export/file", &format!("Content-Length: {}\r\n", most + 1)) + &"a".repeat(most + 1);
    let status = house.try_head(&file).map(|answer| answer.status);
    assert!(
        status.is_none_or(|status| status == 413),
        "a file of more than 64 MiB: {status:?}"
    );
    let endless = begun("/chat/1/send", "Transfer-Encoding: chunked\r\n")
        + &format!("10000\r\n{}\r\n", "a".repeat(1 << 16)).repeat(8);
    assert_eq!(house.head(&endless).status, 413, "a body without a length");
    for lines in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: -1\r\n",
    ] {
        let status = house
            .try_head(&(begun("/lock", lines) + "hello"))
            .map(|answer| answer.status);
        // RFC 9112 section 6.3 lets the coding override the length; what came then has to be a chunk, which this is not.
        assert!(
            status.is_none_or(|status| status == 400 || status == 200 && lines.contains("chunked")),
            "{lines}: {status:?}"
        );
    }
    let path = format!("/search?q={}", "a".repeat(40_000));
    let heads = [
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!(
            "GET /app HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n",
            "a".repeat(40_000)
        ),
        format!(
            "GET /app HTTP/1.1\r\nHost: {host}\r\n{}\r\n",
            "X: a\r\n".repeat(5_000)
        ),
    ];
    for head in heads {
        let status = house.try_head(&head).map(|answer| answer.status);
        assert!(
            status.is_none_or(|status| matches!(status, 400 | 414 | 431)),
            "{status:?}"
        );
    }
    assert_eq!(house.window.get("/app", &token).status, 200, "it goes on");
}

#[test]
fn who_is_slow_or_many_costs_nobody_else() {
    let house = House::new();
    let (address, host) = (house.window.address(), house.window.host());
    let asks = |target: &str, token: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
        write!(
            stream,
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nSnug-Session: {token}\r\n\r\n"
        )
        .unwrap();
        stream
    };
    // Pages and streams that are asked for and never read, while much changes.
    let unread: Vec<TcpStream> = (0..16)
        .flat_map(|_| {
            [
                asks("/live?since=0", &house.token),
                asks("/chat/1/rows?count=200", &house.token),
            ]
        })
        .collect();
    let mut reader = BufReader::new(asks("/live?since=0", &house.token));
    assert_eq!(read_head(&mut reader).unwrap().status, 200);
    for n in 0..30 {
        let sent = house
            .window
            .post("/chat/1/send", &house.token, &format!("text=number%20{n}"));
        assert_eq!(sent.status, 200);
    }
    let told = reader
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("snug:news"));
    assert!(told.is_some(), "control: who reads the stream is told");
    assert!(
        house
            .window
            .get("/chat/1/rows", &house.token)
            .text()
            .contains("number 29")
    );
    drop(unread);

    // Requests that never end: each is cut off, and until then there is room.
    let mut slow: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(address).unwrap()).collect();
    for stream in &mut slow {
        let _ = stream.write_all(b"GET /app HTTP/1.1\r\nHo");
    }
    assert_eq!(
        house.window.get("/app", &house.token).status,
        200,
        "somebody who asks is answered"
    );
    let mut stream = &slow[0];
    stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
    let mut said = String::new();
    let _ = stream.read_to_string(&mut said);
    assert!(
        said.is_empty() || said.starts_with("HTTP/1.1 4"),
        "it is cut off: {said}"
    );

    // Without a session nobody holds a stream.
    for _ in 0..100 {
        let mut stream = BufReader::new(asks("/live", ""));
        assert_eq!(read_head(&mut stream).unwrap().status, 401);
    }
    assert_eq!(house.window.get("/app", &house.token).status, 200);
}
