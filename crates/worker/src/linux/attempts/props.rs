//! Turns the arguments of a row into numbers, before the lockdown, so that afterwards only its calls are made.
#![allow(unsafe_code)]

use std::ffi::{CString, OsString};
use std::mem::size_of;
use std::os::unix::ffi::OsStringExt;

use libc::c_long;

use super::step::{Call, Prop, Value};
use crate::program::ATTEMPT;

/// Ends a program that has landed where it should not be.
pub(super) const LANDED: i32 = 42;
/// The argument that makes this program say so.
pub(super) const LANDED_WORD: &str = "landed";

/// What the parent tells the process that makes an attempt.
pub(super) struct Briefing {
    pub(super) parent: i32,
    pub(super) parent_bytes: usize,
    pub(super) directory: OsString,
    pub(super) home: OsString,
}

/// A call whose arguments are numbers, but for results of earlier calls.
pub(super) struct Ready {
    number: c_long,
    arguments: [Number; 6],
}

#[derive(Clone, Copy)]
enum Number {
    Known(usize),
    First,
    Last,
}

/// Prepares a row's calls. What their pointers lead to lives until the process ends.
pub(super) fn prepare(calls: &[Call], briefing: &Briefing) -> Vec<Ready> {
    calls.iter().map(|call| ready(call, briefing)).collect()
}

fn ready(call: &Call, briefing: &Briefing) -> Ready {
    let mut arguments = [Number::Known(0); 6];
    for (place, value) in arguments.iter_mut().zip(call.arguments) {
        *place = number(value, briefing);
    }
    Ready {
        number: call.number,
        arguments,
    }
}

/// Makes the calls until one fails. Returns what the last gave, or an errno below zero.
pub(super) fn make(calls: &[Ready]) -> i64 {
    let (mut first, mut last) = (None, 0);
    for call in calls {
        let value = |number: &Number| match *number {
            Number::Known(value) => value,
            Number::First => first.unwrap_or(0),
            Number::Last => last,
        };
        let [a, b, c, d, e, f] = call.arguments.each_ref().map(value);
        // SAFETY: every pointer among the arguments was made by `number` from memory of this process that is never
        // freed and at least as large as its call reads or writes. The process does nothing afterwards but report.
        let returned = unsafe { libc::syscall(call.number, a, b, c, d, e, f) };
        let Ok(returned) = usize::try_from(returned) else {
            return -i64::from(crate::Errno::last().0);
        };
        if returned == 0 && makes_a_process(call.number) {
            crate::system::sys::exit(0);
        }
        first = first.or(Some(returned));
        last = returned;
    }
    0
}

fn makes_a_process(number: c_long) -> bool {
    #[cfg(target_arch = "x86_64")]
    if number == libc::SYS_fork {
        return true;
    }
    number == libc::SYS_clone || number == libc::SYS_clone3
}

fn number(value: &Value, briefing: &Briefing) -> Number {
    Number::Known(match *value {
        Value::First => return Number::First,
        Value::Last => return Number::Last,
        Value::N(number) => usize::from_ne_bytes(number.to_ne_bytes()),
        Value::Text(text) => text.as_ptr() as usize,
        Value::Inside(name) => keep_path(inside(briefing, name)),
        Value::Bytes(bytes) => keep(bytes.to_vec()),
        Value::Room => keep(vec![0; 4096]),
        Value::Leaked(leak) => leak.number().cast_unsigned() as usize,
        Value::Parent => briefing.parent.cast_unsigned() as usize,
        Value::Prop(prop) => build(prop, briefing),
    })
}

fn build(prop: Prop, briefing: &Briefing) -> usize {
    match prop {
        Prop::Home => keep_path(briefing.home.clone()),
        Prop::ParentMemoryPath => keep_path(format!("/proc/{}/mem", briefing.parent).into()),
        Prop::ParentEnvironmentPath => keep_path(format!("/proc/{}/environ", briefing.parent).into()),
        Prop::ParentBytes => keep(vec![briefing.parent_bytes, 8]),
        Prop::OwnBytes => keep(vec![keep(vec![0_u8; 8]), 8]),
        Prop::Message => message(),
        Prop::LaxFilter => lax_filter(),
        Prop::TinyProgram => keep(tiny_program()),
        Prop::TinyProgramLength => tiny_program().len(),
        Prop::LandedArguments => landed_arguments(),
        Prop::OwnCode => (super::act::act::<std::iter::Empty<OsString>> as *const () as usize) & !4095,
        Prop::HostName => keep(host_name()),
        Prop::HostNameLength => host_name().len(),
    }
}

fn inside(briefing: &Briefing, name: &str) -> OsString {
    let mut path = briefing.directory.clone();
    path.push("/");
    path.push(name);
    path
}

fn keep_path(path: OsString) -> usize {
    let path = CString::new(path.into_vec()).unwrap_or_default();
    keep(path.into_bytes_with_nul())
}

/// Keeps something for the rest of the process's life and says where it is. Padded, so that a call that takes a
/// larger structure than we give stays within it.
fn keep<T: Clone + Default>(mut items: Vec<T>) -> usize {
    items.resize(items.len() + 512, T::default());
    items.leak().as_ptr() as usize
}

fn message() -> usize {
    let control = keep(vec![20_usize, 1 | (1 << 32), 1]);
    let control_length = 24;
    let iov = build_own_bytes();
    keep(vec![0, 0, iov, 1, control, control_length, 0])
}

fn build_own_bytes() -> usize {
    keep(vec![keep(vec![0_u8; 8]), 8])
}

/// `return ALLOW`.
fn lax_filter() -> usize {
    let program = keep(vec![0x7fff_0000_0000_0006_u64]);
    keep(vec![1_usize, program])
}

fn landed_arguments() -> usize {
    let words = ["snug", ATTEMPT, LANDED_WORD];
    keep(
        words
            .iter()
            .map(|word| keep_path((*word).into()))
            .chain([0])
            .collect(),
    )
}

fn host_name() -> Vec<u8> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim_end().into()
}

/// An ELF file: one header, one segment, and the code of `exit_group(LANDED)`.
fn tiny_program() -> Vec<u8> {
    const HEADERS: u64 = 64 + 56;
    const AT: u64 = 0x40_0000;
    let size = HEADERS + CODE.len() as u64;
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(16, 0);
    file.extend([2_u16, MACHINE].iter().flat_map(|field| field.to_le_bytes()));
    file.extend(1_u32.to_le_bytes());
    file.extend([AT + HEADERS, 64, 0].iter().flat_map(|field| field.to_le_bytes()));
    file.extend(0_u32.to_le_bytes());
    file.extend(
        [64_u16, 56, 1, 64, 0, 0]
            .iter()
            .flat_map(|field| field.to_le_bytes()),
    );
    file.extend([1_u32, 5].iter().flat_map(|field| field.to_le_bytes()));
    file.extend(
        [0, AT, AT, size, size, 4096]
            .iter()
            .flat_map(|field| field.to_le_bytes()),
    );
    file.extend(CODE);
    file
}

#[cfg(target_arch = "x86_64")]
const MACHINE: u16 = 62;
/// `mov edi, 42; mov eax, 231; syscall`
#[cfg(target_arch = "x86_64")]
const CODE: [u8; 12] = [0xbf, 42, 0, 0, 0, 0xb8, 231, 0, 0, 0, 0x0f, 0x05];
#[cfg(target_arch = "aarch64")]
const MACHINE: u16 = 183;
/// `mov x0, #42; mov x8, #94; svc #0`
#[cfg(target_arch = "aarch64")]
const CODE: [u8; 12] = [
    0x40, 0x05, 0x80, 0xd2, 0xc8, 0x0b, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4,
];

const _: () = assert!(
    size_of::<usize>() == 8,
    "the structures above are laid out for 64-bit systems"
);

#[cfg(test)]
mod tests {
    use super::{CODE, tiny_program};

    #[test]
    fn the_tiny_program_is_headers_and_code() {
        let file = tiny_program();
        assert_eq!(file.len(), 120 + CODE.len());
        assert_eq!(file[120..], CODE);
    }
}
