//! What a person sees of a panic: nothing where it is caught and told as an error, one line and a hint where it is not.
//!
//! The database panics on some damaged files. Its own words, with thread and source file, help nobody who did not write it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::exit::{Exit, Failure};

/// The last panic that nobody has told yet, with the place where it happened.
static UNTOLD: Mutex<Option<String>> = Mutex::new(None);

/// From now on panics go to the log, and the last one is remembered for [`caught`].
pub(super) fn keep_quiet() {
    panic::set_hook(Box::new(|panic| {
        let text = words(panic.payload());
        let place = panic.location().map(|place| format!(" ({}:{})", place.file(), place.line()));
        let told = format!("{text}{}", place.unwrap_or_default());
        tracing::debug!(thread = thread::current().name(), "a panic: {told}");
        *UNTOLD.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    }));
}

/// Does the work of a command; a panic in it is a failure like any other.
pub(super) fn caught(work: impl FnOnce() -> Result<Exit, Failure>) -> Result<Exit, Failure> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let untold = UNTOLD.lock().unwrap_or_else(PoisonError::into_inner).take();
        let told = untold.unwrap_or_else(|| words(panic.as_ref()));
        Err(Failure::new(
            Exit::Unexpected,
            format!("this should not happen: {told}"),
            "please report it with this line; what was stored stays stored, and the same command goes on",
        ))
    })
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    text.unwrap_or("without a word").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::output;
    use super::*;

    #[test]
    fn a_panic_is_one_line_with_a_hint() {
        let failure = caught(|| panic!("left\nright")).unwrap_err();
        assert_eq!(failure.exit, Exit::Unexpected);
        assert_eq!(failure.text, "this should not happen: left right");
        assert!(failure.hint.is_some());
    }

    #[test]
    fn nothing_but_that_line_is_seen_of_panics() {
        let process = "cli::panics::tests::the_process_that_panics";
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", process])
            .output()
            .unwrap();
        assert!(child.status.success(), "{child:?}");
        let told: Vec<_> = std::str::from_utf8(&child.stderr).unwrap().lines().collect();
        let [error, hint] = told.as_slice() else { panic!("{told:?}") };
        assert!(error.starts_with("error: this should not happen: outside (src/cli/panics.rs:"), "{error}");
        assert!(hint.starts_with("hint: please report it"), "{hint}");
    }

    #[test]
    #[ignore = "run by the test above, in a process of its own: the hook is the whole process's"]
    fn the_process_that_panics() {
        keep_quiet();
        assert!(thread::spawn(|| panic!("inside")).join().is_err());
        output::fail(&caught(|| panic!("outside")).unwrap_err());
    }
}
