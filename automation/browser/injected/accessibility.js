// Role and accessible name of an element, after the basics of WAI-ARIA, HTML-AAM and accname 1.2.
// A factory: the caller keeps what it returns. Values that people typed are never part of a name.
() => {
  const fold = (text) => (text || "").replace(/[\u200b\u00ad]/g, "").replace(/\s+/g, " ").trim();

  // The parent a person would name: out of a shadow root it is the host, out of a slot the slot.
  const parentOf = (node) =>
    node.assignedSlot || node.parentElement || (node.getRootNode && node.getRootNode().host) || null;

  const closest = (element, selector) => {
    for (let node = element; node; node = parentOf(node)) if (node.matches(selector)) return node;
    return null;
  };

  // All elements in document order, the insides of open shadow roots after their hosts.
  const everything = (root = document, found = []) => {
    for (const element of root.querySelectorAll("*")) {
      found.push(element);
      if (element.shadowRoot) everything(element.shadowRoot, found);
    }
    return found;
  };

  const visible = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };

  const hidden = (element) =>
    !element.checkVisibility({ visibilityProperty: true }) ||
    closest(element, '[aria-hidden="true"]') !== null;

  const ROLE_OF_TAG = {
    ARTICLE: "article", ASIDE: "complementary", BUTTON: "button", DATALIST: "listbox",
    DD: "definition", DETAILS: "group", DIALOG: "dialog", DT: "term", FIELDSET: "group",
    FIGURE: "figure", H1: "heading", H2: "heading", H3: "heading", H4: "heading", H5: "heading",
    H6: "heading", HR: "separator", LI: "listitem", MAIN: "main", MENU: "list", METER: "meter",
    NAV: "navigation", OL: "list", OPTGROUP: "group", OPTION: "option", OUTPUT: "status",
    P: "paragraph", PROGRESS: "progressbar", SEARCH: "search", SVG: "img", TABLE: "table",
    TBODY: "rowgroup", TEXTAREA: "textbox", TFOOT: "rowgroup", THEAD: "rowgroup", TR: "row",
    UL: "list",
  };
  const ROLE_OF_INPUT = {
    button: "button", checkbox: "checkbox", file: "button", image: "button", number: "spinbutton",
    radio: "radio", range: "slider", reset: "button", submit: "button",
  };
  const roleOfInput = (input) => {
    if (input.type === "hidden") return null;
    const listed = input.hasAttribute("list");
    if (input.type === "search") return listed ? "combobox" : "searchbox";
    if (listed && ["email", "tel", "text", "url"].includes(input.type)) return "combobox";
    return ROLE_OF_INPUT[input.type] || "textbox";
  };
  const roleOfHeaderCell = (cell) => {
    const scope = cell.getAttribute("scope");
    if (scope === "row" || scope === "rowgroup") return "rowheader";
    return "columnheader";
  };
  const inGrid = (cell) => closest(cell, '[role="grid"],[role="treegrid"]') !== null;
  const SECTION = "article,aside,main,nav,section";
  const COMPUTED_ROLE = {
    A: (e) => (e.hasAttribute("href") ? "link" : null),
    AREA: (e) => (e.hasAttribute("href") ? "link" : null),
    FOOTER: (e) => (e.closest(SECTION) ? null : "contentinfo"),
    FORM: (e) => (named(e) ? "form" : null),
    HEADER: (e) => (e.closest(SECTION) ? null : "banner"),
    IMG: (e) => (e.getAttribute("alt") === "" && !e.title ? "presentation" : "img"),
    INPUT: roleOfInput,
    SECTION: (e) => (named(e) ? "region" : null),
    SELECT: (e) => (e.multiple || e.size > 1 ? "listbox" : "combobox"),
    TD: (e) => (inGrid(e) ? "gridcell" : "cell"),
    TH: roleOfHeaderCell,
  };
  const named = (e) => e.hasAttribute("aria-label") || e.hasAttribute("aria-labelledby");

  const roleOf = (element) => {
    const given = (element.getAttribute("role") || "").trim().split(/\s+/)[0];
    if (given) return given;
    const tag = element.tagName.toUpperCase();
    return COMPUTED_ROLE[tag] ? COMPUTED_ROLE[tag](element) : ROLE_OF_TAG[tag] || null;
  };

  const BY_CONTENT = new Set([
    "button", "cell", "checkbox", "columnheader", "gridcell", "heading", "link", "menuitem",
    "menuitemcheckbox", "menuitemradio", "option", "radio", "row", "rowheader", "switch", "tab",
    "tooltip", "treeitem",
  ]);
  const FIELDS = "input,select,textarea,meter,output,progress";
  const WITH_PLACEHOLDER = new Set(["text", "password", "search", "tel", "email", "url", "textarea"]);

  const generated = (element, which) => {
    const match = /^"(.*)"$/.exec(getComputedStyle(element, which).content || "");
    return match ? match[1] : "";
  };

  // The text inside an element as it is read out; controls in it keep their values to themselves.
  const contentOf = (element, seen) => {
    const inside = element.shadowRoot || element;
    const slotted = element.tagName === "SLOT" ? element.assignedNodes() : [];
    let text = generated(element, "::before");
    for (const node of slotted.length ? slotted : inside.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) text += node.data;
      if (node.nodeType !== Node.ELEMENT_NODE || hidden(node) || seen.has(node)) continue;
      if (node.matches("script,style,noscript")) continue;
      const inline = /^(inline|contents)/.test(getComputedStyle(node).display);
      const part = insideName(node, seen);
      text += inline && node.tagName !== "BR" ? part : ` ${part} `;
    }
    return text + generated(element, "::after");
  };

  const insideName = (element, seen) => {
    seen.add(element);
    const label = fold(element.getAttribute("aria-label"));
    if (label) return label;
    if (element.matches(FIELDS)) return ownButtonText(element);
    if (element.matches("img,area")) return element.getAttribute("alt") || "";
    if (element.tagName.toUpperCase() === "SVG") return svgTitle(element);
    return contentOf(element, seen);
  };

  const svgTitle = (svg) => {
    const title = [...svg.children].find((child) => child.tagName.toLowerCase() === "title");
    return title ? title.textContent : "";
  };

  const ownButtonText = (element) => {
    if (element.tagName !== "INPUT") return "";
    if (!["button", "submit", "reset"].includes(element.type)) return "";
    return element.value || { submit: "Submit", reset: "Reset" }[element.type] || "";
  };

  const referenced = (element, attribute) =>
    (element.getAttribute(attribute) || "")
      .split(/\s+/)
      .filter(Boolean)
      .map((id) => element.getRootNode().getElementById(id))
      .filter(Boolean);

  const legendOf = (element) => {
    const tag = { FIELDSET: "legend", FIGURE: "figcaption", TABLE: "caption" }[element.tagName];
    const legend = tag && [...element.children].find((c) => c.matches(tag));
    return legend ? fold(contentOf(legend, new Set([legend]))) : "";
  };

  const nativeName = (element) => {
    const own = ownButtonText(element);
    if (own) return own;
    const labels = [...(element.labels || [])].filter((label) => !hidden(label));
    const text = fold(labels.map((l) => contentOf(l, new Set([l, element]))).join(" "));
    if (text) return text;
    if (element.matches("img,area,input[type=image]")) return fold(element.getAttribute("alt"));
    if (element.tagName.toUpperCase() === "SVG") return fold(svgTitle(element));
    return legendOf(element);
  };

  const nameOf = (element) => {
    const refs = referenced(element, "aria-labelledby");
    const byRefs = fold(refs.map((ref) => insideName(ref, new Set())).join(" "));
    const direct = byRefs || fold(element.getAttribute("aria-label")) || nativeName(element);
    if (direct) return direct;
    const byContent = BY_CONTENT.has(roleOf(element)) && !element.matches(FIELDS);
    const content = byContent ? fold(contentOf(element, new Set([element]))) : "";
    return content || fold(element.title) || placeholderName(element);
  };

  const placeholderName = (element) =>
    WITH_PLACEHOLDER.has(element.type) ? fold(element.getAttribute("placeholder")) : "";

  // The label texts of a field, each as a person reads it; all of them find the field.
  const labelsOf = (element) => {
    const refs = referenced(element, "aria-labelledby").map((ref) => fold(ref.textContent));
    if (refs.length) return refs;
    const label = fold(element.getAttribute("aria-label"));
    if (label) return [label];
    const native = [...(element.labels || [])].filter((l) => !l.querySelector("select,textarea"));
    return native.map((each) => fold(each.textContent)).filter(Boolean);
  };

  return {
    closest, everything, fold, hidden, labelsOf, nameOf, ownButtonText, parentOf, roleOf, visible,
  };
}
