// What a field may be, in words.

import { element, lazily, withCode } from "./element.js";
import { kindOf, nameOf, resolved } from "./document.js";

// describeFields lists the fields of an object, those within them on demand.
export function describeFields(api, schema) {
	const it = resolved(api, schema);
	const list = element("dl", { class: "fields" });
	for (const [name, field] of Object.entries(it.properties ?? {}).sort(byNeed(it.required ?? []))) {
		list.append(...describeField(api, name, field, (it.required ?? []).includes(name), field.description));
	}
	return list;
}

function byNeed(required) {
	return ([a], [b]) => required.includes(b) - required.includes(a);
}

// describeField tells of a field, or of a parameter, what it is called, what it may be and
// what it means.
export function describeField(api, name, schema, needed, description) {
	const it = resolved(api, schema);
	const term = element("dt", {}, element("code", {}, name), " ", element("span", { class: "type" }, typeOf(api, schema)),
		needed ? element("span", { class: "needed" }, "required") : null);
	const meaning = element("dd", {}, ...withCode(description ?? it.description));
	const bounds = boundsOf(it);
	if (bounds) meaning.append(element("p", { class: "bounds" }, bounds));
	const inner = innerOf(api, schema);
	if (inner) meaning.append(lazily(element("details", {}, element("summary", {}, `Fields of ${nameOf(inner) || name}`)), () => [describeFields(api, inner)]));
	return [term, meaning];
}

// innerOf is the object that a schema is, or lists.
function innerOf(api, schema) {
	const it = resolved(api, schema);
	if (kindOf(it) === "array") return innerOf(api, it.items);
	return it.properties ? schema : null;
}

// typeOf names a type: "integer", "list of Task".
export function typeOf(api, schema) {
	const it = resolved(api, schema);
	const kind = kindOf(it);
	if (kind === "array") return `list of ${typeOf(api, it.items)}`;
	if (kind === "object") return nameOf(schema) || "object";
	return it.format === "date-time" ? "date-time" : kind ?? "anything";
}

function boundsOf(it) {
	const said = [];
	const items = it.items ?? {};
	const words = it.enum ?? items.enum;
	if (words) said.push(`One of ${words.join(", ")}.`);
	if (it.patternDescription) said.push(`Is ${it.patternDescription}.`);
	if (it.minimum !== undefined && it.maximum !== undefined) said.push(`From ${it.minimum} to ${it.maximum}.`);
	else if (it.minimum !== undefined) said.push(`At least ${it.minimum}.`);
	else if (it.maximum !== undefined) said.push(`At most ${it.maximum}.`);
	if (it.maxLength !== undefined) said.push(`At most ${it.maxLength} characters.`);
	if (it.default !== undefined) said.push(`Left out: ${JSON.stringify(it.default)}.`);
	if (it.examples?.length) said.push(`Like ${typeof it.examples[0] === "string" ? it.examples[0] : JSON.stringify(it.examples[0])}.`);
	return said.join(" ");
}
