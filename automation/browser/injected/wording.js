// Tells the portal's own words from data of a practice: a text is the portal's own only where its
// markup says so, or where all its words stand in such texts. What may be a name is no evidence.
// A factory over accessibility.js and rows.js.
(ax, rows) => {
  const { closest, everything, fold, labelsOf, nameOf, parentOf, roleOf } = ax;
  const { FIELD, MENUS, isDataRow, leafTexts, rowOf, wholeText } = rows;
  const MARKED =
    'label,legend,summary,dt,th,button,input[type=submit],input[type=button],[role="button"],' +
    '[role="columnheader"],[role="tab"],[role="menuitem"],[role="switch"]';
  const CELL =
    'td,dd,option,[role="cell"],[role="gridcell"],[role="rowheader"],[role="option"],[role="treeitem"]';
  const TYPED = "textarea,select,[contenteditable]";
  const AN_ID = /^(\d{2,}|(?=.*\d)[\w-]{16,})$/;
  const LONGEST = 60;
  const MOST = 400;

  // ---------------------------------------------------------------- what is named after a thing

  const idsIn = (address) => {
    const named = [...new URLSearchParams(address.search)].filter(([name]) => /(^|_|-)id$|[a-z]I[dD]$/i.test(name));
    return [...address.pathname.split("/"), ...named.map(([, value]) => value)].filter((part) =>
      AN_ID.test(part));
  };
  const addressOf = (link) => {
    const base = /^https?:/.test(document.baseURI) ? document.baseURI : "http://page.invalid/";
    try {
      return new URL(link.getAttribute("href"), base);
    } catch {
      return null;
    }
  };
  // The page of another thing, or that of this one; not a part of this one's page, such as a tab.
  const leadsToAThing = (link) => {
    const to = addressOf(link);
    if (!to) return false;
    const ids = idsIn(to).filter((id) => !ofThePractice.has(id));
    const last = (to.pathname.match(/([^/]+)\/*$/) || [])[1];
    return ids.some((id) => id === last || !location.href.includes(id));
  };
  let ofThePractice = new Set(); // ids that nearly every address of the page has
  const seenEverywhere = (links) => {
    const counts = new Map();
    const addresses = new Set(links.map((each) => addressOf(each)?.href));
    for (const href of [...addresses].filter(Boolean)) {
      for (const id of new Set(idsIn(new URL(href)))) counts.set(id, (counts.get(id) || 0) + 1);
    }
    const most = Math.max(addresses.size / 2, 3);
    return new Set([...counts].filter(([, count]) => count > most).map(([id]) => id));
  };
  const standsForAThing = (label) => {
    const box = label.control;
    return Boolean(box && box.matches("[type=checkbox],[type=radio]") && /\d{3,}/.test(box.value));
  };
  const ofAThing = (element) => {
    const link = closest(element, "a[href],area[href]");
    if (link) return leadsToAThing(link);
    const label = closest(element, "label") || (element.labels || [])[0];
    return Boolean(label && standsForAThing(label));
  };

  // ---------------------------------------------------------------- what the markup says

  const isHeaderOfRow = (element) => {
    const cell = closest(element, "th");
    return Boolean(cell && cell.closest("tbody") && cell.closest("table").querySelector("thead th"));
  };
  const isAction = (element) => {
    const link = closest(element, "a");
    if (!link) return false;
    return Boolean(closest(link, MENUS)) || /^[^#]/.test(link.getAttribute("href") || "#");
  };
  const isMarked = (element) => {
    if (ofAThing(element) || isHeaderOfRow(element)) return false;
    const marked = closest(element, MARKED);
    if (marked) return !closest(element, '[role="listbox"]');
    return isAction(element) && !/^javascript:/i.test(closest(element, "a").getAttribute("href"));
  };

  // The text before a field that nothing else names.
  const captionsIn = (all) => {
    const found = new Set();
    let last = null;
    for (const element of all) {
      if (element.matches(FIELD)) {
        if (element.type !== "hidden" && last && !nameOf(element)) found.add(last);
        last = null;
      } else if (roleOf(element) === "heading") last = null;
      else if (fold(ownText(element)) && leafTexts(element).length === 1) last = element;
    }
    return found;
  };
  const ownText = (element) =>
    [...element.childNodes].map((n) => (n.nodeType === Node.TEXT_NODE ? n.data : "")).join("");

  // ---------------------------------------------------------------- one look at the page

  const wordsOf = (text) => text.toLowerCase().split(/[^\p{L}\p{M}]+/u).filter(Boolean);
  const look = () => {
    const all = everything();
    ofThePractice = seenEverywhere(all.filter((e) => e.matches("a[href]")));
    const rowsSeen = new Map(); // asked for every text of a page, so each node is asked once
    const inRow = (node) => {
      if (!node || node === document.body) return false;
      if (!rowsSeen.has(node)) rowsSeen.set(node, isDataRow(node) || inRow(parentOf(node)));
      return rowsSeen.get(node);
    };
    const captions = captionsIn(all);
    const marked = all.filter((e) =>
      e.matches(`${MARKED},a`) && !e.querySelector(TYPED) && isMarked(e) && !inRow(e));
    const fields = all.filter((e) => e.matches(FIELD)).flatMap((e) =>
      [...labelsOf(e), fold(e.getAttribute("placeholder"))]);
    const own = [...[...marked, ...captions].map(wholeText), ...fields].filter(Boolean);
    const known = new Set(own.flatMap(wordsOf));
    const isKnown = (text) => {
      const words = wordsOf(text);
      return words.length > 0 && words.every((word) => known.has(word));
    };
    // Whether a text is the portal's own.
    const isWording = (element) => {
      if (inRow(element)) return false;
      if (captions.has(element) || isMarked(element)) return true;
      return !closest(element, CELL) && isKnown(wholeText(element));
    };
    // "Edit" leads to /Patients/Edit/17.
    const isInAddress = (element, text) => {
      const link = closest(element, "a[href]");
      const said = new Set(link ? wordsOf(addressOf(link)?.pathname || "") : []);
      return wordsOf(text).every((word) => said.has(word));
    };
    const hrefs = new Map();
    for (const link of all.filter((e) => e.matches("a[href]"))) {
      const text = wholeText(link);
      hrefs.set(text, (hrefs.get(text) || new Set()).add(link.getAttribute("href")));
    }
    // Whether what an element is called is the name of a thing of the practice.
    const isNamedAfterAThing = (element) => {
      if (!ofAThing(element)) return false;
      const text = wholeText(element) || nameOf(element);
      const same = hrefs.get(text); // the same words on links to other things are no name
      return !(same && same.size > 1) && !isKnown(text) && !isInAddress(element, text);
    };
    const short = (texts) =>
      [...new Set(texts)].filter((text) => text && text.length <= LONGEST).slice(0, MOST);
    return {
      isNamedAfterAThing, isWording,
      // The texts that are the portal's own by their markup, boxes and buttons aside.
      wording: () => short(marked.filter((e) => !e.matches("button,input,[role]")).map(wholeText)),
      // The texts that name things, and those of several words in cells.
      data: () => short([
        ...all.filter((e) => e.matches("a[href]") && isNamedAfterAThing(e)).map(wholeText),
        ...all.filter((e) => e.matches(CELL)).map(wholeText).filter((t) => wordsOf(t).length > 1),
      ]),
    };
  };
  // Whether an element holds data, as a list that is scrolled does.
  const holdsData = (element) =>
    leafTexts(element).length > 1 &&
    leafTexts(element).some(({ parentElement: e }) => rowOf(e) || closest(e, CELL));

  return { holdsData, look };
}
