//! Selectors that enter shadow roots, as a capture writes them: `<template shadowrootmode=…>` in their host.
//!
//! As in a browser, a selector sees nothing of the roots inside its own tree: only ` >>> ` enters them. `:scope` is the
//! element at which it begins.

use scraper::{ElementRef, Selector};

use super::text::{VisibleText, is_shadow_root};

/// Between an element and what its shadow root holds.
pub(super) const ENTERS: &str = " >>> ";

/// A selector of one or more segments, each in the shadow root of what the one before it matches.
pub(super) struct CssPath {
    segments: Vec<Selector>,
    /// Whether the first may match the element at which it begins.
    is_of_scope: bool,
}

impl CssPath {
    /// Parses a path; `None` where a segment does not parse, which loading has excluded.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let segments: Option<Vec<_>> =
            text.split(ENTERS).map(|segment| Selector::parse(segment).ok()).collect();
        segments.map(|segments| Self { segments, is_of_scope: text.starts_with(":scope") })
    }

    /// The elements below `top` that the path leads to, in the order of the document.
    pub(super) fn select<'p>(&self, top: ElementRef<'p>, text: &VisibleText) -> Vec<ElementRef<'p>> {
        let mut tops = vec![(top, text.root_around(top.id()))];
        let mut found = Vec::new();
        for (index, segment) in self.segments.iter().enumerate() {
            if index > 0 {
                let roots = found.iter().copied().filter_map(shadow_root_of);
                tops = roots.map(|root: ElementRef<'_>| (root, Some(root.id()))).collect();
            }
            found = tops
                .iter()
                .flat_map(|(top, root)| {
                    let is_itself = index == 0 && self.is_of_scope;
                    let itself =
                        Some(*top).filter(|top| is_itself && segment.matches_with_scope(top, Some(*top)));
                    let below = top.select(segment);
                    let same_tree = |element: &ElementRef<'p>| text.root_around(element.id()) == *root;
                    itself.into_iter().chain(below).filter(same_tree)
                })
                .collect();
        }
        found
    }
}

fn shadow_root_of(host: ElementRef<'_>) -> Option<ElementRef<'_>> {
    host.child_elements().find(|child| is_shadow_root(*child))
}
