//! Colours, each for one meaning. `anstream` takes them out where the output is no terminal or `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};

const fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(colour)))
}

/// What went wrong.
pub(crate) const BAD: Style = colour(AnsiColor::Red).bold();
/// A heading.
pub(crate) const HEAD: Style = Style::new().bold();
/// Who speaks.
pub(crate) const NAME: Style = colour(AnsiColor::Cyan);
/// What is said about the answer, not in the chat.
pub(crate) const ASIDE: Style = Style::new().dimmed();
/// What holds.
pub(crate) const GOOD: Style = colour(AnsiColor::Green);
/// Look here.
pub(crate) const NOTE: Style = colour(AnsiColor::Yellow);
/// A date or time.
#[cfg(feature = "ai")]
pub(crate) const WHEN: Style = colour(AnsiColor::Magenta);
