/**
 * Whether a key is for the page itself: nothing is open over it, nothing is typed in or chosen, and the focus is on the page's own part or
 * nowhere [WCAG 2.1.4].
 */
export const isForPage = ({ target, altKey, metaKey }) =>
  !altKey && !metaKey && !document.querySelector("dialog[open], :popover-open") && !target.closest("input, select, textarea, [contenteditable]")
  && (target === document.body || !!target.closest("#page"));
