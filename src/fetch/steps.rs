//! What each step of a route does.

use tokio::time::Instant;

use super::FetchError;
use super::lookup::{Halt, Lookup, Repeat, sign};
use super::page::{Answer, Ask, Written, written};
use super::rows::id_in;
use super::taken;
use super::trouble::Trouble;
use crate::domain::Verdict;
use crate::profile::{Alternatives, ClickManner, FormKeys, Route, Step, Template};

/// The alternative that matched, as written in the profile.
pub(super) type Matched = Option<String>;

impl Lookup<'_> {
    /// Runs one step.
    pub(super) async fn step(&mut self, index: usize, step: &Step) -> Result<Matched, Halt> {
        match step {
            Step::Open(address) => self.open(address).await,
            Step::Dismiss(any) => self.dismiss(any).await,
            Step::Click { on, manner, once } => {
                let repeat = if *once { Repeat::Never } else { Repeat::Allowed };
                self.click(index, on, *manner, repeat).await
            }
            Step::Fill { control, with, keys } => {
                let (any, text) = (written(control), self.fill_in(with));
                match keys {
                    FormKeys::Script => {
                        let besides = self.suggestions_after(index);
                        let fill = Ask::Fill { any: any.clone(), text, besides };
                        self.ask_control(&fill, &any, Repeat::Allowed).await
                    }
                    FormKeys::Typed => self.fill_typed(index, &any, &text).await,
                }
            }
            Step::Select { control, option } => {
                let (any, text) = (written(control), self.fill_in(option));
                let sought: Written = any.iter().map(|selector| format!("{selector} = {text}")).collect();
                let besides = self.suggestions_after(index);
                let select = Ask::Select { any: any.clone(), text, besides };
                match self.ask(&select, Repeat::Allowed).await? {
                    Answer::Done { matched } => Ok(matched),
                    _ => Err(self.no_such_option(any, &sought).await.into()),
                }
            }
            Step::Press { key, on } => self.press(index, key, on.as_ref()).await,
            Step::Wait { outcomes, .. } => self.wait(outcomes).await,
            Step::Rows(rows) => self.rows(index, rows).await,
            Step::Expect(any) => self.expect(any).await,
            Step::Capture(capture) => self.capture(capture).await,
            Step::Window(window) => self.window(*window).await,
            Step::Frame(scope) => self.frame(scope).await,
            Step::Dialog(scope) => self.dialog(scope).await,
            Step::Choose { among, text } => self.choose(index, among, text).await,
            Step::Gone { any, .. } => self.gone(any).await,
            Step::Back => self.back(index).await,
            Step::Take { from, rule } => self.take(from, rule).await,
            Step::When { any, then } => self.step_when(index, any, then).await,
            Step::Answer { with, says, if_asked_within } => {
                self.answer(*with, says.as_deref(), *if_asked_within).await
            }
        }
    }

    async fn open(&mut self, address: &Template) -> Result<Matched, Halt> {
        let address = taken::address(&self.profile.base, address, &self.target.variables, &self.taken)
            .map_err(|what| self.layout_changed(&what))?;
        self.may_open(&address).await?;
        self.turn().await?;
        self.begin_anew();
        let gives_up_at = self.gives_up_at();
        let mut opened = self.session.keep_one_window(gives_up_at).await;
        if opened.is_ok() && address.fragment().is_some() {
            // Another fragment alone would leave the old document standing, with all that was done in it.
            opened = match "about:blank".parse() {
                Ok(blank) => self.session.open(&blank, gives_up_at).await,
                Err(_) => Ok(()),
            };
        }
        if opened.is_ok() {
            opened = self.session.open(&address, gives_up_at).await;
        }
        match opened {
            // A page that moves on by itself cuts its own opening off.
            Ok(()) | Err(Trouble::CutOff(_)) => {}
            Err(trouble) => return Err(self.explain(trouble).into()),
        }
        match self.ask(&Ask::Look, Repeat::Allowed).await? {
            Answer::Done { .. } => Ok(None),
            Answer::Missing => {
                let what = format!("`{address}` brought no page, but a file, a question or nothing");
                Err(self.layout_changed(&what).into())
            }
            _ => Err(self.explain(Trouble::Late).into()),
        }
    }

    async fn dismiss(&mut self, any: &Alternatives) -> Result<Matched, Halt> {
        match self.ask(&Ask::Dismiss { any: written(any) }, Repeat::Allowed).await? {
            Answer::Done { matched } => Ok(matched),
            _ => Ok(None),
        }
    }

    async fn click(
        &mut self,
        index: usize,
        on: &Alternatives,
        manner: ClickManner,
        repeat: Repeat,
    ) -> Result<Matched, Halt> {
        self.turn().await?;
        let (any, remember) = (written(on), self.watched_after(index).await?);
        match manner {
            ClickManner::Script => {
                self.ask_control(&Ask::Click { any: any.clone(), remember }, &any, repeat).await
            }
            ClickManner::Pointer => self.click_with_pointer(&any, remember, repeat).await,
        }
    }

    async fn click_with_pointer(
        &mut self,
        any: &Written,
        remember: Written,
        repeat: Repeat,
    ) -> Result<Matched, Halt> {
        let hold = Ask::Hold { any: any.clone(), remember };
        loop {
            let matched = self.ask_control(&hold, any, Repeat::Allowed).await?;
            let gives_up_at = self.gives_up_at();
            match self.session.click_held(gives_up_at).await {
                Ok(()) => return Ok(matched),
                Err(Trouble::CutOff(_)) if repeat == Repeat::Never => {
                    return Err(FetchError::SessionLost { step: self.step_name() }.into());
                }
                // Something lies over it, or it was replaced meanwhile: that may pass.
                Err(Trouble::Refused(_) | Trouble::CutOff(_)) if Instant::now() < self.ends_at() => {
                    self.rest().await;
                }
                Err(trouble) => return Err(self.explain_at(matched, trouble).into()),
            }
        }
    }

    async fn fill_typed(&mut self, index: usize, any: &Written, text: &str) -> Result<Matched, Halt> {
        let hold = Ask::HoldField { any: any.clone(), besides: self.suggestions_after(index) };
        loop {
            let matched = self.ask_control(&hold, any, Repeat::Allowed).await?;
            let gives_up_at = self.gives_up_at();
            match self.session.type_into_held(text, gives_up_at).await {
                Ok(()) => return Ok(matched),
                Err(Trouble::Refused(_) | Trouble::CutOff(_)) if Instant::now() < self.ends_at() => {
                    self.rest().await;
                }
                Err(trouble) => return Err(self.explain_at(matched, trouble).into()),
            }
        }
    }

    /// What it means that the driver failed on the control that a selector found.
    fn explain_at(&mut self, matched: Matched, trouble: Trouble) -> FetchError {
        match (matched, trouble) {
            (Some(selector), Trouble::Refused(detail)) => {
                self.layout_changed(&format!("`{selector}`: {detail}"))
            }
            (_, trouble) => self.explain(trouble),
        }
    }

    async fn press(&mut self, index: usize, key: &str, on: Option<&Alternatives>) -> Result<Matched, Halt> {
        let Some(value) = key_code(key) else {
            return Err(self.layout_changed(&format!("`{key}` is not the name of a key")).into());
        };
        self.turn().await?;
        let remember = self.watched_after(index).await?;
        let matched = match on {
            Some(on) => {
                let any = written(on);
                self.ask_control(&Ask::Focus { any: any.clone(), remember }, &any, Repeat::Allowed).await?
            }
            None => self.ask_control(&Ask::Stamp { remember }, &Vec::new(), Repeat::Allowed).await?,
        };
        let gives_up_at = self.gives_up_at();
        match self.session.press(value, gives_up_at).await {
            // The key may have begun a navigation that cut its own answer off.
            Ok(()) | Err(Trouble::CutOff(_)) => Ok(matched),
            Err(trouble) => Err(self.explain(trouble).into()),
        }
    }

    async fn wait(&mut self, outcomes: &[(Verdict, Alternatives)]) -> Result<Matched, Halt> {
        let outcomes: Vec<_> = outcomes.iter().map(|(verdict, any)| sign(*verdict, any)).collect();
        let sought: Written = outcomes.iter().flat_map(|outcome| outcome.any.clone()).collect();
        self.ask_control(&Ask::Wait { outcomes }, &sought, Repeat::Allowed).await
    }

    /// Waits until nothing of it is to be seen.
    async fn gone(&mut self, any: &Alternatives) -> Result<Matched, Halt> {
        let any = written(any);
        if let Answer::Done { .. } = self.ask(&Ask::Gone { any: any.clone() }, Repeat::Allowed).await? {
            return Ok(None);
        }
        let within = self.step_deadline();
        let what = format!("`{}` did not go away within {within:?}", any.join("`, `"));
        Err(self.layout_changed(&what).into())
    }

    /// One page back. The document may stay the same, where the portal's script changes it: what it showed is remembered.
    async fn back(&mut self, index: usize) -> Result<Matched, Halt> {
        self.turn().await?;
        let remember = self.watched_after(index).await?;
        self.ask_control(&Ask::Stamp { remember }, &Vec::new(), Repeat::Allowed).await?;
        let gives_up_at = self.gives_up_at();
        match self.session.back(gives_up_at).await {
            Ok(()) | Err(Trouble::CutOff(_)) => {}
            Err(trouble) => return Err(self.explain(trouble).into()),
        }
        self.leave_frames().await.map_err(|trouble| self.explain(trouble))?;
        self.ask_control(&Ask::Watch, &Vec::new(), Repeat::Allowed).await
    }

    /// Runs the step if it is to. What is skipped has matched nothing.
    async fn step_when(&mut self, index: usize, any: &Alternatives, then: &Step) -> Result<Matched, Halt> {
        let any = written(any);
        match self.ask(&Ask::Present { any: any.clone() }, Repeat::Allowed).await? {
            Answer::Done { matched } => Ok(Box::pin(self.step(index, then)).await?.or(matched)),
            Answer::Missing => Ok(None),
            _ => Err(self.nothing_matched(&any).into()),
        }
    }

    /// Waits until the place shows the ID that was asked for. Its first alternative with a text decides.
    async fn expect(&mut self, any: &Alternatives) -> Result<Matched, Halt> {
        let any = written(any);
        let mut seen: Vec<String> = Vec::new();
        loop {
            let read = Ask::Read { any: any.clone(), attribute: None, seen: seen.clone() };
            match self.ask(&read, Repeat::Allowed).await? {
                Answer::Text { text, matched } => {
                    if id_in(&self.profile.schemes, &text).is_some_and(|id| id == self.target.id) {
                        return Ok(Some(matched));
                    }
                    seen.push(text);
                    // A place that always shows something else would be read for ever.
                    if Instant::now() >= self.ends_at() {
                        break;
                    }
                }
                _ => break,
            }
        }
        let Some(found) = seen.pop() else { return Err(self.nothing_matched(&any).into()) };
        Err(FetchError::WrongPage { found }.into())
    }

    /// Asks for something that ends with the match of a selector; none in time is a changed layout.
    pub(super) async fn ask_control(
        &mut self,
        ask: &Ask,
        sought: &Written,
        repeat: Repeat,
    ) -> Result<Matched, Halt> {
        match self.ask(ask, repeat).await? {
            Answer::Done { matched } => Ok(matched),
            _ => Err(self.nothing_matched(sought).into()),
        }
    }
}

/// Whether a step makes the portal work, whatever is on the page.
pub(super) fn surely_works(step: &Step) -> bool {
    !matches!(step, Step::When { .. }) && step.works()
}

/// The steps behind this one, up to the next that makes the portal work whatever is on the page.
pub(super) fn steps_until_next_act(route: &Route, index: usize) -> impl Iterator<Item = &Step> {
    route.steps().iter().skip(index + 1).take_while(|step| !surely_works(step))
}

/// The signs of the waits that follow a step, up to the next step that makes the portal work whatever is on the page.
pub(super) fn waits_after(route: &Route, index: usize) -> impl Iterator<Item = &Alternatives> {
    steps_until_next_act(route, index)
        .flat_map(|step| match step.itself() {
            Step::Wait { outcomes, .. } => outcomes.as_slice(),
            _ => &[],
        })
        .map(|(_, any)| any)
}

/// What WebDriver calls a key of this name; a single character is itself.
fn key_code(name: &str) -> Option<char> {
    use fantoccini::key::Key;
    let key = match name {
        "Enter" => Key::Enter,
        "Return" => Key::Return,
        "Escape" => Key::Escape,
        "Tab" => Key::Tab,
        "Space" => Key::Space,
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "ArrowUp" | "Up" => Key::Up,
        "ArrowDown" | "Down" => Key::Down,
        "ArrowLeft" | "Left" => Key::Left,
        "ArrowRight" | "Right" => Key::Right,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        "Home" => Key::Home,
        "End" => Key::End,
        _ => {
            let mut characters = name.chars();
            return characters.next().filter(|_| characters.next().is_none());
        }
    };
    Some(key.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Absence, KindFilter, Selector, Way};

    #[test]
    fn keys_have_the_names_that_browsers_give_them() {
        let check = |name, expected| assert_eq!(key_code(name), expected, "{name}");
        check("Enter", Some('\u{e007}'));
        check("ArrowDown", Some('\u{e015}'));
        check("a", Some('a'));
        check("Entr", None);
        check("", None);
    }

    #[test]
    fn what_must_be_new_is_what_the_waits_before_the_next_act_look_for() {
        let any = |css: &str| Alternatives(vec![Selector::Css(css.into())]);
        let wait = |css| Step::Wait { outcomes: vec![(Verdict::GoOn, any(css))], deadline: None };
        let click = || Step::Click { on: any("b"), manner: ClickManner::Script, once: false };
        let steps =
            vec![click(), wait("first"), Step::Dismiss(any("b")), wait("second"), click(), wait("third")];
        let (kinds, way) = (KindFilter::Every, Way::Browser(steps));
        let route = Route { name: "form".into(), kinds, way, absence: Absence::Believe };
        let watched = |index| waits_after(&route, index).flat_map(written).collect::<Vec<_>>();
        assert_eq!(watched(0), ["css:first", "css:second"]);
        assert_eq!(watched(4), ["css:third"]);
    }
}
