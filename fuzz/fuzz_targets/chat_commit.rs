//! What a member puts into the slots of a mailbox, under the right key and its own outer signature: any bytes, and honest commits,
//! messages and notices with some bytes changed.

#![no_main]

use std::cell::RefCell;

use chat::{Change, CommitFault, Group, Notice, Suite};
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/chat/tests/common/mod.rs"]
mod common;
mod damage;
#[path = "../../crates/chat/tests/common/forge.rs"]
mod forge;

use common::{Person, Three};
use forge::{COMMIT, EXTERNAL, MESSAGE, NOTICE};

struct Scene {
    ana: Person,
    at_ana: Group,
    bob: Person,
    at_bob: Group,
    index: u32,
    /// Bodies of commit slots from the message of MLS on, message slots, notices.
    honest: [Vec<Vec<u8>>; 3],
}

thread_local! {
    static SCENE: RefCell<Scene> = RefCell::new(Scene::new());
}

impl Scene {
    fn new() -> Self {
        let Three { ana, bob, cleo } = Three::new(Suite::Classical);
        let ((ana, at_ana), (bob, mut at_bob), (cleo, mut at_cleo)) = (ana, bob, cleo);
        let secrets = at_bob.secrets().clone();
        let message = bob.say(&mut at_bob, "the boiler is out again");
        let place = (at_bob.id(), at_bob.epoch(), at_bob.secrets());
        let notice = Notice::seal(&bob.provider, &bob.device, place, 7).unwrap();
        let titled = bob.forge_envelope(&at_bob, |commit| commit);
        let change = Change::Remove(vec![bob.device.member().device()]);
        let removal = at_cleo
            .stage(&cleo.provider, &cleo.device, &change)
            .unwrap()
            .commit;
        let commits = [titled, removal].map(|commit| bob.unseal(&secrets, COMMIT, &commit)[68..].to_vec());
        let honest = [
            commits.into(),
            vec![bob.unseal(&secrets, MESSAGE, &message)],
            vec![bob.unseal(&secrets, NOTICE, &notice)],
        ];
        let index = bob.mls(&at_bob).own_leaf_index().u32();
        at_bob.discard_own(&bob.provider).unwrap();
        Self {
            ana,
            at_ana,
            bob,
            at_bob,
            index,
            honest,
        }
    }

    fn commit(&mut self, body: &[u8], is_external: bool) {
        let index = if is_external { EXTERNAL } else { self.index };
        let envelope = self.bob.seal_commit(&self.at_bob, index, body);
        match self.at_ana.judge(&self.ana.provider, &envelope) {
            Ok(judged) => {
                // Each is accepted once: its keys are used up then.
                assert!(
                    self.honest[0].iter().any(|honest| honest == body),
                    "only what they made"
                );
                assert!(["Bob", "Cleo"].contains(&judged.author().name()));
            }
            Err(CommitFault::Own | CommitFault::Other(_)) => panic!("it is neither ours nor a failure"),
            Err(CommitFault::Invalid { .. } | CommitFault::Unfollowable { .. }) => {}
        }
    }

    /// The body as the outer signature does not cover it.
    fn unsigned(&mut self, body: &[u8]) {
        let envelope = self.bob.seal(self.at_bob.secrets(), COMMIT, body);
        assert!(self.at_ana.judge(&self.ana.provider, &envelope).is_err());
    }

    fn message(&mut self, body: &[u8]) {
        let envelope = self.bob.seal(self.at_bob.secrets(), MESSAGE, body);
        if self
            .at_ana
            .open_message(&self.ana.provider, &envelope)
            .is_ok_and(|read| read.is_some())
        {
            assert!(
                self.honest[1].iter().any(|honest| honest == body),
                "only what he said"
            );
        }
    }

    fn notice(&self, body: &[u8]) {
        let envelope = self.bob.seal(self.at_bob.secrets(), NOTICE, body);
        let place = (self.at_ana.epoch(), self.at_ana.secrets());
        if self
            .at_ana
            .open_notice(&self.ana.provider, place, &envelope)
            .is_ok()
        {
            assert!(
                self.honest[2].iter().any(|honest| honest == body),
                "only what he signed"
            );
        }
    }

    fn raw(&mut self, bytes: &[u8]) {
        assert!(self.at_ana.judge(&self.ana.provider, bytes).is_err());
        assert!(self.at_ana.open_message(&self.ana.provider, bytes).is_err());
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    SCENE.with_borrow_mut(|scene| {
        let which = usize::from(kind % 3);
        let damaged = damage::damaged(&scene.honest[which], bytes);
        for bytes in [Some(bytes.to_vec()), damaged].into_iter().flatten() {
            match (which, kind % 7) {
                (0, 6) => scene.unsigned(&bytes),
                (0, 5) => scene.raw(&bytes),
                (0, other) => scene.commit(&bytes, other == 4),
                (1, _) => scene.message(&bytes),
                _ => scene.notice(&bytes),
            }
        }
    });
});
