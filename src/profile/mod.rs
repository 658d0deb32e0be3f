//! A portal as data: how to search it, what its pages hold, what its IDs look like.
//!
//! A profile becomes usable in four steps, each in a file of its own: its files are read and laid over each other
//! (`include`, `tree`), the tree is read into the types that are the language (`reader`, `file`), these are checked and
//! turned into the model (`check`, `notation`), and what is wrong is shown where it stands (`fault`).

mod builtin;
mod check;
mod fault;
mod file;
mod flow;
mod include;
mod load;
mod meant;
mod model;
mod notation;
mod reader;
mod schema;
mod treatment;
mod tree;
mod way;

pub(crate) use fault::did_you_mean;
pub use fault::{Fault, ProfileError};
pub use flow::{
    Alternatives, CaptureStep, ClickManner, FormKeys, KEY_NAMES, PromptAnswer, Route, RowsStep, Scope,
    Selector, Step, TakeRule, Template, TextMatch, WindowStep,
};
pub use model::{
    BrowserRules, CurrencyRule, DateFormat, FieldRule, GroupRule, Kind, KindFilter, Marker, NumberFormat,
    OwnId, Place, Profile, ReferenceMode, ReferenceRule, Status, ValueType,
};
pub use schema::schema;
pub use treatment::{Drift, Pace, RobotsRule, RobotsUnreadable};
pub use way::{
    Absence, Attachment, BodyTemplate, Method, PAGE_VARIABLE, PageRules, SERVICE_PART, ServiceRules, Way,
};
