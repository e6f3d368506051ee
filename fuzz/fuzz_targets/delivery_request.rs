//! What a server is handed: any bytes, and honest requests with some bytes changed. What is read as a request is
//! written as the same bytes.

#![no_main]

use std::sync::LazyLock;

use delivery::{
    Append, BlobName, Body, Capability, Entry, IdempotencyKey, MailboxKeys, PoolName, RecordName, Request,
    ToServer,
};
use libfuzzer_sys::fuzz_target;

mod damage;

static HONEST: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let frame = |request| ToServer { id: 300, request }.encode().expect("it is small");
    requests().into_iter().map(frame).collect()
});

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    if let Some(bytes) = damage::damaged(&HONEST, bytes) {
        read(&bytes);
    }
});

fn read(bytes: &[u8]) {
    match ToServer::decode(bytes) {
        Ok(read) => assert_eq!(read.encode().as_deref(), Ok(bytes)),
        Err(bad) => drop((bad.refusal(), bad.to_string())),
    }
}

fn requests() -> Vec<Request> {
    let keys = MailboxKeys::from_secrets([1; 32], [2; 32]);
    let mailbox = keys.name();
    let body = |length| Body::from(vec![7; length]);
    let append = |entry| {
        Request::Append(Append {
            mailbox,
            write: keys.write.clone(),
            key: IdempotencyKey([3; 16]),
            entry,
        })
    };
    let hashes = keys.hashes();
    vec![
        Request::Create {
            read: hashes.read,
            write: hashes.write,
        },
        append(Entry::Message(body(40))),
        append(Entry::Commit {
            expect: Some(1),
            body: body(40),
        }),
        append(Entry::Commit {
            expect: None,
            body: body(300),
        }),
        append(Entry::Notice(body(0))),
        Request::Fetch {
            mailbox,
            read: keys.read.clone(),
            after: 5,
        },
        Request::Watch {
            mailbox,
            read: keys.read.clone(),
            after: 70_000,
        },
        Request::Unwatch { mailbox },
        Request::PutBlob { body: body(70) },
        Request::GetBlob {
            blob: BlobName::of(b"tree"),
        },
        Request::PutRecord {
            record: RecordName::of_account(&[4; 32]),
            publish: Capability::from_secret([5; 32]),
            version: 1 << 40,
            body: body(30),
        },
        Request::GetRecord {
            record: RecordName::of_account(&[4; 32]),
        },
        Request::PutPackages {
            publish: Capability::from_secret([5; 32]),
            take: hashes.read,
            packages: vec![body(3), body(30), body(0)],
            last_resort: Some(body(24)),
        },
        Request::TakePackage {
            pool: PoolName::of(&hashes.read, &hashes.write),
            take: Capability::from_secret([6; 32]),
        },
    ]
}
