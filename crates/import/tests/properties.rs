//! For any chat in any form, for any bytes, for any truncation.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use common::{read, read_with};
use import::{Kind, Options, Reason};
use jiff::civil::DateTime;
use proptest::prelude::*;

/// How one locale writes a moment.
#[derive(Clone, Copy, Debug)]
enum Form {
    GbAndroid,
    GbIphone,
    UsAndroid,
    UsIphone,
    De,
    Iso,
    Korean,
    Chinese,
    Thai,
    ArabicIphone,
    Finnish,
    Hungarian,
}

const FORMS: [Form; 12] = [
    Form::GbAndroid,
    Form::GbIphone,
    Form::UsAndroid,
    Form::UsIphone,
    Form::De,
    Form::Iso,
    Form::Korean,
    Form::Chinese,
    Form::Thai,
    Form::ArabicIphone,
    Form::Finnish,
    Form::Hungarian,
];

impl Form {
    fn header(self, at: DateTime) -> String {
        let (y, m, d, h, n, s) = (
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
        );
        let twelve = if h % 12 == 0 { 12 } else { h % 12 };
        let pick = |am: &'static str, pm: &'static str| if h < 12 { am } else { pm };
        match self {
            Self::GbAndroid => format!("{d:02}/{m:02}/{y}, {h:02}:{n:02} - "),
            Self::GbIphone => format!("[{d:02}/{m:02}/{y}, {h:02}:{n:02}:{s:02}] "),
            Self::UsAndroid => format!("{m}/{d}/{}, {twelve}:{n:02} {} - ", y % 100, pick("AM", "PM")),
            Self::UsIphone => format!(
                "[{m}/{d}/{}, {twelve}:{n:02}:{s:02}\u{202f}{}] ",
                y % 100,
                pick("AM", "PM")
            ),
            Self::De => format!("{d:02}.{m:02}.{}, {h:02}:{n:02} - ", y % 100),
            Self::Iso => format!("{y}-{m:02}-{d:02}, {twelve}:{n:02} {} - ", pick("a.m.", "p.m.")),
            Self::Korean => format!("{y}. {m}. {d}. {} {twelve}:{n:02} - ", pick("오전", "오후")),
            Self::Chinese => format!("[{y}/{m}/{d} {}{twelve}:{n:02}:{s:02}] ", pick("上午", "下午")),
            Self::Thai => format!("{d}/{m}/{} {h:02}:{n:02} - ", y + 543),
            Self::ArabicIphone => {
                let latin = format!(
                    "[{d}\u{200f}/{m}\u{200f}/{y}، {twelve}:{n:02}:{s:02} {}] ",
                    pick("ص", "م")
                );
                let arabic = |c: char| {
                    c.to_digit(10)
                        .and_then(|digit| char::from_u32(0x660 + digit))
                        .unwrap_or(c)
                };
                latin.chars().map(arabic).collect()
            }
            Self::Finnish => format!("{d}.{m}.{y} klo {h}.{n:02} - "),
            Self::Hungarian => format!("[{y}. {m:02}. {d:02}. {h}:{n:02}:{s:02}] "),
        }
    }

    const fn has_seconds(self) -> bool {
        matches!(
            self,
            Self::GbIphone | Self::UsIphone | Self::Chinese | Self::ArabicIphone | Self::Hungarian
        )
    }
}

#[derive(Clone, Debug)]
struct Said {
    at: DateTime,
    who: usize,
    text: String,
}

const NAMES: [&str; 6] = ["Ana", "Bob Miller", "+49 170 1234567", "Дмитрий", "عدي", "Zoë 🌸"];

/// Texts whose lines are no headers and no marks of WhatsApp.
fn text() -> impl Strategy<Value = String> {
    let line = "[a-zA-Zéß漢 ,.!?]{0,30}[a-zéß漢]";
    let emoji = prop::sample::select(vec!["", " 😀", ": x", " \u{200f}ע", " 12:30", " - 1/2/2020"]);
    prop::collection::vec(
        (line, emoji).prop_map(|(line, end)| format!("x{line}{end}")),
        1..4,
    )
    .prop_map(|lines| lines.join("\n"))
}

prop_compose! {
    fn said()(days in 0i32..3000, seconds in 0i32..86_400, who in 0..NAMES.len(), text in text()) -> Said {
        let begin = DateTime::new(2015, 1, 1, 0, 0, 0, 0).unwrap();
        Said { at: begin + jiff::Span::new().days(days).seconds(seconds), who, text }
    }
}

fn render(form: Form, chat: &[Said]) -> String {
    chat.iter()
        .map(|said| format!("{}{}: {}\n", form.header(said.at), NAMES[said.who], said.text))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rendered_chat_reads_back(form in prop::sample::select(FORMS.to_vec()), mut chat in prop::collection::vec(said(), 1..40)) {
        chat.sort_by_key(|said| said.at);
        // One day that only its own order allows, first and last, and every name twice.
        let clear = DateTime::new(2014, 5, 23, 1, 2, 3, 0).unwrap();
        for who in (0..NAMES.len()).chain(0..NAMES.len()) {
            chat.insert(0, Said { at: clear, who, text: "x".to_owned() });
        }
        let rendered = render(form, &chat);
        let (entries, report) = read(rendered.as_bytes());
        prop_assert_eq!(report.skipped_total, 0);
        prop_assert_eq!(entries.len(), chat.len());
        for (n, (entry, said)) in (1..).zip(entries.iter().zip(&chat)) {
            let at = if form.has_seconds() { said.at } else { said.at.with().second(0).build().unwrap() };
            prop_assert_eq!((entry.n, entry.at, entry.kind), (n, at, Kind::Message));
            prop_assert_eq!(entry.author.as_deref(), Some(NAMES[said.who]));
            prop_assert_eq!(&entry.text, &said.text);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read_with(&bytes, &Options::default());
    }

    #[test]
    fn bytes_made_of_the_parts_of_exports_never_panic_and_every_line_is_accounted_for(parts in prop::collection::vec(part(), 0..60)) {
        let bytes = parts.concat();
        let Ok((entries, report)) = read_with(bytes.as_bytes(), &Options::default()) else { return Ok(()) };
        prop_assert_eq!(report.messages + report.system, u64::try_from(entries.len()).unwrap());
        if report.format == import::Format::WhatsApp {
            account(&bytes, &entries, &report)?;
        }
    }
}

fn part() -> impl Strategy<Value = String> {
    let parts = [
        "15/01/2020, 02:22 - ",
        "[15/01/20, 02:22:56] ",
        "1/15/20, 2:22 PM - ",
        "Ana: ",
        "Bob: ",
        "\n",
        "\n",
        "\n",
        "hello",
        "\u{200e}",
        "<Media omitted>",
        "31/02/2020, 02:22 - ",
        "99/99/2020, 99:99 - ",
        ":",
        "-",
        "\"",
        "{",
        "}",
        "[",
        "]",
        "{\"at\":\"2020-01-15T02:22:56\",\"text\":\"x\"}",
        "{\"messages\":[",
        "\\",
        ",",
        "١٥/٠١/٢٠٢٠، ٢:٢٢ ص - ",
        "\r",
        "\0",
        "\u{feff}",
        "é",
    ];
    prop::sample::select(parts.to_vec()).prop_map(str::to_owned)
}

/// Each non-empty line begins an entry, goes on in one, or is listed.
fn account(bytes: &str, entries: &[import::Entry], report: &import::Report) -> Result<(), TestCaseError> {
    let not_empty = |text: &str| text.split('\n').filter(|line| !line.trim().is_empty()).count();
    let whole = |reason| {
        matches!(
            reason,
            Reason::BeforeFirstMessage | Reason::ImpossibleDate | Reason::PartOfSkipped
        )
    };
    let skipped = report.skipped.iter().filter(|skip| whole(skip.reason)).count();
    // A header line counts once, its further lines by themselves.
    let further: usize = entries
        .iter()
        .map(|entry| entry.text.split('\n').skip(1).map(not_empty).sum::<usize>())
        .sum();
    // One mark at the beginning says how the file is encoded; a second one is what the file says.
    let lines = not_empty(bytes.strip_prefix('\u{feff}').unwrap_or(bytes));
    prop_assert_eq!(entries.len() + further + skipped, lines, "{:?}", bytes);
    Ok(())
}

/// A cut file gives the beginning of what the whole one gives, and its last entry perhaps shorter.
fn cuts_never_invent(whole: &[u8]) {
    let (all, _) = read(whole);
    for end in 0..whole.len() {
        let Ok((entries, _)) = read_with(&whole[..end], &Options::default()) else {
            continue;
        };
        assert!(entries.len() <= all.len(), "{end}");
        for (entry, full) in entries.iter().zip(&all) {
            assert_eq!(entry.at, full.at, "{end}");
            let said = entry.text.trim_end_matches('\u{fffd}');
            let name = entry.author.as_deref().unwrap_or_default();
            let known = full.author.as_deref().unwrap_or_default();
            // The last line may be cut in its name or in a mark.
            let last = entry.n == u32::try_from(entries.len()).unwrap();
            assert!(
                (full.text.starts_with(said) && name == known) || last,
                "{end}: {entry:?}"
            );
        }
    }
}

#[test]
fn truncations_of_every_format() {
    cuts_never_invent("[15/01/20, 02:22:56] Ana: hello \u{200e}<This message was edited>\n[15/01/20, 02:23:57] Bob: zw\u{f6}lf\nmore: x\n[15/01/20, 02:24:57] Ana: 😀\n".as_bytes());
    cuts_never_invent("15/01/2020, 02:22 - Ana: one\n15/01/2020, 02:23 - Ana added Bob\n15/01/2020, 02:24 - Bob: <Media omitted>\n".as_bytes());
    cuts_never_invent(br#"{"name":"G","type":"private_group","id":1,"messages":[{"id":1,"type":"message","date":"2020-01-15T02:22:56","from":"Ana","text":["x",{"type":"link","text":"y"}]},{"id":2,"type":"service","date":"2020-01-15T02:23:56","actor":"Ana","action":"pin_message","text":""}]}"#);
    cuts_never_invent(b"{\"at\":\"2020-01-15T02:22:56\",\"author\":\"Ana\",\"text\":\"x\"}\n{\"at\":1579054976,\"author\":null,\"text\":\"y\",\"kind\":\"system\"}\n");
    cuts_never_invent(b"{\"version\":\"1\",\"backupTimeMs\":\"1\"}\n{\"recipient\":{\"id\":\"2\",\"contact\":{\"username\":\"bob\"}}}\n{\"chat\":{\"id\":\"1\",\"recipientId\":\"2\"}}\n{\"chatItem\":{\"chatId\":\"1\",\"authorId\":\"2\",\"dateSent\":\"1579054976000\",\"incoming\":{},\"standardMessage\":{\"text\":{\"body\":\"x\"}}}}\n");
}
