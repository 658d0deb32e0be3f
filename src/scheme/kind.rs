//! Names the kind of a document by its ID: the `{group}`s of a template become what the groups matched.

use std::collections::BTreeMap;

/// How a scheme names kinds.
#[derive(Clone, Debug)]
pub(super) struct KindRule {
    template: Vec<Piece>,
    names: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Group(String),
}

impl KindRule {
    /// Reads a template; says what is wrong with it where it is none.
    pub(super) fn new(
        template: &str,
        names: BTreeMap<String, String>,
        groups: &[String],
    ) -> Result<Self, String> {
        let template = pieces(template)?;
        if template.is_empty() {
            return Err("the kind is empty".to_owned());
        }
        for piece in &template {
            if let Piece::Group(group) = piece
                && !groups.contains(group)
            {
                return Err(format!("the pattern has no group `{group}`"));
            }
        }
        Ok(Self { template, names })
    }

    /// The name of the kind of an ID, by the content of its groups.
    pub(super) fn name<'a>(&self, content: impl Fn(&str) -> &'a str) -> String {
        let mut key = String::new();
        for piece in &self.template {
            key += match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Group(group) => content(group),
            };
        }
        self.names.get(&key).cloned().unwrap_or_else(|| key.to_lowercase())
    }
}

fn pieces(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        let Some((group, after)) = after.split_once('}') else {
            return Err(format!("`{{` is not closed in `{template}`"));
        };
        pieces.extend((!text.is_empty()).then(|| Piece::Text(text.to_owned())));
        pieces.push(Piece::Group(group.to_owned()));
        rest = after;
    }
    pieces.extend((!rest.is_empty()).then(|| Piece::Text(rest.to_owned())));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expected: Result<&str, &str>) {
        let names = BTreeMap::from([("PAY".to_owned(), "payment".to_owned())]);
        let content = |group: &str| if group == "type" { "PAY" } else { "14" };
        let rule = KindRule::new(template, names, &["type".to_owned(), "year".to_owned()]);
        let found = rule.map(|rule| rule.name(content));
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{template}");
    }

    #[test]
    fn a_kind_is_named_by_the_groups_of_its_id() {
        check("{type}", Ok("payment"));
        check("{type}-{year}", Ok("pay-14"));
        check("Decision", Ok("decision"));
    }

    #[test]
    fn a_template_that_cannot_be_filled_is_refused() {
        check("", Err("the kind is empty"));
        check("{tpye}", Err("the pattern has no group `tpye`"));
        check("{type", Err("`{` is not closed in `{type`"));
    }
}
