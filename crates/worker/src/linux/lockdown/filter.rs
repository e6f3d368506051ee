//! The system-call filter: the part of the wall that everything else stands behind.
//!
//! The main filter ends the process on any call that no rule matches, on another architecture's numbers (32-bit
//! calls) and on x32, whose numbers match nothing. Rules that answer with an error number have a filter of their own
//! each; the kernel takes the strictest answer of all filters.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use crate::layer::Errno;
use crate::system::profile::{Argument, Profile, Rule, Verdict};
use crate::system::sys::Outcome;

#[cfg(target_arch = "x86_64")]
const HERE: TargetArch = TargetArch::x86_64;
#[cfg(target_arch = "aarch64")]
const HERE: TargetArch = TargetArch::aarch64;

/// Closes the filter for the rest of this process's life, over every thread that there is.
pub(super) fn close(profile: &Profile) -> Outcome {
    let programs = compile(profile).map_err(|_| Errno(libc::EINVAL))?;
    programs
        .iter()
        .try_for_each(|program| apply(profile, program).map_err(|error| errno(&error)))
}

fn apply(profile: &Profile, program: &BpfProgram) -> Result<(), seccompiler::Error> {
    if profile.keeps_model {
        seccompiler::apply_filter_all_threads(program)
    } else {
        seccompiler::apply_filter(program)
    }
}

/// The filters in the order in which they are to be closed: the main one forbids closing more.
fn compile(profile: &Profile) -> Result<Vec<BpfProgram>, BackendError> {
    let refused = profile
        .all_rules()
        .filter_map(refusal)
        .map(|(rule, errno)| filter([rule], SeccompAction::Allow, SeccompAction::Errno(errno)));
    let main = filter(
        profile.all_rules(),
        SeccompAction::KillProcess,
        SeccompAction::Allow,
    );
    refused.chain([main]).collect()
}

fn refusal(rule: &Rule) -> Option<(&Rule, u32)> {
    match rule.verdict {
        Verdict::Allow => None,
        Verdict::Refuse(errno) => Some((rule, errno.unsigned_abs())),
    }
}

fn filter<'a>(
    rules: impl IntoIterator<Item = &'a Rule>,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, BackendError> {
    let mut calls: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for rule in rules {
        let alternatives = calls.entry(rule.number).or_default();
        if !rule.arguments.is_empty() {
            let conditions = rule.arguments.iter().map(condition).collect::<Result<_, _>>()?;
            alternatives.push(SeccompRule::new(conditions)?);
        }
    }
    SeccompFilter::new(calls, otherwise, matched, HERE)?.try_into()
}

fn condition(argument: &Argument) -> Result<SeccompCondition, BackendError> {
    use SeccompCmpArgLen::{Dword, Qword};
    use SeccompCmpOp::{Eq, MaskedEq};
    match *argument {
        Argument::Is32(at, value) => SeccompCondition::new(at, Dword, Eq, u64::from(value)),
        Argument::Is(at, value) => SeccompCondition::new(at, Qword, Eq, value),
        Argument::OnlyBits(at, bits) => SeccompCondition::new(at, Qword, MaskedEq(!bits), 0),
        Argument::Own(at) => SeccompCondition::new(at, Dword, Eq, u64::from(std::process::id())),
    }
}

fn errno(error: &seccompiler::Error) -> Errno {
    match error {
        seccompiler::Error::Prctl(source) | seccompiler::Error::Seccomp(source) => {
            Errno(source.raw_os_error().unwrap_or(0))
        }
        _ => Errno(libc::EINVAL),
    }
}

#[cfg(test)]
mod tests {
    use super::compile;
    use crate::system::profile::Profile;

    #[test]
    fn the_shipping_rules_compile_with_the_main_filter_last() {
        let programs = compile(&Profile::WITHOUT_MODEL).unwrap();
        assert_eq!(programs.len(), 3);
        assert!(programs[2].len() > programs[0].len());
    }

    #[test]
    fn the_rules_for_a_model_compile_too() {
        let programs = compile(&Profile::WITH_MODEL).unwrap();
        let refused = Profile::WITH_MODEL.all_rules().filter_map(super::refusal).count();
        assert_eq!(programs.len(), refused + 1);
        assert!(programs[refused].len() > compile(&Profile::WITHOUT_MODEL).unwrap()[2].len());
    }
}
