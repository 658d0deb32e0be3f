//! Looks for a profile's signs on a page that no browser shows: what its markup says is all that is known of it.

use scraper::{ElementRef, Html, Selector as Css};

use crate::profile::{Alternatives, Selector};

/// Elements whose text nobody sees.
const UNSEEN: [&str; 6] = ["script", "style", "template", "noscript", "head", "datalist"];

/// A parsed page.
pub(super) struct Page {
    html: Html,
    /// What a person would see of it, without white space.
    text: String,
    title: String,
}

impl Page {
    pub(super) fn parse(source: &str) -> Self {
        let html = Html::parse_document(source);
        let seen = |node: &ego_tree::NodeRef<'_, scraper::Node>| {
            !node.ancestors().filter_map(ElementRef::wrap).any(is_hidden)
        };
        let texts = html.tree.root().descendants().filter(seen);
        let text = texts.filter_map(|node| node.value().as_text().map(|text| squeezed(text))).collect();
        let title =
            html.root_element().descendent_elements().find(|element| element.value().name() == "title");
        let title = title.map(|title| title.text().collect::<String>()).unwrap_or_default();
        Self { text, title: folded(&title), html }
    }

    /// The first of these that is on the page, as it is written in the profile.
    pub(super) fn matches(&self, any: &Alternatives) -> Option<String> {
        any.0.iter().find(|selector| self.has(selector)).map(ToString::to_string)
    }

    /// The charset that the page says it is written in, in lower case.
    pub(super) fn charset(&self) -> Option<String> {
        let mut metas =
            self.html.root_element().descendent_elements().filter(|element| element.value().name() == "meta");
        metas.find_map(|meta| {
            if let Some(charset) = meta.attr("charset") {
                return Some(charset.trim().to_ascii_lowercase());
            }
            let is_type = |name: &&str| name.trim().eq_ignore_ascii_case("content-type");
            meta.attr("http-equiv").filter(is_type).and_then(|_| charset_of(meta.attr("content")?))
        })
    }

    fn has(&self, selector: &Selector) -> bool {
        match selector {
            Selector::Css(css) => Css::parse(css).is_ok_and(|css| {
                self.html.select(&css).any(|element| {
                    let above = element.ancestors().filter_map(ElementRef::wrap);
                    !std::iter::once(element).chain(above).any(is_hidden)
                })
            }),
            Selector::Text(text) => self.text.contains(&squeezed(text)),
            Selector::Label(label) => {
                let wanted = folded(label);
                let mut elements = self.html.root_element().descendent_elements();
                elements.any(|element| {
                    let text = folded(&element.text().collect::<String>());
                    !is_hidden(element) && text.trim_end_matches([':', '*', ' ']) == wanted
                })
            }
            Selector::Title(title) => self.title.contains(&folded(title)),
            // Neither can be told without a browser: loading refuses them where only such pages are meant.
            Selector::Xpath(_) | Selector::Inside(..) => false,
        }
    }
}

/// The charset that a media type names, in lower case.
pub(super) fn charset_of(media_type: &str) -> Option<String> {
    media_type.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches(['"', '\'']).to_ascii_lowercase())
    })
}

fn is_hidden(element: ElementRef<'_>) -> bool {
    let hides = |style: &str| {
        let style = squeezed(style).to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    };
    UNSEEN.contains(&element.value().name())
        || element.attr("hidden").is_some()
        || element.attr("style").is_some_and(hides)
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<title>Act  7</title><script>var none = 'Nothing found'</script>
        <p style='display: none'>Sorry <b>gone</b></p><div hidden class=late>Later</div>
        <table><tr><td class=no>Number <sup>*</sup> : </td><td>A-7</td></tr></table><p>No<b>thing</b> here</p>
        <i style='Visibility : HIDDEN'>Unseen</i><em hidden>Note</em>";

    #[test]
    fn what_a_person_would_see_is_found_and_nothing_else() {
        let page = Page::parse(PAGE);
        let check = |selector: Selector, expected: bool| {
            assert_eq!(page.has(&selector), expected, "{selector}");
        };
        check(Selector::Css("td.no".into()), true);
        check(Selector::Css("div.late".into()), false);
        check(Selector::Css("p > b".into()), true);
        check(Selector::Css("p[style] > b".into()), false);
        check(Selector::Text("Nothing here".into()), true);
        check(Selector::Text("Nothing found".into()), false);
        check(Selector::Text("Sorry".into()), false);
        check(Selector::Text("Act 7".into()), false);
        check(Selector::Label("Number".into()), true);
        check(Selector::Label("Num".into()), false);
        check(Selector::Label("Note".into()), false);
        check(Selector::Css("i".into()), false);
        check(Selector::Title("Act 7".into()), true);
        check(Selector::Title("Act   7".into()), true);
        check(Selector::Xpath("//td".into()), false);
    }

    #[test]
    fn a_page_says_in_which_charset_it_is_written() {
        for (page, expected) in [
            ("<meta charset=Windows-1252><p>", Some("windows-1252")),
            ("<meta name=a content='b'><meta charset=' UTF-8 '>", Some("utf-8")),
            (
                "<META http-equiv=Content-Type content='text/html; Charset=\"ISO-8859-7\"'>",
                Some("iso-8859-7"),
            ),
            ("<meta name=x content='text/html; charset=iso-8859-7'>", None),
            ("<p>charset=x", None),
        ] {
            assert_eq!(Page::parse(page).charset().as_deref(), expected, "{page}");
        }
    }

    #[test]
    fn the_alternative_that_is_there_is_named() {
        let any = Alternatives(vec![Selector::Text("Gone".into()), Selector::Css("table".into())]);
        assert_eq!(Page::parse(PAGE).matches(&any).as_deref(), Some("css:table"));
        assert_eq!(Page::parse("<p>").matches(&any), None);
    }
}
