//! The copy of a page for people's viewers: what was seen, and nothing that runs.
//!
//! Scripts that ran once must not run again on the page that they built: they would destroy the state that was kept. The
//! copy is never read back; documents are extracted from the untouched bytes alone.

use scraper::node::Element;
use scraper::{Html, Node};
use url::Url;

/// The page without scripts, event attributes, script addresses, nested documents and refreshes, with its own address
/// as the base of the links in it.
pub(super) fn viewer_copy(page: &[u8], address: &str) -> Vec<u8> {
    let mut html = Html::parse_document(&String::from_utf8_lossy(page));
    let base = base_address(&html, address);
    let nodes: Vec<_> = html.tree.nodes().map(|node| node.id()).collect();
    let mut head = None;
    for id in nodes {
        let Some(mut node) = html.tree.get_mut(id) else { continue };
        let Node::Element(element) = node.value() else { continue };
        if is_dropped(element) {
            node.detach();
            continue;
        }
        element.attrs.retain(|(name, value)| !is_active(&name.local, value));
        if head.is_none() && element.name() == "head" {
            head = Some(id);
        }
    }
    if let (Some(base), Some(mut head)) = (base, head.and_then(|id| html.tree.get_mut(id))) {
        head.prepend(base);
    }
    html.html().into_bytes()
}

/// Elements that run, that were never shown because scripts ran, or that lead away.
fn is_dropped(element: &Element) -> bool {
    match element.name() {
        "script" | "noscript" | "base" => true,
        "meta" => {
            element.attr("http-equiv").is_some_and(|value| value.trim().eq_ignore_ascii_case("refresh"))
        }
        _ => false,
    }
}

/// Attributes that run something: handlers, script addresses, documents written into an attribute.
fn is_active(name: &str, value: &str) -> bool {
    let is_script_address = || {
        let letters = value.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control());
        let scheme: String = letters.take("javascript:".len()).collect();
        scheme.eq_ignore_ascii_case("javascript:")
    };
    let begins_with_on = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on"));
    begins_with_on || name == "srcdoc" || is_script_address()
}

/// The element that says from where the page's links count; `None` where the page has no address of its own.
fn base_address(html: &Html, address: &str) -> Option<Node> {
    let page = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let declared = html.tree.values().find_map(|node| {
        node.as_element().filter(|element| element.name() == "base").and_then(|element| element.attr("href"))
    });
    let base = declared.and_then(|href| page.join(href).ok()).unwrap_or(page);
    let address = base.as_str().replace('&', "&amp;").replace('"', "&quot;");
    let template = Html::parse_document(&format!("<base href=\"{address}\">"));
    let is_base = |node: &&Node| node.as_element().is_some_and(|element| element.name() == "base");
    template.tree.values().find(is_base).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: &str) {
        let copy = viewer_copy(body.as_bytes(), "https://portal.example/a/b?x=1&y=2");
        let expected = format!(
            "<html><head><base href=\"https://portal.example/a/b?x=1&amp;y=2\"></head><body>{expected}</body></html>"
        );
        assert_eq!(String::from_utf8(copy).unwrap(), expected);
    }

    #[test]
    fn nothing_that_runs_is_in_the_copy() {
        check("<p>Ποσό</p><script>alert(1)</script>", "<p>Ποσό</p>");
        check("<a onclick=\"go()\" OnFocus=x href=\"/c\">row</a>", "<a href=\"/c\">row</a>");
        check("<a href=\" java\tscript:go()\">row</a>", "<a>row</a>");
        check("<iframe srcdoc=\"<script>x</script>\"></iframe>", "<iframe></iframe>");
        check("<svg><script>x</script><g></g></svg>", "<svg><g></g></svg>");
        check(
            "<div><template><script>x</script>kept</template></div>",
            "<div><template>kept</template></div>",
        );
        check("<p>one</p><noscript><meta http-equiv=refresh content=0></noscript>", "<p>one</p>");
    }

    #[test]
    fn a_page_does_not_lead_away_by_itself() {
        let page = "<head><meta http-equiv=\" Refresh \" content=\"0;url=/\"><meta charset=utf-8></head>";
        let copy = String::from_utf8(viewer_copy(page.as_bytes(), "about:blank")).unwrap();
        assert_eq!(copy, "<html><head><meta charset=\"utf-8\"></head><body></body></html>");
    }

    #[test]
    fn a_base_that_the_page_declares_is_kept() {
        let page = "<!DOCTYPE html><head><base href=\"../c/\"></head><p>x";
        let copy = viewer_copy(page.as_bytes(), "https://portal.example/a/b");
        let expected = "<!DOCTYPE html><html><head><base href=\"https://portal.example/c/\"></head><body><p>x</p></body></html>";
        assert_eq!(String::from_utf8(copy).unwrap(), expected);
    }
}
