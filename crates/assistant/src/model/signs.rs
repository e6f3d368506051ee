//! Characters that are not what they look like: hidden ones, and those that pass for others.

/// What a reader does not see, or what changes how the rest is seen: control characters, direction overrides and
/// marks, characters of no width, tags, fillers. The joiners of Persian, Hindi and emoji are left out: words need them.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
            | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// What stands on a letter or changes its look, and what joins: between two digits it would hide that they are one number.
pub(crate) fn is_on_top(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{200C}' | '\u{200D}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}')
}

/// The full-width and the mathematical alphabets as plain letters and digits.
pub(crate) fn plain(c: char) -> char {
    let code = u32::from(c);
    let plain = match code {
        0xFF01..=0xFF5E => Some(code - 0xFF01 + 0x21),
        0x1D400..=0x1D6A3 => Some(letter((code - 0x1D400) % 52)),
        0x1D7CE..=0x1D7FF => Some((code - 0x1D7CE) % 10 + 0x30),
        0x24B6..=0x24E9 => Some(letter((code - 0x24B6) % 52)),
        _ => None,
    };
    plain.and_then(char::from_u32).unwrap_or(c)
}

fn letter(place: u32) -> u32 {
    if place < 26 {
        0x41 + place
    } else {
        0x61 + place - 26
    }
}

/// Letters of other alphabets as the Latin ones that they pass for.
pub(crate) fn lookalike(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'ҽ' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => c,
    }
}

/// The first digit of each row of ten that Unicode has.
const ZEROS: [u32; 69] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950,
    0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC,
    0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0, 0x16D70,
];

/// A decimal digit of any script, as the plain one.
pub(crate) fn digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let code = u32::from(c);
    let value = ZEROS
        .iter()
        .find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::{digit, is_hidden, plain};

    #[test]
    fn digits_of_many_scripts() {
        let written: String = "7٧۷७৭๗７𝟕𝟽".chars().filter_map(digit).collect();
        assert_eq!(written, "777777777");
        assert_eq!("½²Ⅷ七x".chars().filter_map(digit).count(), 0);
    }

    /// Each row really is one of ten numbers, as Rust's tables of Unicode see it. The two newest are not in them yet.
    #[test]
    fn every_row_is_one_of_digits() {
        for zero in super::ZEROS {
            for value in 0..10 {
                let c = char::from_u32(zero + value).unwrap();
                assert!(c.is_numeric() || zero == 0x16D70, "{zero:x}");
            }
        }
    }

    #[test]
    fn styled_letters_are_letters() {
        let written: String = "Ｓｙｓｔｅｍ：𝐒𝐲𝐬𝐭𝐞𝐦ⓢ".chars().map(plain).collect();
        assert_eq!(written, "System:Systems");
    }

    #[test]
    fn hidden_is_what_nobody_sees() {
        assert!(
            "\u{202e}\u{2066}\u{200b}\u{e0041}\u{7}\n\u{85}\u{2028}"
                .chars()
                .all(is_hidden)
        );
        assert!(
            !"a é\u{301} 👩\u{200d}👩 ن\u{200c} ❤\u{fe0f} 明"
                .chars()
                .any(is_hidden)
        );
    }
}
