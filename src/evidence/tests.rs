//! Evidence is kept whole, under its caps, and under names that lead nowhere else.

use super::*;
use crate::clock::ManualClock;
use crate::domain::{Cause, Part, Trace};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn exhibit(id: &str) -> Exhibit {
    Exhibit {
        id: DocumentId::from_canonical(id, "ada", "decision"),
        attempt: 2,
        cause: Cause::LayoutChanged { what: "step 2 (wait): none of `css:table` within 1s".into() },
        page: Some(Part {
            name: "evidence".into(),
            url: "http://portal.invalid/search".into(),
            media_type: "text/html".into(),
            bytes: "<p>Δεν βρέθηκε".as_bytes().into(),
        }),
        parts: Vec::new(),
        screenshot: Some(b"\x89PNG".to_vec()),
        step: Some("step 2 (wait)".into()),
        trace: vec![Trace { step: "wait".into(), matched: None, elapsed_ms: 1000 }],
        driver_log: Some("Listening".into()),
    }
}

struct Desk {
    directory: tempfile::TempDir,
    clock: ManualClock,
}

impl Desk {
    fn new() -> Self {
        let clock = ManualClock::at(Timestamp::from_millis(1_795_371_120_042));
        Self { directory: tempfile::tempdir().unwrap(), clock }
    }

    fn open(&self, caps: Caps) -> EvidenceDirectory {
        EvidenceDirectory::open(self.directory.path(), Arc::new(self.clock.clone()), caps).unwrap()
    }

    /// Keeps these, a second apart, and says whose evidence is left.
    fn left_of(&self, caps: Caps, ids: &[&str]) -> Vec<String> {
        let evidence = self.open(caps);
        for id in ids {
            evidence.keep(&exhibit(id)).unwrap();
            self.clock.advance(Duration::from_secs(1));
        }
        Self::whose(&evidence)
    }

    fn whose(evidence: &EvidenceDirectory) -> Vec<String> {
        let about = |name: &String| evidence.read(name).unwrap().unwrap().about;
        evidence.list().iter().map(|name| about(name).id).collect()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap().flatten();
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }
}

#[test]
fn an_exhibit_is_read_as_it_was_kept_also_when_the_directory_is_opened_again() {
    let desk = Desk::new();
    let name = desk.open(Caps::default()).keep(&exhibit("ΒΛ9Ω46907Τ-0ΝΚ")).unwrap();
    assert!(name.starts_with("20261122T181200.042Z-"), "{name}");
    let kept = desk.open(Caps::default()).read(&name).unwrap().unwrap();
    assert_eq!(kept.about.id, "ΒΛ9Ω46907Τ-0ΝΚ");
    assert_eq!((kept.about.kind.as_str(), kept.about.attempt), ("decision", 2));
    assert_eq!(kept.about.cause, exhibit("").cause);
    assert_eq!(kept.about.url.as_deref(), Some("http://portal.invalid/search"));
    assert_eq!(kept.about.driver_log.as_deref(), Some("Listening"));
    assert_eq!(fs::read_to_string(kept.page.unwrap()).unwrap(), "<p>Δεν βρέθηκε");
    assert_eq!(fs::read(kept.screenshot.unwrap()).unwrap(), b"\x89PNG");
}

#[test]
fn every_part_is_kept_once_under_a_name_that_leads_nowhere_else() {
    let desk = Desk::new();
    let evidence = desk.open(Caps::default());
    let last = exhibit("").page.unwrap();
    let part = |name: &str| Part { name: name.into(), bytes: name.as_bytes().into(), ..last.clone() };
    let parts = vec![part("detail"), part("../Αρχή"), part("../αρχή"), last.clone()];
    let name = evidence.keep(&Exhibit { parts, ..exhibit("A-1") }).unwrap();
    let kept = evidence.read(&name).unwrap().unwrap();
    let files = ["part-1-detail.html", "part-2-_______.html", "part-3-_______.html"];
    let names = ["detail", "../Αρχή", "../αρχή"];
    assert_eq!(kept.parts.len(), 3);
    for ((found, file), (name, expected)) in kept.parts.iter().zip(names.into_iter().zip(files)) {
        assert_eq!((found.as_str(), file), (name, &kept.path.join(expected)));
        assert_eq!(fs::read_to_string(file).unwrap(), name);
    }
    assert_eq!(fs::read_to_string(kept.page.unwrap()).unwrap(), "<p>Δεν βρέθηκε");
}

#[test]
fn what_could_not_be_seen_is_not_there() {
    let desk = Desk::new();
    let evidence = desk.open(Caps::default());
    let name = evidence.keep(&Exhibit { page: None, screenshot: None, ..exhibit("A-1") }).unwrap();
    let kept = evidence.read(&name).unwrap().unwrap();
    assert_eq!((kept.page, kept.screenshot, kept.about.url), (None, None, None));
}

#[test]
fn the_oldest_go_first_when_they_are_too_many() {
    let caps = Caps { count_max: 2, ..Caps::default() };
    let desk = Desk::new();
    assert_eq!(desk.left_of(caps, &["A", "B", "C", "D"]), ["C", "D"]);
    assert_eq!(desk.names().len(), 2);
    assert_eq!(Desk::whose(&desk.open(Caps { count_max: 1, ..caps })), ["D"]);
}

#[test]
fn the_oldest_go_first_when_they_are_too_large() {
    let desk = Desk::new();
    desk.left_of(Caps::default(), &["A"]);
    let one = bytes_in(&desk.directory.path().join(&desk.names()[0])).unwrap();
    let caps = Caps { bytes_max: one * 2, ..Caps::default() };
    assert_eq!(desk.left_of(caps, &["B", "C"]), ["B", "C"]);
    let refused = desk.open(Caps { bytes_max: one - 1, ..caps }).keep(&exhibit("D"));
    assert!(matches!(refused, Err(EvidenceError::TooLarge { .. })), "{refused:?}");
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[test]
fn what_is_too_old_goes_with_the_next_that_is_kept_and_when_the_directory_is_opened() {
    let caps = Caps { age_max: 90 * DAY, ..Caps::default() };
    let desk = Desk::new();
    assert_eq!(desk.left_of(caps, &["A"]), ["A"]);
    desk.clock.advance(60 * DAY);
    assert_eq!(desk.left_of(caps, &["B"]), ["A", "B"]);
    desk.clock.advance(30 * DAY);
    assert_eq!(desk.left_of(caps, &["C"]), ["B", "C"]);
    desk.clock.advance(89 * DAY);
    assert_eq!(Desk::whose(&desk.open(caps)), ["C"]);
}

#[test]
fn no_id_and_no_name_leads_out_of_the_directory() {
    let desk = Desk::new();
    let evidence = desk.open(Caps::default());
    for id in ["../../etc/passwd", "/etc/passwd", "a/b", "A\0B", "..", ".new", "", "ΒΛ9Ω\n\u{202e}"] {
        let name = evidence.keep(&exhibit(id)).unwrap();
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)), "{name}");
        assert_eq!(evidence.read(&name).unwrap().unwrap().about.id, id);
    }
    let outside = desk.directory.path().parent().unwrap().join("about.json");
    assert!(!outside.exists());
    // There is an exhibit outside, and inside without a name of ours: neither is to be found.
    let name = evidence.keep(&exhibit("A-1")).unwrap();
    let inner = EvidenceDirectory { path: desk.directory.path().join(&name), ..desk.open(Caps::default()) };
    fs::create_dir(inner.path.join("mine")).unwrap();
    fs::copy(inner.path.join(ABOUT_FILE), inner.path.join("mine").join(ABOUT_FILE)).unwrap();
    for name in ["mine", "", ".", &format!("../{name}"), &inner.path.to_string_lossy()] {
        assert_eq!(inner.read(name).unwrap(), None, "{name}");
    }
    for name in ["..", "", "../x", "/etc", "20261122T181200.042Z-../..", "20261122T181200.042Z-", "x-abc"] {
        assert_eq!(evidence.read(name).unwrap(), None, "{name}");
    }
}

#[test]
fn one_id_twice_in_a_moment_is_two_exhibits() {
    let desk = Desk::new();
    let evidence = desk.open(Caps::default());
    let names = [(); 3].map(|()| evidence.keep(&exhibit("A-1")).unwrap());
    assert_eq!(evidence.list(), names);
    assert!(names[0] != names[1] && names[1] != names[2], "{names:?}");
}

#[test]
fn what_was_half_written_is_gone_when_the_directory_is_opened_and_what_is_not_ours_stays() {
    let desk = Desk::new();
    desk.left_of(Caps::default(), &["A"]);
    let half = desk.directory.path().join("20261122T181200.042Z-0123456789ab.new");
    fs::create_dir(&half).unwrap();
    fs::write(half.join(PAGE_FILE), "<p>").unwrap();
    let foreign = desk.directory.path().join("notes.new");
    fs::write(&foreign, "mine").unwrap();
    assert_eq!(Desk::whose(&desk.open(Caps { count_max: 1, ..Caps::default() })), ["A"]);
    assert!(!half.exists() && foreign.exists());
}

#[test]
fn what_stands_in_the_way_of_an_exhibit_does_so_once() {
    let desk = Desk::new();
    let evidence = desk.open(Caps::default());
    let name = evidence.keep(&exhibit("A-1")).unwrap();
    let half = desk.directory.path().join(format!("{name}-2{UNFINISHED}"));
    fs::create_dir(&half).unwrap();
    fs::write(half.join(PAGE_FILE), "<p>").unwrap();
    assert!(evidence.keep(&exhibit("A-1")).is_err());
    assert!(!half.exists());
    assert_eq!(evidence.keep(&exhibit("A-1")).unwrap(), format!("{name}-2"));
}

#[test]
fn what_cannot_be_written_leaves_nothing_half_done() {
    let desk = Desk::new();
    let evidence = desk.open(Caps::default());
    fs::remove_dir(desk.directory.path()).unwrap();
    let error = evidence.keep(&exhibit("A-1")).unwrap_err().to_string();
    assert!(error.starts_with("writing `"), "{error}");
    assert_eq!(evidence.list(), Vec::<String>::new());
}

#[test]
fn an_exhibit_of_another_form_is_not_read_as_one_of_ours() {
    let desk = Desk::new();
    let evidence = desk.open(Caps::default());
    let name = evidence.keep(&exhibit("A-1")).unwrap();
    let file = desk.directory.path().join(&name).join(ABOUT_FILE);
    fs::write(&file, r#"{"v":2,"id":"A-1"}"#).unwrap();
    let error = evidence.read(&name).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "it has form 2, this anafora reads 1");
}
