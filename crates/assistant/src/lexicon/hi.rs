use super::Language;

pub(super) static HINDI: Language = Language {
    stop: "का की के को में से है हैं हूँ हूं हो था थी थे पर और या तो ही भी नहीं न ना मत यह ये वह वो इस उस इन उन मैं मुझे मेरा मेरी मेरे हम हमें हमारा हमारी तुम तुम्हें तू आप आपका आपकी \
        क्या कौन कब कहाँ कहां क्यों कैसे कि जो जब तब अब एक ने लिए साथ कर करके करना करो रहा रही रहे गया गई गए होगा होगी होंगे कुछ सब बहुत अच्छा हाँ हां जी अरे यार बस फिर तक वाला वाली वाले अभी इसलिए लेकिन मगर अगर",
    decide: "तय|तय है|तय हो गया|तय रहा|फाइनल|पक्का|पक्का है|फिक्स|बुक|बुक कर दिया|बुक हो गया|फैसला|डन|कन्फर्म|मंजूर|मिलते हैं|मिलेंगे|मिलना है|तो फिर|यही करते हैं|हो गया|वोट|बहुमत|चुना|ले लिया|मान लिया|रखते हैं|रखा है|रखी है|ऑर्डर",
    propose: "क्यों न|कैसा रहेगा|चलें|चलते हैं|करें क्या|सोच रहा|सोच रही|सुझाव|आइडिया|कर सकते हैं|क्या कहते|क्या ख्याल|शायद",
    commit: "मैं लाऊँगा|मैं लाऊंगा|मैं लाऊँगी|मैं लाऊंगी|ले आऊंगा|ले आऊंगी|ले आऊँगा|ले आऊँगी|लाऊंगा|लाऊंगी|लाऊँगा|लाऊँगी|मैं कर दूंगा|कर दूंगा|कर दूंगी|कर दूँगा|कर दूँगी|मैं देख|देख लूंगा|देख लूंगी|मैं आऊंगा|मैं आऊंगी|पहुँच जाऊंगा|मैं करूंगा|मैं करूंगी|मेरी तरफ|ज़िम्मेदारी|जिम्मेदारी|लाएगा|लाएगी|लाएंगे|मैं बना",
    request: "कृपया|प्लीज|प्लीज़|ज़रूर|जरूर|याद रखना|याद रखें|याद से|भूलना मत|मत भूलना|भेज दो|भेजो|भेज दें|भेजें|बता दो|बताओ|बताना|बता देना|बताएं|बताइए|लाना|ले आना|लेकर आना|करना है|करनी है|चाहिए|कौन लाएगा|कौन करेगा|कौन आ|जमा|पैसे|अंतिम तारीख|आखिरी तारीख|सब लोग|हर कोई|दे दो|देना|देने हैं|प्रति व्यक्ति",
    change: "के बजाय|की जगह|बदल|बदल गया|बदल दिया|बदली|अब नहीं|नया समय|नई तारीख|टल गया|टल गई|आगे बढ़|स्थगित|दरअसल|असल में|गलती|सॉरी|नहीं बल्कि|बल्कि|देर|लेट|पहले नहीं|शिफ्ट|अब",
    cancel: "रद्द|कैंसिल|कैंसल|नहीं आ पाऊंगा|नहीं आ पाऊंगी|नहीं आ|नहीं आऊंगा|नहीं आऊंगी|नहीं होगा|नहीं होगी|बंद|नहीं आ सकता|नहीं आ सकती|नहीं मिलेगा",
    agree: "हाँ|हां|ठीक|ठीक है|ओके|सही|सही है|बढ़िया|चलेगा|मंजूर|डन|बिल्कुल|पक्का|मैं भी|जी",
    filler: "हाहा|हा हा|हाहाहा|धन्यवाद|शुक्रिया|थैंक्स|नमस्ते|नमस्कार|शुभ रात्रि|सुप्रभात|गुड मॉर्निंग|गुड नाइट|बधाई|जन्मदिन|वाह|अरे|यार|अच्छा|लोल|मस्त|क्या बात|बहुत बढ़िया|प्रणाम|राम राम|जय",
    everyone: "सब|सभी|सब लोग|सबको|कोई|कौन|दोस्तों|सबके|आप सब|तुम सब|भाइयों",
    ask: "क्या|कौन|कब|कहाँ|कहां|क्यों|कैसे|कितना|कितने|कितनी|किसने|किसके|किसको|कोई|किस",
    weighty: "ज़रूरी|जरूरी|महत्वपूर्ण|ध्यान|तुरंत|सूचना|याद दिला|अस्पताल|दुर्घटना|पुलिस|चोरी|टूट|खराब|लीक|खो|मिल गया|मिल गई|पास|फेल|शादी|सगाई|जन्म|निधन|देहांत|नौकरी|रिजल्ट|खबर|बीमार|हड़ताल|कीमत|खर्च|कुल|रुपये|बिल|बजट|मालिक|टीचर|डॉक्टर|चाबी|पता|कोड|पासवर्ड|एलर्जी|शाकाहारी|शुरू|खत्म|खुलेगा|बंद",
    unsure: "शायद|पता नहीं|हो सकता|लगता है|सोचते हैं|देखते हैं|मालूम नहीं|अगर",
};

pub(super) static HINDI_LATIN: Language = Language {
    stop: "hai hain hu hoon ho tha thi the ka ki ke ko me mein mai main se par aur ya toh to hi bhi nahi nahin nai na mat ye yeh wo woh is us in un mujhe mera meri mere hum humein hamara \
        tum tumhe tu aap apka aapka kya kaun kab kaha kahan kyu kyun kaise jo jab tab ab ek ne liye saath kar karke karna karo raha rahi rahe gaya gayi gaye hoga hogi kuch sab bahut bohot accha acha haan han ji arre are yaar yar \
        bas phir fir tak wala wali wale abhi isliye lekin magar agar bhai kal aaj",
    decide: "final|final hai|finalise|pakka|pakka hai|fix|fix hai|fixed|book|booked|book kar diya|book ho gaya|done|confirm|confirmed|tay|decide ho gaya|decided|milte hain|milte hai|milenge|milna hai|\
        toh phir|to phir|yahi karte|ho gaya|vote|rakhte hain|rakhte hai|rakh lete|le liya|order kar diya|kar diya|chalte hain|chalte hai",
    propose: "kyu na|kyun na|kaisa rahega|chale|chalein|karein kya|karna hai kya|soch raha|soch rahi|idea|kar sakte|kya bolte|kya bolte ho|kya kehte|plan banate",
    commit: "main laungi|main launga|mai launga|mai laungi|le aaunga|le aaungi|laaunga|laungi|launga|kar dunga|kar dungi|kar deta|kar deti|dekh lunga|dekh lungi|main aaunga|main aaungi|pahunch jaunga|main karunga|main karungi|\
        meri taraf|mere pe|mai karta|main karta|layega|layegi|laayenge|main bana|pick kar lunga|pick kar lungi|le lunga|le lungi",
    request: "please|pls|plz|yaad rakhna|yaad se|bhoolna mat|mat bhoolna|bhej do|bhejo|bhej dena|bata do|batao|bata dena|batana|lana|le aana|leke aana|karna hai|karni hai|chahiye|kaun layega|kaun karega|kaun aa|\
        paise|last date|sab log|de do|dena|dene hain|per head|transfer|gpay|pay kar|confirm karo|jaldi",
    change: "ke bajaye|ki jagah|badal|badal gaya|badal diya|change|changed|shift|shift ho gaya|ab nahi|naya time|nayi date|postpone|postponed|prepone|preponed|actually|asal mein|galti|sorry|balki|late|delay|instead",
    cancel: "cancel|cancelled|cancel ho gaya|nahi aa paunga|nahi aa paungi|nahi aa|nahi aaunga|nahi aaungi|nahi hoga|nahi hogi|band|nahi aa sakta|nahi aa sakti|nahi ho payega|nahi milega",
    agree: "haan|han|haa|ha|theek|thik|theek hai|thik hai|ok|okay|sahi|sahi hai|badhiya|chalega|done|bilkul|pakka|main bhi|mai bhi|ji|works",
    filler: "haha|hahaha|lol|lmao|thanks|thank you|shukriya|dhanyavad|namaste|hi|hello|hey|good morning|good night|gm|gn|badhai|congrats|happy birthday|wah|arre|yaar|yar|bro|bhai|mast|kya baat|omg|ugh|hmm|acha|accha|sahi|op",
    everyone: "sab|sabhi|sab log|sabko|koi|kaun|guys|dosto|aap sab|tum sab|everyone|anyone|sablog",
    ask: "kya|kaun|kab|kaha|kahan|kyu|kyun|kaise|kitna|kitne|kitni|kisne|kiske|kisko|koi|kis|kidhar",
    weighty: "zaroori|jaruri|zaruri|important|urgent|dhyan|turant|reminder|hospital|accident|police|chori|toot|kharab|leak|kho|mil gaya|mil gayi|pass|fail|shaadi|shadi|sagai|baby|death|naukri|job|result|khabar|news|bimar|beemar|\
        strike|price|kharcha|total|rupees|rs|bill|budget|landlord|teacher|doctor|chabi|keys|address|pata|code|password|allergy|veg|shuru|khatam|khulega",
    unsure: "shayad|pata nahi|ho sakta|lagta hai|sochte|dekhte hain|dekhte hai|malum nahi|maybe|agar|not sure",
};
