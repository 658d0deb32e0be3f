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
    let matched = account.matched.as_deref().map(|matched| {
        let of = account.choice.map(of_several).unwrap_or_default();
        format!("{}{of}", one_line(matched))
    });
    let answer = account.answer.as_deref().map(one_line);
    let mut said: Vec<String> = matched.into_iter().chain(answer).collect();
    match &account.end {
        StepEnd::Done if said.is_empty() && verb == "dismiss" => said.push("not there".to_owned()),
        StepEnd::Done => {}
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
    match &field.found {
        FoundField::Value { .. } => None,
        FoundField::Missing => {
            Some(format!("  {:<24} {required}, not on the page (tried {tried})\n", field.name))
        }
        FoundField::Unreadable { text, reason } => {
            let text = one_line(text);
            let reason = one_line(reason);
            Some(format!(
                "  {:<24} {required}, cannot be read: {reason} (`{text}`; tried {tried})\n",
                field.name
            ))
        }
    }
}

/// A group, with the number of its rows and of those that have each field.
pub(super) fn group(group: &SurveyedGroup) -> String {
    let SurveyedGroup { name, rows, .. } = group;
    if *rows == 0 {
        let tried = one_line(&group.tried);
        return format!("  {name:<24} {}, no row (tried {tried})\n", required(group.required));
    }
    let fields: Vec<String> = group.fields.iter().map(|(name, count)| format!("{name} in {count}")).collect();
    let noun = if *rows == 1 { "row" } else { "rows" };
    format!("  {name:<24} {rows} {noun}: {}\n", fields.join(", "))
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
