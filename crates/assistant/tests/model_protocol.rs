//! R12, A30: a model's task and draft come out of the pipe as they went in, and no other bytes are taken for one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use assistant::{
    CheckError, Draft, Dropped, How, Language, Line, Looked, MAX_CITES, MAX_LINE_BYTES, MAX_QUESTION_BYTES,
    MAX_REWRITE_BYTES, Message, ModelDraft, ModelError, ModelTask, ProtocolError, Task, Tokens, Transcript,
    What, Wrote, check, decode_draft, decode_task, encode_draft, encode_task, run,
};
use jiff::civil::date;
use proptest::prelude::*;

fn languages() -> impl Strategy<Value = Language> {
    prop::sample::select(&["German", "Português (Brasil)", "हिन्दी", "日本語"][..])
        .prop_map(|name| Language::new(name).unwrap())
}

fn hows() -> impl Strategy<Value = How> {
    prop_oneof![
        Just(How::Shorter),
        Just(How::Kinder),
        Just(How::MoreFormal),
        Just(How::Clearer),
        languages().prop_map(How::Translate),
    ]
}

fn words() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| format!("{text}x"))
}

fn wants() -> impl Strategy<Value = What> {
    prop_oneof![
        (1_u8..=64).prop_map(|lines| What::Summary { lines }),
        (1_u8..=3).prop_map(|count| What::Replies { count }),
        (words(), hows()).prop_map(|(draft, how)| What::Rewrite { draft, how }),
        words().prop_map(|question| What::Answer { question }),
    ]
}

fn transcripts() -> impl Strategy<Value = Transcript> {
    prop::collection::vec((1_u32..4, prop::option::of(0_u16..2), any::<String>()), 0..6).prop_map(|rows| {
        let mut n = 0;
        let messages: Vec<Message> = rows
            .into_iter()
            .map(|(step, author, text)| {
                n += step;
                let at = date(2026, 2, 27).at(9, 5, 0, 0);
                Message { n, at, author, text }
            })
            .collect();
        Transcript {
            authors: vec!["Ana".into(), "Ben".into()],
            me: Some(1),
            month_first: false,
            unread_from: messages.len() / 2,
            messages,
        }
    })
}

fn tasks() -> impl Strategy<Value = Task> {
    (wants(), transcripts()).prop_map(|(what, transcript)| Task::Model(ModelTask { what, transcript }))
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (any::<String>(), prop::collection::vec(any::<u32>(), 0..MAX_CITES));
    prop::collection::vec(line.prop_map(|(text, cites)| Line { text, cites }), 0..6)
}

prop_compose! {
    fn drafts()(
        wrote in prop_oneof![lines().prop_map(Wrote::Lines), any::<String>().prop_map(Wrote::Rewrite)],
        looked in prop::option::of(any::<[u32; 5]>()),
        counts in any::<[u32; 6]>(),
        tokens in any::<(u64, u64, u32)>(),
    ) -> Draft {
        let [no_source, outside, number, link, unclean, unfit] = counts;
        let looked = looked.map(|[first, last, shown, left_out, shortened]| Looked { first, last, shown, left_out, shortened });
        let tokens = Tokens { prompt: tokens.0, written: tokens.1, passes: tokens.2 };
        let dropped = Dropped { no_source, outside, number, link, unclean, unfit };
        Draft::Model(ModelDraft { wrote, looked, dropped, tokens })
    }
}

/// Bytes with a few of them changed: place, change.
fn changed(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    for (place, change) in changes {
        let place = place.index(bytes.len());
        bytes[place] ^= change;
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
}

proptest! {
    #[test]
    fn tasks_survive_the_pipe(task in tasks()) {
        prop_assert_eq!(decode_task(&encode_task(&task).unwrap()), Ok(task));
    }

    #[test]
    fn drafts_survive_the_pipe(draft in drafts()) {
        prop_assert_eq!(decode_draft(&encode_draft(&draft)), Ok(draft));
    }

    #[test]
    fn a_cut_or_longer_task_is_refused(task in tasks(), cut in any::<prop::sample::Index>()) {
        let mut bytes = encode_task(&task).unwrap();
        prop_assert!(decode_task(&bytes[..cut.index(bytes.len())]).is_err());
        bytes.push(0);
        prop_assert_eq!(decode_task(&bytes), Err(ProtocolError::Malformed));
    }

    #[test]
    fn a_cut_or_longer_draft_is_refused(draft in drafts(), cut in any::<prop::sample::Index>()) {
        let mut bytes = encode_draft(&draft);
        prop_assert!(decode_draft(&bytes[..cut.index(bytes.len())]).is_err());
        bytes.push(0);
        prop_assert_eq!(decode_draft(&bytes), Err(ProtocolError::Malformed));
    }

    /// Whoever changes a byte has it refused, or has written another value: never two spellings of one.
    #[test]
    fn what_decodes_is_what_would_be_written(task in tasks(), draft in drafts(), by in changes()) {
        let bytes = changed(encode_task(&task).unwrap(), &by);
        if let Ok(other @ Task::Model(_)) = decode_task(&bytes) {
            prop_assert_eq!(encode_task(&other).unwrap(), bytes);
        }
        let bytes = changed(encode_draft(&draft), &by);
        if let Ok(other @ (Draft::Model(_) | Draft::Failed(_))) = decode_draft(&bytes) {
            prop_assert_eq!(encode_draft(&other), bytes);
        }
    }

    #[test]
    fn no_bytes_behind_the_number_of_a_model_bring_a_decoder_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode_task(&[&[0x87, 0x02][..], &bytes].concat());
        let _ = decode_draft(&[&[0x82, 0x02][..], &bytes].concat());
    }
}

fn model_task(what: What) -> Task {
    Task::Model(ModelTask {
        what,
        transcript: Transcript::default(),
    })
}

fn model_draft(wrote: Wrote) -> Vec<u8> {
    encode_draft(&Draft::Model(ModelDraft {
        wrote,
        ..ModelDraft::default()
    }))
}

#[test]
fn a_longer_form_of_a_number_is_refused() {
    let bytes = encode_task(&model_task(What::Summary { lines: 5 })).unwrap();
    assert!(decode_task(&bytes).is_ok(), "control: the short form");
    let at = bytes.iter().position(|byte| *byte == 5).unwrap();
    let longer = [&bytes[..at], &[0x18, 5], &bytes[at + 1..]].concat();
    assert_eq!(decode_task(&longer), Err(ProtocolError::Malformed));
}

#[test]
fn a_task_beyond_its_limits_is_neither_written_nor_read() {
    let question = |length| {
        model_task(What::Answer {
            question: "q".repeat(length),
        })
    };
    let draft = |length| {
        model_task(What::Rewrite {
            draft: "d".repeat(length),
            how: How::Kinder,
        })
    };
    for (fits, not) in [
        (question(MAX_QUESTION_BYTES), question(MAX_QUESTION_BYTES + 1)),
        (draft(MAX_REWRITE_BYTES), draft(MAX_REWRITE_BYTES + 1)),
        (
            model_task(What::Summary { lines: 64 }),
            model_task(What::Summary { lines: 65 }),
        ),
        (
            model_task(What::Replies { count: 3 }),
            model_task(What::Replies { count: 4 }),
        ),
    ] {
        assert!(
            decode_task(&encode_task(&fits).unwrap()).is_ok(),
            "control: at the limit"
        );
        assert_eq!(encode_task(&not), Err(ProtocolError::OutOfBounds));
    }
    let mut bytes = encode_task(&model_task(What::Replies { count: 3 })).unwrap();
    let at = bytes.iter().position(|byte| *byte == 3).unwrap();
    bytes[at] = 4;
    assert_eq!(decode_task(&bytes), Err(ProtocolError::OutOfBounds));
}

#[test]
fn a_draft_beyond_its_limits_is_not_read() {
    let lines = |count, text: usize, cites| {
        let line = Line {
            text: "l".repeat(text),
            cites: vec![7; cites],
        };
        Wrote::Lines(vec![line; count])
    };
    for (fits, not) in [
        (lines(64, 1, 1), lines(65, 1, 1)),
        (lines(1, MAX_LINE_BYTES, 1), lines(1, MAX_LINE_BYTES + 1, 1)),
        (lines(1, 1, MAX_CITES), lines(1, 1, MAX_CITES + 1)),
        (
            Wrote::Rewrite("r".repeat(MAX_REWRITE_BYTES)),
            Wrote::Rewrite("r".repeat(MAX_REWRITE_BYTES + 1)),
        ),
    ] {
        assert!(decode_draft(&model_draft(fits)).is_ok(), "control: at the limit");
        assert!(matches!(
            decode_draft(&model_draft(not)),
            Err(ProtocolError::OutOfBounds | ProtocolError::TooLarge)
        ));
    }
}

/// A10: no engine, no answer, and nobody takes one for the other.
#[test]
fn a_worker_without_a_model_says_so_and_that_is_no_answer() {
    let task = model_task(What::Summary { lines: 5 });
    let draft = run(&task);
    assert_eq!(draft, Draft::Failed(ModelError::NoModel));
    assert_eq!(decode_draft(&encode_draft(&draft)), Ok(draft.clone()));
    assert_eq!(check(&task, &draft), Err(CheckError::Failed(ModelError::NoModel)));
    assert_eq!(
        check(&task, &Draft::KeyMessages(Vec::new())),
        Err(CheckError::OtherTask)
    );
    let other = Task::KeyMessages {
        transcript: Transcript::default(),
        items: 1,
    };
    assert_eq!(
        check(&other, &Draft::Model(ModelDraft::default())),
        Err(CheckError::OtherTask)
    );
    assert!(check(&other, &Draft::KeyMessages(Vec::new())).is_ok(), "control");
}
