//! `anafora fixtures`: makes fixtures of crawled documents, without the names of people.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::archive::{Archive as _, FixtureDir, Manifest, WarcPages};
use crate::disguise::{DisguiseError, Disguised, disguise};
use crate::domain::{Capture, DocumentId, State, Verdict};
use crate::frontier::Documents as _;
use crate::profile::Profile;
use crate::store::StoreDirectory;

use super::Exit;
use super::command;
use super::exit::{Failure, chain};
use super::flags::DataFlag;
use super::output::print;
use super::profile::{expected_text, found};
use super::seeds;
use super::stored::Stored;

#[derive(Debug, Args)]
pub(super) struct FixturesVerb {
    #[command(subcommand)]
    verb: FixturesVerbs,
}

#[derive(Debug, Subcommand)]
enum FixturesVerbs {
    /// Make a fixture of a crawled document: its pages, and the document that is expected of them
    ///
    /// What stands in fields that the profile marks `personal = true` is replaced by made-up text wherever the pages write
    /// it. Names that no such field holds stay: read the pages before you give them away.
    Add {
        /// The document
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        data: DataFlag,
        /// The directory of fixtures; `fixtures/NAME` of the profile otherwise
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
        /// Another profile than the crawl's, as one that marks more fields
        #[arg(short, long, value_name = "NAME|FILE")]
        profile: Option<String>,
    },
}

/// Makes fixtures.
pub(super) async fn run(verb: FixturesVerb, config: Option<&Path>) -> Result<Exit, Failure> {
    let FixturesVerbs::Add { id, data, to, profile } = verb.verb;
    let stored = Stored::open(data, config)?;
    let taken = take(&stored, &id, profile.as_deref()).await;
    stored.close().await?;
    let Taken { profile, capture } = taken?;
    let Disguised { capture, replaced, left_out } = without_names(&profile, &capture)?;
    let expected = found(&profile, capture.clone()).map_err(|reason| no_document(&capture.id, &reason))?;

    let place = to.unwrap_or_else(|| Path::new("fixtures").join(&profile.name));
    let fixtures = open(&place, &profile, &capture.id)?;
    let page = fixtures.keep(&capture).await?;
    let state = if capture.marker == Some(Verdict::Absent) { State::Absent } else { State::Stored };
    fixtures.committed(&capture.id, &page, state).await?;
    fixtures.expect(capture.id.as_str(), &expected_text(&expected))?;

    let file = fixtures.expected_file(capture.id.as_str());
    let folder = file.parent().unwrap_or(&place).display();
    let parts: Vec<&str> = capture.parts.iter().map(|part| part.name.as_str()).collect();
    print(&format!("{folder}: parts {}\n", parts.join(", ")))?;
    for (field, places) in replaced {
        print(&format!("replaced: {field}, in {places} {}\n", if places == 1 { "place" } else { "places" }))?;
    }
    for part in left_out {
        print(&format!("left out: `{part}`, in which no name can be replaced\n"))?;
    }
    Ok(Exit::Closed)
}

/// A document's pages, and the profile that reads them.
struct Taken {
    profile: Profile,
    capture: Capture,
}

async fn take(stored: &Stored, text: &str, profile: Option<&str>) -> Result<Taken, Failure> {
    let remembered = stored.profile()?;
    let profile = match profile {
        Some(name) => Profile::resolve(name)?,
        None => remembered,
    };
    let id = seeds::parse_stored(&profile, text)?;
    let store = stored.directory.path();
    let Some(entry) = stored.frontier.entry(id.as_str()).await? else {
        let hint = format!("{} looks it up", command::on_store(&format!("crawl {id}"), store));
        return Err(Failure::new(Exit::Id, format!("{id} is not in the store"), hint));
    };
    let page = entry.page.filter(|_| matches!(entry.state, State::Stored | State::Absent));
    let Some(page) = page else {
        let text = format!("{id} is neither stored nor absent: there is no page to keep");
        let hint = format!("{} tells why", command::on_store(&format!("explain {id}"), store));
        return Err(Failure::new(Exit::Id, text, hint));
    };
    let pages = WarcPages::of(&stored.directory.archive());
    let capture = tokio::task::block_in_place(|| pages.read(id.as_str(), &page))?;
    let capture = capture.ok_or_else(|| {
        let hint = format!("{} looks it up again", command::on_store("crawl", store));
        Failure::new(Exit::Store, format!("the page of {id} was not kept"), hint)
    })?;
    Ok(Taken { profile, capture: Capture { id, ..capture } })
}

/// The pages without the names in the fields that the profile marks. A page that says absent has no fields.
fn without_names(profile: &Profile, capture: &Capture) -> Result<Disguised, Failure> {
    if capture.marker == Some(Verdict::Absent) {
        let capture = Capture { trace: Vec::new(), ..capture.clone() };
        return Ok(Disguised { capture, replaced: Vec::new(), left_out: Vec::new() });
    }
    disguise(profile, capture).map_err(|error| match error {
        DisguiseError::Unread(error) => no_document(&capture.id, &error.to_string()),
        error => Failure::new(
            Exit::Profile,
            format!("{} becomes no fixture: {}", capture.id, chain(&error)),
            "choose another document, or mark other fields as `personal`; nothing was written",
        ),
    })
}

fn no_document(id: &DocumentId, reason: &str) -> Failure {
    Failure::new(
        Exit::Profile,
        format!("the profile makes no document of the pages of {id}: {reason}"),
        "mend the profile, or name the one that was crawled with; nothing was written",
    )
}

/// The directory of fixtures, made where it is new. A replay of it begins with the document, too.
fn open(place: &Path, profile: &Profile, id: &DocumentId) -> Result<FixtureDir, Failure> {
    if StoreDirectory::is_one(place) {
        let text =
            format!("`{}` is the store of a crawl: fixtures cannot be written into it", place.display());
        return Err(Failure::new(Exit::Store, text, "name another directory with --to"));
    }
    let mut manifest = match Manifest::read(place)? {
        Some(earlier) => earlier,
        None => Manifest::new(&profile.name, profile.digest),
    };
    if manifest.profile == profile.name {
        manifest.bounds.routed = profile.routed_kinds();
        manifest.add_seeds(&[id.to_string()]);
    } else {
        manifest = Manifest::new(&profile.name, profile.digest);
    }
    Ok(FixtureDir::create(place, manifest)?)
}
