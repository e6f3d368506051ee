//! What a group knows beside its tree: the lowerings that came as messages.

use minicbor::{Decode, Encode};

use crate::consent::{Ceiling, Lowering};
use crate::identity::DeviceId;

/// The most lowerings that are kept: one for each leaf of the largest group.
const MAX_LOWERINGS: usize = 1000;

/// Stored beside the group by the caller, in the same transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    lowerings: Vec<(DeviceId, Lowering)>,
}

#[derive(Encode, Decode)]
struct Stored {
    #[n(0)]
    lowerings: Vec<StoredLowering>,
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
        })
    }

    pub(crate) fn lowering(&self, device: &[u8]) -> Option<Lowering> {
        let mut lowerings = self.lowerings.iter();
        lowerings
            .find(|(known, _)| known.0 == device)
            .map(|(_, lowering)| *lowering)
    }

    /// A message can only lower: of two the lower counts, until the leaf itself states something newer than both.
    pub(crate) fn lower(&mut self, device: DeviceId, new: Lowering) {
        if let Some((_, old)) = self.lowerings.iter_mut().find(|(known, _)| *known == device) {
            *old = Lowering {
                number: old.number.max(new.number),
                to: old.to.min(new.to),
            };
        } else if self.lowerings.len() < MAX_LOWERINGS {
            self.lowerings.push((device, new));
        }
    }

    /// Forgets those of devices that are gone, and those that their leaf has overtaken.
    pub(crate) fn keep(&mut self, counts: impl Fn(DeviceId, Lowering) -> bool) {
        self.lowerings
            .retain(|(device, lowering)| counts(*device, *lowering));
    }
}
