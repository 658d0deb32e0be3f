//! `anafora profile`: checks and tries profiles, writes their schema, names the built-in ones, writes first ones.

mod account;
mod drafted;
mod elsewhere;
mod ended;
mod keeping;
mod new;
mod record;
mod saved;
mod testing;
mod trying;
mod words;

pub(super) use new::New;
pub(super) use record::Record;

use std::path::Path;

use clap::{Args, Subcommand};

use crate::profile::{Profile, Status, schema};

use super::Exit;
use super::exit::Failure;
use super::output::print;
use super::voice::Voice;

pub(super) use testing::{Test, found, text_of as expected_text};
pub(super) use trying::Try;

#[derive(Debug, Args)]
pub(super) struct ProfileVerb {
    #[command(subcommand)]
    pub(super) verb: ProfileVerbs,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfileVerbs {
    /// Check a profile and say everything that is wrong with it
    Check {
        /// The name of a built-in profile, or a file
        #[arg(value_name = "NAME|FILE")]
        profile: String,
    },
    /// Look one document up in a browser, or read a saved page, and tell what each step and each rule made of it
    ///
    /// Nothing is stored. robots.txt and the pace are kept as by a crawl, and the exit code is that of a crawl with this one
    /// document. With --headed, started from a terminal, the browser stays open until you press Enter.
    Try(Box<Try>),
    /// Read the fixtures of a profile again, and show where they are not as expected
    Test(Test),
    /// Write the JSON Schema of profiles (draft-07)
    Schema,
    /// Name the built-in profiles
    List,
    /// Write a starting profile from the address of a search page and an example ID
    New(New),
    /// Write a profile from a recording of a look-up, made with Chrome's Recorder
    Record(Record),
}

/// Does what was asked of a profile.
pub(super) async fn run(verb: ProfileVerb, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    match verb.verb {
        ProfileVerbs::Try(verb) => return trying::run(*verb, voice, config).await,
        ProfileVerbs::Test(verb) => return testing::run(&verb),
        ProfileVerbs::Check { profile } => {
            let profile = Profile::resolve(&profile)?;
            if voice > Voice::Quiet {
                print(&format!("{}: ok, {}\n", profile.name, described(&profile)))?;
            }
        }
        ProfileVerbs::Schema => print(&format!("{:#}\n", schema()))?,
        ProfileVerbs::List => {
            for name in Profile::builtin_names() {
                print(&format!("{name:<12} {}\n", described(&Profile::builtin(name)?)))?;
            }
        }
        ProfileVerbs::New(verb) => return new::run(&verb),
        ProfileVerbs::Record(verb) => return record::run(&verb),
    }
    Ok(Exit::Closed)
}

fn described(profile: &Profile) -> String {
    let status = match profile.status {
        Status::Verified => "",
        Status::Unverified => ", never held against the portal",
    };
    let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    format!(
        "{} ({} with a route), {}, {}{status}",
        counted(profile.kinds.len(), "kind"),
        profile.routed_kinds().len(),
        counted(profile.fields.len() + profile.groups.len(), "field"),
        counted(profile.references.len(), "reference"),
    )
}
