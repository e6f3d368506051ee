//! What a system shows: lines that cite messages.

use assistant::{CheckError, Item, Task, Transcript};

/// One line of a system under test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it says, several quotes joined by line breaks.
    pub text: String,
    /// The numbers of the messages it rests on; the first carries the line.
    pub cites: Vec<u32>,
}

impl From<&Item> for Line {
    fn from(item: &Item) -> Self {
        Self {
            text: item.quotes.join("\n"),
            cites: item.cites.clone(),
        }
    }
}

/// The engine under test: [`assistant::run`], checked as every draft is. Most important line first.
///
/// # Errors
/// [`CheckError`] where the engine's own draft does not pass: a bug in the engine.
pub fn key_messages(transcript: &Transcript, items: u16) -> Result<Vec<Line>, CheckError> {
    let task = Task::KeyMessages {
        transcript: transcript.clone(),
        items,
    };
    let answer = assistant::check(&task, &assistant::run(&task))?;
    Ok(answer.items().iter().map(Line::from).collect())
}

/// The text of an output: its lines in the order of the chat, one below the other.
#[must_use]
pub fn in_chat_order(lines: &[Line]) -> String {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_by_key(|line| line.cites.first().copied());
    lines
        .iter()
        .map(|line| line.text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Line, in_chat_order, key_messages};
    use assistant::{Message, Transcript};

    #[test]
    fn lines_are_read_in_the_order_of_the_chat() {
        let line = |text: &str, n| Line {
            text: text.to_owned(),
            cites: vec![n, 1],
        };
        assert_eq!(
            in_chat_order(&[line("last", 9), line("first", 2), line("middle", 5)]),
            "first\nmiddle\nlast"
        );
        assert_eq!(in_chat_order(&[]), "");
    }

    #[test]
    fn the_engine_passes_its_own_check() {
        let at = jiff::civil::date(2026, 3, 12).at(9, 0, 0, 0);
        let say = |n, author, text: &str| Message {
            n,
            at,
            author: Some(author),
            text: text.to_owned(),
        };
        let transcript = Transcript {
            authors: vec!["Ana".to_owned(), "Ben".to_owned()],
            me: Some(1),
            unread_from: 1,
            messages: vec![
                say(1, 1, "off to bed"),
                say(2, 0, "Ben, can you let the plumber in tomorrow at 8?"),
                say(3, 0, "haha"),
            ],
            ..Transcript::default()
        };
        let lines = key_messages(&transcript, 1).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].cites, [2]);
    }
}
