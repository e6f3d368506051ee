//! A key in the system's keyring: the Secret Service of the desktop, spoken to through `secret-tool` of libsecret.
//!
//! The crate `keyring` would bring forty-seven crates and a second version of three (`aes`, `cipher`, `inout`), to send
//! two messages. The program is part of every desktop that has such a keyring, or one package away. The key goes through
//! its standard input and output, never through an argument.
//!
//! Tested with a program in its place (`tests/store_keyring.rs`), and by hand with gnome-keyring 42.1 and libsecret 0.20.5.
//!
//! **Not stopped:** whatever runs in the person's session can ask the keyring for the same key. It protects a disk that is
//! stolen, not a session that is taken over.

use std::io::Write;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use super::key_file::Key;
use super::{Result, StoreError};

const PROGRAM: &str = "secret-tool";

/// Puts a key under a name.
pub(super) fn put(name: &[u8], key: &Key) -> Result<()> {
    let mut child = Command::new(PROGRAM)
        .args([
            "store",
            "--label=Snug",
            "application",
            "snug",
            "store",
            &hex(name),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| NOT_THERE)?;
    let written = child
        .stdin
        .take()
        .map(|mut pipe| pipe.write_all(Zeroizing::new(hex(&**key)).as_bytes()));
    let status = child.wait().map_err(|_| NOT_THERE)?;
    match written {
        Some(Ok(())) if status.success() => Ok(()),
        _ => Err(StoreError::Keyring(
            "it is locked, or there is none in this session",
        )),
    }
}

/// The key under that name.
pub(super) fn get(name: &[u8]) -> Result<Key> {
    let output = Command::new(PROGRAM)
        .args(["lookup", "application", "snug", "store", &hex(name)])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|_| NOT_THERE)?;
    let said = Zeroizing::new(output.stdout);
    if !output.status.success() || said.is_empty() {
        return Err(StoreError::Keyring(
            "it is locked, or does not hold the key of this store",
        ));
    }
    of_hex(&said).ok_or(StoreError::Keyring("what it holds is not a key of a store"))
}

/// Takes the key under that name away, where the keyring lets us.
pub(super) fn forget(name: &[u8]) {
    let _ = Command::new(PROGRAM)
        .args(["clear", "application", "snug", "store", &hex(name)])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

const NOT_THERE: StoreError =
    StoreError::Keyring("the program secret-tool cannot be started; it is in libsecret-tools");

/// Allocated once, so that growing leaves no copy behind.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for digit in bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        text.push(char::from_digit(digit.into(), 16).expect("four bits are a digit"));
    }
    text
}

fn of_hex(text: &[u8]) -> Option<Key> {
    let mut key = Key::default();
    let (digits, rest) = text.trim_ascii_end().as_chunks::<2>();
    if digits.len() != key.len() || !rest.is_empty() {
        return None;
    }
    for (byte, digits) in key.iter_mut().zip(digits) {
        let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high?.checked_mul(16)?.checked_add(low?)?).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_and_nothing_else_is_one() {
        let key = Key::new([0xa7; 32]);
        assert_eq!(of_hex(format!("{}\n", hex(&*key)).as_bytes()), Some(key));
        for wrong in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64)] {
            assert_eq!(of_hex(wrong.as_bytes()), None);
        }
    }
}
