//! Zips: the chat is found and inflated; bombs, passwords, tricks and damage are refused.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::io::Write;

use common::{lines, read_with};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use import::{Format, ImportError, Options};

const CHAT: &[u8] = b"15/01/2020, 02:22 - Ana: hello\n15/01/2020, 02:23 - Bob: hi\n";

/// A file for a zip; what is not said is as an honest writer would have it.
#[derive(Clone)]
struct File {
    name: Vec<u8>,
    data: Vec<u8>,
    method: u16,
    flags: u16,
    crc: u32,
    inflated: u32,
}

fn stored(name: &str, data: &[u8]) -> File {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    let inflated = u32::try_from(data.len()).unwrap();
    File {
        name: name.into(),
        data: data.into(),
        method: 0,
        flags: 0,
        crc: crc.sum(),
        inflated,
    }
}

fn deflated(name: &str, data: &[u8]) -> File {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    File {
        data: encoder.finish().unwrap(),
        method: 8,
        ..stored(name, data)
    }
}

/// A chat of so many MiB, all alike. Its deflated form is one MiB's, repeated: the test would be slow otherwise.
fn repeated(times: usize) -> File {
    let mut mib = b"15/01/2020, 02:22 - Ana: x\n".to_vec();
    mib.resize((1 << 20) - 1, b'a');
    mib.push(b'\n');
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&mib).unwrap();
    encoder.flush().unwrap();
    let block = encoder.get_ref().clone();
    let mut crc = flate2::Crc::new();
    (0..times).for_each(|_| crc.update(&mib));
    // An empty last block ends the stream.
    let data = [block.repeat(times), vec![3, 0]].concat();
    let inflated = u32::try_from(times << 20).unwrap();
    File {
        data,
        method: 8,
        crc: crc.sum(),
        inflated,
        ..stored("_chat.txt", b"")
    }
}

fn common_fields(file: &File) -> Vec<u8> {
    let len = u32::try_from(file.data.len()).unwrap();
    let name = u16::try_from(file.name.len()).unwrap();
    let mut out = Vec::new();
    out.extend(20_u16.to_le_bytes());
    out.extend(file.flags.to_le_bytes());
    out.extend(file.method.to_le_bytes());
    out.extend([0; 4]);
    out.extend(file.crc.to_le_bytes());
    out.extend(len.to_le_bytes());
    out.extend(file.inflated.to_le_bytes());
    out.extend(name.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn zip(files: &[File]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let at = u32::try_from(out.len()).unwrap();
        out.extend(b"PK\x03\x04");
        out.extend(common_fields(file));
        out.extend(&file.name);
        out.extend(&file.data);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(common_fields(file));
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(&file.name);
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let at = u32::try_from(out.len()).unwrap();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn first_text(zip: &[u8]) -> Result<String, ImportError> {
    read_with(zip, &Options::default()).map(|(entries, _)| lines(&entries).join(" / "))
}

#[test]
fn the_chat_is_found_by_its_name() {
    let expected = "2020-01-15T02:22:00|Ana|hello / 2020-01-15T02:23:00|Bob|hi";
    for name in [
        "_chat.txt",
        "WhatsApp Chat with Bob.txt",
        "WhatsApp-Chat mit Bob.txt",
        "Чат WhatsApp с Bob.txt",
        "x/_chat.txt",
        "a.txt",
    ] {
        assert_eq!(
            first_text(&zip(&[deflated(name, CHAT)])).unwrap(),
            expected,
            "{name}"
        );
        assert_eq!(
            first_text(&zip(&[stored(name, CHAT)])).unwrap(),
            expected,
            "{name}"
        );
    }
    let decoys = [
        stored("photo.jpg", b"\xff\xd8"),
        stored("notes.txt", b"nothing"),
        deflated("_chat.txt", CHAT),
        stored(".x.txt", b""),
    ];
    assert_eq!(first_text(&zip(&decoys)).unwrap(), expected);
    let telegram = br#"{"name":"G","type":"private_group","id":1,"messages":[{"type":"message","date":"2020-01-15T02:22:00","from":"Ana","text":"hello"}]}"#;
    let (_, report) = read_with(
        &zip(&[deflated("export/result.json", telegram)]),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(report.format, Format::Telegram);
}

#[test]
fn a_zip_without_a_chat() {
    assert!(matches!(first_text(&zip(&[])), Err(ImportError::ZipWithoutChat)));
    assert!(matches!(
        first_text(&zip(&[stored("a.jpg", b"x")])),
        Err(ImportError::ZipWithoutChat)
    ));
    let nested = zip(&[stored("_chat.txt", CHAT)]);
    assert!(matches!(
        first_text(&zip(&[stored("inner.zip", &nested)])),
        Err(ImportError::ZipWithoutChat)
    ));
    assert!(matches!(
        first_text(&zip(&[stored("inner.txt", &nested)])),
        Err(ImportError::OtherArchive)
    ));
}

#[test]
fn names_with_tricks_are_passed_over() {
    for name in [
        "../_chat.txt",
        "/etc/_chat.txt",
        "a/../../_chat.txt",
        "c:\\_chat.txt",
        "__MACOSX/._chat.txt",
        "_chat.txt\0.txt",
    ] {
        assert!(
            matches!(
                first_text(&zip(&[stored(name, CHAT)])),
                Err(ImportError::ZipWithoutChat)
            ),
            "{name}"
        );
    }
}

#[test]
fn a_password_is_named() {
    for (flags, method) in [(1, 8), (0x41, 8), (0, 99)] {
        let locked = File {
            flags,
            method,
            ..deflated("_chat.txt", CHAT)
        };
        assert!(matches!(
            first_text(&zip(&[locked])),
            Err(ImportError::ZipEncrypted)
        ));
    }
    let strange = File {
        method: 14,
        ..stored("_chat.txt", CHAT)
    };
    assert!(matches!(
        first_text(&zip(&[strange])),
        Err(ImportError::ZipMethod)
    ));
}

#[test]
fn a_bomb_is_refused_whatever_size_it_claims() {
    // A ratio of about 1,000.
    let bomb = repeated(70);
    let honest = zip(std::slice::from_ref(&bomb));
    assert!(matches!(first_text(&honest), Err(ImportError::ZipBomb)));
    let modest = File {
        inflated: 1_000,
        ..bomb
    };
    assert!(matches!(first_text(&zip(&[modest])), Err(ImportError::ZipBomb)));
    let boastful = File {
        inflated: u32::MAX - 1,
        ..stored("_chat.txt", CHAT)
    };
    assert!(matches!(first_text(&zip(&[boastful])), Err(ImportError::ZipBomb)));
    // The control: 5 MiB of the same are read, for below 64 MiB no ratio is looked at.
    assert!(first_text(&zip(&[repeated(5)])).is_ok());
}

#[test]
fn damage_and_truncation_are_one_error() {
    let whole = zip(&[deflated("_chat.txt", CHAT)]);
    assert!(first_text(&whole).is_ok());
    for end in 4..whole.len() {
        let error = first_text(&whole[..end]).unwrap_err();
        assert!(matches!(error, ImportError::ZipDamaged), "{end}: {error:?}");
    }
    let wrong_sum = File {
        crc: 1,
        ..stored("_chat.txt", CHAT)
    };
    assert!(matches!(
        first_text(&zip(&[wrong_sum])),
        Err(ImportError::ZipDamaged)
    ));
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        // Any answer will do, but no panic, and never another text.
        if let Ok(text) = first_text(&flipped) {
            assert!(text.contains("Ana|hello"), "{at}: {text}");
        }
    }
}
