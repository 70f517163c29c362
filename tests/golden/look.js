// SPDX-License-Identifier: Apache-2.0
// What can be said about a letter without eyes; evaluated in the page, returns
// a list of complaints.
(() => {
	const complaints = [];
	const say = (what, node) => {
		const text = ((node && node.textContent) || "").trim().slice(0, 40);
		complaints.push(text ? `${what}: '${text}'` : what);
	};
	const rgba = (color) => {
		const n = color.match(/[\d.]+/g).map(Number);
		return n.length < 4 ? [...n, 1] : n;
	};
	// The colour behind a node: the next ancestor that has one.
	const behind = (node) => {
		for (let at = node; at; at = at.parentElement) {
			const color = rgba(getComputedStyle(at).backgroundColor);
			if (color[3] === 1)
				return color;
			if (color[3] !== 0)
				say("a background that shines through", at);
		}
		return [255, 255, 255, 1];
	};
	// WCAG 2: relative luminance and contrast.
	const luminance = (color) => {
		const [r, g, b] = color.slice(0, 3).map((v) => {
			const s = v / 255;
			return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const contrast = (a, b) => {
		const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
		return (x + 0.05) / (y + 0.05);
	};
	const width = document.documentElement.clientWidth;

	if (document.documentElement.scrollWidth > width)
		say(`wider than the window: ${document.documentElement.scrollWidth} of ${width} pixels`);
	document.querySelectorAll("a, form, input, button, iframe, object, embed, script, link, img, video, audio, "
		+ "[src], [href], [background], [onclick]").forEach((node) => say(`a ${node.tagName.toLowerCase()}`, node));
	if (/url\(|@import/i.test(document.documentElement.outerHTML))
		say("a style that loads something");

	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		if (!node.data.trim())
			continue;
		const holder = node.parentElement, style = getComputedStyle(holder);
		const range = document.createRange();
		range.selectNodeContents(node);
		for (const box of range.getClientRects())
			if (box.right > width + 1 || box.left < -1) {
				say("cut off at the edge", node);
				break;
			}
		if (contrast(rgba(style.color), behind(holder)) < 4.5)
			say(`hard to read (contrast ${contrast(rgba(style.color), behind(holder)).toFixed(1)})`, node);
		if (parseFloat(style.fontSize) < 12)
			say(`small print (${style.fontSize})`, node);
	}
	return complaints;
})()
