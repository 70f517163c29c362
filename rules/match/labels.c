/* SPDX-License-Identifier: Apache-2.0 */
/* labels.c - labels of contract numbers and of other numbers, in many languages. */
#include "rules/match/labels.h"

#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"

#define CLOSE_BYTES  72  /* a label and its number */
#define COLUMN_BYTES 400 /* a column's title and a number under it */
#define OTHER_BYTES  28  /* what else a number is stands right before it */
#define AFTER_BYTES  36  /* "3HQ7KM2 (service tag)" */

/* Folded.  A label of ASCII letters begins at the beginning of a word and may
   be its beginning only ("vertrag" in "vertragsnummer"); one that ends with a
   '.' or a blank is a whole word; others stand anywhere. */
/* clang-format off */
static const char *const contract_labels[] = {
	/* English */
	"contract", "agreement", "serial", "s/n", "sn ", "sn:", "sn#", "service tag",
	"tag ", "tags ", "tag:", "tags:", "asset", "licen", "subscription",
	"support id", "support no", "support number", "support contract", "account id",
	"customer id", "customer number", "customer no", "csi", "said", "vip", "enrol",
	"authoriz", "authoris", "entitlement", "activation", "key ", "key:", "keys ",
	"grant number", "site id", "site no", "site number", "maintenance id",
	"maintenance no", "instance", "coverage", "certificate", "registration",
	"device", "appliance", "renewal of", "renewal no", "renewal number",
	/* German */
	"vertrag", "seriennummer", "serien-nr", "seriennr", "lizenz", "kundennummer",
	"wartung", "servicetag", "service-tag", "aktivierung", "abonnement", "gerat",
	"vereinbarung", "schlussel",
	/* French, Spanish, Italian, Portuguese, Dutch */
	"contrat", "serie", "convention", "abonnement", "cle ", "cle:", "suscripc",
	"acuerdo", "mantenimiento", "clave", "seriale", "matricola", "abbonamento",
	"manutenzione", "chiave", "convenzione", "assinatura", "manutencao", "chave",
	"acordo", "overeenkomst", "serienummer", "licentie", "sleutel", "onderhoud",
	"identifiant", "identificador", "identificativo",
	/* Scandinavian and Finnish */
	"avtal", "aftale", "avtale", "lisens", "sopimus", "sarjanumero", "lisenssi",
	"prenumeration", "vedlikehold", "serienr",
	/* Polish, Czech, Slovak, Hungarian, Romanian, Turkish, Greek, Russian */
	"umow", "seryjn", "smlouv", "zmluv", "seriov", "szerzodes", "sorozatszam",
	"sozlesme", "seri no", "lisans", "αριθμος", "συμβολαι", "συμβασ", "договор",
	"контракт", "серийн", "лиценз",
	/* Japanese, Chinese, Korean */
	"契約", "シリアル", "ライセンス", "製造番号", "機器番号", "サービスタグ", "認証", "保守", "証書番号", "証明書",
	"管理番号", "合同", "序列号", "序號", "序列號", "许可", "許可", "授权", "授權", "服务标签", "协议", "協議",
	"合約", "维保", "維護", "계약", "시리얼", "일련번호", "라이선스",
};
/* clang-format on */

/* clang-format off */
static const char *const other_labels[] = {
	"tel", "phone", "fax", "mobil", "cell ", "cell:", "call ", "voice",
	"direct line", "invoice", "order", "po ", "p.o.", "po:", "po#", "quote no",
	"quote number", "quote #", "quotation", "ticket", "case ", "case:", "case#",
	"zip", "postcode", "postal", "iban", "vat ", "vat:", "tax id", "ust", "siret",
	"telefon", "rechnung", "bestellung", "bestellnummer", "auftrag", "angebot",
	"hrb", "facture", "commande", "devis", "factura", "pedido", "presupuesto",
	"fattura", "ordine", "preventivo", "partita iva", "p.iva", "fatura",
	"orcamento", "cnpj", "factuur", "offerte", "kvk", "btw", "faktura", "tracking",
	"sku", "part no", "part number", "p/n", "room", "meeting id", "passcode",
	"conference id", "電話", "発注", "注文", "請求", "見積", "电话", "電話", "订单", "訂單", "发票",
	"發票", "전화", "주문",
};
/* clang-format on */

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
}

/* The end of the last place where phrase stands as a label; NULL: nowhere. */
static const char *find_last(const char *text, const char *phrase)
{
	bool is_ascii = !(phrase[0] & 0x80);
	const char *found = NULL;
	for (const char *at = strstr(text, phrase); at; at = strstr(at + 1, phrase))
		if (!is_ascii || at == text || !is_word_byte(at[-1]))
			found = at;
	return found ? found + strlen(phrase) : NULL;
}

static const char *last_of(const char *text, const char *const *labels, size_t n)
{
	const char *found = NULL;
	for (size_t i = 0; i < n; i++) {
		const char *end = find_last(text, labels[i]);
		if (end && (!found || end > found))
			found = end;
	}
	return found;
}

/* The folded text between two places, widened to whole characters. */
static const char *fold_window(struct pw_arena *arena, const char *text, size_t start,
			       size_t end)
{
	while (start < end && ((unsigned char)text[start] & 0xC0) == 0x80)
		start++;
	char *window = pw_arena_strndup(arena, text + start, end - start);
	const char *folded = window ? pw_fold_string(arena, window) : NULL;
	return folded ? folded : "";
}

static size_t before(size_t at, size_t distance)
{
	return at > distance ? at - distance : 0;
}

static size_t after(size_t at, size_t distance, size_t len)
{
	return len - at > distance ? at + distance : len;
}

enum pw_label pw_label_near(struct pw_arena *arena, const char *text, size_t len,
			    size_t start, size_t end)
{
	const char *left = fold_window(arena, text, before(start, CLOSE_BYTES), start);
	const char *mine = last_of(left, contract_labels, PW_ARRAY_LEN(contract_labels));
	const char *other = last_of(left, other_labels, PW_ARRAY_LEN(other_labels));
	if (other && strlen(other) <= OTHER_BYTES && (!mine || mine <= other))
		return PW_LABEL_OTHER;
	if (mine)
		return PW_LABEL_CONTRACT;
	const char *right = fold_window(arena, text, end, after(end, AFTER_BYTES, len));
	if (last_of(right, contract_labels, PW_ARRAY_LEN(contract_labels)))
		return PW_LABEL_CONTRACT;
	const char *above = fold_window(arena, text, before(start, COLUMN_BYTES), start);
	return last_of(above, contract_labels, PW_ARRAY_LEN(contract_labels))
		       ? PW_LABEL_CONTRACT
		       : PW_LABEL_NONE;
}

bool pw_name_near(struct pw_arena *arena, const char *name, const char *text, size_t len,
		  size_t start, size_t end, size_t distance)
{
	const char *window = fold_window(arena, text, before(start, distance),
					 after(end, distance, len));
	const char *folded = pw_fold_string(arena, name);
	if (!folded || !*folded)
		return false;
	size_t n = strlen(folded);
	for (const char *at = strstr(window, folded); at; at = strstr(at + 1, folded))
		if ((folded[0] & 0x80) ||
		    ((at == window || !is_word_byte(at[-1])) && !is_word_byte(at[n])))
			return true;
	return false;
}
