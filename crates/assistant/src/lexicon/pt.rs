use super::Language;

pub(super) static PORTUGUESE: Language = Language {
    stop: "a à agora ai aí ainda ali antes ao aos aqui as às assim até bem bom cada com como da daí das de dele dela dem depois desde do dos \
        e é ela elas ele eles em então era és essa esse está estão estou eu fazer fica foi gente há isso isto já la lá lhe mais mas me mesmo \
        meu meus minha minhas muito na nada não nas né nem no nos nós num numa o onde os ou para pela pelo pode por porque porquê pois pra pro \
        quando que quê quem se sei sem ser será seu sim só sobre sou sua suas tá também tão te tem têm tenho teu ti to tô toda todas todo todos tu tua \
        tudo um uma umas uns vai vão você vocês vou",
    decide: "decidido|está decidido|decidimos|combinado|tá combinado|ficou combinado|combinamos|fechado|fechou|confirmado|confirmada|confirmo|marcado|marcada|\
        marcamos|reservado|reservada|reservei|já reservei|comprei|já comprei|ficou|fica para|fica então|então fica|vamos com|vamos de|ficamos com|encontramo-nos|nos encontramos|\
        a gente se encontra|maioria|votação|votámos|votamos|enquete|sondagem|ganhou|pago|definido|acertado|assente|oficial|aprovado|assinado|no fim|afinal|bora|então é|vai ser",
    propose: "que tal|e se|vamos|podíamos|podemos|a gente podia|podia ser|o que acham|que acham|acham que|sugiro|sugestão|proponho|proposta|ideia|bora|quem topa|topam|quem alinha|alinham|talvez",
    commit: "eu levo|levo|eu trago|trago|eu faço|eu trato|trato disso|eu compro|compro|eu posso|posso levar|posso ir|eu vou|deixa comigo|deixem comigo|fico com|eu busco|busco|vou buscar|\
        eu dirijo|passo aí|conta comigo|contem comigo|tô dentro|estou dentro|leva o|leva a|traz|encarrega|eu cuido|cuido|eu pego|pego|eu conduzo|empresto",
    request: "por favor|pfv|pf|pff|se faz favor|pode|podes|você pode|vocês podem|alguém pode|alguém consegue|quem pode|quem leva|quem traz|quem vai|quem consegue|preciso|precisamos|é preciso|\
        tem que|temos que|temos de|têm de|tem de|não esqueçam|não se esqueçam|não esquece|lembrem|lembra|lembrar|avisem|avisa|me avisa|digam|mandem|enviem|tragam|levem|confirmem|prazo|até sexta|até amanhã|\
        pagar|paguem|transferir|transferência|pix|mbway|cada um|por pessoa|por cabeça|inscrevam|inscrição",
    change: "em vez de|ao invés|em lugar de|mudou|mudança|mudança de planos|mudaram|mudamos|mudei|passou para|passa para|adiado|adiada|adiaram|adiantado|antecipado|já não|não é mais|na verdade|\
        afinal|corrigindo|correção|enganei-me|me enganei|errei|nova hora|novo horário|nova data|agora é|agora às|agora no|agora na|melhor|mais tarde|mais cedo|trocar|troca|trocámos|trocamos|atrasado|atraso|atualização|mas sim",
    cancel: "cancelado|cancelada|cancelaram|cancelou|foi cancelado|desmarcado|desmarcada|desmarcaram|não vai dar|não vou|não posso|não consigo ir|não consigo|não vai ter|não há|tô fora|esgotado|esgotados|fechado|não vamos",
    agree: "sim|ok|okay|tá|tá bom|tá bem|está bem|beleza|blz|fechado|combinado|perfeito|boa|pode ser|por mim tudo bem|por mim|concordo|claro|boa ideia|ótimo|show|top|bora|certo|feito|também",
    filler: "kkk|kkkk|kkkkk|kkkkkk|rs|rsrs|haha|hahaha|ahah|ahahah|lol|obrigado|obrigada|obg|valeu|oi|olá|bom dia|boa noite|boa tarde|tchau|beijos|bjs|beijo|abraço|que bom|que legal|legal|\
        fixe|giro|nossa|eita|ui|uau|parabéns|desculpa|de nada|imagina|verdade|exato|pois é|né|mano|cara|gente|amei|adorei|massa|saudades",
    everyone: "todos|todas|alguém|pessoal|galera|gente|quem|vocês|malta|meninas|meninos|família|turma|cada um|equipa|grupo",
    ask: "que|quem|quando|onde|como|qual|quais|quanto|quanta|quantos|por que|porquê|pode|podem|alguém|tem|têm|vai|vão|sabe|sabem|será|consegues|dá para|dá pra|cadê",
    weighty: "urgente|importante|atenção|cuidado|aviso|lembrete|emergência|hospital|acidente|polícia|roubado|roubaram|partido|quebrou|quebrado|avariou|vazamento|fuga|perdi|perdeu|achei|encontrei|\
        passei|grávida|noiva|casar|nasceu|morreu|faleceu|enterro|funeral|demissão|demitido|despedido|emprego novo|resultado|resultados|notícia|notícias|doente|greve|custa|preço|total|conta|fatura|\
        orçamento|senhorio|dono|professora|professor|médico|chave|chaves|morada|endereço|código|senha|alergia|alérgico|alérgica|vegano|vegetariano|começa|termina|abre|fecha|partida|sai às",
    unsure: "talvez|se calhar|acho que|não sei|não tenho certeza|pode ser que|provavelmente|quem sabe|depende|sei lá|ou algo|acho",
};
