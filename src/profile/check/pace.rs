//! Checks how gently and how patiently a portal is treated.

use std::time::Duration;

use super::{Check, notation};
use crate::profile::file::{ByteCount, PaceFile};
use crate::profile::flow::Route;
use crate::profile::reader::{Mistake, Sited};
use crate::profile::treatment::Pace;

impl Check {
    pub(super) fn pace(&mut self, file: &PaceFile) -> Pace {
        let default = Pace::default();
        let delay = self.time(file.delay.as_ref(), notation::duration, default.delay);
        let requests_per_day = file.requests_per_day.as_ref();
        let lost_sessions_max = file.lost_sessions_max.as_ref();
        Pace {
            delay,
            delay_max: self.delay_max(file.delay_max.as_ref(), delay, default.delay_max),
            requests_per_day: requests_per_day
                .and_then(|number| self.keep(number.site, notation::at_least_one(number.value))),
            robots: file.robots.unwrap_or(default.robots),
            robots_unreadable: file.robots_unreadable.unwrap_or(default.robots_unreadable),
            start_deadline: self.deadline(file.start_deadline.as_ref(), default.start_deadline),
            step_deadline: self.deadline(file.step_deadline.as_ref(), default.step_deadline),
            lookup_deadline: self.deadline(file.lookup_deadline.as_ref(), default.lookup_deadline),
            attempts: self.at_least_one(file.attempts.as_ref(), default.attempts),
            lost_sessions_max: lost_sessions_max.map_or(default.lost_sessions_max, |number| number.value),
            session_lookups_max: self
                .at_least_one(file.session_lookups_max.as_ref(), default.session_lookups_max),
            page_bytes_max: self.bytes_max(file.page_bytes_max.as_ref(), default.page_bytes_max),
            unavailable_max: self.time(
                file.unavailable_max.as_ref(),
                notation::duration,
                default.unavailable_max,
            ),
        }
    }

    /// The largest answer that is read; one of no byte would let nothing in.
    pub(super) fn bytes_max(&mut self, written: Option<&Sited<ByteCount>>, default: u64) -> u64 {
        let read = written.and_then(|written| {
            let read = match &written.value {
                ByteCount::Number(bytes) => Ok(*bytes),
                ByteCount::Text(text) => notation::byte_count(text),
            };
            let read = read.and_then(|bytes| match bytes {
                0 => Err(Mistake::new("0 is too few", "write 1 or more")),
                bytes => Ok(bytes),
            });
            self.keep(written.site, read)
        });
        read.unwrap_or(default)
    }

    fn time(
        &mut self,
        written: Option<&Sited<String>>,
        read: fn(&str) -> Result<Duration, Mistake>,
        default: Duration,
    ) -> Duration {
        written.and_then(|written| self.read(written, read)).unwrap_or(default)
    }

    fn deadline(&mut self, written: Option<&Sited<String>>, default: Duration) -> Duration {
        self.time(written, notation::deadline, default)
    }

    /// The longest delay; one that is shorter than the shortest was hardly meant.
    fn delay_max(&mut self, written: Option<&Sited<String>>, delay: Duration, default: Duration) -> Duration {
        let delay_max = self.time(written, notation::duration, default);
        if let Some(written) = written
            && delay_max < delay
        {
            let message = format!("`{}` is shorter than the delay of {delay:?}", written.value);
            self.add(written.site, message, "write the same, or more");
        }
        delay_max
    }

    /// Refuses a day with fewer requests than one look-up makes: it would begin anew each day.
    pub(super) fn refuse_too_few_requests(&mut self, file: Option<&PaceFile>, routes: &[Route]) {
        let Some(requests) = file.and_then(|file| file.requests_per_day.as_ref()) else { return };
        let needed = routes.iter().map(Route::requests_min).max().unwrap_or_default();
        // None at all is refused already.
        if requests.value > 0 && requests.value < needed {
            let message = format!("{} requests a day are too few for one look-up", requests.value);
            let hint = format!(
                "write {needed} or more: robots.txt is one, and so is each step that makes the portal work"
            );
            self.add(requests.site, message, hint);
        }
    }
}
