//! Downloads that come to their end, in one go or in many.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::hub::{Do, Hub, answer, head_of, honest, send_on};
use super::{Place, Small, UNKNOWN, digest, entry, get, is_root, is_there, model, name, settings, unknown};
use crate::pull::{Pulled, pull};
use crate::{PullError, Step, Store, StoreError};

#[test]
fn a_model_comes_through_a_redirect_and_is_private() {
    let (place, file) = (Place::new(), model(3_000_000));
    let (hub, entry) = (Hub::honest(&file), entry(&file));
    let mut steps = Vec::new();
    let pulled = pull(&place.store(), &entry, &settings(&hub), &mut |step| {
        steps.push(step);
    })
    .unwrap();
    let found = is_there(&place, &entry, &file);
    assert_eq!(pulled, Pulled::New(found.clone()));
    assert_eq!(
        found.from,
        "https://huggingface.co/somebody/small/resolve/main/small.gguf"
    );
    assert_eq!(steps.last(), Some(&Step::Loading(3_000_000, 3_000_000)));
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(place.path.clone()), 0o700);
    assert_eq!(mode(place.file(&format!("{}.gguf", found.digest))), 0o400);
    assert_eq!(mode(place.file("index.json")), 0o600);

    let asked = hub.asked();
    let places: Vec<_> = asked
        .iter()
        .map(|asked| (asked.host.as_str(), asked.path.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            ("huggingface.co", "/somebody/small/resolve/main/small.gguf"),
            ("us.aws.cdn.hf.co", "/bytes?Signature=x~y")
        ]
    );
    // Nothing says who asks.
    let names: Vec<&str> = asked[0]
        .head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["host", "user-agent", "accept", "accept-encoding"]);
    assert!(asked[0].head.contains("user-agent: snug\r\n"));
}

#[test]
fn what_is_here_is_not_asked_for_again() {
    let (place, file) = (Place::new(), model(10_000));
    let (hub, entry) = (Hub::honest(&file), entry(&file));
    get(&place, &entry, &hub).unwrap();
    let before = hub.asked().len();
    assert!(matches!(get(&place, &entry, &hub), Ok(Pulled::Here(_))));
    assert_eq!(hub.asked().len(), before);
    // The control, and the cure: a file that was damaged comes again under the same name.
    let blob = place.file(&format!("{}.gguf", digest(&file)));
    fs::set_permissions(&blob, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&blob, b"GGUF damaged").unwrap();
    assert!(matches!(get(&place, &entry, &hub), Ok(Pulled::New(_))));
    is_there(&place, &entry, &file);
}

#[test]
fn the_right_file_under_another_name_gets_this_name_too() {
    let (place, file) = (Place::new(), model(10_000));
    let source = place._folder.path().join("mine.gguf");
    fs::write(&source, &file).unwrap();
    place.store().add(&source, None, &mut |_| ()).unwrap();
    let (hub, entry) = (Hub::honest(&file), entry(&file));
    assert!(matches!(get(&place, &entry, &hub), Ok(Pulled::Here(_))));
    assert_eq!(hub.asked().len(), 0);
    assert_eq!(place.store().list().unwrap().len(), 2);
}

/// A hub that ends the connection after so many bytes of the body, the first time.
fn dropping(file: &[u8], after: usize) -> Hub {
    let file = file.to_vec();
    let drops = AtomicUsize::new(0);
    Hub::start(move |asked, _| {
        if asked.host == "huggingface.co" || drops.fetch_add(1, Ordering::SeqCst) > 0 {
            return honest(asked, &file);
        }
        let mut answer = answer(asked, &file);
        answer.truncate(head_of(asked, &file).len() + after);
        vec![Do::Send(answer), Do::Drop]
    })
}

#[test]
fn a_download_goes_on_from_wherever_it_was_dropped() {
    let file = model(200_000);
    for after in [0, 1, 3, 4, 5, 1000, 16_384, 16_385, 65_536, 100_001, 199_999] {
        let (place, hub, entry) = (Place::new(), dropping(&file, after), entry(&file));
        let error = get(&place, &entry, &hub).unwrap_err();
        let here = place.part(&entry);
        assert!(here <= after as u64, "{after}: {here}");
        match &error {
            PullError::Interrupted { here: said, of, .. } => assert_eq!((*said, *of), (here, 200_000)),
            PullError::Dropped => assert_eq!(here, 0),
            other => panic!("{after}: {other}"),
        }
        assert_eq!(place.store().list().unwrap(), []);

        get(&place, &entry, &hub).unwrap();
        is_there(&place, &entry, &file);
        let last = hub.asked().pop().unwrap();
        let expected = (here > 0).then(|| usize::try_from(here).unwrap());
        assert_eq!(last.from, expected, "{after}");
        assert_eq!(last.if_range.is_some(), here > 0);
    }
}

#[test]
fn one_call_goes_on_by_itself_as_long_as_it_gets_somewhere() {
    let file = model(8 << 20);
    let (place, entry) = (Place::new(), entry(&file));
    let served = file.clone();
    // Two MiB a connection; with two attempts nothing that does not get on is forgiven.
    let hub = Hub::start(move |asked, _| {
        if asked.host == "huggingface.co" {
            return honest(asked, &served);
        }
        let mut answer = answer(asked, &served);
        answer.truncate(head_of(asked, &served).len() + (2 << 20));
        vec![Do::Send(answer), Do::Drop]
    });
    let mut again = 0;
    let mut settings = settings(&hub);
    settings.attempts = 2;
    pull(&place.store(), &entry, &settings, &mut |step| {
        again += usize::from(step == Step::Again);
    })
    .unwrap();
    is_there(&place, &entry, &file);
    assert!(again >= 3, "{again}");
}

#[test]
fn a_hub_that_gets_nowhere_is_given_up() {
    let file = model(100_000);
    let (place, entry) = (Place::new(), entry(&file));
    let hub = Hub::start(move |asked, _| {
        // One more byte each time.
        let mut answer = answer(asked, &file);
        answer.truncate(head_of(asked, &file).len() + 1);
        vec![Do::Send(answer), Do::Drop]
    });
    let mut settings = settings(&hub);
    settings.attempts = 4;
    assert!(pull(&place.store(), &entry, &settings, &mut |_| ()).is_err());
    assert_eq!(hub.asked().len(), 4);
    // What brings nothing at all is asked once.
    let hub = Hub::start(|_, _| vec![Do::Drop]);
    settings.hub = Some(hub.place);
    assert!(pull(&Place::new().store(), &entry, &settings, &mut |_| ()).is_err());
    assert_eq!(hub.asked().len(), 1);
}

/// Where the child finds its hub and its store.
const CHILD: &str = "SNUG_TEST_CHILD";

/// Another process that pulls; it is this test program again.
fn child(place: &Place, hub: &Hub, bytes: usize) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::pulls::the_child_pulls",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILD, format!("{}|{bytes}|{}", hub.place, place.path.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "started by the tests that kill it"]
fn the_child_pulls() {
    let Ok(told) = std::env::var(CHILD) else {
        return;
    };
    let mut told = told.splitn(3, '|');
    let hub = told.next().unwrap().parse().unwrap();
    let file = model(told.next().unwrap().parse().unwrap());
    let store = Store::at(&PathBuf::from(told.next().unwrap()));
    let nowhere = Hub::start(|_, _| Vec::new());
    let mut settings = settings(&nowhere);
    settings.hub = Some(hub);
    pull(&store, &entry(&file), &settings, &mut |_| ()).unwrap();
}

#[test]
fn a_killed_download_is_gone_on_with() {
    const BYTES: usize = 6_000_000;
    let file = model(BYTES);
    let (place, entry) = (Place::new(), entry(&file));
    let served = file.clone();
    let hub = Hub::start(move |asked, _| {
        if asked.host == "huggingface.co" {
            return honest(asked, &served);
        }
        let answer = answer(asked, &served);
        vec![Do::Trickle(answer, 200_000, Duration::from_millis(8))]
    });
    let mut kills = 0;
    for at in (1..12).map(|n| n * 500_000) {
        let mut child = child(&place, &hub, BYTES);
        while place.part(&entry) < at && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        // SIGKILL.
        child.kill().unwrap();
        if !child.wait().unwrap().success() {
            kills += 1;
            assert_eq!(place.store().list().unwrap(), []);
            assert!(place.names().iter().all(|name| !name.ends_with(".gguf")));
        }
    }
    assert!(kills >= 3, "{kills} kills hit a download");
    get(&place, &entry, &hub).unwrap();
    is_there(&place, &entry, &file);
    let went_on = hub
        .asked()
        .iter()
        .filter(|asked| asked.from.is_some_and(|from| from >= 500_000))
        .count();
    assert!(went_on >= 2, "{went_on} went on");
}

#[test]
fn of_two_at_once_the_second_is_told_and_the_first_is_not_disturbed() {
    let file = model(300_000);
    let (place, entry) = (Place::new(), entry(&file));
    let (go, served) = (Arc::new(AtomicBool::new(false)), file.clone());
    let hub = Hub::start({
        let go = Arc::clone(&go);
        move |asked, _| {
            let answer = answer(asked, &served);
            let (first, rest) = answer.split_at(100_000);
            vec![
                Do::Send(first.to_vec()),
                Do::Until(Arc::clone(&go)),
                Do::Send(rest.to_vec()),
            ]
        }
    });
    thread::scope(|scope| {
        let first = scope.spawn(|| get(&place, &entry, &hub));
        while place.part(&entry) < 50_000 {
            thread::sleep(Duration::from_millis(1));
        }
        let second = get(&place, &entry, &hub);
        assert!(
            matches!(second, Err(PullError::Store(StoreError::Busy))),
            "{second:?}"
        );
        let removed = place.store().remove(&name(entry.name), false);
        assert!(matches!(removed, Err(StoreError::Busy)), "{removed:?}");
        go.store(true, Ordering::SeqCst);
        first.join().unwrap().unwrap();
    });
    is_there(&place, &entry, &file);
}

#[test]
fn many_at_once_leave_one_whole_model() {
    let file = model(500_000);
    let (place, entry) = (Place::new(), entry(&file));
    let hub = Hub::honest(&file);
    let ok = thread::scope(|scope| {
        let all: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| get(&place, &entry, &hub)))
            .collect();
        let ended = all.into_iter().map(|one| one.join().unwrap());
        ended
            .filter(|one| match one {
                Ok(_) => true,
                Err(PullError::Store(StoreError::Busy)) => false,
                Err(other) => panic!("{other}"),
            })
            .count()
    });
    assert!(ok >= 1);
    is_there(&place, &entry, &file);
}

#[test]
fn the_first_download_is_kept_to() {
    let (one, other) = (model(50_000), model(51_000));
    let place = Place::new();
    let entry = unknown(50_000);
    get(&place, &entry, &Hub::honest(&one)).unwrap();
    assert!(is_there(&place, &entry, &one).is_pinned);
    // Another file under the same name, after the first was removed: refused, until the person says otherwise.
    place.store().remove(&name(UNKNOWN), false).unwrap();
    let hub = Hub::honest(&other);
    let refused = get(&place, &entry, &hub).unwrap_err();
    assert!(
        matches!(&refused, PullError::WrongDigest { found, expected } if (*found, *expected) == (digest(&other), digest(&one))),
        "{refused}"
    );
    place.holds_nothing();
    place.store().remove(&name(UNKNOWN), true).unwrap();
    get(&place, &entry, &hub).unwrap();
    is_there(&place, &entry, &other);
}

/// What a machine without power may have left cannot be told from what came, where nobody says what has to come.
#[test]
fn a_part_of_a_file_that_nobody_vouches_for_is_not_gone_on_with() {
    let file = model(200_000);
    let cut = |states: bool| {
        let served = file.clone();
        let digest = digest(&served);
        Hub::start(move |asked, before| {
            let stated = format!(
                "X-Linked-ETag: \"{digest}\"\r\nX-Linked-Size: {}\r\n",
                served.len()
            );
            let mut bytes = answer(asked, &served);
            if states {
                let second_line = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
                bytes.splice(second_line..second_line, stated.bytes());
            }
            if before == 0 {
                bytes.truncate(100_000);
            }
            vec![Do::Send(bytes), Do::Drop]
        })
    };
    for (states, goes_on) in [(false, false), (true, true)] {
        let (place, entry, hub) = (Place::new(), unknown(200_000), cut(states));
        assert!(get(&place, &entry, &hub).is_err());
        assert!(place.part(&entry) > 0);
        get(&place, &entry, &hub).unwrap();
        is_there(&place, &entry, &file);
        assert_eq!(hub.asked()[1].from.is_some(), goes_on, "{states}");
    }
}

#[test]
fn a_disk_without_room_is_said_before_anything_comes() {
    let place = Place::new();
    let large: u64 = 1 << 50;
    let mut entry = unknown(0);
    entry.size = crate::Size::Exactly(large);
    let hub = Hub::start(move |_, _| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {large}\r\n\r\nGGUF");
        vec![Do::Send(head.into_bytes()), Do::Hold]
    });
    let error = get(&place, &entry, &hub).unwrap_err();
    assert!(
        matches!(error, PullError::Store(StoreError::NoRoom { need, .. }) if need > large),
        "{error}"
    );
    place.holds_nothing();
}

#[test]
fn a_disk_that_fills_up_keeps_what_came_and_goes_on_later() {
    let place = Place::new();
    if !is_root() {
        println!("skipped: a small file system takes root");
        return;
    }
    // Room for the file and what has to stay free, until somebody else takes it.
    let Some(_small) = Small::on(&place.path, (64 << 20) + (8 << 20)) else {
        return;
    };
    let file = model(4 << 20);
    let entry = entry(&file);
    let (go, served) = (Arc::new(AtomicBool::new(false)), file.clone());
    let hub = Hub::start({
        let go = Arc::clone(&go);
        move |asked, _| {
            if asked.host == "huggingface.co" {
                return send_on("https://us.aws.cdn.hf.co/x");
            }
            let answer = answer(asked, &served);
            let (first, rest) = answer.split_at(1 << 20);
            vec![
                Do::Send(first.to_vec()),
                Do::Until(Arc::clone(&go)),
                Do::Send(rest.to_vec()),
            ]
        }
    });
    let filler = place.path.join("filler");
    thread::scope(|scope| {
        let pulling = scope.spawn(|| get(&place, &entry, &hub));
        while place.part(&entry) < 1 << 19 {
            thread::sleep(Duration::from_millis(1));
        }
        // Somebody else fills the disk but for a little.
        let taken = fs::write(&filler, vec![1; (70 << 20) + (1 << 18)]);
        go.store(true, Ordering::SeqCst);
        taken.unwrap();
        let error = pulling.join().unwrap().unwrap_err();
        assert!(matches!(error, PullError::Store(StoreError::Full)), "{error}");
    });
    assert_eq!(place.store().list().unwrap(), []);
    let kept = place.part(&entry);
    assert!(kept >= 1 << 19, "{kept}");
    let error = get(&place, &entry, &hub).unwrap_err();
    assert!(
        matches!(error, PullError::Store(StoreError::NoRoom { .. })),
        "{error}"
    );
    fs::remove_file(&filler).unwrap();
    get(&place, &entry, &hub).unwrap();
    is_there(&place, &entry, &file);
    assert_eq!(
        hub.asked().last().unwrap().from,
        Some(usize::try_from(kept).unwrap())
    );
}
