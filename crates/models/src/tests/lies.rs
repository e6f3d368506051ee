//! Hubs that lie, stall, send elsewhere or are somebody else. Each refusal stands beside the same thing done honestly.

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::time::Duration;
use std::{fs, thread};

use super::hub::{Asked, Do, Hub, answer, head_of, honest, send_on};
use super::{Place, digest, entry, get, is_there, model, settings, unknown};
use crate::pull::{Roots, pull};
use crate::{PullError, StoreError};

/// A hub that always sends this.
fn saying(head: &str, body: &[u8]) -> Hub {
    let all = [
        format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes(),
        body,
    ]
    .concat();
    Hub::start(move |_, _| vec![Do::Send(all.clone())])
}

/// What a first download from such a hub comes to. The store has to hold nothing of it.
fn refused(hub: &Hub, file: &[u8]) -> PullError {
    let place = Place::new();
    let error = get(&place, &entry(file), hub).unwrap_err();
    place.holds_nothing();
    error
}

#[test]
fn control_an_honest_hub_is_believed() {
    let (place, file) = (Place::new(), model(5000));
    get(
        &place,
        &entry(&file),
        &saying("200 OK\r\nContent-Length: 5000", &file),
    )
    .unwrap();
    is_there(&place, &entry(&file), &file);
}

#[test]
fn lies_about_the_size() {
    let file = model(5000);
    for (head, body) in [
        ("200 OK\r\nContent-Length: 4999", &file[..4999]),
        ("200 OK\r\nContent-Length: 999999999999", &file[..]),
    ] {
        let error = refused(&saying(head, body), &file);
        assert!(
            matches!(error, PullError::OtherSize { expected: 5000, .. }),
            "{head}: {error}"
        );
    }
    for head in [
        // None at all, two of them, and another one of the hub's own.
        "200 OK",
        "200 OK\r\nTransfer-Encoding: chunked",
        "200 OK\r\nContent-Length: 5000\r\nX-Linked-Size: 5001",
        "200 OK\r\nContent-Length: 5000\r\nContent-Encoding: gzip",
        "206 Partial Content\r\nContent-Range: bytes 0-4999/5000",
    ] {
        let body = if head.contains("chunked") {
            b"0\r\n\r\n"
        } else {
            &file[..]
        };
        let error = refused(&saying(head, body), &file);
        assert!(matches!(error, PullError::Lied(_)), "{head}: {error}");
    }
}

#[test]
fn less_than_it_said_is_a_broken_connection_and_kept() {
    let (place, file) = (Place::new(), model(5000));
    let error = get(
        &place,
        &entry(&file),
        &saying("200 OK\r\nContent-Length: 5000", &file[..3000]),
    );
    assert!(
        matches!(error, Err(PullError::Interrupted { of: 5000, .. })),
        "{error:?}"
    );
    assert_eq!(place.store().list().unwrap(), []);
    assert!(place.part(&entry(&file)) <= 3000);
}

/// A hub that drops once, then sends the rest by this rule.
fn second(file: &[u8], rule: impl Fn(&Asked, &[u8]) -> Vec<Do> + Send + Sync + 'static) -> Hub {
    let file = file.to_vec();
    Hub::start(move |asked, before| {
        if before > 0 {
            return rule(asked, &file);
        }
        let mut answer = answer(asked, &file);
        answer.truncate(head_of(asked, &file).len() + 20_000);
        vec![Do::Send(answer), Do::Drop]
    })
}

#[test]
fn more_than_it_said_is_thrown_away() {
    let file = model(50_000);
    // A length would end it; in chunks it can go on.
    let hub = second(&file, |asked, file| {
        let from = asked.from.unwrap();
        let rest = [&file[from..], b"and more"].concat();
        let head = format!(
            "HTTP/1.1 206 Partial Content\r\nTransfer-Encoding: chunked\r\nContent-Range: bytes {from}-{}/{}\r\n\r\n{:x}\r\n",
            file.len() - 1,
            file.len(),
            rest.len()
        );
        vec![Do::Send([head.as_bytes(), &rest, b"\r\n0\r\n\r\n"].concat())]
    });
    let (place, entry) = (Place::new(), entry(&file));
    assert!(get(&place, &entry, &hub).is_err());
    assert!(place.part(&entry) > 0, "control: something is here");
    let error = get(&place, &entry, &hub).unwrap_err();
    assert!(matches!(error, PullError::Lied(_)), "{error}");
    place.holds_nothing();
}

#[test]
fn another_part_than_the_one_asked_for_is_thrown_away() {
    let file = model(50_000);
    let hub = second(&file, |asked, file| {
        let mut asked = asked.clone();
        asked.from = asked.from.map(|from| from + 1);
        vec![Do::Send(answer(&asked, file))]
    });
    let (place, entry) = (Place::new(), entry(&file));
    assert!(get(&place, &entry, &hub).is_err());
    let error = get(&place, &entry, &hub).unwrap_err();
    assert!(matches!(error, PullError::Lied(_)), "{error}");
    place.holds_nothing();
}

#[test]
fn the_whole_where_the_rest_was_asked_for_is_taken_from_the_beginning() {
    let file = model(50_000);
    // Once with 200, once with 416 and then 200.
    let whole = second(&file, |asked, file| {
        let asked = Asked {
            from: None,
            ..asked.clone()
        };
        vec![Do::Send(answer(&asked, file))]
    });
    let refusing = second(&file, |asked, file| match asked.from {
        Some(_) => {
            let head = "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            vec![Do::Send(head.into())]
        }
        None => vec![Do::Send(answer(asked, file))],
    });
    for hub in [whole, refusing] {
        let (place, entry) = (Place::new(), entry(&file));
        assert!(get(&place, &entry, &hub).is_err());
        assert!(place.part(&entry) > 0);
        get(&place, &entry, &hub).unwrap();
        is_there(&place, &entry, &file);
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_taken_from_the_beginning() {
    let (old, new) = (model(50_000), [&model(49_000)[..], &[7; 1500]].concat());
    let served = new.clone();
    let hub = second(&old, move |asked, _| match asked.from {
        // A server that does not know If-Range.
        Some(_) => vec![Do::Send(
            String::from_utf8_lossy(&answer(asked, &served))
                .replace("\"one\"", "\"two\"")
                .into(),
        )],
        None => vec![Do::Send(answer(asked, &served))],
    });
    let place = Place::new();
    let entry = entry(&new);
    let mut first = entry;
    first.size = crate::Size::Exactly(50_000);
    assert!(get(&place, &first, &hub).is_err());
    assert!(place.part(&entry) > 0);
    get(&place, &entry, &hub).unwrap();
    is_there(&place, &entry, &new);
}

#[test]
fn a_hub_that_begins_again_and_again_is_given_up() {
    let file = model(3 << 20);
    let served = file.clone();
    // Each connection brings more than enough to count as getting somewhere, and the next begins at nothing.
    let hub = Hub::start(move |asked, _| {
        let asked = Asked {
            from: None,
            ..asked.clone()
        };
        let mut answer = answer(&asked, &served);
        answer.truncate(2 << 20);
        vec![Do::Send(answer), Do::Drop]
    });
    let place = Place::new();
    let mut settings = settings(&hub);
    settings.attempts = 50;
    let error = pull(&place.store(), &entry(&file), &settings, &mut |_| ()).unwrap_err();
    assert!(matches!(error, PullError::Lied(_)), "{error}");
    assert!(hub.asked().len() < 10);
    place.holds_nothing();
}

#[test]
fn other_bytes_are_thrown_away() {
    let file = model(5000);
    let mut other = file.clone();
    other[4000] ^= 1;
    let error = refused(&Hub::honest(&other), &file);
    assert!(
        matches!(&error, PullError::WrongDigest { found, expected } if (*found, *expected) == (digest(&other), digest(&file))),
        "{error}"
    );
}

#[test]
fn on_a_first_download_the_hubs_own_word_and_the_form_of_a_model_count() {
    let file = model(5000);
    let first = |head: &str, body: &[u8]| {
        let place = Place::new();
        let pulled = get(&place, &unknown(5000), &saying(head, body));
        if pulled.is_err() {
            place.holds_nothing();
        }
        pulled
    };
    let stating =
        |digest: crate::Digest| format!("200 OK\r\nContent-Length: 5000\r\nX-Linked-ETag: \"{digest}\"");
    first(&stating(digest(&file)), &file).unwrap();
    let error = first(&stating(digest(b"another")), &file).unwrap_err();
    assert!(matches!(error, PullError::WrongDigest { .. }), "{error}");
    // A page that says sorry.
    let page = "<html>".repeat(900);
    let error = first("200 OK\r\nContent-Length: 5400", page.as_bytes()).unwrap_err();
    assert!(matches!(error, PullError::NotGguf), "{error}");
    // Far from what the card says.
    let error = first("200 OK\r\nContent-Length: 6000", &model(6000)).unwrap_err();
    assert!(matches!(error, PullError::OtherSize { .. }), "{error}");
}

#[test]
fn redirects_lead_to_the_hubs_own_hosts_over_https_or_nowhere() {
    let file = model(5000);
    let leading = |to: &str| {
        let (to, file) = (to.to_owned(), file.clone());
        Hub::start(move |asked, before| {
            if before == 0 {
                send_on(&to)
            } else {
                vec![Do::Send(answer(asked, &file))]
            }
        })
    };
    for to in [
        "https://us.aws.cdn.hf.co/x",
        "https://cas-bridge.xethub.hf.co/x?y",
        "/api/resolve-cache/x",
    ] {
        let (place, hub) = (Place::new(), leading(to));
        get(&place, &entry(&file), &hub).unwrap();
        is_there(&place, &entry(&file), &file);
    }
    for to in [
        "http://huggingface.co/x",
        "http://us.aws.cdn.hf.co/x",
        "http://127.0.0.1/x",
        "ftp://huggingface.co/x",
    ] {
        let hub = leading(to);
        let error = refused(&hub, &file);
        assert!(matches!(error, PullError::NotHttps), "{to}: {error}");
        assert_eq!(hub.asked().len(), 1, "{to}");
    }
    // The certificate of the tests is good for these two names: it is not TLS that stops them.
    for to in [
        "https://elsewhere.example/x",
        "https://huggingface.co.elsewhere.example/x",
        "//elsewhere.example/x",
        "https://huggingface.co@elsewhere.example/x",
        "https://huggingface.co:444/x",
        "file:///etc/passwd",
        "x",
        "",
    ] {
        let hub = leading(to);
        let error = refused(&hub, &file);
        assert!(
            matches!(error, PullError::Elsewhere | PullError::NotHttps),
            "{to}: {error}"
        );
        assert_eq!(hub.asked().len(), 1, "{to}");
    }
    let error = refused(&saying("302 Found\r\nContent-Length: 0", b""), &file);
    assert!(matches!(error, PullError::Elsewhere), "{error}");
}

#[test]
fn it_is_sent_on_five_times_and_not_six() {
    let file = model(5000);
    for (times, is_followed) in [(5, true), (6, false)] {
        let served = file.clone();
        let hub = Hub::start(move |asked, before| {
            if before < times {
                send_on(&format!("/{before}"))
            } else {
                vec![Do::Send(answer(asked, &served))]
            }
        });
        let place = Place::new();
        let pulled = get(&place, &entry(&file), &hub);
        assert_eq!(pulled.is_ok(), is_followed, "{times}: {pulled:?}");
        assert_eq!(hub.asked().len(), 6);
        if let Err(error) = pulled {
            assert!(matches!(error, PullError::TooManyRedirects), "{error}");
            place.holds_nothing();
        }
    }
}

#[test]
fn silence_ends_it_wherever_it_falls() {
    let file = model(100_000);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", file.len()).into_bytes();
    let half = [&head[..], &file[..40_000]].concat();
    let cases: [Vec<Do>; 4] = [
        vec![Do::Hold],
        vec![Do::Send(head[..20].to_vec()), Do::Hold],
        vec![Do::Send(half.clone()), Do::Hold],
        // A byte now and then is silence too.
        vec![
            Do::Send(half),
            Do::Trickle(file[40_000..].to_vec(), 1, Duration::from_millis(20)),
        ],
    ];
    for (number, case) in cases.into_iter().enumerate() {
        let hub = Hub::start(move |_, _| case.clone());
        let place = Place::new();
        let mut settings = settings(&hub);
        settings.patience = Duration::from_millis(400);
        let error = pull(&place.store(), &entry(&file), &settings, &mut |_| ()).unwrap_err();
        let why = match error {
            PullError::Interrupted { why, .. } => *why,
            other => other,
        };
        assert!(matches!(why, PullError::Silent), "{number}: {why}");
        assert_eq!(place.store().list().unwrap(), []);
    }
    // A port where nobody speaks at all.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let hub = Hub::honest(&file);
    let mut settings = settings(&hub);
    settings.hub = Some(listener.local_addr().unwrap());
    settings.patience = Duration::from_millis(300);
    let error = pull(&Place::new().store(), &entry(&file), &settings, &mut |_| ()).unwrap_err();
    assert!(matches!(error, PullError::Silent), "{error}");
}

#[test]
fn whoever_is_not_the_hub_is_not_believed() {
    let file = model(5000);
    let hub = Hub::honest(&file);
    // The authorities of the web do not know the test's.
    let mut ordinary = settings(&hub);
    ordinary.roots = Roots::default();
    let place = Place::new();
    let error = pull(&place.store(), &entry(&file), &ordinary, &mut |_| ()).unwrap_err();
    assert!(matches!(error, PullError::Certificate), "{error}");
    assert_eq!(
        hub.asked().len(),
        0,
        "nothing was asked before it was known who answers"
    );
    // A certificate for other names of the hub than this one.
    let hub = Hub::start(move |_, _| send_on("https://cdn-lfs.hf.co/x"));
    let error = refused(&hub, &file);
    assert!(matches!(error, PullError::Certificate), "{error}");
    assert!(Roots::default().with_pem(b"no certificate").is_err());
    // Something that is no TLS.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut plain = settings(&hub);
    plain.hub = Some(listener.local_addr().unwrap());
    let speaking = thread::spawn(move || {
        let (mut tcp, _) = listener.accept().unwrap();
        tcp.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
            .unwrap();
    });
    let error = pull(&place.store(), &entry(&file), &plain, &mut |_| ()).unwrap_err();
    assert!(matches!(error, PullError::Tls | PullError::Dropped), "{error}");
    speaking.join().unwrap();
    place.holds_nothing();
    // TLS, but no HTTP.
    for nonsense in [
        &b"SSH-2.0-OpenSSH\r\n\r\n"[..],
        b"HTTP/0.9 200\r\n\r\n",
        &b"X".repeat(200_000),
    ] {
        let nonsense = nonsense.to_vec();
        let hub = Hub::start(move |_, _| vec![Do::Send(nonsense.clone())]);
        let error = refused(&hub, &file);
        assert!(
            matches!(error, PullError::NotHttp | PullError::Dropped),
            "{error}"
        );
    }
}

#[test]
fn what_a_status_means() {
    let file = model(5000);
    let of = |status: &str| refused(&saying(&format!("{status}\r\nContent-Length: 0"), b""), &file);
    assert!(matches!(of("404 Not Found"), PullError::NotThere));
    assert!(matches!(of("401 Unauthorized"), PullError::Forbidden));
    assert!(matches!(of("403 Forbidden"), PullError::Forbidden));
    assert!(matches!(of("429 Too Many Requests"), PullError::Troubled(429)));
    assert!(matches!(of("503 Service Unavailable"), PullError::Troubled(503)));
    assert!(matches!(of("204 No Content"), PullError::Status(204)));
    assert!(matches!(of("304 Not Modified"), PullError::Status(304)));
    assert!(matches!(of("416 Range Not Satisfiable"), PullError::Status(416)));
}

#[test]
fn links_and_pipes_in_the_store_are_not_followed() {
    let file = model(5000);
    let entry = entry(&file);
    let hub = Hub::honest(&file);
    let aside = tempfile::tempdir().unwrap();
    let victim = aside.path().join("victim");
    let plant: [fn(&std::path::Path, &std::path::Path); 3] = [
        |victim, at| symlink(victim, at).unwrap(),
        |victim, at| fs::hard_link(victim, at).unwrap(),
        |_, at| {
            let made = std::process::Command::new("mkfifo").arg(at).status().unwrap();
            assert!(made.success());
        },
    ];
    for name in ["small.part", "index.json", "lock"] {
        for plant in plant {
            fs::write(&victim, b"not to be touched").unwrap();
            let place = Place::new();
            fs::create_dir_all(&place.path).unwrap();
            plant(&victim, &place.file(name));
            assert!(get(&place, &entry, &hub).is_err(), "{name}");
            assert_eq!(fs::read(&victim).unwrap(), b"not to be touched", "{name}");
        }
    }
    // What is only ever made anew is not followed either, but put aside.
    for name in ["small.part.json", "index.json.new"] {
        let place = Place::new();
        fs::create_dir_all(&place.path).unwrap();
        symlink(&victim, place.file(name)).unwrap();
        get(&place, &entry, &hub).unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"not to be touched", "{name}");
    }
}

#[test]
fn a_folder_in_which_others_may_write_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let file = model(5000);
    let hub = Hub::honest(&file);
    for (mode, is_taken) in [
        (0o700, true),
        (0o755, true),
        (0o777, false),
        (0o770, false),
        (0o1777, false),
    ] {
        let place = Place::new();
        fs::create_dir_all(&place.path).unwrap();
        fs::set_permissions(&place.path, fs::Permissions::from_mode(mode)).unwrap();
        let pulled = get(&place, &entry(&file), &hub);
        assert_eq!(pulled.is_ok(), is_taken, "{mode:o}: {pulled:?}");
        if is_taken {
            let now = fs::metadata(&place.path).unwrap().permissions().mode() & 0o777;
            assert_eq!(now, 0o700);
        } else {
            assert!(matches!(pulled, Err(PullError::Store(StoreError::NotPrivate))));
            assert_eq!(place.names(), [""; 0]);
        }
    }
}

#[test]
fn a_note_beside_a_part_that_is_not_ours_begins_it_again() {
    let file = model(50_000);
    let entry = entry(&file);
    let from = entry.from();
    let notes = [
        String::new(),
        "{".into(),
        "[]".repeat(10_000),
        r#"{"from":"https://elsewhere.example/x","bytes":50000,"etag":null,"stated":null}"#.into(),
        format!(r#"{{"from":"{from}","bytes":5,"etag":null,"stated":null}}"#),
        format!(r#"{{"from":"{from}","bytes":50000,"etag":null,"stated":null,"more":1}}"#),
        format!(r#"{{"from":"{from}","bytes":-1,"etag":null,"stated":null}}"#),
        format!(r#"{{"from":"{from}","bytes":50000,"etag":null,"stated":"../../x"}}"#),
    ];
    let good = format!(r#"{{"from":"{from}","bytes":50000,"etag":null,"stated":null}}"#);
    for (note, goes_on) in notes.into_iter().map(|note| (note, false)).chain([(good, true)]) {
        let (place, hub) = (
            Place::new(),
            Hub::start({
                let file = file.clone();
                move |asked, _| honest(asked, &file)
            }),
        );
        fs::create_dir_all(&place.path).unwrap();
        fs::write(place.file("small.part"), &file[..30_000]).unwrap();
        fs::write(place.file("small.part.json"), &note).unwrap();
        get(&place, &entry, &hub).unwrap();
        is_there(&place, &entry, &file);
        assert_eq!(hub.asked()[0].from, goes_on.then_some(30_000), "{note}");
    }
    // A validator that would break the request is not sent.
    let place = Place::new();
    fs::create_dir_all(&place.path).unwrap();
    fs::write(place.file("small.part"), &file[..30_000]).unwrap();
    let note = format!(r#"{{"from":"{from}","bytes":50000,"etag":"\"a\"\r\nX-Y: z","stated":null}}"#);
    fs::write(place.file("small.part.json"), note).unwrap();
    let hub = Hub::honest(&file);
    let _ = get(&place, &entry, &hub);
    assert!(hub.asked().iter().all(|asked| !asked.head.contains("x-y")));
}
