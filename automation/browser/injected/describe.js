// Describes an element by independent evidence that finds it again: accessibility, what its author
// wrote, its text and its place. Each candidate says how many elements it matches now, counted over
// the whole frame with its open shadow roots. A factory over accessibility.js, rows.js, wording.js.
(ax, rows, words) => {
  const { closest, everything, fold, labelsOf, nameOf, parentOf, roleOf, visible } = ax;
  const { buttonText, generated, leafTexts, rowOf, stableClass, wholeText } = rows;
  const LONGEST = 80;
  const TEST_ATTRIBUTES = [
    "data-testid", "data-test-id", "data-test", "data-cy", "data-qa", "data-pw", "data-automation-id",
  ];
  const KEPT_ATTRIBUTES = [
    "type", "name", "id", "class", "role", "aria-label", "placeholder", "title", "alt",
    "autocomplete", "for", ...TEST_ATTRIBUTES,
  ];
  // ---------------------------------------------------------------- texts

  const short = (text) => (text && text.length <= LONGEST ? text : "");
  const isInnermost = (element, text) =>
    wholeText(element) === text && ![...element.children].some((c) => wholeText(c) === text);
  const carriers = (all, text) =>
    all.filter((e) => !e.matches("script,style,noscript,title") && isInnermost(e, text));
  const contains = (outer, inner) => {
    for (let node = inner; node; node = parentOf(node)) if (node === outer) return true;
    return false;
  };

  // The texts that stand inside a target, so that one of them can be recognised as a known value.
  const partsOf = (element, all) => {
    const texts = leafTexts(element).map((node) => short(fold(node.data)));
    return [...new Set(texts.filter(Boolean))].slice(0, 6).map((text) => {
      const found = carriers(all, text);
      return { value: text, matches: found.length };
    });
  };

  // ---------------------------------------------------------------- structure

  const matching = (all, css) => all.filter((element) => element.matches(css));
  const segmentOf = (element, inRow) => {
    const tag = element.tagName.toLowerCase();
    const type = tag === "input" && element.type ? `[type="${element.type}"]` : "";
    const classes = [...element.classList].filter(stableClass).slice(0, 2);
    const plain = tag + type + classes.map((name) => `.${CSS.escape(name)}`).join("");
    const siblings = element.parentElement ? [...element.parentElement.children] : [];
    const alone = siblings.filter((each) => each.matches(plain)).length < 2;
    if (alone && !inRow) return plain;
    const same = siblings.filter((each) => each.tagName === element.tagName);
    return `${tag}:nth-of-type(${Math.max(same.indexOf(element), 0) + 1})`;
  };
  const GRID = 'table,[role="grid"],[role="table"],[role="treegrid"]';
  const cssOf = (element, all, row) => {
    const outermost = row && (closest(row, GRID) || parentOf(row));
    let path = "";
    for (let node = element; node && node.tagName !== "HTML"; node = node.parentElement) {
      if (node !== element && node.id && !generated(node.id)) {
        const anchored = `#${CSS.escape(node.id)} ${path}`;
        if (matching(all, anchored).length === 1) return anchored;
      }
      path = segmentOf(node, row && contains(row, node)) + (path && ` > ${path}`);
      if (row && !contains(node, outermost)) continue; // another table may come to the page
      if (path.includes(" ") && matching(all, path).length === 1) return path;
    }
    return path;
  };

  const evaluate = (xpath) => {
    const kind = XPathResult.ORDERED_NODE_SNAPSHOT_TYPE;
    const found = document.evaluate(xpath, document, null, kind, null);
    return Array.from({ length: found.snapshotLength }, (_, index) => found.snapshotItem(index));
  };
  const quoted = (text) => (text.includes('"') ? `'${text}'` : `"${text}"`);
  const LANDMARKS = ["main", "nav", "header", "footer", "aside", "dialog", "form", "table"];
  const anchorsOf = (node) => {
    const tag = node.tagName.toLowerCase();
    const role = node.getAttribute("role");
    return [
      ...(role ? [`//*[@role=${quoted(role)}]`] : []),
      ...(LANDMARKS.includes(tag) ? [`//${tag}`] : []),
    ];
  };
  const xpathStep = (node) => {
    const tag = node.tagName.toLowerCase();
    const same = [...node.parentElement.children].filter((e) => e.tagName === node.tagName);
    return `/${tag}[${same.indexOf(node) + 1}]`;
  };
  const xpathOf = (element, page) => {
    if (element.getRootNode() !== document || element.closest("svg")) return "";
    let path = "";
    for (let node = element; node && node !== document.body; node = node.parentElement) {
      const anchors = node === element ? [] : anchorsOf(node);
      const anchor = anchors.find((each) => evaluate(each).length === 1);
      if (anchor) return anchor + path;
      path = xpathStep(node) + path;
    }
    return underHeading(element, page) || `//body${path}`;
  };
  const underHeading = (element, page) => {
    const before = (e) => e.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
    const headings = [...document.querySelectorAll("h1,h2,h3,h4,legend")].filter(before).reverse();
    for (const heading of headings) {
      const text = short(fold(heading.textContent));
      if (!text || /\d|["']/.test(text) || !page.isWording(heading)) continue;
      const tag = element.tagName.toLowerCase();
      const base = `//${heading.tagName.toLowerCase()}[normalize-space()=${quoted(text)}]`;
      const index = evaluate(`${base}/following::${tag}`).indexOf(element);
      if (evaluate(base).length === 1 && index >= 0) return `${base}/following::${tag}[${index + 1}]`;
    }
    return "";
  };

  // ---------------------------------------------------------------- neighbours

  const AROUND = 60; // elements before and after, in document order, that may be neighbours
  const hasOwnText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && fold(node.data));
  const isText = (element) => {
    if (!hasOwnText(element)) return false; // its texts belong to the elements inside it
    if (element.matches("script,style,noscript,option,title,textarea")) return false;
    if (element.isContentEditable || element.querySelector("[contenteditable],textarea")) {
      return false; // somebody may just have typed it
    }
    const text = wholeText(element);
    return text.length <= 40 && isInnermost(element, text) && visible(element);
  };
  const nearOf = (element, all, page) => {
    const tag = element.tagName.toLowerCase();
    const place = all.indexOf(element);
    const alone = (words) =>
      all.filter((e) => hasOwnText(e) && wholeText(e) === words && isText(e)).length === 1;
    const firstAfter = (index) =>
      all.slice(index + 1).find((e) => e.tagName.toLowerCase() === tag && visible(e));
    let tried = 0;
    for (let index = place - 1; index >= 0 && tried < 12; index -= 1) {
      const text = all[index];
      if (!isText(text) || rowOf(text)) continue;
      tried += 1;
      if (firstAfter(index) !== element) return ""; // nor is it for a text further up
      const words = wholeText(text);
      if (!/\d|\|/.test(words) && alone(words) && page.isWording(text)) return `${tag}|${words}`;
    }
    return "";
  };
  const distance = (a, b) =>
    Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
  const neighboursOf = (element, all, page) => {
    const box = element.getBoundingClientRect();
    const place = all.indexOf(element);
    const around = all.slice(Math.max(place - AROUND, 0), place + AROUND);
    return around
      .filter((e) => isText(e) && !contains(element, e) && !contains(e, element))
      .filter(page.isWording)
      .map((each) => [distance(box, each.getBoundingClientRect()), wholeText(each)])
      .sort((a, b) => a[0] - b[0])
      .slice(0, 4)
      .map(([, text]) => text);
  };

  // ---------------------------------------------------------------- the description

  const testIdOf = (element) => {
    const marked = TEST_ATTRIBUTES.find((attribute) => element.getAttribute(attribute));
    return marked ? `${marked}=${element.getAttribute(marked)}` : "";
  };
  const holdsValue = (element) =>
    element.isContentEditable || element.matches("input,select,textarea");
  const textOf = (element) => (holdsValue(element) ? buttonText(element) : wholeText(element));
  const candidatesOf = (element, all, row, page) => {
    const found = [];
    const add = (kind, value, matches, name = null) => {
      if (value) found.push({ kind, value, name, matches: matches() });
    };
    const byAttribute = (kind, attribute, value) =>
      add(kind, value, () => all.filter((e) => fold(e.getAttribute(attribute)) === value).length);
    const role = roleOf(element);
    const name = short(nameOf(element));
    const peers = all.filter((each) => role && roleOf(each) === role && !ax.hidden(each));
    if (name) add("role", role, () => peers.filter((e) => nameOf(e) === name).length, name);
    else add("role", role, () => peers.length);
    const marked = TEST_ATTRIBUTES.find((attribute) => element.getAttribute(attribute));
    if (marked) {
      const css = `[${marked}="${CSS.escape(element.getAttribute(marked))}"]`;
      add("test_id", testIdOf(element), () => matching(all, css).length);
    }
    byAttribute("placeholder", "placeholder", short(fold(element.getAttribute("placeholder"))));
    const isField = holdsValue(element);
    const label = isField ? short(labelsOf(element)[0] || "") : "";
    add("label", label, () => all.filter((each) => labelsOf(each).includes(label)).length);
    byAttribute("alt", "alt", short(fold(element.getAttribute("alt"))));
    byAttribute("title", "title", short(fold(element.getAttribute("title"))));
    const text = words.holdsData(element) ? "" : short(textOf(element));
    add("text", text, () => carriers(all, text).length);
    if (element.id && !generated(element.id)) byAttribute("id", "id", element.id);
    const field = element.matches("input,select,textarea,button") ? element.name : "";
    if (field && !generated(field)) byAttribute("field", "name", field);
    // What stands over a table differs from practice to practice, and its rows stay where they are.
    add("near", row ? "" : nearOf(element, all, page), () => 1);
    const css = cssOf(element, all, row);
    add("css", css, () => matching(all, css).length);
    const xpath = xpathOf(element, page);
    add("xpath", xpath, () => evaluate(xpath).length);
    return found;
  };

  const fingerprintOf = (element, all, row, page) => {
    const attributes = {};
    for (const name of KEPT_ATTRIBUTES) {
      const value = (element.getAttribute(name) || "").slice(0, LONGEST);
      if (value && !row) attributes[name] = value;
    }
    const box = element.getBoundingClientRect();
    return {
      tag: element.tagName.toLowerCase(),
      attributes,
      text: row || words.holdsData(element) ? "" : textOf(element).slice(0, LONGEST),
      neighbours: neighboursOf(element, all, page),
      box: [box.x, box.y, box.width, box.height].map(Math.round),
    };
  };

  const describe = (element) => {
    const all = everything();
    const row = rowOf(element);
    const page = words.look();
    return {
      candidates: candidatesOf(element, all, row, page),
      parts: holdsValue(element) ? [] : partsOf(element, all),
      row: row !== null,
      thing: page.isNamedAfterAThing(element),
      wording: page.wording(),
      data: page.data(),
      fingerprint: fingerprintOf(element, all, row, page),
    };
  };
  return {
    describe, generated, holdsValue, isText, rowOf, short, testIdOf, wholeText,
    framePath: (element) => cssOf(element, everything(), null),
  };
}
