//! The trail around one document: who names it and whom it names, as Mermaid or DOT.
//!
//! Every ID is quoted or replaced by a number: unquoted, DOT splits `14PAY…` into two nodes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::domain::{DocumentId, State};
use crate::frontier::Documents;

use super::ExportError;

/// How a trail is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum GraphFormat {
    /// A Mermaid flow chart, as many viewers of Markdown show it.
    Mermaid,
    /// The DOT language of Graphviz.
    Dot,
}

/// The documents around one document and who names whom.
#[derive(Clone, Debug)]
pub struct Trail {
    center: String,
    /// Kind and state by ID; the state is unknown where a document is only mentioned.
    nodes: BTreeMap<String, (String, Option<State>)>,
    /// Source, target and relation.
    edges: BTreeSet<(String, String, String)>,
    left_out: usize,
}

impl Trail {
    /// Follows references in both directions from `center`, at most `hops` far and over at most `nodes_max` documents,
    /// nearest first.
    ///
    /// # Errors
    /// Where `center` was never seen or the store cannot be read.
    pub async fn around(
        documents: &dyn Documents,
        center: &str,
        hops: u32,
        nodes_max: usize,
    ) -> Result<Self, ExportError> {
        let Some(entry) = documents.entry(center).await? else {
            return Err(ExportError::Unknown { id: center.to_owned() });
        };
        let mut trail =
            Self { center: center.to_owned(), nodes: BTreeMap::new(), edges: BTreeSet::new(), left_out: 0 };
        trail.nodes.insert(center.to_owned(), (entry.id.kind().to_owned(), Some(entry.state)));
        let mut frontier = VecDeque::from([(center.to_owned(), 0)]);
        let mut left_out = BTreeSet::new();
        while let Some((id, distance)) = frontier.pop_front() {
            for (source, target, relation, neighbour) in neighbours(documents, &id).await? {
                let known = trail.nodes.contains_key(neighbour.as_str());
                if !known && (distance == hops || trail.nodes.len() >= nodes_max) {
                    if distance < hops {
                        left_out.insert(neighbour.to_string());
                    }
                    continue;
                }
                if !known {
                    let state = documents.entry(neighbour.as_str()).await?.map(|entry| entry.state);
                    trail.nodes.insert(neighbour.to_string(), (neighbour.kind().to_owned(), state));
                    frontier.push_back((neighbour.to_string(), distance + 1));
                }
                trail.edges.insert((source, target, relation));
            }
        }
        trail.left_out = left_out.len();
        Ok(trail)
    }

    /// How many documents within reach were left out because there were too many.
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// The trail in a format.
    #[must_use]
    pub fn write(&self, format: GraphFormat) -> String {
        match format {
            GraphFormat::Mermaid => self.mermaid(),
            GraphFormat::Dot => self.dot(),
        }
    }

    fn mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        let number: BTreeMap<&str, usize> = self.nodes.keys().map(String::as_str).zip(0..).collect();
        for (id, (kind, state)) in &self.nodes {
            let label = format!("{}<br/>{}", mermaid_text(id), mermaid_text(&described(kind, *state)));
            let class = if *id == self.center { ":::center" } else { class_of(*state) };
            line(&mut text, format_args!("  n{}[\"{label}\"]{class}", number.get(id.as_str()).unwrap_or(&0)));
        }
        for (source, target, relation) in &self.edges {
            let ends = (number.get(source.as_str()), number.get(target.as_str()));
            if let (Some(source), Some(target)) = ends {
                line(&mut text, format_args!("  n{source} -->|\"{}\"| n{target}", mermaid_text(relation)));
            }
        }
        text.push_str("  classDef center stroke-width:3px\n");
        text.push_str("  classDef gone stroke-dasharray:4 4,color:#888\n");
        text
    }

    fn dot(&self) -> String {
        let mut text = String::from("digraph trail {\n  rankdir=LR;\n  node [shape=box];\n");
        for (id, (kind, state)) in &self.nodes {
            let style = match state {
                _ if *id == self.center => ", penwidth=3",
                Some(State::Stored) => "",
                _ => ", style=dashed",
            };
            let label = format!("{}\\n{}", dot_text(id), dot_text(&described(kind, *state)));
            line(&mut text, format_args!("  \"{}\" [label=\"{label}\"{style}];", dot_text(id)));
        }
        for (source, target, relation) in &self.edges {
            let (source, target, relation) = (dot_text(source), dot_text(target), dot_text(relation));
            line(&mut text, format_args!("  \"{source}\" -> \"{target}\" [label=\"{relation}\"];"));
        }
        text.push_str("}\n");
        text
    }
}

/// Source, target, relation and the one of the two that is not `id`, for every reference from or to it.
async fn neighbours(
    documents: &dyn Documents,
    id: &str,
) -> Result<Vec<(String, String, String, DocumentId)>, ExportError> {
    let mut found = Vec::new();
    for (reference, _) in documents.references(id).await? {
        let target = reference.target.to_string();
        found.push((id.to_owned(), target, reference.relation, reference.target));
    }
    for (source, reference) in documents.named_by(id).await? {
        found.push((source.to_string(), id.to_owned(), reference.relation, source));
    }
    Ok(found)
}

fn described(kind: &str, state: Option<State>) -> String {
    match state {
        Some(State::Stored) => kind.to_owned(),
        Some(state) => format!("{kind}, {state}"),
        None => format!("{kind}, mentioned"),
    }
}

const fn class_of(state: Option<State>) -> &'static str {
    match state {
        Some(State::Stored) => "",
        _ => ":::gone",
    }
}

/// Inside a quoted label Mermaid reads `#…;` as an entity and ends at `"`.
fn mermaid_text(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

fn dot_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.push_str(&line.to_string());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail() -> Trail {
        let stored = |kind: &str| (kind.to_owned(), Some(State::Stored));
        Trail {
            center: "14PAY000000001".into(),
            nodes: BTreeMap::from([
                ("14PAY000000001".into(), stored("payment")),
                ("14SYMV000000002".into(), ("contract".into(), Some(State::Absent))),
                ("D/\"7\"/2024".into(), ("decision".into(), None)),
            ]),
            edges: BTreeSet::from([
                ("14PAY000000001".into(), "14SYMV000000002".into(), "contract".into()),
                ("14PAY000000001".into(), "D/\"7\"/2024".into(), "mentioned".into()),
            ]),
            left_out: 0,
        }
    }

    #[test]
    fn mermaid_numbers_nodes_and_shows_what_is_missing() {
        assert_eq!(
            trail().write(GraphFormat::Mermaid),
            "flowchart LR\n\
             \x20 n0[\"14PAY000000001<br/>payment\"]:::center\n\
             \x20 n1[\"14SYMV000000002<br/>contract, absent\"]:::gone\n\
             \x20 n2[\"D/#quot;7#quot;/2024<br/>decision, mentioned\"]:::gone\n\
             \x20 n0 -->|\"contract\"| n1\n\
             \x20 n0 -->|\"mentioned\"| n2\n\
             \x20 classDef center stroke-width:3px\n\
             \x20 classDef gone stroke-dasharray:4 4,color:#888\n"
        );
    }

    #[test]
    fn dot_quotes_every_id() {
        assert_eq!(
            trail().write(GraphFormat::Dot),
            "digraph trail {\n  rankdir=LR;\n  node [shape=box];\n\
             \x20 \"14PAY000000001\" [label=\"14PAY000000001\\npayment\", penwidth=3];\n\
             \x20 \"14SYMV000000002\" [label=\"14SYMV000000002\\ncontract, absent\", style=dashed];\n\
             \x20 \"D/\\\"7\\\"/2024\" [label=\"D/\\\"7\\\"/2024\\ndecision, mentioned\", style=dashed];\n\
             \x20 \"14PAY000000001\" -> \"14SYMV000000002\" [label=\"contract\"];\n\
             \x20 \"14PAY000000001\" -> \"D/\\\"7\\\"/2024\" [label=\"mentioned\"];\n}\n"
        );
    }
}
