//! `snug import`, run as a person would: with and without AI compiled in (R3), and on what is no export (A30).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::collections::BTreeSet;

use common::{FLATSHARE, TWO_CHATS, file, folder, run, run_unread, unreadable};
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect()
}

/// Every date fits both orders.
const AMBIGUOUS: &str = "03/04/2026, 10:00 - Ann: hello\n03/04/2026, 10:05 - Bob: hi\nand more\n";

#[test]
fn what_is_in_the_file() {
    let summary = run(&["import", FLATSHARE, "--dry-run", "--json"]).json();
    assert_eq!(summary["format"], "whatsapp");
    assert_eq!(summary["date_order"], "DMY");
    let people: BTreeSet<_> = names(&summary["participants"]).into_iter().collect();
    assert_eq!(people, BTreeSet::from(["Dex", "Hattie", "Mags", "Priya", "Seun"]));
    let (messages, system) = (
        summary["messages"].as_u64().unwrap(),
        summary["system"].as_u64().unwrap(),
    );
    assert_eq!(messages + system, 300);
    assert!(system >= 6, "{summary}");
    assert_eq!(summary["skipped"], json!([]));
    assert_eq!(summary["from"], "2026-03-02T08:02:00");
    assert_eq!(summary["to"], "2026-03-13T09:19:00");
}

#[test]
fn what_is_in_the_file_for_people() {
    let said = run(&["import", FLATSHARE, "--dry-run"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(said.out.contains("every line was read"), "{said:?}");
    assert!(
        said.out.contains("Hattie") && said.out.contains("Priya"),
        "{said:?}"
    );
    assert!(!said.out.contains('\u{1b}'), "{said:?}");
}

#[test]
fn each_entry_is_a_row() {
    let rows = run(&["import", FLATSHARE, "--rows"]).rows();
    let summary = run(&["import", FLATSHARE, "--dry-run", "--json"]).json();
    for (row, n) in rows.iter().zip(1..) {
        let keys: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.len(), 5, "{row}");
        assert_eq!(row["n"], n);
        assert_eq!(
            row["at"].as_str().unwrap().len(),
            "2026-03-02T08:02:00".len(),
            "{row}"
        );
        assert!(row["text"].is_string(), "{row}");
        assert_eq!(row["author"].is_null(), row["kind"] == "system", "{row}");
    }
    let of = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).count();
    assert_eq!(summary["messages"], of("message"));
    assert_eq!(summary["system"], of("system"));
    assert_eq!(rows.len(), of("message") + of("system"));
}

#[test]
fn rows_can_be_read_back() {
    let rows = run(&["import", FLATSHARE, "--rows"]);
    let again = run(&["import", &file("rows.jsonl", &rows.out), "--rows"]);
    assert_eq!((again.code, again.err.as_str()), (Some(0), ""));
    assert_eq!(again.rows().len(), 300);
    assert_eq!(again.out, rows.out);
}

#[test]
fn the_order_of_dates_can_be_given() {
    let path = file("ambiguous.txt", AMBIGUOUS);
    let summary = |more: &[&str]| run(&[&["import", &path, "--dry-run", "--json"], more].concat()).json();
    assert_eq!(summary(&[])["date_order"], "DMY");
    assert_eq!(summary(&[])["from"], "2026-04-03T10:00:00");
    assert_eq!(summary(&["--date-order", "MDY"])["date_order"], "MDY");
    assert_eq!(summary(&["--date-order", "mdy"])["from"], "2026-03-04T10:00:00");
    let hint = run(&["import", &path, "--dry-run"]);
    assert!(hint.out.contains("--date-order"), "{hint:?}");
    run(&["import", &path, "--dry-run", "--date-order", "DYM"]).refused(2);
}

#[test]
fn a_message_of_two_lines_is_one() {
    let rows = run(&["import", &file("two-lines.txt", AMBIGUOUS), "--rows"]).rows();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["text"], "hi\nand more");
}

#[test]
fn what_could_not_be_read_is_listed_by_line() {
    let path = file("preamble.txt", format!("PERIWINKLE\nanother line\n{AMBIGUOUS}"));
    let summary = run(&["import", &path, "--dry-run", "--json"]).json();
    let skipped = summary["skipped"].as_array().unwrap();
    let lines: Vec<_> = skipped
        .iter()
        .map(|skip| skip["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [1, 2]);
    assert!(
        skipped
            .iter()
            .all(|skip| skip["reason"].as_str().unwrap().len() > 10),
        "{summary}"
    );
    assert_eq!(summary["messages"], 2);
    assert_eq!(summary["skipped_total"], 2);
    let said = run(&["import", &path, "--dry-run"]);
    assert!(
        said.out.contains("line 1:") && said.out.contains("line 2:"),
        "{said:?}"
    );
    let rows = run(&["import", &path, "--rows"]);
    assert!(rows.err.contains("line 1:"), "{rows:?}");
    assert!(!rows.err.contains("PERIWINKLE"), "{rows:?}");
    assert_eq!(rows.rows().len(), 2);
}

#[test]
fn keeping_it_needs_a_passphrase_and_reading_it_does_not() {
    let store = folder("store");
    let store = store.join("new");
    let words = [
        "import",
        FLATSHARE,
        "--store",
        store.to_str().unwrap(),
        "--passphrase-file",
        "/none",
    ];
    let said = run(&words);
    assert!(said.refused(4).err.contains("passphrase file"), "{said:?}");
    assert!(!store.exists());
    assert_eq!(run(&[&words[..], &["--dry-run"]].concat()).code, Some(0));
    let prose = file("prose.txt", "no chat at all\n");
    run(&[&["import", &prose], &words[2..]].concat()).refused(2);
}

#[test]
fn the_chats_of_an_account() {
    let path = file("result.json", TWO_CHATS);
    let summary = run(&["import", &path, "--dry-run", "--json"]).json();
    assert_eq!(summary["format"], "telegram");
    assert_eq!(summary["chats"], json!(["Book Club", "Allotment"]));
    assert_eq!(summary["messages"], 3);
    let rows = run(&["import", &path, "--rows"]).rows();
    let chats: Vec<_> = rows.iter().map(|row| row["chat"].as_str().unwrap()).collect();
    assert_eq!(chats, ["Book Club", "Book Club", "Allotment"]);
    let one = run(&["import", &path, "--rows", "--chat", "Allotment"]).rows();
    assert_eq!(one.len(), 1);
    assert_eq!(one[0]["text"], "The water is off until Tuesday");
    let none = run(&["import", &path, "--rows", "--chat", "Chess"]);
    assert!(!none.refused(2).err.contains("Allotment"), "{none:?}");
}

#[test]
fn a_zip_is_read_as_the_file_inside() {
    let path = file("chat.zip", stored_zip("_chat.txt", AMBIGUOUS.as_bytes()));
    let rows = run(&["import", &path, "--rows"]);
    assert_eq!(
        rows.out,
        run(&["import", &file("chat.txt", AMBIGUOUS), "--rows"]).out
    );
    assert_eq!(rows.rows().len(), 2);
}

/// A zip of one file that is stored as it is.
fn stored_zip(name: &str, data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap();
    let name_len = u16::try_from(name.len()).unwrap();
    // Version 2.0, no flags, stored, no time; then checksum and sizes.
    let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    fields.extend(crc32(data).to_le_bytes());
    fields.extend([len.to_le_bytes(), len.to_le_bytes()].concat());
    fields.extend(name_len.to_le_bytes());
    fields.extend([0; 2]);
    let mut zip = [b"PK\x03\x04", &fields[..], name.as_bytes(), data].concat();
    let at = u32::try_from(zip.len()).unwrap();
    let entry = [b"PK\x01\x02\x14\0", &fields[..], &[0; 14], name.as_bytes()].concat();
    zip.extend(&entry);
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend(u32::try_from(entry.len()).unwrap().to_le_bytes());
    zip.extend(at.to_le_bytes());
    zip.extend([0; 2]);
    zip
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn what_is_no_export_is_refused_in_words() {
    for path in unreadable() {
        for how in ["--dry-run", "--rows"] {
            let said = run(&["import", &path, how, "--json"]);
            assert!(!said.refused(2).err.contains("MARIGOLD"), "{path}: {said:?}");
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for how in ["--dry-run", "--rows"] {
        let said = run_unread(&["import", FLATSHARE, how]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{how}");
    }
}

/// R3: without AI the rest is whole, and what needs it is not there.
#[test]
#[cfg(not(feature = "ai"))]
fn without_ai_there_is_no_catchup() {
    for command in ["catchup", "sandbox", "doctor", "eval", "demo"] {
        let said = run(&[command, FLATSHARE]);
        assert!(said.refused(2).err.contains(command), "{said:?}");
    }
    let help = run(&["--help"]);
    assert!(
        help.out.contains("  import "),
        "the control: commands are listed: {help:?}"
    );
    assert!(!help.out.contains("  catchup "), "{help:?}");
}
