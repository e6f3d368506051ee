//! What runs a language model: behind the worker's wall, with no idea of chats.

/// A loaded model. Greedy: the same request gives the same completion.
pub trait Engine {
    /// How many tokens fit, prompt and answer together.
    fn context(&self) -> usize;

    /// The length of a plain text in tokens. Special tokens are never made from text, neither here nor in
    /// [`Engine::complete`]: a message that spells one out is spelled out.
    fn tokens(&self, text: &str) -> usize;

    /// Writes what follows. The engine wraps system and user text into the template of its model; what that adds
    /// is bounded by [`TEMPLATE_TOKENS`].
    ///
    /// # Errors
    /// [`EngineError`]; nothing of what it wrote before is kept.
    fn complete(&mut self, request: &Request<'_>) -> Result<Completion, EngineError>;
}

/// The most tokens that a model's template may add to a prompt.
pub const TEMPLATE_TOKENS: usize = 64;

/// What an engine is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// Our own words: what is wanted, and in which form.
    pub system: &'a str,
    /// What it is about. It holds what other people wrote.
    pub user: &'a str,
    /// What may be written: GBNF, as llama.cpp reads it, from the rule `root`.
    pub grammar: &'a str,
    /// Where it stops, whether the grammar came to its end or not.
    pub most_tokens: usize,
}

/// What an engine wrote. Hostile: it is parsed and checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The text.
    pub text: String,
    /// The length of the whole prompt, template included.
    pub prompt_tokens: usize,
    /// The length of what was written.
    pub tokens: usize,
    /// Whether the grammar came to its end. Nothing rests on it: whether a text is whole is read from the text.
    pub is_whole: bool,
}

/// Why an engine wrote nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Prompt and answer do not fit into [`Engine::context`].
    #[error("the prompt does not fit into the model's window; ask for less")]
    Context,
    /// The model or what runs it failed: a fixed text, nothing of the prompt.
    #[error("the model failed ({0}); check it with `snug model verify`, or take another")]
    Broken(&'static str),
}
