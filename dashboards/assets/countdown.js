/* Countdowns and the server's time. The PC's clock is never trusted: the server is asked for its time, and of the
   last answers the one that came quickest is believed (it can be wrong by half its way at most, while a page that took
   seconds to build would lend those seconds). The digits are computed from the clock, never counted down.
   Only leaf nodes without React children are written ([data-leaf]). */
(function () {
  "use strict";
  var offset = null, answers = [], heard = Date.now(), said = {};
  var FIRST = [0, 1000, 4000], EVERY = 30000, KEPT = 5;
  var MARKS = [43200, 21600, 10800, 3600, 1800, 600, 0];
  var SPOKEN = {43200: "还剩 12 小时", 21600: "还剩 6 小时", 10800: "还剩 3 小时", 3600: "还剩 1 小时", 1800: "还剩 30 分钟", 600: "还剩 10 分钟", 0: "已到时限"};

  function ask() {
    var sent = performance.now();
    fetch("/_time", {cache: "no-store", credentials: "same-origin"}).then(function (answer) {
      if (!answer.ok) { throw new Error("no time"); }
      return answer.text();
    }).then(function (text) {
      var way = performance.now() - sent, base = Date.now() - performance.now();
      heard = Date.now();
      // Answers from before the PC slept or its clock was set say nothing about the clock it has now.
      answers = answers.filter(function (one) { return Math.abs(one.base - base) < 1000; }).slice(1 - KEPT);
      answers.push({way: way, base: base, offset: Number(text) + way / 2 - heard});
      offset = answers.reduce(function (best, one) { return one.way < best.way ? one : best; }).offset;
      tick();
    }).catch(function () { /* the banner about silence follows from the age of the last answer */ });
  }
  function now() { return Date.now() + (offset || 0); }
  function two(value) { return (value < 10 ? "0" : "") + value; }
  function digits(seconds) { return two(Math.floor(seconds / 3600)) + ":" + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60); }
  function write(node, text) { if (node && node.textContent !== text) { node.textContent = text; } }
  function beijing(moment) {
    var there = new Date(moment + 8 * 3600 * 1000);
    return two(there.getUTCHours()) + ":" + two(there.getUTCMinutes()) + ":" + two(there.getUTCSeconds());
  }
  function announce(clock, left) {
    var key = clock.dataset.name + clock.dataset.deadline, before = said[key];
    said[key] = left;
    if (before === undefined) { return; }
    for (var index = 0; index < MARKS.length; index += 1) {
      if (before > MARKS[index] && left <= MARKS[index]) {
        write(document.getElementById("live"), clock.dataset.name + SPOKEN[MARKS[index]]);
      }
    }
  }
  function tick() {
    var clocks = document.querySelectorAll("[data-deadline]");
    if (offset === null) { return; }
    var moment = now();
    clocks.forEach(function (clock) {
      var left = Number(clock.dataset.deadline) - moment, over = left < 0;
      var seconds = over ? Math.floor(-left / 1000) : Math.ceil(left / 1000);
      write(clock.querySelector('[data-leaf="word"]'), over ? "超时" : "");
      write(clock.querySelector('[data-leaf="digits"]'), digits(seconds));
      clock.classList.toggle("is-over", over);
      clock.classList.toggle("is-near", !over && left < 3 * 3600 * 1000);
      announce(clock, left / 1000);
    });
    document.querySelectorAll('[data-leaf="server-time"]').forEach(function (node) { write(node, beijing(moment)); });
    var lost = document.getElementById("lost"), silent = Date.now() - heard > 80 * 1000;
    if (lost) {
      if (lost.hidden === silent) { lost.hidden = !silent; }
      write(lost, silent ? "与服务器断开，倒计时按最后一次对时继续" : "");
    }
  }
  FIRST.forEach(function (after) { setTimeout(ask, after); });
  setInterval(ask, EVERY);
  setInterval(tick, 250);
  document.addEventListener("visibilitychange", function () { tick(); ask(); });
}());
