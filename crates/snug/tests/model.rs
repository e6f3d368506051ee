//! `snug model` as a person types it: what it shows, asks and refuses, that only `pull` uses the network, and what `pull` makes of hubs that
//! mean no good. The store and the download themselves are tested in `crates/models`.
#![cfg(all(feature = "ai", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop"
)]

mod common;
#[path = "../../models/src/tests/hub.rs"]
mod hub;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Said, finish, folder, snug};
use hub::{AUTHORITY, Do, Hub, honest, send_on};

/// A person with a folder for models, and one for files.
struct Person {
    models: PathBuf,
    files: PathBuf,
}

impl Person {
    fn new(name: &str) -> Self {
        let files = folder(name);
        Self {
            models: files.join("models"),
            files,
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = snug(&[&["model"], words].concat());
        command.env("SNUG_MODELS", &self.models);
        command
    }

    fn does(&self, words: &[&str]) -> Said {
        finish(&mut self.command(words))
    }

    /// The same, with something to say on standard input.
    fn answers(&self, words: &[&str], answer: &str) -> Said {
        let mut command = self.command(words);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.files.join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn stored(&self) -> Vec<PathBuf> {
        let Ok(found) = fs::read_dir(&self.models) else {
            return Vec::new();
        };
        let paths = found.map(|found| found.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|end| end == "gguf"))
            .collect()
    }
}

#[test]
fn the_list_says_what_there_is_and_makes_nothing() {
    let ana = Person::new("list");
    let said = ana.does(&["list"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for word in ["none yet", "qwen2.5-0.5b", "491.40 MB", "Apache-2.0", "of memory"] {
        assert!(said.out.contains(word), "{word}: {}", said.out);
    }
    let list = ana.does(&["list", "--json"]).json();
    assert!(list["machine"]["memory"].as_u64().unwrap() > 0);
    let models = list["models"].as_array().unwrap();
    let small = models
        .iter()
        .find(|model| model["name"] == "smollm2-135m")
        .unwrap();
    assert_eq!(
        small["sha256"],
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    );
    assert_eq!(
        (&small["digest"], &small["bytes"], &small["here"]),
        (&"seen".into(), &98_362_432.into(), &false.into())
    );
    for model in models {
        let is_pinned = model["digest"] == "first-download";
        assert_eq!(model["sha256"].is_null(), is_pinned, "{model}");
        assert!(
            model["fits"].is_boolean() && model["memory"].as_u64() > model["bytes"].as_u64(),
            "{model}"
        );
    }
    assert!(!ana.models.exists());
}

#[test]
fn a_file_is_added_checked_and_removed() {
    let ana = Person::new("add");
    let file = ana.file("Mine (1).gguf", b"GGUF and the rest");
    let added = ana.does(&["add", &file]);
    assert_eq!((added.code, added.err.as_str()), (Some(0), ""), "{added:?}");
    assert!(added.out.starts_with("mine-1: 17 B, sha256 "), "{added:?}");
    let stored = ana.stored();
    let name = stored[0].file_stem().unwrap().to_str().unwrap().to_owned();
    assert!(added.out.contains(&name), "{added:?}");

    let list = ana.does(&["list", "--json"]).json();
    let mine = list["models"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&mine["name"], &mine["here"], &mine["digest"]),
        (&"mine-1".into(), &true.into(), &"added".into())
    );
    let good = ana.does(&["verify", "--json"]).json();
    assert_eq!(good[0]["good"], true);

    fs::set_permissions(&stored[0], fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&stored[0], b"GGUF and the test").unwrap();
    let bad = ana.does(&["verify", "--json"]);
    assert_eq!(bad.code, Some(3), "{bad:?}");
    let rows: serde_json::Value = serde_json::from_str(&bad.out).unwrap();
    assert_eq!(rows[0]["good"], false);
    assert_ne!(rows[0]["found"], rows[0]["sha256"]);
    let bad = ana.does(&["verify", "mine-1"]);
    assert_eq!(bad.code, Some(3));
    assert!(
        bad.out.contains('✗') && bad.err.contains("snug model rm"),
        "{bad:?}"
    );
    fs::remove_file(&stored[0]).unwrap();
    let gone = ana.does(&["verify"]);
    assert_eq!(gone.code, Some(3));
    assert!(gone.out.contains("gone"), "{gone:?}");

    let removed = ana.does(&["rm", "mine-1"]);
    assert_eq!(removed.code, Some(0), "{removed:?}");
    ana.does(&["rm", "mine-1"]).refused(4);
    ana.does(&["verify", "mine-1"]).refused(4);
    assert_eq!(
        ana.does(&["verify"]).code,
        Some(0),
        "nothing here is nothing wrong"
    );
}

#[test]
fn what_makes_no_sense_has_its_exit_code_and_no_path_in_it() {
    let ana = Person::new("refused");
    let (good, other) = (
        ana.file("MARIGOLD.gguf", b"GGUF1"),
        ana.file("other.gguf", b"GGUF2"),
    );
    let page = ana.file("MARIGOLD.html", b"<html>");
    let files = ana.files.to_str().unwrap().to_owned();
    assert_eq!(ana.does(&["add", &good, "--name", "mine"]).code, Some(0));
    for (words, code) in [
        (&["add", &page][..], 2),
        (&["add", &files], 2),
        (&["add", "/dev/zero"], 2),
        (&["add", &format!("{files}/MARIGOLD-none")], 2),
        (&["add", &other, "--name", "mine"], 2),
        (&["add", &good, "--name", "qwen3-4b"], 3),
        (&["pull", "no-such-model"], 2),
        (&["pull", "smollm2-135m", "--yes"], 4),
        (&["rm", "no-such-model"], 4),
        // Names that would be paths, or more.
        (&["add", &good, "--name", "../MARIGOLD"], 2),
        (&["add", &good, "--name", "/tmp/MARIGOLD"], 2),
        (&["add", &good, "--name", "a b\u{1b}[2J"], 2),
        (&["pull", "../../etc/passwd"], 2),
        (&["rm", "index.json/../../MARIGOLD"], 2),
        (&["verify", ".."], 2),
        (&["rm", ""], 2),
    ] {
        let said = ana.does(words);
        said.refused(code);
        // What a person typed is said back by the reader of arguments, without what steers a terminal.
        assert!(!said.err.contains('\u{1b}'), "{said:?}");
        if words[0] == "add" && !words.contains(&"--name") {
            assert!(!said.err.contains("MARIGOLD"), "{said:?}");
        }
    }
    assert!(
        ana.does(&["pull", "smollm2-135m", "--yes"])
            .err
            .contains("make model")
    );
    assert_eq!(ana.stored().len(), 1);

    let index = ana.models.join("index.json");
    let content = fs::read_to_string(&index).unwrap();
    fs::write(&index, content.replace("\"mine\"", "\"../MARIGOLD\"")).unwrap();
    for words in [
        &["list"][..],
        &["verify"],
        &["rm", "mine"],
        &["add", &good],
        &["pull", "qwen2.5-0.5b", "--yes"],
    ] {
        assert!(!ana.does(words).refused(3).err.contains("MARIGOLD"), "{words:?}");
    }
    fs::write(&index, &content).unwrap();
    assert_eq!(ana.does(&["list"]).code, Some(0), "the control");

    fs::set_permissions(&ana.models, fs::Permissions::from_mode(0o777)).unwrap();
    ana.does(&["list"]).refused(4);
    fs::set_permissions(&ana.models, fs::Permissions::from_mode(0o700)).unwrap();
    let aside = ana.files.join("aside");
    fs::rename(&ana.models, &aside).unwrap();
    symlink(&aside, &ana.models).unwrap();
    ana.does(&["list"]).refused(4);
}

#[test]
fn pull_says_what_it_would_get_and_takes_silence_for_no() {
    let ana = Person::new("asks");
    for answer in ["", "n\n", "\n", "yesterday\n", "nyes\n"] {
        let said = ana.answers(&["pull", "smollm2-1.7b"], answer);
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(1), ""),
            "{answer:?}: {said:?}"
        );
        for word in [
            "1.06 GB",
            "Apache-2.0",
            "https://huggingface.co/HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF/",
            "not known yet",
            "this machine's address",
            "[y/N]",
        ] {
            assert!(said.err.contains(word), "{word}: {said:?}");
        }
    }
    assert!(!ana.models.exists());
}

/// The words that run something without any network, or nothing where the system does not let us.
fn without_a_network() -> Option<Vec<&'static str>> {
    let rights: [&[&str]; 2] = [&["--net"], &["--map-root-user", "--net"]];
    let found = rights.into_iter().find(|rights| {
        let mut unshare = Command::new("unshare");
        unshare.args(*rights).arg("true");
        unshare.output().is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        println!("skipped: this system does not let `unshare` take the network away");
    }
    found.map(|rights| [&["unshare"], rights].concat())
}

/// R10: `pull`, once told yes, opens a socket. Nothing else does, and needs none.
#[test]
fn only_pull_uses_the_network_and_only_after_a_yes() {
    let Some(without) = without_a_network() else {
        return;
    };
    let has_strace = Command::new("strace")
        .arg("-V")
        .output()
        .is_ok_and(|output| output.status.success());
    if !has_strace {
        println!("skipped: `strace` is not here");
        return;
    }
    let ana = Person::new("network");
    let file = ana.file("a.gguf", b"GGUF");
    let trace = ana.files.join("trace");
    let traced = |words: &[&str], answer: &str| {
        let inner = ana.command(words);
        let mut command = Command::new(without[0]);
        command.args(&without[1..]);
        command
            .args(["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o"])
            .arg(&trace);
        command.arg(inner.get_program()).args(inner.get_args());
        command
            .env("SNUG_MODELS", &ana.models)
            .env("HOME", "/nonexistent");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), fs::read_to_string(&trace).unwrap())
    };
    for (words, answer, code) in [
        (&["add", &file][..], "", 0),
        (&["list"], "", 0),
        (&["list", "--json"], "", 0),
        (&["verify"], "", 0),
        (&["rm", "a"], "", 0),
        (&["pull", "no-such-model", "--yes"], "", 2),
        (&["pull", "smollm2-135m", "--yes"], "", 4),
        (&["pull", "qwen2.5-0.5b"], "n\n", 1),
        (&["pull", "qwen2.5-0.5b"], "", 1),
    ] {
        assert_eq!(traced(words, answer), (Some(code), String::new()), "{words:?}");
    }
    for (words, answer) in [
        (&["pull", "qwen2.5-0.5b", "--yes"][..], ""),
        (&["pull", "qwen2.5-0.5b"], "y\n"),
    ] {
        let (code, trace) = traced(words, answer);
        assert_eq!(code, Some(5), "{words:?}");
        assert!(
            trace.contains("socket("),
            "the control: {words:?} opens a socket: {trace}"
        );
    }
    assert_eq!(ana.stored(), [""; 0].map(PathBuf::from));
}

const OWN: &str = "SNUG_TEST_NETWORK";

/// The program, its real address book and port, and a hub that means no good: in a network with nothing but a loopback device, where
/// `/etc/hosts` says that the hub is here.
#[test]
fn the_program_against_hubs_that_mean_no_good() {
    const ENTER: &str = "ip link set lo up && mount --bind \"$0\" /etc/hosts || exit 77; exec \"$@\"";
    let files = folder("own-network");
    let hosts = files.join("hosts");
    fs::write(
        &hosts,
        "127.0.0.1 localhost huggingface.co us.aws.cdn.hf.co elsewhere.example\n",
    )
    .unwrap();
    let mut why = String::new();
    for rights in [
        &["--net", "--mount"][..],
        &["--map-root-user", "--net", "--mount"],
    ] {
        let run = Command::new("unshare")
            .args(rights)
            .args(["--", "sh", "-c", ENTER])
            .arg(&hosts)
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "the_hubs_in_their_network", "--ignored", "--nocapture"])
            .env(OWN, "own")
            .output();
        match run {
            Ok(run) if run.status.success() => {
                print!("{}", String::from_utf8_lossy(&run.stdout));
                return;
            }
            Ok(run) if String::from_utf8_lossy(&run.stdout).contains("running 1 test") => panic!(
                "{}{}",
                String::from_utf8_lossy(&run.stdout),
                String::from_utf8_lossy(&run.stderr)
            ),
            Ok(run) => why = String::from_utf8_lossy(&run.stderr).into_owned(),
            Err(error) => why = error.to_string(),
        }
    }
    println!("skipped: no network of its own can be made here ({})", why.trim());
}

#[test]
#[ignore = "started by the_program_against_hubs_that_mean_no_good"]
fn the_hubs_in_their_network() {
    const BYTES: usize = 491_400_032;
    if std::env::var_os(OWN).is_none() {
        return;
    }
    let ana = Person::new("hubs");
    let authority = ana.file("authority.pem", AUTHORITY);
    let pull = || ana.does(&["pull", "qwen2.5-0.5b", "--yes", "--authority", &authority]);
    let refused = |code: i32, word: &str| {
        let said = pull();
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(code), ""),
            "{word}: {said:?}"
        );
        assert!(
            said.err.lines().last().unwrap().contains(word),
            "{word}: {said:?}"
        );
        assert_eq!(ana.stored(), [""; 0].map(PathBuf::from));
        said
    };
    let at = |rule: fn(&hub::Asked, usize) -> Vec<Do>| Hub::at("127.0.0.1:443".parse().unwrap(), rule);

    refused(5, "cannot be reached");
    {
        let hub = at(|_, _| send_on("http://huggingface.co/x"));
        refused(3, "without https");
        assert_eq!(hub.asked().len(), 1);
        let path = "/Qwen/Qwen2.5-0.5B-Instruct-GGUF/resolve/9217f5db79a29953eb74d5343926648285ec7e67/qwen2.5-0.5b-instruct-q4_k_m.gguf";
        assert_eq!(
            (hub.asked()[0].host.as_str(), hub.asked()[0].path.as_str()),
            ("huggingface.co", path)
        );
        // Without the authority of the test nobody is asked anything.
        let said = ana.does(&["pull", "qwen2.5-0.5b", "--yes"]);
        assert_eq!(said.code, Some(5), "{said:?}");
        assert!(said.err.contains("certificate"), "{said:?}");
        assert_eq!(hub.asked().len(), 1);
    }
    {
        let _hub = at(|_, _| send_on("https://elsewhere.example/x"));
        refused(3, "not one of its own");
    }
    {
        let _hub = at(|_, _| {
            vec![Do::Send(
                b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n".to_vec(),
            )]
        });
        refused(3, "another file");
    }
    {
        let _hub = at(|_, _| {
            vec![Do::Send(
                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
            )]
        });
        refused(5, "does not have this file");
    }
    // It breaks off after a few megabytes; what came is kept, shown, gone on with, and found to be another file.
    let other: &'static [u8] = Vec::leak(b"GGUF".repeat(BYTES / 4));
    {
        let _hub = Hub::at(
            "127.0.0.1:443".parse().unwrap(),
            move |asked, before| match before {
                0 => honest(asked, other),
                1 => {
                    let mut answer = hub::head_of(asked, other).into_bytes();
                    answer.extend(&other[..3 << 20]);
                    vec![Do::Send(answer), Do::Drop]
                }
                // A second later it is asked again, by itself.
                _ => vec![Do::Send(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
                )],
            },
        );
        refused(5, "does not have this file");
    }
    let list = ana.does(&["list", "--json"]).json();
    let begun = list["models"][1]["begun"].as_u64().unwrap();
    assert!(begun > 0);
    assert!(ana.does(&["list"]).out.contains("pull it to go on"));
    {
        let hub = Hub::at("127.0.0.1:443".parse().unwrap(), move |asked, _| {
            honest(asked, other)
        });
        refused(3, "not the file");
        let asked = hub.asked();
        let from = asked.iter().find_map(|asked| asked.from);
        assert_eq!(from, Some(usize::try_from(begun).unwrap()));
    }
    assert_eq!(
        ana.does(&["list", "--json"]).json()["models"][1]["begun"],
        serde_json::Value::Null
    );
    assert!(is_empty_but_for_the_index(&ana.models));
    a_first_download_to_its_end(&authority);
}

/// The smallest file whose digest the catalogue does not know has about a gigabyte; the hub makes it up as it goes.
fn a_first_download_to_its_end(authority: &str) {
    const MIB: usize = 1000;
    let ben = Person::new("first");
    let room = Command::new("df")
        .args(["--output=avail", "-B1"])
        .arg(&ben.files)
        .output()
        .unwrap();
    let room = String::from_utf8(room.stdout).unwrap();
    if room
        .lines()
        .last()
        .is_none_or(|free| free.trim().parse::<u64>().unwrap_or(0) < 4 << 30)
    {
        println!("skipped: there is no room for a whole model here");
        return;
    }
    let _hub = Hub::at("127.0.0.1:443".parse().unwrap(), |asked, _| {
        if asked.host == "huggingface.co" {
            return send_on("https://us.aws.cdn.hf.co/x");
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", MIB << 20);
        vec![
            Do::Send(head.into_bytes()),
            Do::Repeat(b"GGUF".repeat(1 << 18), MIB),
        ]
    });
    let pulled = ben.answers(&["pull", "smollm2-1.7b", "--authority", authority], "y\n");
    assert_eq!(pulled.code, Some(0), "{pulled:?}");
    let said = pulled.out.lines().next().unwrap();
    let (_, digest) = said.split_once("sha256 ").unwrap();
    assert!(pulled.out.contains("Its digest is kept"), "{pulled:?}");
    assert_eq!(ben.stored(), [ben.models.join(format!("{digest}.gguf"))]);
    let again = ben.does(&["pull", "smollm2-1.7b"]);
    assert_eq!(
        (again.code, again.err.as_str()),
        (Some(0), ""),
        "what is here is not asked about: {again:?}"
    );
    let list = ben.does(&["list", "--json"]).json();
    let model = list["models"]
        .as_array()
        .unwrap()
        .iter()
        .find(|model| model["name"] == "smollm2-1.7b")
        .unwrap();
    assert_eq!(
        (&model["digest"], &model["sha256"]),
        (&"pinned".into(), &digest.into())
    );
    // What was kept outlives the file.
    assert_eq!(ben.does(&["rm", "smollm2-1.7b"]).code, Some(0));
    let asked = ben.answers(&["pull", "smollm2-1.7b"], "n\n");
    assert!(asked.err.contains(digest), "{asked:?}");
    assert_eq!(ben.does(&["rm", "smollm2-1.7b", "--forget"]).code, Some(0));
    assert!(
        ben.answers(&["pull", "smollm2-1.7b"], "n\n")
            .err
            .contains("not known yet")
    );
}

fn is_empty_but_for_the_index(models: &Path) -> bool {
    let names = fs::read_dir(models)
        .unwrap()
        .map(|found| found.unwrap().file_name());
    names
        .into_iter()
        .all(|name| name == "index.json" || name == "lock")
}
