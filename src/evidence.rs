//! What was seen of failed look-ups: the page and the parts captured before, a picture, the step and the driver's last words, under caps.
//!
//! An exhibit is a directory under a name that no ID can choose. It is written beside its place and renamed, so that it
//! is there whole or not at all. The oldest go first when a cap is reached, so a name may outlive what it names.

mod exhibit;

pub use exhibit::{About, Exhibit, KeptPart};

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use exhibit::{ABOUT_FILE, PAGE_FILE, SCREENSHOT_FILE, files, write_directory};

use crate::clock::Clock;
use crate::domain::{Digest, DocumentId, Timestamp};

/// What an exhibit that is being written ends in.
const UNFINISHED: &str = ".new";
/// So many hexadecimal digits of a digest tell the exhibits of one millisecond apart.
const DIGEST_DIGITS: usize = 12;

/// How much evidence is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// So many exhibits.
    pub count_max: usize,
    /// None older than this.
    pub age_max: Duration,
    /// So many bytes in all files together.
    pub bytes_max: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self { count_max: 500, age_max: Duration::from_secs(90 * 24 * 60 * 60), bytes_max: 512 * 1024 * 1024 }
    }
}

/// An exhibit that is still there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its directory.
    pub path: PathBuf,
    /// What it says.
    pub about: About,
    /// The file of the page, where there is one.
    pub page: Option<PathBuf>,
    /// The names and files of the other parts that were captured.
    pub parts: Vec<(String, PathBuf)>,
    /// The file of the picture, where there is one.
    pub screenshot: Option<PathBuf>,
}

/// The directory of all exhibits of a store.
pub struct EvidenceDirectory {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    caps: Caps,
    stock: Mutex<Stock>,
}

/// What is there, oldest first.
#[derive(Debug, Default)]
struct Stock {
    exhibits: VecDeque<Place>,
    bytes: u64,
}

#[derive(Debug)]
struct Place {
    name: String,
    at: Timestamp,
    bytes: u64,
}

impl EvidenceDirectory {
    /// Opens the directory, makes it where it is missing, and removes what is unfinished or beyond the caps.
    ///
    /// # Errors
    /// Where it cannot be read or written.
    pub fn open(path: &Path, clock: Arc<dyn Clock>, caps: Caps) -> Result<Self, EvidenceError> {
        fs::create_dir_all(path).map_err(failed("making", path))?;
        let mut found = Vec::new();
        for entry in fs::read_dir(path).map_err(failed("reading", path))? {
            let entry = entry.map_err(failed("reading", path))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let place = entry.path();
            if name.strip_suffix(UNFINISHED).is_some_and(|name| moment_in(name).is_some()) {
                fs::remove_dir_all(&place).map_err(failed("removing", &place))?;
            } else if let Some(at) = moment_in(&name).filter(|_| place.is_dir()) {
                let bytes = bytes_in(&place).map_err(failed("reading", &place))?;
                found.push(Place { name, at, bytes });
            }
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        let bytes = found.iter().map(|place| place.bytes).sum();
        let stock = Stock { exhibits: found.into(), bytes };
        let directory = Self { path: path.to_owned(), clock, caps, stock: Mutex::new(stock) };
        directory.make_room(&mut directory.stock(), 0, 0)?;
        Ok(directory)
    }

    /// Keeps an exhibit and returns its name; it is on disk when this returns. The oldest make room for it.
    ///
    /// # Errors
    /// Where it cannot be written, or is larger than everything together may be.
    pub fn keep(&self, exhibit: &Exhibit) -> Result<String, EvidenceError> {
        let at = self.clock.now();
        let files = files(exhibit, at);
        let bytes = files.iter().map(|(_, content)| content.len() as u64).sum();
        if bytes > self.caps.bytes_max {
            return Err(EvidenceError::TooLarge { bytes, bytes_max: self.caps.bytes_max });
        }
        let mut stock = self.stock();
        self.make_room(&mut stock, 1, bytes)?;
        let name = self.free_name(&exhibit.id, at);
        let place = self.path.join(&name);
        let unfinished = self.path.join(format!("{name}{UNFINISHED}"));
        let written = write_directory(&unfinished, &files)
            .and_then(|()| fs::rename(&unfinished, &place))
            .and_then(|()| File::open(&self.path)?.sync_all());
        if let Err(error) = written {
            // What could not be written wants its space back at once: the disk may be full.
            drop(fs::remove_dir_all(&unfinished));
            return Err(failed("writing", &place)(error));
        }
        stock.bytes += bytes;
        stock.exhibits.push_back(Place { name: name.clone(), at, bytes });
        Ok(name)
    }

    /// The exhibit of this name; `None` where it went to make room for others, or never was.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn read(&self, name: &str) -> Result<Option<Kept>, EvidenceError> {
        // Names come from the store: one that is none of ours must not lead anywhere else.
        if moment_in(name).is_none() {
            return Ok(None);
        }
        let path = self.path.join(name);
        let file = path.join(ABOUT_FILE);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("reading", &file)(error)),
        };
        let about = exhibit::about(&bytes).map_err(failed("reading", &file))?;
        let there = |file: &str| Some(path.join(file)).filter(|file| file.is_file());
        let (page, screenshot) = (there(PAGE_FILE), there(SCREENSHOT_FILE));
        let ours = about.parts.iter().filter(|part| !part.file.contains('/'));
        let parts = ours.map(|part| Some((part.name.clone(), there(&part.file)?)));
        let parts = parts.flatten().collect();
        Ok(Some(Kept { path, about, page, parts, screenshot }))
    }

    /// The names of all exhibits, oldest first.
    #[must_use]
    pub fn list(&self) -> Vec<String> {
        self.stock().exhibits.iter().map(|place| place.name.clone()).collect()
    }

    fn stock(&self) -> std::sync::MutexGuard<'_, Stock> {
        self.stock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the oldest until so many more, with so many bytes, are within the caps.
    fn make_room(&self, stock: &mut Stock, count: usize, bytes: u64) -> Result<(), EvidenceError> {
        let now = self.clock.now();
        while let Some(oldest) = stock.exhibits.front() {
            let is_too_old = now.since(oldest.at) > self.caps.age_max;
            let are_too_many = stock.exhibits.len() + count > self.caps.count_max;
            let are_too_large = stock.bytes + bytes > self.caps.bytes_max;
            if !(is_too_old || are_too_many || are_too_large) {
                break;
            }
            let place = self.path.join(&oldest.name);
            match fs::remove_dir_all(&place) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed("removing", &place)(error)),
            }
            stock.bytes -= oldest.bytes;
            stock.exhibits.pop_front();
        }
        Ok(())
    }

    /// Time and digest; a number where the clock stood still in between.
    fn free_name(&self, id: &DocumentId, at: Timestamp) -> String {
        let time: String = at.to_string().chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
        let digest = Digest::of(id.as_str().as_bytes()).to_string();
        let digest = digest.rsplit(':').next().unwrap_or_default();
        let name = format!("{time}-{}", digest.get(..DIGEST_DIGITS).unwrap_or(digest));
        let mut free = name.clone();
        let mut number = 1;
        while self.path.join(&free).exists() {
            number += 1;
            free = format!("{name}-{number}");
        }
        free
    }
}

/// Why evidence could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// One exhibit is larger than all may be together.
    #[error("evidence of {bytes} bytes is too large: {bytes_max} at most are kept")]
    TooLarge {
        /// The size of its files.
        bytes: u64,
        /// The cap.
        bytes_max: u64,
    },
    /// A file could not be read or written.
    #[error("{action} `{}` failed", path.display())]
    Io {
        /// What was tried, as in `writing`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// When an exhibit of this name was kept; `None` where it is no exhibit's name.
fn moment_in(name: &str) -> Option<Timestamp> {
    let (time, digest) = name.split_once('-')?;
    let is_name =
        |text: &str| text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, 'a'..='f' | '-'));
    if digest.is_empty() || !is_name(digest) {
        return None;
    }
    time.parse().ok()
}

/// The bytes in a directory's files.
fn bytes_in(path: &Path) -> io::Result<u64> {
    fs::read_dir(path)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EvidenceError {
    let path = path.to_owned();
    move |source| EvidenceError::Io { action, path, source }
}

#[cfg(test)]
mod tests;
