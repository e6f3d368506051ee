//! How fast the window is, in a real Chromium on a chat of 100,000 messages, each figure beside a floor of the same run: a page
//! of one line for the first paint, a page of plain rows for scrolling, the program without a window for a message's way.
//!
//! `cargo run --release -p flows --example window -- target/release/snug` (part of `make bench`). The program is named for the
//! memory of a process that does nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark may stop"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use client::api::ChatId;
use client::archive;
use flows::browser::{Browser, Driver, send};
use flows::{Person, Town};
use serde_json::json;
use tokio::runtime::Runtime;
use ui::Config;

const MESSAGES: usize = 100_000;
const ROUNDS: usize = 11;
const PASSPHRASE: &str = "a passphrase of benchmarks";

fn main() {
    worker::entry(std::env::args_os().skip(1), assistant::run);
    let program = std::env::args().nth(1).map(PathBuf::from);
    let Some(driver) = Driver::start() else { return };
    println!("A chat of {MESSAGES} messages; medians of {ROUNDS} unless it says otherwise\n");
    println!("| what | Snug | floor of the same run | | aim |");
    println!("|:--|--:|:--|--:|--:|");
    let (town, runtime) = (Town::new(), Runtime::new().unwrap());
    let (reader, other) = (town.person("Ana"), town.person("Ben"));
    let live = reader.new_chat("Two of us", &[&other]);
    let long = import(&reader);
    let mut config = Config::new(reader.store_folder(), town.settings());
    config.open = Some(reader.client().clone());
    config.lock_after = None;
    let window = runtime.block_on(ui::serve(config)).unwrap();
    let plain = Plain::start();
    let browser = driver.browser();
    browser.go(&window.ticket().unwrap());
    browser.see("#room");
    first_paint(&browser, window.host(), long, &plain);
    scrolling(&browser, &plain, window.host(), long);
    search(&browser, &reader);
    receiving(&browser, window.host(), &reader, &other, live);
    runtime.block_on(window.shutdown());
    if let Some(program) = program {
        memory(&program);
    }
}

/// 100,000 messages of about 60 bytes, of twelve people over four years.
fn export() -> String {
    let mut lines = String::new();
    let words = [
        "bread", "keys", "train", "garden", "Tuesday", "bicycle", "letter", "kettle", "window", "market",
    ];
    for n in 0..MESSAGES {
        let (day, minute) = (n / 68, n % 1440);
        let (year, month, day) = (2021 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
        let said = [words[n % 10], words[n / 10 % 10], words[n / 100 % 10]];
        let _ = writeln!(
            lines,
            "{{\"at\":\"{year}-{month:02}-{day:02}T{:02}:{:02}:00\",\"author\":\"Person {}\",\"text\":\"{} and {}, then the {} again; that was line {n}\"}}",
            minute / 60,
            minute % 60,
            n * 7 % 12,
            said[0],
            said[1],
            said[2],
        );
    }
    lines
}

fn import(reader: &Person) -> ChatId {
    let export = export();
    let kept = reader.client().with_store(move |store| {
        let request = archive::Request {
            file_name: "Long",
            ..archive::Request::default()
        };
        let now = chat::Time::from_unix_seconds(1_800_000_000);
        Ok(archive::keep(store, export.as_bytes(), &request, now))
    });
    kept.wait().unwrap().unwrap().chats[0]
}

fn first_paint(browser: &Browser, host: &str, chat: ChatId, plain: &Plain) {
    let (mut ours, mut floor, mut answers, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        browser.go(&plain.url("/line"));
        floor.push(painted(browser));
        browser.go(&format!("http://{host}/#chat={}", chat.0));
        browser.see("#rows article");
        ours.push(painted(browser));
        bytes = browser.transferred();
        answers.push(browser.run(ANSWER, &[]).as_f64().unwrap());
        if std::env::var_os("SNUG_BENCH_STEPS").is_some() {
            eprintln!("{}", browser.run(STEPS, &[]));
        }
    }
    row(
        "first paint of the chat",
        "ms",
        median(&mut ours),
        "a page of one line",
        median(&mut floor),
        "150 ms",
    );
    println!(
        "| of it the program's answer with the chat | {:.1} ms | | | |",
        median(&mut answers)
    );
    let kib = bytes / 1024;
    println!("| all that the page loads | {kib} KiB | | | 150 kB |");
}

/// How long the program took for the piece that holds the chat.
const ANSWER: &str =
    "return performance.getEntriesByType('resource').find(one => one.name.includes('/app')).duration";
/// Where the time goes, for who looks for it.
const STEPS: &str = "
const steps = performance.getEntriesByType('resource').map(one => [one.name.split('/').pop(), one.startTime, one.responseEnd]);
const [page] = performance.getEntriesByType('navigation');
return { interactive: page.domInteractive, response: page.responseEnd, ready: page.domContentLoadedEventEnd, steps,
    paints: performance.getEntriesByType('paint').map(one => [one.name, one.startTime]) };
";

fn painted(browser: &Browser) -> f64 {
    for _ in 0..200 {
        if let Some(paints) = browser.paints() {
            return paints.contentful_ms;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    f64::NAN
}

fn scrolling(browser: &Browser, plain: &Plain, host: &str, chat: ChatId) {
    browser.go(&plain.url("/rows"));
    browser.see("p");
    let floor = browser.scroll("#scroll", Duration::from_secs(5));
    browser.go(&format!("http://{host}/#chat={}", chat.0));
    browser.see("#rows article");
    let ours = browser.scroll("#scroll", Duration::from_secs(5));
    let rows = browser.run("return document.querySelectorAll('#rows > li').length", &[]);
    row(
        "longest frame while scrolling up, 5 s",
        "ms",
        ours.max_ms(),
        "240 plain rows",
        floor.max_ms(),
        "50 ms",
    );
    row(
        "the same, 99 of 100 frames",
        "ms",
        ours.p99_ms(),
        "240 plain rows",
        floor.p99_ms(),
        "",
    );
    let frames = browser.run(LEAPS, &[json!(20)]);
    let mut gaps: Vec<f64> = serde_json::from_value(frames).unwrap();
    gaps.sort_by(f64::total_cmp);
    let longest = gaps.last().copied().unwrap_or_default();
    println!("| longest frame while the bar is pulled to 20 places | {longest:.0} ms | | | 50 ms |");
    println!("| rows in the page after that | {rows} | | | |");
}

/// Pulls the bar to places all over the chat, waits for each to be filled, and looks at each frame.
const LEAPS: &str = r"
const box = document.querySelector('#scroll'), gaps = [];
let left = arguments[0], wait = 0, last = null;
return new Promise(done => {
    const step = now => {
        if (last !== null) gaps.push(now - last);
        last = now;
        if (--wait <= 0) {
            if (!left--) { done(gaps); return; }
            box.scrollTop = box.scrollHeight * ((left * 0.381966) % 1);
            wait = 20;
        }
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
});
";

fn search(browser: &Browser, reader: &Person) {
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let words = format!("line {}", 90_000 + round * 13);
        ours.push(browser.run(SEARCH, &[json!(words)]).as_f64().unwrap());
        let start = Instant::now();
        let found = reader.client().search(words, None, 50).wait().unwrap();
        floor.push(start.elapsed().as_secs_f64() * 1e3);
        assert!(!found.is_empty());
    }
    row(
        "from the key to what was found",
        "ms",
        median(&mut ours),
        "the store alone",
        median(&mut floor),
        "50 ms",
    );
}

/// From the change of the field to the frame in which what was found stands.
const SEARCH: &str = r"
const field = document.querySelector('#search'), results = document.querySelector('#results');
results.replaceChildren();
return new Promise(done => {
    const start = performance.now();
    new MutationObserver((_, watch) => {
        if (!results.querySelector('.hits')) return;
        watch.disconnect();
        requestAnimationFrame(() => done(performance.now() - start));
    }).observe(results, { childList: true, subtree: true });
    field.value = arguments[0];
    field.dispatchEvent(new Event('input', { bubbles: true }));
});
";

/// From the moment at which the server has accepted a message until the frame in which the other one sees it.
fn receiving(browser: &Browser, host: &str, reader: &Person, other: &Person, chat: ChatId) {
    browser.go(&format!("http://{host}/#chat={}", chat.0));
    browser.see("form#composer");
    let theirs = other.chat("Two of us");
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    let mut events = reader.client().listen().wait().unwrap();
    for round in 0..ROUNDS * 2 {
        let words = format!("message {round} of the benchmark");
        browser.run(EXPECT, &[json!(words)]);
        other.say(theirs, &words);
        let accepted = now_ms();
        let mut heard = f64::NAN;
        while events.wait().is_some() {
            let newest = reader
                .client()
                .read(chat, client::api::Page::Last(1))
                .wait()
                .unwrap();
            if newest[0].text == words {
                heard = now_ms();
                break;
            }
        }
        let seen = browser.run("return window.seen", &[]).as_f64().unwrap();
        ours.push(seen - accepted);
        floor.push(heard - accepted);
    }
    let (longest, floor_longest) = (greatest(&ours), greatest(&floor));
    row(
        "accepted by the server to seen",
        "ms",
        median(&mut ours),
        "heard by the client alone",
        median(&mut floor),
        "100 ms",
    );
    row(
        "the same, the longest of 22",
        "ms",
        longest,
        "heard by the client alone",
        floor_longest,
        "",
    );
}

const EXPECT: &str = r"
const words = arguments[0], rows = document.querySelector('#rows');
window.seen = new Promise(done => {
    new MutationObserver((_, watch) => {
        if (!rows.textContent.includes(words)) return;
        watch.disconnect();
        requestAnimationFrame(() => done(performance.timeOrigin + performance.now()));
    }).observe(rows, { childList: true, subtree: true });
});
";

fn now_ms() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs_f64()
        * 1e3
}

/// The most memory of `snug open` that shows, scrolls and searches the same chat.
fn memory(program: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let (passphrase, file) = (folder.path().join("passphrase"), folder.path().join("Long.jsonl"));
    fs::write(&passphrase, PASSPHRASE).unwrap();
    fs::write(&file, export()).unwrap();
    let store = folder.path().join("store");
    let imported = Command::new(program)
        .args(["import"])
        .arg(&file)
        .arg("--store")
        .arg(&store)
        .arg("--passphrase-file")
        .arg(&passphrase)
        .stdout(Stdio::null())
        .status();
    assert!(imported.unwrap().success());
    let mut open = Open::start(program, &store);
    open.ask(
        "POST",
        "/unlock",
        &format!("passphrase={}", PASSPHRASE.replace(' ', "+")),
    );
    for target in ["/app?chat=1", "/chat/1?at=50000", "/search?q=line+9", "/journal"] {
        open.ask("GET", target, "");
    }
    for from in (1..MESSAGES).step_by(997) {
        open.ask("GET", &format!("/chat/1/rows?from={from}&count=60"), "");
    }
    let mib = open.peak_kib() / 1024;
    println!("| most memory of the program | {mib} MiB | | | 150 MB |");
}

struct Open {
    child: Child,
    address: SocketAddr,
    host: String,
    token: String,
}

impl Open {
    fn start(program: &Path, store: &Path) -> Self {
        let mut child = Command::new(program)
            .args(["open", "--print", "--offline", "--store"])
            .arg(store)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_whitespace()
                    .find(|word| word.contains("/#t="))
                    .map(str::to_owned)
            })
            .unwrap();
        let (host, ticket) = url.trim_start_matches("http://").split_once("/#t=").unwrap();
        let port: u16 = host.rsplit_once(':').unwrap().1.parse().unwrap();
        let mut open = Self {
            child,
            address: ([127, 0, 0, 1], port).into(),
            host: host.to_owned(),
            token: String::new(),
        };
        open.token = open.ask("POST", "/session", ticket);
        open
    }

    fn ask(&self, method: &str, target: &str, body: &str) -> String {
        let Self { host, token, .. } = self;
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSnug-Session: {token}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = send(self.address, request.as_bytes()).unwrap();
        assert_eq!(answer.status, 200, "{target}");
        answer.text()
    }

    fn peak_kib(&mut self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Pages with nothing behind them.
struct Plain(SocketAddr);

impl Plain {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            listener
                .incoming()
                .flatten()
                .for_each(|stream| drop(Self::answer(stream)));
        });
        Self(address)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0)
    }

    fn answer(mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = [0; 4096];
        let read = stream.read(&mut head)?;
        let body = match head[..read]
            .windows(6)
            .any(|part| part == b" /rows" || part == b"/rows ")
        {
            true => {
                let row = "<p>bread and keys, then the train again; that was a line</p>";
                format!(
                    "<!doctype html><div id=scroll style='height:90vh;overflow:auto'>{}</div>",
                    row.repeat(240)
                )
            }
            false => "<!doctype html><p>one line".to_owned(),
        };
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn greatest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::MIN, f64::max)
}

fn row(what: &str, unit: &str, ours: f64, beside: &str, floor: f64, aim: &str) {
    println!(
        "| {what} | {ours:.1} {unit} | {beside}: {floor:.1} {unit} | {:.1} | {aim} |",
        ours / floor
    );
}
