//! References: where they stand, what names them, and what is none.

use super::*;
use crate::domain::Warning;

/// What is found, as `relation target written | evidence`, in the order of the extraction.
fn found(rules: Vec<ReferenceRule>, html: &str) -> (Vec<String>, Vec<Warning>) {
    let Extraction { references, warnings, .. } =
        extract(&Profile { references: rules, ..profile() }, &capture(html)).unwrap();
    let shown = references.iter().map(|reference| {
        let written = reference.written.replace('\n', "⏎");
        format!("{} {} {written} | {}", reference.relation, reference.target, reference.evidence)
    });
    (shown.collect(), warnings)
}

fn scan() -> ReferenceRule {
    reference("mentioned", Vec::new(), ReferenceMode::Scan)
}

fn contract() -> ReferenceRule {
    reference("contract", vec![label("Σύμβαση")], ReferenceMode::Each(None))
}

#[test]
fn a_place_that_is_one_id_is_one_reference_with_its_label_as_evidence() {
    let (references, warnings) =
        found(vec![contract()], "<table><tr><td>Σύμβαση:<td>14SYMV000123456</table>");
    assert_eq!(references, ["contract 14SYMV000123456 14SYMV000123456 | Σύμβαση: 14SYMV000123456"]);
    assert_eq!(warnings, []);
}

#[test]
fn every_label_and_every_element_counts_not_only_the_first() {
    let page = "<table><tr><td>Σύμβαση<td>14SYMV000000002<tr><td>Σύμβαση<td>14SYMV000000001</table>
        <dl><dt>Σύμβαση<dd>14SYMV000000003<dd>14SYMV000000004</dl>";
    let (references, _) = found(vec![contract()], page);
    let targets: Vec<_> = references.iter().filter_map(|reference| reference.split(' ').nth(1)).collect();
    assert_eq!(targets, ["14SYMV000000001", "14SYMV000000002", "14SYMV000000003", "14SYMV000000004"]);
}

#[test]
fn each_element_in_a_place_is_one_id() {
    let each = reference("payment", vec![label("Πληρωμές")], ReferenceMode::Each(Some("li".into())));
    let page =
        "<table><tr><td>Πληρωμές<td><ul><li>14PAY000000002<li>-<li>14PAY000000001 (μερική)</ul></table>
        <ul><li>14PAY000000009</ul>";
    let (references, warnings) = found(vec![each], page);
    assert_eq!(
        references,
        [
            "payment 14PAY000000001 14PAY000000001 | Πληρωμές: 14PAY000000001 (μερική)",
            "payment 14PAY000000002 14PAY000000002 | Πληρωμές: 14PAY000000002",
        ]
    );
    assert_eq!(warnings, []);
}

#[test]
fn placeholders_are_nothing_and_other_texts_are_refused() {
    for (text, refused) in [("Δ/Α", None), ("", None), ("δεν υπάρχει", Some("δεν υπάρχει"))]
    {
        let (references, warnings) =
            found(vec![contract()], &format!("<table><tr><td>Σύμβαση<td>{text}</table>"));
        assert_eq!(references, [""; 0], "{text}");
        let texts = warnings.iter().map(|warning| match warning {
            Warning::IdRefused { text, .. } => text.as_str(),
            other => panic!("{other:?}"),
        });
        assert_eq!(texts.collect::<Vec<_>>(), Vec::from_iter(refused), "{text}");
    }
}

#[test]
fn running_text_gives_every_id_with_its_sentence() {
    let page = "<div><p>Πρώτη πρόταση. Κατά την αρ. πρωτ. 12.03.2023 και την 14SYMV000123456 πληρώνεται.
        Βλέπε και 14AWRD000000001.</p><table><tr><td>άσχετο</td><td>14REQ000000005</td></tr></table></div>";
    let (references, warnings) = found(vec![scan()], page);
    assert_eq!(
        references,
        [
            "mentioned 14AWRD000000001 14AWRD000000001 | Βλέπε και 14AWRD000000001.",
            "mentioned 14REQ000000005 14REQ000000005 | 14REQ000000005",
            "mentioned 14SYMV000123456 14SYMV000123456 | \
             Κατά την αρ. πρωτ. 12.03.2023 και την 14SYMV000123456 πληρώνεται.",
        ]
    );
    assert_eq!(warnings, []);
}

#[test]
fn a_wrapped_id_is_found_over_a_line_break_but_not_over_a_cell() {
    for html in ["<p>βλ. ΒΛ9Ω4\n6907Τ-0ΝΚ", "<p>βλ. ΒΛ9Ω4<br>6907Τ-0ΝΚ", "<pre>βλ. ΒΛ9Ω4\n6907Τ-0ΝΚ</pre>"]
    {
        let targets: Vec<_> = extract(&Profile { references: vec![scan()], ..profile() }, &capture(html))
            .unwrap()
            .references
            .into_iter()
            .map(|reference| (reference.target.to_string(), reference.written))
            .collect();
        assert_eq!(targets, [("ΒΛ9Ω46907Τ-0ΝΚ".to_owned(), "ΒΛ9Ω4\n6907Τ-0ΝΚ".to_owned())], "{html}");
    }
    let (references, _) = found(vec![scan()], "<table><tr><td>1<td>ΒΛ9Ω46907Τ-0ΝΚ</table>");
    assert_eq!(references, ["mentioned ΒΛ9Ω46907Τ-0ΝΚ ΒΛ9Ω46907Τ-0ΝΚ | ΒΛ9Ω46907Τ-0ΝΚ"]);
}

#[test]
fn a_page_does_not_refer_to_itself() {
    let (references, warnings) =
        found(vec![scan(), contract()], "<h1>14PAY000123456*</h1><p>14ΡΑΥ000123456</p>");
    assert_eq!((references, warnings), (vec![], vec![]));
}

#[test]
fn a_named_relation_beats_the_scan_of_the_whole_part_at_the_same_spot() {
    let page = "<table><tr><td>Σύμβαση<td>14SYMV000123456</table><p>Όπως η 14SYMV000123456 ορίζει.</p>";
    let (references, _) = found(vec![scan(), contract(), contract()], page);
    assert_eq!(
        references,
        [
            "contract 14SYMV000123456 14SYMV000123456 | Σύμβαση: 14SYMV000123456",
            "mentioned 14SYMV000123456 14SYMV000123456 | Όπως η 14SYMV000123456 ορίζει.",
        ]
    );
}

#[test]
fn two_mentions_of_one_document_differ_by_their_offset() {
    let profile = Profile { references: vec![scan()], ..profile() };
    let page = "<p>α 14SYMV000123456</p><p>β 14SYMV000123456</p>";
    let offsets: Vec<_> = extract(&profile, &capture(page))
        .unwrap()
        .references
        .iter()
        .map(|reference| reference.offset)
        .collect();
    assert_eq!(offsets, [3, 22]);
}

#[test]
fn a_scan_of_a_field_reads_its_sentences() {
    let remarks = reference("mentioned", vec![label("Παρατηρήσεις")], ReferenceMode::Scan);
    let page = "<table><tr><td>Παρατηρήσεις<td>Ορθή επανάληψη. Αντί της 14SYMV000123456 ισχύει άλλη.<tr>
        <td>Παρατηρήσεις<td>14SYMV000123457</table><p>14SYMV000123458</p>";
    let (references, _) = found(vec![remarks], page);
    assert_eq!(
        references,
        [
            "mentioned 14SYMV000123456 14SYMV000123456 | Αντί της 14SYMV000123456 ισχύει άλλη.",
            "mentioned 14SYMV000123457 14SYMV000123457 | Παρατηρήσεις: 14SYMV000123457",
        ]
    );
}

#[test]
fn running_text_without_an_id_is_nothing_to_warn_of() {
    let remarks = reference("mentioned", vec![label("Παρατηρήσεις")], ReferenceMode::Scan);
    let (references, warnings) = found(vec![remarks], "<table><tr><td>Παρατηρήσεις<td>καμία</table>");
    assert_eq!((references, warnings), (vec![], vec![]));
}

#[test]
fn a_label_in_the_line_of_its_value_stands_once_in_the_evidence() {
    let (references, _) = found(vec![contract()], "<p>Σύμβαση: 14SYMV000123456 (μερική)</p>");
    assert_eq!(references, ["contract 14SYMV000123456 14SYMV000123456 | Σύμβαση: 14SYMV000123456 (μερική)"]);
}

#[test]
fn a_place_holds_ids_of_the_rules_schemes_alone() {
    let decision = ReferenceRule { schemes: vec!["ada".into()], ..contract() };
    let (references, warnings) = found(vec![decision], "<table><tr><td>Σύμβαση<td>14SYMV000123456</table>");
    assert_eq!(references, [""; 0]);
    assert!(matches!(&warnings[..], [Warning::IdRefused { text, .. }] if text == "14SYMV000123456"));
}

#[test]
fn a_rule_may_mention_what_it_does_not_follow() {
    let intents = |intent: Intent| -> Vec<Intent> {
        let profile = Profile { references: vec![ReferenceRule { intent, ..scan() }], ..profile() };
        let found = extract(&profile, &capture("<p>14SYMV000000001")).unwrap().references;
        found.into_iter().map(|reference| reference.intent).collect()
    };
    assert_eq!(intents(Intent::Follow), [Intent::Follow]);
    assert_eq!(intents(Intent::Mention), [Intent::Mention]);
}

#[test]
fn what_resembles_an_id_is_refused_and_what_is_implausible_is_kept() {
    let (references, warnings) = found(vec![scan()], "<p>22REQ011124 και 32REQ013229327 και 22REQ011124</p>");
    assert_eq!(
        references,
        ["mentioned 32REQ013229327 32REQ013229327 | 22REQ011124 και 32REQ013229327 και 22REQ011124"]
    );
    let sorts: Vec<_> = warnings
        .iter()
        .map(|warning| match warning {
            Warning::IdRefused { text, .. } => format!("refused {text}"),
            Warning::IdImplausible { id, .. } => format!("implausible {id}"),
            other => other.to_string(),
        })
        .collect();
    assert_eq!(sorts, ["refused 22REQ011124", "implausible 32REQ013229327"]);
}

#[test]
fn scripts_hidden_elements_and_options_not_chosen_are_not_read() {
    let page = "<script>'14SYMV000000001'</script><div style='display:none'>14SYMV000000002</div><select>
        <option>14SYMV000000003<option selected>14SYMV000000004</select><!-- 14SYMV000000005 -->
        <input type=hidden value=14SYMV000000006><input value=14SYMV000000007><template>14SYMV000000008</template>";
    let (references, _) = found(vec![scan()], page);
    let targets: Vec<_> = references.iter().filter_map(|reference| reference.split(' ').nth(1)).collect();
    assert_eq!(targets, ["14SYMV000000004", "14SYMV000000007"]);
}

#[test]
fn a_part_that_is_no_html_is_scanned_as_plain_text_and_json_value_by_value() {
    let json = r#"{"contractRefNo": "14SYMV000123456", "note": "<b>&amp;</b>"}"#;
    for (media_type, offset, evidence) in
        [("text/plain", 19, json), ("application/json", 0, "14SYMV000123456")]
    {
        let part = Part { media_type: media_type.into(), ..part("service", json) };
        let profile = Profile { references: vec![scan()], ..profile() };
        let references = extract(&profile, &capture_of(vec![part])).unwrap().references;
        let [only] = references.as_slice() else { panic!("{references:?}") };
        assert_eq!((only.part.as_str(), only.offset, only.evidence.as_str()), ("service", offset, evidence));
    }
}

#[test]
fn rules_limit_kinds_parts_and_schemes() {
    let parts =
        || vec![part("detail", "<p>14SYMV000000001"), part("more", "<p>14SYMV000000002 ΒΛ9Ω46907Τ-0ΝΚ")];
    let targets = |rule: ReferenceRule| -> Vec<_> {
        let profile = Profile { references: vec![rule], ..profile() };
        let references = extract(&profile, &capture_of(parts())).unwrap().references;
        references.into_iter().map(|reference| reference.target.to_string()).collect()
    };
    assert_eq!(targets(scan()), ["14SYMV000000001", "14SYMV000000002", "ΒΛ9Ω46907Τ-0ΝΚ"]);
    assert_eq!(targets(ReferenceRule { part: Some("detail".into()), ..scan() }), ["14SYMV000000001"]);
    assert_eq!(targets(ReferenceRule { schemes: vec!["ada".into()], ..scan() }), ["ΒΛ9Ω46907Τ-0ΝΚ"]);
    let awards = KindFilter::Only(BTreeSet::from(["award".to_owned()]));
    assert_eq!(targets(ReferenceRule { kinds: awards, ..scan() }), [""; 0]);
}
