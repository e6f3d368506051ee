//! Small steps over the beginning of a line.

/// Marks that give text a direction, and others without width. WhatsApp puts them around dates and names.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{200b}')
}

pub(super) fn is_blank(c: char) -> bool {
    c == ' ' || (c != '\n' && c.is_whitespace())
}

#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub rest: &'a str,
}

/// A number and how many digits it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub value: u16,
    pub digits: u8,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(rest: &'a str) -> Self {
        Self { rest }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    /// Takes a character if it is this one.
    pub(super) fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let mut ahead = *self;
        let c = ahead.bump().filter(|&c| wanted(c))?;
        *self = ahead;
        Some(c)
    }

    /// Takes a text if it comes next.
    pub(super) fn take_str(&mut self, wanted: &str) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn marks(&mut self) {
        while !self.at_ascii() && self.take(is_mark).is_some() {}
    }

    fn at_ascii(&self) -> bool {
        self.rest.as_bytes().first().is_some_and(u8::is_ascii)
    }

    /// Passes blanks and marks; says whether there was a blank.
    pub(super) fn blanks(&mut self) -> bool {
        let mut any = false;
        loop {
            match self.rest.as_bytes().first() {
                Some(b' ') => any = true,
                Some(byte) if byte.is_ascii() && *byte != b'\t' => return any,
                _ => match self.peek() {
                    Some(c) if is_blank(c) => any = true,
                    Some(c) if is_mark(c) => {}
                    _ => return any,
                },
            }
            self.bump();
        }
    }

    /// A number of at most `max` digits, in any script; `None` if there is none or it is longer.
    pub(super) fn number(&mut self, max: u8) -> Option<Number> {
        let mut ahead = *self;
        let mut number = Number { value: 0, digits: 0 };
        while let Some(digit) = ahead.take_digit() {
            number.digits = number.digits.checked_add(1).filter(|&digits| digits <= max)?;
            number.value = number.value.checked_mul(10)?.checked_add(digit)?;
        }
        if number.digits == 0 {
            return None;
        }
        *self = ahead;
        Some(number)
    }

    fn take_digit(&mut self) -> Option<u16> {
        if let Some(&byte) = self.rest.as_bytes().first().filter(|byte| byte.is_ascii()) {
            let digit = byte.is_ascii_digit().then(|| u16::from(byte & 0x0f))?;
            self.rest = self.rest.get(1..)?;
            return Some(digit);
        }
        let digit = digit(self.peek()?)?;
        self.bump();
        Some(digit)
    }

    pub(super) fn at_digit(&self) -> bool {
        self.peek().is_some_and(|c| digit(c).is_some())
    }
}

/// The zeros of the scripts whose digits phones write; each is followed by its nine others.
const ZEROS: [char; 22] = [
    '\u{0660}', '\u{06f0}', '\u{07c0}', '\u{0966}', '\u{09e6}', '\u{0a66}', '\u{0ae6}', '\u{0b66}',
    '\u{0be6}', '\u{0c66}', '\u{0ce6}', '\u{0d66}', '\u{0de6}', '\u{0e50}', '\u{0ed0}', '\u{0f20}',
    '\u{1040}', '\u{17e0}', '\u{1810}', '\u{1c50}', '\u{abf0}', '\u{ff10}',
];

/// The value of a decimal digit of any script above.
pub(super) fn digit(c: char) -> Option<u16> {
    if c.is_ascii() {
        return c.to_digit(10).and_then(|digit| u16::try_from(digit).ok());
    }
    let code = u32::from(c);
    let of = |&zero: &char| code.checked_sub(u32::from(zero)).filter(|&digit| digit < 10);
    ZEROS
        .iter()
        .find_map(of)
        .and_then(|digit| u16::try_from(digit).ok())
}
