use super::Language;

pub(super) static ENGLISH: Language = Language {
    stop: "a about after again all also am an and any are aren't as at back be because been before being but by \
        can can't cant could couldn't did didn't do does doesn't doing don't dont down even every for from get gets \
        getting go goes going gonna gone got had has hasn't have haven't having he he's her here here's hers him his \
        how i i'd i'll i'm i've if im in into is isn't it it's its ive just know let lets let's like lot make me mine \
        more most much my no nope not now of off oh ok okay on one only or other our out over really right said same \
        say she she's should so some someone something still such sure take than that that's thats the their them \
        then there there's these they they're thing things think this those though to too u up ur us very want was \
        wasn't way we we'd we'll we're we've well went were weren't what what's when where which who why will with \
        won't would wouldn't ya yeah yep yes you you'd you'll you're you've your yours",
    decide: "decided|decision|settled|it's settled|agreed|we agreed|all agreed|it's a deal|deal then|confirmed|is confirmed|\
        final answer|finalised|finalized|it's official|official|let's go with|lets go with|we'll go with|we go with|\
        going with|went with|we're going with|so it's|so its|we are doing|we're doing|we'll do|let's do|lets do|let's say|\
        lets say|sorted|all sorted|booked|i've booked|ive booked|i booked|reserved|paid the deposit|it's on|is on|\
        locked in|majority|outvoted|won the vote|poll|vote|votes|voted|that settles it|then it's|then its|set for|it is then|\
        call it|in that case|ordered|signed|accepted|approved|chosen|picked|we'll meet|meeting at|we meet|meet at|\
        meet us|meet outside|going ahead|go ahead|result|done deal|fixed for|it'll be|winner|the plan is|new plan|the plan",
    propose: "how about|what about|shall we|should we|could we|can we|maybe we|why don't we|what if|i suggest|i propose|\
        suggestion|idea|let's|lets|would it be|do we want|we could|thinking of|thinking about|i vote|fancy|up for|anyone up for|\
        who's up for|either|options|option",
    commit: "i'll|ill bring|ill do|i will|i can bring|i can do|i can take|i can pick|i'm bringing|im bringing|i'm doing|\
        i've got|i got the|i'm on it|leave it to me|i'll handle|on me|we'll bring|she'll bring|he'll bring|is bringing|\
        will bring|can lend|i can lend|i'm driving|i can drive|driving|volunteer|volunteered|in charge of|my turn|\
        i'll be there|count me in|i'm in|picking up|will pick|offered to|is doing the|has the keys|has got the",
    request: "please|pls|plz|can you|could you|can someone|can anyone|could someone|could anyone|can somebody|would you|\
        need you|need to|needs to|we need|i need|don't forget|dont forget|remember to|remember|make sure|must|have to|has to|\
        bring|send me|let me know|lmk|tell me|check|asap|due|sign up|fill in|transfer|pay|owe|owes|reply|rsvp|confirm|\
        by tomorrow|by tonight|volunteers|who can|who's bringing|whoever|do not|deadline|each of us|per person|each",
    change: "instead|actually|changed|change of plan|change of plans|moved to|been moved|moving it|moved|not anymore|no longer|\
        rather than|postponed|pushed|pushed back|bring forward|brought forward|earlier than|later than|update|correction|\
        scrap that|scratch that|ignore that|new time|new date|new plan|switch to|switched|swap|swapped|not at|make it|makes it|\
        rescheduled|turns out|now at|now on|now it's|sorry it's|i was wrong|slight shift|shift|it's now|is now|are now|now from|now cos|now because|now starting|moving to|moves to|bumped|bumped to|brought|pushing|my mistake|i meant|wrong day|wrong time|delayed|after all",
    cancel: "cancelled|canceled|cancelling|called off|call off|isn't happening|not happening|off the table|won't happen|\
        can't make it|cant make it|can't come|cant come|not coming|won't be there|won't make it|dropped out|drop out|\
        sold out|closed|is off|no show|pull out|pulled out|bail|skip",
    agree: "yes|yep|yeah|yup|ok|okay|sure|deal|works for me|sounds good|sounds great|perfect|fine by me|fine with me|\
        good idea|agree|i agree|same here|me too|count me in|i'm in|im in|great|cool|done|of course|definitely|+1",
    filler: "lol|lmao|rofl|haha|hahaha|hahahaha|ha|hehe|omg|wow|aww|nice|cool|thanks|thank you|thx|ty|hi|hey|hello|morning|\
        good morning|good night|night|bye|xx|xxx|ugh|hmm|yay|congrats|happy birthday|no worries|you're welcome|sorry|\
        love it|same|true|exactly|classic|legend|iconic|dead|crying|brb|idk|tbh|wtf|jeez|bless|cheers|ta|love this",
    everyone: "everyone|everybody|anyone|anybody|someone|somebody|all of you|you all|y'all|yall|guys|folks|who|who's|whos|\
        any of you|team|people|all|lads|girls|ladies|peeps|each of you",
    ask: "who|what|when|where|why|how|which|can|could|would|will|do|does|did|is|are|have|has|any|anyone|shall|should|whose|am",
    weighty: "urgent|important|emergency|asap|deadline|reminder|heads up|fyi|careful|warning|hospital|accident|police|stolen|\
        broken|broke|leak|leaking|burst|lost|missing|found|passed|failed|pregnant|engaged|married|born|baby|died|funeral|\
        resigned|quit|fired|hired|new job|offer|results|news|announcement|sick|ill|covid|injured|fell|late|strike|\
        password|code|address|is at|price|cost|costs|total|bill|refund|budget|refused|complaint|fine|landlord|teacher|doctor|\
        boss|coach|keys|key|allergic|allergy|vegan|vegetarian|last chance|free|leaving|moving out|starts|ends|opens|closes",
    unsure: "maybe|perhaps|not sure|might|probably|possibly|i guess|i think|dunno|idk|or so|unless|if we|tbc|tbd|or|what if|could be",
};
