// Tells what a person does in this document: one message per finished action, in order.
// Only trusted events count, except that a tool may have chosen the file. Listening in the capture
// phase, before the page can change anything; the origin is the innermost element, through open
// shadow roots.
(ax, description, send) => {
  const { closest, everything, fold, parentOf, roleOf } = ax;
  const DOCUMENT = `${performance.timeOrigin}:${Math.random()}`;
  const IDLE_MS = 1000;
  const SCROLL_MS = 150;
  const REVEAL_MS = 300;
  const WIDGETS = [
    "button", "link", "checkbox", "radio", "switch", "tab", "menuitem", "menuitemcheckbox",
    "menuitemradio", "option", "combobox", "textbox", "searchbox", "slider", "spinbutton",
    "treeitem", "gridcell",
  ];
  const INTERACTIVE = [
    "a[href]", "button", "input", "select", "textarea", "summary", "option", "label", "[onclick]",
    "[contenteditable]", ...WIDGETS.map((role) => `[role="${role}"]`),
  ].join(",");
  const TEXT_TYPES = new Set([
    "text", "password", "search", "tel", "email", "url", "number", "date", "time", "month", "week",
    "datetime-local", "color", "range",
  ]);
  const SECRET_HINTS = /^(current-password|new-password|one-time-code|cc-.*)$/;
  const CARD = /^cc-/;

  const origin = (event) => {
    const first = event.composedPath()[0];
    return first instanceof Element ? first : first && first.parentElement;
  };
  const tell = (kind, more = {}) => send({ kind, document: DOCUMENT, ...more });

  // ---------------------------------------------------------------- fields

  const isTextField = (element) =>
    element.matches("textarea") || (element.matches("input") && TEXT_TYPES.has(element.type));
  const editable = (element) => {
    if (isTextField(element)) return element;
    let host = element.isContentEditable ? element : null;
    while (host && host.parentElement && host.parentElement.isContentEditable) host = host.parentElement;
    return host;
  };
  const once = new WeakSet(); // fields that were of type password at some time
  const hints = (field) => (field.getAttribute("autocomplete") || "").toLowerCase().split(/\s+/);
  const isSecret = (field) => {
    if (field.type === "password") once.add(field);
    return once.has(field) || hints(field).some((hint) => SECRET_HINTS.test(hint));
  };
  const natureOf = (field) => ({
    type: field.type || "",
    autocomplete: hints(field).filter(Boolean).join(" "),
    secret: isSecret(field),
    withPassword: Boolean(field.form && field.form.querySelector('input[type="password"]')),
  });

  const editing = new Map(); // field -> what it was when the first key came
  const begin = (field) => {
    if (editing.has(field)) return editing.get(field);
    const state = { since: performance.now(), element: description.describe(field), timer: 0 };
    editing.set(field, state);
    return state;
  };
  const flush = (field) => {
    const state = editing.get(field);
    if (!state) return;
    editing.delete(field);
    clearTimeout(state.timer);
    const nature = natureOf(field);
    const value = hints(field).some((hint) => CARD.test(hint)) ? null : textOf(field);
    const took = performance.now() - state.since;
    tell("fill", { element: state.element, field: nature, value, took });
  };
  const textOf = (field) => (field.isContentEditable ? field.innerText : field.value);
  const flushAll = (except = null) => {
    for (const field of [...editing.keys()]) if (field !== except) flush(field);
  };

  const onInput = (event) => {
    const element = origin(event);
    if (element && element.matches("input[type=file]")) return onUpload(element);
    if (!event.isTrusted || !element) return;
    if (element.matches("select")) return onSelect(element);
    if (element.matches("input[type=checkbox],input[type=radio]")) return onCheck(element);
    const field = editable(element);
    if (!field) return;
    const state = begin(field);
    clearTimeout(state.timer);
    if (!isSecret(field)) state.timer = setTimeout(() => flush(field), IDLE_MS);
  };
  const onSelect = (select) => {
    flushAll();
    const option = select.selectedOptions[0];
    const value = option ? fold(option.label || option.textContent) : "";
    tell("select", { element: description.describe(select), field: natureOf(select), value });
  };
  const onCheck = (box) => {
    flushAll();
    const label = [...(box.labels || [])].find(ax.visible);
    if (!ax.visible(box) && label) { // drawn by its label: that is what can be clicked again
      tell("click", { element: description.describe(label) });
      return;
    }
    tell("check", { element: description.describe(box), field: natureOf(box), checked: box.checked });
  };
  const onUpload = (input) => {
    flushAll();
    const value = input.files.length ? input.files[0].name : "";
    tell("upload", { element: description.describe(input), field: natureOf(input), value });
  };

  // ---------------------------------------------------------------- pointer

  const interactive = (element) => {
    const found = closest(element, INTERACTIVE);
    if (found) return found;
    if (getComputedStyle(element).cursor !== "pointer") return null;
    let node = element; // the cursor is inherited: the outermost one carries the rule
    for (let up = parentOf(node); up; up = parentOf(node)) {
      if (up === document.body || getComputedStyle(up).cursor !== "pointer") return node;
      node = up;
    }
    return node;
  };
  let enterInField = false; // Enter in a field makes the browser click the default button
  const isOwnBusiness = (target, event) => {
    if (target.matches("select,option,input[type=file],input[type=checkbox],input[type=radio]")) {
      return true;
    }
    if (target.matches("label") && target.control) return true;
    return enterInField && event.detail === 0;
  };
  const onClick = (event) => {
    const element = origin(event);
    if (!event.isTrusted || !element || element === document.documentElement) return;
    const target = interactive(element);
    if (target && isOwnBusiness(target, event)) return;
    if (!target && element === document.body) return;
    flushAll(target);
    const seen = target || element;
    tellReveal(seen);
    entered = null; // what appears now, the click explains
    const field = editable(seen) && !seen.readOnly;
    tell("click", { element: description.describe(seen), weak: !target, intoField: Boolean(field) });
  };
  const onDoubleClick = (event) => {
    const element = origin(event);
    if (!event.isTrusted || !element) return;
    const target = interactive(element) || element;
    if (!isOwnBusiness(target, event)) tell("dblclick", { element: description.describe(target) });
  };

  // What appeared because the pointer came: remembered per element, told when it is clicked.
  const known = new WeakSet();
  const revealed = new WeakMap();
  let entered = null; // { trigger, around, at }
  let looking = false;
  const look = () => {
    looking = false;
    const fresh = entered && performance.now() - entered.at < REVEAL_MS ? entered : null;
    for (const element of everything()) {
      if (!element.matches(INTERACTIVE)) continue;
      const shown = ax.visible(element);
      const news = shown && !known.has(element);
      if (shown) known.add(element);
      else known.delete(element);
      if (news && fresh && fresh.around.contains(element)) revealed.set(element, fresh.trigger);
    }
  };
  const lookSoon = () => {
    if (looking) return;
    looking = true;
    requestAnimationFrame(look);
  };
  const onPointerOver = (event) => {
    const element = origin(event);
    if (!event.isTrusted || !element) return;
    lookSoon();
    const trigger = interactive(element) || closest(element, 'li,tr,[role="row"],[aria-haspopup]');
    if (!trigger) return;
    const item = closest(trigger, 'li,tr,[role="row"]') || parentOf(trigger) || trigger;
    entered = { trigger, around: item, at: performance.now() };
  };
  const tellReveal = (target) => {
    const trigger = revealed.get(target);
    revealed.delete(target);
    if (!trigger || trigger === target || !trigger.isConnected) return;
    tellReveal(trigger); // a menu inside a menu
    tell("hover", { element: description.describe(trigger) });
  };

  // ---------------------------------------------------------------- keys

  const COMPOSITE = '[role="combobox"],[role="listbox"],[role="menu"],[role="menubar"],' +
    '[role="tablist"],[role="tree"],[role="grid"],[aria-autocomplete]';
  const MOVES = /^(Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown)$/;
  const EDITS = /^[acvxyz]$/i;
  const nameOfKey = (event) => {
    const held = ["Control", "Alt", "Meta", "Shift"].filter((k) => event.getModifierState(k));
    return [...held, event.key].join("+");
  };
  const matters = (event, element) => {
    const { key } = event;
    const field = editable(element);
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return key.length === 1 && !EDITS.test(key) && !event.getModifierState("AltGraph");
    }
    if (key === "Enter") return Boolean(field && field.matches("input"));
    if (key === "Escape" || /^F\d+$/.test(key)) return true;
    if (MOVES.test(key)) return closest(element, COMPOSITE) !== null;
    return key === "Delete" && !field;
  };
  const onKeyDown = (event) => {
    const element = origin(event);
    if (!event.isTrusted || event.isComposing || event.repeat || !element) return;
    enterInField = event.key === "Enter" && editable(element) !== null;
    entered = null;
    if (!matters(event, element)) return;
    flushAll();
    const at = element === document.body ? null : description.describe(element);
    tell("press", { element: at, key: nameOfKey(event) });
  };

  // ---------------------------------------------------------------- scrolling

  let wheeled = -Infinity;
  const scrolling = new Map(); // what scrolls -> when it began, and the timer that sees it at rest
  const onWheel = () => { wheeled = performance.now(); };
  const onScroll = (event) => {
    if (performance.now() - wheeled > 1000) return;
    const box = event.target === document ? document.scrollingElement : event.target;
    const { since, timer } = scrolling.get(box) || { since: wheeled };
    clearTimeout(timer);
    const atRest = () => {
      scrolling.delete(box);
      const to = box.scrollTop < 1 ? "start" : "end";
      const whole = box === document.scrollingElement;
      const took = performance.now() - since;
      tell("scroll", { element: whole ? null : description.describe(box), to, took });
    };
    scrolling.set(box, { since, timer: setTimeout(atRest, SCROLL_MS) });
  };

  // ---------------------------------------------------------------- listening

  const listen = (type, handler) => addEventListener(type, handler, { capture: true, passive: true });
  listen("input", onInput);
  listen("click", onClick);
  listen("dblclick", onDoubleClick);
  listen("keydown", onKeyDown);
  listen("keyup", () => { enterInField = false; });
  listen("focusout", (event) => { const field = origin(event); if (field) flush(editable(field) || field); });
  listen("submit", () => flushAll());
  listen("beforeunload", () => flushAll()); // later the page is not heard any more
  listen("pointerover", onPointerOver);
  listen("wheel", onWheel);
  listen("scroll", onScroll);

  const watch = () => {
    const what = { subtree: true, childList: true, attributes: true };
    new MutationObserver(lookSoon).observe(document, what);
    lookSoon();
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", watch);
  else watch();

  if (location.protocol !== "about:" || top !== window) {
    const [entry] = performance.getEntriesByType("navigation");
    const how = entry ? entry.type : "navigate";
    tell("opened", { url: location.href, referrer: document.referrer, how });
  }
  return { flush: flushAll };
}
