//! The names by which a prompt calls the people of a chat: each one's own, cleaned, and no two the same.

use std::collections::{HashMap, HashSet};

use super::clean::clean_name;
use crate::{Message, Transcript, text};

/// Names for those who wrote.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<u16, String>);

impl Names {
    /// Finds names for the authors of some messages, in the order in which they wrote.
    pub(crate) fn of(transcript: &Transcript, part: &[&Message]) -> Self {
        let mut names = HashMap::new();
        let mut taken = HashSet::new();
        for author in part.iter().filter_map(|message| message.author) {
            if names.contains_key(&author) {
                continue;
            }
            let own = transcript
                .authors
                .get(usize::from(author))
                .map_or("", String::as_str);
            let mut name = clean_name(own);
            if name.is_empty() || !taken.insert(text::fold(&name)) {
                name = stranger(&name, &mut taken);
            }
            if transcript.me == Some(author) {
                name.push_str(" (the reader)");
            }
            names.insert(author, name);
        }
        Self(names)
    }

    /// The name of who wrote a message.
    pub(crate) fn of_author(&self, author: Option<u16>) -> &str {
        author
            .and_then(|author| self.0.get(&author))
            .map_or("Somebody", String::as_str)
    }
}

/// `Person A`, or `Ana B` where there is an Ana already.
fn stranger(name: &str, taken: &mut HashSet<String>) -> String {
    let name = if name.is_empty() { "Person" } else { name };
    let free = (0..=u32::MAX).map(|n| format!("{name} {}", letters(n)));
    let mut unused = free.filter(|name| taken.insert(text::fold(name)));
    unused.next().expect("there are more letters than authors")
}

/// `A` to `Z`, `AA` and so on.
fn letters(mut n: u32) -> String {
    let mut out = String::new();
    loop {
        out.insert(0, char::from(b'A' + u8::try_from(n % 26).expect("below 26")));
        n /= 26;
        if n == 0 {
            return out;
        }
        n -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, letters};
    use crate::{Message, Transcript};
    use jiff::civil::date;

    #[test]
    fn everybody_has_a_name_and_no_two_the_same() {
        let authors = ["Ana", "ana", "+49 170 1", "System", "Ana 2", "Ben"]
            .map(String::from)
            .to_vec();
        let message = |author| Message {
            n: u32::from(author) + 1,
            at: date(2026, 2, 27).at(9, 0, 0, 0),
            author: Some(author),
            text: "x".into(),
        };
        let messages: Vec<Message> = (0..6).map(message).collect();
        let transcript = Transcript {
            authors,
            me: Some(5),
            ..Transcript::default()
        };
        let names = Names::of(&transcript, &messages.iter().collect::<Vec<_>>());
        let all: Vec<&str> = (0..6).map(|author| names.of_author(Some(author))).collect();
        assert_eq!(
            all,
            [
                "Ana",
                "ana A",
                "Person A",
                "Person B",
                "Ana B",
                "Ben (the reader)"
            ]
        );
        assert_eq!(names.of_author(None), "Somebody");
    }

    #[test]
    fn letters_go_on_behind_z() {
        assert_eq!(
            [0, 25, 26, 51, 52, 702].map(letters),
            ["A", "Z", "AA", "AZ", "BA", "AAA"]
        );
    }
}
