//! Which messages a task may look at.

use assistant::{Message, Transcript};
use chat::Time;
use chat::consent::{Ceiling, Consent, usable};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::api::ChatId;
use crate::store::chats::{self, Chat};
use crate::store::messages::{self, Kind};
use crate::store::{Read, Result, of_consent, of_time, row_of, rows_of};

use super::authors::Authors;
use super::limits::{CONTEXT, MOST_MESSAGES, MOST_TEXT};
use super::part::{self, Part};

/// Where messages are looked at: in a process of this device.
pub(super) const PLACE: Ceiling = Ceiling::OnDevice;

/// What a person asks for, and what holds at this moment.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The chat.
    pub chat: ChatId,
    /// Which part of it.
    pub part: Part,
    /// At most so many lines.
    pub items: u16,
    /// The name of who is reading, for a chat in which they never wrote.
    pub me: Option<&'a str>,
    /// What the members agree to now.
    pub consent: Consent,
    /// Who holds the ceiling down.
    pub held_by: &'a [String],
    /// This moment.
    pub now: Time,
    /// Whose hours are shown; an archive has its own.
    pub zone: &'a TimeZone,
}

/// Whether AI may look at a chat.
#[derive(Debug)]
pub enum Verdict {
    /// At this.
    Allowed(Selection),
    /// No.
    Refused(Refusal),
}

/// The ceiling of the chat is `off`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The title of the chat.
    pub title: String,
    /// The ceiling now.
    pub ceiling: Ceiling,
    /// The names of those who hold it down.
    pub held_by: Vec<String>,
}

/// What a task may look at. Only [`select`] makes one.
#[derive(Debug)]
pub struct Selection {
    pub(super) transcript: Transcript,
    pub(super) left_out: LeftOut,
    pub(super) title: String,
    pub(super) chat: ChatId,
    pub(super) ceiling: Ceiling,
    pub(super) items: u16,
}

impl Selection {
    /// The messages.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// What belongs to the part and is not in it.
    #[must_use]
    pub fn left_out(&self) -> LeftOut {
        self.left_out
    }

    /// How many messages of people the part holds, and when the first and the last of them were sent.
    #[must_use]
    pub fn extent(&self) -> (usize, Option<(DateTime, DateTime)>) {
        let written = || {
            self.transcript
                .unread()
                .iter()
                .filter(|message| message.author.is_some())
                .map(|message| message.at)
        };
        (written().count(), written().next().zip(written().next_back()))
    }
}

/// Messages of people that belong to the part and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Marked "never AI".
    pub never_ai: u64,
    /// Sent while the ceiling was `off`.
    pub off_when_sent: u64,
    /// Older than those that can be looked at in one go.
    pub too_many: u64,
}

/// Takes the part of the chat that may be looked at.
///
/// # Errors
/// [`crate::store::StoreError`], for one where there is no such chat.
pub fn select(connection: &Connection, question: &Question<'_>) -> Result<Verdict> {
    let chat = chats::load(connection, question.chat)?;
    let consent = question.consent.min(chat.consent);
    let ceiling = consent.at(question.now);
    if ceiling < PLACE {
        return Ok(Verdict::Refused(Refusal {
            title: chat.title,
            ceiling,
            held_by: question.held_by.to_vec(),
        }));
    }
    let begin = part::begin(connection, &chat, question.part, question.zone)?;
    let mut gathered = Gathered::new(consent, question.now, begin);
    gathered.walk_back(connection, &chat)?;
    let left_out = gathered.left_out;
    let transcript = gathered.into_transcript(connection, &chat, question)?;
    Ok(Verdict::Allowed(Selection {
        transcript,
        left_out,
        title: chat.title,
        chat: chat.id,
        ceiling,
        items: question.items,
    }))
}

/// A message that may be used.
struct Usable {
    n: u32,
    sent_at: Time,
    kind: Kind,
    author: Option<String>,
    account: Option<Vec<u8>>,
    text: String,
}

/// What was gathered so far, from the newest back.
struct Gathered {
    consent: Consent,
    now: Time,
    begin: u32,
    newest_first: Vec<Usable>,
    in_part: usize,
    text: usize,
    left_out: LeftOut,
}

/// Whether to go on.
enum Next {
    Older,
    Enough,
}

impl Gathered {
    fn new(consent: Consent, now: Time, begin: u32) -> Self {
        Self {
            consent,
            now,
            begin,
            newest_first: Vec::new(),
            in_part: 0,
            text: 0,
            left_out: LeftOut::default(),
        }
    }

    fn walk_back(&mut self, connection: &Connection, chat: &Chat) -> Result<()> {
        // The text is the last column, and read only of what may be used.
        let mut statement = connection.prepare_cached(
            "SELECT n, kind, sent_at, never_ai, consent_most, consent_until, author, account, text
             FROM messages WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC",
        )?;
        let mut rows = statement.query(rows_of(chat.id.0))?;
        while let Some(row) = rows.next()? {
            if let Next::Enough = self.take(row)? {
                let n: u32 = row.get(0)?;
                self.left_out.too_many = count_between(connection, chat.id, self.begin, n)?;
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self, row: &Row<'_>) -> Result<Next> {
        let n: u32 = row.get(0)?;
        let in_part = n >= self.begin;
        if !in_part && self.context() >= CONTEXT {
            return Ok(Next::Enough);
        }
        let Read(kind) = row.get::<_, Read<Kind>>(1)?;
        if !self.may_use(row, in_part && kind != Kind::Line)? {
            return Ok(Next::Older);
        }
        let message = Usable {
            n,
            sent_at: of_time(row, 2)?,
            kind,
            author: row.get(6)?,
            account: row.get(7)?,
            text: row.get(8)?,
        };
        let text = self.text.saturating_add(message.text.len());
        if text > MOST_TEXT || (in_part && self.in_part >= MOST_MESSAGES) {
            return Ok(Next::Enough);
        }
        self.text = text;
        self.in_part = self.in_part.saturating_add(usize::from(in_part));
        self.newest_first.push(message);
        Ok(Next::Older)
    }

    fn context(&self) -> usize {
        self.newest_first.len().saturating_sub(self.in_part)
    }

    /// The rule (R14): at most the minimum of the ceiling now and when it was sent, and never what was marked.
    fn may_use(&mut self, row: &Row<'_>, counts: bool) -> Result<bool> {
        let counts = u64::from(counts);
        if row.get(3)? {
            self.left_out.never_ai = self.left_out.never_ai.saturating_add(counts);
            return Ok(false);
        }
        let sent_under = of_consent(row, 4)?;
        if usable(self.consent, self.now, sent_under, of_time(row, 2)?) < PLACE {
            self.left_out.off_when_sent = self.left_out.off_when_sent.saturating_add(counts);
            return Ok(false);
        }
        Ok(true)
    }

    fn into_transcript(
        self,
        connection: &Connection,
        chat: &Chat,
        question: &Question<'_>,
    ) -> Result<Transcript> {
        let unread_from = self.context();
        let mut authors = Authors::default();
        let me =
            reader(connection, chat, question.me)?.and_then(|(account, name)| authors.number(account, &name));
        let messages = self
            .newest_first
            .into_iter()
            .rev()
            .map(|message| message.into_message(chat, question.zone, &mut authors))
            .collect();
        Ok(Transcript {
            authors: authors.into_names(),
            me,
            month_first: chat.month_first,
            unread_from,
            messages,
        })
    }
}

impl Usable {
    fn into_message(self, chat: &Chat, zone: &TimeZone, authors: &mut Authors) -> Message {
        let author = self
            .author
            .filter(|_| self.kind != Kind::Line)
            .and_then(|name| authors.number(self.account, &name));
        Message {
            n: self.n,
            at: part::civil(chat, self.sent_at, zone),
            author,
            // A notice is nobody's words.
            text: if self.kind == Kind::Notice {
                String::new()
            } else {
                self.text
            },
        }
    }
}

/// Who is reading: whoever wrote the last own message, or the name that was given.
fn reader(
    connection: &Connection,
    chat: &Chat,
    given: Option<&str>,
) -> Result<Option<(Option<Vec<u8>>, String)>> {
    let last = messages::last_own(connection, chat.id)?.unwrap_or(0);
    let own = connection
        .prepare_cached(
            "SELECT account, author FROM messages WHERE id BETWEEN ?1 AND ?2 AND mine = 1 AND author IS NOT NULL
             ORDER BY id DESC LIMIT 1",
        )?
        .query_row([row_of(chat.id.0, 0), row_of(chat.id.0, last)], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(own.or_else(|| given.map(|name| (None, name.to_owned()))))
}

/// Messages of people from one number to another.
fn count_between(connection: &Connection, chat: ChatId, from: u32, to: u32) -> Result<u64> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM messages WHERE id BETWEEN ?1 AND ?2 AND kind <> 1")?
        .query_row([row_of(chat.0, from), row_of(chat.0, to)], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}
