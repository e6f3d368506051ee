//! Adding, opening, checking and removing.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::{Place, Small, UNKNOWN, digest, is_root, model, name};
use crate::{Installed, Step, Store, StoreError, Verdict};

/// A file beside the store.
fn file(place: &Place, name: &str, bytes: &[u8]) -> PathBuf {
    let path = place._folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn add(place: &Place, file: &std::path::Path, wanted: Option<&str>) -> Result<Installed, StoreError> {
    let wanted = wanted.map(name);
    place.store().add(file, wanted.as_ref(), &mut |_| ())
}

fn open(store: &Store, text: &str) -> Result<(crate::Model, bool), StoreError> {
    let mut was_read = false;
    let model = store.open(&name(text), &mut |step| {
        was_read |= matches!(step, Step::Checking(..));
    })?;
    Ok((model, was_read))
}

/// Changes a file of the store, which is read-only.
fn damage(place: &Place, bytes: &[u8], change: impl FnOnce(&mut Vec<u8>)) {
    let path = place.file(&format!("{}.gguf", digest(bytes)));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let mut content = fs::read(&path).unwrap();
    change(&mut content);
    fs::write(&path, content).unwrap();
}

#[test]
fn nothing_is_made_by_looking() {
    let place = Place::new();
    let store = place.store();
    assert_eq!(store.list().unwrap(), []);
    assert_eq!(store.unnamed().unwrap(), (0, 0));
    assert!(matches!(open(&store, "a"), Err(StoreError::NotInstalled)));
    assert!(matches!(
        store.remove(&name("a"), false),
        Err(StoreError::NotInstalled)
    ));
    assert!(matches!(
        store.verify(&name("a"), &mut |_| ()),
        Err(StoreError::NotInstalled)
    ));
    assert!(!place.path.exists());
}

#[test]
fn a_file_is_added_opened_checked_and_removed() {
    let (place, bytes) = (Place::new(), model(2_500_000));
    let source = file(&place, "My Model.Q4.gguf", &bytes);
    let added = add(&place, &source, None).unwrap();
    assert_eq!(
        (added.name.as_str(), added.digest, added.bytes),
        ("my-model.q4", digest(&bytes), 2_500_000)
    );
    // It is a copy: what happens to the original is its own affair.
    fs::write(&source, b"GGUF changed").unwrap();
    let (mut model, _) = open(&place.store(), "my-model.q4").unwrap();
    assert_eq!((model.digest, model.bytes), (digest(&bytes), 2_500_000));
    let mut read = Vec::new();
    model.file.read_to_end(&mut read).unwrap();
    assert!(read == bytes);
    use std::io::Write as _;
    assert!(model.file.write_all(b"x").is_err(), "it is open for reading only");
    assert_eq!(
        place.store().verify(&added.name, &mut |_| ()).unwrap(),
        Verdict::Good
    );
    assert_eq!(place.store().remove(&added.name, false).unwrap(), 2_500_000);
    assert_eq!(place.names(), ["index.json"]);
}

#[test]
fn two_names_share_a_file_and_the_last_one_takes_it_along() {
    let (place, bytes) = (Place::new(), model(10_000));
    let source = file(&place, "a.gguf", &bytes);
    add(&place, &source, None).unwrap();
    add(&place, &source, Some("b")).unwrap();
    add(&place, &source, Some("b")).unwrap();
    assert_eq!(place.names().len(), 2);
    assert_eq!(place.store().remove(&name("a"), false).unwrap(), 0);
    open(&place.store(), "b").unwrap();
    assert_eq!(place.store().remove(&name("b"), false).unwrap(), 10_000);
    assert_eq!(place.names(), ["index.json"]);
}

#[test]
fn what_is_no_model_is_refused_and_leaves_nothing() {
    let place = Place::new();
    let folder = place._folder.path().to_owned();
    let pipe = folder.join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for (path, why) in [
        (file(&place, "empty.gguf", b""), "NotGguf"),
        (file(&place, "short.gguf", b"GGU"), "NotGguf"),
        (file(&place, "page.gguf", b"<html>sorry</html>"), "NotGguf"),
        (folder.clone(), "NotOrdinary"),
        (pipe, "NotOrdinary"),
        ("/dev/zero".into(), "NotOrdinary"),
        (folder.join("none"), "File"),
        (file(&place, "日本.gguf", &model(100)), "Name"),
    ] {
        let error = add(&place, &path, None).unwrap_err();
        assert!(
            format!("{error:?}").starts_with(why),
            "{}: {error:?}",
            path.display()
        );
        place.holds_nothing();
        assert_eq!(place.names(), [""; 0], "{why}");
    }
    add(&place, &file(&place, "control.gguf", &model(100)), None).unwrap();
}

#[test]
fn a_name_means_one_file() {
    let place = Place::new();
    let (one, other) = (
        file(&place, "one.gguf", &model(1000)),
        file(&place, "other.gguf", &model(1001)),
    );
    add(&place, &one, Some("mine")).unwrap();
    assert!(matches!(
        add(&place, &other, Some("mine")),
        Err(StoreError::Taken)
    ));
    // A name of the catalogue means the catalogue's file.
    let error = add(&place, &one, Some("qwen2.5-0.5b")).unwrap_err();
    assert!(matches!(error, StoreError::NotTheOne { .. }), "{error}");
    // Where the catalogue does not know, the first one counts, until it is forgotten.
    assert!(add(&place, &one, Some(UNKNOWN)).unwrap().is_pinned);
    place.store().remove(&name(UNKNOWN), false).unwrap();
    let error = add(&place, &other, Some(UNKNOWN)).unwrap_err();
    assert!(matches!(error, StoreError::NotTheOne { .. }), "{error}");
    place.store().remove(&name(UNKNOWN), true).unwrap();
    add(&place, &other, Some(UNKNOWN)).unwrap();
    assert_eq!(place.store().list().unwrap().len(), 2);
}

#[test]
fn a_changed_file_is_not_handed_out() {
    let (place, bytes) = (Place::new(), model(100_000));
    let source = file(&place, "a.gguf", &bytes);
    let changes: [fn(&mut Vec<u8>); 4] = [
        |bytes| bytes[50_000] ^= 1,
        |bytes| bytes.truncate(99_999),
        |bytes| bytes.push(0),
        Vec::clear,
    ];
    for change in changes {
        add(&place, &source, None).unwrap();
        open(&place.store(), "a").expect("the control: unchanged it is handed out");
        damage(&place, &bytes, change);
        assert!(matches!(open(&place.store(), "a"), Err(StoreError::Differs)));
        let verdict = place.store().verify(&name("a"), &mut |_| ()).unwrap();
        assert!(matches!(verdict, Verdict::Differs(_)), "{verdict:?}");
        place.store().remove(&name("a"), false).unwrap();
    }
    add(&place, &source, None).unwrap();
    fs::remove_file(place.file(&format!("{}.gguf", digest(&bytes)))).unwrap();
    assert!(matches!(open(&place.store(), "a"), Err(StoreError::Gone)));
    assert_eq!(
        place.store().verify(&name("a"), &mut |_| ()).unwrap(),
        Verdict::Gone
    );
}

#[test]
fn an_unchanged_file_is_hashed_once_and_a_changed_one_again() {
    let (place, bytes) = (Place::new(), model(100_000));
    add(&place, &file(&place, "a.gguf", &bytes), None).unwrap();
    let store = place.store();
    let was_read = || open(&store, "a").unwrap().1;
    assert!(
        was_read() && was_read(),
        "so soon after a change its time says nothing"
    );
    thread::sleep(Duration::from_millis(3200));
    assert!(was_read());
    assert!(!was_read(), "nothing has changed since");
    // The same size and the same time of modification: the time of change tells.
    let path = place.file(&format!("{}.gguf", digest(&bytes)));
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    damage(&place, &bytes, |bytes| bytes[7] ^= 1);
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(before)
        .unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    assert!(matches!(open(&store, "a"), Err(StoreError::Differs)));
    // Another file in its place.
    fs::remove_file(&path).unwrap();
    fs::write(&path, &bytes).unwrap();
    assert!(was_read());
}

#[test]
fn a_link_in_place_of_a_file_is_not_followed() {
    let (place, bytes) = (Place::new(), model(1000));
    let source = file(&place, "a.gguf", &bytes);
    add(&place, &source, None).unwrap();
    let path = place.file(&format!("{}.gguf", digest(&bytes)));
    fs::remove_file(&path).unwrap();
    // It leads to the very same bytes, and could lead to others in a moment.
    symlink(&source, &path).unwrap();
    assert!(open(&place.store(), "a").is_err());
    fs::remove_file(&path).unwrap();
    fs::hard_link(&source, &path).unwrap();
    assert!(open(&place.store(), "a").is_err());
}

#[test]
fn a_hostile_index_stops_everything_and_touches_nothing() {
    let (place, bytes) = (Place::new(), model(1000));
    let source = file(&place, "a.gguf", &bytes);
    let victim = file(&place, "victim", b"not to be touched");
    add(&place, &source, None).unwrap();
    let good = fs::read_to_string(place.file("index.json")).unwrap();
    let digits = digest(&bytes).to_string();
    for bad in [
        good.replace(&digits, "../victim"),
        good.replace("\"a\"", "\"../victim\""),
        "{}".into(),
        "\0".repeat(100),
    ] {
        fs::write(place.file("index.json"), bad).unwrap();
        let store = place.store();
        assert!(matches!(store.list(), Err(StoreError::Index)));
        assert!(matches!(open(&store, "a"), Err(StoreError::Index)));
        assert!(matches!(store.remove(&name("a"), true), Err(StoreError::Index)));
        assert!(matches!(add(&place, &source, None), Err(StoreError::Index)));
        assert_eq!(fs::read(&victim).unwrap(), b"not to be touched");
    }
    fs::write(place.file("index.json"), good).unwrap();
    open(&place.store(), "a").expect("the control");
    // What the message says: put it aside and add the files again.
    fs::remove_file(place.file("index.json")).unwrap();
    assert_eq!(place.store().unnamed().unwrap(), (1, 1000));
    add(&place, &place.file(&format!("{digits}.gguf")), Some("again")).unwrap();
    open(&place.store(), "again").unwrap();
    assert_eq!(place.store().unnamed().unwrap(), (0, 0));
}

#[test]
fn what_killed_copies_left_goes_and_running_ones_stay() {
    let (place, bytes) = (Place::new(), model(1000));
    let source = file(&place, "a.gguf", &bytes);
    add(&place, &source, None).unwrap();
    fs::write(place.file("+1-0.part"), &bytes).unwrap();
    fs::write(place.file("+2-0.part"), &bytes).unwrap();
    let running = File::open(place.file("+2-0.part")).unwrap();
    running.lock().unwrap();
    add(&place, &source, Some("b")).unwrap();
    assert!(!place.file("+1-0.part").exists());
    assert!(place.file("+2-0.part").exists());
}

#[test]
fn copies_at_once_do_not_disturb_each_other() {
    let place = Place::new();
    let files: Vec<PathBuf> = (0..8)
        .map(|n| file(&place, &format!("m{n}.gguf"), &model(300_000 + n)))
        .collect();
    thread::scope(|scope| {
        for path in &files {
            scope.spawn(|| add(&place, path, None).unwrap());
        }
    });
    let models = place.store().list().unwrap();
    assert_eq!(models.len(), 8);
    for model in models {
        assert_eq!(
            place.store().verify(&model.name, &mut |_| ()).unwrap(),
            Verdict::Good
        );
    }
}

#[test]
fn a_disk_without_room_takes_no_copy() {
    let place = Place::new();
    if !is_root() {
        println!("skipped: a small file system takes root");
        return;
    }
    let Some(_small) = Small::on(&place.path, (64 << 20) + (2 << 20)) else {
        return;
    };
    let error = add(&place, &file(&place, "large.gguf", &model(3 << 20)), None).unwrap_err();
    assert!(matches!(error, StoreError::NoRoom { .. }), "{error}");
    place.holds_nothing();
    add(&place, &file(&place, "small.gguf", &model(1 << 20)), None).unwrap();
}
