//! Consent among devices and a server that is against them, checked state by state.
//!
//! The model is the log of a chat: slots are lowerings, messages, "I am leaving" and commits, as the server lets them in. The
//! server decides what gets in, when, and in which order; a lowering can wait there for as long as it likes. Any member may add any
//! device with any KeyPackage that the device ever made, remove anybody, and restate its own leaf, with an old number too. Clocks
//! agree.
//!
//! A member has processed *some* prefix of the log; which one is the server's choice. A member that is kept behind needs no states of
//! its own: the prefix that it knows is the whole log of another state at the same time of the clock. So the properties are asked
//! of every member at the end of the log. Only what also looks at what waits (e) is asked at every prefix.
//!
//! What members compute comes from `chat::consent` and is not repeated here. What devices *said* is written down separately,
//! and the properties compare the two. Each property has a control: a rule that is wrong on purpose, for which the checker must
//! find a counterexample.
//!
//! All states are tried in which slots, ticks of the clock and lowerings that wait are together at most `SNUG_MODEL_DEPTH`
//! (3 unless set).
#![allow(clippy::indexing_slicing, reason = "a test may stop")]

use chat::Time;
use chat::consent::{Ceiling, Consent, LeafConsent, Lowering, Source, Statement, Wish, usable};
use stateright::{Checker, HasDiscoveries, Model, Property};

/// Ana's phone, Ana's laptop, Bo's phone.
const DEVICES: usize = 3;
/// The clock goes from 0 to this.
const LAST_TICK: u64 = 2;
/// What a confidential statement is good for.
const LEASE: u64 = 1;
const DEFAULT_DEPTH: usize = 3;

const STATED: &str = "a: the ceiling is at most what every present device said";
const OTHERS: &str = "b: nobody raises what another holds down";
const SAME: &str = "c: the same prefix gives the same consent";
const HOLDS: &str = "d: a lowering holds until its leaf says otherwise";
const BOUNDED: &str = "e: a withheld lowering ends with the lease";
const NOT_BACK: &str = "f: raising does not reach back";
const AT_HOME: &str = "g: a lowering holds at home at once";

#[test]
fn the_rule_keeps_all_its_properties() {
    let depth = match std::env::var("SNUG_MODEL_DEPTH") {
        Ok(depth) => depth.parse().expect("a number"),
        Err(_) => DEFAULT_DEPTH,
    };
    let checker = checked(Rule::Ours, depth, HasDiscoveries::All);
    checker.assert_properties();
    println!(
        "depth {depth}: {} states, {} transitions",
        checker.unique_state_count(),
        checker.state_count()
    );
}

#[test]
fn the_checker_finds_what_is_wrong_with_each_broken_rule() {
    for (rule, property) in [
        (Rule::BelievesKeyPackages, STATED),
        (Rule::Greatest, STATED),
        (Rule::CommitSignsForAll, OTHERS),
        (Rule::ForgetsWhenJoining, SAME),
        (Rule::IgnoresLowerings, HOLDS),
        (Rule::NewestLoweringWins, HOLDS),
        (Rule::AnyStatementAnswers, HOLDS),
        (Rule::NoLease, BOUNDED),
        (Rule::CeilingNow, NOT_BACK),
        (Rule::WaitsForTheLog, AT_HOME),
    ] {
        let first = HasDiscoveries::AnyOf([property].into());
        let checker = checked(rule, DEFAULT_DEPTH, first);
        assert!(checker.discovery(property).is_some(), "{rule:?} keeps {property}");
    }
}

fn checked(rule: Rule, depth: usize, until: HasDiscoveries) -> impl Checker<Chat> {
    let chat = Chat { rule, depth };
    chat.checker().threads(2).finish_when(until).spawn_bfs().join()
}

/// Ours, and those that are wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Ours,
    /// Takes a leaf from a KeyPackage for one that was signed here.
    BelievesKeyPackages,
    /// The maximum over the leaves.
    Greatest,
    /// Takes all leaves of a commit for signed by it.
    CommitSignsForAll,
    /// A new member starts without the lowerings that are in force.
    ForgetsWhenJoining,
    IgnoresLowerings,
    /// The second lowering of a device replaces its first.
    NewestLoweringWins,
    /// A statement ends a lowering even if it is older.
    AnyStatementAnswers,
    NoLease,
    /// Only the ceiling now counts for a message.
    CeilingNow,
    /// A device waits for its own lowering to come back from the server.
    WaitsForTheLog,
}

type Leaves = [Option<LeafConsent>; DEVICES];

struct Chat {
    rule: Rule,
    depth: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    /// The tree when the log starts.
    start: Leaves,
    log: Vec<Slot>,
    clock: u64,
    /// A lowering that its device decided on and that the server has not let in.
    waiting: [Option<Lowering>; DEVICES],
    /// What each device counts its statements and lowerings with.
    numbers: [u64; DEVICES],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Slot {
    Lower {
        by: usize,
        lowering: Lowering,
    },
    Message {
        sent_at: u64,
    },
    Leaving {
        by: usize,
    },
    Commit {
        by: usize,
        statement: Statement,
        change: Change,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Change {
    Nothing,
    Remove(usize),
    Add(usize, Statement),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Tick,
    /// A device lowers: at home at once, in the log when the server likes.
    Decide(usize, Ceiling),
    LetIn(usize),
    Append(Slot),
}

impl Model for Chat {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let signed = |wish| {
            let statement = Statement { number: 1, wish };
            Some(LeafConsent::joined(Source::Commit, Some(statement)))
        };
        let yes = signed(confidential(LEASE));
        [None, yes, signed(Wish::Off)]
            .map(|third| State {
                start: [yes, yes, third],
                log: Vec::new(),
                clock: 0,
                waiting: [None; DEVICES],
                numbers: [1; DEVICES],
            })
            .to_vec()
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.clock < LAST_TICK {
            actions.push(Action::Tick);
        }
        let here = state.present(state.log.len());
        for by in (0..DEVICES).filter(|device| here[*device]) {
            if state.waiting[by].is_none() {
                actions.extend([Ceiling::Off, Ceiling::OnDevice].map(|to| Action::Decide(by, to)));
            } else {
                actions.push(Action::LetIn(by));
            }
            actions.push(Action::Append(Slot::Leaving { by }));
            actions.extend(commits(state, here, by).map(Action::Append));
        }
        // A message may have waited since the beginning.
        actions.push(Action::Append(Slot::Message { sent_at: 0 }));
        actions.push(Action::Append(Slot::Message { sent_at: state.clock }));
    }

    fn within_boundary(&self, state: &State) -> bool {
        let waiting = state.waiting.iter().flatten().count();
        state.log.len() + waiting + usize::try_from(state.clock).expect("small") <= self.depth
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Tick => state.clock += 1,
            Action::Decide(by, to) => {
                state.numbers[by] += 1;
                let number = state.numbers[by];
                state.waiting[by] = Some(Lowering { number, to });
            }
            Action::LetIn(by) => {
                let lowering = state.waiting[by].take()?;
                state.log.push(Slot::Lower { by, lowering });
            }
            Action::Append(slot) => state.append(slot),
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(STATED, Self::is_stated),
            Property::always(OTHERS, Self::leaves_others_alone),
            Property::always(SAME, Self::is_the_same_for_all),
            Property::always(HOLDS, Self::keeps_lowerings),
            Property::always(BOUNDED, Self::bounds_what_is_withheld),
            Property::always(NOT_BACK, Self::does_not_reach_back),
            Property::always(AT_HOME, Self::lowers_at_home),
            // What the rule does not promise, and that it is not kept by allowing nothing.
            Property::sometimes("confidential comes about", Self::rises_to_confidential),
            Property::sometimes("removing who holds it down raises it", Self::rises_by_removal),
            Property::sometimes(
                "an old KeyPackage says less than the device last said",
                Self::is_readded_higher,
            ),
            Property::sometimes("a lowering is withheld while the lease runs", Self::is_withheld),
            Property::sometimes(
                "a withheld off leaves AI on the others' devices",
                Self::is_withheld_off,
            ),
            Property::sometimes(
                "who leaves still counts until removed",
                Self::counts_while_leaving,
            ),
            Property::sometimes(
                "the chat rises and an old message does not",
                Self::message_stays_low,
            ),
        ]
    }
}

/// What a device can commit. Who removes or adds somebody, or counts back, wants the most at the same time; what it
/// would want less it can commit before or after.
fn commits(state: &State, here: [bool; DEVICES], by: usize) -> impl Iterator<Item = Slot> {
    let most = confidential(state.clock + LEASE);
    let fresh = state.numbers[by] + 1;
    let alone = [
        (0, most),
        (fresh, Wish::Off),
        (fresh, Wish::OnDevice),
        (fresh, most),
    ];
    let with_others = (0..DEVICES)
        .filter(move |device| *device != by)
        .flat_map(move |device| {
            if here[device] {
                vec![Change::Remove(device)]
            } else {
                packages().map(|package| Change::Add(device, package)).to_vec()
            }
        });
    let alone = alone.map(|(number, wish)| (Statement { number, wish }, Change::Nothing));
    let statement = Statement {
        number: fresh,
        wish: most,
    };
    alone
        .into_iter()
        .chain(with_others.map(move |change| (statement, change)))
        .map(move |(statement, change)| Slot::Commit {
            by,
            statement,
            change,
        })
}

/// What every device once prepared, and anybody may use.
fn packages() -> [Statement; 2] {
    [Wish::Off, confidential(LAST_TICK + 1)].map(|wish| Statement { number: 0, wish })
}

impl State {
    fn append(&mut self, slot: Slot) {
        if let Slot::Commit {
            by,
            statement,
            change,
        } = slot
        {
            self.numbers[by] = self.numbers[by].max(statement.number);
            if self.waiting[by].is_some_and(|waiting| waiting.number <= statement.number) {
                self.waiting[by] = None;
            }
            if let Change::Remove(removed) = change {
                self.waiting[removed] = None;
            }
        }
        self.log.push(slot);
    }

    /// Who is there after so many slots.
    fn present(&self, slots: usize) -> [bool; DEVICES] {
        let mut here = self.start.map(|leaf| leaf.is_some());
        for slot in &self.log[..slots] {
            match slot {
                Slot::Commit {
                    change: Change::Remove(removed),
                    ..
                } => here[*removed] = false,
                Slot::Commit {
                    change: Change::Add(added, _),
                    ..
                } => here[*added] = true,
                _ => {}
            }
        }
        here
    }

    /// What each device said, after so many slots; in the words of this model.
    fn said(&self, slots: usize) -> [Option<Said>; DEVICES] {
        let mut all = self.start.map(|leaf| leaf.map(Said::of_start));
        for slot in &self.log[..slots] {
            match *slot {
                Slot::Lower { by, lowering } => all[by].iter_mut().for_each(|said| said.lower(lowering)),
                Slot::Message { .. } | Slot::Leaving { .. } => {}
                Slot::Commit {
                    by,
                    statement,
                    change,
                } => {
                    all[by].iter_mut().for_each(|said| said.state(statement));
                    match change {
                        Change::Nothing => {}
                        Change::Remove(removed) => all[removed] = None,
                        Change::Add(added, statement) => all[added] = Some(Said::prepared(statement)),
                    }
                }
            }
        }
        all
    }

    /// After which slot the device that is there at the end of these came, if not at the start.
    fn came(&self, device: usize, slots: usize) -> Option<usize> {
        self.log[..slots]
            .iter()
            .rposition(
                |slot| matches!(slot, Slot::Commit { change: Change::Add(added, _), .. } if *added == device),
            )
            .map(|at| at + 1)
    }

    /// Each member that has processed all, and its view.
    fn views(&self, rule: Rule) -> impl Iterator<Item = View> {
        self.views_at(rule, self.log.len())
    }

    /// Each member that has processed so many slots, and its view.
    fn views_at(&self, rule: Rule, slots: usize) -> impl Iterator<Item = View> {
        let here = self.present(slots);
        (0..DEVICES)
            .filter(move |device| here[*device])
            .map(move |member| View {
                member,
                leaves: rule.view(self, slots, self.came(member, slots)),
            })
    }

    fn now(&self) -> Time {
        Time::from_unix_seconds(self.clock)
    }

    /// The end of the last lease that a device ever signed in this chat.
    fn last_lease(&self, device: usize) -> Time {
        let started = self.start[device].filter(|leaf| leaf.source == Source::Commit);
        let committed = self.log.iter().filter_map(|slot| match slot {
            Slot::Commit { by, statement, .. } if *by == device => Some(*statement),
            _ => None,
        });
        started
            .and_then(|leaf| leaf.statement)
            .into_iter()
            .chain(committed)
            .filter_map(|statement| match statement.wish {
                Wish::Confidential { until } => Some(until),
                Wish::Off | Wish::OnDevice => None,
            })
            .max()
            .unwrap_or(Time::ZERO)
    }
}

struct View {
    member: usize,
    leaves: Leaves,
}

impl Rule {
    /// The leaves as a member has them that came after `came` slots, or was there from the start.
    fn view(self, state: &State, slots: usize, came: Option<usize>) -> Leaves {
        let mut leaves = state.start;
        for (at, slot) in state.log[..slots].iter().enumerate() {
            self.apply(&mut leaves, *slot);
            if came == Some(at + 1) {
                leaves = leaves.map(|leaf| leaf.map(|leaf| self.hand_over(leaf)));
            }
        }
        leaves
    }

    /// What a new member makes of a leaf in the tree and of the lowering in force that it is told with it.
    fn hand_over(self, leaf: LeafConsent) -> LeafConsent {
        let joined = LeafConsent::joined(leaf.source, leaf.statement);
        match leaf.lowering {
            Some(lowering) if self != Self::ForgetsWhenJoining => joined.lowered(lowering),
            _ => joined,
        }
    }

    fn apply(self, leaves: &mut Leaves, slot: Slot) {
        match slot {
            Slot::Lower { by, lowering } => leaves[by] = leaves[by].map(|leaf| self.lower(leaf, lowering)),
            Slot::Message { .. } | Slot::Leaving { .. } => {}
            Slot::Commit {
                by,
                statement,
                change,
            } => {
                leaves[by] = leaves[by].map(|leaf| self.restate(leaf, statement));
                if self == Self::CommitSignsForAll {
                    leaves
                        .iter_mut()
                        .flatten()
                        .for_each(|leaf| leaf.source = Source::Commit);
                }
                match change {
                    Change::Nothing => {}
                    Change::Remove(removed) => leaves[removed] = None,
                    Change::Add(added, statement) => {
                        leaves[added] = Some(LeafConsent::joined(Source::KeyPackage, Some(statement)));
                    }
                }
            }
        }
    }

    fn lower(self, leaf: LeafConsent, lowering: Lowering) -> LeafConsent {
        match self {
            Self::IgnoresLowerings => leaf,
            Self::NewestLoweringWins => LeafConsent {
                lowering: Some(lowering),
                ..leaf
            },
            _ => leaf.lowered(lowering),
        }
    }

    fn restate(self, leaf: LeafConsent, statement: Statement) -> LeafConsent {
        match self {
            Self::AnyStatementAnswers => LeafConsent::joined(Source::Commit, Some(statement)),
            _ => leaf.restated(Source::Commit, Some(statement)),
        }
    }

    fn consent(self, leaves: &Leaves) -> Consent {
        let present = leaves.iter().flatten().copied();
        match self {
            Self::BelievesKeyPackages => Consent::of(present.map(|leaf| LeafConsent {
                source: Source::Commit,
                ..leaf
            })),
            Self::Greatest => present
                .map(LeafConsent::counts)
                .max_by_key(|consent| consent.into_parts().0)
                .unwrap_or(Consent::NONE),
            Self::NoLease => Consent::from_parts(Consent::of(present).into_parts().0, Time::NEVER),
            _ => Consent::of(present),
        }
    }

    /// At home, with what the device decided and the log does not hold.
    fn at_home(self, leaves: &Leaves, device: usize, waiting: Lowering) -> Consent {
        let mut leaves = *leaves;
        if self != Self::WaitsForTheLog {
            leaves[device] = leaves[device].map(|leaf| leaf.lowered(waiting));
        }
        self.consent(&leaves)
    }

    fn usable(self, chat: Consent, now: Time, sent_under: Consent, sent_at: Time) -> Ceiling {
        match self {
            Self::CeilingNow => chat.at(now),
            _ => usable(chat, now, sent_under, sent_at),
        }
    }
}

/// What one device said, not what it counts for.
#[derive(Clone, Debug)]
struct Said {
    here: bool,
    number: u64,
    wish: Wish,
    lowered: Vec<Lowering>,
}

impl Said {
    fn of_start(leaf: LeafConsent) -> Self {
        let statement = leaf.statement.expect("all state something at the start");
        Self {
            here: leaf.source == Source::Commit,
            ..Self::prepared(statement)
        }
    }

    const fn prepared(Statement { number, wish }: Statement) -> Self {
        Self {
            here: false,
            number,
            wish,
            lowered: Vec::new(),
        }
    }

    fn state(&mut self, statement: Statement) {
        self.lowered.retain(|lowering| lowering.number > statement.number);
        (self.here, self.number, self.wish) = (true, statement.number, statement.wish);
    }

    fn lower(&mut self, lowering: Lowering) {
        if lowering.number > self.number {
            self.lowered.push(lowering);
        }
    }

    fn allows(&self, now: Time) -> Ceiling {
        let stated = match self.wish {
            Wish::Off => Ceiling::Off,
            Wish::Confidential { until } if self.here && now < until => Ceiling::Confidential,
            Wish::OnDevice | Wish::Confidential { .. } => Ceiling::OnDevice,
        };
        self.lowered
            .iter()
            .map(|lowering| lowering.to)
            .fold(stated, Ceiling::min)
    }
}

/// The properties.
impl Chat {
    fn is_stated(&self, state: &State) -> bool {
        let said = state.said(state.log.len());
        let allowed = |most| said.iter().flatten().all(|said| most <= said.allows(state.now()));
        state
            .views(self.rule)
            .all(|view| allowed(self.rule.consent(&view.leaves).at(state.now())))
    }

    /// While the same devices are there, a slot changes nothing above what all but its author count for.
    fn leaves_others_alone(&self, state: &State) -> bool {
        let slots = state.log.len();
        let Some(by) = state.log.last().and_then(|slot| slot.author()) else {
            return true;
        };
        let mut others = self.rule.view(state, slots - 1, None);
        others[by] = None;
        if state.present(slots - 1) != state.present(slots) || others == [None; DEVICES] {
            return true;
        }
        let (after, others) = (self.rule.consent(&self.at_end(state)), self.rule.consent(&others));
        every_time().all(|now| after.at(now) <= others.at(now))
    }

    fn is_the_same_for_all(&self, state: &State) -> bool {
        let from_the_start = self.rule.consent(&self.at_end(state));
        state
            .views(self.rule)
            .all(|view| self.rule.consent(&view.leaves) == from_the_start)
    }

    fn keeps_lowerings(&self, state: &State) -> bool {
        let in_force = state.log.iter().enumerate().filter_map(|(at, slot)| match slot {
            Slot::Lower { by, lowering } if holds(&state.log[at + 1..], *by, lowering.number) => {
                Some(lowering.to)
            }
            _ => None,
        });
        let Some(least) = in_force.min() else { return true };
        state.views(self.rule).all(|view| {
            let consent = self.rule.consent(&view.leaves);
            every_time().all(|now| consent.at(now) <= least)
        })
    }

    fn bounds_what_is_withheld(&self, state: &State) -> bool {
        let over =
            |device: &usize| state.waiting[*device].is_some() && state.now() >= state.last_lease(*device);
        (0..DEVICES).filter(over).all(|device| {
            (0..=state.log.len())
                .flat_map(|slots| state.views_at(self.rule, slots))
                .filter(|view| view.leaves[device].is_some())
                .all(|view| self.rule.consent(&view.leaves).at(state.now()) <= Ceiling::OnDevice)
        })
    }

    fn does_not_reach_back(&self, state: &State) -> bool {
        self.messages(state)
            .all(|(usable, sent_under, _)| usable <= sent_under)
    }

    fn lowers_at_home(&self, state: &State) -> bool {
        state
            .views(self.rule)
            .all(|view| match state.waiting[view.member] {
                Some(waiting) => {
                    let consent = self.rule.at_home(&view.leaves, view.member, waiting);
                    every_time().all(|now| consent.at(now) <= waiting.to)
                }
                None => true,
            })
    }

    fn at_end(&self, state: &State) -> Leaves {
        self.rule.view(state, state.log.len(), None)
    }

    fn rises_to_confidential(&self, state: &State) -> bool {
        let first = self.rule.consent(&state.start).at(state.now());
        let last = self.rule.consent(&self.at_end(state)).at(state.now());
        first < Ceiling::Confidential && last == Ceiling::Confidential
    }

    fn rises_by_removal(&self, state: &State) -> bool {
        state.log.iter().enumerate().any(|(at, slot)| {
            let consent = |slots| {
                self.rule
                    .consent(&self.rule.view(state, slots, None))
                    .at(state.now())
            };
            matches!(
                slot,
                Slot::Commit {
                    change: Change::Remove(_),
                    ..
                }
            ) && consent(at) < consent(at + 1)
        })
    }

    /// It said off, was removed and came back as it once was. So the device states its wish again as soon as it is back.
    fn is_readded_higher(&self, state: &State) -> bool {
        let before = state.said(0);
        let after = state.said(state.log.len());
        (0..DEVICES).any(|device| match (&before[device], &after[device]) {
            (Some(before), Some(after)) => {
                !after.here && before.allows(state.now()) < after.allows(state.now())
            }
            _ => false,
        })
    }

    fn is_withheld(&self, state: &State) -> bool {
        self.goes_on_at(state, Ceiling::OnDevice, Ceiling::Confidential)
    }

    fn is_withheld_off(&self, state: &State) -> bool {
        state.clock == LAST_TICK && self.goes_on_at(state, Ceiling::Off, Ceiling::OnDevice)
    }

    fn goes_on_at(&self, state: &State, to: Ceiling, others: Ceiling) -> bool {
        let withheld = state.waiting.iter().flatten().any(|waiting| waiting.to == to);
        withheld && self.rule.consent(&self.at_end(state)).at(state.now()) == others
    }

    fn counts_while_leaving(&self, state: &State) -> bool {
        let leaves = self.at_end(state);
        state.log.iter().any(|slot| match slot {
            Slot::Leaving { by } => {
                let held = leaves[*by].is_some_and(|leaf| leaf.counts().at(state.now()) == Ceiling::Off);
                held && self.rule.consent(&leaves).at(state.now()) == Ceiling::Off
            }
            _ => false,
        })
    }

    fn message_stays_low(&self, state: &State) -> bool {
        self.messages(state).any(|(usable, _, chat)| usable < chat)
    }

    /// For each message and each member that read it: where it is usable now, the ceiling when it was sent, the ceiling now.
    fn messages(&self, state: &State) -> impl Iterator<Item = (Ceiling, Ceiling, Ceiling)> {
        let sent = state.log.iter().enumerate().filter_map(|(at, slot)| match slot {
            Slot::Message { sent_at } => Some((at, Time::from_unix_seconds(*sent_at))),
            _ => None,
        });
        sent.flat_map(move |(at, sent_at)| {
            state.views(self.rule).filter_map(move |view| {
                let came = state.came(view.member, state.log.len());
                let sent_under = self.rule.consent(&self.rule.view(state, at, came));
                let chat = self.rule.consent(&view.leaves);
                let usable = self.rule.usable(chat, state.now(), sent_under, sent_at);
                (came.unwrap_or(0) <= at).then(|| (usable, sent_under.at(sent_at), chat.at(state.now())))
            })
        })
    }
}

impl Slot {
    const fn author(self) -> Option<usize> {
        match self {
            Self::Lower { by, .. } | Self::Leaving { by } | Self::Commit { by, .. } => Some(by),
            Self::Message { .. } => None,
        }
    }
}

/// Whether nothing in these slots answers the lowering with this number.
fn holds(since: &[Slot], device: usize, number: u64) -> bool {
    !since.iter().any(|slot| match slot {
        Slot::Commit {
            by,
            statement,
            change,
        } => (*by == device && statement.number >= number) || *change == Change::Remove(device),
        _ => false,
    })
}

const fn confidential(until: u64) -> Wish {
    Wish::Confidential {
        until: Time::from_unix_seconds(until),
    }
}

fn every_time() -> impl Iterator<Item = Time> {
    (0..=LAST_TICK + 2).map(Time::from_unix_seconds)
}
