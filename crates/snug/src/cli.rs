//! What can be typed. The help that people read and the completions of their shells come from here.

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

#[cfg(feature = "ai")]
use crate::commands;
use crate::commands::{completions, import};
use crate::exit::{Done, Failure, Outcome};

#[derive(Parser)]
#[command(
    name = "snug",
    version,
    about = "Catch up on a group chat, on this device, without a network, an account or a model.",
    long_about = "Snug reads the export of a group chat and shows the key messages that you missed, each with the \
        numbers of the messages it quotes. Everything happens on this device: there is no account, no network \
        and no language model. The part that picks the lines runs in a process that the kernel has cut off from \
        network, files and other programs; `snug sandbox` shows that on your own machine.",
    after_help = "Examples:\n  snug catchup 'WhatsApp Chat with Flat 3B.txt' --me Priya\n  \
        snug catchup result.json --chat 'Flat 3B' --last 50 --items 5\n  \
        snug import _chat.zip --dry-run\n  snug sandbox\n\n\
        Exit codes: 0 ok, 1 the answer is no, 2 wrong use or unreadable file, 3 an answer was refused,\n\
        4 something is missing here, 70 a bug of ours.",
    max_term_width = 100,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the key messages of the part of a chat that you have not read.
    #[cfg(feature = "ai")]
    Catchup(commands::catchup::Arguments),
    /// Read an exported chat and say what is in it.
    Import(import::Arguments),
    /// Try everything that the worker must not do, and print what the kernel answers.
    #[cfg(feature = "ai")]
    Sandbox(commands::sandbox::Arguments),
    /// Show what this system offers, layer by layer.
    #[cfg(feature = "ai")]
    Doctor(commands::doctor::Arguments),
    /// Measure how good the key messages are, on chats with known answers.
    #[cfg(feature = "ai")]
    Eval(commands::eval::Arguments),
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// The order of day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DateOrder {
    /// 31.12.2020
    #[value(name = "DMY", alias = "dmy")]
    Dmy,
    /// 12/31/2020
    #[value(name = "MDY", alias = "mdy")]
    Mdy,
    /// 2020-12-31
    #[value(name = "YMD", alias = "ymd")]
    Ymd,
}

impl From<DateOrder> for ::import::DateOrder {
    fn from(order: DateOrder) -> Self {
        match order {
            DateOrder::Dmy => Self::Dmy,
            DateOrder::Mdy => Self::Mdy,
            DateOrder::Ymd => Self::Ymd,
        }
    }
}

/// Reads the command line and does what it says.
pub(crate) fn run() -> Outcome {
    match parse()?.map(|cli| cli.command) {
        None => Ok(Done::Well),
        #[cfg(feature = "ai")]
        Some(Command::Catchup(arguments)) => commands::catchup::run(&arguments),
        Some(Command::Import(arguments)) => import::run(&arguments),
        #[cfg(feature = "ai")]
        Some(Command::Sandbox(arguments)) => commands::sandbox::run(&arguments),
        #[cfg(feature = "ai")]
        Some(Command::Doctor(arguments)) => commands::doctor::run(&arguments),
        #[cfg(feature = "ai")]
        Some(Command::Eval(arguments)) => commands::eval::run(&arguments),
        Some(Command::Completions { shell }) => completions::run(shell, &mut Cli::command()),
    }
}

/// Help and version are answers, everything else that clap says is a wrong use.
fn parse() -> Result<Option<Cli>, Failure> {
    match Cli::try_parse() {
        Ok(cli) => Ok(Some(cli)),
        Err(said) if said.use_stderr() => said.exit(),
        Err(said) => said.print().map(|()| None).map_err(Failure::Output),
    }
}
