//! A frontier as simple as can be, and random runs that hold a real one against it.
//!
//! The model shares nothing with the rules: it finds the next ID by looking at all of them, and computes every depth anew
//! from the seeds. A run bounds depth or number, not both: which of several IDs that a shorter way frees gets the last
//! place is the store's own affair.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use anafora::clock::Clock as _;
use anafora::domain::{
    Bound, Bounds, Cause, Counts, Edge, Intent, Lease, Outcome, Reference, State, Timestamp, WorkerId,
};
use anafora::frontier::{Committed, FrontierError, Next};

use super::dump::{assert_restorable, dumped};
use super::pausing::pause;
use super::subject::{Subject, document, id, kinds, open_bounds, page, reference};

#[derive(Clone, Debug)]
struct Known {
    kind: String,
    seq: usize,
    state: State,
    depth: u16,
    bound: Option<Bound>,
    visible_at: Timestamp,
    place: Timestamp,
    was_tried: bool,
    attempts: u32,
    holder: Option<u64>,
    cut_offs: u32,
}

#[derive(Default)]
struct Model {
    known: BTreeMap<String, Known>,
    documents: BTreeMap<String, Vec<Reference>>,
    seeds: Vec<String>,
    bounds: Bounds,
    paused: BTreeSet<String>,
}

/// Makes this many random calls and compares every answer, and everything that is kept, with the model.
pub(crate) async fn run(mut subject: Subject, seed: u64, calls: u32) {
    let mut dice = Dice(seed);
    let mut model = Model { bounds: open_bounds(), ..Model::default() };
    subject.frontier().reopen(&model.bounds).await.unwrap();
    let by_depth = dice.below(2) == 0;
    let mut leases: Vec<Lease> = Vec::new();
    for call in 0..calls {
        let at = format!("seed {seed}, call {call}");
        subject.clock.advance(Duration::from_millis(dice.below(20)));
        match dice.below(100) {
            0..12 => enqueue(&subject, &mut model, &mut dice, &at).await,
            12..45 => leases.extend(lease(&subject, &mut model, &mut dice, &at).await),
            45..52 => extend(&subject, &mut model, &mut dice, &mut leases, &at).await,
            52..88 => commit(&subject, &mut model, &mut dice, &mut leases, &at).await,
            88..94 => pause_or_unpause(&subject, &mut model, &mut dice, &at).await,
            94..96 => revive(&subject, &mut model, &mut dice, &at).await,
            96..99 => reopen(&subject, &mut model, &mut dice, by_depth, &at).await,
            _ => {
                if subject.open_again().await {
                    model.end_leases();
                }
            }
        }
        assert_eq!(subject.frontier().counts().await.unwrap(), model.counts(), "{at}");
    }
    compare(&subject, &model, &format!("seed {seed}")).await;
    subject.verify().await;
    assert_restorable(&dumped(subject.portable()).await, &format!("seed {seed}")).await;
}

async fn enqueue(subject: &Subject, model: &mut Model, dice: &mut Dice, at: &str) {
    let seeds: Vec<_> = (0..=dice.below(2)).map(|_| dice.id()).collect();
    let seeds: Vec<_> = seeds.iter().map(String::as_str).collect();
    assert_eq!(subject.enqueue(&seeds).await, model.enqueue(&seeds), "{at}");
}

async fn lease(subject: &Subject, model: &mut Model, dice: &mut Dice, at: &str) -> Option<Lease> {
    let ttl = Duration::from_millis(dice.below(150));
    let next = subject.frontier().lease(&WorkerId("w".into()), ttl).await.unwrap();
    let now = subject.clock.now();
    match (next, model.next(now)) {
        (Next::Drained, None) => None,
        (Next::Empty { next_visible_at }, Some((_, visible_at))) => {
            assert!(visible_at > now, "{at}");
            assert_eq!(next_visible_at, visible_at, "{at}");
            None
        }
        (Next::Leased(lease), Some((text, visible_at))) => {
            assert!(visible_at <= now, "{at}");
            assert_eq!(lease.id.as_str(), text, "{at}");
            let known = model.known.get_mut(&text).unwrap();
            if known.state != State::Leased {
                known.place = known.visible_at;
            }
            known.attempts += 1;
            (known.state, known.holder, known.visible_at) =
                (State::Leased, Some(lease.token), now.after(ttl));
            assert_eq!((lease.attempt.get(), lease.depth), (known.attempts, known.depth), "{at}");
            assert_eq!(lease.expires_at, known.visible_at, "{at}");
            Some(lease)
        }
        (next, expected) => panic!("{at}: {next:?}, but {expected:?} was expected"),
    }
}

async fn extend(subject: &Subject, model: &mut Model, dice: &mut Dice, leases: &mut [Lease], at: &str) {
    let Some(lease) = dice.choose(leases.len()).and_then(|index| leases.get_mut(index)) else { return };
    let result = subject.frontier().extend(lease, Duration::from_millis(50)).await;
    let known = model.known.get_mut(lease.id.as_str()).unwrap();
    if known.holder == Some(lease.token) {
        result.unwrap();
        known.visible_at = subject.clock.now().after(Duration::from_millis(50));
        assert_eq!(lease.expires_at, known.visible_at, "{at}");
    } else {
        assert!(matches!(result, Err(FrontierError::LeaseLost { .. })), "{at}");
    }
}

async fn commit(subject: &Subject, model: &mut Model, dice: &mut Dice, leases: &mut Vec<Lease>, at: &str) {
    let Some(lease) = dice.choose(leases.len()).map(|index| leases.remove(index)) else { return };
    let text = lease.id.as_str().to_owned();
    let holds = model.known.get(&text).unwrap().holder == Some(lease.token);
    let cause = Cause::SessionLost;
    let outcome = match dice.below(10) {
        0 => Outcome::Absent { evidence: page(&text) },
        1 => Outcome::Dead { cause },
        2 => Outcome::Retry { after: Duration::from_millis(dice.below(100)), cause },
        3 => Outcome::Release,
        4 => Outcome::Postponed { after: Duration::from_millis(dice.below(100)), cause },
        _ => {
            let references = (0..dice.below(5)).map(|_| dice.reference()).collect();
            Outcome::Stored(Box::new(document(&text, references)))
        }
    };
    let result = subject.frontier().commit(lease, outcome.clone()).await;
    if holds {
        assert_eq!(result.unwrap(), model.commit(&text, outcome, subject.clock.now()), "{at}");
    } else {
        assert!(matches!(result.unwrap_err().source, FrontierError::LeaseLost { .. }), "{at}");
    }
}

async fn pause_or_unpause(subject: &Subject, model: &mut Model, dice: &mut Dice, at: &str) {
    let kind = ["a", "b", "c"][dice.choose(3).unwrap()];
    if dice.below(3) == 0 {
        assert_eq!(subject.frontier().pause(&pause(kind)).await.unwrap(), model.pause(kind), "{at}");
    } else {
        let freed = model.unpause(kind, subject.clock.now());
        assert_eq!(subject.frontier().unpause(kind).await.unwrap(), freed, "{at}");
    }
}

async fn revive(subject: &Subject, model: &mut Model, dice: &mut Dice, at: &str) {
    let texts: Vec<_> = (0..4).map(|_| dice.id()).collect();
    let ids: Vec<_> = texts.iter().map(|text| id(text)).collect();
    let revived = model.revive(&texts, subject.clock.now());
    assert_eq!(subject.frontier().revive(&ids).await.unwrap(), revived, "{at}");
}

async fn reopen(subject: &Subject, model: &mut Model, dice: &mut Dice, by_depth: bool, at: &str) {
    let mut bounds = open_bounds();
    match dice.below(4) {
        0 => bounds.routed = kinds(&["a", "b"]),
        1 => bounds.kinds = Some(kinds(&["a", "c"])),
        _ if by_depth => bounds.depth = u16::try_from(dice.below(4)).ok(),
        _ => bounds.limit = Some(dice.below(25)),
    }
    assert_eq!(subject.frontier().reopen(&bounds).await.unwrap(), model.reopen(bounds), "{at}");
}

async fn compare(subject: &Subject, model: &Model, at: &str) {
    let entries = subject.documents().entries(None, usize::MAX).await.unwrap();
    assert_eq!(entries.len(), model.known.len(), "{at}");
    let mut named_by: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (entry, (text, known)) in entries.iter().zip(&model.known) {
        assert_eq!(entry.id.as_str(), text, "{at}");
        let found = (entry.state, entry.depth, entry.attempts, entry.bound);
        assert_eq!(found, (known.state, known.depth, known.attempts, known.bound), "{at}, {text}");
        let document = subject.documents().document(text).await.unwrap();
        assert_eq!(document.map(|document| document.references), model.documents.get(text).cloned(), "{at}");
        let references = subject.documents().references(text).await.unwrap();
        for (reference, edge) in &references {
            let is_bounded = || model.known[reference.target.as_str()].state == State::Bounded;
            let expected = match reference.intent {
                Intent::Mention => Edge::Mentioned,
                Intent::Follow if is_bounded() => Edge::Bounded,
                Intent::Follow => Edge::Followed,
            };
            assert_eq!(*edge, expected, "{at}, {text}");
        }
        for reference in model.documents.get(text).into_iter().flatten() {
            named_by.entry(reference.target.as_str()).or_default().push((id(text), reference.clone()));
        }
    }
    for (target, expected) in named_by {
        assert_eq!(subject.documents().named_by(target).await.unwrap(), expected, "{at}, {target}");
    }
}

impl Model {
    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for known in self.known.values() {
            *counts.of_mut(known.state) += 1;
        }
        counts.references = self.documents.values().map(|references| references.len() as u64).sum();
        counts
    }

    fn taken(&self) -> u64 {
        self.known.values().filter(|known| known.bound.is_none()).count() as u64
    }

    /// The first in line. Leases that ran out while their kind was paused are put aside until there is another.
    fn next(&mut self, now: Timestamp) -> Option<(String, Timestamp)> {
        loop {
            let is_open =
                |known: &Known| matches!(known.state, State::Queued | State::Leased | State::Delayed);
            let open = self.known.iter_mut().filter(|(_, known)| is_open(known));
            let (text, first) = open.min_by_key(|(_, known)| (known.visible_at, known.seq))?;
            let ran_out = first.state == State::Leased && first.visible_at <= now;
            if !ran_out || !self.paused.contains(&first.kind) {
                return Some((text.clone(), first.visible_at));
            }
            (first.state, first.holder) = (State::Paused, None);
        }
    }

    fn enqueue(&mut self, seeds: &[&str]) -> u64 {
        let before = self.known.len();
        for seed in seeds {
            self.seeds.push((*seed).to_owned());
            self.hear_of(seed, 0);
            self.settle();
        }
        (self.known.len() - before) as u64
    }

    fn hear_of(&mut self, text: &str, depth: u16) {
        if self.known.contains_key(text) {
            return;
        }
        let bound = self.bounds.holds_back(&id(text), depth, self.taken());
        let mut known = Known {
            kind: id(text).kind().to_owned(),
            seq: self.known.len(),
            state: State::Queued,
            depth,
            bound,
            visible_at: Timestamp::default(),
            place: Timestamp::default(),
            was_tried: false,
            attempts: 0,
            holder: None,
            cut_offs: 0,
        };
        known.state = known.resting(&self.paused);
        self.known.insert(text.to_owned(), known);
    }

    /// Computes every depth from the seeds, and frees what is no longer too deep.
    fn settle(&mut self) {
        let mut depths: BTreeMap<String, u16> = BTreeMap::new();
        let mut open: VecDeque<(String, u16)> = self.seeds.iter().map(|seed| (seed.clone(), 0)).collect();
        while let Some((text, depth)) = open.pop_front() {
            if depths.contains_key(&text) {
                continue;
            }
            depths.insert(text.clone(), depth);
            let references = self.documents.get(&text).into_iter().flatten();
            let followed = references.filter(|reference| reference.intent == Intent::Follow);
            open.extend(followed.map(|reference| (reference.target.as_str().to_owned(), depth + 1)));
        }
        for (text, depth) in depths {
            let taken = self.taken();
            let Some(known) = self.known.get_mut(&text) else { continue };
            if known.depth != depth && known.state == State::Bounded {
                known.bound = self.bounds.holds_back(&id(&text), depth, taken);
                known.state = known.resting(&self.paused);
            }
            known.depth = depth;
        }
    }

    fn commit(&mut self, text: &str, outcome: Outcome, now: Timestamp) -> Committed {
        let known = self.known.get_mut(text).unwrap();
        (known.holder, known.cut_offs) = (None, 0);
        known.was_tried |= matches!(outcome, Outcome::Retry { .. } | Outcome::Postponed { .. });
        match outcome {
            Outcome::Absent { .. } => known.state = State::Absent,
            Outcome::Dead { .. } => known.state = State::Dead,
            Outcome::Release => known.release(&self.paused),
            Outcome::Retry { after, .. } => {
                (known.state, known.visible_at) = (known.resting(&self.paused), now.after(after));
            }
            Outcome::Postponed { after, .. } => {
                known.attempts -= 1;
                (known.state, known.visible_at) = (known.resting(&self.paused), now.after(after));
            }
            Outcome::Stored(document) => {
                known.state = State::Stored;
                return self.store(text, document.references);
            }
        }
        Committed::default()
    }

    fn store(&mut self, text: &str, mut references: Vec<Reference>) -> Committed {
        references.retain(|reference| reference.target.as_str() != text);
        references.sort();
        references.dedup_by_key(|reference| {
            let Reference { target, relation, part, offset, .. } = reference.clone();
            (target, relation, part, offset)
        });
        let (known_before, taken_before) = (self.known.len(), self.taken());
        let depth = self.known[text].depth + 1;
        for reference in &references {
            if reference.intent == Intent::Follow {
                self.hear_of(reference.target.as_str(), depth);
            }
        }
        let new = (self.known.len() - known_before) as u64;
        let discovered = self.taken() - taken_before;
        let committed =
            Committed { discovered, bounded: new - discovered, references: references.len() as u64 };
        self.documents.insert(text.to_owned(), references);
        self.settle();
        committed
    }

    fn reopen(&mut self, bounds: Bounds) -> u64 {
        self.bounds = bounds;
        let mut order: Vec<_> = self.known.iter().map(|(text, known)| (known.seq, text.clone())).collect();
        order.sort();
        let waits = |known: &Known| matches!(known.state, State::Queued | State::Delayed | State::Paused);
        let waiting = self.known.values().filter(|known| waits(known)).count() as u64;
        let mut taken = self.taken() - waiting;
        let mut freed = 0;
        let (first, second): (Vec<_>, Vec<_>) =
            order.into_iter().partition(|(_, text)| waits(&self.known[text]));
        for (_, text) in first.into_iter().chain(second) {
            let known = self.known.get_mut(&text).unwrap();
            if !waits(known) && known.state != State::Bounded {
                continue;
            }
            let was_bounded = known.state == State::Bounded;
            known.bound = self.bounds.holds_back(&id(&text), known.depth, taken);
            known.state = known.resting(&self.paused);
            taken += u64::from(known.bound.is_none());
            freed += u64::from(was_bounded && known.bound.is_none());
        }
        freed
    }

    fn pause(&mut self, kind: &str) -> u64 {
        if !self.paused.insert(kind.to_owned()) {
            return 0;
        }
        let waits = |known: &&mut Known| matches!(known.state, State::Queued | State::Delayed);
        let waiting = self.known.values_mut().filter(|known| known.kind == kind).filter(waits);
        waiting.map(|known| known.state = State::Paused).count() as u64
    }

    fn unpause(&mut self, kind: &str, now: Timestamp) -> u64 {
        self.paused.remove(kind);
        let mut freed = 0;
        for known in self.known.values_mut() {
            if known.kind == kind && known.state == State::Paused {
                known.visible_at = known.visible_at.min(now);
                known.state = known.resting(&self.paused);
                freed += 1;
            }
        }
        freed
    }

    fn revive(&mut self, texts: &[String], now: Timestamp) -> u64 {
        let mut revived = 0;
        for text in texts {
            let taken = self.taken();
            let Some(known) = self.known.get_mut(text).filter(|known| known.state == State::Dead) else {
                continue;
            };
            (known.attempts, known.cut_offs, known.was_tried, known.visible_at) = (0, 0, false, now);
            known.bound = self.bounds.holds_back(&id(text), known.depth, taken - 1);
            known.state = known.resting(&self.paused);
            revived += 1;
        }
        revived
    }

    fn end_leases(&mut self) {
        for known in self.known.values_mut().filter(|known| known.state == State::Leased) {
            known.holder = None;
            known.release(&self.paused);
            known.cut_offs += 1;
            if known.cut_offs == 20 {
                known.state = State::Dead;
            }
        }
    }
}

impl Known {
    fn resting(&self, paused: &BTreeSet<String>) -> State {
        match (self.bound, self.was_tried) {
            (Some(_), _) => State::Bounded,
            (None, _) if paused.contains(&self.kind) => State::Paused,
            (None, true) => State::Delayed,
            (None, false) => State::Queued,
        }
    }

    fn release(&mut self, paused: &BTreeSet<String>) {
        self.attempts -= 1;
        self.visible_at = self.place;
        self.state = self.resting(paused);
    }
}

/// Random numbers that a seed repeats.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    pub(crate) fn choose(&mut self, count: usize) -> Option<usize> {
        let count = u64::try_from(count).unwrap();
        (count > 0).then(|| usize::try_from(self.below(count)).unwrap())
    }

    fn id(&mut self) -> String {
        let kind = ["a", "a", "b", "c"][self.choose(4).unwrap()];
        format!("{kind}{}", self.below(15))
    }

    fn reference(&mut self) -> Reference {
        let target = self.id();
        let relation = ["award", "contract"][self.choose(2).unwrap()];
        let intent = if self.below(4) == 0 { Intent::Mention } else { Intent::Follow };
        reference(&target, relation, self.below(2), intent)
    }
}
