//! Cuts a text that is known to be JSON into its values.

use std::ops::Range;

use super::{JsonError, Node, Sort, VALUES_MAX};

/// The values of a text that is JSON, in its order. What is none gives some values or none; it never loops or panics.
pub(super) fn nodes(text: &str) -> Result<Vec<Node>, JsonError> {
    let bytes = text.as_bytes();
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut name = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                let sort = if *byte == b'{' { Sort::Object } else { Sort::List };
                open.push(nodes.len());
                add(&mut nodes, sort, at..at + 1, name.take())?;
                at += 1;
            }
            b'}' | b']' => {
                let end = nodes.len();
                if let Some(closed) = open.pop().and_then(|index| nodes.get_mut(index)) {
                    closed.span.end = at + 1;
                    closed.end = end;
                }
                at += 1;
            }
            b'"' => {
                let span = at..behind_text(bytes, at);
                at = span.end;
                if is_name(bytes, at) {
                    name = Some(span);
                } else {
                    add(&mut nodes, Sort::Text, span, name.take())?;
                }
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            _ => {
                let span = at..behind_word(bytes, at);
                at = span.end;
                let sort = match byte {
                    b't' | b'f' => Sort::Flag,
                    b'n' => Sort::Null,
                    _ => Sort::Number,
                };
                add(&mut nodes, sort, span, name.take())?;
            }
        }
    }
    Ok(nodes)
}

fn add(
    nodes: &mut Vec<Node>,
    sort: Sort,
    span: Range<usize>,
    name: Option<Range<usize>>,
) -> Result<(), JsonError> {
    if nodes.len() >= VALUES_MAX {
        return Err(JsonError::TooMany);
    }
    nodes.push(Node { sort, span, name, end: nodes.len() + 1 });
    Ok(())
}

/// Where a text ends that begins here, its second quote included.
fn behind_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Where a number, a flag or `null` ends that begins here; always behind its first byte.
fn behind_word(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start + 1..).unwrap_or_default();
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
    start + 1 + rest.iter().position(ends).unwrap_or(rest.len())
}

/// Whether a text that ended here is the name of a member.
fn is_name(bytes: &[u8], end: usize) -> bool {
    let rest = bytes.get(end..).unwrap_or_default();
    rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}
