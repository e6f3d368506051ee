//! Dialogues with summaries that people wrote, one JSON object a line, scored by ROUGE.

use std::collections::HashMap;

use assistant::{Message, Transcript};
use jiff::{SignedDuration, civil};
use serde::{Deserialize, Serialize};

use crate::Tokenizer;
use crate::bootstrap::{Comparison, against_best};
use crate::line::{Line, in_chat_order};
use crate::rouge::{self, Rouge};

/// The longest line that is read, in bytes. The longest of DialogSum's development split is under 4 KiB; the time of
/// ROUGE-L grows with the product of the lengths of both texts.
pub const MAX_LINE_BYTES: usize = 64 << 10;

/// How many lines stand for a dialogue where nobody asks for another number.
pub const DEFAULT_ITEMS: u16 = 3;

/// One dialogue of a set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialogue {
    /// Its name in the set.
    pub id: String,
    /// What was said.
    pub turns: Vec<Turn>,
    /// Summaries that people wrote.
    pub summaries: Vec<String>,
    /// What it is about, in a few words.
    pub topics: Vec<String>,
}

/// One turn of a dialogue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// Who speaks.
    pub speaker: String,
    /// What they say.
    pub text: String,
}

/// Why a set of dialogues was refused. It tells the place, never the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the dialogues: {problem}")]
pub struct DialogueError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Longer than [`MAX_LINE_BYTES`].
    #[error("longer than {MAX_LINE_BYTES} bytes; give one dialogue a line")]
    TooLong,
    /// Not one dialogue as JSON.
    #[error("column {column}: not an object with exactly id, turns (speaker, text), summaries and topics")]
    Malformed {
        /// The byte in the line, from 1.
        column: usize,
    },
    /// No turn, or no summary.
    #[error("a dialogue needs a turn and a summary")]
    Empty,
}

/// Reads JSON Lines; blank lines are passed over.
///
/// # Errors
/// [`DialogueError`] for the first line that is no dialogue.
pub fn parse(text: &str) -> Result<Vec<Dialogue>, DialogueError> {
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(line, text)| parse_line(text).map_err(|problem| DialogueError { line, problem }))
        .collect()
}

/// Reads one line.
///
/// # Errors
/// [`Problem`] where it is no dialogue.
pub fn parse_line(line: &str) -> Result<Dialogue, Problem> {
    if line.len() > MAX_LINE_BYTES {
        return Err(Problem::TooLong);
    }
    let dialogue: Dialogue = serde_json::from_str(line).map_err(|error| Problem::Malformed {
        column: error.column(),
    })?;
    if dialogue.turns.is_empty() || dialogue.summaries.is_empty() {
        return Err(Problem::Empty);
    }
    Ok(dialogue)
}

impl Dialogue {
    /// The dialogue as a chat that nobody has read: a message for each turn, a minute apart, on a day that means
    /// nothing. No speaker is the reader.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        let mut authors = Authors::default();
        let mut at = civil::date(2024, 1, 1).at(9, 0, 0, 0);
        let mut messages = Vec::with_capacity(self.turns.len());
        for (n, turn) in (1..).zip(&self.turns) {
            messages.push(Message {
                n,
                at,
                author: authors.index(&turn.speaker),
                text: turn.text.clone(),
            });
            at = at.saturating_add(SignedDuration::from_secs(60));
        }
        Transcript {
            authors: authors.names,
            messages,
            ..Transcript::default()
        }
    }

    /// What an output is worth: the mean over the dialogue's summaries.
    #[must_use]
    pub fn score(&self, lines: &[Line], tokenizer: Tokenizer) -> Rouge {
        let text = in_chat_order(lines);
        rouge::score_mean(self.summaries.iter().map(String::as_str), &text, tokenizer)
    }
}

#[derive(Default)]
struct Authors<'a> {
    names: Vec<String>,
    known: HashMap<&'a str, Option<u16>>,
}

impl<'a> Authors<'a> {
    /// `None` beyond 65,536 names, which a line of [`MAX_LINE_BYTES`] cannot hold.
    fn index(&mut self, name: &'a str) -> Option<u16> {
        *self.known.entry(name).or_insert_with(|| {
            self.names.push(name.to_owned());
            u16::try_from(self.names.len() - 1).ok()
        })
    }
}

/// Runs a system over a set: `pick` gives the lines for each transcript.
///
/// # Errors
/// The first error of `pick`.
pub fn evaluate<E>(
    dialogues: &[Dialogue],
    tokenizer: Tokenizer,
    mut pick: impl FnMut(&Transcript) -> Result<Vec<Line>, E>,
) -> Result<Vec<Rouge>, E> {
    let mut score = |dialogue: &Dialogue| Ok(dialogue.score(&pick(&dialogue.transcript())?, tokenizer));
    dialogues.iter().map(&mut score).collect()
}

/// The figures of a system over a set: F1 in percent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// The mean, in percent.
    #[serde(flatten)]
    pub percent: Rouge,
    /// How many dialogues.
    pub n: usize,
}

impl Figures {
    /// The mean over the dialogues.
    #[must_use]
    pub fn of(scores: &[Rouge]) -> Self {
        Self {
            percent: percent(rouge::mean(scores)),
            n: scores.len(),
        }
    }
}

fn percent(share: Rouge) -> Rouge {
    Rouge {
        rouge1: 100.0 * share.rouge1,
        rouge2: 100.0 * share.rouge2,
        rouge_l: 100.0 * share.rouge_l,
    }
}

/// The engine against the best baseline of each figure, in percentage points.
#[must_use]
pub fn compare(ours: &[Rouge], baselines: &[(&'static str, Vec<Rouge>)]) -> Vec<Comparison> {
    let compare_one = |figure, value: fn(&Rouge) -> f64| {
        let values = |scores: &[Rouge]| {
            scores
                .iter()
                .map(|score| 100.0 * value(score))
                .collect::<Vec<_>>()
        };
        let theirs: Vec<_> = baselines
            .iter()
            .map(|(name, scores)| (*name, values(scores)))
            .collect();
        against_best(figure, &values(ours), &theirs, &vec![1.0; ours.len()])
    };
    let figures = [
        compare_one("rouge1", |score| score.rouge1),
        compare_one("rouge2", |score| score.rouge2),
        compare_one("rougeL", |score| score.rouge_l),
    ];
    figures.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::{Dialogue, Figures, MAX_LINE_BYTES, Problem, compare, evaluate, parse, parse_line};
    use crate::baselines::Baseline;
    use crate::rouge::Rouge;
    use crate::{Line, Tokenizer};
    use std::convert::Infallible;

    const LINE: &str = r#"{"id": "d1", "turns": [{"speaker": "Ana", "text": "The boiler leaks."},
        {"speaker": "Ben", "text": "Oh no."}, {"speaker": "Ana", "text": "Call somebody!"}],
        "summaries": ["The boiler leaks.", "Nobody calls."], "topics": ["boiler"]}"#;

    fn dialogue() -> Dialogue {
        parse_line(LINE).unwrap()
    }

    #[test]
    fn a_dialogue_becomes_an_unread_chat() {
        let chat = dialogue().transcript();
        assert_eq!(chat.authors, ["Ana", "Ben"]);
        assert_eq!((chat.me, chat.unread_from), (None, 0));
        let seen: Vec<_> = chat
            .messages
            .iter()
            .map(|m| (m.n, m.author, m.at.to_string()))
            .collect();
        assert_eq!(seen[0], (1, Some(0), "2024-01-01T09:00:00".to_owned()));
        assert_eq!(seen[1], (2, Some(1), "2024-01-01T09:01:00".to_owned()));
        assert_eq!(seen[2], (3, Some(0), "2024-01-01T09:02:00".to_owned()));
        assert_eq!(chat.messages[2].text, "Call somebody!");
    }

    #[test]
    fn references_count_alike_and_figures_are_percent() {
        let lines = [Line {
            text: "The boiler leaks.".to_owned(),
            cites: vec![1],
        }];
        let score = dialogue().score(&lines, Tokenizer::Plain);
        assert_eq!((score.rouge1, score.rouge2, score.rouge_l), (0.5, 0.5, 0.5));
        let figures = Figures::of(&[score, Rouge::default()]);
        assert_eq!((figures.percent.rouge1, figures.n), (25.0, 2));
        let json = serde_json::to_value(figures).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"rouge1": 25.0, "rouge2": 25.0, "rougeL": 25.0, "n": 2})
        );
    }

    #[test]
    fn a_set_is_evaluated_and_compared() {
        let set = [dialogue(), dialogue()];
        let run = |k| {
            evaluate(&set, Tokenizer::Plain, |chat| {
                Ok::<_, Infallible>(Baseline::Lead.lines(chat, k))
            })
            .unwrap()
        };
        let found = compare(&run(1), &[("all", run(3)), ("none", run(0))]);
        assert_eq!(
            found.iter().map(|c| (c.figure, c.baseline)).collect::<Vec<_>>(),
            [("rouge1", "all"), ("rouge2", "all"), ("rougeL", "all")]
        );
        assert!(found[0].difference.mean > 0.0);
    }

    #[test]
    fn what_is_no_dialogue_is_refused_by_place_and_without_its_text() {
        let secret = r#"{"id": "d", "turns": [{"speaker": "SECRET", "text": "SECRET", "SECRET": 1}], "summaries": []}"#;
        let error = parse(&format!("\n{secret}")).unwrap_err();
        assert_eq!(
            (error.line, error.problem),
            (2, Problem::Malformed { column: 70 })
        );
        assert!(!format!("{error} {error:?}").contains("SECRET"));
        let wrong_type = parse_line(r#"{"id": "d", "turns": "SECRET"}"#).unwrap_err();
        assert!(!format!("{wrong_type} {wrong_type:?}").contains("SECRET"));
    }

    #[test]
    fn lines_too_long_and_dialogues_without_reference_are_refused() {
        assert_eq!(parse_line(&" ".repeat(MAX_LINE_BYTES + 1)), Err(Problem::TooLong));
        let empty = r#"{"id": "d", "turns": [{"speaker": "A", "text": "b"}], "summaries": [], "topics": []}"#;
        assert_eq!(parse_line(empty), Err(Problem::Empty));
        assert_eq!(parse("\n\n"), Ok(vec![]));
    }
}
