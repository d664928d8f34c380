/* Countdowns and the server's time. The PC's clock is never trusted: every answer of the server carries its own
   time, the offset is measured again with each, and the digits are computed from the clock, never counted down.
   Only leaf nodes without React children are written ([data-leaf]). */
(function () {
  "use strict";
  var offset = null, seen = "", heard = Date.now(), said = {};
  var MARKS = [43200, 21600, 10800, 3600, 1800, 600, 0];
  var SPOKEN = {43200: "还剩 12 小时", 21600: "还剩 6 小时", 10800: "还剩 3 小时", 3600: "还剩 1 小时", 1800: "还剩 30 分钟", 600: "还剩 10 分钟", 0: "已到时限"};

  function measure(text) {
    if (text && text !== seen) { seen = text; heard = Date.now(); offset = Number(text) - heard; }
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
    var beat = document.getElementById("beat");
    measure(beat && beat.textContent);
    var clocks = document.querySelectorAll("[data-deadline]");
    if (offset === null && clocks.length) { measure(clocks[0].dataset.serverNow); }
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
  setInterval(tick, 250);
  document.addEventListener("visibilitychange", tick);
}());
