//! Text of strangers in a page. Escaping is maud's; what is done here is what escaping does not do.

use maud::{Markup, html};

/// One line: a name or a title. Nothing that turns the order of what stands beside it, no line breaks.
pub(crate) fn line(text: &str) -> String {
    let tamed = calm(text);
    tamed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a message: line breaks stay, direction overrides and other controls go.
pub(crate) fn calm(text: &str) -> String {
    text.chars()
        .filter(|c| !is_override(*c) && (!c.is_control() || matches!(c, '\n' | '\t')))
        .collect()
}

fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The words of a message, with its web links marked. The whole address is what is shown; a click copies it, since the window's
/// browser goes nowhere.
pub(crate) fn words(text: &str) -> Markup {
    let text = calm(text);
    html! {
        @for piece in text.split_inclusive(char::is_whitespace) {
            @let word = piece.trim_end();
            @match address(word) {
                Some(address) => {
                    a href=(address) data-link rel="noopener noreferrer" { (address) }
                    (piece.strip_prefix(address).unwrap_or_default())
                }
                None => (piece),
            }
        }
    }
}

/// The web address that a word begins with, without the punctuation behind it.
fn address(word: &str) -> Option<&str> {
    let rest = word
        .strip_prefix("https://")
        .or_else(|| word.strip_prefix("http://"))?;
    let address = word.trim_end_matches([
        '.', ',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '…', '»', '”',
    ]);
    let has_host = rest.starts_with(|c: char| c.is_alphanumeric());
    (has_host && address.len() > "https://".len()).then_some(address)
}

/// The letter on somebody's picture.
pub(crate) fn initial(name: &str) -> String {
    line(name)
        .chars()
        .find(|c| c.is_alphanumeric())
        .map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect())
}

/// One of twelve colours for a name, always the same one.
pub(crate) fn hue(name: &str) -> String {
    let sum = name
        .bytes()
        .fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("hue-{}", sum.checked_rem(12).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{address, calm, hue, initial, line, words};

    proptest! {
        /// Whatever a stranger writes, the only markup is our own links, and each leads to where it says.
        #[test]
        fn nothing_a_stranger_writes_is_markup(text in r#"(?s)([a-z:/.<>"'&= \n]|https?://|\PC){0,80}"#) {
            let mut rest = words(&text).into_string();
            while let Some((before, link)) = rest.split_once("<a href=\"") {
                prop_assert!(!before.contains(['<', '>']), "{before}");
                let (target, link) = link.split_once("\" data-link rel=\"noopener noreferrer\">").unwrap();
                let (shown, after) = link.split_once("</a>").unwrap();
                prop_assert_eq!(target, shown);
                prop_assert!(target.starts_with("http://") || target.starts_with("https://"));
                rest = after.to_owned();
            }
            prop_assert!(!rest.contains(['<', '>']), "{rest}");
        }

        /// And nothing of it is lost but what steers.
        #[test]
        fn words_are_shown_as_they_are(text in "[a-z .,:/<>&\"\n]{0,60}") {
            let page = words(&text).into_string();
            let mut shown = String::new();
            let mut in_tag = false;
            for c in page.chars() {
                match c {
                    '<' => in_tag = true,
                    '>' => in_tag = false,
                    c if !in_tag => shown.push(c),
                    _ => {}
                }
            }
            let shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            prop_assert_eq!(shown, text);
        }

        #[test]
        fn a_name_is_one_line_and_has_a_letter(name in "(?s).{0,40}") {
            let steers = line(&name).contains(['\n', '\r', '\u{202e}', '\u{2066}']);
            prop_assert!(!steers);
            prop_assert!(!initial(&name).is_empty());
            prop_assert!(hue(&name).starts_with("hue-"));
        }
    }

    #[test]
    fn nothing_turns_or_breaks_a_name() {
        let hostile = "An\u{202e}a\u{2066}\u{0}\r\n <b>\tx";
        assert_eq!(line(hostile), "Ana <b> x");
        assert_eq!(calm("a\nb\u{202e}\u{7}\tc"), "a\nb\tc");
    }

    #[test]
    fn markup_of_strangers_is_text() {
        let page = words("<script>alert(1)</script> <img src=x onerror=a> \"'&").into_string();
        assert_eq!(
            page,
            "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=a&gt; &quot;'&amp;"
        );
    }

    #[test]
    fn only_web_addresses_become_links() {
        let page = words("see https://a.example/x?q=1&r=2, ok").into_string();
        assert_eq!(
            page,
            "see <a href=\"https://a.example/x?q=1&amp;r=2\" data-link rel=\"noopener noreferrer\">\
             https://a.example/x?q=1&amp;r=2</a>, ok"
        );
        for none in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "http://\"><b",
            "file:///etc",
            "xhttps://a.b",
        ] {
            assert_eq!(address(none), None, "{none}");
        }
        let broken_out = words("https://a.example/\"><script>x</script>").into_string();
        assert!(!broken_out.contains("<script"), "{broken_out}");
    }
}
