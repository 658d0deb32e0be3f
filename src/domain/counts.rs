//! In which state each ID is, and how many are in each.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an ID stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a worker.
    Queued,
    /// A worker has it.
    Leased,
    /// Waits for its next attempt.
    Delayed,
    /// Found and kept. Final.
    Stored,
    /// The portal says that it does not exist. Final.
    Absent,
    /// Given up: a dead letter.
    Dead,
    /// Its kind is paused.
    Paused,
    /// Known, but kept out by a bound.
    Bounded,
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Queued => "queued",
            Self::Leased => "leased",
            Self::Delayed => "delayed",
            Self::Stored => "stored",
            Self::Absent => "absent",
            Self::Dead => "dead",
            Self::Paused => "paused",
            Self::Bounded => "bounded",
        })
    }
}

/// How many IDs are in each state, and how many references are kept. Exact: changed with the states, never counted anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// IDs that wait for a worker.
    pub queued: u64,
    /// IDs that a worker has.
    pub leased: u64,
    /// IDs that wait for their next attempt.
    pub delayed: u64,
    /// Documents found and kept.
    pub stored: u64,
    /// IDs that do not exist.
    pub absent: u64,
    /// Dead letters.
    pub dead: u64,
    /// IDs of a paused kind.
    pub paused: u64,
    /// IDs kept out by a bound.
    pub bounded: u64,
    /// References kept, of every kind.
    pub references: u64,
}

impl Counts {
    /// Whether nothing is left to do.
    #[must_use]
    pub const fn is_drained(&self) -> bool {
        self.queued == 0 && self.leased == 0 && self.delayed == 0
    }

    /// How many IDs are known.
    #[must_use]
    pub const fn known(&self) -> u64 {
        self.queued
            + self.leased
            + self.delayed
            + self.stored
            + self.absent
            + self.dead
            + self.paused
            + self.bounded
    }

    /// The count of one state, to read or change.
    pub const fn of_mut(&mut self, state: State) -> &mut u64 {
        match state {
            State::Queued => &mut self.queued,
            State::Leased => &mut self.leased,
            State::Delayed => &mut self.delayed,
            State::Stored => &mut self.stored,
            State::Absent => &mut self.absent,
            State::Dead => &mut self.dead,
            State::Paused => &mut self.paused,
            State::Bounded => &mut self.bounded,
        }
    }
}
