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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DocumentId, Intent, Reference, Warning};

    fn extraction() -> Extraction {
        let id = |text| DocumentId::from_canonical(text, "act", "act");
        let text = |name: &str| Field { name: name.into(), value: Value::Text(name.into()) };
        let born = Field { name: "born".into(), value: Value::Date(jiff::civil::date(1980, 1, 2)) };
        let dead = Field { name: "dead".into(), value: Value::Present(true) };
        let rows = Field { name: "lines".into(), value: Value::Rows(vec![vec![text("a")], vec![text("b")]]) };
        let reference = Reference {
            target: id("ACT000002"),
            relation: "mentioned".into(),
            part: "detail".into(),
            offset: 7,
            evidence: "…see ACT000002 of No".into(),
            written: "ACT000002".into(),
            intent: Intent::Follow,
        };
        Extraction {
            own_id: id("ACT000001"),
            fields: vec![text("title"), born, dead, rows],
            references: vec![reference],
            warnings: vec![Warning::FieldMissing { field: "paid".into() }],
        }
    }

    /// What is said of an extraction that was changed so; the field `born` is personal, and read as another day.
    fn check(change: impl FnOnce(&mut Extraction), expected: Option<&str>) {
        let rules = "language = 1\nname = \"x\"\nbase = \"http://x.example\"\nown_id = \"css:h1\"\n\
            [ids.act]\npattern = 'ACT(?<number>[0-9]{6})'\nkind = \"act\"\n[kinds]\nact = { name = \"act\" }\n\
            [field]\nborn = { css = \"b\", type = \"date\", personal = true }\n\
            dead = { css = \"i\", type = \"present\", personal = true }\n";
        let profile = Profile::from_text("x.toml", rules).unwrap();
        let (real, mut found) = (extraction(), extraction());
        found.fields[1].value = Value::Date(jiff::civil::date(1980, 1, 1));
        change(&mut found);
        let said =
            super::check(&profile, &Mask::of(&[], ""), &real, &found).err().map(|error| error.to_string());
        let expected =
            expected.map(|what| format!("with its personal texts replaced the page reads otherwise: {what}"));
        assert_eq!(said, expected);
    }

    #[test]
    fn everything_that_is_not_personal_reads_as_before() {
        check(|_| {}, None);
        check(
            |found| found.own_id = DocumentId::from_canonical("ACT000009", "act", "act"),
            Some("its own ID is ACT000009, not ACT000001"),
        );
        check(|found| found.fields[0].value = Value::Text("other".into()), Some("`title`"));
        check(|found| found.fields[1].value = extraction().fields[1].value.clone(), Some("`born`"));
        check(|found| found.fields[1].value = Value::Present(true), Some("`born`"));
        check(|found| found.fields.truncate(3), Some("`: 3 fields, not 4`"));
        check(|found| found.fields[3].value = Value::Rows(vec![vec![]]), Some("`lines`"));
        check(|found| found.references[0].relation.push('s'), Some("its references"));
        check(|found| found.references.clear(), Some("its references"));
        check(|found| found.references[0].evidence = "…see ACT000002 of Ma".into(), None);
        check(|found| found.references[0].evidence = "…see ACT000002 of 12".into(), Some("its references"));
        check(|found| found.warnings.clear(), Some("its warnings"));
    }
}
