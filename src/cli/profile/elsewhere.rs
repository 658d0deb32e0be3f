//! Where else on a page, or beside it, may be what a step of a tried look-up did not find.

use crate::extract::Surroundings;
use crate::fetch::{StepAccount, StepEnd, Witness};
use crate::profile::{Profile, Scope, Selector, Step};

/// The places in which the step that failed did not look; `None` where there are none.
pub(super) fn hint(profile: &Profile, steps: &[StepAccount], witness: &Witness) -> Option<String> {
    let failed = steps.last().filter(|step| matches!(step.end, StepEnd::Failed(_)))?;
    let route = profile.routes.iter().find(|route| route.name == failed.route)?;
    let step = route.steps().get(failed.number.checked_sub(1)?)?;
    let page = witness.page.as_ref().map(Surroundings::of).unwrap_or_default();
    let alternatives = step.alternatives();
    let selectors = || alternatives.iter().flat_map(|any| &any.0);
    let looked_on_page = !alternatives.is_empty();
    // Words and labels are looked for in shadow roots as well.
    let stays_outside = |selector: &Selector| matches!(selector, Selector::Css(_) | Selector::Xpath(_));
    let entered_a_root = selectors().any(|selector| matches!(selector, Selector::Inside(..)));
    let looked_outside_alone = selectors().any(stays_outside) && !entered_a_root;
    let mut places = Vec::new();
    if let Some(host) = page.hosts.first().filter(|_| looked_outside_alone) {
        places.push(format!("the shadow roots of {} (`css:{host} >>> …` enters one)", quoted(&page.hosts)));
    }
    let looked_for_frame = matches!(step.itself(), Step::Frame(Scope::Enter(_)));
    if !page.frames.is_empty() && looked_on_page && !looked_for_frame {
        places.push(format!("the frames {} (a step `frame` enters one)", quoted(&page.frames)));
    }
    if witness.has_other_windows {
        places.push("a window that no step entered (a step `window = \"new\"` goes there)".to_owned());
    }
    (!places.is_empty()).then(|| format!("the step did not look in {}", places.join(", nor in ")))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
