//! All that one tried look-up tells, for people and for programs.

use serde_json::{Map, Value as Json, json};

use crate::domain::{DocumentId, Reference};
use crate::export::{field_value, one_line};
use crate::extract::{FoundField, Survey, SurveyedField, SurveyedGroup};
use crate::fetch::{StepAccount, StepEnd};
use crate::profile::Profile;

use super::ended::{Ended, Seen};
use super::words;

/// One tried look-up.
pub(super) struct Account<'a> {
    pub(super) profile: &'a Profile,
    pub(super) id: &'a DocumentId,
    /// None, where saved pages were read.
    pub(super) steps: &'a [StepAccount],
    pub(super) ended: &'a Ended,
    pub(super) seen: Seen,
    /// Where the step that failed did not look.
    pub(super) elsewhere: Option<&'a str>,
    /// What the rules found; `None` where there is no page to read.
    pub(super) survey: Option<&'a Survey>,
}

impl Account<'_> {
    /// What is said after the steps, which were printed one by one.
    pub(super) fn text(&self) -> String {
        let outcome = format!("outcome: {}\n", one_line(&self.ended.words()));
        let Some(survey) = self.survey else { return outcome };
        let own_id = match &survey.own_id {
            Ok(id) => id.to_string(),
            Err(error) => one_line(&error.to_string()),
        };
        let own_id = format!("own ID:  {own_id}\n{}", words::hints(&survey.own_id_hint));
        let warnings: Vec<String> =
            self.warnings().iter().map(|warning| format!("  {}\n", one_line(warning))).collect();
        let sections = [
            ("found", survey.fields.iter().filter_map(words::found).collect()),
            ("missing", survey.fields.iter().filter_map(words::missing).collect()),
            ("groups", survey.groups.iter().map(words::group).collect()),
            ("references", survey.references.iter().map(words::reference).collect()),
            ("warnings", warnings.concat()),
        ];
        let sections = sections.into_iter().filter(|(_, lines): &(_, String)| !lines.is_empty());
        let sections: Vec<String> = sections.map(|(heading, lines)| format!("{heading}:\n{lines}")).collect();
        [outcome, own_id, sections.concat()].concat()
    }

    /// The same for programs, with the steps.
    pub(super) fn json(&self) -> Json {
        let mut object = Map::new();
        let mut add = |name: &str, value: Json| object.insert(name.to_owned(), value);
        add("v", json!(1));
        add("id", json!(self.id.as_str()));
        add("kind", json!(self.id.kind()));
        add("profile", json!(self.profile.name));
        add("steps", self.steps.iter().map(step).collect());
        add("outcome", json!(self.ended.name()));
        add("says", json!(self.ended.words()));
        add("hint", json!(self.ended.hint(self.seen)));
        add("elsewhere", json!(self.elsewhere));
        if let Some(survey) = self.survey {
            add("own_id", json!(survey.own_id.as_ref().ok().map(DocumentId::as_str)));
            add("own_id_hint", json!(survey.own_id_hint));
            add("fields", Json::Object(survey.fields.iter().filter_map(found).collect()));
            add("missing", survey.fields.iter().filter_map(missing).collect());
            add("groups", survey.groups.iter().map(group).collect());
            add("references", survey.references.iter().map(reference).collect());
            add("warnings", json!(self.warnings()));
        }
        Json::Object(object)
    }

    fn warnings(&self) -> Vec<String> {
        match self.ended {
            Ended::Stored(document) => document.warnings.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }
}

fn step(account: &StepAccount) -> Json {
    let (ended, reason) = match &account.end {
        StepEnd::Done => ("done", None),
        StepEnd::Absent => ("absent", None),
        StepEnd::Failed(reason) => ("failed", Some(reason)),
        StepEnd::PassedOver(reason) => ("passed_over", Some(reason)),
    };
    json!({
        "route": account.route,
        "number": account.number,
        "verb": account.verb,
        "matched": account.matched,
        "alternative": account.choice.map(alternative),
        "answer": account.answer,
        "accepted": account.accepted,
        "elapsed_ms": u64::try_from(account.elapsed.as_millis()).unwrap_or(u64::MAX),
        "ended": ended,
        "reason": reason,
    })
}

fn alternative((nth, of): (usize, usize)) -> Json {
    json!({ "nth": nth, "of": of })
}

fn found(field: &SurveyedField) -> Option<(String, Json)> {
    let FoundField::Value { value, place, choice } = &field.found else { return None };
    let found = json!({ "value": field_value(value), "matched": place, "alternative": alternative(*choice) });
    Some((field.name.clone(), found))
}

fn missing(field: &SurveyedField) -> Option<Json> {
    let (text, reason) = match &field.found {
        FoundField::Value { .. } => return None,
        FoundField::Missing => (None, None),
        FoundField::Unreadable { text, reason } => (Some(text), Some(reason)),
    };
    let SurveyedField { name, required, tried, hint, .. } = field;
    Some(json!({
        "field": name, "required": required, "tried": tried, "text": text, "reason": reason, "hint": hint,
    }))
}

fn group(group: &SurveyedGroup) -> Json {
    let SurveyedGroup { name, required, tried, rows, first, fields, hints } = group;
    let first = first.iter().map(|row| -> Map<String, Json> {
        row.iter().map(|(name, value)| (name.clone(), field_value(value))).collect()
    });
    let first: Vec<Json> = first.map(Json::Object).collect();
    let fields: Map<String, Json> = fields.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect();
    json!({ "group": name, "required": required, "tried": tried, "rows": rows, "first": first, "fields": fields, "hints": hints })
}

fn reference(reference: &Reference) -> Json {
    json!({
        "id": reference.target.as_str(),
        "kind": reference.target.kind(),
        "relation": reference.relation,
        "part": reference.part,
        "evidence": reference.evidence,
        "written": reference.written,
    })
}
