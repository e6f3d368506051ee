//! What a model has read, and what it would write next.

use std::ptr::NonNull;

use llama_cpp_sys_2 as sys;

use super::Token;
use super::threads::Threads;
use super::weights::Weights;

/// The most tokens that are decoded at once.
const BATCH: u32 = 512;

/// One conversation.
#[derive(Debug)]
pub(super) struct Context {
    context: NonNull<sys::llama_context>,
}

impl Context {
    /// Makes room for so many tokens, at most as many as the model was trained for. It must be dropped before `weights`.
    pub(super) fn new(weights: &Weights, threads: Threads, tokens: u32) -> Option<Self> {
        // SAFETY: takes nothing.
        let mut wanted = unsafe { sys::llama_context_default_params() };
        wanted.n_ctx = tokens.min(weights.trained_for().max(1));
        wanted.n_batch = BATCH;
        wanted.n_ubatch = BATCH;
        wanted.n_seq_max = 1;
        // Otherwise there is room for the scores of a whole vocabulary after each token of a batch.
        wanted.n_outputs_max = 1;
        wanted.n_threads = threads.count();
        wanted.n_threads_batch = threads.count();
        wanted.no_perf = true;
        // SAFETY: the model is there.
        let context = NonNull::new(unsafe { sys::llama_init_from_model(weights.model(), wanted) })?;
        let (pool, all) = (threads.pool(), threads.pool());
        // SAFETY: the threads are there until the process ends.
        unsafe { sys::llama_attach_threadpool(context.as_ptr(), pool, all) };
        Some(Self { context })
    }

    /// How many tokens there is room for.
    pub(super) fn tokens(&self) -> usize {
        // SAFETY: the context is there.
        usize::try_from(unsafe { sys::llama_n_ctx(self.context.as_ptr()) }).unwrap_or(0)
    }

    /// Forgets all but the first tokens. Says whether it could.
    pub(super) fn keep(&mut self, kept: usize) -> bool {
        // SAFETY: the context is there.
        let memory = unsafe { sys::llama_get_memory(self.context.as_ptr()) };
        let is_kept = i32::try_from(kept).is_ok_and(|kept| {
            // SAFETY: the memory is the context's.
            unsafe { sys::llama_memory_seq_rm(memory, 0, kept, -1) }
        });
        if !is_kept {
            // SAFETY: the same.
            unsafe { sys::llama_memory_clear(memory, true) };
        }
        is_kept
    }

    /// Reads tokens. Says whether it could.
    pub(super) fn decode(&mut self, tokens: &[Token]) -> bool {
        tokens.chunks(BATCH as usize).all(|batch| {
            let mut batch = batch.to_vec();
            let Ok(length) = i32::try_from(batch.len()) else {
                return false;
            };
            // SAFETY: borrows the tokens, which live until it was decoded.
            let batch = unsafe { sys::llama_batch_get_one(batch.as_mut_ptr(), length) };
            // SAFETY: the context is there, and the tokens are of its vocabulary or refused.
            unsafe { sys::llama_decode(self.context.as_ptr(), batch) == 0 }
        })
    }

    /// What it thinks of each token of the vocabulary as the next.
    pub(super) fn scores(&self, weights: &Weights) -> Option<&[f32]> {
        // SAFETY: the context is there; the last token of a batch has scores.
        let scores = NonNull::new(unsafe { sys::llama_get_logits_ith(self.context.as_ptr(), -1) })?;
        // SAFETY: a score for each token of the vocabulary, valid until the next call that decodes, which takes `&mut`.
        Some(unsafe { std::slice::from_raw_parts(scores.as_ptr(), weights.vocabulary_tokens()) })
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: nothing of it is used after this.
        unsafe { sys::llama_free(self.context.as_ptr()) };
    }
}
