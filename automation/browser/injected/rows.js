// Tells the rows of data of a page, the texts in an element, and which names a machine made.
// A factory over accessibility.js.
(ax) => {
  const { closest, fold, parentOf, visible } = ax;
  const STATE = new RegExp(
    "^(active|selected|current|hover(ed)?|focus(ed)?|open(ed)?|closed|show(n)?|hidden|visible" +
      "|disabled|enabled|checked|loading|busy|odd|even|first|last|in|fade|valid|invalid|error" +
      "|(is|has|ng|was)-.*)$", "i");
  const FRAMEWORK_ID = new RegExp(
    "^(ember|ext-|ext-gen|mui-|radix-|headlessui-|react-|yui_|gwt-|isc_|j_idt|cdk-|mat-|ng-|__)|^:|:$" +
      "|_BV", "i");

  // A token that a machine made: a GUID, a hash, a counter. It will be another one next time.
  const generated = (token) => {
    if (FRAMEWORK_ID.test(token) || /\d{3,}/.test(token)) return true;
    if (/[0-9a-f]{8}-?[0-9a-f]{4}/i.test(token)) return true;
    const mixed = (part) => (part.match(/[a-z](?=\d)|\d(?=[a-z])/gi) || []).length > 1;
    return token.split(/[-_:.]/).some((part) => part.length >= 5 && mixed(part));
  };

  // ---------------------------------------------------------------- texts

  const SILENT = "script,style,noscript";
  const textNodes = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest(SILENT)) found.push(walker.currentNode);
    }
    return found;
  };
  const leafTexts = (element) => textNodes(element).filter((node) => fold(node.data));
  const buttonText = (element) =>
    element.matches("input[type=submit],input[type=button],input[type=reset]") ? element.value : "";
  const wholeText = (element) => {
    if (!element.querySelector(SILENT)) return buttonText(element) || fold(element.textContent);
    return fold(textNodes(element).map((node) => node.data).join(""));
  };

  // ---------------------------------------------------------------- rows of data

  const MENUS =
    'nav,header,[role="navigation"],[role="menu"],[role="menubar"],[role="tablist"],[role="toolbar"]';
  const signature = (element) => `${element.tagName}.${[...element.classList].filter(stableClass)}`;
  const stableClass = (name) => !STATE.test(name) && !generated(name);

  const hasHeader = (table) =>
    table !== null && table.querySelector('th,[role="columnheader"]') !== null;
  const isDataRow = (element) => {
    if (element.matches('tr,[role="row"]')) {
      const cells = 'td,[role="cell"],[role="gridcell"]';
      const table = closest(element, 'table,[role="grid"],[role="table"],[role="treegrid"]');
      return hasHeader(table) && element.querySelectorAll(cells).length > 1;
    }
    const siblings = element.parentElement ? [...element.parentElement.children] : [];
    // Rows stand beside each other; of the panels behind tabs one is shown, and is no row.
    const alike = siblings.filter((e) => signature(e) === signature(element) && visible(e));
    return alike.length > 2 && leafTexts(element).length > 2 && !closest(element, MENUS);
  };
  // Fields are named by their author, even where a table lays out a form.
  const FIELD = "textarea,select,input:not([type=checkbox]):not([type=radio]):not([type=button])";
  const rowOf = (element) => {
    if (element.matches(FIELD)) return null;
    for (let node = element; node && node !== document.body; node = parentOf(node)) {
      if (isDataRow(node)) return node;
    }
    return null;
  };

  return {
    FIELD, MENUS, buttonText, generated, isDataRow, leafTexts, rowOf, stableClass, wholeText,
  };
}
