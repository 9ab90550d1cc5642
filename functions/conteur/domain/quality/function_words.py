"""The small words that tell languages of one script apart: in any text of theirs they are many.

Words of one's own, and none that only one kind of text has: articles, prepositions, pronouns,
conjunctions, and what narrators need in every sentence (was, had, said). An apostrophe parts
words: `l'ours` is `l` and `ours`.
"""

FUNCTION_WORDS = {
    "fr": "le la les l un une des du de d et est à au aux en dans sur que qui qu il elle ils elles"
    " on se s ne n pas plus pour par avec ce c cette ces son sa ses était fut dit avait mais ou où"
    " tout tous très comme leur lui si sans sous puis j je tu vous nous y alors quand petit petite",
    "en": "the and of to a in is was he she it they his her him you that with for on at had said"
    " but not as be by all from this what there were their them then when would could into so out"
    " up i my we an if no or has who your me did one little",
    "es": "el la los las un una unos de del y que en a se no con por para su sus es era lo le les"
    " como más pero muy al este esta esto ese ella ellos él había fue dijo cuando todo toda sin"
    " sobre yo tú qué hasta también donde porque ya si me te mi ni o entonces estaba",
    "de": "der die das den dem des ein eine einen einem einer und ist war nicht mit von zu im in"
    " auf für sich er sie es ich du wir ihr so auch als aber wie an am aus bei nach um hat hatte"
    " sagte noch nur dann wenn sein seine ihre was zum zur oder vor über durch dass kein da doch",
    "it": "il lo la i gli le un una uno di del della dei delle dell e è che non si in con per a al"
    " alla da dal dalla su sul sulla nel nella era aveva disse ma come più suo sua loro lui lei"
    " anche se questo questa ogni cosa quando mi ti ci poi nell ed ha sono degli c l d o",
    "pt": "o a os as um uma de do da dos das e que em no na nos nas não se com por para seu sua ao"
    " à é era foi disse mais como mas ele ela eles muito também já quando tudo todo pelo pela até"
    " sem sobre eu tu você lhe isso este esta num numa tinha estava ou tem então",
    "nl": "de het een en van in is was niet dat die te met op voor zijn hij zij ze haar hem ik je"
    " er aan om ook als maar naar bij uit zo had zei dan nog wel door over wat heeft werd worden of"
    " deze dit geen toen kon mijn jij we ieder den tot",
    "pl": "i w na z się nie to jest że do był była było a o jak ale po co już tak za od przez dla"
    " jego jej ich ma mnie mi ty ja on ona oni tylko który która które gdy czy lub oraz u ze bardzo"
    " tym tego powiedział powiedziała przed pod jeszcze kto każdy być ani go",
    "sv": "och att det i en ett den som på är var av för med till inte han hon de sig har hade om"
    " men så från vi jag du ni sin sitt sina när då där här upp ut vad kan ska skulle sade sa eller"
    " alla honom henne mig dig efter över under ingen mycket blev någon också ville",
    "da": "og at det i en et den som på er var af for med til ikke han hun de sig har havde om men"
    " så fra vi jeg du sin sit sine når da der her op ud hvad kan skal ville sagde eller alle ham"
    " hende mig dig efter over under ingen meget blev noget også kunne nogen man",
    "nb": "og å at det i en et ei den som på er var av for med til ikke han hun de seg har hadde om"
    " men så fra vi jeg du dere sin sitt sine når da der her opp ut hva kan skal ville sa eller"
    " alle ham henne meg deg etter over under ingen mye ble noe også kunne noen man",
    "fi": "ja on ei oli että se hän ne he joka mutta kun niin kuin myös minä sinä me te ole eivät"
    " olivat hänen sen sitä siitä siinä sitten vain jo tai mitä mikä jos nyt kaikki hyvin sanoi"
    " jonka hänellä ovat tämä tämän jotka en minun sinun vielä kanssa ollut eikä vaan hänet",
    "cs": "a v na se je že to s z do si ale jako by byl byla bylo o za po k ve co už tak jen ho"
    " jeho její pro ke jsem jsi jsou který která které když nebo než ze od mu aby ještě ani kde"
    " také měl řekl řekla každý má při u není jak být i pod nad",
    "ro": "și şi de la în a nu un o cu pe că este era se din pentru care mai ce sa să lui ei el ea"
    " au fost le îi îl dar ca sau prin ale al cel cea ori orice fi are avea spuse când unde tot"
    " toate foarte după până fără sub peste își îşi atunci am te mi s",
    "hu": "a az és hogy nem is egy volt de meg ez csak van azt mint már ha el ki be le fel mert"
    " akkor ő én te mi ti ők minden nagyon majd még vagy sem amely aki ami kell lehet mondta így"
    " úgy után között alatt neki vele ezt itt ott sok két egyik s",
    "tr": "ve bir bu da de için ile ne çok o her ama gibi daha var yok mi mı değil olan olarak dedi"
    " sonra kadar ki en ben sen biz siz onun onu ona bunu şu diye idi oldu olduğu hiç ya çünkü"
    " kendi şey önce böyle vardı zaman veya",
    "uk": "і й та в у на не що з до це як за він вона воно вони його її їх але так від по про був"
    " була було були ж бо є я ти ми ви мене мені коли де вже ще все тільки сказав сказала для або"
    " має цей своє свою при під над чи якщо із зі яка який",
    "ru": "и в не на что он она оно они с как его ее её их но так от по про был была было были же я"
    " ты мы вы мне меня к у за из то это все всё уже ещё еще только когда где сказал сказала для"
    " или под над чем если бы о об со каждый тоже да до",
}
