/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels_table.c - the one table of labels.h.
 *
 * Words of a cell are divided by '|'.  Case and accents do not matter.  Words
 * come from what the clients print in that language (Outlook, Apple Mail,
 * Gmail, Thunderbird, Yahoo, HubSpot, Notes, webmailers), with the nominative
 * and genitive that they use.  Leave out words too common to trust.
 */
#include "parsers/labels.h"

#include "agent/base/mem.h"

#define FROM(w)      .words[PW_WORD_FROM] = w
#define TO(w)        .words[PW_WORD_TO] = w
#define CC(w)        .words[PW_WORD_CC] = w
#define BCC(w)       .words[PW_WORD_BCC] = w
#define DATE(w)      .words[PW_WORD_DATE] = w
#define SUBJECT(w)   .words[PW_WORD_SUBJECT] = w
#define REPLY_TO(w)  .words[PW_WORD_REPLY_TO] = w
#define OTHER(w)     .words[PW_WORD_OTHER] = w
#define FORWARDED(w) .words[PW_WORD_FORWARDED] = w
#define ORIGINAL(w)  .words[PW_WORD_ORIGINAL] = w
#define ENDED(w)     .words[PW_WORD_ENDED] = w
#define FWD(w)       .words[PW_WORD_FORWARD_PREFIX] = w
#define RE(w)        .words[PW_WORD_REPLY_PREFIX] = w
#define TAG(w)       .words[PW_WORD_TAG] = w
#define WROTE(w)     .words[PW_WORD_WROTE] = w
#define ASIDE(w)     .words[PW_WORD_ASIDE] = w
#define BEHALF(w)    .words[PW_WORD_BEHALF] = w

/* English first: a word that it shares with others counts as English. */
const struct pw_language pw_languages[] = {
	{ .code = "en",
	  FROM("From"),
	  TO("To"),
	  CC("Cc|Copy|Copies to"),
	  BCC("Bcc"),
	  DATE("Date|Sent|Sent on|Sent at|Date sent|Received|Date/Time|Created|Created "
	       "at|Created on|Date created"),
	  SUBJECT("Subject|Subj|Re"),
	  REPLY_TO("Reply-To|Reply to"),
	  OTHER("Sender|Importance|Priority|Attachments|Attachment|Organization|"
		"Organisation|Message-ID|In-Reply-To|References|Sensitivity|Categories|"
		"Resent-From|Resent-Date|Resent-To|Resent-Message-ID|Mailed-By|Signed-By|"
		"Security|Delivered-To|Return-Path|Newsgroups|X-Mailer|User-Agent|"
		"Content-Type|MIME-Version|List-Id|Sent by|Flag|Flag Status|Follow Up "
		"Flag|"
		"When|Where|Content-Transfer-Encoding|Errors-To"),
	  FORWARDED("Forwarded message|Forwarded messages|Begin forwarded message|"
		    "Start of forwarded message|Forwarded email|Forwarded by|"
		    "Forwarded mail|Forwarded conversation|Forwarded letter|"
		    "Forward message|Forwarded Inline Message|Fwd message|"
		    "Forwarded message from|Message forwarded"),
	  ORIGINAL("Original Message|Original Mail|Original Email|Original E-mail|"
		   "Original Appointment|Reply message|Replied message|Reply Message|"
		   "Message Original|Original message from|Original Message Follows"),
	  ENDED("End forwarded message|End of forwarded message|"
		"End of original message|End original message|End of forwarded email"),
	  FWD("Fw|Fwd|Forward|Forwarded"),
	  RE("Re"),
	  TAG("External|Ext|External Email|External Sender|EXT MAIL|Externally sent|"
	      "Spam|Suspected Spam|Possible Spam|Possible Phishing|Phishing|Caution|"
	      "Suspicious|Bulk|Warning External|Non-Org|Outside|From Outside|Unverified|"
	      "Unverified Sender|Secure|Encrypt|Newsletter|Marketing|Marketing Mail|"
	      "Junk|Marked as spam|External Message|Outside Email|Ext E-mail|Ext Mail"),
	  WROTE("wrote|writes|has written|wrote the following"),
	  ASIDE("On|at|in message|the following|via|In a message dated|Eastern Daylight "
		"Time|"
		"Eastern Standard Time|Central Daylight Time|Central Standard Time|"
		"Mountain Daylight Time|Mountain Standard Time|Pacific Daylight Time|"
		"Pacific Standard Time|GMT Daylight Time|GMT Standard Time"),
	  BEHALF("on behalf of|on behalf") },
	{ .code = "de",
	  FROM("Von|Absender|Absenderin"),
	  TO("An|Empfänger"),
	  CC("Cc|Kopie|Kopie an|Kopie (CC)|In Kopie"),
	  BCC("Bcc|Blindkopie|Blindkopie (BCC)"),
	  DATE("Gesendet|Datum|Gesendet am|Gesendet um|Sendedatum|Verschickt|"
	       "Empfangen|Erhalten|Datum/Uhrzeit|Erstellt|Erstellt am"),
	  SUBJECT("Betreff|Betrifft|Thema|Betr."),
	  REPLY_TO("Antwort an|Antwort-An|Antworten an|Antwortadresse"),
	  OTHER("Wichtigkeit|Priorität|Anlagen|Anlage|Anhang|Anhänge|Organisation|"
		"Kategorien|Vertraulichkeit|Gesendet von|Kennzeichnung|"
		"Nachverfolgungskennzeichen|Nachrichten-ID"),
	  FORWARDED("Weitergeleitete Nachricht|Anfang der weitergeleiteten Nachricht|"
		    "Anfang der weitergeleiteten E-Mail|Weitergeleitet von|"
		    "Weitergeleitete E-Mail|Weitergeleitete Mail|"
		    "Beginn der weitergeleiteten Nachricht|Forwarded Message"),
	  ORIGINAL("Ursprüngliche Nachricht|Originalnachricht|Original-Nachricht|"
		   "Ursprüngliche E-Mail|Original Nachricht|Original-Mail|"
		   "Urspruengliche Nachricht|Originaltermin|Ursprünglicher Termin"),
	  ENDED("Ende der weitergeleiteten Nachricht|Ende der Originalnachricht"),
	  FWD("WG|Wtr|Weitergeleitet|Wtrlt"),
	  RE("AW|Antw|Antwort"),
	  TAG("Extern|Externe E-Mail|Externe Mail|Extern gesendet|Spamverdacht|"
	      "Verdacht auf Spam|Achtung Extern"),
	  WROTE("schrieb|geschrieben|schrieb am|hat geschrieben|schreibt|"
		"schrieb folgendes|folgendes geschrieben"),
	  ASIDE("Am|hat|um|Uhr|von|folgendes|am"),
	  BEHALF("im Auftrag von|im Namen von") },
	{ .code = "fr",
	  FROM("De|Expéditeur|Émetteur"),
	  TO("À|A|Pour|Destinataire|Destinataires|Envoyé à|Á"),
	  CC("Cc|Copie|Copie à|Copies|Copie carbone"),
	  BCC("Cci|Copie cachée|Copie cachée à"),
	  DATE("Envoyé|Date|Envoyé le|Date d'envoi|Date et heure|Reçu|Reçu le|"
	       "Date de réception|Envoyée|Créé|Créé le"),
	  SUBJECT("Objet|Sujet"),
	  REPLY_TO("Répondre à|Réponse à"),
	  OTHER("Importance|Priorité|Pièces jointes|Pièce jointe|PJ|Organisation|"
		"Envoyé par|Sensibilité|Catégories|Pièces-jointes"),
	  FORWARDED("Message transféré|Début du message réexpédié|"
		    "Début du message transféré|Message réexpédié|Transféré par|"
		    "Courriel transféré|E-mail transféré|Mail transféré|"
		    "Message transféré de|Réexpédié par|Début du courriel transféré"),
	  ORIGINAL("Message d'origine|Message original|Mail original|Courriel original|"
		   "E-mail d'origine|Message initial|E-mail original|"
		   "Rendez-vous d'origine"),
	  ENDED("Fin du message transféré|Fin du message réexpédié"),
	  FWD("TR|Transf|Tr."),
	  RE("RÉ|RE|Rép|Réf"),
	  TAG("Externe|Courriel externe|E-mail externe|Expéditeur externe|Indésirable"),
	  WROTE("a écrit|écrit|a ecrit|écrivait"),
	  ASIDE("Le|à|l'utilisateur|par|et"),
	  BEHALF("de la part de|au nom de|pour le compte de") },
	{ .code = "es",
	  FROM("De|Remitente|Desde"),
	  TO("Para|A|Destinatario|Destinatarios"),
	  CC("CC|Con copia|Copia|Con copia a|C.C."),
	  BCC("CCO|Con copia oculta"),
	  DATE("Enviado el|Fecha|Enviado|Enviada el|Fecha de envío|Fecha y hora|"
	       "Enviada|Recibido|Fecha de recepción|Creado|Creado el"),
	  SUBJECT("Asunto|Tema|Ref."),
	  REPLY_TO("Responder a"),
	  OTHER("Importancia|Prioridad|Datos adjuntos|Adjuntos|Archivos adjuntos|"
		"Adjunto|Organización|Enviado por|Confidencialidad|Categorías"),
	  FORWARDED("Mensaje reenviado|Inicio del mensaje reenviado|Reenviado por|"
		    "Correo reenviado|Mensaje enviado por|Correo electrónico reenviado|"
		    "Comienza el mensaje reenviado|Comienzo del mensaje reenviado"),
	  ORIGINAL("Mensaje original|Correo original|Mensaje de origen|"
		   "Cita original|Mensaje inicial"),
	  ENDED("Fin del mensaje reenviado|Fin de mensaje reenviado"),
	  FWD("RV|Rvdo|Reenv|Reenviado|RV."),
	  RE("RE|RES|Resp"),
	  TAG("Externo|Correo externo|Remitente externo"),
	  WROTE("escribió|ha escrito|escribio"),
	  ASIDE("El|a las|a la|el día"),
	  BEHALF("en nombre de|por cuenta de") },
	{ .code = "it",
	  FROM("Da|Mittente"),
	  TO("A|Per|Destinatario|Destinatari"),
	  CC("Cc|Copia|Per conoscenza|Copia per conoscenza|p.c."),
	  BCC("Ccn"),
	  DATE("Inviato|Data|Data invio|Inviato il|Ricevuto|Data/ora|Data e "
	       "ora|Spedito|Creato|Creato il"),
	  SUBJECT("Oggetto|Ogg."),
	  REPLY_TO("Rispondi a|Rispondere a"),
	  OTHER("Priorità|Importanza|Allegati|Allegato|Organizzazione|Inviato da|"
		"Riservatezza|Categorie"),
	  FORWARDED("Messaggio inoltrato|Inizio messaggio inoltrato|Inoltrato da|"
		    "Inizio del messaggio inoltrato|Mail inoltrata|E-mail inoltrata|"
		    "Messaggio inoltrato da|Email inoltrata"),
	  ORIGINAL("Messaggio originale|Messaggio originario|Messaggio Originale da|"
		   "E-mail originale|Mail originale"),
	  ENDED("Fine messaggio inoltrato|Fine del messaggio inoltrato"),
	  FWD("I|Inoltra|Inol"),
	  RE("R|Rif|Ris"),
	  TAG("Esterno|Mittente esterno|Email esterna"),
	  WROTE("ha scritto|scrive|scrisse|ha scritto quanto segue"),
	  ASIDE("Il|Il giorno|alle ore|alle|ore|in data"),
	  BEHALF("per conto di|a nome di") },
	{ .code = "pt",
	  FROM("De|Remetente"),
	  TO("Para|A|Destinatário|Destinatários"),
	  CC("Cc|Com cópia|Cópia|C/c"),
	  BCC("Cco|Bcc"),
	  DATE("Enviada em|Data|Enviado em|Enviado|Enviada|Enviado a|Data de envio|"
	       "Data/Hora|Recebido|Data e hora|Enviada a|Criado|Criado em"),
	  SUBJECT("Assunto"),
	  REPLY_TO("Responder a|Responder para|Responder-Para"),
	  OTHER("Prioridade|Importância|Anexos|Anexo|Organização|Enviado por|"
		"Confidencialidade|Categorias"),
	  FORWARDED("Mensagem encaminhada|Início da mensagem encaminhada|"
		    "Mensagem reencaminhada|Início da mensagem reencaminhada|"
		    "Encaminhado por|Reencaminhado por|E-mail encaminhado|"
		    "Email encaminhado|Começo da mensagem reencaminhada"),
	  ORIGINAL("Mensagem original|E-mail original|Compromisso original"),
	  ENDED("Fim da mensagem encaminhada|Fim da mensagem reencaminhada"),
	  FWD("ENC|Encaminhado|Encam|Reenc"),
	  RE("RES|Resp|RE"),
	  TAG("Externo|E-mail externo|Remetente externo"),
	  WROTE("escreveu|escreveu o seguinte|escreveu no dia"),
	  ASIDE("Em|No dia|às|a|à|as|o seguinte"),
	  BEHALF("em nome de|por conta de") },
	{ .code = "nl",
	  FROM("Van|Afzender"),
	  TO("Aan|Ontvanger|Geadresseerde"),
	  CC("CC|Kopie|Kopie aan|Cc aan"),
	  BCC("Bcc"),
	  DATE("Verzonden|Datum|Verzonden op|Verstuurd|Ontvangen|Datum/tijd|"
	       "Verzenddatum|Gestuurd|Aangemaakt|Gemaakt|Aangemaakt op"),
	  SUBJECT("Onderwerp|Betreft"),
	  REPLY_TO("Antwoord aan|Beantwoorden aan|Antwoordadres"),
	  OTHER("Urgentie|Prioriteit|Bijlagen|Bijlage|Organisatie|Belang|Gevoeligheid|"
		"Verzonden door|Categorieën"),
	  FORWARDED("Doorgestuurd bericht|Begin doorgestuurd bericht|Doorgestuurd door|"
		    "Doorgestuurde e-mail|Doorgestuurde mail|Doorgestuurd e-mailbericht|"
		    "Begin van doorgestuurd bericht|Doorgezonden bericht"),
	  ORIGINAL("Oorspronkelijk bericht|Origineel bericht|Oorspronkelijke e-mail|"
		   "Oorspronkelijke afspraak|Originele e-mail"),
	  ENDED("Einde doorgestuurd bericht|Einde van doorgestuurd bericht"),
	  FWD("Doorst|Dgst|Doorgestuurd"),
	  RE("Antw|Betr|Antwoord"),
	  TAG("Extern|Externe afzender|Externe e-mail"),
	  WROTE("schreef|geschreven|het volgende geschreven|schreef het volgende"),
	  ASIDE("Op|heeft|om|het volgende|door"),
	  BEHALF("namens|uit naam van") },
	{ .code = "da",
	  FROM("Fra|Afsender"),
	  TO("Til|Modtager"),
	  CC("Cc|Kopi|Kopi til"),
	  BCC("Bcc"),
	  DATE("Sendt|Dato|Sendt den|Modtaget|Dato/tid|Oprettet"),
	  SUBJECT("Emne|Vedrørende|Vedr."),
	  REPLY_TO("Svar til|Besvar til"),
	  OTHER("Prioritet|Vigtighed|Vedhæftede filer|Vedhæftet fil|Vedhæftninger|"
		"Organisation|Følsomhed|Sendt af|Kategorier"),
	  FORWARDED(
		  "Videresendt meddelelse|Start på videresendt besked|Videresendt besked|"
		  "Videresendt mail|Videresendt af|Videresendt e-mail|"
		  "Begyndelse på videresendt besked"),
	  ORIGINAL("Oprindelig meddelelse|Original meddelelse|Oprindelig besked|"
		   "Oprindelig mail|Original besked|Oprindelig aftale"),
	  ENDED("Slut på videresendt besked"),
	  FWD("VS|Videresendt"),
	  RE("SV|Svar"),
	  TAG("Ekstern|Ekstern e-mail|Ekstern mail|Ekstern afsender"),
	  WROTE("skrev|skrev følgende|har skrevet|skriver"),
	  ASIDE("Den|D|kl|følgende|Den dag"),
	  BEHALF("på vegne af") },
	{ .code = "sv",
	  FROM("Från|Avsändare"),
	  TO("Till|Mottagare"),
	  CC("Kopia|Cc|Kopia till|Kopior"),
	  BCC("Hemlig kopia|Bcc|Dold kopia"),
	  DATE("Skickat|Datum|Skickat "
	       "den|Skickades|Mottaget|Datum/tid|Skickad|Skapad|Skapat"),
	  SUBJECT("Ämne|Angående|Rubrik"),
	  REPLY_TO("Svar till|Svara till"),
	  OTHER("Prioritet|Angelägenhetsgrad|Bifogade filer|Bilagor|Bifogad fil|Bilaga|"
		"Organisation|Känslighet|Skickat av|Kategorier"),
	  FORWARDED("Vidarebefordrat meddelande|Vidarebefordrat mejl|"
		    "Vidarebefordrat brev|Vidarebefordrat av|Vidarebefordrat "
		    "e-postmeddelande|"
		    "Börja vidarebefordrat meddelande|Vidarebefordrad e-post|"
		    "Vidarebefordrat mail"),
	  ORIGINAL("Ursprungligt meddelande|Originalmeddelande|Ursprungligt mejl|"
		   "Ursprunglig avtalad tid|Originalmejl"),
	  ENDED("Slut på vidarebefordrat meddelande"),
	  FWD("VB|Vidarebef"),
	  RE("SV|Svar"),
	  TAG("Extern|Externt|Extern avsändare|Externt mejl"),
	  WROTE("skrev|skrev följande|har skrivit|skriver"),
	  ASIDE("Den|kl|följande|På"),
	  BEHALF("på uppdrag av|på vägnar av") },
	{ .code = "no",
	  FROM("Fra|Avsender"),
	  TO("Til|Mottaker"),
	  CC("Kopi|Kopi til|Cc"),
	  BCC("Blindkopi|Bcc"),
	  DATE("Sendt|Dato|Sendt den|Mottatt|Dato/klokkeslett|Opprettet"),
	  SUBJECT("Emne|Tittel|Ang."),
	  REPLY_TO("Svar til|Svar-til"),
	  OTHER("Prioritet|Viktighet|Vedlegg|Organisasjon|Følsomhet|Sendt av|Kategorier"),
	  FORWARDED("Videresendt melding|Start på videresendt melding|Videresendt e-post|"
		    "Videresendt av|Begynnelse på videresendt melding|"
		    "Starten på videresendt melding"),
	  ORIGINAL("Opprinnelig melding|Original melding|Opprinnelig e-post|"
		   "Opprinnelig avtale"),
	  ENDED("Slutt på videresendt melding"),
	  FWD("VS|Videresend|Videresendt"),
	  RE("SV|Svar"),
	  TAG("Ekstern|Ekstern e-post|Ekstern avsender"),
	  WROTE("skrev|skrev følgende|har skrevet|skreiv"),
	  ASIDE("Den|På|kl|følgende"),
	  BEHALF("på vegne av") },
	{ .code = "fi",
	  FROM("Lähettäjä"),
	  TO("Vastaanottaja|Vastaanottajat|Saaja"),
	  CC("Kopio|Kopiot|Cc|Tiedoksi"),
	  BCC("Piilokopio"),
	  DATE("Lähetetty|Päivämäärä|Päiväys|Pvm|Lähetysaika|Vastaanotettu|Aika|Luotu"),
	  SUBJECT("Aihe|Asia|Otsikko"),
	  REPLY_TO("Vastausosoite|Vastaa"),
	  OTHER("Tärkeys|Prioriteetti|Liitteet|Liite|Organisaatio|Luottamuksellisuus"),
	  FORWARDED("Edelleenlähetetty viesti|Välitetty viesti|Alkaa välitetty viesti|"
		    "Välitetyn viestin alku|Edelleenlähetetyn viestin alku|"
		    "Välittänyt|Lähetetty edelleen|Edelleen lähetetty viesti"),
	  ORIGINAL("Alkuperäinen viesti|Alkuperäinen sähköposti"),
	  ENDED("Välitetty viesti päättyy"),
	  FWD("VL|Vs|Välit"),
	  RE("VS|Vast"),
	  TAG("Ulkoinen|Ulkoinen lähettäjä"),
	  WROTE("kirjoitti|kirjoitti seuraavasti|on kirjoittanut"),
	  ASIDE("klo|kello|seuraavasti") },
	{ .code = "pl",
	  FROM("Od|Nadawca"),
	  TO("Do|Adresat|Odbiorca|Odbiorcy"),
	  CC("DW|Kopia|Do wiadomości|Cc|UDW"),
	  BCC("UDW"),
	  DATE("Wysłano|Data|Wysłane|Data wysłania|Wysłany|Otrzymano|Data i "
	       "godzina|Utworzono|Utworzony"),
	  SUBJECT("Temat|Dotyczy"),
	  REPLY_TO("Odpowiedz do|Odpowiedź do"),
	  OTHER("Ważność|Priorytet|Załączniki|Załącznik|Organizacja|Poufność"),
	  FORWARDED("Przekazana wiadomość|Początek przekazywanej wiadomości|"
		    "Wiadomość przekazana|Przesłana dalej wiadomość|Przekazane przez|"
		    "Treść przekazanej wiadomości|Wiadomość przesłana dalej|"
		    "Początek przekazanej wiadomości|Przesłane przez"),
	  ORIGINAL("Wiadomość oryginalna|Oryginalna wiadomość|Pierwotna wiadomość|"
		   "Wiadomość źródłowa|Wiadomość pierwotna"),
	  ENDED("Koniec przekazywanej wiadomości|Koniec przekazanej wiadomości"),
	  FWD("PD|Przek|Przekazane|Podaj dalej"),
	  RE("Odp|OD|Odpowiedź"),
	  TAG("Zewnętrzny|Zewnętrzna|Wiadomość zewnętrzna|Nadawca zewnętrzny"),
	  WROTE("napisał|napisała|napisał(a)|pisze|napisał/a|napisali|napisał(-a)"),
	  ASIDE("W dniu|dnia|o|użytkownik|o godz|następujące|godz|Dnia"),
	  BEHALF("w imieniu") },
	{ .code = "cs",
	  FROM("Od|Odesílatel|Odesilatel"),
	  TO("Komu|Příjemce|Pro|Adresát"),
	  CC("Kopie|Cc|Na vědomí"),
	  BCC("Skrytá kopie|Skrytá"),
	  DATE("Odesláno|Datum|Odeslaná pošta|Datum odeslání|Přijato|Odeslano|Vytvořeno"),
	  SUBJECT("Předmět|Věc"),
	  REPLY_TO("Odpovědět komu|Odpověď na|Odpovědět"),
	  OTHER("Důležitost|Priorita|Přílohy|Příloha|Organizace|Utajení"),
	  FORWARDED("Přeposlaná zpráva|Začátek přeposílané zprávy|"
		    "Začátek přeposlané zprávy|Přeposlal|Předaná zpráva|"
		    "Přeposlaný e-mail|Přeposlaný email"),
	  ORIGINAL("Původní zpráva|Původní e-mail|Původní email|Originální zpráva"),
	  ENDED("Konec přeposlané zprávy|Konec přeposílané zprávy"),
	  FWD("Přep|Předat|Př|PŘ"),
	  RE("Odp|Odpověď"),
	  TAG("Externí|Externí odesílatel|Externí e-mail"),
	  WROTE("napsal|napsala|napsal(a)|napsal/a|napsal(-a)|píše"),
	  ASIDE("Dne|v|ve|uživatel|odesílatel|následující|hod"),
	  BEHALF("jménem|v zastoupení") },
	{ .code = "sk",
	  FROM("Od|Odosielateľ"),
	  TO("Komu|Príjemca|Pre|Adresát"),
	  CC("Kópia|Cc|Na vedomie"),
	  BCC("Skrytá kópia"),
	  DATE("Odoslané|Dátum|Dátum odoslania|Prijaté|Poslané"),
	  SUBJECT("Predmet|Vec"),
	  REPLY_TO("Odpoveď na|Odpovedať komu|Odpovedať"),
	  OTHER("Dôležitosť|Priorita|Prílohy|Príloha|Organizácia"),
	  FORWARDED("Preposlaná správa|Začiatok preposlanej správy|Preposlal|"
		    "Začiatok preposielanej správy|Preposlaný e-mail"),
	  ORIGINAL("Pôvodná správa|Pôvodný e-mail|Originálna správa"),
	  ENDED("Koniec preposlanej správy"),
	  FWD("Prep|Pošli ďalej"),
	  RE("Odp|Odpoveď"),
	  TAG("Externý|Externý odosielateľ"),
	  WROTE("napísal|napísala|napísal(a)|napísal/a|napísal(-a)|píše"),
	  ASIDE("Dňa|o|používateľ|v|nasledovné|odosielateľ"),
	  BEHALF("v mene") },
	{ .code = "hu",
	  FROM("Feladó|Küldő"),
	  TO("Címzett|Címzettek"),
	  CC("Másolat|Másolatot kap|Cc|Másolatot kapja"),
	  BCC("Titkos másolat|Titkos másolatot kap"),
	  DATE("Elküldve|Dátum|Küldve|Küldés dátuma|Küldés "
	       "ideje|Érkezett|Dátum/idő|Létrehozva"),
	  SUBJECT("Tárgy"),
	  REPLY_TO("Válaszcím|Válasz címe"),
	  OTHER("Fontosság|Prioritás|Mellékletek|Melléklet|Csatolmány|Csatolmányok|"
		"Szervezet"),
	  FORWARDED("Továbbított üzenet|Továbbított levél kezdete|Továbbított levél|"
		    "Továbbította|Továbbított üzenet kezdete|Továbbított e-mail"),
	  ORIGINAL("Eredeti üzenet|Eredeti levél|Eredeti e-mail"),
	  ENDED("Továbbított levél vége|Továbbított üzenet vége"),
	  FWD("Továbbítás|Tovább|Tov"),
	  RE("Vá|Válasz"),
	  TAG("Külső|Külső feladó"),
	  WROTE("ezt írta|írta|a következőt írta|következőt írta|írta a következőt"),
	  ASIDE("időpontban|a|az|ekkor|dátummal|időpont") },
	{ .code = "ro",
	  FROM("De la|Expeditorul|Expeditor|De"),
	  TO("Către|Destinatarul|Destinatar|Catre|La|Pentru|Destinatari"),
	  CC("Cc|Copie|Copie la"),
	  BCC("Cci|Bcc"),
	  DATE("Trimis|Data|Dată|Trimis la|Trimisă|Expediat|Primit|Trimis pe"),
	  SUBJECT("Subiect|Subiectul|Referitor la"),
	  REPLY_TO("Răspuns către|Răspunde la"),
	  OTHER("Importanță|Prioritate|Atașări|Atașamente|Atașament|Organizație"),
	  FORWARDED("Mesaj redirecționat|Începe mesajul redirecționat|"
		    "Mesaj redirecţionat|Mesaj retrimis|Redirecționat de|"
		    "Mesaj transmis mai departe|Începutul mesajului redirecționat"),
	  ORIGINAL("Mesaj original|Mesajul original|Mesaj inițial|E-mail original"),
	  ENDED("Sfârșitul mesajului redirecționat"),
	  FWD("Redir|Redirecționat|Redir."),
	  RE("Răsp|Răspuns|RE"),
	  TAG("Extern|Expeditor extern"),
	  WROTE("a scris|a scris următoarele|scrie"),
	  ASIDE("Pe|În|la|în data de|la data de|ora|următoarele"),
	  BEHALF("în numele|din partea") },
	{ .code = "hr",
	  FROM("Šalje|Od|Pošiljatelj"),
	  TO("Prima|Za|Primatelj|Primatelji|Kome"),
	  CC("Kopija|Cc|Kopija za"),
	  BCC("Skrivena kopija|Bcc"),
	  DATE("Datum|Poslano|Datum slanja|Vrijeme|Primljeno"),
	  SUBJECT("Naslov|Predmet"),
	  REPLY_TO("Odgovori na|Odgovor na"),
	  OTHER("Važnost|Prioritet|Privici|Privitak|Privitci|Prilozi|Organizacija"),
	  FORWARDED("Proslijeđena poruka|Započni proslijeđenu poruku|"
		    "Početak proslijeđene poruke|Proslijedio|Proslijeđeni e-mail"),
	  ORIGINAL("Izvorna poruka|Originalna poruka|Izvorni e-mail"),
	  ENDED("Kraj proslijeđene poruke"),
	  FWD("PR|Prosl|Proslijeđeno"),
	  RE("Odg|Odgovor"),
	  TAG("Vanjski|Vanjska pošta"),
	  WROTE("napisao|napisala|je napisao|je napisala|je napisao/la|napisao/la|piše|"
		"je napisao/napisala"),
	  ASIDE("Dana|u|korisnik|je|sljedeće"),
	  BEHALF("u ime") },
	{ .code = "sl",
	  FROM("Od|Pošiljatelj"),
	  TO("Za|Prejemnik|Prejemniki|Komu"),
	  CC("Kp|Cc|V vednost|Kopija"),
	  BCC("Skp"),
	  DATE("Poslano|Datum|Datum pošiljanja|Prejeto"),
	  SUBJECT("Zadeva"),
	  REPLY_TO("Odgovor na|Odgovori na"),
	  OTHER("Pomembnost|Prednost|Priloge|Priloga|Organizacija"),
	  FORWARDED("Posredovano sporočilo|Začetek posredovanega sporočila|Posredoval"),
	  ORIGINAL("Izvirno sporočilo|Originalno sporočilo|Prvotno sporočilo"),
	  ENDED("Konec posredovanega sporočila"),
	  FWD("Posr|Posred"),
	  RE("Odg|Odgovor"),
	  TAG("Zunanji|Zunanje"),
	  WROTE("je napisal|je napisala|napisal|je oseba|je napisal(-a)|napisala|"
		"je napisal/-a|je napisal/a"),
	  ASIDE("Dne|ob|je|oseba|uporabnik|v"),
	  BEHALF("v imenu") },
	{ .code = "sr",
	  FROM("Od|Šalje|Pošiljalac|Од|Шаље|Пошиљалац"),
	  TO("Za|Prima|Primalac|За|Прима|Коме|Прималац"),
	  CC("Kopija|Cc|Копија"),
	  BCC("Skrivena kopija"),
	  DATE("Poslato|Datum|Послато|Датум"),
	  SUBJECT("Predmet|Tema|Naslov|Предмет|Тема|Наслов"),
	  REPLY_TO("Odgovor za|Одговор за"),
	  OTHER("Važnost|Prioritet|Prilozi|Prilog|Важност|Прилози"),
	  FORWARDED("Prosleđena poruka|Početak prosleđene poruke|Прослеђена порука|"
		    "Почетак прослеђене поруке"),
	  ORIGINAL("Originalna poruka|Izvorna poruka|Оригинална порука|Изворна порука"),
	  FWD("Prosl|Прослеђено|Прос"),
	  RE("Odg|Одг|Одговор"),
	  TAG("Spoljni|Спољни"),
	  WROTE("napisao|napisala|je napisao|је написао|је написао/ла|написао|написала|"
		"пише"),
	  ASIDE("Dana|Дана|u|у|је|корисник|je"),
	  BEHALF("u ime|у име") },
	{ .code = "bg",
	  FROM("От|Подател|Изпращач"),
	  TO("До|Кому|Получател|Получатели|За"),
	  CC("Копие|Копие до|Як|Cc"),
	  BCC("Скрито копие"),
	  DATE("Изпратено|Дата|Изпратен|Изпратено на|Получено|Дата/час"),
	  SUBJECT("Относно|Тема|Заглавие"),
	  REPLY_TO("Отговор до|Отговор на"),
	  OTHER("Важност|Приоритет|Прикачени файлове|Прикачен файл|Организация"),
	  FORWARDED(
		  "Препратено съобщение|Препратено писмо|Начало на препратено съобщение|"
		  "Начало на препратеното съобщение|Начало на препратено писмо|"
		  "Препратен имейл|Препратено от"),
	  ORIGINAL("Оригинално съобщение|Оригинално писмо|Първоначално съобщение|"
		   "Оригинален имейл|Изходно съобщение"),
	  ENDED("Край на препратеното съобщение"),
	  FWD("Пр|Препр|Препратено"),
	  RE("Отн|Отг|Отговор"),
	  TAG("Външен|Външен подател|Външна поща"),
	  WROTE("написа|написал|пише|написала"),
	  ASIDE("На|в|г|потребителят|ч|часа"),
	  BEHALF("от името на|от името") },
	{ .code = "ru",
	  FROM("От|Отправитель|От кого"),
	  TO("Кому|Получатель|Получатели"),
	  CC("Копия|Копии|Cc"),
	  BCC("Скрытая копия|Скрытая"),
	  DATE("Отправлено|Дата|Дата отправки|Получено|Дата и время|Дата/время|"
	       "Отправлен|Время"),
	  SUBJECT("Тема|Предмет|Тема письма"),
	  REPLY_TO("Ответить|Обратный адрес|Адрес для ответа"),
	  OTHER("Важность|Приоритет|Вложения|Вложение|Организация|Отправил"),
	  FORWARDED("Перенаправленное сообщение|Начало переадресованного сообщения|"
		    "Пересылаемое сообщение|Пересланное сообщение|Переадресованное "
		    "сообщение|"
		    "Начало пересылаемого сообщения|Переслано|Пересылаемое письмо|"
		    "Начало пересланного сообщения|Пересланное письмо"),
	  ORIGINAL("Исходное сообщение|Оригинальное сообщение|Исходное письмо|"
		   "Первоначальное сообщение|Оригинал сообщения"),
	  ENDED("Конец пересылаемого сообщения|Конец переадресованного сообщения|"
		"Завершение пересылаемого сообщения|Конец пересланного сообщения"),
	  FWD("Пер|Пересл|Переслано"),
	  RE("Отв|Ответ"),
	  TAG("Внешний|Внешняя почта|Внешний отправитель|Внешнее письмо|Спам"),
	  WROTE("написал|написала|написал(а)|пишет|писал|писал(а)|написали"),
	  ASIDE("г|в|пользователь|от|следующее|года"),
	  BEHALF("от имени|по поручению") },
	{ .code = "uk",
	  FROM("Від|Від кого|Відправник"),
	  TO("Кому|Одержувач|Отримувач|До"),
	  CC("Копія|Cc|Копії"),
	  BCC("Прихована копія"),
	  DATE("Надіслано|Дата|Відправлено|Дата надсилання|Отримано|Дата й час"),
	  SUBJECT("Тема"),
	  REPLY_TO("Відповісти|Адреса для відповіді"),
	  OTHER("Важливість|Пріоритет|Вкладення|Долучення|Організація"),
	  FORWARDED("Перенаправлене повідомлення|Початок листа, що пересилається|"
		    "Переслане повідомлення|Переадресоване повідомлення|"
		    "Пересилане повідомлення|Початок пересланого повідомлення|"
		    "Пересланий лист|Початок переадресованого повідомлення"),
	  ORIGINAL("Оригінальне повідомлення|Вихідне повідомлення|"
		   "Початкове повідомлення|Первинне повідомлення|Оригінальний лист"),
	  ENDED("Кінець пересланого повідомлення"),
	  FWD("Пер|Пересл|Прсл"),
	  RE("Відп|Відповідь"),
	  TAG("Зовнішній|Зовнішній відправник"),
	  WROTE("пише|написав|написала|написав(-ла)|написав(ла)|написав/ла|пише:"),
	  ASIDE("р|о|в|у|користувач|року"),
	  BEHALF("від імені") },
	{ .code = "el",
	  FROM("Από|Αποστολέας"),
	  TO("Προς|Παραλήπτης|Παραλήπτες"),
	  CC("Κοιν|Κοιν.|Κοινοποίηση|Κοινοποίηση σε|Cc"),
	  BCC("Ιδιαίτερη κοινοποίηση|Κρυφή κοιν.|Κρυφή κοινοποίηση"),
	  DATE("Στάλθηκε|Ημερομηνία|Εστάλη|Αποστολή|Ημ/νία|Στις|Απεστάλη|Ημερ/νία|"
	       "Ημερομηνία αποστολής"),
	  SUBJECT("Θέμα"),
	  REPLY_TO("Απάντηση σε|Απάντηση προς"),
	  OTHER("Σπουδαιότητα|Προτεραιότητα|Συνημμένα|Συνημμένο|Οργανισμός"),
	  FORWARDED(
		  "Προωθημένο μήνυμα|Αρχή προωθημένου μηνύματος|"
		  "Προωθούμενο μήνυμα|Προωθημένο μήνυμα από|Έναρξη προωθημένου μηνύματος|"
		  "Αρχή προωθούμενου μηνύματος|Προωθήθηκε από"),
	  ORIGINAL("Αρχικό μήνυμα|Πρωτότυπο μήνυμα|Αυθεντικό μήνυμα"),
	  ENDED("Τέλος προωθημένου μηνύματος"),
	  FWD("ΠΡΘ|Προώθηση|Πρ"),
	  RE("ΑΠ|Απ|ΣΧΕΤ|Απάντηση"),
	  TAG("Εξωτερικό|Εξωτερικός αποστολέας"),
	  WROTE("έγραψε|έγραψε τα εξής|έγραψαν"),
	  ASIDE("Στις|στις|ο χρήστης|η|ο|τα εξής|Την|τις"),
	  BEHALF("εκ μέρους|για λογαριασμό") },
	{ .code = "tr",
	  FROM("Kimden|Gönderen"),
	  TO("Kime|Alıcı|Alıcılar"),
	  CC("Bilgi|Cc|Kopya"),
	  BCC("Gizli|Gizli kopya"),
	  DATE("Tarih|Gönderildi|Gönderilen|Gönderme Tarihi|Gönderilme Tarihi|"
	       "Gönderim Tarihi|Gönderim Zamanı"),
	  SUBJECT("Konu"),
	  REPLY_TO("Yanıt Adresi|Yanıtla|Cevap Adresi"),
	  OTHER("Önem|Öncelik|Ekler|Ek|Kuruluş|Duyarlılık"),
	  FORWARDED("İletilen İleti|İletilmiş Mesaj|İleti başlangıcı|İletilen mesaj|"
		    "Yönlendirilen ileti|İletilen ileti başlangıcı|Yönlendirilmiş ileti|"
		    "İletilen e-posta|Yönlendirilen mesaj|İletilmiş ileti"),
	  ORIGINAL("Özgün İleti|Orijinal İleti|Orijinal Mesaj|Asıl ileti|Özgün mesaj|"
		   "Orjinal mesaj|Orijinal e-posta|Original mesaj"),
	  ENDED("İletilen ileti sonu"),
	  FWD("İLT|İlet|Yön|İLETİ"),
	  RE("YNT|Yan|Ynt|Cvp"),
	  TAG("Harici|Dış|Dış kaynaklı"),
	  WROTE("şunu yazdı|yazdı|şunları yazdı|şöyle yazdı|yazmış"),
	  ASIDE("tarihinde|saat|şu|kullanıcısı") },
	{ .code = "et",
	  FROM("Saatja|Kellelt"),
	  TO("Adressaat|Saaja|Kellele|Adressaadid"),
	  CC("Koopia|Cc"),
	  BCC("Pimekoopia"),
	  DATE("Saadetud|Kuupäev|Saatmisaeg|Saatmise kuupäev"),
	  SUBJECT("Teema|Pealkiri"),
	  REPLY_TO("Vasta|Vastus"),
	  OTHER("Tähtsus|Prioriteet|Manused|Manus"),
	  FORWARDED("Edastatud kiri|Edastatud sõnum|Edastatud teade|Edasisaadetud kiri"),
	  ORIGINAL("Algne kiri|Algne sõnum|Originaalkiri|Algne teade"),
	  FWD("Edasi|Edast"),
	  RE("Vs|Vast"),
	  TAG("Väline"),
	  WROTE("kirjutas|on kirjutanud"),
	  ASIDE("Kuupäeval|kell|kirjutas kasutaja|kasutaja|kp") },
	{ .code = "lt",
	  FROM("Nuo|Siuntėjas"),
	  TO("Kam|Gavėjas|Gavėjai|Iki"),
	  CC("Kopija|Cc"),
	  BCC("Slapta kopija|Nematoma kopija"),
	  DATE("Išsiųsta|Data|Siųsta|Išsiuntimo data"),
	  SUBJECT("Tema"),
	  REPLY_TO("Atsakyti|Atsakymas"),
	  OTHER("Svarba|Svarbumas|Prioritetas|Priedai|Priedas"),
	  FORWARDED("Persiųstas laiškas|Persiųsta žinutė|Persiunčiamas laiškas|"
		    "Persiųstas pranešimas"),
	  ORIGINAL("Pradinis laiškas|Originalus laiškas|Originalus pranešimas|"
		   "Pradinis pranešimas|Pirminis pranešimas"),
	  FWD("Pers|Persiųsta"),
	  RE("Ats|Atsakymas"),
	  TAG("Išorinis"),
	  WROTE("rašė|parašė"),
	  ASIDE("d|val|m") },
	{ .code = "lv",
	  FROM("No|Sūtītājs|No kā"),
	  TO("Kam|Adresāts|Saņēmējs|Adresāti"),
	  CC("Kopija|Cc"),
	  BCC("Diskrētā kopija"),
	  DATE("Nosūtīts|Datums|Nosūtīšanas datums|Sūtīts"),
	  SUBJECT("Tēma|Temats"),
	  REPLY_TO("Atbildēt"),
	  OTHER("Svarīgums|Prioritāte|Pielikumi|Pielikums"),
	  FORWARDED("Pārsūtītais ziņojums|Pārsūtīts ziņojums|Pārsūtīta vēstule|"
		    "Pārsūtītā vēstule"),
	  ORIGINAL("Sākotnējais ziņojums|Oriģinālais ziņojums|Sākotnējā vēstule"),
	  FWD("Pārs|Pārsūtīts"),
	  RE("Atb|Atbilde"),
	  TAG("Ārējs"),
	  WROTE("rakstīja|lietotājs rakstīja"),
	  ASIDE("plkst|plkst.|lietotājs|datumā") },
	{ .code = "he",
	  FROM("מאת|שולח|מ"),
	  TO("אל|נמען|נמענים|לכבוד"),
	  CC("עותק|העתק|עותק אל|Cc"),
	  BCC("עותק סמוי|עותק נסתר"),
	  DATE("נשלח|תאריך|נשלח בתאריך|תאריך שליחה|נשלח ב"),
	  SUBJECT("נושא|הנדון"),
	  REPLY_TO("השב אל|מענה אל"),
	  OTHER("חשיבות|עדיפות|קבצים מצורפים|צרופות"),
	  FORWARDED("הודעה שהועברה|תחילת ההודעה שהועברה|הודעה מועברת|"
		    "תחילת הודעה שהועברה|הועבר על ידי|התחלת הודעה שהועברה"),
	  ORIGINAL("הודעה מקורית|ההודעה המקורית|דואר מקורי"),
	  FWD("הועבר|העברה|העבר"),
	  RE("השב|תשובה|בתשובה"),
	  TAG("חיצוני|דואר חיצוני"),
	  WROTE("כתב|כתבה|כתב/ה|כתב את הדברים "
		"הבאים|כתבת|כתב‎"),
	  ASIDE("בתאריך|מאת|ב|ביום|בשעה|יום|‏ב"),
	  BEHALF("בשם|מטעם") },
	{ .code = "ar",
	  FROM("من|المرسل"),
	  TO("إلى|المرسل إليه|الى|المستلم|المستلمون"),
	  CC("نسخة|نسخة إلى|نسخة كربونية|Cc"),
	  BCC("نسخة مخفية|نسخة مخفية الوجهة"),
	  DATE("التاريخ|تاريخ الإرسال|أرسلت|الإرسال|تم الإرسال|تاريخ|أرسل|أُرسلت|مُرسل|"
	       "مرسل في"),
	  SUBJECT("الموضوع|العنوان"),
	  REPLY_TO("الرد إلى|الرد على"),
	  OTHER("الأهمية|الأولوية|المرفقات|مرفقات"),
	  FORWARDED("رسالة معاد توجيهها|بدء الرسالة المعاد توجيهها|رسالة محولة|"
		    "بداية الرسالة المحولة|رسالة تمت إعادة توجيهها|رسالة مُعاد توجيهها|"
		    "بداية الرسالة المُعاد توجيهها|الرسالة المحولة|رسالة ممررة|"
		    "بدء رسالة معاد توجيهها|تمت إعادة التوجيه بواسطة"),
	  ORIGINAL("الرسالة الأصلية|رسالة أصلية|الرسالة الاصلية"),
	  FWD("إعادة توجيه|تحويل|إ.ت|إعادة التوجيه"),
	  RE("رد|الرد"),
	  TAG("خارجي|بريد خارجي"),
	  WROTE("كتب|كتبت|تمت كتابة ما يلي بواسطة|كتب ما "
		"يلي|كتب‏"),
	  ASIDE("في|بتاريخ|يوم|بواسطة|الساعة|في يوم|ما يلي"),
	  BEHALF("نيابة عن|بالنيابة عن") },
	{ .code = "fa",
	  FROM("از|فرستنده"),
	  TO("به|گیرنده"),
	  CC("رونوشت|کپی"),
	  DATE("تاریخ|ارسال شده|فرستاده شده|ارسال"),
	  SUBJECT("موضوع"),
	  FORWARDED("پیام ارسال شده|پیام بازارسال شده|پیام هدایت شده|پیام فوروارد شده"),
	  ORIGINAL("پیام اصلی|پیام اولیه"),
	  FWD("ارجاع|بازارسال"),
	  RE("پاسخ"),
	  WROTE("نوشت|نوشته است|نوشته"),
	  ASIDE("در تاریخ|در|ساعت") },
	{ .code = "zh",
	  FROM("发件人|发信人|发送人|发送者|寄件人|发自|來自|来自"),
	  TO("收件人|收信人|接收人|收件者|送至"),
	  CC("抄送|抄送人|副本|抄 送"),
	  BCC("密送|密件抄送|暗送"),
	  DATE("发送时间|日期|时间|发送日期|发件时间|发件日期|发送于|发送|收件时间|"
	       "接收时间|发信时间"),
	  SUBJECT("主题|标题|邮件主题|主 题|题目"),
	  REPLY_TO("回复|答复|回复至|答复至|回信地址"),
	  OTHER("重要性|优先级|附件|组织|敏感度|类别"),
	  FORWARDED(
		  "转发的消息|转发邮件|开始转发邮件|开始转发信息|转发邮件信息|转发的邮件|"
		  "已转发邮件|下面是被转发的邮件|开始转发|以下是转发的邮件|被转发邮件|"
		  "以下为转发邮件|已转发的邮件|下面是转发邮件"),
	  ORIGINAL("原始邮件|邮件原件|原邮件|原始信息|原始消息|邮件信息|回复的原邮件|"
		   "原件|源邮件"),
	  ENDED("转发的消息结束|转发邮件结束"),
	  FWD("转发|转寄|转|转送"),
	  RE("回复|答复|回覆|答|回"),
	  TAG("外部|外部邮件|外来邮件|垃圾邮件"),
	  WROTE("写道|寫道|撰写|写入|写|来信|写到|写了"),
	  ASIDE("在|于|於|的邮件中|邮件中|的来信|时"),
	  BEHALF("代表") },
	{ .code = "zh-Hant",
	  FROM("寄件者|寄件人|發件人|傳送者|發信人|寄信人"),
	  TO("收件者|收件人|收信人|收信者"),
	  CC("副本|抄送|副本抄送"),
	  BCC("密件副本|密送"),
	  DATE("寄件日期|傳送時間|日期|已傳送|寄送時間|傳送日期|發送時間|寄出時間|時間|"
	       "發送日期|寄件時間|送出時間|傳送於"),
	  SUBJECT("主旨|主題|標題|信件主旨"),
	  REPLY_TO("回覆|回覆至|回信地址|答覆"),
	  OTHER("重要性|優先順序|附件|附加檔案|組織|敏感度|類別"),
	  FORWARDED("轉寄的郵件|轉寄郵件|開始轉寄郵件|轉寄訊息|轉寄的訊息|開始轉寄訊息|"
		    "轉發的郵件|轉寄信件|轉寄的信件|開始轉寄|轉發郵件|以下是轉寄的郵件"),
	  ORIGINAL("原始郵件|原始訊息|原郵件|原始信件|原來的郵件|原信件|郵件原件"),
	  FWD("轉寄|轉發|轉"),
	  RE("回覆|回復|答覆"),
	  TAG("外部|外部郵件|外來郵件|垃圾郵件"),
	  WROTE("寫道|寫入|撰寫|寫|來信|寫了"),
	  ASIDE("在|於|的郵件中|郵件中|時"),
	  BEHALF("代表") },
	{ .code = "ja",
	  FROM("差出人|送信者|送信元|発信者|発信元|差し出し人"),
	  TO("宛先|送信先|受信者|あて先|宛て先"),
	  CC("CC|Cc|写し|カーボンコピー"),
	  BCC("BCC|Bcc"),
	  DATE("送信日時|日付|日時|送信日|送信日付|受信日時|送信時刻|送信時間"),
	  SUBJECT("件名|題名|表題|タイトル"),
	  REPLY_TO("返信先|返信先アドレス"),
	  OTHER("重要度|優先度|添付ファイル|添付|組織|秘密度|分類項目"),
	  FORWARDED("転送されたメッセージ|メッセージを転送|転送メッセージ|転送メール|"
		    "転送されたメール|転送メッセージの始まり|以下転送メッセージ|"
		    "転送元メッセージ|転送者|Forwarded "
		    "by|転送されたEメール|ここから転送メール|"
		    "以下、転送|転送開始|以下転送"),
	  ORIGINAL("元のメッセージ|オリジナルメッセージ|元のメール|元メール|元の予定|"
		   "元メッセージ|オリジナルのメッセージ|元のEメール"),
	  ENDED("転送メッセージの終わり|ここまで転送メール|転送終了|転送メール終わり"),
	  FWD("転送|FW|Fwd|転"),
	  RE("返信|返|Re"),
	  TAG("社外|外部|社外メール|外部メール|迷惑メール"),
	  WROTE("のメール|は書きました|が書きました|さんは書きました|さんからのメール|"
		"からのメール|さんは書いた|の書き込み|さんのメール|wrote|"
		"は次のように書きました|"
		"のメッセージ"),
	  ASIDE("に|、|さん|様|において|は|が") },
	{ .code = "ko",
	  FROM("보낸 사람|보낸사람|보낸이|발신자|발신인|보내는 사람|보낸 이"),
	  TO("받는 사람|받는사람|받는이|수신자|수신인|수신|받은 사람|받는 이"),
	  CC("참조|참조인|Cc"),
	  BCC("숨은 참조|숨은참조|비밀 참조"),
	  DATE("보낸 날짜|날짜|보낸날짜|일시|보낸 시간|발신일|발송일|보낸 일시|전송 날짜|"
	       "보낸시간|날짜/시간|보낸 시각|보냄|전송일"),
	  SUBJECT("제목"),
	  REPLY_TO("회신|회신 주소|회신주소|답장 받는 사람"),
	  OTHER("중요도|우선 순위|첨부 파일|첨부파일|첨부|조직"),
	  FORWARDED("전달된 메시지|전달된 이메일|전달된 메일|전달 메시지|전달된 메시지 "
		    "시작|"
		    "전달받은 메일|전달된 이메일 시작|전달한 메일|전달 메일"),
	  ORIGINAL("원본 메시지|원본 메일|원본메일|원본 이메일|원래 메시지|원본메시지|"
		   "원본 편지"),
	  ENDED("전달된 메시지 끝"),
	  FWD("전달|FW"),
	  RE("회신|답장|RE"),
	  TAG("외부|외부메일|외부 메일|스팸"),
	  WROTE("작성|님이 작성|썼습니다|님이 다음을 작성|님이 씀|작성함|님이 썼습니다|"
		"에 작성|님이 쓴 글|님의 말|쓴 메시지|님이 보낸 메시지"),
	  ASIDE("에|님이|님|이|가|에서|님께서") },
	{ .code = "vi",
	  FROM("Từ|Người gửi"),
	  TO("Đến|Tới|Người nhận|Gửi tới|Gửi đến"),
	  CC("Cc|Đồng gửi|Đồng kính gửi"),
	  BCC("Bcc"),
	  DATE("Ngày|Đã gửi|Ngày gửi|Thời gian|Vào|Gửi lúc|Date"),
	  SUBJECT("Chủ đề|Tiêu đề|V/v"),
	  REPLY_TO("Trả lời cho|Trả lời tới"),
	  OTHER("Tầm quan trọng|Mức độ quan trọng|Tệp đính kèm|Đính kèm"),
	  FORWARDED("Thư đã chuyển tiếp|Tin nhắn được chuyển tiếp|Chuyển tiếp thư|"
		    "Bắt đầu thư được chuyển tiếp|Thư được chuyển tiếp|"
		    "Thư chuyển tiếp|Bắt đầu tin nhắn được chuyển tiếp"),
	  ORIGINAL("Thư gốc|Tin nhắn gốc|Thư nguyên bản|Tin nhắn ban đầu"),
	  FWD("Chuyển tiếp"),
	  RE("Trả lời"),
	  WROTE("đã viết|viết|đã viết như sau"),
	  ASIDE("Vào|lúc|ngày|Vào lúc|vào"),
	  BEHALF("thay mặt") },
	{ .code = "th",
	  FROM("จาก|ผู้ส่ง"),
	  TO("ถึง|ผู้รับ"),
	  CC("สำเนา|สำเนาถึง|Cc"),
	  BCC("สำเนาลับ"),
	  DATE("ส่ง|วันที่|ส่งเมื่อ|วันที่ส่ง|เมื่อ"),
	  SUBJECT("เรื่อง|หัวเรื่อง|หัวข้อ"),
	  REPLY_TO("ตอบกลับ|ตอบกลับถึง"),
	  OTHER("ความสำคัญ|สิ่งที่แนบมา|เอกสารแนบ"),
	  FORWARDED("ข้อความที่ส่งต่อ|ข้อความที่ถูกส่งต่อ|เริ่มข้อความที่ส่งต่อ|จดหมายที่ส่งต่อ|"
		    "เริ่มต้นข้อความที่ส่งต่อ|ข้อความส่งต่อ"),
	  ORIGINAL("ข้อความต้นฉบับ|ข้อความเดิม|ต้นฉบับ"),
	  FWD("ส่งต่อ"),
	  RE("ตอบกลับ|ตอบ"),
	  WROTE("เขียนว่า|เขียน|ได้เขียนว่า"),
	  ASIDE("เมื่อ|เวลา|วันที่|ณ"),
	  BEHALF("ในนามของ") },
	{ .code = "id",
	  FROM("Dari|Pengirim|Daripada"),
	  TO("Kepada|Ke|Penerima|Untuk"),
	  CC("Cc|Tembusan|Salinan"),
	  DATE("Tanggal|Dikirim|Terkirim|Tarikh|Dihantar|Dikirim pada"),
	  SUBJECT("Subjek|Perihal|Hal|Judul"),
	  REPLY_TO("Balas ke|Balas kepada"),
	  OTHER("Lampiran|Prioritas"),
	  FORWARDED("Pesan terusan|Pesan yang diteruskan|Mulai pesan terusan|"
		    "Pesan diteruskan|Mesej yang dimajukan|Diteruskan oleh|"
		    "Awal pesan yang diteruskan|Mesej dimajukan"),
	  ORIGINAL("Pesan asli|Pesan awal|Mesej asal|Email asli"),
	  FWD("Trs|Teruskan|TERUSKAN"),
	  RE("Bls|Balas|BLS"),
	  TAG("Eksternal|Luaran"),
	  WROTE("menulis|telah menulis"),
	  ASIDE("Pada|pukul|tanggal|jam|hari|pk"),
	  BEHALF("atas nama|bagi pihak") },
	{ .code = "ca",
	  FROM("De|Remitent"),
	  TO("Per a|A|Destinatari|Per"),
	  CC("A/c|Còpia|Cc"),
	  DATE("Enviat|Data|Enviat el|Tramès|Data d'enviament"),
	  SUBJECT("Assumpte|Tema"),
	  REPLY_TO("Respon a"),
	  OTHER("Importància|Adjuncions|Fitxers adjunts"),
	  FORWARDED("Missatge reenviat|Inici del missatge reenviat|Reenviat per"),
	  ORIGINAL("Missatge original"),
	  FWD("RV|Reenv"),
	  RE("RE"),
	  WROTE("va escriure|ha escrit|escrigué"),
	  ASIDE("El dia|El|a les"),
	  BEHALF("en nom de") },
};

const size_t pw_n_languages = PW_ARRAY_LEN(pw_languages);
