// The form that sends an operation to the daemon which this page came from, and nowhere
// else.

import { anID, element, lazily } from "./element.js";
import { bodyOf, exampleOf, kindOf, resolved } from "./document.js";

// shown is how much of an answer is shown, in characters.
const shown = 200_000;

// trial makes the form of an operation; token answers what the reader has typed.
export function trial(api, operation, token) {
	const details = element("details", { class: "trial" }, element("summary", {}, "Try it"));
	return lazily(details, () => {
		const it = bodyOf(operation);
		const inputs = (operation.parameters ?? []).map(p => parameterInput(api, p));
		const body = it ? bodyInput(api, it) : null;
		const command = element("code");
		const send = element("button", { type: "submit" }, `Send ${operation.method}`);
		const stop = element("button", { type: "button", hidden: true }, "Stop");
		const answer = element("div", { class: "answer", role: "status", tabindex: "-1" });
		const form = element("form", { autocomplete: "off" },
			...inputs.map(input => input.row), body?.row,
			operation.method === "GET" ? null : element("p", { class: "warning" }, "This is done for real, in the callbackd that this page comes from."),
			element("div", { class: "buttons" }, send, stop),
			element("h5", {}, "As a command"), element("pre", { tabindex: "0" }, command), answer);

		const request = () => requestOf(operation, inputs, body);
		const tell = () => { command.textContent = commandOf(request(), it?.type); };
		form.addEventListener("input", tell);
		tell();
		form.addEventListener("submit", async event => {
			event.preventDefault();
			const abort = new AbortController();
			stop.onclick = () => abort.abort();
			send.disabled = true;
			stop.hidden = false;
			await exchange(request(), it?.type, token(), abort.signal, answer);
			send.disabled = false;
			stop.hidden = true;
		});
		return [form];
	});
}

function parameterInput(api, p) {
	const schema = resolved(api, p.schema);
	const id = anID(p.name);
	const words = schema.enum ?? (kindOf(schema) === "boolean" ? [true, false] : null);
	const example = schema.examples?.[0];
	const input = words
		? element("select", { id, required: p.required }, element("option", { value: "" }, ""), ...words.map(word => element("option", {}, String(word))))
		: element("input", { id, required: p.required, spellcheck: "false", placeholder: example === undefined ? null : [example].flat().join(",") });
	return { ...p, value: () => input.value, row: element("div", { class: "row" }, element("label", { for: id }, `${p.name} (${p.in})`), input) };
}

function bodyInput(api, it) {
	const id = anID("body");
	if (it.type !== "application/json") {
		const file = element("input", { id, type: "file" });
		return { value: () => file.files[0], row: element("div", { class: "row" }, element("label", { for: id }, `Body (${it.type})`), file) };
	}
	const text = element("textarea", { id, rows: "8", spellcheck: "false" });
	text.value = JSON.stringify(it.example ?? exampleOf(api, it.schema), null, 2);
	return { value: () => text.value.trim() || undefined, row: element("div", { class: "row" }, element("label", { for: id }, "Body (JSON)"), text) };
}

// requestOf is what the form says: a path, a method, headers and a body.
function requestOf(operation, inputs, body) {
	const query = new URLSearchParams();
	const headers = {};
	let path = operation.path;
	for (const input of inputs) {
		const value = input.value();
		if (input.in === "path") path = path.replace(`{${input.name}}`, value ? encodeURIComponent(value).replaceAll(".", "%2E") : `{${input.name}}`);
		else if (value === "") continue;
		else if (input.in === "query") for (const one of kindOf(input.schema) === "array" ? value.split(",") : [value]) query.append(input.name, one.trim());
		else headers[input.name] = value;
	}
	return { method: operation.method, path: query.size ? `${path}?${query}` : path, headers, body: body?.value() };
}

// commandOf is the same as something to type, with the token in a variable of the shell.
function commandOf(request, type) {
	const quoted = text => `'${text.replaceAll("'", `'\\''`)}'`;
	const parts = [`curl -X ${request.method} -H "Authorization: Bearer $TOKEN"`];
	for (const [name, value] of Object.entries(request.headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
	if (request.body !== undefined) {
		parts.push(`-H ${quoted(`Content-Type: ${type}`)}`);
		parts.push(typeof request.body === "string" ? `--data-binary ${quoted(request.body)}` : `--data-binary @${quoted(request.body.name)}`);
	}
	return [...parts, quoted(location.origin + request.path)].join(" \\\n  ");
}

// exchange sends a request and shows what is answered as it comes.
async function exchange(request, type, token, signal, answer) {
	answer.replaceChildren(element("p", {}, "Sent; waiting for the answer."));
	const headers = { ...request.headers };
	if (token) headers.Authorization = `Bearer ${token}`;
	if (request.body !== undefined) headers["Content-Type"] = type;
	const begun = performance.now();
	try {
		const response = await fetch(request.path, { method: request.method, headers, body: request.body, signal, credentials: "omit", redirect: "error" });
		const status = element("p", { class: response.ok ? "good" : "bad" },
			element("strong", {}, `${response.status} ${response.statusText}`), ` after ${Math.round(performance.now() - begun)} ms`);
		const content = element("code");
		answer.replaceChildren(status, headersOf(response), element("pre", { tabindex: "0" }, content));
		const kind = response.headers.get("Content-Type") ?? "";
		if (kind.startsWith("audio/")) await offerFile(response, content);
		else await readText(response, kind, content);
	} catch (cause) {
		answer.append(element("p", { class: "bad" }, signal.aborted ? "Stopped." : `There was no answer: ${cause.message}`));
	}
}

function headersOf(response) {
	const told = ["Content-Type", "Location", "Retry-After", "WWW-Authenticate"].filter(name => response.headers.has(name));
	return element("ul", { class: "headers" }, ...told.map(name => element("li", {}, `${name}: ${response.headers.get(name)}`)));
}

// readText shows text, of a stream while it comes.
async function readText(response, kind, content) {
	if (!response.body) return;
	let text = "";
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	for (let part = await reader.read(); !part.done && text.length < shown; part = await reader.read()) {
		text += part.value;
		content.textContent = text;
	}
	await reader.cancel();
	if (text.length >= shown) content.textContent = `${text.slice(0, shown)}\n… and more`;
	else if (text && kind.includes("json")) content.textContent = JSON.stringify(JSON.parse(text), null, 2);
}

async function offerFile(response, content) {
	const file = await response.blob();
	const link = element("a", { href: URL.createObjectURL(file), download: "answer.wav" }, `Save ${file.size} bytes`);
	content.replaceChildren(link);
}
