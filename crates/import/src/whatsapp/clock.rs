//! Times of day: 24 hours, or 12 with a word for the half of the day in the languages of phones.

use jiff::civil::Time;

use super::cursor::{Cursor, is_blank, is_mark};

/// What a word beside a time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Before,
    After,
    /// Around noon: 11 and 12 are as they are, 1 and 2 follow.
    Noon,
    /// From evening to early morning.
    Night,
}

/// The longest word for a half of the day, in characters, with its dots and blanks.
const MAX_WORD_CHARS: usize = 24;

/// Reads the word for a half of the day, if one comes next, up to a digit, a dash or a bracket.
pub(super) fn half(cursor: &mut Cursor<'_>) -> Option<Half> {
    if let Some(half) = ascii_half(cursor) {
        return Some(half);
    }
    if cursor.rest.starts_with(['-', ']']) {
        return None;
    }
    let mut ahead = *cursor;
    let mut word = String::new();
    for _ in 0..MAX_WORD_CHARS {
        match ahead.peek() {
            Some(c) if ends_word(c) => break,
            Some(c) if !is_filler(c) => word.extend(c.to_lowercase()),
            Some(_) => {}
            None => return None,
        }
        ahead.bump();
    }
    let half = half_of(&word)?;
    *cursor = ahead;
    Some(half)
}

/// `AM`, `pm`: nearly every line that has a word has one of these.
fn ascii_half(cursor: &mut Cursor<'_>) -> Option<Half> {
    let (half, rest) = match cursor.rest.as_bytes() {
        [b'a' | b'A', b'm' | b'M', rest @ ..] => (Half::Before, rest),
        [b'p' | b'P', b'm' | b'M', rest @ ..] => (Half::After, rest),
        _ => return None,
    };
    if !matches!(rest.first(), Some(b' ' | b']')) {
        return None;
    }
    cursor.bump();
    cursor.bump();
    Some(half)
}

fn ends_word(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '−' | ']' | ':' | ',' | '،' | '/') || super::cursor::digit(c).is_some()
}

fn is_filler(c: char) -> bool {
    is_blank(c) || is_mark(c) || matches!(c, '.' | '"' | '״' | '\u{200c}' | '\'' | '’')
}

/// The words without dots and blanks, in small letters; by script.
fn half_of(word: &str) -> Option<Half> {
    let half = match word {
        "am" | "a" | "vm" | "fm" | "ap" | "fh" | "sa" | "öö" | "pg" | "de" | "to" | "gh" | "yb" | "rn"
        | "vorm" | "dop" | "dopoledne" | "prijepodne" | "prepodne" | "paradite" | "eparadites"
        | "inthemorning" | "matin" | "dumatin" | "delamañana" | "damanhã" | "priekšpusdienā"
        | "priešpiet" | "przedpołudniem" | "pagi" | "asubuhi" => Half::Before,
        "pm" | "p" | "nm" | "em" | "ip" | "eh" | "ch" | "ös" | "ptg" | "du" | "tk" | "gd" | "yh" | "in"
        | "nachm" | "pop" | "odp" | "odpoledne" | "popodne" | "poslepodne" | "pasdite" | "epasdites"
        | "intheafternoon" | "intheevening" | "delaprès-midi" | "soir" | "dusoir" | "delatarde"
        | "datarde" | "danoite" | "pēcpusdienā" | "popiet" | "popołudniu" | "siang" | "sore" | "petang"
        | "mchana" => Half::After,
        "noon" => Half::Noon,
        "midnight" | "atnight" | "malam" | "delanoche" | "usiku" => Half::Night,
        // Chinese with the finer words of Taiwan and Hong Kong, Japanese, Korean.
        "上午" | "凌晨" | "清晨" | "早上" | "午前" | "오전" | "새벽" | "아침" => Half::Before,
        "下午" | "晚上" | "午後" | "오후" | "저녁" => Half::After,
        "中午" | "正午" | "정오" => Half::Noon,
        "深夜" | "夜中" | "밤" | "자정" => Half::Night,
        // Arabic, Persian, Urdu, Pashto, Kurdish, Uyghur, Hebrew.
        "ص" | "صباحا" | "صباحًا" | "قظ" | "قبلازظهر" | "قبلدوپہر" | "غم" | "بن" | "چب" | "לפנהצ" | "בבוקר" => {
            Half::Before
        }
        "م" | "مساء" | "مساءً" | "بظ" | "بعدازظهر" | "بعددوپہر" | "غو" | "دن" | "چك" | "אחהצ" | "בערב" => {
            Half::After
        }
        // Languages of India, Nepal, Bangladesh, Sri Lanka.
        "पूर्वाह्न"
        | "मपू"
        | "सकाळी"
        | "সকাল"
        | "পূর্বাহ্ণ"
        | "পূর্বাহ্ন"
        | "পূৰ্বাহ্ন"
        | "முப"
        | "முற்பகல்"
        | "ಪೂರ್ವಾಹ್ನ"
        | "ਪੂਦੁ"
        | "પૂર્વાહ્ન"
        | "పూర్వాహ్నం"
        | "පෙව" => Half::Before,
        "अपराह्न"
        | "मउ"
        | "সন্ধ্যা"
        | "বিকাল"
        | "অপরাহ্ণ"
        | "অপরাহ্ন"
        | "অপৰাহ্ন"
        | "பிப"
        | "பிற்பகல்"
        | "ಅಪರಾಹ್ನ"
        | "ਬਾਦੁ"
        | "અપરાહ્ન"
        | "అపరాహ్నం"
        | "පව" => Half::After,
        // South-East Asia.
        "ก่อนเที่ยง" | "ກ່ອນທ່ຽງ" | "နံနက်" | "ព្រឹក" => {
            Half::Before
        }
        "หลังเที่ยง" | "ຫຼັງທ່ຽງ" | "ညနေ" | "ល្ងាច" => {
            Half::After
        }
        // Greek, Cyrillic, Armenian, Ethiopic.
        "πμ"
        | "дп"
        | "проб"
        | "препподне"
        | "преподне"
        | "претпл"
        | "претпладне"
        | "таңкы"
        | "үө"
        | "կա"
        | "ጥዋት" => Half::Before,
        "μμ" | "пп" | "слоб" | "поподне" | "попл" | "попладне" | "түштөнкийинки" | "үх" | "կհ" | "ከሰዓት" => {
            Half::After
        }
        _ => return None,
    };
    Some(half)
}

/// The time of day of a 12-hour or 24-hour clock.
pub(super) fn time(hour: u16, minute: u16, second: u16, half: Option<Half>) -> Option<Time> {
    let hour = match half {
        // Some phones write a word beside hours above 12.
        None => hour,
        Some(_) if hour > 12 => hour,
        Some(Half::Before) => hour % 12,
        Some(Half::After) => (hour % 12).saturating_add(12),
        Some(Half::Noon) if hour >= 11 => hour,
        Some(Half::Noon) => hour.saturating_add(12),
        Some(Half::Night) if (6..12).contains(&hour) => hour.saturating_add(12),
        Some(Half::Night) => hour % 12,
    };
    // 24:00 is how some phones write midnight.
    let hour = if hour == 24 { 0 } else { hour };
    Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        0,
    )
    .ok()
}
