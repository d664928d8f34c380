/* A sound for a new proposal, switched on by the person at this machine. Browsers play nothing before a gesture: the
   switch is one; after a reload the first key or click is. A proposal of level I or II sounds again each minute until
   somebody acknowledges it. */
(function () {
  "use strict";
  var KEY = "huiying-sound", AGAIN = 60000, player = null, known = null, last = 0;

  function on() { try { return localStorage.getItem(KEY) === "1"; } catch (error) { return false; } }
  function keep(value) { try { localStorage.setItem(KEY, value ? "1" : "0"); } catch (error) { return; } }
  function wake() {
    var Player = window.AudioContext || window.webkitAudioContext;
    if (!Player) { return; }
    if (!player) { player = new Player(); }
    if (player.state === "suspended") { player.resume(); }
  }
  function tone(pitch, begins) {
    var source = player.createOscillator(), volume = player.createGain(), at = player.currentTime + begins;
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
    source.connect(volume);
    volume.connect(player.destination);
    source.start(at);
    source.stop(at + 0.32);
  }
  function ring() {
    if (!player || player.state !== "running") { return; }
    last = Date.now();
    tone(660, 0);
    tone(880, 0.28);
  }
  function notice(number) {
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") { return; }
    new Notification("有新的待签收事件", {body: "编号 " + number + "，请打开工作台", tag: number});
  }
  function waiting() {
    var node = document.getElementById("proposals-waiting"), found = {};
    if (!node) { return null; }
    (node.dataset.proposals || "").split(" ").forEach(function (word) {
      var parts = word.split(":");
      if (parts.length === 2) { found[parts[0]] = parts[1]; }
    });
    return found;
  }
  function show() {
    var words = !on() ? "关" : player && player.state === "running" ? "开" : "开（点一下页面后生效）";
    document.querySelectorAll("[data-sound]").forEach(function (button) {
      var leaf = button.querySelector('[data-leaf="sound"]');
      if (button.getAttribute("aria-pressed") !== String(on())) { button.setAttribute("aria-pressed", String(on())); }
      if (leaf && leaf.textContent !== words) { leaf.textContent = words; }
    });
  }
  function look() {
    show();
    var now = waiting();
    if (now === null) { return; }
    var fresh = known === null ? [] : Object.keys(now).filter(function (number) { return !(number in known); });
    var grave = Object.keys(now).some(function (number) { return now[number] === "I" || now[number] === "II"; });
    known = now;
    if (!on()) { return; }
    if (fresh.length || (grave && Date.now() - last >= AGAIN)) { ring(); }
    fresh.forEach(notice);
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-sound]")) { if (on()) { wake(); } return; }
    keep(!on());
    if (on()) {
      wake();
      if (player) { player.resume().then(function () { ring(); show(); }); }
      if ("Notification" in window && Notification.permission === "default") { Notification.requestPermission(); }
    }
    show();
  });
  document.addEventListener("keydown", function () { if (on()) { wake(); } });
  setInterval(look, 250);
}());
