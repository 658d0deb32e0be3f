//! The lines that `anafora profile try` prints for people. Whatever a portal says stays in its line.

use crate::domain::{DocumentId, Reference, Value};
use crate::export::{field_value, one_line};
use crate::extract::{FoundField, SurveyedField, SurveyedGroup};
use crate::fetch::{StepAccount, StepEnd};
use crate::profile::Profile;

/// What is looked up, and on which ways it can be.
pub(super) fn headline(profile: &Profile, id: &DocumentId) -> String {
    format!("{id} ({}) by the profile `{}`, at {}\n", id.kind(), profile.name, profile.base)
}

/// One step: number, verb, time, what matched and what was given or read, and how it ended where that is the end of all.
pub(super) fn step(account: &StepAccount) -> String {
    let StepAccount { number, verb, elapsed, .. } = account;
    if let StepEnd::PassedOver(why) = &account.end {
        return format!("     the route `{}` yields to the next one: {}\n", account.route, one_line(why));
    }
    let matched = account.matched.as_deref().map(|matched| {
        let of = account.choice.map(of_several).unwrap_or_default();
        format!("{}{of}", one_line(matched))
    });
    let answer = account.answer.as_deref().map(one_line);
    let accepted = account.accepted.iter().map(|said| format!("accepted the prompt `{}`", one_line(said)));
    let mut said: Vec<String> = matched.into_iter().chain(answer).chain(accepted).collect();
    match &account.end {
        StepEnd::Done if said.is_empty() && verb == "dismiss" => said.push("not there".to_owned()),
        StepEnd::Done | StepEnd::PassedOver(_) => {}
        StepEnd::Absent => said.push("says that there is no such document".to_owned()),
        StepEnd::Failed(_) => said.push("FAILED".to_owned()),
    }
    let line = format!("{number:>3}  {verb:<8} {:>6} ms  {}", elapsed.as_millis(), said.join("  "));
    format!("{}\n", line.trim_end())
}

/// A field that has a value.
pub(super) fn found(field: &SurveyedField) -> Option<String> {
    let FoundField::Value { value, place, choice } = &field.found else { return None };
    let of = of_several(*choice);
    Some(format!("  {:<24} {}  ({}{of})\n", field.name, shown(value), one_line(place)))
}

/// A field that has none, with the reason and where it was looked for.
pub(super) fn missing(field: &SurveyedField) -> Option<String> {
    let required = required(field.required);
    let tried = one_line(&field.tried);
    let why = match &field.found {
        FoundField::Value { .. } => return None,
        FoundField::Missing => format!("not on the page (tried {tried})"),
        FoundField::Unreadable { text, reason } => {
            let (text, reason) = (one_line(text), one_line(reason));
            format!("cannot be read: {reason} (`{text}`; tried {tried})")
        }
    };
    Some(format!("  {:<24} {required}, {why}\n{}", field.name, hints(&field.hint)))
}

/// What may be meant, a line each, under what it is about.
pub(super) fn hints<'a>(hints: impl IntoIterator<Item = &'a String>) -> String {
    let lines: Vec<String> =
        hints.into_iter().map(|hint| format!("    hint: {}\n", one_line(hint))).collect();
    lines.concat()
}

/// A group, with the number of its rows and of those that have each field, and what stands in the first of them.
pub(super) fn group(group: &SurveyedGroup) -> String {
    let SurveyedGroup { name, rows, .. } = group;
    if *rows == 0 {
        let tried = one_line(&group.tried);
        let hints = hints(&group.hints);
        return format!("  {name:<24} {}, no row (tried {tried})\n{hints}", required(group.required));
    }
    let fields: Vec<String> = group.fields.iter().map(|(name, count)| format!("{name} in {count}")).collect();
    let noun = if *rows == 1 { "row" } else { "rows" };
    let shown = group.first.iter().zip(1..).map(|(row, number): (_, usize)| {
        let values: Vec<String> =
            row.iter().map(|(name, value)| format!("{name} {}", shown(value))).collect();
        format!("    {number}. {}\n", values.join(" | "))
    });
    let (fields, shown) = (fields.join(", "), shown.collect::<String>());
    format!("  {name:<24} {rows} {noun}: {fields}\n{shown}{}", hints(&group.hints))
}

/// A reference, with what names it.
pub(super) fn reference(reference: &Reference) -> String {
    let Reference { target, relation, evidence, .. } = reference;
    let written = match reference.written.as_str() {
        written if written == target.as_str() => String::new(),
        written => format!(", written `{}`", one_line(written)),
    };
    format!("  {relation}: {target} ({}){written}: {}\n", target.kind(), one_line(evidence))
}

fn of_several((nth, of): (usize, usize)) -> String {
    if of > 1 { format!(" ({nth} of {of})") } else { String::new() }
}

const fn required(required: bool) -> &'static str {
    if required { "REQUIRED" } else { "optional" }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => one_line(text),
        Value::Amount { amount, currency } => format!("{amount} {currency}"),
        Value::Present(true) => "yes".to_owned(),
        Value::Present(false) => "no".to_owned(),
        other => field_value(other).to_string().trim_matches('"').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::Intent;

    fn told(verb: &str, matched: Option<&str>, choice: Option<(usize, usize)>, end: StepEnd) -> String {
        step(&StepAccount {
            route: "form".into(),
            number: 3,
            verb: verb.into(),
            matched: matched.map(Into::into),
            choice,
            elapsed: Duration::from_millis(7),
            answer: Some("A-7\n".to_owned()).filter(|_| verb == "fill"),
            accepted: Vec::new(),
            end,
        })
    }

    #[test]
    fn a_step_is_told_in_one_line() {
        let failed = || StepEnd::Failed("gone".into());
        for (line, expected) in [
            (
                told("wait", Some("css:a"), Some((2, 3)), StepEnd::Done),
                "  3  wait          7 ms  css:a (2 of 3)\n",
            ),
            (told("wait", Some("css:a"), Some((1, 1)), StepEnd::Done), "  3  wait          7 ms  css:a\n"),
            (told("fill", Some("css:a"), None, StepEnd::Done), "  3  fill          7 ms  css:a  A-7\\n\n"),
            (told("dismiss", None, None, StepEnd::Done), "  3  dismiss       7 ms  not there\n"),
            (told("open", None, None, StepEnd::Done), "  3  open          7 ms\n"),
            (
                told("wait", Some("text:None"), None, StepEnd::Absent),
                "  3  wait          7 ms  text:None  says that there is no such document\n",
            ),
            (told("click", None, None, failed()), "  3  click         7 ms  FAILED\n"),
        ] {
            assert_eq!(line, expected);
        }
    }

    fn field(found: FoundField, required: bool) -> SurveyedField {
        SurveyedField { name: "paid".into(), required, tried: "css:b, css:i".into(), found, hint: None }
    }

    #[test]
    fn a_field_is_told_with_its_place_or_with_what_it_lacks() {
        let value = |value| field(FoundField::Value { value, place: "css:i".into(), choice: (2, 2) }, true);
        let amount = Value::Amount { amount: "12.50".parse().unwrap(), currency: "EUR".into() };
        for (value_of, shown) in [
            (Value::Text("a\nb".into()), "a\\nb"),
            (amount, "12.50 EUR"),
            (Value::Present(true), "yes"),
            (Value::Present(false), "no"),
            (Value::Date(jiff::civil::date(2024, 3, 1)), "2024-03-01"),
        ] {
            let expected = format!("  paid                     {shown}  (css:i (2 of 2))\n");
            assert_eq!(found(&value(value_of.clone())), Some(expected));
            assert_eq!(missing(&value(value_of)), None);
        }
        let line = missing(&field(FoundField::Missing, true)).unwrap();
        assert_eq!(line, "  paid                     REQUIRED, not on the page (tried css:b, css:i)\n");
        let unreadable = FoundField::Unreadable { text: "x".into(), reason: "no number".into() };
        assert_eq!(found(&field(unreadable.clone(), false)), None);
        assert_eq!(
            missing(&field(unreadable, false)).unwrap(),
            "  paid                     optional, cannot be read: no number (`x`; tried css:b, css:i)\n"
        );
    }

    #[test]
    fn groups_and_references_are_counted_and_quoted() {
        let of = |rows, required| SurveyedGroup {
            name: "lines".into(),
            required,
            tried: "css:tr".into(),
            rows,
            first: Vec::new(),
            fields: vec![("cpv".into(), 1), ("sum".into(), 0)],
            hints: Vec::new(),
        };
        assert_eq!(group(&of(1, false)), "  lines                    1 row: cpv in 1, sum in 0\n");
        assert_eq!(group(&of(2, false)), "  lines                    2 rows: cpv in 1, sum in 0\n");
        assert_eq!(group(&of(0, true)), "  lines                    REQUIRED, no row (tried css:tr)\n");
        let named = |written: &str| Reference {
            target: DocumentId::from_canonical("A-7", "act", "act"),
            relation: "award".into(),
            part: "detail".into(),
            offset: 0,
            evidence: "see\nA-7".into(),
            written: written.into(),
            intent: Intent::Follow,
        };
        assert_eq!(reference(&named("A-7")), "  award: A-7 (act): see\\nA-7\n");
        assert_eq!(reference(&named("a-7")), "  award: A-7 (act), written `a-7`: see\\nA-7\n");
    }
}
