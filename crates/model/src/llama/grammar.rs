//! What may be written.

use std::ffi::CString;
use std::ptr::NonNull;

use llama_cpp_sys_2 as sys;

use super::weights::Weights;
use super::{Token, highest};

/// A grammar, and how far it has come.
#[derive(Debug)]
pub(super) struct Grammar(NonNull<sys::llama_sampler>);

impl Grammar {
    /// Parses GBNF. It must be dropped before `weights`. An empty one, by which llama.cpp understands that everything is
    /// allowed, is none.
    pub(super) fn parse(weights: &Weights, grammar: &str) -> Option<Self> {
        if grammar.trim().is_empty() {
            return None;
        }
        let grammar = CString::new(grammar).ok()?;
        // SAFETY: two strings that end in NUL, and the vocabulary is there.
        let sampler = unsafe {
            sys::llama_sampler_init_grammar(weights.vocabulary(), grammar.as_ptr(), c"root".as_ptr())
        };
        NonNull::new(sampler).map(Self)
    }

    /// Whether it allows this token next.
    pub(super) fn allows(&mut self, token: Token) -> bool {
        let mut only = [data(token, 0.0)];
        self.apply(&mut only);
        only.iter().all(|data| data.logit == 0.0)
    }

    /// The token with the highest score of those that it allows next.
    pub(super) fn likeliest(&mut self, scores: &[f32]) -> Option<Token> {
        let mut all: Vec<_> = (0..)
            .zip(scores)
            .map(|(token, score)| data(token, *score))
            .collect();
        self.apply(&mut all);
        let allowed: Vec<f32> = all.iter().map(|data| data.logit).collect();
        let best = highest(&allowed)?;
        let score = usize::try_from(best).ok().and_then(|best| allowed.get(best))?;
        (*score > f32::NEG_INFINITY).then_some(best)
    }

    /// Puts the score of what it does not allow to minus infinity.
    fn apply(&mut self, tokens: &mut [sys::llama_token_data]) {
        let mut array = sys::llama_token_data_array {
            data: tokens.as_mut_ptr(),
            size: tokens.len(),
            selected: -1,
            sorted: false,
        };
        // SAFETY: the array is as long as we say and lives through the call.
        unsafe { sys::llama_sampler_apply(self.0.as_ptr(), &raw mut array) };
    }

    /// Goes on by a token that it allows.
    pub(super) fn accept(&mut self, token: Token) {
        // SAFETY: the grammar is there.
        unsafe { sys::llama_sampler_accept(self.0.as_ptr(), token) };
    }
}

fn data(id: Token, logit: f32) -> sys::llama_token_data {
    sys::llama_token_data { id, logit, p: 0.0 }
}

impl Drop for Grammar {
    fn drop(&mut self) {
        // SAFETY: nothing of it is used after this.
        unsafe { sys::llama_sampler_free(self.0.as_ptr()) };
    }
}
