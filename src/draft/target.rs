//! Ranks the ways in which a recording names one element: what a person named first, what programs made up never, and
//! what stands on it last.

use super::css::{CssPath, quoted};
use super::recording::Chain;

/// More alternatives say nothing more.
const ALTERNATIVES_MAX: usize = 4;
/// A path that counts more siblings than this breaks with the next banner.
const POSITIONS_MAX: usize = 2;
const NAME_CHARACTERS_MAX: usize = 100;

/// What is done with an element: it decides what its name may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It takes a text, a choice or a key.
    Control,
    /// It is clicked.
    Click,
    /// It is looked for.
    Sight,
}

/// One element, and everything a recording says of where it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    /// The elements whose shadow roots lead to it; empty in the page itself.
    pub(super) hosts: Vec<CssPath>,
    /// Paths to it, inside the last host.
    pub(super) paths: Vec<CssPath>,
    /// CSS that recorders do not write: a person did, as in `.spinner:not([hidden])`.
    pub(super) by_hand: Vec<String>,
    /// `XPath`s that are no paths of tags.
    pub(super) xpaths: Vec<String>,
    /// What it is called.
    pub(super) names: Vec<String>,
    /// What is written on it.
    pub(super) texts: Vec<String>,
}

impl Target {
    pub(super) fn of(chains: &[Chain]) -> Self {
        let mut target = Self::default();
        let is_path =
            |part: &str| !["aria/", "text/", "xpath/", "pierce/"].iter().any(|known| part.starts_with(known));
        let deep = chains.iter().find(|chain| chain.len() > 1 && chain.iter().all(|part| is_path(part)));
        if let Some((_, hosts)) = deep.and_then(|chain| chain.split_last()) {
            // A host that cannot be read leads nowhere, and so does a path without a step.
            let hosts: Option<_> = hosts.iter().map(|host| CssPath::read(host)).collect();
            target.hosts = hosts.unwrap_or_else(|| vec![CssPath::default()]);
        }
        for chain in chains {
            let Some(last) = chain.last() else { continue };
            if let Some(path) = last.strip_prefix("xpath/") {
                // Recorders do not look into shadow roots by it.
                match CssPath::of_xpath(path) {
                    Some(path) => target.add(path),
                    None => target.xpaths.push(path.trim().to_owned()),
                }
            } else if last.starts_with("aria/") {
                target.names.extend(chain.iter().rev().find_map(|part| accessible_name(part)));
            } else if let Some(text) = last.strip_prefix("text/") {
                target.texts.push(text.trim().to_owned());
            } else if let Some(path) = last.strip_prefix("pierce/") {
                if deep.is_none() {
                    target.add_read(path);
                }
            } else if deep.is_none() || chain.len() > 1 {
                target.add_read(last);
            }
        }
        target
    }

    fn add_read(&mut self, path: &str) {
        match CssPath::read(path) {
            Some(path) => self.add(path),
            None if is_css(path) && !self.by_hand.iter().any(|known| known == path.trim()) => {
                self.by_hand.push(path.trim().to_owned());
            }
            None => {}
        }
    }

    fn add(&mut self, path: CssPath) {
        if !self.paths.contains(&path) {
            self.paths.push(path);
        }
    }

    /// Leaves the ways to it that lead to those elements alone that have these attributes.
    pub(super) fn narrow(&mut self, having: &[(String, String)]) {
        if having.is_empty() {
            return;
        }
        self.paths = self.paths.iter().filter_map(|path| path.narrowed(having)).collect();
        (self.by_hand, self.xpaths, self.names, self.texts) = Default::default();
    }

    /// Takes `hidden` away from the ways to it; whether it stood there.
    pub(super) fn is_said_to_be_hidden(&mut self) -> bool {
        let shown: Vec<_> = self.paths.iter().filter_map(CssPath::without_hidden).collect();
        let is_hidden = !shown.is_empty();
        if is_hidden {
            self.paths = shown;
            self.xpaths.clear();
        }
        is_hidden
    }

    /// Whether this element stands inside another, as far as their paths tell: one to the other goes on to this.
    pub(super) fn is_inside(&self, other: &Self) -> bool {
        let leads_on = |outer: &CssPath, inner: &CssPath| {
            outer.is_of_one() && inner.0.len() > outer.0.len() && inner.0.starts_with(&outer.0)
        };
        self.hosts == other.hosts
            && other.paths.iter().any(|outer| self.paths.iter().any(|inner| leads_on(outer, inner)))
    }

    /// Whether a text that it is called, or that is written on it, is accepted.
    pub(super) fn any_text(&self, accepts: impl Fn(&str) -> bool) -> bool {
        self.names.iter().chain(&self.texts).any(|text| accepts(text))
    }

    /// Selectors for it, the most lasting first; `unfit` are texts that must not stand in one. Empty where nothing that
    /// lasts was recorded.
    pub(super) fn selectors(&self, purpose: Use, unfit: &[String]) -> Vec<String> {
        let Some(inside) = self.inside() else { return Vec::new() };
        let mut ranked: Vec<(u8, String)> = Vec::new();
        let mut add = |rank: u8, selector: String| {
            if !ranked.iter().any(|(_, known)| *known == selector) {
                ranked.push((rank, selector));
            }
        };
        for path in &self.paths {
            if let Some((rank, css)) = lasting(path) {
                add(rank, css);
            }
        }
        for css in &self.by_hand {
            add(0, css.clone());
        }
        for name in self.names.iter().filter(|name| is_fit_name(name)) {
            for (rank, selector) in self.by_name(name, purpose) {
                add(rank, selector);
            }
        }
        for path in self.xpaths.iter().filter(|path| is_fit_name(path) && !path.contains("j_id")) {
            add(4, format!("xpath:{path}"));
        }
        let on_it = self.texts.iter().chain(self.names.iter().filter(|_| purpose != Use::Control));
        for text in on_it.filter(|text| is_fit_name(text) && purpose != Use::Control) {
            add(6, format!("text:{text}"));
        }
        let holds_unfit = |selector: &String| {
            let selector = selector.to_lowercase();
            unfit.iter().any(|text| text.chars().count() > 2 && selector.contains(&text.to_lowercase()))
        };
        ranked.retain(|(_, selector)| !holds_unfit(selector));
        ranked.sort_by_key(|(rank, _)| *rank);
        let written = ranked.into_iter().map(|(_, selector)| match inside.as_str() {
            "" if has_prefix(&selector) => selector,
            "" => format!("css:{selector}"),
            inside => format!("css:{inside} >>> {selector}"),
        });
        written.take(ALTERNATIVES_MAX).collect()
    }

    /// The hosts as a selector begins with them; `None` where one of them has no lasting name.
    pub(super) fn inside(&self) -> Option<String> {
        let hosts: Option<Vec<_>> = self.hosts.iter().map(|host| lasting(host).map(|(_, css)| css)).collect();
        hosts.map(|hosts| hosts.join(" >>> "))
    }

    /// What is left where only names that programs made up were recorded: the first path as it is.
    pub(super) fn last_resort(&self) -> Option<String> {
        let path = self.paths.first()?.written();
        Some(match self.inside()?.as_str() {
            "" => format!("css:{path}"),
            inside => format!("css:{inside} >>> {path}"),
        })
    }

    /// The tag of the element, where a path tells it.
    pub(super) fn tag(&self) -> Option<&str> {
        let tags = self.paths.iter().filter_map(|path| path.last()).map(|last| last.tag.as_str());
        tags.into_iter().find(|tag| !tag.is_empty())
    }

    fn by_name(&self, name: &str, purpose: Use) -> Vec<(u8, String)> {
        let value = quoted(name);
        match (purpose, self.tag()) {
            (Use::Control, _) => {
                // Browsers count the star that a style sheet sets behind what is required as part of the name.
                let unmarked = name.trim_end_matches([' ', '*']);
                let names = [name, unmarked].into_iter().filter(|name| !name.is_empty());
                names.map(|name| (2, format!("label:{name}"))).collect()
            }
            (Use::Click, Some("input")) => {
                vec![(2, format!("input[value={value}]")), (3, format!("label:{name}"))]
            }
            (Use::Click, None) => {
                vec![(2, format!("input[value={value}]")), (3, format!("[aria-label={value}]"))]
            }
            (Use::Click | Use::Sight, _) => vec![(3, format!("[aria-label={value}]"))],
        }
    }
}

/// A path that will still lead there tomorrow, and how good it is: 0 is best.
pub(super) fn lasting(path: &CssPath) -> Option<(u8, String)> {
    let (cleaned, has_lost) = path.cleaned();
    let last = cleaned.last()?;
    if last.is_named() {
        let short = if has_lost { CssPath(vec![last.clone()]) } else { cleaned.since_last_id() };
        let rank = if short.positions() > POSITIONS_MAX { 5 } else { 0 };
        return Some((rank, short.written()));
    }
    if has_lost {
        // What is left of a path may lead anywhere, unless the element has a class of its own.
        let only = CssPath(vec![last.clone()]);
        return (!last.is_bare()).then(|| (4, only.written()));
    }
    let short = cleaned.since_last_id();
    let rank = if short.positions() > POSITIONS_MAX { 5 } else { 1 };
    Some((rank, short.written()))
}

/// Whether it leads to elements; what is no element, and what Chrome alone can read, does not.
fn is_css(text: &str) -> bool {
    !text.contains("::") && !text.contains(">>>") && scraper::Selector::parse(text).is_ok()
}

fn has_prefix(selector: &str) -> bool {
    ["label:", "xpath:", "text:"].iter().any(|prefix| selector.starts_with(prefix))
}

/// Texts in which the language would see more than a text, or that nobody could read.
fn is_fit_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= NAME_CHARACTERS_MAX
        && !name.contains(">>>")
        && !name.chars().any(char::is_control)
}

/// The name in `aria/Search[role="button"]`.
fn accessible_name(part: &str) -> Option<String> {
    let name = part.strip_prefix("aria/")?;
    let name = name.rfind("[role=").map_or(name, |at| name.get(..at).unwrap_or_default());
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(chains: &[&[&str]], purpose: Use, expected: &[&str]) {
        let chains: Vec<Chain> =
            chains.iter().map(|chain| chain.iter().map(|part| (*part).to_owned()).collect()).collect();
        let unfit = ["T-2024-00045".to_owned(), "bridge".to_owned(), "on".to_owned()];
        assert_eq!(Target::of(&chains).selectors(purpose, &unfit), expected, "{chains:?}");
    }

    #[test]
    fn what_a_person_named_comes_before_what_stands_on_it() {
        check(
            &[&["aria/Search"], &["#go"], &["xpath///*[@id=\"go\"]"], &["pierce/#go"], &["text/Search"]],
            Use::Click,
            &["css:#go", "css:input[value=\"Search\"]", "css:[aria-label=\"Search\"]", "text:Search"],
        );
        check(
            &[&["aria/Number"], &["#q"], &["text/T-2024-00045"]],
            Use::Control,
            &["css:#q", "label:Number"],
        );
        check(&[&["[data-testid='go']"], &["text/bridge plan"]], Use::Click, &["css:[data-testid=\"go\"]"]);
    }

    #[test]
    fn a_star_behind_a_label_may_be_none_of_its_text() {
        check(&[&["aria/Authority *"]], Use::Control, &["label:Authority *", "label:Authority"]);
        check(&[&["aria/*"]], Use::Control, &["label:*"]);
    }

    #[test]
    fn what_nobody_could_read_or_the_language_would_misread_is_no_name() {
        check(&[&["aria/a >>> b"], &["#q"]], Use::Click, &["css:#q"]);
        check(&[&[&*format!("aria/{}", "a".repeat(101))], &["#q"]], Use::Click, &["css:#q"]);
        check(&[&["xpath///a[contains(@id, 'j_id')]"], &["#q"]], Use::Click, &["css:#q"]);
    }

    #[test]
    fn of_many_names_the_best_four_are_kept_and_counted_paths_come_late() {
        check(
            &[&["#a"], &["#b"], &["[name=c]"], &["[data-d]"], &["#e"]],
            Use::Click,
            &["css:#a", "css:#b", "css:[name=\"c\"]", "css:[data-d]"],
        );
        check(
            &[&["#a > p:nth-of-type(1) > p:nth-of-type(2) > [name=q]:nth-of-type(3)"], &["div.box > b"]],
            Use::Click,
            &[
                "css:div.box > b",
                "css:#a > p:nth-of-type(1) > p:nth-of-type(2) > [name=\"q\"]:nth-of-type(3)",
            ],
        );
    }

    #[test]
    fn what_a_program_made_up_is_left_out() {
        check(
            &[
                &["aria/Αναζήτηση"],
                &[r"#pageForm\:j_id255"],
                &["xpath///*[@id=\"pageForm:j_id255\"]"],
                &["text/Αναζήτηση"],
            ],
            Use::Click,
            &["css:input[value=\"Αναζήτηση\"]", "css:[aria-label=\"Αναζήτηση\"]", "text:Αναζήτηση"],
        );
        check(&[&[r"#pageForm\:j_id247"], &["xpath///*[@id=\"pageForm:j_id247\"]"]], Use::Control, &[]);
        check(&[&["div.css-1a2b3c4d.box"], &["#__BVID__12 > div span"]], Use::Click, &["css:div.box"]);
        check(&[&["#row-T-2024-00045"]], Use::Click, &[]);
    }

    #[test]
    fn long_chains_of_positions_come_after_names() {
        check(
            &[
                &["div:nth-of-type(2) > div:nth-of-type(1) > p:nth-of-type(3) a"],
                &["aria/Open", "aria/[role=\"generic\"]"],
                &["xpath///a[text()=\"x\"]"],
            ],
            Use::Click,
            &[
                "css:[aria-label=\"Open\"]",
                "xpath://a[text()=\"x\"]",
                "css:div:nth-of-type(2) > div:nth-of-type(1) > p:nth-of-type(3) a",
                "text:Open",
            ],
        );
        check(
            &[&["#results li:nth-of-type(1) > a"], &["form > #list > a"]],
            Use::Click,
            &["css:#results li:nth-of-type(1) > a", "css:#list > a"],
        );
    }

    #[test]
    fn what_is_in_shadow_roots_is_named_from_host_to_host() {
        check(
            &[&["aria/Number"], &["my-app", "search-box", "#q"], &["pierce/#q"], &["text/x"]],
            Use::Control,
            &["css:my-app >>> search-box >>> #q", "css:my-app >>> search-box >>> label:Number"],
        );
        check(&[&["pierce/#q"]], Use::Control, &["css:#q"]);
        check(&[&["#a1b2c3d4e5", "#q"]], Use::Control, &[]);
    }

    #[test]
    fn what_a_person_wrote_is_taken_as_it_is() {
        check(
            &[&["#box"], &[".spinner:not([hidden])"], &["a::before"], &["div >>> a"], &["::-p-text(x)"]],
            Use::Sight,
            &["css:#box", "css:.spinner:not([hidden])"],
        );
        check(&[&["my-app", "a:not(.b)"]], Use::Sight, &["css:my-app >>> a:not(.b)"]);
        check(&[&["a:not(.b)", "#q"]], Use::Sight, &[]);
    }

    #[test]
    fn what_elements_must_have_stands_in_their_paths() {
        let read = |path: &str| Target::of(&[vec![path.to_owned()], vec!["text/Go".to_owned()]]);
        for (path, having, expected) in [
            ("#list", &[("aria-busy", "true")][..], Some("css:#list[aria-busy=\"true\"]")),
            ("#list", &[("a", "b"), ("c", "\"")], Some("css:#list[a=\"b\"][c=\"\\\"\"]")),
            ("#list", &[("xml:lang", "en")], None),
            ("#list", &[("data-for", "j_idt12")], None),
            ("#list:hover", &[("a", "b")], None),
        ] {
            let mut target = read(path);
            let having: Vec<_> =
                having.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            target.narrow(&having);
            assert_eq!(target.selectors(Use::Sight, &[]), Vec::from_iter(expected), "{path} {having:?}");
        }
        for (path, is_hidden, expected) in [
            ("div.over[hidden]", true, "css:div.over"),
            ("div.over", false, "css:div.over"),
            ("[hidden]", false, "css:[hidden]"),
        ] {
            let mut target = read(path);
            assert_eq!(target.is_said_to_be_hidden(), is_hidden, "{path}");
            assert_eq!(target.selectors(Use::Sight, &[])[0], expected);
        }
    }
}
