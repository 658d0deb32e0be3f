//! The demo portal's HTML: Greek labels, generated names, and no link to any document.

use super::corpus::Corpus;
use super::document::{DemoDocument, Row, Shown};
use super::flow::FlowKey;
use super::html::{escape, join};
use super::kind::RegistryKind;
use super::template::Template;

/// Where the search pages live.
pub(super) const DIRECTORY: &str = "/kimds2/unprotected";
/// Where the answer to a captcha is sent.
pub(super) const CAPTCHA: &str = "/kimds2/captcha";
/// Where the login form is sent.
pub(super) const LOGIN: &str = "/kimds2/login";
/// What a search without rows says.
const NO_RESULTS: &str = "Δεν βρέθηκαν αποτελέσματα";

/// The names that the template engine generates: all of them move when the template changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct GeneratedNames {
    first: u32,
}

impl GeneratedNames {
    pub(super) const fn starting_at(first: u32) -> Self {
        Self { first }
    }

    pub(super) fn id_input(self) -> String {
        self.name(0)
    }

    pub(super) fn organisation_input(self) -> String {
        self.name(3)
    }

    pub(super) fn search_button(self) -> String {
        self.name(8)
    }

    pub(super) fn new_search_button(self) -> String {
        self.name(12)
    }

    /// What the link in a row posts: the row's number stands in the middle.
    pub(super) fn row_link(self, row: usize) -> String {
        format!("{}:{row}:j_id{}", self.name(43), self.first + 59)
    }

    fn row_cell(self, row: usize) -> String {
        format!("{}:{row}:j_id{}", self.name(43), self.first + 46)
    }

    fn later_part(self) -> String {
        self.name(81)
    }

    fn name(self, place: u32) -> String {
        format!("pageForm:j_id{}", self.first + place)
    }
}

/// Writes the pages of one flow at one snapshot.
pub(super) struct Pages {
    pub(super) names: GeneratedNames,
    pub(super) searched: RegistryKind,
    pub(super) key: FlowKey,
}

impl Pages {
    pub(super) fn search_form(&self) -> String {
        let fields = format!(
            r#"<table class="form"><tbody>
<tr><td class="label">{label}:</td><td><input type="text" id="{id}" name="{id}" value=""/></td></tr>
<tr><td class="label">Φορέας:</td><td><input type="text" id="{organisation}" name="{organisation}" value=""/></td></tr>
</tbody></table>
<p><input type="submit" id="{button}" name="{button}" value="Αναζήτηση"/></p>"#,
            label = self.searched.id_label(),
            id = self.names.id_input(),
            organisation = self.names.organisation_input(),
            button = self.names.search_button(),
        );
        shell(&format!("Αναζήτηση · {}", self.searched.menu()), &self.form(&fields))
    }

    pub(super) fn results(&self, corpus: &Corpus, query: &str, rows: &[String]) -> String {
        let found = if rows.is_empty() {
            format!("<p><b>{NO_RESULTS}</b></p>")
        } else {
            let documents = rows.iter().filter_map(|id| corpus.get(id)).enumerate();
            let rows = join(documents.map(|(number, document)| self.result_row(number, document)));
            format!("<table class=\"rich-table\"><tbody>\n{rows}</tbody></table>")
        };
        let body = format!("<p>Κριτήριο: {}</p>\n{found}\n{}", escape(query), self.new_search());
        shell(&format!("Αποτελέσματα · {}", self.searched.menu()), &self.form(&body))
    }

    pub(super) fn detail(&self, document: &DemoDocument, template: Template) -> String {
        let stamp = if document.is_cancelled {
            "<p><span class=\"cancelled-stamp\">ΑΚΥΡΩΘΗΚΕ</span></p>\n"
        } else {
            ""
        };
        let body = format!(
            r#"{stamp}<table class="{class}"><tbody>
{own_id}{rows}</tbody></table>
<div id="{part}">Φόρτωση…</div>
<script>fillLater("{part}", "{address}&fragments=related");</script>
{new_search}"#,
            class = template.table_class(),
            own_id = label_and_value(template.id_label(document.kind), &escape(&document.id)),
            rows = table_rows(&template.rows(document)),
            part = self.names.later_part(),
            address = self.address(),
            new_search = self.new_search(),
        );
        shell(document.kind.heading(), &self.form(&body))
    }

    /// One cell with one block of text: its labels are all the structure it has. A corrected version begins with the ID
    /// of the one before it.
    fn result_row(&self, number: usize, document: &DemoDocument) -> String {
        let version = |relation, words| {
            let id = document.related(relation)?;
            Some(format!("<i>{words} {}</i><br/>\n", escape(id)))
        };
        let particulars = [document.kind.title_label(), "Φορέας", "Αναρτήθηκε", "Αξία χωρίς ΦΠΑ"]
            .into_iter()
            .map(|label| (label, document.shown(label)))
            .filter(|(_, shown)| !shown.is_empty())
            .map(|(label, shown)| format!("<b>{label}:</b> {}<br/>\n", escape(shown)));
        format!(
            "<tr class=\"rich-table-row\"><td class=\"rich-table-cell\" id=\"{cell}\">\n\
             {previous}<b>{heading}:</b> <span>{id}</span><br/>\n{particulars}{next}\
             <a href=\"#\" id=\"{link}\" onclick=\"jsfcljs(document.getElementById('pageForm'),\
             {{'{link}':'{link}'}});return false\">Προβολή</a></td></tr>\n",
            cell = self.names.row_cell(number),
            previous = version("previous_version", "Ορθή επανάληψη της").unwrap_or_default(),
            heading = document.kind.heading(),
            id = escape(&document.id),
            particulars = join(particulars),
            next = version("next_version", "Διορθώθηκε με την").unwrap_or_default(),
            link = self.names.row_link(number),
        )
    }

    fn new_search(&self) -> String {
        let name = self.names.new_search_button();
        format!(r#"<p><input type="submit" id="{name}" name="{name}" value="Νέα αναζήτηση"/></p>"#)
    }

    fn form(&self, body: &str) -> String {
        format!(
            r#"<form id="pageForm" name="pageForm" method="post" action="{}">
<input type="hidden" name="pageForm" value="pageForm"/>
{body}
</form>"#,
            self.address()
        )
    }

    fn address(&self) -> String {
        format!("{}?execution={}", address_of(self.searched), self.key)
    }
}

/// The part of a document's page that arrives by script.
pub(super) fn later_part(document: &DemoDocument) -> String {
    let lines = join(document.lines.iter().map(|line| {
        let cells = [&line.cpv, &line.description, &line.quantity, &line.value];
        format!("<tr>{}</tr>\n", join(cells.into_iter().map(|text| format!("<td>{}</td>", escape(text)))))
    }));
    let lines = if lines.is_empty() {
        lines
    } else {
        format!(
            "<h3>Αντικείμενα</h3>\n<table class=\"rich-table lines\"><thead><tr><th>Κωδικός CPV</th>\
             <th>Περιγραφή</th><th>Ποσότητα</th><th>Αξία</th></tr></thead><tbody>\n{lines}</tbody></table>\n"
        )
    };
    let rows = match document.scripted_rows.as_slice() {
        [] => "<tr><td>Δεν υπάρχουν συσχετίσεις</td></tr>\n".to_owned(),
        rows => table_rows(rows),
    };
    format!(
        "{lines}<h3>Συσχετίσεις</h3>\n<table class=\"detail related-acts\"><tbody>\n{rows}</tbody></table>"
    )
}

/// The page of a portal that is down.
pub(super) fn unavailable() -> String {
    shell("503", "<p>Η υπηρεσία δεν είναι διαθέσιμη προσωρινά.</p>")
}

/// The page for an address that is none of the portal's.
pub(super) fn not_found() -> String {
    shell("404", "<p>Η σελίδα δεν υπάρχει.</p>")
}

/// The page of a portal that has failed.
pub(super) fn failed() -> String {
    shell("500", "<p>Παρουσιάστηκε σφάλμα.</p>")
}

/// The page for somebody who must not see a document.
pub(super) fn forbidden() -> String {
    shell("403", "<p>Δεν έχετε δικαίωμα πρόσβασης σε αυτό το έγγραφο.</p>")
}

/// The page that asks whether a person is there.
pub(super) fn captcha() -> String {
    let form = format!(
        r#"<form class="captcha" method="post" action="{CAPTCHA}">
<p>Επιβεβαιώστε ότι δεν είστε πρόγραμμα.</p>
<p><input type="text" name="answer"/> <input type="submit" value="Επιβεβαίωση"/></p>
</form>"#
    );
    shell("Έλεγχος ασφαλείας", &form)
}

/// The page that asks who is there.
pub(super) fn login() -> String {
    let form = format!(
        r#"<form class="login" method="post" action="{LOGIN}">
<p>Απαιτείται σύνδεση για να συνεχίσετε.</p>
<table class="form"><tbody>
<tr><td class="label">Όνομα χρήστη:</td><td><input type="text" name="user"/></td></tr>
<tr><td class="label">Κωδικός πρόσβασης:</td><td><input type="password" name="password"/></td></tr>
</tbody></table>
<p><input type="submit" value="Σύνδεση"/></p>
</form>"#
    );
    shell("Σύνδεση", &form)
}

/// Where documents of a kind are searched.
pub(super) fn address_of(searched: RegistryKind) -> String {
    format!("{DIRECTORY}/{}", searched.page().unwrap_or_default())
}

fn shell(title: &str, body: &str) -> String {
    let menu = RegistryKind::SEARCHABLE
        .iter()
        .map(|kind| format!("<a href=\"{}\">{}</a>", address_of(*kind), kind.menu()));
    format!(
        r#"<!DOCTYPE html>
<html lang="el"><head><meta charset="utf-8"/><title>{title}</title>
<link rel="icon" href="data:,"/>
<style>{style}</style>
<script>{script}</script></head>
<body><header><h1>Κεντρικό Μητρώο Υποθετικών Συμβάσεων</h1></header>
<p class="demonstration">Επίδειξη: όλα τα έγγραφα και οι φορείς είναι επινοημένα.
A demonstration of anafora; every document in it is made up.</p>
<nav>{menu}</nav>
<main><h2>{title}</h2>
{body}
</main>
<footer>anafora {version}</footer></body></html>
"#,
        menu = join(menu),
        style = include_str!("style.css"),
        script = include_str!("page.js"),
        version = env!("CARGO_PKG_VERSION"),
    )
}

fn table_rows(rows: &[Row]) -> String {
    join(rows.iter().map(|row| match &row.shown {
        Shown::Text(text) => label_and_value(row.label, &escape(text).replace('\n', "<br/>")),
        Shown::List(entries) => {
            let entries = join(entries.iter().map(|entry| format!("<li>{}</li>", escape(entry))));
            label_and_value(row.label, &format!("<ul>{entries}</ul>"))
        }
    }))
}

fn label_and_value(label: &str, value: &str) -> String {
    format!("<tr><td class=\"label\">{label}:</td><td>{value}</td></tr>\n")
}
