//! A whole profile of an imaginary portal loads, alone and laid over files that it includes.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and what they share end where something is wrong"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use anafora::domain::{Digest, Intent, Verdict};
use anafora::profile::{
    Alternatives, ClickManner, DateFormat, FormKeys, KindFilter, OwnId, Place, Profile, ReferenceMode,
    RobotsRule, RobotsUnreadable, Scope, Selector, Status, Step, Template, ValueType, Way,
};

const NORDLAND: &str = include_str!("profiles/nordland.toml");
const SMALL: &str = include_str!("profiles/small.toml");

fn load(text: &str) -> Profile {
    Profile::from_text("nordland.toml", text)
        .unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)))
}

fn css(selector: &str) -> Alternatives {
    Alternatives(vec![Selector::Css(selector.into())])
}

#[test]
fn the_head_of_a_profile_is_read_with_defaults_for_what_it_leaves_out() {
    let profile = load(NORDLAND);
    assert_eq!((profile.name.as_str(), profile.status), ("nordland", Status::Verified));
    assert_eq!(profile.base.as_str(), "https://vergabe.nordland.example/");
    let pace = &profile.pace;
    assert_eq!((pace.delay, pace.lookup_deadline), (Duration::from_secs(1), Duration::from_secs(90)));
    assert_eq!((pace.lost_sessions_max, pace.session_lookups_max), (3, 200));
    assert_eq!((pace.page_bytes_max, pace.unavailable_max), (16_777_216, Duration::from_secs(120)));
    assert_eq!((profile.drift.missing, profile.drift.of), (3, 10));
    assert!(!profile.browser.load_images);
    assert_eq!(profile.text, NORDLAND);
    assert_eq!(profile.digest, Digest::of(NORDLAND.as_bytes()));
}

#[test]
fn a_pace_is_taken_as_it_is_written() {
    let pace =
        "delay = \"250ms\"\nunavailable_max = \"1h\"\npage_bytes_max = \"2KiB\"\nlost_sessions_max = 0";
    let profile = load(&NORDLAND.replace("delay = \"1s\"", pace).replace("attempts = 4", "attempts = 7"));
    let pace = &profile.pace;
    assert_eq!((pace.delay, pace.unavailable_max), (Duration::from_millis(250), Duration::from_secs(3_600)));
    assert_eq!((pace.page_bytes_max, pace.lost_sessions_max, pace.attempts), (2_048, 0, 7));
}

#[test]
fn manners_are_taken_as_they_are_written_and_are_good_where_nothing_is_said() {
    let default = load(NORDLAND).pace;
    assert_eq!((default.robots, default.robots_unreadable), (RobotsRule::Honour, RobotsUnreadable::Stop));
    assert_eq!((default.delay_max, default.requests_per_day), (Duration::from_secs(30), None));
    assert_eq!(default.start_deadline, Duration::from_secs(60));
    let written = "delay = \"0ms\"\ndelay_max = \"0ms\"\nrequests_per_day = 500\nrobots = \"ignore\"\n\
                   robots_unreadable = \"go_on\"\nstart_deadline = \"5m\"";
    let pace = load(&NORDLAND.replace("delay = \"1s\"", written)).pace;
    assert_eq!((pace.robots, pace.robots_unreadable), (RobotsRule::Ignore, RobotsUnreadable::GoOn));
    assert_eq!((pace.delay_max, pace.requests_per_day), (Duration::ZERO, Some(500)));
    assert_eq!(pace.start_deadline, Duration::from_secs(300));
}

#[test]
fn kinds_are_known_by_name_and_keep_their_variables() {
    let profile = load(NORDLAND);
    assert_eq!(profile.routed_kinds(), BTreeSet::from(["award", "contract", "notice"].map(String::from)));
    let notice = &profile.kinds["notice"];
    assert_eq!(notice.variables, BTreeMap::from([("page".to_owned(), "bekanntmachungen".to_owned())]));
    assert!(matches!(&notice.own_id, OwnId::Page(places)
        if matches!(places.as_slice(), [Place::Css(css)] if css == "h1 .az")));
}

#[test]
fn a_route_is_its_steps_in_order() {
    let profile = load(NORDLAND);
    let steps = profile.routes("award").next().unwrap().steps();
    let verbs: Vec<_> = steps.iter().map(Step::verb).collect();
    assert_eq!(verbs, ["open", "dismiss", "fill", "click", "wait", "rows", "wait", "expect", "capture"]);
    assert!(matches!(&steps[0], Step::Open(address) if *address == Template("/suche/{page}".into())));
    assert!(matches!(&steps[2], Step::Fill { control, with, keys: FormKeys::Script }
        if *control == Alternatives(vec![Selector::Label("Aktenzeichen".into())]) && with.0 == "{id}"));
    let search =
        Alternatives(vec![Selector::Css("button[name=suchen]".into()), Selector::Text("Suchen".into())]);
    assert!(
        matches!(&steps[3], Step::Click { on, manner: ClickManner::Script, once: false } if *on == search)
    );
    let Step::Wait { outcomes, deadline: None } = &steps[4] else { panic!("{:?}", steps[4]) };
    let none_found = Alternatives(vec![Selector::Text("Keine Treffer".into())]);
    assert_eq!(*outcomes, [(Verdict::GoOn, css("table.treffer tbody tr")), (Verdict::Absent, none_found)]);
    let Step::Rows(rows) = &steps[5] else { panic!("{:?}", steps[5]) };
    assert_eq!((&rows.id, &rows.open), (&Some(css("td.az")), &Some(css("a.detail"))));
    assert_eq!((&rows.prefer, &rows.next), (&None, &None));
}

#[test]
fn the_names_of_months_are_those_of_every_date_whose_format_names_them() {
    let short = ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"];
    let long = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember";
    let months: Vec<String> = short.into_iter().chain(long.split(' ')).map(str::to_owned).collect();
    let text = NORDLAND.replacen("language = 1", &format!("language = 1\nmonths = {months:?}"), 1).replacen(
        "\"dd.mm.yyyy\"",
        "[\"d. mmm yyyy\", \"dd.mm.yyyy\"]",
        1,
    );
    let named = DateFormat { written: "d. mmm yyyy".to_owned(), months };
    let formats = [named, DateFormat::numeric("dd.mm.yyyy")];
    assert!(matches!(&load(&text).fields[1].value, ValueType::Date(read) if *read == formats));
}

#[test]
fn the_currency_of_an_amount_is_a_code_or_words_and_places() {
    let currency = |written: &str| {
        let text = NORDLAND.replacen("{ \"€\" = \"EUR\" }", written, 1);
        match load(&text).fields.into_iter().nth(2).map(|field| field.value) {
            Some(ValueType::Amount { currency, .. }) => {
                let places: Vec<_> = currency.places.iter().map(ToString::to_string).collect();
                format!("{:?} {:?} {places:?}", currency.code, currency.words)
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(currency("\"NOK\""), r#"Some("NOK") {} []"#);
    assert_eq!(
        currency(
            "{ \"kr\" = \"NOK\", label = [\"Valuta\", \"Währung\"], css = \"b\", pointer = \"/currency\" }"
        ),
        r#"None {"kr": "NOK"} ["label:Valuta", "label:Währung", "css:b", "pointer:/currency"]"#
    );
    let without = NORDLAND.replacen(", currency = { \"€\" = \"EUR\" }", "", 1);
    assert!(matches!(&load(&without).fields[2].value, ValueType::Amount { currency, .. }
        if currency.code.is_none() && currency.words.is_empty() && currency.places.is_empty()));
}

#[test]
fn markers_fields_groups_and_references_are_read() {
    let profile = load(NORDLAND);
    let verdicts: Vec<_> = profile.markers.iter().map(|marker| marker.verdict).collect();
    assert_eq!(verdicts, [Verdict::SessionLost, Verdict::Unavailable]);

    let names: Vec<_> = profile.fields.iter().map(|field| (field.name.as_str(), field.required)).collect();
    assert_eq!(names, [("title", true), ("signed", true), ("value", false), ("void", false)]);
    assert!(matches!(&profile.fields[1].value, ValueType::Date(formats)
        if *formats == [DateFormat::numeric("dd.mm.yyyy")]));
    assert!(matches!(&profile.fields[2].value, ValueType::Amount { format, currency }
        if (format.decimal, format.thousands) == (',', '.')
            && currency.words == BTreeMap::from([("€".to_owned(), "EUR".to_owned())])));
    assert!(matches!(profile.fields[3].value, ValueType::Present));

    let lines = &profile.groups[0];
    assert!(
        matches!(lines.rows.as_slice(), [Place::Css(rows)] if lines.name == "lines" && rows == "#positionen tbody tr")
    );
    assert_eq!(lines.fields[0].pattern.as_ref().unwrap().as_str(), "^(?<value>[0-9]{8}-[0-9])$");

    let [award, mentioned] = profile.references.as_slice() else { panic!("{:?}", profile.references) };
    assert_eq!((award.relation.as_str(), award.intent), ("award", Intent::Follow));
    assert!(matches!(&award.mode, ReferenceMode::Each(Some(css)) if css == "li"));
    assert!(matches!(mentioned.mode, ReferenceMode::Scan));
    assert_eq!(
        (mentioned.schemes.as_slice(), &mentioned.kinds),
        (["akte".to_owned()].as_slice(), &KindFilter::Every)
    );
}

/// A folder with Nordland cut in three: `nordland.toml` includes `shared/flow.toml`, which includes `ids.toml`.
fn cut_in_three() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (head, rest) = NORDLAND.split_at(NORDLAND.find("[ids.akte]").unwrap());
    let (ids_and_markers, flow) = rest.split_at(rest.find("[[route]]").unwrap());
    let head = head.replace("[pace]", "include = \"shared/flow.toml\"\n[pace]");
    let overlay =
        "[field.title]\nrequired = false\n[[reference]]\nrelation = \"appeal\"\nlabel = \"Beschwerde\"\n";
    let write = |path: &str, text: String| {
        fs::create_dir_all(folder.path().join("shared")).unwrap();
        fs::write(folder.path().join(path), text).unwrap();
    };
    write("nordland.toml", format!("{head}{overlay}"));
    write("shared/flow.toml", format!("include = [\"ids.toml\", \"../shared/./ids.toml\"]\n{flow}"));
    write("shared/ids.toml", ids_and_markers.to_owned());
    folder
}

#[test]
fn a_profile_laid_over_others_keeps_what_they_say_and_changes_what_it_says() {
    let folder = cut_in_three();
    let profile = Profile::load(folder.path().join("nordland.toml")).unwrap();
    let title = &profile.fields[0];
    assert_eq!((title.name.as_str(), title.required), ("title", false));
    assert!(matches!(title.places.as_slice(), [Place::Label(label)] if label == "Gegenstand"));
    let relations: Vec<_> = profile.references.iter().map(|reference| reference.relation.as_str()).collect();
    assert_eq!(relations, ["award", "mentioned", "appeal"]);
    assert_eq!((profile.markers.len(), profile.routes.len(), profile.kinds.len()), (2, 1, 3));
}

#[test]
fn the_text_of_a_profile_with_includes_loads_alone_to_the_same_profile() {
    let folder = cut_in_three();
    let merged = Profile::load(folder.path().join("nordland.toml")).unwrap();
    let alone = load(&merged.text);
    assert_eq!(alone.digest, merged.digest);
    assert_eq!(format!("{alone:#?}"), format!("{merged:#?}"));
}

#[test]
fn a_name_is_a_built_in_profile_and_a_path_is_a_file() {
    let unknown = Profile::resolve("nordland").unwrap_err();
    assert_eq!(unknown.to_string(), "no profile `nordland` is built in");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/profiles/nordland.toml");
    assert_eq!(Profile::resolve(path.to_str().unwrap()).unwrap().name, "nordland");
    let unreadable = Profile::resolve("./nordland").unwrap_err();
    assert_eq!(unreadable.to_string(), "the profile `./nordland` cannot be read");
}

#[test]
fn a_profile_in_a_file_may_include_what_is_built_in() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("demo.toml");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/selectors/demo.toml"), &file).unwrap();
    let (copied, built_in) = (Profile::load(&file).unwrap(), Profile::builtin("demo").unwrap());
    assert_eq!(copied.digest, built_in.digest);
}

#[test]
fn routes_stand_in_their_order_each_with_its_way() {
    let routes = r#"
[[route]]
name = "deep"
kinds = ["act"]
link = "/act/{number}"
[[route.step]]
capture = "page"

[[route]]
name = "service"
[route.service]
address = "/{search}?page=0"
absent = 404
[[route.service.attachment]]
name = "file"
address = "/file/{id}"
media_type = "application/PDF"
"#;
    let profile = load(&format!("{SMALL}\n{routes}"));
    let names = |kind| profile.routes(kind).map(|route| route.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names("act"), names("payment")),
        (vec!["form".into(), "deep".into(), "service".into()], vec!["form".into(), "service".into()],)
    );
    let [_, deep, service] = profile.routes.as_slice() else { panic!("{:?}", profile.routes) };
    let verbs: Vec<_> = deep.steps().iter().map(Step::verb).collect();
    assert_eq!((verbs, service.requests_min()), (vec!["open", "capture"], 3), "robots.txt, answer and file");
    let Way::Service(rules) = &service.way else { panic!("{:?}", service.way) };
    assert_eq!(
        (rules.absent.as_slice(), rules.attachments[0].media_type.as_str()),
        (&[404][..], "application/pdf")
    );
    assert_eq!(rules.attachments[0].bytes_max, 64 << 20);
    assert!(profile.needs_browser() && profile.needs_http());
    assert!(!Profile::builtin("khmdhs-opendata").unwrap().needs_browser());
}

/// The small profile with one text in it replaced.
fn small(replaced: &str, by: &str) -> Profile {
    assert_eq!(SMALL.matches(replaced).count(), 1, "{replaced}");
    load(&SMALL.replace(replaced, by))
}

/// The step that stands in the place of the small profile's click.
fn step(written: &str) -> Step {
    let profile = small("click = \"css:button.search\"", written);
    let steps = profile.routes.first().unwrap().steps().to_vec();
    let [_, _, step, ..] = steps.try_into().map(|steps: [Step; 6]| steps).unwrap();
    step
}

#[test]
fn sizes_are_written_in_any_unit_and_a_short_drift_is_one() {
    for (written, bytes) in [("500", 500), ("\"500B\"", 500), ("\"3 MiB\"", 3 << 20), ("\"1GiB\"", 1 << 30)] {
        let profile = small("attempts = 4", &format!("page_bytes_max = {written}"));
        assert_eq!(profile.pace.page_bytes_max, bytes, "{written}");
    }
    let drift = small("[pace]", "[drift]\nof = 2\n[pace]").drift;
    assert_eq!((drift.missing, drift.of), (2, 2));
}

#[test]
fn a_kind_may_show_its_own_id_elsewhere_and_one_without_a_route_nowhere() {
    let own = small("search = \"pay\"", "search = \"pay\", own_id = [\"css:h1\", \"pointer:/no\"]");
    let places = |profile: &Profile, kind: &str| match &profile.kinds[kind].own_id {
        OwnId::Page(places) => places.iter().map(ToString::to_string).collect::<Vec<_>>(),
        OwnId::Row => vec!["row".to_owned()],
    };
    assert_eq!(places(&own, "payment"), ["css:h1", "pointer:/no"]);
    assert_eq!(places(&own, "act"), ["label:No"]);
    assert_eq!(places(&small("own_id = \"label:No\"", "own_id = \"row\""), "act"), ["row"]);
    let without = SMALL.replace("own_id = \"label:No\"", "").replace("[\"payment\", \"act\"]", "[\"act\"]");
    let act = without.replace("search = \"act\"", "search = \"act\", own_id = \"css:h1\"");
    load(&act);
    for kinds in ["[\"*\"]", "\"PAY\"", "\"payment\""] {
        let said =
            Profile::from_text("small.toml", &act.replace("kinds = [\"act\"]", &format!("kinds = {kinds}")));
        let faults = said.unwrap_err().faults().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(faults, ["nothing says where pages of the kind `payment` show their own ID"], "{kinds}");
    }
}

#[test]
fn deadlines_words_and_the_order_of_outcomes_are_kept() {
    let deadline = Some(Duration::from_secs(120));
    let wait = step("wait = { absent = \"text:None\", go_on = \"css:tr\" }\ndeadline = \"2m\"");
    let Step::Wait { outcomes, deadline: found } = wait else { panic!("{wait:?}") };
    assert_eq!((found, outcomes[0].0, outcomes[1].0), (deadline, Verdict::Absent, Verdict::GoOn));
    let gone = step("gone = \"css:.spinner\"\ndeadline = \"2m\"");
    assert!(matches!(&gone, Step::Gone { deadline: found, .. } if *found == deadline), "{gone:?}");
    assert!(matches!(step("frame = \"top\""), Step::Frame(Scope::Leave)));
    assert!(matches!(step("dialog = \"none\""), Step::Dialog(Scope::Leave)));
    assert!(matches!(step("frame = \"css:#top\""), Step::Frame(Scope::Enter(any)) if any == css("#top")));
    assert!(matches!(step("press = \"x\""), Step::Press { key, on: None } if key == "x"));
}

#[test]
fn a_list_that_is_scrolled_may_have_an_end_and_no_next_page() {
    let profile =
        small("rows = \"css:tr\"", "rows = \"css:tr\"\nscroll = \"css:.list\"\nlast = \"css:.end\"");
    let rows = profile.routes[0].steps().iter().find_map(|step| match step {
        Step::Rows(rows) => Some(rows),
        _ => None,
    });
    let rows = rows.unwrap();
    assert_eq!((rows.last.as_ref(), rows.next.is_none()), (Some(&css(".end")), true));
}

#[test]
fn no_currency_is_meant_where_none_is_named() {
    let profile = load(SMALL);
    let ValueType::Amount { currency, .. } = &profile.fields[1].value else { panic!("{:?}", profile.fields) };
    assert!(
        currency.code.is_none() && currency.words.is_empty() && currency.places.is_empty(),
        "{currency:?}"
    );
}

#[test]
fn a_reference_may_be_mentioned_alone_and_stand_at_a_label_or_a_pointer() {
    let one = |written: &str| small("ids = [\"act\"]", written).references.remove(0);
    assert_eq!(one("follow = false").intent, Intent::Mention);
    assert!(matches!(one("scan = false").mode, ReferenceMode::Each(None)));
    let both = one("pointer = \"/acts/*\"\neach = \"css:li\"");
    assert!(matches!(both.mode, ReferenceMode::Each(Some(css)) if css == "li"));
    assert_eq!(both.places.len(), 2);
}

#[test]
fn what_a_route_brings_without_a_browser_are_parts_that_rules_may_name() {
    let routes = r#"
[[route]]
name = "link"
link = "/act/{number}"
by = "http"
part = "act"

[[route]]
name = "service"
[route.service]
address = "/{search}"
[[route.service.attachment]]
name = "file"
address = "/file/{id}"
media_type = "text/plain"
"#;
    for part in ["detail", "act", "service", "file"] {
        let field = format!("type = \"amount\", part = \"{part}\"");
        let profile = load(&format!("{}\n{routes}", SMALL.replace("type = \"amount\"", &field)));
        assert_eq!(profile.fields[1].part.as_deref(), Some(part));
    }
}
