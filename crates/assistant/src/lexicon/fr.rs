use super::Language;

pub(super) static FRENCH: Language = Language {
    stop: "a ai ah alors après as au aussi autre aux avait avant avec avez avoir bah bien bon ça c ce cela ces cet cette ceux chez \
        comme d dans de déjà des deux dit du elle elles en encore est et était être eu eux fait faire faut il ils j je jour juste l la là le les \
        leur leurs lui m ma mais me même mes moi mon n ne ni non nos notre nous on ont ou où oui par parce pas peu peut peux plus \
        pour pourquoi qu quand que quel quelle qui quoi rien s sa sans se ses si soit son sont suis sur t ta te tes toi ton tous \
        tout toute toutes très trop tu un une va vais vas voir voilà vont vos votre vous vraiment y c'est j'ai d'accord",
    decide: "décidé|c'est décidé|décision|on fait|on part|on prend|on garde|on dit|on se retrouve|on se voit|rendez-vous|rdv|réservé|\
        j'ai réservé|c'est réservé|confirmé|c'est confirmé|validé|c'est bon pour|c'est bon|acté|calé|c'est calé|arrêté|on est d'accord|entendu|\
        finalement|au final|commandé|acheté|payé|majorité|voté|vote|sondage|gagné|adopté|ce sera|ça sera|du coup on|donc on|donc c'est|officiel|signé|retenu",
    propose: "et si on|si on|on pourrait|on peut|pourquoi pas|ça vous dit|ça te dit|ça vous va|je propose|proposition|idée|qu'en pensez|qu'en dites|vous en pensez|\
        peut-être|qui est partant|qui veut|soit|sinon",
    commit: "j'apporte|j'amène|je ramène|je m'occupe|je m'en occupe|je m'en charge|je fais|je prends|je peux|je passe|je viens|je conduis|j'achète|je gère|\
        j'irai|je vais chercher|apporte|amène|ramène|s'occupe|se charge|je suis là|j'en suis|je serai|comptez sur moi|je réserve|je prête|moi je",
    request: "s'il vous plaît|s'il te plaît|svp|stp|peux-tu|tu peux|pouvez-vous|vous pouvez|quelqu'un peut|qui peut|qui apporte|qui s'occupe|qui vient|il faut|faut|\
        on doit|vous devez|tu dois|besoin|n'oubliez pas|oubliez pas|n'oublie pas|oublie pas|pensez à|pense à|rappel|merci de|dites-moi|dis-moi|tenez-moi|confirmez|envoyez|\
        envoie|apportez|ramenez|avant le|au plus tard|dernier délai|date limite|inscrivez|inscription|virement|virez|payer|chacun|par personne|par tête|répondez",
    change: "plutôt|au lieu de|à la place|changement|changé|on change|décalé|décale|décalée|repoussé|reporté|reportée|avancé|avancée|déplacé|finalement|en fait|\
        ne plus|plus à|maintenant à|maintenant le|désormais|c'est maintenant|nouvelle heure|nouvelle date|nouvel horaire|correction|erreur|je me suis trompé|trompée|pas à|c'est plus|échangé|échange|mise à jour|retard|plus tard|plus tôt",
    cancel: "annulé|annulée|annule|annuler|tombe à l'eau|peux pas|pourrai pas|je ne peux pas|viens pas|viendrai pas|ne viens pas|je ne viens|serai pas|complet|fermé|fermée|désiste|forfait|pas possible|n'aura pas lieu",
    agree: "oui|ouais|ok|okay|d'accord|dac|parfait|ça marche|ça me va|ça roule|nickel|super|bonne idée|pareil|moi aussi|carrément|bien sûr|entendu|va pour|ok pour moi|top|partant|partante",
    filler: "mdr|ptdr|lol|haha|hahaha|hihi|merci|merci beaucoup|bonjour|salut|coucou|bonsoir|bonne nuit|bonne journée|bisous|bises|bise|à plus|super|génial|trop bien|\
        cool|oh|ah|oups|ouf|pff|bravo|félicitations|joyeux anniversaire|désolé|désolée|pardon|de rien|grave|exactement|voilà|trop drôle|purée|la honte",
    everyone: "tout le monde|tous|toutes|quelqu'un|qui|vous|les gars|les filles|les amis|chacun|la famille|l'équipe|les copains|vous tous|personne",
    ask: "qui|que|quoi|quand|où|pourquoi|comment|quel|quelle|quels|quelles|combien|est-ce que|est-ce|tu peux|vous pouvez|tu as|vous avez|tu viens|vous venez|c'est quand|on peut|lequel",
    weighty: "urgent|important|attention|rappel|info|pour info|hôpital|accident|police|volé|cassé|cassée|panne|fuite|perdu|trouvé|retrouvé|réussi|raté|enceinte|fiancés|marié|\
        né|née|naissance|décédé|décès|mort|enterrement|démission|démissionné|viré|embauché|résultat|résultats|nouvelle|nouvelles|malade|blessé|grève|retard|coûte|prix|total|facture|\
        budget|addition|proprio|propriétaire|syndic|maîtresse|prof|médecin|docteur|coach|clé|clés|clef|adresse|code|mot de passe|allergie|allergique|végan|végétarien|commence|finit|ouvre|ferme|départ",
    unsure: "peut-être|je crois|je pense|pas sûr|pas sûre|sais pas|je sais pas|probablement|sans doute|à voir|on verra|si jamais|ça dépend|ou alors|genre",
};
