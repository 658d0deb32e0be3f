//! Ctrl-C: the first ends gently, the second at once. A request to terminate counts as the first.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::crawl::Stop;

use super::progress::{Progress, Voice};

/// Listens until the process ends.
pub(super) fn listen(stop: Stop, progress: Arc<Progress>) -> std::io::Result<()> {
    let mut interrupts = signal(SignalKind::interrupt())?;
    let mut terminations = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(()) = interrupts.recv() => {}
                Some(()) = terminations.recv() => {}
                else => return,
            }
            if stop.is_wished() {
                progress.say(Voice::Normal, "stopping at once");
                stop.now();
            } else {
                progress.say(Voice::Normal, "finishing the look-ups in flight; Ctrl-C again stops at once");
                stop.soon();
            }
        }
    });
    Ok(())
}
