//! What the demo portal does wrong on demand.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::checkpoint::{Checkpoint, Standing};
use super::dice::{Dice, Fault, Rate};
use super::kind::RegistryKind;
use super::robots::RobotsTxt;
use super::template::{Redesign, Template, UnderWay};

/// One way to misbehave. A number of 0 is never, of 1 always; a time of 0 is none.
///
/// What goes by rates strikes only requests that name a document, and each document only within bounds: see
/// [`STRIKES_MAX`](super::STRIKES_MAX).
#[derive(Clone, Debug, PartialEq)]
pub enum Switch {
    /// Every n-th opened row brings another document's page.
    WrongPageEvery(u32),
    /// Every n-th submit, opened row or scripted part finds its flow expired: it lands on the beginning of the flow.
    ExpireEvery(u32),
    /// Every n-th request is answered with 503.
    UnavailableEvery(u32),
    /// Opened rows bring another document's page.
    WrongPageRate(Rate),
    /// Submits, opened rows and scripted parts find their flow expired.
    ExpiryRate(Rate),
    /// Searches, opened rows, what they show and scripted parts are answered with 503.
    UnavailableRate(Rate),
    /// The same requests are taken and never answered, until the visitor goes away or the portal stops.
    HangRate(Rate),
    /// What a 503 or 429 says about when to come back, in whole seconds.
    RetryAfter(Duration),
    /// How long every answer takes at least.
    Latency(Duration),
    /// How much longer than that an answer takes at most.
    Jitter(Duration),
    /// How long the part that arrives by script takes.
    DetailDelay(Duration),
    /// What is answered to whoever asks for robots.txt.
    RobotsTxt(RobotsTxt),
    /// How the pages of documents are laid out.
    Redesign(Redesign),
    /// After so many more requests every page is a captcha, until it is answered once, by anybody.
    Captcha {
        /// The requests that still pass.
        after: u64,
    },
    /// After so many more requests every page asks for a login, until somebody has logged in.
    Login {
        /// The requests that still pass.
        after: u64,
    },
    /// The page of this document is answered with 403.
    Forbid(Option<String>),
    /// Every n-th search of the open data service is answered with 503.
    ServiceUnavailableEvery(u32),
    /// Every n-th search of the open data service finds nothing, whatever there is: it has no data yet today.
    ServiceNoDataEvery(u32),
    /// Every n-th search of the open data service came too often: 429.
    ServiceThrottledEvery(u32),
    /// Every n-th search of the open data service that finds a document brings another one.
    ServiceWrongAnswerEvery(u32),
    /// Every n-th file of the open data service is JSON that says that it was asked too often, with status 200.
    AttachmentThrottledEvery(u32),
}

/// This portal does not misbehave in this way.
#[derive(Debug, thiserror::Error)]
#[error("the portal `{portal}` does not misbehave in this way: {switch:?}")]
pub struct UnknownSwitch {
    pub(super) portal: &'static str,
    pub(super) switch: Switch,
}

/// The positions of all switches.
#[derive(Debug)]
pub(super) struct Switches {
    pub(super) wrong_page: Rhythm,
    pub(super) expire: Rhythm,
    pub(super) unavailable: Rhythm,
    pub(super) service: ServiceRhythms,
    pub(super) dice: Dice,
    positions: Mutex<Positions>,
}

/// What the open data service does wrong, and how often.
#[derive(Debug, Default)]
pub(super) struct ServiceRhythms {
    pub(super) unavailable: Rhythm,
    pub(super) no_data: Rhythm,
    pub(super) throttled: Rhythm,
    pub(super) wrong_answer: Rhythm,
    pub(super) attachment_throttled: Rhythm,
}

#[derive(Debug, Default)]
struct Positions {
    retry_after: Duration,
    latency: Duration,
    jitter: Duration,
    detail_delay: Duration,
    robots_txt: RobotsTxt,
    redesign: UnderWay,
    standing: Option<Standing>,
    forbidden: Option<String>,
}

impl Switches {
    pub(super) fn new(seed: u64, latency: Duration) -> Self {
        Self {
            wrong_page: Rhythm::default(),
            expire: Rhythm::default(),
            unavailable: Rhythm::default(),
            service: ServiceRhythms::default(),
            dice: Dice::new(seed),
            positions: Mutex::new(Positions { latency, ..Positions::default() }),
        }
    }

    pub(super) fn set(&self, switch: Switch) {
        match switch {
            Switch::WrongPageEvery(every) => self.wrong_page.set(every),
            Switch::ExpireEvery(every) => self.expire.set(every),
            Switch::UnavailableEvery(every) => self.unavailable.set(every),
            Switch::WrongPageRate(rate) => self.dice.set(Fault::WrongPage, rate),
            Switch::ExpiryRate(rate) => self.dice.set(Fault::Expiry, rate),
            Switch::UnavailableRate(rate) => self.dice.set(Fault::Unavailable, rate),
            Switch::HangRate(rate) => self.dice.set(Fault::Hang, rate),
            Switch::RetryAfter(time) => self.positions().retry_after = time,
            Switch::Latency(time) => self.positions().latency = time,
            Switch::Jitter(time) => self.positions().jitter = time,
            Switch::DetailDelay(time) => self.positions().detail_delay = time,
            Switch::RobotsTxt(variant) => self.positions().robots_txt = variant,
            Switch::Redesign(redesign) => self.positions().redesign = redesign.into(),
            Switch::Captcha { after } => {
                self.positions().standing = Some(Standing::after(after, Checkpoint::Captcha));
            }
            Switch::Login { after } => {
                self.positions().standing = Some(Standing::after(after, Checkpoint::Login));
            }
            Switch::Forbid(id) => self.positions().forbidden = id,
            Switch::ServiceUnavailableEvery(every) => self.service.unavailable.set(every),
            Switch::ServiceNoDataEvery(every) => self.service.no_data.set(every),
            Switch::ServiceThrottledEvery(every) => self.service.throttled.set(every),
            Switch::ServiceWrongAnswerEvery(every) => self.service.wrong_answer.set(every),
            Switch::AttachmentThrottledEvery(every) => self.service.attachment_throttled.set(every),
        }
    }

    pub(super) fn retry_after(&self) -> Duration {
        self.positions().retry_after
    }

    /// How long the next answer takes.
    pub(super) fn latency(&self) -> Duration {
        let Positions { latency, jitter, .. } = *self.positions();
        latency + self.dice.jitter(jitter)
    }

    pub(super) fn detail_delay(&self) -> Duration {
        self.positions().detail_delay
    }

    pub(super) fn robots_txt(&self) -> RobotsTxt {
        self.positions().robots_txt
    }

    /// The template for one more opened row.
    pub(super) fn template(&self, kind: RegistryKind) -> Template {
        self.positions().redesign.next(kind)
    }

    /// What stands in the way of one more request.
    pub(super) fn checkpoint(&self) -> Option<Checkpoint> {
        self.positions().standing.as_mut()?.meet()
    }

    /// Somebody answers.
    pub(super) fn answered(&self, answered: Checkpoint) {
        let mut positions = self.positions();
        positions.standing = positions.standing.take().filter(|standing| !standing.opens_by(answered));
    }

    pub(super) fn forbids(&self, id: &str) -> bool {
        self.positions().forbidden.as_deref() == Some(id)
    }

    fn positions(&self) -> MutexGuard<'_, Positions> {
        self.positions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Strikes at every n-th call, counted from the last setting.
#[derive(Debug, Default)]
pub(super) struct Rhythm(Mutex<(u32, u32)>);

impl Rhythm {
    fn set(&self, every: u32) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (every, 0);
    }

    pub(super) fn strikes(&self) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (every, calls) = *state;
        if every == 0 {
            return false;
        }
        let now = (calls + 1) % every;
        *state = (every, now);
        now == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rhythm_strikes_at_every_nth_call() {
        let strikes = |every| {
            let rhythm = Rhythm::default();
            rhythm.set(every);
            (0..6).map(|_| rhythm.strikes()).collect::<Vec<_>>()
        };
        assert_eq!(strikes(0), [false; 6]);
        assert_eq!(strikes(1), [true; 6]);
        assert_eq!(strikes(3), [false, false, true, false, false, true]);
    }
}
