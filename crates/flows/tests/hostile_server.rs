//! What a server can do to honest clients, and what they do then: refuse or repair, and say so. Never a wrong message,
//! never one twice, never a ceiling that nobody agreed to, never a look that does not end. Each script has its control:
//! over the same server in between, honest, the same people see no warning.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chat::Suite;
use chat::consent::{Ceiling, Wish};
use client::api::{ChatId, ChatState, Delivery};
use delivery::{Answer, Append, Body, Entry, Page, Refusal, Request, Slot, SlotKind};
use flows::{Between, Deed, Person, Rogue, Town};

const FLAT: &str = "Flat 3B";

/// Ana, Bob and Cleo in one chat, all over the server in between.
struct Scene {
    town: Town,
    between: Between,
    people: Vec<Person>,
}

impl Scene {
    fn new() -> Self {
        Self::of(Town::new(), &["Ana", "Bob", "Cleo"])
    }

    fn of(town: Town, names: &[&str]) -> Self {
        let between = Between::new(&town);
        let people: Vec<_> = names
            .iter()
            .map(|name| town.person_at(name, between.address()))
            .collect();
        let others: Vec<_> = people.iter().skip(1).collect();
        let _ = people[0].new_chat(FLAT, &others);
        let scene = Self {
            town,
            between,
            people,
        };
        scene.look();
        scene
    }

    fn ana(&self) -> &Person {
        &self.people[0]
    }

    fn bob(&self) -> &Person {
        &self.people[1]
    }

    fn cleo(&self) -> &Person {
        &self.people[2]
    }

    /// Everybody looks, twice, and there is nothing to warn of.
    fn look(&self) {
        for person in self.people.iter().chain(&self.people) {
            let report = person.sync();
            assert_eq!(
                (report.offline, report.warnings),
                (None, vec![]),
                "{}",
                person.name
            );
        }
    }

    fn say(&self, person: &Person, words: &str) {
        assert_eq!(person.say(flat(person), words).delivery, Delivery::Sent);
    }

    /// Ana, Bob who has read that, Ana who has read that.
    fn three(&self, round: &str) -> Vec<String> {
        let said = ["one", "two", "three"].map(|word| format!("{round} {word}"));
        self.say(self.ana(), &said[0]);
        self.bob().sync();
        self.say(self.bob(), &said[1]);
        self.ana().sync();
        self.say(self.ana(), &said[2]);
        said.into()
    }

    /// A new epoch, which everybody has reached.
    fn turn(&self) {
        let wish = match ceiling(self.ana()) {
            Ceiling::Off => Wish::OnDevice,
            _ => Wish::Off,
        };
        self.ana()
            .client()
            .set_consent(flat(self.ana()), wish)
            .wait()
            .unwrap();
        for person in self.people.iter().chain(&self.people) {
            person.sync();
        }
    }

    /// All of these were heard by everybody, once, and nothing that was not said.
    fn all_heard(&self, words: &[String]) {
        for person in &self.people {
            let heard = person.heard(flat(person));
            for word in words {
                let times = heard.iter().filter(|(_, heard)| heard == word).count();
                assert_eq!(times, 1, "{} heard {word:?} {times} times", person.name);
            }
            nothing_twice(person);
        }
    }
}

fn flat(person: &Person) -> ChatId {
    person.chat(FLAT)
}

fn ceiling(person: &Person) -> Ceiling {
    person.client().consent(flat(person)).wait().unwrap().ceiling
}

fn nothing_twice(person: &Person) {
    let heard = person.heard(flat(person));
    let mut once = heard.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), heard.len(), "{} heard something twice", person.name);
}

fn lines(person: &Person, part: &str) -> usize {
    let lines = person.lines(flat(person));
    lines.iter().filter(|line| line.contains(part)).count()
}

fn junk(seed: u8, kind: SlotKind) -> Slot {
    Slot {
        seq: 0,
        kind,
        body: Body::from(vec![seed; 512]),
    }
}

#[test]
fn control_an_honest_server_in_between_is_not_noticed() {
    let scene = Scene::new();
    let mut words = scene.three("a");
    scene.look();
    scene
        .bob()
        .client()
        .set_consent(flat(scene.bob()), Wish::Off)
        .wait()
        .unwrap();
    scene.look();
    words.extend(scene.three("b"));
    scene.look();
    scene.between.change_pages(|slots| slots);
    words.extend(scene.three("c"));
    scene.look();
    scene.all_heard(&words);
    for person in &scene.people {
        assert_eq!(lines(person, "server"), 0);
        assert_eq!(ceiling(person), Ceiling::Off);
    }
}

type Lie = (&'static str, fn(Vec<Slot>) -> Vec<Slot>);

/// What is done to the three messages of a round on their way to Cleo.
const LIES: [Lie; 10] = [
    ("turned round", |mut slots| {
        slots.reverse();
        slots
    }),
    ("two swapped", |mut slots| {
        let last = slots.len() - 1;
        slots.swap(last, last - 1);
        slots
    }),
    ("first repeated", |mut slots| {
        slots.insert(0, slots[0].clone());
        slots
    }),
    ("last repeated", |mut slots| {
        slots.push(slots[slots.len() - 1].clone());
        slots
    }),
    ("first left out", |mut slots| {
        slots.remove(0);
        slots
    }),
    ("second left out", |mut slots| {
        slots.remove(1);
        slots
    }),
    ("one made up in front", |mut slots| {
        slots.insert(0, junk(7, SlotKind::Message));
        slots
    }),
    ("one made up in place of another", |mut slots| {
        slots[1] = junk(7, SlotKind::Message);
        slots
    }),
    ("a notice made up in front", |mut slots| {
        slots.insert(0, junk(7, SlotKind::Notice));
        slots
    }),
    ("one said to be a notice", |mut slots| {
        slots[0].kind = SlotKind::Notice;
        slots
    }),
];

#[test]
fn another_log_is_noticed_and_read_again_when_the_server_is_honest() {
    let scene = Scene::new();
    for (lie, change) in LIES {
        scene.turn();
        let mut words = scene.three(lie);
        scene
            .between
            .change_pages(move |slots| if slots.len() < 3 { slots } else { change(slots) });
        let mut told = scene.cleo().sync().warnings;
        nothing_twice(scene.cleo());
        scene.between.be_honest();
        scene.say(scene.ana(), &format!("{lie} four"));
        words.push(format!("{lie} four"));
        told.extend(scene.cleo().sync().warnings);
        assert!(!told.is_empty(), "{lie}: Cleo was not told");
        scene.bob().sync();
        scene.ana().sync();
        scene.all_heard(&words);
        // And it is over.
        scene.turn();
        scene.look();
    }
}

#[test]
fn what_is_held_back_at_the_end_comes_later_and_is_not_noticed() {
    let scene = Scene::new();
    let words = scene.three("late");
    scene
        .between
        .change_pages(|slots| slots.into_iter().take(1).collect());
    assert_eq!(
        scene.cleo().sync().warnings,
        Vec::<String>::new(),
        "silence looks like this too"
    );
    scene.between.be_honest();
    assert_eq!(scene.cleo().sync().warnings, Vec::<String>::new());
    scene.bob().sync();
    scene.all_heard(&words);
}

#[test]
fn a_gap_is_refused_and_what_came_before_it_is_kept() {
    let scene = Scene::new();
    let words = scene.three("gap");
    scene.between.play(|request| match request {
        Request::Fetch { .. } => Deed::Change(Box::new(|answer| match answer {
            Answer::Slots(mut page) if page.slots.len() == 3 => {
                page.slots.remove(1);
                Answer::Slots(page)
            }
            other => other,
        })),
        _ => Deed::Honest,
    });
    let report = scene.cleo().sync();
    assert_eq!(report.received, 1);
    assert!(report.warnings[0].contains("left out"), "{:?}", report.warnings);
    // Held back whole, with the right count, is a gap too.
    scene.between.play(|request| match request {
        Request::Fetch { .. } => Deed::Change(Box::new(|answer| match answer {
            Answer::Slots(page) => Answer::Slots(Page {
                slots: Vec::new(),
                ..page
            }),
            other => other,
        })),
        _ => Deed::Honest,
    });
    assert!(!scene.cleo().sync().warnings.is_empty());
    scene.between.be_honest();
    scene.look();
    scene.all_heard(&words);
}

#[test]
fn a_change_of_the_chat_that_is_withheld_or_replaced_is_followed_later() {
    let scene = Scene::new();
    let lies: [Lie; 5] = [
        ("commit left out", |slots| {
            slots
                .into_iter()
                .filter(|slot| slot.kind != SlotKind::Commit)
                .collect()
        }),
        ("commit replaced", |slots| {
            let replaced = |slot: Slot| match slot.kind {
                SlotKind::Commit => junk(3, SlotKind::Commit),
                _ => slot,
            };
            slots.into_iter().map(replaced).collect()
        }),
        ("commit said to be a message", |mut slots| {
            slots.iter_mut().for_each(|slot| slot.kind = SlotKind::Message);
            slots
        }),
        ("commit made up in front", |mut slots| {
            slots.insert(0, junk(5, SlotKind::Commit));
            slots
        }),
        ("commit twice", |slots| {
            slots
                .iter()
                .flat_map(|slot| [slot.clone(), slot.clone()])
                .collect()
        }),
    ];
    for (lie, change) in lies {
        let before = format!("{lie} before");
        scene.say(scene.ana(), &before);
        scene
            .ana()
            .client()
            .set_consent(flat(scene.ana()), Wish::Off)
            .wait()
            .unwrap();
        let after = format!("{lie} after");
        scene.say(scene.ana(), &after);
        scene.between.change_pages(change);
        scene.cleo().sync();
        assert!(ceiling(scene.cleo()) <= Ceiling::OnDevice);
        scene.between.be_honest();
        let words = format!("{lie} Cleo");
        for _ in 0..2 {
            scene.cleo().sync();
        }
        assert_eq!(
            scene.cleo().say(flat(scene.cleo()), &words).delivery,
            Delivery::Sent,
            "{lie}"
        );
        for person in scene.people.iter().chain(&scene.people) {
            person.sync();
        }
        scene.all_heard(&[before, after, words]);
        for person in &scene.people {
            assert_eq!(ceiling(person), Ceiling::Off, "{lie}: {}", person.name);
        }
        scene
            .ana()
            .client()
            .set_consent(flat(scene.ana()), Wish::OnDevice)
            .wait()
            .unwrap();
        for person in &scene.people {
            person.sync();
        }
        scene.look();
    }
}

#[test]
fn a_lowering_that_is_withheld_leaves_a_ceiling_for_the_rest_of_the_lease_and_no_longer() {
    let scene = Scene::new();
    for person in &scene.people {
        person.client().set_confidential(flat(person)).wait().unwrap();
    }
    scene.look();
    assert_eq!(ceiling(scene.cleo()), Ceiling::Confidential);
    let bob = scene.bob();
    bob.client()
        .set_consent(flat(bob), Wish::OnDevice)
        .wait()
        .unwrap();
    scene.between.change_pages(|_| Vec::new());
    scene.cleo().sync();
    assert_eq!(ceiling(scene.cleo()), Ceiling::Confidential, "Cleo does not know");
    let week = 7 * 24 * 60 * 60;
    scene.town.set_clock(scene.town.now().unix_seconds() + week);
    scene.cleo().sync();
    assert_eq!(ceiling(scene.cleo()), Ceiling::OnDevice, "the lease is over");
    scene.between.be_honest();
    scene.cleo().sync();
    assert_eq!(ceiling(scene.cleo()), Ceiling::OnDevice);
    let info = scene.cleo().client().consent(flat(scene.cleo())).wait().unwrap();
    assert!(info.held_by.contains(&"Bob".to_owned()));
}

#[test]
fn a_lowering_that_is_cut_out_is_noticed_with_the_next_message() {
    let scene = Scene::new();
    let bob = scene.bob();
    bob.client().set_consent(flat(bob), Wish::Off).wait().unwrap();
    scene.ana().sync();
    // Of the lowering and its commit, Cleo is shown the commit: it says the same.
    scene.between.change_pages(|slots| {
        slots
            .into_iter()
            .filter(|slot| slot.kind != SlotKind::Message)
            .collect()
    });
    scene.cleo().sync();
    assert_eq!(ceiling(scene.cleo()), Ceiling::Off);
    scene.between.be_honest();
    scene.look();
}

#[test]
fn old_slots_and_slots_of_another_mailbox_are_left_out() {
    let scene = Scene::new();
    let kept: Arc<Mutex<Vec<Slot>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let first = scene.three("old");
    scene.between.change_pages(move |slots| {
        keep.lock().unwrap().extend(slots.iter().cloned());
        slots
    });
    scene.cleo().sync();
    scene.turn();
    let second = scene.three("new");
    let old = kept.lock().unwrap().clone();
    assert!(old.iter().any(|slot| slot.kind == SlotKind::Message));
    scene.between.change_pages(move |slots| {
        let mut all: Vec<_> = old.clone();
        all.extend(slots);
        all
    });
    let report = scene.cleo().sync();
    assert!(!report.warnings.is_empty());
    nothing_twice(scene.cleo());
    scene.between.be_honest();
    for _ in 0..2 {
        scene.cleo().sync();
        scene.bob().sync();
    }
    scene.all_heard(&[first, second].concat());

    // Another chat's mailbox under this one's name.
    let other = scene.ana().new_chat("Other", &[scene.cleo()]);
    scene.ana().say(other, "for the other chat");
    let third = scene.three("third");
    let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
    let fetches = Arc::clone(&seen);
    scene.between.play(move |request| {
        let mut seen = fetches.lock().unwrap();
        let Request::Fetch { mailbox: asked, .. } = request else {
            return Deed::Honest;
        };
        let is_same =
            |earlier: &Request| matches!(earlier, Request::Fetch { mailbox, .. } if mailbox == asked);
        if !seen.iter().any(is_same) {
            seen.push(request.clone());
        }
        let another = seen.iter().find(|earlier| !is_same(earlier)).cloned();
        another.map_or(Deed::Honest, Deed::Instead)
    });
    for _ in 0..3 {
        scene.cleo().sync();
        nothing_twice(scene.cleo());
    }
    scene.between.be_honest();
    for _ in 0..3 {
        scene.cleo().sync();
        scene.bob().sync();
    }
    scene.all_heard(&third);
    let heard = scene.cleo().heard(scene.cleo().chat("Other"));
    assert_eq!(heard, [("Ana".to_owned(), "for the other chat".to_owned())]);
}

#[test]
fn a_flood_of_made_up_slots_ends_the_look_and_not_the_chat() {
    let scene = Scene::new();
    let words = scene.three("flood");
    for kind in [SlotKind::Message, SlotKind::Commit] {
        scene.between.play(move |request| match *request {
            Request::Fetch { after, .. } => Deed::Answer(Answer::Slots(Page {
                slots: (after + 1..)
                    .take(1024)
                    .map(|seq| Slot { seq, ..junk(9, kind) })
                    .collect(),
                commits: 1 << 40,
                last: 1 << 40,
            })),
            _ => Deed::Honest,
        });
        let report = scene.cleo().sync();
        assert!(
            report
                .warnings
                .iter()
                .any(|warning| warning.contains("next look")),
            "{:?}",
            report.warnings
        );
    }
    assert!(scene.cleo().lines(flat(scene.cleo())).len() < 20);
    scene.between.be_honest();
    for _ in 0..3 {
        scene.cleo().sync();
        scene.bob().sync();
        scene.ana().sync();
    }
    scene.all_heard(&words);
    scene.say(scene.cleo(), "still here");
    scene.turn();
    scene.look();
    scene.all_heard(&["still here".into()]);
}

#[test]
fn an_acknowledgement_without_a_place_in_the_log_is_found_out() {
    let scene = Scene::new();
    scene.between.play(|request| match request {
        Request::Append(Append {
            entry: Entry::Message(_),
            ..
        }) => Deed::Answer(Answer::Appended { seq: 1 }),
        _ => Deed::Honest,
    });
    let (ana, chat) = (scene.ana(), flat(scene.ana()));
    assert_eq!(
        ana.say(chat, "into the void").delivery,
        Delivery::Sent,
        "so the server says"
    );
    scene.between.be_honest();
    let report = ana.sync();
    assert_eq!(
        report.warnings,
        ["the server does not have what it said it had stored"]
    );
    assert_eq!(lines(ana, "Others may not have it."), 1);
    // With somebody else's words in that place it is found out too; said once.
    scene.between.play(|request| match request {
        Request::Append(Append {
            entry: Entry::Message(_),
            ..
        }) => Deed::Answer(Answer::Appended { seq: 1 }),
        _ => Deed::Honest,
    });
    ana.say(chat, "again into the void");
    scene.between.be_honest();
    scene.say(scene.bob(), "hello");
    ana.sync();
    ana.sync();
    assert_eq!(lines(ana, "Others may not have it."), 2);
    scene.turn();
    scene.look();
    let words = scene.three("on");
    scene.cleo().sync();
    scene.bob().sync();
    scene.all_heard(&words);
}

#[test]
fn a_wrong_number_in_an_acknowledgement_is_found_out() {
    let scene = Scene::new();
    scene.between.play(|request| match request {
        Request::Append(Append {
            entry: Entry::Message(_),
            ..
        }) => Deed::Change(Box::new(|_| Answer::Appended { seq: 40 })),
        _ => Deed::Honest,
    });
    let (ana, chat) = (scene.ana(), flat(scene.ana()));
    assert_eq!(ana.say(chat, "somewhere").delivery, Delivery::Sent);
    scene.between.be_honest();
    assert!(!ana.sync().warnings.is_empty());
    for person in scene.people.iter().chain(&scene.people) {
        person.sync();
    }
    scene.all_heard(&["somewhere".into()]);
    scene.look();
}

#[test]
fn a_change_that_is_acknowledged_and_not_stored_is_sent_again() {
    let scene = Scene::new();
    scene.between.play(|request| match request {
        Request::Append(Append {
            entry: Entry::Commit { .. },
            ..
        }) => Deed::Answer(Answer::Appended { seq: 5 }),
        _ => Deed::Honest,
    });
    let ana = scene.ana();
    let info = ana.client().set_consent(flat(ana), Wish::Off).wait().unwrap();
    assert_eq!((info.ceiling, info.pending), (Ceiling::Off, true));
    let report = ana.sync();
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("left for later")),
        "{:?}",
        report.warnings
    );
    scene.between.be_honest();
    for person in scene.people.iter().chain(&scene.people) {
        person.sync();
    }
    for person in &scene.people {
        let info = person.client().consent(flat(person)).wait().unwrap();
        assert_eq!((info.ceiling, info.pending), (Ceiling::Off, false));
    }
    scene.look();
}

const REFUSALS: [Refusal; 9] = [
    Refusal::NoSuch,
    Refusal::Denied,
    Refusal::Closed,
    Refusal::Conflict { current: 9 },
    Refusal::Full,
    Refusal::TooLarge,
    Refusal::SlowDown { milliseconds: 1 },
    Refusal::Malformed,
    Refusal::Version,
];

#[test]
fn whatever_is_refused_waits_and_leaves_later() {
    let scene = Scene::new();
    let slow = Refusal::SlowDown {
        milliseconds: u32::MAX,
    };
    let mut words = Vec::new();
    for (turn, refusal) in REFUSALS.into_iter().chain([slow]).enumerate() {
        type Which = fn(&Request) -> bool;
        let which: [(&str, Which); 4] = [
            ("append", |request| matches!(request, Request::Append(_))),
            ("fetch", |request| matches!(request, Request::Fetch { .. })),
            ("create", |request| matches!(request, Request::Create { .. })),
            ("all", |_| true),
        ];
        for (what, which) in which {
            scene.between.play(move |request| {
                if which(request) {
                    Deed::Answer(Answer::Refused(refusal))
                } else {
                    Deed::Honest
                }
            });
            let text = format!("{turn} {what}");
            let sent = scene.cleo().say(flat(scene.cleo()), &text);
            words.push(text);
            let report = scene.cleo().sync();
            if sent.delivery == Delivery::Queued {
                assert!(
                    !report.warnings.is_empty() || report.offline.is_some(),
                    "{refusal:?} {what}"
                );
            }
            assert!(sent.delivery == Delivery::Sent || what == "append" || what == "all");
            scene.between.be_honest();
            assert_eq!(scene.cleo().sync().offline, None);
        }
    }
    scene.turn();
    scene.all_heard(&words);
    scene.look();
}

#[test]
fn a_connection_that_ends_anywhere_loses_nothing_and_says_nothing_twice() {
    for seed in 1..=4_u64 {
        let scene = Scene::new();
        let state = AtomicU64::new(seed);
        scene.between.play(move |_| {
            let mut x = state.load(Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            x ^= x >> 29;
            state.store(x | 1, Ordering::SeqCst);
            match x % 8 {
                0 => Deed::Close,
                1 => Deed::LoseAnswer,
                _ => Deed::Honest,
            }
        });
        let mut words = Vec::new();
        for round in 0..6 {
            for person in &scene.people {
                let text = format!("{round} {}", person.name);
                person.say(flat(person), &text);
                words.push(text);
                if round % 3 == 1 {
                    let wish = if round == 1 { Wish::Off } else { Wish::OnDevice };
                    person.client().set_consent(flat(person), wish).wait().unwrap();
                }
                assert_eq!(person.sync().warnings, Vec::<String>::new());
            }
        }
        scene.between.be_honest();
        for _ in 0..2 {
            for person in &scene.people {
                person.sync();
            }
        }
        scene.look();
        scene.all_heard(&words);
        for person in &scene.people {
            assert_eq!(ceiling(person), Ceiling::OnDevice);
        }
    }
}

#[test]
fn a_server_that_answers_late_or_never_costs_a_moment() {
    let mut town = Town::new();
    town.link.answer = Duration::from_millis(1500);
    let scene = Scene::of(town, &["Ana", "Bob", "Cleo"]);
    for chat in 0..5 {
        let title = format!("chat {chat}");
        scene
            .ana()
            .client()
            .new_chat(title, Vec::new(), Suite::XWing)
            .wait()
            .unwrap();
    }
    scene.between.play(|_| Deed::Never);
    let ana = scene.ana();
    let report = ana.sync();
    assert!(report.offline.is_some_and(|why| why.contains("in time")));
    assert_eq!(ana.say(flat(ana), "slowly").delivery, Delivery::Queued);
    scene.between.play(|_| Deed::Late(Duration::from_millis(20)));
    // A server that did not answer is left alone for a while.
    while ana.sync().offline.is_some() {
        std::thread::sleep(Duration::from_millis(100));
    }
    scene.between.be_honest();
    scene.look();
    scene.all_heard(&["slowly".into()]);
}

#[test]
fn bytes_that_are_no_answer_end_the_connection_and_not_the_chat() {
    let scene = Scene::new();
    let words = scene.three("garbage");
    let strange: [fn() -> Deed; 6] = [
        || Deed::Bytes(vec![0xff; 40]),
        || Deed::Bytes(Vec::new()),
        || Deed::Answer(Answer::Done),
        || Deed::Answer(Answer::Left { packages: u64::MAX }),
        || Deed::Answer(Answer::Appended { seq: 0 }),
        || {
            Deed::Answer(Answer::Slots(Page {
                slots: vec![Slot {
                    seq: 1,
                    ..junk(1, SlotKind::Message)
                }],
                commits: 0,
                last: 1,
            }))
        },
    ];
    let mut turn = 0;
    for deed in strange {
        scene.between.play(move |request| match request {
            Request::Create { .. } => Deed::Honest,
            _ => deed(),
        });
        turn += 1;
        let text = format!("is anybody there {turn}");
        let waits = scene.cleo().client().queue(
            flat(scene.cleo()),
            client::api::Draft {
                text,
                ..Default::default()
            },
        );
        waits.wait().unwrap();
        let report = scene.cleo().sync();
        assert!(!report.warnings.is_empty(), "it was told");
        nothing_wrong(scene.cleo(), &words);
    }
    scene.between.be_honest();
    for person in scene.people.iter().chain(&scene.people) {
        person.sync();
    }
    scene.all_heard(&words);
    scene.look();
}

/// Nothing but what was said.
fn nothing_wrong(person: &Person, words: &[String]) {
    for (_, text) in person.heard(flat(person)) {
        assert!(
            words.contains(&text) || text.starts_with("is anybody there"),
            "{text}"
        );
    }
}

#[test]
fn what_lies_under_a_name_is_checked() {
    let scene = Scene::new();
    let dan = scene.town.person_at("Dan", scene.between.address());
    let eve = scene.town.person_at("Eve", scene.between.address());
    let (ana, chat) = (scene.ana(), flat(scene.ana()));
    let invite = |who: &Person| ana.client().invite(chat, who.address.clone()).wait().unwrap();
    let names = || {
        let members = ana.client().members(chat).wait().unwrap().members;
        members.into_iter().map(|member| member.name).collect::<Vec<_>>()
    };
    // Eve's record and KeyPackages, as the server knows them.
    let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
    let note = Arc::clone(&seen);
    scene.between.play(move |request| {
        if matches!(request, Request::GetRecord { .. } | Request::TakePackage { .. }) {
            note.lock().unwrap().push(request.clone());
        }
        Deed::Honest
    });
    invite(&eve);
    let eves = seen.lock().unwrap().clone();
    assert_eq!((eves.len(), names().len()), (2, 4), "control: Eve is invited");
    for stolen in eves {
        let instead = stolen.clone();
        scene.between.play(move |request| {
            if std::mem::discriminant(request) == std::mem::discriminant(&instead) {
                Deed::Instead(instead.clone())
            } else {
                Deed::Honest
            }
        });
        invite(&dan);
        scene.between.be_honest();
        let report = ana.sync();
        assert!(!names().contains(&"Dan".to_owned()));
        assert_eq!(report.warnings, Vec::<String>::new());
    }
    // Random bytes for each.
    scene.between.play(|request| match request {
        Request::GetRecord { .. } => Deed::Answer(Answer::Record {
            version: 9,
            body: Body::from(vec![1; 3000]),
        }),
        _ => Deed::Honest,
    });
    invite(&dan);
    scene.between.play(|request| match request {
        Request::TakePackage { .. } => Deed::Answer(Answer::Package {
            body: Body::from(vec![1; 3000]),
            last_resort: false,
        }),
        _ => Deed::Honest,
    });
    invite(&dan);
    scene.between.be_honest();
    assert!(!names().contains(&"Dan".to_owned()));
    invite(&dan);
    assert!(names().contains(&"Dan".to_owned()), "control");
    // Dan is given another tree, and later the right one.
    scene.between.play(|request| match request {
        Request::GetBlob { .. } => Deed::Answer(Answer::Blob(Body::from(vec![2; 4000]))),
        _ => Deed::Honest,
    });
    let report = dan.sync();
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("other bytes")),
        "{:?}",
        report.warnings
    );
    scene.between.be_honest();
    dan.join(FLAT);
    scene.bob().sync();
    ana.sync();
    ana.say(chat, "welcome");
    dan.sync();
    assert_eq!(dan.heard(flat(&dan)), [("Ana".to_owned(), "welcome".to_owned())]);
}

#[test]
fn an_old_record_is_not_taken() {
    let scene = Scene::new();
    let (ana, chat) = (scene.ana(), flat(scene.ana()));
    let mut mallory = Rogue::new(&scene.town, "Mallory");
    let address = format!(
        "{}@{}",
        mallory.address.to_string().split('@').next().unwrap(),
        scene.between.address()
    );
    let old: Arc<Mutex<Option<Answer>>> = Arc::default();
    let keep = Arc::clone(&old);
    scene.between.play(move |request| {
        let keep = Arc::clone(&keep);
        match request {
            Request::GetRecord { .. } => Deed::Change(Box::new(move |answer| {
                keep.lock().unwrap().get_or_insert(answer.clone());
                answer
            })),
            _ => Deed::Honest,
        }
    });
    let other = ana
        .client()
        .new_chat("First".into(), vec![address.clone()], Suite::XWing)
        .wait()
        .unwrap();
    assert_eq!(
        ana.client().members(other).wait().unwrap().members.len(),
        2,
        "control: the first version"
    );
    mallory.publish(2, Wish::OnDevice);
    let other = ana
        .client()
        .new_chat("Second".into(), vec![address.clone()], Suite::XWing)
        .wait()
        .unwrap();
    assert_eq!(
        ana.client().members(other).wait().unwrap().members.len(),
        2,
        "control: the second"
    );
    let first = old.lock().unwrap().clone().unwrap();
    scene.between.play(move |request| match request {
        Request::GetRecord { .. } => Deed::Answer(first.clone()),
        _ => Deed::Honest,
    });
    ana.client().invite(chat, address).wait().unwrap();
    assert_eq!(
        ana.client().members(chat).wait().unwrap().members.len(),
        3,
        "not with the first again"
    );
}

#[test]
fn a_key_package_that_is_handed_out_twice_opens_one_chat() {
    let scene = Scene::new();
    let dan = scene.town.person_at("Dan", scene.between.address());
    let first: Arc<Mutex<Option<Answer>>> = Arc::default();
    scene.between.play(move |request| {
        let first = Arc::clone(&first);
        match request {
            Request::TakePackage { .. } => Deed::Change(Box::new(move |answer| {
                first.lock().unwrap().get_or_insert(answer).clone()
            })),
            _ => Deed::Honest,
        }
    });
    for title in ["One", "Two"] {
        let people = vec![dan.address.clone()];
        scene
            .ana()
            .client()
            .new_chat(title.into(), people, Suite::XWing)
            .wait()
            .unwrap();
    }
    dan.sync();
    dan.join("One");
    let second = dan.client().find_chat("Two".into()).wait().unwrap();
    let refused = dan.client().join(second).wait().unwrap_err().to_string();
    assert!(refused.contains("ask for a new one"), "{refused}");
    scene.between.be_honest();
    let chat = scene.ana().chat("One");
    scene.ana().sync();
    scene.ana().say(chat, "hello");
    dan.sync();
    assert_eq!(
        dan.heard(dan.chat("One")),
        [("Ana".to_owned(), "hello".to_owned())]
    );
}

#[test]
fn letters_that_are_made_up_or_lost_do_not_close_the_inbox() {
    let scene = Scene::new();
    let dan = scene.town.person_at("Dan", scene.between.address());
    scene.between.play(|request| match *request {
        Request::Fetch { after: 0, .. } => Deed::Answer(Answer::Slots(Page {
            slots: vec![Slot {
                seq: u64::MAX,
                ..junk(1, SlotKind::Message)
            }],
            commits: 0,
            last: u64::MAX,
        })),
        _ => Deed::Honest,
    });
    let report = dan.sync();
    assert!(report.warnings[0].contains("letter"), "{:?}", report.warnings);
    scene.between.be_honest();
    scene
        .ana()
        .client()
        .invite(flat(scene.ana()), dan.address.clone())
        .wait()
        .unwrap();
    assert!(!dan.sync().warnings.is_empty(), "it is told");
    dan.join(FLAT);
    scene.ana().sync();
    scene.ana().say(flat(scene.ana()), "there you are");
    dan.sync();
    assert_eq!(
        dan.heard(flat(&dan)),
        [("Ana".to_owned(), "there you are".to_owned())]
    );
}

#[test]
fn a_mailbox_that_the_server_has_lost_begins_anew() {
    let scene = Scene::new();
    let mut words = scene.three("before");
    scene.cleo().sync();
    scene.bob().sync();
    scene.ana().sync();
    // Nothing is left of it, as after a loss of the disk.
    scene.between.play(|request| match request {
        Request::Fetch { .. } => Deed::Answer(Answer::Slots(Page {
            slots: Vec::new(),
            commits: 0,
            last: 0,
        })),
        _ => Deed::Honest,
    });
    let report = scene.cleo().sync();
    assert!(!report.warnings.is_empty());
    nothing_twice(scene.cleo());
    scene.between.be_honest();
    for person in scene.people.iter().chain(&scene.people) {
        person.sync();
    }
    words.extend(scene.three("after"));
    for person in &scene.people {
        person.sync();
    }
    scene.all_heard(&words);
    scene.turn();
    scene.look();
}

/// Two logs that both hold: one member's commit was shown to nobody else, and theirs not to it. No message of one side
/// opens on the other, so that nobody is shown anything wrong; nobody is told either, until people miss each other. The
/// way out is to leave and to be invited again.
#[test]
fn a_fork_by_commits_parts_people_for_good_and_they_can_meet_again() {
    let scene = Scene::new();
    let forked: Arc<Mutex<Option<(delivery::MailboxName, Slot)>>> = Arc::default();
    let own = Arc::clone(&forked);
    scene
        .ana()
        .client()
        .set_consent(flat(scene.ana()), Wish::OnDevice)
        .wait()
        .unwrap();
    scene.between.play(move |request| match request {
        Request::Append(append)
            if matches!(append.entry, Entry::Commit { .. }) && own.lock().unwrap().is_none() =>
        {
            let slot = Slot {
                seq: 1,
                kind: SlotKind::Commit,
                body: append.entry.body().clone(),
            };
            *own.lock().unwrap() = Some((append.mailbox, slot));
            Deed::Answer(Answer::Appended { seq: 1 })
        }
        Request::Fetch { mailbox, after, .. } => match &*own.lock().unwrap() {
            Some((name, slot)) if name == mailbox => Deed::Answer(Answer::Slots(Page {
                slots: if *after == 0 {
                    vec![slot.clone()]
                } else {
                    Vec::new()
                },
                commits: 1,
                last: 1,
            })),
            None => {
                let after = *after;
                Deed::Change(Box::new(move |answer| match answer {
                    Answer::Slots(page) => Answer::Slots(Page {
                        slots: Vec::new(),
                        commits: 0,
                        last: after.min(page.last),
                    }),
                    other => other,
                }))
            }
            Some(_) => Deed::Honest,
        },
        _ => Deed::Honest,
    });
    let cleo = scene.cleo();
    cleo.client()
        .set_consent(flat(cleo), Wish::OnDevice)
        .wait()
        .unwrap();
    assert!(forked.lock().unwrap().is_some(), "the fork happened");
    scene.between.be_honest();
    scene.say(scene.ana(), "without Cleo");
    cleo.say(flat(cleo), "to nobody");
    for person in scene.people.iter().chain(&scene.people) {
        person.sync();
    }
    assert_eq!(
        scene.bob().heard(flat(scene.bob())),
        [("Ana".to_owned(), "without Cleo".to_owned())]
    );
    assert_eq!(
        cleo.heard(flat(cleo)),
        [("Cleo".to_owned(), "to nobody".to_owned())]
    );

    let left = flat(cleo);
    cleo.client().leave(left).wait().unwrap();
    cleo.sync();
    scene
        .ana()
        .client()
        .remove(flat(scene.ana()), "Cleo".into())
        .wait()
        .unwrap();
    scene
        .ana()
        .client()
        .invite(flat(scene.ana()), cleo.address.clone())
        .wait()
        .unwrap();
    let again = cleo.join(FLAT);
    assert_eq!(
        cleo.client()
            .chats()
            .wait()
            .unwrap()
            .iter()
            .find(|chat| chat.id == left)
            .unwrap()
            .state,
        ChatState::Left
    );
    scene.ana().sync();
    scene.say(scene.ana(), "together again");
    cleo.sync();
    assert_eq!(
        cleo.heard(again),
        [("Ana".to_owned(), "together again".to_owned())]
    );
}
