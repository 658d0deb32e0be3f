//! The demo profile with short deadlines, so that a portal that hangs or was redesigned costs seconds.

use std::fs;

use crate::anafora::World;

/// How often an ID is tried.
pub(crate) const ATTEMPTS: u32 = 8;
/// How often a lost session is begun anew inside one attempt.
pub(crate) const LOST_SESSIONS_MAX: u32 = 3;

/// Writes the profile and gives its file name, for commands that run in the world's directory.
pub(crate) fn impatient_profile(world: &World) -> String {
    let profile = format!(
        "include = [\"demo.toml\"]\nname = \"impatient\"\n\n[pace]\nstep_deadline = \"4s\"\n\
         attempts = {ATTEMPTS}\nlost_sessions_max = {LOST_SESSIONS_MAX}\n"
    );
    fs::write(world.path("impatient.toml"), profile).unwrap();
    "impatient.toml".to_owned()
}
