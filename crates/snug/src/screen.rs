//! Text of strangers on a terminal: made harmless.

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

#[cfg(test)]
mod tests {
    use super::tame;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        let hostile = "x\u{1b}]0;title\u{7}\u{9b}2J\r\nsecond\tline\u{202e}desrever\u{2066}\u{0}";
        let tamed = tame(hostile);
        assert!(!tamed.chars().any(char::is_control), "{tamed:?}");
        assert!(!tamed.contains(['\u{202e}', '\u{2066}']));
        assert!(tamed.contains("second line"));
    }
}
