//! How the program is to compute; told to it as arguments.

use std::ffi::OsString;

/// The most threads: beyond, memory is what everything waits for.
const MOST_THREADS: u16 = 16;
/// The smallest and the largest context, in tokens.
const CONTEXT: std::ops::RangeInclusive<u32> = 64..=32_768;

/// How the program computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    threads: u16,
    context: u32,
}

/// Settings that are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not settings of a model: use 1 to 16 threads and a context of 64 to 32768 tokens")]
pub struct SettingsError;

impl Settings {
    /// So many threads, and room for so many tokens: prompt and answer together, at most what the model was trained for.
    ///
    /// # Errors
    /// [`SettingsError`] outside the bounds.
    pub fn new(threads: u16, context: u32) -> Result<Self, SettingsError> {
        if (1..=MOST_THREADS).contains(&threads) && CONTEXT.contains(&context) {
            Ok(Self { threads, context })
        } else {
            Err(SettingsError)
        }
    }

    /// For a machine with so many processors of which so many are busy (the load of the last minute).
    ///
    /// Threads meet at a barrier many times for each token and wait there without sleeping: one that has to wait for a
    /// processor makes all of them wait, and two threads on busy processors are far slower than one. So of the processors that are
    /// not busy half are left to the rest of the machine.
    #[must_use]
    pub fn for_machine(processors: usize, load: f32) -> Self {
        let busy = load.clamp(0.0, 1024.0).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is rounded and within 0 and 1024"
        )]
        let left = processors.saturating_sub(busy as usize) / 2;
        Self {
            threads: u16::try_from(left).unwrap_or(MOST_THREADS).clamp(1, MOST_THREADS),
            context: 4096,
        }
    }

    /// How many threads compute.
    #[must_use]
    pub fn threads(self) -> u16 {
        self.threads
    }

    /// How many tokens there is room for.
    #[must_use]
    pub fn context(self) -> u32 {
        self.context
    }

    /// As arguments.
    #[must_use]
    pub fn arguments(self) -> [OsString; 2] {
        [self.threads.to_string().into(), self.context.to_string().into()]
    }

    /// Out of arguments.
    ///
    /// # Errors
    /// [`SettingsError`] where they are not exactly those of [`Settings::arguments`].
    pub fn from_arguments(arguments: &[OsString]) -> Result<Self, SettingsError> {
        let [threads, context] = arguments else {
            return Err(SettingsError);
        };
        let threads = threads.to_str().and_then(|threads| threads.parse().ok());
        let context = context.to_str().and_then(|context| context.parse().ok());
        Self::new(threads.ok_or(SettingsError)?, context.ok_or(SettingsError)?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, SettingsError};

    #[test]
    fn they_come_back_as_they_went_and_nothing_else_is_read() {
        for settings in [
            Settings::new(1, 64).unwrap(),
            Settings::new(16, 32_768).unwrap(),
            Settings::for_machine(8, 0.0),
        ] {
            assert_eq!(Settings::from_arguments(&settings.arguments()), Ok(settings));
        }
        for bad in [
            &["1"][..],
            &["0", "4096"],
            &["17", "4096"],
            &["1", "63"],
            &["1", "1e3"],
            &["1", "64", "x"],
        ] {
            let arguments: Vec<_> = bad.iter().map(Into::into).collect();
            assert_eq!(
                Settings::from_arguments(&arguments),
                Err(SettingsError),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn processors_that_are_busy_are_left_alone_and_there_is_always_one_thread() {
        let threads = |processors, load| Settings::for_machine(processors, load).threads();
        assert_eq!(threads(8, 0.2), 4);
        assert_eq!(threads(8, 3.6), 2);
        assert_eq!(threads(2, 0.0), 1);
        assert_eq!(threads(2, 40.0), 1);
        assert_eq!(threads(0, f32::NAN), 1);
        assert_eq!(threads(256, 0.0), 16);
    }
}
