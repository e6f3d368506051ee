//! What a member whose program is not ours can do to the others, and what it cannot. Each attack has its control: the
//! same done honestly works.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use chat::consent::{Ceiling, Wish};
use chat::{Change, Letter};
use client::api::{ChatState, Delivery};
use client::link::LinkError;
use delivery::{MailboxHashes, MailboxKeys, Refusal};
use flows::hostile_member::{NEW_MEMBER, Signature, entry, kind};
use flows::{Person, Rogue, Town};
use openmls::prelude::LeafNodeParameters;
use openmls_traits::OpenMlsProvider as _;

const FLAT: &str = "Flat 3B";
const HOUR: u64 = 60 * 60;

/// Three honest people and Mallory in one chat: leaves 0 to 3.
struct Flat {
    town: Town,
    people: Vec<Person>,
    mallory: Rogue,
}

impl Flat {
    fn new() -> Self {
        let town = Town::new();
        let people: Vec<_> = ["Ana", "Bob", "Cleo"].map(|name| town.person(name)).into();
        let mallory = Rogue::new(&town, "Mallory");
        Self::of(town, people, mallory)
    }

    fn of(town: Town, people: Vec<Person>, mut mallory: Rogue) -> Self {
        let others: Vec<_> = people.iter().skip(1).collect();
        let chat = people[0].new_chat(FLAT, &others);
        let address = mallory.address.to_string();
        people[0].client().invite(chat, address).wait().unwrap();
        mallory.join();
        let flat = Self {
            town,
            people,
            mallory,
        };
        flat.look();
        flat
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

    fn look(&self) {
        for _ in 0..2 {
            for person in &self.people {
                let report = person.sync();
                assert_eq!(
                    (report.offline, report.warnings),
                    (None, vec![]),
                    "{}",
                    person.name
                );
            }
        }
    }

    /// Everybody writes, everybody reads it, once.
    fn talk(&self, words: &str) {
        talk(&self.people.iter().collect::<Vec<_>>(), words);
    }

    fn members(&self) -> Vec<String> {
        names(self.ana())
    }
}

fn names(person: &Person) -> Vec<String> {
    let members = person.client().members(person.chat(FLAT)).wait().unwrap().members;
    members.into_iter().map(|member| member.name).collect()
}

fn talk(people: &[&Person], words: &str) {
    for person in people {
        let sent = person.say(person.chat(FLAT), &format!("{words}, says {}", person.name));
        assert_eq!(sent.delivery, Delivery::Sent, "{}", person.name);
    }
    for person in people.iter().chain(people) {
        person.sync();
    }
    for person in people {
        let heard = person.heard(person.chat(FLAT));
        for other in people {
            let text = format!("{words}, says {}", other.name);
            let times = heard.iter().filter(|(_, heard)| *heard == text).count();
            assert_eq!(times, 1, "{} heard {text:?} {times} times", person.name);
        }
        let mut once = heard.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), heard.len(), "{} heard something twice", person.name);
    }
}

fn ceiling(person: &Person) -> Ceiling {
    let chat = person.chat(FLAT);
    person.client().consent(chat).wait().unwrap().ceiling
}

fn state(person: &Person) -> ChatState {
    person.client().chats().wait().unwrap()[0].state
}

fn has_line(person: &Person, part: &str) -> usize {
    let lines = person.lines(person.chat(FLAT));
    lines.iter().filter(|line| line.contains(part)).count()
}

const SKIPPED: &str = "does not hold";

#[test]
fn an_invalid_commit_is_skipped_repaired_and_its_author_removed() {
    let mut flat = Flat::new();
    let honest = flat.mallory.stage(&Change::Title("Ours".into()));
    let (index, mut commit) = flat.mallory.unseal_signed(&honest);
    *commit.last_mut().unwrap() ^= 1;
    let forged = flat.mallory.seal_signed(index, &commit);
    flat.mallory.append(entry(kind::COMMIT, forged)).unwrap();

    let mailbox = flat.mallory.mailbox();
    let late = flat.mallory.message("too late");
    let late = flat.mallory.append_to(&mailbox, entry(kind::MESSAGE, late));
    assert_eq!(
        late,
        Err(LinkError::Refused(Refusal::Closed)),
        "it closed the mailbox for messages"
    );
    flat.talk("in spite of it");
    assert_eq!(flat.members(), ["Ana", "Bob", "Cleo"]);
    for person in &flat.people {
        assert_eq!(has_line(person, SKIPPED), 1, "{}", person.name);
        assert_eq!(person.client().chats().wait().unwrap()[0].title, FLAT);
    }
    assert_eq!(has_line(flat.cleo(), "Mallory sent a change"), 1);
    // Who was removed does not find the next mailbox.
    flat.mallory.discard();
    flat.mallory.follow();
    assert!(!flat.mallory.group().is_member());
    flat.talk("afterwards");
}

#[test]
fn control_the_same_commit_unchanged_is_followed() {
    let mut flat = Flat::new();
    let honest = flat.mallory.stage(&Change::Title("Ours".into()));
    let (index, commit) = flat.mallory.unseal_signed(&honest);
    let again = flat.mallory.seal_signed(index, &commit);
    flat.mallory.append(entry(kind::COMMIT, again)).unwrap();
    flat.look();
    for person in &flat.people {
        assert_eq!(person.client().chats().wait().unwrap()[0].title, "Ours");
        assert_eq!(has_line_in(person, "Ours", SKIPPED), 0);
    }
    assert!(names_in(flat.ana(), "Ours").contains(&"Mallory".to_owned()));
}

fn has_line_in(person: &Person, title: &str, part: &str) -> usize {
    let lines = person.lines(person.chat(title));
    lines.iter().filter(|line| line.contains(part)).count()
}

fn names_in(person: &Person, title: &str) -> Vec<String> {
    let members = person
        .client()
        .members(person.chat(title))
        .wait()
        .unwrap()
        .members;
    members.into_iter().map(|member| member.name).collect()
}

#[test]
fn a_commit_that_was_replayed_from_the_epoch_before_is_skipped() {
    let mut flat = Flat::new();
    let honest = flat.mallory.stage(&Change::State(Wish::OnDevice));
    let (index, commit) = flat.mallory.unseal_signed(&honest);
    flat.mallory.append(entry(kind::COMMIT, honest)).unwrap();
    flat.mallory.follow();
    flat.look();
    let replayed = flat.mallory.seal_signed(index, &commit);
    flat.mallory.append(entry(kind::COMMIT, replayed)).unwrap();
    flat.talk("after a replay");
    assert_eq!(flat.members(), ["Ana", "Bob", "Cleo"]);
}

#[test]
fn garbage_without_an_author_is_skipped_and_the_chat_goes_on() {
    let mut flat = Flat::new();
    let leaf = flat.mallory.seal(kind::COMMIT, &[1; 200]);
    let nobody = flat
        .mallory
        .seal(kind::COMMIT, &[&NEW_MEMBER.to_be_bytes()[..], &[7; 300]].concat());
    let short = flat.mallory.seal(kind::COMMIT, &[]);
    let wrong_kind = flat.mallory.seal(kind::MESSAGE, &[1; 200]);
    let garbage = [vec![7; 512], vec![7; 100], leaf, nobody, short, wrong_kind];
    for (turn, garbage) in garbage.into_iter().enumerate() {
        flat.mallory.follow();
        flat.mallory.append(entry(kind::COMMIT, garbage)).unwrap();
        flat.talk(&format!("turn {turn}"));
    }
    assert!(
        flat.members().contains(&"Mallory".to_owned()),
        "nobody knows who it was"
    );
    flat.mallory.commit(&Change::State(Wish::OnDevice));
    flat.look();
}

#[test]
fn garbage_in_message_and_notice_slots_is_left_out() {
    let mut flat = Flat::new();
    let real = flat.mallory.message("this is real");
    let truth = real.clone();
    let mut bent = real.clone();
    *bent.last_mut().unwrap() ^= 1;
    let inner = flat.mallory.seal(kind::MESSAGE, &[3; 90]);
    let commit = flat.mallory.stage(&Change::State(Wish::OnDevice));
    let (_, commit) = flat.mallory.unseal_signed(&commit);
    flat.mallory.discard();
    let commit = flat.mallory.seal(kind::MESSAGE, &commit);
    for garbage in [vec![9; 512], bent, inner, commit, real, truth] {
        flat.mallory.append(entry(kind::MESSAGE, garbage)).unwrap();
    }
    for garbage in [vec![9; 512], flat.mallory.seal(kind::NOTICE, &[3; 90])] {
        flat.mallory.append(entry(kind::NOTICE, garbage)).unwrap();
    }
    for person in &flat.people {
        let report = person.sync();
        assert_eq!(report.received, 1, "the real one, once");
        assert_eq!(
            report.warnings,
            ["something that nobody in the chat wrote was left out"]
        );
        assert_eq!(
            person.heard(person.chat(FLAT)),
            [("Mallory".to_owned(), "this is real".to_owned())]
        );
    }
    flat.talk("it goes on");
}

/// Mallory commits so that all but these can follow.
fn commit_for_all_but(flat: &mut Flat, left_out: &[&str]) -> u64 {
    let keys: Vec<_> = left_out
        .iter()
        .flat_map(|name| flat.mallory.leaf_keys(name))
        .collect();
    let commit = flat.mallory.stage_garbled(&Change::State(Wish::OnDevice), |key| {
        !keys.iter().any(|other| other == key)
    });
    let seq = flat.mallory.append(entry(kind::COMMIT, commit)).unwrap();
    flat.mallory.follow();
    seq
}

const CANNOT: &str = "this device cannot follow";
const BACK: &str = "This device is back in the chat.";

#[test]
fn who_cannot_follow_is_put_back_and_what_they_said_about_ai_counts() {
    let mut flat = Flat::new();
    let cleos = flat.cleo().chat(FLAT);
    flat.cleo().client().set_consent(cleos, Wish::Off).wait().unwrap();
    flat.look();
    flat.mallory.follow();
    commit_for_all_but(&mut flat, &["Cleo"]);

    let report = flat.cleo().sync();
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("cannot be followed"))
    );
    assert_eq!(
        (state(flat.cleo()), has_line(flat.cleo(), CANNOT)),
        (ChatState::Rejoining, 1)
    );
    assert_eq!(ceiling(flat.cleo()), Ceiling::Off, "while it waits too");
    let waits = flat.cleo().say(cleos, "written while waiting");
    assert_eq!(waits.delivery, Delivery::Queued);
    flat.bob().sync();
    flat.cleo().sync();
    assert_eq!(
        (state(flat.cleo()), has_line(flat.cleo(), BACK)),
        (ChatState::Live, 1)
    );
    flat.look();
    for person in &flat.people {
        assert_eq!(ceiling(person), Ceiling::Off, "{}", person.name);
        let all = person.heard(person.chat(FLAT));
        assert_eq!(
            all,
            [("Cleo".to_owned(), "written while waiting".to_owned())],
            "{}",
            person.name
        );
        assert_eq!(has_line(person, SKIPPED), 0);
    }
    flat.talk("all are back");
    assert_eq!(
        has_line(flat.ana(), CANNOT),
        0,
        "control: who was given the secrets followed"
    );
}

#[test]
fn another_commit_that_is_faster_than_the_way_back_costs_another_round() {
    let mut flat = Flat::new();
    commit_for_all_but(&mut flat, &["Cleo"]);
    flat.cleo().sync();
    flat.ana().sync();
    // The way back lies in Cleo's inbox, for an epoch that Bob now ends.
    let bobs = flat.bob().chat(FLAT);
    flat.bob().client().set_consent(bobs, Wish::Off).wait().unwrap();
    flat.cleo().sync();
    assert_eq!(
        state(flat.cleo()),
        ChatState::Rejoining,
        "the first way back led nowhere"
    );
    for _ in 0..2 {
        flat.ana().sync();
        flat.cleo().sync();
    }
    assert_eq!(state(flat.cleo()), ChatState::Live);
    flat.talk("after the second round");
    assert_eq!(ceiling(flat.cleo()), Ceiling::Off, "Bob's word");
}

#[test]
fn a_commit_that_nobody_follows_counts_as_invalid_after_the_waiting_time() {
    let mut flat = Flat::new();
    let anas = flat.ana().chat(FLAT);
    let commit = flat
        .mallory
        .stage_garbled(&Change::Title("Mine".into()), |_| false);
    flat.mallory.append(entry(kind::COMMIT, commit)).unwrap();
    for person in &flat.people {
        person.sync();
        assert_eq!(
            (state(person), has_line(person, CANNOT)),
            (ChatState::Rejoining, 1)
        );
    }
    assert_eq!(
        flat.ana().say(anas, "is anybody there").delivery,
        Delivery::Queued
    );
    flat.town.set_clock(flat.town.now().unix_seconds() + HOUR - 1);
    flat.ana().sync();
    assert_eq!(
        state(flat.ana()),
        ChatState::Rejoining,
        "not before the time is over"
    );
    flat.town.set_clock(flat.town.now().unix_seconds() + 1);
    for person in &flat.people {
        person.sync();
    }
    flat.talk("an hour later");
    assert_eq!(flat.members(), ["Ana", "Bob", "Cleo"], "Mallory is out");
    let heard = flat.cleo().heard(flat.cleo().chat(FLAT));
    assert!(heard.contains(&("Ana".into(), "is anybody there".into())));
}

#[test]
fn who_could_follow_may_be_away_for_a_while() {
    let mut flat = Flat::new();
    // Ana and Cleo cannot follow; Bob can, and is away for ten minutes.
    let spared: Vec<_> = flat.mallory.leaf_keys("Bob");
    let cleos = flat.mallory.leaf_keys("Cleo");
    let parent = |key: &[u8]| !cleos.iter().any(|other| other == key) && !spared.is_empty();
    let commit = flat.mallory.stage_garbled(&Change::State(Wish::OnDevice), parent);
    flat.mallory.append(entry(kind::COMMIT, commit)).unwrap();
    flat.mallory.follow();
    flat.cleo().sync();
    flat.town.set_clock(flat.town.now().unix_seconds() + 600);
    flat.cleo().sync();
    assert_eq!(state(flat.cleo()), ChatState::Rejoining);
    flat.bob().sync();
    flat.cleo().sync();
    assert_eq!(state(flat.cleo()), ChatState::Live);
    flat.talk("ten minutes later");
}

#[test]
fn two_branches_become_one_when_who_had_followed_is_there_again() {
    let mut flat = Flat::new();
    commit_for_all_but(&mut flat, &["Cleo"]);
    // Ana and Bob follow, and go away at once; Cleo alone waits an hour.
    flat.ana().sync();
    flat.bob().sync();
    flat.cleo().sync();
    flat.town.set_clock(flat.town.now().unix_seconds() + HOUR);
    flat.cleo().sync();
    let cleos = flat.cleo().chat(FLAT);
    assert_eq!(
        flat.cleo().say(cleos, "alone on my branch").delivery,
        Delivery::Sent
    );
    assert!(!names(flat.cleo()).contains(&"Mallory".to_owned()));
    // The others are there again: theirs is the commit with the lower number.
    flat.ana().sync();
    flat.cleo().sync();
    assert_eq!(has_line(flat.cleo(), BACK), 1);
    flat.talk("one branch");
    let alone = ("Cleo".to_owned(), "alone on my branch".to_owned());
    assert!(flat.cleo().heard(cleos).contains(&alone), "what was shown stays");
}

#[test]
fn there_are_no_hashes_to_lie_about() {
    let mut flat = Flat::new();
    let commit = flat.mallory.stage(&Change::Title("Upstairs".into()));
    // What the next epoch will be, Mallory knows before all others.
    let old = flat.mallory.mailbox();
    let next = next_mailbox(&mut flat.mallory);
    let other = MailboxKeys::from_secrets([7; 32], [8; 32]);
    let lies = [
        MailboxHashes {
            read: next.hashes().read,
            write: other.hashes().write,
        },
        MailboxHashes {
            read: other.hashes().read,
            write: next.hashes().write,
        },
        MailboxHashes {
            read: next.hashes().write,
            write: next.hashes().read,
        },
        other.hashes(),
    ];
    for lie in lies {
        let name = flat.mallory.create(lie).unwrap();
        assert_ne!(name, next.name(), "other hashes, another name");
    }
    let early = flat.mallory.create(next.hashes()).unwrap();
    assert_eq!(
        early,
        next.name(),
        "the right ones make the right mailbox, as anybody would"
    );
    flat.mallory.append_to(&old, entry(kind::COMMIT, commit)).unwrap();
    flat.look();
    flat.mallory.follow();
    let anas = flat.ana().chat("Upstairs");
    flat.ana().say(anas, "we found it");
    for person in [flat.bob(), flat.cleo()] {
        let report = person.sync();
        assert_eq!((report.received, report.warnings), (1, vec![]));
    }
    assert_eq!(
        flat.mallory.fetch(&next).unwrap().len(),
        1,
        "it is where all meet"
    );
}

/// The mailbox of the epoch after Mallory's staged commit. Its own copy of the group goes there and comes back.
fn next_mailbox(mallory: &mut Rogue) -> MailboxKeys {
    let mls = mallory.mls();
    let staged = mls.pending_commit().unwrap();
    let crypto = mallory.provider.crypto();
    let secret = |label| {
        let bytes = staged.export_secret(crypto, label, &[], 32).unwrap();
        bytes.try_into().unwrap()
    };
    MailboxKeys::from_secrets(secret("snug read"), secret("snug write"))
}

#[test]
fn a_flood_of_messages_keeps_nobody_from_talking() {
    let mut flat = Flat::new();
    for turn in 0..300_u16 {
        let message = flat.mallory.message(&format!("spam {turn}"));
        flat.mallory.append(entry(kind::MESSAGE, message)).unwrap();
        flat.mallory
            .append(entry(kind::MESSAGE, vec![turn.to_be_bytes()[1]; 512]))
            .unwrap();
    }
    flat.talk("in the flood");
    let anas = flat.ana().chat(FLAT);
    flat.ana().client().remove(anas, "Mallory".into()).wait().unwrap();
    flat.talk("after the flood");
}

#[test]
fn a_flood_of_commits_is_one_line_and_one_repair() {
    let mut flat = Flat::new();
    let honest = flat.mallory.stage(&Change::Title("Ours".into()));
    let (index, mut commit) = flat.mallory.unseal_signed(&honest);
    *commit.last_mut().unwrap() ^= 1;
    for turn in 0..100 {
        let forged = flat.mallory.seal_signed(index, &commit);
        flat.mallory.append(entry(kind::COMMIT, forged)).unwrap();
        flat.mallory.append(entry(kind::COMMIT, vec![turn; 512])).unwrap();
    }
    flat.talk("in spite of a hundred");
    assert_eq!(flat.members(), ["Ana", "Bob", "Cleo"]);
    for person in &flat.people {
        assert!(
            has_line(person, SKIPPED) <= 2,
            "{} lines",
            has_line(person, SKIPPED)
        );
    }
}

#[test]
fn a_mailbox_that_is_full_of_messages_can_be_left_and_one_full_of_commits_says_so() {
    let town = Town::new();
    let folder = tempfile::TempDir::new().unwrap();
    let mut config = server::Config::new(([127, 0, 0, 1], 0).into(), folder.path().join("small.db"));
    config.keep.mailbox.slots = 40;
    config.keep.mailbox.commit_slots = 20;
    let running = town.runtime.block_on(server::Server::bind(config)).unwrap();
    let server = running.address().to_string();
    let people: Vec<_> = ["Ana", "Bob", "Cleo"]
        .map(|name| town.person_at(name, &server))
        .into();
    let mallory = Rogue::stating(&town, "Mallory", &server, Wish::OnDevice);
    let mut flat = Flat::of(town, people, mallory);

    let full = Err(LinkError::Refused(Refusal::Full));
    let spam = |flat: &mut Flat, kind| {
        (0..50)
            .map(|turn| flat.mallory.append(entry(kind, vec![turn; 512])))
            .find(|sent| *sent == full)
    };
    assert_eq!(
        spam(&mut flat, kind::MESSAGE),
        Some(full),
        "the flood reached the quota"
    );
    let anas = flat.ana().chat(FLAT);
    let sent = flat.ana().say(anas, "is there room");
    assert_eq!(sent.delivery, Delivery::Queued);
    // The room for commits is kept: behind one the chat is in an empty mailbox.
    flat.ana().sync();
    flat.cleo().sync();
    assert_eq!(
        flat.cleo().heard(flat.cleo().chat(FLAT)),
        [("Ana".to_owned(), "is there room".to_owned())]
    );

    flat.mallory.follow();
    assert_eq!(
        spam(&mut flat, kind::COMMIT),
        Some(full),
        "and so can the commits' part be filled"
    );
    let sent = flat.ana().say(anas, "and now");
    assert_eq!(sent.delivery, Delivery::Queued);
    let report = flat.ana().sync();
    assert!(
        report.warnings.iter().any(|warning| warning.contains("no room")),
        "{:?}",
        report.warnings
    );
    drop(flat.people);
    flat.town.runtime.block_on(running.shutdown());
}

#[test]
fn a_false_notice_costs_an_answer_and_changes_nothing() {
    let mut flat = Flat::new();
    let (before, left) = (flat.mallory.mailbox(), flat.mallory.group().epoch());
    let notices: Vec<_> = (0..30).map(|seq| flat.mallory.notice(1000 + seq)).collect();
    flat.mallory.commit(&Change::State(Wish::OnDevice));
    assert_eq!(flat.mallory.group().epoch(), left + 1);
    for notice in notices {
        flat.mallory
            .append_to(&before, entry(kind::NOTICE, notice))
            .unwrap();
    }
    flat.mallory.letters();
    flat.look();
    let letters = flat.mallory.letters();
    assert!(letters.iter().all(|letter| matches!(letter, Letter::Rejoin(_))));
    assert!(!letters.is_empty(), "it was answered");
    assert!(letters.len() <= flat.people.len(), "{} answers", letters.len());
    for person in &flat.people {
        assert_eq!((state(person), has_line(person, CANNOT)), (ChatState::Live, 0));
    }
    flat.talk("as before");
}

fn all_confidential(flat: &mut Flat) {
    for person in &flat.people {
        let chat = person.chat(FLAT);
        person.client().set_confidential(chat).wait().unwrap();
    }
    flat.look();
    flat.mallory.follow();
    assert_eq!(ceiling(flat.ana()), Ceiling::OnDevice, "Mallory holds it down");
}

fn until(flat: &Flat) -> Wish {
    Wish::Confidential {
        until: flat.town.now().plus(1000 * HOUR),
    }
}

#[test]
fn only_a_member_itself_raises_what_it_counts_for() {
    let mut flat = Flat::new();
    all_confidential(&mut flat);
    let bobs = flat.bob().chat(FLAT);
    flat.bob()
        .client()
        .set_consent(bobs, Wish::OnDevice)
        .wait()
        .unwrap();
    flat.look();
    flat.mallory.follow();
    let wish = until(&flat);
    flat.mallory.commit(&Change::State(wish));
    flat.look();
    for person in &flat.people {
        assert_eq!(ceiling(person), Ceiling::OnDevice, "Bob holds it down");
    }
    flat.bob().client().set_confidential(bobs).wait().unwrap();
    flat.look();
    for person in &flat.people {
        assert_eq!(ceiling(person), Ceiling::Confidential, "control: Bob's own word");
    }
}

#[test]
fn a_key_package_that_states_confidential_counts_for_less() {
    let town = Town::new();
    let people: Vec<_> = ["Ana", "Bob"].map(|name| town.person(name)).into();
    let wish = Wish::Confidential {
        until: town.now().plus(1000 * HOUR),
    };
    let server = town.server();
    let mut mallory = Rogue::new(&town, "Mallory");
    let dan = Rogue::stating(&town, "Dan", &server, wish);
    let chat = people[0].new_chat(FLAT, &[&people[1]]);
    people[0]
        .client()
        .invite(chat, mallory.address.to_string())
        .wait()
        .unwrap();
    mallory.join();
    for person in &people {
        person
            .client()
            .set_confidential(person.chat(FLAT))
            .wait()
            .unwrap();
    }
    mallory.commit(&Change::State(wish));
    people[0].sync();
    people[1].sync();
    assert_eq!(ceiling(&people[0]), Ceiling::Confidential, "control: all said it");
    // Dan's KeyPackage says what Dan never said here. Mallory replays it into the chat.
    mallory.follow();
    let (invitee, _) = mallory.invitee(&dan.address.to_string());
    mallory.commit(&Change::Add(vec![invitee]));
    for person in &people {
        person.sync();
        assert_eq!(ceiling(person), Ceiling::OnDevice, "{}", person.name);
        assert!(names(person).contains(&"Dan".to_owned()));
    }
}

#[test]
fn an_update_in_the_name_of_another_does_nothing() {
    let mut flat = Flat::new();
    all_confidential(&mut flat);
    // A proposal to remove Bob, by reference: first in a message slot, then as a commit of what was proposed.
    let mut mls = flat.mallory.mls();
    let bob = mls
        .members()
        .find(|member| member.index.u32() == 1)
        .unwrap()
        .index;
    let signer = Signature(&flat.mallory);
    let (proposal, _) = mls
        .propose_remove_member(&flat.mallory.provider, &signer, bob)
        .unwrap();
    let (update, _) = mls
        .propose_self_update(&flat.mallory.provider, &signer, LeafNodeParameters::default())
        .unwrap();
    let [proposal, update] = [proposal, update].map(|message| message.to_bytes().unwrap());
    let (commit, _, _) = mls
        .commit_to_pending_proposals(&flat.mallory.provider, &signer)
        .unwrap();
    let commit = commit.to_bytes().unwrap();
    flat.mallory.reload();
    for bytes in [proposal, update] {
        let envelope = flat.mallory.seal(kind::MESSAGE, &bytes);
        flat.mallory.append(entry(kind::MESSAGE, envelope)).unwrap();
    }
    for person in &flat.people {
        assert_eq!(
            person.sync().warnings,
            ["something that nobody in the chat wrote was left out"]
        );
    }
    let envelope = flat.mallory.seal_signed(3, &commit);
    flat.mallory.append(entry(kind::COMMIT, envelope)).unwrap();
    flat.talk("a proposal is no fact");
    assert_eq!(flat.members(), ["Ana", "Bob", "Cleo"], "its author is out");
}

#[test]
fn removing_who_holds_it_down_is_seen_and_reaches_no_message_before() {
    let mut flat = Flat::new();
    all_confidential(&mut flat);
    let bobs = flat.bob().chat(FLAT);
    flat.bob().client().set_consent(bobs, Wish::Off).wait().unwrap();
    flat.bob().say(bobs, "not for machines");
    flat.look();
    flat.mallory.follow();
    let bob = flat.mallory.device_named("Bob");
    let (again, device) = flat.mallory.invitee(&flat.bob().address.clone());

    flat.mallory.commit(&Change::Remove(vec![bob]));
    flat.ana().sync();
    assert_eq!(
        ceiling(flat.ana()),
        Ceiling::OnDevice,
        "Mallory's own word, no higher"
    );
    assert_eq!(
        has_line(flat.ana(), "Bob is not in the chat any more (Mallory)."),
        1,
        "it is shown"
    );
    let usable = |person: &Person| {
        let chat = person.chat(FLAT);
        let store = person.client().with_store(move |store| {
            let sql = "SELECT consent_most FROM messages WHERE chat = ?1 AND text = 'not for machines'";
            let most: i64 = store
                .connection()
                .query_row(sql, [chat.0], |row| row.get(0))
                .unwrap();
            Ok(most)
        });
        store.wait().unwrap()
    };
    assert_eq!(usable(flat.ana()), 0, "what was sent under off stays under off");
    let (commit, welcome) = flat.mallory.stage_with_welcome(&Change::Add(vec![again]));
    flat.mallory.append(entry(kind::COMMIT, commit)).unwrap();
    flat.mallory.follow();
    flat.mallory.invite(&device, welcome);
    flat.ana().sync();
    flat.cleo().sync();
    assert_eq!(
        ceiling(flat.ana()),
        Ceiling::OnDevice,
        "a KeyPackage never raises"
    );
    assert_eq!(usable(flat.cleo()), 0);
    flat.bob().sync();
    let again = flat.bob().join(FLAT);
    flat.bob().client().set_consent(again, Wish::Off).wait().unwrap();
    flat.ana().sync();
    assert_eq!(ceiling(flat.ana()), Ceiling::Off, "Bob says it again");
}
