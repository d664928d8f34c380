/* Links inside the app without reloading it, the page's title, large type, focus on what opens, and the wall's zoom. */
(function () {
  "use strict";
  var BIG = "huiying-big";
  function big(on) { document.documentElement.classList.toggle("big", on); }
  try { big(localStorage.getItem(BIG) === "1"); } catch (error) { big(false); }

  function go(href) {
    history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
    arriving = true;
  }
  var arriving = false;
  function inside(link) {
    var path = link.getAttribute("href") || "";
    return path[0] === "/" && path[1] !== "/" && !link.target && !/^\/(download|login|logout|screen|assets|_)/.test(path);
  }
  document.addEventListener("click", function (event) {
    var toggle = event.target.closest("[data-big]");
    if (toggle) {
      var on = !document.documentElement.classList.contains("big");
      big(on);
      try { localStorage.setItem(BIG, on ? "1" : "0"); } catch (error) { return; }
      return;
    }
    var link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || !inside(link)) { return; }
    event.preventDefault();
    go(link.getAttribute("href"));
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if ((form.getAttribute("method") || "get").toLowerCase() !== "get") { return; }
    event.preventDefault();
    var query = new URLSearchParams();
    new FormData(form).forEach(function (value, key) { if (value) { query.append(key, value); } });
    go(form.getAttribute("action") + (query.toString() ? "?" + query : ""));
  });

  function zoom() {
    var page = document.querySelector(".wall-page");
    if (!page) { return; }
    if (window.innerWidth < 1200) { window.location.replace("/"); return; }
    var scale = Math.min(window.innerWidth / 1920, window.innerHeight / 1080);
    page.style.zoom = scale;
    page.style.marginLeft = Math.max(0, (window.innerWidth / scale - 1920) / 2) + "px";
    var step = Math.floor(Date.now() / 600000) % 2;
    page.style.left = page.style.top = step ? "2px" : "0";
  }
  window.addEventListener("resize", zoom);
  setInterval(zoom, 60000);

  new MutationObserver(function (changes) {
    var title = document.getElementById("title");
    if (title && document.title !== title.textContent + " · 公众关切监测与回应") { document.title = title.textContent + " · 公众关切监测与回应"; }
    changes.forEach(function (change) {
      if (change.target.id === "panel" && change.addedNodes.length) {
        var head = document.getElementById("panel-title"), side = change.target.querySelector(".side");
        document.body.classList.toggle("has-side", !!side);
        if (!side) { change.target.scrollIntoView({block: "nearest"}); }
        if (head) { head.focus({preventScroll: !!side}); }
      }
      if (change.target.id === "panel" && !change.target.childElementCount) { document.body.classList.remove("has-side"); }
      if (change.target.id === "heading" && arriving && title) { arriving = false; title.focus(); }
      if (change.target.id === "body") { zoom(); }
    });
  }).observe(document.documentElement, {childList: true, subtree: true});
}());
