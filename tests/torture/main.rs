//! Nothing that was acknowledged is lost, whatever happens to the process, its power or its disk.
//!
//! Everything here runs in a short form; with `ANAFORA_TORTURE=1`, as `make torture` sets it, in a long one.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says by a panic what is wrong"
)]

mod dice;
mod disk;
mod full_disk;
mod inspection;
mod kill;
mod power_cut;
mod shim;
mod trail;

use std::process::Command;

/// A test of this file, alone in a process of its own.
fn process(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", name]);
    command
}

/// How often something is done: so often in the short form, so often in the long one.
fn times(short: u64, long: u64) -> u64 {
    if std::env::var_os("ANAFORA_TORTURE").is_some_and(|value| value == "1") { long } else { short }
}
