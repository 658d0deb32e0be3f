//! The whole program as a user runs it: the binary, real browsers, and the demo portal on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends at once when something is wrong, and says where"
)]

mod anafora;
mod bad_input;
mod captcha;
mod crashing;
mod damage;
mod dead;
#[path = "../torture/dice.rs"]
mod dice;
mod draft;
mod drift;
mod explain;
mod fixtures;
mod full_disk;
mod hints;
mod kill;
mod manners;
mod memory;
mod misbehaviour;
mod modern;
mod patience;
mod recorded;
mod remote;
mod replay;
mod restore;
mod resume;
mod service;
#[path = "../torture/shim.rs"]
mod shim;
mod soak;
mod tabs;
mod template;
mod testing;
mod truth;
mod trying;
mod verbs;
mod verify;
