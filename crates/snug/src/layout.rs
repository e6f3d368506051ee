//! Lines that fit the terminal, and text of both directions side by side.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;
use textwrap::Options;

/// The columns that we use at most; longer lines are hard to read.
const WIDEST: usize = 100;
const NARROWEST: usize = 32;

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

/// A paragraph of ours, wrapped, in one style.
pub(crate) fn paragraph(out: &mut dyn Write, style: Style, text: &str) -> io::Result<()> {
    wrap(text, width(), "", "")
        .iter()
        .try_for_each(|row| writeln!(out, "{style}{row}{style:#}"))
}

#[cfg(test)]
mod tests {
    use super::isolate;

    #[test]
    fn right_to_left_text_is_set_apart() {
        assert_eq!(isolate("hello"), "hello");
        assert_eq!(isolate("مرحبا"), "\u{2068}مرحبا\u{2069}");
    }
}
