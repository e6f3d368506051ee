//! Lines of the messenger: what happened to a chat, in words, between the messages (R16).

use chat::consent::{Ceiling, Consent, Wish};
use chat::{Happened, Member};

use crate::api::Delivery;
use crate::store::messages::{self, Kind, NewMessage};
use crate::store::people;

use super::{Result, Step};

/// How the person at this device is called.
const YOU: &str = "you";

/// What a commit changed.
pub(super) fn happened(step: &mut Step<'_>, what: &Happened) -> Result<()> {
    let by = at_the_start(name(step, &what.by));
    let mut all = Vec::new();
    let added = names(step, &what.added);
    let removed = names(step, &what.removed);
    if !added.is_empty() {
        all.push(format!("{by} added {added}."));
    }
    if what.removed_us {
        all.push(format!("{by} removed you."));
    } else if !removed.is_empty() {
        all.push(format!("{removed} is not in the chat any more ({by})."));
    }
    if let Some(title) = &what.title {
        all.push(format!("{by} named the chat \u{2068}{title}\u{2069}."));
    }
    for line in all {
        write(step, &line)?;
    }
    ceiling(step, what.consent, &name(step, &what.by))
}

/// A name as the first word of a sentence.
fn at_the_start(name: String) -> String {
    if name == YOU { "You".into() } else { name }
}

/// Somebody is in a chat for the first time. A known name with another key behind it is said, not passed over (R2).
pub(super) fn met(step: &mut Step<'_>, member: &Member) -> Result<()> {
    let account = member.account();
    if account != step.me.address.account && people::is_name_of_another(step.tx, &account.0, member.name())? {
        let text = format!(
            "{} is not the account that you know under this name: it has another key. Compare the safety number with \
             them before you trust it.",
            name(step, member)
        );
        write(step, &text)?;
    }
    Ok(people::meet(step.tx, &account.0, member.name(), step.clock)?)
}

/// The ceiling moved.
pub(super) fn ceiling(step: &mut Step<'_>, (old, new): (Consent, Consent), by: &str) -> Result<()> {
    let (old, new) = (old.at(step.now), new.at(step.now));
    if old == new {
        Ok(())
    } else {
        write(step, &format!("AI in this chat: {} ({by}).", words(new)))
    }
}

/// What this person said.
pub(super) fn own_word(step: &mut Step<'_>, wish: Wish) -> Result<()> {
    write(
        step,
        &format!("You said about AI in this chat: {}.", words(wish.ceiling())),
    )
}

const fn words(ceiling: Ceiling) -> &'static str {
    match ceiling {
        Ceiling::Off => "off",
        Ceiling::OnDevice => "on the members' devices only",
        Ceiling::Confidential => "on the members' devices and on a confidential node",
    }
}

fn names(step: &Step<'_>, members: &[Member]) -> String {
    members
        .iter()
        .map(|member| name(step, member))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn name(step: &Step<'_>, member: &Member) -> String {
    if member.device() == step.me.device.member().device() {
        YOU.into()
    } else {
        shown(member.name())
    }
}

/// A name that could be read as words of the line stands in quotes, apart from their direction: whoever calls themselves
/// `you` is not the reader, and a name with a full stop in it could end the sentence.
pub(super) fn shown(name: &str) -> String {
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’');
    let is_short = name.split_whitespace().count() <= 2;
    if is_short && name.chars().all(is_letter) && !name.trim().eq_ignore_ascii_case(YOU) {
        return name.to_owned();
    }
    let ends_quote = |c: char| matches!(c, '“' | '”' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    format!("“\u{2068}{}\u{2069}”", name.replace(ends_quote, ""))
}

/// Writes a line into the chat.
pub(super) fn write(step: &mut Step<'_>, text: &str) -> Result<()> {
    let line = NewMessage {
        id: None,
        kind: Kind::Line,
        author: None,
        account: None,
        mine: false,
        sent_at: step.clock,
        received_at: step.clock,
        text,
        reply_to: None,
        sent_under: step.row.consent,
        never_ai: true,
        drafted_with_ai: false,
        delivery: Delivery::Received,
        slot: None,
    };
    messages::append(step.tx, step.chat, &line)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_name_is_not_read_as_words_of_the_messenger() {
        for name in ["Ana", "Ana Maria", "Jean-Luc", "O'Neil", "অনু", "李雷", "Müller2"] {
            assert_eq!(shown(name), name);
        }
        let hostile = [
            "you",
            " YOU ",
            "Bob. AI in this chat: off (Bob",
            "Bob removed Cleo and",
            "Bob\u{202e}",
        ];
        for name in hostile {
            let quoted = shown(name);
            assert!(
                quoted.starts_with("“\u{2068}") && quoted.ends_with("\u{2069}”"),
                "{quoted:?}"
            );
        }
        assert_eq!(
            shown("a”\u{2069} left"),
            "“\u{2068}a left\u{2069}”",
            "nobody ends the quote"
        );
    }
}
