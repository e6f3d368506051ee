//! The numbers of a text, and whether another text holds them.
//!
//! A number is compared by its **forms**: `8:30`, `08.30` and `8h30` share one; `1,000`, `1.000` and `1 000` share
//! one with `1000`; `5k`, `5 thousand` and `5000` share one; `8:30 pm` shares one with `20:30`, and not with `8:30 am`.
//! Digits of any script count, also where something hidden stands between them; other numerals (`½`, `²`, `Ⅷ`)
//! count as themselves. A sign counts, and so does a word that makes a number a thousand times larger.
//!
//! A number that is spelled out counts as the number, in the nine languages of [`super::number_words`]. What is not
//! looked at: `one`, ordinals, halves, words of other languages, letters that pass for digits, and units: `5 kg`
//! of a message supports `5 km` of a line.

use std::collections::HashSet;

use super::number_words::{self, Magnitude};
use super::signs::{digit, is_on_top, plain};

/// A number as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// How a line may say it: one of these has to be held.
    says: Vec<String>,
    /// What a message that holds it holds with it: `says`, and the parts of a range or a date.
    holds: Vec<String>,
}

/// The numbers that texts hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(HashSet<String>);

impl Held {
    /// Takes up the numbers of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self(
            numbers(text)
                .into_iter()
                .flat_map(|number| number.holds)
                .collect(),
        )
    }

    /// Whether one of the forms is among them.
    pub(crate) fn has(&self, number: &Number) -> bool {
        number.says.iter().any(|form| self.0.contains(form))
    }
}

/// The numbers of a text, those that are spelled out included.
pub(crate) fn numbers(text: &str) -> Vec<Number> {
    let text: String = text.chars().filter(|c| !is_on_top(*c)).map(plain).collect();
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        if digit(*c).is_some() {
            let token = Token::read(&chars, at);
            at = token.end;
            found.push(token.number());
        } else {
            if c.is_numeric() {
                found.push(Number::exactly(c.to_string()));
            }
            at += 1;
        }
    }
    found.extend(number_words::values(&text).into_iter().map(Number::exactly));
    found
}

impl Number {
    fn exactly(form: String) -> Self {
        let says = vec![form];
        Self {
            holds: says.clone(),
            says,
        }
    }
}

/// A run of digits with what stands between and behind them.
struct Token {
    groups: Vec<String>,
    signs: Vec<char>,
    is_negative: bool,
    half: Option<Half>,
    is_clock: bool,
    magnitude: Option<Magnitude>,
    end: usize,
}

/// Half of the day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Evening,
}

impl Token {
    fn read(chars: &[char], start: usize) -> Self {
        let mut groups = vec![String::new()];
        let mut signs = Vec::new();
        let mut at = start;
        loop {
            while let Some(digit) = chars.get(at).copied().and_then(digit) {
                groups.last_mut().expect("there is always a group").push(digit);
                at += 1;
            }
            let Some((sign, length)) = sign(chars, at, &groups, &signs) else {
                break;
            };
            signs.push(sign);
            groups.push(String::new());
            at += length;
        }
        let behind = Behind::read(chars, at);
        Self {
            is_negative: is_negative(chars, start),
            is_clock: behind.says_hours || signs.first().is_some_and(|sign| matches!(sign, ':' | 'h')),
            groups,
            signs,
            half: behind.half,
            magnitude: behind.magnitude,
            end: at,
        }
    }

    fn number(&self) -> Number {
        let mut plain = self.readings();
        let clock = self.clock();
        if let Some(magnitude) = self.magnitude {
            plain = plain.iter().flat_map(|form| magnitude.forms_of(form)).collect();
        }
        let with_sign = |form: String| {
            if self.is_negative {
                format!("-{form}")
            } else {
                form
            }
        };
        let plain: Vec<String> = plain.into_iter().map(with_sign).collect();
        let parts = if self.magnitude.is_none() {
            self.parts()
        } else {
            Vec::new()
        };
        // With its half of the day a time says more than its digits do.
        let says = match (&clock, self.half) {
            (Some(clock), Some(_)) => vec![clock.clone()],
            _ => plain.iter().chain(&clock).cloned().collect(),
        };
        let holds = plain.into_iter().chain(clock).chain(parts).collect();
        Number { says, holds }
    }

    /// The value, and a second one where signs can be read in two ways.
    fn readings(&self) -> Vec<String> {
        let short = |group: &String| short(group);
        match (self.groups.as_slice(), self.signs.as_slice()) {
            ([one], _) => vec![short(one)],
            (groups, signs) if is_thousands(groups, signs) => {
                let joined = groups.concat();
                match groups {
                    [first, second] if signs == ['.'] || signs == [','] => {
                        vec![joined, format!("{first}.{second}")]
                    }
                    _ => vec![joined],
                }
            }
            ([first, second], ['.' | ',' | ':' | 'h']) => vec![with_fraction(&short(first), second)],
            ([whole @ .., fraction], signs) if is_fraction(whole, signs) => {
                vec![with_fraction(&whole.concat(), fraction)]
            }
            (groups, signs) => vec![joined(groups, signs)],
        }
    }

    /// What a range, a date or a number of a telephone holds beside itself.
    fn parts(&self) -> Vec<String> {
        let whole = self.groups.split_last().map_or(&[][..], |(_, whole)| whole);
        let comes_apart = match self.signs.as_slice() {
            [] => false,
            [sign] => matches!(*sign, '-' | '/' | OTHER),
            signs => !is_thousands(&self.groups, signs) && !is_fraction(whole, signs),
        };
        let parts = self.groups.iter().filter(|_| comes_apart);
        parts.map(|group| short(group)).collect()
    }

    /// The time of day in 24 hours, where the text says which half is meant or the hour leaves no doubt.
    fn clock(&self) -> Option<String> {
        let (hour, minute) = match (self.groups.as_slice(), self.signs.as_slice()) {
            ([hour], _) => (hour, "00"),
            ([hour, minute], ['.' | ':' | 'h']) if minute.len() == 2 => (hour, minute.as_str()),
            _ => return None,
        };
        let clear = hour.starts_with('0') || self.signs.first() == Some(&'h');
        let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
        let hour = match self.half {
            Some(Half::Morning) if (1..=12).contains(&hour) => hour % 12,
            Some(Half::Evening) if (1..=12).contains(&hour) => hour % 12 + 12,
            Some(_) => return None,
            None if self.is_clock && hour <= 24 && (clear || hour > 12) => hour,
            None => return None,
        };
        (minute < 60).then(|| format!("at {hour}:{minute}"))
    }
}

/// What stands behind the digits.
struct Behind {
    half: Option<Half>,
    says_hours: bool,
    magnitude: Option<Magnitude>,
}

impl Behind {
    fn read(chars: &[char], end: usize) -> Self {
        let rest: Vec<char> = chars.iter().skip(end).take(24).copied().collect();
        let is_glued = rest.first().is_some_and(|c| c.is_alphabetic());
        let word: String = rest
            .iter()
            .skip_while(|c| is_space(**c))
            .take_while(|c| c.is_alphabetic() || matches!(c, '.' | '\u{93C}' | '\u{94D}'))
            .flat_map(|c| c.to_lowercase())
            .collect();
        let word = word.trim_end_matches('.');
        let half = match word {
            "am" | "a.m" => Some(Half::Morning),
            "pm" | "p.m" => Some(Half::Evening),
            _ => None,
        };
        Self {
            half,
            says_hours: matches!(word, "uhr" | "h" | "hrs"),
            magnitude: number_words::magnitude(word, is_glued),
        }
    }
}

/// Whatever stands between two digits and is no sign that we know.
const OTHER: char = '?';

/// What stands between two digits and makes them one number, and its length.
fn sign(chars: &[char], at: usize, groups: &[String], signs: &[char]) -> Option<(char, usize)> {
    let is_digit = |at: usize| chars.get(at).copied().and_then(digit).is_some();
    let sign = unified(*chars.get(at)?);
    if sign == ' ' {
        return (is_digit(at + 1) && parts_thousands(chars, at, groups, signs)).then_some((sign, 1));
    }
    if matches!(sign, '.' | ',' | ':' | '\'' | '/' | '-' | '_' | 'h') && is_digit(at + 1) {
        return Some((sign, 1));
    }
    // Marks of other scripts and the like: they could hide that two digits are one number.
    let length = chars.iter().skip(at).take_while(|c| may_hide(**c)).count();
    (length > 0 && is_digit(at + length)).then_some((OTHER, length))
}

/// A space belongs to a number only before exactly three digits, and only where all before it was cut like that.
fn parts_thousands(chars: &[char], at: usize, groups: &[String], signs: &[char]) -> bool {
    let ahead = chars.iter().skip(at + 1).take_while(|c| digit(**c).is_some());
    let first = groups.first().map_or(0, String::len);
    ahead.take(4).count() == 3 && (1..=3).contains(&first) && signs.iter().all(|sign| *sign == ' ')
}

fn may_hide(c: char) -> bool {
    let is_written_alone =
        matches!(c, '\u{3000}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}');
    !c.is_ascii() && !c.is_whitespace() && !c.is_numeric() && !is_written_alone
}

fn unified(sign: char) -> char {
    match sign {
        '٫' | '·' => '.',
        '٬' | '،' => ',',
        '’' | '＇' | '`' => '\'',
        '⁄' | '∕' => '/',
        '–' | '—' | '‐' | '‑' | '‒' | '−' => '-',
        '∶' | '꞉' => ':',
        'H' => 'h',
        c if is_space(c) => ' ',
        c => c,
    }
}

/// Space on one line.
fn is_space(c: char) -> bool {
    c.is_whitespace()
        && !matches!(
            c,
            '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
}

fn is_negative(chars: &[char], start: usize) -> bool {
    let before = |back: usize| start.checked_sub(back).and_then(|at| chars.get(at));
    matches!(before(1), Some('-' | '−')) && before(2).is_none_or(|c| c.is_whitespace() || *c == '(')
}

/// Whether the groups behind the first have three digits and one sign throughout.
fn is_thousands(groups: &[String], signs: &[char]) -> bool {
    let Some((first, rest)) = groups.split_first() else {
        return false;
    };
    let one_sign = signs.iter().zip(signs.iter().skip(1)).all(|(a, b)| a == b);
    let may_part = signs
        .iter()
        .all(|sign| matches!(sign, '.' | ',' | '\'' | '_' | ' '));
    one_sign
        && may_part
        && (rest.is_empty() || ((1..=3).contains(&first.len()) && !first.starts_with('0')))
        && rest.iter().all(|group| group.len() == 3)
}

/// Whether a fraction stands behind the last sign: `1.234,50`.
fn is_fraction(whole: &[String], signs: &[char]) -> bool {
    let Some((last, before)) = signs.split_last() else {
        return false;
    };
    matches!(last, '.' | ',') && !before.is_empty() && !before.contains(last) && is_thousands(whole, before)
}

/// `8` for `08` and `00` for nothing less; a longer number with zeros in front is a code, and stays.
fn short(group: &str) -> String {
    match group.strip_prefix('0') {
        Some(rest) if rest.len() == 1 => rest.to_owned(),
        _ => group.to_owned(),
    }
}

/// Ranges and dates: their signs tell `12/6` from `12.6.`, which is another day for some readers.
fn joined(groups: &[String], signs: &[char]) -> String {
    let mut out = String::new();
    for (at, group) in groups.iter().enumerate() {
        match at.checked_sub(1).and_then(|before| signs.get(before)).copied() {
            Some(sign @ ('-' | '/' | OTHER)) => out.push(sign),
            Some(_) => out.push('.'),
            None => {}
        }
        out.push_str(&short(group));
    }
    out
}

/// `8:00` and `8.0` are `8`.
fn with_fraction(whole: &str, fraction: &str) -> String {
    if fraction.len() <= 2 && fraction.bytes().all(|byte| byte == b'0') {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, numbers};

    fn holds(message: &str, line: &str) -> bool {
        let held = Held::of(message);
        let numbers = numbers(line);
        assert!(!numbers.is_empty(), "{line:?} has a number");
        numbers.iter().all(|number| held.has(number))
    }

    #[test]
    fn the_same_number_in_other_clothes() {
        for (message, line) in [
            ("at 8:30", "8.30"),
            ("at 08:30", "8:30"),
            ("um 8.30 Uhr", "08:30"),
            ("à 8h30", "8:30"),
            ("الساعة ٨:٣٠", "8:30"),
            ("शाम ७ बजे", "7"),
            ("８：３０", "8:30"),
            ("8 pm", "20:00"),
            ("20:00", "8 p.m."),
            ("8:30pm", "20:30"),
            ("8 pm", "at 8"),
            ("20 Uhr", "8 pm"),
            ("8:00", "8"),
            ("1,000 people", "1000"),
            ("1 000", "1.000"),
            ("1'234.50", "1234.50"),
            ("1.234,00 €", "1234"),
            ("5k", "5000"),
            ("5 thousand", "5k"),
            ("2,5 Mio", "2.5 million"),
            ("5 万", "5万"),
            ("12/6", "12"),
            ("8-10 Uhr", "10"),
            ("2026-06-12", "2026"),
            ("call 0170-1234567", "0170-1234567"),
            ("two cakes", "2"),
            ("2 cakes", "two"),
            ("twenty-five", "25"),
            ("4000", "viertausend"),
            ("zweihundertfünfzig", "250"),
            ("350", "trecentocinquanta"),
            ("1250", "twaalfhonderdvijftig"),
            ("12.6.2026", "12.6.2026"),
            ("25", "fünfundzwanzig"),
            ("three hundred", "300"),
            ("5 personas", "cinco"),
            ("-5 degrees", "-5"),
            ("½ cup", "½"),
            ("三个人", "3"),
            ("1st of June", "1"),
            ("5km", "5 km"),
            ("5€–6€", "6"),
            ("deux cents", "200"),
        ] {
            assert!(holds(message, line), "{message:?} holds {line:?}");
        }
    }

    #[test]
    fn another_number() {
        for (message, line) in [
            ("8:30", "8"),
            ("8:30", "30"),
            ("8:30", "8:31"),
            ("8:30 pm", "8:30 am"),
            ("8:30", "8:30 pm"),
            ("20 people", "8 pm"),
            ("price 20.30", "8:30 pm"),
            ("18", "8"),
            ("1.05", "1.5"),
            ("12345", "1234"),
            ("1234", "12 34 5"),
            ("code 0042", "42"),
            ("5k", "5"),
            ("5", "5k"),
            ("5 million", "5"),
            ("5", "5 million"),
            ("5 thousand", "5 million"),
            ("-5", "5"),
            ("5", "-5"),
            ("12.6.", "12/6"),
            ("4", "viertausend"),
            ("300", "dreihunderteins"),
            ("1 and 2", "1\u{200d}2"),
            ("1 and 2", "1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}"),
            ("1 and 2", "1\u{301}2"),
            ("1 and 2", "1\u{64b}\u{64b}2"),
            ("18-20 Uhr", "6:20 pm"),
            ("1.234,50", "50"),
            ("5", "5½"),
            ("2", "²"),
            ("two", "three"),
            ("25", "five"),
            ("5000", "five"),
            ("8", "Ⅷ"),
            ("no number", "7"),
            ("", "forty"),
        ] {
            assert!(!holds(message, line), "{message:?} does not hold {line:?}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "one of us",
            "per cent",
            "Otto and Mila",
            "rent is due",
            "the second time",
            "half of it",
            "ein Kuchen",
            "once",
            "très bien",
            "a.m.",
            "",
        ] {
            assert_eq!(numbers(text), [], "{text:?}");
        }
    }

    #[test]
    fn a_long_run_is_read_once() {
        let long = "9".repeat(1 << 20);
        assert!(holds(&long, &long));
        let parted = "9 ".repeat(1 << 18);
        assert_eq!(numbers(&parted).len(), 1 << 18);
    }
}
