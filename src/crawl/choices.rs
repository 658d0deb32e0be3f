//! Which of a step's alternatives matched, where a profile names several.

use crate::domain::{Capture, Choice};
use crate::profile::Profile;

/// The choices that a look-up made, by the steps that its trace tells of.
pub(super) fn choices(profile: &Profile, capture: &Capture) -> Vec<Choice> {
    let Some(route) = profile.routes.iter().find(|route| route.name == capture.route) else {
        return Vec::new();
    };
    // Routes that were tried before are told of first.
    let of_steps = capture.trace.iter().skip_while(|trace| trace.step == "route");
    let traced = route.steps().iter().zip(of_steps).enumerate();
    let choice = traced.filter_map(|(index, (step, trace))| {
        let matched = trace.matched.as_ref().filter(|_| trace.step == step.verb())?;
        let alternatives = step.alternatives();
        let written = alternatives.into_iter().map(|any| any.0.iter().map(ToString::to_string).collect());
        let tried: Vec<String> = written.into_iter().find(|any: &Vec<String>| any.contains(matched))?;
        let first = tried.first().filter(|_| tried.len() > 1)?.clone();
        let step = format!("{}, step {} ({})", route.name, index + 1, step.verb());
        Some(Choice { step, first, matched: matched.clone() })
    });
    choice.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DocumentId, Timestamp, Trace};

    const PROFILE: &str = r#"
language = 1
name = "small"
base = "http://portal.invalid/"
own_id = "row"
[ids.akte]
pattern = '(?<type>AB)-(?<number>[0-9]{4})'
kind = "{type}"
[kinds.AB]
name = "notice"
[[route]]
name = "form"
kinds = ["*"]
[[route.step]]
open = "/"
[[route.step]]
click = ["css:#a", "text:b"]
[[route.step]]
dismiss = "css:#cookies"
[[route.step]]
when = ["css:#news", "css:#old"]
click = ["css:#x", "css:#y"]
[[route.step]]
wait = { go_on = ["css:h1", "css:h2"], session_lost = "css:#lost" }
[[route.step]]
rows = "css:tr"
open = ["css:a", "css:b"]
[[route.step]]
capture = "detail"
"#;

    fn chosen(trace: &[(&str, Option<&str>)]) -> Vec<String> {
        chosen_on("form", trace)
    }

    fn chosen_on(route: &str, trace: &[(&str, Option<&str>)]) -> Vec<String> {
        let profile = Profile::from_text("small.toml", PROFILE).unwrap();
        let trace = trace.iter().map(|(step, matched)| Trace {
            step: (*step).into(),
            matched: matched.map(str::to_owned),
            elapsed_ms: 1,
        });
        let capture = Capture {
            id: DocumentId::from_canonical("AB-0001", "akte", "AB"),
            route: route.into(),
            captured_at: Timestamp::default(),
            parts: Vec::new(),
            marker: None,
            row_id: None,
            passed_over: Vec::new(),
            trace: trace.collect(),
        };
        let choices = choices(&profile, &capture).into_iter();
        choices.map(|choice| format!("{}: {} of {}", choice.step, choice.matched, choice.first)).collect()
    }

    #[test]
    fn what_matched_is_told_of_steps_that_name_several_alone() {
        let trace = [
            ("open", None),
            ("click", Some("text:b")),
            ("dismiss", Some("css:#cookies")),
            ("click", None),
            ("wait", Some("css:h1")),
            ("rows", Some("css:b")),
        ];
        let expected = [
            "form, step 2 (click): text:b of css:#a",
            "form, step 5 (wait): css:h1 of css:h1",
            "form, step 6 (rows): css:b of css:a",
        ];
        assert_eq!(chosen(&trace), expected);
    }

    #[test]
    fn the_steps_are_counted_from_the_route_that_led_there() {
        let trace = [("route", None), ("route", None), ("open", None), ("click", Some("text:b"))];
        assert_eq!(chosen(&trace), ["form, step 2 (click): text:b of css:#a"]);
        assert!(chosen_on("service", &trace).is_empty());
    }

    #[test]
    fn what_another_profile_traced_is_not_told() {
        assert!(chosen(&[("open", None), ("fill", Some("text:b")), ("click", Some("css:#z"))]).is_empty());
    }
}
