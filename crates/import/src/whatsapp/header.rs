//! The beginning of an exported message: a date, a time, and what stands between them and the name.

use jiff::civil::Time;

use super::calendar::{Field, Fields, YearAt};
use super::clock::{self, half};
use super::cursor::{Cursor, is_mark};

/// The form of a header, without its numbers. Every header of one export has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Shape {
    pub bracket: bool,
    pub separator: Separator,
    pub comma: bool,
    pub year_at: YearAt,
    pub time_first: bool,
    pub clock_dots: bool,
    pub seconds: bool,
    pub half: HalfAt,
    pub tail: Tail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Separator {
    Slash,
    Dot,
    DotBlank,
    Dash,
    Blank,
    /// 年 and 月, 년 and 월.
    Word,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum HalfAt {
    None,
    Before,
    After,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Tail {
    Bracket,
    Dash,
    Colon,
}

/// A line that begins like a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'a> {
    pub shape: Shape,
    pub date: Fields,
    /// `None` when there is no such time of day.
    pub time: Option<Time>,
    /// A word for the half of the day that is written in capitals, as in the United States.
    pub capital_half: bool,
    /// A word of East Asia, where years stand first.
    pub east_asian: bool,
    /// What follows: a name and a text, or a system line.
    pub rest: &'a str,
}

/// Reads headers, and remembers the last date: most headers repeat it.
#[derive(Default)]
pub(super) struct Headers {
    /// The last date as it was written, with what stood between it and the time.
    written: String,
    date: Option<(Date, bool)>,
}

impl Headers {
    /// Reads a header off the front of a line.
    pub(super) fn parse<'a>(&mut self, line: &'a str) -> Option<Header<'a>> {
        let mut cursor = Cursor::new(line);
        if cursor
            .rest
            .as_bytes()
            .first()
            .is_some_and(|byte| !byte.is_ascii() || *byte == b' ')
        {
            cursor.blanks();
        }
        let bracket = cursor.take(|c| c == '[').is_some();
        if bracket {
            cursor.blanks();
        }
        if !may_begin(&cursor) {
            return None;
        }
        let stamp = self
            .repeated(&cursor)
            .or_else(|| self.date_first(&cursor))
            .or_else(|| time_first(&cursor))?;
        finish(stamp, bracket)
    }

    /// A header whose date is written as the last one was.
    fn repeated<'a>(&self, start: &Cursor<'a>) -> Option<Stamp<'a>> {
        let (date, comma) = self.date?;
        let mut cursor = Cursor::new(start.rest.strip_prefix(&self.written)?);
        let clock = clock(&mut cursor)?;
        Some(Stamp {
            cursor,
            date,
            clock,
            comma,
            time_first: false,
        })
    }

    fn date_first<'a>(&mut self, start: &Cursor<'a>) -> Option<Stamp<'a>> {
        let mut cursor = *start;
        let date = date(&mut cursor)?;
        let comma = gap(&mut cursor)?;
        let written = start
            .rest
            .get(..start.rest.len().checked_sub(cursor.rest.len())?)?;
        let clock = clock(&mut cursor)?;
        self.written.clear();
        self.written.push_str(written);
        self.date = Some((date, comma));
        Some(Stamp {
            cursor,
            date,
            clock,
            comma,
            time_first: false,
        })
    }
}

/// A cheap look at the first character, which refuses nearly every continuation line.
fn may_begin(cursor: &Cursor<'_>) -> bool {
    match cursor.rest.as_bytes().first() {
        Some(byte) if byte.is_ascii() => byte.is_ascii_digit() || matches!(byte, b'R' | b'H'),
        Some(_) => {
            cursor.at_digit()
                || ["令和", "平成", "民國", "西暦"]
                    .iter()
                    .any(|era| cursor.rest.starts_with(era))
        }
        None => false,
    }
}

#[derive(Clone, Copy)]
struct Stamp<'a> {
    cursor: Cursor<'a>,
    date: Date,
    clock: Clock,
    comma: bool,
    time_first: bool,
}

#[derive(Clone, Copy)]
struct Date {
    fields: Fields,
    separator: Separator,
}

#[derive(Clone, Copy)]
struct Clock {
    time: Option<Time>,
    dots: bool,
    seconds: bool,
    half: HalfAt,
    capital: bool,
    east_asian: bool,
}

fn time_first<'a>(start: &Cursor<'a>) -> Option<Stamp<'a>> {
    let mut cursor = *start;
    let clock = clock(&mut cursor)?;
    let comma = gap(&mut cursor)?;
    let date = date(&mut cursor)?;
    Some(Stamp {
        cursor,
        date,
        clock,
        comma,
        time_first: true,
    })
}

fn finish(stamp: Stamp<'_>, bracket: bool) -> Option<Header<'_>> {
    let Stamp {
        mut cursor,
        date,
        clock,
        comma,
        time_first,
    } = stamp;
    let tail = tail(&mut cursor, bracket, clock.seconds)?;
    let shape = Shape {
        bracket,
        separator: date.separator,
        comma,
        year_at: date.fields.year_at(),
        time_first,
        clock_dots: clock.dots,
        seconds: clock.seconds,
        half: clock.half,
        tail,
    };
    let rest = cursor.rest.trim_start_matches(is_mark);
    Some(Header {
        shape,
        date: date.fields,
        time: clock.time,
        capital_half: clock.capital,
        east_asian: clock.east_asian,
        rest,
    })
}

fn date(cursor: &mut Cursor<'_>) -> Option<Date> {
    let first = field(cursor)?;
    let separator = separator(cursor)?;
    let second = field(cursor)?;
    if self::separator(cursor)? != separator {
        return None;
    }
    let third = field(cursor)?;
    let fields = Fields([first, second, third]);
    after_date(cursor, separator);
    Some(Date { fields, separator })
}

/// A number, a year of an era, or an English month.
fn field(cursor: &mut Cursor<'_>) -> Option<Field> {
    cursor.marks();
    if let Some(number) = cursor.number(4) {
        return Some(Field::Number(number));
    }
    if !cursor.peek().is_some_and(char::is_alphabetic) {
        return None;
    }
    if let Some(month) = month_name(cursor) {
        return Some(Field::Month(month));
    }
    let began = era(cursor)?;
    let year = cursor.number(3)?;
    Some(Field::Era {
        began,
        year: year.value,
    })
}

/// The eras that WhatsApp has seen: Heisei until 2019, Reiwa since; and the names of Taiwan's count.
fn era(cursor: &mut Cursor<'_>) -> Option<i16> {
    let eras = [
        ("R", 2019),
        ("H", 1989),
        ("令和", 2019),
        ("平成", 1989),
        ("民國", 1912),
        ("西暦", 1),
    ];
    eras.iter()
        .find(|(name, _)| cursor.take_str(name))
        .map(|(_, began)| *began)
}

/// `Oct` and so on, as Android wrote them until 2016.
fn month_name(cursor: &mut Cursor<'_>) -> Option<u16> {
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let word = cursor.rest.get(..3)?.to_ascii_lowercase();
    let at = months.iter().position(|month| **month == word)?;
    cursor.rest = cursor
        .rest
        .get(3..)?
        .trim_start_matches(|c: char| c.is_ascii_lowercase())
        .trim_start_matches('.');
    u16::try_from(at.checked_add(1)?).ok()
}

fn separator(cursor: &mut Cursor<'_>) -> Option<Separator> {
    cursor.marks();
    let blank = cursor.blanks();
    let kind = match cursor.peek() {
        Some('/' | '／' | '⁄') => Separator::Slash,
        Some('.' | '．') => Separator::Dot,
        Some('-' | '－' | '‐' | '–') => Separator::Dash,
        Some('年' | '月' | '년' | '월') => Separator::Word,
        // Only a month by name, or an all-blank date, follows a bare blank.
        Some(c) if blank && (super::cursor::digit(c).is_some() || c.is_alphabetic()) => {
            return Some(Separator::Blank);
        }
        _ => return None,
    };
    cursor.bump();
    let blank_after = cursor.blanks();
    Some(if kind == Separator::Dot && blank_after {
        Separator::DotBlank
    } else {
        kind
    })
}

/// Passes what may close a date: a last dot, a word for "day", the name of a calendar.
fn after_date(cursor: &mut Cursor<'_>, separator: Separator) {
    cursor.marks();
    match separator {
        Separator::Dot | Separator::DotBlank => {
            cursor.take(|c| c == '.');
        }
        Separator::Word => {
            cursor.take(|c| matches!(c, '日' | '일'));
        }
        _ => {}
    }
    if !cursor.rest.starts_with(' ') {
        return;
    }
    for calendar in [" BE", " AP", " CE", " AD", " г.", " р.", " y."] {
        if cursor.take_str(calendar) {
            return;
        }
    }
}

/// Passes what stands between date and time; says whether there was a comma.
fn gap(cursor: &mut Cursor<'_>) -> Option<bool> {
    let mut apart = cursor.blanks();
    let comma = cursor
        .take(|c| matches!(c, ',' | '،' | '、' | '，' | '᠈'))
        .is_some();
    apart |= comma;
    apart |= cursor.blanks();
    if !apart {
        return None;
    }
    if !cursor.at_digit() {
        connector(cursor);
    }
    Some(comma)
}

/// Words that some languages put before a time.
fn connector(cursor: &mut Cursor<'_>) {
    let words = [
        "klo", "kl.", "kl", "à", "às", "as", "a las", "alle ore", "alle", "ore", "um", "om", "at", "в", "о",
        "ob", "u", "o", "saat", "lúc", "pukul", "jam", "la", "na", "την", "στις", "בשעה", "ب", "at", "·",
        "|",
    ];
    let found = words.iter().find_map(|word| {
        let mut ahead = *cursor;
        (ahead.take_str(word) && ahead.blanks()).then_some(ahead)
    });
    if let Some(ahead) = found {
        *cursor = ahead;
    }
}

fn clock(cursor: &mut Cursor<'_>) -> Option<Clock> {
    let mut word = None;
    let mut before = cursor.rest;
    if !cursor.at_digit() {
        word = Some(half(cursor)?);
        cursor.blanks();
    }
    let mut at = if word.is_some() {
        HalfAt::Before
    } else {
        HalfAt::None
    };
    let hour = cursor.number(2)?;
    let colon = clock_separator(cursor)?;
    let minute = cursor.number(2).filter(|minute| minute.digits == 2)?;
    let second = seconds(cursor, colon);
    cursor.marks();
    if word.is_none() {
        let mut ahead = *cursor;
        ahead.blanks();
        before = ahead.rest;
        word = half(&mut ahead);
        if word.is_some() {
            at = HalfAt::After;
            *cursor = ahead;
        }
    }
    let time = clock::time(hour.value, minute.value, second.unwrap_or(0), word);
    let first = before.chars().next().unwrap_or(' ');
    let written = word.is_some();
    Some(Clock {
        time,
        dots: colon == '.',
        seconds: second.is_some(),
        half: at,
        capital: written && matches!(first, 'A' | 'P'),
        east_asian: written && matches!(first, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'),
    })
}

/// The sign between hour and minute, in one form for its variants.
fn clock_separator(cursor: &mut Cursor<'_>) -> Option<char> {
    cursor.marks();
    let c = cursor.peek()?;
    match c {
        ':' | '：' | '∶' => {
            cursor.bump();
            Some(':')
        }
        '.' => {
            cursor.bump();
            Some('.')
        }
        'h' | ' ' | '\u{a0}' | '\u{202f}' | '時' | '时' | '시' => {
            let mut ahead = *cursor;
            ahead.blanks();
            ahead.take(|c| matches!(c, 'h' | '時' | '时' | '시'))?;
            ahead.blanks();
            *cursor = ahead;
            Some('h')
        }
        _ => None,
    }
}

fn seconds(cursor: &mut Cursor<'_>, colon: char) -> Option<u16> {
    let mut ahead = *cursor;
    ahead.marks();
    if colon == 'h' {
        ahead.blanks();
        if !(ahead.take_str("min") || ahead.take_str("m") || ahead.take_str("分") || ahead.take_str("분")) {
            return None;
        }
        *cursor = ahead;
        ahead.blanks();
    } else if clock_separator(&mut ahead)? != colon {
        return None;
    }
    let number = ahead.number(2).filter(|number| number.digits == 2)?;
    if colon == 'h' {
        ahead.blanks();
        ahead.take(|c| matches!(c, 's' | '秒' | '초'));
    }
    *cursor = ahead;
    Some(number.value)
}

/// Passes what stands before the name.
fn tail(cursor: &mut Cursor<'_>, bracket: bool, seconds: bool) -> Option<Tail> {
    cursor.blanks();
    if cursor.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let _ = ["Uhr", "uur", "hs.", "hs", "hrs"]
            .iter()
            .any(|word| cursor.take_str(word));
        cursor.blanks();
    }
    if bracket {
        cursor.take(|c| c == ']' || c == '］')?;
        cursor.take(|c| c == ' ' || c == '\u{a0}' || c == '\u{202f}');
        return Some(Tail::Bracket);
    }
    let sign = cursor.take(|c| matches!(c, '-' | '–' | '—' | '−' | ':'))?;
    if !cursor.rest.is_empty() && !cursor.blanks() {
        return None;
    }
    match sign {
        ':' if seconds => Some(Tail::Colon),
        ':' => None,
        _ => Some(Tail::Dash),
    }
}
