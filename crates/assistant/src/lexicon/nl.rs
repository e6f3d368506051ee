use super::Language;

pub(super) static DUTCH: Language = Language {
    stop: "aan al alleen alles als altijd ben bent bij daar dan dat de deze die dit doe doen door dus een echt en er ga gaan gaat geen goed had heb hebben hebt heeft hem het hier hij hoe hun ik in is ja je jij jou jouw jullie kan kun kunnen maar me \
        mee meer met mij mijn moet moeten naar nee niet niks nog nu of om ons onze ook op over te toch toen tot uit van veel voor waar was wat we wel weer wie wij wil worden wordt zal ze zei zich zij zijn zo zou",
    decide: "besloten|afgesproken|afspraak|geregeld|geboekt|gereserveerd|bevestigd|definitief|we gaan voor|we doen|we nemen|dan wordt het|wordt het|we spreken af|meerderheid|gestemd|gekozen|besteld|betaald|akkoord",
    propose: "zullen we|wat vinden jullie|hoe zit het|kunnen we|voorstel|idee|misschien|wat dacht je|zin in|laten we",
    commit: "ik neem|neem ik|ik breng|breng ik|ik doe|ik regel|regel ik|ik haal|ik rijd|ik koop|ik kan|ik kom|ik ben erbij|neemt mee|brengt|regelt",
    request: "alsjeblieft|aub|svp|kun je|kan iemand|kunnen jullie|wie kan|wie neemt|wie komt|moeten|vergeet niet|denk aan|laat weten|laat even weten|stuur|nodig|meenemen|uiterlijk|deadline|betalen|overmaken|per persoon|iedereen",
    change: "in plaats van|toch niet|verplaatst|verschoven|verzet|uitgesteld|veranderd|wijziging|niet meer|liever|eigenlijk|correctie|nieuwe tijd|nieuwe datum|later dan|eerder dan|vergist|vertraging|toch",
    cancel: "afgelast|geannuleerd|gaat niet door|afgezegd|kan niet|kom niet|lukt niet|uitverkocht|gesloten|ziek",
    agree: "ja|ok|oké|prima|is goed|goed idee|akkoord|helemaal goed|top|doen we|perfect|tuurlijk|ik ook|gezellig",
    filler: "haha|hahaha|lol|bedankt|dankjewel|dank je|hoi|hallo|hey|goedemorgen|welterusten|doei|groetjes|kus|leuk|wow|gefeliciteerd|sorry|geen probleem|precies|mooi|nou",
    everyone: "iedereen|allemaal|iemand|wie|jullie|mensen|jongens|meiden|familie",
    ask: "wie|wat|wanneer|waar|waarom|hoe|welke|kun|kan|heeft|hebben|is|zijn|weet|komt",
    weighty: "dringend|belangrijk|let op|herinnering|ziekenhuis|ongeluk|politie|gestolen|kapot|lek|kwijt|gevonden|zwanger|geboren|overleden|begrafenis|ontslag|uitslag|nieuws|ziek|staking|kosten|kost|prijs|totaal|rekening|sleutel|adres|code|allergisch|allergie|begint|eindigt|sluit|opent",
    unsure: "misschien|waarschijnlijk|denk ik|weet niet|geen idee|volgens mij|mogelijk|hangt ervan af",
};
