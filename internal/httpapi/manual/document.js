// Reading the OpenAPI document.

const methods = ["get", "post", "put", "patch", "delete"];

// operationsOf groups the operations by their first tag, in the order of the tags, those on
// a whole list before those on one thing of it.
export function operationsOf(api) {
	const groups = new Map((api.tags ?? []).map(tag => [tag.name, { tag, operations: [] }]));
	for (const [path, item] of Object.entries(api.paths)) {
		for (const method of methods) {
			const described = item[method];
			if (!described) continue;
			const name = described.tags?.[0] ?? "other";
			if (!groups.has(name)) groups.set(name, { tag: { name }, operations: [] });
			groups.get(name).operations.push({ ...described, id: described.operationId, method: method.toUpperCase(), path });
		}
	}
	const depth = operation => operation.path.split("/").length;
	for (const { operations } of groups.values()) operations.sort((a, b) => depth(a) - depth(b));
	return [...groups.values()].filter(group => group.operations.length > 0);
}

// resolved follows a reference within the document.
export function resolved(api, thing) {
	if (!thing?.$ref) return thing ?? {};
	return thing.$ref.slice(2).split("/").reduce((at, key) => at[key.replaceAll("~1", "/").replaceAll("~0", "~")], api);
}

// nameOf is what a schema is called in the document; "" if it has no name.
export function nameOf(schema) {
	return schema?.$ref?.split("/").pop() ?? "";
}

// rolesOf lists who may do an operation; null: anybody, without a token.
export function rolesOf(operation) {
	const wanted = operation.security?.[0];
	return wanted ? Object.values(wanted)[0] : null;
}

// bodyOf is what an operation takes: the type and the schema of its body; null: none.
export function bodyOf(operation) {
	const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
	return type ? { type, schema: media.schema, example: media.example } : null;
}

// exampleOf makes an example of a schema, from those that its fields have.
export function exampleOf(api, schema, depth = 0) {
	const it = resolved(api, schema);
	if (it.examples?.length) return it.examples[0];
	if (it.enum) return it.enum[0];
	if (it.default !== undefined) return it.default;
	switch (kindOf(it)) {
	case "object":
		return Object.fromEntries(Object.entries(it.properties ?? {})
			.filter(([name, field]) => depth < 4 && ((it.required ?? []).includes(name) || resolved(api, field).examples))
			.map(([name, field]) => [name, exampleOf(api, field, depth + 1)]));
	case "array": return depth < 4 ? [exampleOf(api, it.items, depth + 1)] : [];
	case "integer": case "number": return it.minimum ?? 0;
	case "boolean": return true;
	}
	return it.format === "date-time" ? "2026-11-27T10:00:00+01:00" : "";
}

// kindOf is the type of a schema's values, apart from null.
export function kindOf(schema) {
	return Array.isArray(schema.type) ? schema.type.find(type => type !== "null") : schema.type;
}
