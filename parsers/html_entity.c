/* SPDX-License-Identifier: Apache-2.0 */
/* html_entity.c - character references of HTML: numbers, and the names that mails use. */
#include "parsers/html_token.h"

#include <stdlib.h>

#include "agent/base/mem.h"

struct entity {
	char name[24];
	uint16_t cp;
};

/* clang-format off */
/* Sorted by name (ASCII). */
static const struct entity entities[] = {
	{ "AElig", 0xC6 }, { "AMP", 0x26 }, { "Aacute", 0xC1 }, { "Abreve", 0x102 },
	{ "Acirc", 0xC2 }, { "Acy", 0x410 }, { "Agrave", 0xC0 }, { "Alpha", 0x391 },
	{ "Amacr", 0x100 }, { "Aogon", 0x104 }, { "ApplyFunction", 0x2061 },
	{ "Aring", 0xC5 }, { "Atilde", 0xC3 }, { "Auml", 0xC4 }, { "Bcy", 0x411 },
	{ "Beta", 0x392 }, { "CHcy", 0x427 }, { "COPY", 0xA9 }, { "Cacute", 0x106 },
	{ "Ccaron", 0x10C }, { "Ccedil", 0xC7 }, { "Ccirc", 0x108 }, { "Cdot", 0x10A },
	{ "Cedilla", 0xB8 }, { "CenterDot", 0xB7 }, { "Chi", 0x3A7 },
	{ "CloseCurlyDoubleQuote", 0x201D }, { "CloseCurlyQuote", 0x2019 },
	{ "DJcy", 0x402 }, { "DScy", 0x405 }, { "DZcy", 0x40F }, { "Dagger", 0x2021 },
	{ "Dcaron", 0x10E }, { "Dcy", 0x414 }, { "Delta", 0x394 },
	{ "DiacriticalAcute", 0xB4 }, { "DiacriticalGrave", 0x60 }, { "Dot", 0xA8 },
	{ "DoubleDot", 0xA8 }, { "Dstrok", 0x110 }, { "ENG", 0x14A }, { "ETH", 0xD0 },
	{ "Eacute", 0xC9 }, { "Ecaron", 0x11A }, { "Ecirc", 0xCA }, { "Ecy", 0x42D },
	{ "Edot", 0x116 }, { "Egrave", 0xC8 }, { "Emacr", 0x112 }, { "Eogon", 0x118 },
	{ "Epsilon", 0x395 }, { "Eta", 0x397 }, { "Euml", 0xCB }, { "Fcy", 0x424 },
	{ "GJcy", 0x403 }, { "GT", 0x3E }, { "Gamma", 0x393 }, { "Gammad", 0x3DC },
	{ "Gbreve", 0x11E }, { "Gcedil", 0x122 }, { "Gcirc", 0x11C }, { "Gcy", 0x413 },
	{ "Gdot", 0x120 }, { "HARDcy", 0x42A }, { "Hat", 0x5E }, { "Hcirc", 0x124 },
	{ "Hstrok", 0x126 }, { "IEcy", 0x415 }, { "IJlig", 0x132 }, { "IOcy", 0x401 },
	{ "Iacute", 0xCD }, { "Icirc", 0xCE }, { "Icy", 0x418 }, { "Idot", 0x130 },
	{ "Igrave", 0xCC }, { "Imacr", 0x12A }, { "InvisibleComma", 0x2063 },
	{ "InvisibleTimes", 0x2062 }, { "Iogon", 0x12E }, { "Iota", 0x399 },
	{ "Itilde", 0x128 }, { "Iukcy", 0x406 }, { "Iuml", 0xCF }, { "Jcirc", 0x134 },
	{ "Jcy", 0x419 }, { "Jsercy", 0x408 }, { "Jukcy", 0x404 }, { "KHcy", 0x425 },
	{ "KJcy", 0x40C }, { "Kappa", 0x39A }, { "Kcedil", 0x136 }, { "Kcy", 0x41A },
	{ "LJcy", 0x409 }, { "LT", 0x3C }, { "Lacute", 0x139 }, { "Lambda", 0x39B },
	{ "Lcaron", 0x13D }, { "Lcedil", 0x13B }, { "Lcy", 0x41B }, { "Lmidot", 0x13F },
	{ "Lstrok", 0x141 }, { "Mcy", 0x41C }, { "MediumSpace", 0x205F }, { "Mu", 0x39C },
	{ "NJcy", 0x40A }, { "Nacute", 0x143 }, { "Ncaron", 0x147 }, { "Ncedil", 0x145 },
	{ "Ncy", 0x41D }, { "NegativeMediumSpace", 0x200B },
	{ "NegativeThickSpace", 0x200B }, { "NegativeThinSpace", 0x200B },
	{ "NegativeVeryThinSpace", 0x200B }, { "NewLine", 0xA }, { "NoBreak", 0x2060 },
	{ "NonBreakingSpace", 0xA0 }, { "Ntilde", 0xD1 }, { "Nu", 0x39D },
	{ "OElig", 0x152 }, { "Oacute", 0xD3 }, { "Ocirc", 0xD4 }, { "Ocy", 0x41E },
	{ "Odblac", 0x150 }, { "Ograve", 0xD2 }, { "Omacr", 0x14C }, { "Omega", 0x3A9 },
	{ "Omicron", 0x39F }, { "OpenCurlyDoubleQuote", 0x201C },
	{ "OpenCurlyQuote", 0x2018 }, { "Oslash", 0xD8 }, { "Otilde", 0xD5 },
	{ "Ouml", 0xD6 }, { "OverBar", 0x203E }, { "Pcy", 0x41F }, { "Phi", 0x3A6 },
	{ "Pi", 0x3A0 }, { "PlusMinus", 0xB1 }, { "Prime", 0x2033 }, { "Psi", 0x3A8 },
	{ "QUOT", 0x22 }, { "REG", 0xAE }, { "Racute", 0x154 }, { "Rcaron", 0x158 },
	{ "Rcedil", 0x156 }, { "Rcy", 0x420 }, { "Rho", 0x3A1 }, { "SHCHcy", 0x429 },
	{ "SHcy", 0x428 }, { "SOFTcy", 0x42C }, { "Sacute", 0x15A }, { "Scaron", 0x160 },
	{ "Scedil", 0x15E }, { "Scirc", 0x15C }, { "Scy", 0x421 }, { "Sigma", 0x3A3 },
	{ "THORN", 0xDE }, { "TRADE", 0x2122 }, { "TSHcy", 0x40B }, { "TScy", 0x426 },
	{ "Tab", 0x9 }, { "Tau", 0x3A4 }, { "Tcaron", 0x164 }, { "Tcedil", 0x162 },
	{ "Tcy", 0x422 }, { "Theta", 0x398 }, { "ThinSpace", 0x2009 },
	{ "Tstrok", 0x166 }, { "Uacute", 0xDA }, { "Ubrcy", 0x40E }, { "Ubreve", 0x16C },
	{ "Ucirc", 0xDB }, { "Ucy", 0x423 }, { "Udblac", 0x170 }, { "Ugrave", 0xD9 },
	{ "Umacr", 0x16A }, { "UnderBar", 0x5F }, { "Uogon", 0x172 }, { "Upsi", 0x3D2 },
	{ "Upsilon", 0x3A5 }, { "Uring", 0x16E }, { "Utilde", 0x168 }, { "Uuml", 0xDC },
	{ "Vcy", 0x412 }, { "Verbar", 0x2016 }, { "Vert", 0x2016 },
	{ "VerticalLine", 0x7C }, { "VeryThinSpace", 0x200A }, { "Wcirc", 0x174 },
	{ "Xi", 0x39E }, { "YAcy", 0x42F }, { "YIcy", 0x407 }, { "YUcy", 0x42E },
	{ "Yacute", 0xDD }, { "Ycirc", 0x176 }, { "Ycy", 0x42B }, { "Yuml", 0x178 },
	{ "ZHcy", 0x416 }, { "Zacute", 0x179 }, { "Zcaron", 0x17D }, { "Zcy", 0x417 },
	{ "Zdot", 0x17B }, { "ZeroWidthSpace", 0x200B }, { "Zeta", 0x396 },
	{ "aacute", 0xE1 }, { "abreve", 0x103 }, { "acirc", 0xE2 }, { "acute", 0xB4 },
	{ "acy", 0x430 }, { "aelig", 0xE6 }, { "af", 0x2061 }, { "agrave", 0xE0 },
	{ "alefsym", 0x2135 }, { "alpha", 0x3B1 }, { "amacr", 0x101 }, { "amp", 0x26 },
	{ "and", 0x2227 }, { "ang", 0x2220 }, { "angst", 0xC5 }, { "aogon", 0x105 },
	{ "apos", 0x27 }, { "aring", 0xE5 }, { "ast", 0x2A }, { "asymp", 0x2248 },
	{ "atilde", 0xE3 }, { "auml", 0xE4 }, { "backprime", 0x2035 }, { "bcy", 0x431 },
	{ "bdquo", 0x201E }, { "bepsi", 0x3F6 }, { "beta", 0x3B2 }, { "bprime", 0x2035 },
	{ "brvbar", 0xA6 }, { "bsemi", 0x204F }, { "bsol", 0x5C }, { "bull", 0x2022 },
	{ "bullet", 0x2022 }, { "cacute", 0x107 }, { "cap", 0x2229 }, { "caret", 0x2041 },
	{ "ccaron", 0x10D }, { "ccedil", 0xE7 }, { "ccirc", 0x109 }, { "cdot", 0x10B },
	{ "cedil", 0xB8 }, { "cent", 0xA2 }, { "centerdot", 0xB7 }, { "chcy", 0x447 },
	{ "check", 0x2713 }, { "checkmark", 0x2713 }, { "chi", 0x3C7 }, { "circ", 0x2C6 },
	{ "circledR", 0xAE }, { "clubs", 0x2663 }, { "colon", 0x3A }, { "comma", 0x2C },
	{ "commat", 0x40 }, { "cong", 0x2245 }, { "copy", 0xA9 }, { "crarr", 0x21B5 },
	{ "cross", 0x2717 }, { "cup", 0x222A }, { "curren", 0xA4 }, { "dArr", 0x21D3 },
	{ "dagger", 0x2020 }, { "darr", 0x2193 }, { "dash", 0x2010 }, { "dcaron", 0x10F },
	{ "dcy", 0x434 }, { "ddagger", 0x2021 }, { "deg", 0xB0 }, { "delta", 0x3B4 },
	{ "diams", 0x2666 }, { "die", 0xA8 }, { "digamma", 0x3DD }, { "div", 0xF7 },
	{ "divide", 0xF7 }, { "djcy", 0x452 }, { "dollar", 0x24 }, { "dscy", 0x455 },
	{ "dstrok", 0x111 }, { "dzcy", 0x45F }, { "eacute", 0xE9 }, { "ecaron", 0x11B },
	{ "ecirc", 0xEA }, { "ecy", 0x44D }, { "edot", 0x117 }, { "egrave", 0xE8 },
	{ "emacr", 0x113 }, { "empty", 0x2205 }, { "emsp", 0x2003 }, { "emsp13", 0x2004 },
	{ "emsp14", 0x2005 }, { "eng", 0x14B }, { "ensp", 0x2002 }, { "eogon", 0x119 },
	{ "epsi", 0x3B5 }, { "epsilon", 0x3B5 }, { "epsiv", 0x3F5 }, { "equals", 0x3D },
	{ "equiv", 0x2261 }, { "eta", 0x3B7 }, { "eth", 0xF0 }, { "euml", 0xEB },
	{ "euro", 0x20AC }, { "excl", 0x21 }, { "exist", 0x2203 }, { "fcy", 0x444 },
	{ "ffilig", 0xFB03 }, { "fflig", 0xFB00 }, { "ffllig", 0xFB04 },
	{ "filig", 0xFB01 }, { "fllig", 0xFB02 }, { "fnof", 0x192 }, { "forall", 0x2200 },
	{ "frac12", 0xBD }, { "frac14", 0xBC }, { "frac34", 0xBE }, { "frasl", 0x2044 },
	{ "gamma", 0x3B3 }, { "gammad", 0x3DD }, { "gbreve", 0x11F }, { "gcirc", 0x11D },
	{ "gcy", 0x433 }, { "gdot", 0x121 }, { "ge", 0x2265 }, { "gjcy", 0x453 },
	{ "grave", 0x60 }, { "gt", 0x3E }, { "hArr", 0x21D4 }, { "hairsp", 0x200A },
	{ "half", 0xBD }, { "hardcy", 0x44A }, { "harr", 0x2194 }, { "hcirc", 0x125 },
	{ "hearts", 0x2665 }, { "hellip", 0x2026 }, { "horbar", 0x2015 },
	{ "hstrok", 0x127 }, { "hybull", 0x2043 }, { "hyphen", 0x2010 },
	{ "iacute", 0xED }, { "ic", 0x2063 }, { "icirc", 0xEE }, { "icy", 0x438 },
	{ "iecy", 0x435 }, { "iexcl", 0xA1 }, { "igrave", 0xEC }, { "ijlig", 0x133 },
	{ "imacr", 0x12B }, { "image", 0x2111 }, { "imath", 0x131 }, { "infin", 0x221E },
	{ "inodot", 0x131 }, { "int", 0x222B }, { "iocy", 0x451 }, { "iogon", 0x12F },
	{ "iota", 0x3B9 }, { "iquest", 0xBF }, { "isin", 0x2208 }, { "it", 0x2062 },
	{ "itilde", 0x129 }, { "iukcy", 0x456 }, { "iuml", 0xEF }, { "jcirc", 0x135 },
	{ "jcy", 0x439 }, { "jsercy", 0x458 }, { "jukcy", 0x454 }, { "kappa", 0x3BA },
	{ "kappav", 0x3F0 }, { "kcedil", 0x137 }, { "kcy", 0x43A }, { "kgreen", 0x138 },
	{ "khcy", 0x445 }, { "kjcy", 0x45C }, { "lArr", 0x21D0 }, { "lacute", 0x13A },
	{ "lambda", 0x3BB }, { "lang", 0x27E8 }, { "laquo", 0xAB }, { "larr", 0x2190 },
	{ "lbrace", 0x7B }, { "lbrack", 0x5B }, { "lcaron", 0x13E }, { "lcedil", 0x13C },
	{ "lceil", 0x2308 }, { "lcub", 0x7B }, { "lcy", 0x43B }, { "ldquo", 0x201C },
	{ "ldquor", 0x201E }, { "le", 0x2264 }, { "lfloor", 0x230A }, { "ljcy", 0x459 },
	{ "lmidot", 0x140 }, { "lowast", 0x2217 }, { "lowbar", 0x5F }, { "loz", 0x25CA },
	{ "lpar", 0x28 }, { "lrm", 0x200E }, { "lsaquo", 0x2039 }, { "lsqb", 0x5B },
	{ "lsquo", 0x2018 }, { "lsquor", 0x201A }, { "lstrok", 0x142 }, { "lt", 0x3C },
	{ "macr", 0xAF }, { "mcy", 0x43C }, { "mdash", 0x2014 }, { "micro", 0xB5 },
	{ "midast", 0x2A }, { "middot", 0xB7 }, { "minus", 0x2212 }, { "mldr", 0x2026 },
	{ "mu", 0x3BC }, { "nabla", 0x2207 }, { "nacute", 0x144 }, { "napos", 0x149 },
	{ "nbsp", 0xA0 }, { "ncaron", 0x148 }, { "ncedil", 0x146 }, { "ncy", 0x43D },
	{ "ndash", 0x2013 }, { "ne", 0x2260 }, { "ni", 0x220B }, { "njcy", 0x45A },
	{ "nldr", 0x2025 }, { "not", 0xAC }, { "notin", 0x2209 }, { "nsub", 0x2284 },
	{ "ntilde", 0xF1 }, { "nu", 0x3BD }, { "num", 0x23 }, { "numero", 0x2116 },
	{ "numsp", 0x2007 }, { "oacute", 0xF3 }, { "ocirc", 0xF4 }, { "ocy", 0x43E },
	{ "odblac", 0x151 }, { "oelig", 0x153 }, { "ograve", 0xF2 }, { "ohm", 0x3A9 },
	{ "oline", 0x203E }, { "omacr", 0x14D }, { "omega", 0x3C9 }, { "omicron", 0x3BF },
	{ "oplus", 0x2295 }, { "or", 0x2228 }, { "ordf", 0xAA }, { "ordm", 0xBA },
	{ "oslash", 0xF8 }, { "otilde", 0xF5 }, { "otimes", 0x2297 }, { "ouml", 0xF6 },
	{ "para", 0xB6 }, { "part", 0x2202 }, { "pcy", 0x43F }, { "percnt", 0x25 },
	{ "period", 0x2E }, { "permil", 0x2030 }, { "perp", 0x22A5 },
	{ "pertenk", 0x2031 }, { "phi", 0x3C6 }, { "phiv", 0x3D5 }, { "phone", 0x260E },
	{ "pi", 0x3C0 }, { "piv", 0x3D6 }, { "plus", 0x2B }, { "plusmn", 0xB1 },
	{ "pm", 0xB1 }, { "pound", 0xA3 }, { "prime", 0x2032 }, { "prod", 0x220F },
	{ "prop", 0x221D }, { "psi", 0x3C8 }, { "puncsp", 0x2008 }, { "qprime", 0x2057 },
	{ "quest", 0x3F }, { "quot", 0x22 }, { "rArr", 0x21D2 }, { "racute", 0x155 },
	{ "radic", 0x221A }, { "rang", 0x27E9 }, { "raquo", 0xBB }, { "rarr", 0x2192 },
	{ "rbrace", 0x7D }, { "rbrack", 0x5D }, { "rcaron", 0x159 }, { "rcedil", 0x157 },
	{ "rceil", 0x2309 }, { "rcub", 0x7D }, { "rcy", 0x440 }, { "rdquo", 0x201D },
	{ "rdquor", 0x201D }, { "real", 0x211C }, { "reg", 0xAE }, { "rfloor", 0x230B },
	{ "rho", 0x3C1 }, { "rhov", 0x3F1 }, { "rlm", 0x200F }, { "rpar", 0x29 },
	{ "rsaquo", 0x203A }, { "rsqb", 0x5D }, { "rsquo", 0x2019 }, { "rsquor", 0x2019 },
	{ "sacute", 0x15B }, { "sbquo", 0x201A }, { "scaron", 0x161 },
	{ "scedil", 0x15F }, { "scirc", 0x15D }, { "scy", 0x441 }, { "sdot", 0x22C5 },
	{ "sect", 0xA7 }, { "semi", 0x3B }, { "shchcy", 0x449 }, { "shcy", 0x448 },
	{ "shy", 0xAD }, { "sigma", 0x3C3 }, { "sigmaf", 0x3C2 }, { "sigmav", 0x3C2 },
	{ "sim", 0x223C }, { "softcy", 0x44C }, { "sol", 0x2F }, { "spades", 0x2660 },
	{ "strns", 0xAF }, { "sub", 0x2282 }, { "sube", 0x2286 }, { "sum", 0x2211 },
	{ "sup", 0x2283 }, { "sup1", 0xB9 }, { "sup2", 0xB2 }, { "sup3", 0xB3 },
	{ "supe", 0x2287 }, { "szlig", 0xDF }, { "tau", 0x3C4 }, { "tcaron", 0x165 },
	{ "tcedil", 0x163 }, { "tcy", 0x442 }, { "there4", 0x2234 }, { "theta", 0x3B8 },
	{ "thetasym", 0x3D1 }, { "thetav", 0x3D1 }, { "thinsp", 0x2009 },
	{ "thorn", 0xFE }, { "tilde", 0x2DC }, { "times", 0xD7 }, { "tprime", 0x2034 },
	{ "trade", 0x2122 }, { "tscy", 0x446 }, { "tshcy", 0x45B }, { "tstrok", 0x167 },
	{ "uArr", 0x21D1 }, { "uacute", 0xFA }, { "uarr", 0x2191 }, { "ubrcy", 0x45E },
	{ "ubreve", 0x16D }, { "ucirc", 0xFB }, { "ucy", 0x443 }, { "udblac", 0x171 },
	{ "ugrave", 0xF9 }, { "umacr", 0x16B }, { "uml", 0xA8 }, { "uogon", 0x173 },
	{ "upsi", 0x3C5 }, { "upsih", 0x3D2 }, { "upsilon", 0x3C5 }, { "uring", 0x16F },
	{ "utilde", 0x169 }, { "uuml", 0xFC }, { "varphi", 0x3D5 }, { "varpi", 0x3D6 },
	{ "varrho", 0x3F1 }, { "vcy", 0x432 }, { "verbar", 0x7C }, { "vert", 0x7C },
	{ "wcirc", 0x175 }, { "weierp", 0x2118 }, { "xi", 0x3BE }, { "yacute", 0xFD },
	{ "yacy", 0x44F }, { "ycirc", 0x177 }, { "ycy", 0x44B }, { "yen", 0xA5 },
	{ "yicy", 0x457 }, { "yucy", 0x44E }, { "yuml", 0xFF }, { "zacute", 0x17A },
	{ "zcaron", 0x17E }, { "zcy", 0x437 }, { "zdot", 0x17C }, { "zeta", 0x3B6 },
	{ "zhcy", 0x436 }, { "zwj", 0x200D }, { "zwnj", 0x200C },
};
/* clang-format on */

/* What windows-1252 has where Unicode has controls: "&#150;" means a dash. */
static const uint16_t high_controls[32] = {
	0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
	0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
};

static int digit(char c, int base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (base == 16 && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static size_t numeric(struct pw_bytes text, uint32_t *ret_cp)
{
	int base = text.len > 2 && (text.data[2] == 'x' || text.data[2] == 'X') ? 16 : 10;
	size_t first = base == 16 ? 3 : 2, i = first;
	uint32_t cp = 0;

	for (; i < text.len && digit(text.data[i], base) >= 0; i++)
		if (cp < 0x110000)
			cp = cp * (uint32_t)base + (uint32_t)digit(text.data[i], base);
	if (i == first)
		return 0;
	if (cp >= 0x80 && cp < 0xA0)
		cp = high_controls[cp - 0x80];
	if (!cp || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = 0xFFFD;
	*ret_cp = cp;
	return i < text.len && text.data[i] == ';' ? i + 1 : i;
}

static int compare(const void *key, const void *item)
{
	const struct pw_bytes *name = key;
	const struct entity *entity = item;
	int order = strncmp(name->data, entity->name, name->len);

	return order ? order : -(int)(unsigned char)entity->name[name->len];
}

static const struct entity *find(struct pw_bytes name)
{
	return bsearch(&name, entities, PW_ARRAY_LEN(entities), sizeof *entities,
		       compare);
}

/* Names that browsers accept without ';' are the oldest ones: Latin-1 and the
   markup characters. */
static bool may_lack_semicolon(const struct entity *entity)
{
	return entity->cp <= 0xFF && strlen(entity->name) > 1;
}

size_t pw_html_entity(struct pw_bytes text, uint32_t *ret_cp)
{
	const struct entity *found;
	struct pw_bytes name = { text.data + 1, 0 };

	if (text.len > 2 && text.data[1] == '#')
		return numeric(text, ret_cp);
	while (name.len + 1 < text.len && name.len < sizeof found->name - 1 &&
	       ((name.data[name.len] | 0x20) >= 'a' ||
		digit(name.data[name.len], 10) >= 0) &&
	       (name.data[name.len] | 0x20) <= 'z')
		name.len++;
	if (!name.len)
		return 0;
	found = find(name);
	if (found && name.len + 1 < text.len && name.data[name.len] == ';') {
		*ret_cp = found->cp;
		return name.len + 2;
	}
	/* "&nbspText": the longest old name that fits. */
	for (; name.len >= 2; name.len--) {
		found = find(name);
		if (found && may_lack_semicolon(found)) {
			*ret_cp = found->cp;
			return name.len + 1;
		}
	}
	return 0;
}
