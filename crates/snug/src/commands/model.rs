//! `snug model`: the language models on this device.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use indicatif::{DecimalBytes, ProgressBar, ProgressStyle};
use models::{
    CATALOGUE, Digest, Entry, Expected, Installed, Machine, Name, Size, Step, Store, StoreError, Verdict,
    guessed_memory,
};
use serde::Serialize;

use super::model_pull;
use crate::exit::{Done, Failure, Outcome};
use crate::screen::tame;
use crate::store::data_folder;
use crate::{json, style};

#[derive(Args)]
#[command(
    after_help = "A model lies in a folder of yours under its SHA-256, which is checked before it is handed to the worker; nothing else ever reads \
    it. It is contained there, not trusted.\n\n\
    Exit codes: 1 you said no, 3 a file or the hub is not what it has to be, 4 no room, too little memory or not here, 5 the hub was not \
    reached.\n\nExamples:\n  snug model list\n  snug model pull qwen2.5-0.5b\n  snug model add model.gguf --name mine\n  snug model verify"
)]
pub(crate) struct Arguments {
    /// The folder of the models [default: $XDG_DATA_HOME/snug/models, else ~/.local/share/snug/models].
    #[arg(
        long,
        value_name = "DIR",
        env = "SNUG_MODELS",
        hide_env_values = true,
        global = true
    )]
    models: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the models that are here, and those that Snug knows.
    List(ListArguments),
    /// Download a model that Snug knows. It says how large it is, under which licence and from where, and asks first.
    Pull(model_pull::Arguments),
    /// Copy a GGUF file of yours into the store.
    Add(AddArguments),
    /// Remove a model, and what has come of a download of it.
    Rm(RemoveArguments),
    /// Read the files of all models, or of one, and compare their digests.
    Verify(VerifyArguments),
}

#[derive(Args)]
#[command(
    after_help = "JSON: {\"machine\": {\"memory\", \"available\"}, \"models\": [...]}, each model with {\"name\", \"title\", \"here\", \"begun\", \"sha256\", \
    \"digest\", \"bytes\", \"exact\", \"licence\", \"languages\", \"memory\", \"fits\", \"from\"}; sizes in bytes; digest says how the SHA-256 is known: \
    seen, published, pinned, first-download, or added for a file of yours; begun is what has come of an unfinished download; memory is what running it takes with \
    4,096 tokens, calculated and not measured."
)]
struct ListArguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct AddArguments {
    /// The file. It is copied, and stays where it is.
    file: PathBuf,
    /// What to call it [default: as the catalogue does if it knows the digest, else after the file].
    #[arg(long, value_name = "NAME")]
    name: Option<Name>,
}

#[derive(Args)]
struct RemoveArguments {
    /// The model.
    name: Name,
    /// Forget the digest that was kept since its first download too, so that the next one may bring another file.
    #[arg(long)]
    forget: bool,
}

#[derive(Args)]
#[command(
    after_help = "JSON: a list of {\"name\", \"sha256\", \"good\", \"found\"}; found is the digest of what lies there, or null where nothing does."
)]
struct VerifyArguments {
    /// One model instead of all.
    name: Option<Name>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let folder = match &arguments.models {
        Some(folder) => folder.clone(),
        None => data_folder("snug")
            .map_err(|_| {
                Failure::NotSetUp("there is no home folder here: name a place with --models".into())
            })?
            .join("models"),
    };
    let store = Store::at(&folder);
    match &arguments.command {
        Command::List(arguments) => list(&store, arguments),
        Command::Pull(arguments) => model_pull::run(&store, arguments),
        Command::Add(arguments) => add(&store, arguments),
        Command::Rm(arguments) => remove(&store, arguments),
        Command::Verify(arguments) => verify(&store, arguments),
    }
}

fn list(store: &Store, arguments: &ListArguments) -> Outcome {
    let machine = Machine::here();
    let models = Row::all(store, &machine)?;
    let (unnamed, unnamed_bytes) = store.unnamed()?;
    if arguments.json {
        let machine = MachineRow {
            memory: machine.memory,
            available: machine.available,
        };
        json::print(&mut io::stdout().lock(), &List { machine, models })?;
        return Ok(Done::Well);
    }
    let mut out = anstream::stdout().lock();
    let (here, known): (Vec<&Row>, Vec<&Row>) = models.iter().partition(|row| row.here);
    let (head, note) = (style::HEAD, style::NOTE);
    writeln!(out, "{head}Here{head:#}")?;
    if here.is_empty() {
        writeln!(out, "  none yet: `snug model pull NAME` gets one of those below")?;
    }
    here.iter().try_for_each(|row| row.print(&mut out))?;
    writeln!(out, "\n{head}Known{head:#}")?;
    known.iter().try_for_each(|row| row.print(&mut out))?;
    if let Some(memory) = machine.memory {
        writeln!(out, "\nThis machine has {} of memory.", DecimalBytes(memory))?;
    }
    if unnamed > 0 {
        writeln!(
            out,
            "{note}{unnamed} files without a name take {}: pull or add the same models again, or delete them in the folder{note:#}",
            DecimalBytes(unnamed_bytes)
        )?;
    }
    Ok(Done::Well)
}

#[derive(Serialize)]
struct List {
    machine: MachineRow,
    models: Vec<Row>,
}

#[derive(Serialize)]
struct MachineRow {
    memory: Option<u64>,
    available: Option<u64>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    title: Option<&'static str>,
    here: bool,
    begun: Option<u64>,
    sha256: Option<String>,
    digest: &'static str,
    bytes: u64,
    exact: bool,
    licence: Option<&'static str>,
    languages: &'static [&'static str],
    memory: u64,
    fits: bool,
    from: String,
}

impl Row {
    /// What the catalogue knows, the smallest first, then what a person added.
    fn all(store: &Store, machine: &Machine) -> Result<Vec<Self>, StoreError> {
        let mut here = store.list()?;
        let mut rows = Vec::new();
        for entry in CATALOGUE {
            let name = Name::parse(entry.name)?;
            let found = here.iter().position(|model| model.name == name);
            let installed = found.map(|at| here.remove(at));
            let kept = store.expected(&name)?;
            let begun = store.begun(&name)?;
            rows.push(Self::known(entry, installed.as_ref(), kept, begun, machine));
        }
        rows.extend(here.iter().map(|model| Self::added(model, machine)));
        Ok(rows)
    }

    fn known(
        entry: &Entry,
        installed: Option<&Installed>,
        kept: Option<Digest>,
        begun: Option<u64>,
        machine: &Machine,
    ) -> Self {
        let digest = match entry.expected {
            Expected::Seen(_) => "seen",
            Expected::Published(_) => "published",
            Expected::FirstDownload if kept.is_some() => "pinned",
            Expected::FirstDownload => "first-download",
        };
        Self {
            name: entry.name.to_owned(),
            title: Some(entry.title),
            here: installed.is_some(),
            begun,
            sha256: installed
                .map(|model| model.digest)
                .or(kept)
                .map(|digest| digest.to_string()),
            digest,
            bytes: installed.map_or(entry.size.bytes(), |model| model.bytes),
            exact: installed.is_some() || matches!(entry.size, Size::Exactly(_)),
            licence: Some(entry.licence),
            languages: entry.languages,
            memory: entry.memory(),
            fits: machine.fits(entry.memory()),
            from: installed.map_or_else(|| entry.from(), |model| model.from.clone()),
        }
    }

    fn added(model: &Installed, machine: &Machine) -> Self {
        let memory = guessed_memory(model.bytes);
        Self {
            name: model.name.to_string(),
            title: None,
            here: true,
            begun: None,
            sha256: Some(model.digest.to_string()),
            digest: "added",
            bytes: model.bytes,
            exact: true,
            licence: None,
            languages: &[],
            memory,
            fits: machine.fits(memory),
            from: model.from.clone(),
        }
    }

    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let (head, aside, good, note) = (style::NAME, style::ASIDE, style::GOOD, style::NOTE);
        let mark = if self.here { "✓" } else { " " };
        let size = DecimalBytes(self.bytes).to_string();
        let licence = self.licence.unwrap_or("a file of yours");
        writeln!(
            out,
            " {good}{mark}{good:#} {head}{:<20}{head:#} {size:>10}  {licence}",
            self.name
        )?;
        let title = self.title.unwrap_or("from a file");
        writeln!(out, "     {aside}{title}{aside:#}")?;
        let languages = match self.languages.split_first_chunk::<6>() {
            Some((first, [_, ..])) => format!("{} and more", first.join(" ")),
            _ => self.languages.join(" "),
        };
        let needs = format!("needs about {} of memory", DecimalBytes(self.memory));
        let needs = if languages.is_empty() {
            needs
        } else {
            format!("{languages}; {needs}")
        };
        if self.fits {
            writeln!(out, "     {aside}{needs}{aside:#}")?;
        } else {
            writeln!(
                out,
                "     {aside}{needs},{aside:#} {note}more than this machine has{note:#}"
            )?;
        }
        if let Some(begun) = self.begun {
            writeln!(
                out,
                "     {note}{} of it have come; pull it to go on{note:#}",
                DecimalBytes(begun)
            )?;
        }
        match &self.sha256 {
            Some(digits) if self.here => writeln!(out, "     {aside}sha256 {digits}{aside:#}"),
            _ => Ok(()),
        }
    }
}

fn add(store: &Store, arguments: &AddArguments) -> Outcome {
    let bar = Bar::new();
    let added = store.add(&arguments.file, arguments.name.as_ref(), &mut |step| bar.at(step));
    bar.clear();
    say_here(&added?)
}

/// What is here now.
pub(super) fn say_here(model: &Installed) -> Outcome {
    let mut out = anstream::stdout().lock();
    let good = style::GOOD;
    writeln!(
        out,
        "{good}{}{good:#}: {}, sha256 {}",
        model.name,
        DecimalBytes(model.bytes),
        model.digest
    )?;
    if model.is_pinned {
        writeln!(
            out,
            "Nobody here had seen this file before. Its digest is kept: from now on this name means this file."
        )?;
    }
    Ok(Done::Well)
}

fn remove(store: &Store, arguments: &RemoveArguments) -> Outcome {
    let freed = store.remove(&arguments.name, arguments.forget)?;
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "{} is removed, {} are free again",
        arguments.name,
        DecimalBytes(freed)
    )?;
    Ok(Done::Well)
}

fn verify(store: &Store, arguments: &VerifyArguments) -> Outcome {
    let mut models = store.list()?;
    if let Some(name) = &arguments.name {
        models.retain(|model| model.name == *name);
        if models.is_empty() {
            return Err(StoreError::NotInstalled.into());
        }
    }
    let bar = Bar::new();
    let mut checked = Vec::new();
    for model in models {
        let verdict = store.verify(&model.name, &mut |step| bar.at(step))?;
        checked.push((model, verdict));
    }
    bar.clear();
    if arguments.json {
        let rows: Vec<Checked> = checked.iter().map(Checked::of).collect();
        json::print(&mut io::stdout().lock(), &rows)?;
    } else {
        let mut out = anstream::stdout().lock();
        if checked.is_empty() {
            writeln!(out, "There is no model here.")?;
        }
        checked
            .iter()
            .try_for_each(|checked| print_checked(&mut out, checked))?;
    }
    let bad = checked
        .iter()
        .filter(|(_, verdict)| *verdict != Verdict::Good)
        .count();
    if bad > 0 {
        return Err(Failure::NotVerified(format!(
            "{bad} of {} models are not what was stored, and are not used: `snug model rm` them, then pull or add them again",
            checked.len()
        )));
    }
    Ok(Done::Well)
}

fn print_checked(out: &mut dyn Write, (model, verdict): &(Installed, Verdict)) -> io::Result<()> {
    let (good, bad) = (style::GOOD, style::BAD);
    match verdict {
        Verdict::Good => writeln!(out, " {good}✓{good:#} {}  sha256 {}", model.name, model.digest),
        Verdict::Differs(found) => {
            writeln!(
                out,
                " {bad}✗{bad:#} {}  sha256 {found}, stored as {}",
                model.name, model.digest
            )
        }
        Verdict::Gone => writeln!(out, " {bad}✗{bad:#} {}  the file is gone", model.name),
    }
}

#[derive(Serialize)]
struct Checked {
    name: String,
    sha256: String,
    good: bool,
    found: Option<String>,
}

impl Checked {
    fn of((model, verdict): &(Installed, Verdict)) -> Self {
        Self {
            name: tame(model.name.as_str()),
            sha256: model.digest.to_string(),
            good: *verdict == Verdict::Good,
            found: match verdict {
                Verdict::Good => Some(model.digest.to_string()),
                Verdict::Differs(found) => Some(found.to_string()),
                Verdict::Gone => None,
            },
        }
    }
}

/// How far a step is, on the terminal, once it takes more than a second.
pub(super) struct Bar {
    start: Instant,
    bar: ProgressBar,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            bar: ProgressBar::hidden(),
        }
    }

    pub(super) fn at(&self, step: Step) {
        let (what, done, of) = match step {
            Step::Copying(done, of) => ("copying", done, of),
            Step::Checking(done, of) => ("checking", done, of),
            Step::Loading(done, of) => ("loading", done, of),
            Step::Again => {
                self.bar.set_message("the connection broke, again");
                return;
            }
        };
        if self.bar.is_hidden() && self.start.elapsed().as_millis() > 1000 {
            let form = "{spinner} {msg} {decimal_bytes} of {decimal_total_bytes} [{bar:30}] {decimal_bytes_per_sec}, {eta} left";
            self.bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            self.bar.set_style(
                ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
        }
        // What came earlier is no speed of now.
        if self.bar.length() != Some(of) || done < self.bar.position() {
            self.bar.reset();
            self.bar.set_length(of);
            self.bar.set_position(done);
            self.bar.reset_eta();
        }
        self.bar.set_message(what);
        self.bar.set_position(done);
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
