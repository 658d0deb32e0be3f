//! Which value belongs to a label, in every form in which portals write the two.

use super::*;
use crate::domain::Field;

/// What stands beside the label `Φορέας`; `None` where that is nothing.
fn check(html: &str, expected: Option<&str>) {
    assert_eq!(text_at(label("Φορέας"), html).as_deref(), expected, "{html}");
}

#[test]
fn the_next_cell_of_the_row_belongs_to_a_label() {
    check("<table><tr><th>Φορέας</th><td>Δήμος Α</td></tr></table>", Some("Δήμος Α"));
    check(
        "<table><tr><td> Φορέας : </td><td> Δήμος\n  <b>Α</b> </td><td>x</td></tr></table>",
        Some("Δήμος Α"),
    );
    check("<table><tr><td><b><i>Φορέας:</i></b></td><td>Δήμος Α</td></tr></table>", Some("Δήμος Α"));
    check(
        "<table><tr><th><span>Φορέας</span><i class=icon></i></th><td>Δήμος Α</td></tr></table>",
        Some("Δήμος Α"),
    );
    check(
        "<table><tr><td>Φορέας</td><td style='display: none'>κρυφός</td><td>Δήμος Α</td></table>",
        Some("Δήμος Α"),
    );
}

#[test]
fn the_detail_of_a_term_belongs_to_it() {
    check("<dl><dt>Έργο<dd>x<dt>Φορέας:<dd>Δήμος Α<dd>Δήμος Β</dl>", Some("Δήμος Α"));
    check("<dl><div><dt>Φορέας</dt><dd><p>Δήμος</p><p>Α</p></dd></div></dl>", Some("Δήμος Α"));
    check("<dl><dt>Φορέας<dt>Έργο<dd>x</dl>", None);
}

#[test]
fn the_control_of_a_label_belongs_to_it() {
    check("<label for=f>Φορέας</label><p>x</p><input id=f value='Δήμος Α'>", Some("Δήμος Α"));
    check("<label>Φορέας: <input value='Δήμος Α'></label>", Some("Δήμος Α"));
    check("<label>Φορέας <textarea>Δήμος\nΑ</textarea></label>", Some("Δήμος Α"));
    check(
        "<label for=f>Φορέας</label><select id=f><option>x<option selected>Δήμος Α<option>y</select>",
        Some("Δήμος Α"),
    );
    check("<label for=f>Φορέας</label><select id=f><option>Δήμος Α<option>y</select>", Some("Δήμος Α"));
    check("<label for=pageForm:f>Φορέας</label><span id=pageForm:f>Δήμος Α</span>", Some("Δήμος Α"));
    check("<label for=nowhere>Φορέας</label><span>Δήμος Α</span>", Some("Δήμος Α"));
}

#[test]
fn what_stands_behind_a_label_belongs_to_it() {
    check("<div><span class=l>Φορέας</span><span>Δήμος Α</span></div>", Some("Δήμος Α"));
    check("<p><b>Φορέας:</b> Δήμος Α<br>Έργο: x</p>", Some("Δήμος Α"));
    check("<p><b>Φορέας</b>: <i>Δήμος Α</i> x</p>", Some("Δήμος Α"));
    check("<p>Φορέας: <a href='#'>Δήμος Α</a> x</p>", Some("Δήμος Α"));
    check("<p><b>Φορέας</b> είναι ο δήμος</p>", None);
    check("<a>Φορέας</a><a>Έργο</a>", None);
    check("<div><a>Φορέας</a></div><div>Δήμος Α</div>", None);
    check("<h2>Φορέας</h2><table><tr><td>x<td>y</table>", None);
}

#[test]
fn the_rest_of_a_line_belongs_to_the_label_that_begins_it() {
    check("<td>Στοιχεία<br>Φορέας: Δήμος Α<br>Έργο: x</td>", Some("Δήμος Α"));
    check("<div>Φορέας : Δήμος\nΑ <i>x</i></div>", Some("Δήμος Α"));
    check("<pre>Έργο: x\nΦορέας: Δήμος Α\nΠοσό: y</pre>", Some("Δήμος Α"));
    check("<p>Έργο <span>Φορέας: Δήμος Α</span></p>", Some("Δήμος Α"));
    check("<pre>Φορέας:\nάλλο <b>Δήμος Α</b></pre>", None);
    check("<p>Αρμόδιος Φορέας: Δήμος Α</p>", None);
    check("<p>Έργο: x Φορέας: Δήμος Α</p>", None);
    check("<p>Έργο <b>x</b> Φορέας: Δήμος Α</p>", None);
}

/// What stands beside three labels of a profile; `-` where that is nothing.
fn block(html: &str) -> String {
    let names = ["Total", "Signed", "Owner"];
    let rules = names.map(|name| field(name, label(name))).to_vec();
    let extraction = extract(&with_fields(rules), &capture(html)).unwrap();
    let text_of = |name| match extraction.fields.iter().find(|field| field.name == name) {
        None => "-",
        Some(Field { value: Value::Text(text), .. }) => text,
        Some(other) => panic!("{other:?} is no text"),
    };
    names.map(text_of).join(" + ")
}

#[test]
fn a_line_may_have_several_labels_behind_separators() {
    for (html, expected) in [
        ("<p>Total: 1.234,50 EUR; Signed: 3 May 2024</p>", "1.234,50 EUR + 3 May 2024 + -"),
        ("<p>Total: 1 | Signed: 2 · Owner : Ann; Bob</p>", "1 + 2 + Ann; Bob"),
        ("<p>Total: 1&nbsp;&nbsp; Signed:&nbsp;2</p>", "1 + 2 + -"),
        ("<p>Part: x; Signed: 2<br>Owner: Ann | Fax: 3</p>", "- + 2 + Ann | Fax: 3"),
        ("<p><b>Total:</b> 1; Signed: 2</p>", "1 + 2 + -"),
        ("<p><b>Total</b>; Signed: 2</p>", "- + 2 + -"),
        ("<p>Total:; Signed: 2; Owner:</p><p>x</p>", "- + 2 + -"),
        ("<p>Total: 1; <i>x</i>; Signed: 2 <i>y</i></p>", "1; + 2 + -"),
        ("<pre>Total: 1; Signed: 2\nOwner: Ann</pre>", "1 + 2 + Ann"),
        ("<p><b>Total:</b> 1 EUR; <b>Signed:</b> 2 | <b>Owner:</b> Ann; <i>x</i></p>", "1 EUR + 2 + Ann;"),
        ("<p>Total: 1; <b>Signed:</b> 2</p>", "1 + 2 + -"),
        ("<p>Total: 1, Signed: 2</p>", "1, Signed: 2 + - + -"),
        ("<p>Total: supply of paper; Lot 2: pencils</p>", "supply of paper; Lot 2: pencils + - + -"),
        // In running text a label behind a separator is none where there is another one.
        ("<p>Note: as agreed; Signed: never</p><table><tr><td>Signed<td>2</table>", "- + 2 + -"),
    ] {
        assert_eq!(block(html), expected, "{html}");
    }
}

#[test]
fn the_mark_of_a_field_that_must_be_filled_is_no_part_of_its_label() {
    check("<label for=f>Φορέας <sup>*</sup></label><input id=f value='Δήμος Α'>", Some("Δήμος Α"));
    check("<label>Φορέας: * <input value='Δήμος Α'></label>", Some("Δήμος Α"));
    check("<table><tr><td>Φορέας*:<td>Δήμος Α</table>", Some("Δήμος Α"));
    check("<p><b>Φορέας: *</b> Δήμος Α</p>", Some("Δήμος Α"));
    check("<table><tr><td>*Φορέας<td>Δήμος Α</table>", None);
    assert_eq!(text_at(label("Φορέας *"), "<p>Φορέας: Δήμος Α").as_deref(), Some("Δήμος Α"));
    assert_eq!(text_at(label("*"), "<table><tr><td>*<td>Δήμος Α</table>").as_deref(), Some("Δήμος Α"));
}

#[test]
fn nested_tables_do_not_confuse_labels() {
    check(
        "<table><tr><td><table><tr><td>Φορέας</td><td>Δήμος Α</td></tr></table></td><td>x</td></tr></table>",
        Some("Δήμος Α"),
    );
    check(
        "<table><tr><td><table><tr><td>Φορέας</td><td></td></tr></table></td><td>x</td></tr></table>",
        None,
    );
    check("<table><tr><th>Φορέας</th><th>Έργο</th></tr><tr><td>Δήμος Α</td><td>x</td></tr></table>", None);
    check("<table><tr><th>Φορέας</th></tr><tr><td>x</td><td>y</td></tr></table>", None);
}

#[test]
fn the_first_label_with_a_place_for_its_value_decides() {
    let page =
        "<ul><li><a>Φορέας</a></li></ul><table><tr><td>Φορέας<td>Δήμος Α<tr><td>Φορέας<td>Δήμος Β</table>";
    check(page, Some("Δήμος Α"));
    check("<table><tr><td>Φορέας<td> <tr><td>Φορέας<td>Δήμος Β</table>", None);
    check("<p><b>Φορέας:</b> <b>Έργο:</b> x</p>", None);
    check("<p><b>Φορέας:</b><br>x</p>", None);
}

#[test]
fn labels_are_compared_whole_and_with_their_case() {
    check("<table><tr><td>φορέας<td>x<tr><td>Φορέας έργου<td>y</table>", None);
    let page = "<table><tr><td>Ημερομηνία\n &nbsp;υπογραφής :<td>12/03/2014</table>";
    assert_eq!(text_at(label("Ημερομηνία υπογραφής:"), page).as_deref(), Some("12/03/2014"));
    assert_eq!(
        text_at(label("Φορέας"), "<td>Φορέας<td>x").as_deref(),
        None,
        "cells outside a table are none"
    );
}
