//! What to start.

use std::path::Path;

use worker::{ModelFile, Program};

use crate::{Fit, Settings};

/// The program `snug-model` at `path` with an open model whose digest was checked, on a processor that can run it.
#[must_use]
pub fn program(_: Fit, path: &Path, model: ModelFile, settings: Settings) -> Program {
    Program::at(path).with_model(model, settings.arguments())
}
