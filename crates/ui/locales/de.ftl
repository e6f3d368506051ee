# Das Fenster auf Deutsch.

## Überall
chats = Chats
close = Schließen
cancel = Abbrechen
copy = Kopieren
not-sent = Das wurde nicht aufgehoben. Was du geschrieben hast, steht wieder im Feld; versuch es noch einmal.
link-copied = Der Link ist kopiert. Dieses Fenster geht nirgendwohin: füge ihn in deinen Browser ein, wenn du ihm traust.
copied = Kopiert
back = Zurück zu den Chats
skip = Zu den Nachrichten
panel = Einzelheiten
search = Alle Nachrichten durchsuchen
search-none = Keine Nachricht enthält diese Wörter.
search-found = { $count ->
    [one] { $count } Nachricht gefunden
   *[other] { $count } Nachrichten gefunden
}
help = Hilfe
state = Bisher nur Linux. Nicht geprüft. Vertrauliche Rechner gibt es noch nicht, also auch keinerlei Nachweis über Hardware.
somebody = jemand im Chat
you = Du
you-mark = (du)
names-and-more = { $names } und { $more } weitere
today = Heute
yesterday = Gestern
date-long = { $weekday }, { $day }. { $month } { $year }
date-short = { $day }. { $month }
date-short-year = { $day }. { $month } { $year }
weekday-1 = Montag
weekday-2 = Dienstag
weekday-3 = Mittwoch
weekday-4 = Donnerstag
weekday-5 = Freitag
weekday-6 = Samstag
weekday-7 = Sonntag
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember

## Bevor der Speicher offen ist
closed-title = Diese Seite hat keinen Schlüssel
closed-words = Ein Fenster öffnet sich mit einem Link, der einmal gilt. Schließe dieses und rufe „snug open“ noch einmal auf.
gone-title = Snug ist beendet
gone-words = Das Programm hinter diesem Fenster läuft nicht mehr. Rufe „snug open“ noch einmal auf.
no-script = Dieses Fenster braucht sein Skript, und der Browser führt es nicht aus.
lock-title = Gesperrt
lock-passphrase = Passphrase
lock-open = Öffnen
lock-keyring = Mit dem Schlüsselbund des Desktops öffnen
lock-words = Der Speicher ist zu. In dieser Seite steht nichts mehr davon, und nichts Neues kommt an, bis er offen ist.
lock-busy = Eine Passphrase wird gerade probiert. Warte einen Moment.
lock-now = Sperren (Alt L)
first-title = Ein eigener Raum
first-words = Was du hier schreibst und liest, liegt auf diesem Gerät, in einem Speicher, den nur deine Passphrase öffnet. Nimm eine aus mehreren Wörtern.
first-passphrase = Passphrase
first-again = Noch einmal dieselbe
first-go = Speicher anlegen
first-keyring = Den Schlüssel stattdessen im Schlüsselbund des Desktops ablegen
first-forgotten = Ohne sie öffnet niemand den Speicher: wir nicht, und kein Server.
first-differ = Die beiden sind verschieden. Gib sie noch einmal ein.
first-empty = Eine leere Passphrase schützt nichts.
first-exists = Hier gibt es schon einen Speicher.

## Der Anfang
welcome-title = Willkommen
welcome-words = Schreib Leuten, oder beginne mit einem Chat, den du hast: beides kann niemand lesen außer denen, die darin sind.
choose-title = Wähle einen Chat
choose-words = Die Liste steht an der Seite. Strg K sucht in allen.
no-chats = Noch keine Chats.
account-title = Konto anlegen
account-words = Ein Name, den andere sehen, und ein Server, der aufhebt, was dir geschickt wird, bis du da bist. Lesen kann er es nicht.
account-name = Dein Name
account-server = Server
account-make = Konto anlegen
make-account = Konto anlegen
my-address = Meine Adresse
address-words = Wer diese Adresse hat, kann dich einladen. Sie ist kein Geheimnis.
new-chat = Neuer Chat
new-chat-words = Lade Leute mit den Adressen ein, die sie dir gegeben haben.
new-chat-open = Chat beginnen
new-title = Wie soll er heißen?
new-addresses = Wen lädst du ein?
new-addresses-words = Eine Adresse je Zeile. Du kannst später weitere einladen.
new-make = Chat anlegen
new-too-many = Das sind zu viele auf einmal: höchstens 64.

## Chats
state-invited = Du bist eingeladen
state-archive = Archiv, nur auf diesem Gerät
state-left = Du bist gegangen
state-removed = Du wurdest entfernt
state-rejoining = Kommt zurück
unread = { $count ->
    [one] ungelesene Nachricht
   *[other] ungelesene Nachrichten
}
queued = { $count ->
    [one] { $count } Nachricht wartet auf den Versand
   *[other] { $count } Nachrichten warten auf den Versand
}
reach-away = Der Server antwortet nicht. Was du schreibst, wird aufgehoben und geschickt, sobald er es tut.
reach-offline = Offline, wie du es gewählt hast. Was du schreibst, wird aufgehoben.
messages = Nachrichten
message-label = { $author }, { $time }, Nachricht { $number }
message-number = Nachricht { $number }
new-messages = Neue Nachrichten
to-end = Zur neuesten Nachricht
back-to-catch-up = Zurück zu den Kernnachrichten
people = Leute
reply = Antworten
no-reply = Nicht antworten
answered-missing = Antwortet auf eine Nachricht, die nicht hier ist
write = Nachricht schreiben
send = Senden
never-ai = Nie KI
never-ai-long = Kein Snug eines Mitglieds verwendet diese Nachricht je für KI
drafted = Mit KI entworfen
delivery-queued = wartet
delivery-sent = gesendet
delivery-sent-long = Ein Server hat sie gespeichert
composer-archive = Ein Archiv: zum Lesen, Suchen und Nachholen.
composer-left = Du hast diesen Chat verlassen. Was gesagt wurde, bleibt hier.
composer-removed = Du wurdest aus diesem Chat entfernt. Was gesagt wurde, bleibt hier.
composer-invited = Tritt bei, um zu schreiben.
invited-words = Jemand lädt dich in diesen Chat ein. Wer beitritt, zeigt den anderen Namen und Adresse. Was vorher gesagt wurde, bleibt dir verschlossen.
join = Beitreten
decline = Ablehnen
declined = Abgelehnt.
leave = Chat verlassen
leave-sure = Diesen Chat verlassen? Zurück kommst du nur, wenn dich jemand einlädt.
remove = Entfernen
remove-sure = Diese Person aus dem Chat entfernen?
invite = Einladen
invite-label = Eine Adresse einladen
safety-title = Sicherheitsnummer
safety-words = Vergleiche sie mit der anderen Person, zum Beispiel am Telefon. Ist sie auf beiden Seiten gleich, steht niemand zwischen euch.
suite = Verschlüsselung:

## Was KI darf
ai-off = KI aus
ai-on-device = KI auf euren Geräten
ai-confidential = KI bis zum vertraulichen Rechner
means-off = Kein Snug eines Mitglieds verwendet Nachrichten dieses Chats für KI.
means-on-device = Das eigene Gerät jedes Mitglieds darf es, in einem Prozess ohne Netz und Dateien.
means-confidential = Auch ein vertraulicher Rechner darf es, wenn sein Nachweis geprüft ist. Noch gibt es keinen.
place-off = nirgends
place-on-device = auf diesem Gerät
place-confidential = auf einem vertraulichen Rechner
consent-title = Was KI hier darf
consent-held = Es gilt das Wenigste, was jemand hier erlaubt. Dort hält es: { $names }.
consent-until = Bis { $until }, wenn es nicht verlängert wird.
consent-archive = Ein importierter Chat geht nie weiter als dieses Gerät: seine Mitglieder wurden nicht gefragt.
consent-mine = Was ich erlaube
consent-sure = Einen vertraulichen Rechner außerhalb eurer Geräte für eine Woche erlauben?
consent-everybody = Was alle erlauben
consent-pending = Die anderen haben es noch nicht gehört. Auf diesem Gerät gilt es schon.
until = bis { $until }
not-spoken = hat noch nichts gesagt
limits-title = Was das nicht verhindert
limit-copy = Jeder im Chat kann ihn von Hand woandershin kopieren.
limit-client = Ein verändertes Programm, das nicht Snug ist, tut, was es will.
limit-screen = Wer dieses System als root beherrscht oder den Bildschirm mitliest, sieht, was du siehst.
limit-withheld = Ein Server kann das „aus“ von jemandem eine Weile zurückhalten. Ein Ja zum vertraulichen Rechner endet von selbst.
limit-node = Wer die Hardware eines Rechners besitzt und aufbricht, wird nicht aufgehalten.

## Das Nachholen
catch-up = Nachholen
catch-up-working = Die Nachrichten werden durchgesehen, auf diesem Gerät …
catch-up-cancelled = Angehalten. Nichts wurde aufgehoben.
key-messages = Kernnachrichten
picked-by = Von einem Programm ausgesucht, Wort für Wort zitiert
looked-at = { $count ->
    [one] Aus { $count } Nachricht,
   *[other] Aus { $count } Nachrichten,
}
from-to = { $from } bis { $to }.
nothing-new = Nichts Neues.
for-you = Für dich
plans = Pläne und Entschlüsse
links = Links
also-said = Außerdem
kind-question = Frage
kind-mention = Erwähnung
kind-decision = Entschluss
kind-plan = Plan
kind-link = Link
kind-said = Gesagt
ran = Lief auf diesem Gerät, in einem Prozess ohne Netz und Dateien, { $process } ms; { $whole } ms insgesamt.
ran-nothing = Es gab nichts zu tun; { $whole } ms insgesamt.
caution = Wichtiges kann fehlen. Blättere hinauf, um sicher zu sein.
the-last = { $count ->
    [one] Die letzte
   *[other] Die letzten { $count }
}
in-the-journal = Journal
left-out-never-ai = { $count ->
    [one] { $count } Nachricht blieb draußen: sie ist mit „nie KI“ markiert.
   *[other] { $count } Nachrichten blieben draußen: sie sind mit „nie KI“ markiert.
}
left-out-off = { $count ->
    [one] { $count } Nachricht blieb draußen: KI war aus, als sie gesendet wurde.
   *[other] { $count } Nachrichten blieben draußen: KI war aus, als sie gesendet wurden.
}
left-out-many = { $count ->
    [one] { $count } ältere Nachricht war zu viel.
   *[other] { $count } ältere Nachrichten waren zu viele.
}
refused = KI ist in { $chat } aus, weil { $names } es so will.
refused-words = Dem Assistenten wurde keine Nachricht gegeben.
refused-why = Wer was erlaubt

## Das Journal
journal = Journal
journal-title = Wo KI verwendet wurde
journal-words = Jede Verwendung von KI in diesem Speicher, und jede Ablehnung. Nur dieses Gerät hat es.
journal-empty = KI wurde noch nicht verwendet.
journal-ceiling = damals: { $ceiling }
task-catch-up = Nachholen
messages-given = { $count ->
    [0] keine Nachricht wurde übergeben
    [one] { $count } Nachricht wurde übergeben
   *[other] { $count } Nachrichten wurden übergeben
}
by-engine = durch { $engine }
outcome-answered = Beantwortet
outcome-refused = Abgelehnt
outcome-failed = Fehlgeschlagen

## Exporte anderer Messenger
export-title = Einen Chat-Export öffnen
export-words = WhatsApp, Telegram, Signal. Es braucht kein Konto und keinen Server und verlässt dieses Gerät nie.
export-open = Datei öffnen
export-how = In WhatsApp: Mehr, Chat exportieren, Ohne Medien. Auch Telegrams result.json, der offene Export von Signal und JSON Lines.
export-file = Die Datei
export-reading = Wird gelesen …
export-most = Hier bis { $most } MB; „snug import FILE“ nimmt jede Größe.
export-stays = Die exportierte Datei selbst liegt unverschlüsselt auf deiner Platte. Lösche sie, wenn du fertig bist.
export-empty = In dieser Datei ist keine Nachricht.
export-found = { $messages ->
    [one] { $messages } Nachricht
   *[other] { $messages } Nachrichten
} von { $people ->
    [one] { $people } Person
   *[other] { $people } Personen
}
export-from-to = { $from } bis { $to }
export-chats = { $count ->
    [one] { $count } Chat
   *[other] { $count } Chats; aus jedem wird ein eigenes Archiv
}
export-skipped = { $count ->
    [one] { $count } Zeile war nicht lesbar.
   *[other] { $count } Zeilen waren nicht lesbar.
}
export-me = Wer bist du darin?
export-nobody = Niemand davon
export-me-words = Was nach deiner letzten Nachricht kommt, gilt als ungelesen.
export-keep = Behalten
export-keeping = Wird abgelegt …

## Hilfe und Tasten
help-words = Snug hält einen Chat unter denen, die darin sind. KI sieht einen Chat nur so weit an, wie alle darin es erlauben, auf diesem Gerät, in einem Prozess, den das System von Netz und Dateien abgeschnitten hat; jede Verwendung steht im Journal.
keys-title = Tasten
keys-search = Suchen
keys-chats = Nächster und voriger Chat
keys-messages = Von Nachricht zu Nachricht
keys-reply = Auf die Nachricht antworten
keys-catchup = Den Chat nachholen
keys-ends = Erste und letzte Nachricht
keys-send = Senden
keys-line = Neue Zeile
keys-close = Einzelheiten schließen, oder zurück
keys-lock = Sperren

## Wenn etwas nicht geht
problem-locked = Das Fenster ist gesperrt.
problem-missing = Das ist nicht mehr da.
problem-passphrase = Diese Passphrase öffnet den Speicher nicht. Versuch es noch einmal.
problem-in-use = Ein anderes Programm hat diesen Speicher offen. Schließe ihn zuerst dort.
problem-no-account = In diesem Speicher gibt es noch kein Konto.
problem-no-person = Niemand im Chat hat diesen Namen oder diese Adresse.
problem-empty = Es steht nichts darin.
