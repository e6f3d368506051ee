//! llama.cpp: the stages of the worker, and the engine.
//!
//! `unsafe` is what calling it takes. Each wrapper owns what it got and hands out nothing that outlives it.
#![allow(unsafe_code)]

mod context;
mod end;
mod grammar;
mod threads;
mod weights;

use std::ffi::OsString;
use std::fs::File;

use assistant::{Completion, Draft, Engine, EngineError, Request, Task};
use worker::{Fault, Stages};

use self::context::Context;
use self::grammar::Grammar;
use self::threads::Threads;
use self::weights::{OpenFile, Weights};
use crate::{Piece, Settings, bytes, prompt};

/// What `snug-model` does.
#[must_use]
pub fn stages() -> Stages<Prepared, Llama> {
    Stages { prepare, load, run }
}

/// Threads that wait for work, and a file of which nothing was read.
#[derive(Debug)]
pub struct Prepared {
    threads: Threads,
    file: OpenFile,
    settings: Settings,
}

/// Starts the threads and sets llama.cpp's tables up.
///
/// # Errors
/// [`Fault::Misused`] for settings that are not ours.
pub fn prepare(file: &'static File, settings: &[OsString]) -> Result<Prepared, Fault> {
    let settings = Settings::from_arguments(settings).map_err(|_| Fault::Misused)?;
    end::end_quietly();
    Ok(Prepared {
        threads: Threads::start(settings.threads()).ok_or(Fault::Engine)?,
        file: OpenFile::new(file).ok_or(Fault::Misused)?,
        settings,
    })
}

/// Parses the model.
///
/// # Errors
/// [`Fault::Model`] where llama.cpp does not take it.
pub fn load(prepared: Prepared) -> Result<Llama, Fault> {
    let Prepared {
        threads,
        file,
        settings,
    } = prepared;
    end::from_here_on(Fault::Model);
    let weights = Weights::load(&file).ok_or(Fault::Model)?;
    let context = Context::new(&weights, threads, settings.context()).ok_or(Fault::Model)?;
    end::from_here_on(Fault::Engine);
    Ok(Llama {
        context,
        weights,
        seen: Vec::new(),
    })
}

fn run(llama: &mut Llama, task: &Task) -> Result<Draft, Fault> {
    Ok(assistant::run_model(task, llama).unwrap_or_else(Draft::Failed))
}

/// A token, by its number in the model's vocabulary.
type Token = i32;

/// A loaded model with a context. The order of the fields is the order in which they go.
#[derive(Debug)]
pub struct Llama {
    context: Context,
    weights: Weights,
    /// What the context holds.
    seen: Vec<Token>,
}

impl Engine for Llama {
    fn context(&self) -> usize {
        self.context.tokens()
    }

    fn tokens(&self, text: &str) -> usize {
        self.weights.tokens(text, false).len()
    }

    fn complete(&mut self, request: &Request<'_>) -> Result<Completion, EngineError> {
        let rendered = self.weights.rendered_template();
        let prompt = prompt::chat(rendered.as_deref(), request.system, request.user);
        self.write(&prompt, Some(request.grammar), request.most_tokens)
    }
}

impl Llama {
    /// Writes what follows `prompt`: always the likeliest token that the grammar allows.
    ///
    /// # Errors
    /// [`EngineError`] where it does not fit, or llama.cpp fails.
    pub fn write(
        &mut self,
        prompt: &[Piece],
        grammar: Option<&str>,
        most_tokens: usize,
    ) -> Result<Completion, EngineError> {
        let prompt = self.weights.prompt(prompt);
        if prompt.is_empty() || prompt.len().saturating_add(most_tokens) > self.context.tokens() {
            return Err(EngineError::Context);
        }
        let mut grammar = grammar
            .map(|grammar| Grammar::parse(&self.weights, grammar).ok_or(EngineError::Broken("the grammar")))
            .transpose()?;
        self.read(&prompt)?;
        let (mut written, mut tokens, mut is_whole) = (Vec::new(), 0, false);
        while tokens < most_tokens {
            let token = self.likeliest(grammar.as_mut())?;
            if self.weights.is_end(token) {
                is_whole = true;
                break;
            }
            tokens += 1;
            written.extend(self.weights.piece(token));
            if tokens < most_tokens {
                self.decode(&[token])?;
            }
        }
        Ok(Completion {
            text: bytes::text(&written),
            prompt_tokens: prompt.len(),
            tokens,
            is_whole,
        })
    }

    /// Decodes of a prompt what the context does not hold already.
    fn read(&mut self, prompt: &[Token]) -> Result<(), EngineError> {
        let same = self.seen.iter().zip(prompt).take_while(|(a, b)| a == b).count();
        // The last token is always decoded: what follows it is wanted.
        let kept = same.min(prompt.len().saturating_sub(1));
        let kept = if self.context.keep(kept) { kept } else { 0 };
        self.seen.truncate(kept);
        self.decode(prompt.get(kept..).unwrap_or_default())
    }

    fn decode(&mut self, tokens: &[Token]) -> Result<(), EngineError> {
        if self.context.decode(tokens) {
            self.seen.extend_from_slice(tokens);
            Ok(())
        } else {
            self.seen.clear();
            self.context.keep(0);
            Err(EngineError::Broken("decoding"))
        }
    }

    fn likeliest(&self, grammar: Option<&mut Grammar>) -> Result<Token, EngineError> {
        let scores = self
            .context
            .scores(&self.weights)
            .ok_or(EngineError::Broken("no scores"))?;
        let first = highest(scores).ok_or(EngineError::Broken("no scores"))?;
        let Some(grammar) = grammar else {
            return Ok(first);
        };
        // The grammar looks at one token first: to look at the whole vocabulary takes far longer, and is rarely needed.
        let token = if grammar.allows(first) {
            first
        } else {
            grammar
                .likeliest(scores)
                .ok_or(EngineError::Broken("the grammar allows nothing"))?
        };
        grammar.accept(token);
        Ok(token)
    }
}

/// The token with the highest score; the first of several. What is not a number is never taken.
fn highest(scores: &[f32]) -> Option<Token> {
    let numbered = scores.iter().enumerate().filter(|(_, score)| !score.is_nan());
    let best = numbered.reduce(|best, other| if other.1 > best.1 { other } else { best });
    Token::try_from(best?.0).ok()
}

#[cfg(test)]
mod tests {
    use super::highest;

    #[test]
    fn the_first_of_the_highest_is_taken_and_never_what_is_not_a_number() {
        assert_eq!(highest(&[0.0, 2.0, 2.0]), Some(1));
        assert_eq!(highest(&[f32::NAN, -1.0, f32::NAN]), Some(1));
        assert_eq!(highest(&[f32::NAN]), None);
    }
}
