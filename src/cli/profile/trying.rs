//! `anafora profile try`: one look-up in a browser, or the reading of a saved page, with an account of every step and rule.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use tokio::sync::oneshot;

use crate::archive::Manifest;
use crate::crawl::Trial;
use crate::domain::{Capture, Cause, DocumentId};
use crate::export::one_line;
use crate::extract::survey;
use crate::fetch::{Attendance, Fetcher, StepAccount, StepListener, Witness};
use crate::profile::{Profile, Status};

use super::super::Exit;
use super::super::assemble::Fetchers;
use super::super::exit::Failure;
use super::super::flags::{BrowserFlags, TextFormat};
use super::super::manners::MannerFlags;
use super::super::output::{print, tell};
use super::super::voice::Voice;
use super::super::{plan, seeds, settings};
use super::account::Account;
use super::ended::{Ended, Seen};
use super::{elsewhere, keeping, saved, words};

#[derive(Debug, Args)]
pub(in super::super) struct Try {
    /// The name of a built-in profile, or a file
    #[arg(value_name = "NAME|FILE")]
    profile: String,
    /// The document to look up
    #[arg(value_name = "ID")]
    id: String,
    /// Read this saved page instead of looking anything up: no browser, no network. Signs such as `absent` are not looked for
    #[arg(long, value_name = "[PART=]PAGE.html", conflicts_with = "headed")]
    from: Vec<String>,
    /// The part that a page saved without a name is; else the one that its file is named after, or the last of the route
    #[arg(long, value_name = "NAME", requires = "from")]
    part: Option<String>,
    /// Keep the pages, a picture of the last one and the account in this directory
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Use another address than the profile's, as for a copy of the portal
    #[arg(long, env = "ANAFORA_BASE", value_name = "URL")]
    base: Option<String>,
    /// The least time between two steps that make the portal work, as in `2s`; the profile's otherwise
    #[arg(long, env = "ANAFORA_DELAY", value_name = "TIME")]
    delay: Option<String>,
    #[command(flatten)]
    browser: BrowserFlags,
    #[command(flatten)]
    manners: MannerFlags,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextFormat,
}

/// Looks one document up, or reads saved pages, and shows what every step and rule made of it.
pub(super) async fn run(verb: Try, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    let mut settings = settings::load(config)?;
    let profile = Profile::resolve(&verb.profile)?;
    if profile.status == Status::Unverified {
        tracing::warn!("the profile `{}` was never held against the portal", profile.name);
    }
    let id = seeds::parse_tried(&profile, &verb.id)?;
    if !verb.from.is_empty() {
        let capture = saved::read(&profile, &id, &verb.from, verb.part.as_deref())?;
        if voice > Voice::Quiet {
            for line in saved::not_given(&profile, &capture) {
                tell(&line);
            }
        }
        let trial = Trial::of_capture(&profile, capture);
        let (profile, is_offline) = (Arc::new(profile), true);
        let attempt = Attempt { profile, id, keep: verb.keep, format: verb.format, voice, is_offline };
        return attempt.show(trial, &[], &Witness::default());
    }
    let wishes = Manifest {
        base: verb.base,
        delay: verb.delay,
        requests_per_day: verb.manners.requests_per_day,
        ..Manifest::new(&profile.name, profile.digest)
    };
    settings.contact = verb.manners.contact.or(settings.contact);
    let profile = Arc::new(plan::adapted(profile, &wishes, &settings)?);
    saved::check_route(&profile, &id)?;
    let browser = BrowserFlags { sessions: Some(1), ..verb.browser };
    let attendance = attendance(&browser);
    let fetchers = Fetchers::visiting(&browser, &settings, &profile, None, &attendance).await?;
    let attempt = Attempt { profile, id, keep: verb.keep, format: verb.format, voice, is_offline: false };
    attempt.in_browser(fetchers, browser.headed).await
}

/// Who shows the window sits at it.
fn attendance(browser: &BrowserFlags) -> Attendance {
    if !browser.headed {
        return Attendance::Nobody;
    }
    Attendance::Person { deadline: Attendance::PERSON_DEADLINE, tell: Arc::new(tell) }
}

/// One look-up, and how it is shown.
struct Attempt {
    profile: Arc<Profile>,
    id: DocumentId,
    keep: Option<PathBuf>,
    format: TextFormat,
    voice: Voice,
    /// Whether saved pages stand in the portal's place.
    is_offline: bool,
}

impl Attempt {
    async fn in_browser(self, mut fetchers: Fetchers, headed: bool) -> Result<Exit, Failure> {
        let mut taken = fetchers.take();
        let tried = match taken.first_mut() {
            Some(fetcher) => tokio::select! {
                tried = self.look_up(fetcher.as_mut(), headed) => tried,
                interrupted = tokio::signal::ctrl_c() => interrupted.map(|()| Exit::Interrupted).map_err(Failure::from),
            },
            None => Ok(Exit::Unexpected),
        };
        for fetcher in taken {
            // What is left of a browser that does not close is ended below.
            drop(fetcher.close().await);
        }
        let closed = fetchers.close().await;
        let exit = tried?;
        closed.map(|()| exit)
    }

    async fn look_up(&self, fetcher: &mut dyn Fetcher, headed: bool) -> Result<Exit, Failure> {
        let steps = Arc::new(Mutex::new(Vec::new()));
        fetcher.tell_steps_to(self.listener(&steps));
        if self.format == TextFormat::Text {
            print(&words::headline(&self.profile, &self.id))?;
        }
        let on_loss = || tell("the portal lost the session: the look-up begins anew");
        let trial = Trial::look_up(&self.profile, fetcher, &self.id, &on_loss).await;
        let witness = fetcher.witness().await;
        let steps = std::mem::take(&mut *steps.lock().unwrap_or_else(PoisonError::into_inner));
        let exit = self.show(trial, &steps, &witness)?;
        if headed && std::io::IsTerminal::is_terminal(&std::io::stdin()) {
            tell("the browser stays open until you press Enter");
            enter().await;
        }
        Ok(exit)
    }

    /// Prints each step as it ends, and keeps its account.
    fn listener(&self, steps: &Arc<Mutex<Vec<StepAccount>>>) -> StepListener {
        let (steps, format) = (Arc::clone(steps), self.format);
        Arc::new(move |account: &StepAccount| {
            if format == TextFormat::Text {
                // Where nobody reads any more, the last line says so.
                drop(print(&words::step(account)));
            }
            steps.lock().unwrap_or_else(PoisonError::into_inner).push(account.clone());
        })
    }

    fn show(&self, trial: Trial, steps: &[StepAccount], witness: &Witness) -> Result<Exit, Failure> {
        let Trial { capture, finding } = trial;
        let is_page = |capture: &&Capture| capture.marker.is_none();
        let survey = capture.as_ref().filter(is_page).map(|capture| survey(&self.profile, capture));
        let ended = Ended::of(finding)?;
        let (profile, id) = (&self.profile, &self.id);
        let seen = match &self.keep {
            _ if self.is_offline => Seen::SavedPages,
            None => Seen::Portal,
            Some(_) => Seen::Files,
        };
        let elsewhere = match &ended {
            Ended::Failed(Cause::LayoutChanged { .. }) => elsewhere::hint(profile, steps, witness),
            _ => None,
        };
        let (elsewhere, survey) = (elsewhere.as_deref(), survey.as_ref());
        let account = Account { profile, id, steps, ended: &ended, seen, elsewhere, survey };
        let json = account.json();
        let keep = |place: &PathBuf| keeping::keep(place, capture.as_ref(), witness, &json);
        let kept = self.keep.as_ref().map(keep).transpose()?;
        match self.format {
            TextFormat::Text => print(&account.text())?,
            TextFormat::Json => print(&format!("{json:#}\n"))?,
        }
        for file in kept.iter().flatten().filter(|_| self.voice > Voice::Quiet) {
            tell(&format!("kept: {}", file.display()));
        }
        for hint in elsewhere.into_iter().chain(ended.hint(seen)) {
            tell(&format!("hint: {}", one_line(hint)));
        }
        Ok(ended.exit())
    }
}

/// Waits for a line from the terminal. The thread that reads it ends with the process at the latest.
async fn enter() {
    let (pressed, awaited) = oneshot::channel();
    std::thread::spawn(move || {
        drop(std::io::stdin().read_line(&mut String::new()));
        // Nobody waits any more after Ctrl-C.
        pressed.send(()).ok();
    });
    // A reader that went away counts as Enter.
    drop(awaited.await);
}
