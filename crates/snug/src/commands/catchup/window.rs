//! Which part of a chat is looked at, kept in bounded memory while the file goes by.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::str::FromStr;
use std::sync::Arc;

use assistant::{Message, Transcript};
use client::ai::limits::{CONTEXT, MOST_MESSAGES, MOST_TEXT};
use client::names::{Fit, fit};
use import::{DateOrder, Entry, Kind, Report};
use jiff::civil::{Date, DateTime};

use crate::exit::Failure;

/// The most names that are kept as possibly meant by --me; two are enough to ask which.
const MOST_MATCHES: usize = 1000;

/// A day or a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Since(pub(super) DateTime);

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        let moment = typed.parse::<DateTime>();
        let day = || typed.parse::<Date>().map(|date| date.at(0, 0, 0, 0));
        moment
            .or_else(|_| day())
            .map(Self)
            .map_err(|_| "write it as 2026-03-12 or 2026-03-12T18:00")
    }
}

/// Why a part of the chat was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What follows the last message of this person.
    After(Arc<str>),
    /// What was not read yet.
    Unread,
    /// From this moment on.
    Since(DateTime),
    /// The last so many.
    Last(u32),
    /// All of it, because nobody said who is reading.
    Whole,
}

/// Collects the unread part and some context.
pub(super) struct Window {
    me: Option<String>,
    since: Option<Since>,
    last: Option<u32>,
    entries: VecDeque<Entry>,
    text: usize,
    messages: usize,
    /// Everybody seen so far who could be meant by `me`.
    matches: Vec<(Fit, Arc<str>)>,
    known: HashMap<Arc<str>, bool>,
    /// Entries that had to go although they might be unread.
    dropped: u64,
}

impl Window {
    pub(super) fn new(me: Option<&str>, since: Option<Since>, last: Option<u32>) -> Self {
        Self {
            me: me.map(str::to_owned),
            since,
            last,
            entries: VecDeque::new(),
            text: 0,
            messages: 0,
            matches: Vec::new(),
            known: HashMap::new(),
            dropped: 0,
        }
    }

    /// Takes the next entry of the file.
    pub(super) fn take(&mut self, entry: Entry) -> ControlFlow<()> {
        if let Some(author) = &entry.author {
            self.meet(&Arc::clone(author), entry.me == Some(true));
        }
        self.text += entry.text.len();
        self.messages += usize::from(entry.kind == Kind::Message);
        self.entries.push_back(entry);
        while self.is_too_much() {
            let Some(gone) = self.entries.pop_front() else {
                break;
            };
            self.text -= gone.text.len();
            self.messages -= usize::from(gone.kind == Kind::Message);
            self.dropped += 1;
        }
        ControlFlow::Continue(())
    }

    fn is_too_much(&self) -> bool {
        let asked_for = self.last.map_or(usize::MAX, |last| last as usize);
        self.entries.len() > MOST_MESSAGES + CONTEXT
            || self.messages > asked_for.saturating_add(CONTEXT)
            || (self.text > MOST_TEXT && self.entries.len() > 1)
    }

    fn meet(&mut self, author: &Arc<str>, is_exporter: bool) {
        if self.known.contains_key(author) {
            return;
        }
        let fits = match &self.me {
            Some(typed) => fit(author, typed),
            None => is_exporter.then_some(Fit::Exact),
        };
        let new = self.matches.len() < MOST_MATCHES && self.matches.iter().all(|(_, name)| name != author);
        self.matches
            .extend(fits.filter(|_| new).map(|fits| (fits, Arc::clone(author))));
        // Names are bounded by the reader's own limit on participants; beyond it nobody new is remembered.
        if self.known.len() < import::MAX_PARTICIPANTS {
            self.known.insert(Arc::clone(author), fits.is_some());
        }
    }

    /// The transcript, why it begins where it does, and how many unread messages are missing from it.
    pub(super) fn finish(self, report: &Report) -> Result<(Transcript, Part, u64), Failure> {
        let me = self.reader()?;
        let (part, start) = self.part(me.as_ref());
        let short = self.last.is_none_or(|last| self.messages < last as usize);
        let left_out = if start == 0 && short { self.dropped } else { 0 };
        let first = start.saturating_sub(CONTEXT);
        let mut authors = Authors::default();
        let me = me.and_then(|me| authors.number(&me));
        let messages: Vec<Message> = self
            .entries
            .into_iter()
            .skip(first)
            .map(|entry| message(entry, &mut authors))
            .collect();
        let transcript = Transcript {
            authors: authors.names,
            me,
            month_first: report.date_order == Some(DateOrder::Mdy),
            unread_from: start - first,
            messages,
        };
        Ok((transcript, part, left_out))
    }

    /// Who is reading, where that is known.
    fn reader(&self) -> Result<Option<Arc<str>>, Failure> {
        let best = self.matches.iter().map(|(fits, _)| *fits).min();
        let mut names = self
            .matches
            .iter()
            .filter(|(fits, _)| Some(*fits) == best)
            .map(|(_, name)| name);
        match (names.next(), names.next(), &self.me) {
            (Some(name), None, _) => Ok(Some(Arc::clone(name))),
            (Some(_), Some(_), Some(_)) => Err(Failure::Usage(
                "more than one person of this chat fits --me: write more of the name, as the chat has it"
                    .into(),
            )),
            (None, _, Some(_)) => Err(Failure::Usage(
                "nobody in this chat fits --me: `snug import FILE --dry-run` lists the names; \
                 if you only read along, use --last or --since without --me"
                    .into(),
            )),
            (_, _, None) => Ok(None),
        }
    }

    /// Where the unread part begins.
    fn part(&self, me: Option<&Arc<str>>) -> (Part, usize) {
        let end = self.entries.len();
        if let Some(last) = self.last {
            return (Part::Last(last), self.last_messages(last));
        }
        if let Some(Since(moment)) = self.since {
            let start = self.entries.iter().position(|entry| entry.at >= moment);
            return (Part::Since(moment), start.unwrap_or(end));
        }
        let Some(me) = me else { return (Part::Whole, 0) };
        let mine = self
            .entries
            .iter()
            .rposition(|entry| entry.author.as_ref() == Some(me));
        (Part::After(Arc::clone(me)), mine.map_or(0, |at| at + 1))
    }

    /// Where the last `count` messages of people begin.
    fn last_messages(&self, count: u32) -> usize {
        let messages = self
            .entries
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, entry)| entry.kind == Kind::Message);
        messages.take(count as usize).last().map_or(0, |(at, _)| at)
    }
}

/// A whole chat, for a caller that knows where the unread part begins.
pub(crate) fn transcript_of(entries: Vec<Entry>, report: &Report) -> Transcript {
    let mut authors = Authors::default();
    let messages = entries
        .into_iter()
        .map(|entry| message(entry, &mut authors))
        .collect();
    let month_first = report.date_order == Some(DateOrder::Mdy);
    Transcript {
        authors: authors.names,
        month_first,
        messages,
        ..Transcript::default()
    }
}

fn message(entry: Entry, authors: &mut Authors) -> Message {
    let text = if entry.deleted { String::new() } else { entry.text };
    let author = entry
        .author
        .filter(|_| entry.kind == Kind::Message)
        .and_then(|author| authors.number(&author));
    Message {
        n: entry.n,
        at: entry.at,
        author,
        text,
    }
}

/// Names in the order in which they are met, each once.
#[derive(Default)]
struct Authors {
    names: Vec<String>,
    numbers: HashMap<Arc<str>, u16>,
}

impl Authors {
    fn number(&mut self, name: &Arc<str>) -> Option<u16> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        let number = u16::try_from(self.names.len()).ok()?;
        self.names.push(name.to_string());
        self.numbers.insert(Arc::clone(name), number);
        Some(number)
    }
}
