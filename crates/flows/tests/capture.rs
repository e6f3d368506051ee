//! R1: what crosses the wire, and what the server's disk keeps, hold no word of a conversation, no name, no title and no
//! file name.
//!
//! The conversation takes place in a network of its own (a namespace), where every packet of the loopback device is
//! recorded; there is nothing else in it. No TLS is used, as always on one machine: what is found unreadable here is so
//! because of the envelopes. The controls send the same texts over plain HTTP and over a plain WebSocket whose client masks
//! its frames, record them in the same way, and find every word; and the same search finds every word in a client's store
//! without its key.
//!
//! Making a namespace is for the administrator, or for everybody where the system lets them be one in a namespace of
//! their own. Where neither is allowed, or there is no python3, this is skipped and says so.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop, and says what it measured"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;

use chat::Suite;
use chat::consent::Wish;
use client::ClientError;
use client::api::{ChatState, Draft};
use client::archive::{self, Request};
use delivery::{ToClient, ToServer};
use flows::capture::{Capture, Message, Needles, Recording, Stream, messages, streams};
use flows::{Person, Town};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite;

const NAMES: [&str; 3] = ["Zebulona Quixworth", "Ottokar Fennimore", "Wilhelmina Übelacker"];
const TITLES: [&str; 2] = ["Operation Marzipan", "Lighthouse-Committee"];
const MESSAGES: [&str; 5] = [
    "the rhododendron blooms at Thermopylae",
    "surprise party for Persephone on Michaelmas",
    "Überraschung für die Schwiegermutter",
    "the password of the boathouse is krakatoa-bumblebee",
    "सम्मेलन शुक्रवार को है",
];
const REPLY: &str = "agreed, bring the kaleidoscope";
const FILE_NAME: &str = "Secretariat-minutes-2031.txt";
const FILE: &str = "1/3/24, 9:15 - Hildegunde: the accordion was delivered\n\
                    1/3/24, 9:16 - Barnabas: pay the upholsterer\n";
/// What is looked for: in each text above, every part that nobody writes by chance.
const WORDS: [&str; 26] = [
    "Zebulona",
    "Quixworth",
    "Ottokar F",
    "Fennimore",
    "Wilhelmina",
    "Übelacker",
    "Operation Marzipan",
    "Lighthouse-Committee",
    "rhododendron",
    "Thermopylae",
    "surprise party",
    "Persephone",
    "Michaelmas",
    "Überraschung",
    "Schwiegermutter",
    "password of the boathouse",
    "krakatoa",
    "bumblebee",
    "सम्मेलन",
    "शुक्रवार",
    "kaleidoscope",
    "Secretariat-minutes",
    "Hildegunde",
    "accordion",
    "Barnabas",
    "upholsterer",
];

fn texts() -> impl Iterator<Item = &'static str> {
    NAMES
        .into_iter()
        .chain(TITLES)
        .chain(MESSAGES)
        .chain([REPLY, FILE_NAME, FILE])
}

#[test]
fn a_recording_of_everything_and_the_servers_disk_hold_no_word() {
    in_a_network_of_its_own("the_conversation_in_its_network");
}

#[test]
fn control_without_envelopes_every_word_is_found() {
    in_a_network_of_its_own("the_controls_in_their_network");
}

/// Runs an ignored test of this file in a namespace with nothing but a loopback device.
fn in_a_network_of_its_own(test: &str) {
    const ENTER: &str = "ip link set lo up || exit 77; python3 -c '' || exit 77; exec \"$@\"";
    let program = std::env::current_exe().unwrap();
    let mut why = String::new();
    for rights in [&["--net"][..], &["--map-root-user", "--net"]] {
        let run = Command::new("unshare")
            .args(rights)
            .args(["--", "sh", "-c", ENTER, "sh"])
            .arg(&program)
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env("SNUG_TEST_NETWORK", "own")
            .output();
        match run {
            Ok(run) if run.status.success() => {
                print!("{}", String::from_utf8_lossy(&run.stdout));
                return;
            }
            Ok(run) if String::from_utf8_lossy(&run.stdout).contains("running 1 test") => {
                panic!(
                    "{}{}",
                    String::from_utf8_lossy(&run.stdout),
                    String::from_utf8_lossy(&run.stderr)
                );
            }
            Ok(run) => why = String::from_utf8_lossy(&run.stderr).into_owned(),
            Err(error) => why = error.to_string(),
        }
    }
    println!("skipped: no network of its own can be made here ({})", why.trim());
}

/// Whether this is the process that the tests above start.
fn is_alone() -> bool {
    std::env::var_os("SNUG_TEST_NETWORK").is_some()
}

#[test]
#[ignore = "started by another test"]
fn the_conversation_in_its_network() {
    if !is_alone() {
        return;
    }
    let needles = Needles::new(&WORDS);
    let capture = Capture::start().expect("in a network of our own everything may be recorded");
    let mut town = Town::new();
    let people = talk(&town);
    let server = town.server();
    let disk = everything_in(&town.server_folder());
    town.stop_server();
    let recording = capture.stop();

    let seen = Seen::of(&recording);
    assert_eq!(seen.find(&needles), BTreeSet::new());
    // It is a recording of the conversation: every packet, every stream whole, none of them hidden by TLS, and each
    // message of it a frame of the protocol.
    assert_eq!(recording.lost, 0);
    assert!(seen.streams.iter().all(|stream| stream.is_whole));
    let port: u16 = server.rsplit(':').next().unwrap().parse().unwrap();
    let (mut asked, mut answered) = (0, 0);
    for (stream, messages) in seen.streams.iter().zip(&seen.messages) {
        let messages = messages
            .iter()
            .filter(|message| ![8, 9, 10].contains(&message.opcode));
        if stream.to.port() == port {
            assert!(stream.bytes.starts_with(b"GET /v1 HTTP/1.1\r\n"));
            for message in messages {
                assert!(message.is_masked);
                ToServer::decode(&message.payload).unwrap();
                asked += 1;
            }
        } else {
            assert!(stream.bytes.starts_with(b"HTTP/1.1 101 "));
            assert_eq!(stream.from.port(), port);
            for message in messages {
                ToClient::decode(&message.payload).unwrap();
                answered += 1;
            }
        }
    }
    assert!(seen.streams.len() >= 2 * people.len());
    assert!(
        asked >= 60 && answered == asked,
        "{asked} requests, {answered} answers"
    );
    println!(
        "R1: {} packets, {} bytes, {} streams, {asked} requests, {answered} answers: none of {} words",
        recording.packets.len(),
        recording.bytes(),
        seen.streams.len(),
        WORDS.len()
    );

    assert_eq!(needles.find(&disk), BTreeSet::new());
    assert_eq!(
        needles.find(&everything_in(&town.server_folder())),
        BTreeSet::new()
    );
    assert!(disk.len() > 100_000, "the server keeps what it delivers");
    println!("R1: {} bytes on the server's disk: none of them", disk.len());

    // The first store, without its key, holds them all.
    let plain = without_key(&people[0], &town.server_folder().join("plain.db"));
    assert_eq!(words_of(&needles.find(&plain)), all_words());
}

/// Three people: accounts, a chat, invitations, messages, a reply, consent up and down, an archive, a farewell, and the
/// server gone and back in between.
fn talk(town: &Town) -> Vec<Person> {
    let people: Vec<Person> = NAMES.iter().map(|name| town.person(name)).collect();
    let [zebulona, ottokar, wilhelmina] = &people[..] else {
        panic!("three")
    };
    let chat = zebulona.new_chat(TITLES[0], &[ottokar, wilhelmina]);
    let _ = zebulona
        .client()
        .new_chat(TITLES[1].into(), vec![ottokar.address.clone()], Suite::Classical)
        .wait()
        .unwrap();
    ottokar.join(TITLES[1]);
    for (number, words) in MESSAGES.into_iter().enumerate() {
        let speaker = &people[number % people.len()];
        speaker.say(speaker.chat(TITLES[0]), words);
        for listener in &people {
            assert_eq!(listener.sync().warnings, Vec::<String>::new());
        }
    }
    let asked = ottokar.all(ottokar.chat(TITLES[0])).last().unwrap().n;
    let reply = Draft {
        text: REPLY.into(),
        reply_to: Some(asked),
        ..Draft::default()
    };
    let theirs = ottokar.chat(TITLES[0]);
    ottokar.client().send(theirs, reply).wait().unwrap();
    ottokar.client().set_consent(theirs, Wish::Off).wait().unwrap();
    zebulona.sync();
    zebulona.client().set_confidential(chat).wait().unwrap();
    import(zebulona);
    wilhelmina
        .client()
        .leave(wilhelmina.chat(TITLES[0]))
        .wait()
        .unwrap();
    zebulona.sync();
    ottokar.sync();
    zebulona.say(chat, MESSAGES[0]);
    // All of it did happen.
    ottokar.sync();
    let heard: Vec<String> = ottokar.heard(theirs).into_iter().map(|(_, text)| text).collect();
    let said = MESSAGES.into_iter().chain([REPLY, MESSAGES[0]]);
    assert!(heard.iter().map(String::as_str).eq(said), "{heard:?}");
    assert_eq!(ottokar.client().members(theirs).wait().unwrap().members.len(), 2);
    people
}

fn import(person: &Person) {
    let kept = person.client().with_store(|store| {
        let request = Request {
            file_name: FILE_NAME,
            ..Request::default()
        };
        archive::keep(store, FILE.as_bytes(), &request, chat::Time::ZERO)
            .map_err(|_| ClientError::Bug("the archive was not kept"))
    });
    assert_eq!(kept.wait().unwrap().chats.len(), 1);
    let chats = person.client().chats().wait().unwrap();
    let archive = chats
        .iter()
        .find(|chat| chat.state == ChatState::Archive)
        .unwrap();
    assert_eq!(
        person
            .client()
            .read(archive.id, client::api::Page::Last(9))
            .wait()
            .unwrap()
            .len(),
        2
    );
}

#[test]
#[ignore = "started by another test"]
fn the_controls_in_their_network() {
    if !is_alone() {
        return;
    }
    let needles = Needles::new(&WORDS);

    let capture = Capture::start().expect("in a network of our own everything may be recorded");
    http_echo();
    let recording = capture.stop();
    let seen = Seen::of(&recording);
    let raw = recording.packets.iter().flat_map(|packet| needles.find(packet));
    assert_eq!(words_of(&raw.collect()), all_words());
    for stream in &seen.streams {
        assert_eq!(words_of(&needles.find(&stream.bytes)), all_words());
    }
    println!("control, HTTP: {} bytes, every word", recording.bytes());

    let capture = Capture::start().expect("in a network of our own everything may be recorded");
    websocket_echo();
    let recording = capture.stop();
    let seen = Seen::of(&recording);
    assert_eq!(seen.streams.len(), 2);
    let client = seen
        .messages
        .iter()
        .position(|all| all.iter().all(|message| message.is_masked));
    let client = client.expect("the client masks its frames");
    // What a client sends is found after unmasking, and only then: without it the test above would prove nothing.
    assert_eq!(needles.find(&seen.streams[client].bytes), BTreeSet::new());
    for messages in &seen.messages {
        let joined: Vec<u8> = messages
            .iter()
            .flat_map(|message| message.payload.clone())
            .collect();
        assert_eq!(words_of(&needles.find(&joined)), all_words());
    }
    println!(
        "control, WebSocket: {} bytes, every word in both directions",
        recording.bytes()
    );
}

/// Each text goes out in the body of a POST and comes back.
fn http_echo() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let body: String = texts().collect::<Vec<_>>().join("\n");
    let length = body.len();
    let echo = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !ends_with_body(&request, length) {
            let mut part = [0; 512];
            let count = stream.read(&mut part).unwrap();
            assert!(count > 0);
            request.extend(&part[..count]);
        }
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").unwrap();
        stream.write_all(&request[request.len() - length..]).unwrap();
    });
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with(&body));
    echo.join().unwrap();
}

fn ends_with_body(request: &[u8], length: usize) -> bool {
    let head = request.windows(4).position(|window| window == b"\r\n\r\n");
    head.is_some_and(|head| request.len() >= head + 4 + length)
}

fn websocket_echo() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let echo = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
            while let Some(Ok(message)) = socket.next().await {
                if message.is_binary() {
                    socket.send(message).await.unwrap();
                }
            }
        });
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (mut socket, _) = tokio_tungstenite::client_async("ws://localhost/echo", stream)
            .await
            .unwrap();
        for text in texts() {
            let message = tungstenite::Message::binary(text.as_bytes().to_vec());
            socket.send(message.clone()).await.unwrap();
            assert_eq!(socket.next().await.unwrap().unwrap(), message);
        }
        socket.close(None).await.unwrap();
        while socket.next().await.is_some() {}
        echo.await.unwrap();
    });
}

/// A recording, taken apart.
struct Seen<'a> {
    recording: &'a Recording,
    streams: Vec<Stream>,
    /// Of each stream.
    messages: Vec<Vec<Message>>,
}

impl<'a> Seen<'a> {
    fn of(recording: &'a Recording) -> Self {
        let streams = streams(&recording.packets);
        let messages = streams
            .iter()
            .map(|stream| messages(&stream.bytes).unwrap_or_default())
            .collect();
        Self {
            recording,
            streams,
            messages,
        }
    }

    /// The words in packets, in streams, in messages and in messages joined.
    fn find(&self, needles: &Needles) -> BTreeSet<flows::capture::Hit> {
        let packets = self.recording.packets.iter().map(Vec::as_slice);
        let streams = self.streams.iter().map(|stream| stream.bytes.as_slice());
        let payloads = self
            .messages
            .iter()
            .flatten()
            .map(|message| message.payload.as_slice());
        let joined: Vec<Vec<u8>> = self
            .messages
            .iter()
            .map(|messages| {
                messages
                    .iter()
                    .flat_map(|message| message.payload.clone())
                    .collect()
            })
            .collect();
        packets
            .chain(streams)
            .chain(payloads)
            .chain(joined.iter().map(Vec::as_slice))
            .flat_map(|bytes| needles.find(bytes))
            .collect()
    }
}

fn words_of(hits: &BTreeSet<flows::capture::Hit>) -> BTreeSet<String> {
    hits.iter().map(|hit| hit.word.clone()).collect()
}

fn all_words() -> BTreeSet<String> {
    WORDS.iter().map(|word| (*word).to_owned()).collect()
}

/// The server's database, its log, and whatever else lies there.
fn everything_in(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).unwrap();
    files
        .filter_map(|file| fs::read(file.unwrap().path()).ok())
        .flatten()
        .collect()
}

fn without_key(person: &Person, file: &Path) -> Vec<u8> {
    fs::write(file, "").unwrap();
    let attach = format!(
        "ATTACH DATABASE '{}' AS plain KEY ''; SELECT sqlcipher_export('plain'); DETACH DATABASE plain;",
        file.display()
    );
    let exported = person.client().with_store(move |store| {
        let done = store.connection().execute_batch(&attach);
        done.map_err(|_| ClientError::Bug("the store was not exported"))
    });
    exported.wait().unwrap();
    fs::read(file).unwrap()
}
