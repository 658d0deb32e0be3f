//! One look-up without a browser: its deadlines, its trace, its account, and what was seen of it last.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::account::{StepAccount, StepEnd, StepListener};
use super::address::placed;
use super::http::{Answer, Http, Request};
use super::{FetchError, Target, Witness, still};
use crate::domain::{Capture, Part, Timestamp, Trace, Verdict};
use crate::profile::{Profile, Route, Template};

/// One look-up without a browser.
pub(super) struct Visit<'a> {
    pub(super) profile: &'a Profile,
    pub(super) target: &'a Target,
    route: &'a Route,
    http: &'a Http,
    ends_at: Instant,
    captured_at: Option<Timestamp>,
    trace: Vec<Trace>,
    /// The last answer, and the request that it answered.
    shown: Option<Part>,
    step: String,
    listener: Option<StepListener>,
    /// How many requests there were.
    asked: usize,
    /// The account of the last request, until it is known how that ended.
    account: Option<StepAccount>,
}

impl<'a> Visit<'a> {
    /// A look-up that has not begun.
    pub(super) fn new(http: &'a Http, profile: &'a Profile, route: &'a Route, target: &'a Target) -> Self {
        Self {
            profile,
            target,
            route,
            http,
            ends_at: Instant::now() + profile.pace.lookup_deadline,
            captured_at: None,
            trace: Vec::new(),
            shown: None,
            step: String::new(),
            listener: None,
            asked: 0,
            account: None,
        }
    }

    /// The same look-up, with somebody told of each request.
    pub(super) fn heard_by(self, listener: Option<StepListener>) -> Self {
        Self { listener, ..self }
    }

    /// The address that a template gives.
    pub(super) fn address(
        &self,
        template: &Template,
        variables: &std::collections::BTreeMap<String, String>,
    ) -> Result<Url, FetchError> {
        let written = template.fill_with(|name, before| variables.get(name).map(|text| placed(text, before)));
        self.profile.base.join(&written).map_err(|error| FetchError::Environment {
            detail: format!("`{written}` is no address: {error}"),
            hint: format!("change the route `{}` of the profile", self.route.name),
        })
    }

    /// Asks, and notes what was answered. `step` names the request for people, as in `ask` or `attachment file`.
    pub(super) async fn ask(&mut self, step: &str, mut request: Request) -> Result<Answer, FetchError> {
        self.tell(StepEnd::Done);
        step.clone_into(&mut self.step);
        self.begin_account(step, &request.address);
        self.ends_at += self.http.turn(&request.address).await?;
        let left = self.ends_at.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let after = self.profile.pace.lookup_deadline;
            return Err(FetchError::DeadlineMissed { what: "the look-up".into(), after });
        }
        request.deadline = request.deadline.min(left);
        let began = Instant::now();
        let answer = self.http.ask(request).await;
        let matched = match &answer {
            Ok(answer) => format!("status {}", answer.status),
            Err(error) => error.to_string(),
        };
        if let Some(account) = &mut self.account {
            account.elapsed = began.elapsed();
            account.matched = answer.is_ok().then(|| matched.clone());
        }
        self.note(step, matched, began.elapsed());
        let answer = answer?;
        self.captured_at.get_or_insert_with(|| self.http.now());
        self.shown = Some(Part {
            name: "evidence".into(),
            url: answer.url.to_string(),
            media_type: answer.media_type.clone(),
            bytes: answer.bytes.as_slice().into(),
        });
        Ok(answer)
    }

    /// Notes what something came to.
    pub(super) fn note(&mut self, step: &str, matched: String, elapsed: Duration) {
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        self.trace.push(Trace { step: step.to_owned(), matched: Some(matched), elapsed_ms });
    }

    /// Says what the last answer came to.
    pub(super) fn saw(&mut self, what: &str) {
        if let Some(answer) = self.account.as_mut().and_then(|account| account.answer.as_mut()) {
            answer.push_str(": ");
            answer.push_str(what);
        }
    }

    /// An answer was an error in spite of its status: the next request waits longer for its turn.
    pub(super) fn slow_down(&self) {
        self.http.slow_down();
    }

    /// Tells how the look-up ended.
    pub(super) fn end(&mut self, outcome: &Result<Capture, FetchError>) {
        self.tell(match outcome {
            Ok(capture) if capture.marker == Some(Verdict::Absent) => StepEnd::Absent,
            Ok(_) => StepEnd::Done,
            Err(error) => StepEnd::Failed(error.to_string()),
        });
    }

    fn begin_account(&mut self, step: &str, address: &Url) {
        self.asked += 1;
        self.account = Some(StepAccount {
            route: self.route.name.clone(),
            number: self.asked,
            verb: step.to_owned(),
            matched: None,
            choice: None,
            elapsed: Duration::ZERO,
            answer: Some(address[url::Position::BeforePath..url::Position::AfterQuery].to_owned()),
            accepted: Vec::new(),
            end: StepEnd::Done,
        });
    }

    fn tell(&mut self, end: StepEnd) {
        if let Some((account, tell)) = self.account.take().zip(self.listener.as_ref()) {
            tell(&StepAccount { end, ..account });
        }
    }

    /// What a page's markers say against it. One that means "absent" is left to the caller.
    pub(super) fn watch(&self, page: &still::Page) -> Result<Option<Verdict>, FetchError> {
        for marker in &self.profile.markers {
            let Some(matched) = page.matches(&marker.any) else { continue };
            match FetchError::of_sign(marker.verdict, &matched, || self.step.clone()) {
                Some(error) => return Err(error),
                None if marker.verdict == Verdict::Absent => return Ok(Some(Verdict::Absent)),
                None => {}
            }
        }
        Ok(None)
    }

    /// What was found.
    pub(super) fn found(&mut self, parts: Vec<Part>, row_id: Option<String>) -> Capture {
        self.capture(parts, row_id, None)
    }

    /// That there is no such document, shown by this answer.
    pub(super) fn absent(&mut self, answer: Answer) -> Capture {
        self.capture(vec![part("absent", answer)], None, Some(Verdict::Absent))
    }

    fn capture(&mut self, parts: Vec<Part>, row_id: Option<String>, marker: Option<Verdict>) -> Capture {
        Capture {
            id: self.target.id.clone(),
            route: self.route.name.clone(),
            captured_at: self.captured_at.unwrap_or_else(|| self.http.now()),
            parts,
            marker,
            row_id,
            passed_over: Vec::new(),
            trace: self.trace.clone(),
        }
    }

    /// What can still be seen of it.
    pub(super) fn into_witness(self) -> Witness {
        let step = Some(self.step).filter(|step| !step.is_empty());
        Witness { page: self.shown, step, trace: self.trace, ..Witness::default() }
    }
}

/// An answer as a part of this name.
pub(super) fn part(name: &str, answer: Answer) -> Part {
    Part {
        name: name.to_owned(),
        url: answer.url.to_string(),
        media_type: answer.media_type,
        bytes: answer.bytes.into(),
    }
}
