//! What a checked profile says of the ways to a document: through a browser, one page by HTTP, or a service.

use std::collections::BTreeMap;

use serde_json::Value;

use super::flow::{Alternatives, Step, Template};
use crate::json::Pointer;

/// The part that a service's answer becomes.
pub const SERVICE_PART: &str = "service";

/// How a route gets to a document.
#[derive(Clone, Debug)]
pub enum Way {
    /// By these steps in a browser, in order.
    Browser(Vec<Step>),
    /// By one page that is asked for without a browser.
    Page(PageRules),
    /// By a service that answers in JSON.
    Service(Box<ServiceRules>),
}

/// What it means where a route says that there is no such document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// That there is none.
    #[default]
    Believe,
    /// That the next route of the kind is asked, where there is one.
    Confirm,
}

/// A page that is asked for without a browser.
#[derive(Clone, Debug)]
pub struct PageRules {
    /// Its address, relative to the base.
    pub address: Template,
    /// The part that it becomes.
    pub part: String,
    /// What it shows where there is no such document.
    pub absent: Option<Alternatives>,
}

/// A service that answers in JSON.
#[derive(Clone, Debug)]
pub struct ServiceRules {
    /// How it is asked.
    pub method: Method,
    /// Its address, relative to the base; `{page}` is the number of the page.
    pub address: Template,
    /// What is sent to it.
    pub body: Option<BodyTemplate>,
    /// Further headers of the request: valid names, each with its text.
    pub headers: Vec<(String, Template)>,
    /// Where the documents stand in the answer; the whole answer is one where `None`.
    pub items: Option<Pointer>,
    /// Where in a document its ID stands: the one with exactly the ID asked for is taken. Where `None` there can be only one.
    pub id: Option<Pointer>,
    /// Where the answer says how many pages there are, and how many of them are read at most; the first alone where `None`.
    pub pages: Option<(Pointer, u32)>,
    /// The number of the first page.
    pub pages_from: u32,
    /// The status codes that say that there is no such document.
    pub absent: Vec<u16>,
    /// The values that say so in an answer that is no error, each with its place.
    pub absent_where: Vec<(Pointer, String)>,
    /// Files that belong to the document.
    pub attachments: Vec<Attachment>,
}

/// How a service is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// By its address alone.
    #[default]
    Get,
    /// With a body.
    Post,
}

/// JSON whose texts are templates. A text that is `{page}` and nothing else becomes a number.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyTemplate(pub Value);

/// A file that belongs to a document.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The part that it becomes.
    pub name: String,
    /// Its address, relative to the base.
    pub address: Template,
    /// Its media type, whatever the portal says.
    pub media_type: String,
    /// How its bytes begin; where empty, the portal's word for its media type is taken.
    pub magic: String,
    /// Whether a document without it is not kept.
    pub required: bool,
    /// The largest file that is read, in bytes.
    pub bytes_max: u64,
}

/// The variable that only a service has: the number of the page.
pub const PAGE_VARIABLE: &str = "page";

impl BodyTemplate {
    /// The JSON with the variables in all its texts replaced.
    #[must_use]
    pub fn fill(&self, variables: &BTreeMap<String, String>) -> Value {
        filled(&self.0, variables)
    }
}

fn filled(value: &Value, variables: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => match number_of_page(text, variables) {
            Some(number) => Value::from(number),
            None => Value::String(Template(text.clone()).fill(variables)),
        },
        Value::Array(elements) => elements.iter().map(|element| filled(element, variables)).collect(),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| (name.clone(), filled(value, variables));
            Value::Object(members.iter().map(member).collect())
        }
        other => other.clone(),
    }
}

fn number_of_page(text: &str, variables: &BTreeMap<String, String>) -> Option<u32> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    variables.get(PAGE_VARIABLE).filter(|_| name == PAGE_VARIABLE)?.parse().ok()
}
