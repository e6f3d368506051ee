//! Between the decoders and the caller: numbers entries, keeps the report, honours the choice of a chat.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::civil::DateTime;

use crate::{Entry, Format, ImportError, Kind, Media, Options, Reason, Report, Skip};

/// Names kept in a report. A group has at most some thousands of members.
pub const MAX_PARTICIPANTS: usize = 10_000;

/// Chats kept in a report. Telegram allows some thousands for one account.
pub const MAX_CHATS: usize = 10_000;

/// Skipped lines kept in a report; the total is always counted.
pub const MAX_SKIPS: usize = 1_000;

/// Characters of a name; longer ones are cut. Messengers allow 25 to 128.
pub const MAX_NAME_CHARS: usize = 256;

/// Bytes of one message; the rest is cut and reported. Messengers allow 65,536 characters at most.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// An entry before it has a number.
pub(crate) struct Draft {
    pub at: DateTime,
    pub author: Option<Arc<str>>,
    pub text: String,
    pub kind: Kind,
    pub edited: bool,
    pub deleted: bool,
    pub media: Option<Media>,
    pub me: Option<bool>,
    pub forwarded: bool,
    pub id: Option<i64>,
    pub reply_to: Option<i64>,
}

impl Draft {
    pub(crate) const fn new(at: DateTime, kind: Kind, text: String) -> Self {
        Self {
            at,
            author: None,
            text,
            kind,
            edited: false,
            deleted: false,
            media: None,
            me: None,
            forwarded: false,
            id: None,
            reply_to: None,
        }
    }
}

/// Set when the caller wants no more.
pub(crate) struct Stopped;

pub(crate) struct Sink<'a> {
    pub report: Report,
    wanted: Option<String>,
    seen_wanted: bool,
    last_n: u32,
    overflow: bool,
    known: HashSet<Arc<str>>,
    chats: HashMap<Box<str>, Arc<str>>,
    deliver: &'a mut dyn FnMut(Entry) -> ControlFlow<()>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(
        format: Format,
        options: &Options<'_>,
        deliver: &'a mut dyn FnMut(Entry) -> ControlFlow<()>,
    ) -> Self {
        Self {
            report: Report::new(format),
            wanted: options.chat.map(str::to_lowercase),
            seen_wanted: false,
            last_n: 0,
            overflow: false,
            known: HashSet::new(),
            chats: HashMap::new(),
            deliver,
        }
    }

    /// The shared form of a chat's name, known to the report from now on.
    pub(crate) fn chat(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.chats.get(name) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = cut_name(name).into();
        if self.chats.len() < MAX_CHATS {
            self.chats.insert(name.into(), Arc::clone(&shared));
            self.report.chats.push(shared.to_string());
        }
        shared
    }

    /// Numbers a draft and hands it on, if its chat is wanted.
    pub(crate) fn push(&mut self, draft: Draft, chat: Option<&Arc<str>>, line: u64) -> Result<(), Stopped> {
        let Some(n) = self.last_n.checked_add(1) else {
            self.overflow = true;
            return Err(Stopped);
        };
        self.last_n = n;
        if !self.wants(chat) {
            return Ok(());
        }
        let mut draft = draft;
        if cut_text(&mut draft.text) {
            self.skip(line, Reason::MessageTooLong);
        }
        self.count(&draft);
        let entry = Entry {
            n,
            at: draft.at,
            author: draft.author,
            text: draft.text,
            kind: draft.kind,
            chat: chat.map(Arc::clone),
            edited: draft.edited,
            deleted: draft.deleted,
            media: draft.media,
            me: draft.me,
            forwarded: draft.forwarded,
            id: draft.id,
            reply_to: draft.reply_to,
        };
        match (self.deliver)(entry) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                self.report.stopped = true;
                Err(Stopped)
            }
        }
    }

    /// Records something that was not read.
    pub(crate) fn skip(&mut self, line: u64, reason: Reason) {
        self.report.skipped_total = self.report.skipped_total.saturating_add(1);
        if self.report.skipped.len() < MAX_SKIPS {
            self.report.skipped.push(Skip { line, reason });
        }
    }

    pub(crate) fn finish(self) -> Result<Report, ImportError> {
        if self.overflow {
            return Err(ImportError::TooManyEntries);
        }
        let missing = self.wanted.is_some() && !self.seen_wanted && !self.chats.is_empty();
        if missing {
            Err(ImportError::NoSuchChat)
        } else {
            Ok(self.report)
        }
    }

    fn wants(&mut self, chat: Option<&Arc<str>>) -> bool {
        match (&self.wanted, chat) {
            (None, _) | (Some(_), None) => true,
            (Some(wanted), Some(chat)) => {
                let same = **wanted == **chat || *wanted == chat.to_lowercase();
                self.seen_wanted |= same;
                same
            }
        }
    }

    fn count(&mut self, draft: &Draft) {
        let report = &mut self.report;
        match draft.kind {
            Kind::Message => report.messages = report.messages.saturating_add(1),
            Kind::System => report.system = report.system.saturating_add(1),
        }
        report.first = Some(report.first.map_or(draft.at, |first| first.min(draft.at)));
        report.last = Some(report.last.map_or(draft.at, |last| last.max(draft.at)));
        let Some(author) = &draft.author else { return };
        if self.known.len() < MAX_PARTICIPANTS && !self.known.contains(author) {
            self.known.insert(Arc::clone(author));
            report.participants.push(author.to_string());
        }
    }
}

/// A name of at most [`MAX_NAME_CHARS`] characters.
pub(crate) fn cut_name(name: &str) -> &str {
    match name.char_indices().nth(MAX_NAME_CHARS) {
        Some((end, _)) => name.get(..end).unwrap_or(name),
        None => name,
    }
}

/// Cuts a text to [`MAX_MESSAGE_BYTES`]; says whether it had to.
fn cut_text(text: &mut String) -> bool {
    let over = text.len() > MAX_MESSAGE_BYTES;
    if over {
        let end = (0..=MAX_MESSAGE_BYTES)
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0);
        text.truncate(end);
    }
    over
}

/// Shared names, so that a million messages of ten people hold ten names.
pub(crate) struct Names {
    known: HashMap<Box<str>, Arc<str>>,
}

impl Names {
    pub(crate) fn new() -> Self {
        Self {
            known: HashMap::new(),
        }
    }

    /// The shared form of a name; `clean` makes it from what was written, once per name.
    pub(crate) fn get(&mut self, written: &str, clean: impl FnOnce(&str) -> Arc<str>) -> Arc<str> {
        if let Some(name) = self.known.get(written) {
            return Arc::clone(name);
        }
        let name = clean(written);
        if self.known.len() < MAX_PARTICIPANTS {
            self.known.insert(written.into(), Arc::clone(&name));
        }
        name
    }
}
