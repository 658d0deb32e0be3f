//! One driver process in its own process group, with a directory of its own.

use std::collections::VecDeque;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use url::Url;

use super::FetchError;
use super::binaries::{Binaries, BrowserKind};
use super::household::Register;
use super::processes::{GONE_WITHIN, LAST_WORDS_WITHIN, Process};

/// Enough for a stack trace.
const LOG_BYTES_MAX: usize = 8 * 1024;
/// What an error text shows of it.
const TAIL_LINES_MAX: usize = 12;

/// A WebDriver server that listens on loopback. Dropped, it is ended with its browser, which takes milliseconds;
/// [`stop`](Self::stop) does the same without blocking.
#[derive(Debug)]
pub struct Driver {
    running: Running,
    endpoint: Url,
}

impl Driver {
    /// Starts it; it must listen within the time given.
    pub(super) async fn start(
        register: Arc<Register>,
        binaries: &Binaries,
        within: Duration,
    ) -> Result<Self, FetchError> {
        let name = binaries.driver.display().to_string();
        let mut running = Running::start(register, binaries)
            .map_err(|error| not_ready(binaries, &format!("`{name}` could not be started: {error}")))?;
        let listening = tokio::time::timeout(within, running.port()).await;
        let problem = match listening {
            Ok(Some(port)) => match Url::parse(&format!("http://127.0.0.1:{port}/")) {
                Ok(endpoint) => return Ok(Self { running, endpoint }),
                Err(error) => error.to_string(),
            },
            Ok(None) => "ended before it listened".to_owned(),
            Err(_) => format!("did not listen within {within:?}"),
        };
        let last_words = running.log.tail(TAIL_LINES_MAX);
        running.stop().await;
        Err(not_ready(binaries, &format!("`{name}` {problem}; its last words: {last_words}")))
    }

    /// Where it listens.
    #[must_use]
    pub fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// Its directory, for downloads; also its `TMPDIR`, in which both drivers make a browser's profile by themselves.
    /// Removed with it.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.running.directory
    }

    /// Tells which process is the browser, so that it is found wherever it goes.
    pub fn adopt_browser(&mut self, pid: i32) {
        let Some(browser) = Process::running(pid) else { return };
        if let Err(error) = self.running.register.adopt(&self.running.directory, browser) {
            tracing::warn!(pid, %error, "the browser could not be written down");
        }
    }

    /// Kills driver and browser at once, without waiting for their end.
    pub fn kill(&self) {
        self.running.register.kill(&self.running.directory);
    }

    /// Ends what is left of driver and browser, waits for it, and removes the directory.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// The last lines that driver and browser wrote.
    #[must_use]
    pub fn log_tail(&self) -> String {
        self.running.log.tail(TAIL_LINES_MAX)
    }

    /// What driver and browser write, for as long as they do.
    pub(super) fn log(&self) -> Arc<Log> {
        Arc::clone(&self.running.log)
    }
}

/// A driver that was started, whether it listens by now or not.
#[derive(Debug)]
struct Running {
    register: Arc<Register>,
    directory: PathBuf,
    kind: BrowserKind,
    child: Child,
    log: Arc<Log>,
    readers: JoinSet<()>,
}

impl Running {
    fn start(register: Arc<Register>, binaries: &Binaries) -> std::io::Result<Self> {
        let processes = register.prepare()?;
        let directory = processes.directory.clone();
        let spawned = Command::new(&binaries.driver)
            .args(match binaries.kind {
                BrowserKind::Chromium => ["--port=0"].as_slice(),
                BrowserKind::Firefox => ["--port", "0"].as_slice(),
            })
            .env("TMPDIR", &directory)
            .current_dir(&directory)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let child = match spawned {
            Ok(child) => child,
            Err(error) => {
                register.end(&directory);
                return Err(error);
            }
        };
        let mut running = Self {
            register,
            directory,
            kind: binaries.kind,
            child,
            log: Arc::default(),
            readers: JoinSet::new(),
        };
        // From here on an error drops `running`, which ends the driver.
        let pid = running.child.id().and_then(|pid| i32::try_from(pid).ok());
        let leader = pid
            .and_then(Process::running)
            .ok_or_else(|| std::io::Error::other("it is not listed in /proc"))?;
        running.register.announce(processes.led_by(leader))?;
        if let Some(output) = running.child.stdout.take() {
            running.readers.spawn(listen(output, Arc::clone(&running.log)));
        }
        if let Some(output) = running.child.stderr.take() {
            running.readers.spawn(listen(output, Arc::clone(&running.log)));
        }
        Ok(running)
    }

    /// The port it listens on; `None` where it ends instead.
    async fn port(&mut self) -> Option<u16> {
        let log = Arc::clone(&self.log);
        loop {
            let grown = log.grown.notified();
            if let Some(port) = port_in(self.kind, &log.text()) {
                return Some(port);
            }
            tokio::select! {
                () = grown => {}
                _ = self.child.wait() => {
                    let drained = async { while self.readers.join_next().await.is_some() {} };
                    tokio::time::timeout(LAST_WORDS_WITHIN, drained).await.ok();
                    return None;
                }
            }
        }
    }

    async fn stop(mut self) {
        let (register, directory) = (Arc::clone(&self.register), self.directory.clone());
        // Should the runtime be going down, dropping `self` does it.
        tokio::task::spawn_blocking(move || register.end(&directory)).await.ok();
        tokio::time::timeout(GONE_WITHIN, self.child.wait()).await.ok();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.register.end(&self.directory);
    }
}

/// The last of what was written, whoever wrote it.
#[derive(Debug, Default)]
pub(super) struct Log {
    bytes: Mutex<VecDeque<u8>>,
    grown: Notify,
}

impl Log {
    fn push(&self, new: &[u8]) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend(new);
        let excess = bytes.len().saturating_sub(LOG_BYTES_MAX);
        bytes.drain(..excess);
        self.grown.notify_one();
    }

    fn text(&self) -> String {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(bytes.make_contiguous()).into_owned()
    }

    /// The last lines that say anything, so many at most.
    pub(super) fn tail(&self, lines_max: usize) -> String {
        let text = self.text();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let first = lines.len().saturating_sub(lines_max);
        lines.get(first..).unwrap_or_default().join("\n")
    }
}

async fn listen(mut output: impl AsyncRead + Unpin, log: Arc<Log>) {
    let mut buffer = [0; 1024];
    while let Ok(read) = output.read(&mut buffer).await {
        match buffer.get(..read) {
            Some(new) if !new.is_empty() => log.push(new),
            _ => return,
        }
    }
}

/// Finds the port in what a driver writes when it listens. Both mention a port before that, which is not the one.
fn port_in(kind: BrowserKind, text: &str) -> Option<u16> {
    let before = match kind {
        BrowserKind::Chromium => "was started successfully on port ",
        BrowserKind::Firefox => "Listening on 127.0.0.1:",
    };
    let (_, after) = text.split_once(before)?;
    let end = after.find(|character: char| !character.is_ascii_digit())?;
    after.get(..end)?.parse().ok()
}

fn not_ready(binaries: &Binaries, detail: &impl fmt::Display) -> FetchError {
    FetchError::Environment {
        detail: detail.to_string(),
        hint: format!(
            "try `{} --version`; `anafora doctor` shows what is installed",
            binaries.driver.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: BrowserKind, text: &str, expected: Option<u16>) {
        assert_eq!(port_in(kind, text), expected, "{text}");
    }

    #[test]
    fn the_port_is_the_one_that_is_listened_on() {
        use BrowserKind::{Chromium, Firefox};
        check(Chromium, "Starting ChromeDriver 156.0 (a21c) on port 0\nOnly local connections", None);
        check(
            Chromium,
            "Starting on port 0\nChromeDriver was started successfully on port 38357.\n",
            Some(38357),
        );
        check(Chromium, "ChromeDriver was started successfully on port 383", None); // the rest is still to come
        check(Firefox, "1795372566119\tgeckodriver\tINFO\tListening on 127.0.0.1:43169\n", Some(43169));
        check(Firefox, "error: Address in use\n", None);
    }

    #[test]
    fn the_log_keeps_only_its_end() {
        let log = Log::default();
        for number in 0..5_000 {
            log.push(format!("line {number}\n").as_bytes());
        }
        assert!(log.text().len() <= LOG_BYTES_MAX);
        assert_eq!(log.tail(40).lines().count(), 40);
        assert!(log.tail(1).ends_with("line 4999"));
    }
}
