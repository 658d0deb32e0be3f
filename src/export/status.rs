//! The counts of a store, for people and for programs.

use serde_json::{Value as Json, json};

use crate::domain::Counts;

/// The counts as a table of words and numbers; states without any ID are left out.
#[must_use]
pub fn status_text(counts: &Counts) -> String {
    let rows = [
        ("stored", counts.stored),
        ("absent", counts.absent),
        ("dead", counts.dead),
        ("queued", counts.queued),
        ("leased", counts.leased),
        ("delayed", counts.delayed),
        ("paused", counts.paused),
        ("bounded", counts.bounded),
        ("references", counts.references),
    ];
    let shown = rows.into_iter().filter(|(name, number)| *number > 0 || *name == "stored");
    let lines: Vec<String> = shown.map(|(name, number)| format!("{name:<10} {number:>8}\n")).collect();
    lines.concat()
}

/// The counts as one JSON object.
#[must_use]
pub fn status_json(counts: &Counts) -> Json {
    let mut object = json!({ "v": 1, "known": counts.known(), "drained": counts.is_drained() });
    if let (Some(object), Ok(Json::Object(counts))) = (object.as_object_mut(), serde_json::to_value(counts)) {
        object.extend(counts);
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_without_any_id_is_not_shown_to_people_but_to_programs() {
        let counts = Counts { stored: 12, absent: 3, ..Counts::default() };
        assert_eq!(status_text(&counts), "stored           12\nabsent            3\n");
        assert_eq!(status_json(&counts).get("dead"), Some(&json!(0)));
        assert_eq!(status_json(&counts).get("drained"), Some(&json!(true)));
    }
}
