//! A document of the registry as its open data service writes it: the same truth in other words.
//!
//! A reference is a text in one kind and a list in another, an ID is misspelt here where its page misspells it, and amounts
//! are numbers with all their digits.

use serde_json::{Value, json};

use super::document::{DemoDocument, Row, Shown};
use super::kind::RegistryKind;

/// The service of a kind; awards are called auctions there, and decisions are not in it.
pub(super) const fn service_of(kind: RegistryKind) -> Option<&'static str> {
    match kind {
        RegistryKind::Request => Some("request"),
        RegistryKind::Notice => Some("notice"),
        RegistryKind::Award => Some("auction"),
        RegistryKind::Contract => Some("contract"),
        RegistryKind::Payment => Some("payment"),
        RegistryKind::Consultation | RegistryKind::Decision => None,
    }
}

/// The kind of a service.
pub(super) fn kind_named(service: &str) -> Option<RegistryKind> {
    RegistryKind::SEARCHABLE.into_iter().find(|kind| service_of(*kind) == Some(service))
}

/// A document as JSON.
pub(super) fn item(document: &DemoDocument) -> String {
    let mut members = vec![member("referenceNumber", &json!(document.id))];
    for (name, truth) in document.true_fields() {
        members.extend(field(document, &name, &truth));
    }
    let rows: Vec<&Row> = document.rows.iter().chain(&document.scripted_rows).collect();
    let texts = |labels: &[&str]| -> Vec<&str> {
        rows.iter()
            .filter(|row| labels.contains(&row.label))
            .flat_map(|row| match &row.shown {
                Shown::Text(text) => std::slice::from_ref(text),
                Shown::List(entries) => entries.as_slice(),
            })
            .map(String::as_str)
            .collect()
    };
    for (name, labels) in REFERENCES {
        members.extend(one_or_list(name, &texts(labels)));
    }
    let requests = texts(&["ΑΔΑΜ Αιτήματος", "Σχετικά Αιτήματα"]);
    let requests: Vec<Value> = requests.iter().map(|code| json!({ "code": code })).collect();
    members.push(member("approvedRequests", &json!(requests)));
    let decision =
        texts(&["ΑΔΑ Απόφασης"]).first().map_or(Value::Null, |number| json!({ "number3": number }));
    members.push(member("contractRelatedADA", &decision));
    format!("{{{}}}", members.join(","))
}

/// References that are a text where there is one, and a list where there are more.
const REFERENCES: [(&str, &[&str]); 9] = [
    ("noticeRefNo", &["ΑΔΑΜ Προκήρυξης"]),
    ("auctionRefNo", &["ΑΔΑΜ Ανάθεσης"]),
    ("contractRefNo", &["ΑΔΑΜ Σύμβασης", "Σχετικές Συμβάσεις"]),
    ("paymentRefNo", &["Σχετικές Εντολές Πληρωμής"]),
    ("prevReferenceNo", &["Προηγούμενη Έκδοση"]),
    ("nextRefNo", &["Επόμενη Έκδοση"]),
    ("paymentCommitmentCode", &["ΑΔΑ Ανάληψης Υποχρέωσης"]),
    ("approvalText", &["Σχετικές Αποφάσεις"]),
    ("comments", &["Παρατηρήσεις"]),
];

fn one_or_list(name: &str, texts: &[&str]) -> Option<String> {
    match texts {
        [] => None,
        [one] if name != "paymentRefNo" => Some(member(name, &json!(one))),
        several => Some(member(name, &json!(several))),
    }
}

fn field(document: &DemoDocument, name: &str, truth: &Value) -> Option<String> {
    let kind = document.kind;
    Some(match name {
        "title" => member("title", truth),
        "organisation" => member("organization", &json!({ "key": "100", "value": truth })),
        "organisation_tax_number" => member("organizationVatNumber", truth),
        "contractor" => {
            let tax_number = document.shown(kind.contractor_tax_number_label());
            member("contractors", &json!([{ "name": truth, "vatNumber": tax_number }]))
        }
        "signed" => member("signedDate", truth),
        // When it was posted is known to the second.
        "published" => member("submissionDate", &json!(format!("{}T10:15:00", truth.as_str()?))),
        "value_without_vat" => format!("\"totalCostWithoutVAT\":{}", digits(truth)),
        "value_with_vat" => format!("\"totalCostWithVAT\":{}", digits(truth)),
        "duration_days" => member("contractDuration", truth),
        "cancelled" => member("cancelled", truth),
        "lines" => {
            let lines: Vec<String> = truth.as_array()?.iter().filter_map(line).collect();
            format!("\"objectDetails\":[{}]", lines.join(","))
        }
        _ => return None,
    })
}

fn line(truth: &Value) -> Option<String> {
    let cpv = json!([{ "key": truth.get("cpv")?, "value": null }]);
    let members = [
        member("cpvs", &cpv),
        member("shortDescription", truth.get("description")?),
        member("quantity", truth.get("quantity")?),
        format!("\"costWithoutVAT\":{}", digits(truth.get("value")?)),
    ];
    Some(format!("{{{}}}", members.join(",")))
}

/// An amount's digits, which are a number as they are.
fn digits(amount: &Value) -> &str {
    amount.get("amount").and_then(Value::as_str).unwrap_or("null")
}

fn member(name: &str, value: &Value) -> String {
    format!("{}:{value}", json!(name))
}
