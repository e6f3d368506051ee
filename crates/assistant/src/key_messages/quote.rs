//! From a chosen message to the line that is shown: the span to quote, the neighbours that it needs, and its kind.

use std::collections::HashSet;
use std::ops::Range;

use crate::lexicon::Cue;
use crate::protocol::MAX_QUOTES;
use crate::{Extract, Kind, Quote};

use super::Chat;
use super::bursts::seconds_between;
use super::reading::{Reading, count};
use super::score::Scores;

/// Longer messages are cut to their best sentences, in bytes.
const LONGEST_QUOTE: usize = 320;
/// The best sentences are looked for in the first so many bytes of a message: the search is quadratic in them.
const MOST_SEARCHED: usize = 4096;
/// All quotes of a line together, in bytes.
const LONGEST_LINE: usize = 480;
/// How many messages after a question are looked at for its answer.
const ANSWER_WINDOW: usize = 8;
/// Messages of one person less than this many seconds apart are one turn.
const TURN_SECONDS: i64 = 3 * 60;
/// Fewer topical words than this do not stand alone.
const STANDS_ALONE: usize = 4;

/// The line that `lead` carries. What it cites is added to `used`.
pub(super) fn line(chat: &Chat<'_>, scores: &Scores, lead: usize, used: &mut HashSet<usize>) -> Extract {
    used.insert(lead);
    let mut cited = vec![lead];
    let mut room = LONGEST_LINE.saturating_sub(length(chat, lead));
    for at in companions(chat, scores, lead) {
        let needs = length(chat, at);
        if cited.len() < MAX_QUOTES && needs <= room && is_quotable(chat, at) && used.insert(at) {
            room -= needs;
            cited.push(at);
        }
    }
    let quotes = cited.iter().filter_map(|at| quote(chat, *at)).collect();
    Extract {
        kind: kind(chat, lead),
        quotes,
    }
}

fn is_quotable(chat: &Chat<'_>, at: usize) -> bool {
    chat.unread().contains(&at) && chat.readings.get(at).is_some_and(|reading| !reading.empty)
}

fn length(chat: &Chat<'_>, at: usize) -> usize {
    chat.transcript
        .messages
        .get(at)
        .map_or(0, |message| message.text.len().min(LONGEST_QUOTE))
}

/// The messages without which `lead` says too little, most needed first.
fn companions(chat: &Chat<'_>, scores: &Scores, lead: usize) -> Vec<usize> {
    let mut list: Vec<usize> = scores.updates.overtaken_by(lead).collect();
    list.reverse();
    let Some(reading) = chat.readings.get(lead) else {
        return list;
    };
    if reading.asks && !reading.to_me {
        list.extend(answer(chat, scores, lead, reading));
    }
    if !reading.asks {
        list.extend(question(chat, lead, reading));
    }
    list.extend(turn(chat, scores, lead));
    list
}

/// The best answer to a question: by somebody else, soon, no question itself.
fn answer(chat: &Chat<'_>, scores: &Scores, lead: usize, asked: &Reading) -> Option<usize> {
    let later = lead + 1..(lead + 1 + ANSWER_WINDOW).min(chat.readings.len());
    let answers = later.filter(|at| {
        chat.bursts.burst(*at) == chat.bursts.burst(lead)
            && chat
                .readings
                .get(*at)
                .is_some_and(|other| other.author != asked.author && !other.asks && !other.empty)
    });
    answers.max_by(|a, b| scores.of(*a).total_cmp(&scores.of(*b)))
}

/// The question just before a short statement of somebody else.
fn question(chat: &Chat<'_>, lead: usize, reading: &Reading) -> Option<usize> {
    if reading.topical.len() >= STANDS_ALONE {
        return None;
    }
    let before = lead.saturating_sub(3)..lead;
    before.rev().find(|at| {
        chat.bursts.burst(*at) == chat.bursts.burst(lead)
            && chat
                .readings
                .get(*at)
                .is_some_and(|other| other.asks && other.author != reading.author)
    })
}

/// The other messages of the same turn, the better first.
fn turn(chat: &Chat<'_>, scores: &Scores, lead: usize) -> Vec<usize> {
    let mut list: Vec<usize> = Vec::new();
    let mut at = lead;
    while let Some(next) = Some(at + 1).filter(|next| is_same_turn(chat, at, *next)) {
        list.push(next);
        at = next;
    }
    at = lead;
    while let Some(previous) = at
        .checked_sub(1)
        .filter(|previous| is_same_turn(chat, *previous, at))
    {
        list.push(previous);
        at = previous;
    }
    list.retain(|at| {
        chat.readings
            .get(*at)
            .is_some_and(|reading| reading.topical.len() >= 2)
    });
    list.sort_by(|a, b| scores.of(*b).total_cmp(&scores.of(*a)));
    list
}

fn is_same_turn(chat: &Chat<'_>, earlier: usize, later: usize) -> bool {
    let messages = &chat.transcript.messages;
    let (Some(a), Some(b)) = (messages.get(earlier), messages.get(later)) else {
        return false;
    };
    a.author.is_some() && a.author == b.author && seconds_between(a, b) <= TURN_SECONDS
}

fn kind(chat: &Chat<'_>, lead: usize) -> Kind {
    let Some(reading) = chat.readings.get(lead) else {
        return Kind::Said;
    };
    let open = chat.transcript.me.is_some() && !chat.answered_by_me(lead);
    if open && (reading.to_me || is_to_all(reading)) {
        Kind::Question
    } else if reading.names_me {
        Kind::Mention
    } else if !reading.urls.is_empty() {
        Kind::Link
    } else if reading.has(Cue::Decide) && !reading.asks && !reading.has(Cue::Unsure) {
        Kind::Decision
    } else if reading.ahead().next().is_some() && !reading.asks {
        Kind::Plan
    } else {
        Kind::Said
    }
}

/// A question to everybody is a question to the reader.
fn is_to_all(reading: &Reading) -> bool {
    reading.asks && reading.has(Cue::Everyone) && reading.has(Cue::Request)
}

fn quote(chat: &Chat<'_>, at: usize) -> Option<Quote> {
    let message = chat.transcript.messages.get(at)?;
    let reading = chat.readings.get(at)?;
    let span = span(&message.text, reading);
    Some(Quote {
        n: message.n,
        start: u32::try_from(span.start).ok()?,
        end: u32::try_from(span.end).ok()?,
    })
}

/// The whole message without the space around it, or the best run of sentences of a long one.
fn span(text: &str, reading: &Reading) -> Range<usize> {
    let whole = trimmed(text, 0..text.len());
    if whole.len() <= LONGEST_QUOTE {
        return whole;
    }
    let sentences = sentences(
        text.get(..floor_boundary(text, MOST_SEARCHED.min(text.len())))
            .unwrap_or(text),
    );
    let runs = (0..sentences.len()).filter_map(|first| run(text, reading, sentences.get(first..)?));
    let best = runs.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.start.cmp(&a.1.start)));
    best.map_or(whole, |(_, span)| trimmed(text, span))
}

/// The longest run from the first sentence on that fits, with its worth.
fn run(text: &str, reading: &Reading, sentences: &[Range<usize>]) -> Option<(f32, Range<usize>)> {
    let first = sentences.first()?;
    let mut end = first.end;
    for sentence in sentences {
        if sentence.end - first.start > LONGEST_QUOTE {
            break;
        }
        end = sentence.end;
    }
    let span = cut(text, first.start..end);
    Some((worth(reading, &span), span))
}

/// Words, and more for dates and numbers.
fn worth(reading: &Reading, span: &Range<usize>) -> f32 {
    let inside = |start: usize, end: usize| span.start <= start && end <= span.end;
    let begins = reading.words.partition_point(|word| word.start < span.start);
    let words = || {
        reading
            .words
            .iter()
            .skip(begins)
            .take_while(|word| word.end <= span.end)
    };
    let long = words().filter(|word| word.folded.chars().count() > 3);
    let numbers = words().filter(|word| word.number().is_some());
    let near = |start: &usize| *start < MOST_SEARCHED;
    let dates = reading
        .ahead()
        .take_while(|found| near(&found.start))
        .filter(|found| inside(found.start, found.end));
    let links = reading
        .urls
        .iter()
        .take_while(|url| near(&url.start))
        .filter(|url| inside(url.start, url.end));
    count(long.count())
        + 2.0 * count(numbers.count())
        + 6.0 * count(dates.count())
        + 8.0 * count(links.count())
}

/// Cuts a span that is too long at the last space that fits.
fn cut(text: &str, span: Range<usize>) -> Range<usize> {
    if span.len() <= LONGEST_QUOTE {
        return span;
    }
    let limit = floor_boundary(text, span.start + LONGEST_QUOTE);
    let kept = text.get(span.start..limit).unwrap_or_default();
    let end = kept
        .rfind(char::is_whitespace)
        .filter(|space| *space > LONGEST_QUOTE / 2)
        .map_or(limit, |space| span.start + space);
    span.start..end
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at = at.saturating_sub(1);
    }
    at
}

fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut list = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        if ends_sentence(c, next) {
            list.push(start..at + c.len_utf8());
            start = at + c.len_utf8();
        }
    }
    list.push(start..text.len());
    list.into_iter()
        .map(|span| trimmed(text, span))
        .filter(|span| !span.is_empty())
        .collect()
}

fn ends_sentence(c: char, next: Option<char>) -> bool {
    match c {
        '\n' | '。' | '।' | '！' | '？' => true,
        '.' | '!' | '?' | '؟' | '…' => next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let raw = text.get(span.clone()).unwrap_or_default();
    let start = span.start + (raw.len() - raw.trim_start().len());
    start..start.max(span.start + raw.trim_end().len())
}
