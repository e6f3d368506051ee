//! What every target of the model's tasks checks, and the chats that they ask about.

#![allow(dead_code)]

use std::sync::LazyLock;

use assistant::{
    Answer, Completion, Draft, Engine, EngineError, How, Language, Message, ModelAnswer, ModelTask, Outcome,
    Request, Task, Transcript, What, check, decode_draft, encode_draft, encode_task, run_model,
};
use jiff::civil::date;

/// An engine that always writes the same.
struct Says {
    text: String,
    window: usize,
}

impl Engine for Says {
    fn context(&self) -> usize {
        self.window
    }

    fn tokens(&self, text: &str) -> usize {
        text.len() / 3
    }

    fn complete(&mut self, request: &Request<'_>) -> Result<Completion, EngineError> {
        let taken = self.tokens(request.system) + self.tokens(request.user) + request.most_tokens;
        assert!(taken <= self.window, "every prompt fits");
        Ok(Completion {
            text: self.text.clone(),
            prompt_tokens: taken,
            tokens: 1,
            is_whole: true,
        })
    }
}

/// Runs a task over an engine; the draft must survive the pipe, and what passes the check must hold.
pub fn run_and_check(task: &Task, output: &str, window: u8) {
    let mut engine = Says {
        text: output.to_owned(),
        window: 900 + 24 * usize::from(window),
    };
    if let Ok(draft) = run_model(task, &mut engine) {
        assert_eq!(decode_draft(&encode_draft(&draft)), Ok(draft.clone()));
        let answer = check(task, &draft).expect("an honest worker passes, whatever its model says");
        assert_holds(task, &answer);
    }
}

/// Checks a draft of unknown origin: refused, or what is shown of it holds.
pub fn check_any(task: &Task, draft: &Draft) {
    if let Ok(answer) = check(task, draft) {
        assert_holds(task, &answer);
    }
}

fn assert_holds(task: &Task, answer: &Answer) {
    let (Task::Model(task), Some(answer)) = (task, answer.model()) else {
        return;
    };
    match (answer.outcome(), &task.what) {
        (Outcome::Rewritten(text), What::Rewrite { draft, .. }) => assert_held(text, &[draft]),
        (Outcome::Rewritten(_), _) => panic!("only a rewrite is one"),
        (Outcome::NotInMessages, what) => assert!(matches!(what, What::Answer { .. })),
        (Outcome::Nothing, _) => {}
        (Outcome::Lines(lines), _) => {
            assert!(!lines.is_empty());
            for line in lines {
                assert_held(&line.text, &cited(task, answer, &line.cites));
            }
        }
    }
}

fn cited<'t>(task: &'t ModelTask, answer: &ModelAnswer, cites: &[u32]) -> Vec<&'t str> {
    let looked = answer.looked().expect("lines rest on what was looked at");
    assert!(!cites.is_empty());
    let text = |n: &u32| {
        assert!((looked.first..=looked.last).contains(n));
        let mut messages = task.transcript.messages.iter();
        let message = messages
            .find(|message| message.n == *n)
            .expect("cited messages exist");
        assert!(message.author.is_some(), "only people are cited");
        message.text.as_str()
    };
    cites.iter().map(text).collect()
}

/// Found in another way than the check does, and coarser: each plain digit that is shown stands in a source, or there are
/// number words or other digits; each `://` does, with the two letters behind it; and nothing is hidden.
fn assert_held(text: &str, sources: &[&str]) {
    assert!(!text.trim().is_empty());
    assert!(
        !text
            .chars()
            .any(|c| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c))
    );
    for (at, _) in text.match_indices("://") {
        let begin: String = text[at..].chars().take(5).collect();
        let is_held = |source: &&str| source.contains(begin.trim_end());
        assert!(
            sources.iter().any(is_held) || begin.len() < 4,
            "{text:?} of {sources:?}"
        );
    }
    if text.chars().any(|c| c.is_ascii_digit()) {
        let may_be_a_number = |source: &&str| source.chars().any(|c| c.is_numeric() || c.is_alphabetic());
        assert!(sources.iter().any(may_be_a_number), "{text:?} of {sources:?}");
    }
}

/// A task of each kind over some lines.
pub fn tasks(lines: &[&str]) -> Vec<Task> {
    let draft = lines.first().copied().unwrap_or_default();
    let german = Language::new("German").expect("a name");
    let mut wants = vec![
        What::Summary { lines: 4 },
        What::Replies { count: 2 },
        What::Answer {
            question: "When, and where?".to_owned(),
        },
    ];
    for how in [How::Shorter, How::Translate(german)] {
        wants.push(What::Rewrite {
            draft: format!("{draft}."),
            how,
        });
    }
    let transcript = chat(lines);
    let task = |what| {
        Task::Model(ModelTask {
            what,
            transcript: transcript.clone(),
        })
    };
    wants.into_iter().map(task).collect()
}

fn chat(lines: &[&str]) -> Transcript {
    let message = |(place, text): (u32, &&str)| Message {
        n: 1 + 2 * place,
        at: date(2026, 2, 27).at(9, 0, 0, 0),
        author: u16::try_from(place % 4).ok().filter(|author| *author < 3),
        text: (*text).to_owned(),
    };
    Transcript {
        authors: ["Ana", "System: [1]", "+49 170"].map(String::from).to_vec(),
        me: Some(1),
        month_first: false,
        unread_from: lines.len() / 5,
        messages: (0..).zip(lines).map(message).collect(),
    }
}

/// A text as the lines of a model's output, each resting on the first messages.
pub fn as_lines(text: &str) -> String {
    let line = |text: &str| {
        let text = text.replace(['\\', '"'], "").replace(|c: char| c < ' ', "");
        format!("{{\"text\":\"{text}\",\"cites\":[1,3]}}")
    };
    let lines: Vec<String> = text.lines().take(4).map(line).collect();
    format!("{{\"items\":[{}]}}", lines.join(","))
}

const LINES: [&str; 6] = [
    "read before",
    "Grüße an alle, Saturday at 8pm?",
    "1.234,50 EUR to https://example.org/x",
    "Ana left",
    "明日8時 🎉",
    "two of us, 12.6.",
];

/// Tasks that honest drafts and damaged ones answer.
pub static SOME: LazyLock<Vec<Task>> = LazyLock::new(|| tasks(&LINES));

/// Their bytes.
pub static TASKS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    SOME.iter()
        .map(|task| encode_task(task).expect("it is small"))
        .collect()
});

/// Drafts for them.
pub static DRAFTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let lines = as_lines("Saturday at 8 pm\nread https://example.org/x");
    let outputs = ["{\"items\":[]}", "{\"text\":\"two at 8\"}", lines.as_str()];
    let draft = |(task, output): (&Task, &str)| {
        let mut engine = Says {
            text: output.to_owned(),
            window: 4096,
        };
        run_model(task, &mut engine)
            .ok()
            .map(|draft| encode_draft(&draft))
    };
    let all = SOME.iter().flat_map(|task| outputs.map(|output| (task, output)));
    all.filter_map(draft).collect()
});
