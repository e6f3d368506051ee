//! What a client is handed: any bytes, and honest frames with some bytes changed. What is read as a frame is written
//! as the same bytes.

#![no_main]

use std::sync::LazyLock;

use delivery::{Answer, Body, MailboxName, Page, Pushed, Refusal, Slot, SlotKind, ToClient};
use libfuzzer_sys::fuzz_target;

mod damage;

static HONEST: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let frame = |frame: ToClient| frame.encode().expect("it is small");
    frames().into_iter().map(frame).collect()
});

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    if let Some(bytes) = damage::damaged(&HONEST, bytes) {
        read(&bytes);
    }
});

fn read(bytes: &[u8]) {
    let Ok(read) = ToClient::decode(bytes) else { return };
    assert_eq!(read.encode().as_deref(), Ok(bytes));
    if let ToClient::Answer {
        answer: Answer::Slots(page),
        ..
    } = read
    {
        let numbers: Vec<u64> = page.slots.iter().map(|slot| slot.seq).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "numbers rise");
        assert!(
            numbers.iter().all(|seq| *seq <= page.last),
            "and end where the mailbox does"
        );
    }
}

fn frames() -> Vec<ToClient> {
    let slot = |seq, kind, length| Slot {
        seq,
        kind,
        body: Body::from(vec![7; length]),
    };
    let slots = vec![
        slot(3, SlotKind::Message, 20),
        slot(4, SlotKind::Notice, 0),
        slot(300, SlotKind::Commit, 300),
    ];
    let answers = [
        Answer::Done,
        Answer::Appended { seq: 1 << 33 },
        Answer::Slots(Page {
            slots,
            commits: 1,
            last: 301,
        }),
        Answer::Slots(Page {
            slots: Vec::new(),
            commits: 0,
            last: 0,
        }),
        Answer::Blob(Body::from(vec![8; 50])),
        Answer::Record {
            version: 9,
            body: Body::from(vec![8; 5]),
        },
        Answer::Left { packages: 200 },
        Answer::Package {
            body: Body::from(vec![8; 25]),
            last_resort: true,
        },
        Answer::Refused(Refusal::Closed),
        Answer::Refused(Refusal::Conflict { current: 2 }),
        Answer::Refused(Refusal::SlowDown { milliseconds: 1000 }),
    ];
    let mailbox = MailboxName::from_bytes([9; 32]);
    let pushed = [
        Pushed::Slot {
            mailbox,
            slot: slot(8, SlotKind::Message, 40),
        },
        Pushed::Lagged { mailbox },
    ];
    let answers = answers.map(|answer| ToClient::Answer { id: 70_000, answer });
    answers.into_iter().chain(pushed.map(ToClient::Pushed)).collect()
}
