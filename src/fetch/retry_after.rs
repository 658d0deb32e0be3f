//! Reads what a portal says in `Retry-After`: a number of seconds, or a moment.

use std::time::Duration;

use crate::domain::Timestamp;

/// The wait that is asked for; `None` where nothing is said, or nothing that makes sense.
pub(super) fn read(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number takes ask for the end of time.
        return Some(Duration::from_secs(header.parse().unwrap_or(u64::MAX)));
    }
    let moment = jiff::fmt::rfc2822::parse(header).ok()?.timestamp().as_millisecond();
    Some(Timestamp::from_millis(u64::try_from(moment).ok()?).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_moments_are_read_and_all_else_is_not() {
        let now: Timestamp = "2015-10-21T07:28:00Z".parse().unwrap();
        for (header, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Wed, 21 Oct 2015 07:29:30 GMT", Some(90)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
        ] {
            assert_eq!(read(header, now), seconds.map(Duration::from_secs), "{header}");
        }
    }
}
