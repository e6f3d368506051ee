use super::Language;

pub(super) static GERMAN: Language = Language {
    stop: "aber ach alle alles als also am an auch auf aus bei beim bin bis bist bitte da dabei dafür damit dann das dass \
        dazu dein deine dem den denn der des dich die dir doch dran du durch eben ein eine einem einen einer eines \
        einfach er es etwas euch euer für gar geht gibt grad gut hab habe haben halt hast hat hatte hatten hätte hier \
        ich ihm ihn ihr ihre im immer in ins ist ja jetzt jo kann kannst kein keine keinen können könnt könnte ma mach \
        machen macht mal man mehr mein meine mich mir mit mit mich muss müssen na nach ne nein nicht nichts nie nix noch \
        nur ob oder ohne schon sehr sein seine seit sich sie sind so soll sollen sollte sonst und uns unser unsere vom \
        von vor war wäre waren warum was weil weiß wenn wer werden wie wieder will wir wird wirklich wo wohl wollen \
        wurde würde zu zum zur über",
    decide: "beschlossen|entschieden|entscheidung|abgemacht|ausgemacht|steht fest|fix|fixiert|fest|gebucht|reserviert|\
        bestellt|einigen|geeinigt|einig|wir nehmen|wir machen|machen wir|nehmen wir|dann also|also dann|dann treffen wir|\
        wir treffen|treffen uns|treffpunkt|treffen|bleibt es|bleibt dabei|es bleibt|bestätigt|offiziell|zugesagt|abgestimmt|\
        abstimmung|mehrheit|umfrage|gewonnen|geklärt|erledigt|passt dann|gilt|genehmigt|unterschrieben|wird es|wirds|steht",
    propose: "wie wäre es|wie wärs|wie wär's|wollen wir|sollen wir|könnten wir|können wir|was haltet ihr|was meint ihr|\
        vorschlag|ich schlage|schlage vor|idee|vielleicht|hätte jemand|hat jemand lust|lust auf|entweder|oder doch|lass uns|lasst uns",
    commit: "ich bringe|bring ich|bringe ich|ich bring|ich mache|mach ich|ich mach|ich übernehme|übernehm ich|übernehme|\
        ich kümmere|kümmer mich|ich hole|hol ich|ich fahre|ich fahr|ich nehme|nehm ich|ich besorge|besorg ich|ich kaufe|\
        ich kann|ich komme|bin dabei|bringt|holt|übernimmt|fährt|kümmert|besorgt|macht den|macht die|macht das|leiht|ich ruf",
    request: "bitte|kannst du|könntest du|könnt ihr|kann jemand|kann wer|könnte jemand|wer kann|wer bringt|wer macht|\
        wer kommt|wer hat|brauchen|brauche|brauchen wir|wir brauchen|müssen|muss|müsst|nicht vergessen|vergesst nicht|denkt an|\
        denk dran|denkt dran|mitbringen|schickt|schick mir|gebt bescheid|sagt bescheid|bescheid|meldet euch|überweist|überweisen|\
        zahlen|bezahlen|bis morgen|spätestens|frist|anmelden|anmeldung|eintragen|tragt euch|jeder|pro person|pro nase|pro kopf",
    change: "doch nicht|doch erst|doch schon|statt|stattdessen|anstatt|verschoben|verlegt|verschieben|geändert|änderung|\
        planänderung|nicht mehr|neuer termin|neue zeit|neue uhrzeit|korrektur|verschiebt|vorverlegt|umgezogen|tauschen|\
        getauscht|tausche|verwechselt|falsch|nicht um|sondern|lieber|doch lieber|später als|früher als|verspätet|update|vergesst das|hab mich vertan|vertan|eigentlich|doch|jetzt um|jetzt am|ist jetzt|jetzt erst|jetzt schon|neu ist",
    cancel: "abgesagt|fällt aus|fallen aus|ausgefallen|findet nicht statt|absagen|sagt ab|kann nicht|kann leider nicht|\
        komme nicht|komm nicht|schaffe es nicht|schaffs nicht|bin raus|klappt nicht|wird nix|wird nichts|storniert|ausverkauft|geschlossen|krank",
    agree: "ja|jo|jep|jup|ok|okay|klar|passt|passt mir|passt für mich|einverstanden|super|gerne|gern|gute idee|bin dabei|\
        dabei|geht klar|alles klar|perfekt|gebongt|von mir aus|ist gut|finde ich gut|find ich gut|deal|läuft",
    filler: "haha|hahaha|hihi|lol|omg|danke|dankeschön|vielen dank|hallo|hi|hey|moin|servus|guten morgen|morgen zusammen|\
        gute nacht|tschüss|ciao|lg|glg|vg|bussi|super|cool|geil|krass|oje|ohje|ups|puh|boah|stimmt|genau|eben|echt|\
        wahnsinn|wow|na toll|alles gute|herzlichen glückwunsch|sorry|tut mir leid|kein ding|kein problem|mega|schön|witzig|grüezi|hoi|merci",
    everyone: "alle|jemand|irgendwer|irgendjemand|wer|ihr|leute|ihr alle|ihr lieben|zusammen|jeder|allerseits|mädels|jungs|familie|euch",
    ask: "wer|was|wann|wo|warum|wie|welche|welcher|welches|wieso|kann|kannst|könnt|könnte|hat|hast|habt|ist|sind|gibt|\
        soll|sollen|darf|wollt|weiß|wisst|kommt|kommst|geht|wohin|woher|wessen|wieviel",
    weighty: "dringend|wichtig|achtung|vorsicht|notfall|erinnerung|zur info|info|krankenhaus|unfall|polizei|gestohlen|kaputt|\
        defekt|wasserschaden|undicht|verloren|gefunden|bestanden|schwanger|verlobt|geheiratet|geboren|gestorben|beerdigung|\
        gekündigt|kündigung|neuer job|zusage|absage|ergebnis|ergebnisse|neuigkeiten|krank|verletzt|streik|verspätung|kosten|\
        kostet|rechnung|summe|preis|budget|vermieter|hausverwaltung|lehrerin|lehrer|arzt|trainer|schlüssel|adresse|code|passwort|\
        allergie|allergisch|vegan|vegetarisch|frei|zieht aus|beginnt|beginn|anfang|endet|schließt|öffnet|abfahrt|gleis",
    unsure: "vielleicht|evtl|eventuell|wahrscheinlich|vermutlich|könnte|glaub|glaube|weiß nicht|keine ahnung|mal sehen|mal schauen|oder so|unsicher|noch unklar|falls|ka",
};
