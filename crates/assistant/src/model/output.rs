//! What a model wrote, read as if it were hostile.
//!
//! JSON of two shapes only, `{"items":[{"text":"...","cites":[1]}]}` and `{"text":"..."}`: keys in any order, each
//! once, no other; space between tokens; numbers that are whole and have no sign. No recursion, and nothing is
//! allocated for what is not there. A text that breaks off keeps the items that were whole before.

use super::draft::{Line, MAX_CITES, MAX_LINE_BYTES, MOST_LINES};
use super::task::MAX_REWRITE_BYTES;

/// The most bytes of output that are looked at.
pub(crate) const MAX_OUTPUT_BYTES: usize = 128 << 10;

/// Why an output is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadOutput {
    /// It breaks off.
    CutOff,
    /// It is longer, or has more or longer parts, than anything may have.
    TooMuch,
    /// It is something else.
    Malformed,
}

/// The lines of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Items {
    /// Those that are whole.
    pub(crate) lines: Vec<Line>,
    /// Whether nothing broke off.
    pub(crate) is_whole: bool,
}

type Result<T> = std::result::Result<T, BadOutput>;

/// Reads lines.
pub(crate) fn read_items(output: &str) -> Result<Items> {
    let mut from = Reader::of(output)?;
    let mut lines = Vec::new();
    match from.read_lines(&mut lines).and_then(|()| from.end()) {
        Ok(()) => Ok(Items {
            lines,
            is_whole: true,
        }),
        Err(BadOutput::CutOff) => Ok(Items {
            lines,
            is_whole: false,
        }),
        Err(other) => Err(other),
    }
}

/// Reads a rewritten text. One that breaks off is none.
pub(crate) fn read_rewrite(output: &str) -> Result<String> {
    let mut from = Reader::of(output)?;
    from.expect('{')?;
    from.expect_key("text")?;
    let text = from.string(MAX_REWRITE_BYTES)?;
    from.expect('}')?;
    from.end()?;
    Ok(text)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn of(output: &'a str) -> Result<Self> {
        if output.len() > MAX_OUTPUT_BYTES {
            return Err(BadOutput::TooMuch);
        }
        Ok(Self { rest: output })
    }

    fn read_lines(&mut self, lines: &mut Vec<Line>) -> Result<()> {
        self.expect('{')?;
        self.expect_key("items")?;
        self.expect('[')?;
        if !self.eat(']') {
            loop {
                let line = self.line()?;
                if lines.len() == MOST_LINES {
                    return Err(BadOutput::TooMuch);
                }
                lines.push(line);
                if !self.goes_on(']')? {
                    break;
                }
            }
        }
        self.expect('}')
    }

    fn line(&mut self) -> Result<Line> {
        let (mut text, mut cites) = (None, None);
        self.expect('{')?;
        loop {
            let key = self.string(8)?;
            self.expect(':')?;
            match key.as_str() {
                "text" if text.is_none() => text = Some(self.string(MAX_LINE_BYTES)?),
                "cites" if cites.is_none() => cites = Some(self.cites()?),
                _ => return Err(BadOutput::Malformed),
            }
            if !self.goes_on('}')? {
                break;
            }
        }
        match (text, cites) {
            (Some(text), Some(cites)) => Ok(Line { text, cites }),
            _ => Err(BadOutput::Malformed),
        }
    }

    fn cites(&mut self) -> Result<Vec<u32>> {
        let mut cites = Vec::new();
        self.expect('[')?;
        if self.eat(']') {
            return Ok(cites);
        }
        loop {
            let n = self.number()?;
            if cites.len() == MAX_CITES {
                return Err(BadOutput::TooMuch);
            }
            cites.push(n);
            if !self.goes_on(']')? {
                return Ok(cites);
            }
        }
    }

    fn number(&mut self) -> Result<u32> {
        self.space();
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(length).ok_or(BadOutput::Malformed)?;
        if rest.is_empty() {
            return Err(BadOutput::CutOff);
        }
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(BadOutput::Malformed);
        }
        self.rest = rest;
        digits.parse().map_err(|_| BadOutput::Malformed)
    }

    fn string(&mut self, most: usize) -> Result<String> {
        self.expect('"')?;
        let mut out = String::new();
        loop {
            match self.next()? {
                '"' => return Ok(out),
                '\\' => out.push(self.escaped()?),
                c if c < ' ' => return Err(BadOutput::Malformed),
                c => out.push(c),
            }
            if out.len() > most {
                return Err(BadOutput::TooMuch);
            }
        }
    }

    fn escaped(&mut self) -> Result<char> {
        Ok(match self.next()? {
            c @ ('"' | '\\' | '/') => c,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => return self.code(),
            _ => return Err(BadOutput::Malformed),
        })
    }

    /// `\u20ac`, and pairs for what lies beyond; half a pair is refused.
    fn code(&mut self) -> Result<char> {
        let first = self.unit()?;
        let code = if (0xD800..0xDC00).contains(&first) {
            if self.next()? != '\\' || self.next()? != 'u' {
                return Err(BadOutput::Malformed);
            }
            let second = self.unit()?.checked_sub(0xDC00).filter(|low| *low < 0x400);
            0x10000 + (first - 0xD800) * 0x400 + second.ok_or(BadOutput::Malformed)?
        } else {
            first
        };
        char::from_u32(code).ok_or(BadOutput::Malformed)
    }

    fn unit(&mut self) -> Result<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + self.next()?.to_digit(16).ok_or(BadOutput::Malformed)?;
        }
        Ok(unit)
    }

    fn next(&mut self) -> Result<char> {
        let mut chars = self.rest.chars();
        let c = chars.next().ok_or(BadOutput::CutOff)?;
        self.rest = chars.as_str();
        Ok(c)
    }

    fn expect_key(&mut self, key: &str) -> Result<()> {
        if self.string(8)? != key {
            return Err(BadOutput::Malformed);
        }
        self.expect(':')
    }

    fn expect(&mut self, sign: char) -> Result<()> {
        self.space();
        if self.next()? == sign {
            Ok(())
        } else {
            Err(BadOutput::Malformed)
        }
    }

    /// After an entry: a comma and more, or the end.
    fn goes_on(&mut self, end: char) -> Result<bool> {
        self.space();
        match self.next()? {
            ',' => Ok(true),
            c if c == end => Ok(false),
            _ => Err(BadOutput::Malformed),
        }
    }

    fn eat(&mut self, sign: char) -> bool {
        self.space();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    fn end(&mut self) -> Result<()> {
        self.space();
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(BadOutput::Malformed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadOutput, MAX_OUTPUT_BYTES, read_items, read_rewrite};
    use proptest::prelude::*;

    fn lines(output: &str) -> Vec<(String, Vec<u32>)> {
        let items = read_items(output).unwrap();
        assert!(items.is_whole);
        items
            .lines
            .into_iter()
            .map(|line| (line.text, line.cites))
            .collect()
    }

    #[test]
    fn honest_outputs_are_read() {
        assert_eq!(lines(r#"{"items":[]}"#), []);
        assert_eq!(
            lines(
                r#"{"items":[{"text":"a \"b\" \\ é \u20ac\ud83e\udd8a","cites":[1,20]},{"text":"c","cites":[]}]}"#
            ),
            [
                ("a \"b\" \\ é €🦊".to_owned(), vec![1, 20]),
                ("c".to_owned(), vec![])
            ]
        );
        assert_eq!(
            lines(" { \"items\" : [ { \"cites\" : [ 3 ] , \"text\" : \"x\" } ] }\n"),
            [("x".to_owned(), vec![3])]
        );
        assert_eq!(read_rewrite(r#"{"text":"a\nb"}"#).unwrap(), "a\nb");
    }

    #[test]
    fn everything_else_is_refused() {
        for output in [
            "null",
            "[]",
            r#"{"items":{}}"#,
            r#"{"items":[],"items":[]}"#,
            r#"{"items":[]}{"items":[]}"#,
            r#"{"items":[{"text":"a","text":"b","cites":[1]}]}"#,
            r#"{"items":[{"text":"a","cites":[1],"cites":[2]}]}"#,
            r#"{"items":[{"text":"a","cites":[1],"tool":"x"}]}"#,
            r#"{"items":[{"text":"a"}]}"#,
            r#"{"items":[{"cites":[1]}]}"#,
            r#"{"items":[{}]}"#,
            r#"{"items":[{"text":1,"cites":[1]}]}"#,
            r#"{"items":[{"text":"a","cites":[-1]}]}"#,
            r#"{"items":[{"text":"a","cites":[1.0]}]}"#,
            r#"{"items":[{"text":"a","cites":[01]}]}"#,
            r#"{"items":[{"text":"a","cites":[4294967296]}]}"#,
            r#"{"items":[{"text":"a","cites":["1"]}]}"#,
            r#"{"items":[{"text":"a","cites":[1,]}]}"#,
            r#"{"items":[{"text":"a","cites":[1]},]}"#,
            r#"{"items":[{"text":"\ud800","cites":[1]}]}"#,
            r#"{"items":[{"text":"\udc00x","cites":[1]}]}"#,
            r#"{"items":[{"text":"\x","cites":[1]}]}"#,
            "{\"items\":[{\"text\":\"a\nb\",\"cites\":[1]}]}",
            "Sure! {\"items\":[]}",
            "```json\n{\"items\":[]}\n```",
        ] {
            assert_eq!(read_items(output), Err(BadOutput::Malformed), "{output}");
        }
        assert_eq!(
            read_rewrite(r#"{"text":"a","text":"b"}"#),
            Err(BadOutput::Malformed)
        );
        assert_eq!(read_rewrite(r#"{"items":[]}"#), Err(BadOutput::Malformed));
    }

    #[test]
    fn what_breaks_off_keeps_what_was_whole() {
        let whole = r#"{"items":[{"text":"a","cites":[1]},{"text":"b","cites":[2]}]}"#;
        for length in 0..whole.len() {
            let items = read_items(whole.get(..length).unwrap()).unwrap();
            let expected = usize::from(length >= 34) + usize::from(length >= 59);
            assert_eq!((items.lines.len(), items.is_whole), (expected, false), "{length}");
        }
        for length in 0.."{\"text\":\"ab\"}".len() {
            assert_eq!(
                read_rewrite("{\"text\":\"ab\"}".get(..length).unwrap()),
                Err(BadOutput::CutOff)
            );
        }
    }

    #[test]
    fn limits_hold() {
        let items = |count: usize| {
            let item = vec![r#"{"text":"a","cites":[1]}"#; count].join(",");
            read_items(&format!(r#"{{"items":[{item}]}}"#)).map(|items| items.lines.len())
        };
        assert_eq!((items(64), items(65)), (Ok(64), Err(BadOutput::TooMuch)));
        let cites = |count: usize| {
            let cites = vec!["7"; count].join(",");
            read_items(&format!(r#"{{"items":[{{"text":"a","cites":[{cites}]}}]}}"#))
                .map(|items| items.lines.len())
        };
        assert_eq!((cites(16), cites(17)), (Ok(1), Err(BadOutput::TooMuch)));
        let text = |length: usize| {
            let text = "x".repeat(length);
            read_items(&format!(r#"{{"items":[{{"text":"{text}","cites":[1]}}]}}"#))
                .map(|items| items.lines.len())
        };
        assert_eq!((text(4096), text(4097)), (Ok(1), Err(BadOutput::TooMuch)));
        assert_eq!(
            read_items(&"[".repeat(MAX_OUTPUT_BYTES)),
            Err(BadOutput::Malformed)
        );
        assert_eq!(
            read_items(&" ".repeat(MAX_OUTPUT_BYTES + 1)),
            Err(BadOutput::TooMuch)
        );
    }

    proptest! {
        #[test]
        fn no_text_brings_it_down(text in any::<String>(), cut in 0_usize..40) {
            let _ = read_items(&text);
            let _ = read_rewrite(&text);
            let begun = format!(r#"{{"items":[{{"text":"a","cites":[1]}},{text}"#);
            let begun: String = begun.chars().take(34 + cut).collect();
            let _ = read_items(&begun);
        }
    }
}
