//! Takes WhatsApp's own marks off a text and says what they meant.

use std::collections::{HashMap, HashSet};

use super::cursor::{is_blank, is_mark};
use super::phrases::{ATTACHED, ATTACHED_PREFIX, DELETED, EDITED, NOTICES, OMITTED, OMITTED_BARE};
use crate::Media;

/// Bytes of the longest notice, with room to spare.
const MAX_NOTICE_BYTES: usize = 240;

/// What the marks of a text said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub edited: bool,
    pub deleted: bool,
    pub media: Option<Media>,
    /// A line of WhatsApp's own, not of the person it stands behind.
    pub notice: bool,
}

/// The phrases, ready to be looked up.
pub(super) struct Phrases {
    bracketed: HashSet<&'static str>,
    whole: HashMap<&'static str, Whole>,
    attached: HashSet<&'static str>,
    attached_prefix: HashSet<&'static str>,
    edited: HashSet<&'static str>,
    /// The first two bytes of whole phrases; most texts begin otherwise and are not looked up.
    beginnings: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Deleted,
    Omitted,
}

impl Phrases {
    pub(super) fn new() -> Self {
        let set = |phrases: &[&'static str]| phrases.iter().copied().collect();
        let omitted = OMITTED_BARE.iter().map(|phrase| (*phrase, Whole::Omitted));
        let deleted = DELETED.iter().map(|phrase| (*phrase, Whole::Deleted));
        let whole: HashMap<_, _> = omitted.chain(deleted).collect();
        let mut beginnings = vec![false; 1 << 16];
        for phrase in whole.keys() {
            if let Some(slot) = beginnings.get_mut(beginning(phrase)) {
                *slot = true;
            }
        }
        Self {
            bracketed: set(OMITTED),
            whole,
            attached: set(ATTACHED),
            attached_prefix: set(ATTACHED_PREFIX),
            edited: set(EDITED),
            beginnings,
        }
    }

    /// Takes the marks off a text. `bracket` says that the file is an iPhone's, where notices of left out media are
    /// bare words.
    pub(super) fn take_off(&self, text: &mut String, bracket: bool) -> Marks {
        let mut marks = Marks::default();
        let marked = text.starts_with(is_direction);
        if marked {
            let rest = text.trim_start_matches(is_direction).len();
            text.drain(..text.len().saturating_sub(rest));
        }
        if text.ends_with('>') || text.ends_with(is_blank) {
            self.take_bracketed_end(text, marked, &mut marks);
        }
        self.look_at_first_line(text, marked, &mut marks);
        self.look_at_whole(text, marked || bracket, &mut marks);
        if marked && marks == Marks::default() {
            marks.notice = is_notice(text);
        }
        marks
    }

    /// Whether a text behind a mark stands for what a person sent, such as a photo that was left out.
    pub(super) fn stands_for_a_message(&self, text: &str) -> bool {
        let marks = self.take_off(&mut text.to_owned(), true);
        marks.media.is_some() || marks.deleted || marks.edited
    }

    /// `... <This message was edited>`, `... <attached: photo.jpg>`, `<Media omitted>`.
    fn take_bracketed_end(&self, text: &mut String, marked: bool, marks: &mut Marks) {
        let trimmed = text.trim_end_matches(is_blank);
        let Some(open) = trimmed.rfind('<').filter(|_| trimmed.ends_with('>')) else {
            return;
        };
        let (before, bracketed) = trimmed.split_at_checked(open).unwrap_or((trimmed, ""));
        let inside = key(bracketed.trim_start_matches('<').trim_end_matches('>'));
        let marked_here = before.ends_with(is_direction) || (marked && before.is_empty());
        if self.edited.contains(inside.as_str())
            || (marked_here && !before.is_empty() && is_unknown_mark(&inside))
        {
            marks.edited = true;
            let kept = before.trim_end_matches(|c| is_direction(c) || is_blank(c)).len();
            text.truncate(kept);
            return;
        }
        let known = inside.split_once(':').is_some_and(|(prefix, _)| {
            self.attached_prefix.contains(prefix.trim_end_matches(is_blank))
                || (marked_here && prefix.chars().count() < 24)
        });
        if known && (marked_here || before.is_empty()) {
            marks.media = Some(Media::Attached);
        } else if before.trim_end_matches(is_direction).is_empty() && self.bracketed.contains(inside.as_str())
        {
            marks.media = Some(Media::Omitted);
        }
    }

    /// `IMG-20200115-WA0001.jpg (file attached)` or `<Media omitted>`, with a caption in the lines below.
    fn look_at_first_line(&self, text: &str, marked: bool, marks: &mut Marks) {
        let line = text
            .split('\n')
            .next()
            .unwrap_or_default()
            .trim_end_matches(is_blank);
        if line.ends_with(')') && line.len() <= MAX_NOTICE_BYTES {
            let Some((name, inside)) = line.trim_end_matches(')').rsplit_once('(') else {
                return;
            };
            let known = self.attached.contains(key(inside).as_str());
            if name.contains('.') && (known || ((marked || is_media_name(name)) && is_media_name(name))) {
                marks.media = Some(Media::Attached);
            }
        } else if line.len() < text.len() && line.starts_with('<') && line.ends_with('>') {
            let inside = key(line.trim_start_matches('<').trim_end_matches('>'));
            if self.bracketed.contains(inside.as_str()) {
                marks.media = Some(Media::Omitted);
            }
        }
    }

    /// `This message was deleted`, and behind a mark `image omitted`.
    fn look_at_whole(&self, text: &str, may_be_bare: bool, marks: &mut Marks) {
        if text.is_empty() || text.len() > MAX_NOTICE_BYTES {
            return;
        }
        // `report.pdf • 2 pages <mark>document omitted`
        let last = if may_be_bare {
            text.rsplit(is_direction).next().unwrap_or(text)
        } else {
            text
        };
        if !self.beginnings.get(beginning(last)).copied().unwrap_or(true) {
            return;
        }
        match self.whole.get(key(last).as_str()) {
            Some(Whole::Deleted) => marks.deleted = true,
            Some(Whole::Omitted) if may_be_bare => marks.media = Some(Media::Omitted),
            _ => {}
        }
    }
}

/// The direction marks that WhatsApp puts before what it writes itself.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}')
}

/// A word or two behind a mark, in a language not known here: the only such mark behind a text says that it was
/// changed.
fn is_unknown_mark(inside: &str) -> bool {
    !inside.is_empty() && inside.len() < 100 && !inside.contains([':', '\n', '<', '/'])
}

/// `IMG-20200115-WA0001.jpg` and its like.
fn is_media_name(name: &str) -> bool {
    let name = name.trim_matches(|c| is_blank(c) || is_mark(c));
    let mut parts = name.splitn(3, '-');
    let kind = parts
        .next()
        .is_some_and(|kind| kind.len() == 3 && kind.bytes().all(|b| b.is_ascii_uppercase()));
    let day = parts
        .next()
        .is_some_and(|day| day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()));
    let serial = parts
        .next()
        .is_some_and(|serial| serial.starts_with("WA") && serial.contains('.'));
    kind && day && serial
}

/// Whether a text is one of WhatsApp's own lines.
pub(super) fn is_notice(text: &str) -> bool {
    let text = text
        .get(..MAX_NOTICE_BYTES.min(text.len()))
        .unwrap_or(text)
        .to_lowercase();
    NOTICES.iter().any(|notice| text.contains(notice))
}

/// The form in which phrases are compared.
fn key(text: &str) -> String {
    let trimmed = text
        .trim_matches(|c| is_blank(c) || is_mark(c))
        .trim_end_matches(['.', '。', '।']);
    trimmed.trim_end_matches(is_blank).to_lowercase()
}

/// The first two bytes of a text in small letters, as an index.
fn beginning(text: &str) -> usize {
    let text = text.trim_start_matches(|c| is_blank(c) || is_mark(c));
    let mut bytes = [0; 8];
    let mut at = 0_usize;
    for c in text.chars().take(2).flat_map(char::to_lowercase) {
        if let Some(to) = bytes.get_mut(at..).filter(|to| to.len() >= c.len_utf8()) {
            at = at.saturating_add(c.encode_utf8(to).len());
        }
    }
    usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))
}
