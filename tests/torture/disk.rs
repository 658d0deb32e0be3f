//! What a disk holds after the power went: the log of a process, played up to some record, without what was not synced.
//!
//! A block of 4 KiB that was written and not synced is there or not, by chance. So is the new end of a truncated file.
//! Names that were made, changed or removed since the last sync of their directory are lost from some moment on, as a
//! journal loses them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::dice::Dice;

const BLOCK_BYTES: usize = 4096;

/// One thing that a process did to a file.
pub(crate) struct Record {
    pub(crate) letter: u8,
    pub(crate) path: String,
    pub(crate) offset: usize,
    pub(crate) data: Vec<u8>,
}

/// Reads a log. A record that was cut short by the end of the process is the last.
pub(crate) fn read_log(path: &Path) -> Vec<Record> {
    let bytes = fs::read(path).unwrap();
    let mut rest = bytes.as_slice();
    let mut records = Vec::new();
    while let Some(record) = read_record(&mut rest) {
        records.push(record);
    }
    records
}

fn read_record(rest: &mut &[u8]) -> Option<Record> {
    let letter = *rest.split_off_first()?;
    let path_length = u32::from_ne_bytes(rest.split_off(..4)?.try_into().unwrap());
    let offset = u64::from_ne_bytes(rest.split_off(..8)?.try_into().unwrap());
    let data_length = u64::from_ne_bytes(rest.split_off(..8)?.try_into().unwrap());
    let path = rest.split_off(..usize::try_from(path_length).unwrap())?;
    let data = rest.split_off(..usize::try_from(data_length).unwrap())?;
    Some(Record {
        letter,
        path: String::from_utf8(path.to_vec()).unwrap(),
        offset: usize::try_from(offset).unwrap(),
        data: data.to_vec(),
    })
}

/// A file's bytes, wherever its name may be by now.
#[derive(Default)]
struct File {
    /// On the platter.
    synced: Vec<u8>,
    /// As the process sees it.
    seen: Vec<u8>,
    unsynced_blocks: BTreeSet<usize>,
    is_truncated: bool,
}

/// A change of names, with the number of the file it is about.
enum Naming {
    Made(String, usize),
    Renamed(String, String),
    Removed(String),
}

/// The disk while the process runs.
#[derive(Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    /// Each with whether its directory was synced since.
    namings: Vec<(Naming, bool)>,
}

impl Disk {
    pub(crate) fn play(&mut self, record: &Record) {
        match record.letter {
            b'C' => {
                self.names.insert(record.path.clone(), self.files.len());
                self.namings.push((Naming::Made(record.path.clone(), self.files.len()), false));
                self.files.push(File::default());
            }
            b'X' => self.file(&record.path).truncate(0),
            b'T' => self.file(&record.path).truncate(record.offset),
            b'W' => self.file(&record.path).write(record.offset, &record.data),
            b'S' => self.file(&record.path).sync(),
            b'D' => self.sync_names(Path::new(&record.path)),
            b'R' => {
                let to = String::from_utf8(record.data.clone()).unwrap();
                let number = self.names.remove(&record.path).unwrap();
                self.names.insert(to.clone(), number);
                self.namings.push((Naming::Renamed(record.path.clone(), to), false));
            }
            b'U' => {
                self.names.remove(&record.path).unwrap();
                self.namings.push((Naming::Removed(record.path.clone()), false));
            }
            letter => panic!("the log has a record `{}`", letter as char),
        }
    }

    fn file(&mut self, path: &str) -> &mut File {
        let number = *self.names.get(path).unwrap_or_else(|| panic!("`{path}` was never made"));
        &mut self.files[number]
    }

    fn sync_names(&mut self, directory: &Path) {
        for (naming, is_synced) in &mut self.namings {
            let (Naming::Made(path, _) | Naming::Renamed(_, path) | Naming::Removed(path)) = naming;
            *is_synced |= Path::new(path).parent() == Some(directory);
        }
    }

    /// Cuts the power and writes down what is left of everything below `watched`.
    ///
    /// Each unsynced block is kept with a probability of so many tenths.
    pub(crate) fn cut(&self, watched: &Path, into: &Path, kept_tenths: u64, dice: &mut Dice) {
        let unsure = self.namings.iter().filter(|(_, is_synced)| !is_synced).count();
        let mut kept = dice.below(u64::try_from(unsure).unwrap() + 1);
        let mut names = BTreeMap::new();
        for (naming, is_synced) in &self.namings {
            if !is_synced {
                if kept == 0 {
                    continue;
                }
                kept -= 1;
            }
            match naming {
                Naming::Made(path, number) => drop(names.insert(path.clone(), *number)),
                Naming::Removed(path) => drop(names.remove(path)),
                Naming::Renamed(from, to) => {
                    if let Some(number) = names.remove(from) {
                        names.insert(to.clone(), number);
                    }
                }
            }
        }
        for (path, number) in names {
            let target = into.join(Path::new(&path).strip_prefix(watched).unwrap());
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, self.files[number].after_the_cut(kept_tenths, dice)).unwrap();
        }
    }
}

impl File {
    fn truncate(&mut self, length: usize) {
        self.is_truncated |= length < self.seen.len();
        self.seen.resize(length, 0);
        self.unsynced_blocks.retain(|block| block * BLOCK_BYTES < length);
    }

    fn write(&mut self, offset: usize, data: &[u8]) {
        let end = offset + data.len();
        if self.seen.len() < end {
            self.seen.resize(end, 0);
        }
        self.seen[offset..end].copy_from_slice(data);
        self.unsynced_blocks.extend(offset / BLOCK_BYTES..end.div_ceil(BLOCK_BYTES));
    }

    fn sync(&mut self) {
        // Only what was written since is copied: a log has thousands of syncs.
        if self.is_truncated {
            self.synced.truncate(self.seen.len());
        }
        self.synced.resize(self.seen.len().max(self.synced.len()), 0);
        for block in std::mem::take(&mut self.unsynced_blocks) {
            let range = block * BLOCK_BYTES..((block + 1) * BLOCK_BYTES).min(self.seen.len());
            self.synced[range.clone()].copy_from_slice(&self.seen[range]);
        }
        self.is_truncated = false;
    }

    fn after_the_cut(&self, kept_tenths: u64, dice: &mut Dice) -> Vec<u8> {
        let mut left = self.synced.clone();
        if self.is_truncated && dice.below(10) < kept_tenths {
            left.truncate(self.seen.len());
        }
        for block in &self.unsynced_blocks {
            if dice.below(10) < kept_tenths {
                let range = block * BLOCK_BYTES..((block + 1) * BLOCK_BYTES).min(self.seen.len());
                left.resize(left.len().max(range.end), 0);
                left[range.clone()].copy_from_slice(&self.seen[range]);
            }
        }
        left
    }
}
