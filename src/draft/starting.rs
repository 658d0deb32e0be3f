//! Writes a starting profile from an address and an example ID: guesses about the portal's pages, each marked.

use super::address::SearchAddress;
use super::example::ExampleId;
use super::notation::{quoted, remark};
use super::portal::{Portal, tail};

/// Writes a profile called `name` that loads as it is. `command` is what to type next.
#[must_use]
pub fn starting_profile(name: &str, address: &SearchAddress, example: &ExampleId, command: &str) -> String {
    let own_id = ["row".to_owned()];
    let portal = Portal { name, base: &address.base(), example, own_id: &own_id };
    format!("{}{}{}{}", introduction(address, command), portal.head(), flow(address), tail(&["h1", "h2"]))
}

fn introduction(address: &SearchAddress, command: &str) -> String {
    let dropped = match address.dropped() {
        [] => String::new(),
        dropped => {
            format!("# Left out of the address, as it names one visit: {}.\n", remark(&dropped.join(", ")))
        }
    };
    format!(
        "# A starting profile for {host}. It loads as it is; what is marked EDIT was guessed and is for you to hold\n\
         # against the portal's pages, in the order in which it stands here. After each change:\n\
         #   {command}\n\
         # Selectors: `css:…`, `label:…` (what belongs to a label), `text:…`; a list holds alternatives, tried in order.\n\
         {dropped}\n",
        host = remark(&address.name()),
        command = remark(command),
    )
}

fn flow(address: &SearchAddress) -> String {
    format!(
        r#"# How a document is looked up: what you would do by hand, step by step.
[[route]]
name = "form"

[[route.step]]
open = {open}

# EDIT: where a banner must go before anything else can be clicked. Without one this does nothing.
[[route.step]]
dismiss = "css:[id*='cookie' i] button"

# EDIT: the control for the ID, best by its label: "label:Reference number".
[[route.step]]
fill = ["css:input[type='search']", "css:input[type='text']", "css:input:not([type])"]
with = "{{id}}"

# EDIT: the button that searches. Where there is none: press = "Enter".
[[route.step]]
click = ["css:button[type='submit']", "css:input[type='submit']", "css:form button"]

# EDIT: what is on the page when rows were found. And, so that a missing document is known as absent and not taken for a
# changed layout, what the portal says then: search for an ID that does not exist, and write
#   wait = {{ go_on = "css:…", absent = "text:…" }}
[[route.step]]
wait = {{ go_on = "css:table tbody tr" }}

# EDIT: the rows of the list, where in a row its ID stands (`id = "css:…"`; the first ID in it otherwise), and what opens
# it. The row with exactly the ID asked for is taken.
[[route.step]]
rows = "css:table tbody tr"
open = "css:a, button"

# EDIT: what only the document's page has, best what arrives last.
[[route.step]]
wait = {{ go_on = "css:h1" }}

# EDIT: where this page shows its own ID, as `own_id` above: a stale page must not be taken for the one asked for.
[[route.step]]
expect = "css:body"

[[route.step]]
capture = "detail"

"#,
        open = quoted(&address.path()),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::profile::Profile;

    fn written(address: &str, id: &str) -> String {
        let (address, id) = (SearchAddress::read(address).unwrap(), ExampleId::read(id).unwrap());
        starting_profile(&address.name(), &address, &id, "anafora profile try x.toml ID")
    }

    fn check(address: &str, id: &str) {
        let text = written(address, id);
        let profile =
            Profile::from_text("new.toml", &text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        let parsed = profile.schemes.parse(id.trim(), &[]).unwrap();
        assert!(
            profile.routes(parsed.id.kind()).next().is_some(),
            "{id}: kind `{}` has no route",
            parsed.id.kind()
        );
    }

    #[test]
    fn a_starting_profile_loads_whatever_the_address_and_the_id() {
        for address in [
            "https://vergabe.example/suche?art=1&x=%22y%22#oben",
            "http://[::1]:8080/",
            "https://δοκιμή.example/αναζήτηση?q={id}",
            "portal.example",
            "http://h.example/'\"\\",
        ] {
            check(address, "VE-2024-000123");
        }
        for id in [
            "14PAY000123456",
            "ΒΛ9Ω46907Τ-0ΝΚ",
            "D/77/2024",
            "a\"b'1",
            r"a\1",
            "{id}7",
            "}1{",
            "1.000 (2)",
            "№ 5 ",
            "漢字12",
            "АБ-1/я",
            "é1",
            "ǆ1",
            "ß9",
            "1",
            "A",
            "#1",
            "x*1*",
            "ﬁ1",
        ] {
            check("https://h.example/", id);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_id_that_is_taken_gives_a_profile_that_loads(id in "\\PC{1,24}") {
            if ExampleId::read(&id).is_ok() {
                let text = written("https://h.example/", &id);
                prop_assert!(Profile::from_text("new.toml", &text).is_ok(), "{}", text);
            }
        }
    }
}
