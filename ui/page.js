"use strict";
// What the page does without asking the program: language, jumps, copying, the reading panel, dropped files.
const dealglot = (() => {
  const RIGHT_TO_LEFT = ["ar", "he"];
  const root = document.documentElement;

  // Clicks on `data-event` inside a region of ours become events of that region.
  function listen(element, trigger, names) {
    element.addEventListener("click", (event) => {
      const source = event.target.closest("[data-event]");
      if (!source || !names.includes(source.dataset.event)) return;
      if (source.dataset.event === "show") reading(true, source);
      source.closest("dialog")?.close();
      trigger(source.dataset.event, { ...source.dataset });
    });
    element.addEventListener("change", (event) => {
      if (!event.target.matches("[data-language]") || !names.includes("language")) return;
      speak(event.target.value);
      trigger("language", { language: event.target.value });
    });
  }

  function speak(language) {
    document.cookie = `dealglot_language=${language}; path=/; max-age=31536000; samesite=strict`;
    root.lang = language;
    root.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
  }

  // The reading panel

  let opener = null;
  let view = "text";

  function reading(open, source = null) {
    root.classList.toggle("reading", open);
    if (open && source && !source.closest("#viewer")) opener = source;
    if (open) return;
    document.querySelector("#viewer .panel")?.remove();
    if (opener?.isConnected) opener.focus();
    opener = null;
  }

  function opened(panel) {
    panel.focus({ preventScroll: true });
    choose(panel, view);
  }

  function choose(panel, wanted) {
    const picture = panel.querySelector(".sheet.picture");
    const shown = picture && wanted === "picture" ? "picture" : "text";
    for (const button of panel.querySelectorAll("[data-view]"))
      button.setAttribute("aria-pressed", String(button.dataset.view === shown));
    for (const sheet of panel.querySelectorAll(".sheet")) sheet.classList.toggle("hidden", !sheet.classList.contains(shown));
    if (shown === "picture") draw(panel, picture);
    else toSentence(panel);
  }

  async function draw(panel, sheet) {
    const image = sheet.querySelector("img");
    if (image.getAttribute("src")) return toSentence(panel);
    try {
      const answer = await fetch(image.dataset.src);
      if (!answer.ok) throw new Error(answer.statusText);
      sheet.dataset.top = answer.headers.get("x-mark-top");
      image.src = URL.createObjectURL(await answer.blob());
      await image.decode();
      URL.revokeObjectURL(image.src);
      toSentence(panel);
    } catch {
      image.classList.add("hidden");
      sheet.querySelector(".nothing").classList.remove("hidden");
    }
  }

  // The sentence comes to stand in the upper third of the sheet that is shown.
  function toSentence(panel) {
    const sheet = panel.querySelector(".sheet:not(.hidden)");
    const mark = sheet?.querySelector("mark");
    const image = sheet?.querySelector("img");
    if (mark) sheet.scrollTop = mark.offsetTop - sheet.offsetTop - sheet.clientHeight / 3;
    else if (image) sheet.scrollTop = Number(sheet.dataset.top) * image.clientHeight - sheet.clientHeight / 3;
    else if (sheet) sheet.scrollTop = 0;
  }

  // Jumps between an answer's marks and its sources

  const marks = new Map();

  function jump(target, from) {
    const place = document.getElementById(target);
    if (!place) return;
    if (from) marks.set(target, from);
    place.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    place.focus({ preventScroll: true });
    place.classList.remove("flash");
    void place.offsetWidth; // so that the flash starts again
    place.classList.add("flash");
  }

  function back(source) {
    const mark = marks.get(source) ?? document.querySelector(`[data-jump="${source}"]`);
    if (!mark?.isConnected) return;
    mark.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    mark.focus({ preventScroll: true });
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const area = document.createElement("textarea");
      area.value = button.dataset.copy;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 1600);
  }

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    const act = (found, action) => found && (event.preventDefault(), action(found));
    act(hit("[data-jump]"), (link) => jump(link.dataset.jump, link));
    act(hit("[data-back]"), (link) => back(link.dataset.back));
    act(hit("[data-skip]"), () => document.querySelector("#question textarea")?.focus());
    act(hit("[data-copy]"), copy);
    act(hit("[data-event=close]"), () => reading(false));
    act(hit("[data-view]"), (button) => choose(button.closest(".panel"), (view = button.dataset.view)));
    act(hit("[data-sentence]"), (button) => toSentence(button.closest(".panel")));
    act(hit("[data-close]"), (button) => button.closest("dialog").close());
    act(hit("[data-remove]"), (button) => {
      const dialog = button.closest("#table").querySelector("dialog");
      dialog.querySelector(".which").textContent = button.dataset.remove;
      dialog.querySelector("[data-event=remove]").dataset.document = button.dataset.remove;
      dialog.showModal();
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.classList.contains("reading") && !document.querySelector("dialog[open]")) reading(false);
  });

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("input.find")) return;
    const wanted = event.target.value.trim().toLowerCase();
    const table = event.target.closest("#table");
    let found = 0;
    for (const row of table.querySelectorAll("tbody tr")) {
      row.hidden = !row.dataset.find.includes(wanted);
      found += row.hidden ? 0 : 1;
    }
    table.querySelector(".nothing")?.classList.toggle("hidden", found > 0);
  });

  // Files dropped anywhere on the Documents tab go the way of the upload button.

  const zone = (event) => event.target.closest?.(".tabitem")?.querySelector("#drop");

  for (const kind of ["dragover", "dragleave", "drop"])
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      const place = zone(event);
      document.querySelector("#drop")?.classList.toggle("over", kind === "dragover" && Boolean(place));
      const field = document.querySelector("#upload input[type=file]") ?? document.querySelector("input[type=file]");
      if (kind !== "drop" || !place || !field) return;
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });

  // A file over the limit is named with the reason at once, without being sent.

  document.addEventListener(
    "change",
    (event) => {
      const field = event.target;
      const place = document.getElementById("too-large");
      if (field.type !== "file" || !place) return;
      const limit = Number(place.dataset.limit);
      const large = [...field.files].filter((file) => file.size > limit);
      place.replaceChildren(...(large.length ? [tooLarge(place, large)] : []));
      if (!large.length) return;
      const kept = new DataTransfer();
      for (const file of field.files) if (file.size <= limit) kept.items.add(file);
      field.files = kept.files;
      if (!kept.files.length) event.stopPropagation();
    },
    true,
  );

  function tooLarge(place, files) {
    const section = element("section", "failed");
    section.append(element("h3", "", place.dataset.title));
    const list = section.appendChild(element("ul", ""));
    for (const file of files) {
      const row = list.appendChild(element("li", ""));
      row.append(element("bdi", "file", file.name), element("span", "reason", place.dataset.reason));
    }
    return section;
  }

  function element(name, kind, text = "") {
    const made = document.createElement(name);
    made.className = kind;
    made.textContent = text;
    return made;
  }

  // Whether the program is still there; said in the page's language, and taken back when it answers again.

  async function ping() {
    if (document.hidden) return;
    let there = true;
    try {
      there = (await fetch("/health", { cache: "no-store" })).ok;
    } catch {
      there = false;
    }
    let banner = document.getElementById("offline");
    if (there) banner?.remove();
    else if (!banner) {
      banner = element("div", "", document.querySelector("[data-offline]")?.dataset.offline ?? "");
      banner.id = "offline";
      banner.setAttribute("role", "alert");
      document.querySelector("gradio-app").append(banner);
    }
  }

  setInterval(ping, 15000);

  // What appears: the page itself, a new question, a document in the panel.

  function watch() {
    let panel = null;
    let turn = null;
    new MutationObserver(() => {
      if (document.querySelector("#question textarea")) document.getElementById("waiting")?.remove();
      const filter = document.querySelector("#filter input");
      // A list that scrolls would take a Tab of its own and vanish under it: the focus would be lost for one key.
      for (const list of document.querySelectorAll('ul[role="listbox"]:not([tabindex])')) list.tabIndex = -1;
      const all = document.querySelector("[data-all]")?.dataset.all ?? "";
      if (filter && filter.placeholder !== all) filter.placeholder = all;
      const shown = document.querySelector("#viewer .panel");
      const stamp = shown?.parentElement.lastChild?.textContent;
      if (shown && stamp !== panel) opened(shown);
      panel = shown ? stamp : null;
      const now = document.querySelector("#now .turn");
      if (now && now.id !== turn) now.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
      turn = now?.id ?? null;
    }).observe(document.body, { childList: true, subtree: true });
  }

  document.addEventListener("DOMContentLoaded", watch);
  return { listen };
})();
window.dealglot = dealglot;
