//! Whether a line of a model may be shown.

use std::collections::HashMap;

use super::draft::{Dropped, Line, MAX_CITES, MAX_LINE_BYTES};
use super::links::links;
use super::numbers::{Held, numbers};
use super::signs::is_hidden;
use crate::Message;

/// Why a line is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    NoSource,
    Outside,
    Number,
    Link,
    Unclean,
    Unfit,
}

impl Dropped {
    pub(crate) fn count(&mut self, reason: Reason) {
        let count = match reason {
            Reason::NoSource => &mut self.no_source,
            Reason::Outside => &mut self.outside,
            Reason::Number => &mut self.number,
            Reason::Link => &mut self.link,
            Reason::Unclean => &mut self.unclean,
            Reason::Unfit => &mut self.unfit,
        };
        *count = count.saturating_add(1);
    }
}

/// The messages that may be cited, and what they hold. What a message holds is found out once.
pub(crate) struct Sources<'a> {
    messages: HashMap<u32, &'a Message>,
    held: HashMap<u32, Source>,
}

/// What a text holds that must not be made up.
struct Source {
    numbers: Held,
    links: Vec<String>,
}

impl Source {
    fn of(text: &str) -> Self {
        Self {
            numbers: Held::of(text),
            links: links(text),
        }
    }
}

impl<'a> Sources<'a> {
    pub(crate) fn of(messages: impl IntoIterator<Item = &'a Message>) -> Self {
        let messages = messages.into_iter().map(|message| (message.n, message)).collect();
        Self {
            messages,
            held: HashMap::new(),
        }
    }

    /// Takes a line apart: its text without space around it, and its sources, each once.
    ///
    /// Each number and each link has to be held, as it stands, by **one** of the cited messages.
    pub(crate) fn judge(&mut self, line: &Line) -> Result<Line, Reason> {
        let text = line.text.trim();
        if text.is_empty() || text.len() > MAX_LINE_BYTES || line.cites.len() > MAX_CITES {
            return Err(Reason::Unfit);
        }
        if text.chars().any(is_hidden) {
            return Err(Reason::Unclean);
        }
        let mut cites: Vec<u32> = Vec::new();
        for n in &line.cites {
            let message = self.messages.get(n).ok_or(Reason::Outside)?;
            self.held.entry(*n).or_insert_with(|| Source::of(&message.text));
            if !cites.contains(n) {
                cites.push(*n);
            }
        }
        if cites.is_empty() {
            return Err(Reason::NoSource);
        }
        let sources: Vec<&Source> = cites.iter().filter_map(|n| self.held.get(n)).collect();
        supported(text, &sources)?;
        Ok(Line {
            text: text.to_owned(),
            cites,
        })
    }
}

fn supported(text: &str, sources: &[&Source]) -> Result<(), Reason> {
    if !links(text)
        .iter()
        .all(|link| sources.iter().any(|source| source.links.contains(link)))
    {
        return Err(Reason::Link);
    }
    if !numbers(text)
        .iter()
        .all(|number| sources.iter().any(|source| source.numbers.has(number)))
    {
        return Err(Reason::Number);
    }
    Ok(())
}

/// Judges a rewritten draft: it may say what the draft says, and hold no number and no link beside.
pub(crate) fn judge_rewrite<'t>(draft: &str, rewritten: &'t str) -> Result<&'t str, Reason> {
    let text = rewritten.trim();
    if text.is_empty() {
        return Err(Reason::Unfit);
    }
    if text.chars().any(|c| c != '\n' && is_hidden(c)) {
        return Err(Reason::Unclean);
    }
    supported(text, &[&Source::of(draft)])?;
    Ok(text)
}
