// Keeps a page as it is on the server, and little more: every page works without it.
// Elements with data-live and an id are kept up to date; <time data-tick> counts on;
// links with data-dialog open the dialog of that id.
"use strict";

(() => {
	const root = document.documentElement;
	root.classList.add("scripted");

	// Reading the page again ------------------------------------------------

	const leastBetween = 1000; // ms: so often the page is read again at most
	const patience = 10000; // ms: so often without an event, for what changes without one
	let reading = false, again = false, lastRead = Date.now(), timer = 0;

	function changed() {
		if (ended) return;
		if (reading) {
			again = true;
			return;
		}
		if (timer) return;
		timer = setTimeout(read, Math.max(0, lastRead + leastBetween - Date.now()));
	}

	async function read() {
		clearTimeout(timer);
		timer = 0;
		if (document.hidden || reading || ended) return; // it is read when somebody looks again
		reading = true;
		again = false;
		try {
			const answer = await fetch(location.href, {
				headers: { "X-Requested-With": "callbackd", Accept: "text/html" },
				redirect: "error",
				signal: AbortSignal.timeout(20000),
			});
			if (answer.status === 401) {
				signedOut();
				return;
			}
			if (answer.ok || answer.status === 404) {
				show(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.ok);
				readWell();
			} else {
				lost();
			}
		} catch {
			lost();
		} finally {
			reading = false;
			lastRead = Date.now();
			if (again) changed();
		}
	}

	function show(fresh, ok) {
		if (!ok) return; // what is gone stays to be read until somebody leaves it
		for (const part of document.querySelectorAll("[data-live][id]")) {
			const now = fresh.getElementById(part.id);
			if (now) morph(part, now);
		}
		tick();
	}

	// Changing only what has changed ------------------------------------------

	// busy is what somebody is doing something with: it stays as it is.
	const busy = (node) => node.nodeType === Node.ELEMENT_NODE
		&& (node.matches("dialog[open]") || node.querySelector("dialog[open]") !== null);

	function typed(field) {
		if (field === document.activeElement) return true;
		if (field.matches("select")) return [...field.options].some((o) => o.selected !== o.defaultSelected);
		return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
	}

	function morph(old, now) {
		if (old.isEqualNode(now)) return;
		if (old.matches("dialog[open]")) return;
		if (old.matches("input, select, textarea")) {
			if (typed(old)) return;
			old.replaceWith(document.importNode(now, true));
			return;
		}
		if (old.matches("audio, video") && old.getAttribute("src") === now.getAttribute("src")) return;
		attributes(old, now);
		children(old, now);
	}

	function attributes(old, now) {
		const own = old.matches("details, dialog") ? ["open"] : []; // whoever opened it keeps it open
		for (const { name } of [...old.attributes]) {
			if (!now.hasAttribute(name) && !own.includes(name)) old.removeAttribute(name);
		}
		for (const { name, value } of now.attributes) {
			if (old.getAttribute(name) !== value && !own.includes(name)) old.setAttribute(name, value);
		}
	}

	const like = (a, b) => a && a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || "") === (b.id || "");

	function children(old, now) {
		let at = old.firstChild;
		for (const wanted of [...now.childNodes]) {
			let found = like(at, wanted) ? at : null;
			if (!found && wanted.id) {
				found = [...old.children].find((child) => like(child, wanted)) || null;
			}
			if (!found) {
				old.insertBefore(document.importNode(wanted, true), at);
				continue;
			}
			if (found === at) at = at.nextSibling;
			else if (old.moveBefore) old.moveBefore(found, at);
			else old.insertBefore(found, at);
			if (found.nodeType === Node.ELEMENT_NODE) morph(found, wanted);
			else if (found.data !== wanted.data) found.data = wanted.data;
		}
		while (at) {
			const next = at.nextSibling;
			if (!busy(at)) at.remove();
			at = next;
		}
	}

	// What counts on by itself --------------------------------------------------

	function span(seconds) {
		const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
		const i = units.findIndex(([, length]) => seconds >= length);
		if (i < 0) return "0 s";
		const [name, length] = units[i];
		let text = Math.floor(seconds / length) + " " + name;
		if (i + 1 < units.length) {
			const rest = Math.floor((seconds % length) / units[i + 1][1]);
			if (rest > 0) text += " " + rest + " " + units[i + 1][0];
		}
		return text;
	}

	// The server's clock decides, for the computer's own may be wrong.
	const ahead = Date.now() - Date.parse(document.body.dataset.now || new Date().toISOString());

	function tick() {
		for (const time of document.querySelectorAll("time[data-tick]")) {
			const text = span(Math.max(0, (Date.now() - ahead - Date.parse(time.dateTime)) / 1000));
			if (time.textContent !== text) time.textContent = text;
		}
	}

	// The stream of changes ------------------------------------------------------

	const address = document.body.dataset.events;
	const notice = document.getElementById("offline");
	const kinds = ["task", "attempt", "missed_call", "switch", "rules", "pbx", "alarm", "reset"];
	let stream = null, since = null, retry = 0, ended = false;

	// A browser has six connections to a host, for all of its tabs: those that nobody looks
	// at leave theirs to the others.
	function rest() {
		clearTimeout(retry);
		if (stream) stream.close();
		stream = null;
	}

	function follow() {
		rest();
		if (!address || ended || document.hidden) return;
		stream = new EventSource(address);
		for (const kind of kinds) stream.addEventListener(kind, changed);
		stream.onopen = changed; // the page is right once it was read again
		stream.onerror = (e) => {
			if (e.target !== stream) return;
			lost();
			if (stream.readyState === EventSource.CLOSED) {
				clearTimeout(retry);
				retry = setTimeout(follow, 5000);
				read(); // it may say that the session is over
			}
		};
	}

	function clock(at) {
		const zone = document.body.dataset.zone;
		try {
			return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone || undefined });
		} catch {
			return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
		}
	}

	function lost() {
		if (ended || document.hidden) return;
		if (!since) since = new Date();
		// A stream is also renewed in passing: only what lasts is worth telling.
		setTimeout(() => {
			if (!since || ended || !notice) return;
			notice.textContent = "Not live since " + clock(since) + ": callbackd can't be reached. This page comes back by itself.";
			notice.hidden = false;
		}, 3000);
	}

	function readWell() {
		if (stream && stream.readyState !== EventSource.OPEN) return; // what happens next isn't heard
		since = null;
		if (notice) notice.hidden = true;
	}

	function signedOut() {
		ended = true;
		rest();
		if (!notice) return;
		const link = document.createElement("a");
		link.href = "/sign-in?next=" + encodeURIComponent(location.pathname + location.search);
		link.textContent = "Sign in again";
		notice.replaceChildren("You have been signed out. ", link);
		notice.hidden = false;
	}

	// A computer that slept, or a tab that was hidden, has missed what happened.
	let beat = Date.now();
	setInterval(() => {
		const now = Date.now(), slept = now - beat > 15000;
		beat = now;
		tick();
		if (document.hidden) return;
		if (slept) follow();
		if (slept || now - lastRead > patience) changed();
	}, 1000);
	document.addEventListener("visibilitychange", () => {
		if (document.hidden) {
			rest();
			return;
		}
		if (ended) {
			signedInElsewhere();
			return;
		}
		follow();
		changed();
	});
	addEventListener("online", follow);
	addEventListener("pageshow", (e) => {
		if (e.persisted) follow();
	});
	addEventListener("pagehide", rest);

	// Whoever has signed in in another tab goes on with this one, as who they are now.
	async function signedInElsewhere() {
		try {
			const answer = await fetch(location.href, { headers: { "X-Requested-With": "callbackd" }, redirect: "error" });
			if (answer.ok) location.reload();
		} catch {
			// The link to sign in stands there still.
		}
	}

	// Dialogs and forms -----------------------------------------------------------

	function openDialog(dialog) {
		dialog.close();
		dialog.showModal();
	}

	document.addEventListener("click", (e) => {
		const opener = e.target.closest("[data-dialog]"), closer = e.target.closest("[data-close]");
		const plain = e.button === 0 && !e.ctrlKey && !e.metaKey && !e.shiftKey;
		if (opener && plain) {
			const dialog = document.getElementById(opener.dataset.dialog);
			if (!dialog) return;
			e.preventDefault();
			openDialog(dialog);
		} else if (closer && plain && closer.closest("dialog")) {
			e.preventDefault();
			closer.closest("dialog").close();
		}
	});
	document.addEventListener("close", () => changed(), true);
	// Twice pressed is sent once.
	document.addEventListener("submit", (e) => {
		const form = e.target;
		if (form.method !== "post" || e.defaultPrevented) return;
		if (form.dataset.sent) e.preventDefault();
		form.dataset.sent = "yes";
	});
	addEventListener("pageshow", () => {
		for (const form of document.forms) delete form.dataset.sent;
	});

	// What answers a form has the form's address, at which there is nothing to read again.
	const shown = new URL(document.body.dataset.reads || "", location.href);
	for (const dialog of document.querySelectorAll("dialog[open]")) openDialog(dialog);
	shown.searchParams.delete("said"); // told once
	shown.searchParams.delete("do");
	if (shown.href !== location.href) history.replaceState(history.state, "", shown);
	if (address) follow();
	tick();
})();
