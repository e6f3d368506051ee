//! The rule of consent, tried on everything that a small chat can be: it is the minimum over the leaves, and nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use chat::Time;
use chat::consent::{Ceiling, Consent, LeafConsent, Lowering, Source, Statement, Wish, usable};

/// Statements carry this number; lowerings one less, the same, one more.
const NUMBER: u64 = 5;
const NOW: u64 = 10;
const TIMES: core::ops::RangeInclusive<u64> = NOW - 2..=NOW + 2;

#[test]
fn a_leaf_counts_for_what_the_rule_in_other_words_says() {
    let leaves = every_leaf();
    assert_eq!(leaves.len(), 180);
    for leaf in leaves {
        for now in times() {
            assert_eq!(leaf.counts().at(now), restated(&leaf, now), "{leaf:?} {now}");
        }
    }
}

#[test]
fn up_to_four_leaves_agree_to_the_least_of_them() {
    let leaves = some_leaves();
    assert_eq!(leaves.len(), 108);
    let each: Vec<[Ceiling; 5]> = leaves.iter().map(over_time).collect();
    let mut tried = 0_u32;
    for a in 0..leaves.len() {
        assert_least(&leaves, &each, &[a]);
        for b in a..leaves.len() {
            assert_least(&leaves, &each, &[a, b]);
            for c in b..leaves.len() {
                assert_least(&leaves, &each, &[a, b, c]);
                for d in c..leaves.len() {
                    assert_least(&leaves, &each, &[a, b, c, d]);
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, 5_989_005, "multisets of four out of 108");
}

#[test]
fn the_order_of_the_leaves_does_not_matter() {
    let leaves = some_leaves();
    for a in &leaves {
        for b in &leaves {
            assert_eq!(Consent::of([*a, *b]), Consent::of([*b, *a]));
            let c = LeafConsent::joined(Source::Commit, Some(stated(confidential(NOW))));
            assert_eq!(Consent::of([*a, *b, c]), Consent::of([c, *a, *b]));
        }
    }
}

/// Whatever one leaf turns into, the ceiling stays at or below what each of the others counts for.
#[test]
fn no_change_of_one_leaf_raises_the_ceiling_above_another() {
    let leaves = some_leaves();
    let mut raised_by_the_one_who_held_it = false;
    for changed in &leaves {
        for other in &leaves {
            for now in times() {
                let after = Consent::of([*changed, *other]).at(now);
                assert!(after <= other.counts().at(now));
                raised_by_the_one_who_held_it |= after > Ceiling::OnDevice;
            }
        }
    }
    assert!(
        raised_by_the_one_who_held_it,
        "the control: the rule is not `never`"
    );
}

#[test]
fn confidential_needs_the_unexpired_yes_of_every_leaf_signed_for_this_group() {
    let leaves = some_leaves();
    let says_yes = |leaf: &LeafConsent, now: Time| {
        leaf.source != Source::KeyPackage
            && matches!(leaf.statement, Some(Statement { wish: Wish::Confidential { until }, .. }) if now < until)
            && leaf
                .lowering
                .is_none_or(|lowering| lowering.to == Ceiling::Confidential || lowering.number <= NUMBER)
    };
    for a in &leaves {
        for b in &leaves {
            for now in times() {
                let all = says_yes(a, now) && says_yes(b, now);
                assert_eq!(
                    Consent::of([*a, *b]).at(now) == Ceiling::Confidential,
                    all,
                    "{a:?} {b:?}"
                );
            }
        }
    }
}

#[test]
fn a_key_package_never_counts_for_more_than_on_device() {
    for leaf in every_leaf() {
        for now in times() {
            let counts = leaf.counts().at(now);
            assert!(leaf.source != Source::KeyPackage || counts <= Ceiling::OnDevice);
        }
    }
}

#[test]
fn time_only_lowers() {
    for leaf in every_leaf() {
        assert!(over_time(&leaf).is_sorted_by(|earlier, later| earlier >= later));
    }
    for consent in every_consent() {
        assert!(
            times()
                .map(|now| consent.at(now))
                .is_sorted_by(|earlier, later| earlier >= later)
        );
        assert!(
            consent.at(Time::NEVER) <= Ceiling::OnDevice,
            "no lease is for ever"
        );
    }
}

#[test]
fn a_message_is_usable_at_most_as_when_it_was_sent_and_as_the_chat_is_now() {
    let mut stays_low = false;
    for sent_under in every_consent() {
        for chat in every_consent() {
            for (sent_at, now) in times().flat_map(|at| times().map(move |now| (at, now))) {
                let most = usable(chat, now, sent_under, sent_at);
                assert_eq!(most, chat.at(now).min(sent_under.at(sent_at)));
                stays_low |= most < chat.at(now);
            }
        }
    }
    assert!(stays_low, "raising does not reach back");
}

#[test]
fn what_was_stored_comes_back() {
    for consent in every_consent() {
        let (most, until) = consent.into_parts();
        assert_eq!(Consent::from_parts(most, until), consent);
        assert_eq!(consent.lease_end().is_some(), most == Ceiling::Confidential);
    }
    assert_eq!(
        Consent::of([]).at(Time::ZERO),
        Ceiling::Off,
        "nobody agrees to nothing"
    );
}

/// What a device said of one leaf, in order: each history of up to four things, against a list of all that was said.
#[test]
fn a_lowering_holds_until_its_leaf_says_something_at_least_as_new() {
    let (mut tried, mut lowered) = (0, 0);
    for history in histories() {
        let leaf = history.iter().fold(fresh(), |leaf, event| event.apply(leaf));
        let naive = in_force(&history);
        for now in times() {
            let stated = LeafConsent {
                lowering: None,
                ..leaf
            }
            .counts()
            .at(now);
            let most = naive.iter().copied().fold(stated, Ceiling::min);
            let counts = leaf.counts().at(now);
            assert!(counts <= most, "{history:?}");
            if is_honest(&history) {
                assert_eq!(counts, most, "{history:?}");
                lowered += u32::from(counts < stated);
            }
        }
        tried += 1;
    }
    assert_eq!(tried, 1 + 18 + 18 * 18 + 18 * 18 * 18 + 18 * 18 * 18 * 18);
    assert!(lowered > 0, "the control: some of them bind");
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Lower(Lowering),
    State(Statement),
}

impl Event {
    const fn number(self) -> u64 {
        match self {
            Self::Lower(Lowering { number, .. }) | Self::State(Statement { number, .. }) => number,
        }
    }

    fn apply(self, leaf: LeafConsent) -> LeafConsent {
        match self {
            Self::Lower(lowering) => leaf.lowered(lowering),
            Self::State(statement) => leaf.restated(Source::Commit, Some(statement)),
        }
    }
}

fn fresh() -> LeafConsent {
    let statement = Statement {
        number: 0,
        wish: confidential(NOW),
    };
    LeafConsent::joined(Source::Commit, Some(statement))
}

/// Three numbers, three ceilings, said in a message or in the leaf.
fn events() -> Vec<Event> {
    let mut all = Vec::new();
    for number in 1..=3 {
        for to in Ceiling::ALL {
            all.push(Event::Lower(Lowering { number, to }));
        }
        for wish in [Wish::Off, Wish::OnDevice, confidential(NOW + 1)] {
            all.push(Event::State(Statement { number, wish }));
        }
    }
    all
}

fn histories() -> Vec<Vec<Event>> {
    let mut all = vec![Vec::new()];
    let mut longest = all.clone();
    for _ in 0..4 {
        longest = longest
            .iter()
            .flat_map(|history| {
                events()
                    .into_iter()
                    .map(|event| [history.as_slice(), &[event]].concat())
            })
            .collect();
        all.extend(longest.iter().cloned());
    }
    all
}

/// A device that follows the protocol counts up with each thing that it says.
fn is_honest(history: &[Event]) -> bool {
    history.is_sorted_by(|before, after| before.number() < after.number())
}

/// To what the lowerings go that no later statement answered.
fn in_force(history: &[Event]) -> Vec<Ceiling> {
    let states_since = |at: usize, number: u64| {
        history
            .iter()
            .skip(at)
            .any(|event| matches!(event, Event::State(statement) if statement.number >= number))
    };
    let stated_before = |at: usize| {
        history.iter().take(at).rev().find_map(|event| match event {
            Event::State(statement) => Some(statement.number),
            Event::Lower(_) => None,
        })
    };
    history
        .iter()
        .enumerate()
        .filter_map(|(at, event)| match event {
            Event::Lower(Lowering { number, to })
                if *number > stated_before(at).unwrap_or(0) && !states_since(at, *number) =>
            {
                Some(*to)
            }
            _ => None,
        })
        .collect()
}

/// The rule once more, by asking for each place what it takes.
fn restated(leaf: &LeafConsent, now: Time) -> Ceiling {
    let wish = leaf.statement.map(|statement| statement.wish);
    let lowered_to = |ceiling: Ceiling| {
        leaf.lowering.is_some_and(|lowering| {
            let newer = leaf.statement.is_none() || lowering.number == NUMBER + 1;
            newer && lowering.to == ceiling
        })
    };
    let yes = matches!(wish, Some(Wish::Confidential { until }) if until.unix_seconds() > now.unix_seconds());
    let signed_here = matches!(leaf.source, Source::Update | Source::Commit);
    if wish == Some(Wish::Off) || lowered_to(Ceiling::Off) {
        Ceiling::Off
    } else if yes && signed_here && !lowered_to(Ceiling::OnDevice) {
        Ceiling::Confidential
    } else {
        Ceiling::OnDevice
    }
}

fn assert_least(leaves: &[LeafConsent], each: &[[Ceiling; 5]], chosen: &[usize]) {
    let consent = Consent::of(chosen.iter().map(|at| leaves[*at]));
    for (step, now) in times().enumerate() {
        let least = chosen.iter().map(|at| each[*at][step]).min();
        assert_eq!(Some(consent.at(now)), least);
    }
}

fn over_time(leaf: &LeafConsent) -> [Ceiling; 5] {
    let all: Vec<_> = times().map(|now| restated(leaf, now)).collect();
    all.try_into().unwrap()
}

fn every_leaf() -> Vec<LeafConsent> {
    let lowerings = (NUMBER - 1..=NUMBER + 1)
        .flat_map(|number| Ceiling::ALL.map(|to| Some(Lowering { number, to })))
        .chain([None])
        .collect::<Vec<_>>();
    leaves_with(&lowerings)
}

/// Fewer lowerings: of those that are too old one each is enough when there are four leaves.
fn some_leaves() -> Vec<LeafConsent> {
    let off = |number| {
        Some(Lowering {
            number,
            to: Ceiling::Off,
        })
    };
    let newer = |to| {
        Some(Lowering {
            number: NUMBER + 1,
            to,
        })
    };
    leaves_with(&[
        None,
        off(NUMBER - 1),
        off(NUMBER),
        newer(Ceiling::Off),
        newer(Ceiling::OnDevice),
        newer(Ceiling::Confidential),
    ])
}

fn leaves_with(lowerings: &[Option<Lowering>]) -> Vec<LeafConsent> {
    let wishes = [
        None,
        Some(Wish::Off),
        Some(Wish::OnDevice),
        Some(confidential(NOW - 1)),
        Some(confidential(NOW)),
        Some(confidential(NOW + 1)),
    ];
    let mut all = Vec::new();
    for source in [Source::KeyPackage, Source::Update, Source::Commit] {
        for wish in wishes {
            for lowering in lowerings {
                all.push(LeafConsent {
                    source,
                    statement: wish.map(stated),
                    lowering: *lowering,
                });
            }
        }
    }
    all
}

fn every_consent() -> Vec<Consent> {
    let ends: Vec<Time> = times().chain([Time::ZERO, Time::NEVER]).collect();
    Ceiling::ALL
        .into_iter()
        .flat_map(|most| ends.iter().map(move |until| Consent::from_parts(most, *until)))
        .collect()
}

const fn stated(wish: Wish) -> Statement {
    Statement { number: NUMBER, wish }
}

const fn confidential(until: u64) -> Wish {
    Wish::Confidential {
        until: Time::from_unix_seconds(until),
    }
}

fn times() -> impl Iterator<Item = Time> {
    TIMES.map(Time::from_unix_seconds)
}
