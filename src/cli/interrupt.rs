//! Ctrl-C: the first ends gently, the second at once. A request to terminate counts as one, and so does a terminal that
//! closes, unless the process was started to outlive it.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::crawl::Stop;

use super::Exit;
use super::progress::Progress;
use super::voice::Voice;

/// Who listens while a command works.
pub(super) struct Listener(Arc<AtomicBool>);

impl Listener {
    /// The crawl is over and everything is stored: from now on Ctrl-C only cuts the output off.
    pub(super) fn output_begins(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Listens until the process ends.
pub(super) fn listen(stop: Stop, progress: Arc<Progress>) -> std::io::Result<Listener> {
    let mut interrupts = signal(SignalKind::interrupt())?;
    let mut terminations = signal(SignalKind::terminate())?;
    let mut hangups = hangups()?;
    let is_over = Arc::new(AtomicBool::new(false));
    let listener = Listener(Arc::clone(&is_over));
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(()) = interrupts.recv() => {}
                Some(()) = terminations.recv() => {}
                Some(()) = next(hangups.as_mut()) => {}
                else => return,
            }
            if is_over.load(Ordering::SeqCst) {
                process::exit(Exit::Interrupted as i32);
            }
            if stop.is_wished() {
                stop.now();
                progress.say(Voice::Normal, "stopping at once");
            } else {
                stop.soon();
                progress.say(Voice::Normal, "finishing the look-ups in flight; Ctrl-C again stops at once");
            }
        }
    });
    Ok(listener)
}

/// The hang-ups of the terminal; `None` where they are ignored, as under `nohup`: to listen would undo that.
fn hangups() -> std::io::Result<Option<Signal>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    if is_ignored(&status, SignalKind::hangup()) { Ok(None) } else { signal(SignalKind::hangup()).map(Some) }
}

async fn next(signals: Option<&mut Signal>) -> Option<()> {
    match signals {
        Some(signals) => signals.recv().await,
        None => std::future::pending().await,
    }
}

/// Whether a process with this `/proc/PID/status` ignores the signal: bit `n - 1` of the mask is signal `n`.
fn is_ignored(status: &str, kind: SignalKind) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_ignored_signals_is_read() {
        let check = |mask: &str, expected| {
            let status = format!("Name:\tanafora\nSigBlk:\t0000000000000001\nSigIgn:\t{mask}\n");
            assert_eq!(is_ignored(&status, SignalKind::hangup()), expected, "{mask}");
        };
        check("0000000000000000", false);
        check("0000000000000001", true);
        check("0000000000001000", false);
        check("0000000000001001", true);
    }
}
