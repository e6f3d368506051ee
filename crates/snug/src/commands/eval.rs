//! `snug eval`: how good the key messages are, on chats with known answers.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use assistant::Transcript;
use clap::{Args, ValueEnum};
use eval::baselines::Baseline;
use eval::bootstrap::Comparison;
use eval::groups::{Chat, Labels, Score};
use eval::rouge::Rouge;
use eval::{Line, Tokenizer, dialogues, groups, table};
use import::Options;
use serde::Serialize;

use super::catchup::transcript_of;
use crate::exit::{Done, Failure, Outcome};
use crate::file::Export;
use crate::json;

#[derive(Args)]
#[command(
    after_help = "dialogues: a file with one dialogue a line, {\"id\", \"turns\": [{\"speaker\", \"text\"}], \
    \"summaries\": [..], \"topics\": [..]}; scored by ROUGE with stemming, F1 in percent.\n\
    groups: a folder of NAME.txt (an export) and NAME.json (the facts in it); a fact is covered when a line cites one \
    of its messages, and a line misleads when it cites a message that a later one overtook without the later one."
)]
pub(crate) struct Arguments {
    /// Which set.
    #[arg(long)]
    set: Set,
    /// What is measured.
    #[arg(long, default_value = "key-messages")]
    engine: Engine,
    /// The set's file or folder. Without it: ../shared/dialogues for dialogues, sets/groups for groups.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Use only the first N dialogues or chats.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Lines per chat: 3 for dialogues where not given, 8 for groups.
    #[arg(long, value_name = "MAX", value_parser = clap::value_parser!(u16).range(1..=200))]
    items: Option<u16>,
    /// Compare with the baselines: lead, tail, longest, random, textrank, lexrank.
    #[arg(long)]
    compare: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Set {
    Dialogues,
    Groups,
}

/// What picks the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Engine {
    KeyMessages,
    Lead,
    Tail,
    Longest,
    Random,
    #[value(name = "textrank")]
    TextRank,
    #[value(name = "lexrank")]
    LexRank,
}

const LINES_OF_A_CHAT: u16 = 8;

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match arguments.set {
        Set::Dialogues => measure_dialogues(arguments),
        Set::Groups => measure_groups(arguments),
    }
}

impl Engine {
    fn baseline(self) -> Option<Baseline> {
        match self {
            Self::KeyMessages => None,
            Self::Lead => Some(Baseline::Lead),
            Self::Tail => Some(Baseline::Tail),
            Self::Longest => Some(Baseline::Longest),
            Self::Random => Some(Baseline::Random { seed: 1 }),
            Self::TextRank => Some(Baseline::TextRank),
            Self::LexRank => Some(Baseline::LexRank),
        }
    }

    fn name(self) -> &'static str {
        self.baseline().map_or("key-messages", Baseline::as_str)
    }

    fn lines(self, transcript: &Transcript, items: u16) -> Result<Vec<Line>, Failure> {
        match self.baseline() {
            Some(baseline) => Ok(baseline.lines(transcript, usize::from(items))),
            None => eval::key_messages(transcript, items)
                .map_err(|lied| unusable(&format!("the engine's own draft: {lied}"))),
        }
    }
}

fn measure_dialogues(arguments: &Arguments) -> Outcome {
    let path = arguments
        .data
        .clone()
        .unwrap_or_else(|| PathBuf::from("../shared/dialogues"));
    let file = if path.is_dir() {
        path.join("dialogsum-dev.jsonl")
    } else {
        path
    };
    let text = fs::read_to_string(&file).map_err(|error| missing(&error))?;
    let mut set = dialogues::parse(&text).map_err(|error| unusable(&error.to_string()))?;
    set.truncate(arguments.limit.unwrap_or(usize::MAX));
    let items = arguments.items.unwrap_or(dialogues::DEFAULT_ITEMS);
    let score = |engine: Engine| -> Result<Vec<Rouge>, Failure> {
        dialogues::evaluate(&set, Tokenizer::Stemmed, |transcript| {
            engine.lines(transcript, items)
        })
    };
    let ours = score(arguments.engine)?;
    let baselines = baselines(arguments.compare, &score)?;
    let figures = dialogues::Figures::of(&ours);
    let comparisons = dialogues::compare(&ours, &baselines);
    let of = |scores: &Vec<Rouge>| dialogues::Figures::of(scores);
    let systems = systems(arguments.engine, &ours, &baselines, of);
    show(arguments, &figures, &systems, &comparisons, table::dialogues)
}

fn measure_groups(arguments: &Arguments) -> Outcome {
    let folder = arguments
        .data
        .clone()
        .unwrap_or_else(|| PathBuf::from("sets/groups"));
    let mut chats = Vec::new();
    for path in labels_below(&folder)?
        .into_iter()
        .take(arguments.limit.unwrap_or(usize::MAX))
    {
        chats.push(chat(&path)?);
    }
    if chats.is_empty() {
        return Err(unusable("the folder holds no NAME.json with a NAME.txt"));
    }
    let items = arguments.items.unwrap_or(LINES_OF_A_CHAT);
    let score = |engine: Engine, items: u16| -> Result<Vec<Score>, Failure> {
        groups::evaluate(&chats, |transcript| engine.lines(transcript, items))
    };
    let ours = score(arguments.engine, items)?;
    let baselines = baselines(arguments.compare, &|engine| score(engine, items))?;
    let figures = groups::Figures::of(&ours);
    let by_lines: Vec<AtLines> = groups::ITEMS
        .into_iter()
        .map(|items| {
            Ok(AtLines {
                items,
                figures: groups::Figures::of(&score(arguments.engine, items)?),
            })
        })
        .collect::<Result<_, Failure>>()?;
    let comparisons = groups::compare(&ours, &baselines);
    let of = |scores: &Vec<Score>| groups::Figures::of(scores);
    let systems = systems(arguments.engine, &ours, &baselines, of);
    let table = |systems: &[(&str, groups::Figures)]| {
        let systems: Vec<_> = systems.iter().map(|(name, figures)| (*name, figures)).collect();
        table::groups(&systems)
    };
    show(
        arguments,
        &Groups { figures, by_lines },
        &systems,
        &comparisons,
        table,
    )
}

/// The figures of a set of groups: at the number of lines asked for, and at those that are always reported.
#[derive(Serialize)]
struct Groups {
    #[serde(flatten)]
    figures: groups::Figures,
    by_lines: Vec<AtLines>,
}

#[derive(Serialize)]
struct AtLines {
    items: u16,
    #[serde(flatten)]
    figures: groups::Figures,
}

type Named<T> = Vec<(&'static str, T)>;

fn baselines<T>(wanted: bool, score: &impl Fn(Engine) -> Result<T, Failure>) -> Result<Named<T>, Failure> {
    let engines = Engine::value_variants()
        .iter()
        .filter(|engine| wanted && engine.baseline().is_some());
    engines
        .map(|engine| Ok((engine.name(), score(*engine)?)))
        .collect()
}

fn systems<S, F>(engine: Engine, ours: &S, baselines: &Named<S>, figures: impl Fn(&S) -> F) -> Named<F> {
    let all =
        std::iter::once((engine.name(), ours)).chain(baselines.iter().map(|(name, scores)| (*name, scores)));
    all.map(|(name, scores)| (name, figures(scores))).collect()
}

#[derive(Serialize)]
struct Measured<'a, G, F> {
    #[serde(flatten)]
    figures: &'a G,
    engine: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    baselines: &'a [(&'static str, F)],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    against_best: &'a [Comparison],
}

fn show<G: Serialize, F: Serialize>(
    arguments: &Arguments,
    figures: &G,
    systems: &[(&'static str, F)],
    comparisons: &[Comparison],
    table_of: impl Fn(&[(&'static str, F)]) -> table::Table,
) -> Outcome {
    use std::io::Write;
    let mut out = io::stdout().lock();
    if arguments.json {
        let baselines = systems.get(1..).unwrap_or_default();
        json::print(
            &mut out,
            &Measured {
                figures,
                engine: arguments.engine.name(),
                baselines,
                against_best: comparisons,
            },
        )?;
        return Ok(Done::Well);
    }
    writeln!(out, "{}", table_of(systems).markdown())?;
    if !comparisons.is_empty() {
        writeln!(out, "\n{}", table::comparisons(comparisons).markdown())?;
    }
    Ok(Done::Well)
}

/// Every NAME.json in the folder and the folders in it, in the order of their names.
fn labels_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| missing(&error))? {
        let path = entry.map_err(|error| missing(&error))?.path();
        if path.is_dir() {
            found.extend(labels_below(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn chat(labels: &Path) -> Result<Chat, Failure> {
    let json = fs::read_to_string(labels).map_err(|error| missing(&error))?;
    let text = labels.with_extension("txt");
    let name = labels
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let labels = Labels::parse(&json).map_err(|error| unusable(&format!("{name}.json: {error}")))?;
    let export = Export::open(&text)?;
    let mut entries = Vec::new();
    let report = export.read(&Options::default(), &mut |entry| {
        entries.push(entry);
        ControlFlow::Continue(())
    })?;
    Chat::new(labels, transcript_of(entries, &report)).map_err(|error| unusable(&format!("{name}: {error}")))
}

fn missing(error: &io::Error) -> Failure {
    let hint = "name a set with --data; the dialogues are DialogSum's (github.com/cylnlp/dialogsum), which Snug may not ship";
    Failure::NotSetUp(format!("the set cannot be read ({error}): {hint}"))
}

fn unusable(why: &str) -> Failure {
    Failure::Usage(format!("the set cannot be used: {why}"))
}
