//! What the tests of the window rest on: that the browser sees what it should, and says so when something is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use flows::browser::{AXE, Browser, Driver, Look, Scheme, keys, send};
use serde_json::json;
use sha2::{Digest, Sha256};

/// As strict as the window's own, so that the harness is known to work under it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    require-trusted-types-for 'script'; trusted-types snug";

#[test]
fn a_page_is_gone_to_read_clicked_and_written_on() {
    let (Some(driver), site) = (Driver::start(), Site::start()) else {
        return;
    };
    let browser = driver.browser();
    browser.go(&site.url("/good"));
    assert_eq!(browser.title(), "Good");
    browser.see("#add");
    assert!(!browser.shows("#hidden"), "what is hidden is not seen");
    browser.press("Add a line");
    browser.read("a line from Ana");
    browser.read_in("#late", "that came later");
    assert!(browser.tree().contains("<li>"));
    browser.press("Remove");
    browser.miss("#late");
    browser.read_no_more("that came later");

    browser.fill("#name", "Zoë");
    browser.fill("#name", "Zoë & <b>co</b>");
    browser.click("#name");
    browser.keys(&format!("{}!{}", keys::END, keys::ENTER));
    browser.read("Zoë & <b>co</b>!");
    browser.keys(&keys::TAB.to_string());
    assert_eq!(browser.focus(), "input A file");
    assert_eq!(
        browser.run("return Promise.resolve(arguments[0] + 1)", &[json!(41)]),
        42
    );
    browser.assert_no_errors();
}

#[test]
fn a_file_is_handed_over() {
    let (Some(driver), site) = (Driver::start(), Site::start()) else {
        return;
    };
    let browser = driver.browser();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chat.txt");
    std::fs::write(&file, "seven b").unwrap();
    browser.go(&site.url("/good"));
    browser.upload("#file", &file);
    browser.read("chat.txt has 7 bytes");
    browser.assert_no_errors();
}

#[test]
fn what_does_not_come_fails_with_the_page_and_its_console() {
    let (Some(driver), site) = (Driver::start(), Site::start()) else {
        return;
    };
    let browser = driver.browser();
    browser.go(&site.url("/bad"));
    let message = failure(|| browser.wait("the moon is not there", || true));
    assert_eq!(message, None, "control: what is so does not fail");
    // Ended at once: no test of the harness waits as long as a test of the window may.
    let message = failure(|| drop(browser.run("throw new Error('on purpose')", &[]))).unwrap();
    for words in ["on purpose", "/bad", "light on white", "a word from the script"] {
        assert!(message.contains(words), "{words} is not in {message}");
    }
}

#[test]
fn a_breach_of_the_policy_and_an_error_of_a_script_are_in_the_console() {
    let (Some(driver), site) = (Driver::start(), Site::start()) else {
        return;
    };
    for (page, words) in [
        ("/inline", "Content Security Policy"),
        ("/markup", "TrustedHTML"),
        ("/throws", "Uncaught Error: thrown by the page"),
        ("/asks", "404"),
    ] {
        let browser = driver.browser();
        browser.go(&site.url(page));
        browser.wait("nothing is in the console", || {
            browser
                .console()
                .iter()
                .any(|line| line.is_error() && line.text.contains(words))
        });
        assert!(failure(|| browser.assert_no_errors()).unwrap().contains(words));
        browser.assert_no_errors_but(&[words]);
        assert_eq!(browser.run("return document.body.dataset.harm || ''", &[]), "");
    }
}

#[test]
fn axe_is_the_published_one() {
    let digest: String = Sha256::digest(AXE)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let readme = include_str!("../vendor/README.md");
    assert!(
        readme.contains(&format!("`{digest}`")),
        "{digest} is not in the README"
    );
    assert!(AXE.starts_with("/*! axe v4.14.1"));
}

#[test]
fn axe_finds_what_is_wrong_and_nothing_else() {
    let (Some(driver), site) = (Driver::start(), Site::start()) else {
        return;
    };
    let browser = driver.browser();
    browser.go(&site.url("/good"));
    browser.assert_accessible("the good page");
    browser.assert_no_errors();
    browser.go(&site.url("/bad"));
    let found = browser.axe();
    let ids: Vec<&str> = found.violations.iter().map(|broken| broken.id.as_str()).collect();
    for id in ["color-contrast", "image-alt", "label", "html-has-lang", "region"] {
        assert!(ids.contains(&id), "{id} is not among {ids:?}");
    }
    let image = found
        .violations
        .iter()
        .find(|broken| broken.id == "image-alt")
        .unwrap();
    assert_eq!(image.impact.as_deref(), Some("critical"));
    assert!(image.nodes[0].contains("<img"));
    assert!(
        failure(|| browser.assert_accessible("the bad page"))
            .unwrap()
            .contains("image-alt")
    );
}

#[test]
fn a_person_has_a_size_a_scheme_a_language_and_a_profile() {
    let (Some(driver), site) = (Driver::start(), Site::start()) else {
        return;
    };
    let look = Look {
        language: "de",
        ..Look::default()
    };
    let [german, other] = [driver.browser_with(&look), driver.browser()];
    let asks = |browser: &Browser, what: &str| browser.run(&format!("return {what}"), &[]);
    for browser in [&german, &other] {
        browser.go(&site.url("/good"));
    }
    assert_eq!(asks(&german, "navigator.language"), "de");
    german.read("asked for de");
    other.read("asked for en");

    assert_eq!(asks(&german, "[innerWidth, innerHeight]"), json!([1100, 780]));
    german.size(320, 640);
    assert_eq!(asks(&german, "innerWidth"), 320);
    for (scheme, dark) in [(Scheme::Dark, true), (Scheme::Light, false)] {
        german.prefer(scheme, dark);
        assert_eq!(
            asks(&german, "matchMedia('(prefers-color-scheme: dark)').matches"),
            dark
        );
        assert_eq!(
            asks(&german, "matchMedia('(prefers-reduced-motion: reduce)').matches"),
            dark
        );
    }
    let picture = german.screenshot();
    assert_eq!(&picture[1..4], b"PNG");
    assert_eq!(
        picture[16..20],
        320_u32.to_be_bytes(),
        "the width stands in the head"
    );

    let _ = asks(&german, "localStorage.setItem('whose', 'german')");
    assert_eq!(asks(&german, "localStorage.getItem('whose')"), "german");
    assert_eq!(asks(&other, "localStorage.getItem('whose')"), json!(null));

    let first = german.tab();
    let second = german.new_tab();
    german.go(&site.url("/bad"));
    german.to_tab(&first);
    assert_eq!(german.title(), "Good");
    german.to_tab(&second);
    assert!(german.url().ends_with("/bad"));
}

#[test]
fn nothing_leaves_the_machine() {
    let (Some(driver), site) = (Driver::start(), Site::start()) else {
        return;
    };
    let browser = driver.browser();
    browser.go(&site.url("/good").replace("localhost", "some.name.localhost"));
    assert_eq!(
        browser.title(),
        "Good",
        "control: names of this machine are found"
    );
    let failed = failure(|| browser.go("http://example.com/")).unwrap();
    assert!(failed.contains("ERR_NAME_NOT_RESOLVED"), "{failed}");
}

#[test]
fn figures_are_taken() {
    let (Some(driver), site) = (Driver::start(), Site::start()) else {
        return;
    };
    let browser = driver.browser();
    browser.go(&site.url("/long"));
    browser.wait("nothing was painted", || browser.paints().is_some());
    let paints = browser.paints().unwrap();
    assert!(paints.first_ms > 0.0 && paints.first_ms <= paints.contentful_ms);
    let page = send(site.address, b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert!(browser.transferred() > u64::try_from(page.body.len()).unwrap());
    for selector in ["", "#box"] {
        let frames = browser.scroll(selector, Duration::from_millis(400));
        assert!(frames.gaps_ms.len() > 2 && frames.p99_ms() <= frames.max_ms());
    }
    assert_ne!(
        browser.run("return document.querySelector('#box').scrollTop", &[]),
        0
    );
    assert!(browser.metrics()["JSHeapUsedSize"] > 0.0);
}

/// What a step that stops says. `None` where it does not stop.
fn failure(step: impl FnOnce()) -> Option<String> {
    let stopped = catch_unwind(AssertUnwindSafe(step)).err()?;
    Some(stopped.downcast_ref::<String>().cloned().unwrap_or_default())
}

/// A few pages. Its thread ends with the test's process.
struct Site {
    address: SocketAddr,
}

impl Site {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                std::thread::spawn(move || answer(stream));
            }
        });
        Self { address }
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }
}

fn answer(stream: TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?)
        .lines()
        .map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let language = head.iter().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("accept-language: ")
            .map(str::to_owned)
    });
    let (kind, body) = match page(&path) {
        Some((kind, body)) => (
            kind,
            body.replace("LANGUAGE", language.unwrap_or_default().split([',', ';']).next()?),
        ),
        None => return write(stream, "404 Not Found", "text/plain", ""),
    };
    write(stream, "200 OK", kind, &body)
}

fn write(mut stream: TcpStream, status: &str, kind: &str, body: &str) -> Option<()> {
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {length}\r\n\
         Content-Security-Policy: {POLICY}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).ok()
}

fn page(path: &str) -> Option<(&'static str, String)> {
    let html = |body: &str| Some(("text/html", body.to_owned()));
    let script = |body: &str| Some(("text/javascript", body.to_owned()));
    let with = |name: &str| {
        html(&format!(
            "<!doctype html><html lang=en><title>T</title><body><main><h1>T</h1><script src=/{name}.js></script>"
        ))
    };
    match path {
        "/good" => html(GOOD),
        "/good.js" => script(GOOD_SCRIPT),
        "/bad" => html(BAD),
        "/bad.css" => Some(("text/css", "p { color: #ddd; background: #fff }".into())),
        "/bad.js" => script("console.log('a word from the script')"),
        "/inline" => html("<!doctype html><body><script>document.body.dataset.harm = 'done'</script>"),
        "/markup" => with("markup"),
        "/markup.js" => script(
            "document.querySelector('main').innerHTML = '<b>markup</b>'; document.body.dataset.harm = 'done'",
        ),
        "/throws" => with("throws"),
        "/throws.js" => script("throw new Error('thrown by the page')"),
        "/asks" => with("asks"),
        "/asks.js" => script("fetch('/nowhere')"),
        "/favicon.ico" => Some(("image/png", String::new())),
        "/long" => Some((
            "text/html",
            format!("{LONG}{}</div>", "<p>a line</p>".repeat(2000)),
        )),
        "/long.css" => Some(("text/css", "#box { height: 300px; overflow: auto }".into())),
        _ => None,
    }
}

const GOOD: &str = r#"<!doctype html><html lang="en"><head><title>Good</title></head><body><main>
<h1>A page</h1><p>asked for LANGUAGE</p>
<button id="add">Add
  a line</button><button id="remove">Remove</button><ul id="late" hidden></ul><p id="hidden" hidden>not seen</p>
<p><label>Name <input id="name"></label></p><p><label>A file <input id="file" type="file"></label></p>
<p id="said"></p><script src="/good.js"></script></main></body></html>"#;

const GOOD_SCRIPT: &str = r"
const [late, said, name] = ['late', 'said', 'name'].map(id => document.getElementById(id));
document.getElementById('add').onclick = () => setTimeout(() => {
    late.hidden = false;
    for (const words of ['a line from \u2068Ana\u2069', 'that came later']) {
        const line = document.createElement('li');
        line.textContent = words;
        late.append(line);
    }
}, 100);
document.getElementById('remove').onclick = () => late.remove();
name.onkeydown = event => { if (event.key === 'Enter') said.textContent = name.value; };
document.getElementById('file').onchange = event => {
    const [file] = event.target.files;
    said.textContent = `${file.name} has ${file.size} bytes`;
};";

const BAD: &str = r#"<!doctype html><html><head><title>Bad</title><link rel="stylesheet" href="/bad.css"></head>
<body><p>light on white</p><img src="data:,"><input><script src="/bad.js"></script></body></html>"#;

const LONG: &str = r#"<!doctype html><html lang="en"><head><title>Long</title><link rel="stylesheet" href="/long.css"></head>
<body><h1>A long page</h1><p>before</p><div id="box" tabindex="0">"#;
