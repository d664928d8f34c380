/* Keys of the lists: J/K move, Enter opens, P looks without leaving, A acknowledges, ? tells the keys, Esc closes.
   A key only presses what the page offers to a mouse; nothing here decides what a person may do. */
(function () {
  "use strict";
  var ROWS = ".proposals > li, table.incidents tbody tr, table.documents tbody tr";
  var chosen = null;

  function rows() { return Array.prototype.slice.call(document.querySelectorAll(ROWS)); }
  function act(place, name) { return place ? place.querySelector('button[id*="\\"name\\":\\"' + name + '\\""]') : null; }
  function opener(row) { return act(row, "look") || act(row, "text"); }
  /* A row is known by what it is about, so that it stays chosen when the page is drawn anew. */
  function about(row) { var button = opener(row), link = row.querySelector("a.title"); return button ? JSON.parse(button.id).of : link ? link.getAttribute("href") : ""; }
  function current() { return chosen ? rows().filter(function (row) { return about(row) === chosen.about; })[chosen.turn] || null : null; }
  function say(words) { var live = document.getElementById("live"); if (live) { live.textContent = words; } }

  function mark() {
    var row = current();
    document.querySelectorAll(".is-chosen").forEach(function (one) { if (one !== row) { one.classList.remove("is-chosen"); } });
    if (row) { row.classList.add("is-chosen"); }
  }
  function choose(row) {
    var key = about(row);
    chosen = {about: key, turn: rows().filter(function (one) { return about(one) === key; }).indexOf(row)};
    mark();
    row.scrollIntoView({block: "nearest"});
  }
  function step(by) {
    var every = rows(), at = every.indexOf(current());
    if (!every.length) { say("这一页没有列表"); return; }
    var next = every[at < 0 ? (by > 0 ? 0 : every.length - 1) : Math.min(every.length - 1, Math.max(0, at + by))];
    choose(next);
    if (document.querySelector("#panel .side")) { look(next); } else { focus(next); }
  }
  function focus(row) {
    var target = row.querySelector("a.title") || opener(row);
    if (target) { target.focus({preventScroll: true}); }
  }
  function look(row) { var button = row && opener(row); if (button) { button.click(); } }
  function open(row) {
    var link = row && row.querySelector("a.title");
    if (link) { link.click(); } else { look(row); }
  }
  function acknowledge() {
    var row = current(), panel = document.querySelector("#panel .side"), heading = document.getElementById("heading");
    var button = act(panel, "acknowledge") || act(row, "acknowledge") || (row ? null : act(heading, "acknowledge"));
    if (button) { button.click(); } else { say(row || panel ? "这一件不需要或不能签收" : "请先用 J、K 选一件"); }
  }
  function help(shown) {
    var box = document.getElementById("keys");
    if (!box) { return; }
    box.hidden = !shown;
    if (shown) { box.querySelector("button").focus(); }
  }
  function close() {
    var box = document.getElementById("keys"), cancel = document.querySelector('#panel button[id*="\\"type\\":\\"cancel\\""]');
    if (box && !box.hidden) { help(false); return; }
    if (cancel) { cancel.click(); var row = current(); if (row) { focus(row); } }
  }
  function typing(node) { return node && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) || node.closest("[role=listbox], [role=dialog] input")); }

  var KEYS = {
    j: function () { step(1); }, k: function () { step(-1); }, a: acknowledge, p: function () { look(current()); },
    enter: function () { open(current()); }, "?": function () { help(document.getElementById("keys").hidden); }, escape: close
  };
  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    var key = event.key.toLowerCase(), node = event.target;
    if (typing(node) && key !== "escape") { return; }
    /* Enter on a link or a button means that link or button. */
    if (key === "enter" && (!current() || (node.closest && node.closest("a, button, summary")))) { return; }
    if (!Object.prototype.hasOwnProperty.call(KEYS, key)) { return; }
    if (key !== "escape") { event.preventDefault(); }
    KEYS[key]();
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-keys]")) { help(document.getElementById("keys").hidden); return; }
    var row = event.target.closest(ROWS);
    if (!row) { return; }
    choose(row);
    if (!event.target.closest("a, button, summary, input, label, mark") && !String(window.getSelection())) { look(row); }
  });
  new MutationObserver(function (changes) {
    if (chosen && changes.some(function (change) { return change.target.id === "body" || change.addedNodes.length; })) { mark(); }
  }).observe(document.documentElement, {childList: true, subtree: true});
}());
