//! The JSON Schema of the profile language, for editors.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use super::file::ProfileFile;

/// The JSON Schema (draft-07) of a profile. `selectors/profile.schema.json` is this, printed.
#[must_use]
pub fn schema() -> Value {
    let generator: SchemaGenerator = SchemaSettings::draft07().for_deserialize().into_generator();
    let mut schema = generator.into_root_schema_for::<ProfileFile>();
    RecursiveTransform(without_null).transform(&mut schema);
    schema.to_value()
}

/// Takes out `null`, which TOML does not have: an optional key is left out.
fn without_null(schema: &mut Schema) {
    let null = Value::from("null");
    schema.remove("default");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|known| *known != null);
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&null));
        if let [only] = choices.as_slice() {
            // It stays in a list: draft-07 ignores what stands beside a `$ref`, the description for one.
            let all = Value::from(vec![only.clone()]);
            schema.remove("anyOf");
            schema.insert("allOf".to_owned(), all);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_committed_schema_is_the_one_that_is_read_by() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/profile.schema.json");
        let committed = fs::read_to_string(path).unwrap_or_default();
        let printed = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
        assert!(
            committed == printed,
            "regenerate it: cargo run -q -- profile schema > selectors/profile.schema.json"
        );
    }
}
