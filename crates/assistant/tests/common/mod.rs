//! Chats and engines for the tests of models.
#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

pub mod gbnf;

use assistant::{
    Answer, CheckError, Completion, Draft, Engine, EngineError, Message, ModelAnswer, ModelDraft, ModelTask,
    Request, Task, Transcript, What, check, decode_draft, encode_draft, run_model,
};
use jiff::civil::date;

/// A chat of (author, text), numbered from 1; author 9 is the messenger itself. Everything is unread.
pub fn chat(rows: &[(u16, &str)]) -> Transcript {
    let message = |(n, (author, text)): (u32, &(u16, &str))| Message {
        n,
        at: date(2026, 2, 27).at(9, 5, 0, 0),
        author: (*author != 9).then_some(*author),
        text: (*text).to_owned(),
    };
    Transcript {
        authors: ["Ana", "Ben", "Chloé", "दीपा"].map(String::from).to_vec(),
        me: Some(1),
        month_first: false,
        unread_from: 0,
        messages: (1..).zip(rows).map(message).collect(),
    }
}

pub fn task(what: What, transcript: Transcript) -> Task {
    Task::Model(ModelTask { what, transcript })
}

/// A long chat of short messages by three people.
pub fn long_chat(messages: usize) -> Transcript {
    let texts: Vec<String> = (0..messages)
        .map(|n| format!("number {n} of what was said"))
        .collect();
    let rows: Vec<(u16, &str)> = (0_u16..)
        .map(|n| n % 3)
        .zip(texts.iter().map(String::as_str))
        .collect();
    chat(&rows)
}

/// One prompt as the engine saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub system: String,
    pub user: String,
    pub grammar: String,
    pub most_tokens: usize,
}

impl Seen {
    /// The lines of messages or notes: number and the rest.
    pub fn lines(&self) -> Vec<(u32, String)> {
        let mut lines = Vec::new();
        for line in self.user.lines() {
            if let Some((n, rest)) = line.strip_prefix('[').and_then(|line| line.split_once("] ")) {
                lines.push((n.parse().unwrap(), rest.to_owned()));
            }
        }
        lines
    }

    /// What each message says, without name and time.
    pub fn texts(&self) -> Vec<(u32, String)> {
        let text = |rest: String| rest.splitn(3, ':').nth(2).map(|text| text.trim().to_owned());
        self.lines()
            .into_iter()
            .map(|(n, rest)| (n, text(rest.clone()).unwrap_or(rest)))
            .collect()
    }
}

type Write = dyn FnMut(&Seen) -> Result<String, EngineError>;

/// An engine that writes what a test says. A token is four bytes.
pub struct Scripted {
    pub context: usize,
    pub seen: Vec<Seen>,
    write: Box<Write>,
}

impl Scripted {
    pub fn new(context: usize, write: impl FnMut(&Seen) -> Result<String, EngineError> + 'static) -> Self {
        Self {
            context,
            seen: Vec::new(),
            write: Box::new(write),
        }
    }

    pub fn saying(output: &str) -> Self {
        let output = output.to_owned();
        Self::new(8192, move |_| Ok(output.clone()))
    }

    /// Repeats the first messages or notes word for word.
    pub fn honest(context: usize) -> Self {
        Self::new(context, |seen| {
            let texts = seen.texts().into_iter().take(3);
            Ok(items(&texts.map(|(n, text)| (text, vec![n])).collect::<Vec<_>>()))
        })
    }

    /// Does whatever a message asks for behind `OBEY`, and says that it rests on that message.
    pub fn obedient() -> Self {
        Self::new(8192, |seen| {
            let orders = seen.texts().into_iter().filter_map(|(n, text)| {
                let (_, order) = text.split_once("OBEY ")?;
                Some((order.to_owned(), vec![n]))
            });
            Ok(items(&orders.collect::<Vec<_>>()))
        })
    }
}

impl Engine for Scripted {
    fn context(&self) -> usize {
        self.context
    }

    fn tokens(&self, text: &str) -> usize {
        text.len().div_ceil(4)
    }

    fn complete(&mut self, request: &Request<'_>) -> Result<Completion, EngineError> {
        let seen = Seen {
            system: request.system.to_owned(),
            user: request.user.to_owned(),
            grammar: request.grammar.to_owned(),
            most_tokens: request.most_tokens,
        };
        self.seen.push(seen.clone());
        let text = (self.write)(&seen)?;
        Ok(Completion {
            prompt_tokens: self.tokens(request.system) + self.tokens(request.user) + 10,
            tokens: self.tokens(&text),
            is_whole: true,
            text,
        })
    }
}

/// The JSON of lines.
pub fn items(lines: &[(String, Vec<u32>)]) -> String {
    let one = |(text, cites): &(String, Vec<u32>)| {
        let cites: Vec<String> = cites.iter().map(u32::to_string).collect();
        format!("{{\"text\":{},\"cites\":[{}]}}", quoted(text), cites.join(","))
    };
    format!(
        "{{\"items\":[{}]}}",
        lines.iter().map(one).collect::<Vec<_>>().join(",")
    )
}

pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Runs a task, sends the draft through the pipe and checks it.
pub fn answer(task: &Task, engine: &mut dyn Engine) -> (ModelDraft, Result<Answer, CheckError>) {
    let draft = run_model(task, engine).unwrap();
    let draft = decode_draft(&encode_draft(&draft)).unwrap();
    let checked = check(task, &draft);
    let Draft::Model(draft) = draft else {
        panic!("a model was asked")
    };
    (draft, checked)
}

pub fn checked(task: &Task, engine: &mut dyn Engine) -> ModelAnswer {
    answer(task, engine).1.unwrap().model().unwrap().clone()
}

pub fn texts(answer: &ModelAnswer) -> Vec<&str> {
    answer.lines().iter().map(|line| line.text.as_str()).collect()
}
