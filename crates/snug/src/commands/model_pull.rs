//! `snug model pull`: the one command of these that uses the network, after it has said for what, and was told to.

use std::io::{self, BufRead as _, Write};
use std::path::PathBuf;

use anstream::eprintln;
use clap::Args;
use indicatif::DecimalBytes;
use models::{Entry, Expected, Machine, Name, Pulled, Roots, Settings, Size, Source, Store, Verdict};

use super::model::{Bar, say_here};
use crate::exit::{Done, Failure, Outcome};
use crate::style;

#[derive(Args)]
#[command(
    after_help = "The file comes from huggingface.co over TLS, and from nowhere else; that host sees this machine's address and which file it is, and \
    nothing more. A download that breaks off, in whatever way, is gone on with by the same command. It becomes a model only when its SHA-256 \
    is the right one. Proxies are not used.\n\nThe question is asked on the terminal and answered with y or n; no answer is no (exit code 1)."
)]
pub(crate) struct Arguments {
    /// The model, by a name of `snug model list`.
    name: Name,
    /// Do not ask: for programs.
    #[arg(long)]
    yes: bool,
    /// Also where this machine's memory is not enough to run it.
    #[arg(long)]
    anyway: bool,
    /// Believe this certificate authority too (PEM): for a network that looks into connections.
    #[arg(long, value_name = "FILE", env = "SNUG_AUTHORITY", hide_env_values = true)]
    authority: Option<PathBuf>,
}

pub(crate) fn run(store: &Store, arguments: &Arguments) -> Outcome {
    let entry = models::find(&arguments.name).ok_or_else(|| {
        Failure::Usage(
            "no model of this name is known: `snug model list` shows those that are, and `snug model add FILE` takes one of yours".into(),
        )
    })?;
    let is_here = store.list()?.iter().any(|model| model.name == arguments.name);
    let bar = Bar::new();
    if is_here && store.verify(&arguments.name, &mut |step| bar.at(step))? == Verdict::Good {
        bar.clear();
        println(&format!(
            "{} is here already, and is what it has to be.",
            entry.name
        ))?;
        return Ok(Done::Well);
    }
    bar.clear();
    if let Source::File(how) = entry.source {
        return Err(models::PullError::NotOnTheHub(how).into());
    }
    let machine = Machine::here();
    if !arguments.anyway {
        models::check_memory(entry, &machine)?;
    }
    let settings = Settings {
        roots: roots(arguments)?,
        ..Settings::default()
    };
    describe(store, entry, &machine)?;
    if !arguments.yes && !asked()? {
        eprintln!("Nothing was downloaded.");
        return Ok(Done::NegativeAnswer);
    }
    let bar = Bar::new();
    let pulled = models::pull(store, entry, &settings, &mut |step| bar.at(step));
    bar.clear();
    match pulled? {
        Pulled::Here(model) | Pulled::New(model) => say_here(&model),
    }
}

fn roots(arguments: &Arguments) -> Result<Roots, Failure> {
    let roots = Roots::default();
    match &arguments.authority {
        None => Ok(roots),
        Some(file) => {
            let pem = std::fs::read(file).map_err(Failure::Open)?;
            roots
                .with_pem(&pem)
                .map_err(|error| Failure::Usage(error.to_string()))
        }
    }
}

/// What would be downloaded, before anything is.
fn describe(store: &Store, entry: &Entry, machine: &Machine) -> Result<(), Failure> {
    let (head, aside, note) = (style::HEAD, style::ASIDE, style::NOTE);
    eprintln!("{head}{}{head:#}  {}", entry.name, entry.title);
    let about = if matches!(entry.size, Size::About(_)) {
        "about "
    } else {
        ""
    };
    eprintln!("  size      {about}{}", DecimalBytes(entry.size.bytes()));
    eprintln!("  licence   {}", entry.licence);
    eprintln!("  languages {}", entry.languages.join(" "));
    eprintln!("  from      {}", entry.from());
    let name = Name::parse(entry.name).map_err(models::StoreError::from)?;
    let expected = store
        .expected(&name)?
        .map(|digest| digest.to_string())
        .unwrap_or_default();
    match entry.expected {
        Expected::Seen(digits) => eprintln!("  sha256    {digits}"),
        Expected::Published(digits) => {
            eprintln!(
                "  sha256    {digits}\n            {aside}as several projects publish it; any other file is refused{aside:#}"
            );
        }
        Expected::FirstDownload if expected.is_empty() => {
            eprintln!(
                "  sha256    not known yet: this first download shows it, and it is kept to from then on"
            );
        }
        Expected::FirstDownload => {
            eprintln!(
                "  sha256    {expected}\n            {aside}as on the first download; any other file is refused{aside:#}"
            );
        }
    }
    eprintln!("  memory    about {} to run it", DecimalBytes(entry.memory()));
    if machine
        .available
        .is_some_and(|available| available < entry.memory())
    {
        eprintln!("            {note}more than is free on this machine now{note:#}");
    }
    if let Some(begun) = store.begun(&name)?.filter(|begun| *begun > 0) {
        eprintln!("  {} of it are here already.", DecimalBytes(begun));
    }
    eprintln!("  huggingface.co will see this machine's address and which file it is.");
    Ok(())
}

/// Whether the person says yes.
fn asked() -> Result<bool, Failure> {
    anstream::eprint!("Download it? [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::Read::take(&mut io::stdin().lock(), 100).read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

fn println(line: &str) -> io::Result<()> {
    writeln!(anstream::stdout().lock(), "{line}")
}
