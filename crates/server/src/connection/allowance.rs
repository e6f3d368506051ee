//! How much a connection may ask: a bucket for requests and one for bytes, which fill at a steady rate.

use std::time::{Duration, Instant};

use crate::config::Limits;

pub(super) struct Allowance {
    requests: Bucket,
    bytes: Bucket,
    at: Instant,
}

impl Allowance {
    /// Full.
    pub(super) fn new(limits: &Limits, now: Instant) -> Self {
        Self {
            requests: Bucket::full(limits.requests_per_second, limits.burst_requests),
            bytes: Bucket::full(limits.bytes_per_second, limits.burst_bytes),
            at: now,
        }
    }

    /// Takes one message of so many bytes, or says after how many milliseconds there is enough for it.
    pub(super) fn take(&mut self, bytes: usize, now: Instant) -> Result<(), u32> {
        let passed = now.saturating_duration_since(self.at);
        self.at = now;
        self.requests.fill(passed);
        self.bytes.fill(passed);
        let bytes = u32::try_from(bytes).map_or(f64::INFINITY, f64::from);
        let wait = self.requests.wait(1.0).max(self.bytes.wait(bytes));
        if wait > 0.0 {
            return Err(milliseconds(wait));
        }
        self.requests.level -= 1.0;
        self.bytes.level -= bytes;
        Ok(())
    }
}

/// At least one, at most a minute.
fn milliseconds(seconds: f64) -> u32 {
    let milliseconds = Duration::try_from_secs_f64(seconds.min(60.0)).map_or(60_000, |wait| wait.as_millis());
    u32::try_from(milliseconds).unwrap_or(60_000).saturating_add(1)
}

struct Bucket {
    level: f64,
    most: f64,
    per_second: f64,
}

impl Bucket {
    fn full(per_second: u32, most: u32) -> Self {
        Self {
            level: f64::from(most),
            most: f64::from(most),
            per_second: f64::from(per_second),
        }
    }

    fn fill(&mut self, passed: Duration) {
        self.level = (self.level + passed.as_secs_f64() * self.per_second).min(self.most);
    }

    /// Seconds until there is so much. What is larger than the bucket is let through when the bucket is full, and paid
    /// for after it.
    fn wait(&self, amount: f64) -> f64 {
        let missing = amount.min(self.most) - self.level;
        if missing <= 0.0 {
            0.0
        } else {
            missing / self.per_second
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            requests_per_second: 10,
            burst_requests: 3,
            bytes_per_second: 1000,
            burst_bytes: 2000,
            ..Limits::default()
        }
    }

    #[test]
    fn a_burst_then_the_rate() {
        let start = Instant::now();
        let mut allowance = Allowance::new(&limits(), start);
        for _ in 0..3 {
            assert_eq!(allowance.take(1, start), Ok(()));
        }
        assert_eq!(allowance.take(1, start), Err(101));
        assert_eq!(allowance.take(1, start + Duration::from_millis(99)), Err(2));
        assert_eq!(allowance.take(1, start + Duration::from_millis(101)), Ok(()));
        assert!(allowance.take(1, start + Duration::from_millis(101)).is_err());
    }

    #[test]
    fn bytes_count_as_well() {
        let start = Instant::now();
        let mut allowance = Allowance::new(&limits(), start);
        assert_eq!(allowance.take(1500, start), Ok(()));
        assert_eq!(allowance.take(1500, start), Err(1001));
        assert_eq!(allowance.take(500, start), Ok(()));
    }

    #[test]
    fn a_long_pause_gives_no_more_than_the_burst() {
        let start = Instant::now();
        let mut allowance = Allowance::new(&limits(), start);
        let later = start + Duration::from_secs(3600);
        let taken = (0..10).filter(|_| allowance.take(0, later).is_ok()).count();
        assert_eq!(taken, 3);
    }

    #[test]
    fn what_is_larger_than_the_bucket_passes_once_and_is_paid_for() {
        let start = Instant::now();
        let mut allowance = Allowance::new(&limits(), start);
        assert_eq!(allowance.take(3000, start), Ok(()));
        assert_eq!(allowance.take(0, start + Duration::from_millis(900)), Err(101));
        assert_eq!(allowance.take(0, start + Duration::from_millis(1001)), Ok(()));
    }
}
