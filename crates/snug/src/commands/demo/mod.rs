//! `snug demo`: the whole of it on one machine. A real server on a loopback port, an account and a store for each of the
//! five people of a flat, and their chat sent through all of it: MLS, envelopes, WebSocket, SQLite. Then the key messages
//! for the one who was away, and what happens when somebody says no. Where there is a display it goes on in a window.
//!
//! Only the words and their times come from a file; each device's clock shows what the file says, until a
//! window opens.

mod flat;
mod people;
mod place;
mod steps;
mod windows;

use std::path::PathBuf;
use std::time::Instant;

use chat::Suite;
use chat::consent::Wish;
use clap::Args;
use client::ai::Part;

use crate::commands::catchup::{Asked, Shown, ask, print_refusal, show};
use crate::exit::{Done, Failure, Outcome};
use crate::layout::paragraph;
use crate::screen::tame;
use crate::style;
use crate::window::has_display;

use people::{PASSPHRASE, People, Person};
use place::Place;
use steps::Steps;

/// Who was away and reads.
const READER: &str = "Priya";
/// Who says no, and then yes again.
const DOUBTER: &str = "Dex";
/// The lines of the catch-up.
const ITEMS: u16 = 8;

#[derive(Args)]
#[command(
    after_help = "Where there is a display, the demo goes on in a window of a browser, until that is closed. Nothing leaves this machine, and everything is deleted in the end unless --keep names a folder.\n\n\
    JSON: what `snug catchup CHAT --json` prints; the steps go to standard error.\n\n\
    Examples:\n  snug demo\n  snug demo --windows 3\n  snug demo --headless"
)]
pub(crate) struct Arguments {
    /// Stay in the terminal: open no window.
    #[arg(long)]
    headless: bool,
    /// Print the key messages as JSON.
    #[arg(long)]
    json: bool,
    /// Open so many windows at the end, where there is a display: for Priya first, then Dex, then the others.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=5))]
    windows: u8,
    /// Keep the stores and the server's database in this folder, which must not be there yet.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let mut steps = Steps::new(arguments.json);
    let place = Place::new(arguments.keep.as_deref())?;
    steps.say(&format!(
        "A server listens on {}, on this machine only.",
        place.address()
    ))?;
    let said = flat::said()?;
    let mut people = People::gather(&place, &said)?;
    steps.say(&format!(
        "{} each have an account there, and a device with an encrypted store of its own.",
        people.names()
    ))?;
    people.found_chat(Suite::XWing)?;
    steps.say(&format!(
        "The first of them makes the chat \"{}\" with the post-quantum suite and invites the others, who join.",
        flat::TITLE
    ))?;
    talk(&people, &said, &mut steps)?;
    catch_up(&people, &mut steps)?;
    veto(&people, &mut steps)?;
    if arguments.is_for_windows() {
        show_windows(people, &place, arguments.windows, &mut steps)?;
    } else {
        drop(people);
    }
    farewell(&place, &steps)?;
    Ok(Done::Well)
}

impl Arguments {
    fn is_for_windows(&self) -> bool {
        self.windows > 0 && !self.headless && !self.json
    }
}

fn show_windows(people: People, place: &Place, count: u8, steps: &mut Steps) -> Result<(), Failure> {
    if has_display() {
        return windows::open(people, place, usize::from(count), steps);
    }
    println(steps)?;
    let words = "With a display, a window would open now. Without one, `snug open --print` prints the address of a window on a store.";
    Ok(paragraph(&mut steps.out(), style::ASIDE, words)?)
}

/// The chat of the file; the reader has read up to their own last message.
fn talk(people: &People, said: &[flat::Said], steps: &mut Steps) -> Result<(), Failure> {
    let start = Instant::now();
    people.talk(said)?;
    let took = start.elapsed().as_millis();
    let unread = people.named(READER)?.read_up_to_own_last()?;
    let each = took.checked_div(said.len() as u128).unwrap_or(took);
    steps.say(&format!(
        "They send each other {} messages, end-to-end encrypted through the server, {each} ms each. {READER} was away for \
         the last {unread}.",
        said.len()
    ))?;
    Ok(())
}

fn catch_up(people: &People, steps: &mut Steps) -> Result<(), Failure> {
    steps.say(&format!("{READER} asks for the key messages."))?;
    let Asked::Answered(shown) = question(people.named(READER)?)? else {
        return Err(unexpected());
    };
    if !steps.for_a_program() {
        println(steps)?;
    }
    show(&shown, steps.for_a_program())?;
    Ok(())
}

/// One member says no: the reader's next question is refused. Then yes again.
fn veto(people: &People, steps: &mut Steps) -> Result<(), Failure> {
    let (reader, doubter) = (people.named(READER)?, people.named(DOUBTER)?);
    doubter.say(Wish::Off)?;
    reader.sync()?;
    steps.say(&format!("{DOUBTER} says `off`. {READER} asks again."))?;
    let Asked::Refused { refusal, .. } = question(reader)? else {
        return Err(unexpected());
    };
    print_refusal(&mut steps.out(), &refusal)?;
    doubter.say(Wish::OnDevice)?;
    reader.sync()?;
    let Asked::Answered(shown) = question(reader)? else {
        return Err(unexpected());
    };
    steps.say(&format!(
        "{DOUBTER} says `on-device` again. {READER} asks once more and is answered, with {} lines.",
        Shown::lines(&shown)
    ))?;
    let journal = reader.client.journal(3).wait()?;
    let outcomes: Vec<String> = journal.iter().rev().map(|line| tame(&line.outcome)).collect();
    steps.say(&format!(
        "The journal in {READER}'s store: {}.",
        outcomes.join(", ")
    ))?;
    Ok(())
}

fn question(reader: &Person) -> Result<Asked, Failure> {
    ask(&reader.client, reader.chat()?, Part::Unread, ITEMS, None)
}

fn println(steps: &Steps) -> std::io::Result<()> {
    use std::io::Write as _;
    writeln!(steps.out())
}

fn unexpected() -> Failure {
    Failure::Usage("the chat of the demo does not obey its members: report it".into())
}

fn farewell(place: &Place, steps: &Steps) -> Result<(), Failure> {
    println(steps)?;
    let words = match place.kept() {
        Some(_) => format!(
            "Everything is kept in the folder you named; the passphrase of each store is \"{PASSPHRASE}\", and `snug server \
             --store DIR/server.db --listen {}` runs the server again.",
            place.address()
        ),
        None => {
            "Everything that the demo made is deleted. `snug --help` shows how to do the same with others."
                .to_owned()
        }
    };
    Ok(paragraph(&mut steps.out(), style::ASIDE, &words)?)
}
