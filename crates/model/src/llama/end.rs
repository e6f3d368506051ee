//! How llama.cpp ends the process when it finds something broken: without a word, a trace or a debugger, by an exit code that
//! says at what.

use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicI32, Ordering};

use llama_cpp_sys_2 as sys;
use worker::Fault;

static CODE: AtomicI32 = AtomicI32::new(Fault::Engine.code());

/// What a failure means from here on.
pub(super) fn from_here_on(fault: Fault) {
    CODE.store(fault.code(), Ordering::Relaxed);
}

/// Takes llama.cpp's messages, which may quote the model's file, and its ways to end.
pub(super) fn end_quietly() {
    // SAFETY: the function is there for the whole life of the process and looks at no argument.
    unsafe { sys::llama_log_set(Some(say_nothing), std::ptr::null_mut()) };
    // SAFETY: the same.
    unsafe { sys::ggml_set_abort_callback(Some(broken)) };
    // SAFETY: the same; it does not return, as C++ asks of it.
    unsafe { set_terminate(uncaught) };
}

unsafe extern "C" {
    /// `std::set_terminate`: llama.cpp's own handler starts a debugger.
    #[link_name = "_ZSt13set_terminatePFvvE"]
    fn set_terminate(handler: extern "C" fn()) -> Option<extern "C" fn()>;
}

extern "C" fn say_nothing(_: sys::ggml_log_level, _: *const c_char, _: *mut c_void) {}

extern "C" fn broken(_: *const c_char) {
    uncaught();
}

extern "C" fn uncaught() {
    // SAFETY: ends the process and runs nothing else of it.
    unsafe { libc::_exit(CODE.load(Ordering::Relaxed)) }
}
