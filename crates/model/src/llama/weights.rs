//! A loaded model: its weights, vocabulary and template.

use std::ffi::{CStr, c_char};
use std::fs::File;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;

use llama_cpp_sys_2 as sys;

use super::Token;
use crate::Piece;
use crate::prompt::{SYSTEM, USER};

/// The model's file as C reads it. It is made before the wall closes, since making it asks how the file is open.
#[derive(Debug)]
pub(super) struct OpenFile(NonNull<libc::FILE>);

impl OpenFile {
    pub(super) fn new(file: &'static File) -> Option<Self> {
        // SAFETY: the descriptor is open for the whole life of the process, and the mode is a string.
        NonNull::new(unsafe { libc::fdopen(file.as_raw_fd(), c"rb".as_ptr()) }).map(Self)
    }
}

/// The model.
#[derive(Debug)]
pub(super) struct Weights {
    model: NonNull<sys::llama_model>,
    vocabulary: NonNull<sys::llama_vocab>,
}

impl Weights {
    /// Parses the file. **Only behind the wall.**
    pub(super) fn load(file: &OpenFile) -> Option<Self> {
        // SAFETY: takes nothing.
        let mut wanted = unsafe { sys::llama_model_default_params() };
        wanted.load_mode = sys::LLAMA_LOAD_MODE_MMAP;
        wanted.n_gpu_layers = 0;
        // SAFETY: the file is open; llama.cpp neither keeps nor closes it.
        let model = unsafe { sys::llama_model_load_from_file_ptr(file.0.as_ptr().cast(), wanted) };
        let model = NonNull::new(model)?;
        // SAFETY: the model is there.
        let vocabulary = unsafe { sys::llama_model_get_vocab(model.as_ptr()) };
        // Nothing is written through the pointer.
        let vocabulary = NonNull::new(vocabulary.cast_mut())?;
        Some(Self { model, vocabulary })
    }

    pub(super) fn model(&self) -> *mut sys::llama_model {
        self.model.as_ptr()
    }

    pub(super) fn vocabulary(&self) -> *const sys::llama_vocab {
        self.vocabulary.as_ptr()
    }

    /// How many tokens the vocabulary has.
    pub(super) fn vocabulary_tokens(&self) -> usize {
        // SAFETY: the vocabulary is there.
        usize::try_from(unsafe { sys::llama_vocab_n_tokens(self.vocabulary()) }).unwrap_or(0)
    }

    /// The longest text that the model was trained for, in tokens.
    pub(super) fn trained_for(&self) -> u32 {
        // SAFETY: the model is there.
        u32::try_from(unsafe { sys::llama_model_n_ctx_train(self.model()) }).unwrap_or(0)
    }

    /// The tokens of a prompt, with what the model wants at its start.
    pub(super) fn prompt(&self, pieces: &[Piece]) -> Vec<Token> {
        let mut tokens: Vec<Token> = self.start().into_iter().collect();
        for piece in pieces {
            match piece {
                Piece::Template(text) => tokens.extend(self.tokens(text, true)),
                Piece::Words(text) => tokens.extend(self.tokens(text, false)),
            }
        }
        tokens
    }

    fn start(&self) -> Option<Token> {
        // SAFETY: the vocabulary is there.
        let wants_start = unsafe { sys::llama_vocab_get_add_bos(self.vocabulary()) };
        // SAFETY: the same.
        let start = unsafe { sys::llama_vocab_bos(self.vocabulary()) };
        (wants_start && start >= 0).then_some(start)
    }

    /// The tokens of a text; special ones only where `with_special`. A text that is beyond all measure has none.
    pub(super) fn tokens(&self, text: &str, with_special: bool) -> Vec<Token> {
        if text.is_empty() {
            return Vec::new();
        }
        // A token is a byte at the least, but for one that a vocabulary may put in front.
        let mut tokens = vec![0; text.len().saturating_add(8)];
        let Some(written) = self.tokenize(text, with_special, &mut tokens) else {
            return Vec::new();
        };
        tokens.truncate(written);
        tokens
    }

    fn tokenize(&self, text: &str, with_special: bool, tokens: &mut [Token]) -> Option<usize> {
        let (length, room) = (i32::try_from(text.len()).ok()?, i32::try_from(tokens.len()).ok()?);
        // SAFETY: text and room are as long as we say and live through the call.
        let written = unsafe {
            sys::llama_tokenize(
                self.vocabulary(),
                text.as_ptr().cast(),
                length,
                tokens.as_mut_ptr(),
                room,
                false,
                with_special,
            )
        };
        usize::try_from(written).ok()
    }

    /// The bytes that a token stands for; a special token stands for none.
    pub(super) fn piece(&self, token: Token) -> Vec<u8> {
        let mut room = vec![0_u8; 64];
        let mut written = self.write_piece(token, &mut room);
        if written < 0 {
            // It says how much it needs.
            room = vec![0; usize::try_from(written.unsigned_abs()).unwrap_or(0)];
            written = self.write_piece(token, &mut room);
        }
        room.truncate(usize::try_from(written).unwrap_or(0));
        room
    }

    fn write_piece(&self, token: Token, room: &mut [u8]) -> i32 {
        let length = i32::try_from(room.len()).unwrap_or(0);
        // SAFETY: the room is as long as we say and lives through the call.
        unsafe {
            sys::llama_token_to_piece(
                self.vocabulary(),
                token,
                room.as_mut_ptr().cast(),
                length,
                0,
                false,
            )
        }
    }

    /// Whether a token ends the answer.
    pub(super) fn is_end(&self, token: Token) -> bool {
        // SAFETY: the vocabulary is there.
        unsafe { sys::llama_vocab_is_eog(self.vocabulary(), token) }
    }

    /// The model's template with marks in the place of the words, where it has one that llama.cpp knows.
    pub(super) fn rendered_template(&self) -> Option<String> {
        // SAFETY: the model is there; no name asks for its own template.
        let template = unsafe { sys::llama_model_chat_template(self.model(), std::ptr::null()) };
        if template.is_null() {
            return None;
        }
        // SAFETY: a string of the model's, which lives as long as it.
        render(unsafe { CStr::from_ptr(template) })
    }
}

/// Far more than any template adds.
const TEMPLATE_BYTES: usize = 16 << 10;

fn render(template: &CStr) -> Option<String> {
    let marks = [c"system", c"user"].into_iter().zip([mark(SYSTEM), mark(USER)]);
    let (roles, contents): (Vec<_>, Vec<_>) = marks.unzip();
    let messages: Vec<_> = roles
        .iter()
        .zip(&contents)
        .map(|(role, content)| sys::llama_chat_message {
            role: role.as_ptr(),
            content: content.as_ptr(),
        })
        .collect();
    let mut room = vec![0_u8; TEMPLATE_BYTES];
    let length = i32::try_from(room.len()).ok()?;
    // SAFETY: the strings end in NUL and live through the call; the counts are those of list and room.
    let written = unsafe {
        sys::llama_chat_apply_template(
            template.as_ptr(),
            messages.as_ptr(),
            messages.len(),
            true,
            room.as_mut_ptr().cast::<c_char>(),
            length,
        )
    };
    let rendered = room.get(..usize::try_from(written).ok()?)?;
    String::from_utf8(rendered.to_vec()).ok()
}

fn mark(text: &str) -> std::ffi::CString {
    std::ffi::CString::new(text).unwrap_or_default()
}

impl Drop for Weights {
    fn drop(&mut self) {
        // SAFETY: the context that used it is gone: it is dropped first.
        unsafe { sys::llama_model_free(self.model()) };
    }
}
