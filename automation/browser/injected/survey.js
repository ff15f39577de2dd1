// What a snapshot keeps of a document besides its accessibility tree: the elements that can be
// used, without what was typed into them; what the fields hold, for scrubbing only; storage.
// A factory over accessibility.js, describe.js, look.js and wording.js.
(ax, described, look, words) => {
  const { everything, hidden, nameOf, parentOf, roleOf, visible } = ax;
  const USABLE = new Set([
    "button", "checkbox", "combobox", "gridcell", "link", "listbox", "menuitem", "menuitemcheckbox",
    "menuitemradio", "option", "radio", "searchbox", "slider", "spinbutton", "switch", "tab",
    "textbox", "treeitem",
  ]);
  const NATIVE = "a[href],button,input,select,textarea,summary,[contenteditable],[onclick]";
  const BUTTONS = new Set(["button", "submit", "reset", "image", "checkbox", "radio"]);

  const usable = (element) =>
    element.tagName !== "OPTION" &&
    (element.matches(NATIVE) || (element.hasAttribute("role") && USABLE.has(roleOf(element)))) &&
    visible(element) && !hidden(element);

  const evidenceOf = look(ax, described, words);
  const elementOf = (element) => ({
    role: roleOf(element) || "",
    name: nameOf(element),
    tag: element.tagName.toLowerCase(),
    id: element.id || "",
    field: element.getAttribute("name") || "",
    type: element.getAttribute("type") || "",
    disabled: element.disabled === true || element.getAttribute("aria-disabled") === "true",
    evidence: evidenceOf(element),
  });

  // The way from the root by numbers, so that one can tell what lies inside what.
  const pathOf = (element) => {
    const path = [];
    for (let node = element; node; node = parentOf(node)) {
      const siblings = node.parentElement ? [...node.parentElement.children] : [];
      path.unshift(Math.max(siblings.indexOf(node), 0));
    }
    return path;
  };

  const typedInto = (element) => {
    if (element.isContentEditable) return element.textContent;
    if (element.matches("textarea")) return element.value;
    return element.matches("input") && !BUTTONS.has(element.type) ? element.value : "";
  };

  // How tables hold their rows, where that is not simply all of them: a table says how many there
  // are (aria-rowcount), or has room for rows that it places by itself while one scrolls.
  const TABLES = new Set(["table", "grid", "treegrid"]);
  const rowsOf = (table) => all.filter((each) => roleOf(each) === "row" && table.contains(each));
  const placed = (row) => {
    const style = getComputedStyle(row);
    return style.position === "absolute" || style.transform !== "none";
  };
  const roomOf = (row) => {
    const around = parentOf(row);
    return around ? Math.max(around.scrollHeight, around.getBoundingClientRect().height) : 0;
  };
  const holding = (table) => {
    const rows = rowsOf(table);
    const said = Number(table.getAttribute("aria-rowcount") || "0");
    if (said) return said < 0 || said > rows.length ? "part" : "whole";
    const own = rows.filter(placed);
    if (!own.length) return "";
    const height = own.reduce((sum, row) => sum + row.getBoundingClientRect().height, 0);
    return roomOf(own[0]) > height * 1.5 ? "part" : "whole";
  };
  const isCanvas = (element) => {
    const box = element.getBoundingClientRect();
    return element.tagName === "CANVAS" && box.width * box.height > innerWidth * innerHeight / 2;
  };
  const drawn = () => {
    const tables = all.filter((each) => TABLES.has(roleOf(each)) && visible(each));
    const outer = tables.filter((one) => !tables.some((other) => other !== one && other.contains(one)));
    const found = outer.map((one, at) => [nameOf(one) || String(at + 1), holding(one)]);
    const canvas = all.some(isCanvas) ? [["canvas", "canvas"]] : [];
    return Object.fromEntries([...found.filter(([, how]) => how), ...canvas]);
  };

  const kept = (area) => {
    try {
      return Object.entries({ ...globalThis[area] }).map(([key, value]) => [`${area}.${key}`, value]);
    } catch {
      return []; // a sandboxed frame has no storage
    }
  };

  const all = everything();
  return {
    survey: () => ({
      elements: all.filter(usable).map(elementOf),
      typed: all.map(typedInto).filter(Boolean),
      storage: Object.fromEntries([...kept("localStorage"), ...kept("sessionStorage")]),
      drawn: drawn(),
    }),
    looks: (elements) => elements.map((each) => ({ element: elementOf(each), path: pathOf(each) })),
  };
}
