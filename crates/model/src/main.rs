//! `snug-model`: the worker with a language model. `snug` starts it; by hand it says what it is.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(all(
        feature = "llama",
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))]
    worker::entry_with_model(std::env::args_os().skip(1), model::stages());
    let (word, code) = if cfg!(feature = "llama") {
        (what_it_is(), ExitCode::SUCCESS)
    } else {
        (WITHOUT.into(), ExitCode::from(4))
    };
    // Nobody is there to be told that this failed.
    let _ = writeln!(std::io::stdout(), "{word}");
    code
}

const WITHOUT: &str = "snug-model was built without a model's engine; build it with `make model`";

fn what_it_is() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let fit =
        model::Fit::check().map_or_else(|unfit| unfit.to_string(), |_| "this processor can run it".into());
    format!("snug-model {version}: the worker with a language model, which snug starts; {fit}")
}
