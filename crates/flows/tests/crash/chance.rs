//! Numbers without a pattern; which ones, is said when a test fails. The moments of the kills depend on the machine all the
//! same.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[derive(Debug)]
pub(crate) struct Chance {
    #[allow(dead_code, reason = "shown when a test fails")]
    began: u64,
    state: u64,
}

impl Chance {
    pub(crate) fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self::from(u64::from(since.subsec_nanos()) | since.as_secs() << 32 | 1)
    }

    /// The next number below `limit`, by SplitMix64.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ mixed >> 31) % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn milliseconds(&mut self, from: u32, below: u32) -> Duration {
        let range = usize::try_from(below - from).unwrap();
        Duration::from_millis(u64::from(from) + u64::try_from(self.below(range)).unwrap())
    }
}

impl From<u64> for Chance {
    fn from(began: u64) -> Self {
        Self { began, state: began }
    }
}
