//! Ctrl-C: the first ends gently, the second at once. A request to terminate counts as the first.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

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
    let is_over = Arc::new(AtomicBool::new(false));
    let listener = Listener(Arc::clone(&is_over));
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(()) = interrupts.recv() => {}
                Some(()) = terminations.recv() => {}
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
