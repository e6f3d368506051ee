//! The end of the demo where there is a display: a window for some of the people, over the clients that they have been using all the
//! time. The others stay reachable: their devices listen and take in what comes, and say nothing of their own.

use client::Events;

use super::people::{PASSPHRASE, People, Person};
use super::place::Place;
use super::steps::Steps;
use super::{DOUBTER, READER};
use crate::browser::Browser;
use crate::exit::Failure;
use crate::window::{self, Show, Window};

/// Opens so many windows, and comes back when all of them are closed.
pub(super) fn open(people: People, place: &Place, count: usize, steps: &mut Steps) -> Result<(), Failure> {
    people.follow_the_real_clock();
    let mut people = people.in_order(&[READER, DOUBTER]);
    // Whoever wrote last has read what was before.
    for person in &people {
        person.read_up_to_own_last()?;
    }
    let others = people.split_off(count.min(people.len()));
    let listening = listen(&others)?;
    steps.say(&words(&people))?;
    place.interrupts_are_ours();
    let windows = people.into_iter().map(|person| window(person, place)).collect();
    window::open(windows, &Show::In(Browser::all()))?;
    drop((listening, others));
    Ok(())
}

fn words(people: &[Person]) -> String {
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    let whose = match names.split_last() {
        Some((last, [])) => format!("A window opens for {last}"),
        Some((last, rest)) => format!("Windows open for {} and {last}", rest.join(", ")),
        None => "No window opens".to_owned(),
    };
    format!(
        "{whose}, with the chat as it is now, on the real clock. Should a window lock itself, the passphrase is \"{PASSPHRASE}\". The demo goes \
         on until the last window is closed, or until Ctrl-C."
    )
}

/// The client goes to the window: when that locks itself, the store is closed.
fn window(person: Person, place: &Place) -> Window {
    let mut config = ui::Config::new(place.store_of(&person.name), person.settings);
    config.open = Some(person.client);
    config.hint = Some(format!("Demo: \"{PASSPHRASE}\""));
    Window {
        config,
        whose: Some(person.name),
    }
}

/// As long as these are kept, what comes is taken in at once.
fn listen(people: &[Person]) -> Result<Vec<Events>, Failure> {
    let listen = |person: &Person| person.client.listen().wait();
    Ok(people.iter().map(listen).collect::<Result<_, _>>()?)
}
