use super::Language;

pub(super) static ITALIAN: Language = Language {
    stop: "a ad ai al alla alle allora anche ancora avere beh bene c che chi ci ciò come con cosa così da dai dal dalla dei del della delle di dopo dove due e è ed era ero essere fa fare fatto fra già gli ha hai hanno ho i il in io la le \
        lei li lo loro lui ma me mi mia mio molto ne nei nel nella niente no noi non nostro o ogni per perché però più poi prima pure quando quanto quella quello questa questo qui sarà se sei senza si sì sia siamo solo sono sta su sul tra tu tutti tutto un una va vi voi",
    decide: "deciso|è deciso|d'accordo allora|confermato|confermata|prenotato|ho prenotato|prenotata|allora facciamo|facciamo|andiamo con|ci vediamo|ci troviamo|ci incontriamo|alla fine|ufficiale|maggioranza|votazione|scelto|pagato|comprato|ordinato|fissato|stabilito|approvato",
    propose: "che ne dite|che dite|e se|potremmo|possiamo|propongo|proposta|idea|vi va|ti va|magari|chi ci sta",
    commit: "porto io|porto|ci penso io|faccio io|prendo io|me ne occupo|posso portare|posso fare|vengo|ci sono|guido io|compro io|passo a prendere|porta",
    request: "per favore|per piacere|puoi|potete|qualcuno può|chi può|chi porta|chi viene|bisogna|dobbiamo|dovete|serve|ci serve|ricordate|ricordatevi|non dimenticate|fatemi sapere|confermate|mandate|portate|entro|scadenza|pagare|a testa|a persona|ciascuno",
    change: "invece|al posto di|cambiato|cambio di programma|cambia|spostato|spostata|rimandato|rimandata|anticipato|non più|in realtà|correzione|ho sbagliato|nuovo orario|nuova data|anzi|meglio|più tardi|ritardo",
    cancel: "annullato|annullata|cancellato|salta|saltato|non posso|non vengo|non riesco|non ci sono|esaurito|chiuso|disdetto",
    agree: "sì|ok|va bene|d'accordo|perfetto|per me va bene|certo|buona idea|anch'io|volentieri|ci sto|benissimo",
    filler: "haha|ahah|ahahah|lol|grazie|ciao|buongiorno|buonanotte|buonasera|baci|bello|wow|auguri|scusa|scusate|prego|esatto|vero|mamma mia|dai",
    everyone: "tutti|tutte|qualcuno|chi|ragazzi|ragazze|voi|ognuno|famiglia|gente",
    ask: "chi|che|cosa|quando|dove|come|quale|quanto|perché|puoi|potete|qualcuno|avete|hai|sapete",
    weighty: "urgente|importante|attenzione|promemoria|ospedale|incidente|polizia|rubato|rotto|perdita|perso|trovato|incinta|nato|nata|morto|funerale|licenziato|risultato|risultati|notizia|malato|sciopero|costa|prezzo|totale|conto|chiavi|indirizzo|codice|allergico|allergia|inizia|finisce|apre|chiude",
    unsure: "forse|magari|credo|penso|non so|non sono sicuro|probabilmente|dipende|vediamo",
};
