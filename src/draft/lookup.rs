//! Writes the profile of a recorded look-up: its flow with the waits that a person made without a thought, and what the
//! recording does not tell as comments.

use super::DraftError;
use super::address::SearchAddress;
use super::example::ExampleId;
use super::flow::Flow;
use super::notation::remark;
use super::notes::{Note, Notes};
use super::portal::{Portal, tail};
use super::recording::Recording;
use super::step::{Block, Drafted};
use super::typed_id;

const ABSENT: &str = "EDIT: so that a missing document is known as absent, add what the portal says then: \
                      absent = \"text:…\"";

/// A look-up that was recorded in a browser.
#[derive(Debug)]
pub struct RecordedLookUp {
    title: String,
    id: ExampleId,
    flow: Flow,
}

impl RecordedLookUp {
    /// Reads an export of Chrome's Recorder. `id` is what was looked up; without it the only text typed that looks like
    /// an ID.
    ///
    /// # Errors
    /// Where it is no recording, opens no page, or does not tell the ID.
    pub fn read(recording: &str, id: Option<&str>) -> Result<Self, DraftError> {
        let recording = Recording::read(recording)?;
        let id = typed_id::find(&recording, id)?;
        let mut flow = Flow::of(&recording, id.text())?;
        flow.blocks = waited_for(std::mem::take(&mut flow.blocks), &flow.own_id, id.text());
        Ok(Self { title: recording.title, id, flow })
    }

    /// The ID that was looked up.
    #[must_use]
    pub const fn id(&self) -> &ExampleId {
        &self.id
    }

    /// The address at which the look-up began.
    #[must_use]
    pub const fn address(&self) -> &SearchAddress {
        &self.flow.address
    }

    /// What is not in the profile, and what in it is a guess.
    #[must_use]
    pub const fn notes(&self) -> &Notes {
        &self.flow.notes
    }

    /// Writes a profile called `name` that loads as it is. `command` is what to type next.
    #[must_use]
    pub fn profile(&self, name: &str, command: &str) -> String {
        let row = || vec!["row".to_owned()];
        let own_id = match (self.flow.own_id.as_slice(), self.flow.has_rows) {
            ([], true) => row(),
            ([], false) => vec!["css:h1".to_owned()],
            (told, _) => told.to_vec(),
        };
        let portal = Portal { name, base: &self.flow.address.base(), example: &self.id, own_id: &own_id };
        let mut flow = String::from("[[route]]\nname = \"form\"\n\n");
        for block in &self.flow.blocks {
            flow.push_str(&block.written());
            flow.push('\n');
        }
        format!("{}{}{flow}{}", self.introduction(command), portal.head(), tail(&["h1", "h2"]))
    }

    fn introduction(&self, command: &str) -> String {
        let notes = &self.flow.notes;
        let lines = |notes: &[Note]| notes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let lists = [
            ("Guessed, or left to you", lines(&notes.open)),
            ("Not mapped", lines(&notes.unmapped)),
            ("Left out, or part of another step", notes.dropped_lines()),
        ];
        let written = lists.iter().filter(|(_, lines)| !lines.is_empty()).map(|(heading, lines)| {
            let lines = lines.iter().map(|line| format!("#   {}\n", remark(line)));
            format!("# {heading}:\n{}", lines.collect::<String>())
        });
        format!(
            "# Drafted from the recording `{title}`. It loads as it is; what is marked EDIT, and what is listed here, is for\n\
             # you to hold against the portal's pages. After each change:\n\
             #   {command}\n\
             {lists}\n",
            title = remark(&self.title),
            command = remark(command),
            lists = written.collect::<String>(),
        )
    }
}

/// The steps with the waits between them, and with the end of every look-up.
fn waited_for(blocks: Vec<Block>, own_id: &[String], id: &str) -> Vec<Block> {
    let mut waited: Vec<Block> = Vec::new();
    // What came of the last act that nothing was waited for after: the title of a page, if it led to one.
    let mut pending: Option<Option<String>> = None;
    for block in blocks {
        match &block.step {
            Drafted::Wait(_) | Drafted::Gone(_) => pending = None,
            Drafted::Rows { rows, .. } => {
                if pending.take().is_some() {
                    waited.push(Block::with(Drafted::Wait(rows.clone()), ABSENT));
                }
            }
            step => {
                // A page that is new needs time to come; on the old one a step waits for its own control.
                let is_new = matches!(pending, Some(Some(_))) || follows_open(&waited);
                if let (true, Some(needed)) = (is_new && pending.is_some(), step.needs()) {
                    waited.push(Drafted::Wait(needed.to_vec()).into());
                    pending = None;
                }
            }
        }
        if block.step.acts() {
            pending = Some(block.leads_to.clone());
        }
        waited.push(block);
    }
    if let Some(leads_to) = pending {
        waited.push(last_wait(leads_to, own_id, id));
    }
    waited.push(match own_id {
        [] => Block::with(
            Drafted::Expect(vec!["css:body".to_owned()]),
            "EDIT: where this page shows its own ID, as `own_id` above; here the first ID anywhere on it must be the one asked for.",
        ),
        told => Drafted::Expect(told.to_vec()).into(),
    });
    waited.push(Drafted::Capture.into());
    waited
}

fn follows_open(blocks: &[Block]) -> bool {
    let before = blocks.iter().rev().find(|block| !matches!(block.step, Drafted::Dismiss(_)));
    before.is_some_and(|block| matches!(block.step, Drafted::Open(_)))
}

/// The wait for the document's page.
fn last_wait(leads_to: Option<String>, own_id: &[String], id: &str) -> Block {
    if !own_id.is_empty() {
        return Drafted::Wait(own_id.to_vec()).into();
    }
    let title = leads_to.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
    let title =
        title.filter(|title| !title.is_empty() && !typed_id::holds_id(title, id) && !title.contains(">>>"));
    match title {
        Some(title) => Block::with(
            Drafted::Wait(vec![format!("title:{title}")]),
            "EDIT: better what only the document's page has, and what arrives on it last.",
        ),
        None => Block::with(
            Drafted::Wait(vec!["css:h1".to_owned()]),
            "EDIT: what only the document's page has, best what arrives on it last: the recording does not tell.",
        ),
    }
}
