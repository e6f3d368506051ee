//! Text of strangers on a terminal: made harmless, wrapped, and kept apart from ours.

use std::borrow::Cow;

use textwrap::Options;

/// The columns that we use at most; longer lines are hard to read.
const WIDEST: usize = 100;
const NARROWEST: usize = 32;

/// One line of a person's text without anything that steers a terminal or turns the order of what stands beside it.
pub(crate) fn tame(text: &str) -> String {
    let mut tame = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => tame.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ if c.is_control() => tame.push('\u{fffd}'),
            _ => tame.push(c),
        }
    }
    tame.split(' ')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The columns of the terminal, or 80 where there is none.
pub(crate) fn width() -> usize {
    let terminal = terminal_size::terminal_size().map_or(80, |(columns, _)| usize::from(columns.0));
    terminal.clamp(NARROWEST, WIDEST)
}

/// Text in lines of at most `width` columns, the first after `first`, the others after `rest`.
pub(crate) fn wrap<'t>(text: &'t str, width: usize, first: &'t str, rest: &'t str) -> Vec<Cow<'t, str>> {
    textwrap::wrap(
        text,
        Options::new(width).initial_indent(first).subsequent_indent(rest),
    )
}

/// Right-to-left text is set apart, so that it does not pull our own words to its side.
pub(crate) fn isolate(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_right_to_left) {
        Cow::Owned(format!("\u{2068}{text}\u{2069}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::{isolate, tame};

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        let hostile = "x\u{1b}]0;title\u{7}\u{9b}2J\r\nsecond\tline\u{202e}desrever\u{2066}\u{0}";
        let tamed = tame(hostile);
        assert!(!tamed.chars().any(char::is_control), "{tamed:?}");
        assert!(!tamed.contains(['\u{202e}', '\u{2066}']));
        assert!(tamed.contains("second line"));
    }

    #[test]
    fn right_to_left_text_is_set_apart() {
        assert_eq!(isolate("hello"), "hello");
        assert_eq!(isolate("مرحبا"), "\u{2068}مرحبا\u{2069}");
    }
}
