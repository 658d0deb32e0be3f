//! A portal as data: how to search it, what its pages hold, what its IDs look like.

mod model;

pub use model::{
    Alternatives, BrowserRules, CaptureStep, ClickManner, DateFormat, FieldRule, FormKeys, GroupRule, Kind,
    KindFilter, Marker, NumberFormat, OwnId, Pace, Place, Profile, ReferenceMode, ReferenceRule, Route,
    RowsStep, Selector, Status, Step, Template, ValueType,
};
