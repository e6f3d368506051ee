//! What came of an attempt.

use std::fmt;

use super::Attempt;
use crate::Errno;
use crate::error::signal_name;

/// The kernel's answer to one attempt in one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The filter ended the process at the call.
    Killed,
    /// The call came back with an error.
    Refused(Errno),
    /// The call found nothing to work on: a descriptor that is closed, a path that leads nowhere.
    NothingThere(Errno),
    /// It did what it set out to do.
    Succeeded,
    /// The kernel let the caller in and then found fault with arguments that were chosen to be harmless.
    Reached(Errno),
    /// The process crashed for another reason than the filter. That refuses nothing.
    Crashed(i32),
    /// The process did not come back in time. That refuses nothing.
    Hung,
    /// The attempt could not be made, so that nothing is known.
    NotMade(&'static str),
}

impl Finding {
    /// Whether the kernel stopped it. A crash or a silence does not count.
    #[must_use]
    pub fn is_stopped(self) -> bool {
        matches!(self, Self::Killed | Self::Refused(_) | Self::NothingThere(_))
    }

    /// Whether it got through.
    #[must_use]
    pub fn is_through(self) -> bool {
        matches!(self, Self::Succeeded | Self::Reached(_))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Killed => f.write_str("killed (SIGSYS)"),
            Self::Refused(errno) => write!(f, "refused ({errno})"),
            Self::NothingThere(errno) => write!(f, "nothing there ({errno})"),
            Self::Succeeded => f.write_str("SUCCEEDED"),
            Self::Reached(errno) => write!(f, "REACHED THE KERNEL ({errno})"),
            Self::Crashed(signal) => write!(f, "crashed ({})", signal_name(*signal)),
            Self::Hung => f.write_str("did not come back"),
            Self::NotMade(why) => write!(f, "not tried: {why}"),
        }
    }
}

/// An attempt and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was tried.
    pub attempt: Attempt,
    /// Behind exactly the wall that a worker has.
    pub confined: Finding,
    /// Behind the wall of a worker with a model.
    pub with_model: Finding,
    /// The same, in a thread that was started before the filter closed.
    pub with_model_in_a_thread: Finding,
    /// With the filter left open: what the other layers catch by themselves on this machine.
    pub behind: Finding,
    /// Without anything.
    pub control: Finding,
}

impl Outcome {
    /// Whether each wall held.
    #[must_use]
    pub fn holds(&self) -> bool {
        [self.confined, self.with_model, self.with_model_in_a_thread]
            .into_iter()
            .all(Finding::is_stopped)
    }

    /// Whether the control got through, so that it was the wall that stopped the attempt.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.holds() && self.control.is_through()
    }

    /// The control in words.
    #[must_use]
    pub fn control_in_words(&self) -> String {
        match self.control {
            Finding::Succeeded => "succeeds here".into(),
            Finding::Reached(errno) => format!("let in here, then stopped by harmless arguments ({errno})"),
            Finding::Refused(errno) | Finding::NothingThere(errno) => {
                format!(
                    "not possible here even unconfined ({errno}), so this row proves nothing on this machine"
                )
            }
            other => format!("{other}, so this row proves nothing on this machine"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Finding;
    use crate::Errno;

    #[test]
    fn a_crash_or_a_silence_is_neither_stopped_nor_through() {
        for finding in [Finding::Crashed(11), Finding::Hung, Finding::NotMade("")] {
            assert!(!finding.is_stopped() && !finding.is_through());
        }
        assert!(Finding::Killed.is_stopped() && !Finding::Reached(Errno(22)).is_stopped());
    }
}
