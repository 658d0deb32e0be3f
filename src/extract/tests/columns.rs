//! Which cell stands under a heading, however the table is written.

use super::*;

/// What stands under the heading `Ποσό` in each row; `-` where that is nothing.
fn check(table: &str, expected: &[&str]) {
    let rule = field("it", Place::Column("Ποσό".into()));
    let profile = Profile { groups: vec![group("tr.row", vec![rule])], ..profile() };
    let extraction = extract(&profile, &capture(&format!("<table>{table}</table>"))).unwrap();
    let Some(Value::Rows(rows)) = extraction.fields.first().map(|field| &field.value) else {
        panic!("no rows: {table}")
    };
    let found = rows.iter().map(|row| match row.first().map(|field| &field.value) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "-",
    });
    assert_eq!(found.collect::<Vec<_>>(), expected, "{table}");
}

#[test]
fn headings_stand_in_the_head_or_else_in_the_first_row() {
    check("<thead><tr><th>Α<th>Ποσό</thead><tr class=row><td>1<td>2", &["2"]);
    check("<thead><tr><th colspan=2>Όλα<tr><td>Α<td>Ποσό</thead><tr class=row><td>1<td>2", &["2"]);
    check("<tr><th>Α<th>Ποσό<tr class=row><td>1<td>2<tr class=row><td>3<td>4", &["2", "4"]);
    check("<tbody><tr><td>Α<td>Ποσό<tr class=row><td>1<td>2", &["2"]);
    check("<thead><tr><th>Α<th>Β</thead><tr class=row><td>1<td>Ποσό<tr class=row><td>3<td>4", &["-", "-"]);
    check("<tr><th>Α<th>Β<tr class=row><td>1<td>Ποσό<tr class=row><td>3<td>4", &["-", "-"]);
    check("<tr><th>Α<th>Ποσό<tr class=row><th>1<th>2", &["2"]);
}

#[test]
fn a_wide_cell_stands_under_all_the_columns_that_it_covers() {
    check("<tr><th>Α<th>Ποσό<tr class=row><td colspan=2>1<tr class=row><td>2", &["1", "-"]);
    check("<tr><th colspan=2>Α<th>Ποσό<tr class=row><td>1<td>2<td>3", &["3"]);
    check("<tr><th colspan=0>Α<th>Ποσό<tr class=row><td>1<td>2", &["2"]);
    check("<tr><th colspan=x>Α<th>Ποσό<tr class=row><td>1<td>2", &["2"]);
}

#[test]
fn a_table_inside_a_row_has_headings_of_its_own() {
    let inner = "<table><tr><th>Ποσό<tr class=row><td>7</table>";
    check(&format!("<tr><th>Ποσό<th>Α<tr class=row><td>1<td>{inner}"), &["1", "7"]);
}

#[test]
fn a_heading_is_compared_with_its_white_space_folded() {
    let rule = field("it", Place::Column("Ποσό  (€)".into()));
    let profile = Profile { groups: vec![group("tbody tr", vec![rule])], ..profile() };
    let page = "<table><thead><tr><th>Ποσό\n <br>(€)</thead><tbody><tr><td>1</table>";
    assert_eq!(extract(&profile, &capture(page)).unwrap().warnings, []);
}
