//! WhatsApp's headers in the forms of many locales: each reads as the same moments.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use common::{lines, read, read_with};
use import::{DateOrder, Evidence, Format, Options};

/// Two headers of one locale: 15 January 2020 02:22[:56] and 16 March 2021 14:05[:09].
const FORMS: &[(&str, &str, &str)] = &[
    ("en-GB Android", "15/01/2020, 02:22 - ", "16/03/2021, 14:05 - "),
    (
        "en-GB iPhone",
        "[15/01/2020, 02:22:56] ",
        "[16/03/2021, 14:05:09] ",
    ),
    ("en-US Android", "1/15/20, 2:22 AM - ", "3/16/21, 2:05 PM - "),
    ("en-US iPhone", "[1/15/20, 2:22:56 AM] ", "[3/16/21, 2:05:09 PM] "),
    (
        "en-US iPhone, narrow blank",
        "[1/15/20, 2:22:56\u{202f}AM] ",
        "[3/16/21, 2:05:09\u{202f}PM] ",
    ),
    (
        "en-US Android, narrow blank",
        "1/15/20, 2:22\u{202f}AM - ",
        "3/16/21, 2:05\u{202f}PM - ",
    ),
    ("en-IN Android", "15/01/20, 2:22 am - ", "16/03/21, 2:05 pm - "),
    ("en-CA", "2020-01-15, 2:22 a.m. - ", "2021-03-16, 2:05 p.m. - "),
    ("en-ZA", "2020/01/15, 02:22 - ", "2021/03/16, 14:05 - "),
    (
        "en, day periods",
        "15/01/2020, 2:22 at night - ",
        "16/03/2021, 2:05 in the afternoon - ",
    ),
    ("de Android", "15.01.20, 02:22 - ", "16.03.21, 14:05 - "),
    ("de iPhone", "[15.01.20, 02:22:56] ", "[16.03.21, 14:05:09] "),
    ("de, with Uhr", "15.01.20, 02:22 Uhr - ", "16.03.21, 14:05 Uhr - "),
    ("fr Android", "15/01/2020 à 02:22 - ", "16/03/2021 à 14:05 - "),
    ("fr iPhone", "[15/01/2020 02:22:56] ", "[16/03/2021 14:05:09] "),
    ("fr-CA", "2020-01-15 02 h 22 - ", "2021-03-16 14 h 05 - "),
    (
        "fr-CA iPhone",
        "[2020-01-15 02 h 22 min 56 s] ",
        "[2021-03-16 14 h 05 min 09 s] ",
    ),
    ("fr, closed up", "15/01/2020, 02h22 - ", "16/03/2021, 14h05 - "),
    ("es Android", "15/1/20 2:22 - ", "16/3/21 14:05 - "),
    (
        "es, 12 hours",
        "15/1/2020, 2:22 a. m. - ",
        "16/3/2021, 2:05 p. m. - ",
    ),
    (
        "es iPhone",
        "[15/1/20, 2:22:56 a.\u{a0}m.] ",
        "[16/3/21, 2:05:09 p.\u{a0}m.] ",
    ),
    (
        "es-MX, narrow blanks",
        "15/01/20, 2:22 a.\u{202f}m. - ",
        "16/03/21, 2:05 p.\u{202f}m. - ",
    ),
    ("es, open dot", "15/1/2020, 2:22 a.m - ", "16/3/2021, 2:05 p.m - "),
    ("it", "15/01/20, 02:22 - ", "16/03/21, 14:05 - "),
    (
        "it iPhone, dots",
        "[15/01/20, 02.22.56] ",
        "[16/03/21, 14.05.09] ",
    ),
    ("pt-BR", "15/01/2020 02:22 - ", "16/03/2021 14:05 - "),
    ("nl", "15-01-2020 02:22 - ", "16-03-2021 14:05 - "),
    ("nl iPhone", "[15-01-2020 02:22:56] ", "[16-03-2021 14:05:09] "),
    ("da", "15.01.2020 02.22 - ", "16.03.2021 14.05 - "),
    ("da, kl.", "15.01.2020 kl. 02.22 - ", "16.03.2021 kl. 14.05 - "),
    ("sv", "2020-01-15 02:22 - ", "2021-03-16 14:05 - "),
    ("sv, fm/em", "2020-01-15 2:22 fm - ", "2021-03-16 2:05 em - "),
    ("nb", "15.01.2020, 02:22 – ", "16.03.2021, 14:05 – "),
    ("fi Android", "15.1.2020 klo 2.22 - ", "16.3.2021 klo 14.05 - "),
    (
        "fi iPhone",
        "[15.1.2020 klo 2.22.56] ",
        "[16.3.2021 klo 14.05.09] ",
    ),
    ("hu", "2020. 01. 15. 2:22 - ", "2021. 03. 16. 14:05 - "),
    (
        "hu iPhone, 12 hours",
        "[2020. 01. 15. de. 2:22:56] ",
        "[2021. 03. 16. du. 2:05:09] ",
    ),
    ("cs", "15.01.20 2:22 - ", "16.03.21 14:05 - "),
    ("sl", "15. 01. 2020, 02:22 - ", "16. 03. 2021, 14:05 - "),
    ("hr", "15. 01. 2020. 02:22 - ", "16. 03. 2021. 14:05 - "),
    ("bg", "15.01.20 г., 2:22 - ", "16.03.21 г., 14:05 - "),
    ("ru", "15.01.2020, 02:22 - ", "16.03.2021, 14:05 - "),
    ("uk iPhone", "[15.01.20, 02:22:56] ", "[16.03.21, 14:05:09] "),
    ("el", "15/1/20, 2:22 π.μ. - ", "16/3/21, 2:05 μ.μ. - "),
    ("tr", "15.01.2020 02:22 - ", "16.03.2021 14:05 - "),
    ("tr, 12 hours", "15.01.2020 ÖÖ 2:22 - ", "16.03.2021 ÖS 2:05 - "),
    (
        "sq",
        "15.1.20, 2:22 e paradites - ",
        "16.3.21, 2:05 e pasdites - ",
    ),
    ("vi", "15/01/2020, 2:22 SA - ", "16/03/2021, 2:05 CH - "),
    (
        "vi, time first",
        "2:22 SA, 15/01/2020 - ",
        "2:05 CH, 16/03/2021 - ",
    ),
    ("vi, lúc", "15/01/2020 lúc 02:22 - ", "16/03/2021 lúc 14:05 - "),
    ("ms", "15/01/2020, 2:22 PG - ", "16/03/2021, 2:05 PTG - "),
    ("id", "15/01/20 02.22 - ", "16/03/21 14.05 - "),
    ("zh-CN", "2020/1/15 上午2:22 - ", "2021/3/16 下午2:05 - "),
    ("zh-CN iPhone", "[2020/1/15 02:22:56] ", "[2021/3/16 14:05:09] "),
    (
        "zh-TW iPhone",
        "[2020/1/15 上午2:22:56] ",
        "[2021/3/16 下午2:05:09] ",
    ),
    (
        "zh-TW, finer words",
        "[2020/1/15 凌晨2:22:56] ",
        "[2021/3/16 下午2:05:09] ",
    ),
    ("zh-HK", "[15/1/2020 上午2:22:56] ", "[16/3/2021 下午2:05:09] "),
    (
        "zh, words",
        "2020年1月15日 上午2:22 - ",
        "2021年3月16日 下午2:05 - ",
    ),
    (
        "zh-TW, Minguo",
        "[109/1/15 上午2:22:56] ",
        "[110/3/16 下午2:05:09] ",
    ),
    ("ja", "2020/01/15 2:22 - ", "2021/03/16 14:05 - "),
    (
        "ja iPhone, 12 hours",
        "[2020/01/15 午前2:22:56] ",
        "[2021/03/16 午後2:05:09] ",
    ),
    ("ja, era", "[1/15/R2, 2:22:56] ", "[3/16/R3, 14:05:09] "),
    ("ja, era first", "[R2/01/15 2:22:56] ", "[R3/03/16 14:05:09] "),
    (
        "ko Android",
        "2020. 1. 15. 오전 2:22 - ",
        "2021. 3. 16. 오후 2:05 - ",
    ),
    (
        "ko iPhone",
        "[2020. 1. 15. 오전 2:22:56] ",
        "[2021. 3. 16. 오후 2:05:09] ",
    ),
    (
        "ko, words",
        "2020년 1월 15일 오전 2:22 - ",
        "2021년 3월 16일 오후 2:05 - ",
    ),
    ("th, Buddhist", "15/1/2563 02:22 - ", "16/3/2564 14:05 - "),
    ("th, Buddhist, two digits", "15/1/63 02:22 - ", "16/3/64 14:05 - "),
    (
        "en, Buddhist",
        "[1/15/2563 BE, 2:22:56 AM] ",
        "[3/16/2564 BE, 2:05:09 PM] ",
    ),
    ("th, Thai digits", "๑๕/๑/๒๕๖๓ ๐๒:๒๒ - ", "๑๖/๓/๒๕๖๔ ๑๔:๐๕ - "),
    ("ar", "١٥/٠١/٢٠٢٠، ٢:٢٢ ص - ", "١٦/٠٣/٢٠٢١، ٢:٠٥ م - "),
    (
        "ar iPhone",
        "[١٥\u{200f}/١\u{200f}/٢٠٢٠، ٢:٢٢:٥٦ ص] ",
        "[١٦\u{200f}/٣\u{200f}/٢٠٢١، ٢:٠٥:٠٩ م] ",
    ),
    (
        "ar, Latin digits",
        "15\u{200f}/1\u{200f}/2020، 2:22\u{a0}ص - ",
        "16\u{200f}/3\u{200f}/2021، 2:05\u{a0}م - ",
    ),
    ("he", "15.1.2020, 2:22 - ", "16.3.2021, 14:05 - "),
    (
        "he, 12 hours",
        "15.1.2020, 2:22 לפנה״צ - ",
        "16.3.2021, 2:05 אחה״צ - ",
    ),
    (
        "fa, Persian calendar",
        "۱۳۹۸/۱۰/۲۵،\u{200f} ۲:۲۲ - ",
        "۱۳۹۹/۱۲/۲۶،\u{200f} ۱۴:۰۵ - ",
    ),
    (
        "fa, 12 hours",
        "۱۳۹۸/۱۰/۲۵، ۲:۲۲ ق.ظ. - ",
        "۱۳۹۹/۱۲/۲۶، ۲:۰۵ ب.ظ. - ",
    ),
    (
        "ur",
        "15/1/2020، 2:22 قبل دوپہر - ",
        "16/3/2021، 2:05 بعد دوپہر - ",
    ),
    ("hi", "15/01/20, 2:22 पूर्वाह्न - ", "16/03/21, 2:05 अपराह्न - "),
    (
        "mr, Devanagari digits",
        "१५/१/२०, २:२२ म.पू. - ",
        "१६/३/२१, २:०५ म.उ. - ",
    ),
    ("bn, Bengali digits", "১৫/১/২০, ২:২২ AM - ", "১৬/৩/২১, ২:০৫ PM - "),
    ("ta", "15/1/20, முற்பகல் 2:22 - ", "16/3/21, பிற்பகல் 2:05 - "),
    ("pa", "15/1/20, 2:22 ਪੂ.ਦੁ. - ", "16/3/21, 2:05 ਬਾ.ਦੁ. - "),
    ("am", "15/01/2020, 2:22 ጥዋት - ", "16/03/2021, 2:05 ከሰዓት - "),
    (
        "full-width digits",
        "２０２０／０１／１５ ０２：２２ - ",
        "２０２１／０３／１６ １４：０５ - ",
    ),
    ("old Android", "02:22, 15 Jan 2020 - ", "14:05, 16 Mar 2021 - "),
    ("old iPhone", "15/01/2020 02:22:56: ", "16/03/2021 14:05:09: "),
    ("time first", "02:22:56, 15/01/2020 - ", "14:05:09, 16/03/2021 - "),
    ("long dash", "15/01/2020, 02:22 — ", "16/03/2021, 14:05 — "),
    (
        "marked",
        "\u{200e}[15/01/2020, 02:22:56] \u{200e}",
        "\u{200e}[16/03/2021, 14:05:09] \u{200e}",
    ),
    (
        "embedded",
        "\u{202a}15/01/2020\u{202c}, \u{2068}02:22\u{2069} - ",
        "\u{202a}16/03/2021\u{202c}, \u{2068}14:05\u{2069} - ",
    ),
];

#[test]
fn every_form_reads_as_the_same_moments() {
    let mut read_forms = 0;
    for (name, first, second) in FORMS.iter().filter(|(_, _, second)| !second.is_empty()) {
        let chat = format!("{first}Ana: hello\n{second}Bob: a\nb: c\n\n{second}Ana: \n");
        let (entries, report) = read(chat.as_bytes());
        let seconds = if entries[0].at.second() == 56 {
            ("56", "09")
        } else {
            ("00", "00")
        };
        let (one, two) = (
            format!("2020-01-15T02:22:{}", seconds.0),
            format!("2021-03-16T14:05:{}", seconds.1),
        );
        let expected = [
            format!("{one}|Ana|hello"),
            format!("{two}|Bob|a\nb: c"),
            format!("{two}|Ana|"),
        ];
        assert_eq!(lines(&entries), expected, "{name}");
        assert_eq!(report.format, Format::WhatsApp, "{name}");
        assert_eq!(report.skipped_total, 0, "{name}");
        read_forms += 1;
    }
    assert!(read_forms >= 80, "{read_forms}");
}

#[test]
fn a_byte_order_mark_line_ends_and_utf16_change_nothing() {
    let plain = "15/01/2020, 02:22 - Ana: h\u{e9}😀\nmore\n15/01/2020, 02:23 - Bob: b\n";
    let expected = lines(&read(plain.as_bytes()).0);
    assert_eq!(expected.len(), 2);
    let marked = format!("\u{feff}{plain}");
    let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for variant in [
        marked.into_bytes(),
        plain.replace('\n', "\r\n").into_bytes(),
        little,
        big,
    ] {
        assert_eq!(lines(&read(&variant).0), expected);
    }
}

fn order_of(chat: &str) -> (DateOrder, Evidence) {
    let (_, report) = read(chat.as_bytes());
    (report.date_order.unwrap(), report.date_order_evidence.unwrap())
}

#[test]
fn the_order_is_decided_by_the_whole_file() {
    use DateOrder::{Dmy, Mdy, Ymd};
    let cases = [
        (
            "01/02/2020, 10:00 - A: x\n13/02/2020, 10:00 - A: x\n",
            Dmy,
            Evidence::ImpossibleOtherwise,
        ),
        (
            "01/02/2020, 10:00 - A: x\n02/13/2020, 10:00 - A: x\n",
            Mdy,
            Evidence::ImpossibleOtherwise,
        ),
        // Only as days do these run forward, or only as months.
        (
            "11/01/2020, 10:00 - A: x\n03/02/2020, 10:00 - A: x\n01/03/2020, 10:00 - A: x\n",
            Dmy,
            Evidence::Chronology,
        ),
        (
            "01/11/2020, 10:00 - A: x\n02/03/2020, 10:00 - A: x\n03/01/2020, 10:00 - A: x\n",
            Mdy,
            Evidence::Chronology,
        ),
        ("1/2/20, 10:00 AM - A: x\n", Mdy, Evidence::Locale),
        ("01/02/20, 10:00 am - A: x\n", Dmy, Evidence::Assumed),
        ("01.02.20, 10:00 - A: x\n", Dmy, Evidence::Locale),
        ("10/11/12 上午10:00 - A: x\n", Ymd, Evidence::Locale),
        ("2020-01-02, 10:00 - A: x\n", Ymd, Evidence::YearFirst),
        ("01/02/2020, 10:00 - A: x\n", Dmy, Evidence::Assumed),
    ];
    for (chat, order, evidence) in cases {
        assert_eq!(order_of(chat), (order, evidence), "{chat}");
    }
}

#[test]
fn a_given_order_overrides() {
    let chat = b"01/02/2020, 10:00 - A: x\n13/02/2020, 10:00 - A: y\nmore\n";
    let options = Options {
        date_order: Some(DateOrder::Mdy),
        ..Options::default()
    };
    let (entries, report) = read_with(chat, &options).unwrap();
    assert_eq!(lines(&entries), ["2020-01-02T10:00:00|A|x"]);
    assert_eq!(report.date_order_evidence, Some(Evidence::Given));
    // The month 13 is listed, and so is the line that goes on from it.
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|skip| (skip.line, skip.reason))
        .collect();
    assert_eq!(
        skipped,
        [
            (2, import::Reason::ImpossibleDate),
            (3, import::Reason::PartOfSkipped)
        ]
    );
}

#[test]
fn twelve_oclock() {
    let hours = |chat: &str| {
        read(chat.as_bytes())
            .0
            .iter()
            .map(|entry| entry.at.hour())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        hours("1/15/20, 12:10 AM - A: x\n1/15/20, 12:10 PM - A: x\n1/15/20, 1:10 PM - A: x\n"),
        [0, 12, 13]
    );
    assert_eq!(
        hours("[2020/1/15 中午12:10:00] A: x\n[2020/1/15 中午1:10:00] A: x\n"),
        [12, 13]
    );
    assert_eq!(hours("15/01/2020, 24:10 - A: x\n"), [0]);
}
