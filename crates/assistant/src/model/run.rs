//! A task, step by step, over an engine.

use super::draft::{Dropped, Line, MAX_CITES, ModelDraft, ModelError, Tokens, Wrote};
use super::grammar;
use super::judge::{Reason, Sources};
use super::names::Names;
use super::output::{BadOutput, read_items, read_rewrite};
use super::prompt::{self, Prompt};
use super::task::{How, ModelTask, What};
use super::window::{self, Piece, Window};
use crate::engine::TEMPLATE_TOKENS;
use crate::{Draft, Engine, EngineError, Request, Task};

/// The most pieces into which a chat is cut; what does not fit into them is left out.
const MOST_PIECES: usize = 8;
/// The most lines for a piece of a chat.
const NOTES: usize = 6;
/// The tokens of a line, with what is around it.
const LINE_TOKENS: usize = 96;
/// A window that leaves less than this for messages is too small.
const LEAST_WINDOW: usize = 64;
/// How often a window is made smaller where the engine finds its prompt too long after all.
const TRIES: u32 = 3;

/// Does a task over an engine: a model's with its help, key messages without. What it gives is a draft, unchecked.
///
/// A chat that does not fit into the model's window is cut into at most eight pieces; each gives lines, and a last pass
/// makes one answer of them. It asks the engine at most nine times, and of each prompt at most three times.
///
/// # Errors
/// [`ModelError`]: to be sent as [`Draft::Failed`], so that the reader learns why.
pub fn run_model(task: &Task, engine: &mut dyn Engine) -> Result<Draft, ModelError> {
    let Task::Model(task) = task else {
        return Ok(crate::run(task));
    };
    if !task.what.is_within_limits() {
        return Err(ModelError::OutOfBounds);
    }
    for halvings in 0..TRIES {
        let mut run = Run {
            engine,
            tokens: Tokens::default(),
            dropped: Dropped::default(),
            halvings,
        };
        match run.task(task) {
            Err(Stop::Context) => {}
            Err(Stop::Failed(error)) => return Err(error),
            Ok(draft) => return Ok(Draft::Model(draft)),
        }
    }
    Err(ModelError::TooLong)
}

struct Run<'e> {
    engine: &'e mut dyn Engine,
    tokens: Tokens,
    dropped: Dropped,
    halvings: u32,
}

enum Stop {
    /// The prompt was too long for the engine.
    Context,
    Failed(ModelError),
}

impl From<ModelError> for Stop {
    fn from(error: ModelError) -> Self {
        Self::Failed(error)
    }
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Context => Self::Context,
            EngineError::Broken(_) => Self::Failed(ModelError::Broken),
        }
    }
}

impl From<BadOutput> for Stop {
    fn from(bad: BadOutput) -> Self {
        Self::Failed(match bad {
            BadOutput::CutOff | BadOutput::TooMuch => ModelError::Endless,
            BadOutput::Malformed => ModelError::Unreadable,
        })
    }
}

impl Run<'_> {
    fn task(&mut self, task: &ModelTask) -> Result<ModelDraft, Stop> {
        if let What::Rewrite { draft, how } = &task.what {
            let wrote = Wrote::Rewrite(self.rewrite(draft, how)?);
            return Ok(self.draft(wrote, &Window::default()));
        }
        let part = task.part();
        if part.is_empty() {
            return Ok(self.draft(Wrote::default(), &Window::default()));
        }
        let names = Names::of(&task.transcript, &part);
        let most = task.what.most_lines();
        let most_pieces = if matches!(task.what, What::Replies { .. }) {
            1
        } else {
            MOST_PIECES
        };
        let budget = self.budget(&prompt::for_messages(&task.what, most), most)?;
        let window = window::choose(&part, &names, &*self.engine, budget, most_pieces);
        let lines = match window.pieces.as_slice() {
            [] => return Err(ModelError::TooLong.into()),
            [piece] => self.piece(&task.what, piece, most)?,
            pieces => {
                let mut sources = Sources::of(part.iter().copied());
                self.pieces(&task.what, pieces, &mut sources)?
            }
        };
        Ok(self.draft(Wrote::Lines(lines), &window))
    }

    fn draft(&self, wrote: Wrote, window: &Window) -> ModelDraft {
        ModelDraft {
            wrote,
            looked: window.looked,
            dropped: self.dropped,
            tokens: self.tokens,
        }
    }

    /// What is left for messages beside a prompt and an answer of some lines.
    fn budget(&self, prompt: &Prompt, lines: usize) -> Result<usize, ModelError> {
        let around = self
            .engine
            .tokens(&prompt.system)
            .saturating_add(self.engine.tokens(&prompt.user("")));
        let taken = around
            .saturating_add(TEMPLATE_TOKENS)
            .saturating_add(self.answer_tokens(lines));
        let budget = self.engine.context().saturating_sub(taken) >> self.halvings;
        if budget < LEAST_WINDOW {
            Err(ModelError::TooLong)
        } else {
            Ok(budget)
        }
    }

    fn answer_tokens(&self, lines: usize) -> usize {
        let wanted = lines.saturating_mul(LINE_TOKENS).saturating_add(LINE_TOKENS);
        wanted.min(self.engine.context() / 2)
    }

    fn ask(
        &mut self,
        prompt: &Prompt,
        lines: &str,
        grammar: &str,
        most_tokens: usize,
    ) -> Result<String, Stop> {
        let user = prompt.user(lines);
        let request = Request {
            system: &prompt.system,
            user: &user,
            grammar,
            most_tokens,
        };
        let completion = self.engine.complete(&request)?;
        let Tokens {
            prompt,
            written,
            passes,
        } = self.tokens;
        self.tokens = Tokens {
            prompt: prompt.saturating_add(completion.prompt_tokens as u64),
            written: written.saturating_add(completion.tokens as u64),
            passes: passes.saturating_add(1),
        };
        Ok(completion.text)
    }

    /// Asks for lines. Those behind the last that is wanted and one that breaks off are left out and counted.
    fn lines(
        &mut self,
        prompt: &Prompt,
        lines: &str,
        ids: &[u32],
        fewest: usize,
        most: usize,
    ) -> Result<Vec<Line>, Stop> {
        let grammar = grammar::items(ids, fewest, most);
        let output = self.ask(prompt, lines, &grammar, self.answer_tokens(most))?;
        let mut items = read_items(&output)?;
        if !items.is_whole {
            if items.lines.is_empty() {
                return Err(ModelError::Endless.into());
            }
            self.dropped.count(Reason::Unfit);
        }
        while items.lines.len() > most {
            items.lines.pop();
            self.dropped.count(Reason::Unfit);
        }
        Ok(items.lines)
    }

    fn piece(&mut self, what: &What, piece: &Piece, most: usize) -> Result<Vec<Line>, Stop> {
        let prompt = prompt::for_messages(what, most);
        self.lines(&prompt, &piece.lines, &piece.ids, fewest(what), most)
    }

    /// A long chat: lines for each piece, then lines for all of them.
    fn pieces(
        &mut self,
        what: &What,
        pieces: &[Piece],
        sources: &mut Sources<'_>,
    ) -> Result<Vec<Line>, Stop> {
        let most = what.most_lines();
        let mut notes: Vec<(usize, Line)> = Vec::new();
        let mut failed = None;
        for (at, piece) in pieces.iter().enumerate() {
            match self.piece(what, piece, most.clamp(2, NOTES)) {
                Ok(lines) => notes.extend(
                    self.those_that_hold(&lines, sources)
                        .into_iter()
                        .map(|line| (at, line)),
                ),
                Err(Stop::Context) => return Err(Stop::Context),
                // What a piece does not give, others may; that it gave nothing is counted.
                Err(Stop::Failed(error)) => {
                    self.dropped.count(Reason::Unfit);
                    failed = Some(error);
                }
            }
        }
        match (notes.is_empty(), failed) {
            (true, Some(error)) => Err(error.into()),
            (true, None) => Ok(Vec::new()),
            (false, _) if notes.len() <= most && from_one_piece(&notes) => {
                Ok(notes.into_iter().map(|(_, line)| line).collect())
            }
            (false, _) => Ok(self.merge(what, &notes, sources)),
        }
    }

    fn those_that_hold(&mut self, lines: &[Line], sources: &mut Sources<'_>) -> Vec<Line> {
        let judged = lines.iter().map(|line| sources.judge(line));
        judged
            .filter_map(|judged| judged.map_err(|reason| self.dropped.count(reason)).ok())
            .collect()
    }

    /// One answer out of notes. Where the model gives none that holds, some notes of each piece are the answer.
    fn merge(&mut self, what: &What, notes: &[(usize, Line)], sources: &mut Sources<'_>) -> Vec<Line> {
        let merged = self.merged(what, notes).unwrap_or_else(|_| {
            self.dropped.count(Reason::Unfit);
            Vec::new()
        });
        let merged = self.those_that_hold(&merged, sources);
        if merged.is_empty() {
            some_of_each(notes, what.most_lines())
        } else {
            merged
        }
    }

    fn merged(&mut self, what: &What, notes: &[(usize, Line)]) -> Result<Vec<Line>, Stop> {
        let most = what.most_lines();
        let prompt = prompt::for_notes(what, most);
        let budget = self.budget(&prompt, most)?;
        let cost = |text: &str| self.engine.tokens(text).max(1).saturating_add(1);
        let written: Vec<String> = (1..)
            .zip(notes)
            .map(|(number, (_, line))| prompt::note(number, &line.text))
            .collect();
        let costs: Vec<usize> = written.iter().map(|line| cost(line)).collect();
        let mut kept = window::share(by_piece(notes, &costs), budget);
        kept.sort_unstable();
        for _ in kept.len()..notes.len() {
            self.dropped.count(Reason::Unfit);
        }
        let shown: String = kept
            .iter()
            .filter_map(|at| written.get(*at))
            .map(String::as_str)
            .collect();
        let ids: Vec<u32> = kept.iter().filter_map(|at| u32::try_from(at + 1).ok()).collect();
        let lines = self.lines(&prompt, &shown, &ids, 1, most)?;
        Ok(lines
            .into_iter()
            .filter_map(|line| self.of_messages(line, notes, &ids))
            .collect())
    }

    /// A line on notes as one on the messages on which the notes rest.
    fn of_messages(&mut self, line: Line, notes: &[(usize, Line)], shown: &[u32]) -> Option<Line> {
        let mut cites: Vec<u32> = Vec::new();
        for number in &line.cites {
            let place = usize::try_from(*number)
                .ok()
                .and_then(|number| number.checked_sub(1));
            let Some((_, note)) = place
                .and_then(|place| notes.get(place))
                .filter(|_| shown.contains(number))
            else {
                self.dropped.count(Reason::Outside);
                return None;
            };
            for n in &note.cites {
                if !cites.contains(n) && cites.len() < MAX_CITES {
                    cites.push(*n);
                }
            }
        }
        cites.sort_unstable();
        Some(Line {
            text: line.text,
            cites,
        })
    }

    fn rewrite(&mut self, draft: &str, how: &How) -> Result<String, Stop> {
        let prompt = prompt::for_rewrite(draft, how);
        let text = self.engine.tokens(&prompt.behind);
        let taken = self
            .engine
            .tokens(&prompt.system)
            .saturating_add(text)
            .saturating_add(TEMPLATE_TOKENS);
        let left = self.engine.context().saturating_sub(taken);
        // As long again as the draft, at least; twice, where it fits.
        if left < text.saturating_add(32) {
            return Err(ModelError::TooLong.into());
        }
        let most = left.min(text.saturating_mul(2).saturating_add(64)) >> self.halvings;
        let output = self.ask(&prompt, "", &grammar::rewrite(), most)?;
        Ok(read_rewrite(&output)?)
    }
}

/// A summary and replies have something to say; an answer may not.
fn fewest(what: &What) -> usize {
    usize::from(!matches!(what, What::Answer { .. }))
}

fn from_one_piece(notes: &[(usize, Line)]) -> bool {
    notes
        .iter()
        .zip(notes.iter().skip(1))
        .all(|((a, _), (b, _))| a == b)
}

/// Places and costs of notes, a queue for each piece.
fn by_piece(notes: &[(usize, Line)], costs: &[usize]) -> Vec<Vec<(usize, usize)>> {
    let mut queues = vec![Vec::new(); MOST_PIECES.saturating_mul(2)];
    for (at, ((piece, _), cost)) in notes.iter().zip(costs).enumerate() {
        if let Some(queue) = queues.get_mut(*piece) {
            queue.push((at, *cost));
        }
    }
    queues
}

fn some_of_each(notes: &[(usize, Line)], most: usize) -> Vec<Line> {
    let mut kept = window::share(by_piece(notes, &vec![1; notes.len()]), most);
    kept.sort_unstable();
    kept.iter()
        .filter_map(|at| notes.get(*at))
        .map(|(_, line)| line.clone())
        .collect()
}
