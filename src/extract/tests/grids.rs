//! Which cell stands under a heading, in tables whose cells span columns and rows.

use super::*;

/// What stands under a heading in each row of a table's body, `-` where nothing does.
fn under(heading: &str, table: &str) -> Vec<String> {
    let rule = field("it", Place::Column(heading.into()));
    let profile = Profile { groups: vec![group("table.t > tbody > tr", vec![rule])], ..profile() };
    let html = format!("<table class=t>{table}</table>");
    let extraction = extract(&profile, &capture(&html)).unwrap();
    let Some(Value::Rows(rows)) = extraction.fields.into_iter().next().map(|field| field.value) else {
        return Vec::new();
    };
    let shown = rows.into_iter().map(|row| match row.into_iter().next().map(|field| field.value) {
        None => "-".to_owned(),
        Some(Value::Text(text)) => text,
        Some(other) => panic!("{other:?} is no text"),
    });
    shown.collect()
}

const TWO_ROWS_OF_HEADINGS: &str = "<thead>
    <tr><th rowspan=2>Pos</th><th colspan=2>Planned</th><th colspan=2>Paid</th><th rowspan=2>Who</th></tr>
    <tr><th>Net</th><th>Gross</th><th>Net</th><th></th></tr></thead>
    <tbody><tr><td>1</td><td>n1</td><td>g1</td><td>n2</td><td>g2</td><td>Ann</td></tr></tbody>";

#[test]
fn the_lowest_heading_that_has_text_names_a_column() {
    for (heading, expected) in [
        ("Pos", "1"),
        ("Net", "n1"),
        ("Gross", "g1"),
        ("Planned / Gross", "g1"),
        ("Paid / Net", "n2"),
        // The heading below it is empty.
        ("Paid", "g2"),
        ("Who", "Ann"),
        // No column's lowest: the first one below it.
        ("Planned", "n1"),
        ("Planned / Paid", "-"),
    ] {
        assert_eq!(under(heading, TWO_ROWS_OF_HEADINGS), [expected], "{heading}");
    }
}

#[test]
fn a_cell_that_spans_rows_stands_in_each_of_them() {
    let table = "<thead><tr><th>Pos</th><th>Net</th><th>Who</th></tr></thead><tbody>
        <tr><td rowspan=2>1</td><td>n1</td><td>Ann</td></tr>
        <tr><td>n2</td><td>Bob</td></tr>
        <tr><td>2</td><td colspan=2 rowspan=0>both</td></tr>
        <tr><td>3</td></tr></tbody><tbody><tr><td>4</td><td>n4</td><td>Dan</td></tr></tbody>";
    assert_eq!(under("Pos", table), ["1", "1", "2", "3", "4"]);
    assert_eq!(under("Net", table), ["n1", "n2", "both", "both", "n4"]);
    assert_eq!(under("Who", table), ["Ann", "Bob", "both", "both", "Dan"]);
}

#[test]
fn a_cell_finds_the_gap_between_those_from_above() {
    let table = "<tr><th>A</th><th>B</th><th>C</th><th>D</th></tr>
        <tr><td>a1</td><td rowspan=2>b1</td><td>c1</td><td rowspan=2>d1</td></tr>
        <tr><td>a2</td><td>c2</td></tr>";
    assert_eq!(under("A", table), ["A", "a1", "a2"]);
    assert_eq!(under("B", table), ["B", "b1", "b1"]);
    assert_eq!(under("C", table), ["C", "c1", "c2"]);
    assert_eq!(under("D", table), ["D", "d1", "d1"]);
}

#[test]
fn a_table_inside_a_cell_has_columns_of_its_own() {
    let table = "<thead><tr><th>Pos</th><th>Net</th></tr></thead><tbody><tr><td>1</td>
        <td><table><tr><th>Pos</th></tr><tr><td rowspan=9>inner</td></tr></table></td></tr>
        <tr><td>2</td><td>n2</td></tr></tbody>";
    assert_eq!(under("Pos", table), ["1", "2"]);
    assert_eq!(under("Net", table), ["Pos inner", "n2"]);
}

#[test]
fn hostile_spans_do_no_harm() {
    let table = "<thead><tr><th>A</th><th>B</th></tr></thead><tbody>
        <tr><td colspan=99999999999999999999 rowspan=-1>a</td><td rowspan=18446744073709551615>far</td></tr>
        <tr><td colspan=0 rowspan=x>b</td><td>c</td></tr></tbody>";
    assert_eq!(under("A", table), ["a", "b"]);
    assert_eq!(under("B", table), ["a", "c"]);
    // More cells than are laid out: what stands behind them is missing, and nothing else stands in its place.
    let row = format!("<tr>{}</tr>", "<td rowspan=9999>x".repeat(1000));
    let rows = under("A", &format!("<tr><td>A</tr>{}<tr><td>last</tr>", row.repeat(60)));
    assert_eq!((rows.len(), rows[1].as_str(), rows[61].as_str()), (62, "x", "-"));
}
