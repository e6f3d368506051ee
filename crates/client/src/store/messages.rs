//! Messages: one row each, numbered in their chat from 1.

use chat::Time;
use chat::consent::Consent;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use crate::api::{ChatId, Delivery, MessageLine, Page};

use super::account::one;
use super::values::{Column, Read, count_of, of_time, parts_of, row_of, rows_of, time_of};
use super::{Result, StoreError, Tx};

/// The id of a message: unique in its chat.
pub type MessageId = [u8; 32];

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person: these are their words.
    Person,
    /// The messenger.
    Line,
    /// A person, but the words are not theirs: a notice that they deleted something, or sent what is not here.
    Notice,
}

impl Column for Kind {
    const ALL: &'static [Self] = &[Self::Person, Self::Line, Self::Notice];
}

impl Column for Delivery {
    const ALL: &'static [Self] = &[Self::Received, Self::Queued, Self::Sent];
}

/// Where a message stands on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The epoch, and so the mailbox.
    pub epoch: u64,
    /// The slot.
    pub seq: u64,
}

/// A message that is not in the store yet.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// Its id; `None` for lines of the messenger and for archives.
    pub id: Option<MessageId>,
    /// Who speaks.
    pub kind: Kind,
    /// The name of the author, as it was then.
    pub author: Option<&'a str>,
    /// The account of the author.
    pub account: Option<&'a [u8]>,
    /// Whether this account wrote it.
    pub mine: bool,
    /// When its sender says it was sent.
    pub sent_at: Time,
    /// When it came here.
    pub received_at: Time,
    /// What it says.
    pub text: &'a str,
    /// The message that it answers, here or not.
    pub reply_to: Option<MessageId>,
    /// What the members agreed to when it was sent.
    pub sent_under: Consent,
    /// It must never be used by AI.
    pub never_ai: bool,
    /// Its sender says that AI helped to write it.
    pub drafted_with_ai: bool,
    /// Where it is.
    pub delivery: Delivery,
    /// Where it stands on the server, once that is known.
    pub slot: Option<Slot>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It has this number now.
    New(u32),
    /// A message with its id was there before, under this number; nothing was changed.
    Known(u32),
}

/// Puts a message at the end of its chat.
///
/// # Errors
/// [`StoreError::NoSuch`] where there is no such chat.
pub fn append(tx: &Tx<'_>, chat: ChatId, message: &NewMessage<'_>) -> Result<Appended> {
    if let Some(known) = message
        .id
        .map(|id| number_of(tx, chat, &id))
        .transpose()?
        .flatten()
    {
        return Ok(Appended::Known(known));
    }
    Ok(Appended::New(insert(tx, chat, message, None)?))
}

/// Puts a message of this device at the end of its chat, to wait there until it is sent. Its id has to be a new one; what it
/// answers is known by its number. Gives its own.
///
/// # Errors
/// [`StoreError::NoSuch`] where there is no such chat.
pub fn append_queued(
    tx: &Tx<'_>,
    chat: ChatId,
    message: &NewMessage<'_>,
    answers: Option<u32>,
) -> Result<u32> {
    let queued = NewMessage {
        delivery: Delivery::Queued,
        ..*message
    };
    insert(tx, chat, &queued, answers)
}

fn insert(tx: &Tx<'_>, chat: ChatId, message: &NewMessage<'_>, answers: Option<u32>) -> Result<u32> {
    let newest = newest(tx, chat)?;
    if newest.is_none() {
        tx.prepare_cached("SELECT 1 FROM chats WHERE id = ?1")?
            .query_row([chat.0], |_| Ok(()))?;
    }
    let before = newest.unwrap_or_default();
    let tally = before.and(before.n.saturating_add(1), message.kind, message.mine);
    Writer::new(tx)?.write(chat, tally, message, answers)?;
    Ok(tally.n)
}

/// A message's number, and what is carried on from message to message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    n: u32,
    others: u32,
    last_own: u32,
}

impl Tally {
    /// With this message, too.
    pub(crate) fn and(self, n: u32, kind: Kind, mine: bool) -> Self {
        let is_of_others = !mine && kind != Kind::Line;
        Self {
            n,
            others: self.others.saturating_add(u32::from(is_of_others)),
            last_own: if mine { n } else { self.last_own },
        }
    }
}

fn newest(connection: &Connection, chat: ChatId) -> Result<Option<Tally>> {
    let newest = connection
        .prepare_cached(
            "SELECT n, others, last_own FROM messages WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1",
        )?
        .query_row(rows_of(chat.0), |row| {
            Ok(Tally {
                n: row.get(0)?,
                others: row.get(1)?,
                last_own: row.get(2)?,
            })
        })
        .optional()?;
    Ok(newest)
}

/// Writes messages whose numbers the caller gives.
pub(crate) struct Writer<'a> {
    insert: CachedStatement<'a>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(tx: &'a Tx<'_>) -> Result<Self> {
        let insert = tx.prepare_cached(
            "INSERT INTO messages (id, message_id, kind, author, account, mine, sent_at, received_at, text, reply_to_id,
                 reply_to_n, consent_most, consent_until, never_ai, drafted_with_ai, delivery, slot_epoch, slot_seq,
                 others, last_own)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        )?;
        Ok(Self { insert })
    }

    pub(crate) fn write(
        &mut self,
        chat: ChatId,
        tally: Tally,
        message: &NewMessage<'_>,
        reply_to: Option<u32>,
    ) -> Result<()> {
        let (most, until) = parts_of(message.sent_under);
        self.insert.execute(params![
            row_of(chat.0, tally.n),
            message.id,
            message.kind.to_column(),
            message.author,
            message.account,
            message.mine,
            time_of(message.sent_at),
            time_of(message.received_at),
            message.text,
            message.reply_to,
            reply_to,
            most,
            until,
            message.never_ai,
            message.drafted_with_ai,
            message.delivery.to_column(),
            message.slot.map(|slot| count_of(slot.epoch)),
            message.slot.map(|slot| count_of(slot.seq)),
            tally.others,
            tally.last_own,
        ])?;
        Ok(())
    }
}

/// Everything in the chat that this name wrote is by this account.
pub(crate) fn claim(tx: &Tx<'_>, chat: ChatId, author: &str) -> Result<()> {
    let mut all = tx.prepare_cached(
        "SELECT n, kind, mine OR author IS ?3 FROM messages WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    )?;
    let mut update =
        tx.prepare_cached("UPDATE messages SET mine = ?2, others = ?3, last_own = ?4 WHERE id = ?1")?;
    let (first, last) = rows_of(chat.0);
    let mut rows = all.query(params![first, last, author])?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next()? {
        let mine = row.get(2)?;
        tally = tally.and(row.get(0)?, row.get::<_, Read<_>>(1)?.0, mine);
        let id = row_of(chat.0, tally.n);
        update.execute(params![id, mine, tally.others, tally.last_own])?;
    }
    Ok(())
}

/// A server acknowledged an own message. `sent_under` is what the members agreed to in the epoch it was sent in.
///
/// # Errors
/// [`StoreError::NoSuch`] where there is no such message.
pub fn mark_sent(tx: &Tx<'_>, chat: ChatId, n: u32, slot: Slot, sent_under: Consent) -> Result<()> {
    let (most, until) = parts_of(sent_under);
    let slot = (count_of(slot.epoch), count_of(slot.seq));
    one(tx
        .prepare_cached(
            "UPDATE messages SET delivery = 2, slot_epoch = ?2, slot_seq = ?3, consent_most = ?4, consent_until = ?5
             WHERE id = ?1 AND mine = 1",
        )?
        .execute(params![row_of(chat.0, n), slot.0, slot.1, most, until])?)
}

/// The number of the message with this id, where it is here and does not wait to be sent.
///
/// # Errors
/// What the disk says.
pub fn number_of(connection: &Connection, chat: ChatId, id: &MessageId) -> Result<Option<u32>> {
    let n = connection
        .prepare_cached("SELECT n FROM messages WHERE chat = ?1 AND message_id = ?2 AND delivery <> 1")?
        .query_row(params![chat.0, id], |row| row.get(0))
        .optional()?;
    Ok(n)
}

/// The number of the own message that stands at this slot.
///
/// # Errors
/// What the disk says.
pub fn at_slot(connection: &Connection, chat: ChatId, slot: Slot) -> Result<Option<u32>> {
    let n = connection
        .prepare_cached("SELECT n FROM messages WHERE chat = ?1 AND slot_epoch = ?2 AND slot_seq = ?3 AND mine = 1 AND slot_seq IS NOT NULL")?
        .query_row(params![chat.0, count_of(slot.epoch), count_of(slot.seq)], |row| row.get(0))
        .optional()?;
    Ok(n)
}

/// The own messages of which a server said that they stand in this epoch's mailbox, behind this slot.
///
/// # Errors
/// What the disk says.
pub fn own_behind(connection: &Connection, chat: ChatId, slot: Slot) -> Result<Vec<u32>> {
    let mut statement = connection.prepare_cached(
        "SELECT n FROM messages WHERE chat = ?1 AND slot_epoch = ?2 AND slot_seq > ?3 AND mine = 1 AND slot_seq IS NOT NULL
         ORDER BY n",
    )?;
    let found = statement.query_map(params![chat.0, count_of(slot.epoch), count_of(slot.seq)], |row| {
        row.get(0)
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// An own message does not stand where a server said: nobody knows where it is.
///
/// # Errors
/// [`StoreError::NoSuch`] where there is no such message.
pub fn forget_slot(tx: &Tx<'_>, chat: ChatId, n: u32) -> Result<()> {
    one(tx.execute(
        "UPDATE messages SET slot_epoch = NULL, slot_seq = NULL WHERE id = ?1 AND mine = 1",
        [row_of(chat.0, n)],
    )?)
}

/// The id of the message with this number.
///
/// # Errors
/// [`StoreError::NoSuch`] where there is no such message, or it has no id.
pub fn id_of(connection: &Connection, chat: ChatId, n: u32) -> Result<MessageId> {
    connection
        .prepare_cached("SELECT message_id FROM messages WHERE id = ?1")?
        .query_row([row_of(chat.0, n)], |row| row.get::<_, Option<MessageId>>(0))?
        .ok_or(StoreError::NoSuch)
}

/// The number of the last message that this account wrote, where it wrote one.
///
/// # Errors
/// What the disk says.
pub fn last_own(connection: &Connection, chat: ChatId) -> Result<Option<u32>> {
    let last = newest(connection, chat)?.unwrap_or_default().last_own;
    Ok((last > 0).then_some(last))
}

/// The messages of a page, oldest first.
///
/// # Errors
/// [`StoreError::NoSuch`] where there is no such chat.
pub fn page(connection: &Connection, chat: ChatId, page: Page) -> Result<Vec<MessageLine>> {
    let known = super::chats::load(connection, chat)?;
    let (first, last) = rows_of(chat.0);
    match page {
        Page::Unread => lines(
            connection,
            "m.id > ?1 AND m.id <= ?2 ORDER BY m.id",
            params![row_of(chat.0, known.read_up_to), last],
        ),
        Page::Last(count) => {
            let newest = lines(
                connection,
                "m.id BETWEEN ?1 AND ?2 ORDER BY m.id DESC LIMIT ?3",
                params![first, last, count],
            )?;
            Ok(newest.into_iter().rev().collect())
        }
        Page::Before(n, count) => {
            let newest = lines(
                connection,
                "m.id >= ?1 AND m.id < ?2 ORDER BY m.id DESC LIMIT ?3",
                params![first, row_of(chat.0, n), count],
            )?;
            Ok(newest.into_iter().rev().collect())
        }
        Page::From(n, count) => lines(
            connection,
            "m.id BETWEEN ?1 AND ?2 ORDER BY m.id LIMIT ?3",
            params![row_of(chat.0, n), last, count],
        ),
    }
}

/// One message.
///
/// # Errors
/// [`StoreError::NoSuch`] where there is no such message.
pub fn line(connection: &Connection, chat: ChatId, n: u32) -> Result<MessageLine> {
    let mut found = lines(connection, "m.id = ?1", [row_of(chat.0, n)])?;
    found.pop().ok_or(StoreError::NoSuch)
}

/// What [`read_line`] reads, of a message `m`.
pub(crate) const LINE: &str = "m.n, m.sent_at, CASE m.kind WHEN 1 THEN NULL ELSE m.author END, m.mine, m.text, \
     coalesce(m.reply_to_n, \
       (SELECT n FROM messages AS r WHERE r.chat = m.chat AND r.message_id = m.reply_to_id AND r.delivery <> 1)), \
     m.never_ai, m.drafted_with_ai, m.delivery";

/// Reads the columns of [`LINE`], of which the first is column `first`.
pub(crate) fn read_line(row: &Row<'_>, first: usize) -> rusqlite::Result<MessageLine> {
    let at = |column: usize| first.saturating_add(column);
    Ok(MessageLine {
        n: row.get(at(0))?,
        at: of_time(row, at(1))?,
        author: row.get(at(2))?,
        mine: row.get(at(3))?,
        text: row.get(at(4))?,
        reply_to: row.get(at(5))?,
        never_ai: row.get(at(6))?,
        drafted_with_ai: row.get(at(7))?,
        delivery: row.get::<_, Read<_>>(at(8))?.0,
    })
}

fn lines(
    connection: &Connection,
    which: &'static str,
    values: impl rusqlite::Params,
) -> Result<Vec<MessageLine>> {
    let sql = format!("SELECT {LINE} FROM messages AS m WHERE {which}");
    let mut statement = connection.prepare_cached(&sql)?;
    let lines = statement.query_map(values, |row| read_line(row, 0))?;
    Ok(lines.collect::<rusqlite::Result<_>>()?)
}
