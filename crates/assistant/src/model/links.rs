//! Links and addresses of a text: what a reader, or a program that makes text clickable, would take for one.

use super::signs::{is_on_top, plain};

/// Schemes that open something without `//`.
const SCHEMES: [&str; 12] = [
    "mailto:",
    "tel:",
    "sms:",
    "javascript:",
    "data:",
    "magnet:",
    "geo:",
    "xmpp:",
    "sip:",
    "bitcoin:",
    "callto:",
    "vbscript:",
];

/// The links and addresses of a text, as they are written: `https://...`, `www...`, `name.tld`, `name@host.tld`,
/// `mailto:...`. A word with a dot between letters counts, a file name too: rather one too many.
pub(crate) fn links(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || is_around(c))
        .filter_map(link)
        .collect()
}

/// Brackets, quotes and commas are not part of a link, whatever the standard says: a link with one is compared up to
/// there, and so is its other part.
fn is_around(c: char) -> bool {
    matches!(
        plain(c),
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | ',' | ';' | '|' | '`' | '*'
    ) || matches!(
        c,
        '«' | '»' | '“' | '”' | '„' | '‘' | '’' | '‹' | '›' | '、' | '，'
    )
}

fn link(part: &str) -> Option<String> {
    let part: String = part.chars().filter(|c| !is_on_top(*c)).map(dotted).collect();
    let part = part
        .trim_start_matches(['.', '!', '?', '\'', '_', '~', '…', '-'])
        .trim_end_matches(['.', ':', '!', '?', '\'', '_', '~', '…', '-']);
    let lower = part.to_lowercase();
    let is_link = lower.contains("://")
        || lower.starts_with("//")
        || lower.starts_with("www.")
        || SCHEMES.iter().any(|scheme| opens(&lower, scheme))
        || has_domain(part);
    is_link.then(|| part.to_owned())
}

fn opens(lower: &str, scheme: &str) -> bool {
    lower.match_indices(scheme).any(|(at, _)| {
        let before = lower.get(..at).and_then(|before| before.chars().next_back());
        at + scheme.len() < lower.len() && !before.is_some_and(char::is_alphanumeric)
    })
}

/// The dots that resolvers take for one.
fn dotted(c: char) -> char {
    match plain(c) {
        '。' | '｡' | '․' | '﹒' => '.',
        c => c,
    }
}

/// Whether there is a dot with a name before it and at least two letters behind.
fn has_domain(part: &str) -> bool {
    let labels: Vec<&str> = part.split('.').collect();
    labels.iter().zip(labels.iter().skip(1)).any(|(name, next)| {
        let is_name = name
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || !c.is_ascii());
        let top = next
            .chars()
            .take_while(|c| c.is_alphabetic() || *c == '-')
            .count();
        is_name && top >= 2 && !is_sentence(name, next)
    })
}

/// `好。明天`: in scripts without spaces a full stop ends a sentence and nothing else.
fn is_sentence(name: &str, next: &str) -> bool {
    let last = name.chars().next_back().is_some_and(is_unspaced);
    let first = next.chars().next().is_some_and(is_unspaced);
    last && first
}

fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn what_a_reader_takes_for_a_link() {
        for (text, expected) in [
            ("see https://example.org/a?b=1, ok", "https://example.org/a?b=1"),
            ("(WWW.Example.com)", "WWW.Example.com"),
            ("at evil.com.", "evil.com"),
            ("t.co/x1", "t.co/x1"),
            ("write to ana@example.org!", "ana@example.org"),
            ("mailto:ana@x", "mailto:ana@x"),
            ("go hxxp://x", "hxxp://x"),
            ("evil。com", "evil.com"),
            ("ｅｖｉｌ．ｃｏｍ", "evil.com"),
            ("evil.\u{200d}com", "evil.com"),
            ("javascript:alert", "javascript:alert"),
            ("bücher.example", "bücher.example"),
            ("invoice.pdf", "invoice.pdf"),
            ("http)://evil.^x/y", "://evil.^x/y"),
            ("(//evil/y)", "//evil/y"),
            ("xn--e1awd7f.com", "xn--e1awd7f.com"),
        ] {
            assert_eq!(links(text), [expected], "{text:?}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "at 8.30 p.m. on 12.6.",
            "z.B. um 8",
            "好。明天见",
            "really... ok",
            "e.g. now: yes",
            "data: none",
            "a.k.a.",
        ] {
            assert_eq!(links(text), [""; 0], "{text:?}");
        }
    }
}
