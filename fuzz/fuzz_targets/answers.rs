//! What every target of the assistant checks, and the chat that some of them ask about.

#![allow(dead_code)]

use std::sync::LazyLock;

use assistant::{
    Answer, Draft, Message, Quote, Task, Transcript, check, decode_draft, encode_draft, encode_task, run,
};
use jiff::civil::{DateTime, date};

/// Runs the engine: its draft must survive the pipe and pass the check.
pub fn run_and_check(task: &Task) -> Answer {
    let draft = run(task);
    assert_eq!(decode_draft(&encode_draft(&draft)), Ok(draft.clone()));
    let answer = check(task, &draft).expect("the engine passes its own check");
    assert_verbatim(task, &draft, &answer);
    answer
}

/// Checks a draft of unknown origin: refused, or cut out of the unread messages exactly as it says.
pub fn check_any(task: &Task, draft: &Draft) {
    if let Ok(answer) = check(task, draft) {
        assert_verbatim(task, draft, &answer);
    }
}

fn assert_verbatim(task: &Task, draft: &Draft, answer: &Answer) {
    let (Task::KeyMessages { transcript, items }, Draft::KeyMessages(lines)) = (task, draft) else {
        panic!("only key messages pass this check");
    };
    assert!(lines.len() <= usize::from(*items), "no more lines than asked for");
    assert_eq!(lines.len(), answer.items().len(), "no line is dropped or added");
    let mut cited = Vec::new();
    for (line, item) in lines.iter().zip(answer.items()) {
        let numbers: Vec<u32> = line.quotes.iter().map(|quote| quote.n).collect();
        let words: Vec<&str> = line.quotes.iter().map(|quote| cut(transcript, *quote)).collect();
        assert_eq!(item.kind, line.kind);
        assert_eq!(item.cites, numbers);
        assert_eq!(item.quotes, words);
        assert_eq!(Some(item.text.as_str()), words.first().copied());
        cited.extend(numbers);
    }
    let all = cited.len();
    cited.sort_unstable();
    cited.dedup();
    assert_eq!(cited.len(), all, "nothing is cited twice");
}

/// What a quote that passed points at; looked up in another way than `check` does.
fn cut(transcript: &Transcript, quote: Quote) -> &str {
    let mut unread = transcript.messages.iter().skip(transcript.unread_from);
    let message = unread
        .find(|message| message.n == quote.n)
        .expect("only unread messages are cited");
    assert!(message.author.is_some(), "only people are cited");
    let words = message.text.get(quote.start as usize..quote.end as usize);
    let words = words.expect("a quote is a piece of its message");
    assert!(!words.trim().is_empty(), "a quote says something");
    words
}

/// A small chat, its bytes, and the bytes of its draft; made once, as the engine is slow under a sanitizer.
pub static SMALL: LazyLock<(Task, Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let task = small_task();
    let sent = encode_task(&task).expect("it is small");
    let drafted = encode_draft(&run(&task));
    (task, sent, drafted)
});

/// It holds what trips a careless check: gaps in the numbers, letters of many bytes, a line of the
/// messenger, an empty message, dates.
fn small_task() -> Task {
    let texts = [
        (Some(0), "read before"),
        (Some(1), "Grüße an alle, Saturday at 8pm?"),
        (None, "Ana left"),
        (Some(0), "明日8時 🎉\nlet's go with 12.6. https://example.org/x"),
        (Some(1), " \n"),
        (Some(0), "غدا الساعة ٨"),
    ];
    let message = |(place, (author, text)): (u32, (Option<u16>, &str))| Message {
        n: 1 + 2 * place,
        at: date(2026, 2, 27).at(9, 0, 0, 0),
        author,
        text: text.to_owned(),
    };
    Task::KeyMessages {
        transcript: Transcript {
            authors: vec!["Ana".to_owned(), "Ben".to_owned()],
            me: Some(1),
            month_first: false,
            unread_from: 1,
            messages: (0..).zip(texts).map(message).collect(),
        },
        items: 4,
    }
}

/// The bytes with up to four of them changed, as three bytes of the fuzzer's say: place, place, change.
pub fn changed(honest: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut honest = honest.to_vec();
    let len = honest.len();
    for change in changes.chunks_exact(3).take(4) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % len;
        honest[at] ^= change[2];
    }
    honest
}

/// The start of a chat: any moment of any year, the last one included.
pub fn moment(year: i16, minute: u16) -> DateTime {
    let day = DateTime::new(year.clamp(-9999, 9999), 12, 31, 23, 59, 0, 0);
    let back = jiff::Span::new().minutes(8 * i64::from(minute));
    day.expect("every year has this minute").saturating_sub(back)
}
