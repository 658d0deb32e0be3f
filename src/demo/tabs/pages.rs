//! The HTML of the portal: one page, and the regions of it that are rendered anew, each time under other names.

use super::super::corpus::Corpus;
use super::super::document::{DemoDocument, Row, Shown};
use super::super::html::{escape, join};
use super::super::kind::RegistryKind;
use super::search::{EVERYBODY, FROM_DEFAULT, PAGE_ROWS, Refusal};
use super::view::{DetailTab, Names, Stage, View};

/// Where everything is.
pub(super) const HOME: &str = "/upgkimdis/unprotected/home.xhtml";
/// Where its style and its script are.
pub(super) const STYLE: &str = "/upgkimdis/javax.faces.resource/style.css";
pub(super) const SCRIPT: &str = "/upgkimdis/javax.faces.resource/page.js";

/// The places of controls among the names of their region.
pub(super) mod place {
    /// The region of the search, or of a document.
    pub(in super::super) const MAIN: u32 = 3;
    /// The region of the results.
    pub(in super::super) const RESULTS: u32 = 8;
    /// In the main region: what a link asks for.
    pub(in super::super) const LINK: u32 = 1;
    /// The number of a document.
    pub(in super::super) const NUMBER: u32 = 4;
    /// The organisation as typed, as chosen, and its suggestions.
    pub(in super::super) const ORGANISATION_TYPED: u32 = 7;
    pub(in super::super) const ORGANISATION: u32 = 8;
    pub(in super::super) const SUGGESTIONS: u32 = 9;
    /// The days of posting.
    pub(in super::super) const FROM: u32 = 13;
    pub(in super::super) const TO: u32 = 16;
    /// The button that searches.
    pub(in super::super) const SEARCH: u32 = 21;
    /// The first tab of the search, those behind it in order.
    pub(in super::super) const KINDS: u32 = 24;
    /// The button that leads back from a document, and the region of its tabs.
    pub(in super::super) const BACK: u32 = 32;
    pub(in super::super) const TABS: u32 = 35;
    /// In the results: the controls of the paginator.
    pub(in super::super) const FIRST: u32 = 11;
    pub(in super::super) const PREVIOUS: u32 = 12;
    pub(in super::super) const NEXT: u32 = 13;
    pub(in super::super) const LAST: u32 = 14;
    /// In a document's tabs: the first, those behind it in order.
    pub(in super::super) const DETAIL_TABS: u32 = 2;
}

/// The whole page.
pub(super) fn home(view: &View) -> String {
    let linked = match &view.stage {
        Stage::Linked(_) => format!(" data-linked=\"{}\"", view.main.at(place::LINK)),
        _ => String::new(),
    };
    let body = format!(
        "<div id=\"{}\">{}</div>\n<div id=\"{}\"></div>",
        view.regions.at(place::MAIN),
        main_region(view),
        view.regions.at(place::RESULTS),
    );
    shell(&format!(" data-view=\"{}\"{linked}", view.number), &body)
}

/// The start page of the search, its form, or nothing yet.
pub(super) fn main_region(view: &View) -> String {
    match &view.stage {
        Stage::Start => card(&format!(
            "{}<p class=\"welcome\">Επιλέξτε είδος πράξης για να ξεκινήσετε την αναζήτηση.</p>",
            kinds(view.main, None)
        )),
        Stage::Form(kind) => card(&format!("{}{}", kinds(view.main, Some(*kind)), form(view.main, *kind))),
        Stage::Linked(_) | Stage::Detail { .. } => String::new(),
    }
}

/// What stands in the place of a document that a link does not find.
pub(super) fn not_linked(id: &str) -> String {
    card(&format!(
        "<p class=\"ui-messages-error\">Δεν βρέθηκε πράξη με αριθμό {}.</p><p><a href=\"{HOME}\">Αναζήτηση</a></p>",
        escape(id)
    ))
}

/// Why a form was not searched.
pub(super) fn refusal(refusal: Refusal) -> String {
    let text = match refusal {
        Refusal::OrganisationMissing => "Επιλέξτε φορέα από τη λίστα.",
        Refusal::DayUnreadable => "Μη έγκυρη ημερομηνία: γράψτε ηη/μμ/εεεε.",
    };
    card(&format!("<p class=\"ui-messages-error\">{text}</p>"))
}

/// The suggestions for an organisation.
pub(super) fn suggestions(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let entries = names.iter().map(|name| {
        let name = escape(name);
        format!("<li class=\"ui-autocomplete-item\" data-value=\"{name}\">{name}</li>")
    });
    format!("<ul class=\"ui-autocomplete-items\">{}</ul>", join(entries))
}

/// One page of results, also one that is behind the last.
pub(super) fn results(corpus: &Corpus, names: Names, found: &[String], page: usize) -> String {
    let pages = found.len().div_ceil(PAGE_ROWS);
    let header = match found.len() {
        1 => "Βρέθηκε 1 εγγραφή".to_owned(),
        count => format!("Βρέθηκαν {count} εγγραφές"),
    };
    let shown = found.iter().enumerate().skip(page * PAGE_ROWS).take(PAGE_ROWS);
    let rows = join(shown.filter_map(|(row, id)| Some(result_row(names, row, corpus.get(id)?))));
    let list = if rows.is_empty() {
        "<p class=\"ui-dataview-empty\">Δεν υπάρχουν εγγραφές προς εμφάνιση.</p>".to_owned()
    } else {
        format!("<ul class=\"ui-dataview-list\">\n{rows}</ul>")
    };
    let paginator = if pages == 0 { String::new() } else { paginator(names, page, pages) };
    card(&format!(
        "<div class=\"ui-dataview\"><div class=\"ui-dataview-header\">{header}</div>\n{list}\n{paginator}</div>"
    ))
}

/// The page of a document, with one tab open.
pub(super) fn detail(view: &View, document: &DemoDocument, tab: DetailTab) -> String {
    let stamp = if document.is_cancelled {
        "<span class=\"ui-tag ui-tag-danger\">ΑΚΥΡΩΘΗΚΕ</span>"
    } else {
        "<span class=\"ui-tag\">Δημοσιευμένη</span>"
    };
    card(&format!(
        "<div class=\"act-header\"><h2>{heading}</h2>\
         <div class=\"act-number\"><label>{label}</label> <span>{id}</span></div>{stamp}</div>\n\
         <div id=\"{region}\">{tabs}</div>\n\
         <p class=\"ui-actions\"><button type=\"button\" class=\"ui-button secondary\" data-source=\"{back}\">\
         Επιστροφή στην αναζήτηση</button></p>",
        heading = document.kind.heading(),
        label = document.kind.id_label(),
        id = escape(&document.id),
        region = view.main.at(place::TABS),
        tabs = detail_tabs(view.tabs, document, tab),
        back = view.main.at(place::BACK),
    ))
}

/// The tabs of a document: only what the open one holds is on the page.
pub(super) fn detail_tabs(names: Names, document: &DemoDocument, open: DetailTab) -> String {
    let titles = ["Γενικά", "Αντικείμενα", "Συσχετίσεις"];
    let tabs = DetailTab::ALL.into_iter().zip(titles).zip(place::DETAIL_TABS..);
    let tabs = join(tabs.map(|((tab, title), place)| tab_link(names, place, title, tab == open)));
    let panel = match open {
        DetailTab::General => general(document),
        DetailTab::Lines => lines(document),
        DetailTab::Relations => relations(document),
    };
    format!("<ul class=\"ui-tabs-nav act-tabs\">{tabs}</ul>\n<div class=\"ui-tabs-panel\">{panel}</div>")
}

/// The page of a portal that is down.
pub(super) fn unavailable() -> String {
    shell("", &card("<p>Η υπηρεσία δεν είναι διαθέσιμη προσωρινά.</p>"))
}

/// The page for an address that is none of the portal's.
pub(super) fn not_found() -> String {
    shell("", &card("<p>Η σελίδα δεν υπάρχει.</p>"))
}

fn kinds(names: Names, active: Option<RegistryKind>) -> String {
    let tabs = RegistryKind::SEARCHABLE.into_iter().zip(place::KINDS..);
    let tabs = join(tabs.map(|(kind, place)| tab_link(names, place, kind.menu(), active == Some(kind))));
    format!("<ul class=\"ui-tabs-nav search-tabs\">{tabs}</ul>\n")
}

fn tab_link(names: Names, place: u32, title: &str, is_active: bool) -> String {
    let active = if is_active { " class=\"ui-state-active\"" } else { "" };
    format!("<li{active}><a href=\"#\" data-source=\"{}\">{title}</a></li>", names.at(place))
}

fn form(names: Names, kind: RegistryKind) -> String {
    let at = |place| names.at(place);
    format!(
        r#"<form>
<div class="ui-fluid">
<div class="ui-field"><label for="{number}">{label}</label><input type="text" id="{number}" name="{number}"/></div>
<div class="ui-field ui-autocomplete"><label class="required" for="{typed}">Φορέας</label>
<input type="text" id="{typed}" name="{typed}" data-suggest="{typed}" autocomplete="off" placeholder="{EVERYBODY}, …"/>
<input type="hidden" name="{organisation}" value=""/><div class="ui-autocomplete-panel" id="{panel}"></div></div>
<div class="ui-field"><label for="{from}">Ανάρτηση από</label>
<input type="text" id="{from}" name="{from}" class="ui-calendar" autocomplete="off" value="{FROM_DEFAULT}"/>
<div class="ui-datepicker" hidden=""></div></div>
<div class="ui-field"><label for="{to}">Ανάρτηση έως</label>
<input type="text" id="{to}" name="{to}" class="ui-calendar" autocomplete="off" value="31/12/2024"/>
<div class="ui-datepicker" hidden=""></div></div>
</div>
<p class="ui-actions"><button type="button" class="ui-button" data-source="{search}">Αναζήτηση</button></p>
</form>"#,
        label = kind.id_label(),
        number = at(place::NUMBER),
        typed = at(place::ORGANISATION_TYPED),
        organisation = at(place::ORGANISATION),
        panel = at(place::SUGGESTIONS),
        from = at(place::FROM),
        to = at(place::TO),
        search = at(place::SEARCH),
    )
}

/// The number of an earlier version stands before the row's own.
fn result_row(names: Names, row: usize, document: &DemoDocument) -> String {
    let previous = document
        .related("previous_version")
        .map(|id| format!("<p class=\"particulars\">Ορθή επανάληψη της {}</p>", escape(id)))
        .unwrap_or_default();
    let particulars = ["Φορέας", "Αναρτήθηκε", "Αξία με ΦΠΑ"]
        .map(|label| document.shown(label))
        .into_iter()
        .filter(|shown| !shown.is_empty())
        .map(escape)
        .collect::<Vec<_>>()
        .join(" · ");
    format!(
        "<li class=\"ui-dataview-row\">{previous}<p><span class=\"act-id\">{id}</span> {title}</p>\
         <p class=\"particulars\">{particulars}</p>\
         <button type=\"button\" class=\"ui-button secondary\" data-source=\"{open}\">Προβολή</button></li>\n",
        id = escape(&document.id),
        title = escape(document.shown(document.kind.title_label())),
        open = names.in_row(row),
    )
}

fn paginator(names: Names, page: usize, pages: usize) -> String {
    let link = |place, class: &str, sign: &str, is_usable: bool| {
        let state = if is_usable { "" } else { " ui-state-disabled" };
        let source = names.at(place);
        format!("<a href=\"#\" class=\"ui-paginator-{class}{state}\" data-source=\"{source}\">{sign}</a>\n")
    };
    let (has_earlier, has_later) = (page > 0, page + 1 < pages);
    format!(
        "<div class=\"ui-paginator\">{}{}<span class=\"ui-paginator-current\">Σελίδα {} από {pages}</span>\n{}{}</div>",
        link(place::FIRST, "first", "«", has_earlier),
        link(place::PREVIOUS, "prev", "‹", has_earlier),
        page + 1,
        link(place::NEXT, "next", "›", has_later),
        link(place::LAST, "last", "»", has_later),
    )
}

fn general(document: &DemoDocument) -> String {
    let rows = document.rows.iter().map(|row| {
        format!(
            "<div class=\"ui-panelgrid-cell\"><label>{}</label></div><div class=\"ui-panelgrid-cell\">{}</div>\n",
            row.label,
            value(row)
        )
    });
    format!("<div class=\"ui-panelgrid act-general\">\n{}</div>", join(rows))
}

fn lines(document: &DemoDocument) -> String {
    let rows = join(document.lines.iter().map(|line| {
        let cells = [&line.cpv, &line.description, &line.quantity, &line.value];
        format!("<tr>{}</tr>\n", join(cells.into_iter().map(|text| format!("<td>{}</td>", escape(text)))))
    }));
    let table = if rows.is_empty() {
        "<p>Δεν υπάρχουν αντικείμενα.</p>".to_owned()
    } else {
        format!(
            "<table><thead><tr><th>Κωδικός CPV</th><th>Περιγραφή</th><th>Ποσότητα</th><th>Αξία</th></tr></thead>\
             <tbody>\n{rows}</tbody></table>"
        )
    };
    format!("<div class=\"act-lines\">{table}</div>")
}

fn relations(document: &DemoDocument) -> String {
    let rows = join(
        document.scripted_rows.iter().map(|row| format!("<dt>{}</dt><dd>{}</dd>\n", row.label, value(row))),
    );
    let rows = if rows.is_empty() {
        "<dt>Δεν υπάρχουν συσχετίσεις</dt>".to_owned()
    } else {
        rows
    };
    format!("<dl class=\"act-relations\">\n{rows}</dl>")
}

fn value(row: &Row) -> String {
    match &row.shown {
        Shown::Text(text) => escape(text).replace('\n', "<br/>"),
        Shown::List(entries) => {
            format!("<ul>{}</ul>", join(entries.iter().map(|entry| format!("<li>{}</li>", escape(entry)))))
        }
    }
}

fn card(body: &str) -> String {
    format!("<section class=\"card\">{body}</section>")
}

fn shell(attributes: &str, body: &str) -> String {
    format!(
        r#"<!DOCTYPE html>
<html lang="el"{attributes}><head><meta charset="utf-8"/><title>Μητρώο Υποθετικών Συμβάσεων</title>
<link rel="icon" href="data:,"/>
<link rel="stylesheet" href="{STYLE}"/><script src="{SCRIPT}"></script></head>
<body><header><span class="crest">Μ</span><h1>Κεντρικό Μητρώο Υποθετικών Συμβάσεων
<small>Αναζήτηση πράξεων</small></h1></header>
<p class="demonstration">Επίδειξη: όλα τα έγγραφα και οι φορείς είναι επινοημένα.
A demonstration of anafora; every document in it is made up.</p>
<main>{body}</main>
<div class="ui-blockui" hidden=""><i></i></div>
<footer>anafora {version}</footer></body></html>
"#,
        version = env!("CARGO_PKG_VERSION"),
    )
}
