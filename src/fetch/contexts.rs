//! Where a look-up looks: its windows, the frames in them, the dialog in a page.
//!
//! A driver stands in one document at a time. Before each look at the place of the steps, every document around it is
//! looked at for the profile's markers, as far as frames of the same origin do not show it anyhow. Before each act,
//! what stands where later steps look is remembered there, so that it does not count as new.

use std::time::Duration;

use fantoccini::wd::WindowHandle;
use tokio::time::Instant;

use super::lookup::{Halt, Lookup, Repeat};
use super::page::{Answer, Ask, Scoped, Written, written};
use super::steps::{Matched, steps_until_next_act, waits_after};
use super::trouble::Trouble;
use crate::domain::Verdict;
use crate::profile::{Route, Scope, Step, WindowStep};

/// Where steps look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The window, by how many were gone through before it.
    window: usize,
    /// The frames, each inside the one before.
    frames: Vec<Written>,
    /// The dialog in the document.
    dialog: Option<Written>,
}

/// How a look around ended.
pub(super) enum Arrival {
    /// At the place of the steps.
    There,
    /// This frame is not there.
    Without(Written),
    /// A document went away meanwhile.
    CutOff,
}

impl Lookup<'_> {
    /// Goes to another window.
    pub(super) async fn window(&mut self, step: WindowStep) -> Result<Matched, Halt> {
        match step {
            WindowStep::New => self.go_to_new_window().await?,
            WindowStep::Close => {
                let gives_up_at = self.gives_up_at();
                self.session.close_window(gives_up_at).await.map_err(|trouble| self.explain(trouble))?;
            }
        }
        self.place = Place { window: self.session.depth().saturating_sub(1), ..Place::default() };
        self.scope.dialog = None;
        let ask = if step == WindowStep::New { Ask::Arrived } else { Ask::Watch };
        match self.ask(&ask, Repeat::Allowed).await? {
            Answer::Done { .. } => Ok(None),
            _ => Err(self.layout_changed("the new window stayed empty").into()),
        }
    }

    async fn go_to_new_window(&mut self) -> Result<(), Halt> {
        loop {
            let gives_up_at = self.gives_up_at();
            let open = self.session.windows(gives_up_at).await.map_err(|trouble| self.explain(trouble))?;
            let is_new = |window: &WindowHandle| {
                !self.windows_before.contains(window) && !self.session.has_gone_through(window)
            };
            let mut new = open.into_iter().filter(is_new);
            if let Some(window) = new.next() {
                let strays: Vec<_> = new.collect();
                let mut went = self.session.go_on_to(window, gives_up_at).await;
                for stray in strays {
                    if went.is_ok() {
                        went = self.session.close_stray(stray, gives_up_at).await;
                    }
                }
                return went.map_err(|trouble| self.explain(trouble).into());
            }
            if Instant::now() >= self.ends_at() {
                let within = self.step_deadline();
                return Err(self.layout_changed(&format!("no new window within {within:?}")).into());
            }
            self.ask(&Ask::Watch, Repeat::Allowed).await?;
            self.rest().await;
        }
    }

    /// Goes into a frame, or out of all of them.
    pub(super) async fn frame(&mut self, scope: &Scope) -> Result<Matched, Halt> {
        self.place.dialog = None;
        self.scope.dialog = None;
        match scope {
            Scope::Enter(any) => self.place.frames.push(written(any)),
            Scope::Leave => self.leave_frames().await.map_err(|trouble| self.explain(trouble))?,
        }
        self.ask(&Ask::Watch, Repeat::Allowed).await.map(|_| None)
    }

    /// Looks inside a dialog from now on, once it is rendered; or everywhere again.
    pub(super) async fn dialog(&mut self, scope: &Scope) -> Result<Matched, Halt> {
        self.scope.dialog = None;
        self.place.dialog = None;
        let Scope::Enter(any) = scope else { return Ok(None) };
        let any = written(any);
        let (_, matched) = self.grasp(&any).await?;
        self.scope.dialog = Some(any.clone());
        self.place.dialog = Some(any);
        Ok(Some(matched))
    }

    /// Keeps an element at hand for the driver, once it is rendered; whether it is a frame, and what matched.
    pub(super) async fn grasp(&mut self, any: &Written) -> Result<(bool, String), Halt> {
        match self.ask(&Ask::Grasp { any: any.clone() }, Repeat::Allowed).await? {
            Answer::Held { frame, matched } => Ok((frame, matched)),
            _ => Err(self.nothing_matched(any).into()),
        }
    }

    /// Stands in the top document of the window again, with neither frame nor dialog.
    pub(super) async fn leave_frames(&mut self) -> Result<(), Trouble> {
        let was_inside = !self.place.frames.is_empty();
        self.place = Place { window: self.place.window, ..Place::default() };
        self.scope.dialog = None;
        let gives_up_at = self.gives_up_at();
        if was_inside { self.session.go_to_window(self.place.window, gives_up_at).await } else { Ok(()) }
    }

    /// A page was opened in the first window, and nothing else is there.
    pub(super) fn begin_anew(&mut self) {
        self.place = Place::default();
        self.scope.dialog = None;
    }

    /// Looks for markers in everything around the place of the steps, and waits there until that place is there.
    pub(super) async fn look_around(&mut self) -> Result<(), Halt> {
        if !self.is_inside() {
            return Ok(());
        }
        loop {
            let missing = match self.glance_around().await? {
                Arrival::There => return Ok(()),
                Arrival::Without(frame) => Some(frame),
                Arrival::CutOff => None,
            };
            if Instant::now() >= self.ends_at() {
                return Err(match missing {
                    Some(frame) => self.no_such_frame(&frame).await,
                    None => self.explain(Trouble::Late),
                }
                .into());
            }
            self.rest().await;
        }
    }

    fn is_inside(&self) -> bool {
        self.place.window > 0 || !self.place.frames.is_empty()
    }

    /// Looks for markers around once, and comes back to the place of the steps where that is there.
    pub(super) async fn glance_around(&mut self) -> Result<Arrival, Halt> {
        if !self.is_inside() {
            return Ok(Arrival::There);
        }
        let own = self.place.clone();
        for window in 0..own.window {
            // A window that the portal closed meanwhile shows nothing.
            self.glance_at(window, &[], Ask::Watch).await?;
        }
        self.glance_at(own.window, &own.frames, Ask::Watch).await
    }

    /// Goes to a place, and asks the same in each document on the way to it.
    async fn glance_at(&mut self, window: usize, frames: &[Written], ask: Ask) -> Result<Arrival, Halt> {
        let gives_up_at = self.gives_up_at();
        match self.session.go_to_window(window, gives_up_at).await {
            Err(Trouble::Refused(_)) if window < self.place.window => return Ok(Arrival::CutOff),
            went => went.map_err(|trouble| self.explain(trouble))?,
        }
        // Its dialog is that of the last document alone.
        let dialog = self.scope.dialog.take();
        let arrival = self.go_into(frames, ask).await;
        self.scope.dialog = dialog;
        arrival
    }

    async fn go_into(&mut self, frames: &[Written], ask: Ask) -> Result<Arrival, Halt> {
        for frame in frames {
            match self.ask_now(&ask).await? {
                Some(_) => {}
                None => return Ok(Arrival::CutOff),
            }
            match self.ask_now(&Ask::Grasp { any: frame.clone() }).await? {
                Some(Answer::Held { frame: true, .. }) => {}
                Some(Answer::Held { matched, .. }) => {
                    return Err(self.layout_changed(&format!("`{matched}` is no frame")).into());
                }
                Some(_) => return Ok(Arrival::Without(frame.clone())),
                None => return Ok(Arrival::CutOff),
            }
            let gives_up_at = self.gives_up_at();
            match self.session.enter_held(gives_up_at).await {
                Ok(()) => {}
                Err(Trouble::CutOff(_)) => return Ok(Arrival::CutOff),
                Err(trouble) => return Err(self.explain(trouble).into()),
            }
        }
        match frames {
            [] => Ok(self.ask_now(&ask).await?.map_or(Arrival::CutOff, |_| Arrival::There)),
            _ => Ok(Arrival::There),
        }
    }

    /// Asks the document as it is; `None` where there is none just now.
    pub(super) async fn ask_now(&mut self, ask: &Ask) -> Result<Option<Answer>, Halt> {
        let token = self.session.next_token();
        match self.ask_within(Duration::ZERO, ask, token).await {
            Ok(Some(Answer::Loading) | None) | Err(Trouble::CutOff(_) | Trouble::Silent) => Ok(None),
            Ok(Some(answer @ (Answer::Deadline | Answer::Done { .. } | Answer::Held { .. }))) => {
                Ok(Some(answer))
            }
            Ok(Some(answer)) => self.judge(answer).await.map(Some),
            Err(trouble) => Err(self.explain(trouble).into()),
        }
    }

    /// Everything that the waits until the next act look for, and that therefore must be new by then. Where they look
    /// in other places than the act, what stands there is remembered there.
    pub(super) async fn watched_after(&mut self, index: usize) -> Result<Written, Halt> {
        let absent = self.profile.markers.iter().filter(|marker| marker.verdict == Verdict::Absent);
        let mut watched: Written = absent.flat_map(|marker| written(&marker.any)).collect();
        let has_absent = !watched.is_empty();
        watched.extend(waits_after(self.route, index).flat_map(written));
        watched.extend(self.suggestions_after(index));
        if self.scope.opens_window {
            let gives_up_at = self.gives_up_at();
            let windows = self.session.windows(gives_up_at).await;
            self.windows_before = windows.map_err(|trouble| self.explain(trouble))?;
        }
        let mut elsewhere: Vec<(usize, Vec<Written>)> = Vec::new();
        if has_absent {
            elsewhere.extend((0..=self.place.window).map(|window| (window, Vec::new())));
        }
        for ahead in places_ahead(self.route, index, &self.place) {
            elsewhere.push((ahead.window, ahead.frames));
        }
        elsewhere.sort();
        elsewhere.dedup();
        elsewhere.retain(|(window, frames)| {
            *window <= self.place.window && (*window, frames) != (self.place.window, &self.place.frames)
        });
        for (window, frames) in &elsewhere {
            self.glance_at(*window, frames, Ask::Stamp { remember: watched.clone() }).await?;
            if !frames.is_empty() {
                self.ask_now(&Ask::Stamp { remember: watched.clone() }).await?;
            }
        }
        if !elsewhere.is_empty() {
            let gives_up_at = self.gives_up_at();
            let back = self.session.go_to_window(self.place.window, gives_up_at).await;
            back.map_err(|trouble| self.explain(trouble))?;
        }
        Ok(watched)
    }

    /// What holds for the calls of a step.
    pub(super) fn scope_of(&self, index: usize) -> Scoped {
        let ahead = places_ahead(self.route, index, &self.place);
        Scoped {
            dialog: self.place.dialog.clone(),
            dialogs: ahead.into_iter().filter_map(|place| place.dialog).collect(),
            opens_window: steps_until_next_act(self.route, index)
                .any(|step| matches!(step.itself(), Step::Window(WindowStep::New))),
        }
    }
}

/// The places where the steps look until the next act. A step under a condition leads on from the place before as well.
fn places_ahead(route: &Route, index: usize, now: &Place) -> Vec<Place> {
    let mut ahead = vec![now.clone()];
    let mut current = vec![now.clone()];
    for step in steps_until_next_act(route, index) {
        let is_certain = !matches!(step, Step::When { .. });
        let moved: Vec<Place> = current.iter().filter_map(|place| place.after(step.itself())).collect();
        if moved.is_empty() {
            continue;
        }
        ahead.extend(moved.iter().cloned());
        if is_certain {
            current.clear();
        }
        current.extend(moved);
    }
    ahead
}

impl Place {
    /// The place to which a step leads; `None` where it leads nowhere else.
    fn after(&self, step: &Step) -> Option<Self> {
        let mut place = self.clone();
        match step {
            Step::Window(WindowStep::New) => {
                place = Self { window: self.window + 1, ..Self::default() };
            }
            Step::Window(WindowStep::Close) => {
                place = Self { window: self.window.saturating_sub(1), ..Self::default() };
            }
            Step::Frame(Scope::Enter(any)) => {
                place.frames.push(written(any));
                place.dialog = None;
            }
            Step::Frame(Scope::Leave) => {
                place.frames.clear();
                place.dialog = None;
            }
            Step::Dialog(Scope::Enter(any)) => place.dialog = Some(written(any)),
            Step::Dialog(Scope::Leave) => place.dialog = None,
            _ => return None,
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Absence, Alternatives, ClickManner, KindFilter, Selector, Way};

    fn any(css: &str) -> Alternatives {
        Alternatives(vec![Selector::Css(css.into())])
    }

    fn frame(css: &str) -> Step {
        Step::Frame(Scope::Enter(any(css)))
    }

    #[test]
    fn the_places_ahead_are_those_of_the_steps_before_the_next_act() {
        let click = || Step::Click { on: any("b"), manner: ClickManner::Script, once: false };
        let check = |following: Vec<Step>, expected: &[&str]| {
            let steps = std::iter::once(click()).chain(following).collect();
            let (kinds, way) = (KindFilter::Every, Way::Browser(steps));
            let route = Route { name: "form".into(), kinds, way, absence: Absence::Believe };
            let now = Place { window: 1, frames: vec![vec!["css:now".into()]], dialog: None };
            let ahead = places_ahead(&route, 0, &now);
            let shown: Vec<_> = ahead
                .iter()
                .map(|place| {
                    format!("{} {} {:?}", place.window, place.frames.concat().join(" "), place.dialog)
                })
                .collect();
            assert_eq!(shown, expected);
        };
        check(vec![click(), frame("a")], &["1 css:now None"]);
        check(vec![frame("a"), click(), frame("b")], &["1 css:now None", "1 css:now css:a None"]);
        check(
            vec![Step::Frame(Scope::Leave), Step::Dialog(Scope::Enter(any("d")))],
            &["1 css:now None", "1  None", "1  Some([\"css:d\"])"],
        );
        check(
            vec![Step::Window(WindowStep::Close), frame("a")],
            &["1 css:now None", "0  None", "0 css:a None"],
        );
        let maybe = Step::When { any: any("x"), then: Box::new(Step::Frame(Scope::Leave)) };
        check(
            vec![maybe, frame("a")],
            &["1 css:now None", "1  None", "1 css:now css:a None", "1 css:a None"],
        );
    }
}
