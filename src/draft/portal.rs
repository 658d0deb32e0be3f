//! What every first profile has around its flow: name, base, IDs and kinds before it, fields and references behind it.

use super::example::ExampleId;
use super::notation::{key, quoted, texts};
use crate::scheme::Alphabet;

/// What a profile needs to know of a portal before the first step.
pub(super) struct Portal<'a> {
    pub(super) name: &'a str,
    pub(super) base: &'a str,
    pub(super) example: &'a ExampleId,
    /// Where the document's page shows its own ID; `row` alone for the ID of the row that was opened.
    pub(super) own_id: &'a [String],
}

impl Portal<'_> {
    /// Everything before the flow.
    pub(super) fn head(&self) -> String {
        let mut text = format!(
            "language = 1\n\
             name = {name}\n\
             # Take this line away once fixtures were recorded from the portal.\n\
             status = \"unverified\"\n\
             base = {base}\n\
             {own_id}\n\
             \n\
             [pace]\n\
             # The least time between two steps that make the portal work: ask who runs it what it bears.\n\
             delay = \"1s\"\n\n",
            name = quoted(self.name),
            base = quoted(self.base),
            own_id = self.own_id(),
        );
        text.push_str(&self.ids());
        text.push_str(&self.kinds());
        text
    }

    fn own_id(&self) -> String {
        let comment = if self.own_id == ["row"] {
            "# EDIT: where the document's page shows its own ID, as `label:…` or `css:…`. `row` trusts the row that was opened."
        } else {
            "# Where the document's page shows its own ID: a page that shows another one is not taken."
        };
        format!("{comment}\nown_id = {}", texts(self.own_id))
    }

    fn ids(&self) -> String {
        let letters = match self.example.alphabet() {
            Alphabet::Latin => "latin",
            Alphabet::Greek => "greek",
            Alphabet::Cyrillic => "cyrillic",
        };
        let kind = if self.example.letters_of_type().is_some() { "{type}" } else { "document" };
        format!(
            "# EDIT: guessed from one example. What varies goes into the pattern (types as `PAY|REQ`, lengths as `{{6,9}}`);\n\
             # its named groups are variables for the steps. Each example must match, or the profile does not load.\n\
             [ids.document]\n\
             pattern = {pattern}\n\
             letters = \"{letters}\"\n\
             kind = \"{kind}\"\n\
             examples = [{example}]\n\n",
            pattern = quoted(&self.example.pattern()),
            example = quoted(self.example.text()),
        )
    }

    fn kinds(&self) -> String {
        let (written, name) = match self.example.letters_of_type() {
            Some(letters) => (letters, letters.to_lowercase()),
            None => ("document", "document".to_owned()),
        };
        format!(
            "# EDIT: a line for each kind of document: what the ID holds of it, and what people call it.\n\
             [kinds]\n\
             {} = {{ name = {} }}\n\n",
            key(written),
            quoted(&name),
        )
    }
}

/// Everything behind the flow. `title` is where the page's heading may stand.
pub(super) fn tail(title: &[&str]) -> String {
    let title: Vec<String> = title.iter().map(|css| (*css).to_owned()).collect();
    format!(
        "# EDIT: what is read from the page, by the label beside it (`label = \"Signed\"`) or by CSS. Types: text, integer,\n\
         # amount, date, id, present. What every document has gets `required = true`: without it a changed layout is not seen.\n\
         [field]\n\
         title = {{ css = {} }}\n\
         \n\
         # Every ID anywhere on the page, with the sentence that holds it. They are noted, not looked up.\n\
         # EDIT: narrow it by `label = …` or `css = …`, one block a relation, and take `follow` away: then they are followed.\n\
         [[reference]]\n\
         relation = \"mentioned\"\n\
         scan = true\n\
         follow = false\n",
        texts(&title)
    )
}
