//! Keeping an exported chat as an archive.
//!
//! Everything happens in one step of the store: an import that breaks off, for whatever reason, leaves nothing. Memory
//! does not grow with the file: entries go through one at a time, and SQLite writes pages out when its cache is full.
//! Measured on two busy cores: 1,000,000 messages of 100 bytes in 41 s and 23 MB of memory; 209 MB on the disk, and as much
//! again until the step is done.
//!
//! **Times.** Most exports have the local times of whoever exported, without a zone. They are kept as if they were UTC, and
//! the chat is marked ([`crate::store::chats::Chat::civil_times`]); so days and hours stay as the export has them.
//! Where the export had points in time, the reader gives them in UTC, which is the same. Years before 1970 become 1970.
//!
//! **Numbers** are those of the export, so that citations mean the same message here and in the file. If a file holds
//! several chats, each becomes an archive of its own, with gaps in its numbers.
//!
//! **Consent** is [`Consent::ARCHIVE`], for ever: nobody in it was asked.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chat::Time;
use chat::consent::Consent;
use import::{DateOrder, Entry, ImportError, Report, Source, Times};
use rusqlite::{OptionalExtension, params};

use crate::api::{ChatId, ChatState, Delivery};
use crate::names::{self, WhoIsThat};
use crate::search;
use crate::store::messages::{Kind, NewMessage, Tally, Writer};
use crate::store::{Store, StoreError, Tx, chats, messages};

/// What to keep, and how.
#[derive(Clone, Copy, Default)]
pub struct Request<'a> {
    /// How to read the file: the order of dates, one chat of many, progress.
    pub options: import::Options<'a>,
    /// The title, where a person gave one; only where one chat is kept.
    pub title: Option<&'a str>,
    /// The title where the file names none: its own name, for example.
    pub file_name: &'a str,
    /// Who is reading, by the name in the export or a part of it, where the export does not say so itself.
    pub me: Option<&'a str>,
    /// Set from elsewhere to break off.
    pub stop: Option<&'a AtomicBool>,
}

/// What was kept.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The new chats, in the order of the file.
    pub chats: Vec<ChatId>,
    /// What the reader says of the file.
    pub report: Report,
}

/// Why nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The store cannot keep it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not one message.
    #[error("there is no message in this file; nothing was kept")]
    Empty,
    /// One title, many chats.
    #[error(
        "this file holds {0} chats, and one title cannot name them all; choose one with --chat, or give no title"
    )]
    ManyChats(usize),
    /// More than any messenger has.
    #[error("this file names more chats than an account can have; choose one with --chat")]
    TooManyChats,
    /// The reader is not found.
    #[error(transparent)]
    Me(#[from] WhoIsThat),
    /// Somebody broke it off.
    #[error("stopped; nothing was kept")]
    Stopped,
}

/// Keeps an export.
///
/// # Errors
/// [`ArchiveError`]; then nothing of it is in the store.
pub fn keep<S: Source + ?Sized>(
    store: &Store,
    source: &S,
    request: &Request<'_>,
    now: Time,
) -> Result<Imported, ArchiveError> {
    let imported = store.transaction(|tx| read_into(tx, source, request, now))?;
    // Everything is kept by now; a log that stays large is no reason to say otherwise.
    let _ = store.shrink_log();
    Ok(imported)
}

fn read_into<S: Source + ?Sized>(
    tx: &Tx<'_>,
    source: &S,
    request: &Request<'_>,
    now: Time,
) -> Result<Imported, ArchiveError> {
    let mut archive = Archive::new(tx, request, now)?;
    let mut failed = None;
    let report = import::read(
        source,
        &request.options,
        &mut |entry| match archive.take(&entry) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        },
    );
    match failed {
        Some(error) => Err(error),
        None => {
            let imported = archive.finish(report?)?;
            search::bring_up_to_date(tx)?;
            Ok(imported)
        }
    }
}

struct Archive<'a> {
    tx: &'a Tx<'a>,
    request: &'a Request<'a>,
    now: Time,
    writer: Writer<'a>,
    chats: HashMap<Option<Arc<str>>, Kept>,
    order: Vec<ChatId>,
}

#[derive(Clone, Copy)]
struct Kept {
    id: ChatId,
    tally: Tally,
}

impl<'a> Archive<'a> {
    fn new(tx: &'a Tx<'a>, request: &'a Request<'a>, now: Time) -> Result<Self, StoreError> {
        Ok(Self {
            tx,
            request,
            now,
            writer: Writer::new(tx)?,
            chats: HashMap::new(),
            order: Vec::new(),
        })
    }

    fn take(&mut self, entry: &Entry) -> Result<(), ArchiveError> {
        let stop = self.request.stop;
        if stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Err(ArchiveError::Stopped);
        }
        let (kind, text) = words_of(entry);
        let mine = entry.me == Some(true);
        let (chat, tally) = self.place_of(entry, kind, mine)?;
        let answers = entry
            .reply_to
            .map(|id| self.number_of(chat, id))
            .transpose()?
            .flatten();
        let message = NewMessage {
            id: None,
            kind,
            author: entry.author.as_deref(),
            account: None,
            mine,
            sent_at: as_if_utc(entry.at),
            received_at: self.now,
            text,
            reply_to: None,
            sent_under: Consent::ARCHIVE,
            never_ai: false,
            drafted_with_ai: false,
            delivery: Delivery::Received,
            slot: None,
        };
        self.writer.write(chat, tally, &message, answers)?;
        if let Some(id) = entry.id {
            self.remember(chat, id, entry.n)?;
        }
        Ok(())
    }

    fn place_of(&mut self, entry: &Entry, kind: Kind, mine: bool) -> Result<(ChatId, Tally), ArchiveError> {
        if let Some(kept) = self.chats.get_mut(&entry.chat) {
            kept.tally = kept.tally.and(entry.n, kind, mine);
            return Ok((kept.id, kept.tally));
        }
        if self.order.len() == import::MAX_CHATS {
            return Err(ArchiveError::TooManyChats);
        }
        let title = self.request.title.or(entry.chat.as_deref());
        let id = chats::insert(
            self.tx,
            &chats::NewChat {
                state: ChatState::Archive,
                title: title.unwrap_or(self.request.file_name),
                group: None,
                server: None,
                consent: Consent::ARCHIVE,
                notes: b"",
            },
        )?;
        let tally = Tally::default().and(entry.n, kind, mine);
        let kept = Kept { id, tally };
        self.chats.insert(entry.chat.clone(), kept);
        self.order.push(id);
        Ok((id, tally))
    }

    fn number_of(&self, chat: ChatId, id: i64) -> Result<Option<u32>, StoreError> {
        let n = self
            .tx
            .prepare_cached("SELECT n FROM archive_ids WHERE chat = ?1 AND id = ?2")?
            .query_row(params![chat.0, id], |row| row.get(0))
            .optional()?;
        Ok(n)
    }

    /// Of two messages with one number, which a damaged export can have, the first counts.
    fn remember(&self, chat: ChatId, id: i64, n: u32) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("INSERT OR IGNORE INTO archive_ids (chat, id, n) VALUES (?1, ?2, ?3)")?
            .execute(params![chat.0, id, n])?;
        Ok(())
    }

    fn finish(self, report: Report) -> Result<Imported, ArchiveError> {
        if report.messages == 0 {
            return Err(ArchiveError::Empty);
        }
        if self.request.title.is_some() && self.order.len() > 1 {
            return Err(ArchiveError::ManyChats(self.order.len()));
        }
        if let Some(typed) = self.request.me {
            let me = names::find(&report.participants, typed)?;
            for chat in &self.order {
                messages::claim(self.tx, *chat, me)?;
            }
        }
        let civil = report.times == Times::AsWritten;
        let month_first = report.date_order == Some(DateOrder::Mdy);
        for kept in self.chats.values() {
            chats::set_dates(self.tx, kept.id, civil, month_first)?;
            if let Some(own) = messages::last_own(self.tx, kept.id)? {
                chats::mark_read(self.tx, kept.id, own)?;
            }
        }
        Ok(Imported {
            chats: self.order,
            report,
        })
    }
}

/// Who speaks, and what is shown.
fn words_of(entry: &Entry) -> (Kind, &str) {
    match entry.kind {
        import::Kind::System => (Kind::Line, &entry.text),
        import::Kind::Message if entry.deleted => (Kind::Notice, &entry.text),
        import::Kind::Message if entry.text.is_empty() && entry.media.is_some() => {
            (Kind::Notice, "(something that was sent as a file)")
        }
        import::Kind::Message => (Kind::Person, &entry.text),
    }
}

fn as_if_utc(at: jiff::civil::DateTime) -> Time {
    let seconds = jiff::tz::Offset::UTC
        .to_timestamp(at)
        .map_or(0, |moment| moment.as_second());
    Time::from_unix_seconds(u64::try_from(seconds).unwrap_or(0))
}
