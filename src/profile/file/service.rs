//! The service of a route as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ByteCount;
use crate::profile::reader::{Many, Named, Sited};
use crate::profile::way::Method;

/// A service that answers in JSON (in UTF-8), asked without a browser. Its templates know `{page}`, the number of the page;
/// a text of the body that is nothing else is sent as a number.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Service")]
pub(in crate::profile) struct ServiceFile {
    /// `GET`, the default, or `POST`.
    pub(in crate::profile) method: Option<Sited<Method>>,
    /// Its address, relative to the base, with `{variables}`.
    #[schemars(required)]
    pub(in crate::profile) address: Option<Sited<String>>,
    /// With `POST`: the JSON that is sent; its texts hold `{variables}`.
    pub(in crate::profile) body: Option<Sited<serde_json::Value>>,
    /// Further headers of the request, with `{variables}`.
    #[serde(default)]
    pub(in crate::profile) headers: Named<String>,
    /// A JSON pointer to the documents in the answer: the whole answer is one by default.
    pub(in crate::profile) items: Option<Sited<String>>,
    /// A JSON pointer to the ID inside a document: the document with exactly the ID asked for is taken. Without it there
    /// can be only one.
    pub(in crate::profile) id: Option<Sited<String>>,
    /// A JSON pointer to how many pages the answer has: only the first is read by default.
    pub(in crate::profile) pages: Option<Sited<String>>,
    /// With `pages`: the number of the first page, as it stands in place of `{page}`: 0 by default.
    pub(in crate::profile) pages_from: Option<Sited<u32>>,
    /// With `pages`: how many are read, 20 by default.
    pub(in crate::profile) pages_max: Option<Sited<u32>>,
    /// The status codes that say that there is no such document.
    pub(in crate::profile) absent: Option<Many<Sited<u32>>>,
    /// JSON pointers into an answer that is no error, each with the value that says there that there is no such document,
    /// as in `{ "/error" = "not found" }`. A text is written without its quotes, anything else as JSON writes it: `null`.
    #[serde(default)]
    pub(in crate::profile) absent_where: Named<String>,
    /// Files that belong to the document.
    #[serde(default)]
    pub(in crate::profile) attachment: Vec<Sited<AttachmentFile>>,
}

/// A file that belongs to a document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Attachment")]
pub(in crate::profile) struct AttachmentFile {
    /// The part that it becomes.
    #[schemars(required)]
    pub(in crate::profile) name: Option<Sited<String>>,
    /// Its address, relative to the base, with `{variables}`.
    #[schemars(required)]
    pub(in crate::profile) address: Option<Sited<String>>,
    /// Its media type, as in `application/pdf`. Without `magic` the answer must be of this type, or say nothing of its own.
    #[schemars(required)]
    pub(in crate::profile) media_type: Option<Sited<String>>,
    /// How its bytes begin, as in `%PDF`: an answer that begins otherwise is not the file.
    pub(in crate::profile) magic: Option<String>,
    /// Whether a document without it is not kept: not by default. JSON in the place of a required file means that the
    /// portal is asked too often; in the place of another it is asked again before the document does without.
    pub(in crate::profile) required: Option<bool>,
    /// The largest file that is read: `64MiB` by default.
    pub(in crate::profile) bytes_max: Option<Sited<ByteCount>>,
}

/// How a link is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "LinkBy")]
pub(in crate::profile) enum LinkBy {
    /// In the browser, before the steps.
    #[default]
    Browser,
    /// By one request without a browser. Only pages in UTF-8 can be read so.
    Http,
}
