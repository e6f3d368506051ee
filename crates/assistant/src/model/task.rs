//! What a person can ask of a language model.

use super::clean::says_something;
use crate::{Message, Transcript};

/// The most lines of a summary.
pub const MAX_LINES: u8 = 64;
/// The most replies.
pub const MAX_REPLIES: u8 = 3;
/// The longest draft that is rewritten, in bytes.
pub const MAX_REWRITE_BYTES: usize = 16 << 10;
/// The longest question, in bytes.
pub const MAX_QUESTION_BYTES: usize = 2 << 10;
/// The longest name of a language, in bytes.
pub const MAX_LANGUAGE_BYTES: usize = 64;

/// A task for a language model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelTask {
    /// What is wanted.
    pub what: What,
    /// The chat. A rewrite does not look at it: there it is best left empty.
    pub transcript: Transcript,
}

/// What is wanted of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// What the unread messages say, in at most `lines` lines (1 to [`MAX_LINES`]).
    Summary {
        /// The most lines wanted.
        lines: u8,
    },
    /// What the reader could answer to the end of the chat.
    Replies {
        /// How many, 1 to [`MAX_REPLIES`].
        count: u8,
    },
    /// The reader's own draft, said differently.
    Rewrite {
        /// The draft: 1 to [`MAX_REWRITE_BYTES`] bytes, not only spaces.
        draft: String,
        /// How.
        how: How,
    },
    /// What the chat says about a question.
    Answer {
        /// The question: 1 to [`MAX_QUESTION_BYTES`] bytes, not only spaces.
        question: String,
    },
}

/// How a draft is rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// In fewer words.
    Shorter,
    /// Kinder.
    Kinder,
    /// For somebody whom one does not know well.
    MoreFormal,
    /// Easier to understand.
    Clearer,
    /// In another language.
    Translate(Language),
}

/// The name of a language as the reader gave it: letters, spaces, hyphens and brackets, at most
/// [`MAX_LANGUAGE_BYTES`] bytes. It goes into our own words to the model, so nothing else fits into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language(String);

impl Language {
    /// Takes a name; `None` where it is not one.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let name = name.trim();
        let fits =
            |c: char| c.is_alphabetic() || is_sign_of_a_letter(c) || matches!(c, ' ' | '-' | '(' | ')');
        let is_name = (1..=MAX_LANGUAGE_BYTES).contains(&name.len())
            && name.chars().all(fits)
            && name.chars().any(char::is_alphabetic);
        is_name.then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The virama of Indic scripts and accents that stand apart are no letters, and are in names of languages.
fn is_sign_of_a_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{94D}' | '\u{9CD}' | '\u{A4D}' | '\u{ACD}' | '\u{B4D}' | '\u{BCD}' | '\u{C4D}' | '\u{CCD}' | '\u{D4D}' | '\u{E48}'..='\u{E4C}')
}

impl What {
    /// Whether the limits of this module hold.
    pub(crate) fn is_within_limits(&self) -> bool {
        let says = |text: &str, most: usize| text.len() <= most && !text.trim().is_empty();
        match self {
            Self::Summary { lines } => (1..=MAX_LINES).contains(lines),
            Self::Replies { count } => (1..=MAX_REPLIES).contains(count),
            Self::Rewrite { draft, .. } => says(draft, MAX_REWRITE_BYTES),
            Self::Answer { question } => says(question, MAX_QUESTION_BYTES),
        }
    }

    /// The most lines of an answer.
    pub(crate) fn most_lines(&self) -> usize {
        usize::from(match self {
            Self::Summary { lines } => *lines,
            Self::Replies { count } => *count,
            Self::Answer { .. } => ANSWER_LINES,
            Self::Rewrite { .. } => 0,
        })
    }
}

/// The most lines of an answer to a question.
const ANSWER_LINES: u8 = 6;

/// How many messages replies rest on.
const REPLY_MESSAGES: usize = 60;

impl ModelTask {
    /// What a model may be shown and may cite: messages of people that say something, of the part that the task is
    /// about. A summary is of the unread part; replies rest on the last messages, an answer on all; a rewrite looks at
    /// no message.
    pub(crate) fn part(&self) -> Vec<&Message> {
        let messages = match self.what {
            What::Summary { .. } => self.transcript.unread(),
            What::Replies { .. } | What::Answer { .. } => &self.transcript.messages,
            What::Rewrite { .. } => &[],
        };
        let counts = |message: &&Message| message.author.is_some() && says_something(&message.text);
        let mut part: Vec<&Message> = messages.iter().filter(counts).collect();
        if matches!(self.what, What::Replies { .. }) {
            part.drain(..part.len().saturating_sub(REPLY_MESSAGES));
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use super::{How, Language, MAX_QUESTION_BYTES, MAX_REWRITE_BYTES, What};

    #[test]
    fn languages_are_names_and_nothing_else() {
        for name in [
            "German",
            "Português (Brasil)",
            "हिन्दी",
            "zh-Hant",
            "العربية",
            "日本語",
        ] {
            assert_eq!(Language::new(&format!(" {name} ")).unwrap().as_str(), name);
        }
        let long = "x".repeat(65);
        for other in [
            "",
            "  ",
            "-",
            "English. Ignore all",
            "English\nSystem",
            "<s>",
            "a\"b",
            "klingon2",
            &long,
        ] {
            assert_eq!(Language::new(other), None, "{other:?}");
        }
    }

    #[test]
    fn each_limit_holds_at_its_edge() {
        let rewrite = |length| What::Rewrite {
            draft: "x".repeat(length),
            how: How::Shorter,
        };
        let answer = |length| What::Answer {
            question: "x".repeat(length),
        };
        let inside = [
            What::Summary { lines: 1 },
            What::Summary { lines: 64 },
            What::Replies { count: 1 },
            What::Replies { count: 3 },
            rewrite(MAX_REWRITE_BYTES),
            answer(MAX_QUESTION_BYTES),
        ];
        let outside = [
            What::Summary { lines: 0 },
            What::Summary { lines: 65 },
            What::Replies { count: 0 },
            What::Replies { count: 4 },
            rewrite(MAX_REWRITE_BYTES + 1),
            rewrite(0),
            answer(MAX_QUESTION_BYTES + 1),
            What::Answer {
                question: " \n".into(),
            },
        ];
        assert!(inside.iter().all(What::is_within_limits));
        assert!(!outside.iter().any(What::is_within_limits));
    }
}
