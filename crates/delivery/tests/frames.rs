//! Frames under random and damaged bytes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use delivery::limits::{
    FETCH_BYTES, FETCH_SLOTS, MAX_BLOB, MAX_BODY, MAX_FRAME, MAX_PACKAGE, MAX_PACKAGES, MAX_RECORD,
};
use delivery::{
    Answer, Append, BlobName, Body, Capability, CapabilityHash, Entry, FrameError, IdempotencyKey,
    MailboxName, Page, PoolName, Pushed, RecordName, Refusal, Request, Slot, SlotKind, ToClient, ToServer,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

proptest! {
    #[test]
    fn a_request_comes_back_as_it_was(request in request(), id in any::<u32>()) {
        let sent = ToServer { id, request };
        prop_assert_eq!(ToServer::decode(&sent.encode().unwrap()), Ok(sent));
    }

    #[test]
    fn an_answer_comes_back_as_it_was(sent in to_client()) {
        prop_assert_eq!(ToClient::decode(&sent.encode().unwrap()), Ok(sent));
    }

    #[test]
    fn a_damaged_request_is_refused_or_another_request(request in request(), damage in damage()) {
        let bytes = damage.apply(&ToServer { id: 7, request }.encode().unwrap());
        if let Ok(read) = ToServer::decode(&bytes) {
            prop_assert_eq!(read.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn a_damaged_answer_is_refused_or_another_answer(sent in to_client(), damage in damage()) {
        let bytes = damage.apply(&sent.encode().unwrap());
        if let Ok(read) = ToClient::decode(&bytes) {
            prop_assert_eq!(read.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn cut_or_extended_frames_are_refused(request in request(), sent in to_client(), cut in any::<usize>()) {
        let request = ToServer { id: 7, request }.encode().unwrap();
        let answer = sent.encode().unwrap();
        prop_assert!(ToServer::decode(&request[..cut % request.len()]).is_err());
        prop_assert!(ToClient::decode(&answer[..cut % answer.len()]).is_err());
        for extra in [0x00, 0xf6, 0xff] {
            prop_assert!(ToServer::decode(&[&request[..], &[extra]].concat()).is_err());
            prop_assert!(ToClient::decode(&[&answer[..], &[extra]].concat()).is_err());
        }
    }

    #[test]
    fn random_bytes_that_are_read_are_written_the_same(bytes in vec(any::<u8>(), 0..64)) {
        if let Ok(read) = ToServer::decode(&bytes) {
            prop_assert_eq!(read.encode().unwrap(), bytes.clone());
        }
        if let Ok(read) = ToClient::decode(&bytes) {
            prop_assert_eq!(read.encode().unwrap(), bytes);
        }
    }
}

#[test]
fn there_is_one_form_only() {
    let unwatch = ToServer {
        id: 7,
        request: Request::Unwatch {
            mailbox: MailboxName::from_bytes([9; 32]),
        },
    };
    let [head, operation, id, name @ ..] = &unwatch.encode().unwrap()[..] else {
        unreachable!("three items")
    };
    assert_eq!((*head, *operation, *id, name.len()), (0x83, 5, 7, 34));
    let other_forms = [
        [&[0x98, 3, *operation, *id], name].concat(),
        [&[*head, 0x18, *operation, *id], name].concat(),
        [&[*head, *operation, 0x18, *id], name].concat(),
        [&[*head, *operation, 0x1a, 0, 0, 0, *id], name].concat(),
        [&[0x9f, *operation, *id], name, &[0xff]].concat(),
        [&[*head, *operation, *id, 0x5f], name, &[0xff]].concat(),
        [&[*head, *operation, *id, 0x59, 0], &name[1..]].concat(),
        [&[0xd8, 0x18, *head, *operation, *id], name].concat(),
    ];
    for bytes in other_forms {
        let error = ToServer::decode(&bytes).unwrap_err().error;
        assert_eq!(error, FrameError::Malformed, "{bytes:02x?}");
    }
    let control = [&[*head, *operation, *id], name].concat();
    assert_eq!(ToServer::decode(&control), Ok(unwatch));
}

#[test]
fn a_refusal_says_whose_the_frame_was_where_it_can() {
    let unknown = ToServer::decode(&[0x82, 0x17, 0x07]).unwrap_err();
    assert_eq!((unknown.id, unknown.refusal()), (Some(7), Refusal::Version));
    let wrong = ToServer::decode(&[0x83, 0x05, 0x07, 0x00]).unwrap_err();
    assert_eq!((wrong.id, wrong.refusal()), (Some(7), Refusal::Malformed));
    let nothing = ToServer::decode(b"").unwrap_err();
    assert_eq!((nothing.id, nothing.refusal()), (None, Refusal::Malformed));
    let long = ToServer::decode(&vec![0x83; MAX_FRAME + 1]).unwrap_err();
    assert_eq!((long.id, long.refusal()), (None, Refusal::TooLarge));
}

#[test]
fn only_a_commit_has_an_expectation() {
    let append = |entry| ToServer {
        id: 7,
        request: Request::Append(Append {
            mailbox: MailboxName::from_bytes([9; 32]),
            write: Capability::from_secret([1; 32]),
            key: IdempotencyKey([2; 16]),
            entry,
        }),
    };
    let commit = append(Entry::Commit {
        expect: Some(4),
        body: body(3),
    });
    let bytes = commit.encode().unwrap();
    assert_eq!(ToServer::decode(&bytes), Ok(commit));
    let kind = bytes.len() - 6;
    assert_eq!(bytes[kind..kind + 2], [2, 4]);
    for code in [0, 1, 3, 4] {
        let mut other = bytes.clone();
        other[kind] = code;
        let error = ToServer::decode(&other).unwrap_err().error;
        assert_eq!(error, FrameError::Malformed);
    }
}

#[test]
fn every_limit_lets_its_own_size_through_and_no_more() {
    let append = |length| {
        Request::Append(Append {
            mailbox: MailboxName::from_bytes([9; 32]),
            write: Capability::from_secret([1; 32]),
            key: IdempotencyKey([2; 16]),
            entry: Entry::Notice(body(length)),
        })
    };
    let record = |length| Request::PutRecord {
        record: RecordName::from_bytes([9; 32]),
        publish: Capability::from_secret([1; 32]),
        version: u64::MAX,
        body: body(length),
    };
    let packages = |count, length, last| Request::PutPackages {
        publish: Capability::from_secret([1; 32]),
        take: CapabilityHash::from_bytes([3; 32]),
        packages: vec![body(length); count],
        last_resort: Some(body(last)),
    };
    let pairs = [
        (append(MAX_BODY), append(MAX_BODY + 1)),
        (
            Request::PutBlob { body: body(MAX_BLOB) },
            Request::PutBlob {
                body: body(MAX_BLOB + 1),
            },
        ),
        (record(MAX_RECORD), record(MAX_RECORD + 1)),
        (
            packages(MAX_PACKAGES, MAX_PACKAGE, MAX_PACKAGE),
            packages(MAX_PACKAGES + 1, 1, 1),
        ),
        (packages(1, MAX_PACKAGE, 0), packages(1, MAX_PACKAGE + 1, 0)),
        (packages(1, 0, MAX_PACKAGE), packages(1, 0, MAX_PACKAGE + 1)),
    ];
    for (largest, over) in pairs {
        let largest = ToServer {
            id: 1,
            request: largest,
        };
        assert_eq!(ToServer::decode(&largest.encode().unwrap()), Ok(largest));
        let over = ToServer { id: 1, request: over };
        assert_eq!(over.encode(), Err(FrameError::TooLarge));
    }
}

#[test]
fn a_body_over_its_limit_is_refused_though_the_frame_would_fit() {
    let name = [0x58, 0x20].into_iter().chain([9; 32]).collect::<Vec<u8>>();
    let secret = [0x58, 0x20].into_iter().chain([1; 32]).collect::<Vec<u8>>();
    let frame = |length: usize| {
        let head = [0x5a]
            .into_iter()
            .chain(u32::try_from(length).unwrap().to_be_bytes());
        let mut bytes = [&[0x86, 0x08, 0x07], &name[..], &secret, &[0x01]].concat();
        bytes.extend(head);
        bytes.resize(bytes.len() + length, 0);
        bytes
    };
    assert!(ToServer::decode(&frame(MAX_RECORD)).is_ok());
    let refused = ToServer::decode(&frame(MAX_RECORD + 1)).unwrap_err();
    assert_eq!((refused.id, refused.refusal()), (Some(7), Refusal::TooLarge));
}

#[test]
fn pages_are_bounded_and_their_numbers_rise() {
    let page = |slots: Vec<Slot>, last| ToClient::Answer {
        id: 7,
        answer: Answer::Slots(Page {
            slots,
            commits: 0,
            last,
        }),
    };
    let slot = |seq, length| Slot {
        seq,
        kind: SlotKind::Message,
        body: body(length),
    };
    let full: Vec<Slot> = (1..=4).map(|seq| slot(seq, FETCH_BYTES / 4)).collect();
    let bytes = page(full.clone(), 4).encode().unwrap();
    assert!(ToClient::decode(&bytes).is_ok());
    let over = full.into_iter().chain([slot(5, 1)]).collect();
    assert_eq!(page(over, 5).encode(), Err(FrameError::TooLarge));
    let many = |count: usize| (1..=count as u64).map(|seq| slot(seq, 1)).collect();
    assert!(page(many(FETCH_SLOTS), 9999).encode().is_ok());
    assert_eq!(
        page(many(FETCH_SLOTS + 1), 9999).encode(),
        Err(FrameError::TooLarge)
    );
    for (slots, last) in [
        (vec![slot(0, 1)], 1),
        (vec![slot(2, 1), slot(2, 1)], 2),
        (vec![slot(2, 1), slot(1, 1)], 2),
        (vec![slot(2, 1)], 1),
    ] {
        assert_eq!(page(slots, last).encode(), Err(FrameError::Malformed));
    }
    assert!(page(vec![slot(1, 1), slot(3, 1)], 3).encode().is_ok());
}

#[test]
fn a_length_that_the_bytes_do_not_back_is_refused() {
    let claims: [&[u8]; 4] = [
        &[
            0x83, 0x06, 0x07, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        ],
        &[0x83, 0x06, 0x07, 0x5a, 0x00, 0x10, 0x00, 0x00, 0x01],
        &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x06, 0x07],
        &[
            0x85, 0x03, 0x07, 0x00, 0x01, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        ],
    ];
    for bytes in claims {
        assert!(ToServer::decode(bytes).is_err());
        assert!(ToClient::decode(bytes).is_err());
    }
}

#[test]
fn debug_shows_no_name_secret_key_or_body() {
    let shown = format!(
        "{:?}",
        ToServer {
            id: 7,
            request: Request::Append(Append {
                mailbox: MailboxName::from_bytes([0xab; 32]),
                write: Capability::from_secret([0xab; 32]),
                key: IdempotencyKey([0xab; 16]),
                entry: Entry::Notice(Body::from(vec![0xab; 5])),
            }),
        }
    );
    assert!(!shown.contains("171") && !shown.contains("ab,"), "{shown}");
    assert!(shown.contains("Notice(Body(5 bytes))"), "{shown}");
}

fn body(length: usize) -> Body {
    Body::from(vec![0x5a; length])
}

fn bodies() -> impl Strategy<Value = Body> {
    prop_oneof![vec(any::<u8>(), 0..40), vec(any::<u8>(), 250..260)].prop_map(Body::from)
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..30_u64, any::<u64>()]
}

fn secret() -> impl Strategy<Value = Capability> {
    any::<[u8; 32]>().prop_map(Capability::from_secret)
}

fn hash() -> impl Strategy<Value = CapabilityHash> {
    any::<[u8; 32]>().prop_map(CapabilityHash::from_bytes)
}

fn mailbox() -> impl Strategy<Value = MailboxName> {
    any::<[u8; 32]>().prop_map(MailboxName::from_bytes)
}

fn record() -> impl Strategy<Value = RecordName> {
    any::<[u8; 32]>().prop_map(RecordName::from_bytes)
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        bodies().prop_map(Entry::Message),
        (option::of(number()), bodies()).prop_map(|(expect, body)| Entry::Commit { expect, body }),
        bodies().prop_map(Entry::Notice),
    ]
}

fn append() -> impl Strategy<Value = Append> {
    (mailbox(), secret(), any::<[u8; 16]>(), entry()).prop_map(|(mailbox, write, key, entry)| Append {
        mailbox,
        write,
        key: IdempotencyKey(key),
        entry,
    })
}

fn request() -> impl Strategy<Value = Request> {
    let put_record = (record(), secret(), number(), bodies());
    let put_packages = (secret(), hash(), vec(bodies(), 0..4), option::of(bodies()));
    prop_oneof![
        (hash(), hash()).prop_map(|(read, write)| Request::Create { read, write }),
        append().prop_map(Request::Append),
        (mailbox(), secret(), number()).prop_map(|(mailbox, read, after)| Request::Fetch {
            mailbox,
            read,
            after
        }),
        (mailbox(), secret(), number()).prop_map(|(mailbox, read, after)| Request::Watch {
            mailbox,
            read,
            after
        }),
        mailbox().prop_map(|mailbox| Request::Unwatch { mailbox }),
        bodies().prop_map(|body| Request::PutBlob { body }),
        any::<[u8; 32]>().prop_map(|name| Request::GetBlob {
            blob: BlobName::from_bytes(name)
        }),
        put_record.prop_map(|(record, publish, version, body)| Request::PutRecord {
            record,
            publish,
            version,
            body
        }),
        record().prop_map(|record| Request::GetRecord { record }),
        put_packages.prop_map(|(publish, take, packages, last_resort)| Request::PutPackages {
            publish,
            take,
            packages,
            last_resort
        }),
        (any::<[u8; 32]>(), secret()).prop_map(|(name, take)| Request::TakePackage {
            pool: PoolName::from_bytes(name),
            take
        }),
    ]
}

fn kind() -> impl Strategy<Value = SlotKind> {
    prop_oneof![
        Just(SlotKind::Message),
        Just(SlotKind::Commit),
        Just(SlotKind::Notice)
    ]
}

fn slot() -> impl Strategy<Value = Slot> {
    (number(), kind(), bodies()).prop_map(|(seq, kind, body)| Slot { seq, kind, body })
}

/// Numbers rise, with gaps.
fn page() -> impl Strategy<Value = Page> {
    let steps = vec((1..300_u64, kind(), bodies()), 0..5);
    (steps, number(), 0..300_u64).prop_map(|(steps, commits, beyond)| {
        let mut seq = 0;
        let slots = steps
            .into_iter()
            .map(|(step, kind, body)| {
                seq += step;
                Slot { seq, kind, body }
            })
            .collect();
        Page {
            slots,
            commits,
            last: seq + beyond,
        }
    })
}

fn refusal() -> impl Strategy<Value = Refusal> {
    prop_oneof![
        Just(Refusal::NoSuch),
        Just(Refusal::Denied),
        Just(Refusal::Closed),
        number().prop_map(|current| Refusal::Conflict { current }),
        Just(Refusal::Full),
        Just(Refusal::TooLarge),
        any::<u32>().prop_map(|milliseconds| Refusal::SlowDown { milliseconds }),
        Just(Refusal::Malformed),
        Just(Refusal::Version),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        Just(Answer::Done),
        number().prop_map(|seq| Answer::Appended { seq }),
        page().prop_map(Answer::Slots),
        bodies().prop_map(Answer::Blob),
        (number(), bodies()).prop_map(|(version, body)| Answer::Record { version, body }),
        number().prop_map(|packages| Answer::Left { packages }),
        (bodies(), any::<bool>()).prop_map(|(body, last_resort)| Answer::Package { body, last_resort }),
        refusal().prop_map(Answer::Refused),
    ]
}

fn to_client() -> impl Strategy<Value = ToClient> {
    prop_oneof![
        (any::<u32>(), answer()).prop_map(|(id, answer)| ToClient::Answer { id, answer }),
        (mailbox(), slot()).prop_map(|(mailbox, slot)| ToClient::Pushed(Pushed::Slot { mailbox, slot })),
        mailbox().prop_map(|mailbox| ToClient::Pushed(Pushed::Lagged { mailbox })),
    ]
}

/// What may happen to bytes on their way. Places are fractions of the length, so that each strikes.
#[derive(Clone, Debug)]
enum Damage {
    Change(Vec<(usize, u8)>),
    Remove(usize),
    Insert(usize, u8),
    Swap(usize, usize),
}

impl Damage {
    fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        let length = bytes.len();
        match self {
            Self::Change(changes) => {
                for (at, change) in changes {
                    bytes[at % length] ^= change;
                }
            }
            Self::Remove(at) => {
                bytes.remove(at % length);
            }
            Self::Insert(at, byte) => bytes.insert(at % length, *byte),
            Self::Swap(a, b) => bytes.swap(a % length, b % length),
        }
        bytes
    }
}

/// Half of the places are in the first bytes, where the structure is.
fn place() -> impl Strategy<Value = usize> {
    prop_oneof![0..8_usize, any::<usize>()]
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        vec((place(), 1..=255_u8), 1..4).prop_map(Damage::Change),
        place().prop_map(Damage::Remove),
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        (place(), place()).prop_map(|(a, b)| Damage::Swap(a, b)),
    ]
}
