// What is known of a control besides role, name and attributes of identity: evidence by name, as a
// snapshot keeps it. Nothing that was typed is in it, and no address with its query.
// A factory over accessibility.js, describe.js and wording.js; what it returns serves one look at a
// page.
(ax, described, words) => {
  const { closest, everything, fold, labelsOf, nameOf, parentOf, roleOf } = ax;
  const { generated, holdsValue, isText, rowOf, short, testIdOf, wholeText } = described;
  const AROUND = 60; // elements before and after, in document order, that may be neighbours
  const NEAR = 4;
  const MOST_OPTIONS = 100;
  const LANDMARKS = new Set([
    "banner", "complementary", "contentinfo", "dialog", "form", "main", "navigation", "region",
    "search",
  ]);
  const DATED = new Set(["date", "datetime-local", "month", "time", "week"]);
  const LIMITS = ["maxlength", "minlength", "pattern", "min", "max", "step"];

  const all = everything();
  const places = new Map(all.map((element, index) => [element, index]));
  const remembered = (ask) => {
    const known = new Map();
    return (element) => {
      if (!known.has(element)) known.set(element, ask(element));
      return known.get(element);
    };
  };
  const page = words.look();
  const isNeighbour = remembered((element) => isText(element) && page.isWording(element));
  const boxOf = remembered((element) => element.getBoundingClientRect());
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const distance = (one, other) => {
    const [[x, y], [u, v]] = [middle(boxOf(one)), middle(boxOf(other))];
    return Math.hypot(x - u, y - v);
  };

  const address = (text) => {
    const bare = (text || "").trim().split(/[?#]/)[0];
    return /^(javascript|data|blob|mailto|tel):/i.test(bare) ? "" : bare;
  };
  const formOf = (element) => {
    const form = element.form || closest(element, "form");
    if (!form) return {};
    const number = [...document.forms].indexOf(form) + 1;
    const id = form.id && !generated(form.id) ? form.id : "";
    const method = (form.getAttribute("method") || "get").toUpperCase();
    const encoding = method === "POST" ? form.enctype : "";
    const to = address(form.getAttribute("action")) || "-";
    return {
      form: form.getAttribute("name") || id || String(number || 1),
      action: `${method} ${to} ${encoding}`.trim(),
    };
  };
  const landmarkOf = (element) => {
    for (let node = parentOf(element); node; node = parentOf(node)) {
      const role = roleOf(node);
      if (LANDMARKS.has(role)) return fold(`${role} ${short(labelsOf(node)[0] || "")}`);
    }
    return "";
  };
  const headings = all.filter((each) => roleOf(each) === "heading" && isShown(each));
  const headingOf = (element) => {
    const place = places.get(element);
    const above = headings.filter((each) => places.get(each) < place && !each.contains(element));
    return above.length ? short(fold(nameOf(above[above.length - 1]))) : "";
  };
  function isShown(element) {
    const box = boxOf(element);
    return box.width > 0 && box.height > 0;
  }
  const nearOf = (element) => {
    const place = places.get(element) ?? 0;
    return all
      .slice(Math.max(place - AROUND, 0), place + AROUND)
      .filter((e) => isNeighbour(e) && !element.contains(e) && !e.contains(element))
      .map((each) => [distance(element, each), wholeText(each)])
      .sort((a, b) => a[0] - b[0])
      .slice(0, NEAR)
      .map(([, text]) => text)
      .join("\n");
  };
  const limitsOf = (element) => {
    const names = DATED.has(element.type) ? LIMITS.slice(0, 3) : LIMITS;
    const told = names.filter((name) => element.hasAttribute(name));
    return told.map((name) => `${name}=${element.getAttribute(name)}`).join(" ");
  };
  const isRequired = (element) =>
    element.required === true || element.getAttribute("aria-required") === "true" ||
    /\*\s*$/.test(labelsOf(element)[0] || "");
  const coverOf = (element) => {
    const [x, y] = middle(boxOf(element));
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return "";
    const hit = element.getRootNode().elementFromPoint(x, y);
    const label = [...(element.labels || [])].some((each) => each.contains(hit));
    const own = !hit || label || hit.contains(element) || element.contains(hit);
    return own ? "no" : "yes";
  };
  const optionsOf = (element) =>
    element.matches("select")
      ? [...element.options].slice(0, MOST_OPTIONS).map((o) => short(fold(o.label))).join("\n")
      : "";

  const paintOf = (element) => {
    const style = getComputedStyle(element);
    const edge = `${style.borderTopWidth} ${style.borderTopColor} ${style.borderTopLeftRadius}`;
    return `${style.color}; ${style.backgroundColor}; ${edge}; ${style.fontSize} ${style.fontFamily}`;
  };

  const fieldEvidence = (element) => ({
    label: short(labelsOf(element)[0] || ""),
    placeholder: short(fold(element.getAttribute("placeholder"))),
    autocomplete: element.getAttribute("autocomplete"),
    required: isRequired(element) ? "yes" : "no",
    constraint: limitsOf(element),
    options: optionsOf(element),
  });

  return (element) => {
    const row = rowOf(element) !== null;
    const field = holdsValue(element);
    const box = boxOf(element);
    const found = {
      ...(field ? fieldEvidence(element) : {}),
      ...formOf(element),
      landmark: landmarkOf(element),
      test_id: testIdOf(element),
      box: [box.x, box.y, box.width, box.height].map(Math.round).join(" "),
      covered: coverOf(element),
      row: row ? "yes" : "",
    };
    if (!row) {
      found.text = field ? "" : short(wholeText(element));
      found.title = short(fold(element.getAttribute("title")));
      found.alt = short(fold(element.getAttribute("alt")));
      found.href = element.matches("a,area") ? address(element.getAttribute("href")) : "";
      found.heading = headingOf(element);
      found.near = nearOf(element);
      found.paint = paintOf(element);
    }
    return Object.fromEntries(Object.entries(found).filter(([, value]) => value));
  };
}
