//! What people say when they decide, plan, ask and laugh, for each language; and the languages of a chat.
//!
//! The lists are a help, not a condition: without any, position, length, centrality, names, links, numbers and
//! question marks still carry the engine. A language counts as spoken in a chat when its small words make up a fair
//! share of what was said, so that English `die` and German `die` do not meet.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod hi;
mod it;
mod nl;
mod pt;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::text::{Word, words};

/// The lists of one language; phrases are separated by `|`, small words by spaces.
pub(crate) struct Language {
    /// Small words that carry no topic.
    pub(crate) stop: &'static str,
    /// A thing is settled.
    pub(crate) decide: &'static str,
    /// A thing is proposed.
    pub(crate) propose: &'static str,
    /// Somebody takes a thing on.
    pub(crate) commit: &'static str,
    /// Somebody wants a thing from others.
    pub(crate) request: &'static str,
    /// What was said before no longer holds.
    pub(crate) change: &'static str,
    /// It will not take place.
    pub(crate) cancel: &'static str,
    /// Somebody agrees.
    pub(crate) agree: &'static str,
    /// Laughter, greetings, thanks, fillers.
    pub(crate) filler: &'static str,
    /// All members are meant.
    pub(crate) everyone: &'static str,
    /// Words that open a question.
    pub(crate) ask: &'static str,
    /// It matters, it hurts, it is new.
    pub(crate) weighty: &'static str,
    /// Nothing is certain yet.
    pub(crate) unsure: &'static str,
}

static LANGUAGES: [&Language; 10] = [
    &en::ENGLISH,
    &de::GERMAN,
    &es::SPANISH,
    &fr::FRENCH,
    &pt::PORTUGUESE,
    &hi::HINDI,
    &hi::HINDI_LATIN,
    &ar::ARABIC,
    &it::ITALIAN,
    &nl::DUTCH,
];

/// A language needs this share of the hits of the strongest one to count as spoken.
const SPOKEN_SHARE: f32 = 0.2;

/// What a phrase tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cue {
    Decide,
    Propose,
    Commit,
    Request,
    Change,
    Cancel,
    Agree,
    Filler,
    Everyone,
    Ask,
    Weighty,
    Unsure,
}

impl Cue {
    /// How many there are.
    pub(crate) const COUNT: usize = 12;
}

impl Language {
    fn cues(&self) -> [(Cue, &'static str); Cue::COUNT] {
        [
            (Cue::Decide, self.decide),
            (Cue::Propose, self.propose),
            (Cue::Commit, self.commit),
            (Cue::Request, self.request),
            (Cue::Change, self.change),
            (Cue::Cancel, self.cancel),
            (Cue::Agree, self.agree),
            (Cue::Filler, self.filler),
            (Cue::Everyone, self.everyone),
            (Cue::Ask, self.ask),
            (Cue::Weighty, self.weighty),
            (Cue::Unsure, self.unsure),
        ]
    }
}

/// The lists of the languages that a chat is written in.
pub(crate) struct Lexicon {
    spoken: Vec<&'static Lists>,
}

/// The lists of one language, cut into words.
struct Lists {
    stop: HashSet<String>,
    phrases: HashMap<String, Vec<Phrase>>,
}

struct Phrase {
    rest: Vec<String>,
    cue: Cue,
}

/// Every language, and which of them have each small word. Cutting them up takes about as long as a chat of a thousand
/// messages, so it is done once.
static LISTS: LazyLock<(Vec<Lists>, Owners)> = LazyLock::new(|| {
    let lists: Vec<Lists> = LANGUAGES.into_iter().map(Lists::of).collect();
    let mut owners = Owners::new();
    for (index, list) in lists.iter().enumerate() {
        for word in &list.stop {
            owners.entry(word.clone()).or_default().push(index);
        }
    }
    (lists, owners)
});

type Owners = HashMap<String, Vec<usize>>;

impl Lists {
    fn of(language: &Language) -> Self {
        let stop = words(language.stop).into_iter().map(|word| word.folded).collect();
        let mut phrases: HashMap<String, Vec<Phrase>> = HashMap::new();
        for (cue, list) in language.cues() {
            for phrase in list.split('|') {
                let mut parts = words(phrase).into_iter().map(|word| word.folded);
                let Some(first) = parts.next() else { continue };
                phrases.entry(first).or_default().push(Phrase {
                    rest: parts.collect(),
                    cue,
                });
            }
        }
        Self { stop, phrases }
    }
}

impl Lexicon {
    /// Picks the languages by the small words in `sample`.
    pub(crate) fn for_words<'a>(sample: impl Iterator<Item = &'a Word>) -> Self {
        let lists = spoken(sample).into_iter().filter_map(|index| LISTS.0.get(index));
        Self {
            spoken: lists.collect(),
        }
    }

    /// Whether the word carries no topic.
    pub(crate) fn is_small(&self, word: &str) -> bool {
        self.spoken.iter().any(|lists| lists.stop.contains(word))
    }

    /// Each cue that the words hold, with the index of its first word and how many words it spans.
    pub(crate) fn cues<'a>(&'a self, text: &'a [Word]) -> impl Iterator<Item = (Cue, usize, usize)> + 'a {
        text.iter().enumerate().flat_map(move |(at, word)| {
            let rest = text.get(at + 1..).unwrap_or_default();
            let phrases = self
                .spoken
                .iter()
                .filter_map(|lists| lists.phrases.get(&word.folded))
                .flatten();
            phrases
                .filter(move |phrase| begins_with(rest, &phrase.rest))
                .map(move |phrase| (phrase.cue, at, phrase.rest.len() + 1))
        })
    }
}

fn begins_with(text: &[Word], phrase: &[String]) -> bool {
    text.len() >= phrase.len() && text.iter().zip(phrase).all(|(word, part)| word.folded == *part)
}

/// The languages whose small words make up a fair share of the sample, by their place in [`LANGUAGES`].
fn spoken<'a>(sample: impl Iterator<Item = &'a Word>) -> Vec<usize> {
    let mut hits = [0.0_f32; LANGUAGES.len()];
    for word in sample {
        let owners = LISTS.1.get(&word.folded).map_or(&[][..], Vec::as_slice);
        for owner in owners {
            // A word that many languages share says little about any of them.
            if let (Some(hit), Ok(sharers)) = (hits.get_mut(*owner), u16::try_from(owners.len())) {
                *hit += 1.0 / f32::from(sharers);
            }
        }
    }
    let most = hits.iter().copied().fold(0.0, f32::max);
    let is_spoken = |hit: f32| hit > 0.0 && hit >= most * SPOKEN_SHARE;
    hits.into_iter()
        .enumerate()
        .filter(|(_, hit)| is_spoken(*hit))
        .map(|(index, _)| index)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Cue, LANGUAGES, Lexicon};
    use crate::text::words;

    fn cues(text: &str) -> Vec<Cue> {
        let words = words(text);
        let lexicon = Lexicon::for_words(words.iter());
        lexicon.cues(&words).map(|(cue, _, _)| cue).collect()
    }

    #[test]
    fn each_language_is_told_by_its_own_small_words() {
        for (index, language) in LANGUAGES.iter().enumerate() {
            let sample = words(language.stop);
            let spoken = super::spoken(sample.iter());
            assert!(spoken.contains(&index), "language {index}");
        }
    }

    #[test]
    fn no_list_is_empty() {
        for language in LANGUAGES {
            for (cue, list) in language.cues() {
                assert!(
                    list.split('|').all(|phrase| !words(phrase).is_empty()),
                    "{cue:?}: an empty phrase"
                );
            }
        }
    }

    #[test]
    fn phrases_match_across_spelling() {
        assert!(cues("ok so it's settled then, let’s go with the blue one for us").contains(&Cue::Decide));
        assert!(cues("also wir haben das jetzt beschlossen, das ist es").contains(&Cue::Decide));
        assert!(cues("al final quedamos en la plaza con los demas").contains(&Cue::Decide));
        assert!(cues("on est d’accord pour le 12, c'est bon pour moi").contains(&Cue::Decide));
    }

    #[test]
    fn without_a_known_language_there_are_no_cues() {
        assert_eq!(cues("mnohokrát děkuji, sejdeme se zítra"), []);
    }
}
