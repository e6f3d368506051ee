//! Random histories of real groups: OpenMLS, real keys, stores in memory, and mailboxes as docs/protocol.md section 1 has them.
//! Devices are added (also from old KeyPackages), removed, sabotaged and brought back; they talk, lower, raise, race, read late and
//! start again. What is said is written down beside the groups in other words (`histories/reference.rs`), and after every step:
//!
//! - all that have read the same have the same members, title, mailbox and consent, whatever they missed, raced for or reloaded;
//! - nobody changes what another's leaf counts for, by a message or by a commit, as long as the leaf is there. Removing a leaf takes
//!   its word away: the ceiling is then the least of the others', for messages that come later;
//! - a lowering holds from its slot on until the same device says something that it made later;
//! - a message is never good for more than the least of what was said when it was sent and what is said now;
//! - `confidential` is what every leaf's own device said in this group, before the end of the shortest lease;
//! - who is removed opens nothing that comes later, and everybody reads exactly the messages of the epochs in which it was there.
//!
//! The control of each: with one rule of the reference broken on purpose, the same histories show it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

#[path = "histories/actor.rs"]
mod actor;
mod common;
#[path = "common/forge.rs"]
mod forge;
#[path = "histories/mailbox.rs"]
mod mailbox;
#[path = "histories/reading.rs"]
mod reading;
#[path = "histories/reference.rs"]
mod reference;
#[path = "common/sabotage.rs"]
mod sabotage;
#[path = "histories/world.rs"]
mod world;

use std::cell::RefCell;
use std::collections::BTreeMap;

use chat::Suite;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::strategy::Just;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use reference::Fault;
use world::{Op, World};

const STEPS: usize = 150;

fn op() -> impl Strategy<Value = Op> {
    let who = || 0..12_usize;
    prop_oneof![
        12 => (who(), 1..12_usize).prop_map(|(who, most)| Op::Read(who, most)),
        3 => Just(Op::Meet),
        5 => who().prop_map(Op::Say),
        4 => (who(), any::<bool>()).prop_map(|(who, off)| Op::Lower(who, off)),
        1 => who().prop_map(Op::Leave),
        7 => (who(), 0..5_u8).prop_map(|(who, wish)| Op::State(who, wish)),
        1 => who().prop_map(Op::Rename),
        5 => (who(), who(), any::<bool>()).prop_map(|(who, whom, old)| Op::Add(who, whom, old)),
        4 => (who(), who()).prop_map(|(who, whom)| Op::Remove(who, whom)),
        2 => (who(), who()).prop_map(|(who, whom)| Op::Sabotage(who, whom)),
        15 => who().prop_map(Op::Publish),
        1 => who().prop_map(Op::Discard),
        1 => (who(), any::<u8>()).prop_map(|(who, how)| Op::Invalid(who, how)),
        3 => who().prop_map(Op::Repair),
        3 => who().prop_map(Op::Answer),
        3 => who().prop_map(Op::Return),
        2 => who().prop_map(Op::Reload),
        3 => prop_oneof![Just(1), Just(49), Just(120)].prop_map(Op::Wait),
        2 => Just(Op::Agree),
    ]
}

/// The same histories each time; with `PROPTEST_CASES`, others each time, and so many for each hundred of it.
fn runner(few: u32, shrinks: u32) -> TestRunner {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let asked: Option<u32> = asked.map(|cases| cases.parse().expect("PROPTEST_CASES is a number"));
    TestRunner::new(Config {
        cases: asked.map_or(few, |asked| few.saturating_mul(asked.div_ceil(100))),
        max_shrink_iters: shrinks,
        failure_persistence: None,
        rng_seed: asked.map_or(RngSeed::Fixed(1), |_| RngSeed::Random),
        ..Config::default()
    })
}

/// How often what happened.
type Counts = BTreeMap<&'static str, u64>;

fn histories(suite: Suite, fault: Option<Fault>, runner: &mut TestRunner) -> Result<Counts, String> {
    let counts = RefCell::new(Counts::new());
    let result = runner.run(&proptest::collection::vec(op(), STEPS), |ops| {
        let mut world = World::new(suite, fault);
        for op in ops {
            world.run(op);
        }
        world.settle();
        for (what, count) in world.counts {
            *counts.borrow_mut().entry(what).or_default() += count;
        }
        Ok(())
    });
    result.map_err(|error| error.to_string())?;
    Ok(counts.into_inner())
}

#[test]
fn every_history_keeps_what_was_said() {
    let counts = histories(Suite::Classical, None, &mut runner(30, 400)).unwrap();
    let tried = [
        "added again",
        "answer",
        "commit for some",
        "commit lost",
        "commit refused",
        "confidential",
        "discarded",
        "gone",
        "invalid commit",
        "joined",
        "leaving",
        "lowering",
        "lowering again",
        "lowering refused",
        "message",
        "message refused",
        "reload",
        "removal",
        "return",
    ];
    for what in tried {
        assert!(counts.contains_key(what), "not tried: {what}");
    }
}

#[test]
fn it_is_the_same_with_the_post_quantum_suite() {
    histories(Suite::XWing, None, &mut runner(4, 100)).unwrap();
}

#[test]
fn a_reference_with_a_broken_rule_is_found_out() {
    for fault in Fault::ALL {
        let result = histories(Suite::Classical, Some(fault), &mut runner(100, 0));
        assert!(result.is_err(), "{fault:?} was not found out");
    }
}
