//! Selectors that enter shadow roots, as a capture writes them: `<template shadowrootmode=…>` in their host.
//!
//! As in a browser, a selector sees nothing of the roots inside its own tree: only ` >>> ` enters them.

use scraper::{ElementRef, Selector};

use super::text::{VisibleText, is_shadow_root};

/// Between an element and what its shadow root holds.
pub(super) const ENTERS: &str = " >>> ";

/// A selector of one or more segments, each in the shadow root of what the one before it matches.
pub(super) struct CssPath(Vec<Selector>);

impl CssPath {
    /// Parses a path; `None` where a segment does not parse, which loading has excluded.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let segments: Option<Vec<_>> =
            text.split(ENTERS).map(|segment| Selector::parse(segment).ok()).collect();
        segments.map(Self)
    }

    /// The elements below `top` that the path leads to, in the order of the document.
    pub(super) fn select<'p>(&self, top: ElementRef<'p>, text: &VisibleText) -> Vec<ElementRef<'p>> {
        let mut tops = vec![(top, text.root_around(top.id()))];
        let mut found = Vec::new();
        for (index, segment) in self.0.iter().enumerate() {
            if index > 0 {
                let roots = found.iter().copied().filter_map(shadow_root_of);
                tops = roots.map(|root: ElementRef<'_>| (root, Some(root.id()))).collect();
            }
            found = tops
                .iter()
                .flat_map(|(top, root)| {
                    top.select(segment).filter(|element| text.root_around(element.id()) == *root)
                })
                .collect();
        }
        found
    }
}

fn shadow_root_of(host: ElementRef<'_>) -> Option<ElementRef<'_>> {
    host.child_elements().find(|child| is_shadow_root(*child))
}
