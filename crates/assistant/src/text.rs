//! Words: where they stand in a text and how they compare.
//!
//! Words are compared folded: lower case, without accents, with the digits of any script as ASCII and with the
//! spellings of Arabic letters that people mix made one. A change between letters and digits starts a new word, so
//! that `8pm`, `20h30` and `12th` come apart. Scripts that set no spaces give one word for each character.

use std::ops::Range;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// First byte in the text.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// The word as it is compared.
    pub(crate) folded: String,
}

impl Word {
    /// The value, where the word is a number of at most nine digits.
    pub(crate) fn number(&self) -> Option<u32> {
        if self.folded.len() > 9 || !self.folded.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.folded.parse().ok()
    }
}

/// The words of a text, in order; addresses of the web are left out.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let urls = urls(text);
    let mut cutter = Cutter {
        text,
        words: Vec::new(),
        open: None,
    };
    let mut urls = urls.iter().peekable();
    for (at, c) in text.char_indices() {
        while urls.peek().is_some_and(|url| url.end <= at) {
            urls.next();
        }
        let inside_url = urls.peek().is_some_and(|url| url.contains(&at));
        cutter.take(at, if inside_url { Class::Gap } else { class(c) });
    }
    cutter.close(text.len());
    cutter.words
}

/// The web addresses of a text.
pub(crate) fn urls(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !text.contains(['/', '.']) {
        return found;
    }
    for part in text.split_whitespace() {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        if let Some(offset) = url_start(part) {
            let end = start + part.trim_end_matches(is_trailing).len();
            if start + offset < end {
                found.push(start + offset..end);
            }
        }
    }
    found
}

fn url_start(part: &str) -> Option<usize> {
    ["https://", "http://", "www."]
        .iter()
        .filter_map(|scheme| find_ignoring_case(part, scheme))
        .min()
}

fn find_ignoring_case(haystack: &str, needle: &str) -> Option<usize> {
    let (haystack, needle) = (haystack.as_bytes(), needle.as_bytes());
    haystack
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle))
}

fn is_trailing(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '"' | '\'' | '»' | '”' | '’' | '>' | '*' | '_'
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Mark,
    Apostrophe,
    Lone,
    Gap,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '\'' => Class::Apostrophe,
        '\0'..='\x7f' => Class::Gap,
        '’' | 'ʼ' => Class::Apostrophe,
        _ if is_mark(c) => Class::Mark,
        _ if digit(c).is_some() => Class::Digit,
        _ if stands_alone(c) => Class::Lone,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Gap,
    }
}

/// Signs that belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{0640}'
        | '\u{0900}'..='\u{0903}' | '\u{093A}'..='\u{094F}' | '\u{0962}'..='\u{0963}' | '\u{200C}'..='\u{200D}')
}

/// Scripts that are written without spaces.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 6] = [0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xFF10];
    let c = u32::from(c);
    let value = ZEROS
        .iter()
        .find_map(|zero| c.checked_sub(*zero).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

struct Cutter<'a> {
    text: &'a str,
    words: Vec<Word>,
    open: Option<(usize, Class)>,
}

impl Cutter<'_> {
    fn take(&mut self, at: usize, class: Class) {
        match (self.open, class) {
            (Some((_, Class::Letter)), Class::Letter | Class::Mark | Class::Apostrophe)
            | (Some((_, Class::Digit)), Class::Digit) => {}
            (_, Class::Letter | Class::Digit) => {
                self.close(at);
                self.open = Some((at, class));
            }
            (_, Class::Lone) => {
                self.close(at);
                self.open = Some((at, class));
            }
            (Some((_, Class::Lone)), Class::Mark) => {}
            (None, _) => {}
            (Some(_), Class::Mark | Class::Apostrophe | Class::Gap) => self.close(at),
        }
    }

    fn close(&mut self, end: usize) {
        let Some((start, _)) = self.open.take() else {
            return;
        };
        let raw = self.text.get(start..end).unwrap_or_default();
        let trimmed = raw.trim_end_matches(['\'', '’', 'ʼ']);
        let end = start + trimmed.len();
        match elision(trimmed) {
            Some(cut) => {
                self.push(start, start + cut);
                self.push(start + cut, end);
            }
            None => self.push(start, end),
        }
    }

    fn push(&mut self, start: usize, end: usize) {
        let folded = fold(self.text.get(start..end).unwrap_or_default());
        if !folded.is_empty() {
            self.words.push(Word { start, end, folded });
        }
    }
}

/// Where `l’école` and its like come apart: behind the apostrophe of a short French or Italian article.
fn elision(word: &str) -> Option<usize> {
    let (at, mark) = word.char_indices().find(|(_, c)| matches!(c, '\'' | '’' | 'ʼ'))?;
    let head = word.get(..at)?.to_lowercase();
    let tail = word.get(at + mark.len_utf8()..)?;
    let short = matches!(
        head.as_str(),
        "l" | "d" | "j" | "n" | "s" | "c" | "m" | "t" | "qu"
    );
    (short && tail.chars().count() >= 2).then_some(at + mark.len_utf8())
}

/// How words are compared.
pub(crate) fn fold(word: &str) -> String {
    if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return word.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        fold_char(c, &mut out);
    }
    out
}

fn fold_char(c: char, out: &mut String) {
    if c.is_ascii_alphanumeric() {
        return out.push(c);
    }
    if let Some(digit) = digit(c) {
        return out.push(digit);
    }
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => out.push('a'),
        'ç' | 'ć' | 'č' => out.push('c'),
        'ď' | 'đ' => out.push('d'),
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => out.push('e'),
        'ğ' => out.push('g'),
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => out.push('i'),
        'ł' => out.push('l'),
        'ñ' | 'ń' | 'ň' => out.push('n'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
        'ř' => out.push('r'),
        'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
        'ť' | 'ţ' | 'ț' => out.push('t'),
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
        'ý' | 'ÿ' => out.push('y'),
        'ź' | 'ż' | 'ž' => out.push('z'),
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
        'ى' | 'ی' => out.push('ي'),
        'ک' => out.push('ك'),
        'ة' => out.push('ه'),
        '\'' | '’' | 'ʼ' | '\u{200C}' | '\u{200D}' | '\u{0640}' | '\u{093C}' => {}
        '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{065F}' | '\u{0670}' => {}
        _ => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{urls, words};

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn words_fold_and_come_apart_at_digits() {
        assert_eq!(
            folded("Let’s meet at 8pm, Ángel!"),
            ["lets", "meet", "at", "8", "pm", "angel"]
        );
        assert_eq!(folded("20h30 12th"), ["20", "h", "30", "12", "th"]);
        assert_eq!(
            folded("d'accord, à l’école aujourd'hui"),
            ["d", "accord", "a", "l", "ecole", "aujourdhui"]
        );
    }

    #[test]
    fn digits_of_other_scripts_are_digits() {
        assert_eq!(folded("الساعة ٨"), ["الساعه", "8"]);
        assert_eq!(folded("शाम ७ बजे"), ["शाम", "7", "बजे"]);
        assert_eq!(folded("१२ बजे"), ["12", "बजे"]);
    }

    #[test]
    fn scripts_without_spaces_give_a_word_a_character() {
        assert_eq!(folded("明日8時"), ["明", "日", "8", "時"]);
    }

    #[test]
    fn addresses_are_found_and_are_no_words() {
        let text = "see (https://example.org/a?b=1), and WWW.example.com.";
        let found: Vec<_> = urls(text)
            .into_iter()
            .map(|range| text.get(range).unwrap())
            .collect();
        assert_eq!(found, ["https://example.org/a?b=1", "WWW.example.com"]);
        assert_eq!(folded(text), ["see", "and"]);
    }
}
