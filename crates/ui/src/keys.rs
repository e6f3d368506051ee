//! Tickets and sessions: how a page shows that Snug itself opened it.
//!
//! A ticket travels once, in the fragment of the URL that the browser is started with; the page posts it and gets a session's
//! token, which it keeps in its own `sessionStorage` and sends as a header. No browser adds that header by itself, so a
//! request from anywhere else carries nothing (no cookie exists that it could carry).

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How long a ticket waits for its page.
pub(crate) const TICKET_LIFE: Duration = Duration::from_secs(60);
/// The most windows of one run; the oldest is forgotten.
const MOST_SESSIONS: usize = 16;
/// The most tickets that wait at a time.
const MOST_TICKETS: usize = 16;

/// Shows that a request came from a page that exchanged a ticket. Only [`Keys::session`] makes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session(());

/// What opens the window. Only hashes are kept: who reads them has no token.
#[derive(Default)]
pub(crate) struct Keys {
    tickets: Vec<(Instant, Hash)>,
    sessions: Vec<Hash>,
}

type Hash = [u8; 32];

impl Keys {
    /// A new ticket.
    pub(crate) fn issue(&mut self, now: Instant, random: [u8; 32]) -> String {
        self.forget_old(now);
        if self.tickets.len() == MOST_TICKETS {
            self.tickets.remove(0);
        }
        let ticket = hex(&random);
        self.tickets.push((now, hash(&ticket)));
        ticket
    }

    /// A session for a ticket; each is good once.
    pub(crate) fn exchange(&mut self, ticket: &str, now: Instant, random: [u8; 32]) -> Option<String> {
        self.forget_old(now);
        let wanted = hash(ticket);
        let at = self
            .tickets
            .iter()
            .position(|(_, known)| is_same(known, &wanted))?;
        self.tickets.remove(at);
        if self.sessions.len() == MOST_SESSIONS {
            self.sessions.remove(0);
        }
        let token = hex(&random);
        self.sessions.push(hash(&token));
        Some(token)
    }

    /// Whether this is the token of a session.
    pub(crate) fn session(&self, token: &str) -> Option<Session> {
        let wanted = hash(token);
        let known = self.sessions.iter().any(|known| is_same(known, &wanted));
        known.then_some(Session(()))
    }

    fn forget_old(&mut self, now: Instant) {
        self.tickets
            .retain(|(issued, _)| now.saturating_duration_since(*issued) < TICKET_LIFE);
    }
}

fn is_same(one: &Hash, other: &Hash) -> bool {
    one.ct_eq(other).into()
}

fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Keys, TICKET_LIFE};
    use std::time::{Duration, Instant};

    #[test]
    fn a_ticket_opens_once_and_not_for_long() {
        let (mut keys, now) = (Keys::default(), Instant::now());
        let ticket = keys.issue(now, [1; 32]);
        assert!(keys.exchange("0101", now, [9; 32]).is_none());
        let token = keys.exchange(&ticket, now, [2; 32]).unwrap();
        assert!(keys.session(&token).is_some());
        assert!(keys.exchange(&ticket, now, [3; 32]).is_none(), "replayed");
        let late = keys.issue(now, [4; 32]);
        assert!(
            keys.exchange(&late, now + TICKET_LIFE, [5; 32]).is_none(),
            "expired"
        );
        let in_time = keys.issue(now, [6; 32]);
        let just = now + TICKET_LIFE - Duration::from_millis(1);
        assert!(keys.exchange(&in_time, just, [7; 32]).is_some());
    }

    #[test]
    fn neither_a_ticket_nor_nothing_is_a_session() {
        let (mut keys, now) = (Keys::default(), Instant::now());
        let ticket = keys.issue(now, [1; 32]);
        assert!(keys.session(&ticket).is_none());
        assert!(keys.session("").is_none());
    }

    #[test]
    fn only_so_many_tickets_and_sessions_are_kept() {
        let (mut keys, now) = (Keys::default(), Instant::now());
        let first = keys.issue(now, [0; 32]);
        let tickets: Vec<_> = (1..=super::MOST_TICKETS)
            .map(|n| keys.issue(now, [u8::try_from(n).unwrap(); 32]))
            .collect();
        assert!(keys.exchange(&first, now, [99; 32]).is_none());
        let mut tokens = Vec::new();
        for (n, ticket) in (100u8..).zip(&tickets) {
            tokens.push(keys.exchange(ticket, now, [n; 32]).unwrap());
        }
        let one_more = keys.issue(now, [200; 32]);
        keys.exchange(&one_more, now, [201; 32]).unwrap();
        assert!(keys.session(&tokens[0]).is_none());
        assert!(keys.session(&tokens[1]).is_some());
    }
}
