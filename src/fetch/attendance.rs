//! Whether a person sits at the browser's window, who answers what the portal asks of people.
//!
//! A block is never worked around: it is shown, and waited for. What the person does in the session stays in it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::lookup::{SCRIPT_DEADLINE, sign};
use super::page::{Answer, Ask, Request, Scoped, Sign};
use super::session::Session;
use crate::domain::Verdict;
use crate::profile::Profile;

/// How often the page is looked at while a person is busy with it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long the page looks for signs at once. A slow answer is waited for all the same: the person is using this browser.
const LOOK: Duration = Duration::from_secs(1);
/// Blocks that one look-up may meet, one after the other.
pub(super) const ANSWERS_MAX: u32 = 3;

/// Takes lines for the person.
type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// Who sits at the browser.
#[derive(Clone, Default)]
pub enum Attendance {
    /// Nobody: a block ends the look-up.
    #[default]
    Nobody,
    /// A person, who is told of a block and answers it in the same session.
    Person {
        /// How long an answer is waited for.
        deadline: Duration,
        /// Takes what the person is told.
        tell: Tell,
    },
}

impl Attendance {
    /// How long a person is waited for where nobody says otherwise.
    pub const PERSON_DEADLINE: Duration = Duration::from_secs(600);

    /// Shows a block to the person; whether the page shows it no longer in time.
    pub(super) async fn answers(&self, detail: &str, session: &mut Session, profile: &Profile) -> bool {
        let Self::Person { deadline, tell } = self else { return false };
        tell(&format!(
            "the portal asks for a person: {detail}; answer it in the browser's window within {deadline:?}"
        ));
        let signs: Vec<Sign> = profile
            .markers
            .iter()
            .filter(|marker| matches!(marker.verdict, Verdict::Blocked | Verdict::Login))
            .map(|marker| sign(marker.verdict, &marker.any))
            .collect();
        let ends_at = Instant::now() + *deadline;
        while Instant::now() < ends_at && session.is_usable() {
            if shows_no_block(session, &signs, profile.pace.step_deadline).await {
                tell("answered: the look-up begins anew in the same session");
                return true;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        tell("nobody answered");
        false
    }
}

impl fmt::Debug for Attendance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Person { .. } => "Person",
        })
    }
}

/// Whether the page is whole and shows no block. One that is being left tells nothing yet.
async fn shows_no_block(session: &mut Session, signs: &[Sign], patience: Duration) -> bool {
    let token = session.next_token();
    let deadline_ms = u64::try_from(LOOK.as_millis()).unwrap_or(u64::MAX);
    let request = Request { ask: &Ask::Watch, markers: signs, token, deadline_ms, scope: &Scoped::default() };
    match session.ask(&request, Instant::now() + LOOK + SCRIPT_DEADLINE + patience).await {
        Ok(Some(Answer::Done { .. })) => true,
        // Another status than a refusal is for the look-up to judge.
        Ok(Some(Answer::Http { status })) => !matches!(status, 401 | 403),
        // Still blocked, still loading, or gone: the caller asks again as long as the session is usable.
        Ok(_) | Err(_) => false,
    }
}
