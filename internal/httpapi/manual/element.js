// Making what the page shows. Text goes in as text, never as HTML.

let made = 0;

// anID is one that nothing else on the page has.
export function anID(name) {
	return `${name}-${++made}`;
}

// element makes an element with attributes (true: without a value; false, null and
// undefined: not at all) and with children, which are elements or text.
export function element(name, attributes = {}, ...children) {
	const it = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		if (value === true) it.setAttribute(key, "");
		else if (value !== false && value != null) it.setAttribute(key, value);
	}
	it.append(...children.filter(child => child != null && child !== ""));
	return it;
}

// prose makes paragraphs of a description, with `code` in it.
export function prose(text) {
	return (text ?? "").split(/\n{2,}/).filter(Boolean).map(paragraph => element("p", {}, ...withCode(paragraph)));
}

// withCode makes the words between backquotes code.
export function withCode(text) {
	return (text ?? "").split("`").map((part, i) => (i % 2 ? element("code", {}, part) : part));
}

// lazily fills details when they are opened for the first time.
export function lazily(details, fill) {
	details.addEventListener("toggle", () => { if (details.open && fill) { details.append(...fill()); fill = null; } });
	return details;
}
