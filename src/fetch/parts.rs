//! Reads parts: the document in which a look-up looks, or one element of it, with the shadow roots in them.

use std::time::Duration;

use tokio::time::Instant;

use super::FetchError;
use super::lookup::{Halt, Lookup, Picture};
use super::page::{Answer, Ask, written};
use super::steps::Matched;
use super::trouble::Trouble;
use crate::domain::Part;
use crate::profile::CaptureStep;

/// How long the page that shows a failure may take to be read.
const EVIDENCE_DEADLINE: Duration = Duration::from_secs(5);

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// The document.
    Document,
    /// The element that the page's script holds out.
    Held,
}

impl Lookup<'_> {
    /// Reads the page, or what of it the step names, under its name.
    pub(super) async fn capture(&mut self, step: &CaptureStep) -> Result<Matched, Halt> {
        let of = step.of.as_ref().map(written).or_else(|| self.scope.dialog.clone());
        let Some(any) = of else {
            self.look_around().await?;
            let part = self.read_page(&step.part).await?;
            self.keep(part);
            return Ok(None);
        };
        if step.of.is_none() {
            // The dialog is not inside itself.
            self.scope.dialog = None;
        }
        let (is_frame, matched) = self.grasp(&any).await?;
        let part = if is_frame {
            let gives_up_at = self.gives_up_at();
            self.session.enter_held(gives_up_at).await.map_err(|trouble| self.explain(trouble))?;
            let part = self.read(&step.part, What::Document).await;
            let gives_up_at = self.gives_up_at();
            let left = self.session.leave_frame(gives_up_at).await;
            let part = part?;
            left.map_err(|trouble| self.explain(trouble))?;
            part
        } else {
            self.read(&step.part, What::Held).await?
        };
        self.keep(part);
        Ok(Some(matched))
    }

    /// Reads the page that shows a failure, where it can be read at all. In time of its own, as the step's is over.
    pub(super) async fn look_at_page(&mut self) {
        if self.shown.is_some() || !self.session.is_usable() {
            return;
        }
        self.extend(EVIDENCE_DEADLINE);
        let mut read = self.read_once("evidence", What::Document).await;
        if matches!(read, Err(Trouble::CutOff(_))) && self.leave_frames().await.is_ok() {
            read = self.read_once("evidence", What::Document).await;
        }
        match read {
            Ok(Ok(part)) => match self.may_keep(&part).await {
                Ok(()) => self.shown = Some(part),
                Err(_) => self.picture = Picture::Withheld,
            },
            Ok(Err(_)) => {}
            // A page that cannot even be read would spoil the next look-up as well.
            Err(_) => self.session.kill(),
        }
    }

    /// The document as it is, measured before it is read.
    pub(super) async fn read_page(&mut self, name: &str) -> Result<Part, FetchError> {
        self.read(name, What::Document).await
    }

    async fn read(&mut self, name: &str, what: What) -> Result<Part, FetchError> {
        loop {
            match self.read_once(name, what).await {
                Ok(part) => {
                    let part = part?;
                    self.may_keep(&part).await?;
                    return Ok(part);
                }
                Err(Trouble::CutOff(_)) if Instant::now() < self.ends_at() => self.rest().await,
                Err(trouble) => return Err(self.explain(trouble)),
            }
        }
    }

    async fn read_once(&mut self, name: &str, what: What) -> Result<Result<Part, FetchError>, Trouble> {
        let token = self.session.next_token();
        let bytes_max = self.profile.pace.page_bytes_max;
        let ask = Ask::Part { held: what == What::Held, bytes_max };
        let (url, markup) = match self.ask_once(&ask, token).await? {
            Some(Answer::Size { bytes, .. }) if bytes > bytes_max => {
                return Ok(Err(FetchError::PageTooLarge { bytes, bytes_max }));
            }
            Some(Answer::Size { url, .. }) => {
                let gives_up_at = self.gives_up_at();
                (url, self.session.source(gives_up_at).await?)
            }
            Some(Answer::Markup { url, text }) => (url, text),
            _ => return Err(Trouble::CutOff("the page could not be measured".into())),
        };
        Ok(Ok(Part {
            name: name.to_owned(),
            url,
            media_type: "text/html".into(),
            bytes: markup.into_bytes().into(),
        }))
    }
}
