//! What one message holds.

use std::collections::HashSet;
use std::ops::Range;

use crate::dates::{self, Found};
use crate::lexicon::{Cue, Lexicon};
use crate::text::{self, Word};
use crate::{Message, Transcript};

/// Words of one's own name shorter than this name nobody.
const SHORTEST_NAME: usize = 2;
/// The shortest nickname that is read as one: the beginning of the first name.
const SHORTEST_NICKNAME: usize = 3;

/// What was found in a message.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) author: Option<u16>,
    /// All words.
    pub(super) words: Vec<Word>,
    /// Folded words that carry a topic, in order, repeats included.
    pub(super) topical: Vec<String>,
    /// Topical words that are part of a date or time: sharing them says little about sharing a topic.
    pub(super) dated: Vec<String>,
    pub(super) found: Vec<Found>,
    pub(super) urls: Vec<Range<usize>>,
    /// How often each cue occurs.
    cues: [u8; Cue::COUNT],
    /// The share of words that are small talk, from 0 to 1.
    pub(super) filler: f32,
    /// It asks.
    pub(super) asks: bool,
    /// It names the reader.
    pub(super) names_me: bool,
    /// It is addressed to the reader.
    pub(super) to_me: bool,
    /// Numbers that are not part of a date or time.
    pub(super) numbers: u8,
    /// Names of members and words with a capital inside a sentence.
    pub(super) names: u8,
    /// It speaks to a machine, not to people.
    pub(super) to_machine: bool,
    /// A picture, a deleted message, a mark of the messenger: nothing that a person wrote.
    pub(super) empty: bool,
}

impl Reading {
    pub(super) fn count(&self, cue: Cue) -> u8 {
        self.cues.get(cue as usize).copied().unwrap_or_default()
    }

    pub(super) fn has(&self, cue: Cue) -> bool {
        self.count(cue) > 0
    }

    /// Dates and times that do not lie in the past.
    pub(super) fn ahead(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|found| !found.past)
    }
}

/// What must be known of the chat to read a message.
pub(super) struct Reader<'a> {
    lexicon: &'a Lexicon,
    month_first: bool,
    me: Option<u16>,
    my_names: Vec<String>,
    others: HashSet<String>,
    two_people: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(transcript: &Transcript, lexicon: &'a Lexicon) -> Self {
        let me = transcript.me;
        let names = |author: &String| {
            text::words(author)
                .into_iter()
                .map(|word| word.folded)
                .collect::<Vec<_>>()
        };
        let mine = me
            .and_then(|me| transcript.authors.get(usize::from(me)))
            .map(names)
            .unwrap_or_default();
        let is_me = |index: usize| me.is_some_and(|me| usize::from(me) == index);
        let others = transcript
            .authors
            .iter()
            .enumerate()
            .filter(|(index, _)| !is_me(*index));
        Self {
            lexicon,
            month_first: transcript.month_first,
            me,
            my_names: mine
                .into_iter()
                .filter(|name| name.chars().count() >= SHORTEST_NAME)
                .collect(),
            others: others.flat_map(|(_, author)| names(author)).collect(),
            two_people: transcript.authors.len() == 2,
        }
    }

    pub(super) fn read(&self, message: &Message, words: Vec<Word>) -> Reading {
        let found = dates::find(&message.text, &words, message.at, self.month_first);
        let (cues, filler) = self.cues(&words);
        let asks = asks(&message.text);
        let names_me = self.names_me(&message.text, &words);
        let mine = self.me.is_some() && message.author == self.me;
        let topical = words
            .iter()
            .filter(|word| self.is_topical(word))
            .map(|word| word.folded.clone())
            .collect();
        let in_date = in_dates(&words, &found);
        let dated = words.iter().zip(&in_date).filter(|(_, inside)| **inside);
        let dated = dated.map(|(word, _)| word.folded.clone()).collect();
        let urls = text::urls(&message.text);
        Reading {
            author: message.author,
            topical,
            dated,
            asks,
            names_me: names_me && !mine,
            to_me: !mine && asks && (names_me || (self.two_people && self.me.is_some())),
            numbers: numbers(&words, &in_date),
            names: self.names(&message.text, &words),
            to_machine: to_machine(&message.text, &words),
            empty: message.author.is_none()
                || is_mark(&message.text)
                || (words.is_empty() && urls.is_empty()),
            cues,
            filler,
            found,
            urls,
            words,
        }
    }

    fn cues(&self, words: &[Word]) -> ([u8; Cue::COUNT], f32) {
        let mut counts = [0_u8; Cue::COUNT];
        let mut small_talk = vec![false; words.len()];
        for (cue, at, length) in self.lexicon.cues(words) {
            if let Some(count) = counts.get_mut(cue as usize) {
                *count = count.saturating_add(1);
            }
            if matches!(cue, Cue::Filler | Cue::Agree) {
                small_talk
                    .iter_mut()
                    .skip(at)
                    .take(length)
                    .for_each(|slot| *slot = true);
            }
        }
        let filler = small_talk.iter().filter(|slot| **slot).count();
        (counts, share(filler, words.len()))
    }

    fn is_topical(&self, word: &Word) -> bool {
        !self.lexicon.is_small(&word.folded) && (word.folded.len() > 1 || word.number().is_some())
    }

    fn names_me(&self, text: &str, words: &[Word]) -> bool {
        let Some(first) = self.my_names.first() else {
            return false;
        };
        let last = words.len().saturating_sub(1);
        words.iter().enumerate().any(|(at, word)| {
            let called = is_called(text, word);
            let by_name = word.folded == *first && !self.lexicon.is_small(first);
            let by_other_name = called && self.my_names.contains(&word.folded);
            let vocative = called || at == 0 || at == last;
            by_name || by_other_name || (vocative && self.is_nickname(&word.folded, first))
        })
    }

    /// `Han` for Hannah, unless the word has another meaning here.
    fn is_nickname(&self, word: &str, first: &str) -> bool {
        word.chars().count() >= SHORTEST_NICKNAME
            && first.starts_with(word)
            && !self.lexicon.is_small(word)
            && !self.others.contains(word)
    }

    fn names(&self, text: &str, words: &[Word]) -> u8 {
        let inside = |at: usize, word: &Word| at > 0 && !starts_sentence(text, word.start);
        let is_name = |(at, word): &(usize, &Word)| {
            self.others.contains(&word.folded) || (inside(*at, word) && is_capitalised(text, word))
        };
        words
            .iter()
            .enumerate()
            .filter(is_name)
            .count()
            .try_into()
            .unwrap_or(u8::MAX)
    }
}

/// `part / whole` as a share; nothing of nothing is nothing.
pub(super) fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 {
        0.0
    } else {
        count(part) / count(whole)
    }
}

/// A count as a number to weigh with; beyond 65,535 more makes no difference.
pub(super) fn count(value: usize) -> f32 {
    f32::from(u16::try_from(value).unwrap_or(u16::MAX))
}

fn asks(text: &str) -> bool {
    text.contains(['?', '？', '؟', ';']) && text.split_whitespace().any(ends_in_question)
}

fn ends_in_question(part: &str) -> bool {
    !part.contains("://")
        && part
            .trim_end_matches(['!', ')', '"', '”', '*', '_'])
            .ends_with(['?', '？', '؟'])
}

fn is_called(text: &str, word: &Word) -> bool {
    let before = text.get(..word.start).unwrap_or_default();
    before
        .trim_end_matches(['\u{2068}', '\u{2066}', '\u{200E}', '\u{200F}', '~', ' '])
        .ends_with('@')
}

fn starts_sentence(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end();
    before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '…', '-', '"'])
}

fn is_capitalised(text: &str, word: &Word) -> bool {
    let mut chars = text.get(word.start..word.end).unwrap_or_default().chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
}

/// Which words are part of a date or time. Both lists rise, so one walk is enough.
fn in_dates(words: &[Word], found: &[Found]) -> Vec<bool> {
    let mut found = found.iter().peekable();
    let mut inside = Vec::with_capacity(words.len());
    for word in words {
        while found.next_if(|found| found.end <= word.start).is_some() {}
        inside.push(
            found
                .peek()
                .is_some_and(|found| found.start <= word.start && word.end <= found.end),
        );
    }
    inside
}

fn numbers(words: &[Word], in_date: &[bool]) -> u8 {
    let free = words
        .iter()
        .zip(in_date)
        .filter(|(word, inside)| word.number().is_some() && !**inside);
    free.count().try_into().unwrap_or(u8::MAX)
}

/// Orders to a machine are not what people tell one another. Such a message can still be quoted, if it is all there is.
fn to_machine(text: &str, words: &[Word]) -> bool {
    /// What machines are called; two letters count only as capitals, since `ai` is a word in French.
    const MACHINES: [&str; 17] = [
        "assistant",
        "assistants",
        "assistent",
        "asistente",
        "asistentes",
        "assistente",
        "assistentes",
        "chatbot",
        "chatbots",
        "bot",
        "bots",
        "llm",
        "gpt",
        "chatgpt",
        "copilot",
        "prompt",
        "مساعد",
    ];
    const CAPITALS: [&str; 3] = ["AI", "KI", "IA"];
    /// What such messages want: that something be passed over, or a certain account be given.
    const ORDERS: [&str; 30] = [
        "ignore",
        "disregard",
        "override",
        "forget",
        "ignoriere",
        "ignorieren",
        "ignoriert",
        "ignora",
        "ignorad",
        "ignoren",
        "ignorez",
        "ignorer",
        "ignorem",
        "oubliez",
        "instructions",
        "instruction",
        "anweisungen",
        "instrucciones",
        "instrucoes",
        "consignes",
        "system",
        "systeme",
        "sistema",
        "summary",
        "summaries",
        "zusammenfassung",
        "resumen",
        "resume",
        "resumo",
        "تجاهل",
    ];
    let is_machine = |word: &Word| {
        MACHINES.contains(&word.folded.as_str())
            || text
                .get(word.start..word.end)
                .is_some_and(|raw| CAPITALS.contains(&raw))
    };
    words.iter().any(is_machine) && words.iter().any(|word| ORDERS.contains(&word.folded.as_str()))
}

/// What a messenger writes in place of a picture or a deleted message.
fn is_mark(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['\u{200E}', '\u{200F}']);
    text.is_empty()
        || (text.starts_with('<') && text.ends_with('>') && text.len() < 80)
        || text.chars().all(|c| !c.is_alphanumeric() && !c.is_whitespace())
}
