//! The chat that the demo plays: the flat of `sets/flatshare`, made up for Snug.

use std::ops::ControlFlow;

use chat::Time;
use import::{Kind, Options};
use jiff::tz::TimeZone;

use crate::exit::Failure;

/// What the chat is called.
pub(super) const TITLE: &str = "Flat 4B";
const EXPORT: &str = include_str!("../../../../../sets/flatshare/chat.txt");

/// One message of it.
pub(super) struct Said {
    pub(super) author: String,
    pub(super) text: String,
    pub(super) at: Time,
}

/// All messages. One that its author deleted is left out, since its words are gone.
pub(super) fn said() -> Result<Vec<Said>, Failure> {
    let mut said = Vec::new();
    import::read(EXPORT.as_bytes(), &Options::default(), &mut |entry| {
        let author = entry
            .author
            .filter(|_| entry.kind == Kind::Message && !entry.deleted);
        said.extend(author.map(|author| Said {
            author: author.to_string(),
            text: entry.text,
            at: here(entry.at),
        }));
        ControlFlow::Continue(())
    })?;
    Ok(said)
}

/// The moment at which a clock on the wall here shows this.
fn here(at: jiff::civil::DateTime) -> Time {
    let seconds = TimeZone::system()
        .to_timestamp(at)
        .map_or(0, |moment| moment.as_second());
    Time::from_unix_seconds(u64::try_from(seconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn five_people_speak() {
        let said = said().unwrap();
        assert_eq!(said.len(), 293);
        let mut authors: Vec<&str> = said.iter().map(|line| line.author.as_str()).collect();
        authors.sort_unstable();
        authors.dedup();
        assert_eq!(authors, ["Dex", "Hattie", "Mags", "Priya", "Seun"]);
        assert!(said.is_sorted_by_key(|line| line.at));
        let after = said.iter().rev().take_while(|line| line.author != "Priya");
        assert_eq!(after.count(), 50);
    }
}
