//! What a group knows beside its tree: the lowerings that came as messages, and by what to know our own commit again.
//!
//! Whoever comes later did not get those messages. It is told of the lowerings by the member who added it or brought it
//! back, in a frame of `length (4) || notes` before the tree or the group information. What is told can only lower, and only
//! until the device in question states something again ([`Group::believe`]): a member who lies can do as much by stating
//! `off` itself. One who leaves a lowering out is not found out before the device in question commits.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

use crate::consent::{Ceiling, Lowering};
use crate::identity::DeviceId;

use super::{Group, statement_of};

/// Stored beside the group by the caller, in the same transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    lowerings: Vec<(DeviceId, Lowering)>,
    pending: Option<[u8; 32]>,
}

#[derive(Encode, Decode)]
struct Stored {
    #[n(0)]
    lowerings: Vec<StoredLowering>,
    #[n(1)]
    pending: Option<ByteArray<32>>,
}

#[derive(Encode, Decode)]
struct StoredLowering {
    #[cbor(n(0), with = "minicbor::bytes")]
    device: [u8; 32],
    #[n(1)]
    number: u64,
    #[n(2)]
    off: bool,
}

impl Notes {
    /// For the store.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let lowerings = self.lowerings.iter().map(|(device, lowering)| StoredLowering {
            device: device.0,
            number: lowering.number,
            off: lowering.to == Ceiling::Off,
        });
        minicbor::to_vec(Stored {
            lowerings: lowerings.collect(),
            pending: self.pending.map(ByteArray::from),
        })
        .expect("writing to memory cannot fail")
    }

    /// From the store; `None` if the bytes are damaged.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let stored: Stored = minicbor::decode(bytes).ok()?;
        let lowerings = stored.lowerings.into_iter().map(|stored| {
            let to = if stored.off {
                Ceiling::Off
            } else {
                Ceiling::OnDevice
            };
            (
                DeviceId(stored.device),
                Lowering {
                    number: stored.number,
                    to,
                },
            )
        });
        Some(Self {
            lowerings: lowerings.collect(),
            pending: stored.pending.map(<[u8; 32]>::from),
        })
    }

    /// Before what somebody who comes later is sent.
    pub(crate) fn frame(&self) -> Vec<u8> {
        let told = Self {
            pending: None,
            ..self.clone()
        };
        let notes = told.encode();
        let length = u32::try_from(notes.len()).expect("some tens of bytes for each member");
        [&length.to_be_bytes()[..], &notes].concat()
    }

    /// The way back: the notes and what follows them.
    pub(crate) fn unframe(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (notes, rest) = rest.split_at_checked(length)?;
        let told = Self::decode(notes)?;
        (told.pending.is_none() && told.encode() == notes).then_some((told, rest))
    }

    pub(crate) fn lowering(&self, device: &[u8]) -> Option<Lowering> {
        let mut lowerings = self.lowerings.iter();
        lowerings
            .find(|(known, _)| known.0 == device)
            .map(|(_, lowering)| *lowering)
    }

    /// What the lowerings of a member amount to. There are no more than members: [`Group::forget`] drops those that left.
    pub(crate) fn set(&mut self, device: DeviceId, lowering: Lowering) {
        match self.lowerings.iter_mut().find(|(known, _)| *known == device) {
            Some((_, old)) => *old = lowering,
            None => self.lowerings.push((device, lowering)),
        }
    }

    /// A commit of ours waits for its place in the log, or none does any more.
    pub(crate) fn wait_for(&mut self, commit: Option<&[u8]>) {
        self.pending = commit.map(|commit| Sha256::digest(commit).into());
    }

    pub(crate) fn waits_for(&self, commit: &[u8]) -> bool {
        self.pending
            .is_some_and(|pending| Sha256::digest(commit)[..] == pending)
    }
}

impl Group {
    /// In a new epoch: forgets the lowerings of devices that are gone, those that their leaf has overtaken, and our commit.
    pub(super) fn forget(&mut self) {
        let lowerings = self.notes.lowerings.iter().filter(|(device, lowering)| {
            let leaf = self.node_of(*device);
            leaf.is_some_and(|(_, leaf)| statement_of(leaf).is_none_or(|said| lowering.number > said.number))
        });
        self.notes = Notes {
            lowerings: lowerings.copied().collect(),
            pending: None,
        };
    }

    /// Takes over lowerings that a member told of. Not of this device: it knows what it said, and would state the lie itself
    /// with its next commit.
    pub(super) fn believe(&mut self, told: &Notes) {
        let own = self.own_device();
        for (device, lowering) in &told.lowerings {
            if Some(*device) != own {
                self.lower_at_most(*device, *lowering);
            }
        }
    }

    /// With a number that the next statement of that device reaches, whatever it was told to be.
    fn lower_at_most(&mut self, device: DeviceId, told: Lowering) {
        let stated = self.node_of(device).and_then(|(_, leaf)| statement_of(leaf));
        let next = stated.map_or(0, |statement| statement.number.saturating_add(1));
        let number = told.number.min(next);
        self.lower(device, Lowering { number, ..told });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_is_the_one_of_the_protocol() {
        assert_eq!(Notes::default().frame(), [0, 0, 0, 2, 0x81, 0x80]);
        let mut notes = Notes::default();
        let to = Ceiling::Off;
        notes.set(DeviceId([7; 32]), Lowering { number: 5, to });
        notes.wait_for(Some(b"a commit of ours is nobody else's matter"));
        let frame = notes.frame();
        let expected = [
            &[0, 0, 0, 39, 0x81, 0x81, 0x83, 0x58, 32][..],
            &[7; 32],
            &[5, 0xF5],
        ]
        .concat();
        assert_eq!(frame, expected);
        let longer = [&frame[..], b"rest"].concat();
        let (told, rest) = Notes::unframe(&longer).unwrap();
        assert_eq!((told.lowerings, rest), (notes.lowerings, &b"rest"[..]));
        for end in 0..frame.len() {
            assert!(Notes::unframe(&frame[..end]).is_none());
        }
    }
}
