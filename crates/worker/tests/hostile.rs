//! Workers that crash, hang, flood and lie: each is an error of its own, in bounded time, and the honest one answers
//! (R8, R12, A26).
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use common::{Scratch, bad, error_of, honest, limits, patient, play, said, task};
use worker::{Cancel, WorkerError};

#[test]
fn control_the_honest_worker_answers_what_the_engine_says() {
    let task = task("Can you bring the tent on Friday? We meet at 8.");
    let (answer, report) = worker::answer(&honest(), &task, &patient(), &Cancel::new()).unwrap();
    assert_eq!(answer, assistant::check(&task, &assistant::run(&task)).unwrap());
    assert!(report.layers.wall_stands());
    assert!(report.memory_bytes > 0 && report.task_bytes > 0 && report.draft_bytes > 0);
}

#[test]
fn control_the_made_up_worker_answers_when_it_behaves() {
    let (answer, _) = worker::answer(&bad("honest"), &task("hello"), &patient(), &Cancel::new()).unwrap();
    assert!(answer.items().is_empty());
}

#[test]
fn a_task_far_larger_than_a_pipe_arrives() {
    let task = task(&"many words ".repeat(500_000));
    worker::answer(&honest(), &task, &patient(), &Cancel::new()).unwrap();
}

macro_rules! each_is_an_error {
    ($($name:ident: $part:literal, $limits:expr => $error:pat,)*) => {
        $(
            #[test]
            fn $name() {
                let error = error_of(&bad($part), &task("hello"), &$limits);
                assert!(matches!(error, $error), "{error:?}");
                assert!(!error.to_string().contains("hello"));
            }
        )*
    };
}

each_is_an_error! {
    ending_at_once: "ends-at-once", patient() => WorkerError::NotOurs(_),
    aborting_at_once: "aborts-at-once", patient() => WorkerError::Crashed(libc::SIGABRT),
    saying_nothing: "says-nothing", limits(500) => WorkerError::TimedOut(_),
    half_a_hello: "half-a-hello", patient() => WorkerError::NotOurs(_),
    a_slow_hello: "slow-hello", limits(300) => WorkerError::TimedOut(_),
    garbage: "garbage", patient() => WorkerError::NotOurs(_),
    an_unknown_layer: "unknown-layer", patient() => WorkerError::NotOurs(_),
    a_huge_hello: "huge-hello", patient() => WorkerError::TooMuch,
    aborting_with_the_task: "aborts", patient() => WorkerError::Crashed(libc::SIGABRT),
    giving_up: "fails", patient() => WorkerError::GaveUp(1),
    never_answering: "never-answers", limits(500) => WorkerError::TimedOut(_),
    closing_the_answer_and_staying: "closes-and-stays", patient() => WorkerError::NotOurs(_),
    a_cut_off_answer: "cut-off", patient() => WorkerError::CutOff,
    an_empty_answer: "empty-answer", patient() => WorkerError::CutOff,
    something_behind_the_answer: "trailing", patient() => WorkerError::NotOurs(_),
    two_answers: "two-answers", patient() => WorkerError::NotOurs(_),
    a_malformed_answer: "malformed", patient() => WorkerError::Malformed(_),
    a_huge_length: "huge-length", patient() => WorkerError::TooMuch,
    a_byte_too_long: "just-too-long", patient() => WorkerError::TooMuch,
    a_lie: "lies", patient() => WorkerError::Lied(_),
    a_good_answer_and_a_crash: "answers-then-aborts", patient() => WorkerError::Crashed(libc::SIGABRT),
    a_flood: "floods", patient() => WorkerError::NotOurs(_),
    a_trickle: "trickles", limits(500) => WorkerError::TimedOut(_),
    never_reading_a_short_task: "deaf", limits(500) => WorkerError::TimedOut(_),
    a_child_that_holds_the_pipe: "leaves-a-child", limits(700) => WorkerError::TimedOut(_),
}

#[test]
fn answering_before_the_task_is_read_is_refused() {
    let long = task(&"x".repeat(1 << 20));
    assert!(matches!(
        error_of(&bad("eager"), &long, &patient()),
        WorkerError::NotOurs(_)
    ));
}

#[test]
fn never_reading_a_long_task_ends_at_the_deadline() {
    let long = task(&"x".repeat(1 << 20));
    assert!(matches!(
        error_of(&bad("deaf"), &long, &limits(500)),
        WorkerError::TimedOut(_)
    ));
}

#[test]
fn hanging_up_on_a_long_task_is_an_error() {
    let long = task(&"x".repeat(1 << 20));
    assert!(matches!(
        error_of(&bad("hangs-up"), &long, &patient()),
        WorkerError::CutOff
    ));
}

#[test]
fn no_byte_of_the_task_is_sent_before_the_hello() {
    let error = error_of(&bad("says-nothing-and-counts"), &task("hello"), &patient());
    assert!(matches!(error, WorkerError::GaveUp(10)), "{error:?}");
}

#[test]
fn a_worker_that_admits_a_hole_in_its_wall_is_told_nothing() {
    let tale = Scratch::new("no-wall");
    let telling = |part: &str| honest().with_arguments([part.as_ref(), tale.0.as_os_str()]);
    let error = error_of(&telling("no-wall"), &task("hello"), &patient());
    assert!(
        matches!(&error, WorkerError::NoWall(missing) if missing.len() == 1),
        "{error:?}"
    );
    assert!(error.to_string().contains("EPERM"), "{error}");
    assert!(!tale.0.exists());
    // Control: told that the wall stands, we hand over the task, and the same worker tells the tale.
    error_of(&telling("wall"), &task("hello"), &patient());
    assert!(tale.0.exists());
}

#[test]
fn a_used_cancel_ends_a_run() {
    let cancel = Cancel::new();
    let remote = cancel.clone();
    let helper = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        remote.cancel();
    });
    let outcome = worker::answer(&honest(), &task("please loop"), &patient(), &cancel);
    helper.join().unwrap();
    assert!(matches!(outcome, Err(WorkerError::Cancelled)));
}

#[test]
fn a_program_that_cannot_be_started_is_an_error() {
    let nothing = worker::Program::at("/nonexistent/program");
    assert!(matches!(
        error_of(&nothing, &task("hello"), &patient()),
        WorkerError::Start(_)
    ));
}

#[test]
fn no_process_is_left_after_any_error() {
    assert!(play(&["tidy"]).status.success());
}

#[test]
fn a_broken_pipe_does_not_end_a_program_that_ends_on_broken_pipes() {
    assert_eq!(said(&play(&["broken-pipe"])), "alive\n");
    // Control: the same program writing without us.
    use std::os::unix::process::ExitStatusExt;
    assert_eq!(
        play(&["broken-pipe-unguarded"]).status.signal(),
        Some(libc::SIGPIPE)
    );
}

/// An engine that does as the messages bid, behind the real wall.
mod a_taken_over_engine {
    use super::{WorkerError, error_of, honest, limits, patient, task};

    fn told(text: &str) -> WorkerError {
        error_of(&honest(), &task(text), &patient())
    }

    #[test]
    fn is_ended_by_the_kernel_for_opening_a_socket() {
        assert!(matches!(told("please open a socket"), WorkerError::Forbidden));
    }

    #[test]
    fn shows_an_abort_a_bad_access_and_a_deep_recursion_as_crashes() {
        assert!(matches!(
            told("please abort"),
            WorkerError::Crashed(libc::SIGABRT)
        ));
        assert!(matches!(
            told("please read nowhere"),
            WorkerError::Crashed(libc::SIGSEGV)
        ));
        assert!(matches!(
            told("please overflow"),
            WorkerError::Crashed(libc::SIGSEGV)
        ));
    }

    #[test]
    fn shows_memory_running_out_as_what_it_is() {
        let error = told("please eat memory");
        assert!(matches!(error, WorkerError::Crashed(libc::SIGABRT)), "{error:?}");
    }

    #[test]
    fn panics_without_a_word() {
        assert!(matches!(told("please panic"), WorkerError::GaveUp(70)));
    }

    #[test]
    fn cannot_loop_past_the_deadline() {
        let error = error_of(&honest(), &task("please loop"), &limits(500));
        assert!(matches!(error, WorkerError::TimedOut(_)));
    }

    #[test]
    fn cannot_end_early_print_lie_or_say_too_much() {
        assert!(matches!(told("please exit"), WorkerError::CutOff));
        assert!(matches!(told("please print"), WorkerError::NotOurs(_)));
        assert!(matches!(told("please lie"), WorkerError::Lied(_)));
        assert!(matches!(told("please say too much"), WorkerError::GaveUp(67)));
    }
}
