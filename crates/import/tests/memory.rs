//! A large file is read in the memory of a small one: the source makes its bytes as they are asked for, and an
//! allocator counts what is held.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes on to the system's allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(held, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The same bytes over and over, between a beginning and an end.
struct Endless {
    begin: &'static str,
    again: String,
    times: u64,
    end: &'static str,
}

struct Handle<'a> {
    of: &'a Endless,
    at: u64,
}

impl import::Source for Endless {
    type Reader<'a> = Handle<'a>;

    fn open(&self) -> io::Result<Handle<'_>> {
        Ok(Handle { of: self, at: 0 })
    }

    fn size(&self) -> u64 {
        (self.begin.len() + self.end.len()) as u64 + self.again.len() as u64 * self.times
    }
}

impl Read for Handle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (begin, again) = (self.of.begin.len() as u64, self.of.again.len() as u64);
        let middle = begin + again * self.of.times;
        let part = if self.at < begin {
            &self.of.begin.as_bytes()[usize::try_from(self.at).unwrap()..]
        } else if self.at < middle {
            &self.of.again.as_bytes()[usize::try_from((self.at - begin) % again).unwrap()..]
        } else {
            &self.of.end.as_bytes()[usize::try_from(self.at - middle).unwrap()..]
        };
        let count = part.len().min(into.len());
        into[..count].copy_from_slice(&part[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Handle<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(at) = to else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        self.at = at;
        Ok(at)
    }
}

fn peak_of(source: &Endless) -> (usize, u64) {
    let before = HELD.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let mut entries = 0;
    let report = import::read(source, &import::Options::default(), &mut |_| {
        entries += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(entries, report.messages);
    (PEAK.load(Ordering::Relaxed) - before, entries)
}

type Make = fn(usize) -> String;

/// One test, for the allocator is shared.
#[test]
fn memory_does_not_grow_with_the_file() {
    const MIB: usize = 1 << 20;
    let line = |i: usize| format!("15/01/2020, 02:22 - Member {i}: some words that were said\n");
    let rows = |i: usize| {
        format!("{{\"at\":\"2020-01-15T02:22:56\",\"author\":\"Member {i}\",\"text\":\"some words\"}}\n")
    };
    let message = |i: usize| {
        format!(
            "{{\"id\":{i},\"type\":\"message\",\"date\":\"2020-01-15T02:22:56\",\"from\":\"Member {i}\",\"text\":\"some words\"}},\n"
        )
    };
    let kinds: [(&str, Make, &str); 3] = [
        ("", line, ""),
        ("", rows, ""),
        (
            "{\"name\":\"G\",\"type\":\"private_group\",\"id\":1,\"messages\":[\n",
            message,
            "{\"date\":\"2020-01-15T02:22:56\",\"from\":\"x\",\"text\":\"\"}]}",
        ),
    ];
    for (begin, one, end) in kinds {
        let again: String = (0..1000).map(one).collect();
        let (small, few) = peak_of(&Endless {
            begin,
            again: again.clone(),
            times: 2,
            end,
        });
        let (large, many) = peak_of(&Endless {
            begin,
            again,
            times: 60,
            end,
        });
        assert!(many > 20 * few);
        assert!(
            large < small + MIB,
            "{small} bytes for {few} entries, {large} for {many}"
        );
        assert!(large < 8 * MIB, "{large}");
    }
    // Lines, messages and names that never end.
    let endless = [
        ("15/01/2020, 02:22 - Ana: ", "a".repeat(1000), ""),
        ("15/01/2020, 02:22 - Ana: x\n", "line\n".repeat(200), ""),
        (
            "{\"messages\":[{\"date\":\"2020-01-15T02:22:56\",\"from\":\"A\",\"text\":\"",
            "a".repeat(1000),
            "\"}]}",
        ),
    ];
    for (begin, again, end) in endless {
        let source = Endless {
            begin,
            again,
            times: 6_000,
            end,
        };
        let (peak, _) = peak_of(&source);
        assert!(peak < 16 * MIB, "{peak} for {begin}");
    }
}
