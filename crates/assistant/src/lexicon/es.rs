use super::Language;

pub(super) static SPANISH: Language = Language {
    stop: "a ahora al algo alguien ante antes aquí así aunque ay bien bueno cada como con creo cual cuando cuándo de del desde \
        donde dónde dos e el él ella ellas ellos en entonces era eres es esa ese eso esta está están estamos estar este esto \
        estoy fue ha hace hacer han hasta hay he igual ir la las le les lo los más me mi mí mis mucho muy nada ni no nos \
        nosotros o os otra otro para pero poco por porque pues que qué quien quién se sea ser si sí sin sobre solo sólo somos \
        son soy su sus también tan te tengo ti tiene tienen todo todos tu tú tus un una uno unos usted va vale vamos van \
        voy vos y ya yo",
    decide: "decidido|está decidido|acordado|quedamos|quedamos en|entonces quedamos|confirmado|confirmada|confirmo|cerrado|\
        reservado|reservada|reservé|he reservado|ya reservé|comprado|ya compré|hecho|nos vemos|se hace|se queda|queda en|queda para|\
        al final|definitivo|definitivamente|está hecho|vamos con|nos quedamos con|ganó|mayoría|votación|votamos|encuesta|pagado|\
        trato hecho|listo entonces|entonces es|entonces el|entonces a|elegimos|elegido|oficial|aprobado|firmado",
    propose: "qué tal si|que tal|y si|qué les parece|que os parece|qué os parece|qué te parece|podríamos|podemos|propongo|propuesta|\
        sugiero|idea|les parece|os parece|quizás|tal vez|se animan|quién se apunta|vamos a|hagamos",
    commit: "yo llevo|llevo|yo traigo|traigo|yo hago|yo me encargo|me encargo|yo pongo|yo compro|compro|yo paso|paso por|\
        yo puedo|puedo llevar|puedo ir|yo voy|voy yo|me apunto|lleva|trae|se encarga|yo conduzco|yo manejo|recojo|yo recojo|yo me ocupo|me ocupo|cuenten conmigo|contad conmigo",
    request: "por favor|porfa|porfi|porfavor|puedes|podés|puede alguien|alguien puede|pueden|podéis|necesito|necesitamos|hace falta|\
        hay que|tenemos que|tienen que|tenés que|no olviden|no olvidéis|no se olviden|no os olvidéis|recuerden|recordad|avisen|avisad|avísame|avisame|\
        manden|mandad|envíen|traigan|traed|lleven|confirmen|confirmad|quién puede|quién trae|quién lleva|quién se|fecha límite|antes del|paguen|pagad|\
        transferir|transferencia|deben|debe|cada uno|por persona|por cabeza|apúntense|apuntaos",
    change: "en vez de|en lugar de|mejor|cambio de planes|cambio de plan|cambiaron|cambió|se cambia|se cambió|movieron|se mueve|se movió|\
        ya no|aplazado|pospuesto|pospuesta|pospone|adelantan|adelantado|se adelanta|se atrasa|corrección|me equivoqué|perdón es|nueva hora|nueva fecha|\
        ahora es|ahora a las|ahora el|al final no|al final es|en realidad|cambiamos|pasa a|pasamos a|más tarde|más temprano|actualización|sino|retrasado|retrasa",
    cancel: "cancelado|cancelada|cancelan|cancelaron|se cancela|se canceló|suspendido|suspendida|se suspende|no puedo ir|no puedo|no voy|no llego|no hay|me bajo|agotado|agotadas|cerrado|no podré|no vamos",
    agree: "sí|si|vale|ok|okey|okay|dale|de acuerdo|perfecto|genial|me parece bien|me parece|por mí bien|claro|listo|hecho|buena idea|sale|va|órale|me sirve|a mí me va",
    filler: "jaja|jajaja|jajajaja|jeje|jajajajaja|lol|gracias|muchas gracias|hola|buenas|buenos días|buenas noches|buenas tardes|adiós|chao|chau|besos|\
        beso|abrazo|qué bueno|qué risa|genial|guay|jo|uf|uff|ay|wow|felicidades|feliz cumple|perdón|de nada|no pasa nada|tal cual|total|bueno|venga|che|wey|güey|tía|tío",
    everyone: "todos|todas|alguien|alguno|alguna|chicos|chicas|gente|quién|quiénes|ustedes|vosotros|familia|amigos|muchachos|grupo|equipo|cada uno",
    ask: "qué|quién|quiénes|cuándo|dónde|cómo|cuál|cuánto|cuánta|cuántos|por qué|puedes|pueden|alguien|hay|tienen|tienes|vas|vienen|vienes|sabes|saben|podemos",
    weighty: "urgente|importante|ojo|atención|cuidado|aviso|recordatorio|emergencia|hospital|accidente|policía|robado|robaron|roto|rota|fuga|perdido|\
        perdí|encontré|aprobé|aprobó|embarazada|nació|murió|falleció|entierro|funeral|renuncié|despidieron|trabajo nuevo|resultado|resultados|noticia|noticias|\
        enfermo|enferma|huelga|retraso|cuesta|precio|total|cuenta|factura|presupuesto|dueño|casero|profe|profesora|médico|doctor|llaves|llave|dirección|código|clave|contraseña|alergia|alérgico|alérgica|vegano|vegetariano|empieza|termina|abre|cierra|sale a",
    unsure: "quizás|quizá|tal vez|a lo mejor|creo que|no sé|no estoy seguro|no estoy segura|puede que|puede ser|depende|si acaso|o algo|capaz",
};
