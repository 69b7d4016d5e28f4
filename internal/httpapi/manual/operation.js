// One operation: what it does, what it takes, what it answers, and a form to try it.

import { element, lazily, prose, withCode } from "./element.js";
import { bodyOf, exampleOf, nameOf, resolved, rolesOf } from "./document.js";
import { describeField, describeFields } from "./schema.js";
import { trial } from "./trial.js";

// describeOperation makes what the page shows of an operation, most of it when it is opened.
export function describeOperation(api, operation, token) {
	const details = element("details", {}, element("summary", {},
		element("span", { class: `method ${operation.method.toLowerCase()}` }, operation.method), " ",
		element("code", { class: "path" }, ...breakable(operation.path)), " ",
		element("span", { class: "what" }, operation.summary)));
	lazily(details, () => [
		...prose(operation.description),
		whoMay(operation),
		...parameters(api, operation),
		...body(api, operation),
		...answers(api, operation),
		trial(api, operation, token),
	]);
	return element("article", { id: operation.id }, element("h3", { class: "unseen" }, operation.summary), details);
}

// breakable lets a path go on in the next line after a slash.
function breakable(path) {
	return path.split(/(?<=\/)/).flatMap(part => [part, element("wbr")]);
}

function whoMay(operation) {
	const roles = rolesOf(operation);
	return element("p", { class: "roles" }, roles ? `Tokens of ${roles.join(", ")}. ` : "No token is needed. ", element("code", {}, operation.id));
}

const places = { path: "in the path", query: "in the query", header: "header" };

function parameters(api, operation) {
	if (!operation.parameters?.length) return [];
	const list = element("dl", { class: "fields" });
	for (const p of operation.parameters) {
		const [term, meaning] = describeField(api, p.name, p.schema, p.required, p.description);
		term.append(" ", element("span", { class: "type" }, places[p.in] ?? p.in));
		list.append(term, meaning);
	}
	return [element("h4", {}, "Parameters"), list];
}

function body(api, operation) {
	const it = bodyOf(operation);
	if (!it) return [];
	const heading = element("h4", {}, `Body: ${it.type}`);
	if (it.type !== "application/json") return [heading];
	const fields = resolved(api, it.schema).properties;
	if (!fields || Object.keys(fields).length === 0) return [heading, element("p", {}, "None, or {}.")];
	return [heading, describeFields(api, it.schema), element("h4", {}, "For example"), text(it.example ?? exampleOf(api, it.schema))];
}

function text(value) {
	return element("pre", { tabindex: "0" }, element("code", {}, JSON.stringify(value, null, 2)));
}

function answers(api, operation) {
	const list = element("ul", { class: "answers" });
	for (const [status, answer] of Object.entries(operation.responses ?? {})) {
		const [type, media] = Object.entries(answer.content ?? {})[0] ?? [];
		const schema = media?.schema;
		const line = [element("strong", {}, status), " ", ...withCode(answer.description), type ? element("span", { class: "type" }, ` ${type}`) : null];
		if (!schema || !resolved(api, schema).properties) {
			list.append(element("li", {}, ...line));
			continue;
		}
		const inner = element("details", {}, element("summary", {}, ...line, " ", element("span", { class: "type" }, nameOf(schema))));
		list.append(element("li", {}, lazily(inner, () => {
			const fields = [describeFields(api, schema)];
			return status.startsWith("2") ? [...fields, element("h5", {}, "For example"), text(exampleOf(api, schema))] : fields;
		})));
	}
	return [element("h4", {}, "Answers"), list];
}
