//! That disguised pages read like the real ones, but for what was disguised.

use std::collections::BTreeSet;
use std::mem::discriminant;

use super::DisguiseError;
use super::mask::Mask;
use crate::domain::{Field, Value};
use crate::extract::Extraction;
use crate::profile::{FieldRule, Profile};

/// Holds two extractions against each other.
pub(super) fn check(
    profile: &Profile,
    mask: &Mask,
    real: &Extraction,
    found: &Extraction,
) -> Result<(), DisguiseError> {
    let otherwise = |what: String| Err(DisguiseError::ReadsOtherwise { what });
    if real.own_id != found.own_id {
        return otherwise(format!("its own ID is {}, not {}", found.own_id, real.own_id));
    }
    if let Some(name) = other_field(&real.fields, &found.fields, &personal(profile), "", mask) {
        return otherwise(format!("`{name}`"));
    }
    let references = real.references.iter().zip(&found.references);
    let are_same = references.clone().all(|(one, other)| {
        (&one.target, &one.relation, &one.part, &one.written)
            == (&other.target, &other.relation, &other.part, &other.written)
            && says_the_same(&one.evidence, &other.evidence, mask)
    });
    if !are_same || real.references.len() != found.references.len() {
        return otherwise("its references".to_owned());
    }
    let covered: Vec<String> =
        real.warnings.iter().map(|warning| mask.covered(&warning.to_string())).collect();
    let warned: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    if covered == warned { Ok(()) } else { otherwise("its warnings".to_owned()) }
}

/// Whether a sentence reads as before. One that was cut may end inside a name, which is no name then that could be found:
/// its letters are only held to be of the same sort.
fn says_the_same(real: &str, found: &str, mask: &Mask) -> bool {
    let is_cut = real.starts_with('…') || real.ends_with('…');
    let sort = |letter: char| (letter.is_alphabetic(), letter.is_uppercase(), letter.is_ascii_digit());
    let covered = mask.covered(real);
    covered == found
        || (is_cut
            && covered.chars().count() == found.chars().count()
            && covered
                .chars()
                .zip(found.chars())
                .all(|(one, other)| one == other || (one.is_alphanumeric() && sort(one) == sort(other))))
}

/// The full names of all personal fields.
fn personal(profile: &Profile) -> BTreeSet<String> {
    let marked = |rules: &[FieldRule], prefix: &str| -> Vec<String> {
        let marked = rules.iter().filter(|rule| rule.personal);
        marked.map(|rule| format!("{prefix}{}", rule.name)).collect()
    };
    let groups = profile.groups.iter().flat_map(|group| marked(&group.fields, &format!("{}.", group.name)));
    marked(&profile.fields, "").into_iter().chain(groups).collect()
}

/// The first field that is not the same, by its full name.
fn other_field(
    real: &[Field],
    found: &[Field],
    personal: &BTreeSet<String>,
    prefix: &str,
    mask: &Mask,
) -> Option<String> {
    if real.len() != found.len() {
        return Some(format!("{prefix}: {} fields, not {}", found.len(), real.len()));
    }
    real.iter().zip(found).find_map(|(one, other)| {
        let name = format!("{prefix}{}", one.name);
        let is_same = one.name == other.name
            && match (&one.value, &other.value) {
                (Value::Rows(rows), Value::Rows(others)) => {
                    let prefix = format!("{name}.");
                    rows.len() == others.len()
                        && rows
                            .iter()
                            .zip(others)
                            .all(|(row, other)| other_field(row, other, personal, &prefix, mask).is_none())
                }
                (Value::Text(text), Value::Text(other)) => mask.covered(text) == *other,
                (one, other) if personal.contains(&name) => {
                    discriminant(one) == discriminant(other)
                        && (one != other || matches!(one, Value::Present(_)))
                }
                (one, other) => one == other,
            };
        (!is_same).then_some(name)
    })
}
