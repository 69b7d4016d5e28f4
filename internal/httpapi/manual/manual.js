// The page to read and try the API, made from the document that the daemon serves.

import { element, prose } from "./element.js";
import { operationsOf } from "./document.js";
import { describeOperation } from "./operation.js";

const main = document.getElementById("operations");
const access = document.getElementById("access");
const token = document.getElementById("token");

access.addEventListener("submit", event => event.preventDefault());

try {
	const answer = await fetch("/openapi.json", { credentials: "omit" });
	if (!answer.ok) throw new Error(`/openapi.json: ${answer.status}`);
	show(await answer.json());
} catch (cause) {
	document.getElementById("trouble").textContent = `The description of the API couldn't be read (${cause.message}). Reload the page.`;
}

function show(api) {
	document.getElementById("version").textContent = api.info.version;
	document.getElementById("introduction").append(...prose(api.info.description));
	const entries = [];
	for (const { tag, operations } of operationsOf(api)) {
		const heading = element("h2", { id: `tag-${tag.name.replaceAll(" ", "-")}` }, tag.name);
		const section = element("section", { "aria-labelledby": heading.id }, heading, ...prose(tag.description));
		const list = element("ul");
		const part = element("details", { open: wide() }, element("summary", {}, tag.name), list);
		for (const operation of operations) {
			const article = describeOperation(api, operation, () => token.value.trim());
			const link = element("li", {}, element("a", { href: `#${operation.id}` }, operation.summary));
			section.append(article);
			list.append(link);
			entries.push({ article, link, section, part, words: wordsOf(operation) });
		}
		document.getElementById("contents").append(part);
		main.append(section);
	}
	document.getElementById("filter").addEventListener("input", event => filter(entries, event.target.value));
	window.addEventListener("hashchange", openLinked);
	openLinked();
}

// On a narrow page the contents would stand before everything else.
function wide() {
	return window.matchMedia("(min-width: 60rem)").matches;
}

function wordsOf(operation) {
	return [operation.id, operation.method, operation.path, operation.summary, operation.description].join(" ").toLowerCase();
}

function filter(entries, typed) {
	const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
	let found = 0;
	for (const { article, link, words } of entries) {
		const fits = wanted.every(word => words.includes(word));
		article.hidden = link.hidden = !fits;
		if (fits) found++;
	}
	for (const { section, part } of entries) {
		section.hidden = part.hidden = !entries.some(e => e.section === section && !e.article.hidden);
		if (wanted.length) part.open = true;
	}
	document.getElementById("found").textContent = wanted.length ? `${found} of ${entries.length} operations` : "";
}

// The address may name an operation: it is opened and shown.
function openLinked() {
	const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
	const details = linked?.querySelector(":scope > details");
	if (!details) return;
	details.open = true;
	linked.scrollIntoView();
}
