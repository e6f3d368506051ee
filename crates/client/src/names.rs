//! Whom somebody means by a part of a name.

/// Why nobody was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhoIsThat {
    /// Nobody.
    #[error("nobody in this chat has that name; write it as the chat has it")]
    Nobody,
    /// Several.
    #[error("more than one person of this chat has that name; write more of it, as the chat has it")]
    Several,
}

/// How well a name fits what was typed; the better one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The same.
    Exact,
    /// The same but for case, direction marks and a leading tilde.
    IgnoringCase,
    /// Its beginning.
    Beginning,
    /// The beginning of a word in it.
    Within,
}

/// The one name that fits best.
///
/// # Errors
/// [`WhoIsThat`] where none fits, or two fit equally well.
pub fn find<'a>(names: &'a [String], typed: &str) -> Result<&'a str, WhoIsThat> {
    let fitting = || names.iter().filter_map(|name| Some((fit(name, typed)?, name)));
    let best = fitting().map(|(fit, _)| fit).min().ok_or(WhoIsThat::Nobody)?;
    let mut found = fitting().filter(|(fit, _)| *fit == best).map(|(_, name)| name);
    match (found.next(), found.next()) {
        (Some(name), None) => Ok(name),
        _ => Err(WhoIsThat::Several),
    }
}

/// How well a name fits; `None` if not at all.
#[must_use]
pub fn fit(name: &str, typed: &str) -> Option<Fit> {
    let (lower, wanted) = (plain(name), plain(typed));
    if wanted.is_empty() {
        None
    } else if name == typed {
        Some(Fit::Exact)
    } else if lower == wanted {
        Some(Fit::IgnoringCase)
    } else if lower.starts_with(&wanted) {
        Some(Fit::Beginning)
    } else {
        let mut parts = lower.split_whitespace();
        parts.any(|part| part.starts_with(&wanted)).then_some(Fit::Within)
    }
}

/// Without case, direction marks and the tilde that WhatsApp puts before names it does not know.
fn plain(name: &str) -> String {
    let mark = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '~');
    name.replace(mark, "").trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Fit, WhoIsThat, find, fit};

    #[test]
    fn a_name_fits_in_four_ways() {
        assert_eq!(fit("Priya B", "Priya B"), Some(Fit::Exact));
        assert_eq!(fit("Priya B", "priya b"), Some(Fit::IgnoringCase));
        assert_eq!(fit("Priya B", "pri"), Some(Fit::Beginning));
        assert_eq!(fit("Aunt Priya", "priya"), Some(Fit::Within));
        assert_eq!(fit("\u{200e}~ Priya", "Priya"), Some(Fit::IgnoringCase));
        assert_eq!(fit("Priya B", "iya"), None);
        assert_eq!(fit("Priya B", " "), None);
    }

    #[test]
    fn names_are_found_as_people_type_them() {
        let names = ["Priya B", "Aunt Priyanka", "\u{200e}~ Tom"].map(str::to_owned);
        assert_eq!(find(&names, "Priya B"), Ok("Priya B"));
        assert_eq!(find(&names, "priya b"), Ok("Priya B"));
        assert_eq!(
            find(&names, "pri"),
            Ok("Priya B"),
            "the beginning of the whole name comes first"
        );
        assert_eq!(find(&names, "priyan"), Ok("Aunt Priyanka"));
        assert_eq!(find(&names, "tom"), Ok("\u{200e}~ Tom"));
        assert_eq!(find(&names, "iya"), Err(WhoIsThat::Nobody));
        assert_eq!(find(&names, " "), Err(WhoIsThat::Nobody));
        let twins = ["Ana M", "Ana P"].map(str::to_owned);
        assert_eq!(find(&twins, "ana"), Err(WhoIsThat::Several));
    }
}
