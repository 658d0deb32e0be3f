//! The sessions that we have at WebDriver ends which somebody else runs, and how each of them is ended.
//!
//! Nobody ends such a session for us: its browser and its driver do not notice that we died. So each is written down
//! as soon as its ID is known, durably, and struck off only when its end answered that it is gone. Where we could not do
//! that, the next start does, from the same ledger; it is locked as long as its owner lives.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fantoccini::Client;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::WebDriverCompatibleCommand;
use futures::future::join_all;
use hyper_rustls::HttpsConnectorBuilder;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;
use url::Url;

use super::FetchError;
use super::household::{RunDir, enter_user_directory, environment, private_directory};
use super::ledger::lock;
use super::processes::Process;
use super::session::connect;

/// A remote end that has not ended a session by then is asked again later; as a rule it does so all the same.
const DELETE_DEADLINE: Duration = Duration::from_secs(5);
/// A session that so many starts could not end is forgotten: its remote end is gone, and the session with it.
const FAILED_STARTS_MAX: u32 = 3;
/// The ledger's name in a store's run directory; in the user's, the owner's process comes after it.
const FILE_NAME: &str = "remote-sessions";

/// The sessions of one crawl at remote ends.
#[derive(Debug)]
pub struct RemoteSessions {
    ledger: Mutex<Ledger>,
    /// What begins and ends sessions, even when nobody waits for it any more.
    tasks: TaskTracker,
}

impl RemoteSessions {
    /// Ends the sessions that an earlier life left at whatever remote end, as far as that answers.
    ///
    /// # Errors
    ///
    /// `Environment`, where the directory cannot be used or is another crawl's.
    pub async fn open(run_dir: RunDir) -> Result<Self, FetchError> {
        let opened = tokio::task::spawn_blocking(move || take_over(&run_dir)).await;
        let taken = opened.map_err(io::Error::other).flatten();
        let (mut own, orphans) = taken.map_err(|error| environment("the list of remote sessions", &error))?;
        let reaped = async {
            own.reap().await?;
            for mut orphan in orphans {
                orphan.reap().await?;
                orphan.remove_if_empty()?;
            }
            Ok(())
        };
        reaped.await.map_err(|error: io::Error| environment("the list of remote sessions", &error))?;
        Ok(Self { ledger: Mutex::new(own), tasks: TaskTracker::new() })
    }

    /// Begins a session and writes it down. It is ended also where the caller does not wait for it.
    pub(super) async fn begin(
        self: &Arc<Self>,
        endpoint: &Url,
        wanted: Map<String, Value>,
        start_deadline: Duration,
    ) -> Result<(Client, RemoteSession), String> {
        let (sessions, endpoint) = (Arc::clone(self), endpoint.clone());
        let begun = self.tasks.spawn(async move {
            let client = connect(&endpoint, wanted, Instant::now() + start_deadline).await?;
            let id = client.session_id().await.map_err(|error| error.to_string())?;
            let id = id.ok_or("the session has no ID")?;
            let open = Open { endpoint, id, failed_starts: 0 };
            let session = RemoteSession { sessions: Arc::clone(&sessions), open: Some(open.clone()) };
            let written = sessions.ledger().append(Entry::Open(open));
            written.map_err(|error| format!("the session could not be written down: {error}"))?;
            // Left to itself the client would end the session without credentials, and never say whether it is gone.
            client.persist().await.map_err(|error| error.to_string())?;
            Ok((client, session))
        });
        begun.await.map_err(|error| error.to_string())?
    }

    /// Ends every session that is left. One that its remote end does not give up in time is left to the next start.
    pub async fn close(&self) {
        self.tasks.close();
        if timeout(DELETE_DEADLINE, self.tasks.wait()).await.is_err() {
            tracing::debug!("sessions are still beginning or ending after {DELETE_DEADLINE:?}");
        }
        let left: Vec<Open> = self.ledger().open.values().cloned().collect();
        join_all(left.into_iter().map(|open| self.end(open))).await;
        if let Err(error) = self.ledger().remove_if_empty() {
            tracing::debug!(%error, "the list of remote sessions stays");
        }
    }

    async fn end(&self, open: Open) {
        match open.delete().await {
            Ok(()) => {
                if let Err(error) = self.ledger().append(Entry::Ended(open.id)) {
                    tracing::warn!(%error, "a session that has ended could not be struck off");
                }
            }
            Err(reason) => tracing::warn!(
                "a session at {} could not be ended: {reason}; the next start tries again",
                shown(&open.endpoint)
            ),
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session at a remote end. Dropped, it is ended in the background.
#[derive(Debug)]
pub(super) struct RemoteSession {
    sessions: Arc<RemoteSessions>,
    /// `None` once it was ended.
    open: Option<Open>,
}

impl RemoteSession {
    /// Ends it. A connection of its own sees to that, as a command may still hang in the session's.
    pub(super) async fn end(mut self) {
        if let Some(open) = self.open.take() {
            self.sessions.end(open).await;
        }
    }
}

impl Drop for RemoteSession {
    fn drop(&mut self) {
        let Some(open) = self.open.take() else { return };
        if let Ok(runtime) = Handle::try_current() {
            let sessions = Arc::clone(&self.sessions);
            self.sessions.tasks.spawn_on(async move { sessions.end(open).await }, &runtime);
        }
    }
}

/// An address as it may be shown: without the password that it may carry.
pub(super) fn shown(endpoint: &Url) -> Url {
    let mut shown = endpoint.clone();
    // Only addresses without a host have no place for credentials; those carry none.
    shown.set_password(None).ok();
    shown
}

/// A session that is open, or was when it was written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    endpoint: Url,
    id: String,
    /// How many starts could not end it.
    failed_starts: u32,
}

impl Open {
    /// Ends the session. One that its remote end does not know has ended.
    async fn delete(&self) -> Result<(), String> {
        match timeout(DELETE_DEADLINE, self.ask_to_delete()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(CmdError::Standard(told))) if told.error == ErrorStatus::InvalidSessionId => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("no answer within {DELETE_DEADLINE:?}")),
        }
    }

    async fn ask_to_delete(&self) -> Result<Value, CmdError> {
        let builder = HttpsConnectorBuilder::new().with_native_roots().map_err(CmdError::Lost)?;
        let connector = builder.https_or_http().enable_http1().build();
        let client = Client::with_existing_session(self.endpoint.as_str(), &self.id, connector).await;
        let client = client.map_err(|error| CmdError::Lost(io::Error::other(error.to_string())))?;
        // Without this the client would send the same once more when it is dropped.
        client.persist().await?;
        client.issue_cmd(DeleteSession).await
    }
}

/// The command that the client has only in a form which hides the answer.
#[derive(Debug)]
struct DeleteSession;

impl WebDriverCompatibleCommand for DeleteSession {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, url::ParseError> {
        base_url.join(&format!("session/{}", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::DELETE, None)
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    /// A session is open; what is said later of the same one holds.
    Open(Open),
    /// The session with this ID is gone.
    Ended(String),
}

/// Which sessions are open, on disk as in memory. The file only grows, until none is left: no crash loses a line.
#[derive(Debug)]
struct Ledger {
    path: PathBuf,
    file: File,
    open: BTreeMap<String, Open>,
}

impl Ledger {
    /// Takes a ledger over, or makes one. `None` where its owner lives.
    fn open(path: PathBuf) -> io::Result<Option<Self>> {
        let Some(mut file) = lock(&path)? else { return Ok(None) };
        if let Some(directory) = path.parent() {
            File::open(directory)?.sync_all()?;
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        if text.last().is_some_and(|last| *last != b'\n') {
            // A crash cut the last line off; the next one must not hang on to it.
            file.write_all(b"\n")?;
        }
        let mut ledger = Self { path, file, open: BTreeMap::new() };
        for entry in String::from_utf8_lossy(&text).lines().filter_map(|line| serde_json::from_str(line).ok())
        {
            ledger.take(entry);
        }
        Ok(Some(ledger))
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Open(open) => self.open.insert(open.id.clone(), open),
            Entry::Ended(id) => self.open.remove(&id),
        };
    }

    /// Writes an entry down, durably.
    fn append(&mut self, entry: Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        self.take(entry);
        if self.open.is_empty() {
            self.file.set_len(0)?;
        } else {
            self.file.write_all(&line)?;
        }
        self.file.sync_data()
    }

    /// Ends the sessions that the dead owner left.
    async fn reap(&mut self) -> io::Result<()> {
        let left: Vec<Open> = self.open.values().cloned().collect();
        let answers = join_all(left.iter().map(Open::delete)).await;
        for (open, answer) in left.into_iter().zip(answers) {
            let endpoint = shown(&open.endpoint);
            let failed_starts = open.failed_starts + 1;
            let entry = match answer {
                Ok(()) => {
                    tracing::info!("ended a session that an earlier crawl left at {endpoint}");
                    Entry::Ended(open.id)
                }
                Err(reason) if failed_starts >= FAILED_STARTS_MAX => {
                    tracing::warn!(
                        "a session that an earlier crawl left at {endpoint} is given up: {reason}"
                    );
                    Entry::Ended(open.id)
                }
                Err(reason) => {
                    tracing::warn!("a session that an earlier crawl left at {endpoint} stays: {reason}");
                    Entry::Open(Open { failed_starts, ..open })
                }
            };
            self.append(entry)?;
        }
        Ok(())
    }

    fn remove_if_empty(&self) -> io::Result<()> {
        if self.open.is_empty() { fs::remove_file(&self.path) } else { Ok(()) }
    }
}

/// The ledger of a crawl that begins, and those of the user's one-shot crawls that died.
fn take_over(run_dir: &RunDir) -> io::Result<(Ledger, Vec<Ledger>)> {
    let (own, orphans) = match run_dir {
        RunDir::Store(path) => (private_directory(path)?.join(FILE_NAME), Vec::new()),
        RunDir::User => {
            let (base, _entrance) = enter_user_directory()?;
            (base.join(format!("{FILE_NAME}-{}", Process::current()?)), orphans(&base)?)
        }
    };
    let taken = format!("another crawl has `{}`", own.display());
    let own = Ledger::open(own)?.ok_or_else(|| io::Error::other(taken))?;
    Ok((own, orphans))
}

fn orphans(base: &Path) -> io::Result<Vec<Ledger>> {
    let mut orphans = Vec::new();
    for entry in fs::read_dir(base)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(FILE_NAME) {
            orphans.extend(Ledger::open(entry.path())?);
        }
    }
    Ok(orphans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(id: &str) -> Entry {
        let endpoint = "http://user:secret@127.0.0.1:4444/".parse().unwrap();
        Entry::Open(Open { endpoint, id: id.to_owned(), failed_starts: 0 })
    }

    fn listed(path: &Path) -> Vec<String> {
        Ledger::open(path.to_owned()).unwrap().unwrap().open.into_keys().collect()
    }

    #[test]
    fn a_ledger_lists_what_was_begun_and_not_ended() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE_NAME);
        let mut ledger = Ledger::open(path.clone()).unwrap().unwrap();
        assert!(Ledger::open(path.clone()).unwrap().is_none(), "its owner lives");
        ledger.append(open("a")).unwrap();
        ledger.append(open("b")).unwrap();
        ledger.append(Entry::Ended("a".into())).unwrap();
        drop(ledger);
        assert_eq!(listed(&path), ["b"]);
        let mut ledger = Ledger::open(path.clone()).unwrap().unwrap();
        ledger.append(Entry::Ended("b".into())).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        ledger.remove_if_empty().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_line_that_a_crash_cut_off_does_not_take_the_next_one_with_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE_NAME);
        fs::write(&path, r#"{"open":{"endpoint":"http://127.0"#).unwrap();
        Ledger::open(path.clone()).unwrap().unwrap().append(open("a")).unwrap();
        assert_eq!(listed(&path), ["a"]);
    }

    #[tokio::test]
    async fn a_session_whose_remote_end_is_gone_is_given_up_in_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE_NAME);
        // A port that was free a moment ago and on which nobody listens.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let endpoint = format!("http://127.0.0.1:{port}/").parse().unwrap();
        let lost = Entry::Open(Open { endpoint, id: "a".into(), failed_starts: 0 });
        Ledger::open(path.clone()).unwrap().unwrap().append(lost).unwrap();
        for start in 1..=FAILED_STARTS_MAX {
            assert_eq!(listed(&path), ["a"], "before start {start}");
            drop(RemoteSessions::open(RunDir::Store(directory.path().to_owned())).await.unwrap());
        }
        assert!(listed(&path).is_empty());
    }

    #[test]
    fn a_password_is_not_shown() {
        let endpoint = "https://user:secret@example.org/wd/".parse().unwrap();
        assert_eq!(shown(&endpoint).as_str(), "https://user@example.org/wd/");
    }
}
