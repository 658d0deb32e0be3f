//! Holds the portal of tabs to its manners: parts under new names, choices that must be made, a page that is remembered.

use std::collections::BTreeMap;

use anafora::demo::{DemoPortal as _, PortalSettings, RobotsTxt, SEED_ID, Switch, TabsPortal};
use scraper::{Html, Selector};

use crate::visitor::{Answer, Visitor};

const HOME: &str = "/upgkimdis/unprotected/home.xhtml";
const EVERYBODY: &str = "Όλοι οι φορείς";
/// A payment with enough neighbours for several pages.
const CROWDED_ID: &str = "15PAY000200005";
/// Alone among those whose number begins alike.
const LONELY_ID: &str = "4ΑΘΧΨ-Ω2Κ";

/// One page as a visitor sees it: its regions, as they were rendered last.
struct Page {
    visitor: Visitor,
    view: String,
    html: BTreeMap<String, String>,
}

impl Page {
    async fn open(portal: &TabsPortal, address: &str) -> Self {
        let mut visitor = Visitor::at(portal.address());
        let home = visitor.get(address).await;
        Self::shown(visitor, &home)
    }

    fn shown(visitor: Visitor, home: &Answer) -> Self {
        let view = home.attributes("html", "data-view").remove(0);
        Self { visitor, view, html: BTreeMap::from([("home".to_owned(), home.body.clone())]) }
    }

    /// Sends the event of a control, and takes in the parts that come back; tells where it is sent to instead.
    async fn send(&mut self, source: &str, fields: &[(&str, &str)]) -> Option<String> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("javax.faces.source", source)
            .append_pair("javax.faces.ViewState", &self.view)
            .extend_pairs(fields)
            .finish();
        let answer = self.visitor.request("POST", HOME, &body).await;
        let xml = Html::parse_document(&answer.body);
        let found = |css: &str| xml.select(&Selector::parse(css).unwrap()).collect::<Vec<_>>();
        for update in found("update") {
            self.html.insert(update.attr("id").unwrap().to_owned(), update.text().collect());
        }
        found("redirect").first().map(|redirect| redirect.attr("url").unwrap().to_owned())
    }

    fn texts(&self, css: &str) -> Vec<String> {
        let selector = Selector::parse(css).unwrap();
        let parts = self.html.values().map(|html| Html::parse_document(html));
        parts
            .flat_map(|part| {
                part.select(&selector).map(|element| element.text().collect::<String>()).collect::<Vec<_>>()
            })
            .collect()
    }

    /// An attribute of the first element with this text; of any element where the text is empty.
    fn attribute(&self, css: &str, text: &str, name: &str) -> String {
        let selector = Selector::parse(css).unwrap();
        let found = self.html.values().find_map(|html| {
            let part = Html::parse_document(html);
            let is_it = |element: &scraper::ElementRef<'_>| element.text().any(|piece| piece.contains(text));
            let element = part.select(&selector).find(|element| text.is_empty() || is_it(element))?;
            element.attr(name).map(ToOwned::to_owned)
        });
        found.unwrap_or_else(|| panic!("no {css} with `{text}` in {:?}", self.html))
    }

    /// Presses the control with this text.
    async fn press(&mut self, css: &str, text: &str) -> Option<String> {
        let source = self.attribute(css, text, "data-source");
        self.send(&source, &[]).await
    }

    async fn choose_tab(&mut self, title: &str) {
        assert_eq!(self.press(".search-tabs a", title).await, None);
        self.html.remove("home");
    }

    async fn search(&mut self, number: &str, organisation: &str, from: &str) -> Option<String> {
        let control = |label: &str| self.attribute("label", label, "for");
        let (number_name, from_name) = (control("ΑΔΑ"), control("Ανάρτηση από"));
        let chosen = self.attribute(".ui-autocomplete input[type=hidden]", "", "name");
        let source = self.attribute("form button", "Αναζήτηση", "data-source");
        let fields = [(number_name.as_str(), number), (&chosen, organisation), (&from_name, from)];
        self.send(&source, &fields).await
    }

    fn row_ids(&self) -> Vec<String> {
        self.texts("li.ui-dataview-row .act-id")
    }

    /// The names of all controls.
    fn names(&self) -> Vec<String> {
        let selector = Selector::parse("[data-source]").unwrap();
        let parts = self.html.values().map(|html| Html::parse_document(html));
        parts
            .flat_map(|part| {
                part.select(&selector)
                    .filter_map(|control| control.attr("data-source").map(ToOwned::to_owned))
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

async fn portal() -> TabsPortal {
    TabsPortal::start(PortalSettings { documents: 60, ..PortalSettings::default() }).await.unwrap()
}

async fn form(portal: &TabsPortal, title: &str) -> Page {
    let mut page = Page::open(portal, HOME).await;
    page.choose_tab(title).await;
    page
}

#[tokio::test]
async fn names_move_with_every_rendering_and_an_old_one_leads_to_the_start_page() {
    let portal = portal().await;
    let mut page = form(&portal, "Συμβάσεις").await;
    let first = page.names();
    page.choose_tab("Συμβάσεις").await;
    assert!(page.names().iter().all(|name| !first.contains(name)));
    assert_eq!(page.send(&first[0], &[]).await.as_deref(), Some(HOME));
    let other = form(&portal, "Συμβάσεις").await;
    assert!(other.names().iter().all(|name| !first.contains(name)), "a new view begins somewhere else");
    assert_eq!(portal.stats().expired, 1);
    portal.stop().await;
}

#[tokio::test]
async fn a_search_needs_an_organisation_that_was_chosen_and_hides_what_is_old() {
    let portal = portal().await;
    let mut page = form(&portal, "Εντολές πληρωμής").await;
    page.search(SEED_ID, "", "01/01/2010").await;
    assert_eq!(page.texts(".ui-messages-error"), ["Επιλέξτε φορέα από τη λίστα."]);
    page.search(SEED_ID, EVERYBODY, "2010").await;
    assert_eq!(page.texts(".ui-messages-error"), ["Μη έγκυρη ημερομηνία: γράψτε ηη/μμ/εεεε."]);
    let shown = page.attribute("input.ui-calendar", "", "value");
    page.search(SEED_ID, EVERYBODY, &shown).await;
    assert_eq!(page.texts(".ui-dataview-header"), ["Βρέθηκαν 0 εγγραφές"]);
    assert_eq!(page.texts(".ui-paginator").len(), 0);
    page.search(SEED_ID, EVERYBODY, "01/01/2010").await;
    assert!(page.row_ids().contains(&SEED_ID.to_owned()));
    portal.stop().await;
}

#[tokio::test]
async fn what_is_typed_brings_suggestions() {
    let portal = portal().await;
    let mut page = form(&portal, "Αναθέσεις").await;
    let source = page.attribute("[data-suggest]", "", "data-suggest");
    page.send(&source, &[("query", "όλοι οι")]).await;
    assert_eq!(page.texts(".ui-autocomplete-item"), ["Όλοι οι φορείς διαχείρισης λιμένων", EVERYBODY]);
    page.send(&source, &[("query", "κανείς")]).await;
    assert_eq!(page.texts(".ui-autocomplete-item").len(), 0);
    portal.stop().await;
}

#[tokio::test]
async fn the_page_of_an_earlier_search_is_shown_even_where_it_is_behind_the_last() {
    let portal = portal().await;
    let mut page = form(&portal, "Εντολές πληρωμής").await;
    page.search(CROWDED_ID, EVERYBODY, "01/01/2010").await;
    let first_rows = page.row_ids();
    assert_eq!(first_rows.len(), 5);
    page.press(".ui-paginator-next", "").await;
    assert!(page.row_ids().iter().all(|id| !first_rows.contains(id)));
    assert_eq!(page.texts(".ui-paginator-current"), ["Σελίδα 2 από 5"]);

    let home = page.visitor.get(HOME).await;
    let mut later = Page::shown(page.visitor, &home);
    later.choose_tab("Αποφάσεις").await;
    later.search(LONELY_ID, EVERYBODY, "01/01/2010").await;
    assert_eq!(later.texts(".ui-dataview-header"), ["Βρέθηκε 1 εγγραφή"]);
    assert_eq!(later.texts(".ui-dataview-empty"), ["Δεν υπάρχουν εγγραφές προς εμφάνιση."]);
    assert_eq!(later.texts(".ui-paginator-current"), ["Σελίδα 2 από 1"]);
    later.press(".ui-paginator-first:not(.ui-state-disabled)", "").await;
    assert_eq!(later.row_ids(), [LONELY_ID]);
    portal.stop().await;
}

#[tokio::test]
async fn only_the_open_tab_of_a_document_is_on_its_page() {
    let portal = portal().await;
    let mut page = form(&portal, "Εντολές πληρωμής").await;
    page.search(SEED_ID, EVERYBODY, "01/01/2010").await;
    let row = page.row_ids().iter().position(|id| id == SEED_ID).unwrap();
    let sources: Vec<String> = page.names().into_iter().filter(|name| name.contains(':')).collect();
    page.send(&sources[row], &[]).await;
    let panels =
        |page: &Page| [".act-general", ".act-lines", ".act-relations"].map(|css| page.texts(css).len());
    assert_eq!(page.texts(".act-number span"), [SEED_ID]);
    assert_eq!(panels(&page), [1, 0, 0]);
    for (title, shown) in [("Αντικείμενα", [0, 1, 0]), ("Συσχετίσεις", [0, 0, 1]), ("Γενικά", [1, 0, 0])]
    {
        page.press(".act-tabs a", title).await;
        // The part of the tabs came anew; the one before it lies inside the part of the document.
        page.html.retain(|_, html| !html.contains("act-header"));
        assert_eq!(panels(&page), shown, "{title}");
    }
    assert_eq!(portal.stats().details_by_id, BTreeMap::from([(SEED_ID.to_owned(), 1)]));
    portal.stop().await;
}

#[tokio::test]
async fn a_link_leads_to_a_document_and_denies_those_that_are_cancelled() {
    let portal = portal().await;
    for (id, is_found) in [
        ("14AWRD000100005", true),
        ("14AWRD000100013", false),
        ("14AWRD000900001", false),
        (LONELY_ID, false),
    ] {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("referenceNumber", id).finish();
        let mut page = Page::open(&portal, &format!("{HOME}?{query}")).await;
        let source = page.attribute("html", "", "data-linked");
        page.send(&source, &[]).await;
        assert_eq!(page.texts(".act-number span").first().is_some_and(|own| own == id), is_found, "{id}");
        assert_eq!(page.texts(".ui-messages-error").len(), usize::from(!is_found), "{id}");
    }
    portal.stop().await;
}

#[tokio::test]
async fn an_expired_view_is_sent_to_the_start_page_and_a_portal_that_is_down_says_so() {
    let portal = portal().await;
    portal.switch(Switch::ExpireEvery(1)).unwrap();
    let mut page = form(&portal, "Εντολές πληρωμής").await;
    assert_eq!(page.search(SEED_ID, EVERYBODY, "01/01/2010").await.as_deref(), Some(HOME));
    portal.switch(Switch::UnavailableEvery(1)).unwrap();
    let answer = page.visitor.get(HOME).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("Η υπηρεσία δεν είναι διαθέσιμη προσωρινά"));
    let refused = portal.switch(Switch::RobotsTxt(RobotsTxt::Allow)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the portal `demo-tabs` does not misbehave in this way: RobotsTxt(Allow)"
    );
    portal.stop().await;
}
