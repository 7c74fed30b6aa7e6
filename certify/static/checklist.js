/* A sheet that is kept at each change: on the server, and in this browser until the server has it. */
"use strict";

(() => {
  const PREFIX = "certify.sheet.";
  const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const MONTH = 30 * 24 * 3600 * 1000;

  /* What this browser remembers of one sheet and one person: {name: {text, mark, at}}. */
  const memory = (key) => ({
    read() {
      try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; }
    },
    change(edit) {
      const all = this.read();
      edit(all);
      try {
        if (Object.keys(all).length) localStorage.setItem(key, JSON.stringify(all));
        else localStorage.removeItem(key);
      } catch { /* no storage here: the server's draft remains */ }
    },
    forget() {
      try { localStorage.removeItem(key); localStorage.removeItem(`${key}.saved`); } catch { /* none */ }
    },
    tell() {
      try { localStorage.setItem(`${key}.saved`, String(Date.now())); } catch { /* none */ }
    },
  });

  const dropOld = () => {
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX) && !one.endsWith(".saved"))) {
        const times = Object.values(memory(key).read()).map((one) => one.at);
        if (Math.max(0, ...times) < Date.now() - MONTH) memory(key).forget();
      }
    } catch { /* none */ }
  };

  const start = (form) => {
    const words = form.dataset;
    const kept = memory(PREFIX + words.key);
    const state = document.querySelector("[data-save-state]");
    const notices = document.querySelector("[data-save-notices]"); /* in the bar, always in sight */
    const above = document.querySelector("[data-restored-notice]");
    const inputs = [...form.elements].filter((one) => /^(score|comment|reason)-|^private_notes$/.test(one.name));
    const names = [...new Set(inputs.map((one) => one.name))];
    const dirty = new Set(); /* changed in this window and not yet kept by the server */
    let saving = false, again = false, timer = 0, wait = 0, closed = false;
    let leaving = false; /* the page itself is on its way: nothing is written here any more */

    const textOf = (name) => {
      const found = inputs.filter((one) => one.name === name);
      if (found[0].type !== "radio") return found[0].value;
      return (found.find((one) => one.checked) || { value: "" }).value;
    };
    const write = (name, text) => {
      for (const one of inputs.filter((each) => each.name === name)) {
        if (one.type === "radio") one.checked = one.value === text;
        else one.value = text;
        if (text && one.closest("details")) one.closest("details").open = true;
      }
    };
    const plain = (text) => (text || "").replace(/\r\n/g, "\n").trim().normalize("NFC");
    const readMarks = (text) => new Map(text.split(" ").filter(Boolean).map((one) => one.split("=")));
    const marks = () => readMarks(form.elements.seen.value);
    const setMarks = (all) => { form.elements.seen.value = [...all].map((pair) => pair.join("=")).join(" "); };
    const say = (tone, text) => { state.dataset.tone = tone; state.textContent = text; };
    const clock = () => new Date().toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit" });

    const notice = (id, text, actions = [], place = notices) => {
      document.getElementById(id)?.remove();
      if (!text) return;
      const box = document.createElement("div");
      box.id = id;
      box.className = "notice notice-warn";
      box.setAttribute("role", "alert");
      const line = document.createElement("p");
      line.textContent = text;
      box.append(line);
      if (actions.length) {
        const row = document.createElement("p");
        row.className = "buttons";
        row.append(...actions);
        box.append(row);
      }
      place.append(box);
    };
    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-outline-secondary";
      made.textContent = text;
      made.addEventListener("click", act);
      return made;
    };
    const link = (text, href) => {
      const made = document.createElement("a");
      made.className = "btn btn-primary";
      made.href = href;
      made.target = "_blank";
      made.textContent = text;
      return made;
    };

    const progress = () => {
      const open = names.filter((name) => name.startsWith("score-") && !textOf(name));
      const all = names.filter((name) => name.startsWith("score-")).length;
      const bar = document.querySelector("[data-progress]");
      bar.querySelector("progress").value = all - open.length;
      bar.querySelector("strong").textContent = words.progress.replace("{n}", all - open.length);
      const next = bar.querySelector("[data-next-open]");
      next.hidden = !open.length;
      if (open.length) next.href = `#${open[0]}`;
    };

    const changed = (name) => {
      const text = textOf(name);
      dirty.add(name);
      kept.change((all) => {
        const base = all[name] ? all[name].mark : marks().get(name) || "";
        all[name] = { text, mark: base, at: Date.now() };
      });
      say("busy", words.saving);
      progress();
      later(name.startsWith("score-") ? 400 : 1200);
    };
    const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };
    const retry = (text) => {
      say("bad", text);
      wait = Math.min(wait ? wait * 2 : 3000, 60000);
      later(wait);
    };

    const took = (answer, sent) => {
      const clashing = new Set(answer.clashes.map((one) => one.name));
      const before = marks(), now = readMarks(answer.seen);
      form.elements.csrf_token.value = answer.csrf_token;
      for (const name of names) {
        const text = answer.texts[name] || "";
        if (clashing.has(name)) { if (before.has(name)) now.set(name, before.get(name)); else now.delete(name); continue; }
        if (textOf(name) !== sent[name]) continue; /* typed on meanwhile: it stays dirty */
        dirty.delete(name);
        if (plain(text) !== plain(sent[name])) write(name, text);
      }
      setMarks(now);
      kept.change((all) => {
        for (const [name, one] of Object.entries(all)) {
          if (clashing.has(name)) continue;
          if (dirty.has(name)) one.mark = now.get(name) || "";
          else if (one.text === sent[name]) delete all[name];
        }
      });
      progress();
      answer.clashes.forEach((one) => ask(one, readMarks(answer.seen).get(one.name)));
    };
    const ask = (clash, mark) => {
      const id = `clash-${clash.name}`;
      const settled = (text) => {
        const all = marks();
        if (mark) all.set(clash.name, mark); else all.delete(clash.name);
        setMarks(all);
        notice(id);
        if (text === undefined) { kept.change((left) => { delete left[clash.name]; }); changed(clash.name); return; }
        write(clash.name, text);
        dirty.delete(clash.name);
        kept.change((left) => { delete left[clash.name]; });
        progress();
        later(0);
      };
      notice(id, words.clash.replace("{item}", clash.label).replace("{there}", clash.there).replace("{here}", clash.here), [
        button(words.keepHere.replace("{here}", clash.here), () => settled()),
        button(words.takeThere.replace("{there}", clash.there), () => settled(clash.value)),
      ]);
    };

    const signIn = () => notice("signed-out", words.signedOut, [
      link(words.signIn, words.signInUrl), button(words.tryAgain, () => later(0)),
    ]);

    const send = async () => {
      const sent = Object.fromEntries(names.map((name) => [name, textOf(name)]));
      const answer = await fetch(words.url, {
        method: "POST", body: new FormData(form), redirect: "manual", credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      return { answer, sent };
    };
    const save = async (fresh = false) => {
      if (saving || closed || leaving) { again = true; return; }
      saving = true;
      clearTimeout(timer);
      try {
        const { answer, sent } = await send();
        if (leaving) return;
        if (answer.type === "opaqueredirect" || answer.status === 401) {
          say("bad", words.notSaved);
          signIn();
          return;
        }
        if (answer.status === 403 || answer.status === 404) {
          say("bad", words.notSaved);
          notice("signed-out", words.notYours);
          return;
        }
        if (answer.status >= 500 || !(answer.headers.get("Content-Type") || "").includes("json")) {
          retry(words.retrying);
          return;
        }
        notice("signed-out");
        const told = await answer.json();
        if (leaving) return;
        if (!told.signed) {
          form.elements.csrf_token.value = told.csrf_token;
          if (fresh !== true) { saving = false; await save(true); } else retry(words.retrying);
          return;
        }
        if (told.closed) {
          closed = true;
          kept.forget();
          say("bad", words.closed);
          notice("closed", words.closed, [link(words.open, location.pathname)]);
          return;
        }
        if (answer.status === 422) {
          say("bad", `${words.notSaved} ${told.problems.join(" ")}`);
          return;
        }
        wait = 0;
        took(told, sent);
        kept.tell();
        if (told.clashes.length) say("bad", words.choose);
        else if (dirty.size) { say("busy", words.saving); later(400); }
        else say("good", words.saved.replace("{time}", clock()));
      } catch {
        if (!leaving) retry(words.retrying);
      } finally {
        saving = false;
        if (again && !leaving) { again = false; later(200); }
      }
    };

    /* What another window kept, for the inputs that nobody touched here. */
    const refresh = async () => {
      if (saving || closed || leaving) return;
      try {
        const answer = await fetch(words.url, { redirect: "manual", headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const told = await answer.json();
        const base = marks(), now = readMarks(told.seen);
        for (const name of names) if (!dirty.has(name) && plain(told.texts[name]) !== plain(textOf(name))) write(name, told.texts[name] || "");
        for (const name of dirty) { if (base.has(name)) now.set(name, base.get(name)); else now.delete(name); }
        setMarks(now);
        form.elements.csrf_token.value = told.csrf_token;
        progress();
      } catch { /* not reachable: nothing is lost by it */ }
    };

    /* What this browser had not brought to the server, e.g. because of a sign-out. */
    const restore = () => {
      const all = kept.read();
      const base = marks();
      let latest = 0;
      for (const [name, one] of Object.entries(all)) {
        if (!names.includes(name) || textOf(name) === one.text) {
          kept.change((left) => { delete left[name]; });
          continue;
        }
        write(name, one.text);
        dirty.add(name);
        if (one.mark) base.set(name, one.mark); else base.delete(name);
        latest = Math.max(latest, one.at);
      }
      setMarks(base);
      if (!latest) return;
      const when = new Date(latest).toLocaleString(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
      notice("restored", words.restored.replace("{time}", when), [], above);
      later(0);
    };

    form.addEventListener("input", (event) => {
      if (!names.includes(event.target.name)) return;
      if (event.target.value === "na") event.target.closest("fieldset").querySelector("details").open = true;
      changed(event.target.name);
    });
    form.addEventListener("submit", (event) => {
      if (navigator.onLine === false) { event.preventDefault(); say("bad", words.offline); return; }
      clearTimeout(timer);
      leaving = true;
      setTimeout(() => { leaving = false; if (dirty.size) later(0); }, 8000);
    });
    window.addEventListener("online", () => { wait = 0; if (dirty.size) later(0); });
    window.addEventListener("offline", () => { if (dirty.size) say("bad", words.offline); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; refresh(); } });
    window.addEventListener("storage", (event) => { if (event.key === `${PREFIX}${words.key}.saved`) refresh(); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && dirty.size && !saving && !closed && !leaving) {
        fetch(words.url, { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true }).catch(() => {});
      }
      if (document.visibilityState === "visible" && dirty.size) later(0);
    });

    restore();
    progress();
    form.dataset.ready = "yes";
  };

  dropOld();
  document.querySelectorAll("form[data-autosave]").forEach(start);
  document.querySelectorAll("[data-sheet-done]").forEach((one) => memory(PREFIX + one.dataset.sheetDone).forget());
})();
