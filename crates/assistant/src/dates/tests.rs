use jiff::civil::{Date, DateTime, date};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{Found, find};
use crate::text::words;

/// A Wednesday, at two in the afternoon.
fn at() -> DateTime {
    date(2026, 6, 10).at(14, 0, 0, 0)
}

fn found(text: &str, month_first: bool) -> Vec<Found> {
    find(text, &words(text), at(), month_first)
}

/// `2026-06-12 20:00`; `?` for an open hour, `~` for vague, `<` for past.
fn shown(text: &str, found: &Found) -> String {
    let mut out = Vec::new();
    out.extend(found.when.date.map(|date| date.to_string()));
    out.extend(found.when.time.map(|time| time.strftime_lite()));
    let flags = [
        (found.clock && found.when.time.is_none(), "?"),
        (found.vague, "~"),
        (found.past, "<"),
    ];
    out.extend(
        flags
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, flag)| (*flag).to_owned()),
    );
    assert!(
        text.get(found.start..found.end)
            .is_some_and(|span| !span.trim().is_empty())
    );
    out.join(" ")
}

trait Lite {
    fn strftime_lite(&self) -> String;
}

impl Lite for jiff::civil::Time {
    fn strftime_lite(&self) -> String {
        format!("{:02}:{:02}", self.hour(), self.minute())
    }
}

fn read(text: &str) -> String {
    let all: Vec<_> = found(text, false)
        .iter()
        .map(|found| shown(text, found))
        .collect();
    all.join(" | ")
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .filter(|(text, expected)| read(text) != *expected)
        .map(|(text, expected)| format!("{text}\n    expected {expected}\n    found    {}", read(text)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn english() {
    check(&[
        ("Friday 12 June at 8pm", "2026-06-12 20:00"),
        ("tomorrow, 19:30", "2026-06-11 19:30"),
        ("see you tomorrow!", "2026-06-11"),
        ("call me tmrw at 9am", "2026-06-11 09:00"),
        ("2moro 8 p.m. ok?", "2026-06-11 20:00"),
        ("the day after tomorrow works", "2026-06-12"),
        ("he left yesterday", "2026-06-09 <"),
        ("dinner tonight at 7?", "2026-06-10 19:00"),
        ("this evening then", "2026-06-10 ~"),
        ("shall we meet Friday?", "2026-06-12"),
        ("on Wednesday", "2026-06-17"),
        ("this Wednesday", "2026-06-10"),
        ("next Friday", "2026-06-19"),
        ("this coming Friday", "2026-06-12"),
        ("last Friday", "2026-06-05 <"),
        ("Friday was great", "2026-06-05 <"),
        ("Tuesday next week at noon", "2026-06-16 12:00"),
        ("next week", "2026-06-15 ~"),
        ("last week", "2026-06-01 ~ <"),
        ("this weekend?", "2026-06-13 ~"),
        ("what about next weekend", "2026-06-20 ~"),
        ("next month", "2026-07-01 ~"),
        ("in 3 days", "2026-06-13"),
        ("in two weeks", "2026-06-24 ~"),
        ("I'll be there in an hour", "2026-06-10 15:00"),
        ("in half an hour", "2026-06-10 14:30"),
        ("3 days ago", "2026-06-07 <"),
        ("12 June", "2026-06-12"),
        ("June 12th, 2027", "2027-06-12"),
        ("the 3rd of July", "2026-07-03"),
        ("Let's do it on the 12th", "2026-06-12"),
        ("on the 5th at 6pm", "2026-07-05 18:00"),
        ("2026-06-12", "2026-06-12"),
        ("2026-06-12T20:15", "2026-06-12 20:15"),
        ("12/6 at 20:00", "2026-06-12 20:00"),
        ("12/06/2026", "2026-06-12"),
        ("party on 1/2", "2027-02-01"),
        ("20 May", "2026-05-20 <"),
        ("20 April", "2027-04-20"),
        ("let's say 8:30", "08:30"),
        ("8 o'clock", "?"),
        ("at 8", "?"),
        ("meet at 8 on Friday", "2026-06-12 ?"),
        ("at 8 in the evening", "20:00"),
        ("tomorrow evening at 7", "2026-06-11 19:00"),
        ("tomorrow morning at 7:15", "2026-06-11 07:15"),
        ("half past seven", "07:30"),
        ("half 7 tomorrow evening", "2026-06-11 19:30"),
        ("quarter to eight on Monday evening", "2026-06-15 19:45"),
        ("lunch at noon", "12:00"),
        ("Friday at midnight", "2026-06-13 00:00"),
        ("2-4pm on Saturday", "2026-06-13 14:00"),
        ("Saturday 11-1pm", "2026-06-13 11:00"),
        ("from 10 to 12 on Friday", "2026-06-12 10:00"),
        ("Friday to Sunday we are away", "2026-06-12"),
        ("12-14 June", "2026-06-12"),
        ("June 12-14", "2026-06-12"),
        ("Sat 13 June, 8pm", "2026-06-13 20:00"),
        ("sat 8pm?", "2026-06-13 20:00"),
        ("on Sun", "2026-06-14"),
        ("may 5th", "2027-05-05"),
        ("5 May 2027", "2027-05-05"),
        ("March 3, 2027 at 12", "2027-03-03 12:00"),
        ("Friday the 12th at 8pm", "2026-06-12 20:00"),
        ("tomorrow or Friday", "2026-06-11 | 2026-06-12"),
        ("@8pm", "20:00"),
        ("tonight at midnight", "2026-06-11 00:00"),
        ("Friday 19", "2026-06-19"),
        ("Friday 19th, 9am", "2026-06-19 09:00"),
        ("Friday 10 to 12", "2026-06-12 10:00"),
        ("Mon-Fri 9-5", "2026-06-15 ?"),
        ("gone since Monday", "2026-06-08 <"),
        ("by 28 march who is in", "2027-03-28"),
        ("the 17th is early release", "2026-06-17"),
        ("pick up at 1:45", "?"),
        ("tomorrow at half past four", "2026-06-11 ?"),
        ("tomorrow afternoon at half past four", "2026-06-11 16:30"),
        ("Monday week", "2026-06-22"),
        ("first Monday of September", "2026-09-07"),
        ("the weekend was fun", "2026-06-06 ~ <"),
        ("between 8pm and 10pm", "20:00"),
        ("8pm - 10pm today", "2026-06-10 20:00"),
    ]);
}

#[test]
fn german() {
    check(&[
        ("am Samstag um halb acht", "2026-06-13 07:30"),
        ("heute Abend um 8", "2026-06-10 20:00"),
        ("abends um 8", "20:00"),
        ("morgen um 20 Uhr", "2026-06-11 20:00"),
        ("Kommst du morgen?", "2026-06-11"),
        ("übermorgen 8 Uhr", "2026-06-12 08:00"),
        ("gestern war schön", "2026-06-09 <"),
        ("heute Morgen", "2026-06-10 ~ <"),
        ("morgen früh um 7", "2026-06-11 07:00"),
        ("morgen Mittag", "2026-06-11 12:00 ~"),
        ("nächste Woche", "2026-06-15 ~"),
        ("nächste Woche Freitag", "2026-06-19"),
        ("nächsten Freitag", "2026-06-12"),
        ("letzten Freitag", "2026-06-05 <"),
        ("am Freitag war es voll", "2026-06-05 <"),
        ("in drei Tagen", "2026-06-13"),
        ("vor einer Woche", "2026-06-03 ~ <"),
        ("12. Juni", "2026-06-12"),
        ("am 12.6. um 20.00 Uhr", "2026-06-12 20:00"),
        ("12.06.2026", "2026-06-12"),
        ("am 12.06.", "2026-06-12"),
        ("Fr. 12.06. 20 Uhr", "2026-06-12 20:00"),
        ("Sa, 13.6., 19:30 Uhr", "2026-06-13 19:30"),
        ("am Do. um 18 Uhr", "2026-06-11 18:00"),
        ("12.-14. Juni", "2026-06-12"),
        ("vom 12. bis 14. Juni", "2026-06-12"),
        ("viertel vor acht", "07:45"),
        ("von 10 bis 12 Uhr", "10:00"),
        ("am Freitagabend um 7", "2026-06-12 19:00"),
        ("mittags", "12:00"),
        ("um Mitternacht", "00:00"),
        ("am Wochenende", "2026-06-13 ~"),
        ("um 8 am Samstag", "2026-06-13 ?"),
        ("am Samstag, den 13. Juni, um 20 Uhr", "2026-06-13 20:00"),
        ("fünf vor halb acht abends", "19:25"),
        ("am 20. geht es los", "2026-06-20"),
        ("1. Mai 2027", "2027-05-01"),
        ("am Montag von 7 bis ca. 15 Uhr", "2026-06-15 07:00"),
        ("am zweiten Samstag im Juli", "2026-07-11"),
        ("um 5 Uhr 30", "05:30"),
    ]);
}

#[test]
fn spanish() {
    check(&[
        ("el viernes a las 8 de la tarde", "2026-06-12 20:00"),
        ("hoy a las 20:30", "2026-06-10 20:30"),
        ("nos vemos mañana", "2026-06-11"),
        ("mañana por la mañana", "2026-06-11 ~"),
        ("pasado mañana a las 9", "2026-06-12 ?"),
        ("ayer", "2026-06-09 <"),
        ("esta noche a las 9", "2026-06-10 21:00"),
        ("las ocho y media", "08:30"),
        ("el sábado a las ocho y media de la noche", "2026-06-13 20:30"),
        ("12 de junio", "2026-06-12"),
        ("el 12 de junio de 2027", "2027-06-12"),
        ("la semana que viene", "2026-06-15 ~"),
        ("el próximo lunes", "2026-06-15"),
        ("el lunes pasado", "2026-06-08 <"),
        ("dentro de 3 días", "2026-06-13"),
        ("hace dos semanas", "2026-05-27 ~ <"),
        ("el fin de semana", "2026-06-13 ~"),
        ("a mediodía", "12:00"),
        ("a las nueve menos cuarto de la mañana", "08:45"),
        ("del 12 al 14 de junio", "2026-06-12"),
        ("el 13 por la tarde", "2026-06-13 ~"),
        ("el sábado 13 a las 9", "2026-06-13 ?"),
    ]);
}

#[test]
fn french() {
    check(&[
        ("samedi à 20h", "2026-06-13 20:00"),
        ("aujourd'hui à 18h30", "2026-06-10 18:30"),
        ("demain 8h", "2026-06-11 08:00"),
        ("après-demain", "2026-06-12"),
        ("ce soir", "2026-06-10 ~"),
        ("hier soir", "2026-06-09 ~ <"),
        ("dans 3 jours", "2026-06-13"),
        ("il y a deux jours", "2026-06-08 <"),
        ("vendredi prochain", "2026-06-12"),
        ("la semaine prochaine", "2026-06-15 ~"),
        ("le 12 juin à 20 h", "2026-06-12 20:00"),
        ("1er mai 2027", "2027-05-01"),
        ("demain à midi", "2026-06-11 12:00"),
        ("demain après-midi", "2026-06-11 ~"),
        ("à 8 heures du soir", "20:00"),
        ("ce week-end", "2026-06-13 ~"),
        ("mardi à 19 h 15", "2026-06-16 19:15"),
        ("du 12 au 14 juin", "2026-06-12"),
        ("lundi dernier", "2026-06-08 <"),
        ("sam. 13 juin", "2026-06-13"),
        ("entre 18h et 20h", "18:00"),
    ]);
}

#[test]
fn portuguese() {
    check(&[
        ("sábado às 20h30", "2026-06-13 20:30"),
        ("hoje às 19h", "2026-06-10 19:00"),
        ("amanhã de manhã", "2026-06-11 ~"),
        ("depois de amanhã", "2026-06-12"),
        ("ontem", "2026-06-09 <"),
        ("daqui a 2 dias", "2026-06-12"),
        ("há 3 dias", "2026-06-07 <"),
        ("12 de junho", "2026-06-12"),
        ("no dia 12 às 20h", "2026-06-12 20:00"),
        ("sexta-feira às 8 da noite", "2026-06-12 20:00"),
        ("na sexta", "2026-06-12"),
        ("sexta à noite", "2026-06-12 ~"),
        ("próxima segunda", "2026-06-15"),
        ("semana que vem", "2026-06-15 ~"),
        ("ao meio-dia", "12:00"),
        ("às oito e meia da manhã", "08:30"),
        ("12 de set", "2026-09-12"),
        ("terça que vem", "2026-06-16"),
    ]);
}

#[test]
fn hindi() {
    check(&[
        ("शनिवार शाम 7 बजे", "2026-06-13 19:00"),
        ("kal shaam 7 baje", "2026-06-11 19:00"),
        ("आज रात 9 बजे", "2026-06-10 21:00"),
        ("कल मिलते हैं", "2026-06-11"),
        ("कल मैं वहाँ गया था", "2026-06-09 <"),
        ("kal kya hua tha", "2026-06-09 <"),
        ("परसों", "2026-06-12"),
        ("parso milte hain", "2026-06-12"),
        ("aaj 8 baje", "2026-06-10 ?"),
        ("साढ़े सात बजे शाम को", "19:30"),
        ("saade saat baje", "07:30"),
        ("7 बजे", "?"),
        ("12 जून", "2026-06-12"),
        ("अगले हफ्ते", "2026-06-15 ~"),
        ("somvar ko 10 baje subah", "2026-06-15 10:00"),
        ("3 दिन बाद", "2026-06-13"),
        ("2 din pehle", "2026-06-08 <"),
        ("१२ जून को शाम ७ बजे", "2026-06-12 19:00"),
        ("सुबह 6 बजे", "06:00"),
    ]);
}

#[test]
fn arabic() {
    check(&[
        ("يوم الجمعة الساعة ٨ مساءً", "2026-06-12 20:00"),
        ("غدا الساعة 5 مساء", "2026-06-11 17:00"),
        ("بكرة الصبح", "2026-06-11 ~"),
        ("اليوم", "2026-06-10"),
        ("بعد غد", "2026-06-12"),
        ("أمس", "2026-06-09 <"),
        ("الليلة", "2026-06-10 ~"),
        ("الساعة 8", "?"),
        ("٨ مساءً", "20:00"),
        ("الساعة الثامنة والنصف صباحا", "08:30"),
        ("12 يونيو", "2026-06-12"),
        ("١٢ حزيران ٢٠٢٧", "2027-06-12"),
        ("الجمعة القادمة", "2026-06-12"),
        ("الأسبوع القادم", "2026-06-15 ~"),
        ("الاثنين الماضي", "2026-06-08 <"),
        ("بعد يومين", "2026-06-12"),
        ("من الساعة 5 الى الساعة 7", "?"),
        ("قبل 3 أيام", "2026-06-07 <"),
        ("والسبت الساعة ١٠ صباحا", "2026-06-13 10:00"),
    ]);
}

#[test]
fn italian_and_dutch() {
    check(&[
        ("domani alle 20:30", "2026-06-11 20:30"),
        ("stasera", "2026-06-10 ~"),
        ("venerdì prossimo", "2026-06-12"),
        ("12 giugno", "2026-06-12"),
        ("fra due giorni", "2026-06-12"),
        ("morgen om half acht 's avonds", "2026-06-11 19:30"),
        ("vrijdag om 20:00", "2026-06-12 20:00"),
        ("volgende week", "2026-06-15 ~"),
        ("over 3 dagen", "2026-06-13"),
        ("overmorgen", "2026-06-12"),
    ]);
}

const NONE: &[&str] = &[
    "Good morning!",
    "good night all",
    "Guten Morgen zusammen",
    "Morgen!",
    "guten Abend",
    "Buenos días a todos",
    "buenas noches",
    "bonne nuit",
    "bom dia gente",
    "boa noite",
    "صباح الخير",
    "शुभ रात्रि",
    "am Morgen trinke ich Kaffee",
    "me gusta correr por la mañana",
    "we won 3-2",
    "it costs 12.50",
    "version 1.2.3 is out",
    "call +49 171 2345678",
    "call 555-1234",
    "1/2 cup of sugar",
    "open 24/7",
    "I live in 3b",
    "pi is 3.14",
    "we are 8",
    "8 euros each",
    "table for 8",
    "at 8 euros",
    "um 10 Euro billiger",
    "we 3 may come",
    "you may go",
    "they march on",
    "he sat down",
    "the sun is out",
    "mon ami est là",
    "so ist das",
    "do you know",
    "mi casa",
    "das ist so",
    "a segunda vez",
    "la segunda parte",
    "Kal is my brother",
    "das Sandwich",
    "I have 2 dogs",
    "every Friday",
    "jeden Freitag",
    "todos los viernes",
    "chaque vendredi",
    "हर शुक्रवार",
    "the 2nd floor",
    "on the 3rd floor",
    "the 1st time",
    "10/10 would recommend",
    "8/10",
    "wir sind 8 am Tisch",
    "it takes 2h",
    "3 heures de route",
    "on est à 8 dans la voiture",
    "Room 12",
    "llego tarde",
    "fin de la historia",
    "j'ai faim, c'est la fin",
    "wait a second",
    "one moment",
    "es ist halb so schlimm",
    "10% at most",
    "at 10% interest",
    "IP 10.1.20.5",
    "ich bin hier, er ist hier",
    "in der Nacht",
    "in the evening I read",
    "have a nice weekend",
    "schönes Wochenende",
    "el mar es azul",
    "la set list",
    "let me out 3 times",
    "two of us",
    "the price is $8",
    "uno dos tres",
    "4 people at 2 places",
    "5 to 8 people",
    "the 31st of June is none, 31 June",
    "30.2.2026",
    "99:99",
    "25:00",
    "😀🎉",
    "back in a minute",
    "Happy Friday",
    "no kennel for 10 hrs",
    "there are like 4 of them",
    "the second Saturday",
    "I'm 50/50 on that",
    "I play Bar 64",
    "room 12",
    "",
];

#[test]
fn everyday_words_and_numbers_are_no_dates() {
    let wrong: Vec<_> = NONE
        .iter()
        .filter(|text| !read(text).is_empty())
        .map(|text| format!("{text}: {}", read(text)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        NONE.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_readers_habit_decides_between_day_and_month() {
    let day = |text: &str, month_first| found(text, month_first).first().and_then(|found| found.when.date);
    assert_eq!(day("on 3/4", false), Some(date(2027, 4, 3)));
    assert_eq!(day("on 3/4", true), Some(date(2027, 3, 4)));
    assert_eq!(day("on 31/12", true), Some(date(2026, 12, 31)));
    assert_eq!(day("on 12/31", false), Some(date(2026, 12, 31)));
    assert_eq!(day("03/04/2027", true), Some(date(2027, 3, 4)));
}

#[test]
fn a_span_covers_the_whole_of_a_date() {
    let span = |text: &'static str| {
        found(text, false)
            .first()
            .and_then(|found| text.get(found.start..found.end))
    };
    assert_eq!(
        span("see you Friday 12 June at 8pm, ok?"),
        Some("Friday 12 June at 8pm")
    );
    assert_eq!(span("vom 12.-14. Juni in Rom"), Some("12.-14. Juni"));
    assert_eq!(span("am 12.6. geht es los"), Some("12.6."));
    assert_eq!(span("open 2-4pm today"), Some("2-4pm today"));
    assert_eq!(
        span("😀 يوم الجمعة الساعة ٨ مساءً 😀"),
        Some("الجمعة الساعة ٨ مساءً")
    );
}

#[test]
fn years_outside_the_limits_are_no_dates() {
    assert_eq!(read("12.06.2101"), "");
    assert_eq!(read("1899-12-31"), "");
    let late = date(2100, 12, 31).at(23, 59, 0, 0);
    for text in [
        "tomorrow",
        "in 3 days",
        "next week",
        "Friday",
        "in an hour",
        "midnight tonight",
    ] {
        assert_eq!(find(text, &words(text), late, false), [], "{text}");
    }
}

#[test]
fn the_ends_of_the_calendar_do_not_panic() {
    let text =
        NONE.join(" ") + " tomorrow, next Friday 12 June, in 400 days, the 12th, 12.6., vor 400 Jahren";
    for at in [DateTime::MIN, DateTime::MAX] {
        assert!(
            find(&text, &words(&text), at, true)
                .iter()
                .all(|found| found.when.date.is_none())
        );
    }
}

const MONTHS: [[&str; 12]; 7] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    [
        "जनवरी",
        "फ़रवरी",
        "मार्च",
        "अप्रैल",
        "मई",
        "जून",
        "जुलाई",
        "अगस्त",
        "सितंबर",
        "अक्टूबर",
        "नवंबर",
        "दिसंबर",
    ],
    [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
];

fn name(date: Date, language: usize) -> &'static str {
    MONTHS[language][usize::from(date.month().unsigned_abs()) - 1]
}

/// A date in each language's forms.
fn rendered(day: Date) -> Vec<String> {
    let (d, m, y) = (day.day(), day.month(), day.year());
    vec![
        format!("{d} {} {y}", name(day, 0)),
        format!("{} {d}, {y}", name(day, 0)),
        format!("{d}. {} {y}", name(day, 1)),
        format!("{d}.{m}.{y}"),
        format!("{d:02}.{m:02}.{y}"),
        format!("{d}/{m}/{y}"),
        format!("{d} de {} de {y}", name(day, 2)),
        format!("le {d} {} {y}", name(day, 3)),
        format!("{d} de {} de {y}", name(day, 4)),
        format!("{d} {} {y}", name(day, 5)),
        format!("{d} {} {y}", name(day, 6)),
        day.to_string(),
    ]
}

fn any_date() -> impl Strategy<Value = Date> {
    (1900i16..=2100, 1i8..=12, 1i8..=31).prop_filter_map("no such day", |(y, m, d)| Date::new(y, m, d).ok())
}

/// Words and signs of dates in a heap.
fn heap() -> impl Strategy<Value = String> {
    let phrases: Vec<String> = super::table::TABLE
        .iter()
        .flat_map(|(_, phrases)| phrases.split('|').map(str::to_owned))
        .chain(
            [
                " ", "-", ".", ":", "/", ", ", "\n", "'", "12", "8", "30", "2026", "31", "0", "99", "١٢",
                "😀",
            ]
            .map(str::to_owned),
        )
        .collect();
    let glue = prop_oneof![Just(" "), Just(""), Just("."), Just("-"), Just(":"), Just(", ")];
    prop::collection::vec((prop::sample::select(phrases), glue), 0..40).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(phrase, glue)| [phrase, glue.to_owned()])
            .collect()
    })
}

fn sound(text: &str, month_first: bool) -> bool {
    let found = found(text, month_first);
    let spans = found
        .iter()
        .all(|found| found.start < found.end && text.get(found.start..found.end).is_some());
    let apart = found.windows(2).all(|pair| pair[0].end <= pair[1].start);
    let years = found
        .iter()
        .filter_map(|found| found.when.date)
        .all(|date| (1900..=2100).contains(&date.year()));
    spans && apart && years
}

proptest! {
    #[test]
    fn any_text_gives_sound_spans(text in any::<String>(), month_first in any::<bool>()) {
        prop_assert!(sound(&text, month_first));
    }

    #[test]
    fn any_heap_of_the_words_of_dates_gives_sound_spans(text in heap(), month_first in any::<bool>()) {
        prop_assert!(sound(&text, month_first));
    }

    #[test]
    fn a_rendered_date_is_found(day in any_date()) {
        for text in rendered(day) {
            let all = found(&text, false);
            prop_assert_eq!(all.len(), 1, "{}", text);
            prop_assert_eq!(all[0].when.date, Some(day), "{}", text);
        }
    }

    #[test]
    fn a_rendered_time_is_found(hour in 0i8..24, minute in 0i8..60) {
        for text in [format!("{hour:02}:{minute:02}"), format!("{hour} Uhr {minute:02}"), format!("à {hour}h{minute:02}")] {
            let all = found(&text, false);
            prop_assert_eq!(all.len(), 1, "{}", text);
            prop_assert_eq!(all[0].when.time.map(|time| (time.hour(), time.minute())), Some((hour, minute)), "{}", text);
        }
    }
}
