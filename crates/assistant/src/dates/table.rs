//! The words of dates, as they are written; they are cut and folded like a message before they are compared.

use jiff::civil::Weekday::{self, Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};

use super::sense::{Part, Sense, Unit, Which};
use Sense::{
    Adverb, AgoBefore, AgoBehind, Am, And, Article, At, AtSafe, Before, Behind, Between, BoundMonth, Brief,
    Counted, DatePrefix, Day, DayNumber, DayPart, Every, Feira, FixedBaje, From, Glue, H, Half, Hinglish,
    Hours, In, InBehind, Kurz, Las, Many, Midnight, Month, MorningArticle, Noon, Nothing, Number, Oclock, Of,
    Ordinal, Past, PastHindi, Pm, Possessive, Safe, Short, Spoken, SpokenAt, SpokenBaje, Swing, Tail, The,
    To, Uhr, WeakMonth, WeakNoon,
};

pub(super) const GERMAN_DAYS: &[(Weekday, &str)] = &[
    (Monday, "montag"),
    (Tuesday, "dienstag"),
    (Wednesday, "mittwoch"),
    (Thursday, "donnerstag"),
    (Friday, "freitag"),
    (Saturday, "samstag"),
    (Sunday, "sonntag"),
];

pub(super) const GERMAN_PARTS: &[(Part, &str)] = &[
    (Part::Morning, "morgen"),
    (Part::Morning, "früh"),
    (Part::Morning, "vormittag"),
    (Part::Noon, "mittag"),
    (Part::Afternoon, "nachmittag"),
    (Part::Evening, "abend"),
    (Part::Night, "nacht"),
];

/// Each meaning with its phrases, a bar between two.
pub(super) const TABLE: &[(Sense, &str)] = &[
    // Days told from today.
    (
        Day(0),
        "today|todays|heute|heut|hoy|aujourd'hui|aujourd hui|ajd|auj|hoje|oggi|vandaag|आज|aaj|اليوم|النهارده|النهاردة",
    ),
    (
        Day(1),
        "tomorrow|tomorrows|tommorow|tomorow|tommorrow|tmrw|tmr|tmrrw|2moro|2morrow|2mrw|morgen|mañana|demain|amanhã|domani|غدا|غداً|غدًا|بكرة|بكرا|باكر|يوم غد",
    ),
    (
        Day(2),
        "day after tomorrow|the day after tomorrow|übermorgen|uebermorgen|pasado mañana|après demain|depois de amanhã|dopodomani|dopo domani|overmorgen|بعد غد|بعد غدا|بعد بكرة|بعد بكرا",
    ),
    (
        Day(-1),
        "yesterday|yesterdays|gestern|ayer|ontem|ieri|gisteren|أمس|امبارح|مبارح|إمبارح|البارحة|البارح|d'hier|depuis hier|c'était hier|बीते कल",
    ),
    (
        Day(-2),
        "day before yesterday|the day before yesterday|vorgestern|anteayer|antes de ayer|avant hier|anteontem|antes de ontem|altro ieri|l'altro ieri|eergisteren|أول أمس|أول امبارح",
    ),
    (
        DayPart(0, Part::Morning),
        "this morning|esta mañana|ce matin|stamattina|stamani|questa mattina|vanmorgen|vanochtend|esta manhã|هذا الصباح|هالصبح",
    ),
    (DayPart(0, Part::Noon), "ce midi|diesen mittag"),
    (
        DayPart(0, Part::Afternoon),
        "this afternoon|this arvo|esta tarde|cet après midi|cette après midi|vanmiddag|questo pomeriggio",
    ),
    (
        DayPart(0, Part::Evening),
        "this evening|tonight|tonights|tonite|2nite|esta noche|ce soir|esta noite|hoje à noite|stasera|stanotte|vanavond|vannacht|cette nuit|الليلة|الليله|هذا المساء|الليلادي",
    ),
    (
        DayPart(-1, Part::Evening),
        "last night|anoche|hier soir|ontem à noite|ieri sera",
    ),
    (DayPart(-1, Part::Morning), "hier matin"),
    (DayPart(-1, Part::Afternoon), "hier après midi"),
    (DayPart(0, Part::Evening), "aaj raat|aaj shaam"),
    (Swing(1), "कल|kal"),
    (Swing(2), "परसों|परसो|parso|parson|parsoon|parsho"),
    // Weekdays.
    (
        Sense::Weekday(Monday),
        "monday|mondy|montag|lunes|lundi|segunda feira|2a feira|सोमवार|somvar|somwar|somvaar|somwaar|الاثنين|الإثنين|الاتنين|الأثنين|lunedi|maandag",
    ),
    (
        Sense::Weekday(Tuesday),
        "tuesday|tue|tues|dienstag|martes|mardi|terça|terça feira|3a feira|मंगलवार|mangalvar|mangalwar|mangalvaar|mangalwaar|الثلاثاء|التلات|الثلاثا|martedi|dinsdag",
    ),
    (
        Sense::Weekday(Wednesday),
        "wednesday|weds|mittwoch|miércoles|mercredi|quarta feira|4a feira|बुधवार|budhvar|budhwar|budhvaar|budhwaar|الأربعاء|الاربعا|الاربع|mercoledi|woensdag",
    ),
    (
        Sense::Weekday(Thursday),
        "thursday|thu|thur|thurs|donnerstag|jueves|jeudi|quinta feira|5a feira|गुरुवार|गुरूवार|बृहस्पतिवार|वीरवार|guruvar|guruwar|guruvaar|guruwaar|brihaspativar|veervar|الخميس|giovedi|donderdag",
    ),
    (
        Sense::Weekday(Friday),
        "friday|fri|freitag|viernes|vendredi|sexta feira|6a feira|शुक्रवार|shukravar|shukrawar|shukravaar|shukrawaar|الجمعة|venerdi|vrijdag",
    ),
    (
        Sense::Weekday(Saturday),
        "saturday|samstag|sonnabend|sábado|samedi|शनिवार|शनिचर|shanivar|shaniwar|shanivaar|shaniwaar|السبت|sabato|zaterdag",
    ),
    (
        Sense::Weekday(Sunday),
        "sunday|sonntag|domingo|dimanche|रविवार|इतवार|ravivar|raviwar|ravivaar|raviwaar|itvar|itwar|itvaar|itwaar|الأحد|domenica|zondag",
    ),
    (Possessive(Monday), "mondays"),
    (Possessive(Tuesday), "tuesdays"),
    (Possessive(Wednesday), "wednesdays"),
    (Possessive(Thursday), "thursdays"),
    (Possessive(Friday), "fridays"),
    (Possessive(Saturday), "saturdays"),
    (Possessive(Sunday), "sundays"),
    (Feira(Monday), "segunda"),
    (Feira(Wednesday), "quarta"),
    (Feira(Thursday), "quinta"),
    (Feira(Friday), "sexta"),
    (Brief(Monday), "mon"),
    (Brief(Wednesday), "wed"),
    (Brief(Saturday), "sat"),
    (Brief(Sunday), "sun"),
    (Kurz(Monday), "mo"),
    (Kurz(Tuesday), "di"),
    (Kurz(Wednesday), "mi"),
    (Kurz(Thursday), "do"),
    (Kurz(Friday), "fr"),
    (Kurz(Saturday), "sa"),
    (Kurz(Sunday), "so"),
    (Short(Monday), "lun|seg"),
    (Short(Tuesday), "mar|ter"),
    (Short(Wednesday), "mer|mié|qua"),
    (Short(Thursday), "jeu|jue|qui"),
    (Short(Friday), "ven|vie|sex"),
    (Short(Saturday), "sam|sáb"),
    (Short(Sunday), "dim|dom"),
    // Months.
    (
        Month(1),
        "january|jan|januar|jänner|jan|enero|ene|janvier|janv|janeiro|जनवरी|january|janvari|يناير|كانون الثاني|جانفي|gennaio|gen|januari",
    ),
    (
        Month(2),
        "february|feb|februar|feber|febrero|février|févr|fév|fevereiro|fev|फरवरी|फ़रवरी|farvari|فبراير|شباط|فيفري|febbraio|februari",
    ),
    (Month(3), "märz|maerz|mrz|marzo|março|मार्च|مارس|آذار|اذار|maart"),
    (WeakMonth(3), "march|mars|mar"),
    (
        Month(4),
        "april|apr|abril|abr|avril|avr|अप्रैल|أبريل|ابريل|إبريل|نيسان|أفريل|aprile",
    ),
    (Month(5), "mai|mayo|maio|मई|مايو|أيار|ماي|maggio|mei"),
    (WeakMonth(5), "may"),
    (
        Month(6),
        "june|jun|juni|junio|juin|junho|जून|يونيو|يونيه|حزيران|جوان|giugno",
    ),
    (
        Month(7),
        "july|jul|juli|julio|juillet|juil|julho|जुलाई|يوليو|يوليه|تموز|جويلية|luglio|lug",
    ),
    (Month(8), "august|aug|agosto|août|अगस्त|أغسطس|اغسطس|آب|augustus"),
    (
        Month(9),
        "september|sept|sep|septiembre|setiembre|septembre|setembro|सितंबर|सितम्बर|سبتمبر|أيلول|settembre",
    ),
    (
        Month(10),
        "october|oct|oktober|okt|octubre|octobre|outubro|अक्टूबर|अक्तूबर|أكتوبر|اكتوبر|تشرين الأول|ottobre|ott",
    ),
    (
        Month(11),
        "november|nov|noviembre|novembre|novembro|नवंबर|नवम्बर|نوفمبر|تشرين الثاني",
    ),
    (
        Month(12),
        "december|dec|dezember|dez|diciembre|dic|décembre|déc|dezembro|दिसंबर|दिसम्बर|ديسمبر|كانون الأول|dicembre",
    ),
    (BoundMonth(5), "mai"),
    (BoundMonth(8), "ago"),
    (BoundMonth(9), "set"),
    (BoundMonth(10), "out"),
    // Numbers.
    (Number(1), "one|eins|una|uma|एक|ek|واحدة|الواحدة|een"),
    (
        Number(2),
        "two|zwei|zwo|dos|deux|dois|duas|दो|الثانية|due|twee|اثنين",
    ),
    (
        Number(3),
        "three|drei|tres|trois|três|तीन|teen|tin|ثلاث|ثلاثة|تلاتة|الثالثة|tre|drie",
    ),
    (
        Number(4),
        "four|vier|cuatro|quatre|quatro|चार|char|chaar|أربع|أربعة|الرابعة|quattro",
    ),
    (
        Number(5),
        "five|fünf|fuenf|cinco|cinq|पांच|पाँच|paanch|panch|خمس|خمسة|الخامسة|cinque|vijf",
    ),
    (
        Number(6),
        "six|sechs|seis|छह|छः|छे|chhe|che|chah|ست|ستة|السادسة|sei|zes",
    ),
    (
        Number(7),
        "seven|sieben|siete|sept|sete|सात|saat|sat|سبع|سبعة|السابعة|sette|zeven",
    ),
    (
        Number(8),
        "eight|acht|ocho|huit|oito|आठ|aath|ath|ثماني|ثمانية|تمانية|الثامنة|otto",
    ),
    (
        Number(9),
        "nine|neun|nueve|neuf|nove|नौ|nau|تسع|تسعة|التاسعة|negen",
    ),
    (
        Number(10),
        "ten|zehn|diez|dix|dez|दस|das|dus|عشر|عشرة|العاشرة|dieci|tien",
    ),
    (
        Number(11),
        "eleven|elf|once|onze|ग्यारह|gyarah|gyaarah|الحادية عشرة|الحادية عشر|undici",
    ),
    (
        Number(12),
        "twelve|zwölf|zwoelf|doce|douze|doze|बारह|barah|baarah|الثانية عشرة|الثانية عشر|dodici|twaalf",
    ),
    (Number(14), "fourteen|vierzehn|catorce|quatorze|catorze|fortnight"),
    (Number(15), "fifteen|fünfzehn|quince|quinze|quindici"),
    (Number(20), "twenty|zwanzig|veinte|vingt|vinte|venti|twintig"),
    (Number(30), "thirty|dreissig|treinta|trente|trinta|trenta|dertig"),
    (
        Article,
        "a|an|ein|eine|einer|einem|einen|un|une|una|um|uma|uno|एक|ek|een|a couple of",
    ),
    // Parts of the day.
    (Sense::Part(Part::Dawn), "madrugada|फज्र"),
    (
        Sense::Part(Part::Morning),
        "morning|morn|vormittag|früh|frueh|morgen|mañana|manhã|matin|matinée|mattina|mattino|ochtend|सुबह|सवेरे|subah|subha|savere|صباح|الصباح|الصبح|صبح",
    ),
    (
        Sense::Part(Part::Noon),
        "mittag|lunchtime|mittagszeit|mediodía|mezzogiorno|الظهر|ظهر",
    ),
    (
        Sense::Part(Part::Afternoon),
        "afternoon|arvo|nachmittag|tarde|après midi|aprèm|pomeriggio|middag|दोपहर|dopahar|dopehar|dupahar|dophar|العصر|عصر",
    ),
    (
        Sense::Part(Part::Evening),
        "evening|eve|abend|soir|soirée|sera|avond|शाम|shaam|sham|مساء|المساء|المسا",
    ),
    (
        Sense::Part(Part::Night),
        "night|nite|nacht|noche|noite|nuit|notte|रात|raat|الليل|بالليل|ليل",
    ),
    (
        Adverb(Part::Morning),
        "morgens|vormittags|frühmorgens|'s ochtends|s ochtends|صباحا|الصبح|सुबह|subah|subha|ص",
    ),
    (
        Adverb(Part::Afternoon),
        "nachmittags|s middags|عصرا|العصر|ظهرا|दोपहर|dopahar",
    ),
    (
        Adverb(Part::Evening),
        "abends|s avonds|مساء|शाम|shaam|sham|المسا|م",
    ),
    (Adverb(Part::Night), "nachts|s nachts|ليلا|بالليل|الليل|रात|raat"),
    (Adverb(Part::Dawn), "فجرا|الفجر"),
    (
        Noon,
        "noon|midday|mittags|meio dia|al mediodía|a mediodía|mezzogiorno|ظهرا|twaalf uur 's middags",
    ),
    (WeakNoon, "midi"),
    (
        Midnight,
        "midnight|mitternacht|medianoche|media noche|minuit|meia noite|mezzanotte|middernacht|आधी रात|aadhi raat|منتصف الليل",
    ),
    // Lengths of time.
    (
        Sense::Unit(Unit::Minute),
        "minute|minutes|min|mins|minuten|minuto|minutos|मिनट|दकीकت|minuti|دقيقة|دقائق|minuut",
    ),
    (
        Sense::Unit(Unit::Hour),
        "hour|hours|hr|hrs|h|stunde|stunden|std|hora|horas|heure|heures|घंटे|घंटा|घण्टे|ghante|ghanta|ساعة|ساعات|ora|ore|uur",
    ),
    (
        Sense::Unit(Unit::Day),
        "day|days|tag|tage|tagen|día|días|jour|jours|dia|dias|दिन|दिनों|din|dino|يوم|أيام|giorno|giorni|dag|dagen",
    ),
    (
        Sense::Unit(Unit::Week),
        "week|weeks|wk|wks|woche|wochen|semana|semanas|semaine|semaines|हफ्ते|हफ्ता|हफ़्ते|सप्ताह|hafte|hafta|haftey|أسبوع|اسبوع|أسابيع|الأسبوع|settimana|settimane|weken",
    ),
    (
        Sense::Unit(Unit::Weekend),
        "weekend|week end|wochenende|we|finde|fin de semana|fim de semana|fds|fin de semaine|fine settimana|سप्ताहांत|वीकेंड|نهاية الأسبوع|الويكند|ويكند",
    ),
    (
        Sense::Unit(Unit::Month),
        "month|months|monat|monate|monaten|mes|meses|mois|mês|महीने|महीना|mahine|mahina|شهر|أشهر|شهور|الشهر|mese|mesi|maand|maanden",
    ),
    (
        Sense::Unit(Unit::Year),
        "year|years|jahr|jahre|jahren|año|años|an|ans|année|ano|anos|साल|saal|سنة|سنوات|السنة|anno|anni|jaar",
    ),
    (Many(Unit::Day, 2), "يومين"),
    (Many(Unit::Week, 2), "اسبوعين|أسبوعين|fortnight|a fortnight"),
    (Many(Unit::Month, 2), "شهرين"),
    (Many(Unit::Hour, 2), "ساعتين"),
    (
        Many(Unit::Minute, 30),
        "half an hour|half hour|einer halben stunde|media hora|une demi heure|demi heure|meia hora|आधे घंटे|aadhe ghante|نصف ساعة|نص ساعة|mezz'ora|mezzora|een half uur|half uur",
    ),
    (
        Many(Unit::Minute, 15),
        "quarter of an hour|a quarter of an hour|einer viertelstunde|un cuarto de hora|un quart d'heure|ربع ساعة",
    ),
    // Which one.
    (
        Before(Which::This),
        "this|diesen|diese|dieses|dieser|este|esta|ce|cet|cette|neste|nesta|esse|essa|nesse|nessa|questo|questa|deze|dit|इस|هذا|هذه",
    ),
    (
        Before(Which::Coming),
        "coming|this coming|the coming|upcoming|nächsten|nächster|nächste|nächstes|naechsten|naechste|kommenden|kommende|kommendes|kommender|próximo|próxima|prochain|prochaine|अगले|अगला|agle|agla|agli|prossimo|prossima|komende|aankomende|aanstaande",
    ),
    (Before(Which::Following), "next|nxt|volgende"),
    (
        Before(Which::Last),
        "last|past|this past|letzten|letzte|letzter|letztes|vergangenen|vergangene|vergangenes|pasado|última|último|पिछले|पिछली|pichle|pichhle|scorso|scorsa|vorige|afgelopen",
    ),
    (
        Behind(Which::Coming),
        "próximo|próxima|que viene|que entra|prochain|prochaine|qui vient|à venir|que vem|prossimo|prossima|que viene|القادم|القادمة|المقبل|المقبلة|الجاي|الجاية|الجي|القادمه",
    ),
    (
        Behind(Which::Last),
        "pasado|pasada|dernier|dernière|passé|passée|passado|passada|scorso|scorsa|الماضي|الماضية|اللي فات|اللي فاتت|الفائت",
    ),
    (Behind(Which::This), "هذا|هاد"),
    (
        In,
        "in|within|dans|d'ici|en|dentro de|em|daqui a|daqui|fra|tra|over|بعد|خلال|in about|in ca|in etwa",
    ),
    (InBehind, "from now|from today|बाद|में|baad|bad|mein|me"),
    (AgoBefore, "vor|hace|il y a|ya|há|قبل"),
    (AgoBehind, "ago|पहले|pehle|pahle|fa|geleden|atrás|back"),
    // Hours.
    (
        At,
        "at|at about|at around|um|um ca|so um|gegen|ab ca|a las|a la|a eso de las|sobre las|desde las|hasta las|para las|antes de las|las vers|om|rond|الساعة|الساعه|عالساعة|ساعة|a partir de las",
    ),
    (
        AtSafe,
        "by|till|until|til|around|before|after|from|since|ab|bis|alle|dalle|verso le|pelas|lá pelas|at like",
    ),
    (Las, "las|la"),
    (
        From,
        "from|von|de|das|desde|dalle|dal|van|de las|de la|entre las|من",
    ),
    (Between, "between|zwischen|entre|entre las|tra le|tussen|بين"),
    (Oclock, "o'clock|o clock|oclock|बजे|baje|bje|bajey|uur|في النقطة"),
    (Uhr, "uhr"),
    (H, "h"),
    (Hours, "heures|heure|horas|hora|hour|ore|hrs|hs"),
    (Am, "am|a m"),
    (Pm, "pm|p m"),
    (Spoken(30), "half past|half after"),
    (Spoken(-30), "halb"),
    (
        Spoken(15),
        "quarter past|a quarter past|quarter after|viertel nach|kwart over",
    ),
    (
        Spoken(-15),
        "quarter to|a quarter to|quarter before|quarter till|viertel vor|dreiviertel|drei viertel|kwart voor",
    ),
    (Spoken(5), "five past|fünf nach|5 nach|vijf over"),
    (Spoken(10), "ten past|10 past|zehn nach|10 nach|tien over"),
    (Spoken(20), "twenty past|20 past|zwanzig nach|20 nach"),
    (Spoken(25), "twenty five past"),
    (Spoken(-35), "fünf vor halb|5 vor halb|vijf voor half"),
    (Spoken(-25), "fünf nach halb|5 nach halb|vijf over half"),
    (SpokenAt(-5), "five to|fünf vor|5 to|5 vor"),
    (SpokenAt(-10), "ten to|10 to|zehn vor|10 vor"),
    (SpokenAt(-20), "twenty to|20 to|zwanzig vor|20 vor"),
    (SpokenAt(-45), "viertel"),
    (Half, "half"),
    (SpokenBaje(30), "साढ़े|साढे|saade|sade|sadhe|saadhe|sadde"),
    (SpokenBaje(15), "सवा|sava|sawa"),
    (SpokenBaje(-15), "पौने|paune|pone|pauney"),
    (FixedBaje(90), "डेढ़|डेढ|dedh|derh"),
    (FixedBaje(150), "ढाई|dhai|dhaai"),
    (
        Tail(30),
        "y media|et demie|et demi|e meia|e mezza|e mezzo|والنصف|ونصف|ونص|والنص|و نصف",
    ),
    (
        Tail(15),
        "y cuarto|et quart|e quinze|e um quarto|e un quarto|وربع|والربع|و ربع",
    ),
    (
        Tail(-15),
        "menos cuarto|moins le quart|moins quart|menos quinze|meno un quarto|إلا ربع|الا ربع|إلا ربعا",
    ),
    (Tail(20), "y veinte|e vinte|وثلث|والثلث"),
    (Tail(10), "y diez|e dez|وعشرة"),
    (Tail(5), "y cinco|e cinco"),
    (Tail(-10), "menos diez|moins dix|menos dez"),
    (Tail(-20), "menos veinte|moins vingt|menos vinte"),
    (Tail(0), "en punto|em ponto|sharp|pile|in punto"),
    (
        To,
        "to|till|until|til|thru|through|bis|bis zum|a|à|au|al|a las|até|até às|às|ao|hasta|hasta las|se|से|tak|तक|إلى|الى|حتى|tot|alle|jusqu'à",
    ),
    (And, "and|und|y|y las|et|e|و|en|aur|और"),
    // Dates of the calendar.
    (Ordinal, "st|nd|rd|th|er|ère|º|ª|o|ª|ème"),
    (Of, "of|de|del|do|di|d|van"),
    (The, "the"),
    (DayNumber, "dia|día"),
    (
        DatePrefix,
        "on|by|until|till|from|before|after|since|due|for|am|zum|vom|bis|ab|seit|den|dem|der|le|du|au|el|del|al|hasta|desde|em|no|dia|día|até|il|op|يوم|بتاريخ|on the|bis zum|ab dem|date|datum|fecha|data",
    ),
    (
        Glue,
        "on|at|the|in|of|de|del|la|las|el|le|les|am|an|den|dem|der|um|ab|gegen|von|vom|a|à|al|au|às|as|em|en|no|na|da|do|du|dia|día|para|pra|por|pela|por la|ko|को|के|ki|ke|की|में|me|mein|في|على|يوم|from|around|about|circa|ca|starting|early|late|il|alle|op|om|t|dans la|vers|s|date|time|uhrzeit|by|di|nel|gleich|schon|dann|then|also",
    ),
    // What may stand behind a bare number.
    (
        Safe,
        "since|bc|cos|by|due|i|we|you|he|she|they|it|is|was|were|at|in|on|or|and|but|works|work|if|so|please|pls|from|until|till|with|because|cause|cuz|ok|okay|maybe|will|would|can|could|should|my|our|the|this|that|around|instead|then|also|too|today|tonight|thanks|thx|right|sharp|latest|pm|for|lol|haha|und|oder|ist|passt|geht|ich|wir|du|ihr|bei|im|da|mit|zu|zum|vor|vorm|nach|los|an|auf|hier|dann|auch|aber|wenn|dass|spätestens|y|o|en|para|si|vale|porque|nos|te|la|el|con|e|ou|se|na|no|em|com|pra|pode|eu|vamos|et|chez|on|je|tu|il|c|est|pour|à|au|devant|avec|ça|dans|ko|tak|hai|milte|pe|par|को|तक|पर|है|في|عند|مع|عشان|da|con|met",
    ),
    // What a number counts.
    (
        Counted,
        "euro|euros|eur|dollar|dollars|usd|bucks|pound|pounds|quid|rs|inr|rupee|rupees|rupaye|rupay|cent|cents|people|persons|person|personen|leute|leuten|personas|personnes|pessoas|gente|log|लोग|रुपये|रुपए|kids|kinder|guests|gäste|of|km|kg|g|m|cm|mm|ml|l|mb|gb|miles|mi|min|mins|minute|minutes|minuten|stunden|hours|hour|hrs|days|day|tage|tagen|weeks|week|wochen|months|month|monate|years|year|jahre|jahren|años|ans|anos|percent|prozent|pct|degrees|grad|points|punkte|point|points|times|mal|fois|veces|vezes|places|guys|tickets|pieces|stück|stueck|spots|different|more|mehr|weniger|less|others|girls|boys|friends|each|apiece|pro|per|je|am tisch|seats|plätze|plaetze|prozentpunkte|most|least|am stück|meter|zentimeter|sätze|items|th|x|k|ريال|دولار|جنيه|درهم|دينار|أشخاص|شخص|ناس|يورو|horas|dias|días|jours|heures|semanas|semaines|meses|mois|giorni|ore|dagen|am meisten|cup|cups|tbsp|tsp|teaspoon|tasse|slices|bottles|beers|bier|pax|lakh|hazar|hazaar|सौ|हज़ार|stars|sterne|cores|bis|half|third|quarter",
    ),
    (
        Every,
        "every|each|jeden|jede|jedes|jeder|cada|todos los|todas las|los|chaque|tous les|toda|todo|todos os|todas as|todas|हर|har|كل|ogni|elke|iedere|black|santo|immer",
    ),
    (
        MorningArticle,
        "la|am|guten|jeden|der|den|diesen|dieser|dem|vom|schönen|jede|cada|heute|gestern|esta|una|del|gut|goede|zum|gute|frühen|nächsten|tagtäglich|eines|'s|ganzen|toda la|de|every",
    ),
    (
        Past,
        "was|were|war|waren|wars|fue|fueron|estuvo|etait|était|étaient|foi|foram|estava|था|थी|थे|tha|thi|كان|كانت|stato",
    ),
    (
        PastHindi,
        "था|थी|थे|गया|गए|गये|गई|गयी|हुआ|हुई|हुए|किया|मिला|मिले|देखा|आया|आई|आए|दिया|लिया|बोला|कहा|खाया|tha|thi|thay|gaya|gaye|gayi|gye|hua|hui|hue|kiya|mila|dekha|aaya|aya|aayi|aaye|diya|liya|bola|kaha|khaya",
    ),
    (
        Hinglish,
        "hai|hain|hoon|hu|ka|ki|ke|ko|se|mein|nahi|nahin|nai|kya|aur|hum|tum|mai|main|baje|milte|milenge|milna|karte|karenge|karna|chalo|chalte|chalenge|tha|thi|aana|aao|aaja|aaunga|aaungi|aayega|aayegi|jaana|jana|jayenge|jaenge|jaate|subah|shaam|sham|raat|dopahar|kab|kahan|bhi|toh|yaar|bhai|ghar|gaya|gaye|gayi|hua|aaj|acha|accha|theek|thik|haan|mera|meri|tera|teri|apna|wala|wali|tak|hoga|hogi|karo|kar|rahe|raha|rahi|aa|ja|parso|bata|batana|dekhte|dekho|liye|mujhe|tujhe|hafte|din|chhutti|shaadi|bolo|kaun|yahan|wahan",
    ),
    (
        Sense::Wish,
        "happy|merry|feliz|frohen|schönen|joyeux|buon|buen|bon|bonne|fijne",
    ),
    (
        Sense::Nth(1),
        "first|1st|ersten|erste|erster|primer|primo|premier|primeiro|primeira",
    ),
    (
        Sense::Nth(2),
        "second|2nd|zweiten|zweite|zweiter|segundo|deuxième|second|secondo|tweede",
    ),
    (
        Sense::Nth(3),
        "third|3rd|dritten|dritte|dritter|tercer|troisième|terceiro|terceira|terzo|derde",
    ),
    (
        Sense::Nth(4),
        "fourth|vierten|vierte|vierter|cuarto|quatrième|quarto|vierde",
    ),
    (Behind(Which::Later), "week|in einer woche"),
    // Greetings and sayings.
    (
        Nothing,
        "good morning|good afternoon|good evening|good night|goodnight|gm|guten morgen|guten tag|guten abend|gute nacht|schönen abend|schönen tag|schönen abend noch|schönes wochenende|buenos días|buen día|buenas tardes|buenas noches|buenas|buen finde|buen fin de semana|bonjour|bonsoir|bonne nuit|bonne soirée|bonne journée|bon week end|bon après midi|bom dia|boa tarde|boa noite|bom fim de semana|bom fds|शुभ रात्रि|शुभ प्रभात|सुप्रभात|शुभ संध्या|shubh ratri|shubh prabhat|صباح الخير|صباح النور|مساء الخير|مساء النور|تصبح على خير|يوم سعيد|buongiorno|buonasera|buonanotte|buon giorno|buona sera|buona notte|buon weekend|goedemorgen|goede morgen|goedenavond|goedemiddag|goedenacht|fijn weekend|black friday|good friday|morgen zusammen|morgen allerseits|morgen leute|santo domingo|nochebuena|noche buena|what a day|these days|some day|one day|half life|der morgen|den ganzen morgen|früher oder später|early bird|thank god its friday|tgif|every morning|every evening|every night|every day|jeden abend|jeden morgen|jeden tag|jede nacht|all night|all day|last minute|last one|last time|second half|to date|up to date|half term|half marathon|half of",
    ),
];
