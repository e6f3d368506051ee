//! What can be typed. The help that people read and the completions of their shells come from here.

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

#[cfg(feature = "ai")]
use crate::commands;
use crate::commands::{account, chat, completions, consent, import, journal, open, server, sync};
use crate::exit::{Done, Failure, Outcome};
use crate::harden;

#[derive(Parser)]
#[command(
    name = "snug",
    version,
    about = "An end-to-end encrypted messenger whose AI stays in the room.",
    long_about = "Snug carries the messages of a chat from device to device, encrypted end to end, through a server that \
        anybody can run and that nobody has to trust with them. It catches you up on what you have not read, on this \
        device, in a process that the kernel has cut off from network, files and other programs, and only where every \
        member of the chat agrees. It also reads the exports of other messengers.\n\n\
        Linux today; not audited; no release.",
    after_help = "Examples:\n  snug demo\n  snug open\n  snug server\n  \
        snug account create --name Priya --server 127.0.0.1:7764\n  snug chat new 'Flat 4B' ADDRESS\n  \
        snug chat read flat\n  snug catchup flat\n  snug consent flat off\n  \
        snug catchup 'WhatsApp Chat with Flat 3B.txt' --me Priya\n\n\
        Exit codes: 0 ok, 1 the answer is no, 2 wrong use or unreadable file, 3 something did not verify,\n\
        4 something is missing here, 5 no server was reached, 70 a bug of ours.",
    max_term_width = 100,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// See all of it on this machine: a server, five people, a chat, its key messages, and a veto.
    #[cfg(feature = "ai")]
    Demo(commands::demo::Arguments),
    /// Open the window.
    Open(open::Arguments),
    /// Make an account, or show its address.
    Account(account::Arguments),
    /// Make, read and write chats.
    Chat(chat::Arguments),
    /// Show or say what AI may do in a chat.
    Consent(consent::Arguments),
    /// Show the key messages of the part of a chat that you have not read.
    #[cfg(feature = "ai")]
    Catchup(commands::catchup::Arguments),
    /// Get, list, check and remove language models. Only `pull` uses the network.
    #[cfg(feature = "ai")]
    Model(commands::model::Arguments),
    /// Show every use of AI in this store, and every refusal.
    Journal(journal::Arguments),
    /// Send what waits, and take in what came.
    Sync(sync::Arguments),
    /// Keep an exported chat as an archive, or say what is in it.
    Import(import::Arguments),
    /// Run a server.
    Server(server::Arguments),
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
    let Some(Cli { command }) = parse()? else {
        return Ok(Done::Well);
    };
    if command.may_open_something() {
        harden::process()?;
    }
    match command {
        #[cfg(feature = "ai")]
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Open(arguments) => open::run(&arguments),
        Command::Account(arguments) => account::run(&arguments),
        Command::Chat(arguments) => chat::run(&arguments),
        Command::Consent(arguments) => consent::run(&arguments),
        #[cfg(feature = "ai")]
        Command::Catchup(arguments) => commands::catchup::run(&arguments),
        #[cfg(feature = "ai")]
        Command::Model(arguments) => commands::model::run(&arguments),
        Command::Journal(arguments) => journal::run(&arguments),
        Command::Sync(arguments) => sync::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Server(arguments) => server::run(&arguments),
        #[cfg(feature = "ai")]
        Command::Sandbox(arguments) => commands::sandbox::run(&arguments),
        #[cfg(feature = "ai")]
        Command::Doctor(arguments) => commands::doctor::run(&arguments),
        #[cfg(feature = "ai")]
        Command::Eval(arguments) => commands::eval::run(&arguments),
        Command::Completions { shell } => completions::run(shell, &mut Cli::command()),
    }
}

impl Command {
    /// All but the one that shows what a process without a wall may do to its parent: of that the kernel would refuse a part
    /// of its own accord.
    fn may_open_something(&self) -> bool {
        #[cfg(feature = "ai")]
        if matches!(self, Self::Sandbox(_)) {
            return false;
        }
        true
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
