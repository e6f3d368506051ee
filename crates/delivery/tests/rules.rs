//! The rules of append and record, against a model that keeps everything and counts anew each time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use delivery::{
    Accepted, Append, Body, Capability, Earlier, Entry, HeldRecord, IdempotencyKey, MailboxKeys,
    MailboxState, Quota, RecordChange, Refusal, SlotKind, judge_record,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

/// Small, so that random appends meet it.
const QUOTA: Quota = Quota {
    slots: 8,
    bytes: 40,
    commit_slots: 3,
    commit_bytes: 15,
};

proptest! {
    #[test]
    fn appends_do_what_the_model_does(appends in vec(append(), 0..40)) {
        let mut log = Log::default();
        let mut state = MailboxState::new(keys().hashes());
        for append in appends {
            let held = log.under(append.key);
            let expected = log.append(&append);
            let earlier = held.as_ref().map(|(seq, kind, body)| Earlier { seq: *seq, kind: *kind, body });
            let found = state.judge_append(&append, earlier, &QUOTA);
            prop_assert_eq!(found.map(|accepted| accepted.seq()), expected);
            if let Ok(Accepted::New(slot)) = found {
                state = *slot.after();
            }
            prop_assert_eq!((state.last, state.kept), (log.slots.len() as u64, log.slots.len() as u64));
            prop_assert_eq!((state.commits, state.bytes), (log.commits(), log.bytes()));
        }
        prop_assert!(log.no_message_follows_a_commit());
    }

    #[test]
    fn whoever_shows_another_capability_learns_nothing(append in append(), secret in any::<[u8; 32]>()) {
        let state = MailboxState::new(keys().hashes());
        let shown = Append { write: Capability::from_secret(secret), ..append.clone() };
        let same = append.entry.body().to_vec();
        let earlier = Earlier { seq: 1, kind: append.entry.kind(), body: &same };
        for earlier in [None, Some(earlier)] {
            prop_assert_eq!(state.judge_append(&shown, earlier, &QUOTA), Err(Refusal::Denied));
        }
        let honest = Append { write: keys().write, ..append };
        prop_assert!(state.judge_append(&honest, Some(earlier), &QUOTA).is_ok());
    }

    #[test]
    fn a_record_is_its_first_publisher_s_and_rises(puts in vec((0..2_u8, 0..6_u64, 0..3_u8), 1..30)) {
        let mut held: Option<HeldRecord> = None;
        let mut model: Option<(u8, u64, u8)> = None;
        for (who, version, byte) in puts {
            let publish = Capability::from_secret([who; 32]);
            let found = judge_record(held.as_ref(), &publish, version, &[byte]);
            let expected = match model {
                None => Ok(RecordChange::First),
                Some((owner, ..)) if owner != who => Err(Refusal::Denied),
                Some((_, old, _)) if version > old => Ok(RecordChange::Newer),
                Some((_, old, bytes)) if (version, byte) == (old, bytes) => Ok(RecordChange::Same),
                Some((_, old, _)) => Err(Refusal::Conflict { current: old }),
            };
            prop_assert_eq!(found, expected);
            if found.is_ok() {
                model = Some((who, version, byte));
                held = Some(HeldRecord { publish: publish.hash(), version, body: Body::from(vec![byte]) });
            }
        }
    }
}

#[test]
fn a_lost_answer_is_learnt_after_the_mailbox_closed_and_filled() {
    let mut state = MailboxState::new(keys().hashes());
    let message = append_of(1, Entry::Message(Body::from(vec![1; 5])));
    let commit = |key| {
        append_of(
            key,
            Entry::Commit {
                expect: None,
                body: Body::from(vec![2; 5]),
            },
        )
    };
    for append in [message.clone()].into_iter().chain((2..9).map(commit)) {
        let Ok(Accepted::New(slot)) = state.judge_append(&append, None, &QUOTA) else {
            unreachable!("there is room for eight")
        };
        state = *slot.after();
    }
    let late = append_of(50, Entry::Message(Body::from(vec![3; 5])));
    assert_eq!(state.judge_append(&late, None, &QUOTA), Err(Refusal::Closed));
    assert_eq!(state.judge_append(&commit(51), None, &QUOTA), Err(Refusal::Full));
    let stored = Earlier {
        seq: 1,
        kind: SlotKind::Message,
        body: &[1; 5],
    };
    let again = state.judge_append(&message, Some(stored), &QUOTA);
    assert_eq!(again.map(|accepted| accepted.seq()), Ok(1));
    let other = append_of(1, Entry::Message(Body::from(vec![1; 6])));
    assert_eq!(
        state.judge_append(&other, Some(stored), &QUOTA),
        Err(Refusal::Malformed)
    );
}

#[test]
fn a_mailbox_full_of_messages_can_still_be_left_by_a_commit() {
    let mut state = MailboxState::new(keys().hashes());
    let message = |key| append_of(key, Entry::Message(Body::default()));
    let mut key = 0;
    while let Ok(Accepted::New(slot)) = state.judge_append(&message(key), None, &QUOTA) {
        state = *slot.after();
        key += 1;
    }
    assert_eq!(key, 5);
    assert_eq!(
        state.judge_append(&message(key), None, &QUOTA),
        Err(Refusal::Full)
    );
    let notice = append_of(9, Entry::Notice(Body::default()));
    assert_eq!(state.judge_append(&notice, None, &QUOTA), Err(Refusal::Full));
    let commit = append_of(
        9,
        Entry::Commit {
            expect: Some(0),
            body: Body::default(),
        },
    );
    assert!(state.judge_append(&commit, None, &QUOTA).is_ok());
}

/// The naive mailbox.
#[derive(Default)]
struct Log {
    slots: Vec<(IdempotencyKey, SlotKind, Vec<u8>)>,
}

impl Log {
    fn append(&mut self, append: &Append) -> Result<u64, Refusal> {
        if append.write != keys().write {
            return Err(Refusal::Denied);
        }
        let (kind, body) = (append.entry.kind(), append.entry.body().to_vec());
        for (place, (key, old_kind, old_body)) in (1..).zip(&self.slots) {
            if *key == append.key {
                let same = (*old_kind, old_body) == (kind, &body);
                return if same { Ok(place) } else { Err(Refusal::Malformed) };
            }
        }
        let commits = self.commits();
        match &append.entry {
            Entry::Message(_) if commits > 0 => return Err(Refusal::Closed),
            Entry::Commit { expect: Some(n), .. } if *n != commits => {
                return Err(Refusal::Conflict { current: commits });
            }
            _ => {}
        }
        let (slots, bytes) = if kind == SlotKind::Commit {
            (8, 40)
        } else {
            (5, 25)
        };
        if self.slots.len() + 1 > slots || self.bytes() + body.len() as u64 > bytes {
            return Err(Refusal::Full);
        }
        self.slots.push((append.key, kind, body));
        Ok(self.slots.len() as u64)
    }

    fn under(&self, wanted: IdempotencyKey) -> Option<(u64, SlotKind, Vec<u8>)> {
        let mut numbered = (1..).zip(&self.slots);
        let (seq, (_, kind, body)) = numbered.find(|(_, (key, ..))| *key == wanted)?;
        Some((seq, *kind, body.clone()))
    }

    fn commits(&self) -> u64 {
        self.slots
            .iter()
            .filter(|(_, kind, _)| *kind == SlotKind::Commit)
            .count() as u64
    }

    fn bytes(&self) -> u64 {
        self.slots.iter().map(|(.., body)| body.len() as u64).sum()
    }

    fn no_message_follows_a_commit(&self) -> bool {
        let mut from_commit = self
            .slots
            .iter()
            .skip_while(|(_, kind, _)| *kind != SlotKind::Commit);
        from_commit.all(|(_, kind, _)| *kind != SlotKind::Message)
    }
}

fn keys() -> MailboxKeys {
    MailboxKeys::from_secrets([1; 32], [2; 32])
}

fn append_of(key: u8, entry: Entry) -> Append {
    Append {
        mailbox: keys().name(),
        write: keys().write,
        key: IdempotencyKey([key; 16]),
        entry,
    }
}

/// Few keys, small bodies and mostly the right capability, so that everything meets everything.
fn append() -> impl Strategy<Value = Append> {
    let body = || vec(0..2_u8, 0..6).prop_map(Body::from);
    let entry = prop_oneof![
        6 => body().prop_map(Entry::Message),
        2 => (option::of(0..4_u64), body()).prop_map(|(expect, body)| Entry::Commit { expect, body }),
        2 => body().prop_map(Entry::Notice),
    ];
    (0..20_u8, 0..10_u8, entry).prop_map(|(key, who, entry)| Append {
        write: if who == 0 { keys().read } else { keys().write },
        ..append_of(key, entry)
    })
}
