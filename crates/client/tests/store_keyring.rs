//! A store that the system's keyring opens. By default a script stands in for `secret-tool`; with `SNUG_TEST_KEYRING=1` the
//! real one is used, and with it the keyring of the session.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use client::store::{Effort, Store, StoreError, Unlock};
use common::{Scratch, unlock};

/// Keeps what comes on its standard input in a file that its last argument names, and writes down its arguments.
const STAND_IN: &str = r#"#!/bin/sh
echo "$*" >> "$SNUG_TEST_RING/arguments"
for last; do :; done
case "$1" in
    store) cat > "$SNUG_TEST_RING/key-$last" ;;
    lookup) cat "$SNUG_TEST_RING/key-$last" 2>/dev/null ;;
    clear) rm -f "$SNUG_TEST_RING/key-$last" ;;
esac
"#;

fn with_keyring(part: &str, store: &Path, ring: &Path) -> Output {
    fs::create_dir_all(ring).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", part, "--nocapture"])
        .env("SNUG_TEST_STORE", store)
        .env("SNUG_TEST_RING", ring);
    if std::env::var_os("SNUG_TEST_KEYRING").is_none() {
        let program = ring.join("secret-tool");
        fs::write(&program, STAND_IN).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        command.env("PATH", format!("{}:/usr/bin:/bin", ring.display()));
    }
    command.output().unwrap()
}

fn assert_well(output: &Output) {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_keyring_opens_the_store_and_the_key_is_in_no_argument() {
    let (scratch, ring) = (Scratch::new("keyring"), Scratch::new("ring"));
    assert_well(&with_keyring(
        "part_that_creates_and_opens",
        scratch.path(),
        ring.path(),
    ));
    if std::env::var_os("SNUG_TEST_KEYRING").is_some() {
        return;
    }
    let arguments = fs::read_to_string(ring.path().join("arguments")).unwrap();
    let keys: Vec<_> = fs::read_dir(ring.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("key-"))
        .collect();
    let [key] = &keys[..] else {
        panic!("one key: the others were taken away")
    };
    let key = fs::read_to_string(key).unwrap();
    assert_eq!(key.len(), 64);
    assert!(arguments.contains("store") && !arguments.contains(&key));
    // Without what the keyring holds, nothing.
    let empty = Scratch::new("ring-empty");
    assert_well(&with_keyring(
        "part_that_finds_no_key",
        scratch.path(),
        empty.path(),
    ));
}

#[test]
#[ignore = "started by another test"]
fn part_that_creates_and_opens() {
    let Some(folder) = std::env::var_os("SNUG_TEST_STORE") else {
        return;
    };
    let folder = Path::new(&folder);
    drop(Store::create(folder, &Unlock::Keyring, Effort::LEAST).unwrap());
    let store = Store::open(folder, &Unlock::Keyring).unwrap();
    store
        .change_unlock(&Unlock::Keyring, &unlock(), Effort::LEAST)
        .unwrap();
    drop(store);
    assert!(matches!(
        Store::open(folder, &Unlock::Keyring),
        Err(StoreError::OtherUnlock(_))
    ));
    let store = Store::open(folder, &unlock()).unwrap();
    store
        .change_unlock(&unlock(), &Unlock::Keyring, Effort::LEAST)
        .unwrap();
    drop(store);
    assert!(matches!(
        Store::open(folder, &unlock()),
        Err(StoreError::OtherUnlock(_))
    ));
    Store::open(folder, &Unlock::Keyring).unwrap().check().unwrap();
}

#[test]
#[ignore = "started by another test"]
fn part_that_finds_no_key() {
    let Some(folder) = std::env::var_os("SNUG_TEST_STORE") else {
        return;
    };
    let opened = Store::open(Path::new(&folder), &Unlock::Keyring);
    assert!(matches!(opened, Err(StoreError::Keyring(_))), "{opened:?}");
}
