//! JSON on standard output, safe to look at.

use std::io::{self, Write};

use serde::Serialize;

/// Prints one value on a line of its own.
pub(crate) fn print(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string(value).map_err(io::Error::other)?;
    writeln!(out, "{}", escape(text))
}

/// JSON escapes the control characters of ASCII. Others can steer a terminal too, or turn the order of what stands
/// beside them; as they can only occur inside strings, their escapes mean the same.
fn escape(text: String) -> String {
    if !text.contains(steers) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn steers(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::print;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_means_the_same() {
        let hostile = "a\u{1b}[2J\u{9b}31m\u{7f}\u{202e}b\u{2066}é🎉\n";
        let mut out = Vec::new();
        print(&mut out, &hostile).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text.trim_end(),
            r#""a\u001b[2J\u009b31m\u007f\u202eb\u2066é🎉\n""#
        );
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), hostile);
    }
}
