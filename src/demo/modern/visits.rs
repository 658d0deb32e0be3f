//! What one visitor of the modern demo portal may do: a session for so many requests, tokens for a short time, and keys
//! that open a page once. Nothing here is an address to come back to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

/// A session ends after so many answers.
pub(super) const ANSWERS_MAX: u32 = 60;
/// How long a token is good.
pub(super) const TOKEN_TTL: Duration = Duration::from_secs(20);
/// The portal keeps no more sessions at once; the oldest one ends without a word.
const SESSIONS_MAX: usize = 200;

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The session is over, or there never was one.
    SessionEnded,
    /// The token is too old, or of nobody.
    TokenExpired,
    /// The key was used before, or is of nobody.
    KeyUsed,
}

/// The sessions of a portal by the secret in their cookie.
#[derive(Debug, Default)]
pub(super) struct Visits {
    by_cookie: BTreeMap<String, Visit>,
    oldest_first: VecDeque<String>,
}

/// What is kept of one visitor. All of it goes with the session, which bounds it.
#[derive(Debug, Default)]
struct Visit {
    answers: u32,
    /// The pages that were served, by the mark in each: only they may ask for tokens.
    pages: BTreeSet<String>,
    tokens: BTreeMap<String, Instant>,
    /// What each key opens.
    keys: BTreeMap<String, Key>,
}

#[derive(Clone, Debug)]
struct Key {
    id: String,
    uses: Uses,
}

/// How often a key opens what it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uses {
    /// Once.
    Once,
    /// As long as the session lasts.
    Many,
}

impl Visits {
    /// Notes a page that is served, and gives its mark. A cookie of nobody begins a session.
    pub(super) fn serve_page(&mut self, cookie: &str) -> String {
        if !self.by_cookie.contains_key(cookie) {
            self.oldest_first.push_back(cookie.to_owned());
            if self.oldest_first.len() > SESSIONS_MAX
                && let Some(oldest) = self.oldest_first.pop_front()
            {
                self.by_cookie.remove(&oldest);
            }
        }
        let mark = secret();
        self.by_cookie.entry(cookie.to_owned()).or_default().pages.insert(mark.clone());
        mark
    }

    /// Whether this cookie has a session.
    pub(super) fn knows(&self, cookie: &str) -> bool {
        self.by_cookie.contains_key(cookie)
    }

    /// A token for a page that was served in this session.
    pub(super) fn token(&mut self, cookie: &str, page: &str, now: Instant) -> Result<String, Refused> {
        let visit = self.by_cookie.get_mut(cookie).ok_or(Refused::SessionEnded)?;
        if !visit.pages.contains(page) {
            return Err(Refused::SessionEnded);
        }
        visit.tokens.retain(|_, issued_at| now.saturating_duration_since(*issued_at) < TOKEN_TTL);
        let token = secret();
        visit.tokens.insert(token.clone(), now);
        Ok(token)
    }

    /// Lets one more request pass; the one too many ends the session.
    pub(super) fn pass(&mut self, cookie: &str, token: &str, now: Instant) -> Result<(), Refused> {
        let visit = self.by_cookie.get_mut(cookie).ok_or(Refused::SessionEnded)?;
        let issued_at = visit.tokens.get(token).ok_or(Refused::TokenExpired)?;
        if now.saturating_duration_since(*issued_at) >= TOKEN_TTL {
            return Err(Refused::TokenExpired);
        }
        visit.answers += 1;
        if visit.answers > ANSWERS_MAX {
            self.end(cookie);
            return Err(Refused::SessionEnded);
        }
        Ok(())
    }

    /// Ends a session.
    pub(super) fn end(&mut self, cookie: &str) {
        self.by_cookie.remove(cookie);
        self.oldest_first.retain(|known| known != cookie);
    }

    /// A key to something of this record.
    pub(super) fn key(&mut self, cookie: &str, id: &str, uses: Uses) -> Result<String, Refused> {
        let visit = self.by_cookie.get_mut(cookie).ok_or(Refused::SessionEnded)?;
        let key = secret();
        visit.keys.insert(key.clone(), Key { id: id.to_owned(), uses });
        Ok(key)
    }

    /// Opens what a key opens: the ID of a record.
    pub(super) fn open(&mut self, cookie: &str, key: &str) -> Result<String, Refused> {
        let visit = self.by_cookie.get_mut(cookie).ok_or(Refused::SessionEnded)?;
        let Key { id, uses } = visit.keys.get(key).cloned().ok_or(Refused::KeyUsed)?;
        if uses == Uses::Once {
            visit.keys.remove(key);
        }
        Ok(id)
    }
}

/// A text that nobody can guess.
fn secret() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visited() -> (Visits, String, Instant) {
        let mut visits = Visits::default();
        let page = visits.serve_page("a");
        (visits, page, Instant::now())
    }

    #[test]
    fn only_a_page_that_was_served_gets_a_token() {
        let (mut visits, page, now) = visited();
        assert!(visits.token("a", &page, now).is_ok());
        assert_eq!(visits.token("a", "another", now), Err(Refused::SessionEnded));
        assert_eq!(visits.token("b", &page, now), Err(Refused::SessionEnded));
    }

    #[test]
    fn a_token_is_good_for_a_short_time_in_its_own_session() {
        let (mut visits, page, now) = visited();
        visits.serve_page("b");
        let token = visits.token("a", &page, now).unwrap();
        let just_before = now + TOKEN_TTL.checked_sub(Duration::from_millis(1)).unwrap();
        assert_eq!(visits.pass("a", &token, just_before), Ok(()));
        assert_eq!(visits.pass("a", &token, now + TOKEN_TTL), Err(Refused::TokenExpired));
        assert_eq!(visits.pass("b", &token, now), Err(Refused::TokenExpired));
    }

    #[test]
    fn the_answer_too_many_ends_the_session() {
        let (mut visits, page, now) = visited();
        let token = visits.token("a", &page, now).unwrap();
        for _ in 0..ANSWERS_MAX {
            assert_eq!(visits.pass("a", &token, now), Ok(()));
        }
        assert_eq!(visits.pass("a", &token, now), Err(Refused::SessionEnded));
        assert!(!visits.knows("a"));
        visits.serve_page("a");
        assert_eq!(
            visits.token("a", &page, now),
            Err(Refused::SessionEnded),
            "pages of before are forgotten"
        );
    }

    #[test]
    fn a_key_opens_once_or_often_and_for_nobody_else() {
        let (mut visits, ..) = visited();
        visits.serve_page("b");
        let once = visits.key("a", "T-2024-00045", Uses::Once).unwrap();
        let many = visits.key("a", "T-2024-00045", Uses::Many).unwrap();
        assert_eq!(visits.open("b", &once), Err(Refused::KeyUsed));
        assert_eq!(visits.open("a", &once).as_deref(), Ok("T-2024-00045"));
        assert_eq!(visits.open("a", &once), Err(Refused::KeyUsed));
        assert!(visits.open("a", &many).is_ok() && visits.open("a", &many).is_ok());
    }

    #[test]
    fn a_portal_keeps_so_many_sessions_and_no_more() {
        let mut visits = Visits::default();
        for number in 0..=SESSIONS_MAX {
            visits.serve_page(&number.to_string());
        }
        assert_eq!(visits.by_cookie.len(), SESSIONS_MAX);
        assert!(!visits.knows("0"));
    }
}
