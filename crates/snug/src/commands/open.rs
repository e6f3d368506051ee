//! `snug open`: the window.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::exit::Outcome;
use crate::store::PlaceArgs;
use crate::window::{self, Reason, Show, Window};

#[derive(Args)]
#[command(
    after_help = "The window is a page that this program serves on 127.0.0.1, for this user only, under a name that nobody can guess. It \
    opens in Chromium, Chrome, Brave, Edge, Vivaldi or Firefox, in a profile of its own without extensions, accounts or assistants, \
    which is deleted afterwards. The store need not be there yet: the window asks for what it needs.\n\n\
    It ends when the window is closed, or with Ctrl-C.\n\n\
    Where there is no display, or with --print, the address of the window is printed. It opens the window once, within a minute. \
    From another machine: `ssh -L PORT:127.0.0.1:PORT USER@HERE` with the port of that address.\n\n\
    Examples:\n  snug open\n  snug open --store ~/snug-work --language de\n  snug open --browser /opt/firefox/firefox\n  \
    snug open --print"
)]
pub(crate) struct Arguments {
    /// The language of the window [default: what the browser asks for].
    #[arg(long, value_name = "LANGUAGE", value_parser = ["de", "en"])]
    language: Option<String>,
    /// Lock the store after so many minutes without anybody; 0: never.
    #[arg(long, value_name = "MINUTES", default_value_t = 15, value_parser = clap::value_parser!(u32).range(0..=1440))]
    lock_after: u32,
    /// Open it in this browser.
    #[arg(long, value_name = "PATH", conflicts_with = "print")]
    browser: Option<PathBuf>,
    /// Print the address of the window instead of opening it.
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let window = Window {
        config: config(arguments)?,
        whose: None,
    };
    let show = match &arguments.browser {
        Some(browser) => Show::with(browser),
        None if arguments.print => Show::Printed(Reason::Wanted),
        None => Show::here(),
    };
    window::open(vec![window], &show)
}

fn config(arguments: &Arguments) -> Result<ui::Config, crate::exit::Failure> {
    let place = &arguments.place;
    // Before a browser is started for nothing. The window itself tries the lock when it opens the store.
    place.not_in_use()?;
    let mut config = ui::Config::new(place.folder()?, place.settings()?);
    config.language.clone_from(&arguments.language);
    let minutes = Duration::from_secs(60).saturating_mul(arguments.lock_after);
    config.lock_after = (!minutes.is_zero()).then_some(minutes);
    Ok(config)
}
